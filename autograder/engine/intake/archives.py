"""Archives, as platforms hand them out and students hand them in: unpacked within bounds, and into one folder of ours.

Only what may be a student's work is unpacked. Any other file is there by its name, and empty.
"""

import errno
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from autograder.engine.core.names import shown
from autograder.engine.intake.members import CLASS, ArchiveError, Bounds, Member, Trouble, is_wanted
from autograder.engine.intake.scratch import expect_room
from autograder.engine.intake.sevens import of_7z
from autograder.engine.intake.submission import MAX_BYTES
from autograder.engine.intake.tars import is_tar, of_tar
from autograder.engine.intake.zips import of_zip

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
_BLOCK = 2**20
_PART = re.compile(r"(?P<whole>.+-\d{8}T\d{6}Z)-(?:\d+-)?\d{3}\.zip", re.IGNORECASE)  # as Google Drive cuts a folder
_UNSUSPECTED = 2**28  # bytes: beyond these, no archive unpacks to so many times its size
_MAX_RATIO = 30
_MAX_NAME = 240  # bytes: file systems take 255
_MAX_DEPTH = 12  # folders: the path of the deepest file fits into the 4096 bytes of a path
_LARGE = Trouble(f"is larger than {MAX_BYTES >> 20} MiB", "clear its outputs and hand it in again", True)
_DAMAGED = Trouble("is damaged in the archive", "download the archive again")
_FULL = Trouble("is beyond what an archive may hold", "unpack the archive, and grade the folder")


@dataclass
class Unpacked:
    """The folder that an archive became, and which of its files are no more than a name."""

    folder: Path
    troubles: dict[Path, Trouble] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)  # members that have no place in the folder, and why
    _same: Counter[Path] = field(default_factory=Counter)

    def free(self, place: Path) -> Path:
        """The place, or one beside it: two members of one name are two."""
        wanted = place
        while place.exists():
            self._same[wanted] += 1
            place = wanted.with_name(f"{wanted.stem} ({self._same[wanted] + 1}){wanted.suffix}")
        return place


def together(paths: Sequence[Path]) -> list[list[Path]]:
    """The paths, with the parts of one folder in one list: Google Drive cuts a large folder into several archives."""
    found: dict[object, list[Path]] = {}
    for number, path in enumerate(paths):
        part = _PART.fullmatch(path.name)
        found.setdefault((path.parent, part["whole"]) if part else number, []).append(path)
    return list(found.values())


def unpack(path: Path, folder: Path, bounds: Bounds = CLASS) -> Unpacked:
    """Unpack an archive into a folder of the scratch folder that holds nothing but other parts of it.

    Raises ArchiveError for what is no archive or too large, NoRoomError, and OSError where the system does not give it.
    """
    made = Unpacked(folder)
    try:
        folder.mkdir(exist_ok=True)
        bounds = replace(bounds, total=min(bounds.total, _UNSUSPECTED + _MAX_RATIO * path.stat().st_size))
        left = bounds.total
        for number, member in enumerate(_members(path, bounds)):
            if number >= bounds.members:
                raise ArchiveError(f"holds more than {bounds.members} files")
            place = _place(member.name, folder)
            if place is None:
                made.outside[shown(member.name)] = "its path leads out of the archive"
            elif not _folder(place if member.is_folder else place.parent):
                made.outside[shown(member.name)] = "no folder can be made for it"
            elif not member.is_folder:
                left -= _write(member, made.free(place), left, made)
    except (ArchiveError, MemoryError):
        raise
    except Exception as error:  # whatever a library makes of damaged bytes
        expect_room(error)
        if _is_ours(error):
            raise
        raise ArchiveError(f"is damaged ({type(error).__name__})") from None
    return made


def _members(path: Path, bounds: Bounds) -> Iterator[Member]:
    """The entries of an archive, told by its first bytes and not by its name."""
    with open(path, "rb") as file:
        head = file.read(8)
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return of_zip(path, bounds)
    if head[:6] == b"7z\xbc\xaf\x27\x1c":
        return of_7z(path, bounds)
    if head[:4] == b"Rar!":
        raise ArchiveError("is a RAR archive, and no library is at hand to open it")
    if is_tar(path):
        return of_tar(path, bounds)
    if zipfile.is_zipfile(path):  # something stands before it
        return of_zip(path, bounds)
    raise ArchiveError("is no archive that can be opened")


def _is_ours(error: Exception) -> bool:
    """Whether it is the grader's system that fails, and not what was read."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)


def _write(member: Member, place: Path, left: int, made: Unpacked) -> int:
    """Write one member as a new file, and say how much it took. Where that fails, its name is there all the same."""
    wanted = is_wanted(place.name)
    trouble = member.trouble or (_LARGE if member.size > MAX_BYTES else _FULL if member.size > left else None)
    written = 0
    with open(place, "xb") as file:
        if wanted and not trouble:
            written, trouble = _copy(member, file)
    if trouble and wanted:
        made.troubles[place] = trouble
    return written


def _copy(member: Member, file: IO[bytes]) -> tuple[int, Trouble | None]:
    """What came of a member, no more than a submission may have. What its archive says of its size is not believed."""
    written = 0
    try:
        source = member.open()
        if source is None:
            return 0, _DAMAGED
        with source:
            while block := source.read(_BLOCK):
                written += len(block)
                if written > MAX_BYTES:
                    return written, _LARGE
                file.write(block)
    except MemoryError:
        raise
    except Exception as error:
        if _is_ours(error):
            raise
        return written, _DAMAGED
    return written, None


def _place(name: str, folder: Path) -> Path | None:
    """Where a member belongs, or None where its path leads elsewhere."""
    if not name or _ABSOLUTE.match(name) or "\0" in name:
        return None
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]
    if not parts or ".." in parts or len(parts) > _MAX_DEPTH:
        return None
    return folder.joinpath(*map(_short, parts))


def _short(part: str) -> str:
    """A name that a file system takes. Of one that is too long the ending stays."""
    whole = part.encode("utf-8", "replace")
    if len(whole) <= _MAX_NAME:
        return whole.decode()
    ending = os.path.splitext(part)[1][:16]
    return whole[: _MAX_NAME - 40].decode("utf-8", "ignore") + sha256(whole).hexdigest()[:12] + ending


def _folder(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG):
            return False
        raise
    return True
