"""What is built and committed: nothing drifts unseen, nothing leaks, and the same sources give the same bytes."""

import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.engine.authoring import release
from autograder.engine.authoring.notebook import BuildError, functions, solved_notebook
from autograder.engine.core.places import KIT, SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.sandbox.worker.versions import PROMISED, PYTHONS

ROOT = SOLUTION.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the committed sources and notebooks."""
    for folder in ("solution", "assignment"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return tmp_path


def test_what_is_committed_is_what_a_build_makes() -> None:
    """`build --check` finds nothing in this repository."""
    assert release.drift(ROOT) == []


def _append(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text((root / name).read_text(encoding="utf-8") + text, encoding="utf-8")


def _replace(name: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text((root / name).read_text(encoding="utf-8").replace(old, new), "utf-8")


FAULTS = {
    "one byte in the solved notebook": (_append("solution/bptt/bptt.ipynb", " "), "solution/bptt/bptt.ipynb differs"),
    "one byte in the release": (_append("assignment/bptt/bptt.ipynb", " "), "assignment/bptt/bptt.ipynb differs"),
    "one byte in the self-check": (_append("assignment/bptt/selfcheck.py", "#"), "selfcheck.py differs"),
    "another version in the README": (
        _replace("solution/bptt/README.md", PROMISED, PROMISED.replace("3.11", "3.10")),
        "solution/bptt/README.md differs",
    ),
    "a file that is not listed": (
        lambda root: (root / "assignment/bptt/notes.txt").write_text("x"),
        "assignment/bptt/notes.txt is not a file of the release",
    ),
    "a file that is missing": (lambda root: (root / "assignment/bptt/README.md").unlink(), "README.md is missing"),
    "a solution in the release": (
        _append("assignment/bptt/README.md", "\nreturn dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]\n"),
        "holds a line of a solution",
    ),
    "a marker left behind": (_append("assignment/bptt/conftest.py", "\n### BEGIN HIDDEN TESTS\n"), "holds the marker"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found(checkout: Path, fault: str) -> None:
    """One byte of drift, an unlisted or missing file, a leaked solution and a marker left behind each fail the check."""
    spoil, sentence = FAULTS[fault]
    spoil(checkout)
    assert any(sentence in found for found in release.drift(checkout))


def test_the_solved_notebook_is_deterministic_and_whole() -> None:
    """Two builds are equal, cell ids are unique, and each task has its stub and its check cell in the chapter's order."""
    one, other = solved_notebook(), solved_notebook()
    assert one == other
    ids = [cell.id for cell in one.cells]
    assert len(set(ids)) == len(ids)
    places = [(ids.index(task.id), ids.index(task.test_cell)) for task in ASSIGNMENT.tasks]
    assert places == sorted(places)
    assert all(check == stub + 1 for stub, check in places)


def test_a_narrative_without_a_task_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A task missing from the narrative or unknown to the table, a missing picture and missing versions are one sentence."""
    text = (SOLUTION / "bptt.md").read_text(encoding="utf-8")
    for name in ("bptt.py", "graph.png", "paths.png", "overflow.png"):
        shutil.copy(SOLUTION / name, tmp_path)
    monkeypatch.setattr("autograder.engine.authoring.notebook.SOLUTION", tmp_path)
    for old, new, sentence in (
        ('```python task="forward"\n```\n', "", "holds forward 0 times"),
        ('task="forward"', 'task="backward"', "asks for the task 'backward'"),
        ('given="safe_norm"', 'given="norm"', "gives 'norm', and solution/bptt.py has no such function to give"),
        (
            "### Task · `forward` · core",
            "### Task · `forward` · short",
            "has 0 headings `### Task · `forward` · core, 8",
        ),
        ("### Task · `forward`", "### Task · `backward`", "a heading of backward, which is neither a task nor"),
        ("Task {amplification}", "Task {amplify}", "mentions Task {amplify}, and no task has this name"),
        ("(graph.png)", "(tree.png)", "shows tree.png, which is not there"),
        (PROMISED, "Python", "does not say what the grader runs"),
    ):
        (tmp_path / "bptt.md").write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(BuildError, match=sentence):
            solved_notebook()


def test_a_reference_without_a_docstring_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A task's function without a docstring, or with nothing else, would be no stub for students: one sentence."""
    monkeypatch.setattr("autograder.engine.authoring.notebook.SOLUTION", tmp_path)
    for body in ("    return h\n", '    """What it returns."""\n', "    h = 2 * h\n    return h\n"):
        (tmp_path / "bptt.py").write_text(f"def forward(h):\n{body}", encoding="utf-8")
        with pytest.raises(BuildError, match="forward needs a docstring, and its solution below it"):
            functions()


def test_the_versions_are_the_same_everywhere() -> None:
    """What students are promised is what the package declares, what the self-check asks for, and what the notebook says."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [line.rpartition(":: ")[2] for line in package["classifiers"] if ":: 3." in line]
    numpy = next(line for line in package["dependencies"] if line.startswith("numpy"))
    assert (tuple(named), package["requires-python"]) == (PYTHONS, f">={PYTHONS[0]}")
    assert re.fullmatch(r"numpy>=2\.\d+,<3", numpy)
    assert f"Python {PYTHONS[0]} or newer" in (KIT / "selfcheck" / "seat.py").read_text(encoding="utf-8")
    assert sum(PROMISED in cell.source for cell in solved_notebook().cells) == 1
