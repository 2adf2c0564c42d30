"""The grader's side of the sandbox: start a warm worker, open a room for a submission, and put calls to it.

Nothing that comes back is trusted. An `Answer` holds float64 arrays, bounded text, and no object of the student's.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from operator import is_
from pathlib import Path
from typing import Any, Literal

from autograder.sandbox.answers import Answer, answer_of, cell_error_of, numbers_of, plain_text
from autograder.sandbox.modules import LACKING, want_more
from autograder.sandbox.wire import Channel, WireError, encode
from autograder.settings import LAYERS, Limits
from autograder.tasks import BY_ID, GIVEN, Form

_WORKER = Path(__file__).with_name("worker.py")
_HOLD_S = 0.02  # how long answers wait for others, in the first try: sending one costs as much as most calls
_HASTE_S = 0.5  # what the first try waits for an answer: far more than an honest one takes
_START_S = 120.0  # for a cold disk; warm it takes about one second


class SandboxError(Exception):
    """The sandbox itself failed; nothing is known about the student's code."""


@dataclass(frozen=True)
class Call:
    """One call of a student's function: its name, its arguments and the form of what it should return."""

    function: str
    args: tuple[Any, ...]
    form: Form


class Worker:
    """A warm process that opens one room at a time. Close it, or use it as a context manager."""

    def __init__(
        self, limits: Limits, layers: Sequence[str] = LAYERS, fork: bool | None = None, few: bool = True
    ) -> None:
        """`layers` are the walls to put up around each room, as far as the machine grants them.

        Without fork (the default only where the system has none) each room is a fresh process. With `few` it has few
        modules, and another worker has all, for the submissions that import more: each module is paid for by each fork.
        """
        self.limits = limits
        self.required: frozenset[str] = frozenset()  # a room without these walls is not used
        self._layers = layers
        self.few = few
        self._other: Worker | None = None  # the one that has all modules
        self._spec = json.dumps({"layers": list(layers), "few": few, **asdict(limits)})
        self._fork = hasattr(os, "fork") if fork is None else fork
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._asked: tuple[list[Call], bytes] = ([], b"")

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def room(self, name: str, cells: Sequence[str], in_haste: bool = True) -> "Room":
        """Run `cells` in a fresh process as the module `name`; a cell that ends the process is left out the next time."""
        return Room(self.with_all_modules() if want_more(cells) else self, name, cells, in_haste)

    def with_all_modules(self) -> "Worker":
        """The worker whose rooms can import all that there is to import."""
        if not self.few:
            return self
        self._other = self._other or Worker(self.limits, self._layers, self._fork, few=False)
        self._other.limits, self._other.required = self.limits, self.required
        return self._other

    def question(self, calls: Sequence[Call]) -> bytes:
        """The message that puts these calls. Every submission is asked the same ones first: that one is kept."""
        asked, message = self._asked
        if len(asked) != len(calls) or not all(map(is_, asked, calls)):
            message = encode({"calls": [{"function": c.function, "args": list(c.args), "form": c.form} for c in calls]})
            if len(calls) >= len(asked):
                self._asked = (list(calls), message)
        return message

    def connect(self) -> socket.socket:
        """A socket to a fresh, empty child."""
        ours, theirs = socket.socketpair()
        try:
            if self._fork:
                self._order(b"f", theirs.fileno())
            else:
                self._spawn_once(theirs)
        finally:
            theirs.close()
        return ours

    def reap(self) -> int:
        """Kill the child, with whatever it started, and return its wait status (0 where it ended by itself)."""
        if not self._fork:
            if self._process:
                self._process.kill()
                code = self._process.wait()
                return -code if code < 0 else code << 8
            return 0
        return int.from_bytes(self._order(b"r"), "big")

    def close(self) -> None:
        if self._other:
            self._other.close()
        if self._control:
            self._control.close()
            self._control = None
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _order(self, order: bytes, descriptor: int | None = None) -> bytes:
        try:
            if self._control is None:
                self._start()
            assert self._control is not None
            self._control.settimeout(_START_S)
            if descriptor is None:
                self._control.sendall(order)
            else:
                socket.send_fds(self._control, [order], [descriptor])
            reply = self._control.recv(2)
        except OSError as error:
            self.close()
            raise SandboxError(f"the warm worker does not answer ({type(error).__name__})") from None
        if not reply:
            self.close()
            raise SandboxError("the warm worker has ended")
        return reply

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        self._process = _python([self._spec, str(theirs.fileno())], pass_fds=(theirs.fileno(),))
        theirs.close()
        ours.settimeout(_START_S)
        if ours.recv(1) != b"!":
            raise ConnectionError("no greeting")
        self._control = ours

    def _spawn_once(self, theirs: socket.socket) -> None:
        if sys.platform == "win32":
            self._process = _python([self._spec, "--once"], stdin=subprocess.PIPE)
            assert self._process.stdin
            self._process.stdin.write(theirs.share(self._process.pid))
            self._process.stdin.close()
        else:
            arguments = [self._spec, "--once", str(theirs.fileno())]
            self._process = _python(arguments, pass_fds=(theirs.fileno(),), start_new_session=True)


def _python(arguments: list[str], **options: Any) -> subprocess.Popen:
    """A fresh interpreter that inherits nothing: no environment, no descriptors, one BLAS thread, a fixed hash seed."""
    environment = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    if "SYSTEMROOT" in os.environ:  # Windows starts no process without it
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-s", "-P", str(_WORKER), *arguments]
    return subprocess.Popen(command, env=environment, cwd=os.sep, **(streams | options))


