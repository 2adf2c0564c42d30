"""The edits of whole statements: their order, one less, what is added to, what is copied, refused or begun anew."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from .building import attribute, binary, calling, comparing, const, name, numpy, placed, whole
from .program import INSERTED, Facts, Program, Put, statements
from .quantities import Scope

_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True)
class StatementChange:
    """One edit of statements: how likely, of which kind, at which line (0 for what is put in), and what it sets."""

    level: int
    kind: str
    line: int
    puts: tuple[Put, ...]


def statement_changes(
    program: Program, function: ast.FunctionDef, facts: Facts, scope: Scope
) -> Iterator[StatementChange]:
    """All edits of a function's statements."""
    for owner in [function, *statements(function.body)]:
        for block in _BLOCKS:
            body = getattr(owner, block, None)
            if body and isinstance(body[0], ast.stmt):
                yield from _of_block(owner, block, body)
                yield from _first_rows(owner, block, body, facts, scope)
    yield from _at_the_top(program, function, facts, scope)
    yield from _at_the_end(function, facts)


def _of_block(owner: ast.AST, block: str, body: list[ast.stmt]) -> Iterator[StatementChange]:
    def change(level: int, kind: str, line: int, new: list[ast.stmt], *more: Put) -> StatementChange:
        return StatementChange(level, kind, line, ((owner, block, None, new or [_at(ast.Pass(), body[0])]), *more))

    for k, one in enumerate(body):
        if _is_docstring(one):
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
            yield change(2, "condition", one.lineno, [*body[:k], _at(taken, one), *body[k + 2 :]])
        for level, kind, new in _of_statement(one):
            yield StatementChange(level, kind, one.lineno, ((owner, block, k, _at(new, one)),))
        if isinstance(one, ast.Return | ast.Expr) and isinstance(owner, ast.If):
            yield change(1, "refusal", one.lineno, [*body[:k], _raise(one), *body[k + 1 :]])


def _first_rows(
    owner: ast.AST, block: str, body: list[ast.stmt], facts: Facts, scope: Scope
) -> Iterator[StatementChange]:
    """A first or last row that is set once the array is there."""
    for k, one in enumerate(body):
        target = one.targets[0] if isinstance(one, ast.Assign) else None
        if not isinstance(target, ast.Name):
            continue
        shape = facts.names.get(target.id, ((),))[-1]
        if not isinstance(shape, tuple) or len(shape) != 2:
            continue
        for id in scope.parameters:
            if facts.names.get(id, ((),))[-1] == shape[1:]:
                for index in (0, -1):
                    row = ast.Subscript(name(target.id), whole(index), ast.Store())
                    new = _at(ast.Assign([row], name(id)), one)
                    yield StatementChange(
                        2, "initial", 0, ((owner, block, None, [*body[: k + 1], new, *body[k + 1 :]]),)
                    )


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
    if k > 0 and not _is_docstring(body[k - 1]):
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
        yield 1, "exception", _raise(statement)
    elif isinstance(statement, ast.Assert):
        yield 1, "exception", ast.If(ast.UnaryOp(ast.Not(), statement.test), [_raise(statement)], [])


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


def _at_the_top(program: Program, function: ast.FunctionDef, facts: Facts, scope: Scope) -> Iterator[StatementChange]:
    """What the contract refuses, copies of the arguments, and what is remembered begun anew."""
    first = next((k for k, one in enumerate(function.body) if not _is_docstring(one)), 0)

    def insert(level: int, kind: str, *new: ast.stmt) -> StatementChange:
        for one in new:
            placed(one, function.body[0])
        body = [*function.body[:first], *new, *function.body[first:]]
        return StatementChange(level, kind, 0, ((function, "body", None, body),))

    copies = []
    for arg in function.args.args:
        sort = facts.names.get(arg.arg, ())
        if len(sort) == 2 or sort == ("list",):
            copied = calling(attribute(name(arg.arg), "copy")) if len(sort) == 2 else _copies(arg.arg)
            copies.append(ast.Assign([ast.Name(arg.arg, ast.Store())], copied))
    for one in copies:
        yield insert(2, "copy", one)
    if len(copies) > 1:
        yield insert(2, "copy", *copies)
    for remembered in program.state:
        yield insert(2, "state", remembered)
    for default in _fresh_defaults(function):
        yield insert(2, "state", default)
    if function.decorator_list:
        yield StatementChange(1, "state", 0, ((function, "decorator_list", None, []),))
    guards = list(_guards(facts, scope)) if function is program.function else []
    for test in guards:
        yield insert(2, "refusal", ast.If(test, [_raise(function)], []))
    for one_test in guards[:3]:
        for other in guards[3:]:
            yield insert(3, "refusal", ast.If(ast.BoolOp(ast.Or(), [one_test, other]), [_raise(function)], []))
    yield from _other_defaults(function)


