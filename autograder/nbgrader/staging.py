"""A clean notebook for one submission: the kit's own cells, with the student's answers and further cells put in.

Nothing of the student's but text of cells gets in: no outputs, no metadata, no attachments.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat

from autograder.engine.core.looking import look, names
from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.intake.submission import Cell, Submission
from autograder.nbgrader.record import KEY, Record, keep
from autograder.nbgrader.written import with_written_answers

_NOT_FOUND = {"code": "# There was no such cell in what was handed in.\n", "markdown": ""}
_MAX_SHOWN, _MAX_LINES = 50_000, 2_000  # characters and lines of one cell: what anyone would read
_MAX_FURTHER = 300  # cells of the student's own, and no more characters and lines in all than this many
_MAX_FURTHER_SHOWN, _MAX_FURTHER_LINES = 100_000, 5_000


def solved_notebook() -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(SOLUTION / "bptt" / "bptt.ipynb", as_version=4)
    return notebook


_kept = cache(solved_notebook)  # not to be changed


def staged_notebook(
    handed_in: Submission, result: Result, released: nbformat.NotebookNode | None = None
) -> nbformat.NotebookNode:
    """The solved notebook's cells with the student's sources; the student's own cells stand behind the ones they followed.

    `released` is the solved notebook as the gradebook has it.
    """
    known = {cell.id: cell for cell in _kept().cells}
    notebook = _copied(released or _kept())
    told = handed_in.release == notebook.metadata[NAME]["release"]  # then prose that differs is the student's
    answers: dict[str, str] = {}
    further: list[tuple[str, Cell]] = []
    last = ""
    for cell in with_written_answers(handed_in.cells, known):
        ours = known.get(cell.id)
        last = cell.id if ours else last
        if ours and _is_solution(ours) and cell.id not in answers:
            answers[cell.id] = _shortened(cell.source)
        elif cell.source.strip() and not (ours and _says_nothing_new(cell, ours, told)):
            further.append((last, cell))
    kept = _worth_showing(further)
    left_out = len(further) - sum(map(len, kept.values()))
    cells = [_note(handed_in, result, left_out), *_further(kept.get("", []), "start")]
    for cell in notebook.cells:
        if _is_solution(cell):
            cell.source = answers.get(cell.id, _NOT_FOUND[cell.cell_type])
        cells += [cell, *_further(kept.get(cell.id, []), cell.id)]
    notebook.cells = cells
    return notebook


def _copied(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook whose cells and metadata can be given other values; the values themselves are the same."""
    node: Callable[..., nbformat.NotebookNode] = nbformat.NotebookNode
    cells = [node({**cell, "metadata": node(cell.metadata)}) for cell in notebook.cells]
    return node({**notebook, "cells": cells, "metadata": node(notebook.metadata)})


def _worth_showing(further: list[tuple[str, Cell]]) -> dict[str, list[Cell]]:
    """The student's further cells by the one they followed, as many as anyone would read; one that is too long is left out."""
    kept: dict[str, list[Cell]] = {}
    number, letters, lines = 0, 0, 0
    for after, cell in further:
        source = _shortened(cell.source)
        more, more_lines = len(source), source.count("\n") + 1
        fits = letters + more <= _MAX_FURTHER_SHOWN and lines + more_lines <= _MAX_FURTHER_LINES
        if fits and number < _MAX_FURTHER:
            kept.setdefault(after, []).append(replace(cell, source=source))
            number, letters, lines = number + 1, letters + more, lines + more_lines
    return kept


def _is_solution(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _says_nothing_new(cell: Cell, released: nbformat.NotebookNode, told: bool) -> bool:
    """Whether a cell of the release is as it was released, or is prose of another release."""
    if cell.kind != "code" and not told:
        return True
    return bool(cell.source.strip() == released.source.split("\n### BEGIN HIDDEN TESTS")[0].strip())


def _shortened(source: str) -> str:
    """A cell as it is shown: without empty lines around it, and without what nobody would read."""
    source = source.strip("\n")
    short = "\n".join(source[:_MAX_SHOWN].split("\n", _MAX_LINES)[:_MAX_LINES])
    return source if len(short) == len(source) else short + "\n# The autograder shows no more of this cell."


def _further(cells: list[Cell], after: str) -> list[nbformat.NotebookNode]:
    made = []
    for number, cell in enumerate(cells):
        new = nbformat.v4
        make: Callable[..., nbformat.NotebookNode] = new.new_code_cell if cell.kind == "code" else new.new_markdown_cell
        made.append(make(cell.source, id=f"own-{after[:40]}-{number}"))
    return made


def _note(handed_in: Submission, result: Result, left_out: int) -> nbformat.NotebookNode:
    """What the instructor should know about how this was read, as literal text."""
    lines = [line for line in (result.message, *result.notes) if line]
    if handed_in.is_script:
        lines.append("The answers were handed in as a Python file.")
    if left_out:
        lines.append(f"{left_out} further cells are too many or too long to be shown here: see what was handed in.")
    text = f"Judged by the autograder ({result.isolation})." + "".join(f"\n    {line}" for line in lines)
    literal = "```text\n" + text.replace("`", "'") + "\n```"
    note: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(literal, id="autograder-note")
    return note


def begin(folder: Path, before: Record | None) -> None:
    """Make place for a new record. Until it is there a notebook without cells keeps what was recorded before.

    So a run that is broken off here, and is run again, still knows what was graded by hand for which work.
    """
    if before:
        keep(folder, before)
    for name in names(folder):
        if look(folder / name) == "folder":
            shutil.rmtree(folder / name)
        elif not before or name != f"{NAME}.ipynb":
            (folder / name).unlink()


def is_whole(notebook: Path) -> bool:
    """Whether a notebook was written to its end, by the kit or by nbgrader alone."""
    try:
        verdict = json.loads(notebook.read_text(encoding="utf-8"))["metadata"].get(KEY)
        return verdict is None or verdict["recorded"] is True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
