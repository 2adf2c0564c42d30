"""Where a script's statements begin: what text alone shows, in the grader, and what a syntax tree says, behind the walls."""

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import LIMITS

from autograder.engine.intake import layout
from autograder.engine.intake.submission import MAX_CELLS, MAX_SOURCE, statements
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.reading import first_lines
from autograder.engine.sandbox.worker.cells import first_lines as first_lines_of_a_tree

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-d]*.py"))
PIECES = [
    "'''",
    '"""',
    "'",
    '"',
    "\\",
    "\n",
    "#",
    "(",
    ")",
    "def f():",
    "\ndef ",
    "@",
    "x",
    " ",
    "\f",
    "else:",
    "f'{",
    "}",
    "∂",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.name)
def test_text_alone_shows_what_the_tree_says(file: Path) -> None:
    """In files that are Python, comments, strings and brackets are enough to see where each statement begins."""
    text = file.read_text(encoding="utf-8")
    assert layout.first_lines(layout.blanked(text)) == first_lines_of_a_tree(text)


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    """Any text keeps its length and its lines, and begins each statement after the one before."""
    code = layout.blanked(text)
    assert (len(code), code.count("\n")) == (len(text), text.count("\n"))
    found = layout.first_lines(code)
    assert found == sorted(set(found))
    assert all(0 <= line <= text.count("\n") for line in found)


@given(TEXTS)
def test_what_parses_is_read_alike(text: str) -> None:
    """Text that happens to be Python is read as its syntax tree is."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return
    assert layout.first_lines(layout.blanked(text)) == first_lines_of_a_tree(text)


@given(TEXTS, st.lists(st.integers(0, 40), unique=True).map(sorted))
def test_cells_hold_the_whole_script(text: str, starts: list[int]) -> None:
    """Whatever lines a script is cut at, each of its lines stands in one cell, at its own number."""
    lines = text.split("\n")
    shown = [""] * len(lines)
    for cell in statements(text, [start for start in starts if start < len(lines)]):
        for number, line in enumerate(cell.source.split("\n")):
            shown[number] += line
    assert [line for line in shown if line.strip()] == [line for line in lines if line.strip()]


def test_a_long_script_is_cut_into_fewer_cells() -> None:
    """Where each statement on its own would be more than a submission may hold, several go together."""
    text = "x = 1\n" * 5_000 + "def f(): pass\n" * 5_000
    cells = statements(text, list(range(10_000)))
    assert 1 < len(cells) <= MAX_CELLS
    assert sum(len(cell.source) for cell in cells) <= MAX_SOURCE


SCRIPTS = {
    "x = 1\n\n@d\n# \n@e(\n)\ndef f(): pass; y = (\n2); z = 3\n": [0, 2],
    "%time x = 3\n!ls (\ny = 2": [0, 1, 2],
    "raise SystemExit\nimport os; os._exit(1)": [0, 1],
    "# nothing": [],
    "x = = 1": [],
    "%%bash\nls": [],
    "(" * 100_000: [],
    "x\n" * 140_000: [],
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script[:20])
def test_the_tree_is_read_behind_the_walls(script: str) -> None:
    """A script is parsed in a process of its own and never run there; what is no Python, or too much, has no lines."""
    with Sandbox(LIMITS) as worker:
        assert first_lines(worker, script)[0] == SCRIPTS[script]
