"""A class of any size: results are handed out as they come, none is kept, and nothing heavy is loaded for it."""

import json
import subprocess
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder.__main__ import main
from autograder.engine.cli import grade as command
from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.core.settings import Course
from autograder.engine.grading import batch
from autograder.engine.intake.found import Found
from autograder.engine.reports import report

CHECKS = (CheckResult("a", True), CheckResult("b", False, 'ρ "is" \u2028\n3', None, "asks", 0.5, 1.0))
TASKS = (TaskResult("forward", 1.0, 3.0, "failed", CHECKS), TaskResult("empty", 0.0, 2.0, "missing"))
RESULT = Result("päth/a'b", None, 1.0, 30.0, "graded", "a\tb", ("one", "two"), TASKS, "digest")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_streamed_report_is_plain_json(count: int) -> None:
    """The report made piece by piece has the very bytes of `json.dumps` over the whole of it."""
    whole = {"version": 1, "isolation": 'by "trial"', "submissions": [RESULT.to_json()] * count, "left_out": []}
    expected = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    assert report.to_json([RESULT] * count, 'by "trial"') == expected


def test_a_result_is_written_before_the_next_one_is_asked_for() -> None:
    """No more than one result is held while the report is written."""
    asked: list[int] = []

    def results():
        for number in range(5):
            asked.append(number)
            yield RESULT

    pieces = report.json_pieces(results(), "")
    next(pieces)
    for number in range(5):
        next(pieces)
        assert len(asked) == number + 1


class Idle(Executor):
    """A pool that does what it is given at once, and counts how much of it nobody has taken yet."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, function: Any, /, *args: Any, **options: Any) -> Future:
        self.submitted += 1
        done: Future = Future()
        done.set_result(args[0])
        return done


def test_a_bounded_number_is_under_way() -> None:
    """However large the class, only so many submissions are handed to the pool ahead of the one that is reported."""
    pool = Idle()
    for taken, result in enumerate(batch._in_order(pool, [Found(Path(str(n))) for n in range(100)], ahead=7)):
        assert result == Found(Path(str(taken)))
        assert pool.submitted - taken <= 8
    assert taken == 99


def test_nothing_heavy_on_the_hot_path() -> None:
    """Judging imports neither nbgrader nor what builds notebooks nor pytest; SciPy is loaded where student code runs alone."""
    code = "import sys, autograder.engine.cli.grade, autograder.engine.grading.batch, autograder.engine.intake.files, autograder.engine.reports.report, autograder.engine.reports.progress; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"nbgrader", "nbformat", "nbconvert", "jupytext", "pytest", "scipy", "bleach", "sqlalchemy"}


def test_a_large_class_is_one_line_each(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a few submissions the terminal gets a line for each, and `--log` the progress with the time that is left."""
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(command, "_IN_FULL", 1)
    for name in "ab":
        (course.root / "class" / name).mkdir(parents=True)
        (course.root / "class" / name / "bptt.py").write_text("def forward(*args):\n    raise NotImplementedError\n")
    done = CliRunner().invoke(main, ["grade", "class", "--jobs", "1", "--log", "class.log"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "a (class/a): 0 of 30 points, and 5 to be graded by hand, 0 of 11 tasks passed"
    assert len(lines) == 3
    first, second, summary = (course.root / "class.log").read_text().splitlines()
    assert first.startswith("[1/2] a: 0 of 30; ")
    assert " left; the longest wait was for a (" in first
    assert second.startswith("[2/2] b: 0 of 30; 0:00:00 left")
    assert summary.startswith("2 graded (0 of them with remarks), 0 unreadable, 0 grader errors")
