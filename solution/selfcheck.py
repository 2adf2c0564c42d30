"""Tries your functions on small cases and says what does not hold yet. It does not know the solution.

In the notebook: `selfcheck.check("forward", globals())`. In this folder: `python -m selfcheck`, or `pytest`.
What your functions are compared with is of three kinds: cases small enough to do by hand; cases whose answer is known
beforehand; and numerical gradients of one scalar, `_loss` below, by moving one entry a little. No function of yours is
ever held against another one of yours.
"""

import contextlib
import copy
import io
import json
import linecache
import os
import re
import sys
import textwrap
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from autograder.closeness import Scale, compare, show
from autograder.relations import relate

NOT_ATTEMPTED = "not attempted yet"
TUPLES = {"forward": ("h", "o"), "parameter_grads": ("dL_dW_hx", "dL_dW_hh", "dL_dW_qh")}
FORMS = {"detect_explosion": "pair", "spectral_radius": "number"}  # the first check's name; elsewhere it is "shapes"
AXES = {"x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "y": "T", "dL_do": "Tq", "dL_dh": "Th"}
FIRST_STEP = {"h": 0, "o": 1, "dL_do": 1, "dL_dh": 1, "A": 1}  # of what has a row for each step


@dataclass(frozen=True)
class Case:
    """One call of your function: the check it belongs to, the arguments, what should come out, and a question.

    `want` holds the arrays that are looked at, by name; a tuple is the pair (status, t), and ValueError a refusal.
    """

    check: str
    args: dict[str, Any]
    want: Any
    ask: str
    scale: Scale = "array"
    terms: Mapping[str, np.ndarray] | None = None
    view: Callable[[np.ndarray], np.ndarray] = np.asarray


@dataclass(frozen=True)
class Outcome:
    """One check of one task. `message` says why it did not pass, and is empty where it did."""

    name: str
    passed: bool
    message: str


@dataclass(frozen=True)
class Reply:
    """What one call of your function came to: arrays or a pair, or else why there is no value."""

    case: Case
    value: list[Any] | None = None
    trouble: str = ""
    error: BaseException | None = None
    changed: tuple[str, ...] = ()
    raw: Any = None


# What students call


def check(task: str, namespace: Mapping[str, Any]) -> None:
    """Try one task: a line on stdout where all is well, else what does not hold on stderr. Never raises."""
    if task not in TASKS:
        _write(sys.stderr, f"There is no task {task!r}. The tasks are {', '.join(TASKS)}.")
        return
    try:
        outcomes = results(task, namespace)
    except KeyboardInterrupt:
        _write(sys.stderr, f"{task}: interrupted. Does every loop in it come to an end?")
        return
    if all(outcome.passed for outcome in outcomes):
        _write(sys.stdout, verdict(task, outcomes))
    else:
        _write(sys.stderr, "\n".join([verdict(task, outcomes), *_sentences(outcomes)]))


def progress(namespace: Mapping[str, Any]) -> None:
    """All tasks at a glance, and what to look at next."""
    _report({task: results(task, namespace) for task in TASKS})


def results(task: str, namespace: Mapping[str, Any]) -> list[Outcome]:
    """Every check of one task, tried on the function of that name in `namespace`."""
    function = namespace.get(task)
    if not callable(function):
        error = namespace.get("__cell_errors__", {}).get(task)
        missing = f"`{task}`: it is not defined, for its cell stopped with {error}." if error else NOT_ATTEMPTED
        return [Outcome(name, False, missing) for name in check_names(task)]
    replies = [_call(task, function, case) for case in _cases(task)]
    for reply in replies:
        if isinstance(reply.error, NotImplementedError):
            callee = next((step.name for step in reversed(_frames(reply.error))), task)
            other = callee in TASKS and callee != task
            message = f"`{task}`: it calls `{callee}`, which is {NOT_ATTEMPTED}." if other else NOT_ATTEMPTED
            return [Outcome(name, False, message) for name in check_names(task)]
    with np.errstate(all="ignore"):
        messages = dict.fromkeys(check_names(task), "")
        messages[FORMS.get(task, "shapes")] = next(filter(None, (_form(task, reply) for reply in replies)), "")
        for reply in replies:
            messages[reply.case.check] = messages[reply.case.check] or _judge(task, reply)
        messages["pure"] = _pure(task, function, replies)
    return [Outcome(name, not message, message) for name, message in messages.items()]


def inputs(task: str, name: str) -> list[dict[str, Any]]:
    """The arguments on which a check tries your function: `forward(**selfcheck.inputs("forward", "by-hand")[0])`."""
    return [copy.deepcopy(case.args) for case in _cases(task) if case.check == name]


def check_names(task: str) -> list[str]:
    """The names of a task's checks, in order."""
    return list(dict.fromkeys([FORMS.get(task, "shapes"), *(case.check for case in _cases(task)), "pure"]))


def verdict(task: str, outcomes: list[Outcome]) -> str:
    """One line about one task."""
    if all(outcome.message == NOT_ATTEMPTED for outcome in outcomes):
        return f"{task}: {NOT_ATTEMPTED}."
    return f"{task}: {sum(outcome.passed for outcome in outcomes)} of {len(outcomes)} checks pass."


def summary(outcomes: Mapping[str, list[Outcome]]) -> str:
    """How many tasks pass, and the first one that does not."""
    waiting = [task for task in outcomes if not all(outcome.passed for outcome in outcomes[task])]
    count = f"{len(outcomes) - len(waiting)} of {len(outcomes)} tasks pass."
    if not waiting:
        return f"{count}\nNext: the written answers, and then hand in bptt.ipynb."
    first = next(outcome for outcome in outcomes[waiting[0]] if not outcome.passed)
    state = NOT_ATTEMPTED if first.message == NOT_ATTEMPTED else f"its check {first.name} does not pass"
    return f"{count}\nNext: `{waiting[0]}`, {state}."


def wrap(text: str) -> str:
    """A sentence in lines of at most 79 characters."""
    return textwrap.fill(text, 79, break_long_words=False, break_on_hyphens=False)


def _sentences(outcomes: list[Outcome], most: int = 2) -> list[str]:
    """The first messages, and the names of the checks that say no more than they do."""
    failed = [outcome for outcome in outcomes if not outcome.passed and outcome.message != NOT_ATTEMPTED]
    messages = list(dict.fromkeys(outcome.message for outcome in failed))[:most]
    rest = [outcome.name for outcome in failed if outcome.message not in messages]
    return [wrap(message) for message in messages] + ([wrap(f"Not yet either: {', '.join(rest)}.")] if rest else [])


def _report(outcomes: Mapping[str, list[Outcome]]) -> None:
    for task, found in outcomes.items():
        passed = sum(outcome.passed for outcome in found)
        state = "passed" if passed == len(found) else f"not yet: {passed} of {len(found)} checks pass"
        if all(outcome.message == NOT_ATTEMPTED for outcome in found):
            state = "not attempted"
        _write(sys.stdout, f"{task:<24}{state}")
    _write(sys.stdout, summary(outcomes))


def _write(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)


# How an answer is judged


def _form(task: str, reply: Reply) -> str:
    """Whether there is a value, and of the right form."""
    case = reply.case
    if case.want is ValueError:
        return ""
    if reply.value is None:
        return _trouble(task, reply)
    if isinstance(case.want, tuple):
        status, t = reply.value
        right = isinstance(status, str) and (t is None or isinstance(t, int))
        return "" if right else _sentence(task, case, f"it says ({status!r}, {t!r}), expected a text and a step", case.ask)
    for name, got, expected in _looked_at(task, reply):
        if got.shape != expected.shape:
            text = f"{name} has shape {got.shape}, expected {expected.shape}"
            return _sentence(task, case, text, SHAPE_ASKS.get(task, "What does the docstring say about the shape?"))
    return ""


def _judge(task: str, reply: Reply) -> str:
    """What is wrong with the answer to one case, or nothing."""
    case = reply.case
    if case.want is ValueError:
        if isinstance(reply.error, ValueError):
            return ""
        happened = f"it raised {_exception(reply.error)}" if reply.error else "it returned a value"
        return _sentence(task, case, f"{happened}, expected a ValueError", case.ask)
    form = _form(task, reply)
    if form or reply.value is None:
        return form
    if isinstance(case.want, tuple):
        right = tuple(reply.value) == case.want
        return "" if right else _sentence(task, case, f"it says {tuple(reply.value)}, expected {case.want}", case.ask)
    for name, got, expected in _looked_at(task, reply):
        mismatch = compare(name, got, expected, case.scale, _largest(case.args), name in ("dL_dh", "A"))
        if mismatch:
            related, ask = _related(task, case, name, got, expected)
            return _sentence(task, case, mismatch.text + related, ask)
    return ""


def _related(task: str, case: Case, name: str, got: np.ndarray, expected: np.ndarray) -> tuple[str, str]:
    """What the wrong array has to do with the expected one, as a second sentence, and the question that fits."""
    sizes = {axis: size for axis, size in _sizes(case.args).items() if axis in "Tq" and size > 1}
    factors = sizes | {f"1/{axis}": 1 / size for axis, size in sizes.items()}
    relation = relate(
        got,
        expected,
        factors,
        terms=case.terms or {},
        backwards=name in ("dL_dh", "A"),
        first_step=case.args["t"] if name == "the terms" else FIRST_STEP.get(name),
        index="i" if name == "the terms" else "t",
        scale=case.scale,
    )
    if relation is None:
        return "", case.ask
    ask = RELATION_ASKS.get(f"{task} {relation.id}") or RELATION_ASKS.get(relation.id) or case.ask
    return f". {relation.text[0].upper()}{relation.text[1:]}", ask


def _pure(task: str, function: Callable, replies: list[Reply]) -> str:
    """No argument changed, no memory, and what was returned stays as it was."""
    for reply in replies:
        if reply.changed:
            text = f"it changed its argument {' and '.join(reply.changed)}, expected to find it as it was"
            return _sentence(task, reply.case, text, "Which line writes into an array that belongs to the caller?")
    first = next((reply for reply in replies if reply.value is not None), None)
    if first is None:
        return _trouble(task, replies[0])
    again = _call(task, function, first.case)
    if again.value is None or not _equal(again.value, first.value):
        text = "called again with the same arguments, it gave another answer"
        return _sentence(task, first.case, text, "What does it remember from one call to the next?")
    for reply in replies:
        if reply.value is not None and not _equal(_convert(task, reply.raw), reply.value):
            text = "its result changed after it was returned, when it was called again"
            return _sentence(task, reply.case, text, "Is the array made anew in each call?")
    return ""


def _equal(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(
        np.allclose(a, b, 1e-9, 0, equal_nan=True) if isinstance(a, np.ndarray) and a.shape == np.shape(b) else a is b or a == b
        for a, b in zip(one, other, strict=True)
    )


def _looked_at(task: str, reply: Reply) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The name of each array that a case looks at, the one that came, and the one expected."""
    assert reply.value is not None
    for position, (name, expected) in enumerate(reply.case.want.items()):
        got = reply.value[TUPLES[task].index(name) if task in TUPLES else position]
        yield name, reply.case.view(got), np.asarray(expected, dtype=float)


def _trouble(task: str, reply: Reply) -> str:
    """The sentence for a call without a value."""
    ask = reply.case.ask
    if reply.error:
        ask = ERROR_ASKS.get(type(reply.error).__name__, ask)
    elif reply.trouble.startswith("it returned None"):
        ask = "Does every way through it end in a return?"
    return _sentence(task, reply.case, reply.trouble, ask)


def _sentence(task: str, case: Case, text: str, ask: str) -> str:
    """Subject, got, expected, and the question."""
    return f"`{task}` for {_describe(case.args)}: {text}. {ask}"


def _describe(args: dict[str, Any]) -> str:
    """The arguments themselves where they are few, else their sizes."""
    arrays = {name: value if isinstance(value, list) else [value] for name, value in args.items()}
    if sum(np.size(part) for parts in arrays.values() for part in parts) <= 16:
        shown = {name: ", ".join(map(show, parts)) for name, parts in arrays.items()}
        return ", ".join(f"{name} = [{text}]" if isinstance(args[name], list) else f"{name} = {text}" for name, text in shown.items())
    return ", ".join(f"{name} = {size:g}" for name, size in _sizes(args).items())


def _sizes(args: dict[str, Any]) -> dict[str, Any]:
    """T, d, h and q where the arguments tell them, and the arguments that are plain numbers."""
    sizes: dict[str, Any] = {}
    for name, value in args.items():
        if np.ndim(value) == 0:
            sizes[name] = value
        for axis, size in zip(AXES.get(name, ""), np.shape(value) if name in AXES else (), strict=False):
            sizes.setdefault(axis, size)
    return sizes


def _largest(args: dict[str, Any]) -> float:
    """The largest finite entry of the arguments: the scale of an expected zero."""
    parts = [part for value in args.values() for part in (value if isinstance(value, list) else [value])]
    entries = np.abs(np.concatenate([np.asarray(part, dtype=float).ravel() for part in parts]))
    return float(entries[np.isfinite(entries)].max(initial=0.0))


# How a function is called


class _Unusable(Exception):
    """What was returned cannot be judged; the text says what it is."""


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Prints and warnings of your code never count, and would hide what matters."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _call(task: str, function: Callable, case: Case) -> Reply:
    args = copy.deepcopy(case.args)
    value, raw, trouble, error = None, None, "", None
    with _quiet():
        try:
            raw = function(*args.values())
            value = _convert(task, raw)
        except KeyboardInterrupt:
            raise
        except _Unusable as unusable:
            trouble = f"it returned {unusable}"
        except BaseException as raised:  # student code may raise anything, SystemExit included
            error, trouble = raised, f"it raised {_exception(raised)}"
    if value is not None and isinstance(case.want, dict):
        expected = len(TUPLES.get(task, case.want))
        if len(value) != expected:
            value, trouble = None, f"it returned {len(value)} arrays, expected {expected}"
    changed = tuple(name for name in args if _snapshot(args[name]) != _snapshot(case.args[name]))
    return Reply(case, value, trouble, error, changed, raw)


def _snapshot(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return [_snapshot(item) for item in value] if isinstance(value, list) else repr(value)


def _convert(task: str, raw: Any) -> list[Any]:
    """The result as a list of float64 arrays, or as the pair (status, t)."""
    if task not in (*TUPLES, "detect_explosion", "clip_gradients"):
        return [_real(raw)]
    if not isinstance(raw, list | tuple) and np.ndim(raw) == 0:
        wanted = "a pair (status, t)" if task == "detect_explosion" else "a tuple or list of arrays"
        raise _Unusable(f"{_kind(raw)}, expected {wanted}")
    if task != "detect_explosion":
        return [_real(part) for part in raw]
    if len(raw) != 2:
        raise _Unusable(f"{len(raw)} values, expected the pair (status, t)")
    return [_plain(part) for part in raw]


def _real(value: Any) -> np.ndarray:
    """A float64 copy of whatever is a real numeric array; bool, text, objects and complex numbers are not."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise _Unusable(f"{_kind(value)} that is no regular array, expected real numbers") from None
    if isinstance(value, bool) or array.dtype.kind not in "iuf":
        of = "" if value is None else f" of dtype {array.dtype}"
        raise _Unusable(f"{_kind(value)}{of}, expected real numbers")
    return np.array(array, dtype=np.float64, order="C", subok=False)


def _plain(value: Any) -> Any:
    """Text, None or an integer as such; anything else as a tuple that names it, so that it equals none of them."""
    if value is None or isinstance(value, str):
        return value if value is None else str(value)
    if hasattr(value, "__index__") and not isinstance(value, bool | np.bool_):
        with contextlib.suppress(TypeError):
            return int(value.__index__())
    return (_kind(value),)


def _kind(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


def _exception(error: BaseException | None) -> str:
    """An exception as text, with the last line of the notebook that it passed."""
    text = " ".join(f"{type(error).__name__}: {error}".split())[:200].removesuffix(":")
    frames = _frames(error)
    return f"{text} (line {frames[-1].lineno}: `{frames[-1].line[:80]}`)" if frames else text


def _frames(error: BaseException | None) -> list[traceback.FrameSummary]:
    """A traceback's steps inside the notebook, whose cells are no files on the disk."""
    steps = traceback.extract_tb(error.__traceback__) if error else []
    return [step for step in steps if step.line and not os.path.exists(step.filename)]


# What your functions are compared with


def _loss(dL_do: Any, x: Any, h_0: Any, W_hx: Any, W_hh: Any, W_qh: Any, nudge: Any) -> Any:
    """Σ_t ∂L/∂o_t · o_t, the loss to first order, with h_t = W_hh^t h_0 + Σ_{i ≤ t} W_hh^{t−i} (W_hx x_i + nudge_i).

    A nudge is added to h_t itself, so the gradient by nudge_t is ∂L/∂h_t, and that by any parameter is the parameter's.
    """
    power, total = np.linalg.matrix_power, 0.0
    for t in range(1, len(dL_do) + 1):
        h_t = power(W_hh, t) @ h_0
        for i in range(1, t + 1):
            h_t = h_t + power(W_hh, t - i) @ (W_hx @ x[i - 1] + nudge[i - 1])
        total = total + dL_do[t - 1] @ (W_qh @ h_t)
    return total


def _squared_error(o: Any, y: Any) -> Any:
    return np.sum((o - y) ** 2) / 2 / len(o)


def _cross_entropy(o: Any, y: Any) -> Any:
    o = o - o.real.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(o)), y])


