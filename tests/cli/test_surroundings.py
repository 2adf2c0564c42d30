"""A command that is started in the very folder in which students' files lie."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Modules that a grader imports sooner or later: in its own process, and in those that judge, as they start.
NAMES = ("click", "pickle", "multiprocessing", "numpy", "random", "signal", "socket", "struct", "tempfile", "threading")
WAYS = {
    "python -m autograder": ("-m", "autograder"),
    "bptt-autograder": (str(Path(sys.executable).with_name("bptt-autograder")),),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Submissions that lie flat, each called as a module is. Where one runs outside of the sandbox, it leaves a file."""
    for name in (*NAMES, "nbgrader_config"):
        (tmp_path / f"{name}.py").write_text(f"# {name}\nopen({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    return tmp_path


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("way", WAYS)
def test_no_submission_is_taken_for_a_module(folder: Path, way: str) -> None:
    """Where the current folder holds submissions that are called as Python's modules are, no process of the grader runs one."""
    done = _run(folder, *WAYS[way], "grade", ".", "--jobs", "2", "--json", "report.json")
    assert done.returncode == 0, done.stderr
    assert (folder / "report.json").read_text(encoding="utf-8").count('"student"') == len(NAMES) + 1
    assert "ran" not in os.listdir(folder)


def test_no_submission_configures_nbgrader(folder: Path) -> None:
    """`explain` of a file needs no course, and runs no configuration of nbgrader's that lies beside it."""
    done = _run(folder, *WAYS["bptt-autograder"], "explain", "numpy.py", "forward")
    assert "it is not defined" in done.stdout, done.stderr
    assert "ran" not in os.listdir(folder)
