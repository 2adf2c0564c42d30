"""Where a command's output goes."""

import codecs
import io
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn, TextIO

import click

from autograder.engine.core.atomic_file import output_file
from autograder.engine.core.streams import open_all

_ERRORS = "backslashreplace"  # JSON's own escapes
_PLAIN = "bptt-plain"  # what a terminal cannot show, as something that it can


def show_all() -> None:
    """Have a terminal or a pipe that is not of Unicode get what it can take, and a stdout that is closed nothing at all."""
    open_all()
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


def _raised(error: OSError) -> NoReturn:
    raise error


class _Stdout(io.RawIOBase):
    """The bytes of stdout, all of them at once. Where they cannot be written, `lost` is told why, and may raise it."""

    def __init__(self, lost: Callable[[OSError], None]) -> None:
        self._lost = lost

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except OSError as error:
            self._lost(error)
        return len(data)


@contextmanager
def opened(file: str, encoding: str = "utf-8", lost: Callable[[OSError], None] = _raised) -> Iterator[IO[str]]:
    """A text file that is there whole or not at all: one that exists is not harmed by one that cannot be written.

    `-` is stdout, of which `lost` hears where it takes nothing more. Lines end as they are written. A link stays one.
    """
    if file == "-":
        yield io.TextIOWrapper(_Stdout(lost), encoding, _ERRORS, newline="", write_through=True)  # type: ignore[type-var]
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
        try:
            yield log
        finally:
            with suppress(OSError):  # what it could not take was said when it came
                log.close()


def _refused(file: str, error: OSError) -> click.UsageError:
    return click.UsageError(f"{file} cannot be written ({error.strerror}): name another file")


def write(file: str, pieces: Iterable[str], lost: Callable[[OSError], None] = _raised) -> None:
    """All pieces into one file, each as it comes."""
    with opened(file, lost=lost) as out:
        for piece in pieces:
            out.write(piece)
