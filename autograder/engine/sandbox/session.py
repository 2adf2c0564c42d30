"""One submission's room, from the grader's side: open it, run the cells in it, and put calls to it.

Nothing that comes back is trusted. An `Answer` holds float64 arrays, bounded text, and no object of the student's.
"""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from autograder.engine.core.assignment import Form
from autograder.engine.core.settings import LAYERS
from autograder.engine.sandbox.answers import Answer, Raised, answer_of, cell_error_of, numbers_of, plain_text
from autograder.engine.sandbox.timekeeper import Timekeeper
from autograder.engine.sandbox.worker.imports import LACKING
from autograder.engine.sandbox.worker.protocol import Channel, WireError, encode

if TYPE_CHECKING:
    from autograder.engine.sandbox.process import Worker

_HOLD_S = 0.02  # how long answers wait for others, where they are bundled: sending one costs as much as most calls
_BUNDLED_S = 0.5  # what a call may compute while answers are bundled: far more than an honest one takes
_BUNDLED_ASLEEP_S = 2.0
START_S = 120.0  # for a cold disk; warm it takes about one second


class SandboxError(Exception):
    """The sandbox itself failed; nothing is known about the student's code."""


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


@dataclass(frozen=True)
class Policy:
    """How a submission is run. The cheapest is tried first; where it fails all is done anew, with one of its savings less.

    `bundled`: answers are sent several at once. Where a call is late or ends the process, nobody can say which one.
    `few_modules`: the process has few modules, which makes it quick to fork. Code that imports another ends it.
    """

    bundled: bool = True
    few_modules: bool = True


CHEAPEST = Policy()


class Room:
    """One submission's process. A cell or call that ends it costs itself alone: the next question gets a fresh one."""

    def __init__(
        self, worker: "Worker", name: str, cells: Sequence[str], functions: Sequence[str], policy: Policy
    ) -> None:
        self.layers: dict[str, str] = {}  # the walls around it: by name, why one did not go up, or nothing
        self.errors: dict[int, Raised | str] = {}  # by cell: why it did not run to its end
        self._left_out: set[int] = set()  # cells that ended a process
        self._policy = policy
        self._lacks = False  # a module, in the process that ended last
        self._worker = worker
        self._name = name
        self._cells = list(cells)
        self._functions = list(functions)
        self._channel: Channel | None = None
        self._time = Timekeeper(worker.limits)

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
        status, computed_s = self._worker.reap()
        self._time.ended(computed_s)
        return status

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """The answers, in order. Where a call ended the process it is the last one; the calls after it are unanswered."""
        if not self._open():
            return [Answer("timeout", text="the time of a submission was used up")]
        limits = self._worker.limits
        limit_s, asleep_s = limits.call_s, limits.asleep_s
        if self._policy.bundled:
            limit_s, asleep_s = min(limit_s, _BUNDLED_S), min(asleep_s, _BUNDLED_ASLEEP_S)
        received: list[Answer] = []
        try:
            self._send(b"".join([encode({"calls": len(calls)}), *(call.frame for call in calls)]))
            for number, call in enumerate(calls):
                received.append(answer_of(self._receive(limit_s, asleep_s), number, call.form))
            later = numbers_of(self._receive(limit_s, asleep_s), "end", len(calls))
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
        """Whether all is done once more, by the next policy: with all modules, or with each answer on its own."""
        if self._lacks:
            self._policy = replace(self._policy, few_modules=False)
            self._worker = self._worker.with_all_modules()
        elif self._policy.bundled:
            self._policy = replace(self._policy, bundled=False)
        else:
            return False
        self._lacks = False
        self.errors = {index: why for index, why in self.errors.items() if index in self._left_out}
        return True

    def _open(self) -> bool:
        """Have a process in which the cells have run. False where the submission's time is used up."""
        limits = self._worker.limits
        while self._channel is None:
            if self._time.used_up:
                return False
            run = [i for i in range(len(self._cells)) if i not in self._left_out]
            index = -1
            self._channel = Channel(self._worker.connect(), limits.answer_bytes, look=self._time.look)
            self._time.process(self._worker.computed_s)
            try:
                self.layers = _layers(self._receive(START_S, START_S), self._worker.required)
                request = {
                    "name": self._name,
                    "cells": self._cells,
                    "run": run,
                    "functions": self._functions,
                }
                self._send({**request, "hold_s": _HOLD_S if self._policy.bundled else 0.0})
                for index in run:
                    error = cell_error_of(self._receive(limits.cell_s, limits.asleep_s), index)
                    if error:
                        self.errors[index] = error
            except (OSError, WireError) as error:
                _, _, text = self._end(error)
                if index < 0:
                    raise SandboxError(f"the room could not be opened: {text}") from None
                if not (self._lacks and self._begin_anew()):
                    self.errors[index] = text
                    self._left_out.add(index)
        return True

    def _send(self, message: Any) -> None:
        assert self._channel is not None
        self._time.part(self._worker.limits.call_s, self._worker.limits.asleep_s)
        self._channel.send(message)

    def _receive(self, limit_s: float, asleep_s: float) -> dict:
        assert self._channel is not None
        self._time.part(limit_s, asleep_s)
        message = self._channel.receive()
        if not isinstance(message, dict):
            raise WireError("a message that is no object")
        return message

    def _end(self, error: Exception) -> tuple[Literal["timeout", "crashed"], None, str]:
        """Close the process after `error` and say how it ended, in a student's words."""
        status = self.close()
        number = status & 0x7F
        self._lacks = self._policy.few_modules and status == LACKING << 8
        if isinstance(error, TimeoutError) or number == getattr(signal, "SIGXCPU", -1):
            return "timeout", None, "it did not come to an end in time"
        if isinstance(error, WireError):
            return "crashed", None, "it spoke to the grader instead of returning"
        if number and number != signal.SIGKILL:
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            return "crashed", None, f"it ended the Python process ({name})"
        return "crashed", None, "it ended the Python process"


def _layers(message: dict, required: frozenset[str]) -> dict[str, str]:
    """The walls that a new room has. Raises SandboxError where one is missing that the machine has been proved to grant."""
    said = message.get("layers")
    told = said if isinstance(said, dict) else {}
    became = {layer: plain_text(told.get(layer, "not tried"), 120) for layer in LAYERS}
    missing = [layer for layer in required if became[layer]]
    if missing:
        raise SandboxError(f"a room came without {', '.join(sorted(missing))}")
    return became
