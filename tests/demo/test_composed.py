"""The class of the benchmarks: the same notebooks in every run, right or with just so many mistakes."""

import json
from pathlib import Path

import pytest

from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox
from bench.course import hand_in
from bench.notebooks import composed, solutions

FEW = 5


def _tree(course: Path) -> dict[str, bytes]:
    return {str(path.relative_to(course)): path.read_bytes() for path in sorted(course.rglob("*.ipynb"))}


def test_the_same_draw_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two classes handed in with the same numbers are the same to the last byte, and no two notebooks are alike."""
    for name in ("one", "other"):
        hand_in(tmp_path / name, FEW, mistakes=(0, 2), trimmed=True)
    one = _tree(tmp_path / "one")
    assert one == _tree(tmp_path / "other")
    assert len(set(one.values())) == FEW


@pytest.mark.parametrize("number", range(FEW))
def test_two_mistakes_change_two_tasks(number: int) -> None:
    """With two mistakes exactly two solution cells differ from the right notebook's, and nothing else does."""
    right, wrong = composed(number)["cells"], composed(number, mistakes=2)["cells"]
    changed = [a["id"] for a, b in zip(right, wrong, strict=True) if a != b]
    assert len(changed) == 2
    assert set(changed) <= set(ASSIGNMENT.by_id)


@pytest.mark.parametrize("number", range(FEW))
def test_a_right_notebook_gets_full_points(number: int, tmp_path: Path, exam: HiddenTests, worker: Sandbox) -> None:
    """Right formulations go together: none takes another one's names. With two wrong ones both tasks fail, and no other."""
    path = tmp_path / "bptt.ipynb"

    def failed(mistakes: int) -> list[str]:
        path.write_text(json.dumps(composed(number, mistakes)), encoding="utf-8")
        result = grade(load(path), Course(tmp_path, locate="off"), exam, worker)
        return [task.id for task in result.tasks if task.status != "passed"]

    right, wrong = solutions(number), solutions(number, mistakes=2)
    assert failed(mistakes=0) == []
    assert failed(mistakes=2) == [task for task in right if right[task] != wrong[task]]


def test_a_first_cell() -> None:
    """The variant with a first cell is the same notebook below it."""
    first, *others = composed(0, first="import scipy")["cells"]
    assert first["source"] == "import scipy"
    assert others == composed(0)["cells"]
