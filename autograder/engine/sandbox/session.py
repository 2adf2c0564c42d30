"""One submission's session with the sandbox: its cells are run in a process of its own, and calls are put to it.

Nothing that comes back is trusted. An `Answer` holds float64 arrays, bounded text, and no object of the student's.
"""

import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Protocol

from autograder.engine.core.assignment import Form
from autograder.engine.core.settings import LAYERS, Limits
from autograder.engine.sandbox.answers import Answer, Raised, answer_of, cell_error_of, numbers_of, plain_text
from autograder.engine.sandbox.timekeeper import Timekeeper
from autograder.engine.sandbox.worker.imports import MISSING_MODULE, Imports
from autograder.engine.sandbox.worker.protocol import Channel, WireError, encode

START_S = 120.0  # for a cold disk; warm it takes about one second


class SandboxError(Exception):
    """The sandbox itself failed; nothing is known about the student's code."""


class EndedError(Exception):
    """The sandboxed process has ended while it was asked something."""


@dataclass(frozen=True)
class Call:
    """One call of a student's function: its name, its arguments and the form of what it should return.

    `measure` asks for the work that it does as well: "time" for processor time, "count" for lines and bytes.
    """

    function: str
    args: tuple[Any, ...]
    form: Form
    measure: Literal["", "time", "count"] = ""

    @cached_property
    def frame(self) -> bytes:
        """The message that puts it, made once: many submissions are asked the same."""
        function, form, measure = self.function, self.form, self.measure
        return encode({"function": function, "args": list(self.args), "form": form, "measure": measure})


class Processes(Protocol):
    """Where a session's processes come from: one at a time."""

    limits: Limits
    required: frozenset[str]
    imports: Imports

    def connect(self) -> socket.socket:
        """A socket to a fresh, empty process."""

    def computed_s(self) -> float:
        """The processor time that it has used so far."""

    def reap(self) -> tuple[int, float]:
        """Kill it. Its wait status, and the processor time that it has used."""

    def let_go(self) -> None:
        """Kill it, without waiting for how it ended."""

    def having(self, imports: Imports) -> "Processes":
        """Where processes come from that have these imports."""


@dataclass(frozen=True)
class _End:
    """How a process ended: for the student, whether a module was missing, and whether somebody killed it."""

    kind: Literal["timeout", "crashed"]
    text: str
    missing_module: bool = False
    killed: bool = False


