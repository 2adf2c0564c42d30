"""How each student of a course stands: what was handed in, what is recorded of it, and whether that still holds.

`nbgrader autograde` records by it, and `status` and the class page tell it, so that they never differ.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.core.looking import cannot_read, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.batch import Grader
from autograder.engine.grading.grade import tasks_of
from autograder.engine.intake.submission import MAX_BYTES
from autograder.nbgrader.penalties import Late, Rule, read_late
from autograder.nbgrader.places import gradebook_exists, loose, place, students
from autograder.nbgrader.record import Record, recorded, remembered
from autograder.nbgrader.timestamps import handed_in_at


@dataclass(frozen=True)
class Book:
    """What a gradebook holds of the assignment: its notebooks, the course's students, and each one's points by cell."""

    notebooks: frozenset[str] = frozenset()
    students: frozenset[str] = frozenset()
    points: dict[str, dict[str, float | None]] = field(default_factory=dict)
    late: dict[str, Late] = field(default_factory=dict)

    def holds(self, student: str, record: Record) -> bool:
        """Whether the points of a verdict are those in the gradebook."""
        row = self.points.get(student, {})
        given = {task.test_cell: record.points.get(task.id, 0.0) for task in ASSIGNMENT.tasks}
        pairs = [(row[cell], points) for cell, points in given.items() if cell in row]
        return bool(pairs) and all(held is not None and abs(held - points) < 1e-6 for held, points in pairs)


def read_book(coursedir: CourseDirectory) -> Book:
    """What the course's gradebook holds; one that is not there holds nothing. Raises SQLAlchemyError."""
    if not gradebook_exists(coursedir):
        return Book()
    points: dict[str, dict[str, float | None]] = {}
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        ours = book.db.query(Notebook.name).join(Assignment, Assignment.id == Notebook.assignment_id)
        notebooks = frozenset(name for (name,) in ours.filter(Assignment.name == NAME))
        rows = (
            book.db.query(SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score)
            .select_from(Grade)
            .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .filter(Assignment.name == NAME, Notebook.name == NAME)
        )
        for student, cell, score in rows:
            points.setdefault(student, {})[cell] = score
        return Book(notebooks, frozenset(id for (id,) in book.db.query(Student.id)), points, read_late(book))


class Register:
    """All students of a course, and how each stands. Raises CannotReadError where the course's folder cannot be read."""

    def __init__(self, coursedir: CourseDirectory, course: Course) -> None:
        self.coursedir, self.course = coursedir, course
        config = (coursedir.parent or coursedir).config
        self.zone = str(config.get("Exchange", {}).get("timezone", "UTC"))
        self.folders = students(coursedir, coursedir.submitted_directory)
        self._recorded = place(coursedir, coursedir.autograded_directory)
        self._tasks = [task.id for task in tasks_of(course)]
        self._rule = Rule(coursedir)

    @cached_property
    def book(self) -> Book:
        """The gradebook. Where it cannot be read now, it counts as empty, and the step that writes to it says why."""
        try:
            return read_book(self.coursedir)
        except SQLAlchemyError:
            return Book(frozenset({NAME}))

    @property
    def work(self) -> dict[str, Path]:
        """By name the work of all who handed in, or may have done so."""
        return {name: work for name, work in self.folders.items() if look(work) != "absent"}

    @property
    def absent(self) -> list[str]:
        """Who handed in nothing, as shown: with a folder that holds no work, or known to the gradebook alone."""
        there = {shown(name) for name in self.work}
        known = {shown(name) for name in self.folders} | {
            name if name.isprintable() else shown(name) for name in self.book.students
        }
        return sorted(known - there)

    @property
    def loose(self) -> list[str]:
        """A sentence for each file that is nobody's."""
        return list(loose(self.coursedir))

    def record(self, name: str) -> Record | None:
        """The verdict that was recorded for a student's name as it is shown, or None."""
        return recorded(self._recorded.work_of(name) / f"{NAME}.ipynb")

    def remembered(self, name: str) -> Record | None:
        """The same, even where a run was broken off since; empty where there is none."""
        return remembered(self._recorded.work_of(name) / f"{NAME}.ipynb")

    def time_recorded(self, name: str) -> datetime | None:
        """The time of submission that was recorded with it, in UTC."""
        return handed_in_at(self._recorded.work_of(name), self.zone)[0]

    def others(self, work: Path) -> dict[str, str]:
        """The digests of what a student handed in as the assignment's further notebooks, by name."""
        found = {}
        for name in sorted(self.book.notebooks - {NAME}):
            file = work / f"{name}.ipynb"
            try:
                if look(work) == "folder" and look(file) == "file" and file.stat().st_size <= MAX_BYTES:
                    found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
            except OSError as error:
                raise cannot_read(file, error) from None
        return found

    def why(self, name: str) -> str:
        """Why a student's work is to be recorded now; nothing where what is recorded holds.

        Raises CannotReadError where the grader may not or cannot read it, and SettingsError for the course's seed.
        """
        work, student = self.folders[name], shown(name)
        record = self.record(student)
        if not record:
            return "not graded"
        why = record.stale(Grader.stamp(work, self.course), self._tasks)
        if handed_in_at(work, self.zone)[0] != self.time_recorded(student):
            why = why or "the time in timestamp.txt has changed"
        if not why and record.others != self.others(work):
            why = "another notebook of the assignment was handed in since"
        if not why and not self.book.holds(student, record):
            why = "the gradebook does not hold it"
        if not why and self._penalty_differs(student, record.penalty):
            why = "another late penalty is due now"
        return why

    def _penalty_differs(self, student: str, assigned: float | None) -> bool:
        return self._rule.differs(assigned, student, self.book.late.get(student, Late()))

    def doubt(self, student: str) -> str:
        """A remark on a late penalty of which nobody can say whether it was set by hand, as what was recorded is lost."""
        penalty = self.book.late.get(student, Late()).penalty
        if penalty is None or self.remembered(student) or not self._penalty_differs(student, penalty):
            return ""
        return f"its late penalty of {penalty:g} points stays, and the rule gives another one: set it by hand, if that is wrong"
