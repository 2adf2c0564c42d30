"""What a command finds around it: a stdout that may take nothing more, and a current folder that may be gone."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from autograder.engine.core.streams import go_quiet, takes_nothing


def expect_folder() -> None:
    """Raise UsageError where the current folder was deleted."""
    try:
        os.getcwd()
    except OSError as error:
        raise click.UsageError(
            f"the current folder cannot be found ({error.strerror}): go to a folder that is there"
        ) from None


@contextmanager
def printing() -> Iterator[None]:
    """Have a command end with one sentence where stdout takes nothing more, and without one where its reader is gone."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE or not takes_nothing():
            raise
        go_quiet(sys.stdout)
        raise click.ClickException(unprinted(error)) from None


def unprinted(error: OSError) -> str:
    """Why nothing more can be printed, and what to do."""
    return f"what is printed cannot be written ({error.strerror}): make room there, or print to another place"
