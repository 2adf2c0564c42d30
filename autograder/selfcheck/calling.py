"""How a function is called, and what comes of it."""

import contextlib
import copy
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.engine.diagnosis.questions import of_unusable
from autograder.engine.sandbox.worker.unset import unset_marked
from autograder.selfcheck.cases.shared import FORMS, LISTS, TUPLES, Case
from autograder.selfcheck.limit import TooLongError, limited
from autograder.selfcheck.words import error_text, kind, text_around

LONGEST_S = 10.0  # of one call


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
    seen: str = ""  # the kind of an answer that cannot be judged, for its question


class _UnusableError(Exception):
    """What was returned cannot be judged: what it is, and its kind."""

    def __init__(self, what: str, seen: str) -> None:
        super().__init__(what)
        self.seen = seen


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Prints and warnings of your code never count, and would hide what matters."""
    out, err = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with out, err, warnings.catch_warnings(action="ignore"):
        yield


def call(task: str, function: Callable, case: Case) -> Reply:
    args, raw, trouble, seen = copy.deepcopy(case.args), None, "", ""
    value: list[Any] | None = None
    error: BaseException | None = None
    with quiet():
        try:
            with limited(LONGEST_S):
                raw = _result_of(function, args)
            value = converted(task, raw)
            if isinstance(case.want, dict) and len(value) != len(TUPLES.get(task, case.want)):
                wanted = len(TUPLES.get(task, case.want))
                one = isinstance(raw, np.ndarray)
                came = f"one array of shape {np.shape(raw)}" if one else f"{len(value)} arrays"
                trouble, seen = f"it returned {came}, expected {wanted} arrays", "one_array" if one else "count"
                value = None
        except KeyboardInterrupt:
            raise
        except _UnusableError as unusable:
            trouble, seen = f"it returned {unusable}", unusable.seen
        except TooLongError as stopped:
            trouble, seen = str(stopped), "dead"
        except BaseException as raised:  # your code may raise anything, SystemExit included
            error, trouble = raised, f"it raised {error_text(raised)}"
    changed = [name for name in args if _snapshot(args[name]) != _snapshot(case.args[name])]
    return Reply(case, raw, value, trouble, error, changed, [name for name in args if _shares(raw, args[name])], seen)


def _result_of(function: Callable, args: dict[str, Any]) -> Any:
    """What a cell sets for warnings costs nothing here either, an exception of them included."""
    code = getattr(function, "__code__", None)
    text = text_around(code) if code else ""
    try:
        with np.errstate(), unset_marked(text):
            return function(*args.values())
    except (FloatingPointError, Warning):
        with np.errstate(all="ignore"), warnings.catch_warnings(), unset_marked(text):
            warnings.simplefilter("ignore")
            return function(*args.values())


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


def converted(task: str, raw: Any) -> list[Any]:
    """The result as a list of float64 arrays, or as the pair (status, t)."""
    pair = FORMS.get(task) == "pair"
    if not pair and task not in (*TUPLES, *LISTS):
        return [_real(raw)]
    if not isinstance(raw, list | tuple) and not (isinstance(raw, np.ndarray) and raw.ndim > 0):
        wanted = "the pair (status, t)" if pair else "a tuple or list of arrays"
        raise _UnusableError(f"{kind(raw)}, expected {wanted}", of_unusable(kind(raw), pair))
    if not pair:
        return [_real(part) for part in raw]
    if len(raw) != 2:
        raise _UnusableError(f"{len(raw)} values, expected the pair (status, t)", "no_pair")
    return [_plain(part) for part in raw]


def _real(value: Any) -> np.ndarray:
    """A float64 copy of whatever is a real numeric array; bool, text, objects and complex numbers are not."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise _UnusableError(f"{kind(value)} that is no regular array, expected real numbers", "rows_differ") from None
    if array.dtype.kind not in "iuf":
        what = kind(value) + (f" of dtype {array.dtype}" if isinstance(value, np.ndarray) else "")
        if array.dtype == object and not array.ndim and isinstance(value, np.ndarray):
            what = f"an array that holds {kind(array.item())}"
        raise _UnusableError(f"{what}, expected real numbers", of_unusable(what))
    return np.array(array, dtype=np.float64, order="C", subok=False)


def _plain(value: Any) -> str | int | None:
    """A part of the pair: text, a whole number or None."""
    if value is None:
        return None
    if isinstance(value, str):
        return str.__str__(value)  # a member of an enumeration too is the text that it stands for
    try:
        if not isinstance(value, bool | np.bool_):
            return int(value.__index__())
    except (AttributeError, TypeError):
        pass
    what = f"a pair that holds {kind(value)}, expected a text, and an integer or None"
    raise _UnusableError(what, "step_type")
