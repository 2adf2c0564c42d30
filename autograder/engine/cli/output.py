"""Where a command's output goes."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from autograder.engine.core.atomic_file import whole_file


def write(file: str, pieces: Iterable[str]) -> None:
    """Whole or not at all: a report that exists is not harmed by one that cannot be written. `-` is stdout."""
    if file == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))  # JSON's own escapes
            sys.stdout.buffer.flush()
        return
    path = Path(file)
    try:
        with whole_file(path, encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            out.writelines(pieces)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None
