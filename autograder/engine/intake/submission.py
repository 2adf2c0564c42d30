"""From a file to a Submission's cells. Knows notebook and script formats; reads, and never executes.

The student's own metadata is used for one thing alone: to find which cell answers which question.
"""

import hashlib
import json
import re
import sys
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from autograder.engine.core.assignment import test_cell
from autograder.engine.core.places import NAME
from autograder.engine.course.released import released
from autograder.engine.intake.layout import DEFINES, blanked, first_lines

MAX_BYTES = 64 * 2**20  # of a file: a notebook with many pictures in its outputs stays below
MAX_HELD = 2 * MAX_BYTES  # of its text in memory, where a single emoji makes each letter take four bytes
MAX_SOURCE = 2**20  # of all code in it: parsing more takes the parser's memory, not the student's
MAX_TEXT = 2 * 2**20  # of code and prose together; outputs and pictures do not count
MAX_VALUES = 10**6  # in its JSON: each takes far more memory than its text
MAX_CELLS = 2000

_FILE = re.compile(rf"\.(ipynb|py)(?:\.(?:txt|json))?$|^{NAME}\.json$", re.IGNORECASE)  # a browser adds .txt or .json
_OTHERS = {b"PK\x03\x04": "a zip archive", b"%pdf": "a PDF", b"<!doctype": "a web page", b"<html": "a web page"}
_PICTURE = re.compile(
    r"(data:image/[\w.+-]{1,50};base64,)[A-Za-z0-9+/=]{500,}"
)  # one that stands in a text, byte by byte
_JSON_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
# Python's own remark in one of the first two lines on how a script is encoded.
_COOKIE = re.compile(
    rb"(?:[^\r\n]*(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*"
    rb"(latin-?1|iso-?8859-(?:1|2|5|7|9|15)|(?:cp|windows-)125\d|mac-roman|koi8-r|gbk|gb18030|big5|shift_jis|euc-[jk][pr])\b",
    re.IGNORECASE,
)
# Of a script's cells: editors' own marks, and those of notebooks exported by Jupyter and Databricks.
_MARK = re.compile(r"^# ?%%|^# In ?\[[ \d]*\]:|^# COMMAND -+$|^# <\w*cell>", re.MULTILINE)
_LINE_OF_CODE = re.compile(r"^[^\S\n]*\S", re.MULTILINE)
_PROSE = re.compile(r"# ?%%.*\[(?:markdown|md|raw)\]|# <(?:markdown|raw)cell>")


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
    script: str = (
        ""  # the whole text of a script without marks of cells: its cells are but a guess at how it is laid out
    )


@cache
def _defines_task() -> re.Pattern[str]:
    """A line that defines one of the assignment's functions."""
    return re.compile(rf"^def +({'|'.join(released().tasks)}) *\(", re.MULTILINE)


def kind_of(name: str) -> str:
    """Whether a file's name is that of a notebook ("ipynb"), of a script ("py") or of neither ("")."""
    found = _FILE.search(name)
    return (found[1] or "ipynb").lower() if found else ""


def read(path: str, student: str | None, name: str, data: bytes, about: Sequence[str]) -> Submission:
    """A file's bytes as a submission; `name` is the file's, as it is shown.

    Raises UnreadableError, with what to do, for what cannot be read.
    """
    notes = list(about)
    text = _text(name, data, notes)
    notebook = _notebook(name, text, notes)
    if notebook is None:
        cells = _script_cells(text)
    else:
        text = ""  # it takes as much memory as what was made of it
        cells = _notebook_cells(name, notebook)
    check_code(name, (cell.source for cell in cells if cell.kind == "code"))
    cells = _with_less_prose(cells, notes)
    digest = hashlib.sha256(data).hexdigest()
    remarks = tuple(notes + _remarks(notebook or {}))
    made = Submission(path, student, digest, tuple(cells), notebook is None, _release(notebook or {}), notes=remarks)
    plain = made.is_script and len(text) <= MAX_SOURCE and not _marks_of_cells(text, blanked(text))
    return replace(made, script=text) if plain else made


def check_code(name: str, sources: Iterable[str]) -> None:
    """Raise UnreadableError where this is more code than may run. To be asked again of what a repair has made of it."""
    if sum(map(len, sources)) > MAX_SOURCE:
        raise UnreadableError(f"{name} holds more than {MAX_SOURCE >> 20} MiB of code: hand in the notebook without it")


def _with_less_prose(cells: list[Cell], notes: list[str]) -> list[Cell]:
    """The cells with no more text than a submission may hold: where it is too much, the longest of the prose is cut."""
    prose = [len(cell.source) for cell in cells if cell.kind != "code"]
    left = MAX_TEXT - sum(len(cell.source) for cell in cells if cell.kind == "code")
    if sum(prose) <= left:
        return cells
    most = left // len(prose)
    notes.append(
        f"it holds more than {MAX_TEXT >> 20} MiB of text; of each text cell the first {most} characters were read"
    )
    return [cell if cell.kind == "code" else replace(cell, source=cell.source[:most]) for cell in cells]


