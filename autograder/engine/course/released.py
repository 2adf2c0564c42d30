"""The released notebook, as far as the grader needs it: which cells it has, and what the locked ones hold."""

import json
import re
from dataclasses import dataclass
from functools import cache

from autograder.engine.core.places import NAME, SOLUTION

STUB = "YOUR ANSWER HERE"  # what is released in place of a written answer


@dataclass(frozen=True)
class Released:
    """The cells that students get. What a student did to a locked one does not matter."""

    ids: frozenset[str]  # of the locked cells
    code: tuple[str, ...]  # of the locked cells that students build on
    tasks: tuple[str, ...]  # the functions that students write
    written: tuple[str, ...]  # the answers that are graded by hand
    given: tuple[str, ...]  # the functions that locked cells define
    version: str


@cache
def released() -> Released:
    """The built notebook of `solution/`. Nothing in it is executed."""
    notebook = json.loads((SOLUTION / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    marked = [(cell, cell["metadata"]["nbgrader"]) for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    locked = [(cell, marks) for cell, marks in marked if marks["locked"] and not marks["solution"]]
    answers = [(cell["cell_type"], marks["grade_id"]) for cell, marks in marked if marks["solution"]]
    code = tuple("".join(cell["source"]) for cell, marks in locked if not marks["grade"])
    return Released(
        ids=frozenset(marks["grade_id"] for _, marks in locked),
        code=code,
        tasks=tuple(id for kind, id in answers if kind == "code"),
        written=tuple(id for kind, id in answers if kind != "code"),
        given=tuple(name for source in code for name in re.findall(r"^def (\w+)\(", source, re.MULTILINE)),
        version=notebook["metadata"][NAME]["release"],
    )
