"""The paths that a command names, as what is to be judged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from autograder.engine.core.names import shown
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.found import Collection


@contextmanager
def named(paths: Sequence[Path]) -> Iterator[Collection]:
    """All that lies below these paths, within the block. Raises UsageError for one that is not there."""
    try:
        with collected(list(paths)) as collection:
            yield collection
    except FileNotFoundError as error:
        raise click.UsageError(
            f"there is no {shown(error.args[0])}: name a notebook, a .py file or a folder of them"
        ) from None
