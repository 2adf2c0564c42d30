"""What an archive's entries are, whatever kind of archive it is, and which of them may be work. Nothing is read here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from autograder.engine.intake.platforms import is_receipt
from autograder.engine.intake.submission import kind_of

METADATA = "submission_metadata.yml"  # Gradescope's list of who sent what
_ARCHIVE = re.compile(r"\.(zip|7z|tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz)|rar)$", re.IGNORECASE)


class ArchiveError(Exception):
    """An archive that cannot be opened at all; the message says why, without its name and without what to do."""


@dataclass(frozen=True)
class Bounds:
    """What one archive may hold."""

    members: int
    total: int  # bytes of all members together, unpacked


CLASS = Bounds(100_000, 2**34)  # of a whole class
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
SHARED = Trouble("is the same place in the archive as another file", "unpack the archive, and grade the folder")
LOCKED = Trouble("is encrypted", "unpack the archive with its password, and grade the folder")
TOO_MUCH = "holds too much"


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
    return bool(kind_of(name)) or is_archive(name) or name == METADATA or is_receipt(name)
