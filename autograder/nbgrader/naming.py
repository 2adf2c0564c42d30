"""The names by which the kit knows its assignment. A course with other names gets a message before anything is recorded."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, BaseCell, Gradebook, Notebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.core.names import unusable
from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.nbgrader.places import gradebook_exists


class NamedGenerateAssignment(GenerateAssignment):
    """nbgrader's step that makes the release; it refuses the kit's notebook under a name that is not judged."""

    def start(self) -> None:
        root = Path(self.coursedir.root)
        if why := unusable(root) or _without_a_course(self.coursedir) or misnamed_in_source(self.coursedir):
            self.log.error("%s", why)
            raise NbGraderException(why)
        super().start()


def _without_a_course(coursedir: CourseDirectory) -> str:
    """A sentence where a server would refuse an assignment that belongs to no course, which SQLite lets pass, or nothing."""
    if coursedir.course_id or coursedir.db_url.startswith("sqlite:"):
        return ""
    return (
        "a gradebook on a server needs the course's name, and nothing was recorded: set c.CourseDirectory.course_id in "
        "nbgrader_config.py"
    )


def misnamed_in_source(coursedir: CourseDirectory) -> str:
    """A sentence where the folder of an assignment's source holds the kit's notebook under another name, or nothing."""
    source = Path(coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id))
    for file in sorted(source.glob("*.ipynb")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            ours = bool(json.loads(file.read_text(encoding="utf-8"))["metadata"][NAME]["release"])
            if ours and (coursedir.assignment_id, file.stem) != (NAME, NAME):
                return _sentence(coursedir.assignment_id, file.stem)
    return ""


def not_nbgraders(coursedir: CourseDirectory) -> str:
    """Why nbgrader's own step is not to grade an assignment of another name, or nothing: it is the kit's, or nobody made it.

    Where the gradebook cannot be read, that step reports it.
    """
    assignment = coursedir.assignment_id
    released: list[str] = []  # the notebooks of all that is known, one for each of the kit's cells in it
    known = False
    with suppress(SQLAlchemyError):
        if gradebook_exists(coursedir):
            with Gradebook(coursedir.db_url, coursedir.course_id) as book:
                known = bool(book.db.query(Assignment).filter(Assignment.name == assignment).count())
                released = [name for (name,) in _our_cells(book, assignment)]
        for name in sorted(set(released)):
            if released.count(name) > len(ASSIGNMENT.tasks) // 2:
                return _sentence(assignment, name)
        if not known:
            return misnamed_in_source(coursedir) or (
                f"the gradebook holds no assignment {assignment}, and nothing was recorded: the kit's is called {NAME}; for "
                f"another one, run `nbgrader generate_assignment {assignment}` first"
            )
    return ""


def _our_cells(book: Gradebook, assignment: str) -> Any:
    """The name of a notebook for each cell in it that has the name of one of the kit's."""
    return (
        book.db.query(Notebook.name)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(BaseCell, BaseCell.notebook_id == Notebook.id)
        .filter(Assignment.name == assignment, BaseCell.name.in_([t.test_cell for t in ASSIGNMENT.tasks]))
    )


def _sentence(assignment: str, notebook: str) -> str:
    return (
        f"{assignment}/{notebook}.ipynb is the kit's notebook, which is judged under the name {NAME} alone: call the folder "
        f"{NAME} and the notebook {NAME}.ipynb, and run `nbgrader generate_assignment {NAME}`; nothing was recorded"
    )
