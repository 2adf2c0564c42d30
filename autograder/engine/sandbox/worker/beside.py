"""What stood beside an exception: the shapes that met, a name that is nearly the same, code below a `raise`.

It looks only: no line of a student's is run again. Runs in the student's process, and in the self-check.
"""

import ast
import builtins
import difflib
import re
import sys
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import FrameType, ModuleType
from typing import Any

import numpy as np

_MOST_SOURCE = 20_000
_MOST_TEXT = 200
_SAME_SHAPE = frozenset("exp log tanh abs sqrt square asarray array copy where nan_to_num zeros_like ones_like".split())
_REDUCED: dict[str, Callable[..., Any]] = {"max": np.max, "min": np.min, "sum": np.sum, "mean": np.mean}
_ASKED = re.compile(r"(?:attribute|import name) '(\w+)'")
Sizes = tuple[int, ...]
SHAPES_MET = " the shape"  # in the words about two shapes that do not go together


class _MetError(Exception):
    """Two shapes that do not go together; the text says which."""


def beside(error: BaseException, source: str, line: int, frame: FrameType | None) -> str:
    """What was seen beside an exception that this line of a text raised, as the end of a sentence; often nothing."""
    try:
        if len(source) > _MOST_SOURCE:
            return ""
        names: Mapping[str, Any] = ChainMap(dict(frame.f_locals), frame.f_globals) if frame else {}
        tree = ast.parse(source)
        statement = _statement(tree, line)
        if statement is None:
            return ""
        if isinstance(error, NotImplementedError):
            return "code stands below that line" if _below(tree, statement) else ""
        if type(error) is NameError:
            return near_name(str(error.name), names)
        if isinstance(error, AttributeError | ImportError) and (found := misspelt(error)):
            return found
        found = _called(statement, names)
        return (found or (_met(statement, names) if type(error) is ValueError else ""))[:_MOST_TEXT]
    except BaseException:  # of hostile names, or of a text that is no plain Python
        return ""


def near_name(name: str, names: Mapping[str, Any]) -> str:
    """A name with a value that is nearly this one: one letter is another, or two have changed places."""
    return _near(name, list(names), 0.8) or _near(
        name, [known for known in names if sorted(known) == sorted(name)], 0.7
    )


def misspelt(error: BaseException) -> str:
    """A name of a module that is nearly the one that it was asked for."""
    module = sys.modules.get(str(error.name)) if isinstance(error, ImportError) else getattr(error, "obj", None)
    asked = _ASKED.search(str(error))
    if not asked or not isinstance(module, ModuleType):
        return ""
    found = _nearest_in(module, asked[1])
    return f"`{found}`, a name of this module, is nearly the same" if found else ""


@cache
def _nearest_in(module: ModuleType, name: str) -> str:
    """Asked twice for each error, and for each call that ends in one: a module has hundreds of names."""
    return _nearest(name, dir(module), 0.8)


def _near(name: str, known: list[str], alike: float) -> str:
    found = _nearest(name, known, alike)
    return f"`{found}`, a name that is nearly the same, has a value" if found else ""


def _nearest(name: str, known: list[str], alike: float) -> str:
    """The one of these names that is nearest to another one, nothing where none is as near as that."""
    known = [other for other in known if not other.startswith("_") and other != name]
    return next(iter(difflib.get_close_matches(name, known, 1, alike)), "")


def in_place(function: str, names: Mapping[str, Any]) -> str:
    """What stands where a function of this name is asked for: another value, or a name that is nearly the same."""
    try:
        if names.get(function) is not None:
            return f"`{function}` is {_kind(names[function])}, and no function"
        return _near(function, [name for name in names if callable(names[name])], 0.85)
    except BaseException:  # of hostile names
        return ""


def _statement(tree: ast.AST, line: int) -> ast.stmt | None:
    """The innermost statement on a line."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(found, key=lambda node: (node.lineno, node.col_offset), default=None)


def _below(tree: ast.AST, statement: ast.stmt) -> bool:
    """Whether other statements follow a statement where it stands."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and statement in body[:-1]:
            return True
    return False


def _called(statement: ast.stmt, names: Mapping[str, Any]) -> str:
    """A name that is called and is no longer Python's function, or no function at all."""
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in names:
            continue
        name, value = node.func.id, names[node.func.id]
        if hasattr(builtins, name) and value is not getattr(builtins, name):
            return f"`{name}` is {_kind(value)} here, not Python's own"
        if not callable(value):
            return f"`{name}` is {_kind(value)} here, and no function"
    return ""


def _kind(value: Any) -> str:
    if str(getattr(value, "__module__", "")).startswith("numpy") or isinstance(value, np.ufunc):
        return "NumPy's"
    return "an array" if isinstance(value, np.ndarray) else f"of type {type(value).__name__[:40]}"


# Shapes, without computing anything


def _met(statement: ast.stmt, names: Mapping[str, Any]) -> str:
    try:
        _look(statement, names)
    except _MetError as met:
        return str(met)
    return ""


