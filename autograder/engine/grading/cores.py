"""How many processes can work at once. A container, or a batch system, often leaves a process fewer cores than there are."""

import math
import os
from contextlib import suppress
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of cgroups v2, both in µs: "150000 100000", or "max 100000"


def cores() -> int:
    """The cores that this process may use, at least one."""
    found = [os.cpu_count() or 1]
    with suppress(AttributeError):  # Linux has it
        found.append(len(os.sched_getaffinity(0)))
    with suppress(OSError, ValueError):  # no container's limit
        time, period = _QUOTA.read_text(encoding="ascii").split()
        found.append(math.ceil(int(time) / int(period)))
    return max(1, min(found))