def _text(name: str, data: bytes, notes: list[str]) -> str:
    """The file's text with plain line ends. Says in `notes` what had to be done for it."""
    head = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, what in _OTHERS.items():
        if head.startswith(start.lower()):
            raise UnreadableError(f"{name} is {what}, not a notebook: hand in {NAME}.ipynb itself")
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"{" in data[:4]
    cookie = _COOKIE.match(data[:1000])
    encoding = json.detect_encoding(data) if marked else cookie[1].decode() if cookie else "utf-8-sig"
    if len(data) > MAX_BYTES >> 3 and not encoding.startswith("utf-8"):  # what is wrong in it is slow to read
        raise UnreadableError(f"{name} is large and not UTF-8: save it as UTF-8, or clear its outputs, and hand it in")
    text = data.decode(encoding, "replace")
    if not re.search(r"[^\s\ufeff]", text):
        raise UnreadableError(f"{name} is empty, not a notebook: hand in {NAME}.ipynb itself")
    if sys.getsizeof(text) > MAX_HELD:
        raise UnreadableError(
            f"{name} is larger than {MAX_BYTES >> 21} MiB and holds emoji: clear its outputs and hand it in again"
        )
    strange = text.count("\ufffd") - data.count("\ufffd".encode())
    if "\0" in text or strange > len(text) // 3:
        why = "holds null characters and is no text" if "\0" in text else "is not text (UTF-8)"
        raise UnreadableError(f"{name} {why}: save it again and hand it in")
    if strange > 0:
        notes.append(f"{strange} of its characters are not UTF-8; each was read as \ufffd")
    elif marked and not encoding.startswith("utf-8"):
        notes.append(f"it was saved as {encoding[:6].upper()} and read nevertheless")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _script_cells(text: str) -> list[Cell]:
    """The cells of a `.py` file: at its marks, or where it has none each function and class, and what is between them."""
    if len(text) > MAX_SOURCE:
        return [Cell("code", text)]
    code = blanked(text)
    marks = _marks_of_cells(text, code)
    if not marks:
        return statements(text, _blocks(code.split("\n"), first_lines(code)))
    parts = [text[start:end] for start, end in pairwise(sorted({0, *marks, len(text)}))]
    return [Cell("markdown" if _PROSE.match(part) else "code", part) for part in parts if part.strip()]


def _marks_of_cells(text: str, code: str) -> list[int]:
    """Where a script's cells begin: at the marks that stand in no string, and in no function (what follows is indented)."""
    if not _MARK.search(text):
        return []
    lines = [found.start() for found in _LINE_OF_CODE.finditer(code)]
    below = [*(code[line] for line in lines), ""]
    marks = [found.start() for found in _MARK.finditer(blanked(text, comments=False))]
    marks = [mark for mark in marks if below[bisect(lines, mark)] not in (" ", "\t") or _PROSE.match(text, mark)]
    return marks if len(marks) < MAX_CELLS else []


def statements(text: str, starts: list[int]) -> list[Cell]:
    """A script as cells that begin on these lines, so that an error in one costs nothing elsewhere.

    Where there are none, the text alone shows where statements begin. Each cell has as many empty lines on top as stand
    above it: its line numbers stay those of the file. Where that is more than a submission may hold, only functions and
    classes stand on their own, and else every second one of these.
    """
    blank = blanked(text)
    lines, code = text.split("\n"), blank.split("\n")
    starts = [0, *(start for start in starts or first_lines(blank) if start)]
    if _too_many(starts, text):
        starts = _blocks(code, starts)
    while len(starts) > 1 and _too_many(starts, text):
        starts = starts[::2]
    cells = []
    for start, end in pairwise([*starts, len(lines)]):
        defines = _defines_task().search("\n".join(code[start:end]))
        source = "\n".join(lines[start:end])
        if source.strip():
            cells.append(Cell("code", "\n" * start + source, defines[1] if defines else ""))
    return cells


def _too_many(starts: list[int], text: str) -> bool:
    return len(starts) > MAX_CELLS or sum(starts) + len(text) > MAX_SOURCE


def _blocks(code: list[str], starts: list[int]) -> list[int]:
    """Of the lines on which statements begin, those of functions and classes, and the first one after each."""
    defines = [bool(DEFINES.match(code[start])) for start in starts]
    return [start for start, own, above in zip(starts, defines, [True, *defines], strict=False) if own or above]


def _notebook(name: str, text: str, notes: list[str]) -> dict[str, Any] | None:
    """The notebook that a file holds, None for a script: by its name, and by what it holds where that says otherwise."""
    is_script = kind_of(name) == "py"
    if _has_too_many_values(text):
        raise UnreadableError(f"{name} holds too many values: clear its outputs and hand it in again")
    try:
        found: dict[str, Any] = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        if not is_script and (re.match(r"\s*[\[{]", text) or not _defines_task().search(text)):
            raise UnreadableError(
                f"{name} is not a complete notebook (its JSON does not parse): save it again and hand it in"
            ) from None
        if not is_script:
            notes.append(f"{name} holds Python code and no notebook; it was judged as a script")
        return None
    if _raw_cells(found) is None:
        if is_script:
            return None
        raise UnreadableError(f"{name} is JSON, but not a notebook: hand in {NAME}.ipynb")
    if is_script:
        notes.append(f"{name} holds a notebook; it was judged as one")
    return found