def _gradient(scalar: Callable[[Any], Any], at: Any) -> np.ndarray:
    """∂scalar/∂a for each entry a of `at`, by the complex step: f(a + iε) ≈ f(a) + iε f'(a), where nothing cancels."""
    gradient = np.zeros(np.shape(at))
    for entry in np.ndindex(gradient.shape):
        moved = np.array(at, dtype=complex)
        moved[entry] += 1e-30j
        gradient[entry] = scalar(moved).imag / 1e-30
    return gradient


def _network(T: int, d: int, h: int, q: int) -> dict[str, np.ndarray]:
    """Any input, any network, and any ∂L/∂o_t: the arguments of `_loss`."""
    shapes = {"dL_do": (T, q), "x": (T, d), "h_0": (h,), "W_hx": (h, d), "W_hh": (h, h), "W_qh": (q, h)}
    rng = np.random.default_rng(5)
    drawn = {name: rng.choice([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0], shape) for name, shape in shapes.items()}
    return drawn | {"nudge": np.zeros((T, h))}


def _by(name: str, network: dict[str, np.ndarray]) -> np.ndarray:
    """The gradient of the loss by one of its arguments."""
    return _gradient(lambda moved: _loss(**network | {name: moved}), network[name])


def _signals(dL_do: np.ndarray, W_hh: np.ndarray, W_qh: np.ndarray) -> np.ndarray:
    """Entry [s-1, t-1] is what the output of step s alone, all others silent, sends to h_t. Shape (T, T, h)."""
    T, h = len(dL_do), len(W_hh)
    network = {"x": np.zeros((T, 1)), "h_0": np.zeros(h), "W_hx": np.zeros((h, 1)), "W_hh": W_hh, "W_qh": W_qh}
    alone = [np.where(np.arange(T)[:, None] == s, dL_do, 0.0) for s in range(T)]
    return np.array([_by("nudge", network | {"dL_do": one, "nudge": np.zeros((T, h))}) for one in alone])


