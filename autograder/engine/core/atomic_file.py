"""Files that are there whole or not at all: what stood there before is not harmed by one that cannot be written."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any


@contextmanager
def whole_file(path: Path, mode: str = "w", **options: Any) -> Iterator[IO[Any]]:
    """A new file beside its place, open as `open` would; at the end it is moved there, and gone where that fails.

    What is there and is no file, such as a pipe or `/dev/null`, is written into: nothing can stand in its place.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with open(path, mode, **options) as device:
            yield device
        return
    part = _part_of(path)
    try:
        with open(part, mode.replace("w", "x"), **options) as file:
            yield file
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def output_file(path: Path, mode: str = "w", **options: Any) -> AbstractContextManager[IO[Any]]:
    """A whole file at a path that an instructor has named: a link stays one, and the file stands where it leads.

    Raises OSError for links that lead to each other. Elsewhere a link may be a student's, and `whole_file` replaces it.
    """
    return whole_file(_behind(path), mode, **options)


def _behind(path: Path) -> Path:
    is_special = path.exists() and not path.is_file() and not path.is_dir()
    if is_special or not path.is_symlink():  # where a link leads to a pipe, its real path may be no place
        return path
    real = Path(os.path.realpath(path))
    if real.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return real


def first_file(path: Path, text: str) -> None:
    """A new file that its owner alone may read. Where one is there already, or another process is faster, that one stays.

    Nobody sees it without its text. Only on a file system without hard links, two processes that are equally fast may
    both write it.
    """
    part = _part_of(path)
    try:
        with open(part, "x", encoding="utf-8", opener=private) as file:
            file.write(text)
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        except (OSError, AttributeError, NotImplementedError):  # there are no hard links here
            if not path.exists():
                os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """Where a file lies until it is whole.

    Several machines may share the folder, and a name may be as long as a file system takes it.
    """
    return path.with_name(f"{path.name[:50]}.{secrets.token_hex(4)}.part")


def private(name: str, flags: int) -> int:
    """An opener for what its owner alone may read."""
    return os.open(name, flags, 0o600)
