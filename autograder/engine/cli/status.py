"""`status`: who stands how in an nbgrader course."""

import sys
from pathlib import Path

import click

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.names import shown
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.nbgrader.places import CourseError, course_directory
from autograder.nbgrader.register import Register


def run() -> None:
    try:
        coursedir = course_directory(Path.cwd())
        course = find_course(Path(coursedir.root))
        register = Register(coursedir, course)
        if not register.folders and not register.absent:
            folder = coursedir.format_path(coursedir.submitted_directory, "<student>", "bptt")
            raise click.UsageError(f"there is no {folder} here: run this from the root of an nbgrader course")
        course.seed()
        failed = _say_standing(register)
    except (SettingsError, CannotReadError, CourseError) as error:
        raise click.UsageError(str(error)) from None
    if failed:
        sys.exit(1)


def _say_standing(register: Register) -> bool:
    """A line for each student and each file that is nobody's. Whether the grader could not read one."""
    failed = False
    for name in register.work:
        record = register.record(shown(name))
        try:
            why = register.why(name)
            state = "not graded" if not record else f"stale: {why}" if why else "current"
        except CannotReadError as error:
            state, failed = f"not known: {error}", True
        points = f" ({record.result.score:g} points)" if record else ""
        remark = f"; {record.remark}" if record and record.remark else ""
        click.echo(f"{shown(name)}: {state}{points}{remark}")
    for student in register.absent:
        click.echo(f"{student}: handed in nothing")
    for sentence in register.loose:
        click.echo(sentence)
    return failed
