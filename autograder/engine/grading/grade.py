"""Submission -> Result. Orchestration only: the sandbox runs, the checks judge, the diagnosis explains."""

from dataclasses import replace

from autograder.engine.core.assignment import Check, Task
from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.result import CheckResult, Result, TaskResult, TaskStatus
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import Released, released
from autograder.engine.course.versions import checks_version, settings_version
from autograder.engine.diagnosis.curve import curve
from autograder.engine.diagnosis.explanation import Errors, Explainer, error_text
from autograder.engine.grading.asking import ENDED, asked
from autograder.engine.grading.locating import with_locations
from autograder.engine.intake.choosing import is_marked
from autograder.engine.intake.submission import Submission, UnreadableError
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.answers import plain_text
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import SandboxError

_MAX_NOTES = 10  # on cells that did not run
NOT_OURS = (
    "it is not this assignment, as far as can be told: it has none of its cells and defines none of its functions"
)
NOT_REACHED = "not judged, because an earlier check ended"
COUNTS_LATER = "this counts as soon as one check of its values passes."


def grade(submission: Submission, course: Course, hidden: HiddenTests, sandbox: Sandbox) -> Result:
    """Judge one submission. The same submission, seed and limits give the same result.

    Where the sandbox fails there is a second attempt: a machine that is short of memory ends processes of any kind.
    """
    try:
        return _judged(submission, course, hidden, sandbox)
    except SandboxError:
        sandbox.close()
        return _judged(submission, course, hidden, sandbox)


def _judged(submission: Submission, course: Course, hidden: HiddenTests, sandbox: Sandbox) -> Result:
    tasks = [task for task in hidden.assignment.tasks if task.id not in course.tasks_off]
    release = released()
    unread = Result(
        submission.path,
        submission.student,
        score=0.0,
        max_score=sum(task.points for task in tasks),
        status="unreadable",
        message=submission.error,
        notes=submission.notes,
        tasks=tuple(_unread(task) for task in tasks),
        digest=submission.digest,
        checks_version=checks_version(),
        release=release.version,
        settings_version=settings_version(course, hidden.seed),
    )
    if submission.error:
        return unread
    variant = hidden.variant(submission.digest)
    try:
        with asked(submission, [hidden.cases(task.id, variant) for task in tasks], sandbox, release) as found:
            judged = tuple(judge_task(answered, found.errors, course) for answered in found.tasks)
            judged = with_locations(judged, found, variant, course, hidden, release)
    except UnreadableError as error:
        return replace(unread, message=str(error))
    notes = [*submission.notes, *found.notes, *_about(submission, judged, release), *_not_run(found.errors, course)]
    score = round(sum(task.points for task in judged), 2)
    return replace(unread, score=score, status="graded", message=None, notes=tuple(notes), tasks=judged)


def _about(submission: Submission, judged: tuple[TaskResult, ...], release: Released) -> list[str]:
    """Remarks on what was handed in: another release, or another assignment."""
    notes = []
    if submission.release not in ("", release.version):
        notes.append(f"it was made from release {submission.release} and judged as release {release.version}")
    if all(task.status == "missing" for task in judged) and not is_marked(submission, release):
        notes.append(NOT_OURS)
    return notes


def _not_run(errors: Errors, course: Course) -> list[str]:
    """Remarks on the cells that did not run to their ends."""
    notes = [f"{cell} did not run to its end: {error_text(why, course.show_values)}" for cell, why in errors.items()]
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"{len(notes) - _MAX_NOTES} more cells did not run to their ends"]
    return notes


def grade_error(path: str, student: str | None, course: Course, error: Exception) -> Result:
    """The result of a submission on which the grader itself failed: no score, and a sentence for the instructor.

    `path` and `student` are as they are shown.
    """
    why = f"{type(error).__name__}: {plain_text(str(error), 300)}"
    message = f"the grader itself failed ({why}); nothing was recorded, grade it again"
    if isinstance(error, CannotReadError):
        message = str(error)
    maximum = sum(task.points for task in tasks_of(course))
    return Result(path, student, None, maximum, "grader_error", message)


def tasks_of(course: Course) -> list[Task]:
    """The tasks that count in this course."""
    return [task for task in ASSIGNMENT.tasks if task.id not in course.tasks_off]


def judge_task(answered: AnsweredTask, errors: Errors, course: Course) -> TaskResult:
    """All checks of one task, in order. After one that ended the process, none of the task's later ones passes."""
    task, explainer = answered.task, Explainer(ASSIGNMENT, answered, errors, course.show_values)
    results: list[CheckResult] = []
    valued, ended = False, ""
    for check in task.checks:
        message, known = None, None
        finding = check.judge(answered, check)
        if ended:
            message = f"`{task.id}`: {NOT_REACHED}: {error_text(ended, course.show_values)}."
        elif finding:
            message, known = explainer.explain(check, finding)
        elif check.gated and not valued:
            message = f"`{task.id}`: {COUNTS_LATER}"
        ended = ended or _ended(answered, check)
        valued = valued or (message is None and not check.gated)
        results.append(_line(task, check, message, known))
    points = round(sum(result.points for result in results), 2)
    wrong = any(not result.passed for result in results)
    picture = curve(answered) if wrong and course.show_values else None
    return TaskResult(task.id, points, task.points, _status(answered, results), tuple(results), picture)


def _ended(answered: AnsweredTask, check: Check) -> str:
    """How one of the calls that this check judges has ended the process, or nothing."""
    asked = (answered.answers[case] for case in check.all_cases if case in answered.answers)
    return next((answer.text for answer in asked if answer.kind in (*ENDED, "unasked")), "")


def _line(task: Task, check: Check, message: str | None, known: str | None = None) -> CheckResult:
    """A check passes where there is no message."""
    worth = task.worth[check.id]
    return CheckResult(check.id, message is None, message, known, check.asks, worth if message is None else 0.0, worth)


def _status(answered: AnsweredTask, results: list[CheckResult]) -> TaskStatus:
    """The first that applies: missing, timeout, crashed, failed, passed."""
    kinds = {answer.kind for answer in answered.answers.values()}
    raised = [answer.raised for answer in answered.answers.values() if answer.raised]
    if "missing" in kinds or any(error.not_implemented for error in raised):
        return "missing"
    if "timeout" in kinds:
        return "timeout"
    if "crashed" in kinds or any(error.memory for error in raised):
        return "crashed"
    return "passed" if all(result.passed for result in results) else "failed"


def _unread(task: Task) -> TaskResult:
    lines = tuple(_line(task, check, f"`{task.id}`: the submission could not be read.") for check in task.checks)
    return TaskResult(task.id, 0.0, task.points, "missing", lines)
