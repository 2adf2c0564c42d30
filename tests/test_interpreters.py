"""The script that runs the grading tests on every Python: which interpreters it finds, and what it asks of the packages."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from autograder.engine.core.places import SOLUTION

ROOT = SOLUTION.parent


@pytest.fixture(scope="module")
def script():
    """`.ci/interpreters` as a module."""
    loader = SourceFileLoader("interpreters", str(ROOT / ".ci" / "interpreters"))
    module = module_from_spec(spec_from_loader("interpreters", loader))
    sys.modules["interpreters"] = module  # its dataclass looks there
    loader.exec_module(module)
    yield module
    del sys.modules["interpreters"]


def _interpreter(folder: Path, name: str, says: str, status: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {says} $0\nexit {status}\n")
    (folder / name).chmod(0o755)
    return folder


def test_the_newest_of_each_version_is_found(script, tmp_path):
    """Of several interpreters of one version the newest is taken, and what does not run or cannot help is passed over."""
    places = [
        _interpreter(tmp_path / "a", "python3.12", "3.12.9"),
        _interpreter(tmp_path / "b", "python3.12", "3.12.10"),
        _interpreter(tmp_path / "b", "python3.11", "3.11.2"),
        _interpreter(tmp_path / "c", "python3.10", "3.10.1"),  # too old
        _interpreter(tmp_path / "c", "python3.13", "pyenv: python3.13: not found", status=127),  # a shim
        _interpreter(tmp_path / "c", "python3.14", "3.14.0", status=1),  # without venv
        _interpreter(tmp_path / "c", "python3.12-config", "3.12.99"),
        tmp_path / "missing",
    ]
    found = script.interpreters(places, "3.11")
    assert found == {"3.11": ("3.11.2", tmp_path / "b/python3.11"), "3.12": ("3.12.10", tmp_path / "b/python3.12")}


def test_managers_of_versions_are_looked_into(script, tmp_path, monkeypatch):
    """What lies in PATH and what pyenv keeps are both places to look at."""
    versions = tmp_path / ".pyenv" / "versions"
    (versions / "3.13.0" / "bin").mkdir(parents=True)
    (versions / "3.12.1" / "bin").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/somewhere:/else")
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    managed = {versions / "3.13.0" / "bin", versions / "3.12.1" / "bin"}
    assert set(script.folders()) == {Path("/somewhere"), Path("/else"), *managed}


def test_the_oldest_packages_are_the_lower_ends_of_the_ranges(script):
    """The oldest version that a range allows is asked for, of each package that is tried so and of no other."""
    lines = ["rich>=13.7,<16", "numpy>=2.0,<3", "pytest>=8.4,<10", "nbgrader>=0.9.5,<0.10"]
    assert script.lower_ends(lines) == ("numpy==2.0", "pytest==8.4", "nbgrader==0.9.5")


def test_the_tests_that_it_runs_are_there(script):
    """Every file that the script names exists."""
    assert [name for name in script.TESTS if not (ROOT / "tests" / name.partition("::")[0]).is_file()] == []


def test_versions_that_are_not_here_are_told(script, monkeypatch, capsys):
    """The script says what it ran and which of the promised versions it did not find; a failure is its own."""
    monkeypatch.setattr(script, "interpreters", lambda places, oldest: {"3.12": ("3.12.10", Path("/python3.12"))})
    monkeypatch.setattr(script, "run", lambda job: (True, f"{job.name}: 7 passed"))
    assert script.main() == 0
    said = capsys.readouterr().out
    assert "The grading tests run on Python 3.12.10 with the newest packages." in said
    assert said.endswith("Not found here, and not tried: Python 3.11, Python 3.13.\n")
    monkeypatch.setattr(script, "run", lambda job: (False, "1 failed"))
    assert script.main() == 1


def test_a_step_that_fails_is_shown(script, tmp_path):
    """Where an environment cannot be made, the output of that step is what the script says."""
    python = _interpreter(tmp_path, "python3.12", "no room on this disk", status=3) / "python3.12"
    well, text = script.run(script.Job("3.12.10", python))
    assert not well
    assert "Python 3.12.10 with the newest packages" in text
    assert "no room on this disk" in text
