"""The small edits of a student's function that may mend it, the likelier ones first. None of them is ever shown.

Part of the worker, and of the students' `selfcheck.py`.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .building import Change, binary, placed
from .expressions import changes_at
from .observing import Facts
from .program import Program, Put
from .quantities import Scope
from .statements import statement_changes

LEVELS = (1, 2, 3)
_MOST_OF_ONE_FUNCTION = 20_000  # edits: one that has more is no function of a few lines, and is not searched


@dataclass(frozen=True)
class Edit:
    """One edit: how likely, of which kind, at which line of the cell (0 where something is put in), and what it sets."""

    level: int
    kind: str
    line: int
    function: ast.FunctionDef
    puts: tuple[Put, ...]
    also: tuple[int, ...] = ()  # further lines that it touches

    @contextmanager
    def applied(self) -> Iterator[ast.FunctionDef]:
        """The function with this edit, for as long as it is entered."""
        before: list[Any] = []
        try:
            for node, name, index, new in self.puts:
                before.append(getattr(node, name) if index is None else getattr(node, name)[index])
                _set(node, name, index, new)
            yield self.function
        finally:
            for (node, name, index, _), old in reversed(list(zip(self.puts, before, strict=False))):
                _set(node, name, index, old)


def _moved_factors(program: Program, function: ast.FunctionDef) -> Iterator[Edit]:
    """A factor taken away where it stands and put to what is returned."""
    last = function.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.expr) or isinstance(last.value, ast.Tuple):
        return
    for place in program.places(function):
        node = place.node
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult) and place.statement is not last:
            returned = binary(last.value, type(node.op), node.right)
            placed(returned, last.value)
            puts = (place.put(node.left), (last, "value", None, returned))
            yield Edit(2, "order", node.lineno, function, puts)


def _set(node: ast.AST, name: str, index: int | None, value: Any) -> None:
    if index is None:
        setattr(node, name, value)
    else:
        getattr(node, name)[index] = value


def edits_of(program: Program, facts: Facts, scope: Scope) -> list[Edit]:
    """All edits of the function and of those it calls, the likelier ones first."""
    found: list[Edit] = []
    for function in program.functions:
        single = list(islice(_of_expressions(program, function, facts, scope), _MOST_OF_ONE_FUNCTION))
        if len(single) == _MOST_OF_ONE_FUNCTION:
            return []
        found += [edit for edit, _ in single]
        found += _everywhere(single)
        found += _moved_factors(program, function)
        for change in statement_changes(program, function, facts, scope):
            found.append(Edit(change.level, change.kind, change.line, function, change.puts))
    return sorted(found, key=lambda edit: edit.level)


def _of_expressions(
    program: Program, function: ast.FunctionDef, facts: Facts, scope: Scope
) -> Iterator[tuple[Edit, Change]]:
    pool = scope.pool(program, function, facts)
    for place in program.places(function):
        for change in changes_at(place, facts, scope, pool):
            placed(change.new, place.node)
            line = 0 if change.inserts else place.node.lineno
            yield Edit(change.level, change.kind, line, function, (place.put(change.new),)), change


def _everywhere(single: list[tuple[Edit, Change]]) -> Iterator[Edit]:
    """The same edit at all its places counts as one."""
    groups: dict[tuple[str, str, str, bool], list[Edit]] = {}
    for edit, change in single:
        if change.everywhere:
            groups.setdefault((change.kind, change.old, change.everywhere, False), []).append(edit)
            if change.returned:
                groups.setdefault((change.kind, change.old, change.everywhere, True), []).append(edit)
    for group in groups.values():
        if len(group) > 1:
            puts = tuple(edit.puts[0] for edit in group)
            lines = sorted({edit.line for edit in group})
            yield Edit(group[0].level + 1, group[0].kind, lines[0], group[0].function, puts, tuple(lines[1:]))
