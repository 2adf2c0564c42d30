"""A command that is told to end by a signal ends as by Ctrl-C: what it has begun is put away."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SOON_S = 0.1
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class StoppedError(SystemExit):
    """A signal has asked this process to end; the message says which."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)  # the exit status that shells give it
        self.number = number
        self.name = signal.Signals(number).name

    def __str__(self) -> str:
        return f"stopped by {self.name}"


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP raise StoppedError, once: the next one ends the process at once.

    A signal that is ignored, as by nohup, or that the program around handles itself, stays as it is. Python drops what is
    raised while it clears an object away: then the signal is sent anew, and so is Ctrl-C's.
    """
    ours = []
    show = sys.unraisablehook
    if threading.current_thread() is threading.main_thread():  # no other one may set handlers
        ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]

    def stop(number: int, frame: FrameType | None) -> None:
        _set(ours, signal.SIG_DFL)
        raise StoppedError(number)

    def dropped(what: "sys.UnraisableHookArgs") -> None:
        if isinstance(what.exc_value, StoppedError):
            _set(ours, stop)
            _send_soon(what.exc_value.number)
        elif isinstance(what.exc_value, KeyboardInterrupt):
            _send_soon(signal.SIGINT)
        else:
            show(what)

    try:
        sys.unraisablehook = dropped
        _set(ours, stop)
        yield
    finally:
        _set(ours, signal.SIG_DFL)
        sys.unraisablehook = show


def _send_soon(number: int) -> None:
    """Send this process a signal, once it has gone on."""
    timer = threading.Timer(_SOON_S, os.kill, (os.getpid(), number))
    timer.daemon = True
    timer.start()


def _set(numbers: list[signal.Signals], handler: "signal._HANDLER") -> None:
    for number in numbers:
        signal.signal(number, handler)
