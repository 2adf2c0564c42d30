"""The time that one submission takes: what its processes compute, and what they sleep. A busy machine adds to neither.

A process that waits for its turn gets a share of every second; one that sleeps, however often it wakes, uses next to none.
"""

import time
from collections.abc import Callable

from autograder.engine.core.settings import Limits

_WINDOW_S = 1.0  # long enough for every process to have had its turn
_TOO_BUSY = 20  # times as busy as it should be: a process that wants to compute still gets a twentieth of such a window


class Timekeeper:
    """Keeps the time of one submission, over all its processes. `look` raises TimeoutError where a limit is reached."""

    def __init__(self, limits: Limits, spent_s: float = 0.0) -> None:
        """`spent_s` is what an earlier session for the same submission has computed."""
        self._limits = limits
        self._read: Callable[[], float] = float
        self._ended_s = spent_s  # computed by processes that have ended
        self._slept_s = 0.0
        self._since = time.monotonic()
        self._limit_s = self._asleep_s = 0.0
        self._begun_s: float | None = None
        self._part_slept_s = 0.0
        self._window = (0.0, 0.0)

    @property
    def used_up(self) -> bool:
        """Whether the submission has had all its time."""
        return self._over(0.0)

    @property
    def computed_s(self) -> float:
        """What the processes that have ended have computed."""
        return self._ended_s

    def process(self, read: Callable[[], float]) -> None:
        """From now on this process is looked at; `read` tells the processor time that it has used."""
        self._read = read

    def ended(self, computed_s: float) -> None:
        """The process has ended, and has used that much processor time."""
        self._ended_s += computed_s
        self._read = float

    def part(self, limit_s: float, asleep_s: float) -> None:
        """A cell or a call begins that may compute, and sleep, for so long."""
        self._limit_s, self._asleep_s = limit_s, asleep_s
        self._begun_s, self._part_slept_s = None, 0.0

    def look(self) -> None:
        """To be called while the process is waited for."""
        now, computed_s = time.monotonic(), self._read()
        if self._begun_s is None:
            self._begun_s, self._window = computed_s, (now, computed_s)
        window_s = now - self._window[0]
        if window_s >= min(_WINDOW_S, self._asleep_s / 4):
            slept_s = max(0.0, window_s - _TOO_BUSY * (computed_s - self._window[1]))
            self._slept_s += slept_s
            self._part_slept_s += slept_s
            self._window = (now, computed_s)
        late = computed_s - self._begun_s > self._limit_s or self._part_slept_s > self._asleep_s
        if late or self._over(computed_s):
            raise TimeoutError

    def _over(self, computed_s: float) -> bool:
        limits = self._limits
        waited_s = time.monotonic() - self._since
        total_s = self._ended_s + computed_s
        return total_s > limits.submission_s or self._slept_s > limits.submission_s or waited_s > limits.wall_s
