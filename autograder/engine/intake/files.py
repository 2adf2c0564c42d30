"""Which files are submissions, and whose: from the paths of a command to Submissions.

Follows no link but an instructor's own, and opens regular files only. Another file is read only where the one named is
damaged or missing and exactly one is left to choose; a note says so.
"""

import filecmp
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.engine.core.looking import CannotReadError, cannot_read, look, names
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.intake.found import Found, Handout
from autograder.engine.intake.submission import MAX_BYTES, Submission, UnreadableError, kind_of, read

_RELEASED = {"conftest.py", "selfcheck.py", "test_bptt.py"}  # the handout's own scripts, an older one's too
_MAX_ENTRIES = 500  # of a student's folder
_MAX_NAMED = 3  # of the files beside the submission
_ANOTHERS = "submitted"  # nbgrader's folder of what students hand in
_COURSES = ("source", "release", "solution", "assignment")  # and those of a course that hold its own notebooks


def find(paths: list[Path]) -> list[Found]:
    """All submissions under `paths` with their students' names, sorted. Raises FileNotFoundError for a path that is not there.

    A path that cannot be looked into is one submission, and reading it says why.
    """
    found: dict[Path, str | None] = {}
    for path in paths:
        kind = look(path)
        if kind == "absent":
            raise FileNotFoundError(path)
        is_folder = kind == "folder" or (kind == "link" and _is_instructors(path))
        for where, student in _in_folder(path) if is_folder else [(path, None)]:
            found.setdefault(where, student)
    return [Found(*entry) for entry in sorted(found.items(), key=lambda item: os.fsencode(item[0]))]


def _in_folder(path: Path) -> list[tuple[Path, str | None]]:
    """The submission that a folder is, or those of a folder of folders: `<student>/bptt.ipynb`, `<student>/bptt/bptt.ipynb`."""
    students = students_in(path)
    only_links = all(look(path / name) == "link" for name in students)
    if _inside(path) or (only_links and (not students or any(map(_is_work, names(path))))):
        return [(path.resolve() if path.is_symlink() else path, None)]
    if students == [NAME]:  # one student's folder of an nbgrader tree
        return [(path / NAME, None)]
    return [(_in_student_folder(path / name), name) for name in students]


def students_in(folder: Path) -> list[str]:
    """Whose folders stand in a folder of folders, by name. A link is one, unless a file is what it leads to."""
    try:
        found = names(folder)
    except CannotReadError:
        return []
    return [name for name in found if not name.startswith(".") and _may_be_students(folder / name)]


def _may_be_students(path: Path) -> bool:
    kind = look(path)
    return kind in ("folder", "refused") or (kind == "link" and look(path, follow=True) not in ("file", "special"))


def _in_student_folder(folder: Path) -> Path:
    inner = folder / NAME
    if look(folder) != "folder" or _inside(folder):
        return folder
    return inner if _may_be_students(inner) else folder


def _is_instructors(link: Path) -> bool:
    """Whether a link that was named is the instructor's own: the course's `submitted`, or one that lies among no submissions.

    A shell's `class/*` also names what students have made, and a link of theirs could lead to another's work.
    """
    place = Path(os.path.abspath(link)).parent
    if _ANOTHERS in place.parts or link.name == _ANOTHERS:
        return _ANOTHERS not in place.parts
    beside = [place / name for name in students_in(place) if name not in (link.name, *_COURSES)]
    return look(link, follow=True) == "folder" and link.name != NAME and not any(map(_is_submission, beside))


def _is_submission(folder: Path) -> bool:
    return look(folder) == "folder" and (bool(_inside(folder)) or look(folder / NAME) != "absent")


def _inside(folder: Path) -> list[Path]:
    """The submission files of a folder, the notebook first."""
    return [path for name in (f"{NAME}.ipynb", f"{NAME}.py") if look(path := folder / name) != "absent"]


@contextmanager
def collected(paths: list[Path]) -> Iterator[Handout]:
    """All that lies below `paths`, to be judged within the block: what came out of an archive is gone behind it.

    Raises FileNotFoundError for a path that is not there.
    """
    yield Handout(tuple(find(paths)))


def load(path: Path, student: str | None = None) -> Submission:
    """Read the one submission that lies at a path."""
    return load_found(Found(path, student))


