"""The process in which student code runs. It holds no reference, no check, no expected value and no secret.

Started as a fresh interpreter (`python -s -P worker.py SPEC FD`), it loads what students may import, then forks once for each
submission; the child walls itself in, reads the submission's cells, runs them, and answers calls over its own socket.
Where there is no fork, `--once` makes the process itself that child.

The grader trusts nothing that comes from here: a lie can only cost the student who tells it.
"""

import builtins
import contextlib
import gc
import importlib.machinery
import inspect
import json
import linecache
import os
import random
import signal
import socket
import sys
import time
import types
import warnings
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import numpy as np
from gaps import gap_of
from modules import AbsentFinder, Swallow, offered, preload
from notebook_syntax import called_names, compiled, guarded_imports
from wire import REQUEST_HEADER, Channel

try:
    import pyseccomp  # behind the walls there is nothing to import from
except (ImportError, OSError, RuntimeError):
    pyseccomp = None
if sys.platform.startswith("linux"):
    from walls import enclose, settle
else:

    def settle(spec: dict[str, Any], forks: bool) -> None:
        """Nothing to prepare."""

    def enclose(keep: int, spec: dict[str, Any]) -> dict[str, str]:
        """Nothing to put up."""
        return dict.fromkeys(spec["layers"], "only Linux has it")


MAX_BYTES = 64 * 2**20  # of one request: all instances of all tasks
MAX_ANSWER = 2**18  # of one array; the longest honest one has 64 KiB
_clock_s = time.thread_time  # not that of the process: a limit on its CPU time makes that clock coarse
_absent = AbsentFinder()
_PYTHONS_OWN = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder)
MAX_TEXT = 300  # characters of a student's error message that are passed on
MAX_WORDS = 3000  # of it that are looked at


def control(connection: socket.socket, spec: dict[str, Any]) -> None:
    """Fork a child for each `fork` that comes with a descriptor; on `reap` kill the last one and say how it ended."""
    gc.freeze()  # a child's collections then leave all this alone, and its memory shared
    child = 0
    while True:
        order, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        if order == b"f":
            child = os.fork()
            if child == 0:
                connection.close()
                os.setsid()
                serve(socket.socket(fileno=descriptors[0]), spec)
            os.close(descriptors[0])
            connection.sendall(b"!")
        elif order == b"r":
            connection.sendall((_reap(child) & 0xFFFF).to_bytes(2, "big"))
        else:  # the grader is gone
            return


def _reap(child: int) -> int:
    """Kill a child with all that it may have started, and return its wait status."""
    alone = os.getpid() == 1  # in a namespace of our own: all other processes there are of this worker's rooms
    with contextlib.suppress(ProcessLookupError):
        if alone:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ChildProcessError):
        while alone:
            os.waitpid(-1, 0)
    return status


def serve(connection: socket.socket, spec: dict[str, Any]) -> None:
    """Be the room of one submission: first the walls, then its cells, then its calls. Never returns."""
    try:
        became = enclose(connection.fileno(), spec)
        channel = Channel(connection, MAX_BYTES, REQUEST_HEADER)
        channel.send({"layers": became})
        request = channel.receive()
        channel.hold_s = request["hold_s"]
        namespace = _fresh_namespace(request["name"])
        sources = request["cells"]
        functions: dict[str, Any] = {}
        for index in request["run"]:
            channel.send({"cell": index, "error": _run_cell(sources, index, namespace)})
            functions |= {name: namespace[name] for name in request["functions"] if callable(namespace.get(name))}
        _unshadow(namespace, functions, sources)
        while True:
            _answer_calls(channel, namespace, sources, channel.receive()["calls"])
    except (ConnectionError, BrokenPipeError):
        pass
    finally:
        os._exit(0)


def _fresh_namespace(name: str) -> dict[str, Any]:
    module = types.ModuleType(name)
    sys.modules[name] = module
    random.seed(0)
    np.random.seed(0)
    module.__dict__.update(get_ipython=Swallow(), display=Swallow())
    return module.__dict__


def _run_cell(sources: list[str], index: int, namespace: dict[str, Any]) -> dict[str, Any] | None:
    try:
        name, source = f"<cell {index}>", sources[index]
        code, text = compiled(source, name)
        _absent.guarded |= guarded_imports(text)
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        awaited = eval(code, namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            import asyncio  # not among few modules

            asyncio.run(awaited)
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


def _answer_calls(channel: Channel, namespace: dict[str, Any], sources: list[str], calls: list[dict]) -> None:
    """Answer each call as soon as it is done, and say at the end which results have changed since."""
    results: list[tuple[int, str, Any, Any]] = []
    for number, call in enumerate(calls):
        answer: dict[str, Any] = {"answer": number}
        function = namespace.get(call["function"])
        if not callable(function):
            channel.send(answer | {"missing": True})
            continue
        before = [_snapshot(argument) for argument in call["args"]]
        start = _clock_s()
        try:
            result = _called(function, call["args"])
            answer["cpu_s"] = _clock_s() - start
            answer["value"] = _convert(result, call["form"])
            results.append((number, call["form"], result, _snapshot(answer["value"])))
        except BaseException as error:
            answer["raised"] = _describe(error, sources)
        answer["changed"] = [i for i, argument in enumerate(call["args"]) if _snapshot(argument) != before[i]]
        channel.send(answer)
    channel.send({"end": [n for n, form, result, sent in results if _snapshot(_convert(result, form)) != sent]})


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


def _convert(result: Any, form: str) -> Any:
    """The result in the form that the task has: what the wire can carry, or {"unusable": what it is}."""
    if form == "array":
        return _real(result)
    if not isinstance(result, list | tuple):
        if isinstance(result, np.ndarray) and result.ndim > 0:
            result = list(result)
        else:
            return {"unusable": _name(result)}
    if form == "arrays":
        return [_real(part) for part in result[:100]]
    return [_plain(part) for part in result[:100]]


def _real(value: Any) -> Any:
    """A float64 copy of whatever is a real numeric array; bool, text, object and complex are not."""
    if value is None or isinstance(value, bool):
        return {"unusable": _name(value)}
    try:
        array = np.asarray(value)
        if array.size * 8 > MAX_ANSWER:
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
        lines = sources[cell].splitlines()
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
        from one_thread import install

        install()
    else:  # code that hides its import of it gets the process in which a thread's work is done at once
        sys.modules.pop("threading", None)
    del sys.path[0]
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
