"""The process in which student code runs. It holds no reference, no check, no expected value and no secret.

Started as a fresh interpreter (`python -s -P -m worker SPEC FD`), it loads what students may import, then forks once for each
submission; the child walls itself in, reads the submission's cells, runs them, and answers calls over its own socket.
Where there is no fork, `--once` makes the process itself that child.

The grader trusts nothing that comes from here: a lie can only cost the student who tells it.
"""

import builtins
import contextlib
import gc
import importlib
import importlib.machinery
import json
import linecache
import os
import random
import signal
import socket
import struct
import sys
import time
import types
import warnings
from typing import Any

import numpy as np

from .cells import called_names
from .counting import Counting
from .gaps import gap_of
from .imports import AbsentFinder, Swallow, offered, preload
from .processor_time import computed_s
from .protocol import REQUEST_HEADER, Channel
from .shell import Shell

try:
    import pyseccomp  # behind the walls there is nothing to import from
except (ImportError, OSError, RuntimeError):
    pyseccomp = None
if sys.platform.startswith("linux"):
    from .isolation import enclose, settle
else:

    def settle(spec: dict[str, Any], forks: bool) -> None:
        """Nothing to prepare."""

    def enclose(keep: int, spec: dict[str, Any]) -> dict[str, str]:
        """Nothing to put up."""
        return dict.fromkeys(spec["layers"], "only Linux has it")


_clock_s = time.thread_time  # not that of the process: a limit on its CPU time makes that clock coarse
_absent = AbsentFinder()
_PYTHONS_OWN = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder)
MAX_TEXT = 300  # characters of a student's error message that are passed on
MAX_WORDS = 3000  # of it that are looked at


def control(connection: socket.socket, spec: dict[str, Any]) -> None:
    """Fork a child for each `f` that comes with a descriptor.

    On `t` say what the last one has computed; on `r` kill it, and say how it ended and what it had computed.
    """
    gc.freeze()  # a child's collections then leave all this alone, and its memory shared
    child, started = 0, 0.0
    while True:
        order, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        if order == b"f":
            started = time.monotonic()
            child = os.fork()
            if child == 0:
                connection.close()
                os.setsid()
                serve(socket.socket(fileno=descriptors[0]), spec)
            os.close(descriptors[0])
            connection.sendall(b"!")
        elif order == b"t":
            connection.sendall(struct.pack("!d", computed_s(child, started)))
        elif order == b"r":
            connection.sendall(struct.pack("!Hd", *_reap(child)))
        else:  # the grader is gone
            return


def _reap(child: int) -> tuple[int, float]:
    """Kill a child with all that it may have started: its wait status, and the processor time that it has used."""
    alone = os.getpid() == 1  # in a namespace of our own: all other processes there are of this worker's rooms
    with contextlib.suppress(ProcessLookupError):
        if alone:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    with contextlib.suppress(ChildProcessError):
        while alone:
            os.waitpid(-1, 0)
    return status & 0xFFFF, used.ru_utime + used.ru_stime


def serve(connection: socket.socket, spec: dict[str, Any]) -> None:
    """Be the room of one submission: first the walls, then its cells, then its calls. Never returns."""
    try:
        became = enclose(connection.fileno(), spec)
        channel = Channel(connection, spec["request_bytes"], REQUEST_HEADER)
        channel.send({"layers": became})
        request = channel.receive()
        sources = request["cells"]
        shell, namespace = _fresh_shell(request["name"], sources)
        functions: dict[str, Any] = {}
        change_folder, os.chdir = (
            os.chdir,
            lambda path: None,
        )  # cells go to folders of another machine, and need none here
        for index in request["run"]:
            channel.send({"cell": index, "error": _run_cell(sources, index, shell)})
            functions |= {name: namespace[name] for name in request["functions"] if callable(namespace.get(name))}
        os.chdir = change_folder
        _unshadow(namespace, functions, sources)
        channel.hold_s = request["hold_s"]  # of answers: a cell is told at once, for then it is known which one hangs
        while True:
            calls = [channel.receive() for _ in range(channel.receive()["calls"])]
            _answer_calls(channel, namespace, sources, calls, spec["answer_bytes"])
    except (ConnectionError, BrokenPipeError):
        pass
    finally:
        os._exit(0)


def _fresh_shell(name: str, sources: list[str]) -> tuple[Shell, dict[str, Any]]:
    """A module of this name in which cells can run, and what is in it."""
    module = sys.modules[name] = types.ModuleType(name)
    sys.argv = [""]
    random.seed(0)
    np.random.seed(0)
    shell = Shell(module.__dict__, _absent)
    _absent.shell = shell
    module.__dict__.update(get_ipython=lambda: shell, display=Swallow(), In=[""], Out={}, _="")
    if name != "__main__":  # a script knows its file
        module.__file__ = f"{name}.py"
    for index, source in enumerate(sources):  # a student's own are there from the last time, whatever stands above them
        shell.files.keep(source, _named(index))
    return shell, module.__dict__


def _named(index: int) -> str:
    return f"<cell {index}>"


def _run_cell(sources: list[str], index: int, shell: Shell) -> dict[str, Any] | None:
    try:
        source, name = sources[index], _named(index)
        linecache.cache[name] = (len(source), None, [line + "\n" for line in source.split("\n")], name)
        shell.run(source, name)
    except BaseException as error:
        return _describe(error, sources)
    return None


