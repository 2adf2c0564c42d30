"""What a course's rule takes off for handing in late, asked again: a due date, an extension or the rule may have changed."""

import logging
from typing import Any, NamedTuple

from nbgrader.api import Assignment, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from autograder.engine.core.places import NAME


class Late(NamedTuple):
    """How late a student's work was, the points from which a rule may take, and the penalty that stands in the gradebook."""

    points: float = 0.0
    late_s: float = 0.0
    penalty: float | None = None


def read_late(book: Gradebook) -> dict[str, Late]:
    """By student, who was late by how much, and the points from which a rule may take."""
    rows = (
        book.db.query(
            SubmittedAssignment.student_id,
            SubmittedNotebook.score,
            SubmittedNotebook.late_submission_penalty,
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
    for student, points, penalty, when, due, extension in rows:
        late_s = (when - (due + extension if extension else due)).total_seconds() if when and due else 0.0
        found[student] = Late(points, max(0.0, late_s), penalty)
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
        try:
            now = self._plugin.late_submission_penalty(student, late.points, late.late_s) if late.late_s else None
            return bool(abs(min(max(now or 0.0, 0.0), late.points) - (assigned or 0.0)) > 1e-6)
        except Exception:
            return False
