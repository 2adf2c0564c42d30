"""An end to calls that come to none: after some seconds your code is stopped, and it is said where it was.

In the main thread a timer of the system interrupts the code. Elsewhere, and on Windows, the clock is looked at before each of
your lines. Both reach it between two lines: one call of NumPy cannot be interrupted, and comes to its end first.
"""

import contextlib
import linecache
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from autograder.selfcheck.words import in_notebook

_AGAIN_S = 0.005  # the code may catch the exception, so it comes again


class TooLongError(BaseException):
    """Your code was stopped; the text says where it was. No Exception, so that `except Exception` lets it pass."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLongError in what runs inside, once this time is over."""
    main = threading.current_thread() is threading.main_thread()
    if main and hasattr(signal, "setitimer"):
        with _by_timer(seconds):
            yield
    else:
        with _by_line(seconds):
            yield


def _told(seconds: float, frame: FrameType | None) -> str:
    """The sentence's middle: the innermost line of the notebook that runs."""
    while frame is not None and not in_notebook(frame):
        frame = frame.f_back
    if frame is None:
        return f"it did not come to an end in {seconds:g} seconds"
    code = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()[:80]
    return f"it did not come to an end in {seconds:g} seconds, and was in line {frame.f_lineno}: `{code}`"


@contextlib.contextmanager
def _by_timer(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        if not _is_ours(frame):
            raise TooLongError(_told(seconds, frame))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)


def _is_ours(frame: FrameType | None) -> bool:
    """Whether no code of yours runs: the self-check is on its way into it or out of it."""
    while frame is not None and frame.f_globals.get("__name__") == "contextlib":
        frame = frame.f_back
    return frame is None or frame.f_globals is globals()


@contextlib.contextmanager
def _by_line(seconds: float) -> Iterator[None]:
    until, before = time.monotonic() + seconds, sys.gettrace()

    def look(frame: FrameType, event: str, arg: Any) -> Any:
        if not in_notebook(frame):
            return None
        if time.monotonic() > until:
            raise TooLongError(_told(seconds, frame))
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
