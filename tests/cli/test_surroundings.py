"""A command that is started in the very folder in which students' files lie."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support import commands

# Modules that a grader imports sooner or later: in its own process, and in those that judge, as they start.
NAMES = ("click", "pickle", "multiprocessing", "numpy", "random", "signal", "socket", "struct", "tempfile", "threading")
WAYS = {
    "python -m autograder": ("-m", "autograder"),
    "bptt-autograder": (str(Path(sys.executable).with_name("bptt-autograder")),),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Submissions that lie flat, each called as a module is. Where one runs outside of the sandbox, it leaves a file."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(f"# {name}\nopen({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    return tmp_path


def _environment(folder: Path) -> Mapping[str, str]:
    return {name: value for name, value in commands(folder).items() if name not in ("PYTHONSAFEPATH", "PYTHONPATH")}


@pytest.mark.parametrize("way", WAYS)
def test_no_submission_is_taken_for_a_module(folder: Path, way: str) -> None:
    """Where the current folder holds submissions that are called as Python's modules are, no process of the grader runs one."""
    command = [sys.executable, *WAYS[way], "grade", ".", "--jobs", "2"]
    done = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"graded: {len(NAMES)}" in done.stdout + done.stderr
    assert "ran" not in os.listdir(folder)