def _case(check: str, ask: str, want: Any, scale: Scale = "array", terms: Any = None, view: Any = np.asarray, **args: Any) -> Case:
    """A line of the tables below; lists become arrays."""
    for name, value in args.items():
        if isinstance(value, list):
            arrays = [np.array(part, dtype=float) for part in value]
            args[name] = arrays if name == "grads" else np.array(value, dtype=float)
    return Case(check, args, want, ask, scale, terms, view)


# The cases, task by task: W W.T is asymmetric, nothing is zero that need not be, and T, d, h and q differ.
# fmt: off


def _forward() -> list[Case]:
    net = _network(5, 2, 4, 3)
    args = {name: net[name] for name in ("x", "h_0", "W_hx", "W_hh", "W_qh")}
    states = _by("dL_do", net | {"W_qh": np.eye(4), "dL_do": np.zeros((5, 4))})  # of a network that shows its states
    return [
        _case("one-step", "What are the two parts of h_1, and what does W_hh multiply?",
              {"h": [[1, 2], [8, -1]], "o": [[7, -2, 8]]}, "row",
              x=[[3]], h_0=[1, 2], W_hx=[[1], [-1]], W_hh=[[1, 2], [0, 1]], W_qh=[[1, 1], [0, 2], [1, 0]]),
        _case("by-hand", "Take a pencil: what is h_1, and what do h_2 and h_3 make of it?",
              {"h": [[0, 1], [3, 0], [0, 3], [8, 0]], "o": [[3], [-3], [8]]}, "row",
              x=[[1], [0], [2]], h_0=[0, 1], W_hx=[[1], [0]], W_hh=[[0, 2], [1, 0]], W_qh=[[1, -1]]),
        _case("states", "Which row of x drives which row of h?", {"h": np.vstack([net["h_0"], states])}, "row", **args),
        _case("outputs", "Which rows of h produce outputs?", {"o": _by("dL_do", net)}, "row", **args),
    ]


