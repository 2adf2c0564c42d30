"""The paths that a command names, as what is to be judged."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from autograder.engine.core.names import shown
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.found import Collection
from autograder.engine.intake.scratch import NoRoomError


@contextmanager
def named(paths: Sequence[Path]) -> Iterator[Collection]:
    """All that lies below these paths, within the block. Raises UsageError for one that is not there."""
    with ExitStack() as stack:
        try:
            collection = stack.enter_context(collected(list(paths)))
        except FileNotFoundError as error:
            raise click.UsageError(
                f"there is no {shown(error.filename)}: name a notebook, a .py file or a folder of them"
            ) from None
        except NoRoomError as error:
            raise click.UsageError(str(error)) from None
        yield collection
