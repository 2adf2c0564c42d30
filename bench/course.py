"""Courses to measure on: composed notebooks of the sample class, and a course that stock nbgrader grades."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat

from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.demo.sample_class import SAMPLES, _make_course, compose
from bench.timing import seconds

# An endless loop measures the limits of time and nothing else; at a process that ends itself stock nbgrader gives up.
_LEFT_OUT = {"zeno", "evariste"}
_ASSERTS = """\
# What a course without a kit writes: the reference's answers to the same instances, by plain asserts.
import numpy as np

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.judging.hidden_tests import draw

task = ASSIGNMENT.by_id["{task}"]
for case, args in draw(task, "bench").items():
    expected = task.answer(args)
    if isinstance(expected, ValueError):
        try:
            {task}(*args)
        except ValueError:
            continue
        raise AssertionError(case)
    got = {task}(*args)
    for one, other in zip(got, expected, strict=True) if isinstance(expected, list) else [(got, expected)]:
        if isinstance(other, np.ndarray):
            np.testing.assert_allclose(one, other, rtol=1e-6)
        else:
            assert one == other, case
"""


TRIMMED = (
    "The cells that draw and train are taken out of these notebooks: stock nbgrader runs them, the kit need not, and the "
    "ratio would say little else."
)


def samples() -> list[Path]:
    """Whose notebooks are handed in, one after the other."""
    return [path for path in sorted(SAMPLES.glob("*.py")) if path.stem not in _LEFT_OUT]


def hand_in(course: Path, count: int, trimmed: bool = False) -> None:
    """`count` notebooks of the sample class in turn, no two of the same bytes, in place of what was handed in.

    `trimmed` ones lack the cells that draw and train.
    """
    shutil.rmtree(course / "submitted", ignore_errors=True)
    release = nbformat.read(SOLUTION.parent / "assignment" / NAME / f"{NAME}.ipynb", as_version=4)
    solved = nbformat.read(SOLUTION / NAME / f"{NAME}.ipynb", as_version=4)
    notebooks = [(path.stem, compose(path, release, solved)) for path in samples()]
    for number in range(count):
        name, notebook = notebooks[number % len(notebooks)]
        folder = course / "submitted" / f"{number:05d}-{name}" / NAME
        folder.mkdir(parents=True)
        cells = [cell for cell in notebook["cells"] if not (trimmed and _shows(cell))]
        handed_in = {**notebook, "cells": cells, "metadata": {**notebook["metadata"], "copy": number}}
        (folder / f"{NAME}.ipynb").write_text(json.dumps(handed_in, indent=1), encoding="utf-8")


def _shows(cell: dict[str, Any]) -> bool:
    """Whether a cell is one of the notebook's own, for looking: neither an answer, nor a check, nor locked."""
    return cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"] and "selfcheck." in cell["source"]


def forget(course: Path) -> None:
    """Make a course as it was before anything was judged and recorded."""
    shutil.rmtree(course / "autograded", ignore_errors=True)
    shutil.rmtree(course / ".autograder" / "results", ignore_errors=True)


def make(course: Path, stock: bool) -> None:
    """A course of nbgrader's, its assignment released: with the kit, or as nbgrader comes, with asserts in its test cells."""
    course.mkdir(parents=True)
    _make_course(course)
    if stock:
        (course / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
        path = course / "source" / NAME / f"{NAME}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        tasks = {task.test_cell: task.id for task in ASSIGNMENT.tasks}
        for cell in notebook.cells:
            if cell.id in tasks:
                cell.source = _ASSERTS.format(task=tasks[cell.id])
        nbformat.write(notebook, path)
    seconds(sys.executable, "-m", "nbgrader", "generate_assignment", NAME, cwd=course)


def autograde(course: Path, count: int, judged: bool = False, trimmed: bool = True) -> float:
    """The time of `nbgrader autograde` over `count` notebooks; `judged` has `grade` judge them before the clock runs."""
    hand_in(course, count, trimmed)
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
