"""How a function is called, and how its answer is judged. No function is held against another one."""

import contextlib
import copy
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.engine.diagnosis.relations import relate
from autograder.engine.judging.closeness import compare, show
from autograder.selfcheck.cases.shared import (
    AXES,
    BACKWARDS,
    ERROR_ASKS,
    FIRST_STEP,
    FORMS,
    LISTS,
    RELATION_ASKS,
    SHAPE_ASKS,
    TUPLES,
    Case,
)
from autograder.selfcheck.words import error_text, kind


@dataclass(frozen=True)
class Reply:
    """What one call came to: arrays or a pair in `value`, or else the reason why there is none."""

    case: Case
    raw: Any
    value: list[Any] | None
    trouble: str
    error: BaseException | None
    changed: list[str]
    shared: list[str]  # arguments that the answer is, or whose memory it holds


# How an answer is judged


def form_trouble(task: str, reply: Reply) -> str:
    """Why there is no value, or none of the right form."""
    case = reply.case
    if case.want is ValueError:
        return ""
    if reply.value is None:
        ask = case.ask
        if reply.error and not isinstance(reply.error, ArithmeticError):
            ask = ERROR_ASKS.get(type(reply.error).__name__, "What should this line do?")
        elif not reply.error and not isinstance(reply.raw, complex):
            ask = "Which return statement does it reach, and what does the docstring ask for?"
        return _sentence(task, case, reply.trouble, ask)
    if isinstance(case.want, dict):
        for name, got, expected in _arrays(task, reply):
            if got.shape != expected.shape:
                ask = SHAPE_ASKS.get(task, "What does the docstring say about the shape?")
                return _sentence(task, case, f"{name} has shape {got.shape}, expected {expected.shape}", ask)
    return ""


def value_trouble(task: str, reply: Reply) -> str:
    """What is wrong with the answer to one case, or nothing."""
    case = reply.case
    if case.want is ValueError:
        happened = reply.trouble if reply.error else "it returned a value"
        right = isinstance(reply.error, ValueError)
        return "" if right else _sentence(task, case, f"{happened}, expected a ValueError", case.ask)
    form = form_trouble(task, reply)
    if form or reply.value is None:
        return form
    if isinstance(case.want, tuple):
        pair = tuple(reply.value)
        return (
            ""
            if pair == case.want
            else _sentence(task, case, f"it says {str(pair)[:60]}, expected {case.want}", case.ask)
        )
    for name, got, expected in _arrays(task, reply):
        mismatch = compare(name, got, expected, case.scale, _largest(case.args), name in BACKWARDS)
        if mismatch:
            return _sentence(task, case, mismatch.text, *_related(task, case, name, got, expected))
    return ""


def _arrays(task: str, reply: Reply) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The name of each array that a case looks at, the one that came, and the one expected."""
    assert reply.value is not None
    for position, (name, expected) in enumerate(reply.case.want.items()):
        got = reply.value[TUPLES[task].index(name) if task in TUPLES else position]
        if name == "the sum of the rows":
            got = np.atleast_1d(got).sum(axis=0)
        yield name, got, np.asarray(expected, dtype=float)


def _related(task: str, case: Case, name: str, got: np.ndarray, expected: np.ndarray) -> tuple[str, ...]:
    """The question for a wrong value, and before it what the array has to do with the expected one, if anything."""
    sizes = {axis: size for axis, size in _sizes(case.args).items() if axis in "Tq"}
    relation = relate(
        got,
        expected,
        sizes | {f"1/{axis}": 1 / size for axis, size in sizes.items()},
        terms=case.terms(),
        backwards=name in BACKWARDS,
        first_step=case.args["t"] if name == "terms" else FIRST_STEP.get(name),
        index="i" if name == "terms" else "t",
        scale=case.scale,
    )
    if relation is None:
        return (case.ask,)
    ask = RELATION_ASKS.get(f"{task} {relation.id}") or RELATION_ASKS.get(relation.id) or case.ask
    return f"{relation.text[0].upper()}{relation.text[1:]}.", ask


def purity_trouble(task: str, function: Callable, replies: list[Reply]) -> str:
    """No argument changed, no memory, and what was returned stays as it was."""
    for reply in replies:
        if reply.changed:
            text = f"it changed its argument {' and '.join(reply.changed)}, expected to find it as it was"
            return _sentence(task, reply.case, text, "Which line writes into an array that belongs to the caller?")
        if reply.shared and task in LISTS:
            text = f"it returned its argument {' and '.join(reply.shared)} itself or in part, expected new arrays"
            return _sentence(task, reply.case, text, "Who else writes into the arrays that you return?")
    answered = [reply for reply in replies if reply.value is not None]
    if not answered:
        return form_trouble(task, replies[0])
    again = call(task, function, answered[0].case)
    if not _same_answer(answered[0], again.value):
        text = "called again with the same arguments, it gave another answer"
        return _sentence(task, again.case, text, "What does it remember from one call to the next?")
    for reply in answered:
        later: list[Any] | None = None
        with contextlib.suppress(Exception):
            later = _convert(task, reply.raw)
        if not _same_answer(reply, later):
            text = "its result changed after it was returned, when it was called again"
            return _sentence(task, reply.case, text, "Is the array made anew in each call?")
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
    """Subject, got, expected, and the question."""
    return " ".join([f"`{task}` for {_describe(case.args)}: {text}.", *more])


def _describe(args: dict[str, Any]) -> str:
    """The arguments themselves where they are few, else their sizes."""
    if sum(np.size(part) for value in args.values() for part in _parts(value)) > 16:
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


# How a function is called


class _UnusableError(Exception):
    """What was returned cannot be judged; the text says what it is."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Prints and warnings of your code never count, and would hide what matters."""
    out, err = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with out, err, warnings.catch_warnings(action="ignore"):
        yield


