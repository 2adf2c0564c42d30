"""`demo`: a sample class from end to end."""

import tempfile
from pathlib import Path

import click
from rich.console import Console

from autograder.engine.demo.sample_class import DemoError, take_through
from autograder.engine.grading.batch import NotIsolatedError


def run(folder: Path | None, allow_unisolated: bool) -> None:
    try:
        take_through((folder or Path(tempfile.mkdtemp(prefix="bptt-course-"))).resolve(), Console(), allow_unisolated)
    except (DemoError, NotIsolatedError) as error:
        raise click.ClickException(str(error)) from None
