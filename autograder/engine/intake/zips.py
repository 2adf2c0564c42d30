"""The members of a zip. What a hostile one says of itself is not believed."""

import io
import stat
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from autograder.engine.intake.alphabets import read_name
from autograder.engine.intake.members import LINK, LOCKED, SHARED, SPECIAL, ArchiveError, Bounds, Member, is_wanted

_MAX_LISTED = 320  # bytes of a zip's list for each member: 46, its name and what systems add
_IS_UTF8 = 0x800  # a zip's mark of a name


def of_zip(path: Path, bounds: Bounds) -> Iterator[Member]:
    """A zip's members: first what may be work, and of that the small ones first, so that a large one costs nobody else."""
    with _ShortList(path, bounds) as file, zipfile.ZipFile(file) as archive:
        file.is_read = True
        seen: set[int] = set()
        for info in sorted(archive.infolist(), key=lambda info: (not is_wanted(_name(info)), info.file_size)):
            kind = stat.S_IFMT(info.external_attr >> 16)
            trouble = LINK if kind == stat.S_IFLNK else None if kind in (0, stat.S_IFREG, stat.S_IFDIR) else SPECIAL
            trouble = trouble or (LOCKED if info.flag_bits & 1 else None)
            trouble = trouble or (SHARED if info.header_offset in seen else None)
            seen.add(info.header_offset)
            name = _name(info)
            yield Member(name, info.file_size, name.endswith(("/", "\\")), trouble, partial(archive.open, info))


class _ShortList(io.BufferedReader):
    """A zip whose list of members is read only where it is not too long: what is made of it takes ten times its memory."""

    def __init__(self, path: Path, bounds: Bounds) -> None:
        super().__init__(io.FileIO(path))
        self._most = bounds.members
        self.is_read = False

    def read(self, size: int | None = -1) -> bytes:
        if self.is_read:
            return super().read(size)
        too_long = size is not None and size > max(2**17, self._most * _MAX_LISTED)
        data = b"" if too_long else super().read(size)
        if too_long or data.count(b"PK\1\2") > self._most:
            raise ArchiveError(f"holds more than {self._most} files")
        return data


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename if info.flag_bits & _IS_UTF8 else read_name(info.filename)
