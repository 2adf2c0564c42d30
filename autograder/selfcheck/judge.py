"""How an answer is judged. No function is held against another one."""

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.engine.diagnosis.questions import ask, in_another_order, of_relation, of_shape
from autograder.engine.diagnosis.relations import Relation, relate, relate_numbers
from autograder.engine.judging.closeness import compare, show
from autograder.engine.sandbox.worker.unset import is_unset
from autograder.selfcheck.calling import Reply, call, converted
from autograder.selfcheck.cases.asks import ASKS
from autograder.selfcheck.cases.shared import AXES, BACKWARDS, FIRST_STEP, FORMS, LISTS, TUPLES, Case
from autograder.selfcheck.words import kind_of_error


def form_trouble(task: str, reply: Reply) -> str:
    """Why there is no value, or none of the right form."""
    case = reply.case
    if case.want is ValueError:
        return ""
    if reply.value is None:
        question = ask(ASKS, task, reply.seen)
        if isinstance(reply.error, ArithmeticError):
            question = case.ask
        elif reply.error:
            question = ask(ASKS, task, kind_of_error(task, reply.error))
        return _sentence(task, case, reply.trouble, question)
    if isinstance(case.want, dict):
        return _shape_trouble(task, reply)
    return ""


def _shape_trouble(task: str, reply: Reply) -> str:
    in_order = task not in (*TUPLES, *LISTS) or not _in_another_order(task, reply)
    for name, got, expected in _arrays(task, reply):
        if got.shape == expected.shape:
            continue
        if isinstance(reply.raw, np.ndarray) and task in TUPLES:
            text = f"it returned one array of shape {reply.raw.shape}, expected {len(TUPLES[task])} arrays"
            return _sentence(task, reply.case, text, ask(ASKS, task, "one_array"))
        seen = of_shape(got.shape, expected.shape, task not in TUPLES or name in FIRST_STEP) if in_order else "order"
        wanted = f"shape {expected.shape}" if expected.ndim else "a single number"
        text = f"{name} has shape {got.shape}, expected {wanted}"
        return _sentence(task, reply.case, text, ask(ASKS, task, seen))
    return ""


def _in_another_order(task: str, reply: Reply) -> bool:
    """Whether the shapes of all arrays are those that the sizes of the arguments tell, in another order."""
    sizes = _sizes(reply.case.args)
    names = TUPLES.get(task, tuple(reply.case.want))
    shapes = [np.shape(reply.case.want.get(name, [])) for name in names]
    for number, name in enumerate(names):
        axes = AXES.get(name.removeprefix("dL_d"), "")
        if name not in reply.case.want and axes and all(axis in sizes for axis in axes):
            shapes[number] = tuple(sizes[axis] for axis in axes)
    return in_another_order([array.shape for array in reply.value or ()], shapes)


def has_axis_of_one(case: Case) -> bool:
    """Whether a shape that is expected has an axis of length one."""
    return any(1 in np.shape(expected) for expected in case.want.values())


def value_trouble(task: str, reply: Reply, replies: Sequence[Reply] = (), earlier: str = "") -> str:
    """What is wrong with the answer to one case, or nothing.

    `replies` are all of them: they bear a relation out. `earlier` is the first check that did not pass.
    """
    case = reply.case
    if case.want is ValueError:
        happened = reply.trouble if reply.error else "it returned a value"
        if isinstance(reply.error, ValueError):
            return ""
        own = reply.error and kind_of_error(task, reply.error) in ("own_raise", "own_assert")
        question = ask(ASKS, task, "wrong_error") if own else case.ask
        return _sentence(task, case, f"{happened}, expected a ValueError", question)
    form = form_trouble(task, reply)
    if form or reply.value is None:
        return form
    waits = f"Is it the same mistake as in `{earlier}`?" if case.special and earlier else ""
    if isinstance(case.want, tuple):
        return _verdict_trouble(task, reply, replies, waits)
    for name, got, expected in _arrays(task, reply):
        mismatch = compare(name, got, expected, case.scale, _largest(case.args), name in BACKWARDS)
        if mismatch:
            lost = mismatch.kind == "non_finite" or bool(((got == 0) & (expected != 0)).any())
            if is_unset(got[mismatch.index]):
                return _sentence(task, case, mismatch.text, ask(ASKS, task, "unset"))
            of_part = ASKS.get(f"{task} {name}", "") if len(case.want) > 1 else ""
            question = waits if waits and not lost else of_part or case.ask
            return _sentence(task, case, mismatch.text, *_about(task, reply, name, replies, question))
    return ""


