"""The members of a 7z archive."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from autograder.engine.intake.members import LINK, TOO_MUCH, ArchiveError, Bounds, Member, is_wanted
from autograder.engine.intake.submission import MAX_BYTES


def of_7z(path: Path, bounds: Bounds) -> Iterator[Member]:
    """A 7z archive's members. They are packed together: all that is wanted is unpacked at once, beside the others' names."""
    import py7zr  # takes a while

    try:
        with py7zr.SevenZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch:
            if archive.needs_password():
                raise ArchiveError("is encrypted")
            files = archive.list()
            if len(files) > bounds.members or sum(file.uncompressed or 0 for file in files) > bounds.total:
                raise ArchiveError(TOO_MUCH)
            shelf = _Shelf(Path(scratch))
            wanted = [file.filename for file in files if not file.is_directory and is_wanted(file.filename)]
            if wanted:
                archive.extract(targets=wanted, factory=shelf)
            for file in files:
                trouble = LINK if file.is_symlink else None
                read = partial(shelf.open, file.filename)
                yield Member(file.filename, file.uncompressed or 0, file.is_directory, trouble, read)
    except py7zr.exceptions.PasswordRequired:
        raise ArchiveError("is encrypted") from None


class _Shelf:
    """Takes what py7zr unpacks: a file of ours for each member, of which no more is kept than a submission may have."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Path] = {}

    def create(self, filename: str) -> "_Slot":
        path = self._files[filename] = self._folder / str(len(self._files))
        return _Slot(path)

    def open(self, filename: str) -> IO[bytes] | None:
        path = self._files.get(filename)
        return path.open("rb") if path else None


class _Slot:
    """One file of the shelf, with the methods that py7zr asks for."""

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, 0
        path.touch()

    def write(self, data: bytes) -> int:
        with self._path.open("ab") as file:
            file.write(data[: max(0, MAX_BYTES + 1 - self._size)])
        self._size += len(data)
        return len(data)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        return None

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        return None
