"""The quantities that edits may use: the function's own, the sizes of its arguments, and products with its matrices."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

from .building import Change, attribute, binary, calling, const, name, number_of, part, shifted, text_of
from .observing import Facts, Sort
from .program import Program

_NUMERIC = "fiu"
_MOST = 24  # quantities of one sort: a function on one screen has fewer
Pool = dict[Sort, list[tuple[str, ast.expr]]]


@dataclass(frozen=True)
class Scope:
    """What edits may use besides the student's own: the task's parameters, the given functions, words of the docstring."""

    parameters: tuple[str, ...]
    given: tuple[str, ...] = ()  # functions of one argument
    words: tuple[str, ...] = ()

    def pool(self, program: Program, function: ast.FunctionDef, facts: Facts) -> Pool:
        """The quantities of a function by their sorts: its names first, then copies of its other expressions.

        They are copies, since one may be put in place of a part of itself.
        """
        own = {arg.arg for arg in function.args.args}
        own |= {
            node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        found: Pool = {}
        for id in (found_name for found_name in facts.names if found_name in own):
            found.setdefault(facts.names[id], []).append((id, name(id)))
        for text, node in self.sizes(facts) if function is program.function else []:
            found.setdefault(("int",), []).append((text, node))
        seen = set(own)
        for text, sort, row in _rows(own, facts):
            seen.add(text)
            found.setdefault(sort, []).append((text, row))
        for place in program.places(function):
            sort = facts.sorts.get(number_of(place.node), ())
            text = text_of(place.node)
            if sort and text not in seen and len(text) <= 60 and not isinstance(place.node, ast.Constant):
                seen.add(text)
                found.setdefault(sort, []).append((text, copy.deepcopy(place.node)))
        return {sort: quantities[:_MOST] for sort, quantities in found.items()}

    def sizes(self, facts: Facts) -> list[tuple[str, ast.expr]]:
        """The sizes of the arguments, each once."""
        found: dict[int, tuple[str, ast.expr]] = {}
        for id in self.parameters:
            sort = facts.names.get(id, ())
            shape = sort[1] if len(sort) == 2 else ()
            for axis, size in enumerate(shape):
                node = calling(name("len"), name(id)) if axis == 0 else part(attribute(name(id), "shape"), const(axis))
                found.setdefault(size, (ast.unparse(node), node))
        return list(found.values())


def _rows(own: set[str], facts: Facts) -> Iterator[tuple[str, Sort, ast.expr]]:
    """The rows of arrays at a step, at the one before it and at the one after it."""
    arrays = [id for id in facts.names if id in own and len(facts.names[id]) == 2 and len(facts.names[id][1]) == 2]
    steps = [id for id in facts.names if id in own and facts.names[id] == ("int",) and len(id) <= 2 and id != "T"]
    for id in arrays:
        kind, shape = facts.names[id]
        for step in steps:
            for by in (0, -1, 1):
                node = part(name(id), shifted(name(step), by) if by else name(step))
                yield ast.unparse(node), (kind, shape[1:]), node


def with_a_matrix(node: ast.Name, sort: Sort, facts: Facts, scope: Scope) -> Iterator[Change]:
    """A quantity multiplied by a matrix of the arguments."""
    for id in scope.parameters:
        shape = facts.names.get(id, ("", ()))[-1]
        if id == node.id or not isinstance(shape, tuple) or len(shape) != 2:
            continue
        for matrix, rows in ((name(id), shape[0]), (attribute(name(id), "T"), shape[1])):
            if sort[1][-1:] == (rows,):
                yield Change(2, "missing_matrix", binary(node, ast.MatMult, matrix), everywhere=f"@{id}")


def products(sort: Sort, facts: Facts, scope: Scope, pool: Pool) -> Iterator[tuple[str, ast.expr]]:
    """The products of a matrix among the arguments and a quantity, as far as they have this sort."""
    matrices = [id for id in scope.parameters if len(facts.names.get(id, ())) == 2 and len(facts.names[id][1]) == 2]
    for id in matrices:
        rows, columns = facts.names[id][1]
        for found in [found for found in pool if len(found) == 2 and found[0] in _NUMERIC]:
            shape = found[1]
            for text, vector in pool[found]:
                if text == id or len(text) > 20:
                    continue
                if shape[0] == columns and (rows, *shape[1:]) == sort[1]:
                    yield f"{id}@{text}", binary(name(id), ast.MatMult, vector)
                if shape[0] == rows and (columns, *shape[1:]) == sort[1]:
                    yield f"{id}.T@{text}", binary(attribute(name(id), "T"), ast.MatMult, vector)
                if shape[1:] == (rows,) and (shape[0], columns) == sort[1]:
                    yield f"{text}@{id}", binary(vector, ast.MatMult, name(id))


def multiplied(node: ast.expr, sort: Sort, facts: Facts, scope: Scope) -> Iterator[Change]:
    """The value multiplied by a square matrix of the arguments."""
    for id in scope.parameters:
        shape = facts.names.get(id, ("", ()))[-1]
        if not isinstance(shape, tuple) or len(shape) != 2 or shape[0] != shape[1] or shape[0] != sort[1][-1]:
            continue
        for matrix in (name(id), attribute(name(id), "T")):
            yield Change(2, "missing_matrix", binary(node, ast.MatMult, matrix))
            yield Change(2, "missing_matrix", binary(matrix, ast.MatMult, node))