def _unshadow(namespace: dict[str, Any], functions: dict[str, Any], sources: list[str]) -> None:
    """Undo what a later cell's variable did to an earlier function: `forward = forward(x, …)`, `sum = 0`."""
    for name, function in functions.items():
        if not callable(namespace.get(name)):
            namespace[name] = function
    shadows = {n for n, value in namespace.items() if callable(getattr(builtins, n, None)) and not callable(value)}
    shadows.discard("__loader__")  # every module's own
    for name in shadows & called_names(sources) if shadows else ():
        del namespace[name]


def _answer_calls(
    channel: Channel, namespace: dict[str, Any], sources: list[str], calls: list[dict], most: int
) -> None:
    """Answer each call as soon as it is done, in at most so many bytes, and say at the end which results have changed."""
    results: list[tuple[int, str, Any, Any]] = []
    for number, call in enumerate(calls):
        answer: dict[str, Any] = {"answer": number}
        function = namespace.get(call["function"])
        if not callable(function):
            channel.send(answer | {"missing": True})
            continue
        before = [_snapshot(argument) for argument in call["args"]]
        try:
            result = _measured(function, call, answer)
            answer["value"] = _convert(result, call["form"], most)
            answer["shares"] = [i for i, argument in enumerate(call["args"]) if _shares(result, argument)]
            results.append((number, call["form"], result, _snapshot(answer["value"])))
        except BaseException as error:
            answer["raised"] = _describe(error, sources)
        answer["changed"] = [i for i, argument in enumerate(call["args"]) if _snapshot(argument) != before[i]]
        channel.send(answer)
    changed = [n for n, form, result, sent in results if _snapshot(_convert(result, form, most)) != sent]
    channel.send({"end": changed})


def _measured(function: Any, call: dict[str, Any], answer: dict[str, Any]) -> Any:
    """The result of a call; in the answer, the work that it took, where that is asked for."""
    if call["measure"] == "count":
        with Counting() as counting:
            result = _called(function, call["args"])
        answer["work"] = [counting.lines, counting.bytes]
        return result
    start = _clock_s()
    result = _called(function, call["args"])
    if call["measure"] == "time":
        answer["cpu_s"] = _clock_s() - start
    return result


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


def _shares(result: Any, argument: Any) -> bool:
    """Whether a result is this argument, or an array of it lies in the memory of one of the argument's."""
    if result is argument:
        return isinstance(argument, list | np.ndarray)
    one, other = (value[:100] if isinstance(value, list | tuple) else [value] for value in (result, argument))
    arrays = [np.asarray(part) for part in one if isinstance(part, np.ndarray | memoryview)]
    return any(np.may_share_memory(a, b) for a in arrays for b in other if isinstance(b, np.ndarray))


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
    return {"unusable": f"{_name(value)} of dtype {array.dtype}"[:MAX_TEXT]}


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


def _describe(error: BaseException, sources: list[str]) -> dict[str, Any]:
    """An exception as text: its type, its message, and the last line of the student's own code that it passed."""
    try:
        text = str(error)[:MAX_WORDS]
        if isinstance(error, ImportError) and error.path:
            text = text.replace(f" ({error.path})", "")  # a place of this machine's
    except BaseException:
        text = ""
    cell, line, frame = None, None, None
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
        cell, line, text = int(str(error.filename)[6:-1]), error.lineno, str(error.msg)[:MAX_WORDS]
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.startswith("<cell "):
            cell, line, frame = int(filename[6:-1]), trace.tb_lineno, trace.tb_frame
        trace = trace.tb_next
    code, gap = "", ""
    if cell is not None and line is not None:
        lines = sources[cell].split("\n")
        code = lines[line - 1].strip()[:MAX_TEXT] if 0 < line <= len(lines) else ""
        gap = gap_of(error, text, sources[cell], line, frame)
    return {
        "type": type(error).__name__[:80],
        "text": text[:MAX_TEXT],
        "line": line or 0,
        "code": code,
        "value_error": isinstance(error, ValueError),
        "not_implemented": isinstance(error, NotImplementedError),
        "memory": isinstance(error, MemoryError),
        "gap": gap,
    }


def main() -> None:
    spec = json.loads(sys.argv[1])
    preload(spec["few"])
    if not spec["few"]:
        from .threads import install

        install()
    else:  # code that hides its import of it gets the process in which a thread's work is done at once
        sys.modules.pop("threading", None)
    sys.path.remove(os.environ.pop("PYTHONPATH"))  # it was for this package alone
    sys.setrecursionlimit(20_000)  # a recursive answer to 4,000 steps is legal
    _absent.elsewhere = offered() if spec["few"] else frozenset()
    sys.meta_path[:] = [*_PYTHONS_OWN, _absent]  # packages may have added theirs
    importlib.invalidate_caches()
    once = sys.argv[2] == "--once"
    settle(spec, forks=not once)
    if once:
        serve(_shared_socket(), spec)
    connection = socket.socket(fileno=int(sys.argv[2]))
    connection.sendall(b"!")  # warm
    control(connection, spec)


def _shared_socket() -> socket.socket:
    """The one connection of a worker without fork: a descriptor number, or on Windows a shared socket's bytes."""
    if len(sys.argv) > 3:
        return socket.socket(fileno=int(sys.argv[3]))
    return socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined]  # exists on Windows alone


if __name__ == "__main__":
    main()
