"""Paired runs and what is said of them: medians, spread, ratios. Progress goes to stderr, so that stdout is the report."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

QUICK = "--quick" in sys.argv
ROOT = Path(__file__).resolve().parent.parent


def environment() -> dict[str, str]:
    """In which a command is measured: this kit, this Python's commands, and compiled files kept, as everybody's are."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    here = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    found = {**os.environ, "PATH": path, "PYTHONPATH": here}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def seconds(*command: str, cwd: Path) -> float:
    """The wall-clock time of one command. Raises where it fails: a failed run is no figure."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    return taken


def interleaved(rounds: int, **runs: Callable[[], float]) -> dict[str, list[float]]:
    """What each run gives, round by round: all of them in every round, so that a slow minute slows them all."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            found[name].append(run())
            print(f"  round {number + 1} of {rounds}: {name} {found[name][-1]:.4g}", file=sys.stderr)
    return found


def spread(values: Sequence[float], digits: int = 3) -> str:
    """The median, and from where to where the values go."""
    return _shown(min(values), statistics.median(values), max(values), digits)


def quartiles(values: Sequence[float], digits: int = 3) -> str:
    """The median, and from where to where the middle half of the values goes."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return _shown(low, middle, high, digits)


def _shown(low: float, middle: float, high: float, digits: int) -> str:
    ends = [f"{value:,.0f}" if value >= 100 else f"{value:.{digits}g}" for value in (low, middle, high)]
    return f"{ends[1]} ({ends[0]} to {ends[2]})"


def ratios(slow: Sequence[float], fast: Sequence[float]) -> str:
    """How many times as long, pair by pair."""
    return spread([one / other for one, other in zip(slow, fast, strict=True)])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
