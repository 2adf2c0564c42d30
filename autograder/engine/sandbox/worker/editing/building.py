"""Short ways to make the expressions that edits are made of. Parts of the old tree are used again, never changed."""

import ast
from dataclasses import dataclass
from typing import Any

LOAD = ast.Load()


@dataclass(frozen=True)
class Change:
    """One replacement of an expression: how likely, of which kind, and the new expression."""

    level: int
    kind: str
    new: ast.expr
    inserts: bool = False  # it puts in what the student did not write, and points at no line
    everywhere: str = ""  # at all places with the same `old` it counts as one edit
    old: str = ""
    returned: bool = False  # it stands in a return statement: at all of these it counts as one as well


def name(id: str) -> ast.Name:
    return ast.Name(id, LOAD)


def const(value: Any) -> ast.Constant:
    return ast.Constant(value)


def attribute(value: ast.expr, attr: str) -> ast.Attribute:
    return ast.Attribute(value, attr, LOAD)


def numpy(path: str) -> ast.expr:
    """A name of NumPy's, as `np.linalg.norm`."""
    found: ast.expr = name("np")
    for part in path.split("."):
        found = attribute(found, part)
    return found


def calling(function: ast.expr, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    return ast.Call(function, list(args), [ast.keyword(key, value) for key, value in keywords.items()])


def binary(left: ast.expr, operator: type[ast.operator], right: ast.expr) -> ast.BinOp:
    return ast.BinOp(left, operator(), right)


def comparing(left: ast.expr, operator: type[ast.cmpop], right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [operator()], [right])


def part(value: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.Subscript(value, index, LOAD)


def sliced(
    value: ast.expr, lower: int | None = None, upper: int | None = None, step: int | None = None
) -> ast.Subscript:
    """`value[lower:upper:step]`."""
    bounds = [None if bound is None else whole(bound) for bound in (lower, upper, step)]
    return part(value, ast.Slice(*bounds))


def whole(value: int) -> ast.expr:
    return const(value) if value >= 0 else ast.UnaryOp(ast.USub(), const(-value))


def transposed(value: ast.expr) -> ast.expr:
    """`value.T`, or the value itself where it is transposed already."""
    return value.value if isinstance(value, ast.Attribute) and value.attr == "T" else attribute(value, "T")


def shifted(value: ast.expr, by: int) -> ast.expr:
    """`value + by`; a constant that is added already is moved instead."""
    if isinstance(value, ast.Constant) and type(value.value) is int:
        return whole(value.value + by)
    if isinstance(value, ast.BinOp) and isinstance(value.right, ast.Constant) and type(value.right.value) is int:
        sign = {ast.Add: 1, ast.Sub: -1}.get(type(value.op), 0)
        total = sign * value.right.value + by
        if sign and total == 0:
            return value.left
        if sign:
            return binary(value.left, ast.Add if total > 0 else ast.Sub, const(abs(total)))
    return binary(value, ast.Add if by > 0 else ast.Sub, const(abs(by)))


def number_of(node: ast.AST) -> int:
    """The number of a node of the student's own; −1 for one that an edit has made."""
    found: int = getattr(node, "_number", -1)
    return found


def text_of(node: ast.expr) -> str:
    """An expression as text, worked out once."""
    text: str | None = getattr(node, "_text", None)
    if text is None:
        text = node._text = ast.unparse(node)  # type: ignore[attr-defined]
    return text


def placed(new: ast.AST, old: ast.AST) -> None:
    """Give what an edit has made the place of what it replaces. What is the student's own keeps its place."""
    if "lineno" in new._attributes:
        if hasattr(new, "lineno"):
            return
        ast.copy_location(new, old)
    for name in new._fields:
        inner = getattr(new, name, None)
        for node in inner if isinstance(inner, list) else (inner,):
            if isinstance(node, ast.AST):
                placed(node, old)
