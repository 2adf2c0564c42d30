"""A class as it is: notebooks drawn from the test corpora, for each task one formulation. The draw is the same in every run."""

import ast
import builtins
import random
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import nbformat

from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from bench.timing import ROOT

sys.path.append(str(ROOT / "tests"))
from support import Formulation, corpus

_SEED = "a class for the benchmarks"


def solutions(number: int, mistakes: int = 0) -> dict[str, str]:
    """The solution cells of student `number`, by task: all right, or with a wrong one in so many of the tasks."""
    rng = random.Random(f"{_SEED}/{number}")
    chosen: dict[str, Formulation] = {}
    for task in ASSIGNMENT.tasks:
        chosen[task.id] = _drawn(rng, "right", task.id, chosen)
    for task_id in rng.sample(list(chosen), mistakes):
        del chosen[task_id]
        chosen[task_id] = _drawn(rng, "wrong", task_id, chosen)
    return {task_id: formulation.source for task_id, formulation in chosen.items()}


def composed(number: int, mistakes: int = 0, first: str = "", trimmed: bool = False) -> dict[str, Any]:
    """The whole notebook of student `number`: with a `first` cell of its own, `trimmed` of the cells that draw and train."""
    sources = solutions(number, mistakes)
    cells = [cell for cell in _release()["cells"] if not (trimmed and _shows(cell))]
    cells = [{**cell, "source": sources.get(cell["id"], cell["source"])} for cell in cells]
    if first:
        cells.insert(0, nbformat.v4.new_code_cell(first, id="own0"))
    return {**_release(), "cells": cells}


def _drawn(rng: random.Random, kind: str, task: str, others: dict[str, Formulation]) -> Formulation:
    """One formulation that takes no name of the other cells: each was written for a notebook of its own."""
    taken = {name for other in others.values() for name in _names(other)}
    own = sorted(_corpus(kind, task), key=lambda _: rng.random())
    return next(formulation for formulation in own if not taken & _names(formulation))


@cache
def _corpus(kind: str, task: str) -> tuple[Formulation, ...]:
    kinds = ("correct",) if kind == "right" else ("wrong", "slips", "unseen")
    every = (formulation for part in kinds for formulation in corpus(part))
    return tuple(one for one in every if one.task == task and not _names(one) & _EVERYBODYS)


_EVERYBODYS = {"*", *dir(builtins), *ASSIGNMENT.by_id}  # who takes one of these changes other cells


@cache
def _names(formulation: Formulation) -> frozenset[str]:
    """What a cell defines at its top beside its task. Modules go by the same name everywhere."""
    try:
        tree = ast.parse(formulation.source)
    except SyntaxError:
        return frozenset()
    return frozenset(set(_defined(tree)) - {formulation.task})


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        else:
            yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


@cache
def _release() -> dict[str, Any]:
    release: dict[str, Any] = nbformat.read(SOLUTION.parent / "assignment" / NAME / f"{NAME}.ipynb", as_version=4)
    return release


def _shows(cell: dict[str, Any]) -> bool:
    """Whether a cell is one of the notebook's own, for looking: neither an answer, nor a check, nor locked."""
    return cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"] and "selfcheck." in cell["source"]
