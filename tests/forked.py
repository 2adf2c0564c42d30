"""Commands of a Python each in a process of its own, and without the seconds that importing nbgrader's libraries takes.

A helper of each test process has imported the libraries, though nothing of the kit, and forks for each command. The child
gets the command's folder, environment, arguments and output, and runs it as `python -m module` or `python file` would.
What a Python takes from its environment as it starts cannot be given to one that runs: such a command starts anew.

Where xdist has filled the cores with test processes, a command sees its test process's share of them, and judges in one
process rather than in a pool of two: starting those takes longer than judging a few submissions.
"""

import atexit
import contextlib
import gc
import grp
import importlib
import io
import json
import os
import pwd
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

# What is read before the first line of a program runs. PYTHONPATH is too, but a child can follow it.
_READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "OMP_", "OPENBLAS_", "MKL_")
_STARTED = dict(os.environ)  # before any test changes it
CORES = max(1, (os.cpu_count() or 1) // int(_STARTED.get("PYTEST_XDIST_WORKER_COUNT", "1")))
_TEXT = {"encoding": "utf-8", "errors": "backslashreplace"}
_LIBRARIES = """
    bleach click concurrent.futures.process encodings.unicode_escape jinja2.ext jupytext latex2mathml.converter mistune.plugins
    msgspec multiprocessing.popen_spawn_posix nbclient nbconvert.exporters nbgrader.apps nbgrader.apps.api nbgrader.converters
    nbgrader.plugins nbformat numpy py7zr rich.columns rich.progress rich.table scipy.cluster.hierarchy scipy.special
    sqlalchemy.dialects.sqlite sqlalchemy.orm yaml
"""


def run(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], wait_s: int = 0
) -> subprocess.CompletedProcess[str]:
    """`python *words` in a folder: "-m" and a module, or a script, with its arguments. It reads nothing, and all it says is kept.

    Where it takes longer than `wait_s`, it is killed, and subprocess.TimeoutExpired is raised.
    """
    if _at_start(environment) != _at_start(_STARTED):
        command, wait = [sys.executable, *words], wait_s or None
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=wait, **_TEXT)
    return _answered(_server(), words, folder, environment, wait_s)


