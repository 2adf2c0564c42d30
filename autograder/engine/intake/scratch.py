"""The temporary folder into which archives are unpacked: it may be full, or there may be none."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.names import shown

_FULL = (errno.ENOSPC, errno.EDQUOT)


class NoRoomError(CannotReadError):
    """Nothing can be written into the temporary folder; the message says what to do."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder that is gone behind the block. Raises NoRoomError where none can be made."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="submissions-", ignore_cleanup_errors=True))
        except OSError as error:
            raise _no_room(error) from None
        yield Path(folder)


def expect_room(error: Exception) -> None:
    """Raise NoRoomError for an error that says that a disk is full: intake writes nowhere else."""
    if isinstance(error, OSError) and error.errno in _FULL:
        raise _no_room(error) from None


def _no_room(error: OSError) -> NoRoomError:
    where = f" {shown(tempfile.tempdir)}" if tempfile.tempdir else ""  # else the error names all that were tried
    return NoRoomError(
        f"nothing can be written into the temporary folder{where} ({error.strerror}): "
        "make room there, or set TMPDIR to another folder"
    )
