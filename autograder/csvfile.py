"""CSV that a spreadsheet can open without running anything that a student wrote."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from autograder.wholefile import whole_file

_STARTS = tuple("=+-@＝＋－＠")  # of a formula, in full width too


def safe_cell(value: Any) -> Any:
    """A cell that cannot start a formula: text that looks like one gets an apostrophe in front; numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") or text.lstrip().startswith(_STARTS) else text


def write_rows(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """A whole CSV file, properly quoted, in UTF-8 with the mark by which spreadsheets know it; or OSError and no file."""
    with whole_file(path, encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([safe_cell(cell) for cell in row] for row in rows)
