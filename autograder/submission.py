"""From a file to a Submission's cells. Knows notebook and script formats; reads, and never executes.

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

NAME = "bptt"
MAX_BYTES = 64 * 2**20  # of a file: a notebook with many pictures in its outputs stays below
MAX_SOURCE = 2**20  # of all code in it: parsing more takes the parser's memory, not the student's
MAX_CELLS = 2000


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
    release: str = ""  # the version of the released notebook that it was made from, as far as it says
    error: str = ""
    notes: tuple[str, ...] = ()


def read(path: str, student: str | None, file: Path, notes: list[str]) -> Submission:
    """A file as a submission. Raises UnreadableError, with what to do, for what cannot be read."""
    data = _read(file)
    is_script = file.suffix == ".py"
    notebook = {} if is_script else _notebook(file, data)
    cells = _script_cells(_text(file, data)) if is_script else _notebook_cells(file, notebook)
    if sum(len(cell.source) for cell in cells if cell.kind == "code") > MAX_SOURCE:
        raise UnreadableError(f"{file} holds more than {MAX_SOURCE >> 20} MiB of code: hand in the notebook without it")
    digest = hashlib.sha256(data).hexdigest()
    said = tuple(notes + _stale_state(notebook))
    return Submission(path, student, digest, tuple(cells), is_script, _release(notebook), notes=said)


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


def _notebook(file: Path, data: bytes) -> Any:
    try:
        return json.loads(_text(file, data))
    except (ValueError, RecursionError):
        raise UnreadableError(
            f"{file} is not a complete notebook (its JSON does not parse): save it again and hand it in"
        ) from None


def _notebook_cells(file: Path, notebook: Any) -> list[Cell]:
    cells = _raw_cells(notebook)
    if cells is None:
        raise UnreadableError(f"{file} is JSON, but not a notebook: hand in {NAME}.ipynb")
    if len(cells) > MAX_CELLS:
        raise UnreadableError(f"{file} has more than {MAX_CELLS} cells: delete what is not needed and hand it in again")
    return [cell for cell in map(_cell, cells) if cell]


def _release(notebook: dict) -> str:
    """The version of the release that the build wrote into the notebook's metadata."""
    metadata = notebook.get("metadata")
    marks = metadata.get(NAME) if isinstance(metadata, dict) else None
    version = marks.get("release") if isinstance(marks, dict) else None
    return version if isinstance(version, str) and re.fullmatch(r"[0-9a-f]{12}", version) else ""


def _stale_state(notebook: dict) -> list[str]:
    """A remark where the cells were last run in another order than they stand: what the student saw may differ."""
    cells = [cell for cell in _raw_cells(notebook) or [] if isinstance(cell, dict)]
    counts = [cell["execution_count"] for cell in cells if type(cell.get("execution_count")) is int]
    if counts != sorted(counts):
        return ["the cells were last run in another order than they stand in; they were judged from top to bottom"]
    return []


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
