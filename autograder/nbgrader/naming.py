"""The names that the kit knows its assignment by. A course that calls it otherwise is told so before anything is recorded."""

import json
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Assignment, BaseCell, Gradebook, Notebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT


class NamedGenerateAssignment(GenerateAssignment):
    """nbgrader's step that makes the release; it refuses the kit's notebook under a name that is not judged."""

    def start(self) -> None:
        if why := misnamed_in_source(self.coursedir):
            self.log.error("%s", why)
            raise NbGraderException(why)
        super().start()


def misnamed_in_source(coursedir: CourseDirectory) -> str:
    """A sentence where the folder of an assignment's source holds the kit's notebook under another name, or nothing."""
    source = Path(coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id))
    for file in sorted(source.glob("*.ipynb")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            ours = bool(json.loads(file.read_text(encoding="utf-8"))["metadata"][NAME]["release"])
            if ours and (coursedir.assignment_id, file.stem) != (NAME, NAME):
                return _sentence(coursedir.assignment_id, file.stem)
    return ""


def misnamed_in_gradebook(coursedir: CourseDirectory) -> str:
    """The same of the notebooks that were released under an assignment's name."""
    with suppress(SQLAlchemyError), Gradebook(coursedir.db_url, coursedir.course_id) as book:
        found = (
            book.db.query(Notebook.name)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .join(BaseCell, BaseCell.notebook_id == Notebook.id)
            .filter(
                Assignment.name == coursedir.assignment_id, BaseCell.name.in_([t.test_cell for t in ASSIGNMENT.tasks])
            )
        )
        names = [name for (name,) in found]
        for name in sorted(set(names)):
            if names.count(name) > len(ASSIGNMENT.tasks) // 2:
                return _sentence(coursedir.assignment_id, name)
    return ""


def _sentence(assignment: str, notebook: str) -> str:
    return (
        f"{assignment}/{notebook}.ipynb is the kit's notebook, which is judged under the name {NAME} alone: call the folder "
        f"{NAME} and the notebook {NAME}.ipynb, and run `nbgrader generate_assignment {NAME}`; nothing was recorded"
    )
