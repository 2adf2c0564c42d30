"""The door to the course's sources in `solution/`: the reference, which is the truth, and the locked cells.

Nothing that runs student code imports this.
"""

import inspect
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.engine.core.tasks import TASKS, Task

_KIT = Path(__file__).resolve().parents[2]
# In a checkout the course's sources lie beside the package, in an installed kit inside it (one top-level name).
SOLUTION = next(folder for folder in (_KIT / "solution", _KIT.parent / "solution") if folder.is_dir())


def _load(path: Path) -> ModuleType:
    """A file as a module. Python's import would leave a `__pycache__` beside it, which formgrader lists as an assignment."""
    module = ModuleType(f"_autograder_{path.stem}")
    exec(compile(path.read_bytes(), path, "exec"), module.__dict__)
    return module


bptt: Any = _load(SOLUTION / "bptt.py")


def answer(task: Task, args: tuple[Any, ...]) -> Any:
    """What the reference returns, in the task's form: an array, a list of arrays, or a pair; ValueError where it raises."""
    with np.errstate(all="ignore"):
        try:
            result = getattr(bptt, task.id)(*args)
        except ValueError as refusal:
            return refusal
    return form_of(task, result)


def form_of(task: Task, result: Any) -> Any:
    """A function's result in the form in which answers are judged."""
    if task.form == "array":
        return np.asarray(result, dtype=float)
    return [np.asarray(part, dtype=float) for part in result] if task.form == "arrays" else list(result)


PARAMETERS: dict[str, tuple[str, ...]] = {
    task.id: tuple(inspect.signature(getattr(bptt, task.id)).parameters) for task in TASKS
}


@dataclass(frozen=True)
class LockedCells:
    """The cells that the grader supplies: the ids of all of them, and the code of those that students build on."""

    ids: frozenset[str]
    code: tuple[str, ...]
    release: str  # the version of the notebook that they stand in


@cache
def locked_cells() -> LockedCells:
    """The locked cells of the built notebook. What a student did to them does not matter."""
    notebook = json.loads((SOLUTION / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
    marked = [(cell, cell["metadata"]["nbgrader"]) for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    locked = [(cell, marks) for cell, marks in marked if marks["locked"] and not marks["solution"]]
    code = tuple("".join(cell["source"]) for cell, marks in locked if not marks["grade"])
    ids = frozenset(marks["grade_id"] for _, marks in locked)
    return LockedCells(ids, code, notebook["metadata"]["bptt"]["release"])
