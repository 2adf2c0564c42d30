"""What one waits for before the kit says something: `--help`, and the first verdict in a course without stored results."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.engine.core.places import SOLUTION
from bench.timing import QUICK, environment, interleaved, ratios, seconds, spread, table

_NAMES = {
    "numpy": '`python -c "import numpy"`',
    "help": "`python -m autograder --help`",
    "verdict": "`python -m autograder grade bptt.py`, to the first verdict",
}


def _first_line(course: Path) -> float:
    """Seconds from the start of `grade` to the first line that it prints. The probe of isolation is in it."""
    shutil.rmtree(course / ".autograder", ignore_errors=True)
    unbuffered = environment() | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "autograder", "grade", "bptt.py"]
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=course, env=unbuffered, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        taken = time.perf_counter() - start
        process.stdout.read()
    assert "30 of 30 points" in line, line
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        course = Path(name)
        shutil.copy(SOLUTION / "bptt.py", course)
        runs: dict[str, Callable[[], float]] = {
            "numpy": lambda: seconds(sys.executable, "-c", "import numpy", cwd=course),
            "help": lambda: seconds(sys.executable, "-m", "autograder", "--help", cwd=course),
            "verdict": lambda: _first_line(course),
        }
        for run in runs.values():
            run()  # what is compiled once is kept
        found = interleaved(2 if QUICK else 11, **runs)
    rows = [[_NAMES[key], spread(found[key]), ratios(found[key], found["numpy"])] for key in _NAMES]
    print("## Start-up\n")
    print(table(["", "seconds", "times importing NumPy"], rows))


if __name__ == "__main__":
    main()
