"""What lies in a folder of students' work: names that mean nothing are left out, links are not followed."""

from collections.abc import Iterator
from pathlib import Path

from autograder.engine.core.looking import CannotReadError, look, names
from autograder.engine.core.places import NAME
from autograder.engine.intake.members import is_archive
from autograder.engine.intake.submission import kind_of

STAMP, SECRET = "timestamp.txt", "submission_secret.txt"  # which nbgrader lays beside what was handed in
RELEASED = {"conftest.py", "selfcheck.py", "test_bptt.py"}  # the handout's own scripts, an older one's too
_MACS = "__MACOSX"
_TOOLS = {_MACS, "__pycache__", "node_modules"}
_MAX_WALKED = 500_000  # entries below one path


def is_junk(name: str) -> bool:
    """Whether an entry was made by a system or a tool, and by no student."""
    return name.startswith(".") or name in _TOOLS


def is_work(name: str) -> bool:
    """Whether a file of this name may be what a student worked on."""
    return bool(kind_of(name)) and not name.startswith(".") and name not in RELEASED


def inside(folder: Path) -> list[Path]:
    """The submission files of a folder, the notebook first."""
    return [path for name in (f"{NAME}.ipynb", f"{NAME}.py") if look(path := folder / name) != "absent"]


def entries(folder: Path) -> list[str]:
    """The names in a folder that may be a student's, sorted; none where it may not be looked into."""
    try:
        return [name for name in names(folder) if not is_junk(name)]
    except CannotReadError:
        return []


def notebooks(root: Path) -> Iterator[tuple[Path, str]]:
    """All notebooks and archives below a folder, and of those that no student has handed in what made them."""
    waiting = [(root, "")]
    walked = 0
    while waiting and walked < _MAX_WALKED:
        folder, made_by = waiting.pop()
        try:
            found = names(folder)
        except CannotReadError:
            continue
        walked += len(found)
        for name in found:
            path = folder / name
            kind = look(path)
            if kind == "folder" and name not in (".git", "node_modules"):
                waiting.append((path, made_by or _maker(name)))
            elif kind == "file" and (kind_of(name) == "ipynb" or is_archive(name)):
                yield path, made_by or ("a Mac's own file" if name.startswith("._") else "")


def _maker(folder: str) -> str:
    if folder == _MACS:
        return "a Mac's own file"
    if folder == ".ipynb_checkpoints":
        return "Jupyter's own copy"
    return "it lies in a hidden folder" if folder.startswith(".") else ""
