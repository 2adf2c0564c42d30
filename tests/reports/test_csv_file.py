"""Cells that a spreadsheet reads: text in all of them, wherever it splits the line, and numbers that stay numbers."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from autograder.engine.reports.csv_file import safe_cell, write_rows

FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "＝1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0")
BETWEEN = (
    "",
    "x;",
    "x\t",
    "x\n",
    "x\r\n",
    'x"',
    "x; ",
    'x;"',
    "x;'",
    ";;",
    'x";"',
    "x\v",
    "x\u2028",
    "x|",
    " ",
    "\xa0",
    "\ufeff;",
    "x;\t \"'",
)
SPLITS = r"[;\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029|]"


def pieces(text: str, at: str) -> list[str]:
    """What stands in the cells of a spreadsheet that splits there and nowhere else, quotes taken off."""
    return [piece.replace('"', "").strip() for piece in re.split(at, text)]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("between", BETWEEN)
def test_no_split_starts_a_formula(tmp_path: Path, formula: str, between: str) -> None:
    """Behind a separator, a line's end or a quote, with blanks and quotes between, a formula is text."""
    write_rows(tmp_path / "out.csv", [("ada", between + formula, 3.5, None)])
    text = (tmp_path / "out.csv").read_bytes().decode("utf-8-sig")
    for at in (SPLITS, ";", "\t", "\n", "\\|"):
        assert not any(piece.startswith(tuple("=+-@＝")) for piece in pieces(text.replace(",3.5,", ""), at)), text
    ((_, cell, number, nothing),) = csv.reader(io.StringIO(text, newline=""))
    assert cell.replace("'", "") == (between + formula).replace("'", "")
    assert (number, nothing) == ("3.5", "")


@given(st.text(st.sampled_from("=+-@;\t\n\"' x,|"), max_size=30))
def test_any_text_is_safe_and_keeps_its_letters(text: str) -> None:
    """Nothing but apostrophes is added, and behind no separator does a formula start."""
    cell = safe_cell(text)
    assert cell.replace("'", "") == text.replace("'", "")
    assert not any(piece.startswith(tuple("=+-@")) for piece in pieces(cell, SPLITS))


def test_plain_cells_stay_as_they_are() -> None:
    """Names, sentences and numbers of every type are written as they came."""
    for value in (3, -2.5, True, Decimal("-1.5"), np.float64(-3.0), np.int64(-4), None):
        assert safe_cell(value) is value
    for text in ("ada", "O-Neil, Zoë", "a; b; c", "x = 1", "expected [1, -2], got [3, -4]", "a-b@example.org"):
        assert safe_cell(text) == text
