"""Puts calls to a student's functions: keeps watch over arguments and results, and turns results into what can be sent."""

import time
import warnings
from typing import Any

import numpy as np

from .beside import in_place
from .counting import Counting
from .errors import MAX_TEXT, describe
from .messages import CallMessage
from .protocol import Channel
from .scopes import Scopes

_SEQUENCES = (list, tuple)
_IN_MEMORY = (np.ndarray, memoryview)
_clock_s = time.thread_time  # not that of the process: a limit on its CPU time makes that clock coarse


def answer_calls(
    channel: Channel,
    namespace: dict[str, Any],
    scopes: Scopes,
    sources: list[str],
    calls: list[CallMessage],
    most: int,
) -> None:
    """Answer each call as soon as it is done, in at most so many bytes, and say at the end which results have changed."""
    results: list[tuple[int, str, Any, Any]] = []
    for number, call in enumerate(calls):
        answer: dict[str, Any] = {"answer": number}
        scopes.enter(call["function"])
        function = namespace.get(call["function"])
        if not callable(function):
            channel.send(answer | {"missing": True, "beside": in_place(call["function"], namespace)})
            continue
        before = [_snapshot(argument) for argument in call["args"]]
        try:
            result, answer["value"] = _measured(function, call, answer, most)
            if call["form"] == "arrays" and isinstance(result, np.ndarray):
                answer["one"] = list(result.shape)
            answer["shares"] = _shared(result, call["args"])
            results.append((number, call["form"], result, _snapshot(answer["value"])))
        except BaseException as error:
            answer["raised"] = describe(error, sources, scopes.cells.get(call["function"]))
        answer["changed"] = [i for i, argument in enumerate(call["args"]) if _snapshot(argument) != before[i]]
        channel.send(answer)
    changed = [n for n, form, result, sent in results if _snapshot(_convert(result, form, most)) != sent]
    channel.send({"end": changed})


def _measured(function: Any, call: CallMessage, answer: dict[str, Any], most: int) -> tuple[Any, Any]:
    """The result of a call, and its form on the wire; in the answer, the work that it took, where that is asked for.

    What is returned may do its work only when it is made an array: that counts as well.
    """

    def result_and_value() -> tuple[Any, Any]:
        result = _called(function, call["args"])
        return result, _convert(result, call["form"], most)

    if call["measure"] == "count":
        with Counting() as counting:
            found = result_and_value()
        answer["work"] = [counting.lines, counting.bytes]
        return found
    start = _clock_s()
    found = result_and_value()
    if call["measure"] == "time":
        answer["cpu_s"] = _clock_s() - start
    return found


def _called(function: Any, args: list[Any]) -> Any:
    """What a function sets for warnings stays its own; a warning that a cell made an exception costs nothing."""
    try:
        with np.errstate(), warnings.catch_warnings():
            return function(*args)
    except (FloatingPointError, Warning):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args)


def _snapshot(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype, value.tobytes())
    if isinstance(value, list):
        return [_snapshot(item) for item in value]
    return repr(value)


def _shared(result: Any, arguments: list[Any]) -> list[int]:
    """Which arguments the result is, or has in it, or lies in the memory of. An array that owns its memory shares none."""
    parts = result[:100] if isinstance(result, _SEQUENCES) else [result]
    own = {id(part) for part in parts}
    views = [
        np.asarray(part) for part in parts if isinstance(part, _IN_MEMORY) and getattr(part, "base", 0) is not None
    ]
    found = []
    for number, argument in enumerate(arguments):
        some = argument[:100] if isinstance(argument, _SEQUENCES) else [argument]
        arrays = [array for array in some if isinstance(array, np.ndarray)]
        is_it = result is argument and isinstance(argument, list)
        is_in_it = any(id(array) in own for array in arrays)
        if is_it or is_in_it or (views and any(np.may_share_memory(v, array) for v in views for array in arrays)):
            found.append(number)
    return found


def _convert(result: Any, form: str, most: int) -> Any:
    """The result in the form that the task has: what the wire can carry, or {"unusable": what it is}."""
    if form == "array":
        return _real(result, most)
    if not isinstance(result, list | tuple):
        if isinstance(result, np.ndarray) and result.ndim > 0:
            result = list(result)
        else:
            return {"unusable": _name(result)}
    if form != "arrays":
        return [_plain(part) for part in result[:100]]
    parts = [_real(part, most) for part in result[:100]]
    entries = sum(part.size for part in parts if isinstance(part, np.ndarray))
    return {"unusable": f"arrays of {entries} entries"} if entries * 8 > most else parts


def _real(value: Any, most: int) -> Any:
    """A float64 copy of whatever is a real numeric array; bool, text, object and complex are not."""
    if value is None or isinstance(value, bool):
        return {"unusable": _name(value)}
    try:
        array = np.asarray(value)
        if array.size * 8 > most:
            return {"unusable": f"an array of {array.size} entries"}
        if array.dtype.kind in "iuf":
            return np.array(array, dtype=np.float64, order="C", subok=False)
    except (ValueError, TypeError):
        return {"unusable": f"{_name(value)} that is no regular array"}
    if array.dtype == object and not array.ndim and isinstance(value, np.ndarray):
        return {"unusable": f"an array that holds {_name(array.item())}"}
    of = f" of dtype {array.dtype}" if array.ndim or isinstance(value, np.ndarray) else ""  # else its name says it
    return {"unusable": f"{_name(value)}{of}"[:MAX_TEXT]}


def _plain(value: Any) -> Any:
    """A part of a verdict: text, a whole number or None."""
    if value is None:
        return None
    if isinstance(value, str):
        return str.__str__(value)[:MAX_TEXT]  # an enumeration's member too is the text it stands for
    try:
        if not isinstance(value, bool | np.bool_):
            return min(max(value.__index__(), -(2**53)), 2**53)
    except (AttributeError, TypeError):
        pass
    return {"unusable": _name(value)}


def _name(value: Any) -> str:
    return "None" if value is None else type(value).__name__[:80]