def _look(statement: ast.stmt, names: Mapping[str, Any]) -> None:
    """Raises _MetError for the first two shapes of a statement that do not go together."""
    if isinstance(statement, ast.For | ast.While | ast.If | ast.With | ast.FunctionDef | ast.ClassDef | ast.Try):
        return
    for node in _innermost_first(statement):
        if isinstance(node, ast.BinOp | ast.Call):
            _shape(node, names)
    target = statement.target if isinstance(statement, ast.AugAssign) else None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        target = statement.targets[0]
    value = getattr(statement, "value", None)
    place, came = _shape(target, names), _shape(value, names)
    if place is not None and came is not None and _broadcast(place, came) != place:
        left = ast.unparse(statement).partition("=")[0].rstrip(" +-*/@")[:40]
        raise _MetError(f"`{left}` has the shape {place}, and {came} comes from the right")


def _innermost_first(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield from _innermost_first(child)
    yield node


def _shape(node: ast.AST | None, names: Mapping[str, Any]) -> Sizes | None:
    """The shape of an expression, as far as names, indices and operators tell it; else None."""
    if isinstance(node, ast.Constant):
        return () if isinstance(node.value, int | float) else None
    if isinstance(node, ast.Name):
        value = names.get(node.id)
        return np.shape(value) if isinstance(value, np.ndarray | np.generic | int | float) else None
    if isinstance(node, ast.UnaryOp):
        return _shape(node.operand, names)
    if isinstance(node, ast.Attribute):
        inner = _shape(node.value, names) if node.attr == "T" else None
        return None if inner is None else inner[::-1]
    if isinstance(node, ast.Subscript):
        inner, index = _shape(node.value, names), _index(node.slice, names)
        return None if inner is None or index is ... else _empty(inner)[index].shape
    if isinstance(node, ast.Call):
        return _of_call(node, names)
    return _of_operation(node, names) if isinstance(node, ast.BinOp) else None


def _of_operation(node: ast.BinOp, names: Mapping[str, Any]) -> Sizes | None:
    one, other = _shape(node.left, names), _shape(node.right, names)
    if one is None or other is None:
        return None
    text = f"`{ast.unparse(node)[:60]}`"
    if isinstance(node.op, ast.MatMult):
        return _product(text, one, other)
    shape = _broadcast(one, other)
    if shape is None:
        a, b = next((a, b) for a, b in zip(one[::-1], other[::-1], strict=False) if a != b and 1 not in (a, b))
        raise _MetError(f"in {text} the shapes {one} and {other} meet, and an axis of {a} meets one of {b}")
    return shape


def _product(text: str, one: Sizes, other: Sizes) -> Sizes | None:
    if not one or not other:
        return None
    inner = other[-2] if len(other) > 1 else other[0]
    if one[-1] != inner:
        raise _MetError(f"in {text} the shapes {one} and {other} meet, and an axis of {one[-1]} meets one of {inner}")
    return one[:-1] + other[-1:] * (len(other) > 1) if max(len(one), len(other)) < 3 else None


def _of_call(node: ast.Call, names: Mapping[str, Any]) -> Sizes | None:
    """The shape of a call of NumPy's that keeps a shape, or takes an axis away."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return None
    given = {str(word.arg): word.value for word in node.keywords}
    of_numpy = isinstance(function.value, ast.Name) and names.get(function.value.id) is np
    parts = [_shape(argument, names) for argument in node.args]
    if of_numpy and function.attr == "outer" and len(parts) == 2 and None not in parts:
        return tuple(int(np.prod(part)) for part in parts if part is not None)
    if of_numpy and function.attr in ("dot", "matmul") and len(parts) == 2 and parts[0] and parts[1]:
        return _product(f"`{ast.unparse(node)[:60]}`", parts[0], parts[1])
    if of_numpy and function.attr in _SAME_SHAPE and len(parts) == 1:
        return parts[0]
    inner = parts[0] if of_numpy and parts else _shape(function.value, names)
    if inner is None or function.attr not in _REDUCED or set(given) - {"axis", "keepdims"}:
        return None
    options = {name: _index(value, names) for name, value in given.items()}
    if ... in options.values():
        return None
    shape: Sizes = np.shape(_REDUCED[function.attr](_empty(inner), **options))
    return shape


def _empty(shape: Sizes) -> np.ndarray:
    """An array of this shape that takes no memory."""
    return np.broadcast_to(np.zeros(()), shape)


def _broadcast(one: Sizes, other: Sizes) -> Sizes | None:
    try:
        return np.broadcast_shapes(one, other)
    except ValueError:
        return None


def _index(node: ast.AST | None, names: Mapping[str, Any]) -> Any:
    """The value of an index of whole numbers, slices and None; `...` where it is anything else."""
    if node is None:
        return None
    if isinstance(node, ast.Constant):
        return node.value if node.value is None or isinstance(node.value, int) else ...
    if isinstance(node, ast.Name):
        value = names.get(node.id)
        return int(value) if isinstance(value, int | np.integer) and not isinstance(value, bool) else ...
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _index(node.operand, names)
        return -inner if isinstance(inner, int) else ...
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        one, other = _index(node.left, names), _index(node.right, names)
        if not isinstance(one, int) or not isinstance(other, int):
            return ...
        return one + other if isinstance(node.op, ast.Add) else one - other
    if isinstance(node, ast.Slice):
        parts = [_index(part, names) for part in (node.lower, node.upper, node.step)]
        return ... if ... in parts else slice(*parts)
    if isinstance(node, ast.Tuple):
        found = tuple(_index(part, names) for part in node.elts)
        return ... if ... in found else found
    return ...
