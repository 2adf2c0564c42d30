"""The self-check on the solved notebook against importing NumPy and pytest, and what the notebook itself takes."""

import shutil
import sys
import tempfile
from pathlib import Path

from autograder.intake.submission import NAME
from autograder.reference import SOLUTION
from bench.timing import QUICK, ROOT, interleaved, seconds, spread, table

_BARE = """
import selfcheck
cases = {task: selfcheck.cases_of(task) for task in selfcheck.TASKS}
"""
_OWN = f"""{_BARE}
namespace = selfcheck.load_notebook("bptt.ipynb")
for task, drawn in cases.items():
    for case in drawn:
        selfcheck.call(task, namespace[task], case)
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / NAME
        shutil.copytree(ROOT / "assignment" / NAME, folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(SOLUTION / NAME / f"{NAME}.ipynb", folder)
        found = interleaved(
            2 if QUICK else 11,
            imports=lambda: seconds(sys.executable, "-c", "import numpy, pytest", cwd=folder),
            bare=lambda: seconds(sys.executable, "-c", _BARE, cwd=folder),
            notebook=lambda: seconds(sys.executable, "-c", _OWN, cwd=folder),
            selfcheck=lambda: seconds(sys.executable, "-m", "pytest", cwd=folder),
        )
    names = {"imports": '`python -c "import numpy, pytest"`', "selfcheck": "`pytest` on the solved notebook"}
    own = [whole - bare for whole, bare in zip(found["notebook"], found["bare"], strict=True)]
    kit = [(found["selfcheck"][i] - own[i]) / base for i, base in enumerate(found["imports"])]
    rows = [[name, spread(found[key])] for key, name in names.items()]
    print("## The self-check\n")
    print(table(["", "seconds"], [*rows, ["of it the student's cells and functions", spread(own)]]))
    print(f"\nWithout the student's own time, `pytest` takes {spread(kit)} times as long as the imports alone.")


if __name__ == "__main__":
    main()
