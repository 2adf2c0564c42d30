"""What may have to be put into a function: what the contract refuses, copies, what is begun anew, a first row, a return."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .building import attribute, calling, comparing, const, name, numpy, placed, whole
from .observing import Facts
from .program import INSERTED, Program, Put
from .quantities import Scope


@dataclass(frozen=True)
class StatementChange:
    """One edit of statements: how likely, of which kind, at which line (0 for what is put in), and what it sets."""

    level: int
    kind: str
    line: int
    puts: tuple[Put, ...]


def first_rows(
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
                    new = put_at(ast.Assign([row], name(id)), one)
                    yield StatementChange(
                        2, "initial", 0, ((owner, block, None, [*body[: k + 1], new, *body[k + 1 :]]),)
                    )


def at_the_top(program: Program, function: ast.FunctionDef, facts: Facts, scope: Scope) -> Iterator[StatementChange]:
    """What the contract refuses, copies of the arguments, and what is remembered begun anew."""
    first = next((k for k, one in enumerate(function.body) if not is_docstring(one)), 0)

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
        yield insert(2, "refusal", ast.If(test, [refusing(function)], []))
    for one_test in guards[:3]:
        for other in guards[3:]:
            yield insert(3, "refusal", ast.If(ast.BoolOp(ast.Or(), [one_test, other]), [refusing(function)], []))
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


def at_the_end(function: ast.FunctionDef, facts: Facts) -> Iterator[StatementChange]:
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


def refusing(near: ast.AST) -> ast.stmt:
    refusal = ast.Raise(name("ValueError"), None)
    for node in ast.walk(refusal):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno = node.end_lineno = INSERTED
            node.col_offset = node.end_col_offset = 0
    return refusal


def put_at(new: ast.stmt, old: ast.stmt) -> ast.stmt:
    placed(new, old)
    return new


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
