"""Handing in late, by the real commands: due dates and times with zones, a course's own rule, an extension, a penalty by hand."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support import released_course, run

from autograder.engine.core.places import SOLUTION
from autograder.nbgrader.timestamps import utc_of

pytestmark = pytest.mark.slow

RULE = """
from nbgrader.plugins import BasePlugin

class ThreePointsADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 3 * -(-total_seconds_late // 86400)  # each day that has begun

c.AssignLatePenalties.plugin_class = ThreePointsADay
c.Exchange.timezone = "Europe/Berlin"
"""
# The work is due on 20 November at 12:00 in Berlin, 11:00 in UTC.
HANDED_IN = {
    "in time": ("2026-11-20 11:59:00.0 CET", 0),
    "in time by utc": ("2026-11-20 10:59:00 UTC", 0),
    "in time by offset": ("2026-11-20 16:29:00 +0530", 0),
    "late": ("2026-11-20 12:01:00 +0100", 3),
    "two days late": ("2026-11-21 12:01:00.0 CET", 6),
    "extended": ("2026-11-21 12:01:00 +01:00", 3),
    "excused": ("2026-11-21 12:01:00 +01:00", 1),
    "not known": ("2026-11-25 12:00:00 PST", 0),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with a due date and a rule, graded; one has an extension of a day, and of one a penalty was set by hand."""
    course = released_course(tmp_path_factory.mktemp("late"))
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write(RULE)
    assert (
        run(course, "nbgrader", "db", "assignment", "add", "bptt", "--duedate=2026-11-20 12:00 +0100").returncode == 0
    )
    for student, (when, _) in HANDED_IN.items():
        folder = course / "submitted" / student / "bptt"
        folder.mkdir(parents=True)
        shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder)
        (folder / "timestamp.txt").write_text(when, encoding="utf-8")
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    assert "not known: timestamp.txt holds no time as nbgrader writes it" in done.stderr
    with gradebook(course) as book:
        book.grant_extension("bptt", "extended", days=1)
        book.find_submission_notebook("bptt", "bptt", "excused").late_submission_penalty = 1.0
        book.db.commit()
    said = run(course, "autograder", "status").stdout
    assert [line.split(":")[0] for line in said.splitlines() if "another late penalty is due now" in line] == [
        "extended"
    ]
    assert "1 recorded now" in run(course, "nbgrader", "autograde", "bptt").stderr
    assert "stale" not in run(course, "autograder", "status").stdout
    return course


def gradebook(course: Path) -> Any:
    from nbgrader.api import Gradebook  # heavy

    return Gradebook(f"sqlite:///{course}/gradebook.db")


def test_who_is_late_by_how_much(graded: Path) -> None:
    """The due date and each time count in their own zones; the course's rule gives the penalty, an extension moves the date,
    and what was set by hand stays."""
    with gradebook(graded) as book:
        assert book.find_assignment("bptt").duedate == datetime(2026, 11, 20, 11)
        found = {s.student.id: s.late_submission_penalty for s in book.assignment_submissions("bptt")}
    assert found == {student: penalty for student, (_, penalty) in HANDED_IN.items()}


def test_a_rule_that_takes_a_share_sees_points_given_by_hand(tmp_path: Path) -> None:
    """Where points by hand change a late penalty, `status` says so and a plain autograde sets it; so do
    another due date, and a time of submission that is taken away."""
    course = released_course(tmp_path)
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write(RULE.replace("3 * -(-total_seconds_late // 86400)", "0.1 * score"))
    folder = course / "submitted" / "ada" / "bptt"
    folder.mkdir(parents=True)
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder)
    (folder / "timestamp.txt").write_text("2026-11-20 12:01:00 +0100")

    def penalty() -> float:
        assert "another late penalty is due now" in run(course, "autograder", "status").stdout
        assert "1 recorded now" in run(course, "nbgrader", "autograde", "bptt").stderr
        assert "ada: current" in run(course, "autograder", "status").stdout
        with gradebook(course) as book:
            return float(book.find_submission("bptt", "ada").late_submission_penalty)

    assert run(course, "nbgrader", "autograde", "bptt").returncode == 0
    due = ("nbgrader", "db", "assignment", "add", "bptt")
    assert run(course, *due, "--duedate=2026-11-20 12:00 +0100").returncode == 0
    assert penalty() == pytest.approx(3.0)
    with gradebook(course) as book:
        book.find_grade("written_remedies", "bptt", "bptt", "ada").manual_score = 2.0
        book.db.commit()
    assert penalty() == pytest.approx(3.2)
    assert run(course, *due, "--duedate=2026-11-20 13:00 +0100").returncode == 0
    assert penalty() == 0.0
    assert run(course, *due, "--duedate=2026-11-20 12:00 +0100").returncode == 0
    assert penalty() == pytest.approx(3.2)
    (folder / "timestamp.txt").unlink()
    assert "the time in timestamp.txt has changed" in run(course, "autograder", "status").stdout
    assert "1 recorded now" in run(course, "nbgrader", "autograde", "bptt").stderr
    assert "ada: current" in run(course, "autograder", "status").stdout
    with gradebook(course) as book:
        found = book.find_submission("bptt", "ada")
        assert (found.timestamp, found.late_submission_penalty) == (None, 0.0)


def test_the_page_tells_the_penalty(graded: Path) -> None:
    """A student who was late reads how many points that took, and the total without them."""
    assert run(graded, "nbgrader", "generate_feedback", "bptt").returncode == 0
    page = (graded / "feedback" / "two days late" / "bptt" / "bptt.html").read_text(encoding="utf-8")
    assert "24 <small>of 30 points, and 5 still to be graded by hand" in page
    assert "6 points were taken off for handing in late." in page


class Log:
    """What was warned of."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def warning(self, text: str, *values: object) -> None:
        self.said.append(text % values)


@pytest.mark.parametrize(
    ("text", "zone", "hour", "warns"),
    [
        ("2026-07-01 12:00 +0100", "UTC", 11, False),
        ("2026-07-01 12:00 +01", "UTC", 11, False),
        ("2026-07-01 12:00:00 CEST", "Europe/Berlin", 10, False),
        ("2026-07-01 12:00:00 CEST", "UTC", 12, True),
        ("2026-07-01 12:00:00 PST", "UTC", 12, True),
        ("1 July 2026 12:00 PDT", "UTC", 12, True),
        ("2026-07-01 12:00:00 UTC", "Europe/Berlin", 12, False),
        ("2026-07-01 12:00", "UTC", 12, False),
        ("1 July 2026 12 PM", "UTC", 12, False),
        ("2026-07-01 12:00:00 Europe/Berlin", "UTC", 10, False),
    ],
)
def test_a_time_is_read_rightly_or_with_a_warning(text: str, zone: str, hour: int, warns: bool) -> None:
    """What nbgrader's own reading would get wrong without a word is read rightly, or the sentence says what it was taken for."""
    from autograder.nbgrader.exchange import _NBGRADERS  # heavy

    log = Log()
    assert utc_of(text, zone, _NBGRADERS, log).hour == hour  # type: ignore[arg-type]
    assert bool(log.said) == warns