def _other_defaults(function: ast.FunctionDef) -> Iterator[StatementChange]:
    for k, default in enumerate(function.args.defaults):
        if isinstance(default, ast.Constant) and isinstance(default.value, int | float):
            for factor in (0.1, 10):
                changed = ast.copy_location(const(default.value * factor), default)
                yield StatementChange(1, "constant", default.lineno, ((function.args, "defaults", k, changed),))
    if function.args.args and not function.args.defaults:
        ten = ast.copy_location(const(10.0), function.body[0])
        yield StatementChange(1, "constant", function.lineno, ((function.args, "defaults", None, [ten]),))


def _at_the_end(function: ast.FunctionDef, facts: Facts) -> Iterator[StatementChange]:
    """A return statement where there is none."""
    if isinstance(function.body[-1], ast.Return):
        return
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for id in (found for found in facts.names if found in stored):
        returned = ast.copy_location(ast.Return(name(id)), function.body[-1])
        ast.fix_missing_locations(returned)
        yield StatementChange(2, "nothing_returned", 0, ((function, "body", None, [*function.body, returned]),))


def _guards(facts: Facts, scope: Scope) -> Iterator[ast.expr]:
    """What may be refused: a number that is too small, first, and an array that is not finite."""
    numbers = [id for id in scope.parameters if facts.names.get(id) in (("int",), ("float",))]
    for id in numbers:
        for operator, bound in ((ast.LtE, 0), (ast.Lt, 1), (ast.LtE, 1)):
            yield comparing(name(id), operator, const(bound))
    for id in scope.parameters:
        sort = facts.names.get(id, ())
        if len(sort) == 2 and sort[0] == "f" and numbers:
            yield ast.UnaryOp(ast.Not(), calling(attribute(calling(numpy("isfinite"), name(id)), "all")))
        if sort == ("list",):
            finite = calling(attribute(calling(numpy("isfinite"), name("g")), "all"))
            each = ast.GeneratorExp(finite, [ast.comprehension(ast.Name("g", ast.Store()), name(id), [], 0)])
            yield ast.UnaryOp(ast.Not(), calling(name("all"), each))


def _fresh_defaults(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Defaults that can be changed, made anew in each call."""
    arguments = function.args.args[len(function.args.args) - len(function.args.defaults) :]
    for arg, default in zip(arguments, function.args.defaults, strict=True):
        if isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call):
            yield ast.Assign([ast.Name(arg.arg, ast.Store())], default)


def _copies(id: str) -> ast.expr:
    return ast.ListComp(
        calling(attribute(name("g"), "copy")), [ast.comprehension(ast.Name("g", ast.Store()), name(id), [], 0)]
    )


def _raise(near: ast.AST) -> ast.stmt:
    refusal = ast.Raise(name("ValueError"), None)
    for node in ast.walk(refusal):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno = node.end_lineno = INSERTED
            node.col_offset = node.end_col_offset = 0
    return refusal


def _loaded(target: Any) -> ast.expr:
    """What a target reads as."""
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return name(target.id)


def _at(new: ast.stmt, old: ast.stmt) -> ast.stmt:
    placed(new, old)
    return new


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
