"""CSV that a spreadsheet can open without running anything that a student wrote."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from numbers import Number
from pathlib import Path
from typing import IO, Any

from autograder.engine.core.atomic_file import output_file

MARKED = "utf-8-sig"  # UTF-8 with the mark by which spreadsheets know it
_STARTS = "=+-@＝＋－＠"  # of a formula, in full width too
# The characters at which a spreadsheet may split, with all that may stand between one of them and a formula.
_SPLIT = re.compile(f'([;|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029"][\\s;|"\']*)([{re.escape(_STARTS)}])?')


def safe_cell(value: Any) -> Any:
    """A cell in which no formula can start, wherever it is split: an apostrophe stands before it. Numbers stay numbers."""
    if value is None or isinstance(value, Number):
        return value
    text = str(value)
    starts = text[:1] in ("\t", "\r", "\n") or text.lstrip().startswith(tuple(_STARTS))
    return ("'" if starts else "") + _SPLIT.sub(lambda found: found[1] + (f"'{found[2]}" if found[2] else ""), text)


def row_writer(file: IO[str], all_quoted: bool = False) -> Callable[[Sequence[Any]], None]:
    """Writes one row after the other into an open file, properly quoted."""
    writer = csv.writer(file, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL)
    return lambda row: writer.writerow([safe_cell(cell) for cell in row])


def write_rows(path: Path, rows: Iterable[Sequence[Any]], encoding: str = MARKED) -> None:
    """A whole CSV file, properly quoted; or OSError, and what stood there stays."""
    with output_file(path, encoding=encoding, newline="") as file:
        put = row_writer(file)
        for row in rows:
            put(row)
