"""What a command imports before it has something to say: not by the clock, but by the modules that come in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.engine.core.places import SOLUTION

# None of these is needed to judge a file; each takes a while.
_NOT_FOR_A_VERDICT = {
    *("bleach", "distributed", "jinja2", "jsonschema", "jupytext", "matplotlib", "nbconvert", "nbformat", "nbgrader"),
    *("py7zr", "pytest", "scipy", "sqlalchemy", "yaml"),
    *("autograder.nbgrader", "autograder.engine.reports.grades", "autograder.engine.reports.pages"),
}
_NOT_FOR_HELP = _NOT_FOR_A_VERDICT | {"msgspec", "numpy", "rich", "autograder.suite", "autograder.engine.grading"}


def _imported(folder: Path, *words: str) -> set[str]:
    """All modules that a command imports in its own process, in the order of its life."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "autograder", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOLUTION.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


def test_help_imports_no_mathematics(tmp_path: Path) -> None:
    """`--help` imports click and the commands' names, and nothing that judges, draws or reads."""
    imported = _imported(tmp_path, "--help")
    assert "click" in imported
    assert imported & _NOT_FOR_HELP == set()


def test_a_verdict_waits_for_no_library_of_reports(tmp_path: Path) -> None:
    """`grade` of one file imports NumPy, and neither nbformat nor what only tables, pages and notebooks need."""
    shutil.copy(SOLUTION / "bptt.py", tmp_path)
    imported = _imported(tmp_path, "grade", "bptt.py")
    assert "numpy" in imported
    assert imported & _NOT_FOR_A_VERDICT == set()
