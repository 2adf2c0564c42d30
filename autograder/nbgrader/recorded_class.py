"""A course as the class page shows it: what was recorded, what the gradebook holds, and what is in submitted/."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dateutil.tz import gettz
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.course_file import find_course
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import Submission
from autograder.engine.reports.feedback_files import address
from autograder.engine.reports.whole_class import Absent, Alike, Class, Member, equal_files
from autograder.nbgrader.penalties import Late
from autograder.nbgrader.places import gradebook_exists, place, students
from autograder.nbgrader.record import Record
from autograder.nbgrader.register import Register

PageOf = Callable[[str], str]  # the address of a student's feedback page, or nothing


@dataclass
class _Hand:
    """What people gave to one student, and which written answers nobody has graded yet."""

    points: float = 0.0
    waits: tuple[str, ...] = ()


def pages_beside(folder: Path, coursedir: CourseDirectory) -> PageOf:
    """Where each student's feedback page lies, seen from a page in this folder; nothing where it is not there."""
    pages = place(coursedir, coursedir.feedback_directory)

    def page_of(student: str) -> str:
        page = pages.work_of(student) / f"{NAME}.html"
        return address(page, folder) if page.is_file() else ""

    return page_of


def recorded_class(coursedir: CourseDirectory, page_of: PageOf = lambda student: "", quick: bool = False) -> Class:
    """What a course has recorded, who waits to be graded, who handed in nothing, and who is alike.

    `page_of` says where a student's name leads. A `quick` look does not read what was handed in: that takes some seconds.
    Raises SettingsError, CannotReadError or CourseError.
    """
    register = Register(coursedir, find_course(Path(coursedir.root)))
    return _Reader(register, page_of, quick).whole()


class _Reader:
    """Puts together what is known of each student. What cannot be found out becomes a remark, and stops nothing."""

    def __init__(self, register: Register, page_of: PageOf, quick: bool) -> None:
        self._register, self._coursedir, self._page_of, self._quick = register, register.coursedir, page_of, quick
        self._zone = gettz(register.zone) or UTC
        self._work = register.work
        self._folders = {shown(name): name for name in self._work}  # by the name as it is shown
        self._remarks: list[str] = []

    def whole(self) -> Class:
        before = students(self._coursedir, self._coursedir.autograded_directory)
        graded = {name for name, work in before.items() if look(work) != "absent"}
        hands, due = self._gradebook()
        members, waiting = [], []
        for student in sorted(self._folders.keys() | graded):
            record = self._register.record(student)
            name = student if student in self._folders else shown(student)
            if record:
                members.append(self._member(student, name, record, hands))
            else:  # not graded yet, or by another version of the kit
                waiting.append(Absent(name))
        return Class(
            tuple(members),
            tuple(sorted({member.result.isolation for member in members})),
            tuple(waiting),
            tuple(Absent(name) for name in self._register.absent if name not in graded),
            tuple(self._register.loose),
            self._alike(members),
            in_course=not self._quick,
            has_roll=hands is not None,
            by_hand=None if hands is None else ASSIGNMENT.by_hand,
            due=self._clock(due),
            remarks=tuple(dict.fromkeys(self._remarks)),
        )

    def _alike(self, members: list[Member]) -> tuple[Alike, ...]:
        equal = equal_files(members)
        if self._quick:
            return equal
        from autograder.engine.reports.same_work import same_work  # SciPy takes a while to load

        return same_work(self._reads(members), equal)

    def _member(self, student: str, name: str, record: Record, hands: dict[str, _Hand] | None) -> Member:
        late = self._register.book.late.get(student, Late())
        hand = (hands or {}).get(student)
        return Member(
            replace(record.result, student=name, path=self._path_of(student)),
            handed_in=self._clock(self._register.time_recorded(student)),
            late_s=late.late_s,
            penalty=late.penalty or 0.0,
            by_hand=hand.points if hand else None,
            waits=hand.waits if hand and record.result.status != "unreadable" else (),
            stale=self._stale(student),
            page=self._page_of(student),
        )

    def _path_of(self, student: str) -> str:
        """Where the work lies, seen from the course's root; where it lay when it was graded is of no use any more."""
        if student in self._folders:
            work = self._work[self._folders[student]]
        else:
            work = place(self._coursedir, self._coursedir.autograded_directory).work_of(student)
        return shown(os.path.relpath(work, self._coursedir.root))

    def _stale(self, student: str) -> str:
        """Why the recorded grade is not the one that would be given now; nothing where that cannot be said."""
        if self._quick or student not in self._folders:
            return ""
        try:
            return self._register.why(self._folders[student])
        except (CannotReadError, SettingsError) as error:
            self._remarks.append(f"Whether all grades are up to date is not known: {error}")
            return ""

    def _reads(self, members: list[Member]) -> dict[str, Callable[[], Submission]]:
        """How to read again what each of them handed in."""
        there = [member for member in members if member.name in self._folders]
        return {member.key: partial(load, self._work[self._folders[member.name]], member.name) for member in there}

    def _clock(self, when: datetime | None) -> datetime | None:
        """A time in UTC as the course's own clock shows it; the last day of all times has no other clock."""
        with suppress(OverflowError):
            return when.replace(tzinfo=UTC).astimezone(self._zone) if when else None
        return when and when.replace(tzinfo=UTC)

    def _gradebook(self) -> tuple[dict[str, _Hand] | None, datetime | None]:
        """What people gave, by student, and when work was due; None where the gradebook cannot say it."""
        if not gradebook_exists(self._coursedir):
            return None, None
        try:
            return _by_hand(self._coursedir)
        except SQLAlchemyError as error:
            self._remarks.append(
                f"The gradebook cannot be read ({str(error).splitlines()[0]}): points by hand are not known"
            )
            return None, None


def _by_hand(coursedir: CourseDirectory) -> tuple[dict[str, _Hand], datetime | None]:
    machine = {task.test_cell for task in ASSIGNMENT.tasks}
    written = {answer.id for answer in ASSIGNMENT.written}
    found: dict[str, _Hand] = {}
    due = None
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        rows = (
            book.db.query(
                SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score, Grade.score, Grade.needs_manual_grade
            )
            .select_from(Grade)
            .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .filter(Assignment.name == NAME, Notebook.name == NAME)
        )
        for student, cell, auto, score, needs in rows:
            hand = found.setdefault(student, _Hand())
            hand.points = round(hand.points + score - ((auto or 0.0) if cell in machine else 0.0), 2)
            hand.waits += (cell,) if needs and cell in written else ()
        with suppress(StopIteration):
            due = next(iter(book.db.query(Assignment.duedate).filter(Assignment.name == NAME)))[0]
    return found, due
