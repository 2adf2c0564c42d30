"""One look at a path that a student may have made: what is there, without following it and without ever raising.

What a student did and what the grader cannot do are two things. A name that is too long or a link that leads nowhere is
nothing that was handed in. A permission that is missing or a disk that fails is `refused`.
"""

import errno
import os
from itertools import islice
from pathlib import Path
from typing import Literal

from autograder.engine.core.names import shown

Kind = Literal["absent", "file", "folder", "link", "special", "refused"]

_KINDS: dict[int, Kind] = {0o100000: "file", 0o040000: "folder", 0o120000: "link"}  # by the type in a file's mode
_NOTHING = {
    errno.ENOENT,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.EINVAL,  # Windows: a name that no file can have
}


class CannotReadError(Exception):
    """The grader may not or cannot read what was handed in: its own failure, and no verdict. The message says what to do."""


def cannot_read(path: Path, error: OSError) -> CannotReadError:
    """The failure to read what stands at a path."""
    why = error.strerror or type(error).__name__
    return CannotReadError(
        f"{shown(path)} cannot be read by the grader ({why}): nothing was recorded; make it readable and grade it again"
    )


def look(path: Path, follow: bool = False) -> Kind:
    """What stands at a path; with `follow`, where a link leads. Never raises."""
    try:
        mode = os.stat(path, follow_symlinks=follow).st_mode
    except ValueError:  # a null character, or half a character
        return "absent"
    except OSError as error:
        return "absent" if error.errno in _NOTHING else "refused"
    return _KINDS.get(mode & 0o170000, "special")


def names(folder: Path, most: int | None = None) -> list[str]:
    """The names in a folder, sorted, and no more than `most` of them. Raises CannotReadError where the grader may not look."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in islice(entries, most))
    except ValueError:
        return []
    except OSError as error:
        if error.errno in _NOTHING:
            return []
        raise cannot_read(folder, error) from None
