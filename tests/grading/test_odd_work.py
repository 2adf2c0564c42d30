"""Honest work in odd layouts, encodings, exports and idioms is read as Python and IPython read it, and gets its points."""

from collections.abc import Callable
from pathlib import Path

import pytest
from submissions.broken.kinds import script
from submissions.odd.cells import CELLS, NOTEBOOKS, REMARKED, USED_AGAIN
from submissions.odd.scripts import SCRIPTS, Script

from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox

JudgeCells = Callable[..., Result]


@pytest.mark.parametrize("name", CELLS)
def test_odd_cells(judge_cells: JudgeCells, name: str) -> None:
    """A cell that runs in a notebook has full marks and no remark, whatever it is made of."""
    *above, answer = [CELLS[name]] if isinstance(CELLS[name], str) else CELLS[name]
    result = judge_cells({"squared_error_grad": answer}, before=tuple(above))
    assert (result.score, result.notes) == (30, ())


@pytest.mark.parametrize("name", REMARKED)
def test_odd_cells_with_a_remark(judge_cells: JudgeCells, name: str) -> None:
    """What the grader lacks for a part of a cell is remarked once, and costs the answers around it nothing."""
    (*above, answer), words = REMARKED[name]
    result = judge_cells({"squared_error_grad": answer}, before=tuple(above))
    assert result.score == 30
    assert [note for note in result.notes if words in note] == list(result.notes) != []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_odd_notebooks(judge_cells: JudgeCells, name: str) -> None:
    """Stubs, imports and results of odd forms cost nothing, and what was repaired is remarked."""
    changes, above, words = NOTEBOOKS[name]
    result = judge_cells(changes, before=above)
    assert result.score == 30
    assert any(words in note for note in result.notes) if words else result.notes == ()


@pytest.mark.parametrize("name", USED_AGAIN)
def test_names_that_are_used_again(judge_cells: JudgeCells, name: str) -> None:
    """What a cell below makes of a name does not change what the answer sees, as in a notebook that is run from the top."""
    answer, below = USED_AGAIN[name]
    result = judge_cells({"squared_error_grad": answer}, after=below)
    assert (result.score, result.notes) == (30, ())


def test_one_helper_for_each_answer(judge_cells: JudgeCells) -> None:
    """Two answers with helpers of one name each call their own."""
    mean = "def helper(a): return a / len(a)\ndef squared_error_grad(o, y): return helper(o - y)"
    largest = "def helper(a): return np.abs(a).max()\ndef spectral_radius(W_hh): return helper(np.linalg.eigvals(W_hh))"
    assert judge_cells({"squared_error_grad": mean, "spectral_radius": largest}).score == 30


def test_a_script_is_run_to_its_end(tmp_path: Path, exam: HiddenTests, worker: Sandbox, course: Course) -> None:
    """In a file the last helper of a name counts, as where the file is imported."""
    head = "def squared_error_grad(o, y):"
    text = script().replace(head, f"{head}\n    return helper(o - y)\n    # and not:", 1)
    text = f"def helper(a): return 0\n{text}\ndef helper(a): return a / len(a)\n"
    (tmp_path / "bptt.py").write_text(text, encoding="utf-8")
    assert grade(load(tmp_path / "bptt.py"), course, exam, worker).score == 30


@pytest.mark.parametrize("odd", SCRIPTS, ids=lambda odd: odd.name)
def test_odd_scripts(odd: Script, tmp_path: Path, exam: HiddenTests, worker: Sandbox, course: Course) -> None:
    """A Python file of any layout is judged by what it holds, and what does not run in it costs itself alone."""
    (tmp_path / "bptt.py").write_bytes(odd.data)
    result = grade(load(tmp_path / "bptt.py"), course, exam, worker)
    assert {task.id for task in result.tasks if task.status != "passed"} == set(odd.loses)
    assert result.score == 30 - sum(ASSIGNMENT.by_id[task].points for task in odd.loses)
    assert any(odd.remark in note for note in result.notes) if odd.remark else result.notes == ()


def test_there_are_enough_odd_ways() -> None:
    """The tables hold what was collected, each under a name of its own."""
    assert len({odd.name for odd in SCRIPTS}) == len(SCRIPTS)
    assert len(CELLS) + len(REMARKED) + len(NOTEBOOKS) + len(SCRIPTS) >= 200
