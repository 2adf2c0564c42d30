"""A written answer counts as one wherever it stands, and reaches a page as what was meant."""

import re
from collections.abc import Callable

import nbformat
import pytest

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.intake.submission import Cell, Submission
from autograder.nbgrader.formulas import mathml
from autograder.nbgrader.markdown import harmless_markdown, in_a_page
from autograder.nbgrader.staging import staged_notebook

STUB = "YOUR ANSWER HERE"
ANSWER = "The radius is a limit, and 30 steps are few."
ID = "written_disagree"
Change = Callable[[list[Cell], int], object]


def _own(source: str = ANSWER, kind: str = "markdown", id: str = "") -> Cell:
    return Cell(kind, source, id)  # type: ignore[arg-type]


def _question(cells: list[Cell], at: int) -> None:
    cells[at - 1] = _own(f"{cells[at - 1].source}\n\n{ANSWER}", id=cells[at - 1].id)


PLACES: dict[str, Change] = {
    "in its cell": lambda cells, at: cells.__setitem__(at, _own(id=ID)),
    "below the stub": lambda cells, at: cells.__setitem__(at, _own(f"{STUB}\n\n{ANSWER}", id=ID)),
    "in a cell below": lambda cells, at: cells.insert(at + 1, _own()),
    "two cells below": lambda cells, at: cells.__setitem__(slice(at + 1, at + 1), [_own("1 + 1", "code"), _own()]),
    "in a cell above": lambda cells, at: cells.insert(at, _own()),
    "in the question's cell": _question,
    "in place of its cell": lambda cells, at: cells.__setitem__(at, _own()),
    "in a copy of its cell": lambda cells, at: cells.insert(at + 1, _own(id=ID)),
    "in a cell that became code": lambda cells, at: cells.__setitem__(at, _own(kind="code", id=ID)),
    "in a code cell below": lambda cells, at: cells.insert(at + 1, _own(f"# {ANSWER}", "code")),
}


def staged(change: Change) -> nbformat.NotebookNode:
    """The clean notebook of who handed in the release, changed at the written answer."""
    released = nbformat.read(SOLUTION.parent / "assignment" / "bptt" / "bptt.ipynb", as_version=4)
    cells = [Cell("code" if c.cell_type == "code" else "markdown", c.source, c.id) for c in released.cells]
    change(cells, next(place for place, cell in enumerate(cells) if cell.id == ID))
    made = Submission("x", "ada", cells=tuple(cells), release=released.metadata["bptt"]["release"])
    return staged_notebook(made, Result("x", "ada", 0.0, 30.0, "graded"))


def answer(notebook: nbformat.NotebookNode) -> str:
    return next(cell.source for cell in notebook.cells if cell.id == ID)


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_is_found_where_it_was_written(place: str) -> None:
    """Its text stands in the answer's own cell, once, and without the words that it was to replace."""
    notebook = staged(PLACES[place])
    assert answer(notebook).count(ANSWER) == 1
    assert STUB not in answer(notebook)
    if "code cell" not in place:
        assert [cell.source for cell in notebook.cells if ANSWER in cell.source] == [answer(notebook)]


def test_an_untouched_answer_stays_untouched() -> None:
    """Where nothing was written anywhere, nbgrader sees the cell that it has released, and gives nothing."""
    assert answer(staged(lambda cells, at: cells.insert(3, _own("x = 1", "code")))) == STUB
    assert answer(staged(lambda cells, at: cells.insert(at + 1, _own(" \n")))) == STUB


def test_text_elsewhere_asks_for_a_human() -> None:
    """Who left the cell as it was and wrote far away from it is not given nothing at once; the cell says where to look."""
    notebook = staged(lambda cells, at: cells.append(_own(f"Task 10: {ANSWER}")))
    assert "It may hold the answer" in answer(notebook)
    assert f"Task 10: {ANSWER}" in [cell.source for cell in notebook.cells]


