"""Which files are submissions, and whose: from the paths of a command to Submissions.

Follows no link and opens regular files only. Another file is read only where the one named is damaged or missing and
exactly one is left to choose; a note says so.
"""

import filecmp
import os
import stat
from itertools import islice
from pathlib import Path

from autograder.intake.submission import MAX_BYTES, NAME, Submission, UnreadableError, kind_of, read, shown

_RELEASED = {"conftest.py", "selfcheck.py", "test_bptt.py"}  # the handout's own scripts, an older one's too
_MAX_ENTRIES = 500  # of a student's folder
_MAX_NAMED = 3  # of the files beside the submission


def find(paths: list[Path]) -> list[tuple[Path, str | None]]:
    """All submissions under `paths` with their students, sorted. Raises FileNotFoundError for a path that is not there."""
    found: dict[Path, str | None] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise FileNotFoundError(path)
        if not path.is_dir() or path.is_symlink() or _inside(path):
            found.setdefault(path, None)
        else:
            found.update({where: student for where, student in _in_folder(path) if where not in found})
    return sorted(found.items(), key=lambda item: os.fsencode(item[0]))


def _in_folder(path: Path) -> list[tuple[Path, str | None]]:
    """The submissions of a folder of folders: `<student>/bptt.ipynb`, or nbgrader's `<student>/bptt/bptt.ipynb`."""
    children = sorted(child for child in path.iterdir() if child.is_dir() and not child.name.startswith("."))
    if not children:
        return [(path, None)]
    if [child.name for child in children] == [NAME]:  # one student's folder of an nbgrader tree
        return [(path / NAME, None)]
    return [(_in_student_folder(child), shown(child.name)) for child in children]


def _in_student_folder(folder: Path) -> Path:
    inner = folder / NAME
    return inner if inner.is_dir() and not folder.is_symlink() and not _inside(folder) else folder


def _inside(folder: Path) -> list[Path]:
    """The submission files of a folder, the notebook first."""
    return [folder / name for name in (f"{NAME}.ipynb", f"{NAME}.py") if os.path.lexists(folder / name)]


def load(path: Path, student: str | None = None) -> Submission:
    """Read one submission. Never raises for what a student handed in: an unreadable one says so in `error`."""
    notes: list[str] = []
    where, student = shown(path), None if student is None else shown(student)
    try:
        file, others, notes = _choose(path)
        try:
            return read(where, student, file, _bytes(file), notes)
        except UnreadableError as error:
            instead = _instead(where, student, file, others, error)
            if instead is None:
                raise
            return instead
    except UnreadableError as error:
        return Submission(where, student, error=str(error), notes=tuple(notes))
    except OSError as error:
        return Submission(where, student, error=f"{where} cannot be opened ({error.strerror}): hand it in again")


def _instead(
    where: str, student: str | None, file: Path, others: list[Path], error: UnreadableError
) -> Submission | None:
    """The one other file that lies beside a damaged one, where it can be read."""
    if len(others) != 1 or not file.is_file() or file.is_symlink():
        return None
    try:
        why = str(error).removeprefix(f"{shown(file)} ").split(":")[0]
        notes = [f"{shown(others[0].name)} was judged, because {shown(file.name)} {why}"]
        return read(where, student, others[0], _bytes(others[0]), notes)
    except UnreadableError:
        return None


def _bytes(file: Path) -> bytes:
    """The bytes of a regular file of a sane size; links and special files are not followed."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if file.is_symlink():
            raise UnreadableError(f"{shown(file)} is a link: hand in the file itself") from None
        raise UnreadableError(f"{shown(file)} cannot be opened ({error.strerror}): hand it in again") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or file.is_symlink():
            raise UnreadableError(f"{shown(file)} is not a regular file: hand in {NAME}.ipynb")
        if status.st_size > MAX_BYTES:
            raise UnreadableError(
                f"{shown(file)} is larger than {MAX_BYTES >> 20} MiB: clear its outputs and hand it in again"
            )
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)


def _choose(path: Path) -> tuple[Path, list[Path], list[str]]:
    """The one file that is the submission, the files beside it, and what there is to say about them."""
    if path.is_dir() and not path.is_symlink():
        found = _inside(path)
        return (found[0], *_beside(found[:1])) if found else _search(path)
    if path.is_dir():
        raise UnreadableError(f"{shown(path)} is a link: hand in the folder itself")
    if not kind_of(path.name):
        raise UnreadableError(
            f"{shown(path)} is neither a notebook (.ipynb) nor a Python file (.py): hand in {NAME}.ipynb"
        )
    return path, [], []


def _beside(files: list[Path]) -> tuple[list[Path], list[str]]:
    """The work that lies beside the first of `files` and is none of them, and a remark on it."""
    folder, name = files[0].parent, shown(files[0].name)
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in islice(entries, _MAX_ENTRIES) if entry.is_file(follow_symlinks=False))
    others = [folder / other for other in names if _is_work(other) and folder / other not in files]
    notes = [f"{shown(other.name)} lies beside {name} and was not judged" for other in others[:_MAX_NAMED]]
    if len(others) > _MAX_NAMED:
        notes.append(f"{len(others) - _MAX_NAMED} more files lie beside {name}")
    return others, notes


def _search(folder: Path) -> tuple[Path, list[Path], list[str]]:
    """The one notebook, or else the one script, of a folder in which none has the name that it should have."""
    found = _files(folder)
    for kind in ("ipynb", "py"):
        files = [file for file in found if kind_of(file.name) == kind]
        files = [file for file in files if file.stem.lower() == NAME] or files
        names = [shown(file.relative_to(folder)) for file in files]
        if len(files) == 1 or (files and all(_same(files[0], other) for other in files[1:])):
            others, notes = _beside(files)
            copies = f" ({', '.join(names[1:_MAX_NAMED])} is the same)" if len(files) > 1 else ""
            return files[0], others, [f"{names[0]} was judged: there is no {NAME}.ipynb{copies}", *notes]
        if files:
            raise UnreadableError(
                f"{shown(folder)} holds several files ({', '.join(names[:4])}) and none is {NAME}.ipynb: "
                "hand in one of them"
            )
    raise UnreadableError(f"{shown(folder)} holds no notebook and no Python file: hand in {NAME}.ipynb")


def _same(one: Path, other: Path) -> bool:
    size = one.stat().st_size
    return size == other.stat().st_size <= MAX_BYTES and filecmp.cmp(one, other, shallow=False)


def _is_work(name: str) -> bool:
    """Whether a file of this name may be what a student worked on."""
    return bool(kind_of(name)) and not name.startswith(".") and name not in _RELEASED


def _files(folder: Path) -> list[Path]:
    """Notebooks and scripts of a folder and the folders in it; links, checkpoints and hidden files are none."""
    found: list[Path] = []
    entries = 0
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        entries += len(folders) + len(files)
        if entries > _MAX_ENTRIES:
            raise UnreadableError(f"{shown(folder)} holds more than {_MAX_ENTRIES} files: hand in {NAME}.ipynb alone")
        for name in sorted(files):
            path = Path(where, name)
            if _is_work(name) and path.is_file() and not path.is_symlink():
                found.append(path)
    return found
