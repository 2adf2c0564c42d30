"""A clean notebook for one submission: the kit's own cells, with the student's answers and further cells put in.

Nothing of the student's but text of cells gets in: no outputs, no metadata, no attachments.
"""

import json
from pathlib import Path
from typing import Any

import nbformat

from autograder.reference import SOLUTION
from autograder.result import Result
from autograder.submission import Cell, Submission

KEY = "autograder"  # of the verdict in a staged and in an autograded notebook's metadata
_NOT_FOUND = {"code": "# There was no such cell in what was handed in.\n", "markdown": ""}


def staged_notebook(handed_in: Submission, result: Result, isolation: str) -> nbformat.NotebookNode:
    """The solved notebook's cells with the student's sources; the student's own cells stand behind the ones they followed."""
    notebook = nbformat.read(SOLUTION / "bptt" / "bptt.ipynb", as_version=4)
    known = {cell.id: cell for cell in notebook.cells}
    answers: dict[str, str] = {}
    extra: dict[str, list[Cell]] = {}
    last = ""
    for cell in handed_in.cells:
        if cell.id in known and cell.id not in answers:
            last = cell.id
            answers[cell.id] = cell.source
        elif cell.id not in known and cell.source.strip():
            extra.setdefault(last, []).append(cell)
    cells = [_note(handed_in, result, isolation), *_further(extra.get("", []), "start")]
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            cell.source = answers.get(cell.id, _NOT_FOUND[cell.cell_type])
        cells += [cell, *_further(extra.get(cell.id, []), cell.id)]
    notebook.cells = cells
    return notebook


def _further(cells: list[Cell], after: str) -> list[nbformat.NotebookNode]:
    made = []
    for number, cell in enumerate(cells):
        make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        made.append(make(cell.source, id=f"own-{after[:40]}-{number}"))
    return made


def _note(handed_in: Submission, result: Result, isolation: str) -> nbformat.NotebookNode:
    """What the instructor should know about how this was read, as literal text."""
    lines = [line for line in (result.message, *result.notes) if line]
    if handed_in.is_script:
        lines.append("The answers were handed in as a Python file; they stand in the first cells.")
    text = f"Judged by the autograder ({isolation})." + "".join(f"\n    {line}" for line in lines)
    return nbformat.v4.new_markdown_cell("```text\n" + text.replace("`", "'") + "\n```", id="autograder-note")


def recorded(notebook: Path) -> dict[str, Any] | None:
    """The verdict that an autograded notebook carries; None where no run came to its end for it."""
    try:
        verdict = json.loads(notebook.read_text(encoding="utf-8"))["metadata"][KEY]
        return verdict if verdict["recorded"] is True else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def summary(result: Result) -> dict[str, Any]:
    """What is kept of a verdict beside the notebook: enough to see whether it is stale, and what a new one changes."""
    points = {task.id: task.points for task in result.tasks}
    stamps = {"digest": result.digest, "checks": result.checks, "release": result.release}
    return {"score": result.score, "points": points, **stamps}


def stale(kept: dict[str, Any], now: Result) -> str:
    """Why a kept verdict is not what would be given now, or nothing."""
    reasons = {
        "digest": "something else was handed in since",
        "checks": "the checks have changed",
        "release": "the assignment has changed",
    }
    new = summary(now)
    return "; ".join(why for stamp, why in reasons.items() if kept.get(stamp) != new[stamp])
