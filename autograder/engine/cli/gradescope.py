"""`gradescope`: the zip that Gradescope takes."""

from pathlib import Path

import click

from autograder.engine.cli.apart import course_files, expect_apart
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.reports.gradescope import write_zip


def run(output: str) -> None:
    try:
        course = find_course(Path.cwd())
        expect_apart([("--output", output)], course_files(course))
        write_zip(course, Path(output))
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written ({error.strerror}): name another file") from None
    click.echo(f"{output} is written: upload it in Gradescope, and keep it as secret as the seed that it holds.")
