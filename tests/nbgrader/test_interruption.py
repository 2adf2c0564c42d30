"""Whatever interrupts a run: the same command run again finishes the rest, and what comes out is what one run would give."""

import json
import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import forked
import pytest
from support import commands, gradebook, released_course, run, tiny_disk

from autograder.engine.demo import sample_class as demo

pytestmark = pytest.mark.slow

STUDENTS = ("ada", "alan", "evariste", "kurt", "linus", "sofia", "untouched", "zeno")
LIMITS = "[limits]\ncall_s = 0.5\ncell_s = 0.3\nasleep_s = 2\n"  # zeno's loops have no end
GRADE = ("autograder", "grade", "submitted", "--json", "report.json")
AUTOGRADE = ("nbgrader", "autograde", "bptt")
RESULTS = ".autograder/results/*/*.json"
WAIT_S = 120.0  # for a command to reach its moment or its end: far above what either takes
Moment = Callable[[int], bool]  # whether it has come, by how much the command has said


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small class that has handed in, and nothing judged."""
    course = released_course(tmp_path_factory.mktemp("interrupted"))
    demo.hand_in(course)
    for folder in (course / "submitted").iterdir():
        if folder.name not in STUDENTS:
            shutil.rmtree(folder)
    (course / "autograder.toml").write_text(LIMITS, encoding="utf-8")
    shutil.copyfile(course / "gradebook.db", course / "gradebook.released")
    return course


@pytest.fixture(scope="module")
def uninterrupted(course: Path) -> tuple[bytes, dict, dict]:
    """The report, the gradebook and the autograded notebooks of a course in which nothing went wrong."""
    for words in (GRADE, AUTOGRADE):
        done = run(course, *words)
        assert done.returncode == 0, done.stderr
    kept = course / "uninterrupted"
    for name in ("autograded", ".autograder/results"):
        shutil.copytree(course / name, kept / name)
    shutil.copyfile(course / "gradebook.db", kept / "gradebook.db")
    return (course / "report.json").read_bytes(), gradebook(course), _notebooks(course)


@pytest.fixture
def fresh(course: Path, uninterrupted: tuple[bytes, dict, dict]) -> Path:
    """The course as it was before anything was judged."""
    for name in ("autograded", ".autograder/results"):
        shutil.rmtree(course / name, ignore_errors=True)
    (course / "report.json").unlink(missing_ok=True)
    shutil.copyfile(course / "gradebook.released", course / "gradebook.db")
    return course


@pytest.fixture
def recorded(fresh: Path) -> Path:
    """The course in which everybody is judged and recorded, without interruption."""
    shutil.copytree(fresh / "uninterrupted", fresh, dirs_exist_ok=True)
    return fresh


def _notebooks(course: Path) -> dict[str, bytes]:
    return {path.parts[-3]: path.read_bytes() for path in (course / "autograded").glob("*/bptt/bptt.ipynb")}


def _stored(course: Path) -> dict[Path, int]:
    """The results that a run would find, with the time of each."""
    return {path: path.stat().st_mtime_ns for path in course.glob(RESULTS)}


def killed(course: Path, words: tuple[str, ...], moment: Moment) -> bool:
    """Run a command and kill its process group when the moment comes, and nothing of it lives on. False where it ended before."""
    process = forked.start(("-m", *words), course, commands(course))
    said = 0
    try:
        for _ in range(int(WAIT_S / 0.01)):
            if moment(said):
                break
            if select.select([process.said], [], [], 0.01)[0]:
                chunk = os.read(process.said, 1 << 16)
                said += len(chunk)
                if not chunk:
                    return False
        else:
            raise AssertionError(f"{words} did not come to its moment")
        left = [os.pidfd_open(pid) for pid in forked.processes(process.pid)]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for descriptor in left:
        assert select.select([descriptor], [], [], WAIT_S)[0], "a process outlived the killed command"
        os.close(descriptor)
    return True


def _moments(course: Path, random_: random.Random, work: str, log: int) -> Iterator[Moment]:
    """Moments all over a run: when a little more of its work is done than before, and anywhere in its log."""

    def more(files: str) -> Moment:
        wanted = len(list(course.glob(files))) + random_.randint(1, 2)
        return lambda said: len(list(course.glob(files))) >= min(wanted, len(STUDENTS))

    def said_much() -> Moment:
        much = random_.randrange(1, log)
        return lambda said: said >= much

    yield more(RESULTS)
    yield said_much()
    yield more(work)
    yield said_much()
    yield more(work)


def test_grade_finishes_what_was_killed(fresh: Path, uninterrupted: tuple[bytes, dict, dict]) -> None:
    """`grade`, killed again and again, at last writes byte for byte the report of one run, and judges nothing twice."""
    stored: dict[Path, int] = {}
    for moment in _moments(fresh, random.Random(5), RESULTS, log=100):
        assert killed(fresh, GRADE, moment)
        assert stored.items() <= _stored(fresh).items()
        stored = _stored(fresh)
        assert all(json.loads(path.read_bytes())["status"] == "graded" for path in stored)
        assert not (fresh / "report.json").exists()
    done = run(fresh, *GRADE)
    assert done.returncode == 0, done.stderr
    assert stored.items() <= _stored(fresh).items()
    assert (fresh / "report.json").read_bytes() == uninterrupted[0]


def test_autograde_finishes_what_was_killed(fresh: Path, uninterrupted: tuple[bytes, dict, dict]) -> None:
    """nbgrader's autograde, killed again and again, at last leaves the gradebook of one run, and nobody is left out."""
    stored: dict[Path, int] = {}
    kills = 0
    for moment in _moments(fresh, random.Random(6), "autograded/*/bptt/bptt.ipynb", log=500):
        kills += killed(fresh, AUTOGRADE, moment)
        assert stored.items() <= _stored(fresh).items()
        stored = _stored(fresh)
    assert kills >= 4
    whole = [student for student, data in _notebooks(fresh).items() if data == uninterrupted[2][student]]
    done = run(fresh, *AUTOGRADE)
    assert done.returncode == 0, done.stderr
    assert f"{len(STUDENTS) - len(whole)} recorded now, {len(whole)} graded already" in done.stderr
    assert stored.items() <= _stored(fresh).items()
    assert gradebook(fresh) == uninterrupted[1]
    assert _notebooks(fresh) == uninterrupted[2]


