"""Points that a person gave for a file that the kit cannot read, and what becomes of them when another one comes."""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from support import released_course, run

pytestmark = pytest.mark.slow

CELLS = ("test_forward", "written_disagree")  # the first one is where formgrader asks for a look


def test_points_by_hand_stand_for_the_file_that_they_were_given_for(tmp_path: Path) -> None:
    """The same file at another time needs no second look; another file does, and each command says so."""
    course = released_course(tmp_path)
    work = course / "submitted" / "ada" / "bptt"
    work.mkdir(parents=True)
    (work / "bptt.ipynb").write_bytes(b"%PDF-1.7 one")
    assert run(course, "nbgrader", "autograde", "bptt").returncode == 0
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for cell in CELLS:
            grade = book.find_grade(cell, "bptt", "bptt", "ada")
            grade.manual_score, grade.needs_manual_grade = 1.0, False
        book.db.commit()
    (work / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    assert "1 recorded now" in run(course, "nbgrader", "autograde", "bptt").stderr
    assert waiting(course) == [False, False]
    (work / "bptt.ipynb").write_bytes(b"%PDF-1.7 two")
    assert "ada: stale: something else was handed in since" in run(course, "autograder", "status").stdout
    assert "ada: something else was handed in since" in run(course, "nbgrader", "generate_feedback", "bptt").stderr
    assert "1 recorded now" in run(course, "nbgrader", "autograde", "bptt").stderr
    assert waiting(course) == [True, True]


def waiting(course: Path) -> list[bool]:
    """Whether these cells of ada's wait for a person's look; the points that were given are there in any case."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grades = [book.find_grade(cell, "bptt", "bptt", "ada") for cell in CELLS]
        assert [grade.manual_score for grade in grades] == [1.0, 1.0]
        return [bool(grade.needs_manual_grade) for grade in grades]
