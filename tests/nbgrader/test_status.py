"""`status` leads an instructor through a course: its last line is the command to run next."""

import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from support import released_course, run

from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT

pytestmark = pytest.mark.slow


def told(course: Path) -> list[str]:
    """What `status` says."""
    done = run(course, "autograder", "status")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_each_step_leads_to_the_next(tmp_path: Path) -> None:
    """From a released course to the export, `status` ends in the next command, and the command leads a step further."""
    course = released_course(tmp_path)
    (course / "submitted" / "idle").mkdir(parents=True)
    assert told(course)[-1] == "Next: nbgrader collect bptt"
    folder = course / "submitted" / "ada" / "bptt"
    folder.mkdir(parents=True)
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder)
    assert told(course)[-2:] == ["1 not graded, 1 handed in nothing", "Next: nbgrader autograde bptt"]
    assert run(course, "nbgrader", "autograde", "bptt").returncode == 0
    said = told(course)
    assert "ada: current (30 points)" in said
    assert said[-2:] == ["1 submission waits for points by hand, in Nbgrader, Formgrader.", "Next: jupyter lab"]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for written in ASSIGNMENT.written:
            grade = book.find_grade(written.id, "bptt", "bptt", "ada")
            grade.manual_score, grade.needs_manual_grade = written.points, False
        book.db.commit()
    assert told(course)[-1] == "Next: nbgrader generate_feedback bptt"
    assert run(course, "nbgrader", "generate_feedback", "bptt").returncode == 0
    assert told(course)[-1] == "Next: nbgrader export"
    settings = (course / "autograder.toml").read_text(encoding="utf-8")
    (course / "autograder.toml").write_text('tasks_off = ["forward"]\n' + settings, encoding="utf-8")
    assert told(course)[-2:] == ["1 stale, 1 handed in nothing", "Next: nbgrader autograde bptt"]
    again = run(course, "nbgrader", "autograde", "bptt")
    assert "ada moves from 30 to 27 points: forward" in again.stderr