def _squared_error_grad() -> list[Case]:
    net = _network(5, 3, 3, 3)
    o, y = net["x"], net["dL_do"]
    slope = _gradient(lambda moved: _squared_error(moved, y), o)
    return [
        _case("one-step", "What is the slope of a square?", {"dL_do": [[3, 0, -2]]}, o=[[4, 1, 0]], y=[[1, 1, 2]]),
        _case("by-hand", "What is the slope of a square, and what stands before the sum?",
              {"dL_do": [[0.5, 0, -1], [-0.5, 0, 0]]}, o=[[1, 2, 3], [0, 1, 1]], y=[[0, 2, 5], [1, 1, 1]]),
        _case("numerical-gradient", "If one entry of o grows a little, by how much does L grow?", {"dL_do": slope}, o=o, y=y),
        _case("on-target", "What is the slope at the bottom of a parabola?", {"dL_do": np.zeros((5, 3))}, o=o, y=o.copy()),
    ]


def _cross_entropy_grad() -> list[Case]:
    o, y = _network(5, 3, 3, 3)["x"], np.array([2, 0, 1, 1, 0])
    large, labels = np.array([[1e4, -1e4, 0], [-1e4, -1e4, 1 - 1e4], [1e4, 1e4 - 1, 3], [800, 0, 700]]), np.array([1, 0, 2, 0])
    slopes = [_gradient(lambda moved, y=y: _cross_entropy(moved, y), o) for o, y in ((o, y), (large, labels))]
    log3 = np.log(3)
    return [
        _case("one-step", "Equal outputs: how likely is each class, and which one is true?", {"dL_do": [[0.5, -0.5]]}, "1/T",
              o=[[0, 0]], y=np.array([1])),
        _case("by-hand", "What is the softmax of (0, log 3)?",
              {"dL_do": [[0.25 / 3, -0.25 / 3], [-0.5 / 3, 0.5 / 3], [0.75 / 3, -0.75 / 3]]}, "1/T",
              o=[[0, log3], [5, 5], [log3, 0]], y=np.array([1, 0, 1])),
        _case("numerical-gradient", "If one entry of o grows a little, by how much does L grow?", {"dL_do": slopes[0]}, "1/T", o=o, y=y),
        _case("rows-sum", "What must the entries of each row add up to?", {"the sum of each row": np.zeros(5)}, "1/T",
              view=lambda rows: rows.sum(axis=-1), o=o, y=y),
        _case("large-outputs", "What is exp(10000) in float64, and what may be added to a row without changing its softmax?",
              {"dL_do": slopes[1]}, "1/T", o=large, y=labels),
    ]


