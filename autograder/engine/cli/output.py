"""Where a command's output goes."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from autograder.engine.core.atomic_file import whole_file

_ERRORS = "backslashreplace"  # JSON's own escapes


@contextmanager
def opened(file: str, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A text file that is there whole or not at all: one that exists is not harmed by one that cannot be written.

    `-` is stdout. Lines end as they are written.
    """
    if file == "-":
        text = io.TextIOWrapper(sys.stdout.buffer, encoding, _ERRORS, newline="", write_through=True)
        try:
            yield text
        finally:
            text.detach()
            sys.stdout.buffer.flush()
        return
    path = Path(file)
    try:
        with whole_file(path, encoding=encoding, errors=_ERRORS, newline="") as out:
            yield out
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None


def write(file: str, pieces: Iterable[str]) -> None:
    """All pieces into one file, each as it comes."""
    with opened(file) as out:
        for piece in pieces:
            out.write(piece)
            if file == "-":
                sys.stdout.buffer.flush()
