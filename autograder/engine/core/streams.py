"""The streams that a process starts with. Whoever starts it may have closed them, or end what reads them."""

import io
import os
import sys
from contextlib import suppress
from typing import TextIO


def open_all() -> None:
    """Have what is printed go nowhere where stdout or stderr was closed: Python has None there, and libraries print."""
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:  # else the next file that is opened would be a child's stdout
        os.set_inheritable(spare, True)
    os.close(spare)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), "utf-8"))


def go_quiet(stream: TextIO) -> None:
    """Have whatever is printed to it from now on go nowhere, with what it could not take: else Python fails at its end."""
    with suppress(OSError):  # it has no number where it is no file
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
        stream.flush()


def takes_nothing() -> bool:
    """Whether stdout is what failed: tried with a line's end, which harms nothing where it does come out."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        return True
    return False