def run_as(
    options: Mapping[str, Any], python: str, words: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The same by a user, with a Python that this user may run: `user`, `group` and `extra_groups` as subprocess takes them.

    The helper has started with what this environment holds for a Python that starts.
    """
    at_start = {name: value for name, value in environment.items() if name.startswith(_READ_AT_START)}
    server = _server(python, tuple(sorted(at_start.items())))
    ids = []
    if "user" in options:
        groups = [_group(name) for name in options["extra_groups"]]
        ids = [pwd.getpwnam(options["user"]).pw_uid, _group(options["group"]), groups]
    return _answered(server, words, folder, environment, 0, ids)


def _group(name: str) -> int:
    return grp.getgrnam(name).gr_gid


def _answered(
    server: socket.socket,
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    wait_s: int,
    ids: Sequence[Any] = (),
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    with tempfile.TemporaryFile("w+", **_TEXT) as out, tempfile.TemporaryFile("w+", **_TEXT) as err:
        asked = {"words": words, "folder": str(folder), "environment": dict(environment), "wait_s": wait_s}
        code = _code(server, asked | {"ids": ids}, out.fileno(), err.fileno())
        said = [file.seek(0) or file.read() for file in (out, err)]
    if code == -signal.SIGALRM:
        raise subprocess.TimeoutExpired(command, wait_s, *said)
    return subprocess.CompletedProcess(command, code, *said)


def _at_start(environment: Mapping[str, str]) -> dict[str, str]:
    found = {name: value for name, value in environment.items() if name.startswith(_READ_AT_START)}
    found.pop("PYTHONPATH", None)
    return found


@dataclass(frozen=True)
class Started:
    """A command that runs in a session of its own, on all cores."""

    pid: int
    said: int  # where to read what it says
    _told: socket.socket

    def wait(self) -> int:
        """The exit status, once it has ended."""
        os.close(self.said)
        with self._told:
            return int(_all_of(self._told))


def start(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Started:
    """`python *words` in a folder, without waiting for its end."""
    said, out = os.pipe()
    asked = {"words": words, "folder": str(folder), "environment": dict(environment), "wait_s": 0, "ids": ()}
    told = _sent(_server(), asked | {"alone": True}, out, out)
    os.close(out)
    pid = b"".join(iter(lambda: told.recv(1), b"\n"))
    return Started(int(pid), said, told)


def processes(leader: int) -> list[int]:
    """All that a process has started, and what that has started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [leader]
    for parent in found:
        found += [pid for pid, of in parents.items() if of == parent]
    return found[1:]


def _code(server: socket.socket, asked: dict[str, Any], out: int, err: int) -> int:
    with _sent(server, asked, out, err) as told:
        _pid, _, code = _all_of(told).partition(b"\n")
    if not code:
        raise ChildProcessError("the helper that forks for commands has ended")
    return int(code)


def _sent(server: socket.socket, asked: dict[str, Any], out: int, err: int) -> socket.socket:
    """Where the command's process is told, and how it ended."""
    ours, theirs = socket.socketpair()
    with theirs, open(os.devnull, "rb") as nothing:
        socket.send_fds(server, [b"."], [theirs.fileno(), nothing.fileno(), out, err])
    ours.sendall(json.dumps(asked).encode())
    ours.shutdown(socket.SHUT_WR)
    return ours


@cache
def _server(python: str = sys.executable, at_start: tuple[tuple[str, str], ...] = ()) -> socket.socket:
    """The helper, started when the first command comes. It ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a fork takes no other along
    environment = {**_STARTED, **dict(at_start), **one_thread}
    environment.pop("PYTHONPATH", None)
    with theirs:
        command = [python, __file__, str(theirs.fileno())]
        subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd="/")
    return ours


def _all_of(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def _serve(requests: socket.socket) -> list[str]:
    """Fork for each request. Returns in the child alone, with the words of the command."""
    for name in _LIBRARIES.split():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # no child copies what all share only to look for garbage in it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _, descriptors, _, _ = socket.recv_fds(requests, 1, 4)
        if not descriptors:
            os._exit(0)
        if not os.fork():
            requests.close()
            return _watched(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _watched(connection: int, *streams: int) -> list[str]:
    """Fork once more for the command, tell its process, and wait for its exit status, negative where a signal ended it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=connection) as asked:
        request = json.loads(_all_of(asked))
        child = os.fork()
        if child:
            with contextlib.suppress(OSError):
                asked.sendall(b"%d\n" % child)
                asked.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            os._exit(0)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    return _as_started(**request)


def _as_started(
    words: list[str], folder: str, environment: dict[str, str], wait_s: int, ids: Sequence[Any], alone: bool = False
) -> list[str]:
    """Make this process what a fresh one is: in its folder, with its environment, and nothing drawn or cached before."""
    import numpy as np

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup, of which a command is to know nothing
    os.chdir(folder)
    if ids:
        user, group, groups = ids
        os.setgroups(groups)
        os.setgid(group)
        os.setuid(user)
        os.umask(0o022)  # of somebody who thinks of no permissions
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    if alone:
        os.setsid()
        for stream in ("stdout", "stderr"):  # on a pipe, which the helper's are not
            now = getattr(sys, stream)
            how = {"encoding": now.encoding, "errors": now.errors, "line_buffering": stream == "stderr"}
            raw = io.FileIO(now.fileno(), "wb", closefd=False)
            setattr(sys, stream, io.TextIOWrapper(io.BufferedWriter(raw), **how))
    else:
        os.cpu_count = lambda: CORES
    tempfile.tempdir = None
    random.seed()
    np.random.seed()
    first = folder if words[0] == "-m" else os.path.dirname(os.path.join(folder, words[0]))
    named = [os.path.join(folder, path) for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [first, *named, *sys.path[1:]]
    importlib.invalidate_caches()
    if any(os.path.exists(os.path.join(path, "sitecustomize.py")) for path in named):
        sys.modules.pop("sitecustomize", None)
        importlib.import_module("sitecustomize")
    signal.alarm(wait_s)  # of none where it is 0
    return words


def _end(code: int) -> NoReturn:
    """End as a Python does, but for taking all imported modules apart."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


if __name__ == "__main__":
    words = _serve(socket.socket(fileno=int(sys.argv[1])))
    is_module = words[0] == "-m"
    sys.argv = words[is_module:]
    try:
        if is_module:
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as asked:
        if not isinstance(asked.code, int | None):
            raise  # its text is to be said
        _end(asked.code or 0)
    _end(0)
