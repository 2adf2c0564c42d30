"""The result store: nothing is judged twice, nothing stale is used, and damage costs a second judging at most."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.engine.core.settings import Course
from autograder.engine.course.course_file import load_course
from autograder.engine.grading import batch
from autograder.engine.grading.batch import Grader
from autograder.engine.intake.found import Found
from autograder.engine.sandbox.probe import Proof

PROOF = Proof((), {})


@pytest.fixture
def judged(course: Course, monkeypatch: pytest.MonkeyPatch):
    """judge(course) -> how many submissions were really judged, of the one in the course's folder."""
    (course.root / "bptt.py").write_text("def forward(*args):\n    raise NotImplementedError\n")
    count = []
    real = batch.grade
    monkeypatch.setattr(batch, "grade", lambda *args: count.append(1) or real(*args))

    def judge(changed: Course = course, path: Path = course.root / "bptt.py", student: str | None = None) -> int:
        count.clear()
        with Grader(changed, PROOF) as grader:
            result = grader.judge(Found(path, student))
        assert (result.path, result.student, result.status) == (str(path), student, "graded")
        return len(count)

    return judge


def test_the_second_time_nothing_is_judged(judged, course: Course) -> None:
    """The same submission under another name and path takes the stored verdict."""
    assert judged() == 1
    assert judged() == 0
    (course.root / "other").mkdir()
    (course.root / "bptt.py").rename(course.root / "other" / "bptt.py")
    assert judged(path=course.root / "other" / "bptt.py", student="ada") == 0


def test_whatever_decides_a_verdict_makes_a_new_one(judged, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another seed, limit, feedback policy, set of tasks, version of the checks or of Python and NumPy is judged anew."""
    judged()
    assert judged(replace(course, limits=replace(course.limits, memory_mib=512))) == 1
    assert judged(replace(course, show_values=False)) == 1
    assert judged(replace(course, locate="off")) == 1
    assert judged(replace(course, tasks_off=("forward",))) == 1
    (course.root / ".autograder" / "seed").write_text("another\n")
    assert judged() == 1
    monkeypatch.setattr("autograder.engine.grading.store.checks_version", lambda: "newer")
    assert judged() == 1
    monkeypatch.setattr("autograder.engine.grading.store.running", lambda: "Python 4.0")
    assert judged() == 1


def test_settings_that_say_the_same_make_no_new_verdict(judged, course: Course) -> None:
    """A limit with or without its decimal point, and the tasks that are off in any order, are the same settings."""
    counts = []
    for call_s, off in (("5", '"forward", "hidden_grads"'), ("5.0", '"hidden_grads", "forward", "forward"')):
        (course.root / "autograder.toml").write_text(f"tasks_off = [{off}]\n[limits]\ncall_s = {call_s}\n")
        counts.append(judged(load_course(course.root / "autograder.toml")))
    assert counts == [1, 0]


def test_force_judges_again(judged, course: Course) -> None:
    """Where a command says `--force`, what is stored is not used, and the new verdict is stored."""
    judged()
    assert judged(replace(course, judge_again=True)) == 1
    assert judged() == 0


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"path": 1}', "\x00"])
def test_a_damaged_result_counts_as_none(judged, course: Course, damage: str) -> None:
    """A file of the store that is empty, cut off or foreign is judged again and replaced."""
    judged()
    for stored in course.results.rglob("*.json"):
        stored.write_text(damage)
    assert judged() == 1
    assert judged() == 0
