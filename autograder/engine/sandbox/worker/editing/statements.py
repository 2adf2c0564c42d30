"""The edits of whole statements: their order, one less, what is added to, what is copied, refused or begun anew."""

import ast
from collections.abc import Iterator
from itertools import permutations
from typing import Any

from .building import binary, name
from .insertions import StatementChange, at_the_end, at_the_top, first_rows, is_docstring, put_at, refusing
from .observing import Facts
from .program import Program, Put, statements
from .quantities import Scope

_BLOCKS = ("body", "orelse", "finalbody")


def statement_changes(
    program: Program, function: ast.FunctionDef, facts: Facts, scope: Scope
) -> Iterator[StatementChange]:
    """All edits of a function's statements."""
    for owner in [function, *statements(function.body)]:
        for block in _BLOCKS:
            body = getattr(owner, block, None)
            if body and isinstance(body[0], ast.stmt):
                yield from _of_block(owner, block, body)
                yield from first_rows(owner, block, body, facts, scope)
    yield from at_the_top(program, function, facts, scope)
    yield from at_the_end(function, facts)


def _of_block(owner: ast.AST, block: str, body: list[ast.stmt]) -> Iterator[StatementChange]:
    def change(level: int, kind: str, line: int, new: list[ast.stmt], *more: Put) -> StatementChange:
        return StatementChange(level, kind, line, ((owner, block, None, new or [put_at(ast.Pass(), body[0])]), *more))

    for k, one in enumerate(body):
        if is_docstring(one):
            continue
        level = 2 if hasattr(one, "body") else 1
        yield change(level, "statement", one.lineno, body[:k] + body[k + 1 :])
        if k + 1 < len(body):
            whole = isinstance(one, ast.For | ast.While) or isinstance(body[k + 1], ast.For | ast.While)
            yield change(1 + whole, "order", one.lineno, [*body[:k], body[k + 1], one, *body[k + 2 :]])
        for further in range(k + 2, min(k + 4, len(body))):
            yield change(2, "order", one.lineno, [*body[:k], *body[k + 1 : further + 1], one, *body[further + 1 :]])
            there = body[further]
            yield change(2, "order", there.lineno, [*body[:k], there, *body[k:further], *body[further + 1 :]])
        if isinstance(one, ast.For | ast.While | ast.If | ast.With):
            yield from _in_and_out(owner, block, body, k, one)
        if isinstance(one, ast.If) and not one.orelse and k + 1 < len(body):
            taken = ast.If(one.test, one.body, [body[k + 1]])
            yield change(2, "condition", one.lineno, [*body[:k], put_at(taken, one), *body[k + 2 :]])
        for level, kind, new in _of_statement(one):
            yield StatementChange(level, kind, one.lineno, ((owner, block, k, put_at(new, one)),))
        if isinstance(one, ast.Return | ast.Expr) and isinstance(owner, ast.If):
            yield change(1, "refusal", one.lineno, [*body[:k], refusing(one), *body[k + 1 :]])


def _in_and_out(
    owner: ast.AST, block: str, body: list[ast.stmt], k: int, one: ast.For | ast.While | ast.If | ast.With
) -> Iterator[StatementChange]:
    """A statement moved out of a block or into it; a block without what is around it."""
    last, first = one.body[-1], one.body[0]
    if len(one.body) > 1:
        outer = (owner, block, None, [*body[: k + 1], last, *body[k + 1 :]])
        yield StatementChange(1, "order", last.lineno, (outer, (one, "body", None, one.body[:-1])))
        outer = (owner, block, None, [*body[:k], first, *body[k:]])
        yield StatementChange(1, "order", first.lineno, (outer, (one, "body", None, one.body[1:])))
    if k + 1 < len(body):
        outer = (owner, block, None, [*body[: k + 1], *body[k + 2 :]])
        yield StatementChange(1, "order", body[k + 1].lineno, (outer, (one, "body", None, [*one.body, body[k + 1]])))
    if k > 0 and not is_docstring(body[k - 1]):
        outer = (owner, block, None, [*body[: k - 1], *body[k:]])
        yield StatementChange(1, "order", body[k - 1].lineno, (outer, (one, "body", None, [body[k - 1], *one.body])))
    if isinstance(one, ast.If | ast.With):
        unwrapped = (owner, block, None, [*body[:k], *one.body, *body[k + 1 :]])
        yield StatementChange(1, "condition", one.lineno, (unwrapped,))
    if isinstance(one, ast.If) and one.orelse:
        other = (owner, block, None, [*body[:k], *one.orelse, *body[k + 1 :]])
        yield StatementChange(1, "condition", one.lineno, (other,))
        yield StatementChange(
            1, "condition", one.lineno, ((one, "body", None, one.orelse), (one, "orelse", None, one.body))
        )
    if isinstance(one, ast.If) and not one.orelse:
        negated = ast.copy_location(ast.UnaryOp(ast.Not(), one.test), one.test)
        yield StatementChange(1, "condition", one.lineno, ((one, "test", None, negated),))


def _of_statement(statement: ast.stmt) -> Iterator[tuple[int, str, ast.stmt]]:
    """What may stand in place of one statement: how likely, of which kind, and the new one."""
    if isinstance(statement, ast.AugAssign):
        yield from _of_augmented(statement)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Name | ast.Subscript | ast.Attribute):
            for operator in (ast.Add(), ast.Sub()):
                yield 1, "added", ast.AugAssign(target, operator, statement.value)
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            yield 1, "in_place", ast.Assign([ast.Name(target.value.id, ast.Store())], statement.value)
        if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            yield 1, "returned", ast.Assign([ast.Tuple(target.elts[::-1], ast.Store())], statement.value)
    elif isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple):
        yield from ((1, "returned", ast.Return(other)) for other in _orders(statement.value.elts))
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and statement.value.args:
        yield 1, "nothing_returned", ast.Return(statement.value.args[-1])
    elif isinstance(statement, ast.Raise):
        yield 1, "exception", refusing(statement)
    elif isinstance(statement, ast.Assert):
        yield 1, "exception", ast.If(ast.UnaryOp(ast.Not(), statement.test), [refusing(statement)], [])


def _of_augmented(statement: ast.AugAssign) -> Iterator[tuple[int, str, ast.stmt]]:
    """`-=` and `=` for `+=`, and a new value in place of a change of the old one."""
    others = {ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.Div(), ast.Div: ast.Mult()}
    if other := others.get(type(statement.op)):
        yield 1, "sign", ast.AugAssign(statement.target, other, statement.value)
    yield 1, "added", ast.Assign([statement.target], statement.value)
    yield (
        1,
        "in_place",
        ast.Assign([statement.target], binary(_loaded(statement.target), type(statement.op), statement.value)),
    )


def _orders(parts: list[ast.expr]) -> Iterator[ast.expr]:
    """What is returned in another order, and each part alone."""
    if len(parts) <= 4:
        for order in list(permutations(parts))[1:]:
            yield ast.Tuple(list(order), ast.Load())
    yield from parts if len(parts) > 1 else ()


def _loaded(target: Any) -> ast.expr:
    """What a target reads as."""
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return name(target.id)
