"""Broken and odd submissions: each is read as far as it can be without guessing, and costs nobody else anything."""

import json
from pathlib import Path

import pytest
from submissions.broken import KINDS, Kind
from support import LIMITS, gradebook, note_of, released_course, run

from autograder.engine.core.names import shown
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox

HONEST = "zz honest"  # sorted behind nearly all others


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_is_graded_by_what_it_holds(kind: Kind, tmp_path: Path, exam: HiddenTests, worker: Sandbox) -> None:
    """The functions that are there get their points, a repair is told, and what cannot be read says why in one sentence."""
    folder = tmp_path / (kind.student or "student") / "bptt"
    folder.mkdir(parents=True)
    kind.write(folder)
    result = grade(load(folder, kind.student or kind.name), Course(tmp_path, LIMITS), exam, worker)
    assert {task.id for task in result.tasks if task.status == "passed"} == kind.passes
    full = sum(ASSIGNMENT.by_id[task].points for task in kind.passes)
    assert result.score == full or (kind.partial and full < result.score < full + 6)
    assert result.status == ("unreadable" if kind.error else "graded")
    assert kind.error in (result.message or "")
    assert "\n" not in (result.message or "")
    assert any(kind.note in note for note in result.notes) if kind.note else result.notes == ()


def test_there_are_enough_kinds() -> None:
    """The kinds have names of their own, and no two share a student's folder."""
    assert len({kind.name for kind in KINDS}) == len({kind.student or kind.name for kind in KINDS}) == len(KINDS) >= 40


def test_every_sentence_is_text(tmp_path: Path, exam: HiddenTests, worker: Sandbox) -> None:
    """Whatever bytes stand in names, ids and sources, all that is said of a submission is printable and UTF-8."""
    for number, kind in enumerate(KINDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        kind.write(folder)
        handed_in = load(folder, kind.student or kind.name)
        said = [handed_in.path, handed_in.student or "", handed_in.error, *handed_in.notes]
        assert all(line.isprintable() for line in said), said
        "".join([*said, *(cell.id + cell.source for cell in handed_in.cells)]).encode()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One course in which every kind was handed in beside honest work: judged by `grade`, recorded by nbgrader."""
    course = released_course(tmp_path_factory.mktemp("broken"))
    for kind in KINDS:
        folder = course / "submitted" / (kind.student or kind.name) / "bptt"
        folder.mkdir(parents=True)
        kind.write(folder)
    (course / "submitted" / HONEST / "bptt").mkdir(parents=True)
    solved = (SOLUTION / "bptt" / "bptt.ipynb").read_bytes()
    (course / "submitted" / HONEST / "bptt" / "bptt.ipynb").write_bytes(solved)
    (course / "submitted" / "absent").mkdir()
    done = run(course, "autograder", "grade", "submitted", "--json", "report.json")
    assert done.returncode == 0, done.stderr[-3000:]
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr[-3000:]
    (course / "autograde.log").write_text(done.stderr, encoding="utf-8")
    return course


def _report(course: Path) -> dict[str, dict]:
    report = json.loads((course / "report.json").read_text(encoding="utf-8"))
    return {found["student"]: found for found in report["submissions"] if found["student"] != "absent"}


@pytest.mark.slow
def test_everybody_is_in_the_report_and_in_the_gradebook(graded: Path) -> None:
    """Nobody is missing, each score in the gradebook is the report's, and honest work beside all that has full marks."""
    said = {student: found["score"] for student, found in _report(graded).items()}
    assert set(said) == {shown(kind.student or kind.name) for kind in KINDS} | {HONEST}
    assert said[HONEST] == 30
    recorded = {student: sum(points or 0 for points in cells.values()) for student, cells in gradebook(graded).items()}
    assert recorded == pytest.approx(said)


@pytest.mark.slow
def test_what_was_repaired_or_not_read_stands_in_the_autograded_notebook(graded: Path) -> None:
    """The top of each autograded notebook holds the kind's remark, or the sentence that says why it was not read."""
    for kind in KINDS:
        said = note_of(graded, shown(kind.student or kind.name))
        assert kind.note.replace("`", "'") in said, kind.name
        assert kind.error in said, kind.name


@pytest.mark.slow
def test_who_handed_in_nothing_is_named(graded: Path) -> None:
    """A student's folder without one for the assignment is in no gradebook, and the log has a line that says so."""
    assert "absent" not in gradebook(graded)
    log = (graded / "autograde.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if "absent" in line and "handed in nothing" in line]
