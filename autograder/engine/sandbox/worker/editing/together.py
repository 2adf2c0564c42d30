"""Edits of one expression, compiled together: most of an edit's time would go to compiling the rest of its function anew."""

import ast
from collections.abc import Iterator, Sequence
from itertools import groupby
from types import CodeType
from typing import Any

from .building import LOAD
from .edits import Edit
from .program import code_of

CHOSEN = "__edit__"  # the name that says which of them holds
_MOST = 16  # in one place: each is asked for in turn when the code runs
Numbered = tuple[int, Edit]


def compiled_together(edits: Sequence[Numbered]) -> Iterator[tuple[int, Edit, CodeType | None]]:
    """Each edit with the code of its function, in which it holds where `CHOSEN` is its number; None where there is none."""
    for _, group in groupby(enumerate(edits), _place):
        of_one_place = [numbered for _, numbered in group]
        for start in range(0, len(of_one_place), _MOST):
            yield from _compiled(of_one_place[start : start + _MOST])


def _compiled(edits: list[Numbered]) -> Iterator[tuple[int, Edit, CodeType | None]]:
    code = _code(edits[0][1] if len(edits) == 1 else _chosen(edits))
    if code is None and len(edits) > 1:  # one of them is no Python there
        yield from ((number, edit, _code(edit)) for number, edit in edits)
    else:
        yield from ((number, edit, code) for number, edit in edits)


def _code(edit: Edit) -> CodeType | None:
    try:
        with edit.applied() as edited:
            return code_of([edited])
    except Exception:
        return None


def _place(at: tuple[int, Numbered]) -> Any:
    """What the edits of one expression have in common; of any other edit its place in the row."""
    place, (_, edit) = at
    (node, name, index, new), *more = edit.puts
    old = getattr(node, name) if index is None else getattr(node, name)[index]
    return place if more or not (_is_value(old) and _is_value(new)) else (id(node), name, index)


def _is_value(node: Any) -> bool:
    """Whether it is an expression of its own, which can stand in a choice."""
    if not isinstance(node, ast.expr) or isinstance(node, ast.Starred | ast.Slice):
        return False
    if isinstance(node, ast.Tuple) and any(isinstance(part, ast.Starred | ast.Slice) for part in node.elts):
        return False
    return isinstance(getattr(node, "ctx", LOAD), ast.Load)


def _chosen(edits: list[Numbered]) -> Edit:
    """The expression as it is, and in place of it the edit whose number is chosen."""
    first = edits[0][1]
    node, name, index, _ = first.puts[0]
    found = old = getattr(node, name) if index is None else getattr(node, name)[index]

    def at_the_old(new: ast.expr) -> ast.expr:
        return ast.copy_location(new, old)

    for number, edit in reversed(edits):
        chosen, own = at_the_old(ast.Name(CHOSEN, LOAD)), at_the_old(ast.Constant(number))
        is_it = at_the_old(ast.Compare(chosen, [ast.Eq()], [own]))
        found = at_the_old(ast.IfExp(is_it, edit.puts[0][3], found))
    return Edit(first.level, first.kind, first.line, first.function, ((node, name, index, found),))
