"""What one run of a function shows of its values, and for how many lines an edited one may run."""

import ast
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

# Where the code of libraries lies. A student's has a name like "<cell 3>", or of a file that is not there.
_LIBRARY_FOLDERS = tuple(
    folder + os.sep for folder in (os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(np.__file__)))
)

Sort = tuple[Any, ...]  # of a value: ("f", shape) for an array of floats, ("int",), ("list",), …


class StoppedError(BaseException):
    """An edited function ran for more lines than it may. No `except Exception` of a student's catches it."""


@dataclass
class Facts:
    """What one run of the function has shown: the sorts of its expressions, by number, and of its names."""

    sorts: dict[int, Sort] = field(default_factory=dict)
    names: dict[str, Sort] = field(default_factory=dict)
    lines: int = 0


def followed(line: Callable[..., Any]) -> Callable[..., Any]:
    """What traces each line by `line`, but of a library's code only that it is called."""

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        go_on = line(frame, event, argument)
        return None if frame.f_code.co_filename.startswith(_LIBRARY_FOLDERS) else go_on

    return entered


class LineLimit:
    """While it is entered, code may run for so many lines, each round of a loop anew; then it is stopped.

    The lines of libraries do not count, but each call of their functions does.
    """

    def __init__(self, most: int) -> None:
        self.lines = 0
        self._most = most
        self._counted: Callable[[], int] = int

    def __enter__(self) -> "LineLimit":
        lines, most = self.lines, self._most

        def line(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal lines
            lines += 1
            if lines > most:
                raise StoppedError
            return line

        self._counted = lambda: lines
        self._traced = sys.gettrace()
        sys.settrace(followed(line))
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._traced)
        self.lines = self._counted()


def sort_of(value: Any) -> Sort:
    """What kind of value this is: of an array the kind of its entries and its shape."""
    if isinstance(value, np.ndarray) and value.ndim:
        return (value.dtype.kind, value.shape)
    if isinstance(value, bool | np.bool_):
        return ("bool",)
    if isinstance(value, int | np.integer):
        return ("int",)
    if isinstance(value, float | np.floating | np.ndarray):
        return ("float",)
    return (type(value).__name__,)


class Noting(ast.NodeTransformer):
    """Has every expression noted, and the names of every function kept where it ends."""

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.JoinedStr | ast.Constant | ast.arguments | ast.Lambda):
            return node
        if isinstance(node, ast.Call):
            node.args = [self.visit(one) for one in node.args]
            node.keywords = [self.visit(one) for one in node.keywords]
            if isinstance(node.func, ast.Attribute):
                node.func.value = self.visit(node.func.value)
            return self._noted(node)
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []
            node.body = [self.visit(one) for one in node.body]
            kept = ast.parse("__keep(locals())").body
            node.body = [ast.Try(node.body, [], [], kept)]
            return ast.fix_missing_locations(node)
        node = self.generic_visit(node)
        loads = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        sliced = isinstance(node, ast.Slice | ast.Starred | ast.NamedExpr | ast.Yield | ast.YieldFrom)
        sliced = sliced or (isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts))
        return self._noted(node) if isinstance(node, ast.expr) and loads and not sliced else node

    @staticmethod
    def _noted(node: ast.expr) -> ast.expr:
        if not hasattr(node, "_number"):
            return node
        return ast.copy_location(ast.Call(ast.Name("__note", ast.Load()), [ast.Constant(node._number), node], []), node)
