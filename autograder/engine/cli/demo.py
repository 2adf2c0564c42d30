"""`demo`: a sample class from end to end."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from autograder.engine.authoring.newcourse import NewCourseError
from autograder.engine.demo.sample_class import DemoError, take_through
from autograder.engine.grading.batch import NotIsolatedError
from autograder.engine.reports.terminal import console


def run(folder: Path | None, allow_unisolated: bool) -> None:
    try:
        course = (folder or Path(tempfile.mkdtemp(prefix="bptt-course-"))).resolve()
        page = take_through(course, console(), allow_unisolated)
    except NewCourseError as error:
        raise click.UsageError(str(error)) from None
    except (DemoError, NotIsolatedError) as error:
        raise click.ClickException(str(error)) from None
    if sys.stdout.isatty() and has_screen():
        show(page)


def has_screen() -> bool:
    """Whether somebody sits here who could see a browser: never in CI, and not at the far end of a connection."""
    environment = os.environ
    if environment.get("CI") or (environment.get("SSH_CONNECTION") and not environment.get("DISPLAY")):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def show(page: Path) -> None:
    """Open a page in the default browser, in a process of its own: whatever becomes of it, the command has ended."""
    quiet = subprocess.DEVNULL
    subprocess.Popen(
        [sys.executable, "-P", "-m", "webbrowser", page.as_uri()],
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    )
