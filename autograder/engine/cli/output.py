"""Where a command's output goes."""

import codecs
import io
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TextIO

import click

from autograder.engine.core.atomic_file import output_file

_ERRORS = "backslashreplace"  # JSON's own escapes
_PLAIN = "bptt-plain"  # what a terminal cannot show, as something that it can


def show_all() -> None:
    """Have a terminal or a pipe that is not of Unicode get what it can take, where it would end the command."""
    codecs.register_error(_PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAIN)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Letters in ASCII: an accent is left out, and what has no such form is escaped."""
    assert isinstance(error, UnicodeEncodeError)
    letters = error.object[error.start : error.end]
    apart = (unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() for letter in letters)
    said = (form or letter.encode("ascii", _ERRORS).decode() for form, letter in zip(apart, letters, strict=True))
    return "".join(said), error.end


@contextmanager
def opened(file: str, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A text file that is there whole or not at all: one that exists is not harmed by one that cannot be written.

    `-` is stdout. Lines end as they are written. A link stays one.
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
        with output_file(path, encoding=encoding, errors=_ERRORS, newline="") as out:
            yield out
    except OSError as error:
        raise _refused(file, error) from None


@contextmanager
def log_file(file: str) -> Iterator[TextIO | None]:
    """A text file that is written as things happen, for somebody to follow; `-` is stdout, and no name no log."""
    if file in ("", "-"):
        yield sys.stdout if file else None
        return
    with ExitStack() as stack:
        try:
            log = stack.enter_context(open(file, "w", encoding="utf-8"))
        except OSError as error:
            raise _refused(file, error) from None
        yield log


def _refused(file: str, error: OSError) -> click.UsageError:
    return click.UsageError(f"{file} cannot be written ({error.strerror}): name another file")


def write(file: str, pieces: Iterable[str]) -> None:
    """All pieces into one file, each as it comes."""
    with opened(file) as out:
        for piece in pieces:
            out.write(piece)
            if file == "-":
                sys.stdout.buffer.flush()
