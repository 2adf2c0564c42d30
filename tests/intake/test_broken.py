"""Broken and odd submissions: each is read as far as it can be without guessing, and costs nobody else anything."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from submissions.broken import KINDS, Kind
from support import gradebook, note_of, released_course, run

from autograder.engine.core.names import shown
from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.course_file import load_course
from autograder.engine.grading.batch import Grader, prove_isolation
from autograder.engine.intake.files import load
from autograder.engine.intake.found import Found

HONEST = "zz honest"  # sorted behind nearly all others


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One course in which every kind was handed in beside honest work."""
    course = released_course(tmp_path_factory.mktemp("broken"))
    for kind in KINDS:
        folder = _folder(course, kind)
        folder.mkdir(parents=True)
        kind.write(folder)
    (course / "submitted" / HONEST / "bptt").mkdir(parents=True)
    solved = (SOLUTION / "bptt" / "bptt.ipynb").read_bytes()
    (course / "submitted" / HONEST / "bptt" / "bptt.ipynb").write_bytes(solved)
    (course / "submitted" / "absent").mkdir()
    return course


def _folder(course: Path, kind: Kind) -> Path:
    return course / "submitted" / (kind.student or kind.name) / "bptt"


@pytest.fixture(scope="module")
def grader(course: Path) -> Iterator[Grader]:
    """A grader of that course, which stores what it has judged."""
    settings = load_course(course / "autograder.toml")
    with Grader(settings, prove_isolation(settings)) as grader:
        yield grader


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_is_graded_by_what_it_holds(kind: Kind, course: Path, grader: Grader) -> None:
    """The functions that are there get their points, a repair is told, and what cannot be read says why in one sentence."""
    result = grader.judge(Found(_folder(course, kind), kind.student or kind.name))
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


def test_every_sentence_is_text(course: Path) -> None:
    """Whatever bytes stand in names, ids and sources, all that is said of a submission is printable and UTF-8."""
    for kind in KINDS:
        handed_in = load(_folder(course, kind), kind.student or kind.name)
        said = [handed_in.path, handed_in.student or "", handed_in.error, *handed_in.notes]
        assert all(line.isprintable() for line in said), said
        "".join([*said, *(cell.id + cell.source for cell in handed_in.cells)]).encode()


@pytest.fixture(scope="module")
def graded(course: Path) -> Path:
    """The course judged by `grade`, which takes from the store what was judged above, and recorded by nbgrader."""
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
