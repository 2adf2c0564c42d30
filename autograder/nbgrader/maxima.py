"""What a task can bring in nbgrader's gradebook: its points, and nothing where the course has it switched off."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError

from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT


@contextmanager
def maxima(coursedir: CourseDirectory, off: tuple[str, ...]) -> Iterator[None]:
    """While nbgrader compares cells with the release they are as released; then tasks that are off bring nothing.

    Raises NbGraderException where the release has other points than the table of tasks.
    """
    _set(coursedir, ())
    try:
        yield
    finally:
        _set(coursedir, off)


def no_access(error: OperationalError) -> str:
    return f"error accessing the nbgrader database ({error.orig}): see who holds it, then run this again"


def _set(coursedir: CourseDirectory, off: tuple[str, ...]) -> None:
    try:
        _write(coursedir, off)
    except OperationalError as error:
        message = no_access(error)
        coursedir.log.error(message)
        raise NbGraderException(message) from None


def _write(coursedir: CourseDirectory, off: tuple[str, ...]) -> None:
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        for task in ASSIGNMENT.tasks:
            with suppress(MissingEntry):  # nbgrader itself says that nothing was released
                cell = book.find_grade_cell(task.test_cell, NAME, NAME)
                if cell.max_score not in (0, task.points):
                    message = (
                        f"{task.id} was released with {cell.max_score:g} points and is judged with {task.points:g}: "
                        f"run `nbgrader generate_assignment {NAME} --force` first, and then this again"
                    )
                    coursedir.log.error(message)
                    raise NbGraderException(message)
                cell.max_score = 0 if task.id in off else task.points
        book.db.commit()
