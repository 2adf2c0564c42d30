"""Every way in which a submission can be run and judged gives the same report: each is taken by force."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import LIMITS, SEED, corpus

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox

CORRECT = corpus("correct")
MOST = max(sum(way.task == task.id for way in CORRECT) for task in ASSIGNMENT.tasks)
WORKERS = {
    "with all imports": {"imports": "all"},
    "without fork": {"fork": False},
}


def _classes() -> list[dict[str, str]]:
    """All correct formulations, spread over as few notebooks as hold them: one of each task in each."""
    by_task = [[way for way in CORRECT if way.task == task.id] for task in ASSIGNMENT.tasks]
    return [{ways[k % len(ways)].task: ways[k % len(ways)].source for ways in by_task} for k in range(MOST)]


def _reports(worker: Sandbox, classes: list[dict[str, str]]) -> list[dict]:
    solved, course, exam = (
        load(SOLUTION / "bptt" / "bptt.ipynb"),
        Course(Path("unused"), LIMITS),
        HiddenTests(ASSIGNMENT, SEED),
    )
    found = []
    for changes in classes:
        cells = tuple(replace(cell, source=changes.get(cell.id, cell.source)) for cell in solved.cells)
        found.append(grade(replace(solved, cells=cells), course, exam, worker).to_json())
    return found


@pytest.fixture(scope="module")
def usual(worker):
    """What the usual way gives: the imports that the text asks for, and a fork for each submission."""
    return _reports(worker, _classes())


@pytest.mark.parametrize("way", WORKERS)
def test_another_way(usual, way):
    """Another way of running gives the same report to the last letter."""
    with Sandbox(LIMITS, **WORKERS[way]) as worker:
        classes = _classes()[:3] if way == "without fork" else _classes()
        assert _reports(worker, classes) == usual[: len(classes)]


def test_when_measured_work_is_in_doubt(usual, worker, monkeypatch):
    """Where everything that measures work is asked to the last round, correct work gets the same report."""
    for bound in ("PLAIN", "_PLAIN_TIME"):
        monkeypatch.setattr(f"autograder.engine.judging.cost.{bound}", 0.0)
    assert _reports(worker, _classes()) == usual
