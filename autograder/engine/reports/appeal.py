"""An appeal: all that lies behind one check's verdict, for an instructor's eyes, and the verdict once more.

The seed is the course's, so the test case is the very one that was judged. Nothing is written anywhere: what the student
should see of it is for the instructor to send.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Check, Task
from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import released
from autograder.engine.diagnosis.general_mistakes import GENERAL
from autograder.engine.diagnosis.known_mistakes import pairs
from autograder.engine.grading.asking import ask
from autograder.engine.grading.batch import Grader, prove_isolation
from autograder.engine.grading.grade import judge_task, tasks_of
from autograder.engine.grading.locating import with_locations
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import UnreadableError
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.judges import Finding
from autograder.engine.sandbox.answers import Answer, plain_text
from autograder.nbgrader.places import CourseError, course_directory, place, students
from autograder.nbgrader.record import Record, recorded

_MAX_ENTRIES = 200  # of an array that is printed whole


class AppealError(Exception):
    """There is nothing to explain; the message says why, and what to name instead."""


@dataclass(frozen=True)
class Appeal:
    """One check of one submission, replayed: what was asked and answered, and the verdict then and now."""

    path: Path
    student: str | None
    answered: AnsweredTask
    now: TaskResult
    check: Check
    stored: Result | None
    record: Record | None  # what the autograded notebook says was recorded
    isolation: str

    @property
    def finding(self) -> Finding | None:
        found: Finding | None = self.check.judge(self.answered, self.check)
        return found

    @property
    def line(self) -> CheckResult:
        return next(line for line in self.now.checks if line.id == self.check.id)


def locate(who: str, root: Path) -> tuple[Path, str | None]:
    """The submission of a student in an nbgrader course, by the folder's name or as it is shown, or the path named instead."""
    coursedir = course_directory(root)
    try:
        for name, work in students(coursedir, coursedir.submitted_directory).items():
            if who in (name, shown(name)) and look(work) != "absent":
                return work, name
    except (CannotReadError, CourseError) as error:
        raise AppealError(str(error)) from None
    if look(Path(who)) != "absent":
        return Path(who), None
    named = shown(who)
    raise AppealError(f"there is no submitted/{named}/{NAME} here and no path {named}: name a student or a path")


def _recorded(student: str, root: Path) -> Record | None:
    """What nbgrader's step has recorded of a student, by the name in the gradebook."""
    coursedir = course_directory(root)
    return recorded(place(coursedir, coursedir.autograded_directory).work_of(student) / f"{NAME}.ipynb")


def replay(who: str, task: str, check: str | None, course: Course) -> Appeal:
    """Run the submission again as it was judged, all tasks in their order, and judge the one task."""
    path, student = locate(who, course.root)
    chosen = _chosen(task, check, course)
    proof = prove_isolation(course)
    try:
        submission = load(path, student)
    except CannotReadError as error:
        raise AppealError(str(error)) from None
    if submission.error:
        raise AppealError(f"{submission.error}; nothing of it was run, and every task is missing")
    with Grader(course, proof) as grader:
        variant = grader.hidden.variant(submission.digest)
        cases = [grader.hidden.cases(entry.id, variant) for entry in tasks_of(course)]
        try:
            asked = ask(submission, cases, grader.sandbox, released())
        except UnreadableError as error:
            raise AppealError(f"{error}; nothing of it was run, and every task is missing") from None
        answered = next(entry for entry in asked.tasks if entry.task.id == task)
        judged = [judge_task(entry, asked.errors, course) for entry in asked.tasks]
        whole = with_locations(judged, asked, variant, course, grader.hidden, grader.sandbox, released())
        now = next(entry for entry in whole if entry.id == task)
        stored = grader.store.get(submission)
    failed = next((line.id for line in now.checks if not line.passed), now.checks[0].id)
    chosen = chosen or next(entry for entry in ASSIGNMENT.by_id[task].checks if entry.id == failed)
    record = _recorded(shown(student), course.root) if student else None
    return Appeal(path, submission.student, answered, now, chosen, stored, record, proof.label)


def _chosen(task: str, check: str | None, course: Course) -> Check | None:
    """The check that was asked for by name, None where none was."""
    if task not in ASSIGNMENT.by_id:
        raise AppealError(f"{task} is no task; the tasks are {', '.join(ASSIGNMENT.by_id)}")
    if task in course.tasks_off:
        raise AppealError(f"{task} is switched off in autograder.toml (tasks_off): it is not graded")
    found = {entry.id: entry for entry in ASSIGNMENT.by_id[task].checks}
    if check and check not in found:
        raise AppealError(f"{task} has no check {check}; its checks are {', '.join(found)}")
    return found[check] if check else None


