"""What tells two submissions apart of which neither can be read: the bytes that were handed in."""

import hashlib
from contextlib import suppress
from pathlib import Path

from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.intake.choosing import files_in
from autograder.engine.intake.found import Found
from autograder.engine.intake.listing import SECRET, STAMP, is_junk
from autograder.engine.intake.opening import opened
from autograder.engine.intake.submission import MAX_BYTES, UnreadableError

_BLOCK = 2**20


def digest_of(found: Found) -> str:
    """A digest of all files that were handed in, nothing where there is none. The grader need not be able to read them all.

    Of many or large files it takes the first MAX_BYTES bytes, and the sizes.
    """
    left, digests = MAX_BYTES, []
    for file in _files(found):
        with suppress(UnreadableError, OSError), opened(file, file.name) as (stream, size):
            digest = hashlib.sha256()
            while block := stream.read(min(left, _BLOCK)):
                digest.update(block)
                left -= len(block)
            digests.append(f"{size} {digest.hexdigest()}")
    return hashlib.sha256("\n".join(digests).encode()).hexdigest() if digests else ""


def _files(found: Found) -> list[Path]:
    if found.candidates or look(found.path) != "folder":
        return [candidate.path for candidate in found.candidates] or [found.path]
    try:
        return files_in(found.path, lambda name: not is_junk(name) and name not in (STAMP, SECRET))
    except (UnreadableError, CannotReadError, OSError):
        return []