class Session:
    """One submission's process. A cell or call that ends it costs itself alone: the next question gets a fresh one.

    The first process has the modules that the text asks for, and few others: it is quick to fork. Where one is missing
    in it, all is run again in a process that has all. All is run again as well where a process was killed for the first
    time: no student's code can do that behind all walls, but a machine that is short of memory does.
    """

    def __init__(
        self,
        sandbox: Processes,
        name: str,
        cells: Sequence[str],
        functions: Sequence[str],
        spent_s: float = 0.0,
    ) -> None:
        self.layers: dict[str, str] = {}  # of isolation: by name, why one is missing, or nothing
        self.errors: dict[int, Raised | str] = {}  # by cell: why it did not run to its end
        self._left_out: set[int] = set()  # cells that ended a process
        self._sandbox = sandbox
        self._request = {"name": name, "cells": list(cells), "functions": list(functions)}
        self._channel: Channel | None = None
        self.limits = sandbox.limits
        self._time = Timekeeper(self.limits, spent_s)
        self._killed = False

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: object) -> None:
        if self._channel:
            self._channel.close()
            self._channel = None
            self._sandbox.let_go()

    def close(self) -> int:
        """End the process, if there is one; how it ended."""
        if self._channel is None:
            return 0
        self._channel.close()
        self._channel = None
        status, computed_s = self._sandbox.reap()
        self._time.ended(computed_s)
        return status

    @property
    def spent_s(self) -> float:
        """What those of its processes have computed that were closed."""
        return self._time.computed_s

    def go_on(self, limits: Limits) -> None:
        """From now on these limits hold, and what has been computed so far does not count."""
        so_far_s = self._sandbox.computed_s() if self._channel else 0.0
        self.limits = limits
        self._time = Timekeeper(limits, -so_far_s)
        if self._channel:
            self._time.process(self._sandbox.computed_s)

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """The answers, in order. Where a call ended the process it is the last one; the calls after it are unanswered."""
        while True:
            if not self._opened():
                return [Answer("timeout", text="the time of a submission was used up")]
            received, end = self._attempt(calls)
            if end is None:
                return received
            if not self._retries(end):
                return [*received, Answer(end.kind, text=end.text)]

    def put(self, message: dict[str, Any], calls: Sequence[Call]) -> None:
        """Send a message of another kind, with the calls that it is about. Raises EndedError where the process has ended."""
        try:
            if not self._opened():
                raise EndedError
            self._send(b"".join([encode({**message, "calls": len(calls)}), *(call.frame for call in calls)]))
        except (OSError, WireError) as error:
            self._retries(self._end(error))
            raise EndedError from None

    def next_message(self) -> dict[str, Any]:
        """The next reply to it, as it came: nobody has looked at it. Raises EndedError where the process has ended."""
        try:
            return self._receive(self.limits.call_s, self.limits.asleep_s)
        except (OSError, WireError) as error:
            self._retries(self._end(error))
            raise EndedError from None

    def _attempt(self, calls: Sequence[Call]) -> tuple[list[Answer], _End | None]:
        """The answers as they come, and how the process ended where it did not answer all."""
        limits = self.limits
        received: list[Answer] = []
        try:
            self._send(b"".join([encode({"calls": len(calls)}), *(call.frame for call in calls)]))
            for number, call in enumerate(calls):
                received.append(answer_of(self._receive(limits.call_s, limits.asleep_s), number, call.form))
            later = numbers_of(self._receive(limits.call_s, limits.asleep_s), "end", len(calls))
        except (OSError, WireError) as error:
            del received[len(calls) - 1 :]  # the end was not confirmed: the last one counts as the one that ended it
            return received, self._end(error)
        for number in later:
            received[number] = replace(received[number], changed_later=True)
        return received, None

    def _retries(self, end: _End) -> bool:
        """Whether all is run again: with all imports where the process lacked a module, or since it was killed."""
        if end.missing_module:
            self._sandbox = self._sandbox.having("all")
        elif self._killed or not end.killed:
            return False
        self._killed = self._killed or end.killed
        self.errors = {index: why for index, why in self.errors.items() if index in self._left_out}
        return True

    def _opened(self) -> bool:
        """Have a process in which the cells have run. False where the submission's time is used up."""
        while self._channel is None:
            if self._time.used_up:
                return False
            self._start()
            run = [i for i in range(len(self._request["cells"])) if i not in self._left_out]
            self._run(run)
        return True

    def _start(self) -> None:
        """A fresh process, isolated."""
        limits = self.limits
        self._channel = Channel(self._sandbox.connect(), limits.answer_bytes, look=lambda: self._time.look())
        self._time.process(self._sandbox.computed_s)
        try:
            self.layers = _layers(self._receive(START_S, START_S), self._sandbox.required)
        except (OSError, WireError) as error:
            raise SandboxError(f"the sandboxed process did not start: {self._end(error).text}") from None

    def _run(self, run: list[int]) -> None:
        """Have these cells run. One that ends the process is left out from then on."""
        limits, index = self.limits, -1
        try:
            self._send({**self._request, "run": run})
            for index in run:
                error = cell_error_of(self._receive(limits.cell_s, limits.asleep_s), index)
                if error:
                    self.errors[index] = error
        except (OSError, WireError) as error:
            end = self._end(error)
            if index < 0:
                raise SandboxError(f"the sandboxed process did not start: {end.text}") from None
            if not self._retries(end):
                self.errors[index] = end.text
                self._left_out.add(index)

    def _send(self, message: Any) -> None:
        assert self._channel is not None
        self._time.part(self.limits.call_s, self.limits.asleep_s)
        self._channel.send(message)

    def _receive(self, limit_s: float, asleep_s: float) -> dict[str, Any]:
        assert self._channel is not None
        self._time.part(limit_s, asleep_s)
        message = self._channel.receive()
        if not isinstance(message, dict):
            raise WireError("a message that is no object")
        return message

    def _end(self, error: Exception) -> _End:
        """Close the process after `error` and say how it ended, in a student's words."""
        status = self.close()
        number = status & 0x7F
        missing = self._sandbox.imports != "all" and status == MISSING_MODULE << 8
        if isinstance(error, TimeoutError) or number == getattr(signal, "SIGXCPU", -1):
            return _End("timeout", "it did not come to an end in time", missing)
        if isinstance(error, WireError):
            return _End("crashed", "it spoke to the grader instead of returning", missing)
        if number and number != signal.SIGKILL:
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            return _End("crashed", f"it ended the Python process ({name})", missing)
        return _End("crashed", "it ended the Python process", missing, number == signal.SIGKILL)


def _layers(message: dict[str, Any], required: frozenset[str]) -> dict[str, str]:
    """The layers that a new process has. Raises SandboxError where one is missing that the machine has been proved to grant."""
    said = message.get("layers")
    named = said if isinstance(said, dict) else {}
    layers = {layer: plain_text(named.get(layer, "not tried"), 120) for layer in LAYERS}
    missing = [layer for layer in required if layers[layer]]
    if missing:
        raise SandboxError(f"a process came without {', '.join(sorted(missing))}")
    return layers