def _has_too_many_values(text: str) -> bool:
    """Whether JSON holds more values than the grader has memory for. A text is one value, a printed list above all."""
    marks = sum(map(text.count, "[{,"))
    if marks <= MAX_VALUES or text.count('"') - text.count('\\"') > MAX_VALUES:
        return marks > MAX_VALUES
    inside = (text.count(mark, *found.span()) for found in _JSON_TEXT.finditer(text) for mark in "[{,")
    return marks - sum(inside) > MAX_VALUES


def _notebook_cells(name: str, notebook: dict[str, Any]) -> list[Cell]:
    cells = _raw_cells(notebook) or []
    if len(cells) > MAX_CELLS:
        raise UnreadableError(f"{name} has more than {MAX_CELLS} cells: delete what is not needed and hand it in again")
    return [cell for cell in map(_cell, cells) if cell]


def _release(notebook: dict[str, Any]) -> str:
    """The version of the release that the build wrote into the notebook's metadata."""
    metadata = notebook.get("metadata")
    marks = metadata.get(NAME) if isinstance(metadata, dict) else None
    version = marks.get("release") if isinstance(marks, dict) else None
    return version if isinstance(version, str) and re.fullmatch(r"[0-9a-f]{12}", version) else ""


def _remarks(notebook: dict[str, Any]) -> list[str]:
    """What there is to say of a notebook: another format, marks that are gone, cells run in another order."""
    cells = [cell for cell in _raw_cells(notebook) or [] if isinstance(cell, dict)]
    remarks = []
    version = notebook.get("nbformat")
    if type(version) is int and version != 4 and abs(version) < 100:
        remarks.append(f"it is of notebook format {version} and not 4; its cells were read nevertheless")
    if cells and not any(_marks(cell) for cell in cells):
        remarks.append(
            "no cell has nbgrader's marks (other editors drop them): cells were recognised by their ids and names"
        )
    counts = [cell["execution_count"] for cell in cells if type(cell.get("execution_count")) is int]
    if counts != sorted(counts):
        remarks.append(
            "the cells were last run in a different order than that of the notebook; they were judged from top to bottom"
        )
    stale = sum(bool(cell.get("outputs")) and cell.get("execution_count") is None for cell in cells if _is_code(cell))
    if stale:
        remarks.append(
            f"{stale} of its cells hold outputs without the number of a run: they may come from other code (no output was read)"
        )
    return remarks + _checked_before(cells)


def _checked_before(cells: list[dict[str, Any]]) -> list[str]:
    """The tasks whose check was last run before their answer was: what the student saw there was of other code."""
    counts = {_grade_id(cell): cell.get("execution_count") for cell in cells if _is_code(cell)}
    pairs = [(task, counts.get(task), counts.get(test_cell(task))) for task in released().tasks]
    early = [id for id, answer, check in pairs if type(answer) is type(check) is int and check < answer]
    return (
        [f"{', '.join(early)}: the check was last run before the answer was, and may show another result"]
        if early
        else []
    )


def _is_code(cell: dict[str, Any]) -> bool:
    return cell.get("cell_type") == "code"


def _raw_cells(notebook: Any) -> list[Any] | None:
    """The list of cells of a notebook of format 4, or of 3 with its worksheets."""
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list) and all(isinstance(s, dict) and isinstance(s.get("cells"), list) for s in sheets):
        return [cell for sheet in sheets for cell in sheet["cells"]]
    return None


def _cell(raw: Any) -> Cell | None:
    """One cell, or None for what is no cell of text."""
    if not isinstance(raw, dict):
        return None
    is_code = _is_code(raw)
    source = raw.pop("source", raw.get("input", ""))  # gone, for it may take as much memory as the rest
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        source = ("" if any(line.endswith("\n") for line in lines) else "\n").join(lines)
    if not isinstance(source, str):
        return None
    source = (source if is_code else _PICTURE.sub(r"\1", source))[: MAX_TEXT + 1]
    source = source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return Cell("code" if is_code else "markdown", source.removeprefix("\ufeff"), _grade_id(raw))


def _marks(raw: dict[str, Any]) -> dict[str, Any]:
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _grade_id(raw: dict[str, Any]) -> str:
    """The name by which a cell is known; where the marks are gone, the release's cell ids are the grade ids."""
    found = _marks(raw).get("grade_id")
    if not isinstance(found, str):
        found = raw.get("id")
    return found if isinstance(found, str) and re.fullmatch(r"[\w.-]{1,100}", found, re.ASCII) else ""
