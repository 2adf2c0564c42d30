"""`init`: a course of one's own."""

from pathlib import Path

import click

from autograder.engine.authoring.newcourse import NewCourseError, make_course


def run(folder: Path) -> None:
    try:
        make_course(folder)
    except NewCourseError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{folder} is a course now. Go there, and begin with: nbgrader generate_assignment bptt")
