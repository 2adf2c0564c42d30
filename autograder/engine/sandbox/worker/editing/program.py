"""A student's function as something that can be edited: its tree, the places in it, and what a run shows of its values.

Part of the worker, and of the students' `selfcheck.py`: the standard library and NumPy are all that it needs.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from .observing import Facts, LineLimit, Noting, sort_of

Put = tuple[ast.AST, str, int | None, Any]  # the field of a node, or one entry of it, and what it becomes
INSERTED = 1_000_000  # the line of a statement that no student has written
_LITERAL = (ast.Constant, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.Name, ast.Load)
_PLAIN_CALLS = ("dict", "list", "set")


@dataclass(frozen=True)
class Place:
    """An expression in a function, and where it hangs: `parent.field`, or one entry of that list."""

    node: ast.expr
    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt
    role: str  # the field of the statement at its top ("value", "test", "iter"), "index" in a subscript, "range",
    # "size" in what makes an array or asks for a shape, or ""

    def put(self, new: ast.expr) -> "Put":
        """What replaces the expression by another one."""
        return self.parent, self.field, self.index, new


class Program:
    """The definitions of the cell that holds the function, without what the cell does besides."""

    def __init__(self, text: str, name: str) -> None:
        """Raises SyntaxError or ValueError where the text is no Python, or defines no such function."""
        self.name = name
        self.kept = [_as_function(statement) for statement in ast.parse(text).body if _defines(statement)]
        by_name = {node.name: node for node in self.kept if isinstance(node, ast.FunctionDef)}
        if name not in by_name:
            raise ValueError("the cell defines no such function")
        self.state = [node for node in self.kept if isinstance(node, ast.Assign)]
        self.functions = _reached(by_name, name)
        self._rest = code_of(self.kept)
        for number, node in enumerate(node for function in self.functions for node in ast.walk(function)):
            node._number = number  # type: ignore[attr-defined]

    @property
    def function(self) -> ast.FunctionDef:
        return self.functions[0]

    def made(self, namespace: dict[str, Any], edited: ast.FunctionDef | None = None) -> Callable[..., Any]:
        """The function anew, in a namespace of its own, so that what it remembers begins anew as well."""
        return self.made_of(code_of([] if edited is None else [edited]), namespace)

    def made_of(self, code: CodeType, namespace: dict[str, Any], **names: Any) -> Callable[..., Any]:
        """The function by the code of an edited one, which sees these names besides."""
        own = {**namespace, **names}
        exec(self._rest, own)
        exec(code, own)
        found: Callable[..., Any] = own[self.name]
        return found

    def places(self, function: ast.FunctionDef) -> Iterator[Place]:
        """All expressions of a function that are read, in the order of the text."""
        for statement in statements(function.body):
            yield from _places(statement, statement, "")

    def observed(self, namespace: dict[str, Any], args: list[Any], most_lines: int) -> Facts:
        """What a run with these arguments shows; of one that raises, what it had shown until then."""
        facts = Facts()

        def note(number: int, value: Any) -> Any:
            facts.sorts.setdefault(number, sort_of(value))
            return value

        def keep(found: dict[str, Any]) -> None:
            for name, value in found.items():
                facts.names.setdefault(name, sort_of(value))

        own = dict(namespace)
        exec(self._rest, own)
        own["__note"], own["__keep"] = note, keep
        exec(code_of([Noting().visit(copy.deepcopy(function)) for function in self.functions]), own)
        limit = LineLimit(most_lines)
        try:
            with limit, np.errstate(all="ignore"):
                own[self.name](*args)
        except BaseException:
            pass
        facts.lines = limit.lines
        return facts


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a block and of the blocks in it, in the order of the text."""
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from statements(handler.body)


def _places(owner: ast.AST, statement: ast.stmt, role: str) -> Iterator[Place]:
    """The expressions below a node, up to the statements below it."""
    for name, value in ast.iter_fields(owner):
        if name in ("decorator_list", "annotation", "returns", "args") and isinstance(owner, ast.stmt):
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.expr) and not _is_text(owner, node):
                own = _role(owner, name, index, role)
                yield from _with_inner(Place(node, owner, name, index, statement, own))
            elif isinstance(node, ast.keyword | ast.comprehension):
                yield from _places(node, statement, "")


def _with_inner(place: Place) -> Iterator[Place]:
    node = place.node
    if isinstance(node, ast.JoinedStr | ast.Lambda):
        if isinstance(node, ast.Lambda):
            yield from _places(node, place.statement, "")
        return
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Store):
        yield place
    inner = place.role if isinstance(node, ast.Tuple | ast.Slice | ast.UnaryOp) or place.role == "size" else ""
    if place.role in ("index", "range") and (isinstance(node, ast.BinOp) or _bounds(node)):
        inner = place.role
    yield from _places(node, place.statement, inner)


def _bounds(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max")


def _role(owner: ast.AST, name: str, index: int | None, role: str) -> str:
    if _is_size(owner, name, index):
        return "size"
    if isinstance(owner, ast.Subscript) and name == "slice":
        return "index"
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "range":
        return "range"
    return name if isinstance(owner, ast.stmt) else role


def _is_size(owner: ast.AST, name: str, index: int | None) -> bool:
    """Whether something is the shape of a new array, or asks for a length in an array's shape."""
    if isinstance(owner, ast.Subscript) and isinstance(owner.value, ast.Attribute):
        return name == "slice" and owner.value.attr == "shape"
    return isinstance(owner, ast.Call) and name == "args" and index == 0 and is_blank(owner)


def is_blank(node: ast.expr) -> bool:
    """Whether it only makes an array to be filled."""
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr.startswith(("zeros", "empty", "ones", "full"))


def _is_text(owner: ast.AST, node: ast.expr) -> bool:
    return isinstance(owner, ast.Expr) and isinstance(node, ast.Constant)


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement only defines: a function, a class, an import, or a name for what is written out."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        return True
    if not isinstance(statement, ast.Assign):
        return False
    if isinstance(statement.value, ast.Lambda):
        return True
    calls = [node for node in ast.walk(statement.value) if isinstance(node, ast.Call)]
    plain = all(isinstance(call.func, ast.Name) and call.func.id in _PLAIN_CALLS for call in calls)
    inner = (node for node in ast.walk(statement.value) if not isinstance(node, ast.Call | ast.operator | ast.unaryop))
    return plain and all(isinstance(node, _LITERAL) for node in inner)


def _as_function(statement: ast.stmt) -> ast.stmt:
    """A function that is written as `f = lambda …`, as if it were written with `def`."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Lambda):
        return statement
    target, value = statement.targets[0], statement.value
    if len(statement.targets) > 1 or not isinstance(target, ast.Name):
        return statement
    returned = ast.copy_location(ast.Return(value.body), value.body)
    made = ast.parse(f"def {target.id}(): pass").body[0]
    assert isinstance(made, ast.FunctionDef)
    made.args, made.body = value.args, [returned]
    return ast.copy_location(made, statement)


def _reached(by_name: dict[str, ast.FunctionDef], name: str) -> list[ast.FunctionDef]:
    """The function, and those of the cell that it names, or that these name."""
    found = [by_name[name]]
    for function in found:
        named = (by_name.get(node.id) for node in ast.walk(function) if isinstance(node, ast.Name))
        found += [other for other in dict.fromkeys(named) if other is not None and other not in found]
    return found


def code_of(body: Sequence[ast.stmt]) -> CodeType:
    return compile(ast.Module(list(body), []), "<edited>", "exec", dont_inherit=True)
