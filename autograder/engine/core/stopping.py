"""A command that is told to end by a signal ends as by Ctrl-C: what it has begun is put away."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class StoppedError(SystemExit):
    """A signal has asked this process to end; the message says which."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)  # the exit status that shells give it
        self.name = signal.Signals(number).name

    def __str__(self) -> str:
        return f"stopped by {self.name}"


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP raise StoppedError, once: the next one ends the process at once.

    A signal that is ignored, as by nohup, or that the program around handles itself, stays as it is.
    """
    ours = []
    if threading.current_thread() is threading.main_thread():  # no other one may set handlers
        ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]

    def stop(number: int, frame: FrameType | None) -> None:
        _set(ours, signal.SIG_DFL)
        raise StoppedError(number)

    try:
        _set(ours, stop)
        yield
    finally:
        _set(ours, signal.SIG_DFL)


def _set(numbers: list[signal.Signals], handler: "signal._HANDLER") -> None:
    for number in numbers:
        signal.signal(number, handler)
