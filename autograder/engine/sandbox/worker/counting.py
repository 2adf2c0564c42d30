"""How much work a call does, counted and not timed: a count is the same on every machine, busy or idle.

Part of the worker, and run around student code: whoever switches the counting off hides work from it, and no more.
"""

import sys
import tracemalloc
from types import FrameType
from typing import Any

MAX_LINES = 1_000_000  # beyond them nothing is counted: following each line takes more time than running it


class Counting:
    """Counts while it is entered: the lines of Python that run, each round of a loop anew, and the bytes allocated."""

    def __init__(self) -> None:
        self.lines = 0
        self.bytes = 0
        self._held = 0

    def __enter__(self) -> "Counting":
        tracemalloc.start()
        self._held = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        sys.settrace(self._line)
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(None)
        self._allocated()
        tracemalloc.stop()

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.lines += 1
        self._allocated()
        if self.lines >= MAX_LINES:
            sys.settrace(None)
            return None
        return self._line

    def _allocated(self) -> None:
        """Add what has been allocated since the last line, whether it was freed since or not."""
        held, peak = tracemalloc.get_traced_memory()
        self.bytes += max(0, peak - self._held)
        self._held = held
        tracemalloc.reset_peak()
