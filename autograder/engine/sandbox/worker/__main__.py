"""The process in which student code runs. It holds no reference, no check, no expected value and no secret.

Started as a fresh interpreter (`python -s -P -m worker SPEC FD`), it loads what students may import, then forks once for each
submission; the child isolates itself, reads the submission's cells, runs them, and answers calls over its own socket.
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
import signal
import socket
import struct
import sys
import time
import types
from typing import Any

from .calls import answer_calls
from .cells import called_names
from .chance import settle
from .errors import describe
from .imports import AbsentFinder, Swallow, offered, preload
from .messages import CallMessage, Request, Spec
from .processor_time import computed_s
from .protocol import REQUEST_HEADER, Channel
from .scopes import Scopes
from .search import Search, searching
from .shell import Shell
from .unset import mark_unset

try:
    import pyseccomp  # an isolated process has no files to import it from
except (ImportError, OSError, RuntimeError):
    pyseccomp = None
if sys.platform.startswith("linux"):
    from .isolation import apply, prepare
else:

    def prepare(spec: Spec, forks: bool) -> None:
        """Nothing to prepare."""

    def apply(keep: int, spec: Spec) -> dict[str, str]:
        """Nothing to put up."""
        return dict.fromkeys(spec["layers"], "only Linux has it")


_absent = AbsentFinder()
_PYTHONS_OWN = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder)


def control(connection: socket.socket, spec: Spec) -> None:
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
            connection.sendall(struct.pack("!d", computed_s(child, started) if child else 0.0))
        elif order == b"r":
            connection.sendall(struct.pack("!Hd", *_reap(child)))
            child = 0
        else:  # the grader is gone
            return


def _reap(child: int) -> tuple[int, float]:
    """Kill a child with all that it may have started: its wait status, and the processor time that it has used."""
    if not child:  # a signal to "group 0" reaches our own: the grader, and whatever it was started with
        return 0, 0.0
    alone = os.getpid() == 1  # in a namespace of our own: all other processes in it came from this worker's children
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


def serve(connection: socket.socket, spec: Spec) -> None:
    """Serve one submission: first isolate this process, then run the cells, then answer the calls. Never returns."""
    try:
        layer_errors = apply(connection.fileno(), spec)
        channel = Channel(connection, spec["request_bytes"], REQUEST_HEADER)
        channel.send({"layers": layer_errors})
        request: Request = channel.receive()
        sources = request["cells"]
        mark_unset("\n".join(sources))
        shell, namespace = _fresh_shell(request["name"], sources)
        scopes = Scopes(namespace, request["functions"])
        change_folder, os.chdir = (
            os.chdir,
            lambda path: None,
        )  # cells go to folders of another machine, and need none here
        for index in request["run"]:
            own = index if request["name"] == "__main__" else None  # a script's statements have lines of one file
            channel.send({"cell": index, "error": _run_cell(sources, index, shell, own)})
            scopes.cell_has_run(own)
        os.chdir = change_folder
        _unshadow(namespace, scopes.last, sources)
        if request["name"] == "__main__":  # a script is run to its end, and then its functions are called
            scopes.all_have_run()
        _answer(channel, namespace, scopes, sources, spec["answer_bytes"])
    except (ConnectionError, BrokenPipeError):
        pass
    finally:
        os._exit(0)


def _answer(channel: Channel, namespace: dict[str, Any], scopes: Scopes, sources: list[str], most: int) -> None:
    """Answer calls, and try edits, for as long as somebody asks."""
    search: Search | None = None
    searched = ""
    while True:
        message = channel.receive()
        calls: list[CallMessage] = [channel.receive() for _ in range(message["calls"])]
        if "search" in message:
            searched = message["search"]["function"]
            scopes.enter(searched)
            search = searching(namespace, sources, message["search"], calls[0], most)
            channel.send(search.outline() if search else {"edits": []})
        elif "try" in message and search:
            scopes.enter(searched)
            search.tried(channel, message["try"], calls, message["at_once"])
        else:
            answer_calls(channel, namespace, scopes, sources, calls, most)


def _fresh_shell(name: str, sources: list[str]) -> tuple[Shell, dict[str, Any]]:
    """A module of this name in which cells can run, and what is in it."""
    module = sys.modules[name] = types.ModuleType(name)
    sys.argv = [""]
    settle()
    shell = Shell(module.__dict__, _absent)
    _absent.shell = shell
    module.__dict__.update(get_ipython=lambda: shell, display=Swallow(), In=[""], Out={})
    module.__dict__.update(dict.fromkeys(("_", "__", "___", "_i", "_ii", "_iii"), ""), _ih=[""], _oh={}, _dh=["/"])
    if name != "__main__":  # a script knows its file
        module.__file__ = f"{name}.py"
    for index, source in enumerate(sources):  # a student's own are there from the last time, whatever is above them
        shell.files.keep(source, _named(index))
    return shell, module.__dict__


def _named(index: int) -> str:
    return f"<cell {index}>"


def _run_cell(sources: list[str], index: int, shell: Shell, own: int | None) -> dict[str, Any] | None:
    try:
        source, name = sources[index], _named(index)
        linecache.cache[name] = (len(source), None, [line + "\n" for line in source.split("\n")], name)
        shell.run(source, name)
    except BaseException as error:
        return describe(error, sources, own)
    return None


def _unshadow(namespace: dict[str, Any], functions: dict[str, Any], sources: list[str]) -> None:
    """Undo what a later cell's variable did to an earlier function: `f = f(x)`, `sum = 0`."""
    for name, function in functions.items():
        if not callable(namespace.get(name)):
            namespace[name] = function
    shadows = {n for n, value in namespace.items() if callable(getattr(builtins, n, None)) and not callable(value)}
    shadows.discard("__loader__")  # every module's own
    for name in shadows & called_names(sources) if shadows else ():
        del namespace[name]


def main() -> None:
    spec: Spec = json.loads(sys.argv[1])
    preload(spec["imports"])
    if spec["imports"] == "all":
        from .threads import install

        install()
    else:  # code that hides its import of it gets the process in which a thread's work is done at once
        sys.modules.pop("threading", None)
    sys.path.remove(os.environ.pop("PYTHONPATH"))  # it was for this package alone
    sys.setrecursionlimit(20_000)  # a recursive answer to 4,000 steps is legal
    _absent.elsewhere = frozenset() if spec["imports"] == "all" else offered()
    sys.meta_path[:] = [*_PYTHONS_OWN, _absent]  # packages may have added theirs
    importlib.invalidate_caches()
    once = sys.argv[2] == "--once"
    prepare(spec, forks=not once)
    if once:
        serve(_shared_socket(), spec)
    connection = socket.socket(fileno=int(sys.argv[2]))
    connection.sendall(b"!")  # warm
    control(connection, spec)


def _shared_socket() -> socket.socket:
    """The one connection of a worker without fork: a descriptor number, or on Windows a shared socket's bytes."""
    if len(sys.argv) > 3:
        return socket.socket(fileno=int(sys.argv[3]))
    shared: socket.socket = socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined]  # Windows has it
    return shared


if __name__ == "__main__":
    main()