_STOPPED = """
import autograder.nbgrader.autograde as step
from nbgrader.apps.nbgraderapp import main

judge_all = step.judge_all

def stopped(found, course, proof):
    yield next(judge_all(found, course, proof, 1))
    raise KeyboardInterrupt

step.judge_all = stopped
main()
"""


def test_who_is_judged_is_recorded_before_the_next_one_is_judged(
    fresh: Path, uninterrupted: tuple[bytes, dict, dict]
) -> None:
    """Where judging stops after the first student, that one is recorded, and the same command does the rest."""
    command = [sys.executable, "-c", _STOPPED, *AUTOGRADE[1:]]
    done = subprocess.run(command, cwd=fresh, env=commands(fresh), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "what is recorded stays" in done.stderr
    assert "Traceback" not in done.stderr
    first = STUDENTS[0]
    assert gradebook(fresh) == {first: uninterrupted[1][first]}
    assert _notebooks(fresh) == {first: uninterrupted[2][first]}
    assert len(_stored(fresh)) == 1
    done = run(fresh, *AUTOGRADE)
    assert f"{len(STUDENTS) - 1} recorded now, 1 graded already" in done.stderr
    assert gradebook(fresh) == uninterrupted[1]
    assert _notebooks(fresh) == uninterrupted[2]


def test_whom_the_gradebook_cannot_take_costs_nobody_else(
    recorded: Path, uninterrupted: tuple[bytes, dict, dict]
) -> None:
    """A student whose rows in the gradebook are damaged is named with the reason; all others are recorded."""
    with closing(sqlite3.connect(recorded / "gradebook.db")) as book, book:
        book.execute(
            "DELETE FROM submitted_notebook WHERE assignment_id IN "
            "(SELECT id FROM submitted_assignment WHERE student_id = 'alan')"
        )
    done = run(recorded, *AUTOGRADE, "--force")
    assert done.returncode == 1
    assert "alan was not graded: nbgrader could not record it: No such submitted notebook" in done.stderr
    assert "Traceback" not in done.stderr
    assert {student: row for student, row in gradebook(recorded).items() if student != "alan"} == {
        student: row for student, row in uninterrupted[1].items() if student != "alan"
    }
    kept = json.loads((recorded / "autograded" / "alan" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
    assert kept["metadata"]["autograder"]["recorded"] is False


def _by_hand(course: Path) -> dict[str, tuple]:
    """By student the late penalty and, of each cell, the points by machine and by hand and whether a human is asked."""
    from nbgrader.api import Gradebook  # heavy

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student.id: (
                submission.late_submission_penalty,
                {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in submission.notebooks[0].grades},
            )
            for submission in book.assignment_submissions("bptt")
        }


def _grade_by_hand(course: Path) -> None:
    from nbgrader.api import Gradebook  # heavy

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for submission in book.assignment_submissions("bptt"):
            submission.notebooks[0].late_submission_penalty = 1.0
            for grade in submission.notebooks[0].grades:
                if grade.name.startswith("written"):
                    grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()


def _begun(course: Path) -> bool:
    """Whether somebody's record is just being replaced."""
    texts = (path.read_text(encoding="utf-8") for path in course.glob("autograded/*/bptt/bptt.ipynb"))
    return any('"recorded": false' in text for text in texts)


def test_a_killed_regrade_keeps_what_was_done_by_hand(recorded: Path, tmp_path: Path) -> None:
    """Killed while it replaces somebody's record, a regrade at last leaves the gradebook of one run: nothing by hand is lost,
    and nobody is asked for a second look."""
    _grade_by_hand(recorded)
    for name in ("one run", "killed"):
        course = shutil.copytree(recorded, tmp_path / name)
        toml = course / "autograder.toml"
        toml.write_text("show_values = false\n" + toml.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(tmp_path / "one run", *AUTOGRADE).returncode == 0
    before = _by_hand(tmp_path / "one run")
    assert killed(tmp_path / "killed", AUTOGRADE, lambda said: _begun(tmp_path / "killed"))
    assert run(tmp_path / "killed", *AUTOGRADE).returncode == 0
    assert _by_hand(tmp_path / "killed") == before
    asked = {grade[2] for _, grades in before.values() for name, grade in grades.items() if name.startswith("written")}
    assert asked == {False}


def test_a_full_disk_costs_no_verdict(fresh: Path, uninterrupted: tuple[bytes, dict, dict]) -> None:
    """Where no result can be stored, `grade` says so in one line and reports all the same; later it stores them."""
    words = ("autograder", "grade", "submitted", "--jobs", "1", "--json")
    done = run(fresh, *words, "-", preexec_fn=tiny_disk)
    assert done.returncode == 0, done.stderr
    assert done.stdout.encode() == uninterrupted[0]
    assert done.stderr.count("cannot be written") == 1
    assert not [path for path in (fresh / ".autograder" / "results").rglob("*") if path.is_file()]
    assert run(fresh, *words, "report.json").returncode == 0
    assert (fresh / "report.json").read_bytes() == uninterrupted[0]
    assert len(_stored(fresh)) == len(STUDENTS)


def test_neither_a_full_disk_nor_a_locked_gradebook_is_a_grade(
    fresh: Path, uninterrupted: tuple[bytes, dict, dict]
) -> None:
    """Where nbgrader cannot write, its step fails in words, a lock before anything is judged; later the same command finishes."""
    done = run(fresh, *AUTOGRADE, preexec_fn=tiny_disk)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    with closing(sqlite3.connect(fresh / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = run(fresh, *AUTOGRADE)
        assert done.returncode == 1
        assert "error accessing the nbgrader database" in done.stderr
        other.execute("ROLLBACK")
    assert gradebook(fresh) == {}
    assert not _notebooks(fresh)
    assert not _stored(fresh)
    done = run(fresh, *AUTOGRADE)
    assert done.returncode == 0, done.stderr
    assert gradebook(fresh) == uninterrupted[1]
    assert _notebooks(fresh) == uninterrupted[2]
