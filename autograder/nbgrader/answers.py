"""All of a class's answers to one question, in the order of likeness, with what the gradebook holds of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.orm import aliased

from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.reports.pages.code import sources
from autograder.nbgrader.remarks import NO_RESPONSE, unjudged


@dataclass(frozen=True)
class Question:
    """One thing that students answer: a task in code, or a written answer. A gradebook has cells of these names for it."""

    id: str  # of the cell with the answer, which has the comment
    grade_cell: str
    is_code: bool


QUESTIONS = (
    *(Question(written.id, written.id, False) for written in ASSIGNMENT.written),
    *(Question(task.id, task.test_cell, True) for task in ASSIGNMENT.tasks),
)


@dataclass(frozen=True)
class Answer:
    """One student's answer. `grade` and `comment` are what nbgrader's own pages know of both."""

    submission: str  # the gradebook's id of the notebook
    student: str
    text: str
    grade: dict[str, Any]
    comment: dict[str, Any]
    elsewhere: bool = False  # in another cell than the one that is made for it

    @property
    def is_untouched(self) -> bool:
        """Whether there is nothing but what was released."""
        return not self.text.strip() or (self.comment["auto_comment"] == NO_RESPONSE and not self.elsewhere)

    @property
    def waits(self) -> bool:
        return bool(self.grade["needs_manual_grade"])


@dataclass(frozen=True)
class Answers:
    """A question's answers in groups of those that are alike; and the submissions that have none, with the reason."""

    groups: tuple[tuple[Answer, ...], ...]
    untouched: tuple[Answer, ...]  # as it was released
    unjudged: tuple[tuple[Answer, str], ...]  # of work that could not be read

    @property
    def number(self) -> int:
        return sum(map(len, self.groups))

    @property
    def waiting(self) -> int:
        return sum(answer.waits for group in self.groups for answer in group)


def answers_to(question: Question, coursedir: CourseDirectory, book: Gradebook) -> Answers:
    """What the course has recorded of a question."""
    from autograder.engine.likeness.order import groups_of  # SciPy takes a while to load, and no command needs it

    why = unjudged(book)
    given, untouched, unread = [], [], []
    for answer in _recorded(question, coursedir, book):
        if answer.student in why:
            unread.append((answer, why[answer.student]))
        elif answer.is_untouched:
            untouched.append(answer)
        else:
            given.append(answer)
    groups = groups_of([answer.text for answer in given], question.is_code)
    return Answers(tuple(tuple(given[number] for number in group) for group in groups), tuple(untouched), tuple(unread))


def _recorded(question: Question, coursedir: CourseDirectory, book: Gradebook) -> list[Answer]:
    """By one query what the gradebook holds, and each answer's text as it was autograded."""
    comments = aliased(BaseCell)
    rows = (
        book.db.query(SubmittedNotebook.id, SubmittedAssignment.student_id, Grade, GradeCell.max_score, Comment)
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
        .join(comments, comments.id == Comment.cell_id)
        .filter(Assignment.name == NAME, Notebook.name == NAME)
        .filter(GradeCell.name == question.grade_cell, comments.name == question.id)
        .order_by(SubmittedNotebook.id)
    )
    found = []
    for submission, student, grade, max_score, comment in rows:
        folder = coursedir.format_path(coursedir.autograded_directory, student, NAME)
        texts = _texts(Path(folder) / f"{NAME}.ipynb", question)
        if texts:
            held = {"max_score": max_score, **_columns(grade)}
            found.append(Answer(submission, student, texts[-1], held, _columns(comment), texts[-1] != texts[0]))
    return found


def _columns(row: Any) -> dict[str, Any]:
    """What nbgrader's page of one submission needs of a grade or a comment, without a query for each."""
    kept = ("id", "auto_score", "manual_score", "extra_credit", "needs_manual_grade", "auto_comment", "manual_comment")
    return {name: getattr(row, name) for name in kept if hasattr(row, name)}


def _texts(notebook: Path, question: Question) -> list[str]:
    """The source of an answer's own cell in an autograded notebook, and last the one that counts.

    A function may stand in any cell. Nothing where nothing is there to be graded.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        held = [(_id(cell), _source(cell)) for cell in cells if _may_hold(cell, question)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    own = [source for id, source in held if id == question.id][:1]
    return own + ([*sources(held, [question.id]).values()] if question.is_code else [])


def _may_hold(cell: Mapping[str, Any], question: Question) -> bool:
    """Whether an answer may stand in a cell: in its own one, and code in each that the student may change."""
    locked = cell["metadata"].get("nbgrader", {}).get("locked", False)
    return _id(cell) == question.id or (question.is_code and cell["cell_type"] == "code" and not locked)


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