HAND = {"W_hh": [[0, 3], [1, 0]], "W_qh": [[1, 0]]}  # W_hhᵀ (a, b) = (b, 3a)


def _hidden_grads() -> list[Case]:
    args = {name: _network(5, 2, 4, 3)[name] for name in ("dL_do", "W_hh", "W_qh")}
    signals = _signals(**args)
    direct = np.array([signals[t, t] for t in range(5)])
    first, last = args["dL_do"].copy(), args["dL_do"].copy()
    first[1:], last[:-1] = 0, 0
    return [
        _case("one-step", "T = 1: is there a next state?", {"dL_dh": [[7, 2, 2]]}, "row",
              dL_do=[[1, 2]], W_hh=[[1, 2, 0], [0, 1, 0], [0, 0, 3]], W_qh=[[1, 0, 2], [3, 1, 0]]),
        _case("by-hand", "What comes back to h_1, and through which two arrows?", {"dL_dh": [[1, 6], [2, 0]]}, "row",
              dL_do=[[1], [2]], **HAND),
        _case("numerical-gradient", "If one entry of h_t grows a little, on which ways does it reach L?",
              {"dL_dh": signals.sum(axis=0)}, "row", terms={"the direct part": direct}, **args),
        _case("last-loss", "Only o_T has a loss here: what comes back to the earlier states?", {"dL_dh": signals[-1]}, "row",
              **args | {"dL_do": last}),
        _case("first-loss", "Only o_1 has a loss here: which states does it depend on?", {"dL_dh": signals[0]}, "row",
              **args | {"dL_do": first}),
    ]


