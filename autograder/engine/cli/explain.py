"""`explain`: all that lies behind a verdict."""

from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from autograder.engine.cli.apart import course_files, expect_apart
from autograder.engine.cli.output import write
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError
from autograder.engine.reports import appeal as appeals
from autograder.engine.reports.appeal_sections import sections
from autograder.engine.reports.pages.appeal import page


def run(student: str, task: str, check: str | None, html: str, allow_unisolated: bool) -> None:
    """`task` may name the check, too, as a feedback page does: "task.check"."""
    task, _, named = task.partition(".")
    check = check or named or None
    try:
        course = find_course(Path.cwd())
        course = replace(course, allow_unisolated=course.allow_unisolated or allow_unisolated)
        appeal = appeals.replay(student, task, check, course)
    except (appeals.AppealError, SettingsError, NotIsolatedError) as error:
        raise click.UsageError(str(error)) from None
    if html:
        expect_apart([("--html", html)], course_files(course), [appeal.path])
        write(html, [page(appeal)])
        click.echo(f"{html}: it shows a hidden test case; give it to nobody who can still hand in", err=True)
        return
    console = Console(soft_wrap=True)
    for title, text, _ in sections(appeal):
        console.print(Text.assemble((title, "bold"), "\n", *("  " + line + "\n" for line in text.rstrip().split("\n"))))
