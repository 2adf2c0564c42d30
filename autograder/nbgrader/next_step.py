"""What an instructor of a course does next: the command to run, by what is recorded and what waits."""

from contextlib import suppress
from dataclasses import dataclass

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.core.looking import look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.nbgrader.places import place
from autograder.nbgrader.register import Register


@dataclass(frozen=True)
class Step:
    """A command, and why it is the next one where that is not plain."""

    command: str
    why: str = ""


def next_step(register: Register, all_current: bool) -> Step:
    """The next command, in the order in which a course goes its way."""
    if NAME not in register.book.notebooks:
        return Step(f"nbgrader generate_assignment {NAME} --force", f"The gradebook holds no {NAME} yet.")
    if not register.work:
        wanted = register.coursedir.format_path(register.coursedir.submitted_directory, "<student>", NAME)
        return Step(f"nbgrader collect {NAME}", f"Nobody has handed in: collect, or put work into {shown(wanted)}.")
    if not all_current:
        return Step(f"nbgrader autograde {NAME}")
    if waiting := _waiting(register):
        who = "1 submission waits" if waiting == 1 else f"{waiting} submissions wait"
        return Step("jupyter lab", f"{who} for points by hand, in Nbgrader, Formgrader.")
    pages = place(register.coursedir, register.coursedir.feedback_directory)
    if any(look(pages.work_of(shown(name)) / f"{NAME}.html") == "absent" for name in register.work):
        return Step(f"nbgrader generate_feedback {NAME}", "Not everybody has a feedback page.")
    return Step("nbgrader export", f"After a change by hand, `nbgrader generate_feedback {NAME}` renews the pages.")


def _waiting(register: Register) -> int:
    """How many submissions have an answer that somebody has to grade by hand."""
    coursedir = register.coursedir
    with suppress(SQLAlchemyError), Gradebook(coursedir.db_url, coursedir.course_id) as book:
        rows = (
            book.db.query(SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .filter(Assignment.name == NAME, Grade.needs_manual_grade)
        )
        return int(rows.distinct().count())
    return 0
