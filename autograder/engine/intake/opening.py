"""The bytes of what a student handed in: regular files alone, and no more of one than a submission may have."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from autograder.engine.core.looking import look
from autograder.engine.core.places import NAME
from autograder.engine.intake.submission import MAX_BYTES, UnreadableError


def expect_file(file: Path, name: str) -> None:
    """Raise UnreadableError for what is no regular file. A pipe would wait for its writer, and a link could lead anywhere."""
    kind = look(file)
    if kind == "link":
        raise UnreadableError(f"{name} is a link: hand in the file itself")
    if kind in ("folder", "special"):
        raise UnreadableError(f"{name} is not a regular file: hand in {NAME}.ipynb")
    if kind == "absent":
        raise UnreadableError(f"{name} is not there: hand it in again")


@contextmanager
def opened(file: Path, name: str) -> Iterator[tuple[IO[bytes], int]]:
    """A regular file to read, and its size; links and special files are not followed. Raises OSError as it comes."""
    expect_file(file, name)
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(f"{name} is not a regular file: hand in {NAME}.ipynb")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            yield stream, status.st_size
    finally:
        os.close(descriptor)


def bytes_of(file: Path, name: str) -> bytes:
    """The bytes of a regular file of a sane size. Raises OSError as it comes."""
    with opened(file, name) as (stream, size):
        if size > MAX_BYTES:
            raise UnreadableError(
                f"{name} is larger than {MAX_BYTES >> 20} MiB: clear its outputs and hand it in again"
            )
        return stream.read(MAX_BYTES + 1)