def _verdict_trouble(task: str, reply: Reply, replies: Sequence[Reply], waits: str) -> str:
    case, pair = reply.case, tuple(reply.value or ())
    if pair == case.want:
        return ""
    question = waits or case.ask
    words = {other.case.want[0] for other in replies if isinstance(other.case.want, tuple)}
    if pair == case.want[::-1]:
        question = ask(ASKS, task, "order")
    elif words and pair[0] not in words:
        question = ask(ASKS, task, "word")
    return _sentence(task, case, f"{str(pair)[:60]}, expected {case.want}", question)


def _arrays(task: str, reply: Reply) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The name of each array that a case looks at, the one that came, and the one expected."""
    assert reply.value is not None
    for position, (name, expected) in enumerate(reply.case.want.items()):
        got = reply.value[TUPLES[task].index(name) if task in TUPLES else position]
        if name == "the sum of the rows":
            got = np.atleast_1d(got).sum(axis=0)
        yield name, got, np.asarray(expected, dtype=float)


def _about(task: str, reply: Reply, name: str, replies: Sequence[Reply], question: str) -> tuple[str, ...]:
    """The question for a wrong value, and before it what the array has to do with the expected one, if anything."""
    if _replayed(reply, replies):
        return "It is what another call gave.", ask(ASKS, task, "remembers")
    relation = _related(task, reply, name)
    number = task in FORMS and FORMS[task] == "number"
    if number:
        relation = _related_numbers(task, replies)
    elif relation and not _many(reply, name) and not _borne_out(task, relation, reply, name, replies):
        relation = None
    if relation is None:
        return (question,)
    return f"{relation.text[0].upper()}{relation.text[1:]}.", of_relation(ASKS, task, relation.id, question)


def _replayed(reply: Reply, replies: Sequence[Reply]) -> bool:
    """Whether an earlier call with other arguments of these shapes gave the very same, though something else is expected."""
    for other in itertools.takewhile(lambda one: one is not reply, replies):
        if other.value is None or reply.value is None or not isinstance(other.case.want, dict):
            continue
        if _same_arguments(other.case, reply.case):
            continue
        pairs = list(zip(reply.value, other.value, strict=False))
        alike = len(reply.value) == len(other.value) and all(np.array_equal(a, b) and np.ptp(a) for a, b in pairs)
        wanted = [
            [np.shape(arg) for arg in one.case.args.values() if not isinstance(arg, list)] for one in (reply, other)
        ]
        differ = any(
            not np.array_equal(want, other.case.want.get(name, np.nan)) for name, want in reply.case.want.items()
        )
        if alike and differ and wanted[0] == wanted[1]:
            return True
    return False


def _same_arguments(one: Case, other: Case) -> bool:
    """Whether two checks look at the answer to one and the same call."""
    pairs = [(one.args.get(name), value) for name, value in other.args.items()]
    return len(one.args) == len(other.args) and all(
        len(_parts(a)) == len(_parts(b)) and all(map(np.array_equal, _parts(a), _parts(b))) for a, b in pairs
    )


def _related(task: str, reply: Reply, name: str) -> Relation | None:
    """What an array has to do with the expected one, on this case alone."""
    case = reply.case
    got, expected = next((got, expected) for other, got, expected in _arrays(task, reply) if other == name)
    sizes = {axis: size for axis, size in _sizes(case.args).items() if axis in "Tq"}
    return relate(
        got,
        expected,
        sizes | {f"1/{axis}": 1 / size for axis, size in sizes.items()},
        terms=case.terms(),
        backwards=name in BACKWARDS,
        first_step=case.args["t"] if name == "terms" else FIRST_STEP.get(name),
        index="i" if name == "terms" else "t",
        scale=case.scale,
    )


def _related_numbers(task: str, replies: Sequence[Reply]) -> Relation | None:
    """What all numbers that came have to do with those that are expected."""
    pairs = [
        pair for reply in replies if reply.value and isinstance(reply.case.want, dict) for pair in _arrays(task, reply)
    ]
    if any(np.ndim(got) for _, got, _ in pairs):
        return None
    return relate_numbers([float(got) for _, got, _ in pairs], [float(expected) for _, _, expected in pairs])


def _many(reply: Reply, name: str) -> bool:
    """Whether three entries speak for a relation."""
    return bool(np.count_nonzero(reply.case.want[name]) > 2)


def _borne_out(task: str, relation: Relation, reply: Reply, name: str, replies: Sequence[Reply]) -> bool:
    """Whether another case shows the same relation."""
    for other in replies:
        if (
            other is not reply
            and other.value is not None
            and isinstance(other.case.want, dict)
            and name in other.case.want
        ):
            found = _related(task, other, name)
            if found and found.id == relation.id and (found.id != "factor" or found.text == relation.text):
                return True
    return False


def purity_trouble(task: str, function: Callable, replies: list[Reply]) -> str:
    """No argument changed, no memory, and what was returned stays as it was."""
    for reply in replies:
        if reply.changed:
            text = f"it changed its argument {' and '.join(reply.changed)}, expected to find it as it was"
            return _sentence(task, reply.case, text, ask(ASKS, task, "argument"))
        if reply.shared and task in LISTS:
            text = f"it returned its argument {' and '.join(reply.shared)} itself or in part, expected new arrays"
            return _sentence(task, reply.case, text, ask(ASKS, task, "not_new"))
    answered = [reply for reply in replies if reply.value is not None]
    if not answered:
        return form_trouble(task, replies[0])
    again = call(task, function, answered[0].case)
    if _same_answer(answered[0], again.value):  # what is kept for arrays of one size may have begun anew in this call
        again = call(task, function, answered[0].case)
    if not _same_answer(answered[0], again.value):
        text = "called again with the same arguments, it gave another answer"
        return _sentence(task, again.case, text, ask(ASKS, task, "remembers"))
    for reply in answered:
        later: list[Any] | None = None
        with contextlib.suppress(Exception):
            later = converted(task, reply.raw)
        if not _same_answer(reply, later):
            text = "its result changed after it was returned, when it was called again"
            return _sentence(task, reply.case, text, ask(ASKS, task, "shared"))
    return ""


def _same_answer(reply: Reply, later: list[Any] | None) -> bool:
    assert reply.value is not None
    if later is None or len(later) != len(reply.value):
        return False
    for old, new in zip(reply.value, later, strict=True):
        if not isinstance(old, np.ndarray):
            if old != new:
                return False
        elif compare("", np.nan_to_num(new), np.nan_to_num(old)):
            return False
    return True


def _sentence(task: str, case: Case, text: str, *more: str) -> str:
    """Which task and check; input, got and expected below each other; and the question."""
    got, _, expected = text.rpartition(", expected ")
    lines = [f"`{task}` on an input of `{case.check}`:", f"  input     {_describe(case.args)}"]
    if not expected or not got:
        return "\n".join([*lines, f"  got       {text}", " ".join(more)])
    subject, same, came = got.partition(" is ")
    if same and re.match(r"[\[\d-]", expected):  # the two stand right below each other
        got, expected = f"{subject} = {came}", f"{subject} = {expected}"
    return "\n".join([*lines, f"  got       {got}", f"  expected  {expected}", " ".join(more)])


def _describe(args: dict[str, Any]) -> str:
    """The arguments themselves where they are few, else their sizes."""
    if sum(np.size(part) for value in args.values() for part in _parts(value)) > 30:
        return ", ".join(f"{name} = {size:g}" for name, size in _sizes(args).items())
    shown = {name: ", ".join(show(part) for part in _parts(value)) for name, value in args.items()}
    return ", ".join(f"{name} = " + (f"[{text}]" if name == "grads" else text) for name, text in shown.items())


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sizes(args: dict[str, Any]) -> dict[str, Any]:
    """T, d, h and q where the arguments tell them, and the arguments that are plain numbers."""
    sizes: dict[str, Any] = {}
    for name, value in args.items():
        sizes |= dict(zip(AXES[name], np.shape(value), strict=True)) if name in AXES else {}
        sizes |= {name: value} if np.isscalar(value) else {}
    return sizes


def _largest(args: dict[str, Any]) -> float:
    """The largest finite entry of the arguments: the scale of an expected zero."""
    entries = np.concatenate([np.abs(part, dtype=float).ravel() for value in args.values() for part in _parts(value)])
    return float(entries[np.isfinite(entries)].max(initial=0.0))