def sections(appeal: Appeal) -> Iterator[tuple[str, str]]:
    """All that there is to show, as titles and texts."""
    answered, check, line = appeal.answered, appeal.check, appeal.line
    task, finding = answered.task, appeal.finding
    yield (
        f"{appeal.student or shown(appeal.path)}: {task.id}",
        f"{appeal.now.points:g} of {task.points:g} points, {appeal.now.status}\n{_checks(appeal)}",
    )
    message = line.message or "all is right"
    yield (
        f"check {check.id}: {check.asks}",
        f"{line.points:g} of {line.max_points:g} points; the student is told:\n{message}",
    )
    if line.misconception:
        yield f"named mistake: {line.misconception}", _mistake(line.misconception)
    if line.location:
        yield f"the line that a small edit mends: {line.location.line}", line.location.source
    asked = [case for case in check.all_cases if case in answered.answers]
    case = finding.case if finding else next(iter(asked), next(iter(answered.args)))
    drawn_for = f"one of {', '.join(asked)}" if asked else "this check looks at all test cases of the task"
    yield f"test case {case} ({drawn_for})", _arguments(task, answered.args[case])
    yield "expected", _value(answered.expected[case])
    yield "came", _answer(task, answered.answers[case])
    if finding:
        yield "found", f"{finding.text} [{finding.kind}]"
    yield "replayed", _verdicts(appeal)
    yield "the check: its row in the suite, and its judge", f"{_row(check)}\n\n{inspect.getsource(check.judge)}"
    yield "the reference", inspect.getsource(task.function)


def _checks(appeal: Appeal) -> str:
    return "\n".join(
        f"{'passed' if line.passed else 'FAILED'}  {line.id}{' (below)' if line.id == appeal.check.id else ''}"
        for line in appeal.now.checks
    )


def _mistake(id: str) -> str:
    """The title and question of a known mistake, of a pair of them, or of a general mistake."""
    task, _, name = id.partition(".")
    if task == "any":
        return GENERAL[name]
    found = next(
        known for known in (*ASSIGNMENT.by_id[task].misconceptions, *pairs(ASSIGNMENT.by_id[task])) if known.id == id
    )
    return f"{found.title}. {found.question}"


def _arguments(task: Task, args: tuple[Any, ...]) -> str:
    pairs = zip(task.parameters, args, strict=False)
    return "\n".join(f"{name} {_value(value)}" for name, value in pairs)


def _value(value: Any) -> str:
    """An argument or an answer to the last digit, its shape before it; of a long array its ends."""
    if isinstance(value, ValueError):
        return "a ValueError"
    if isinstance(value, list) and any(isinstance(part, np.ndarray) for part in value):
        return "\n".join(["of several arrays", *(f"[{number}] {_value(part)}" for number, part in enumerate(value))])
    if not isinstance(value, np.ndarray):
        return f"= {plain_text(repr(value), 600)}"
    with np.printoptions(threshold=_MAX_ENTRIES, floatmode="unique", linewidth=110):
        return f"of shape {value.shape}\n{np.array2string(value, separator=', ')}"


def _answer(task: Task, answer: Answer) -> str:
    """What one call came to."""
    if answer.kind == "value":
        text = _value(answer.value)
    elif answer.raised:
        text = f"it raised {answer.raised}"
    else:
        text = f"{answer.kind}: {answer.text}" if answer.text else answer.kind
    names = task.parameters
    changed = ", ".join(names[i] for i in answer.changed if i < len(names))
    later = "\nthis result changed after it was returned" if answer.changed_later else ""
    return text + (f"\nit changed its argument {changed}" if changed else "") + later


def _verdicts(appeal: Appeal) -> str:
    """Whether the verdict is what it was: in the store, and in nbgrader's gradebook."""
    lines = [f"run again just now ({appeal.isolation}): {appeal.now.points:g} points, {appeal.now.status}"]
    then = next((task for task in appeal.stored.tasks if task.id == appeal.now.id), None) if appeal.stored else None
    pairs = zip(then.checks, appeal.now.checks, strict=True) if then else ()
    moved = [a.id for a, b in pairs if _verdict(a) != _verdict(b)]
    if then and not moved:
        lines.append("the stored verdict on the task is the same, check by check")
    elif then:
        lines.append(f"NOT the stored verdict: {then.points:g} points, {then.status}; it differs in {', '.join(moved)}")
    else:
        lines.append(
            "no verdict is stored for this file, these checks and these settings: it was not judged as it is now"
        )
    if appeal.record:
        points = appeal.record.points.get(appeal.now.id)
        same = "the same" if points == appeal.now.points else "NOT the same: python -m autograder status says why"
        lines.append(f"recorded by nbgrader: {points} points, {same}")
    return "\n".join(lines)


def _verdict(line: CheckResult) -> tuple[bool, str | None]:
    """What must not differ. A sentence may differ where it holds a time."""
    return line.passed, line.misconception


def _row(check: Check) -> str:
    row = {field.name: getattr(check, field.name) for field in fields(check)}
    row["judge"] = check.judge.__name__
    return "\n".join(f"{name} = {value if name == 'judge' else repr(value)}" for name, value in row.items())
