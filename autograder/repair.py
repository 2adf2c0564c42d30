"""Finds a student's functions in other cells than the release's solution cells. Never guesses."""

import re

from autograder.reference import LockedCells
from autograder.submission import Cell
from autograder.tasks import BY_ID

_DEFINES = re.compile(r"^(?:def +(\w+) *\(|(\w+) *= *lambda\b)", re.MULTILINE)


def runnable(cells: tuple[Cell, ...], locked: LockedCells) -> tuple[list[Cell], list[str]]:
    """The code cells that run, all but the locked ones, and what was repaired.

    A solution cell that has become text is code again; a task's function that stands in a check cell alone is run.
    """
    notes = []
    own = []
    answered = {name for cell in cells if cell.id not in locked.ids for name in _answers(cell)}
    for cell in cells:
        if cell.id in locked.ids:
            typed = [name for name in _answers(cell) if name not in answered]
            if typed:
                own.append(cell)
                notes.append(f"{', '.join(typed)} was found in a check cell and judged there")
        elif cell.kind == "code":
            own.append(cell)
        elif cell.id in BY_ID and _answers(cell):
            own.append(cell)
            notes.append(f"the cell of {cell.id} had become text and was judged as code")
    return own, notes


def _answers(cell: Cell) -> list[str]:
    """The tasks that a cell defines by more than the stub."""
    names = [one or other for one, other in _DEFINES.findall(cell.source)]
    if "raise NotImplementedError" in cell.source:
        return []
    return [name for name in names if name in BY_ID]