def _expanded_terms() -> list[Case]:
    args = {name: _network(5, 2, 4, 3)[name] for name in ("dL_do", "W_hh", "W_qh")}
    signals = _signals(**args)
    terms = [signals[5 + 2 - i - 1, 2 - 1] for i in range(2, 5 + 1)]
    return [
        _case("last-step", "How many terms are there for t = T, and which power do they hold?",
              {"the terms": signals[4:, 4]}, "row", **args, t=5),
        _case("by-hand", "Which output belongs to the first row, i = t, and which power?", {"the terms": [[0, 6], [1, 0]]}, "row",
              dL_do=[[1], [2]], **HAND, t=1),
        _case("terms", "If all outputs but one are silent, what reaches h_t from it?", {"the terms": terms}, "row", **args, t=2),
        _case("sum", "What do the rows add up to?", {"the sum of the rows": signals.sum(axis=0)[0]},
              view=lambda rows: np.atleast_2d(rows).sum(axis=0), **args, t=1),
    ]


def _parameter_grads() -> list[Case]:
    net = _network(5, 2, 4, 3)
    h = _by("dL_do", net | {"W_qh": np.eye(4), "dL_do": np.zeros((5, 4))})
    args = {"x": net["x"], "h": np.vstack([net["h_0"], h]), "dL_do": net["dL_do"], "dL_dh": _by("nudge", net)}
    last = net | {"x": np.where(np.arange(5)[:, None] == 4, net["x"], 0)}
    return [
        _case("one-step", "T = 1: which state does W_hh multiply, and which one W_qh?",
              {"dL_dW_hx": [[2, 1], [0, 0], [-4, -2]], "dL_dW_hh": [[1, -1, 3], [0, 0, 0], [-2, 2, -6]], "dL_dW_qh": [[0, 10, 20]]},
              x=[[2, 1]], h=[[1, -1, 3], [0, 2, 4]], dL_do=[[5]], dL_dh=[[1, 0, -2]]),
        _case("W_hx", "At which steps is W_hx used, and what does it multiply there?", {"dL_dW_hx": _by("W_hx", net)},
              terms={"the part of the last step": _by("W_hx", last)}, **args),
        _case("W_hh", "Which state does W_hh multiply at step t, and at how many steps?", {"dL_dW_hh": _by("W_hh", net)}, **args),
        _case("W_qh", "Which state does W_qh multiply at step t, and at how many steps?", {"dL_dW_qh": _by("W_qh", net)}, **args),
    ]


def _spectral_radius() -> list[Case]:
    def radius(check: str, ask: str, value: float, W_hh: Any) -> Case:
        return _case(check, ask, {"the spectral radius": value}, W_hh=W_hh)

    basis, inverse = np.array([[1, 1], [1, 2]]), np.array([[2, -1], [-1, 1]])
    return [
        radius("diagonal", "What are the eigenvalues of a diagonal matrix?", 3, [[3, 0, 0], [0, 1, 0], [0, 0, 2]]),
        radius("diagonal", "What is the eigenvalue of a matrix with one entry?", 0.5, [[0.5]]),
        radius("negative", "What is the modulus of a negative number?", 4, [[1, 2], [0, -4]]),
        radius("rotation", "What is the modulus of a complex number?", 2, [[0, -2], [2, 0]]),
        radius("rotation", "What is the modulus of a complex number?", 5, [[3, -4, 0], [4, 3, 0], [0, 0, 4]]),
        radius("triangular", "Eigenvalue or singular value: which one is asked for?", 0.5, [[0.5, 8], [0, 0.5]]),
        radius("triangular", "What are the eigenvalues of a triangular matrix?", 0, [[0, 7], [0, 0]]),
        radius("known-eigenvalues", "Its eigenvalues are 2 and -5: which one counts?", 5, basis @ np.diag([2.0, -5.0]) @ inverse),
    ]


def _amplification() -> list[Case]:
    args = {"dL_dh": [[0, 0, 24], [0, 21, 28], [0, 6, 8], [-3, -4, 0]], "dL_do": [[1, 0], [0, -2], [0, 0], [-1, 0]],
            "W_qh": [[3, 4, 0], [0, 0, 1]]}  # the signals have the lengths 5, 2, 0 and 5
    A = {"A": [2, 5, 2, 1]}
    scaled = {factor: {name: np.array(args[name]) * factor for name in ("dL_dh", "dL_do")} for factor in (1e-200, 1e200)}
    silent = {"dL_dh": [[0, 0, 21], [0, 0, -2], [0, 0, 0], [0, 0, 0]], "dL_do": [[1, 0], [0, -2], [0, 0], [0, 0]]}
    return [
        _case("by-hand", "Take a pencil: how long is each signal, and which of them are summed for t?", A, "entry", **args),
        _case("one-step", "T = 1: what was sent, and what arrives?", {"A": [1]}, "entry",
              dL_dh=[[3, 4]], dL_do=[[1]], W_qh=[[3, 4]]),
        _case("silent-end", "No signal has been sent yet at the last steps: what does 0/0 give, and what is asked for?",
              {"A": [3, 1, 0, 0]}, "entry", **args | silent),
        _case("tiny-loss", "The loss is scaled by 1e-200: what is the square of 1e-200 in float64?", A, "entry", **args | scaled[1e-200]),
        _case("huge-loss", "The loss is scaled by 1e200: what is the square of 1e200 in float64?", A, "entry", **args | scaled[1e200]),
    ]


