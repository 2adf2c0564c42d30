"""Names of files and students as text that a report, a terminal, a page, a gradebook and a file system can hold."""

import hashlib
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

MAX_NAME = 128  # bytes of one name as it is shown: a gradebook takes as many
MAX_PATH = 500  # of a path: a sentence about it has space for what to do
# What counts as printable and is drawn as nothing: two names that differ in it alone would look the same.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def shown(path: str | Path) -> str:
    """A name or a path with escapes for all that is not plainly seen, and cut where it is long. No two are shown alike.

    To be called once, on what the system gave: a backslash is escaped too, so that no name looks like the escape in another.
    """
    parts = [_cut([_visible(letter) for letter in part], MAX_NAME) for part in str(path).split("/")]
    return _cut([parts[0], *(f"/{part}" for part in parts[1:])], MAX_PATH)


def unusable(course: Path) -> str:
    """Why no course can lie in this folder, or nothing: nbgrader takes the path of a course as a pattern of file names."""
    path = str(course.absolute())
    return "" if fnmatchcase(path, path) else f"nbgrader finds nothing in {shown(path)}: take [ and ] out of its path"


def _visible(letter: str) -> str:
    plain = letter.isprintable() and letter != "\\" and not _UNSEEN.match(letter)
    return letter if plain else letter.encode("unicode_escape").decode()


def _cut(pieces: Sequence[str], most: int) -> str:
    """The pieces as one text; of what is too long, the first ones and a hash of all, which no escape looks like."""
    text = "".join(pieces)
    if len(text) <= most // 4 or len(text.encode()) <= most:
        return text
    whole, size = [], 0
    for piece in pieces:
        size += len(piece.encode())
        if size > most - 16:
            break
        whole.append(piece)
    return "".join(whole) + "\\…" + hashlib.sha256(text.encode()).hexdigest()[:12]
