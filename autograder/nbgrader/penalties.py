"""What a course's rule takes off for handing in late, asked again: a due date, an extension or the rule may have changed."""

import logging
from typing import Any

from nbgrader.api import Assignment, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from autograder.intake.submission import NAME

Late = tuple[float, float]  # the points that a student has, and the seconds that the work was late


def read_late(book: Gradebook) -> dict[str, Late]:
    """By student, who was late by how much, and the points from which a rule may take."""
    rows = (
        book.db.query(
            SubmittedAssignment.student_id,
            SubmittedNotebook.score,
            SubmittedAssignment.timestamp,
            Assignment.duedate,
            SubmittedAssignment.extension,
        )
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .filter(Assignment.name == NAME, Notebook.name == NAME)
    )
    found = {}
    for student, points, when, due, extension in rows:
        if when and due:
            late_s = (when - (due + extension if extension else due)).total_seconds()
            found[student] = (points, max(0.0, late_s))
    return found


class Rule:
    """The course's own rule, by its plugin, in silence."""

    def __init__(self, coursedir: CourseDirectory) -> None:
        assigns = AssignLatePenalties(parent=coursedir.parent or coursedir)
        assigns.init_plugin()
        self._plugin: Any = assigns.plugin_inst
        self._plugin.log = logging.Logger("silent", logging.CRITICAL + 1)

    def differs(self, assigned: float | None, student: str, late: Late) -> bool:
        """Whether it would not give what it gave; of a rule that fails nbgrader's own step tells more."""
        points, late_s = late
        try:
            now = self._plugin.late_submission_penalty(student, points, late_s) if late_s else None
            return abs(min(max(now or 0.0, 0.0), points) - (assigned or 0.0)) > 1e-6
        except Exception:
            return False
