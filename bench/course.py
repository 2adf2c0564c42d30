"""Courses to measure on: a class's notebooks handed in, and a course that stock nbgrader grades."""

import json
import pickle
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.demo.sample_class import _make_course
from autograder.engine.judging.hidden_tests import draw
from bench.notebooks import composed
from bench.timing import ROOT, seconds

TRIMMED = (
    "The cells that draw and train are taken out of these notebooks: stock nbgrader runs them, the kit need not, and the "
    "ratio would say little else."
)
MIXED = (0, 2)  # mistakes: every other notebook has two
_TEST_CELL = """\
import sys

sys.path.insert(0, {folder!r})
from checks import check

check("{task}", {task})
"""


def hand_in(
    course: Path, count: int, mistakes: Sequence[int] = MIXED, first: str = "", trimmed: bool = False
) -> list[Path]:
    """`count` notebooks, no two of the same bytes, in place of what was handed in; `mistakes` are those of each in turn."""
    shutil.rmtree(course / "submitted", ignore_errors=True)
    paths = []
    for number in range(count):
        notebook = composed(number, mistakes[number % len(mistakes)], first, trimmed)
        notebook["metadata"] = {**notebook["metadata"], "copy": number}
        folder = course / "submitted" / f"student{number:05d}" / NAME
        folder.mkdir(parents=True)
        paths.append(folder / f"{NAME}.ipynb")
        paths[-1].write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return paths


def forget(course: Path) -> None:
    """Make a course as it was before anything was judged and recorded."""
    shutil.rmtree(course / "autograded", ignore_errors=True)
    shutil.rmtree(course / ".autograder" / "results", ignore_errors=True)


def write_checks(folder: Path) -> None:
    """`checks.py` with its test cases, for whoever grades without the kit."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = {
        task.id: {case: (args, task.answer(args)) for case, args in draw(task, "bench").items()}
        for task in ASSIGNMENT.tasks
    }
    (folder / "cases.pkl").write_bytes(pickle.dumps(cases))
    shutil.copy(ROOT / "bench" / "checks.py", folder)


def make(course: Path, stock: bool) -> None:
    """A course of nbgrader's, its assignment released: with the kit, or as nbgrader comes, with asserts in its test cells."""
    course.mkdir(parents=True)
    _make_course(course)
    if stock:
        (course / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
        write_checks(course / "checks")
        path = course / "source" / NAME / f"{NAME}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        tasks = {task.test_cell: task.id for task in ASSIGNMENT.tasks}
        for cell in notebook.cells:
            if cell.id in tasks:
                cell.source = _TEST_CELL.format(task=tasks[cell.id], folder=str(course / "checks"))
        nbformat.write(notebook, path)
    seconds(sys.executable, "-m", "nbgrader", "generate_assignment", NAME, cwd=course)


def autograde(course: Path, count: int, judged: bool = False, trimmed: bool = True) -> float:
    """The time of `nbgrader autograde` over `count` notebooks; `judged` has `grade` judge them before the clock runs."""
    hand_in(course, count, trimmed=trimmed)
    forget(course)
    if judged:
        seconds(sys.executable, "-m", "autograder", "grade", "submitted", "--json", "report.json", cwd=course)
    return seconds(sys.executable, "-m", "nbgrader", "autograde", NAME, cwd=course)


def grade(course: Path, count: int, jobs: int) -> float:
    """The time of `grade` over `count` trimmed notebooks of which nothing is known."""
    hand_in(course, count, trimmed=True)
    forget(course)
    words = ("-m", "autograder", "grade", "submitted", "--json", "report.json", "--jobs", str(jobs))
    return seconds(sys.executable, *words, cwd=course)