def _detect_explosion() -> list[Case]:
    dL_dh, dL_do, W_qh = np.array([[3.0, 4], [0, 20], [15, 0], [0, 1]]), np.array([[0.0], [0], [0], [1]]), np.array([[0.0, 1]])
    nan, both, silent = dL_dh.copy(), dL_dh.copy(), 0 * dL_dh
    nan[0, 1] = both[1, 0] = silent[2, 1] = np.nan
    both[2, 1] = -np.inf
    row = "A is 5, 20, 15, 1: which step is met first on the way back, and is that the index of a row?"
    edge = "A_t equals the threshold: is it larger?"
    first = "What is looked at first, and in which direction?"
    scale = "The loss is scaled: does this change A_t? What is the square of 1e-200, or of 1e200, in float64?"

    def says(check: str, ask: str, want: Any, dL_dh: Any, dL_do: Any, W_qh: Any = W_qh, *threshold: float) -> Case:
        more = {"threshold": threshold[0]} if threshold else {}
        return _case(check, ask, want, dL_dh=dL_dh, dL_do=dL_do, W_qh=W_qh, **more)

    return [
        says("exploding", row, ("exploding", 3), dL_dh, dL_do),
        says("exploding", row, ("exploding", 2), dL_dh, dL_do, W_qh, 16.0),
        says("stable", row, ("stable", None), dL_dh, dL_do, W_qh, 30.0),
        says("stable", edge, ("stable", None), np.array([[0.0, 10], [0, 1]]), dL_do[2:]),
        says("stable", "T = 1: can anything have grown?", ("stable", None), dL_dh[3:], dL_do[3:]),
        says("non-finite", first, ("non_finite", 1), nan, dL_do),
        says("non-finite", first, ("non_finite", 3), both, dL_do),
        says("non-finite", first, ("non_finite", 3), silent, 0 * dL_do),
        says("no-signal", "What do the outputs send back here?", ("no_signal", None), 0 * dL_dh, 0 * dL_do),
        says("no-signal", "Can all signals be zero although dL_do is not?", ("no_signal", None), 0 * dL_dh, dL_do, 0 * W_qh),
        says("loss-scale", scale, ("exploding", 3), dL_dh * 1e-200, dL_do * 1e-200),
        says("loss-scale", scale, ("exploding", 3), dL_dh * 1e200, dL_do * 1e200),
        says("refuses", "Which thresholds make no sense?", ValueError, dL_dh, dL_do, W_qh, 1.0),
        says("refuses", "What is looked at first?", ValueError, nan, dL_do, W_qh, 0.5),
    ]


def _truncated_hidden_grads() -> list[Case]:
    args = {name: _network(5, 2, 4, 3)[name] for name in ("dL_do", "W_hh", "W_qh")}
    signals = _signals(**args)

    def window(check: str, ask: str, tau: int) -> Case:
        kept = np.array([signals[t : t + tau, t].sum(axis=0) for t in range(5)])
        terms = {"the direct part": np.array([signals[t, t] for t in range(5)])}
        return _case(check, ask, {"dL_dh": kept}, "row", terms, **args, tau=tau)

    refusal = "Which tau leave no loss at all?"
    return [
        window("direct-only", "tau = 1: whose loss is kept for h_t?", 1),
        _case("direct-only", "T = 1: is there a next state?", {"dL_dh": [[1, 0]]}, "row", dL_do=[[1]], **HAND, tau=3),
        _case("by-hand", "Which two losses does each state keep for tau = 2?", {"dL_dh": [[1, 6], [2, 12], [4, 0]]}, "row",
              dL_do=[[1], [2], [4]], **HAND, tau=2),
        window("window", "Where does the window of step t begin, and where does it end?", 2),
        window("window", "Where does the window of step t begin, and where does it end?", 3),
        window("whole", "What does a window of T steps or more leave out?", 5),
        window("whole", "What does a window of T steps or more leave out?", 50),
        _case("refuses", refusal, ValueError, **args, tau=0),
        _case("refuses", refusal, ValueError, **args, tau=-2),
    ]


def _clip_gradients() -> list[Case]:
    def clip(check: str, ask: str, want: Any, grads: list[Any], max_norm: float) -> Case:
        arrays = want if want is ValueError else {f"clipped[{i}]": array for i, array in enumerate(want)}
        return _case(check, ask, arrays, grads=grads, max_norm=max_norm)

    grads = [[[1, -2]], [2, 4]]  # joint norm 5
    joint, short = "What is the norm of all entries together, and how many factors are there?", "Is this norm too large?"
    finite, sense = "Which comparisons with a NaN or an infinite norm are true?", "Which max_norm make no sense?"
    return [
        clip("by-hand", joint, [[[0.5, -1]], [1, 2]], grads, 2.5),
        clip("by-hand", joint, [[[0.6], [0.8]]], [[[3], [4]]], 1.0),
        clip("leaves-short-ones", short, grads, grads, 5.0),
        clip("leaves-short-ones", short, grads, grads, 100.0),
        clip("leaves-short-ones", "All entries are zero: by what would you divide?", [[0, 0], [[0]]], [[0, 0], [[0]]], 1.0),
        clip("large-entries", "What is the square of 1e300 in float64?", [[[0.6]], [0.8, 0]], [[[3e299]], [4e299, 0]], 1.0),
        clip("refuses", finite, ValueError, [[[1, np.nan]], [2, 4]], 1.0),
        clip("refuses", finite, ValueError, [[[1, 2]], [np.inf, 4]], 1.0),
        clip("refuses", sense, ValueError, grads, 0.0),
        clip("refuses", sense, ValueError, grads, -1.0),
    ]