def call(task: str, function: Callable, case: Case) -> Reply:
    args, raw, trouble = copy.deepcopy(case.args), None, ""
    value: list[Any] | None = None
    error: BaseException | None = None
    with quiet():
        try:
            raw = function(*args.values())
            value = _convert(task, raw)
            if isinstance(case.want, dict) and len(value) != len(TUPLES.get(task, case.want)):
                trouble = f"it returned {len(value)} arrays, expected {len(TUPLES.get(task, case.want))}"
                value = None
        except KeyboardInterrupt:
            raise
        except _UnusableError as unusable:
            trouble = f"it returned {unusable}"
        except BaseException as raised:  # your code may raise anything, SystemExit included
            error, trouble = raised, f"it raised {error_text(raised)}"
    changed = [name for name in args if _snapshot(args[name]) != _snapshot(case.args[name])]
    return Reply(case, raw, value, trouble, error, changed, [name for name in args if _shares(raw, args[name])])


def _shares(raw: Any, argument: Any) -> bool:
    """Whether an answer is this argument, or an array of it lies in the memory of one of the argument's."""
    if raw is argument:
        return isinstance(argument, list | np.ndarray)
    one, other = (list(value) if isinstance(value, list | tuple) else [value] for value in (raw, argument))
    arrays = [part for part in one if isinstance(part, np.ndarray)]
    return any(np.may_share_memory(a, b) for a in arrays for b in other if isinstance(b, np.ndarray))


def _snapshot(value: Any) -> Any:
    """What shows whether an argument was changed. Of what a student put into a list, only the type is looked at."""
    if isinstance(value, list):
        return [_snapshot(part) if isinstance(part, np.ndarray) else type(part) for part in value]
    return (value.shape, value.dtype.str, value.tobytes()) if isinstance(value, np.ndarray) else repr(value)


def _convert(task: str, raw: Any) -> list[Any]:
    """The result as a list of float64 arrays, or as the pair (status, t)."""
    pair = FORMS.get(task) == "pair"
    if not pair and task not in (*TUPLES, *LISTS):
        return [_real(raw)]
    if not isinstance(raw, list | tuple) and not (isinstance(raw, np.ndarray) and raw.ndim > 2 * (task in TUPLES)):
        wanted = "the pair (status, t)" if pair else "a tuple or list of arrays"
        raise _UnusableError(f"{kind(raw)}, expected {wanted}")
    if not pair:
        return [_real(part) for part in raw]
    if len(raw) != 2:
        raise _UnusableError(f"{len(raw)} values, expected the pair (status, t)")
    return [_plain(part) for part in raw]


def _real(value: Any) -> np.ndarray:
    """A float64 copy of whatever is a real numeric array; bool, text, objects and complex numbers are not."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise _UnusableError(f"{kind(value)} that is no regular array, expected real numbers") from None
    if array.dtype.kind not in "iuf":
        of = f" of dtype {array.dtype}" if isinstance(value, np.ndarray) else ""
        raise _UnusableError(f"{kind(value)}{of}, expected real numbers")
    return np.array(array, dtype=np.float64, order="C", subok=False)


def _plain(value: Any) -> str | int | None:
    """A part of the pair: text, a whole number or None."""
    if value is None or isinstance(value, str):
        return value if value is None else str(value)
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise _UnusableError(f"a pair that holds {kind(value)}, expected a text, and an integer or None")
    return int(value.__index__())
