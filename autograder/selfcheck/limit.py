"""An end to calls that come to none: after some seconds your code is stopped, and it is said where it was.

In the main thread a timer of the system interrupts the code. Elsewhere, and on Windows, another thread asks Python to.
Both reach it between two of its own lines: one call of NumPy cannot be interrupted, and comes to its end first.
"""

import contextlib
import ctypes
import linecache
import signal
import sys
import threading
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
        with _by_thread(seconds):
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
        raise TooLongError(_told(seconds, frame))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        _off(before)


def _off(before: Any) -> None:
    """No more signals, also where one comes just now."""
    while True:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
            return
        except TooLongError:
            continue


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    ident, done, told = threading.get_ident(), threading.Event(), [""]

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            told[0] = told[0] or _told(seconds, sys._current_frames().get(ident))
            with lock:
                if not done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(TooLongError))
            wait = _AGAIN_S

    lock = threading.Lock()
    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
    except RuntimeError:  # where there are no threads, as in a browser, nothing is limited
        yield
        return
    try:
        yield
    except TooLongError:
        raise TooLongError(told[0]) from None
    finally:
        with lock:
            done.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), None)
