"""The processor time of another process, as the kernel keeps it. Read by both sides: a child's parent asks for it."""

import sys
import time


def computed_s(process: int, started: float) -> float:
    """What all threads of a process have computed so far. Elsewhere than on Linux, the elapsed time since `started`."""
    if not sys.platform.startswith("linux"):
        return time.monotonic() - started
    try:
        return time.clock_gettime(~process << 3 | 2)  # the kernel's name for that process's CPU clock
    except OSError:  # it has ended
        return 0.0
