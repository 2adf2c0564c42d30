"""The entries of an archive, whatever its kind, as far as it can be read. Nothing is written here."""

import re
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from autograder.engine.intake.submission import MAX_BYTES, kind_of

METADATA = "submission_metadata.yml"  # Gradescope's list of who sent what
_ARCHIVE = re.compile(r"\.(zip|7z|tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz)|rar)$", re.IGNORECASE)


class ArchiveError(Exception):
    """An archive that cannot be opened at all; the message says why, without its name and without what to do."""


@dataclass(frozen=True)
class Bounds:
    """What one archive may hold."""

    members: int
    total: int  # bytes of all members together, unpacked


CLASS = Bounds(200_000, 2**34)  # of a whole class
OWN = Bounds(2_000, 2**28)  # of one student


@dataclass(frozen=True)
class Trouble:
    """Why a member could not be unpacked, and what to do.

    It is a verdict where the student has made it so whatever archive it is in, and else the grader's failure.
    """

    why: str
    remedy: str
    is_verdict: bool = False


LINK = Trouble("is a link", "hand in the file itself", True)
SPECIAL = Trouble("is not a regular file", "hand in the notebook itself", True)
LOCKED = Trouble("is encrypted", "unpack the archive with its password, and grade the folder")
_TOO_MUCH = "holds too much"


@dataclass(frozen=True)
class Member:
    """One entry of an archive: its name, and how to read it."""

    name: str
    size: int  # as the archive has it
    is_folder: bool
    trouble: Trouble | None
    open: Callable[[], IO[bytes] | None]


def is_archive(name: str) -> bool:
    """Whether a file's name is that of an archive."""
    return bool(_ARCHIVE.search(name))


def without_ending(name: str) -> str:
    return _ARCHIVE.sub("", name)


def is_wanted(name: str) -> bool:
    """Whether a file of this name is worth unpacking."""
    name = name.rpartition("/")[2]
    return bool(kind_of(name)) or is_archive(name) or name == METADATA


def members(path: Path, bounds: Bounds) -> Iterator[Member]:
    """The entries of an archive, told by its first bytes and not by its name."""
    with open(path, "rb") as file:
        head = file.read(8)
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return _of_zip(path, bounds)
    if head[:6] == b"7z\xbc\xaf\x27\x1c":
        return _of_7z(path, bounds)
    if head[:4] == b"Rar!":
        raise ArchiveError("is a RAR archive, and no library is at hand to open it")
    if not head or not tarfile.is_tarfile(path):
        raise ArchiveError("is no archive that can be opened")
    return _of_tar(path, bounds)


def _of_zip(path: Path, bounds: Bounds) -> Iterator[Member]:
    _expect_short_list(path, bounds)
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            trouble = LINK if kind == stat.S_IFLNK else None if kind in (0, stat.S_IFREG, stat.S_IFDIR) else SPECIAL
            trouble = trouble or (LOCKED if info.flag_bits & 1 else None)
            yield Member(_name(info), info.file_size, info.is_dir(), trouble, partial(archive.open, info))


def _expect_short_list(path: Path, bounds: Bounds) -> None:
    """Raise ArchiveError for a zip whose list of members alone would take much memory: each has 46 bytes and its name."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        file.seek(max(0, size - 65_557))
        end = file.read()
    at = end.rfind(b"PK\5\6")
    listed = struct.unpack_from("<I", end, at + 12)[0] if 0 <= at <= len(end) - 16 else 0
    if (listed == 0xFFFFFFFF and bounds == OWN) or (listed != 0xFFFFFFFF and listed > bounds.members * 1024):
        raise ArchiveError(f"holds more than {bounds.members} files")


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name. Macs write UTF-8 without saying so, and it is read as a PC's alphabet of 1981."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _of_tar(path: Path, bounds: Bounds) -> Iterator[Member]:
    """A tar's members. What is passed over is unpacked nevertheless, and so it counts."""
    passed = 0
    with tarfile.open(path, "r:*") as archive:
        for member in archive:
            passed += member.size
            if passed > bounds.total:
                raise ArchiveError(_TOO_MUCH)
            link = member.issym() or member.islnk()
            trouble = LINK if link else None if member.isreg() or member.isdir() else SPECIAL
            yield Member(member.name, member.size, member.isdir(), trouble, partial(archive.extractfile, member))


def _of_7z(path: Path, bounds: Bounds) -> Iterator[Member]:
    """A 7z archive's members. They are packed together: all that is wanted is unpacked at once, beside the others' names."""
    import py7zr  # takes a while

    try:
        with py7zr.SevenZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch:
            if archive.needs_password():
                raise ArchiveError("is encrypted")
            files = archive.list()
            if len(files) > bounds.members or sum(file.uncompressed or 0 for file in files) > bounds.total:
                raise ArchiveError(_TOO_MUCH)
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
