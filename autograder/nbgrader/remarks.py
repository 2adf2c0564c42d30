"""Why a row of the gradebook is not what it seems: nothing was handed in, or nothing of it could be judged."""

import os
from contextlib import suppress
from functools import cached_property

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory

from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.nbgrader.places import CourseError, students

NO_RESPONSE = "No response."  # nbgrader's own comment on an answer that is as it was released


class Remarks:
    """A remark for each assignment and student, where there is one to make."""

    def __init__(self, gradebook: Gradebook, coursedir: CourseDirectory) -> None:
        self._gradebook, self._coursedir = gradebook, coursedir

    @cached_property
    def _there(self) -> set[str]:
        """Who handed in the kit's assignment, by name as it is shown."""
        with suppress(CannotReadError, CourseError):
            found = students(self._coursedir, self._coursedir.submitted_directory)
            return {shown(name) for name, work in found.items() if look(work) != "absent"}
        return set()

    def __call__(self, assignment: str, student: str) -> str:
        """Why points are missing as a whole, or nothing."""
        try:
            self._gradebook.find_submission(assignment, student)
        except MissingEntry:
            return "not graded" if self._handed_in(assignment, student) else "handed in nothing"
        with suppress(MissingEntry):
            comment = self._gradebook.find_comment(ASSIGNMENT.tasks[0].id, NAME, assignment, student).auto_comment
            return comment if comment and comment != NO_RESPONSE else ""
        return ""

    def _handed_in(self, assignment: str, student: str) -> bool:
        if assignment == NAME:
            return student in self._there
        return os.path.exists(self._coursedir.format_path(self._coursedir.submitted_directory, student, assignment))


def unjudged(gradebook: Gradebook) -> dict[str, str]:
    """By student why nothing of their work on the kit's assignment could be judged: it has points that nobody gave."""
    rows = (
        gradebook.db.query(SubmittedAssignment.student_id, Comment.auto_comment)
        .select_from(Comment)
        .join(SubmittedNotebook, SubmittedNotebook.id == Comment.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
        .filter(Assignment.name == NAME, Notebook.name == NAME, BaseCell.name == ASSIGNMENT.tasks[0].id)
    )
    return {student: why for student, why in rows if why and why != NO_RESPONSE}
