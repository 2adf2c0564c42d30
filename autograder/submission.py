"""From a file or folder to a Submission. Knows notebook and script formats; reads and repairs, never executes.

Only a regular file is ever opened, and nothing beside it. The student's own metadata is used for one thing alone: to
find which cell answers which question.
"""

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.tasks import BY_ID, WRITTEN

NAME = "bptt"
MAX_BYTES = 20 * 2**20  # of a file: a notebook with many pictures in its outputs stays below
MAX_SOURCE = 2**20  # of all code in it: parsing more takes the parser's memory, not the student's
MAX_CELLS = 2000
_ANSWERS = {*BY_ID, *(written.id for written in WRITTEN)}


class UnreadableError(Exception):
    """The submission cannot be read; the message says which file, why, and what to do."""


@dataclass(frozen=True)
class Cell:
    """A cell as the student left it: its text, and which answer or locked cell of the release it is, if any."""

    kind: str  # "code" or "markdown"
    source: str
    id: str = ""  # the grade_id, or ""


@dataclass(frozen=True)
class Submission:
    """What was handed in. `error` is set where it could not be read, and then there are no cells."""

    path: str
    student: str | None
    digest: str = ""
    cells: tuple[Cell, ...] = ()
    is_script: bool = False
    error: str = ""
    notes: tuple[str, ...] = ()

    def code(self, locked: frozenset[str]) -> list[str]:
        """The code cells that run: all but the locked ones, which the grader supplies."""
        return [cell.source for cell in self.cells if cell.kind == "code" and cell.id not in locked]


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
        file = _choose(path, notes)
        data = _read(file)
        cells = _script_cells(_text(file, data)) if file.suffix == ".py" else _notebook_cells(file, data)
        if sum(len(cell.source) for cell in cells if cell.kind == "code") > MAX_SOURCE:
            raise UnreadableError(
                f"{file} holds more than {MAX_SOURCE >> 20} MiB of code: hand in the notebook without it"
            )
    except UnreadableError as error:
        return Submission(str(path), student, error=str(error), notes=tuple(notes))
    digest = hashlib.sha256(data).hexdigest()
    return Submission(str(path), student, digest, tuple(cells), file.suffix == ".py", notes=tuple(notes))


def _choose(path: Path, notes: list[str]) -> Path:
    if path.is_symlink() or not path.is_dir():
        if path.suffix not in (".ipynb", ".py"):
            raise UnreadableError(
                f"{path} is neither a notebook (.ipynb) nor a Python file (.py): hand in {NAME}.ipynb"
            )
        return path
    files = _inside(path)
    if not files:
        raise UnreadableError(f"{path} holds no {NAME}.ipynb and no {NAME}.py: hand in the notebook under its own name")
    if len(files) > 1:
        notes.append(f"{files[1].name} lies beside the notebook and was not judged")
    return files[0]


def _read(file: Path) -> bytes:
    """The bytes of a regular file of a sane size; links and special files are not followed."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if file.is_symlink():
            raise UnreadableError(f"{file} is a link: hand in the file itself") from None
        raise UnreadableError(f"{file} cannot be opened ({error.strerror}): hand it in again") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or file.is_symlink():
            raise UnreadableError(f"{file} is not a regular file: hand in {NAME}.ipynb")
        if status.st_size > MAX_BYTES:
            raise UnreadableError(
                f"{file} is larger than {MAX_BYTES >> 20} MiB: clear its outputs and hand it in again"
            )
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)


def _text(file: Path, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableError(f"{file} is not text (UTF-8): save it again and hand it in") from None
    if "\0" in text:
        raise UnreadableError(f"{file} holds null characters and is no text: save it again and hand it in")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _script_cells(text: str) -> list[Cell]:
    """The cells of a `.py` file: `# %%` starts one, and `# %% [markdown]` is no code; a plain file is one cell."""
    cells = []
    for part in re.split(r"^(?=# ?%%)", text, flags=re.MULTILINE):
        kind = "markdown" if re.match(r"# ?%%.*\[(markdown|md|raw)\]", part) else "code"
        if part.strip():
            cells.append(Cell(kind, part))
    return cells


def _notebook_cells(file: Path, data: bytes) -> list[Cell]:
    try:
        notebook = json.loads(_text(file, data))
    except (ValueError, RecursionError):
        raise UnreadableError(
            f"{file} is not a complete notebook (its JSON does not parse): save it again and hand it in"
        ) from None
    cells = _raw_cells(notebook)
    if cells is None:
        raise UnreadableError(f"{file} is JSON, but not a notebook: hand in {NAME}.ipynb")
    if len(cells) > MAX_CELLS:
        raise UnreadableError(f"{file} has more than {MAX_CELLS} cells: delete what is not needed and hand it in again")
    return [cell for cell in map(_cell, cells) if cell]


def _raw_cells(notebook: Any) -> list[Any] | None:
    """The list of cells of a notebook of format 4, or of 3 with its worksheets."""
    if not isinstance(notebook, dict):
        return None
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"]
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list) and all(isinstance(s, dict) and isinstance(s.get("cells"), list) for s in sheets):
        return [cell for sheet in sheets for cell in sheet["cells"]]
    return None


def _cell(raw: Any) -> Cell | None:
    """One cell, or None for what is no cell of text."""
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str) or raw.get("cell_type") not in ("code", "markdown", "raw", "heading"):
        return None
    source = source.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    return Cell("code" if raw["cell_type"] == "code" else "markdown", source, _grade_id(raw))


def _grade_id(raw: dict) -> str:
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    found = marks.get("grade_id") if isinstance(marks, dict) else None
    if not isinstance(found, str):
        found = raw.get("id")  # stripped metadata: the release's cell ids are the grade ids
    return found if isinstance(found, str) else ""
