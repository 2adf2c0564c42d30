"""How much work a call does, counted and not timed: a count is the same on every machine, busy or idle.

Part of the worker, and run around student code: whoever switches the counting off hides work from it, and no more.
"""

import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

from .editing.observing import followed

MAX_LINES = 1_000_000  # beyond them nothing is counted: following each line takes more time than running it
_DEEPEST = 5_000  # calls within calls, nearly ten for each step: with each, tracemalloc follows all that lie above it


class Counting:
    """Counts while it is entered: the lines of Python that run, each round of a loop anew, and the bytes allocated.

    Of a library's code the calls count and not the lines: students have written none of them.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.bytes = 0
        self._counted: Callable[[], tuple[int, int]]
        self._deepest = sys.getrecursionlimit()
        self._traced = sys.gettrace()  # by a debugger, or by whoever counts which lines are tested

    def __enter__(self) -> "Counting":
        sys.setrecursionlimit(min(self._deepest, _DEEPEST))
        tracemalloc.start()
        self._counted, line = _counters()
        sys.settrace(followed(line))
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._traced)
        self.lines, self.bytes = self._counted()
        tracemalloc.stop()
        sys.setrecursionlimit(self._deepest)


def _counters() -> tuple[Callable[[], tuple[int, int]], Any]:
    """What was counted, once it is over, and the function that counts at each line: it runs more often than any other."""
    memory, reset = tracemalloc.get_traced_memory, tracemalloc.reset_peak
    lines = allocated = 0
    reset()
    held = memory()[0]

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines, allocated, held
        lines += 1
        now, peak = memory()
        if peak > held:  # since the last line, whether it was freed since or not
            allocated += peak - held
        held = now
        if peak > now:
            reset()
        if lines < MAX_LINES:
            return line
        sys.settrace(None)
        return None

    def counted() -> tuple[int, int]:
        return lines, allocated + max(0, memory()[1] - held)

    return counted, line