def load_found(found: Found) -> Submission:
    """Read one submission: whatever a student handed in, an unreadable one says so in `error`.

    Raises CannotReadError for what the grader may not or cannot read, and nothing else that a file could bring about.
    """
    path, submission = found.path, unread(found)
    notes: list[str] = []
    try:
        file, others, notes = _choose(path)
        try:
            return read(submission.path, submission.student, file, _bytes(file), notes)
        except UnreadableError as error:
            instead = _instead(submission, file, others, error)
            if instead is None:
                raise
            return instead
    except UnreadableError as error:
        return replace(submission, error=str(error), notes=tuple(notes))
    except OSError as error:
        raise cannot_read(path, error) from None
    except (CannotReadError, MemoryError):
        raise
    except Exception as error:
        why = f"{submission.path} cannot be read as a notebook ({type(error).__name__}): save it again and hand it in"
        return replace(submission, error=why)


def unread(found: Found) -> Submission:
    """A submission of which nothing is known but its place and its student, as they are shown from here on."""
    return Submission(found.shown_place, found.shown_student)


def _instead(submission: Submission, file: Path, others: list[Path], error: UnreadableError) -> Submission | None:
    """The one other file that lies beside a damaged one, where it can be read."""
    if len(others) != 1 or look(file) != "file":
        return None
    try:
        why = str(error).removeprefix(f"{shown(file)} ").split(":")[0]
        notes = [f"{shown(others[0].name)} was judged, because {shown(file.name)} {why}"]
        return read(submission.path, submission.student, others[0], _bytes(others[0]), notes)
    except UnreadableError:
        return None


def _bytes(file: Path) -> bytes:
    """The bytes of a regular file of a sane size; links and special files are not followed. Raises OSError as it comes."""
    kind = look(file)
    if kind == "link":
        raise UnreadableError(f"{shown(file)} is a link: hand in the file itself")
    if kind in ("folder", "special"):
        raise UnreadableError(f"{shown(file)} is not a regular file: hand in {NAME}.ipynb")
    if kind == "absent":
        raise UnreadableError(f"{shown(file)} is not there: hand it in again")
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
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
    kind = look(path)
    if kind == "refused":
        os.stat(path, follow_symlinks=False)  # raises the error that the grader met
    if kind == "folder":
        found = _inside(path)
        return (found[0], *_beside(found[:1])) if found else _search(path)
    if kind == "link":
        what = "file" if kind_of(path.name) else "folder"
        raise UnreadableError(f"{shown(path)} is a link: hand in the {what} itself")
    if not kind_of(path.name):
        raise UnreadableError(
            f"{shown(path)} is neither a notebook (.ipynb) nor a Python file (.py): hand in {NAME}.ipynb"
        )
    return path, [], []


def _beside(files: list[Path]) -> tuple[list[Path], list[str]]:
    """The work that lies beside the first of `files` and is none of them, and a remark on it."""
    folder, name = files[0].parent, shown(files[0].name)
    found = [folder / other for other in names(folder, _MAX_ENTRIES) if _is_work(other)]
    others = [other for other in found if other not in files and look(other) == "file"]
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
        called = [shown(file.relative_to(folder)) for file in files]
        if len(files) == 1 or (files and all(_same(files[0], other) for other in files[1:])):
            others, notes = _beside(files)
            copies = f" ({', '.join(called[1:_MAX_NAMED])} is the same)" if len(files) > 1 else ""
            return files[0], others, [f"{called[0]} was judged: there is no {NAME}.ipynb{copies}", *notes]
        if files:
            raise UnreadableError(
                f"{shown(folder)} holds several files ({', '.join(called[:4])}) and none is {NAME}.ipynb: "
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
    waiting, seen = [folder], 0
    while waiting:
        where = waiting.pop()
        inside = names(where, _MAX_ENTRIES + 1)
        seen += len(inside)
        if seen > _MAX_ENTRIES:
            raise UnreadableError(f"{shown(folder)} holds more than {_MAX_ENTRIES} files: hand in {NAME}.ipynb alone")
        kinds = {where / name: look(where / name) for name in inside}
        for path, kind in kinds.items():
            if kind == "refused":
                os.stat(path, follow_symlinks=False)  # raises the error that the grader met
        found += [path for path, kind in kinds.items() if kind == "file" and _is_work(path.name)]
        folders = [path for path, kind in kinds.items() if kind == "folder" and not path.name.startswith((".", "_"))]
        waiting += reversed(folders)
    return found
