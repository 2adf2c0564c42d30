"""An appeal: all that lies behind one check's verdict, for an instructor's eyes, and the verdict once more.

The seed is the course's, so the test case is the very one that was judged. Nothing is written anywhere: what the student
should see of it is for the instructor to send.
"""

from dataclasses import dataclass
from pathlib import Path

from autograder.engine.core.assignment import Check
from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import released
from autograder.engine.grading.asking import asked
from autograder.engine.grading.batch import Grader, prove_isolation
from autograder.engine.grading.grade import judge_task, tasks_of
from autograder.engine.grading.locating import with_locations
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import UnreadableError
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.judges import Finding
from autograder.engine.reports.pages.code import sources
from autograder.nbgrader.places import CourseError, course_directory, place, students
from autograder.nbgrader.record import Record, recorded


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
    source: str  # the student's cell that defines the function, where it is found

    @property
    def finding(self) -> Finding | None:
        found: Finding | None = self.check.judge(self.answered, self.check)
        return found

    @property
    def line(self) -> CheckResult:
        return next(line for line in self.now.checks if line.id == self.check.id)


def locate(who: str, root: Path) -> tuple[Path, str | None]:
    """The submission at a path, or of a student in an nbgrader course, by the folder's name or as it is shown.

    A path needs no course: what lies around it may be students' own, and nbgrader would run a configuration that it finds.
    """
    if look(Path(who)) != "absent":
        return Path(who), None
    coursedir = course_directory(root)
    try:
        for name, work in students(coursedir, coursedir.submitted_directory).items():
            if who in (name, shown(name)) and look(work) != "absent":
                return work, name
    except (CannotReadError, CourseError) as error:
        raise AppealError(str(error)) from None
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
            with asked(submission, cases, grader.sandbox, released()) as found:
                judged = [judge_task(entry, found.errors, course) for entry in found.tasks]
                whole = with_locations(judged, found, variant, course, grader.hidden, released())
        except UnreadableError as error:
            raise AppealError(f"{error}; nothing of it was run, and every task is missing") from None
        answered = next(entry for entry in found.tasks if entry.task.id == task)
        now = next(entry for entry in whole if entry.id == task)
        stored = grader.store.get(submission)
    failed = next((line.id for line in now.checks if not line.passed), now.checks[0].id)
    chosen = chosen or next(entry for entry in ASSIGNMENT.by_id[task].checks if entry.id == failed)
    record = _recorded(shown(student), course.root) if student else None
    source = sources((("", source) for source in found.sources[found.locked :]), [task]).get(task, "")
    return Appeal(path, submission.student, answered, now, chosen, stored, record, proof.label, source)


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
