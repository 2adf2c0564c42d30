"""`explain`: all that lies behind a verdict."""

from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError
from autograder.engine.reports import appeal as appeals


def run(student: str, task: str, check: str | None, allow_unisolated: bool) -> None:
    try:
        course = find_course(Path.cwd())
        course = replace(course, allow_unisolated=course.allow_unisolated or allow_unisolated)
        appeal = appeals.replay(student, task, check, course)
    except (appeals.AppealError, SettingsError, NotIsolatedError) as error:
        raise click.UsageError(str(error)) from None
    console = Console(soft_wrap=True)
    for title, text in appeals.sections(appeal):
        console.print(Text.assemble((title, "bold"), "\n", *("  " + line + "\n" for line in text.rstrip().split("\n"))))
