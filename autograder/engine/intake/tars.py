"""The members of a tar, packed or not. What a hostile one says of itself is not believed."""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, cast

from autograder.engine.intake.members import LINK, SPECIAL, TOO_MUCH, ArchiveError, Bounds, Member
from autograder.engine.intake.submission import MAX_BYTES

_MAX_HEADERS = 2**21  # bytes of what a tar says of one member
_MAX_DICTIONARY = 2**27  # bytes that unpacking may take


def is_tar(path: Path) -> bool:
    """Whether a file begins as a tar does. It may be packed, and has one member at least."""
    try:
        with _plain(path) as file:
            tarfile.TarInfo.frombuf(file.read(512), "utf-8", "surrogateescape")
    except (tarfile.HeaderError, OSError, EOFError, zlib.error, lzma.LZMAError):
        return False
    return True


def of_tar(path: Path, bounds: Bounds) -> Iterator[Member]:
    """A tar's members. What is passed over is unpacked nevertheless, and so it counts."""
    passed = 0
    with ExitStack() as stack:
        stream = stack.enter_context(_Headers(stack.enter_context(_plain(path))))
        archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r:"))
        for member in archive:
            passed += member.size
            if passed > bounds.total:
                raise ArchiveError(TOO_MUCH)
            link = member.issym() or member.islnk()
            trouble = LINK if link else None if member.isreg() or member.isdir() else SPECIAL
            yield Member(member.name, member.size, member.isdir(), trouble, partial(_opened, archive, member, stream))
            archive.members = []  # type: ignore[attr-defined]  # tarfile would keep them all
            stream.left = _MAX_HEADERS


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo, stream: "_Headers") -> IO[bytes] | None:
    stream.left = MAX_BYTES + _MAX_HEADERS
    return archive.extractfile(member)


def _plain(path: Path) -> IO[bytes]:
    """The tar in what it was packed with."""
    with open(path, "rb") as file:
        head = file.read(2**16)
    if head[:2] == b"\x1f\x8b":
        return cast(IO[bytes], gzip.open(path))
    if head[:3] == b"BZh":
        return cast(IO[bytes], bz2.open(path))
    if head[:6] == b"\xfd7zXZ\0":
        lzma.LZMADecompressor(memlimit=_MAX_DICTIONARY).decompress(head, max_length=1)
        return cast(IO[bytes], lzma.open(path))
    return open(path, "rb")


class _Headers(io.BufferedReader):
    """A tar of which little is read between two members: what it says of one could fill the memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)  # type: ignore[arg-type]
        self.left = _MAX_HEADERS

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= self.left:
            raise ArchiveError(TOO_MUCH)
        self.left -= size
        return super().read(size)
