"""Which files are submissions, and whose: from the paths of a command to Submissions. Never guesses, never follows a link."""

import os
from pathlib import Path

from autograder.submission import NAME, Submission, UnreadableError, read

_RELEASED = {"conftest.py", "selfcheck.py", "test_bptt.py"}  # the handout's own scripts
_MAX_ENTRIES = 500  # of a student's folder


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
    return [(child / NAME if (child / NAME).is_dir() else child, child.name) for child in children]


def _inside(folder: Path) -> list[Path]:
    """The submission files of a folder, the notebook first."""
    return [folder / name for name in (f"{NAME}.ipynb", f"{NAME}.py") if os.path.lexists(folder / name)]


def load(path: Path, student: str | None = None) -> Submission:
    """Read one submission. Never raises for what a student handed in: an unreadable one says so in `error`."""
    notes: list[str] = []
    try:
        file, notes = _choose(path)
        return read(str(path), student, file, notes)
    except UnreadableError as error:
        return Submission(str(path), student, error=str(error), notes=tuple(notes))


def _choose(path: Path) -> tuple[Path, list[str]]:
    """The one file that is the submission, and what there is to say about it."""
    if path.is_dir() and not path.is_symlink():
        return _choose_in(path)
    if path.suffix not in (".ipynb", ".py"):
        raise UnreadableError(f"{path} is neither a notebook (.ipynb) nor a Python file (.py): hand in {NAME}.ipynb")
    return path, []


def _choose_in(folder: Path) -> tuple[Path, list[str]]:
    """The one file of a folder that is the submission, and what there is to say about it."""
    for name in (f"{NAME}.ipynb", f"{NAME}.py"):
        if os.path.lexists(folder / name):
            others = [file.name for file in _files(folder) if file.name != name and file.parent == folder]
            return folder / name, [f"{other} lies beside {name} and was not judged" for other in others]
    found = _files(folder)
    for kind in (".ipynb", ".py"):
        files = [file for file in found if file.suffix == kind]
        files = [file for file in files if file.stem == NAME] or files
        if len(files) == 1:
            return files[0], [f"{files[0].relative_to(folder)} was judged: there is no {NAME}.ipynb"]
        if files:
            names = ", ".join(str(file.relative_to(folder)) for file in files[:4])
            raise UnreadableError(
                f"{folder} holds several files ({names}) and none is {NAME}.ipynb: hand in one of them"
            )
    raise UnreadableError(f"{folder} holds no notebook and no Python file: hand in {NAME}.ipynb")


def _files(folder: Path) -> list[Path]:
    """Notebooks and scripts of a folder and the folders in it; links, checkpoints and hidden files are none."""
    found: list[Path] = []
    entries = 0
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        entries += len(folders) + len(files)
        if entries > _MAX_ENTRIES:
            raise UnreadableError(f"{folder} holds more than {_MAX_ENTRIES} files: hand in {NAME}.ipynb alone")
        for name in sorted(files):
            path = Path(where, name)
            ours = path.suffix in (".ipynb", ".py") and not name.startswith(".") and name not in _RELEASED
            if ours and path.is_file() and not path.is_symlink():
                found.append(path)
    return found
