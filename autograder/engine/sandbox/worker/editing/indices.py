"""The edits of indices and slices: one row on or back, the other end, the other direction."""

import ast
from collections.abc import Iterator

from .building import Change, binary, const, part, shifted, sliced, whole
from .observing import Sort
from .program import Place


def index_changes(place: Place, sort: Sort) -> Iterator[Change]:
    """All edits of an expression as far as rows and steps are concerned."""
    node = place.node
    if isinstance(node, ast.Subscript):
        yield from _of_subscript(node, place)
    if sort == ("int",) and isinstance(node, ast.Name | ast.BinOp | ast.Call | ast.Subscript | ast.Attribute):
        for by in (1, -1):
            yield Change(1, "constant", shifted(node, by), everywhere=str(by))
    whole_one = place.role in ("value", "iter") or isinstance(place.parent, ast.Call | ast.Attribute | ast.Subscript)
    if not whole_one or isinstance(node, ast.Constant):
        return
    if sort[:1] in (("list",), ("tuple",), ("f",), ("i",)) and not _is_reversed(node):
        yield Change(
            1 if place.role in ("iter", "value") else 2, "direction", sliced(node, step=-1), everywhere="reversed"
        )
    if (len(sort) == 2 and len(sort[1]) > 0) or sort == ("list",):
        for lower, upper in ((1, None), (None, -1)):
            yield Change(2, "row", sliced(node, lower, upper), everywhere=f"{lower}:{upper}")


def _is_reversed(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.step is not None


def _of_subscript(node: ast.Subscript, place: Place) -> Iterator[Change]:
    index = node.slice
    if isinstance(node.ctx, ast.Load):
        kind = "direction" if _is_reversed(node) else "row"
        yield Change(1, kind, node.value, everywhere="all")
    if isinstance(index, ast.Tuple):
        if len(index.elts) == 2 and not any(isinstance(part, ast.Slice) for part in index.elts):
            yield Change(1, "row", part(node.value, ast.Tuple(index.elts[::-1], index.ctx)))
        for number, one in enumerate(index.elts):
            for other in _other_slices(one):
                elts = [*index.elts[:number], other, *index.elts[number + 1 :]]
                yield Change(1, "row", part(node.value, ast.Tuple(elts, index.ctx)))
        return
    for other in _other_slices(index):
        yield Change(1, "row", part(node.value, other), everywhere=ast.unparse(other))
    if not isinstance(index, ast.Slice | ast.Constant):
        yield Change(1, "row", part(node.value, binary(whole(-1), ast.Sub, index)))
        yield Change(2, "row", part(node.value, const(0)))
        yield Change(2, "row", part(node.value, whole(-1)))


def _other_slices(index: ast.expr) -> Iterator[ast.expr]:
    """A slice with a bound that is moved, taken away or put in, or with both moved."""
    if not isinstance(index, ast.Slice):
        return
    lower, upper, step = index.lower, index.upper, index.step
    for by in (1, -1):
        if lower is not None and not isinstance(lower, ast.Constant):
            yield ast.Slice(shifted(lower, by), upper, step)
        if upper is not None and not isinstance(upper, ast.Constant):
            yield ast.Slice(lower, shifted(upper, by), step)
        if lower is not None and upper is not None:
            yield ast.Slice(shifted(lower, by), shifted(upper, by), step)
    if step is None:
        if lower is not None and upper is None:
            yield ast.Slice(None, whole(-1), None)
            yield ast.Slice(None, shifted(lower, 0) if isinstance(lower, ast.Constant) else lower, None)
            yield ast.Slice(None, shifted(lower, 1), None)
        if upper is not None and lower is None:
            yield ast.Slice(const(1), None, None)
            yield ast.Slice(upper, None, None)
            yield ast.Slice(shifted(upper, -1), None, None)
    if lower is None:
        yield ast.Slice(const(1), upper, step)
    else:
        yield ast.Slice(None, upper, step)
    if upper is None:
        yield ast.Slice(lower, whole(-1), step)
    else:
        yield ast.Slice(lower, None, step)
    if step is not None:
        yield ast.Slice(lower, upper, None)
