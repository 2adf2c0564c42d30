"""The warm processes from which sandboxed ones are forked, and how a child is started, killed and reaped."""

import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.engine.core.settings import LAYERS, Limits
from autograder.engine.sandbox.session import START_S, SandboxError, Session
from autograder.engine.sandbox.worker.imports import Imports, wanted
from autograder.engine.sandbox.worker.processor_time import computed_s

_REAPED = struct.Struct("!Hd")
_HERE = Path(__file__).parent  # the worker is imported from here, by its own name: it must not find the rest of the kit


class Sandbox:
    """A warm process from which one sandboxed process is forked at a time. Close it, or use it as a context manager."""

    def __init__(
        self,
        limits: Limits,
        layers: Sequence[str] = LAYERS,
        fork: bool | None = None,
        imports: Imports = "minimal",
    ) -> None:
        """`layers` are the layers of isolation to put up around each process, as far as the machine grants them.

        Without fork (the default only where the system has none) each one is a fresh process. The processes have these
        `imports`, as each fork pays for each module; other sandboxes have more, for the submissions that import more.
        """
        self.limits = limits
        self.required: frozenset[str] = frozenset()  # a process without these layers is not used
        self._layers = layers
        self.imports: Imports = imports
        self._kin: dict[Imports, Sandbox] = {imports: self}  # by what they have: each knows all
        self._spec = json.dumps({"layers": list(layers), "imports": imports, **asdict(limits)})
        self._fork = hasattr(os, "fork") if fork is None else fork
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._greeted = False
        self._started = 0.0
        self._owed = 0  # bytes of a reply that nobody has waited for

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def open(
        self,
        name: str,
        cells: Sequence[str],
        functions: Sequence[str] = (),
        spent_s: float = 0.0,
    ) -> Session:
        """A session in which `cells` run as the module `name`; a cell that ends the process is left out the next time.

        What a later cell makes of one of these `functions`, without defining it anew, is undone. `spent_s` is what an
        earlier session has used of the submission's time.
        """
        processes = self.having(wanted(cells)) if self.imports == "minimal" else self
        return Session(processes, name, cells, functions, spent_s)

    def having(self, imports: Imports) -> "Sandbox":
        """The sandbox whose processes have these imports."""
        if imports not in self._kin:
            self._kin[imports] = Sandbox(self.limits, self._layers, self._fork, imports)
            self._kin[imports]._kin = self._kin
        other = self._kin[imports]
        other.limits, other.required = self.limits, self.required
        return other

    def connect(self) -> socket.socket:
        """A socket to a fresh, empty child. A warm process that has ended is replaced."""
        ours, theirs = socket.socketpair()
        try:
            if not self._fork:
                self._spawn_once(theirs)
                return ours
            try:
                self._order(b"f", 1, theirs.fileno())
            except SandboxError:  # it had ended: that is no fault of this child's
                self._order(b"f", 1, theirs.fileno())
        finally:
            theirs.close()
        return ours

    def computed_s(self) -> float:
        """The processor time that the child has used so far."""
        if self._fork:
            return float(struct.unpack("!d", self._order(b"t", 8))[0])
        return computed_s(self._process.pid, self._started) if self._process else 0.0

    def reap(self) -> tuple[int, float]:
        """Kill the child, with whatever it started. Its wait status (0 where it ended by itself), and what it computed."""
        if self._fork:
            status, used_s = _REAPED.unpack(self._order(b"r", _REAPED.size))
            return status, used_s
        if not self._process:
            return 0, 0.0
        used_s = computed_s(self._process.pid, self._started)
        self._process.kill()
        code = self._process.wait()
        return -code if code < 0 else code << 8, used_s

    def let_go(self) -> None:
        """Kill the child as `reap` does, without waiting for how it ended: that takes as long as judging what it said."""
        if not self._fork:
            self.reap()
        elif self._control:
            with suppress(OSError):  # the next order says why
                self._control.sendall(b"r")
                self._owed = _REAPED.size

    def close(self) -> None:
        """End its processes, and those of the sandboxes that have more."""
        for other in self._kin.values():
            other._close()

    def _close(self) -> None:
        with suppress(OSError):
            self._paid()  # so that the last child is gone as well
        self._greeted = False
        if self._control:
            self._control.close()
            self._control = None
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _order(self, order: bytes, size: int, descriptor: int | None = None) -> bytes:
        """Have the warm process do something. Its answer, of so many bytes.

        It is started where a child is wanted, and only there: its successor would know nothing of its children.
        """
        try:
            if not self._greeted:
                if descriptor is None:
                    raise ConnectionError("gone")
                self._start()
            assert self._control is not None
            self._paid()
            if descriptor is None:
                self._control.sendall(order)
            else:
                socket.send_fds(self._control, [order], [descriptor])
            return self._reply(size)
        except ConnectionError:
            self.close()
            raise SandboxError("the warm process of the sandbox has ended") from None
        except OSError as error:
            self.close()
            raise SandboxError(f"the warm process of the sandbox does not answer ({type(error).__name__})") from None

    def _reply(self, size: int) -> bytes:
        """So many bytes from the warm process. Where no wall is up student code may have stopped it: it goes on."""
        assert self._process is not None
        assert self._control is not None
        self._process.send_signal(signal.SIGCONT)
        reply = self._control.recv(size, socket.MSG_WAITALL)
        if len(reply) < size:
            raise ConnectionError("no reply")
        return reply

    def _paid(self) -> None:
        """Take the reply that nobody has waited for, if there is one."""
        owed, self._owed = self._owed, 0
        if owed:
            self._reply(owed)

    def warm(self) -> None:
        """Start the warm process and do not wait for it: it imports while others work."""
        if self._fork and self._process is None:
            self._control, theirs = socket.socketpair()
            self._process = _python([self._spec, str(theirs.fileno())], pass_fds=(theirs.fileno(),))
            theirs.close()

    def _start(self) -> None:
        self.warm()
        assert self._control is not None
        self._control.settimeout(START_S)
        self._reply(len(b"!"))
        self._greeted = True

    def _spawn_once(self, theirs: socket.socket) -> None:
        self._started = time.monotonic()
        if sys.platform == "win32":
            self._process = _python([self._spec, "--once"], stdin=subprocess.PIPE)
            assert self._process.stdin
            self._process.stdin.write(theirs.share(self._process.pid))
            self._process.stdin.close()
        else:
            arguments = [self._spec, "--once", str(theirs.fileno())]
            self._process = _python(arguments, pass_fds=(theirs.fileno(),), start_new_session=True)


def _python(arguments: list[str], **options: Any) -> "subprocess.Popen[bytes]":
    """A fresh interpreter that inherits nothing: no environment, no descriptors, one BLAS thread, a fixed hash seed."""
    environment = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(_HERE)}
    if "SYSTEMROOT" in os.environ:  # Windows starts no process without it
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    if sys.platform != "win32" and not stat.S_ISCHR(os.stat(os.devnull).st_mode):
        raise SandboxError(
            f"{os.devnull} is a file and no device: what students print would fail; create it anew with mknod"
        )
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-s", "-P", "-m", "worker", *arguments]
    process: subprocess.Popen[bytes] = subprocess.Popen(command, env=environment, cwd=os.sep, **{**streams, **options})
    return process