TASKS: dict[str, Callable[[], list[Case]]] = {
    "forward": _forward, "squared_error_grad": _squared_error_grad, "cross_entropy_grad": _cross_entropy_grad,
    "hidden_grads": _hidden_grads, "expanded_terms": _expanded_terms, "parameter_grads": _parameter_grads,
    "spectral_radius": _spectral_radius, "amplification": _amplification, "detect_explosion": _detect_explosion,
    "truncated_hidden_grads": _truncated_hidden_grads, "clip_gradients": _clip_gradients,
}
SHAPE_ASKS = {
    "forward": "How many states are there, h_0 included, and how many outputs?",
    "expanded_terms": "How many steps are there from t to T, and how long is each term?",
    "parameter_grads": "Which shape has the parameter itself, and in which order are the three asked for?",
    "spectral_radius": "Is it one number, or an array of them?",
    "amplification": "How many numbers are asked for at each step?",
    "clip_gradients": "Which shapes come in, and which go out?",
}
RELATION_ASKS = {
    "sign": "If one entry grows a little, does L grow or shrink?",
    "factor": "Which factor is missing, or there once too often?",
    "transpose": "Which index counts the rows, and which the columns?",
    "reversed": "In which order are the rows asked for?",
    "shift": "Which row belongs to which step?",
    "squared_error_grad factor": "What becomes of the 1/2, and where does the 1/T of the loss enter?",
    "cross_entropy_grad factor": "Where does the 1/T of the loss enter, and how often?",
    "hidden_grads zeros": "What starts the way back at t = T?",
    "hidden_grads factor": "dL_do holds its 1/T already: must a factor appear here?",
    "hidden_grads only_last_row": "What happens to a gradient on its way from h_{t+1} to h_t?",
    "hidden_grads term": "How many arrows leave h_t in the graph?",
    "truncated_hidden_grads only_last_row": "What happens to a gradient on its way from h_{t+1} to h_t?",
    "parameter_grads factor": "dL_do and dL_dh hold their 1/T already: must a factor appear here?",
    "parameter_grads transpose": "In which order do the factors of the outer product stand?",
    "parameter_grads term": "At how many steps is the parameter used?",
    "clip_gradients factor": "Is it one factor for all arrays, and of which norm is it made?",
    "clip_gradients zeros": "What became of the norm on the way?",
}
ERROR_ASKS = {
    "ValueError": "What are the shapes of the arrays in this line?",
    "IndexError": "Which rows does this array have?",
    "NameError": "Where does this name get its value?",
}
# fmt: on


@cache
def _cases(task: str) -> list[Case]:
    return TASKS[task]()


# From the notebook's file to functions


class Unreadable(Exception):
    """The notebook cannot be read; the text says which, why, and what to do."""


def load_notebook(path: str | os.PathLike[str] = "bptt.ipynb") -> dict[str, Any]:
    """Run a notebook's code cells, without Jupyter, and return what they define.

    Check cells are left out. A cell that raises is noted in `__cell_errors__`, and the others go on.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")  # a picture must not wait for a window to be closed
    errors: dict[str, str] = {}
    namespace = {"__name__": "__main__", "__cell_errors__": errors, "get_ipython": lambda: None, "display": lambda *_, **__: None}
    for number, (name, source) in enumerate(_code_cells(Path(path)), 1):
        filename = f"<cell {number}>"
        with _quiet():
            try:
                code = _compile(source, filename)
                linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
                exec(code, namespace)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # one cell's trouble, SystemExit included, is not the others'
                errors[name or f"cell {number}"] = _exception(error)
    return namespace


def _code_cells(path: Path) -> list[tuple[str, str]]:
    """The grade_id, if any, and the source of each code cell that is not a check cell."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        found = []
        for cell in cells:
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if cell["cell_type"] == "code" and not (marks.get("grade") and marks.get("locked")):
                found.append((marks.get("grade_id", ""), "".join(cell["source"])))
        return found
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror}). Is the notebook in this folder?") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(f"{path} is not a complete notebook. Save it again in Jupyter, then try once more.") from None


def _compile(source: str, filename: str) -> Any:
    """A cell as code; where it is no plain Python, without IPython's own lines (`%`, `!`, `?`)."""
    try:
        return compile(source, filename, "exec")
    except SyntaxError:
        if source.lstrip().startswith("%%") and not source.lstrip().startswith(("%%time", "%%capture")):
            return compile("", filename, "exec")  # another language's cell
        plain = [re.sub(r"^(\s*)([%!?].*|.*\?)$", r"\1pass", line) for line in source.split("\n")]
        return compile("\n".join(plain), filename, "exec")


def main(path: str = "bptt.ipynb") -> int:
    """`python -m selfcheck`: all tasks of the saved notebook, and what does not hold yet."""
    try:
        namespace = load_notebook(path)
        outcomes = {task: results(task, namespace) for task in TASKS}
    except Unreadable as error:
        _write(sys.stderr, wrap(str(error)))
        return 2
    except KeyboardInterrupt:
        _write(sys.stderr, "Interrupted. Does every loop in the notebook come to an end?")
        return 130
    _report(outcomes)
    for sentence in (sentence for found in outcomes.values() for sentence in _sentences(found)):
        _write(sys.stdout, "\n" + sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main())
