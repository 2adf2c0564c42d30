"""What the suite's own code raised, told in one clause to the instructor who has to mend it."""

import traceback
from pathlib import Path

from autograder.engine.core.places import KIT, SOLUTION

_OURS = (KIT / "suite", KIT / "selfcheck", SOLUTION)


def raised(error: BaseException) -> str:
    """What was raised, and in which line of the suite, the self-check or the reference."""
    where = _place(error)
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return type(error).__name__ + (f": {said}" if said else "") + (f" ({where})" if where else "")


def _place(error: BaseException) -> str:
    """The last line of theirs on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename:
        return _shown(error.filename, error.lineno)
    frames = traceback.extract_tb(error.__traceback__)
    return next(filter(None, (_shown(frame.filename, frame.lineno) for frame in reversed(frames))), "")


def _shown(file: str, line: int | None) -> str:
    path = Path(file)
    folder = next((folder for folder in _OURS if path.is_relative_to(folder)), None)
    if folder is None:
        return ""
    root = SOLUTION.parent if folder == SOLUTION else KIT.parent
    return f"line {line} of {path.relative_to(root).as_posix()}"