class Room:
    """One submission's process. A cell or call that ends it costs itself alone: the next question gets a fresh one.

    The first try is made in haste: answers may come in bundles. Where one is late, or the process ends, nobody can say
    over which cell or call, so nothing of that try counts, and all is done anew with each answer sent on its own. The
    same where the process with few modules lacks one that the code imports: then in a process with all modules.
    """

    def __init__(self, worker: Worker, name: str, cells: Sequence[str], in_haste: bool = True) -> None:
        self.layers: dict[str, str] = {}  # the walls around it: by name, why one did not go up, or nothing
        self.errors: dict[int, str] = {}  # by cell: why it did not run to its end
        self._left_out: set[int] = set()  # cells that ended a process
        self._in_haste = in_haste
        self._lacks = False  # a module, in the process that ended last
        self._worker = worker
        self._name = name
        self._cells = list(cells)
        self._channel: Channel | None = None
        self._deadline: float | None = None  # the time of a submission starts with its first process

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> int:
        """End the process, if there is one; how it ended."""
        if self._channel is None:
            return 0
        self._channel.close()
        self._channel = None
        return self._worker.reap()

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """The answers, in order. Where a call ended the process it is the last one; the calls after it are unanswered."""
        if not self._open():
            return [Answer("timeout", text=f"the {self._worker.limits.submission_s:g} s of a submission were used up")]
        received: list[Answer] = []
        try:
            self._send(self._worker.question(calls))
            for number, call in enumerate(calls):
                received.append(answer_of(self._receive(self._worker.limits.call_s), number, call.form))
            later = numbers_of(self._receive(self._worker.limits.call_s), "end", len(calls))
        except (OSError, WireError) as error:
            del received[len(calls) - 1 :]  # the end was not confirmed: the last one counts as the one that ended it
            kind = self._end(error)
            if self._begin_anew():
                return self.ask(calls)
            return [*received, Answer(*kind)]
        for number in later:
            received[number] = replace(received[number], changed_later=True)
        return received

    def _begin_anew(self) -> bool:
        """Whether all is done once more, with all modules or one by one.

        After a hasty try the time begins anew, so that a busy machine costs nobody anything.
        """
        if not (self._lacks or self._in_haste):
            return False
        if self._in_haste:
            self._deadline = None
        if self._lacks:
            self._worker = self._worker.with_all_modules()
        else:
            self._in_haste = False
        self._lacks = False
        self.errors = {index: why for index, why in self.errors.items() if index in self._left_out}
        return True

    def _open(self) -> bool:
        """Have a process in which the cells have run. False where the submission's time is used up."""
        while self._channel is None:
            if self._deadline is not None and time.monotonic() > self._deadline:
                return False
            self._channel = Channel(self._worker.connect(), self._worker.limits.answer_bytes)
            run = [i for i in range(len(self._cells)) if i not in self._left_out]
            index = -1
            try:
                self.layers = _layers(self._channel.receive(_START_S), self._worker.required)
                limit_s = self._worker.limits.submission_s
                self._deadline = self._deadline or time.monotonic() + (limit_s / 6 if self._in_haste else limit_s)
                request = {"name": self._name, "cells": self._cells, "run": run, "functions": [*BY_ID, *GIVEN]}
                self._send({**request, "hold_s": _HOLD_S if self._in_haste else 0.0})
                for index in run:
                    error = cell_error_of(self._receive(self._worker.limits.cell_s), index)
                    if error:
                        self.errors[index] = error
            except (OSError, WireError) as error:
                _, _, text = self._end(error)
                if index < 0:
                    raise SandboxError(f"the room could not be opened: {text}") from None
                if not self._begin_anew():
                    self.errors[index] = text
                    self._left_out.add(index)
        return True

    def _send(self, message: Any) -> None:
        assert self._channel is not None
        self._channel.send(message, self._worker.limits.call_s)

    def _receive(self, limit_s: float) -> dict:
        assert self._channel is not None
        assert self._deadline is not None
        limit_s = min(limit_s, self._deadline - time.monotonic(), _HASTE_S if self._in_haste else limit_s)
        message = self._channel.receive(max(0.01, limit_s))
        if not isinstance(message, dict):
            raise WireError("a message that is no object")
        return message

    def _end(self, error: Exception) -> tuple[Literal["timeout", "crashed"], None, str]:
        """Close the process after `error` and say how it ended, in a student's words."""
        status = self.close()
        number = status & 0x7F
        self._lacks = self._worker.few and status == LACKING << 8
        if isinstance(error, TimeoutError) or number == getattr(signal, "SIGXCPU", -1):
            return "timeout", None, "it did not come to an end in time"
        if isinstance(error, WireError):
            return "crashed", None, "it spoke to the grader instead of returning"
        if number and number != signal.SIGKILL:
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            return "crashed", None, f"it ended the Python process ({name})"
        return "crashed", None, "it ended the Python process"


def _layers(message: Any, required: frozenset[str]) -> dict[str, str]:
    """The walls that a new room has. Raises SandboxError where one is missing that the machine has been proved to grant."""
    said = message.get("layers") if isinstance(message, dict) else None
    told = said if isinstance(said, dict) else {}
    became = {layer: plain_text(told.get(layer, "not tried"), 120) for layer in LAYERS}
    missing = [layer for layer in required if became[layer]]
    if missing:
        raise SandboxError(f"a room came without {', '.join(sorted(missing))}")
    return became