def test_more_than_one_cell_holds_stays_in_its_cells() -> None:
    """A huge text in the cell does not push the answer below it out of sight."""

    def change(cells: list[Cell], at: int) -> None:
        cells[at : at + 1] = [_own("x" * 60_000, id=ID), _own()]

    assert ANSWER in [cell.source for cell in staged(change).cells]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("![image.png](attachment:1b2f.png)", "image.png"),
        ("![](attachment:1b2f.png)", "1b2f.png"),
        ("before ![a graph](data:image/png;base64,) after", "a graph"),
        ('<img src="data:image/png;base64,AA==" alt="drawn by hand">', "drawn by hand"),
        ("![a scan](scan.jpg)", "a scan"),
        ("![a scan](https://example.org/scan.jpg)", "a scan"),
        ("![x][1]\n\n[1]: attachment:p.png", "x"),
    ],
)
def test_a_picture_is_told(source: str, name: str) -> None:
    """In place of a picture its name stands, and where to find it; nothing is loaded."""
    page = harmless_markdown(source)
    assert f"(Picture: {name})" in page
    assert "see the notebook that was handed in" in page
    assert "<img" not in page


@pytest.mark.parametrize("language", ["autoit", "basemake", "nonsense", "mermaid", "html+ng2"])
def test_code_of_a_strange_language_is_shown_plain(language: str) -> None:
    """Nothing but Python is coloured: some of the other languages' colours take many seconds for one page of brackets or blanks."""
    page = harmless_markdown(f"~~~{language}\nfor x in y: pass\n~~~")
    assert "for x in y: pass" in page
    assert "<span" not in page
    assert "<span" in harmless_markdown("~~~python\nfor x in y: pass\n~~~")


def test_a_formula_is_mathematics() -> None:
    """Formulas in a text become MathML; dollars of money and in code stay dollars."""
    page = harmless_markdown(r"With $\rho < 1$ and $$\frac{a}{b}$$ it costs $5 and $6, `$x$`.")
    assert page.count("<math") == 2
    assert "<mi>ρ</mi><mo>&lt;</mo><mn>1</mn>" in page
    assert "<mfrac>" in page
    assert "$5 and $6, <code>$x$</code>" in page


def test_formulas_are_found_in_either_form() -> None:
    """Brackets of TeX are dollars; plain brackets of Markdown and code stay as they are."""
    page = harmless_markdown(
        r"\(h_0\), \[\frac{a}{b}\], \[1, 2\], `\(x_1\)`, $\operatorname*{arg} \mathop{x} \label{y}$"
    )
    assert page.count("<math") == 3
    assert r"[1, 2], <code>\(x_1\)</code>" in page
    assert "*" not in page


def test_headings_fit_below_those_of_a_page() -> None:
    """On a feedback page a text's headings have one rank and no link to nowhere, and boxes of a list are seen."""
    page = in_a_page("# One\n\n### Two $x$\n\n- [ ] open\n- [x] done")
    assert re.findall(r"<h\d>", page) == ["<h4>", "<h4>"]
    assert "<a " not in page
    assert "☐ open" in page
    assert "☑ done" in page


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\class{navbar}{x}",
        r"\style{position:fixed}{x}",
        r"\text{<script>alert(1)</script>}",
        r"\text{<!--}",
        r"\color{red\" onclick=\"alert(1)}x",
    ],
)
def test_a_formula_holds_nothing_else(tex: str) -> None:
    """No formula brings a link, a style, a script or an attribute of another kind onto a page."""
    for made in (mathml(tex), harmless_markdown(f"${tex}$")):
        assert "<script" not in made
        assert "<!--" not in made
        assert not [word for word in ("href=", "class=", "style=", 'onclick="') if word in made]


@pytest.mark.parametrize(
    "tex",
    [
        "{",
        r"\frac",
        r"\unknown{x}",
        "^" * 900,
        "{" * 900,
        r"\sqrt{" * 150 + "}" * 150,
        "x" * 5000,
        "a & b",
        *(opens * 166 + "x" + "}" * 166 for opens in ("x^{", r"\bar{")),
    ],
)
def test_what_is_no_formula_is_shown_as_it_was_typed(tex: str) -> None:
    """What cannot be typeset raises nothing, takes no time, and stays readable."""
    made = mathml(tex)
    assert made == "" or made.startswith("<math")
    assert harmless_markdown(f"before ${tex}$ after").startswith("<p>before ")
