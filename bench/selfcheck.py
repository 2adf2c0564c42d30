"""The self-check on the solved notebook against importing NumPy and pytest, and what the notebook itself takes."""

import shutil
import sys
import tempfile
from pathlib import Path

from autograder.engine.core.places import NAME, SOLUTION
from bench.timing import QUICK, ROOT, interleaved, seconds, spread, table

_OWN = """
import time
import selfcheck
cases = {task: selfcheck.cases_of(task) for task in selfcheck.TASKS}
start = time.perf_counter()
namespace = selfcheck.load_notebook("bptt.ipynb")
for task, drawn in cases.items():
    for case in drawn:
        selfcheck.call(task, namespace[task], case)
open("own.txt", "w").write(str(time.perf_counter() - start))
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / NAME
        shutil.copytree(ROOT / "assignment" / NAME, folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(SOLUTION / NAME / f"{NAME}.ipynb", folder)

        def own() -> float:
            """What the student's cells and functions take, within one process."""
            seconds(sys.executable, "-c", _OWN, cwd=folder)
            return float((folder / "own.txt").read_text())

        found = interleaved(
            2 if QUICK else 11,
            imports=lambda: seconds(sys.executable, "-c", "import numpy, pytest", cwd=folder),
            own=own,
            selfcheck=lambda: seconds(sys.executable, "-m", "pytest", cwd=folder),
        )
    names = {"imports": '`python -c "import numpy, pytest"`', "selfcheck": "`pytest` on the solved notebook"}
    kit = [
        (whole - own) / base
        for whole, own, base in zip(found["selfcheck"], found["own"], found["imports"], strict=True)
    ]
    rows = [[name, spread(found[key])] for key, name in names.items()]
    print("## The self-check\n")
    print(table(["", "seconds"], [*rows, ["of it the student's cells and functions", spread(found["own"])]]))
    print(f"\nWithout the student's own time, `pytest` takes {spread(kit)} times as long as the imports alone.")


if __name__ == "__main__":
    main()
