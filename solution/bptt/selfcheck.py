"""Tries your functions on small cases and says what does not hold yet. It does not know the solution.

In the notebook: `selfcheck.check("forward", globals())`. In this folder: `python -m selfcheck`, or `pytest`.
Your results are held against cases that one can do by hand, and against numerical gradients of one scalar, `_loss`
below, which move one entry a little and look at what the loss does. They are never held against another function of
yours, so a mistake in one task does not show in the next.
"""

import sys


def _what_is_missing():  # type: ignore[no-untyped-def]
    """One sentence, or nothing."""
    if sys.version_info < (3, 11):
        return "The self-check needs Python 3.11 or newer, and this is Python %d.%d." % sys.version_info[:2]
    try:
        import numpy
    except ImportError:
        if sys.platform == "emscripten":  # JupyterLite: no terminal, and what is installed lasts for a session
            return "The self-check needs NumPy. In a cell of its own above this one: %pip install numpy"
        return "The self-check needs NumPy. In a terminal: pip install numpy"
    if int(numpy.__version__.split(".")[0]) < 2:
        return "The self-check needs NumPy 2 or newer, and this is %s: pip install --upgrade numpy" % numpy.__version__
    return ""


if _what_is_missing():
    sys.exit(_what_is_missing())  # no error of yours, so no traceback

import __future__
import ast
import base64
import builtins
import codecs
import contextlib
import copy
import difflib
import dis
import functools
import html
import importlib.util
import inspect
import io
import itertools
import json
import linecache
import os
import re
import signal
import sys
import textwrap
import threading
import time
import tokenize
import traceback
import tracemalloc
import warnings
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from itertools import islice, permutations
from operator import or_
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, Literal, TextIO, TypeVar

import numpy as np


# --- questions ---

Shape = tuple[int, ...]

NOTHING_NAMED = "Work one wrong entry out by hand: which line is the first whose value is not what you get?"
GENERAL_QUESTIONS = {
    "values": NOTHING_NAMED,
    # exceptions
    "raised": "Which values meet in this line, and of which type are they?",
    "own_raise": "Is this an error that the docstring asks for, or are these arguments legal?",
    "own_assert": "Must this hold for every legal argument?",
    "name": "Which line gives this name its value, and has it run by then?",
    "near_in_module": "Is it spelt as in the documentation of this module?",
    "near_name": "Is it spelt as it was where it got its value?",
    "local": "In the first round, which line has given this name its value?",
    "import": "Is this package needed, or can NumPy do the same?",
    "arguments": "Which arguments does the docstring name, and in which order?",
    "call": "How many arguments does the function called here take?",
    "keyword": "Which arguments does this function take, and how are they named?",
    "shadowed": "Which line gave this name its new meaning?",
    "not_callable": "Is this a function or a value, and which brackets belong behind it?",
    "unhashable": "What can be the key of a dictionary, a member of a set or an argument of a cached function: can an array?",
    "none": "Which call returned None here, and what does it do instead of returning something?",
    "operands": "Of which type are the two sides, and what does this operation do with that type?",
    "one_number": "Does this function take a whole array, or one number?",
    "index_type": "Of which type must an index be, and of which type is this one?",
    "index": "Which indices does an axis of this length have, and which one is asked for here?",
    "too_many_indices": "How many axes does this array have, and how many indices stand in the brackets?",
    "key": "Which keys are there by then, and when was this one put in?",
    "division": "For which arguments is this divisor 0, and what is asked for then?",
    "recursion": "For which arguments does it stop calling itself?",
    "attribute": "Of which type is this here, and does that type have such a name?",
    "input": "Who could type an answer when a test calls the function?",
    "file": "Is this file there on another computer, too?",
    "product_shapes": "Which two axes must be equally long in a product, and what does each of these two count?",
    "broadcast": "Shapes are compared from the last axis on: what do the two axes that meet here count?",
    "assigned_shape": "How many entries has the place on the left, and how many come from the right?",
    "irregular": "Which shapes have the parts, and can they lie in one array?",
    "truth": "This is true or false for each entry: must it hold for all of them, for any, or for one?",
    "reshape": "How many entries are there, and how many would the new shape hold?",
    "empty": "For which arguments is this empty, and what is asked for then?",
    "not_iterable": "Is this one value or a sequence of them, and over what should it run?",
    "unpack": "How many values come from the right, and how many names stand on the left?",
    "einsum": "Which letter stands for which axis, and which letters may be summed?",
    "read_only": "Whose array does this line write into?",
    "no_axis": "How many axes does this array have, and which one is named here?",
    "square": "How many axes does this array have here, and how long are they?",
    "singular": "Does every matrix have an inverse, and is one needed here?",
    "memory": "How large is the largest array that it makes, for these sizes?",
    "versions": "How is the same written for these versions?",
    # what came back
    "nothing": "Is there a return statement for every case, and does what stands behind it give something back?",
    "complex": "Where do complex numbers come from, and which real number is asked for?",
    "truth_value": "Is a yes or no asked for, or a number?",
    "text": "Is a text asked for, or numbers?",
    "lazy": "Has anything been computed when this is returned, and what would make it an array?",
    "another_kind": "Which numbers are in it, and in which order does the docstring ask for them?",
    "rows_differ": "Are all its rows equally long?",
    "step_type": "What is t in the docstring: an integer, a float, a text or an array?",
    "no_pair": "Which two things does the docstring ask for, and in which order?",
    "unusable": "What does the docstring say is returned?",
    "one_array": "How many arrays does the docstring ask for, and which of them is this one?",
    "count": "What does the docstring say is returned, and in which order?",
    # shapes
    "order": "In which order does the docstring name what is returned?",
    "scalar": "Is it one number, or an array of them?",
    "number": "Is one number asked for, or an array of them?",
    "summed": "Which axis has been summed or picked away, and should it have been?",
    "axis_more": "What does the axis that is too many count, and what should become of it?",
    "transposed": "Which axis counts the steps?",
    "transposed_weights": "Which index counts the rows, and which the columns?",
    "squeezed": "What happens to an axis of length one?",
    "row_more": "Which steps have a row, and which state or step is not one of them?",
    "row_less": "Which steps have a row, and which one is left out?",
    "shape": "What does each axis of the result count?",
    # verdicts
    "word": "Which words does the docstring use?",
    "step": "From which end does the walk start, and how is the step that it meets first counted?",
    "decision": "Which of the decisions in the docstring is the first that holds for these arguments?",
    # numbers
    "non_finite": "Which intermediate result is the first that is not finite?",
    "extreme": "What is the square of {size} in float64?",
    "overflow": "Which intermediate result is larger than any float64, and must it be that large?",
    "unset": "It comes from memory that nothing was written to: what does `np.empty`, or `where=` without `out=`, not set?",
    # refusals
    "accepted": "Which arguments does the docstring refuse, and how?",
    "returned_error": "What happens to an error that is returned, and what to one that is raised?",
    "wrong_error": "Which exception does the docstring name?",
    # what it does besides
    "argument": "Which line writes into an array that the function was given?",
    "not_new": "Who else writes into the arrays that you return?",
    "shared": "Who else writes into the array that you return?",
    "remembers": "What differs from call to call: a variable that lives on, an array that nobody has filled, a random number?",
    "cost": "What is computed or copied again for every t, although the step after it already had it?",
    "dead": "For which arguments do its loops end?",
    "ended": "Which line ends the whole of Python, and what should it do instead?",
    "missing": "Which cell defines it, and under which name?",
    "not_run": "Does it run in a fresh kernel, from the top?",
    "not_callable_task": "Which line gave this name another value?",
    "callee": "Which of the two is to be written first?",
    "newer": "How is the same written for an older Python?",
    "placeholder": "Which lines does Python reach behind a `raise`?",
    # relations
    "zeros": "Where does the first value that is not zero come from?",
    "constant": "Which of its arguments does the result depend on?",
    "sign": "If one entry grows a little, does the loss grow or shrink?",
    "factor": "Where does such a factor enter the equation, and how often?",
    "factor_varies": "On which size does this factor depend, and where does it enter the equation?",
    "transpose": "Which index of the result belongs to which factor?",
    "reversed": "In which order are the rows asked for?",
    "shift": "Which row belongs to which step?",
    "term": "How many paths lead from here to the loss?",
    "row_factors": "What differs from step to step in your computation, and should it?",
    "only_last_row": "What should happen on the way from one step to the next?",
    "only_first_row": "What should happen on the way from one step to the next?",
    "cut": "Which values does your code take for zero?",
    "capped": "Where are values cut off?",
    "offset": "What is added that the equation does not have?",
    "rounded": "Which division or which dtype cuts the fraction off?",
    "whole": "Which division or which dtype cuts the fraction off?",
    "decimals": "Does the docstring ask for rounded numbers?",
    "single": "Which dtype has so few digits, and where does it come from?",
    "imprecise": "Which step loses the digits: a difference, a small dtype, a constant added?",
    "same_rows": "Is each row an array of its own, and does it change from step to step?",
    "follows": "Is it wrong by itself, or because of what it is computed from?",
    "right_from": "What is different about that step?",
    "right_until": "What is different about that step?",
}
# Relations that say little of a mistake: a question about the test case itself leads further.
VAGUE = frozenset(
    "zeros term row_factors only_last_row only_first_row cut capped offset right_from right_until".split()
)


def ask(own: Mapping[str, str], task: str, *kinds: str) -> str:
    """The question for the first of these kinds that has one: a task's own, then the general one."""
    for kind in kinds:
        if question := own.get(f"{task} {kind}") or GENERAL_QUESTIONS.get(kind):
            return question
    return NOTHING_NAMED


def of_relation(own: Mapping[str, str], task: str, relation: str, case: str) -> str:
    """The question for a relation; `case` is one about the test case, which goes before what is vague."""
    if case and relation in VAGUE:
        return own.get(f"{task} {relation}") or case
    return ask(own, task, relation)


# By the type of an exception the kinds that its text tells apart, then the kind of any other text.
_ERRORS: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "NameError": ((), "name"),
    "UnboundLocalError": ((), "local"),
    "ImportError": ((), "import"),
    "ModuleNotFoundError": ((), "import"),
    "IndexError": (
        (
            ("must be of integer|valid indices|only integers|boolean index|arrays used as indices", "index_type"),
            ("too many indices|invalid index to scalar", "too_many_indices"),
        ),
        "index",
    ),
    "KeyError": ((), "key"),
    "ZeroDivisionError": ((), "division"),
    "FloatingPointError": ((), "non_finite"),
    "OverflowError": ((("out of bounds|to C |too large to convert", "operands"),), "overflow"),
    "RecursionError": ((), "recursion"),
    "AttributeError": ((("'NoneType'", "none"),), "attribute"),
    "EOFError": ((), "input"),
    "StdinNotImplementedError": ((), "input"),
    "FileNotFoundError": ((), "file"),
    "PermissionError": ((), "file"),
    "MemoryError": ((), "memory"),
    "SystemExit": ((), "ended"),
    "AxisError": ((), "no_axis"),
    "LinAlgError": ((("ingular", "singular"),), "square"),
    "TypeError": (
        (
            ("'NoneType'", "none"),
            ("unhashable", "unhashable"),
            ("unexpected keyword", "keyword"),
            (r"positional argument|required .*argument|takes (no|exactly|at most|at least)", "call"),
            ("not callable", "not_callable"),
            ("can be converted to Python scalars|must be real number|only length-1", "one_number"),
            ("as an integer|scalar index|indices must be|can only be converted to", "index_type"),
            ("unsupported operand|can only concatenate|can't multiply|ufunc '|not supported between", "operands"),
            ("cannot unpack", "unpack"),
            ("not iterable", "not_iterable"),
        ),
        "raised",
    ),
    "ValueError": (
        (
            ("could not broadcast input array|setting an array element|copy sequence", "assigned_shape"),
            ("non-broadcastable output", "assigned_shape"),
            ("einstein|subscript|operand has (more|fewer)|einsum|remapped shapes|collapsing index", "einsum"),
            ("broadcast", "broadcast"),
            ("core dimension|not aligned|Incompatible dimensions", "product_shapes"),
            ("truth value", "truth"),
            ("reshape", "reshape"),
            ("at least one array|zero-size|empty sequence|arg is an empty|iterable argument is empty", "empty"),
            ("to unpack", "unpack"),
            ("read-only", "read_only"),
            ("must match exactly|same number of dimensions|same shape", "broadcast"),
            ("axes don't match|axis", "no_axis"),
        ),
        "raised",
    ),
}


_BESIDE = (
    ("of this module", "near_in_module"),
    ("nearly", "near_name"),
    ("not Python's own", "shadowed"),
    ("no function", "not_callable"),
    ("comes from the right", "assigned_shape"),
)


def of_error(type: str, text: str, code: str, beside: str = "") -> str:
    """The kind of an exception: of its type and text, the line that raised it, and what was seen beside it."""
    if re.match(r"(?:.*:\s*)?raise\b", code):
        return "own_raise"
    if type == "AssertionError" or re.match(r"assert\b", code):
        return "own_assert"
    if beside:
        for word, kind in _BESIDE:
            if word in beside:
                return kind
    if "inhomogeneous" in text:
        return "irregular"
    kinds, other = _ERRORS.get(type, ((), "raised"))
    return next((kind for form, kind in kinds if re.search(form, text)), other)


def of_call(task: str, text: str, code: str) -> bool:
    """Whether the task's own function does not take the arguments that it is given."""
    return not code and bool(re.match(rf"(\w+\.)*(<lambda>|{re.escape(task)})\(\) (takes|missing|got)", text))


_UNUSABLE = (
    ("holds None$", "nothing"),
    ("complex", "complex"),
    ("irregular|no regular array", "rows_differ"),
    (r"\bbool", "truth_value"),
    (r"\bstr\b", "text"),
    ("map|generator|zip|filter|range_iterator|reversed|function|method", "lazy"),
    ("dict|set|DataFrame|Series|object", "another_kind"),
)


def of_unusable(what: str, verdict: bool = False) -> str:
    """The kind of a thing that is no answer, by its description."""
    if what == "None":
        return "nothing"
    if verdict:
        return "step_type" if " holds " in what else "no_pair"
    return next((kind for form, kind in _UNUSABLE if re.search(form, what)), "unusable")


def of_shape(got: Shape, expected: Shape, steps: bool) -> str:
    """How a wrong shape is related to the expected one; `steps` says that the first axis counts steps."""
    if not expected:
        return "scalar"
    if not got and any(n != 1 for n in expected):
        return "number"
    if [n for n in got if n != 1] == [n for n in expected if n != 1]:
        return "squeezed"
    if got == expected[::-1]:
        return "transposed" if steps else "transposed_weights"
    if _is_part(got, expected):
        return "summed"
    if _is_part(expected, got):
        return "axis_more"
    if steps and got[1:] == expected[1:] and got and abs(got[0] - expected[0]) == 1:
        return "row_more" if got[0] > expected[0] else "row_less"
    return "shape"


def in_another_order(got: Sequence[Shape], expected: Sequence[Shape]) -> bool:
    """Whether the shapes of several arrays are the expected ones in another order."""
    return list(got) != list(expected) and sorted(got) == sorted(expected)


def _is_part(shorter: Shape, longer: Shape) -> bool:
    """Whether a shape is another one that has lost some axes."""
    rest = iter(longer)
    return len(shorter) < len(longer) and all(n in rest for n in shorter)


def extreme(sizes: Sequence[float]) -> str:
    """The size of numbers whose square is no float64, as "1e200"; nothing where there is none. `sizes` are absolute values."""
    found = [size for size in sizes if 0 < size <= 1e-154 or 1e154 <= size < float("inf")]
    if not found:
        return ""
    exponent = int(f"{max(found):e}".partition("e")[2])
    return f"1e{exponent}"


# --- beside ---

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


# --- unset ---

_NAN = np.uint64(0x7FF8_0BAD_0000_0000)  # its bits stand far enough to the left to be in a float32 as well
_HUGE = np.uint64(0x7F00_0BAD_0BAD_0BAD)  # about 1e304
_SIGN = np.uint64(1 << 63)
_PATTERN = np.resize(np.array([_NAN, _HUGE]).view(np.float64), 4096)
_WHERE = re.compile(r"\bwhere\s*=(?!=)")
_OUT = re.compile(r"\bout\s*=(?!\s*None)")
_CALLS, _LETTERS = 100, 2000  # calls that are looked at, and letters of one
_BUILT = re.compile(r"(?<!case np\.)(?<!case )\bndarray\s*\(")  # not as a pattern, nor as a type alone


def is_unset(value: Any) -> bool:
    """Whether a float64 comes from an entry that was never set."""
    bits = np.float64(value).view(np.uint64) & ~_SIGN
    return bool(bits in (_NAN, _HUGE))


def _mark(array: Any, where: Any = True) -> Any:
    """Set what is reserved: whole numbers get the one furthest below zero, and what is no number stays."""
    if isinstance(array, np.ndarray) and array.dtype.kind in "bfciu":
        marks: Any = _PATTERN[0]  # of small numbers, and of very many
        if array.dtype.kind in "iu":
            marks = np.iinfo(array.dtype).min
        elif (array.dtype.itemsize >= 8 or array.dtype.kind == "b") and array.size <= _PATTERN.size:
            marks = _PATTERN[: array.size].reshape(array.shape)
            marks = np.isnan(marks) if array.dtype.kind == "b" else marks
        np.copyto(array, marks, casting="unsafe", where=where)
    return array


def _marking(reserve: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(reserve)
    def reserve_and_mark(*args: Any, **options: Any) -> Any:
        return _mark(reserve(*args, **options))

    return reserve_and_mark


class _Partial:
    """A function of NumPy's for each entry, with its methods, that marks what `where` leaves out."""

    def __init__(self, own: np.ufunc) -> None:
        self._own = own

    def __call__(self, *args: Any, **options: Any) -> Any:
        result = self._own(*args, **options)
        if "where" not in options or options.get("out") is not None or len(args) > self._own.nin:
            return result
        if not isinstance(result, np.ndarray | np.generic):  # there are several, or it is a class's own
            return result
        marked = _mark(np.asanyarray(result), ~np.asarray(options["where"], dtype=bool))
        return marked if marked.ndim else marked[()]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # while it is copied it has nothing of its own yet
            raise AttributeError(name)
        return getattr(self._own, name)


class _Arrays(type):
    """The type of a class that stands for `np.ndarray`, and marks what it makes."""

    def __call__(cls, *args: Any, **options: Any) -> Any:
        made = _NDARRAY(*args, **options)
        return made if len(args) > 2 or "buffer" in options else _mark(made)

    def __instancecheck__(cls, other: Any) -> bool:
        return isinstance(other, _NDARRAY)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, _NDARRAY)

    def __getattr__(cls, name: str) -> Any:
        return getattr(_NDARRAY, name)

    def __eq__(cls, other: object) -> bool:
        return other is _NDARRAY or other is cls

    def __hash__(cls) -> int:
        return hash(_NDARRAY)


_NDARRAY = np.ndarray
_RESERVING = {name: _marking(getattr(np, name)) for name in ("empty", "empty_like")}


@functools.lru_cache(16)  # the self-check asks for it with each call
def _standing_in(text: str) -> dict[str, Any]:
    """By name what stands in for NumPy's own, for code that has use for it."""
    found = dict(_RESERVING)
    if _BUILT.search(text):
        found["ndarray"] = _Arrays("ndarray", (), {})
    for name in _left_out(text):
        if isinstance(vars(np).get(name), np.ufunc):
            found[name] = _Partial(vars(np)[name])
    return found


def _left_out(text: str) -> Iterator[str]:
    """The names of the functions that are called with `where=` and without `out=`."""
    for found in islice(_WHERE.finditer(text), _CALLS):
        depth, start = 1, found.start()
        while depth and start > max(0, found.start() - _LETTERS):
            start -= 1
            depth += (text[start] in ")]}") - (text[start] in "([{")
        name = re.search(r"(\w+)\s*$", text[max(0, start - 80) : start])
        if name and not _OUT.search(_own_words(text, start + 1)):
            yield name[1]


def _own_words(text: str, start: int) -> str:
    """What stands in a call's brackets, but not in brackets within them."""
    depth, words = 1, []
    for letter in text[start : start + _LETTERS]:
        depth += (letter in "([{") - (letter in ")]}")
        if not depth:
            break
        words.append(letter if depth == 1 else " ")
    return "".join(words)


def mark_unset(text: str) -> None:
    """From now on NumPy's own functions mark what they leave unset, as far as the code has use for that."""
    vars(np).update(_standing_in(text))


@contextmanager
def unset_marked(text: str) -> Iterator[None]:
    """As long as this is entered, they do. Numba compiles NumPy's own functions alone: with it they stay as they are."""
    standing = {} if "numba" in sys.modules else _standing_in(text)
    own = {name: vars(np)[name] for name in standing}
    vars(np).update(standing)
    try:
        yield
    finally:
        vars(np).update(own)


# --- closeness ---

RTOL = 1e-6  # of the scale of what is expected
ZERO_RTOL = 1e-12  # of the surroundings' scale, where zero is expected

Scale = Literal["row", "entry", "array", "1/T"]


@dataclass(frozen=True)
class Mismatch:
    """Why an answer is not the expected one: a sentence's middle, and where the first wrong entry stands."""

    kind: Literal["shape", "non_finite", "values"]
    text: str
    index: tuple[int, ...] = ()


@np.errstate(all="ignore")
def compare(
    name: str,
    got: np.ndarray,
    expected: np.ndarray,
    scale: Scale = "array",
    inputs: float = 0.0,
    backwards: bool = False,
    allowed: np.ndarray | None = None,
) -> Mismatch | None:
    """None where `got` is `expected` within the tolerance, else the first difference.

    `scale` says what the tolerance is relative to: the largest entry of the row (first axis), the entry itself, the
    array, or 1/T with T the number of rows. `inputs` is the largest entry of the inputs, the scale of an expected zero
    array. `backwards` looks for the first wrong row from the last one, in the order in which back-propagation computes.
    `allowed` is the tolerance, where the caller has it already.
    """
    if got.shape != expected.shape:
        wanted = f"shape {expected.shape}" if expected.ndim else "a single number"
        return Mismatch("shape", f"{name} has shape {got.shape}, expected {wanted}")
    close = np.abs(got - expected) <= (tolerance(expected, scale, inputs) if allowed is None else allowed)
    if close.all():  # a NaN is never close
        return None
    wrong = ~close
    index = _first(wrong, backwards)
    non_finite = ~np.isfinite(got) & np.isfinite(expected)
    if non_finite.any():
        index = _first(non_finite, backwards)
        return Mismatch("non_finite", f"{_entry(name, index)} is {got[index]}, expected a finite number", index)
    return Mismatch("values", _difference(name, got, expected, index), index)


@np.errstate(all="ignore")
def is_close(got: np.ndarray, expected: np.ndarray, allowed: np.ndarray) -> bool:
    """Whether `got` is `expected` within this tolerance: what `compare` finds, without its words."""
    return got.shape == expected.shape and bool((np.abs(got - expected) <= allowed).all())


def tolerance(expected: np.ndarray, scale: Scale, inputs: float = 0.0) -> np.ndarray:
    """The allowed |got − expected| for every entry, in the shape of `expected`."""
    if scale == "1/T":
        return np.full(expected.shape, RTOL / max((*expected.shape, 1)[0], 1))
    reach = size = np.abs(expected)
    largest = size.max(initial=0.0)
    if scale == "row" and expected.ndim > 1:
        reach = size.max(axis=tuple(range(1, expected.ndim)), keepdims=True, initial=0.0)
    elif scale == "array":
        reach = largest
    zero = ZERO_RTOL * (largest if largest > 0 else inputs)
    return np.full(expected.shape, np.where(reach > 0, RTOL * reach, zero))


def show(value: np.ndarray | float) -> str:
    """A small array as a reader wants it: four significant digits, at most a few rows."""
    value = np.asarray(value, dtype=float)
    text = np.array2string(
        value,
        separator=", ",
        threshold=12,
        edgeitems=2,
        max_line_width=10_000,
        formatter={"float_kind": lambda v: f"{v:.4g}"},
    )
    return " ".join(text.split())


def _first(wrong: np.ndarray, backwards: bool) -> tuple[int, ...]:
    where = np.argwhere(wrong)
    if backwards:
        where = where[where[:, 0] == where[:, 0].max()]
    return tuple(int(i) for i in where[0])


def _entry(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _difference(name: str, got: np.ndarray, expected: np.ndarray, index: tuple[int, ...]) -> str:
    """The whole of a small array, else the row of the first wrong entry, where rows are short, else the entry."""
    at: tuple[int, ...] = ()
    if got.size <= 6:
        subject = name
    elif got.ndim > 1 and got[index[0]].size <= 8:
        subject, at = f"{name}[{index[0]}]", index[:1]
    else:
        subject, at = _entry(name, index), index
    here, there = show(got[at]), show(expected[at])
    if here == there:  # four digits hide the difference, and more of them would tell the answer
        digits = int(1e-6 - np.log10(abs(got[index] / expected[index] - 1))) if expected[index] else 0
        return f"{_entry(name, index)} is {got[index]:.4g}, and only its first {digits} digits are right"
    return f"{subject} is {here}, expected {there}"


# --- shared ---

NOT_ATTEMPTED = "not attempted yet"
# What a task returns, where it is no single array: a tuple of arrays, or a list of as many as came in.
TUPLES = {"forward": ("h", "o"), "parameter_grads": ("dL_dW_hx", "dL_dW_hh", "dL_dW_qh")}
LISTS = ("clip_gradients",)  # whose arrays are new ones
LINEAR = ("hidden_grads",)  # whose work is counted
FORMS = {"detect_explosion": "pair", "spectral_radius": "number"}  # the first check's name; elsewhere it is "shapes"
AXES = {"x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "dL_do": "Tq", "dL_dh": "Th"}
FIRST_STEP = {"h": 0, "o": 1, "dL_do": 1, "dL_dh": 1, "A": 1}  # of what has a row for each step
BACKWARDS = ("dL_dh", "A")  # the first wrong row is the one met first on the way back


@dataclass(frozen=True)
class Case:
    """One call of your function: the check it belongs to, a question, what should come out, and the arguments.

    `want` holds the arrays that are looked at, by name; a tuple is the pair (status, t), and ValueError a refusal.
    `terms` gives parts of what should come out, for an answer that is one of them, or all without one of them.
    """

    check: str
    ask: str
    want: Any
    args: dict[str, Any]
    scale: Scale = "array"
    terms: Callable[[], dict[str, np.ndarray]] = dict
    special: bool = False  # it asks about numbers of one kind: where an ordinary case fails as well, its question waits


# What your results are held against


def _loss(dL_do: Any, x: Any, h_0: Any, W_hx: Any, W_hh: Any, W_qh: Any, nudge: Any) -> Any:
    """Σ_t ∂L/∂o_t · o_t, which is L to first order, with h_t = W_hh^t h_0 + Σ_{i ≤ t} W_hh^{t−i} (W_hx x_i + nudge_i).

    A nudge is added to h_t itself: its gradient is ∂L/∂h_t.
    """
    power = [np.linalg.matrix_power(W_hh, k) for k in range(len(dL_do) + 1)]
    driven, total = x @ W_hx.T + nudge, 0.0
    for t in range(1, len(dL_do) + 1):
        h_t = power[t] @ h_0
        for i in range(1, t + 1):
            h_t = h_t + power[t - i] @ driven[i - 1]
        total = total + dL_do[t - 1] @ (W_qh @ h_t)
    return total


def _squared_error(o: Any, y: Any) -> Any:
    return np.sum((o - y) ** 2) / 2 / len(o)


def cross_entropy(o: Any, y: Any) -> Any:
    o = o - o.real.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(o)), y])


def _gradient(scalar: Callable[[Any], Any], at: np.ndarray) -> np.ndarray:
    """∂scalar/∂a for each entry a of `at`, by the complex step: f(a + iε) ≈ f(a) + iε f'(a), where nothing cancels."""
    gradient = np.zeros(at.shape)
    for entry in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[entry] += 1e-30j
        gradient[entry] = scalar(moved).imag / 1e-30
    return gradient


SIZES = {"T": 5, "d": 2, "h": 4, "q": 3}
_ROWS: dict[str, list] = {
    "x": [[1, 1.5], [-2, 1.5], [-0.5, 0.5], [1, -1], [2, -2]],
    "h_0": [-1, -0.5, 0.5, -0.5],
    "W_hx": [[-1.5, -2], [-2, -2], [-1.5, 2], [-1.5, 1]],
    "W_hh": [[1.5, -1.5, -1, -0.5], [-1, 2, -1.5, 2], [1.5, 1.5, -2, -0.5], [1, -0.5, 1, 1]],
    "W_qh": [[1, -2, 2, 0.5], [2, -1, -1, 2], [-1.5, -2, -1, 1]],
    "o": [[-2, 1.5, -1], [-1.5, 0.5, 2], [2, 1.5, -1], [-2, 1.5, 1], [1.5, -2, -2]],
    "dL_do": [[0.5, -1, -0.5], [2, -1.5, 0.5], [-1, -1, 1.5], [-1.5, -1, -2], [-1.5, -1, 1]],
}
NET = {name: np.array(rows, dtype=float) for name, rows in _ROWS.items()}


def _by(name: str, **other: np.ndarray) -> np.ndarray:
    """The gradient of the loss by one of its arguments, in the network NET with some of them replaced."""
    net = {name: NET[name] for name in ("dL_do", "x", "h_0", "W_hx", "W_hh", "W_qh")}
    net |= {"nudge": np.zeros((SIZES["T"], SIZES["h"])), **other}
    return _gradient(lambda moved: _loss(**net | {name: moved}), net[name])


def _only(array: np.ndarray, t: int) -> np.ndarray:
    """Step t of a sequence, and zeros for all others."""
    return np.where(np.arange(1, len(array) + 1)[:, None] == t, array, 0.0)


@cache
def _from_outputs() -> np.ndarray:
    """Entry [s-1, t-1] is what the output of step s alone, all others silent, sends to h_t. Shape (T, T, h)."""
    return np.array([_by("nudge", dL_do=_only(NET["dL_do"], s)) for s in range(1, SIZES["T"] + 1)])


def _direct() -> dict[str, np.ndarray]:
    return {"the direct part": np.array([_from_outputs()[t, t] for t in range(SIZES["T"])])}


@cache
def _states() -> np.ndarray:
    """h_0 … h_T of NET, seen through outputs that are the states themselves."""
    T, h = SIZES["T"], SIZES["h"]
    return np.vstack([NET["h_0"], _by("dL_do", W_qh=np.eye(h), dL_do=np.zeros((T, h)))])


def _some(names: str) -> dict[str, Any]:
    return {name: NET[name] for name in names.split()}


def _case(
    check: str, ask: str, want: Any, scale: Scale = "array", terms: Any = dict, special: bool = False, **args: Any
) -> Case:
    """A line of the tables below; lists become arrays."""
    for name, value in args.items():
        if name == "grads":
            args[name] = [np.array(part, dtype=float) for part in value]
        elif isinstance(value, list):
            args[name] = np.array(value, dtype=float)
    return Case(check, ask, want, args, scale, terms, special)


# The cases, task by task. Nothing is zero that need not be, W_hh is not symmetric, and T, d, h and q differ.
# fmt: off


# Where no entry is a short decimal number, or all are small.
DIGITS = "Which step loses the digits: a dtype, a rounding, a constant added, a bound for small numbers?"
SMALL = 1e-9 / 7
HAND: dict[str, Any] = {"W_hh": [[0, 3], [1, 0]], "W_qh": [[1, 0]]}  # what comes back as (a, b) goes on as (b, 3a)
# fmt: on


# --- words ---

_WIDTH = 79
_ROW = re.compile(r"\[[^\[\]]*\]|\([\d, ]*\)")
_EQUALS = re.compile(r"([\w\])]) = ")  # stands on one line with its value
_ARRAY = re.compile(r"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]")  # of at most three axes


def wrap(text: str) -> str:
    """Text in lines that fit a terminal. An array is not torn apart, and what follows an indented label hangs below it."""
    return "\n".join(_filled(line) for line in text.split("\n"))


def _filled(line: str) -> str:
    indent = " " * 12 if line.startswith("  ") else ""
    line = _EQUALS.sub(r"\1\0=\0", line) if indent else line
    whole = _ROW.sub(
        _joined, _ARRAY.sub(lambda found: _joined(found) if len(found[0]) < _WIDTH - 13 else found[0], line)
    )
    filled = textwrap.fill(whole, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return filled.replace("\0", " ")


def _joined(found: re.Match[str]) -> str:
    """What stands together, with another character for its spaces."""
    return found[0].replace(" ", "\0")


def write(stream: TextIO, text: str) -> None:
    """Print, also where the terminal cannot show a letter."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)


def kind(value: Any) -> str:
    """What a value is, with its article."""
    names = {"NoneType": "None", "ndarray": "an array", "int": "an int"}
    return names.get(type(value).__name__, f"a {type(value).__name__}")


def error_text(error: BaseException) -> str:
    """An exception as text, with the last line of the notebook that it passed, and what was seen beside it."""
    text = " ".join(traceback.format_exception_only(error)[-1].split())[:200]
    lines = [(step.lineno, step.line) for step in steps_of(error)]
    if isinstance(error, SyntaxError) and error.text:
        lines = [(error.lineno, error.text.strip())]
    where = f" (line {lines[-1][0]}: `{str(lines[-1][1])[:80]}`)" if lines else ""
    seen = beside_of(error)
    if SHAPES_MET in seen:  # which says what NumPy's own text means
        return f"{type(error).__name__}{where}: {seen}"
    return f"{text}{where}; {seen}" if seen else text + where


def text_around(code: CodeType) -> str:
    """The text around a function's code: its cell, or its file."""
    return "".join(linecache.getlines(code.co_filename))


def steps_of(error: BaseException) -> list[traceback.FrameSummary]:
    """The lines of the notebook that an exception passed; a cell is no file on the disk."""
    steps = traceback.extract_tb(error.__traceback__)
    return [step for step in steps if step.line and not os.path.exists(step.filename)]


def beside_of(error: BaseException) -> str:
    """What was seen beside an exception, where it passed a line of the notebook."""
    passed = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if in_notebook(frame)]
    if not passed:
        return ""
    frame, line = passed[-1]
    return beside(error, text_around(frame.f_code), line, frame)


def in_notebook(frame: FrameType) -> bool:
    """Whether a line of the notebook runs in this frame."""
    filename = frame.f_code.co_filename
    return not os.path.exists(filename) and bool(linecache.getlines(filename))


def kind_of_error(task: str, error: BaseException) -> str:
    """The kind of an exception, for its question."""
    code = str(next((step.line for step in reversed(steps_of(error))), ""))
    text = str(error)
    return "arguments" if of_call(task, text, code) else of_error(type(error).__name__, text, code, beside_of(error))


# --- limit ---

_AGAIN_S = 0.005  # the code may catch the exception, so it comes again


class TooLongError(BaseException):
    """Your code was stopped; the text says where it was. No Exception, so that `except Exception` lets it pass."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLongError in what runs inside, once this time is over."""
    main = threading.current_thread() is threading.main_thread()
    if main and hasattr(signal, "setitimer"):
        with _by_timer(seconds):
            yield
    else:
        with _by_line(seconds):
            yield


def _told(seconds: float, frame: FrameType | None) -> str:
    """The sentence's middle: the innermost line of the notebook that runs."""
    while frame is not None and not in_notebook(frame):
        frame = frame.f_back
    if frame is None:
        return f"it did not come to an end in {seconds:g} seconds"
    code = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()[:80]
    return f"it did not come to an end in {seconds:g} seconds, and was in line {frame.f_lineno}: `{code}`"


@contextlib.contextmanager
def _by_timer(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        if not _is_ours(frame):
            raise TooLongError(_told(seconds, frame))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)


def _is_ours(frame: FrameType | None) -> bool:
    """Whether no code of yours runs: the self-check is on its way into it or out of it."""
    while frame is not None and frame.f_globals.get("__name__") == "contextlib":
        frame = frame.f_back
    return frame is None or frame.f_globals is globals()


@contextlib.contextmanager
def _by_line(seconds: float) -> Iterator[None]:
    until, before = time.monotonic() + seconds, sys.gettrace()

    def look(frame: FrameType, event: str, arg: Any) -> Any:
        if not in_notebook(frame):
            return None
        if time.monotonic() > until:
            raise TooLongError(_told(seconds, frame))
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)


# --- calling ---

LONGEST_S = 10.0  # of one call


@dataclass(frozen=True)
class Reply:
    """What one call came to: arrays or a pair in `value`, or else the reason why there is none."""

    case: Case
    raw: Any
    value: list[Any] | None
    trouble: str
    error: BaseException | None
    changed: list[str]
    shared: list[str]  # arguments that the answer is, or whose memory it holds
    seen: str = ""  # the kind of an answer that cannot be judged, for its question


class _UnusableError(Exception):
    """What was returned cannot be judged: what it is, and its kind."""

    def __init__(self, what: str, seen: str) -> None:
        super().__init__(what)
        self.seen = seen


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Prints and warnings of your code never count, and would hide what matters."""
    out, err = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with out, err, warnings.catch_warnings(action="ignore"):
        yield


def call(task: str, function: Callable, case: Case) -> Reply:
    args, raw, trouble, seen = copy.deepcopy(case.args), None, "", ""
    value: list[Any] | None = None
    error: BaseException | None = None
    with quiet():
        try:
            with limited(LONGEST_S):
                raw = _result_of(function, args)
            value = converted(task, raw)
            if isinstance(case.want, dict) and len(value) != len(TUPLES.get(task, case.want)):
                wanted = len(TUPLES.get(task, case.want))
                one = isinstance(raw, np.ndarray)
                came = f"one array of shape {np.shape(raw)}" if one else f"{len(value)} arrays"
                trouble, seen = f"it returned {came}, expected {wanted} arrays", "one_array" if one else "count"
                value = None
        except KeyboardInterrupt:
            raise
        except _UnusableError as unusable:
            trouble, seen = f"it returned {unusable}", unusable.seen
        except TooLongError as stopped:
            trouble, seen = str(stopped), "dead"
        except BaseException as raised:  # your code may raise anything, SystemExit included
            error, trouble = raised, f"it raised {error_text(raised)}"
    changed = [name for name in args if _snapshot(args[name]) != _snapshot(case.args[name])]
    return Reply(case, raw, value, trouble, error, changed, [name for name in args if _shares(raw, args[name])], seen)


def _result_of(function: Callable, args: dict[str, Any]) -> Any:
    """What a cell sets for warnings costs nothing here either, an exception of them included."""
    code = getattr(function, "__code__", None)
    text = text_around(code) if code else ""
    try:
        with np.errstate(), unset_marked(text):
            return function(*args.values())
    except (FloatingPointError, Warning):
        with np.errstate(all="ignore"), warnings.catch_warnings(), unset_marked(text):
            warnings.simplefilter("ignore")
            return function(*args.values())


def _shares(raw: Any, argument: Any) -> bool:
    """Whether an answer is this argument, or an array of it lies in the memory of one of the argument's."""
    if raw is argument:
        return isinstance(argument, list | np.ndarray)
    one, other = (list(value) if isinstance(value, list | tuple) else [value] for value in (raw, argument))
    arrays = [part for part in one if isinstance(part, np.ndarray)]
    return any(np.may_share_memory(a, b) for a in arrays for b in other if isinstance(b, np.ndarray))


def _snapshot(value: Any) -> Any:
    """What shows whether an argument was changed. Of what a student put into a list, only the type is looked at."""
    if isinstance(value, list):
        return [_snapshot(part) if isinstance(part, np.ndarray) else type(part) for part in value]
    return (value.shape, value.dtype.str, value.tobytes()) if isinstance(value, np.ndarray) else repr(value)


def converted(task: str, raw: Any) -> list[Any]:
    """The result as a list of float64 arrays, or as the pair (status, t)."""
    pair = FORMS.get(task) == "pair"
    if not pair and task not in (*TUPLES, *LISTS):
        return [_real(raw)]
    if not isinstance(raw, list | tuple) and not (isinstance(raw, np.ndarray) and raw.ndim > 0):
        wanted = "the pair (status, t)" if pair else "a tuple or list of arrays"
        raise _UnusableError(f"{kind(raw)}, expected {wanted}", of_unusable(kind(raw), pair))
    if not pair:
        return [_real(part) for part in raw]
    if len(raw) != 2:
        raise _UnusableError(f"{len(raw)} values, expected the pair (status, t)", "no_pair")
    return [_plain(part) for part in raw]


def _real(value: Any) -> np.ndarray:
    """A float64 copy of whatever is a real numeric array; bool, text, objects and complex numbers are not."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise _UnusableError(f"{kind(value)} that is no regular array, expected real numbers", "rows_differ") from None
    if array.dtype.kind not in "iuf":
        what = kind(value) + (f" of dtype {array.dtype}" if isinstance(value, np.ndarray) else "")
        if array.dtype == object and not array.ndim and isinstance(value, np.ndarray):
            what = f"an array that holds {kind(array.item())}"
        raise _UnusableError(f"{what}, expected real numbers", of_unusable(what))
    return np.array(array, dtype=np.float64, order="C", subok=False)


def _plain(value: Any) -> str | int | None:
    """A part of the pair: text, a whole number or None."""
    if value is None:
        return None
    if isinstance(value, str):
        return str.__str__(value)  # a member of an enumeration too is the text that it stands for
    try:
        if not isinstance(value, bool | np.bool_):
            return int(value.__index__())
    except (AttributeError, TypeError):
        pass
    what = f"a pair that holds {kind(value)}, expected a text, and an integer or None"
    raise _UnusableError(what, "step_type")


# --- amplification ---

def amplification_cases() -> list[Case]:
    dL_do, W_qh = np.array([[1, 0], [0, -2], [0, 0], [-1, 0]]), [[3, 4, 0], [0, 0, 1]]  # signals of length 5, 2, 0, 5
    dL_dh = np.array([[0, 0, 24], [0, 21, 28], [0, 6, 8], [-3, -4, 0]])
    quiet = {"dL_dh": [[0, 0, 21], [0, 0, -2], [0, 0, 0], [0, 0, 0]], "dL_do": [[-1, 0], [0, -2], [0, 0], [0, 0]]}

    def scaled(check: str, ask: str, factor: float) -> Case:
        args = {"dL_dh": dL_dh * factor, "dL_do": dL_do * factor, "W_qh": W_qh}
        return _case(check, ask, {"A": [2, 5, 2, 1]}, "entry", special=factor != 1, **args)

    return [
        _case(
            "one-step",
            "T = 1: what was sent, and what arrives?",
            {"A": [1]},
            dL_dh=[[3, 4]],
            dL_do=[[1]],
            W_qh=[[3, 4]],
        ),
        scaled("by-hand", "Take a pencil: how long is each signal, and which of them count for t?", 1.0),
        _case(
            "by-hand",
            DIGITS,
            {"A": np.array([2, 5, 2, 1]) / 7},
            "entry",
            dL_dh=dL_dh / 7.0,
            dL_do=dL_do * 1.0,
            W_qh=W_qh,
        ),
        _case(
            "by-hand",
            "Both outputs send something back at once: how long is what arrives?",
            {"A": [2, 1]},
            "entry",
            dL_dh=[[0, 0, 12], [1, 0, 0]],
            dL_do=[[1, -1], [1, 0]],
            W_qh=[[-1, 0, 0], [-4, 4, 0]],
        ),
        _case(
            "silent-end",
            "The last steps send no signal: what does 0/0 give, and what is asked for?",
            {"A": [3, 1, 0, 0]},
            "entry",
            special=True,
            dL_dh=quiet["dL_dh"],
            dL_do=quiet["dL_do"],
            W_qh=W_qh,
        ),
        _case(
            "faint-end",
            "What is left of 7e-20 that was added to 7, when the 7 is taken away again?",
            {"A": [3, 2, 3, 1]},
            "entry",
            special=True,
            dL_dh=[[0, 0, 21], [0, 0, -4], [0, 0, 21e-20], [-3e-20, -4e-20, 0]],
            dL_do=[[1, 0], [0, -2], [0, -2e-20], [-1e-20, 0]],
            W_qh=W_qh,
        ),
        scaled("tiny-loss", "The loss is scaled by 1e-200: what is the square of 1e-200 in float64?", 1e-200),
        scaled("huge-loss", "The loss is scaled by 1e200: what is the square of 1e200 in float64?", 1e200),
    ]


# --- clip_gradients ---

def clip_gradients_cases() -> list[Case]:
    grads, zeros = [[[1, -2]], [2, 4]], [[0, 0], [[0]]]  # the joint norm of the first is 5
    joint = "What is the norm of all entries together, and how many factors are there?"
    compared = "Which comparisons with a norm that is NaN or infinite are true?"
    table: tuple[tuple[str, str, Any, Any, float], ...] = (
        ("by-hand", joint, [[[0.5, -1]], [1, 2]], grads, 2.5),
        ("by-hand", joint, [[[0.6], [0.8]]], [[[3], [4]]], 1.0),
        ("by-hand", joint, [[[-0.6], [-0.8]]], [[[-3], [-4]]], 1.0),
        ("by-hand", joint, [[[0.9, -1.8]], [1.8], [[3.6]]], [[[1, -2]], [2], [[4]]], 4.5),
        ("by-hand", joint, [[[0, 0]], [[0.6], [0.8]]], [[[0, 0]], [[3], [4]]], 1.0),
        ("by-hand", DIGITS, [[[1 / 35, -2 / 35]], [2 / 35, 4 / 35]], grads, 1 / 7),
        ("short-ones", "Is the joint norm too large?", grads, grads, 5.0),
        ("short-ones", "Is the joint norm too large?", grads, grads, 100.0),
        ("short-ones", "All entries are zero: by what would you divide?", zeros, zeros, 1.0),
        (
            "tiny-entries",
            "How much is 1e-6, or 1e-12, beside a norm of 5e-9?",
            [[[0.6e-10]], [0.8e-10, 0]],
            [[[3e-9]], [4e-9, 0]],
            1e-10,
        ),
        (
            "tiny-entries",
            "Which norms does your code take for zero?",
            [[[0.6e-121]], [0.8e-121, 0]],
            [[[3e-120]], [4e-120, 0]],
            1e-121,
        ),
        ("large-entries", "What is the square of 1e300 in float64?", [[[0.6]], [0.8, 0]], [[[3e299]], [4e299, 0]], 1.0),
        (
            "large-entries",
            "Which intermediate result is larger than any float64, and must it be that large?",
            [[[0.6e20]], [0.8e20, 0]],
            [[[3e299]], [4e299, 0]],
            1e20,
        ),
        ("refuses", compared, ValueError, [[[1, np.nan]], [2, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [np.inf, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [-np.inf, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [3, np.nan]], 1.0),
        ("refuses", "Which max_norm make no sense?", ValueError, grads, 0.0),
        ("refuses", "Which max_norm make no sense?", ValueError, grads, -1.0),
    )

    def row(check: str, ask: str, want: Any, grads: Any, max_norm: float) -> Case:
        arrays = want if want is ValueError else {f"clipped[{i}]": part for i, part in enumerate(want)}
        return _case(check, ask, arrays, special=check.endswith("entries"), grads=grads, max_norm=max_norm)

    return [row(*line) for line in table]


# --- cross_entropy_grad ---

def cross_entropy_grad_cases() -> list[Case]:
    def numerical(check: str, ask: str, o: np.ndarray, *labels: int) -> Case:
        y = np.array(labels)
        slope = _gradient(lambda moved: cross_entropy(moved, y), o)
        return _case(check, ask, {"dL_do": slope}, "1/T", special=check == "large-outputs", o=o, y=y)

    large = np.array([[0, -1e4, 1e4], [-1e4, -1e4, 1 - 1e4], [1e4, 1e4 - 0.3, 3], [800, 0, 700]])
    third = np.array([[0.25, -0.25], [-0.5, 0.5], [0.75, -0.75]]) / 3
    return [
        _case(
            "one-step",
            "Equal outputs: how likely is each class, and which one is true?",
            {"dL_do": [[0.25, -0.75, 0.25, 0.25]]},
            "1/T",
            o=[[2, 2, 2, 2]],
            y=np.array([1]),
        ),
        _case(
            "by-hand",
            "What is the softmax of (0, log 3), and from which entry of each row is something taken?",
            {"dL_do": third},
            "1/T",
            o=[[0, np.log(3)], [5, 5], [np.log(3), 0]],
            y=np.array([1, 0, 1]),
        ),
        numerical("numerical-gradient", "If one entry of o grows, by how much does L grow?", NET["o"], 2, 0, 1, 1, 0),
        numerical("numerical-gradient", GENERAL_QUESTIONS["remembers"], -NET["o"], 0, 1, 2, 2, 1),
        numerical("large-outputs", "What is exp(10000), and what may one add to a row of o?", large, 1, 0, 2, 0),
    ]


# --- detect_explosion ---

def detect_explosion_cases() -> list[Case]:
    dL_dh, dL_do = np.array([[3.0, 4], [0, 20], [15, 0], [0, 1]]), np.array([[0.0], [0], [0], [1]])
    W_qh, edge = np.array([[0.0, 1]]), np.array([[0.0, 10], [0, 1]])
    nan, both, last, silent, zero = dL_dh.copy(), dL_dh.copy(), dL_dh.copy(), 0 * dL_dh, 0 * dL_dh
    unseen = np.hstack([0 * dL_do, dL_do + 1]), np.vstack([W_qh, 0 * W_qh])
    nan[0, 1] = both[1, 0] = silent[2, 1] = np.nan
    both[2, 1], last[3, 0] = -np.inf, np.inf
    late, quiet = np.vstack([dL_dh, zero[:2]]), np.vstack([dL_do, [[0.0], [0.0]]])
    both_ways, opposite = np.array([[1.0, -1], [-1, 1]]), np.array([[1.0], [-1]])
    several = (  # each step has a signal of length 5
        np.array([[180.0, 240, 0], [90, 90, 105], [30, 60, 60], [3, 4, 0]]),
        np.array([[-5.0, 1], [1, 1], [-5, 1], [1, 1]]),
        np.array([[1.0, 0, 0], [2, 4, 0]]),
    )
    walk = "A is 5, 20, 15, 1: which step is met first on the way back, and is t the index of a row?"
    square = "Does the scale of a loss change A_t? What is the square of 1e-200, or of 1e200?"
    order = "What is looked at first, and in which direction?"
    table: tuple[tuple[Any, ...], ...] = (
        ("exploding", walk, ("exploding", 3), dL_dh, dL_do, W_qh),
        ("exploding", walk, ("exploding", 2), dL_dh, dL_do, W_qh, 16.0),
        ("exploding", "A is 5, 20, 15, 1, 0, 0: does the walk go on behind T?", ("exploding", 3), late, quiet, W_qh),
        (
            "exploding",
            "A is 15, 11, 9, 1: which signals have come in at t, and how long are they?",
            ("exploding", 2),
            *several,
        ),
        ("stable", "A is 5, 20, 15, 1: is one of them too large?", ("stable", None), dL_dh, dL_do, W_qh, 30.0),
        ("stable", "A is 10, 1: is A_1 larger than the threshold?", ("stable", None), edge, dL_do[2:], W_qh),
        (
            "exploding",
            "A is 10, 1, and the threshold 1.5: where does the walk end?",
            ("exploding", 1),
            edge,
            -dL_do[2:],
            W_qh,
            1.5,
        ),
        ("stable", "T = 1: can anything have grown?", ("stable", None), dL_dh[3:], dL_do[3:], W_qh),
        ("stable", "What does the docstring say of small A_t?", ("stable", None), dL_dh * 1e-9, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 1), nan, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 3), both, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 3), silent, 0 * dL_do, W_qh),
        ("non-finite", order, ("non_finite", 4), last, dL_do, W_qh),
        ("no-signal", "What do the outputs send back here?", ("no_signal", None), zero, 0 * dL_do, W_qh),
        ("no-signal", "Can all signals be zero although dL_do is not?", ("no_signal", None), zero, *unseen),
        (
            "no-signal",
            "Can signals add up to zero that are not zero?",
            ("stable", None),
            both_ways,
            opposite,
            both_ways[:1],
        ),
        ("loss-scale", square, ("exploding", 3), dL_dh * 1e-200, dL_do * 1e-200, W_qh),
        ("loss-scale", square, ("exploding", 3), dL_dh * 1e200, dL_do * 1e200, W_qh),
        ("refuses", "Which thresholds make no sense?", ValueError, dL_dh, dL_do, W_qh, 1.0),
        ("refuses", "Which thresholds make no sense?", ValueError, dL_dh, dL_do, W_qh, -5.0),
        ("refuses", "What is looked at first?", ValueError, nan, dL_do, W_qh, 0.5),
        ("refuses", "Is a whole number a threshold, too?", ValueError, nan, dL_do, W_qh, 1),
    )
    names = ("dL_dh", "dL_do", "W_qh", "threshold")
    return [
        _case(check, ask, want, special=check == "loss-scale", **dict(zip(names, args, strict=False)))
        for check, ask, want, *args in table
    ]


# --- expanded_terms ---

def expanded_terms_cases() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()
    terms = [sent[5 + 2 - i - 1, 2 - 1] for i in range(2, 5 + 1)]
    total = sent.sum(axis=0)[0]
    return [
        _case(
            "last-step",
            "How many terms are there for t = T, and which power do they hold?",
            {"terms": sent[4:, 4]},
            "row",
            **args,
            t=5,
        ),
        _case(
            "by-hand",
            "Which output belongs to the first row, i = t, and which power of which matrix?",
            {"terms": [[0, 6], [1, 0]]},
            "row",
            dL_do=[[1], [2]],
            **HAND,
            t=1,
        ),
        _case(
            "terms",
            "If all outputs but one are silent, what comes from this one?",
            {"terms": terms},
            "row",
            **args,
            t=2,
        ),
        _case("terms", DIGITS, {"terms": sent[4:, 4] * SMALL}, "row", **args | {"dL_do": NET["dL_do"] * SMALL}, t=5),
        _case(
            "terms",
            GENERAL_QUESTIONS["remembers"],
            {"terms": np.array(terms) * [[-1], [1], [-1], [1]]},
            "row",
            **args | {"W_hh": -NET["W_hh"]},
            t=2,
        ),
        _case("sum", "What do the rows add up to?", {"the sum of the rows": total}, **args, t=1),
    ]


# --- forward ---

def forward_cases() -> list[Case]:
    args = _some("x h_0 W_hx W_hh W_qh")
    return [
        _case(
            "one-step",
            "What stands in row 0 of h, what are the two parts of h_1, and which row of W_hh makes its first entry?",
            {"h": [[1, 2], [8, -1]], "o": [[7, -2, 8]]},
            "row",
            x=[[3]],
            h_0=[1, 2],
            W_hx=[[1], [-1]],
            W_hh=[[1, 2], [0, 1]],
            W_qh=[[1, 1], [0, 2], [1, 0]],
        ),
        _case(
            "by-hand",
            "Take a pencil: what is h_1, and what do h_2 and h_3 make of it?",
            {"h": [[0, 1], [3, 0], [0, 3], [8, 0]], "o": [[3], [-3], [8]]},
            "row",
            x=[[1], [0], [2]],
            h_0=[0, 1],
            W_hx=[[1], [0]],
            W_hh=[[0, 2], [1, 0]],
            W_qh=[[1, -1]],
        ),
        _case("states", "Which row of x drives which row of h?", {"h": _states()}, "row", **args),
        _case(
            "states",
            DIGITS,
            {"h": _states() * SMALL},
            "row",
            **args | {name: args[name] * SMALL for name in ("x", "h_0")},
        ),
        _case("outputs", "Which rows of h produce outputs?", {"o": _by("dL_do")}, "row", **args),
    ]


# --- hidden_grads ---

def hidden_grads_cases() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()
    return [
        _case(
            "one-step",
            "T = 1: is there a next state?",
            {"dL_dh": [[7, 2, 2]]},
            "row",
            dL_do=[[1, 2]],
            W_hh=[[1, 2, 0], [0, 1, 0], [0, 0, 3]],
            W_qh=[[1, 0, 2], [3, 1, 0]],
        ),
        _case(
            "by-hand",
            "What comes back to h_1, and through which arrows?",
            {"dL_dh": [[1, 6], [2, 0]]},
            "row",
            dL_do=[[1], [2]],
            **HAND,
        ),
        _case(
            "numerical-gradient",
            "If one entry of h_t grows a little, in which ways does L feel it?",
            {"dL_dh": sent.sum(axis=0)},
            "row",
            _direct,
            **args,
        ),
        _case(
            "numerical-gradient",
            DIGITS,
            {"dL_dh": sent.sum(axis=0) * SMALL},
            "row",
            **args | {"dL_do": NET["dL_do"] * SMALL},
        ),
        _case(
            "last-loss",
            "Only o_T has a loss here: what comes back to the earlier states?",
            {"dL_dh": sent[-1]},
            "row",
            **args | {"dL_do": _only(NET["dL_do"], 5)},
        ),
        _case(
            "first-loss",
            "Only o_1 has a loss here: which states does it depend on?",
            {"dL_dh": sent[0]},
            "row",
            **args | {"dL_do": _only(NET["dL_do"], 1)},
        ),
    ]


# --- parameter_grads ---

def parameter_grads_cases() -> list[Case]:
    h = _states()
    args: dict[str, Any] = {"x": NET["x"], "h": h, "dL_do": NET["dL_do"], "dL_dh": _by("nudge")}
    steps = {"the part of the first step": 1, "the part of the last step": 5}

    def parts(x: np.ndarray) -> dict[str, np.ndarray]:
        """What single steps give to the weights of an input; h_{t-1} is one as well, that of W_hh."""
        return {name: _by("W_hx", x=_only(x, t), W_hx=np.zeros((4, x.shape[1]))) for name, t in steps.items()}

    def outputs() -> dict[str, np.ndarray]:
        return {name: _by("W_qh", dL_do=_only(NET["dL_do"], t)) for name, t in steps.items()}

    many = "At how many steps is it used, and"
    return [
        _case(
            "one-step",
            "T = 1: which state does W_hh multiply, and which one W_qh?",
            {
                "dL_dW_hx": [[2, 1], [0, 0], [-4, -2]],
                "dL_dW_hh": [[1, -1, 3], [0, 0, 0], [-2, 2, -6]],
                "dL_dW_qh": [[0, 10, 20]],
            },
            x=[[2, 1]],
            h=[[1, -1, 3], [0, 2, 4]],
            dL_do=[[5]],
            dL_dh=[[1, 0, -2]],
        ),
        _case(
            "W_hx",
            f"{many} what does W_hx multiply at step t?",
            {"dL_dW_hx": _by("W_hx")},
            terms=lambda: parts(NET["x"]),
            **args,
        ),
        _case(
            "W_hh",
            f"{many} which state does W_hh multiply at step t?",
            {"dL_dW_hh": _by("W_hh")},
            terms=lambda: parts(h[:-1]),
            **args,
        ),
        _case(
            "W_qh",
            f"{many} which state does W_qh multiply at step t?",
            {"dL_dW_qh": _by("W_qh")},
            terms=outputs,
            **args,
        ),
        _case(
            "tiny-gradients",
            DIGITS,
            {"dL_dW_hx": _by("W_hx") * SMALL, "dL_dW_hh": _by("W_hh") * SMALL, "dL_dW_qh": _by("W_qh") * SMALL},
            **args | {name: args[name] * SMALL for name in ("dL_do", "dL_dh")},
        ),
    ]


# --- spectral_radius ---

def spectral_radius_cases() -> list[Case]:
    made = np.array([[1, 1], [1, 2]]) @ np.diag([2, -5]) @ np.array([[2, -1], [-1, 1]])  # basis, eigenvalues, inverse
    table: tuple[tuple[str, str, float, Any], ...] = (
        ("diagonal", "What are the eigenvalues of a diagonal matrix?", 3, [[3, 0, 0], [0, 1, 0], [0, 0, 2]]),
        ("diagonal", "What is the eigenvalue of a matrix with one entry?", 0.5, [[0.5]]),
        ("negative", "What is the modulus of a negative number?", 4, [[1, 0], [0, -4]]),
        ("rotation", "What is the modulus of a complex number?", 2, [[0, -2], [2, 0]]),
        ("rotation", "What is the modulus of a complex number?", 3, [[0, -2, 1], [2, 0, 1], [0, 0, -3]]),
        ("rotation", "What is the modulus of 3 + 4i?", 5, [[4, 1, -2, 1], [0, 3, 4, 2], [0, -4, 3, 1], [0, 0, 0, -2]]),
        ("triangular", "Eigenvalue or singular value: which one is asked for?", 0.5, [[0.5, 8], [0, 0.5]]),
        ("triangular", "What are the eigenvalues of a triangular matrix?", 0, [[0, 7], [0, 0]]),
        ("known-eigenvalues", "Its eigenvalues are 2 and -5: which one counts?", 5, made.tolist()),
        ("known-eigenvalues", DIGITS, 5 / 7, (made / 7).tolist()),
    )
    return [_case(check, ask, {"the spectral radius": radius}, W_hh=W_hh) for check, ask, radius, W_hh in table]


# --- squared_error_grad ---

def squared_error_grad_cases() -> list[Case]:
    o, y = NET["o"], NET["dL_do"]
    slope = _gradient(lambda moved: _squared_error(moved, y), o)
    return [
        _case("one-step", "What is the slope of a square?", {"dL_do": [[3, 0, -2]]}, o=[[4, 1, 0]], y=[[1, 1, 2]]),
        _case(
            "by-hand",
            "What is the slope of a square, and what stands before the sum?",
            {"dL_do": [[0.5, 0, -1], [-0.5, 0, 0]]},
            o=[[1, 2, 3], [0, 1, 1]],
            y=[[0, 2, 5], [1, 1, 1]],
        ),
        _case("numerical-gradient", "If one entry of o grows, by how much does L grow?", {"dL_do": slope}, o=o, y=y),
        _case("numerical-gradient", DIGITS, {"dL_do": slope / 7}, o=o / 7, y=y / 7),
        _case("on-target", "What is the slope at the bottom of a parabola?", {"dL_do": 0 * o}, o=o, y=o.copy()),
    ]


# --- truncated_hidden_grads ---

def truncated_hidden_grads_cases() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()

    def window(check: str, ask: str, tau: int) -> Case:
        sums = np.array([sent[t : t + tau, t].sum(axis=0) for t in range(5)])
        return _case(check, ask, {"dL_dh": sums}, "row", _direct, **args, tau=tau)

    return [
        _case("one-step", "T = 1: is there a next state?", {"dL_dh": [[1, 0]]}, "row", dL_do=[[1]], **HAND, tau=3),
        _case(
            "by-hand",
            "tau = 2: which two losses does each state keep, and what happens to them on their way?",
            {"dL_dh": [[1, 6], [2, 12], [4, 0]]},
            "row",
            dL_do=[[1], [2], [4]],
            **HAND,
            tau=2,
        ),
        window("direct-only", "tau = 1: whose loss is kept for h_t?", 1),
        _case(
            "direct-only",
            DIGITS,
            {"dL_dh": np.array([sent[t, t] for t in range(5)]) * SMALL},
            "row",
            **args | {"dL_do": NET["dL_do"] * SMALL},
            tau=1,
        ),
        window("window", "Where does the window of step t begin, and where does it end?", 2),
        window("window", "Where does the window of step t begin, and where does it end?", 3),
        _case(
            "window",
            "Is the signal that leaves the window subtracted? How many digits survive that?",
            {"dL_dh": [[0.1, 0.3]] * 79 + [[0.1, 0]]},
            "row",
            special=True,
            dL_do=[[0.1]] * 80,
            **HAND,
            tau=2,
        ),
        window("whole", "What does a window of T steps leave out?", 5),
        window("whole", "What does a window of more than T steps leave out?", 50),
        _case("refuses", "Which tau keep no loss at all?", ValueError, **args, tau=0),
        _case("refuses", "Which tau keep no loss at all?", ValueError, **args, tau=-2),
    ]


# --- table ---

TASKS: dict[str, Callable[[], list[Case]]] = {
    "forward": forward_cases,
    "squared_error_grad": squared_error_grad_cases,
    "cross_entropy_grad": cross_entropy_grad_cases,
    "hidden_grads": hidden_grads_cases,
    "expanded_terms": expanded_terms_cases,
    "parameter_grads": parameter_grads_cases,
    "spectral_radius": spectral_radius_cases,
    "amplification": amplification_cases,
    "detect_explosion": detect_explosion_cases,
    "truncated_hidden_grads": truncated_hidden_grads_cases,
    "clip_gradients": clip_gradients_cases,
}


@cache
@np.errstate(all="ignore")
def cases_of(task: str) -> list[Case]:
    return TASKS[task]()


# --- showing ---

@dataclass(frozen=True)
class Picture:
    """What is drawn on a figure of matplotlib, its size in inches, what it shows in words, and what stands below it."""

    words: str
    draw: Callable[[Any], None]
    size: tuple[float, float] = (7.0, 3.6)
    caption: str = ""


def try_out(experiment: Callable[[], None]) -> None:
    """Run an experiment of the notebook. A task that it needs and that is not attempted yet is named in a line."""
    if not is_watched(getattr(experiment, "__globals__", {})):
        return
    try:
        with np.errstate(all="ignore"):
            experiment()
    except NotImplementedError as error:
        steps = steps_of(error)
        write(sys.stdout, f"{NOT_ATTEMPTED[0].upper()}{NOT_ATTEMPTED[1:]}: {steps[-1].name if steps else 'a task'}")
    except (Exception, SystemExit) as error:
        write(sys.stdout, wrap(f"No result yet: {error_text(error)}. What do the check cells say?"))


def make_picture(namespace: Mapping[str, Any], tasks: list[str], picture: Callable[..., Picture]) -> Picture | str:
    """The picture that your functions draw, or the sentence that says why there is none."""
    waiting = [task for task in tasks if not is_attempted(task, namespace.get(task))]
    if waiting:
        return f"{NOT_ATTEMPTED.capitalize()}: {', '.join(waiting)}."
    try:
        with quiet(), np.errstate(all="ignore"):
            return picture(*(namespace[task] for task in tasks))
    except KeyboardInterrupt:
        return "Interrupted: no picture."
    except BaseException as error:  # your code may raise anything, SystemExit included
        those = "its check cell" if len(tasks) == 1 else f"the check cells of {', '.join(tasks)}"
        return f"No picture yet: {error_text(error)}. What do{'es' * (len(tasks) == 1)} {those} say?"


def show_picture(namespace: Mapping[str, Any], tasks: list[str], picture: Callable[..., Picture]) -> None:
    """Show the picture of `make_picture`, or print its sentence."""
    if is_watched(namespace):
        tell_picture(namespace, make_picture(namespace, tasks, picture))


def tell_picture(namespace: Mapping[str, Any], made: Picture | str) -> None:
    """A picture in a notebook; elsewhere its words."""
    if not is_watched(namespace):
        return
    if isinstance(made, str) or not has_matplotlib() or not in_jupyter():
        write(sys.stdout, wrap(in_words(made)))
    else:
        from IPython.display import display

        display({"text/html": as_html(made), "text/plain": made.words}, raw=True)
    if isinstance(made, Picture) and made.caption:
        write(sys.stdout, made.caption)


def is_attempted(task: str, function: Any) -> bool:
    """Whether a function of this name is there and raises no NotImplementedError."""
    if task not in TASKS or not callable(function):
        return False
    return not isinstance(call(task, function, cases_of(task)[0]).error, NotImplementedError)


def is_watched(namespace: Mapping[str, Any]) -> bool:
    """Whether somebody looks at the notebook: not where `load_notebook` runs it, which leaves this mark."""
    return "__cell_errors__" not in namespace


def in_jupyter() -> bool:
    ipython = sys.modules.get("IPython")
    return bool(ipython and getattr(ipython.get_ipython(), "kernel", None))


def has_matplotlib() -> bool:
    return importlib.util.find_spec("matplotlib") is not None


def in_words(made: Picture | str) -> str:
    if isinstance(made, str):
        return made
    return made.words if has_matplotlib() else f"Without matplotlib, this picture comes in words. {made.words}"


def as_html(made: Picture | str) -> str:
    if isinstance(made, str) or not has_matplotlib():
        return f"<p>{html.escape(in_words(made))}</p>"
    data = base64.b64encode(_png(made)).decode()
    return f'<img alt="{html.escape(made.words)}" src="data:image/png;base64,{data}">'


def _png(picture: Picture) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure, drawn = Figure(figsize=picture.size, facecolor="white", layout="constrained"), io.BytesIO()
    picture.draw(figure)
    FigureCanvasAgg(figure).print_png(drawn)
    return drawn.getvalue()


# --- bonus ---

_NAME = "linear_recurrence"
_LENGTHS = (1, 2, 3, 4, 7, 8, 13)


def check_bonus(namespace: Mapping[str, Any]) -> None:
    """Try `linear_recurrence(u, W)`: s_1 = u_1 and s_t = u_t + W s_{t−1}, for lengths that are powers of two and others."""
    if is_watched(namespace):
        write(
            sys.stdout,
            wrap(bonus_trouble(namespace.get(_NAME)) or f"{_NAME}: right for {_LENGTHS[-1]} steps and fewer."),
        )


def bonus_trouble(function: Any) -> str:
    """What does not hold yet, or nothing."""
    if not callable(function):
        return f"{_NAME}: it is not defined here. Has its cell been run?"
    for T in _LENGTHS:
        u, W = _drawn(T)
        sent = [np.vstack([np.zeros((k, 3)), u[: T - k] @ np.linalg.matrix_power(W, k).T]) for k in range(T)]
        wanted = np.sum(sent, axis=0)
        args = copy.deepcopy((u, W))
        try:
            with quiet():
                got = np.asarray(function(*args), dtype=float)
        except NotImplementedError:
            return f"{_NAME}: {NOT_ATTEMPTED}. It is not graded."
        except Exception as error:
            return f"{_NAME} for T = {T}: it raised {error_text(error)}."
        if got.shape != wanted.shape:
            return f"{_NAME} for T = {T}: the result has shape {got.shape}, expected {wanted.shape}."
        wrong = np.flatnonzero((np.abs(got - wanted) > 1e-9 * np.abs(wanted).max()).any(axis=1))
        if wrong.size:
            ask = "Which terms does s_t hold for this t after each round?"
            return f"{_NAME} for T = {T}: the first wrong row is that of t = {wrong[0] + 1}. {ask}"
        if not (np.array_equal(args[0], u) and np.array_equal(args[1], W)):
            return f"{_NAME}: it changed its arguments. Which of your arrays are still the caller's?"
    return ""


def _drawn(T: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(T)
    return rng.normal(size=(T, 3)), 0.7 * rng.normal(size=(3, 3))


# --- asks ---

_STATES = "How many states are there, h_0 included, and how many outputs?"
_ORDER = "In which order does the docstring name the three?"
_SHAPE_OF_GRADIENT = "What shape does the parameter itself have?"
_GROWS = "If one entry of o grows a little, by how much does L grow?"
_SQUARE = "What is the square of {size} in float64? Which given function knows that?"
_HOLDS = "dL_do holds its 1/T already: must a factor appear here?"
_HOLD = "dL_do and dL_dh hold their 1/T already: must a factor appear here?"

ASKS = {
    "forward values": "Take a pencil: what is h_1, and what do h_2 and h_3 make of it?",
    "forward one_step": "What stands in row 0 of h, and what are the two parts of h_1?",
    "forward long": "What does each state make of the one before it?",
    "forward outputs": "Which rows of h produce outputs?",
    "forward follows": "Is o wrong by itself, or because h is?",
    "forward order": "Which of the two does the docstring name first?",
    "forward one_array": "Which two arrays does the docstring ask for?",
    "forward shape": _STATES,
    "forward row_more": _STATES,
    "forward row_less": _STATES,
    "forward factor": "Does a factor stand before one of the parts of h_t?",
    "squared_error_grad values": _GROWS,
    "squared_error_grad one_step": "What is the slope of a square?",
    "squared_error_grad factor": "What becomes of the 1/2, and where does the 1/T of the loss enter?",
    "squared_error_grad factor_varies": "What becomes of the 1/2, and where does the 1/T of the loss enter?",
    "squared_error_grad number": "Is the loss asked for, or its slope by each entry of o?",
    "squared_error_grad zeros": "What is the slope of a square?",
    "cross_entropy_grad values": _GROWS,
    "cross_entropy_grad one_step": "With one step: how likely is each class, and which one is true?",
    "cross_entropy_grad extreme": "What is exp(10000), and what may one add to a row of o?",
    "cross_entropy_grad non_finite": "What is exp(10000), and what may one add to a row of o?",
    "cross_entropy_grad factor": "Where does the 1/T of the loss enter, and how often?",
    "cross_entropy_grad factor_varies": "Where does the 1/T of the loss enter, and how often?",
    "cross_entropy_grad number": "Is the loss asked for, or its slope by each entry of o?",
    "hidden_grads values": "If one entry of h_t grows a little, in which ways does L feel it?",
    "hidden_grads one_step": "T = 1: is there a next state?",
    "hidden_grads early_loss": "Which states does each loss depend on?",
    "hidden_grads vanishing": "Only o_T has a loss here: what comes back to the earlier states?",
    "hidden_grads exploding": "What happens to a gradient on its way from h_{t+1} to h_t?",
    "hidden_grads zeros": "What starts the way back at t = T?",
    "hidden_grads factor": _HOLDS,
    "hidden_grads only_last_row": "What happens to a gradient on its way from h_{t+1} to h_t?",
    "hidden_grads term": "How many arrows leave h_t in the graph?",
    "hidden_grads row_more": "Which states have a gradient here: h_0 as well, or h_1 to h_T?",
    "expanded_terms values": "If all outputs but one are silent, what comes from this one?",
    "expanded_terms last_step": "How many terms are there for t = T, and which power do they hold?",
    "expanded_terms long": "Which power belongs to each row, and which output?",
    "expanded_terms shape": "How many steps are there from t to T, and how long is each term?",
    "expanded_terms transposed": "Which axis counts the terms?",
    "expanded_terms summed": "Are the terms asked for, or their sum?",
    "expanded_terms row_more": "How many steps are there from t to T?",
    "expanded_terms row_less": "How many steps are there from t to T?",
    "expanded_terms factor": _HOLDS,
    "expanded_terms index": "Which row of dL_do belongs to step s?",
    "parameter_grads values": "At how many steps is the parameter used, and what does it multiply there?",
    "parameter_grads dL_dW_hx": "At how many steps is it used, and what does W_hx multiply at step t?",
    "parameter_grads dL_dW_hh": "At how many steps is it used, and which state does W_hh multiply at step t?",
    "parameter_grads dL_dW_qh": "At how many steps is it used, and which state does W_qh multiply at step t?",
    "parameter_grads one_step": "T = 1: which state does W_hh multiply, and which one W_qh?",
    "parameter_grads order": _ORDER,
    "parameter_grads count": _ORDER,
    "parameter_grads shape": _SHAPE_OF_GRADIENT,
    "parameter_grads summed": _SHAPE_OF_GRADIENT,
    "parameter_grads axis_more": "The parameter is used at every step: what becomes of the gradients of the single steps?",
    "parameter_grads factor": _HOLD,
    "parameter_grads factor_varies": _HOLD,
    "parameter_grads transposed_weights": "In which order do the factors of the outer product stand?",
    "parameter_grads transpose": "In which order do the factors of the outer product stand?",
    "parameter_grads term": "At how many steps is the parameter used?",
    "spectral_radius values": "What does the matrix do to one of its eigenvectors, and by which number?",
    "spectral_radius complex_pair": "What is the modulus of a complex number, and of a negative one?",
    "spectral_radius non_normal": "Eigenvalue or singular value: which one is asked for?",
    "spectral_radius complex": "What is the modulus of a complex number?",
    "spectral_radius sign": "What is the modulus of a negative number?",
    "spectral_radius factor": "Which eigenvalues has a diagonal matrix, and which of them does your code return for it?",
    "spectral_radius irregular": "What does this function of NumPy return: one array, or two?",
    "amplification values": "Take a pencil: how long is each signal, and which of them count for t?",
    "amplification no_late_loss": "The last steps send no signal: what does 0/0 give, and what is asked for?",
    "amplification non_finite": "Where no signal has come yet, what does 0/0 give, and what is asked for?",
    "amplification division": "Where no signal has come yet, what does 0/0 give, and what is asked for?",
    "amplification long": "Which signals have come back by step t, and how long is each?",
    "amplification scale": "Does the scale of a loss change A_t? What is the square of 1e-200, or of 1e200?",
    "amplification extreme": _SQUARE,
    "amplification shape": "How many numbers are asked for at each step?",
    "amplification number": "How many numbers are asked for at each step?",
    "amplification squeezed": "How many axes does an array have that holds one number for each step?",
    "amplification transposed": "How many numbers are asked for at each step?",
    "amplification axis_more": "How many numbers are asked for at each step?",
    "detect_explosion explosion": "Which step is met first on the way back, and is t the index of a row?",
    "detect_explosion boundary": "Is it “larger than” or “at least” in decision 4?",
    "detect_explosion non_finite": "What is looked at first, and in which direction?",
    "detect_explosion no_signal": "What do the outputs send back here?",
    "detect_explosion scale": "Does the scale of a loss change A_t? What is the square of 1e-200, or of 1e200?",
    "detect_explosion extreme": "Does the scale of a loss change A_t? What is the square of {size}?",
    "detect_explosion decision": "Which of the five decisions is the first that holds for these arguments?",
    "detect_explosion own_raise": "Is this a wrong call, or a verdict to be returned?",
    "detect_explosion truth": "A holds one number for each step: which of them is asked about, and in which order?",
    "detect_explosion accepted": "Which thresholds make no sense, and when is that looked at?",
    "truncated_hidden_grads values": "Where does the window of step t begin, and where does it end?",
    "truncated_hidden_grads direct_only": "tau = 1: whose loss is kept for h_t?",
    "truncated_hidden_grads whole": "What does a window of T steps or more leave out?",
    "truncated_hidden_grads factor": _HOLDS,
    "truncated_hidden_grads shape": "Does a step whose window is short have a gradient, too?",
    "truncated_hidden_grads own_raise": "Which tau keep no loss at all, and is this one of them?",
    "truncated_hidden_grads accepted": "Which tau keep no loss at all?",
    "clip_gradients values": "What is the norm of all entries together, and how many factors are there?",
    "clip_gradients leaves": "Is the joint norm too large here?",
    "clip_gradients large": "What is the square of 1e300 in float64?",
    "clip_gradients tiny": "How much is 1e-6, or 1e-12, beside a norm of 1e-9?",
    "clip_gradients extreme": _SQUARE,
    "clip_gradients non_finite": "By what is divided here, and can it be 0?",
    "clip_gradients division": "All entries are zero: by what would you divide?",
    "clip_gradients factor": "Is it one factor for all arrays, and of which norm is it made?",
    "clip_gradients sign": "Can a norm be negative?",
    "clip_gradients capped": "Does the direction of the whole step survive?",
    "clip_gradients zeros": "What became of the norm on the way?",
    "clip_gradients shape": "Which shapes come in, and which go out?",
    "clip_gradients irregular": "Have the arrays of the list one shape, and must they lie in one array?",
    "clip_gradients order": "In which order do the arrays come in, and in which do they go out?",
    "clip_gradients count": "How many arrays come in, and how many go out?",
    "clip_gradients one_array": "How many arrays come in, and how many go out?",
    "clip_gradients accepted": "Which max_norm make no sense?",
    "clip_gradients accepted_non_finite": "Which comparisons with a norm that is NaN or infinite are true?",
}


# --- relations ---

_VISIBLE = 10 * RTOL  # of the largest entry: what is smaller is no evidence of anything
_ALL_WHOLE = 2.0**52  # a float64 that is larger has no fraction
_NEAR = 2e-2  # what is nearer is the right computation with too few digits
_OF_NUMBERS = "zeros constant sign factor offset rounded whole decimals single imprecise".split()
_ALWAYS = {"2": 2.0, "1/2": 0.5}


@dataclass(frozen=True)
class Relation:
    """What was seen: a stable id, and a sentence without its full stop. The question that leads on is the caller's."""

    id: str
    text: str


@np.errstate(all="ignore")
def relate(
    got: np.ndarray,
    expected: np.ndarray,
    factors: Mapping[str, float] = {},
    *,
    terms: Mapping[str, np.ndarray] = {},
    backwards: bool = False,
    first_step: int | None = 1,
    index: str = "t",
    scale: Scale = "row",
) -> Relation | None:
    """The most specific relation of a wrong `got` to `expected`, or None where there is none to be sure of.

    `factors` names what to try as a constant factor, besides 2, 1/2 and any of them with a minus; `terms` names parts
    of the expected sum. The first axis is time, and `index` of its first row is `first_step`, or None where it is not
    time; `backwards` looks for the first wrong row from the last one.
    """
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.shape != expected.shape or not np.isfinite(got).all() or not np.isfinite(expected).all():
        return None
    if not _has_evidence(expected) or (np.abs(got - expected) <= tolerance(expected, scale)).all():
        return None
    if not got.any():
        return Relation("zeros", "it is zero everywhere")
    if np.ptp(got) == 0 and got.size > 2 and np.ptp(expected) > 0:
        return Relation("constant", f"it is {got.flat[0]:.4g} everywhere")
    if first_step is not None and _same_rows(got, expected):
        return Relation("same_rows", "its rows are all the same")
    found = _named_factor(got, expected, factors, scale)
    if not found and got.ndim == 2 and got.shape[0] == got.shape[1] and _same(got, expected.T, scale):
        found = Relation("transpose", "it is the transpose of what is expected")
    if not found and first_step is not None:
        found = _reordered(got, expected, scale)
    found = found or _term(got, expected, terms, scale) or _any_factor(got, expected, scale)
    if not found and _near_in_each_row(got, expected):
        return _distorted(got, expected, scale)
    if not found and first_step is not None:
        found = _row_factors(got, expected, scale) or _right_rows(got, expected, scale, backwards, first_step, index)
    return found or _distorted(got, expected, scale)


def relate_numbers(got: Sequence[float], expected: Sequence[float]) -> Relation | None:
    """What the numbers that a function returned for several test cases have to do with the expected ones, all together."""
    if len(got) < 3:
        return None
    found = relate(np.array(got), np.array(expected), first_step=None, scale="entry")
    if not found or found.id not in _OF_NUMBERS:
        return None
    cut_off = np.abs(np.subtract(got, expected)).max() < 1
    return None if found.id == "whole" and not cut_off else found  # a count or an index is a whole number as well


def _near_in_each_row(got: np.ndarray, expected: np.ndarray) -> bool:
    """Whether no row is further off than a small part of its own size."""
    rows = (len(got), -1) if got.ndim else (1, -1)
    off, size = (np.abs(array).reshape(rows).max(axis=1, initial=0.0) for array in (got - expected, expected))
    return bool((off <= _NEAR * size).all())


def _distorted(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    """The right result, spoilt afterwards: rounded, cut off, moved by a constant, or computed with too few digits."""
    close = np.abs(got - expected) <= tolerance(expected, scale)
    if close.any() and (~close).sum() > 1 and not got[~close].any():
        return Relation("cut", "where it is wrong it is zero, and elsewhere it is right")
    reach = np.abs(got).max()
    if _capped(got, expected, close, reach):
        return Relation("capped", f"where it is wrong it is ±{reach:.4g}, and elsewhere it is right")
    difference = got - expected
    if got.size > 2 and np.ptp(difference) <= 1e-3 * np.abs(difference).max():
        return Relation("offset", f"it is off by the same {difference.flat[0]:.3g} everywhere")
    found = _rounded(got, expected)
    if found:
        return found
    error = np.abs(difference).max() / np.abs(expected).max()
    if RTOL < error < _NEAR and _near_in_each_row(got, expected):
        return Relation("imprecise", f"it is close, but off by {error:.0e} of its size, where 1e-06 is allowed")
    return None


def _capped(got: np.ndarray, expected: np.ndarray, close: np.ndarray, reach: float) -> bool:
    """Two entries that should be larger are as large as the largest one, and two that need not be are right."""
    return bool(
        (~close).sum() >= 2
        and (np.abs(got[close]) < reach * (1 - _VISIBLE)).sum() >= 2
        and (np.abs(expected[~close]) > reach).all()
        and np.allclose(np.abs(got[~close]), reach, rtol=RTOL)
        and (np.sign(got) == np.sign(expected)).all()
    )


def _rounded(got: np.ndarray, expected: np.ndarray) -> Relation | None:
    """Too few digits of one kind: whole numbers, some decimals, or those of a small dtype, each of three entries or more."""
    if np.count_nonzero(got) < 2:
        return None
    has_fractions = np.abs(got).max() < _ALL_WHOLE
    if got.size > 2 and has_fractions and (expected % 1 != 0).sum() >= 3 and not (got % 1).any():
        ways = (np.round, np.floor, np.ceil, np.trunc)
        if any((way(expected) == got).all() for way in ways):
            return Relation("rounded", "it is what is expected, rounded to whole numbers")
        return Relation("whole", "it holds whole numbers only")
    for digits in range(1, 6):
        if (np.round(expected, digits) == got).all():
            return Relation("decimals", f"it is what is expected, rounded to {digits} decimals")
    near = np.abs(got - expected).max() < _NEAR * np.abs(expected).max()
    for dtype, bits in ((np.float16, 16), (np.float32, 32)):
        if near and (got.astype(dtype) == got).all() and not (expected.astype(dtype) == expected).all():
            return Relation("single", f"it is close, and each of its entries is a float{bits}")
    return None


def _has_evidence(values: np.ndarray) -> bool:
    """Two entries that are not zero."""
    return int(np.count_nonzero(np.abs(values) > _VISIBLE * np.abs(values).max(initial=0.0))) >= 2


def _same(got: np.ndarray, target: np.ndarray, scale: Scale) -> bool:
    """Close, and the tolerance never larger than what would make anything small close to anything else."""
    allowed = np.minimum(tolerance(target, scale), RTOL * np.abs(target).max(initial=0.0))
    return bool(np.isfinite(target).all() and (np.abs(got - target) <= allowed).all())


def _named_factor(got: np.ndarray, expected: np.ndarray, factors: Mapping[str, float], scale: Scale) -> Relation | None:
    if _same(got, -expected, scale):
        return Relation("sign", "it has the opposite sign everywhere")
    named = {name: f for name, f in {**factors, **_ALWAYS}.items() if f not in (0, 1)}
    for sign, minus in ((1, ""), (-1, "-")):
        names = [minus + name for name, f in named.items() if _times(got, sign * f, expected, scale)]
        if names:  # several where T = 2
            return Relation("factor", f"it is {' or '.join(names)} times what is expected")
    return None


def _any_factor(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    factor = _ratio(got, expected)
    if factor and _times(got, factor, expected, scale):
        return Relation("factor", f"it is {factor:.4g} times what is expected, everywhere")
    return None


def _times(got: np.ndarray, factor: float, expected: np.ndarray, scale: Scale) -> bool:
    return _same(got, factor * expected, scale)


def _ratio(got: np.ndarray, expected: np.ndarray) -> float:
    """got / expected where expected is largest."""
    where = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    return float(got[where] / expected[where])


def _reordered(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    """The right rows in the wrong places."""
    if len(expected) < 2:
        return None
    if _same(got, expected[::-1], scale):
        return Relation("reversed", "its rows are in the opposite order")
    shifts = {
        "one step too late": (got[1:], expected[:-1], expected[1:]),
        "one step too early": (got[:-1], expected[1:], expected[:-1]),
    }
    for where, (rows, moved, in_place) in shifts.items():
        seen = np.count_nonzero(moved.reshape(len(moved), -1).any(axis=1)) >= 2 and _has_evidence(moved)
        # rows that do not change over time have not moved
        if seen and _same(rows, moved, scale) and not _same(rows, in_place, scale):
            return Relation("shift", f"its rows are {where}")
    return None


def _same_rows(got: np.ndarray, expected: np.ndarray) -> bool:
    """Three rows or more that are one row, where those that are expected differ."""
    return got.ndim == 2 and len(got) > 2 and not np.ptp(got, axis=0).any() and bool(np.ptp(expected, axis=0).any())


def _term(got: np.ndarray, expected: np.ndarray, terms: Mapping[str, np.ndarray], scale: Scale) -> Relation | None:
    for name, term in terms.items():
        if term.shape != expected.shape or not _has_evidence(term):
            continue
        if _same(got, term, scale):
            return Relation("term", f"it is {name} alone")
        rest = expected - term  # a row may cancel, so its tolerance is that of its parts
        if (np.abs(got - rest) <= tolerance(expected, scale) + tolerance(term, scale)).all():
            return Relation("term", f"it is what is expected without {name}")
    return None


def _row_factors(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    """Each row a multiple of its own: two entries a row are evidence, one is none."""
    if got.ndim < 2:
        return None
    pairs = [(g, e) for g, e in zip(got, expected, strict=True) if g.any() or e.any()]
    if len(pairs) < 2 or not all(_has_evidence(e) for _, e in pairs):
        return None
    ratios = [_ratio(g, e) for g, e in pairs]
    if not all(f and _times(g, f, e, scale) for f, (g, e) in zip(ratios, pairs, strict=True)):
        return None
    if sum(abs(f - 1) > _VISIBLE for f in ratios) < 2:
        return None
    shown = ", ".join(f"{f:.4g}" for f in ratios[:6]) + (", ..." if len(ratios) > 6 else "")
    return Relation("row_factors", f"each row is a multiple of the expected one, by the factors {shown}")


def _right_rows(
    got: np.ndarray, expected: np.ndarray, scale: Scale, backwards: bool, first_step: int, index: str
) -> Relation | None:
    """Which rows are right, where those that are not begin."""
    if got.ndim == 0 or len(got) < 3:
        return None
    close = np.abs(got - expected) <= tolerance(expected, scale)
    right = close.reshape(len(got), -1).all(axis=1)
    if not _has_evidence(expected[right]):
        return None
    if right.sum() == 1 and (right[-1] or right[0]):
        end = "last" if right[-1] else "first"
        return Relation(f"only_{end}_row", f"only its {end} row is right")
    wrong = np.flatnonzero(~right)
    first = int(wrong[-1] if backwards else wrong[0])
    if not _has_evidence(expected[first + 1 :] if backwards else expected[:first]):
        return None
    t = first + first_step
    if backwards:
        text = f"walking back from the end, it is right down to {index} = {t + 1} and wrong at {index} = {t}"
        return Relation("right_from", text)
    return Relation("right_until", f"it is right up to {index} = {t - 1} and wrong at {index} = {t}")


# --- judge ---

def form_trouble(task: str, reply: Reply) -> str:
    """Why there is no value, or none of the right form."""
    case = reply.case
    if case.want is ValueError:
        return ""
    if reply.value is None:
        question = ask(ASKS, task, reply.seen)
        if isinstance(reply.error, ArithmeticError):
            question = case.ask
        elif reply.error:
            question = ask(ASKS, task, kind_of_error(task, reply.error))
        return _sentence(task, case, reply.trouble, question)
    if isinstance(case.want, dict):
        return _shape_trouble(task, reply)
    return ""


def _shape_trouble(task: str, reply: Reply) -> str:
    in_order = task not in (*TUPLES, *LISTS) or not _in_another_order(task, reply)
    for name, got, expected in _arrays(task, reply):
        if got.shape == expected.shape:
            continue
        if isinstance(reply.raw, np.ndarray) and task in TUPLES:
            text = f"it returned one array of shape {reply.raw.shape}, expected {len(TUPLES[task])} arrays"
            return _sentence(task, reply.case, text, ask(ASKS, task, "one_array"))
        seen = of_shape(got.shape, expected.shape, task not in TUPLES or name in FIRST_STEP) if in_order else "order"
        wanted = f"shape {expected.shape}" if expected.ndim else "a single number"
        text = f"{name} has shape {got.shape}, expected {wanted}"
        return _sentence(task, reply.case, text, ask(ASKS, task, seen))
    return ""


def _in_another_order(task: str, reply: Reply) -> bool:
    """Whether the shapes of all arrays are those that the sizes of the arguments tell, in another order."""
    sizes = _sizes(reply.case.args)
    names = TUPLES.get(task, tuple(reply.case.want))
    shapes = [np.shape(reply.case.want.get(name, [])) for name in names]
    for number, name in enumerate(names):
        axes = AXES.get(name.removeprefix("dL_d"), "")
        if name not in reply.case.want and axes and all(axis in sizes for axis in axes):
            shapes[number] = tuple(sizes[axis] for axis in axes)
    return in_another_order([array.shape for array in reply.value or ()], shapes)


def has_axis_of_one(case: Case) -> bool:
    """Whether a shape that is expected has an axis of length one."""
    return any(1 in np.shape(expected) for expected in case.want.values())


def value_trouble(task: str, reply: Reply, replies: Sequence[Reply] = (), earlier: str = "") -> str:
    """What is wrong with the answer to one case, or nothing.

    `replies` are all of them: they bear a relation out. `earlier` is the first check that did not pass.
    """
    case = reply.case
    if case.want is ValueError:
        happened = reply.trouble if reply.error else "it returned a value"
        if isinstance(reply.error, ValueError):
            return ""
        own = reply.error and kind_of_error(task, reply.error) in ("own_raise", "own_assert")
        question = ask(ASKS, task, "wrong_error") if own else case.ask
        return _sentence(task, case, f"{happened}, expected a ValueError", question)
    form = form_trouble(task, reply)
    if form or reply.value is None:
        return form
    waits = f"Is it the same mistake as in `{earlier}`?" if case.special and earlier else ""
    if isinstance(case.want, tuple):
        return _verdict_trouble(task, reply, replies, waits)
    for name, got, expected in _arrays(task, reply):
        mismatch = compare(name, got, expected, case.scale, _largest(case.args), name in BACKWARDS)
        if mismatch:
            lost = mismatch.kind == "non_finite" or bool(((got == 0) & (expected != 0)).any())
            if is_unset(got[mismatch.index]):
                return _sentence(task, case, mismatch.text, ask(ASKS, task, "unset"))
            of_part = ASKS.get(f"{task} {name}", "") if len(case.want) > 1 else ""
            question = waits if waits and not lost else of_part or case.ask
            return _sentence(task, case, mismatch.text, *_about(task, reply, name, replies, question))
    return ""


def _verdict_trouble(task: str, reply: Reply, replies: Sequence[Reply], waits: str) -> str:
    case, pair = reply.case, tuple(reply.value or ())
    if pair == case.want:
        return ""
    question = waits or case.ask
    words = {other.case.want[0] for other in replies if isinstance(other.case.want, tuple)}
    if pair == case.want[::-1]:
        question = ask(ASKS, task, "order")
    elif words and pair[0] not in words:
        question = ask(ASKS, task, "word")
    return _sentence(task, case, f"{str(pair)[:60]}, expected {case.want}", question)


def _arrays(task: str, reply: Reply) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The name of each array that a case looks at, the one that came, and the one expected."""
    assert reply.value is not None
    for position, (name, expected) in enumerate(reply.case.want.items()):
        got = reply.value[TUPLES[task].index(name) if task in TUPLES else position]
        if name == "the sum of the rows":
            got = np.atleast_1d(got).sum(axis=0)
        yield name, got, np.asarray(expected, dtype=float)


def _about(task: str, reply: Reply, name: str, replies: Sequence[Reply], question: str) -> tuple[str, ...]:
    """The question for a wrong value, and before it what the array has to do with the expected one, if anything."""
    if _replayed(reply, replies):
        return "It is what another call gave.", ask(ASKS, task, "remembers")
    relation = _related(task, reply, name)
    number = task in FORMS and FORMS[task] == "number"
    if number:
        relation = _related_numbers(task, replies)
    elif relation and not _many(reply, name) and not _borne_out(task, relation, reply, name, replies):
        relation = None
    if relation is None:
        return (question,)
    return f"{relation.text[0].upper()}{relation.text[1:]}.", of_relation(ASKS, task, relation.id, question)


def _replayed(reply: Reply, replies: Sequence[Reply]) -> bool:
    """Whether an earlier call with other arguments of these shapes gave the very same, though something else is expected."""
    for other in itertools.takewhile(lambda one: one is not reply, replies):
        if other.value is None or reply.value is None or not isinstance(other.case.want, dict):
            continue
        if _same_arguments(other.case, reply.case):
            continue
        pairs = list(zip(reply.value, other.value, strict=False))
        alike = len(reply.value) == len(other.value) and all(np.array_equal(a, b) and np.ptp(a) for a, b in pairs)
        wanted = [
            [np.shape(arg) for arg in one.case.args.values() if not isinstance(arg, list)] for one in (reply, other)
        ]
        differ = any(
            not np.array_equal(want, other.case.want.get(name, np.nan)) for name, want in reply.case.want.items()
        )
        if alike and differ and wanted[0] == wanted[1]:
            return True
    return False


def _same_arguments(one: Case, other: Case) -> bool:
    """Whether two checks look at the answer to one and the same call."""
    pairs = [(one.args.get(name), value) for name, value in other.args.items()]
    return len(one.args) == len(other.args) and all(
        len(_parts(a)) == len(_parts(b)) and all(map(np.array_equal, _parts(a), _parts(b))) for a, b in pairs
    )


def _related(task: str, reply: Reply, name: str) -> Relation | None:
    """What an array has to do with the expected one, on this case alone."""
    case = reply.case
    got, expected = next((got, expected) for other, got, expected in _arrays(task, reply) if other == name)
    sizes = {axis: size for axis, size in _sizes(case.args).items() if axis in "Tq"}
    return relate(
        got,
        expected,
        sizes | {f"1/{axis}": 1 / size for axis, size in sizes.items()},
        terms=case.terms(),
        backwards=name in BACKWARDS,
        first_step=case.args["t"] if name == "terms" else FIRST_STEP.get(name),
        index="i" if name == "terms" else "t",
        scale=case.scale,
    )


def _related_numbers(task: str, replies: Sequence[Reply]) -> Relation | None:
    """What all numbers that came have to do with those that are expected."""
    pairs = [
        pair for reply in replies if reply.value and isinstance(reply.case.want, dict) for pair in _arrays(task, reply)
    ]
    if any(np.ndim(got) for _, got, _ in pairs):
        return None
    return relate_numbers([float(got) for _, got, _ in pairs], [float(expected) for _, _, expected in pairs])


def _many(reply: Reply, name: str) -> bool:
    """Whether three entries speak for a relation."""
    return bool(np.count_nonzero(reply.case.want[name]) > 2)


def _borne_out(task: str, relation: Relation, reply: Reply, name: str, replies: Sequence[Reply]) -> bool:
    """Whether another case shows the same relation."""
    for other in replies:
        if (
            other is not reply
            and other.value is not None
            and isinstance(other.case.want, dict)
            and name in other.case.want
        ):
            found = _related(task, other, name)
            if found and found.id == relation.id and (found.id != "factor" or found.text == relation.text):
                return True
    return False


def purity_trouble(task: str, function: Callable, replies: list[Reply]) -> str:
    """No argument changed, no memory, and what was returned stays as it was."""
    for reply in replies:
        if reply.changed:
            text = f"it changed its argument {' and '.join(reply.changed)}, expected to find it as it was"
            return _sentence(task, reply.case, text, ask(ASKS, task, "argument"))
        if reply.shared and task in LISTS:
            text = f"it returned its argument {' and '.join(reply.shared)} itself or in part, expected new arrays"
            return _sentence(task, reply.case, text, ask(ASKS, task, "not_new"))
    answered = [reply for reply in replies if reply.value is not None]
    if not answered:
        return form_trouble(task, replies[0])
    again = call(task, function, answered[0].case)
    if _same_answer(answered[0], again.value):  # what is kept for arrays of one size may have begun anew in this call
        again = call(task, function, answered[0].case)
    if not _same_answer(answered[0], again.value):
        text = "called again with the same arguments, it gave another answer"
        return _sentence(task, again.case, text, ask(ASKS, task, "remembers"))
    for reply in answered:
        later: list[Any] | None = None
        with contextlib.suppress(Exception):
            later = converted(task, reply.raw)
        if not _same_answer(reply, later):
            text = "its result changed after it was returned, when it was called again"
            return _sentence(task, reply.case, text, ask(ASKS, task, "shared"))
    return ""


def _same_answer(reply: Reply, later: list[Any] | None) -> bool:
    assert reply.value is not None
    if later is None or len(later) != len(reply.value):
        return False
    for old, new in zip(reply.value, later, strict=True):
        if not isinstance(old, np.ndarray):
            if old != new:
                return False
        elif compare("", np.nan_to_num(new), np.nan_to_num(old)):
            return False
    return True


def _sentence(task: str, case: Case, text: str, *more: str) -> str:
    """Which task and check; input, got and expected below each other; and the question."""
    got, _, expected = text.rpartition(", expected ")
    lines = [f"`{task}` on an input of `{case.check}`:", f"  input     {_describe(case.args)}"]
    if not expected or not got:
        return "\n".join([*lines, f"  got       {text}", " ".join(more)])
    subject, same, came = got.partition(" is ")
    if same and re.match(r"[\[\d-]", expected):  # the two stand right below each other
        got, expected = f"{subject} = {came}", f"{subject} = {expected}"
    return "\n".join([*lines, f"  got       {got}", f"  expected  {expected}", " ".join(more)])


def _describe(args: dict[str, Any]) -> str:
    """The arguments themselves where they are few, else their sizes."""
    if sum(np.size(part) for value in args.values() for part in _parts(value)) > 30:
        return ", ".join(f"{name} = {size:g}" for name, size in _sizes(args).items())
    shown = {name: ", ".join(show(part) for part in _parts(value)) for name, value in args.items()}
    return ", ".join(f"{name} = " + (f"[{text}]" if name == "grads" else text) for name, text in shown.items())


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sizes(args: dict[str, Any]) -> dict[str, Any]:
    """T, d, h and q where the arguments tell them, and the arguments that are plain numbers."""
    sizes: dict[str, Any] = {}
    for name, value in args.items():
        sizes |= dict(zip(AXES[name], np.shape(value), strict=True)) if name in AXES else {}
        sizes |= {name: value} if np.isscalar(value) else {}
    return sizes


def _largest(args: dict[str, Any]) -> float:
    """The largest finite entry of the arguments: the scale of an expected zero."""
    entries = np.concatenate([np.abs(part, dtype=float).ravel() for value in args.values() for part in _parts(value)])
    return float(entries[np.isfinite(entries)].max(initial=0.0))


# --- offered ---

# Every version is tested by .ci/interpreters, and stands in pyproject.toml.
PYTHONS = ("3.11", "3.12", "3.13")
LIBRARIES = frozenset(["numpy", "scipy", *sys.stdlib_module_names])
# Of packages for plots and notebooks there is a stand-in that swallows whatever is done with it.
DISPLAY = (
    "IPython altair bokeh colorama google graphviz ipywidgets loguru matplotlib mpl_toolkits notebook pandas_profiling "
    "plotly prettytable pysnooper rich seaborn selfcheck tabulate termcolor"
)
# Packages whose decorators change what a function costs or checks, and never what it returns.
DECORATORS = {
    "beartype": ["beartype"],
    "jaxtyping": ["jaxtyped"],
    "line_profiler": ["profile"],
    "memory_profiler": ["profile"],
    "numba": ["jit", "njit", "prange"],
    "typeguard": ["typechecked"],
}
OTHERS = ("icecream", "nest_asyncio", "tqdm")  # of which there are stand-ins as well


# --- needs ---

_KNOWN = LIBRARIES | {*DISPLAY.split(), *DECORATORS, *OTHERS, "__main__", "builtins"}
_GUARDED = re.compile(r"\btry\s*:.*\bimport\b|\bfind_spec\b", re.DOTALL)


def foreign(task: str, function: Any) -> str:
    """The sentence about a package that this function uses and the grader does not have, or about too new a Python."""
    for code, names in _codes_reached(function):
        source = text_around(code)
        if newer := newer_than(source, PYTHONS[0]):
            return f"it needs {newer}, and the grader may run Python {PYTHONS[0]}. {ask(ASKS, task, 'newer')}"
        if _GUARDED.search(source):  # it has another way where the package is not there
            continue
        for package in _packages(code, names):
            if package.partition(".")[0] not in _KNOWN:
                return f"it uses {package}, which the grader does not have. {ask(ASKS, task, 'import')}"
    return ""


def _codes_reached(function: Any) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    """The code of a function of the notebook and of those that it names, each with the names around it."""
    waiting: list[Any] = [function]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        one = getattr(one, "__wrapped__", one)
        if not isinstance(one, FunctionType) or id(one) in seen:
            continue
        seen.add(id(one))
        for code in _codes(one.__code__):
            yield code, one.__globals__
            waiting += [one.__globals__[name] for name in code.co_names if name in one.__globals__]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


def _packages(code: CodeType, names: dict[str, Any]) -> Iterator[str]:
    """The packages that a piece of code imports, or takes a module, a function or a class of."""
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            yield str(step.argval).partition(".")[0]
    for name in code.co_names:
        value = names.get(name)
        package = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(package, str) and _is_installed_or_beside(package.partition(".")[0]):
            yield package.partition(".")[0]


def _is_installed_or_beside(package: str) -> bool:
    """Whether this is a package that was installed, or a file in this folder: the grader gets neither."""
    file = str(getattr(sys.modules.get(package), "__file__", None) or "")
    folder = os.path.dirname(os.path.abspath(file))
    return "site-packages" in file or "dist-packages" in file or (bool(file) and folder == os.getcwd())


def newer_than(source: str, version: str) -> str:
    """Which Python a text needs, where this one reads it and that version does not; nothing where it may."""
    oldest = tuple(map(int, version.split(".")))
    if sys.version_info[:2] <= oldest or not source:
        return ""
    for minor in range(sys.version_info[1], oldest[1], -1):
        if not _reads(source, (3, minor - 1)):
            return f"Python 3.{minor}"
    return "Python 3.12" if oldest < (3, 12) and _has_nested_quotes(source) else ""


def _reads(source: str, version: tuple[int, int]) -> bool:
    try:
        ast.parse(source, feature_version=version)
    except SyntaxError:
        try:
            ast.parse(source)
        except SyntaxError:  # with lines of IPython's own: nothing is known
            return True
        return False
    return True


def _has_nested_quotes(source: str) -> bool:
    """Whether an f-string holds its own quotes inside, as Python 3.12 reads first."""
    open_quotes: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            name = tokenize.tok_name[token.type]
            quote = token.string.lstrip("fFrRbBuU")
            if name in ("STRING", "FSTRING_START") and any(quote.startswith(outer) for outer in open_quotes):
                return True
            if name == "FSTRING_START":
                open_quotes.append(quote)
            elif name == "FSTRING_END":
                open_quotes.pop()
    except (tokenize.TokenError, SyntaxError, IndexError):
        return False
    return False


# --- cells ---

T = TypeVar("T")
# The cell below these is Python.
_TRANSPARENT = frozenset(
    f"%%{name}"
    for name in "capture debug ipytest lprun memit mprun prun pyinstrument scalene snakeviz time timeit".split()
)
_HELP = r"[\w.*\[\]'\"]+\?{1,2};?|\?\S.*"
_CALL = r"[/,;][^\W\d][\w.]*(?: .*)?"  # IPython calls it with the rest of the line
_AUTOMATIC = r"(?:pip3?|conda|mamba|uv|git|ls|cd|cat|mkdir|rm|cp|mv|wget|curl|load_ext|reload_ext|matplotlib)\s.*"
_LINE = re.compile(rf"^(\s*)(?:[%!].*|{_HELP}|{_CALL}|{_AUTOMATIC})\s*$")
_MARKED = re.compile(r"^\s*[%!]")
_RUN = re.compile(r"^(\s*)%run\s+(?:-\w\s+)*([^\s;]+)")
_TIMED = re.compile(r"^(\s*)%?time\s+(.+)$")
_ASSIGNED = re.compile(r"^(\s*[\w.,\s]+=\s*)(?:%time\s+(?P<timed>.*)|[%!].*)$")
_WRITES = re.compile(r"%%(?:write)?file\s+(?:(-a)\s+)?[\"']?([^\"'\s]+)")
_OTHER = re.compile(r"^%%(?P<head>\w*)", re.MULTILINE)
_PROMPTS = (re.compile(r"^(?:>>>|\.\.\.)(?: |$)"), re.compile(r"^(?:In \[\d+\]: ?|\s*\.{3,}: ?)"))
_MAY_GUARD = re.compile(r"\btry\s*:.*\bimport\b|\bfind_spec\b", re.DOTALL)
_MAX_MAGICS = 200
_FUTURE = reduce(or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names))


def compiled(source: str, filename: str, future: int = 0) -> tuple[CodeType, str]:
    """The cell's code, and its text as Python. `future` are the flags that `future_of` found in earlier cells."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future

    def code_of(text: str) -> CodeType:
        try:  # without a tree of Python's objects, which would cost as much again
            code: CodeType = compile(text, filename, "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            if "__future__" not in str(error.msg):
                raise
            code = compile(_future_first(ast.parse(text)), filename, "exec", flags, dont_inherit=True)
        return code

    with warnings.catch_warnings():  # a cell may have made them exceptions
        warnings.simplefilter("ignore")
        return _read(source, code_of)


def _future_first(tree: ast.Module) -> ast.Module:
    """The cell with its imports from `__future__` on top: in IPython they may stand anywhere at the top level."""
    first = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    tree.body = [*first, *(node for node in tree.body if node not in first)]
    return tree


def python_of(source: str) -> str:
    """The cell's text as Python."""
    return _read(source, ast.parse)[1]


def future_of(code: CodeType) -> int:
    """The flags of what a cell imports from `__future__`: as in IPython they hold for all cells below."""
    flags: int = code.co_flags & _FUTURE
    return flags


def parts(text: str, filename: str, below: int, future: int) -> Iterator[CodeType]:
    """The code of each top-level statement of a text that is Python, as far as it begins below that line."""
    for statement in ast.parse(text).body:
        if _first_line(statement) > below:
            alone = ast.Module([statement], [])
            yield compile(alone, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future, dont_inherit=True)


def execute(code: CodeType, namespace: dict[str, Any]) -> None:
    """Run it, and what it awaits at the top level."""
    awaited = eval(code, namespace)
    if code.co_flags & inspect.CO_COROUTINE:
        import asyncio  # not among the minimal imports

        asyncio.run(awaited)


def execute_below(error: BaseException, text: str, filename: str, future: int, namespace: dict[str, Any]) -> None:
    """Run the statements below the one that failed: it costs itself alone. `text` is the cell's as Python."""
    for part in parts(text, filename, _line_in(error, filename), future):
        with contextlib.suppress(Exception):
            execute(part, namespace)


def _line_in(error: BaseException, filename: str) -> int:
    """The line of the cell itself in which its error arose."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            return trace.tb_lineno
        trace = trace.tb_next
    return sys.maxsize


def first_lines(script: str) -> list[int]:
    """On which lines of a script, counted from 0, its top-level statements begin, as its syntax tree says."""
    if any(found[0] not in _TRANSPARENT for found in _OTHER.finditer(script)):
        raise SyntaxError("a cell of another language")
    found, last = [], 0
    tree, text = _read(script, ast.parse)
    lines = text.split("\n")
    for statement in tree.body:
        first = _first_line(statement)
        while first != statement.lineno and first > last + 1 and not lines[first - 1].lstrip().startswith("@"):
            first -= 1  # the decorator's own line: what it calls may begin on another one
        if first > last:  # and does not share a line with the one above
            found.append(first - 1)
        last = statement.end_lineno or first
    return found


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(above.lineno for above in decorators)])


def _read(source: str, parse: Callable[[str], T]) -> tuple[T, str]:
    """What `parse` makes of the cell, and its text as Python. A line is read as a magic only where Python itself stumbles."""
    lines = _unprompted(_without_cell_magic(source).split("\n"))
    for _ in range(_MAX_MAGICS):
        try:
            text = "\n".join(lines)
            return parse(text), text
        except SyntaxError as error:
            if not _take_out(lines, (error.lineno or 0) - 1) and not _take_out(lines, _first_marked(lines)):
                raise
    raise SyntaxError(f"more than {_MAX_MAGICS} magics in a cell")


def _unprompted(lines: list[str]) -> list[str]:
    """The lines without what the first one is indented by, and without a console's prompts, as IPython takes them."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    if indent:
        lines = [line.removeprefix(indent) for line in lines]
    prompt = next((prompt for prompt in _PROMPTS if prompt.match(first.strip())), None)
    return [prompt.sub("", line, count=1) for line in lines] if prompt else lines


def _first_marked(lines: list[str]) -> int:
    """Python may see a magic's mistake only in another line, as in `try:` with nothing else in it."""
    return next((number for number, line in enumerate(lines) if _MARKED.match(line)), -1)


def written_file(source: str) -> tuple[str, str, bool] | None:
    """What a `%%writefile` cell writes: the file's name, its text with all lines in place, and whether it is added to it."""
    top, lines = _top(source)
    found = _WRITES.match(lines[top].strip())
    return (found[2], "\n" * (top + 1) + "\n".join(lines[top + 1 :]), bool(found[1])) if found else None


def _top(source: str) -> tuple[int, list[str]]:
    """The number of the first line that is neither empty nor a comment (a script's cell has its mark there), and all lines."""
    lines = source.split("\n")
    return next((number for number, line in enumerate(lines) if line.strip() and line.lstrip()[0] != "#"), 0), lines


def _without_cell_magic(source: str) -> str:
    """The cell without a `%%` line at its top. A cell of another language becomes empty."""
    top, lines = _top(source)
    head = lines[top].strip().partition(" ")[0]
    if not head.startswith("%%"):
        return source
    lines[top] = ""
    return "\n".join(lines) if head in _TRANSPARENT else ""


def _take_out(lines: list[str], index: int) -> bool:
    """Replace the magic in that line, with the lines that a backslash adds to it. False where there is none."""
    if not 0 <= index < len(lines):
        return False
    line, plain = lines[index], _plain_line(lines[index])
    if plain == line:
        return False
    lines[index] = plain
    while line.endswith("\\") and index + 1 < len(lines):
        index += 1
        line, lines[index] = lines[index], ""
    return True


def _plain_line(line: str) -> str:
    run = _RUN.match(line)
    if run:
        return f"{run[1]}get_ipython().run_line_magic('run', {run[2]!r})"
    timed = _TIMED.match(line)
    if timed:
        return timed[1] + timed[2]
    assigned = _ASSIGNED.match(line)
    if assigned:
        return assigned[1] + (assigned["timed"] or "None")
    special = _LINE.match(line)
    return special[1] + "pass" if special else line


def guarded_imports(text: str) -> set[str]:
    """The packages whose import stands in a `try`, or that it looks for: code that is prepared for their absence."""
    if not _MAY_GUARD.search(text):  # a tree of all the others would cost more than running them
        return set()
    tree = ast.parse(text)
    tries = (node for node in ast.walk(tree) if isinstance(node, ast.Try))
    imports = (node for found in tries for node in ast.walk(found) if isinstance(node, ast.Import | ast.ImportFrom))
    names = (
        alias.name if isinstance(node, ast.Import) else node.module or "" for node in imports for alias in node.names
    )
    looked_for = re.findall(r"find_spec\(['\"](\w+)", ast.unparse(tree)) if "find_spec" in text else ()
    return {name.partition(".")[0] for name in (*names, *looked_for)}


def called_names(sources: list[str]) -> set[str]:
    """All names that the cells call as functions."""
    called = set()
    for source in sources:
        try:
            tree = ast.parse(compiled(source, "")[1])
        except (SyntaxError, ValueError, RecursionError):
            continue
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        called |= {function.id for function in calls if isinstance(function, ast.Name)}
    return called


# --- notebook ---

# From the notebook's file to functions


LONGEST_CELL_S = 60.0


class NotebookError(Exception):
    """The notebook cannot be read; the text says which, why, and what to do."""


def load_notebook(path: str | os.PathLike[str] = "bptt.ipynb") -> dict[str, Any]:
    """Run a notebook's code cells, without Jupyter, and return what they define.

    Check cells are left out. A cell that raises is noted in `__cell_errors__`, and the others go on.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")  # a picture must not wait for a window to be closed
    errors: dict[str, str] = {}
    namespace: dict[str, Any] = {"__name__": "__main__", "__cell_errors__": errors, "display": lambda *_, **__: None}
    shell = _Shell(namespace)
    namespace["get_ipython"] = lambda: shell
    sys.argv, words = sys.argv[:1], sys.argv  # which are not meant for the notebook
    for number, (name, source) in enumerate(_code_cells(Path(path))):
        filename = f"<cell {number}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        with quiet():
            try:
                with limited(LONGEST_CELL_S):
                    shell.run(source, filename)
            except KeyboardInterrupt:
                raise
            except TooLongError as stopped:
                errors[name] = f"a limit of time: {stopped}"
            except BaseException as error:  # one cell's trouble, SystemExit included, is not the others'
                errors[name] = error_text(error)
    sys.argv = words
    for name, value in namespace.items():  # where other processes look for what they are to run
        if callable(value) and getattr(value, "__module__", "") == "__main__":
            vars(sys.modules["__main__"]).setdefault(name, value)
    return namespace


def unwritten(path: str | os.PathLike[str]) -> list[str] | None:
    """The written answers that the saved notebook does not hold yet; None where it cannot be read."""
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8-sig"))["cells"]
        answers = {}
        for cell in cells:
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if cell["cell_type"] == "markdown" and marks.get("grade"):
                answers[str(marks["grade_id"])] = "".join(cell["source"]).strip()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return [name for name, text in answers.items() if text in ("", "YOUR ANSWER HERE")]


class _Shell:
    """Runs cells as the grader does. Of IPython's own functions it has none: whatever is asked of it does nothing."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace
        self._future = 0

    def run(self, source: str, filename: str) -> None:
        """A statement that fails costs itself alone: those below it run as well, and then its error is raised."""
        code, text = compiled(source, filename, self._future)
        self._future |= future_of(code)
        try:
            execute(code, self.user_ns)
        except Exception as error:
            execute_below(error, text, filename, self._future, self.user_ns)
            raise

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """What an exported notebook has in place of a cell with `%%name` at its top."""
        with contextlib.suppress(Exception):
            self.run(f"%%{name} {line}\n{cell}", "<magic>")

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


def _code_cells(path: Path) -> list[tuple[str, str]]:
    """The grade_id, or else the first line, and the source of each code cell that is not a check cell."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        found = []
        for cell in cells:
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if cell["cell_type"] == "code" and not marks.get("grade"):
                source = "".join(cell["source"])
                found.append((marks.get("grade_id") or source.strip()[:60].split("\n")[0], source))
        return found
    except OSError as error:
        raise NotebookError(f"{path} cannot be read ({error.strerror}). Is the notebook in this folder?") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotebookError(
            f"{path} is not a complete notebook. Save it again in Jupyter, then try once more."
        ) from None


# --- outcomes ---

@dataclass(frozen=True)
class Outcome:
    """One check of one task. `message` says why it did not pass, and is empty where it did."""

    name: str
    passed: bool
    message: str


def summary(outcomes: Mapping[str, list[Outcome]], path: str | os.PathLike[str] = "bptt.ipynb") -> str:
    """How many tasks pass, and the first that does not; where all do, the written answers that the saved notebook lacks."""
    waiting = [task for task in outcomes if not all(outcome.passed for outcome in outcomes[task])]
    count = f"{len(outcomes) - len(waiting)} of {len(outcomes)} tasks pass."
    if not waiting:
        return f"{count}\n{_after_the_tasks(path)}"
    first = next(outcome for outcome in outcomes[waiting[0]] if not outcome.passed)
    state = NOT_ATTEMPTED if first.message == NOT_ATTEMPTED else f"whose check {first.name} does not pass"
    return f"{count}\nNext: {waiting[0]}, {state}."


def _after_the_tasks(path: str | os.PathLike[str]) -> str:
    left = unwritten(path)
    if left is None:
        return "Next: the written answers, if you have not written them yet."
    if left:
        return f"Next: in words, {' and '.join(left)} (as the notebook was last saved)."
    return "Both written answers are there: read them once more, and hand in the notebook."


def skipped(outcomes: Mapping[str, list[Outcome]]) -> str:
    """Which tasks have not been tried, and why; nothing where all have."""
    waiting = [task for task, found in outcomes.items() if all(one.message == NOT_ATTEMPTED for one in found)]
    return f"Skipped, because they are {NOT_ATTEMPTED}: {', '.join(waiting)}." if waiting else ""


def state_of(outcomes: list[Outcome]) -> str:
    if all(outcome.message == NOT_ATTEMPTED for outcome in outcomes):
        return NOT_ATTEMPTED
    return f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)} checks pass"


def sentences_of(outcomes: list[Outcome]) -> list[str]:
    """The first two messages (one where the form is wrong), and the names of the checks that have more to say."""
    failed = [outcome for outcome in outcomes if outcome.message not in ("", NOT_ATTEMPTED)]
    messages = list(dict.fromkeys(outcome.message for outcome in failed))[: 1 + outcomes[0].passed]
    rest = [outcome.name for outcome in failed if outcome.message not in messages]
    last = [wrap(f"Not passed either: {', '.join(rest)}.")] if rest else []
    return [*(f"{wrap(message)}\n" for message in messages), *last]


def report(outcomes: Mapping[str, list[Outcome]], path: str = "bptt.ipynb") -> None:
    for task, found in outcomes.items():
        state = state_of(found)
        if state != NOT_ATTEMPTED:
            state = "passed" if all(outcome.passed for outcome in found) else f"not yet: {state}"
        write(sys.stdout, f"{task:<24}{state}")
    write(sys.stdout, f"\n{summary(outcomes, path)}")


# --- pictures ---

_LINES = ("-", "--", "-.", ":")  # told apart without colour
_MARKS = ("o", "s", "^", "D")
_FURTHEST = 100  # steps back that `explore` shows


# What you call


def draw_norms(
    namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 30, signal: Sequence[float] | None = None
) -> None:
    """How long ∂L/∂h_t is, for each W_hh, where only the last step has a loss. By your `hidden_grads`.

    `signal` is W_qhᵀ ∂L/∂o_T, what the last step sends back; without it, all its entries are equal and its length is 1.
    """
    show_picture(namespace, ["hidden_grads"], lambda hidden_grads: norms_picture(hidden_grads, matrices, T, signal))


def draw_terms(namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 8) -> None:
    """How long each term of ∂L/∂h_1 is, for each W_hh, where all steps have a loss. By your `expanded_terms`."""
    show_picture(namespace, ["expanded_terms"], lambda expanded_terms: terms_picture(expanded_terms, matrices, T))


def draw_reach(namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 60) -> None:
    """How long ∂L/∂W_hx and ∂L/∂W_hh are for sequences of 1 to T steps, for each W_hh. By three functions of yours."""
    used = ["forward", "hidden_grads", "parameter_grads"]
    show_picture(namespace, used, lambda *functions: reach_picture(functions, matrices, T))


def explore(namespace: Mapping[str, Any], radius: float = 1.0, T: int = 30) -> None:
    """A normal and a non-normal matrix of one spectral radius: with sliders where ipywidgets is installed."""

    def picture(radius: float, T: int) -> Picture | str:
        matrices = {"normal": radius * np.eye(4), "non-normal": radius * np.eye(4) + _COUPLING}
        return make_picture(
            namespace, ["hidden_grads"], lambda hidden_grads: norms_picture(hidden_grads, matrices, T, axes=_FIXED)
        )

    if not (in_jupyter() and importlib.util.find_spec("ipywidgets")):
        tell_picture(namespace, picture(radius, T))
        return
    import ipywidgets
    from IPython.display import display

    drawn_when_released = {"continuous_update": False}
    sliders = (
        ipywidgets.FloatSlider(value=radius, min=0.5, max=1.5, step=0.05, description="radius", **drawn_when_released),
        ipywidgets.IntSlider(value=T, min=2, max=_FURTHEST, description="T", **drawn_when_released),
    )
    shown = ipywidgets.HTML()

    def follow(change: object = None) -> None:
        shown.value = as_html(picture(sliders[0].value, sliders[1].value))

    for slider in sliders:
        slider.observe(follow, "value")
    follow()
    display(ipywidgets.VBox([*sliders, shown]))


# What is drawn


_COUPLING = 0.3 * np.triu(np.ones((4, 4)), 1)  # above the diagonal: it moves no eigenvalue
_FIXED = {"xlim": (0, _FURTHEST), "ylim": (1e-6, 1e6)}


def norm_curves(
    hidden_grads: Callable, matrices: Mapping[str, Any], T: int, signal: Sequence[float] | None = None
) -> dict[str, np.ndarray]:
    """‖∂L/∂h_t‖ for t = 1 … T and each W_hh. The last step alone has a loss."""
    curves = {}
    for name, W_hh in matrices.items():
        W_hh = np.asarray(W_hh, dtype=float)
        dL_do = np.zeros((T, len(W_hh)))
        dL_do[-1] = 1 / np.sqrt(len(W_hh)) if signal is None else signal
        dL_dh = _shaped(hidden_grads(dL_do, W_hh, np.eye(len(W_hh))), dL_do.shape, "hidden_grads")
        curves[name] = np.linalg.norm(dL_dh, axis=1)
    return curves


def norms_picture(
    hidden_grads: Callable,
    matrices: Mapping[str, Any],
    T: int,
    signal: Sequence[float] | None = None,
    axes: Mapping[str, Any] | None = None,
) -> Picture:
    curves = norm_curves(hidden_grads, matrices, T, signal)
    parts = []
    for name, curve in curves.items():
        steps = dict.fromkeys([T, *(t for t in range(T - T // 3, 1, -(T // 3 or 1)) if t > T // 4), 1])
        parts.append(f"{name}: " + ", ".join(f"{curve[t - 1]:.3g} at t = {t}" for t in steps))
    sent = "all entries equal" if signal is None else f"({', '.join(f'{entry:g}' for entry in signal)})"
    words = f"Length of ∂L/∂h_t; only step {T} has a loss, its signal has {sent}. {'. '.join(parts)}."
    words = words.replace("signal has (", "signal is (")
    limits = axes or {"xlim": (0, max(T - 1, 1))}

    def draw(figure: Any) -> None:
        plot = figure.subplots()
        back = np.arange(T)  # steps back from T
        for i, (name, curve) in enumerate(curves.items()):
            length = curve[::-1]
            usable = np.isfinite(length) & (length > 0)
            look = {"linestyle": _LINES[i % 4], "marker": _MARKS[i % 4], "markevery": max(1, T // 10), "label": name}
            plot.plot(back[usable], length[usable], **look)
        plot.set(
            yscale="log", xlabel=f"steps back from T = {T} (from left to right, the way of the gradient)", **limits
        )
        plot.set_ylabel("‖∂L/∂h$_t$‖")
        plot.grid(alpha=0.3)
        plot.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(words, draw)


def term_lengths(expanded_terms: Callable, W_hh: np.ndarray, T: int) -> tuple[np.ndarray, float]:
    """The lengths of the terms of ∂L/∂h_1, that of the loss of step s in place s−1, and the length of their sum."""
    h = len(W_hh)
    dL_do = np.full((T, h), 1 / np.sqrt(h))
    terms = _shaped(expanded_terms(dL_do, W_hh, np.eye(h), 1), (T, h), "expanded_terms")
    return np.linalg.norm(terms, axis=1)[::-1], float(np.linalg.norm(terms.sum(axis=0)))


def terms_picture(expanded_terms: Callable, matrices: Mapping[str, Any], T: int) -> Picture:
    lengths = {name: term_lengths(expanded_terms, np.asarray(W, dtype=float), T) for name, W in matrices.items()}
    parts = [
        f"{name}: {', '.join(f'{length:.3g}' for length in terms)}; their sum has the length {total:.3g}"
        for name, (terms, total) in lengths.items()
    ]
    words = f"Lengths of what the losses of the steps 1 to {T} send back to h_1. {'. '.join(parts)}."

    def draw(figure: Any) -> None:
        for axes, (name, (terms, total)) in zip(
            figure.subplots(1, len(lengths), squeeze=False)[0], lengths.items(), strict=True
        ):
            axes.bar(range(1, T + 1), terms, color="0.75", edgecolor="black", linewidth=0.8)
            axes.axhline(total, color="black", linestyle="--", linewidth=1)
            axes.text(0.5, total, "‖∂L/∂h$_1$‖", va="bottom", size=9)
            axes.set(title=name, xlabel="step s of the loss", xticks=range(1, T + 1), xlim=(0.4, T + 0.6))
            axes.set_ylim(0, 1.15 * max(total, *terms))
            axes.set_ylabel("length of the term in ∂L/∂h$_1$")

    return Picture(words, draw)


def reach_lengths(functions: Sequence[Callable], W_hh: np.ndarray, T: int) -> np.ndarray:
    """‖∂L/∂W_hx‖ and ‖∂L/∂W_hh‖ for sequences of 1 … T steps, as two rows. Random inputs; only the last step has a loss."""
    forward, hidden_grads, parameter_grads = functions
    h, eye, lengths = len(W_hh), np.eye(len(W_hh)), np.empty((2, T))
    inputs = np.random.default_rng(0).normal(size=(T, h))
    for steps in range(1, T + 1):
        x, dL_do = inputs[:steps], np.zeros((steps, h))
        dL_do[-1] = 1 / np.sqrt(h)
        states = forward(x, eye[0], eye, W_hh, eye)[0]
        grads = parameter_grads(x, np.asarray(states), dL_do, np.asarray(hidden_grads(dL_do, W_hh, eye)))
        lengths[:, steps - 1] = [np.linalg.norm(grad) for grad in grads[:2]]
    return lengths


def reach_picture(functions: Sequence[Callable], matrices: Mapping[str, Any], T: int) -> Picture:
    found = {name: reach_lengths(functions, np.asarray(W, dtype=float), T) for name, W in matrices.items()}
    parts = [f"{name}: {hx[-1]:.3g} and {hh[-1]:.3g}" for name, (hx, hh) in found.items()]
    words = f"Lengths of ∂L/∂W_hx and ∂L/∂W_hh for sequences of {T} steps. {'. '.join(parts)}."

    def draw(figure: Any) -> None:
        both = figure.subplots(1, 2, sharey=True)
        for axes, row, name in zip(both, (0, 1), ("hx", "hh"), strict=True):
            for i, (label, lengths) in enumerate(found.items()):
                look = {
                    "linestyle": _LINES[i % 4],
                    "marker": _MARKS[i % 4],
                    "markevery": max(1, T // 8),
                    "label": label,
                }
                axes.plot(range(1, T + 1), lengths[row], **look)
            axes.set(yscale="log", xlabel="steps T of the sequence", title=f"‖∂L/∂W$_{{{name}}}$‖")
            axes.grid(alpha=0.3)
        both[1].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(words, draw)


def _shaped(result: Any, shape: tuple[int, ...], task: str) -> np.ndarray:
    array = np.asarray(result, dtype=float)
    if array.shape != shape:
        raise ValueError(f"{task} gave shape {array.shape}, expected {shape}")
    return array


# --- training ---

HIDDEN, WINDOW = 64, 40
_COLUMNS = {"step": 4, "loss": 10, "ρ": 10, "max A_t": 10, "max |h|": 10, "gradient": 10, "clipped": 10}  # and how wide
_STYLES = (("-", 0.9), ("--", 2.0), (":", 2.0), ("-.", 1.5))  # told apart without colour
_SHOWN_UP_TO = 1e9  # what a picture shows of numbers that overflow


def zen() -> str:
    """The text that `import this` prints, in small letters."""
    with quiet():
        import this
    return codecs.decode(this.s, "rot13").lower()


def windows(steps: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each step of training 40 characters (x: a row with a single 1 for each) and the characters that follow them (y).

    Each window is a sequence of its own. The next one goes on where it ends; behind the last one comes the first again.
    """
    letters, codes = _alphabet()
    for step in range(steps):
        at = step % ((len(codes) - 1) // WINDOW) * WINDOW
        yield np.eye(len(letters))[codes[at : at + WINDOW]], codes[at + 1 : at + WINDOW + 1]


def start_weights() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(W_hx, W_hh, W_qh) before training, always the same. W_hh is 0.8 times an orthogonal matrix, so ρ(W_hh) = 0.8."""
    rng, q = np.random.default_rng(1), len(_alphabet()[0])
    orthogonal = np.linalg.qr(rng.normal(size=(HIDDEN, HIDDEN)))[0]
    return 0.3 * rng.normal(size=(HIDDEN, q)), 0.8 * orthogonal, 0.1 * rng.normal(size=(q, HIDDEN))


def sample_text(forward: Callable, weights: Sequence[np.ndarray], length: int = 130) -> str:
    """What a network writes: it starts with a t, draws each next character by its softmax, and reads it in turn."""
    letters = _alphabet()[0]
    rng, h, text = np.random.default_rng(0), np.zeros(HIDDEN), "t"
    while len(text) < length:
        states, o = forward(np.eye(len(letters))[[letters.index(text[-1])]], h, *weights)
        h, row = np.asarray(states)[-1], np.asarray(o)[0]
        if not np.isfinite(row).all():
            return "(nothing: its numbers have overflowed)"
        odds = np.exp(row - np.logaddexp.reduce(row))
        text += letters[rng.choice(len(letters), p=odds / odds.sum())]
    return wrap(text.replace("\n", " "))


def _alphabet() -> tuple[list[str], np.ndarray]:
    letters = sorted(set(zen()))
    return letters, np.array([letters.index(letter) for letter in zen()])


# The log


@dataclass
class Measured:
    """One step of training. What a function of yours measures is None where you have not written it, or cannot be measured."""

    loss: float
    radius: float | None
    amplified: float | None
    state: float
    recurrent: float
    norm: float
    after: float | None = None  # the length of all gradients together, after clipping
    verdict: tuple[str, Any] | None = None


class Log:
    """What is measured at each step of a run: `add` before clipping, `clipped` after it."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        tasks = ("spectral_radius", "amplification", "detect_explosion")
        self._namespace = namespace
        self._yours = {task: namespace[task] for task in tasks if is_attempted(task, namespace.get(task))}
        self.steps: list[Measured] = []

    def add(self, h: Any, o: Any, y: Any, dL_do: Any, dL_dh: Any, grads: Any, W_hh: Any, W_qh: Any) -> bool:
        """Measure one step. Whether all its numbers are finite: where they are not, training is over."""
        with np.errstate(all="ignore"):
            finite = bool(np.isfinite(dL_do).all())
            step = Measured(
                loss=float(cross_entropy(np.asarray(o), y)),
                radius=self._measured("spectral_radius", W_hh) if np.isfinite(W_hh).all() else None,
                amplified=None,
                state=_largest_entry(h),
                recurrent=_norm([grads[1]]),
                norm=_norm(grads),
            )
            if finite and np.isfinite(dL_dh).all():
                amplified = self._measured("amplification", dL_dh, dL_do, W_qh)
                step.amplified = None if amplified is None else _largest_entry(amplified)
            if finite:
                step.verdict = self._measured("detect_explosion", dL_dh, dL_do, W_qh)
        self.steps.append(step)
        return bool(np.isfinite([step.loss, step.norm]).all())

    def clipped(self, grads: Any) -> None:
        """Note the length of all gradients together after clipping."""
        self.steps[-1].after = _norm(grads)

    def _measured(self, task: str, *arguments: Any) -> Any:
        return self._yours[task](*arguments) if task in self._yours else None

    def __repr__(self) -> str:
        return wrap(self.summary()) if self.steps else "no steps"

    def summary(self) -> str:
        """What came of the run, in a few sentences."""
        last, steps = self.steps[-1], self.steps
        ends = "overflows" if not np.isfinite(last.norm) else f"ends with the loss {_mean_loss(self):.3g}"
        clipped = sum(one.after is not None and one.after < 0.999 * one.norm for one in steps)
        longest = max((one.norm for one in steps if np.isfinite(one.norm)), default=0.0)
        said = [f"{len(steps)} steps, it {ends}.", f"{clipped} are clipped, the longest gradient is {longest:.3g}."]
        radii = [one.radius for one in steps if one.radius is not None]
        if radii:
            said.append(f"ρ is above 1 at {sum(radius > 1 for radius in radii)} of them.")
        loud = [n for n, one in enumerate(steps, start=1) if one.verdict is not None and one.verdict[0] == "exploding"]
        if loud:
            said.append(f"The verdict is exploding at step{'s' * (len(loud) > 1)} {', '.join(map(str, loud[:8]))}.")
        return " ".join(said)

    def draw(self, **others: "Log") -> None:
        """The picture of this run, and of others beside it, with a table of the steps at which something happens."""
        tell_picture(self._namespace, runs_picture({"this run": self} | others))

    def rows(self, first: int, last: int) -> list[str]:
        """The table's lines of these steps, the first step being 1."""
        table = [list(_COLUMNS)]
        verdicts = ["verdict"]
        for number in range(max(1, first), min(last, len(self.steps)) + 1):
            one = self.steps[number - 1]
            cells = [one.loss, one.radius, one.amplified, one.state, one.norm, one.after]
            table.append([f"{number}", *("–" if cell is None else f"{cell:.3g}" for cell in cells)])
            verdicts.append(
                "–" if one.verdict is None else " ".join(str(part) for part in one.verdict if part is not None)
            )
        lines = [
            "".join(f"{cell:>{width}}" for cell, width in zip(row, _COLUMNS.values(), strict=True)) for row in table
        ]
        return [f"{line}  {verdict}" for line, verdict in zip(lines, verdicts, strict=True)]

    def event(self) -> tuple[int, str]:
        """The first step at which something happens, and what."""
        for number, one in enumerate(self.steps, start=1):
            if one.verdict is not None and one.verdict[0] != "stable":
                return number, "the first one with another verdict than stable"
            if one.after is not None and one.after < 0.999 * one.norm:
                return number, "the first one that is clipped"
        finite = bool(self.steps) and np.isfinite(self.steps[-1].norm)
        return len(self.steps), "the last one" if finite else "the one that overflows"


def _largest_entry(values: Any) -> float:
    return float(np.abs(np.asarray(values, dtype=float)).max(initial=0.0))


def _norm(grads: Any) -> float:
    """The length of all entries together, also where their squares would overflow."""
    entries = np.concatenate([np.abs(np.asarray(grad, dtype=float)).ravel() for grad in grads])
    largest = float(entries.max(initial=0.0))
    return largest * float(np.linalg.norm(entries / largest)) if np.isfinite(largest) and largest else largest


# The picture


def runs_picture(logs: Mapping[str, Log]) -> Picture:
    logs = {name: log for name, log in logs.items() if log.steps}
    words, captions = [], []
    for name, log in logs.items():
        at, what = log.event()
        words.append(f"{name.capitalize()}: {log.summary()}")
        first = at - 2 if at < len(log.steps) else at - 4
        told = [wrap(words[-1])] if in_jupyter() and has_matplotlib() else []  # elsewhere the words are the picture
        captions += ["", *told, f"Step {at} is {what}:", *log.rows(first, at + 2)]
    count = max((len(log.steps) for log in logs.values()), default=1)

    def draw(figure: Any) -> None:
        panels = figure.subplots(4, sharex=True)
        for (name, log), (style, width) in zip(logs.items(), _STYLES, strict=False):
            look = {"linestyle": style, "linewidth": width, "label": name, "marker": "." if count < 200 else ""}
            for axes, values in zip(panels, _curves(log), strict=True):
                axes.plot(range(1, len(values) + 1), np.minimum(np.array(values, dtype=float), _SHOWN_UP_TO), **look)
        for axes, label, line in zip(
            panels, ("loss", "ρ(W$_{hh}$)", "max A$_t$", "‖∂L/∂W$_{hh}$‖"), (0, 1, 10, 0), strict=True
        ):
            axes.set_ylabel(label)
            axes.grid(alpha=0.3)
            if line:
                axes.axhline(line, color="black", linewidth=0.8, linestyle="--")
        for axes in (panels[0], panels[2], panels[3]):
            axes.set_yscale("log")
            axes.set_ylim(top=min(axes.get_ylim()[1], 1e6))
        panels[1].set_ylim(0.5, 2)
        panels[3].set(xlabel="step of training", xscale="log" if count >= 200 else "linear", xlim=(1, count))
        figure.align_ylabels()
        if count < 200:
            panels[3].locator_params(axis="x", integer=True)
        if len(logs) > 1:
            panels[0].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(" ".join(words), draw, (7.5, 6.5), "\n".join(captions[1:]))


def _curves(log: Log) -> list[list[float]]:
    """Loss, radius, amplification and ‖∂L/∂W_hh‖ of each step; NaN where nothing was measured."""
    nothing = float("nan")
    return [
        [one.loss for one in log.steps],
        [nothing if one.radius is None else float(one.radius) for one in log.steps],
        [nothing if one.amplified is None else one.amplified for one in log.steps],
        [one.recurrent for one in log.steps],
    ]


def _mean_loss(log: Log) -> float:
    return float(np.mean([one.loss for one in log.steps[-20:]]))


# --- building ---

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


# --- observing ---

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


# --- program ---

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


# --- calls ---

# Functions that are taken for one another.
_KINDS = [
    group.split()
    for group in (
        "eigvals eigvalsh svdvals", "eig eigh", "max min sum mean", "amax amin sum mean", "argmax argmin",
        "zeros ones", "zeros_like ones_like empty_like", "empty zeros", "eye ones", "cumsum cumprod", "any all",
        "vstack hstack", "isnan isinf isfinite", "maximum minimum", "add subtract", "multiply divide", "dot outer",
        "floor ceil round", "abs real imag", "exp log", "append prepend", "std var", "prod sum",
    )
]  # fmt: skip
_OTHERS: dict[str, list[str]] = {}
for _group in _KINDS:
    for _one in _group:
        _OTHERS.setdefault(_one, []).extend(other for other in _group if other != _one)
_REDUCING = (
    "max",
    "min",
    "sum",
    "mean",
    "amax",
    "amin",
    "cumsum",
    "any",
    "all",
    "prod",
    "norm",
    "argmax",
    "softmax",
    "flip",
)
_LARGEST = ("max", "min", "amax", "amin", "argmax", "argmin")
_ORDERED = ("dot", "outer", "matmul", "subtract", "divide", "power", "inner", "append", "multi_dot", "isclose")
_KINDS_OF_ORDER = {
    "outer": "extra_axis",
    "subtract": "sign",
    "divide": "upside_down",
    "power": "upside_down",
    "append": "order",
    "isclose": "order",
}
_BUILTIN = ("max", "min", "sum", "abs", "any", "all")


def call_changes(place: Place, node: ast.Call, sort: Sort, facts: Facts, given: tuple[str, ...]) -> Iterator[Change]:
    """All edits of one call."""
    func = node.func
    called = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if called == "range":
        yield from _ranges(node)
        return
    for other in _OTHERS.get(called, ()):
        new = attribute(func.value, other) if isinstance(func, ast.Attribute) else name(other)
        if isinstance(new, ast.Attribute) or other in _BUILTIN:
            kind = "initial" if called.startswith(("zeros", "ones", "empty")) else "function"
            yield Change(1, kind, ast.Call(new, node.args, node.keywords), everywhere=other)
    if called in ("isnan", "isinf") and node.args:
        yield Change(
            1, "function", ast.UnaryOp(ast.Invert(), calling(numpy("isfinite"), node.args[0])), everywhere="isfinite"
        )
    yield from _given(node, called, facts, given)
    yield from _without(node, func)
    if called in _ORDERED and len(node.args) == 2:
        kind = _KINDS_OF_ORDER.get(called, "sum")
        yield Change(1, kind, ast.Call(func, node.args[::-1], node.keywords), everywhere="swap")
    if called == "dot" and len(node.args) == 1 and isinstance(func, ast.Attribute):
        yield Change(1, "sum", calling(attribute(node.args[0], "dot"), func.value), everywhere="swap")
    if called in _REDUCING:
        yield from _axes(node, called, sort)
    if called in _LARGEST and node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
        length = ast.Call(func, [calling(name("abs"), node.args[0]), *node.args[1:]], node.keywords)
        yield Change(2, "function", length, everywhere="abs")
    if called == "exp" and node.args:
        yield from _steadied(node, facts)
    for index, argument in enumerate(node.args):  # one argument less
        if len(node.args) > 1 and not isinstance(argument, ast.Starred):
            yield Change(2, "extra", ast.Call(func, node.args[:index] + node.args[index + 1 :], node.keywords))


def _ranges(node: ast.Call) -> Iterator[Change]:
    """Other bounds, or the other direction."""
    args = node.args
    yield Change(1, "range", calling(name("reversed"), node))
    if len(args) == 1:
        yield Change(1, "range", calling(node.func, const(1), args[0]))
        yield Change(1, "range", calling(node.func, const(1), shifted(args[0], 1)))
        yield Change(1, "range", calling(node.func, shifted(args[0], 1)))
        yield Change(1, "range", calling(node.func, shifted(args[0], -1)))
        yield Change(1, "range", calling(node.func, shifted(args[0], -1), whole(-1), whole(-1)))
        yield Change(1, "range", calling(node.func, args[0], const(0), whole(-1)))
    else:
        for index, argument in enumerate(args[:2]):
            for by in (1, -1):
                moved = [*args[:index], shifted(argument, by), *args[index + 1 :]]
                yield Change(1, "range", ast.Call(node.func, moved, []))
        for both in (1, -1):
            moved = [shifted(args[0], both), shifted(args[1], both), *args[2:]]
            yield Change(1, "range", ast.Call(node.func, moved, []))
        yield Change(1, "range", calling(node.func, const(0), *args[1:]))
    if len(args) == 3:
        yield Change(1, "range", calling(node.func, *args[:2]))
        yield Change(1, "range", calling(node.func, args[1], args[0]))
        yield Change(1, "range", calling(node.func, shifted(args[1], 1), shifted(args[0], 1)))
    if len(args) == 2:
        yield Change(1, "range", calling(node.func, shifted(args[1], -1), shifted(args[0], -1), whole(-1)))
        yield Change(1, "range", calling(node.func, args[1], args[0], whole(-1)))


def _given(node: ast.Call, called: str, facts: Facts, given: tuple[str, ...]) -> Iterator[Change]:
    """A given function in place of the student's own, or of NumPy's for each row."""
    counts = facts.sorts.get(number_of(node)) == ("int",)
    if counts or not node.args or isinstance(node.args[0], ast.Starred):
        return
    first = node.args[0]
    inner = first.value if isinstance(first, ast.Attribute) else first
    for id in given:
        if called == id:
            continue
        vector = len(facts.sorts.get(number_of(node), ())) == 2  # one number for each row
        old = text_of(node.func)
        yield Change(1, "function", calling(name(id), first), everywhere="" if vector else id, old=old)
        if vector:
            rows = _each(calling(name(id), name("row")), "row", first)
            yield Change(1, "function", calling(numpy("array"), rows), everywhere=id, old=old)
        for below in ast.walk(inner):
            sort = facts.sorts.get(number_of(below), ())
            if called == "sqrt" and isinstance(below, ast.expr) and (len(sort) == 2 or sort == ("list",)):
                yield Change(2, "function", calling(name(id), below), everywhere=id)
                rows = _each(calling(name(id), name("one")), "one", below)
                yield Change(2, "function", calling(name(id), rows), everywhere=id)


def _without(node: ast.Call, func: ast.expr) -> Iterator[Change]:
    """The first argument, or the object of the method, without the call; and the call without one of its options."""
    if node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
        yield Change(1, "extra", node.args[0], everywhere="argument")
    if len(node.args) > 1 and not isinstance(node.args[1], ast.Starred):
        yield Change(2, "extra", node.args[1], everywhere="argument")
    if isinstance(func, ast.Attribute) and not (isinstance(func.value, ast.Name) and func.value.id in ("np", "numpy")):
        yield Change(1, "extra", func.value, everywhere="method")
    if isinstance(func, ast.Attribute) and func.attr == "real" and node.args:
        yield Change(1, "function", calling(name("abs"), node.args[0]), everywhere="abs")
    if node.args and isinstance(node.args[0], ast.GeneratorExp):
        comp = node.args[0]
        yield Change(2, "extra", ast.ListComp(comp.elt, comp.generators))
    for index in range(len(node.keywords)):
        yield Change(1, "option", ast.Call(func, node.args, node.keywords[:index] + node.keywords[index + 1 :]))


def _axes(node: ast.Call, called: str, sort: Sort) -> Iterator[Change]:
    """The axis that a reduction runs over, where none is named."""
    named = {keyword.arg for keyword in node.keywords}
    if "axis" in named:
        if "keepdims" not in named:
            new = [*node.keywords, ast.keyword("keepdims", const(True))]
            yield Change(1, "axis", ast.Call(node.func, node.args, new), everywhere="keepdims")
        return
    for axis in (0, 1):
        new = [*node.keywords, ast.keyword("axis", const(axis))]
        yield Change(1, "axis", ast.Call(node.func, node.args, new), everywhere=f"axis{axis}")
        kept = [*new, ast.keyword("keepdims", const(True))]
        yield Change(1, "axis", ast.Call(node.func, node.args, kept), everywhere=f"axis{axis}keepdims")


def _steadied(node: ast.Call, facts: Facts) -> Iterator[Change]:
    """An exponential of what is no larger than zero."""
    argument = node.args[0]
    sort = facts.sorts.get(number_of(argument), ())
    shape = sort[1] if len(sort) == 2 else ()
    where = {"axis": const(len(shape) - 1), "keepdims": const(True)} if len(shape) > 1 else {}
    largest = ast.Call(attribute(argument, "max"), [], [ast.keyword(key, value) for key, value in where.items()])
    yield Change(2, "overflow", calling(node.func, binary(argument, ast.Sub, largest)), everywhere="steadied")


def made_of(node: ast.expr, sort: Sort, place: Place) -> Iterator[Change]:
    """A call around a whole value."""
    if sort[0] in ("f", "i", "float", "c", "complex"):
        yield Change(2, "function", calling(name("abs"), node), everywhere="abs")
    if sort[0] in ("c", "complex", "complex128"):
        yield Change(2, "function", calling(numpy("max"), calling(numpy("abs"), node)))
        yield Change(2, "form", attribute(node, "real"))
    if len(sort) == 2:
        yield Change(2, "copy", calling(attribute(node, "copy")), inserts=True, everywhere="copy")
        yield Change(2, "extra_axis", calling(attribute(node, "ravel")))
        if sort[0] == "f":  # of yes and no it finds the last one, which nobody means
            yield Change(2, "function", calling(numpy("cumsum"), node, axis=const(0)))
            back = sliced(calling(numpy("cumsum"), sliced(node, step=-1), axis=const(0)), step=-1)
            yield Change(3, "direction", back)
        for reduced in ("max", "sum"):
            yield Change(2, "function", calling(attribute(node, reduced)))
            yield Change(2, "axis", calling(attribute(node, reduced), axis=const(0)))
    if sort[0] == "list":
        yield Change(2, "copy", ast.List([ast.Starred(node, LOAD)], LOAD), inserts=True)
        copied = _each(calling(attribute(name("g"), "copy")), "g", node)
        yield Change(2, "copy", copied, inserts=True)
    if sort[0] in ("generator", "map", "zip", "filter") and place.role == "value":
        yield Change(1, "form", calling(name("list"), node))
    if sort == ("float",):
        yield Change(2, "zero", ast.IfExp(comparing(node, ast.Eq, node), node, const(0.0)))
        yield Change(2, "function", calling(numpy("sqrt"), node), everywhere="sqrt")
        yield Change(2, "overflow", calling(name("min"), const(1.0), node))


def _each(made: ast.expr, id: str, of: ast.expr) -> ast.ListComp:
    """`[made for id in of]`."""
    return ast.ListComp(made, [ast.comprehension(ast.Name(id, ast.Store()), of, [], 0)])


# --- indices ---

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


# --- quantities ---

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


# --- expressions ---

_LIKELY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.MatMult, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}  # operators that are taken for one another
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
_OTHER_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_KINDS_OF_ROLE = {"index": "row", "range": "range", "size": "extra_axis"}
_PRODUCTS = ("dot", "matmul", "einsum", "inner", "tensordot", "vdot", "multi_dot")


def changes_at(place: Place, facts: Facts, scope: Scope, pool: Pool) -> Iterator[Change]:
    """All edits of one expression, each with the text that it replaces."""
    node = place.node
    sort = facts.sorts.get(number_of(node), ())
    old = text_of(node)
    for change in _changes(place, sort, facts, scope, pool, old):
        kind = change.kind if change.kind == "dtype" else _KINDS_OF_ROLE.get(place.role, change.kind)
        yield replace(change, kind=kind, old=change.old or old, returned=isinstance(place.statement, ast.Return))


def _changes(place: Place, sort: Sort, facts: Facts, scope: Scope, pool: Pool, old: str) -> Iterator[Change]:
    node = place.node
    yield from _quantities(place, sort, pool, old)
    yield from _transposes(place, sort)
    if isinstance(node, ast.Name) and len(sort) == 2 and not isinstance(place.parent, ast.BinOp):
        yield from with_a_matrix(node, sort, facts, scope)
    if isinstance(node, ast.BinOp):
        yield from _operations(node, facts)
    elif isinstance(node, ast.Constant):
        yield from _constants(place, scope)
        if place.role in ("index", "range") and type(node.value) is int:
            for _, other in pool.get(("int",), []):
                for by in (0, -1, 1) if isinstance(other, ast.Name) else ():
                    yield Change(2, "constant", shifted(other, by) if by else other)
    elif isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp):
        yield from _decisions(node)
    elif isinstance(node, ast.Call):
        yield from call_changes(place, node, sort, facts, scope.given)
    elif isinstance(node, ast.Attribute) and node.attr not in ("T", "shape"):
        yield from _attributes(node)
    elif isinstance(node, ast.Name) and node.id == "int" and isinstance(place.parent, ast.keyword | ast.Call):
        yield Change(1, "dtype", name("float"), everywhere="float")
    elif isinstance(node, ast.List) and not node.elts:
        vectors = [id for id in scope.parameters if len(facts.names.get(id, ((), ()))[-1]) == 1]
        yield from (Change(2, "initial", ast.List([name(id)], ast.Load())) for id in vectors)
    elif isinstance(node, ast.Dict) and place.role == "value" and node.values:
        yield Change(1, "form", ast.Tuple(node.values, ast.Load()))
    yield from index_changes(place, sort)
    if _is_value(place) and sort:
        yield from _wholes(place, sort, facts, scope, pool)
        yield from made_of(node, sort, place)


def _quantities(place: Place, sort: Sort, pool: Pool, old: str) -> Iterator[Change]:
    """Another quantity of the same sort in place of this one."""
    node = place.node
    if not sort or isinstance(node, ast.Constant) or sort[0] in ("module", "function", "type", "tuple"):
        return
    if sort == ("list",) and _fills_a_list(place.statement):
        return  # a list that holds itself keeps NumPy busy for good
    plain = isinstance(node, ast.Name)
    for text, other in pool.get(sort, []):
        if text == old or (text in old and sort == ("int",) and not plain):
            continue
        if sort == ("int",) and isinstance(other, ast.Name) and not (plain and place.role == "value"):
            yield Change(2, "quantity", binary(node, ast.Sub, other))
            yield Change(2, "quantity", binary(node, ast.Add, other))
        both = plain and isinstance(other, ast.Name)
        far = (len(text) > 25) + (len(old) > 25)
        yield Change(1 if both else 2 + (far > 0), "quantity", other, everywhere=text if both or plain else "")


def _fills_a_list(statement: ast.stmt) -> bool:
    """Whether a statement puts something into what is there, as `rows.append(row)`, `rows += [row]` and `rows[t] = row`."""
    if isinstance(statement, ast.AugAssign):
        return True
    if isinstance(statement, ast.Assign):
        return any(isinstance(target, ast.Subscript) for target in statement.targets)
    func = statement.value.func if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr in ("append", "insert", "extend", "appendleft")


def _transposes(place: Place, sort: Sort) -> Iterator[Change]:
    node = place.node
    if isinstance(place.parent, ast.Attribute) and place.parent.attr in ("T", "shape", "size"):
        return
    kind = "sum" if _has_product(place.statement) else "extra_axis"
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield Change(1, kind, node.value, everywhere="T")
    elif len(sort) == 2 and len(sort[1]) == 2 and not isinstance(node, ast.List):
        yield Change(1, kind, transposed(node), everywhere="T")


def _has_product(statement: ast.stmt) -> bool:
    """Whether rows and columns are multiplied in a statement, and summed."""
    found: bool | None = getattr(statement, "_product", None)
    if found is None:
        nodes = list(ast.walk(statement))
        named = {getattr(node, "attr", None) or getattr(node, "id", None) for node in nodes}
        found = not named.isdisjoint(_PRODUCTS) or any(isinstance(node, ast.MatMult) for node in nodes)
        statement._product = found  # type: ignore[attr-defined]
    return found


def _attributes(node: ast.Attribute) -> Iterator[Change]:
    yield Change(1, "extra", node.value, everywhere="drop")
    if node.attr in ("real", "imag"):
        yield Change(1, "function", calling(name("abs"), node.value), everywhere="abs")
    if node.attr in ("float16", "float32", "half", "single", "int32", "int64", "intp", "int_"):
        yield Change(1, "dtype", name("float"), everywhere="float")


def _operations(node: ast.BinOp, facts: Facts) -> Iterator[Change]:
    left, right, op = node.left, node.right, type(node.op)
    if op is ast.MatMult:
        flipped = transposed(left), transposed(right)
        pairs = [(right, left), (right, flipped[0]), (flipped[1], left), (flipped[1], flipped[0]), flipped]
        for a, b in pairs:
            yield Change(1, "sum", binary(a, op, b), everywhere="swap")
    elif op is ast.Sub:
        yield Change(1, "sign", binary(right, op, left), everywhere="swap")
    elif op in (ast.Div, ast.Pow, ast.FloorDiv):
        yield Change(1, "upside_down", binary(right, op, left), everywhere="swap")
    likely = _LIKELY.get(op, ())
    for other in (*likely, *(other for other in _OPERATORS if other is not op and other not in likely)):
        kind = "sign" if {op, other} == {ast.Add, ast.Sub} else "operation"
        level = 1 if other in likely else 2
        yield Change(level, kind, binary(left, other, right), everywhere=other.__name__)
    if op is ast.Pow:
        yield Change(1, "operation", calling(numpy("linalg.matrix_power"), left, right), everywhere="power")
    level, factor = 2 if op is ast.MatMult else 1, op in (ast.Mult, ast.Div)
    yield Change(level, "extra", left, everywhere="left", old=f"· {text_of(right)}" if factor else "")
    yield Change(level, "extra", right, everywhere="right", old=f"· {text_of(left)}" if factor else "")
    if op is ast.Div:
        sort = facts.sorts.get(number_of(right), ("float",))
        if len(sort) == 2:
            where = comparing(right, ast.NotEq, const(0))
            zeros = calling(numpy("zeros_like"), left, dtype=name("float"))
            yield Change(2, "zero", calling(numpy("divide"), left, right, out=zeros, where=where))
        else:
            for other_value in (const(0.0), const(1.0), left):
                yield Change(2, "zero", ast.IfExp(comparing(right, ast.Gt, const(0)), node, other_value))


def _constants(place: Place, scope: Scope) -> Iterator[Change]:
    value = place.node.value  # type: ignore[attr-defined]
    if isinstance(value, bool):
        yield Change(1, "option", const(not value))
    elif isinstance(value, int):
        others: list[float | None] = [value + 1, value - 1, 0, 1, 2, 0.5, -1, None]
        option = place.parent.arg if isinstance(place.parent, ast.keyword) else None
        kind = "axis" if option in ("axis", "axes") else "option" if option else "constant"
        given = bool(option) or place.role == "value"
        for other in dict.fromkeys(others):
            if other != value and (given or other is not None):
                new = const(other) if other is None or other >= 0 else whole(-1)
                yield Change(1, kind, new, everywhere=str(other))
    elif isinstance(value, float):
        for other in (0.0, 1.0, 2.0, 0.5, 10.0, 1e-300):
            if other != value and (value or other != 1e-300):  # which is no other number to begin with than 0
                yield Change(1, "constant", const(other), everywhere=str(other))
    elif isinstance(value, str):
        yield from (Change(1, "word", const(word)) for word in scope.words if word != value)
        if "->" in value:
            yield from (Change(1, "sum", const(other)) for other in _other_letters(value))
    elif value is None:
        yield Change(1, "constant", const(0))


def _other_letters(sums: str) -> Iterator[str]:
    """The subscripts of np.einsum with one operand's letters, or the result's, in another order."""
    before, _, after = sums.partition("->")
    parts = [*before.split(","), after]
    for k, letters in enumerate(parts):
        for i in range(len(letters) - 1):
            moved = [*parts[:k], letters[:i] + letters[i + 1] + letters[i] + letters[i + 2 :], *parts[k + 1 :]]
            yield ",".join(moved[:-1]) + "->" + moved[-1]


def _decisions(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _OTHER_COMPARISONS.get(type(node.ops[0]), ()):
            yield Change(1, "comparison", comparing(node.left, other, node.comparators[0]), everywhere=other.__name__)
    elif isinstance(node, ast.BoolOp):
        other_op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield Change(1, "condition", ast.BoolOp(other_op, node.values))
        for index in range(len(node.values)):
            rest = node.values[:index] + node.values[index + 1 :]
            yield Change(1, "condition", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
    elif isinstance(node, ast.UnaryOp):
        yield Change(1, "sign" if isinstance(node.op, ast.USub) else "condition", node.operand)
    elif isinstance(node, ast.IfExp):
        yield Change(1, "condition", node.body)
        yield Change(1, "condition", node.orelse)


def _is_value(place: Place) -> bool:
    """Whether a place holds a whole value: of an assignment or a return, or what goes into a list."""
    node, parent = place.node, place.parent
    if isinstance(node, ast.Tuple | ast.List | ast.Constant):
        return False
    if isinstance(parent, ast.Tuple | ast.Assign | ast.AugAssign | ast.Return):
        return place.role == "value" and not isinstance(parent, ast.Call)
    comprehension = isinstance(parent, ast.ListComp | ast.GeneratorExp) and place.field == "elt"
    appended = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr == "append"
    return comprehension or appended or (isinstance(parent, ast.IfExp) and place.field in ("body", "orelse"))


def _wholes(place: Place, sort: Sort, facts: Facts, scope: Scope, pool: Pool) -> Iterator[Change]:
    """A factor or a term more for a whole value."""
    node = place.node
    if sort[0] not in ("f", "i", "float") or is_blank(node):
        return
    for text, size in scope.sizes(facts):
        yield Change(2, "factor", binary(node, ast.Div, size), everywhere=f"/{text}")
        yield Change(2, "factor", binary(node, ast.Mult, size), everywhere=f"*{text}")
    yield Change(2, "factor", binary(node, ast.Div, const(2)), everywhere="/2")
    yield Change(2, "factor", binary(node, ast.Mult, const(2)), everywhere="*2")
    yield Change(2, "sign", ast.UnaryOp(ast.USub(), node), everywhere="-")
    if len(sort) == 2:
        for text, other in [*pool.get(sort, []), *products(sort, facts, scope, pool)]:
            if text != text_of(node) and len(text) <= 40:
                yield Change(2 if len(text) < 20 else 3, "term", binary(node, ast.Add, other))
        yield from multiplied(node, sort, facts, scope)


# --- insertions ---

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


# --- statements ---

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


# --- edits ---

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


# --- questions ---

WHAT = "what should this line give for this test case?"
QUESTIONS = {
    "sum": "along which index is the sum?",
    "quantity": "is this the quantity that the equation has here?",
    "row": "which row belongs to which step?",
    "range": "over which steps does this run, and in which direction?",
    "direction": "in which order do the steps come?",
    "sign": "which sign does each term have?",
    "upside_down": "what is divided by what?",
    "operation": "which operation does the equation have here?",
    "extra": "is each part of this line in the equation?",
    "factor": "which factors does the equation have?",
    "term": "which terms does the equation have?",
    "missing_matrix": "what is this multiplied by on its way?",
    "constant": "what does this number stand for?",
    "word": "which words does the docstring use?",
    "comparison": "for which values is this true, and for which should it be?",
    "condition": "for which arguments is this true, and for which should it be?",
    "function": "what does this function compute here, and what is asked for?",
    "axis": "along which axis does this work?",
    "option": "what does this option do?",
    "dtype": "which numbers can an array of this dtype hold?",
    "order": "what must have happened before this line, and what only after it?",
    "statement": "what does this line change, and should it?",
    "added": "is something added here, or replaced?",
    "in_place": "whose array does this line write into?",
    "returned": "what does the docstring say is returned, and in which order?",
    "exception": "which exception does the docstring name?",
    "zero": "what is it where the denominator is 0?",
    "overflow": "how large can this become?",
    "form": "of which type is what this line gives?",
    "extra_axis": "what does each axis count?",
    "refusal": "which arguments does the docstring refuse, and how?",
    "copy": "who else holds the array that is returned or changed?",
    "state": "which variable lives longer than one call?",
    "initial": "with what does it begin?",
    "nothing_returned": "which value does it return?",
}
# They lead on without a line, to what has to be put in.
_ALONE = {QUESTIONS[kind] for kind in ("refusal", "copy", "state", "initial", "nothing_returned")}
_SETS = re.compile(r"\s*([\w, ]{1,80}?)\s*(?:\[[^=]{0,80}\])?\s*[-+*/@]?=(?!=)")
_WALKS = re.compile(r"\s*for ([\w, ]{1,80}) in\b")
_LONGEST = 400  # characters of a line that are looked at


# A step that such an edit skips changes no argument either, and mends nothing.
SKIPPING = ("comparison", "condition", "constant", "quantity", "sign", "operation")
# The later ones say less, and all of them less than the other kinds.
VAGUE_KINDS = tuple("condition quantity extra operation statement constant".split())


def question_of(kinds: Sequence[str]) -> str:
    """The question that all these edits share, or else what the line should give."""
    kinds = [kind for kind in kinds if kind != "extra_axis" or "sum" not in kinds]  # a sum turned round moves an axis
    telling = (
        [kind for kind in kinds if kind not in VAGUE_KINDS]
        or [kind for kind in VAGUE_KINDS if kind in kinds][:1]
        or kinds
    )
    found = {QUESTIONS.get(kind, WHAT) for kind in telling}
    return found.pop() if len(found) == 1 else WHAT


def pointed_at(found: Sequence[tuple[int, str]], text: str) -> tuple[tuple[int, ...], str] | None:
    """The lines that these edits, each a line and a kind, point at, and a question; None where they do not agree.

    Two lines are pointed at where one feeds the other, and none by what has to be put in: the question stands alone.
    """
    lines = tuple(sorted({line for line, _ in found}))
    texts = text.split("\n")
    if not lines or not all(0 <= line <= len(texts) for line in lines):
        return None
    question = question_of([kind for _, kind in found])
    if lines == (0,):
        return ((), question) if question in _ALONE else None
    if len(lines) == 1 or (len(lines) == 2 and lines[0] and _feeds(*(texts[line - 1][:_LONGEST] for line in lines))):
        return lines, question
    return None if question == WHAT else ((), question)


def _feeds(one: str, other: str) -> bool:
    """Whether the first line sets a name that the second one reads, as far as the text shows."""
    found = _SETS.match(one) or _WALKS.match(one)
    names = re.findall(r"\w+", found[1]) if found else []
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", other) for name in names)


def sentence(lines: Sequence[int], question: str, texts: Sequence[str]) -> str:
    """ "Line 8, `g = A @ g`: along which index is the sum?", with two lines, or the question alone."""
    if not lines:
        return question[0].upper() + question[1:]
    quoted = " and ".join("`" + text.replace("`", "'") + "`" for text in texts)
    named = f"Line{'s' if len(lines) > 1 else ''} {' and '.join(map(str, lines))}"
    return f"{named}, {quoted}: {question}" if quoted else f"{named}: {question}"


# --- where ---

_GIVEN = ("safe_norm",)  # what the notebook gives to you, of one argument
_MOST_EDITS = 1500
_LONGEST_S = 6.0  # of computing: on an ordinary machine it takes less than two
_MOST_LINES = 400_000  # of Python that all edited functions run together


def line_and_question(task: str, namespace: Mapping[str, Any]) -> str:
    """What can be said of where the mistake lies, as a sentence."""
    function = namespace.get(task)
    if not callable(function):
        return f"`{task}` is not defined yet."
    replies = [call(task, function, case) for case in cases_of(task)]
    failed = next((reply for reply in replies if value_trouble(task, reply)), None)
    if failed is None and not purity_trouble(task, function, replies):
        return f"`{task}`: all its checks pass."
    code = getattr(function, "__code__", None)
    text = text_around(code) if code else ""
    with quiet():
        try:
            search = _Search(task, namespace, text, failed.case if failed else replies[0].case)
        except (SyntaxError, ValueError):
            return f"`{task}`: its text cannot be read here. Run its cell once more, then ask again."
        return _said(task, search.repairs(failed is None), text)


class _Search:
    """The edits of one function, tried one by one on the cases of its checks."""

    def __init__(self, task: str, namespace: Mapping[str, Any], text: str, first: Case) -> None:
        self._task, self._first, self._namespace = task, first, dict(namespace)
        self._program = Program(text, task)
        args = copy.deepcopy(first.args)
        given = tuple(name for name in _GIVEN if name in namespace)
        words = tuple(str(case.want[0]) for case in cases_of(task) if isinstance(case.want, tuple))
        facts = self._program.observed(self._namespace, list(args.values()), _MOST_LINES // 10)
        parameters = max((tuple(case.args) for case in cases_of(task)), key=lambda names: len(names))
        scope = Scope(parameters, given, tuple(dict.fromkeys(words)))
        self._edits = edits_of(self._program, facts, scope)[:_MOST_EDITS]
        self._most = 4 * facts.lines + 2000
        self._left = _MOST_LINES
        self._until = time.process_time() + _LONGEST_S

    def repairs(self, impure: bool) -> list[Edit]:
        """The edits of the likeliest level at which one makes all checks pass."""
        for level in (*LEVELS, LEVELS[-1] + 1):
            asked = [edit for edit in self._edits if edit.level == level and not (impure and edit.kind in SKIPPING)]
            found = [edit for edit in asked if self._mends(edit, impure)]
            if found or self._left < 0:
                return found
        return []

    def _mends(self, edit: Edit, impure: bool) -> bool:
        if self._left < 0 or time.process_time() > self._until:
            self._left = -1
            return False
        try:
            with edit.applied() as edited:
                function = self._program.made(self._namespace, edited)
        except Exception:
            return False
        with np.errstate(all="ignore"):
            return self._passes(function, [self._first], impure) and self._passes(function, cases_of(self._task), True)

    def _passes(self, function: Callable, cases: list[Case], pure: bool) -> bool:
        limit = LineLimit(min(self._most * (len(cases) + 1), self._left))

        def limited(*args: Any) -> Any:
            with limit:
                return function(*args)

        try:
            replies = []
            for case in cases:
                replies.append(call(self._task, limited, case))
                if _by_accident(replies[-1]) or value_trouble(self._task, replies[-1]):
                    return False
            return not pure or not purity_trouble(self._task, limited, replies)
        except Exception:
            return False
        finally:
            self._left -= limit.lines


def _by_accident(reply: Reply) -> bool:
    """Whether a function was stopped, or refused what it should by NumPy's error alone."""
    if isinstance(reply.error, StoppedError):
        return True
    if reply.case.want is not ValueError or reply.error is None:
        return False
    step = traceback.extract_tb(reply.error.__traceback__)[-1]
    return step.lineno != INSERTED and step.filename != "<edited>"


def _said(task: str, repairs: list[Edit], text: str) -> str:
    """A line and its question, or the question alone, or that nothing is sure."""
    found = pointed_at([(edit.line, edit.kind) for edit in repairs], text)
    if found is None:
        return f"`{task}`: no single line stands out. Do the smallest failed case by hand, and compare line by line."
    lines, question = found
    return f"`{task}`: {sentence(lines, question, [text.splitlines()[line - 1].strip()[:120] for line in lines])}"


# --- growth ---

WIDE_H = 16  # units: wide enough that work on all steps at once shows beside the cost of calling NumPy
NARROW_H = 4  # for code that loops over single numbers: there are few of them
PLAIN = 14.0  # growth for 8 times the steps: linear work gives 6 to 10, and the least of all quadratic work 23
CLEAR = 30.0
QUADRATIC = 20.0  # for 64 and 512 steps: linear work gives 6 to 10, and quadratic 25 to 64
FEW_LINES = 2_500  # for 31 steps more in the wide network: calls of NumPy alone take at most 1,900
MOST_LINES = (
    125_000  # for 32 steps in the narrow network, an eighth of what is counted in full: linear work takes 20,000
)


def growth(one: float, short: float, long: float) -> float:
    """By how much work grows from few steps to many, without what one step takes."""
    return (long - one) / max(short - one, 1)


# --- counting ---

MAX_LINES = 1_000_000  # beyond them nothing is counted: following each line takes more time than running it
_DEEPEST = 5_000  # calls within calls, nearly ten for each step: with each, tracemalloc follows all that lie above it


class Counting:
    """Counts while it is entered: the lines of Python that run, each round of a loop anew, and the bytes allocated.

    Of a library's code the calls count and not the lines: students have written none of them.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.bytes = 0
        self._counted: Callable[[], tuple[int, int]]
        self._deepest = sys.getrecursionlimit()
        self._traced = sys.gettrace()  # by a debugger, or by whoever counts which lines are tested

    def __enter__(self) -> "Counting":
        sys.setrecursionlimit(min(self._deepest, _DEEPEST))
        tracemalloc.start()
        self._counted, line = _counters()
        sys.settrace(followed(line))
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._traced)
        self.lines, self.bytes = self._counted()
        tracemalloc.stop()
        sys.setrecursionlimit(self._deepest)


def _counters() -> tuple[Callable[[], tuple[int, int]], Any]:
    """What was counted, once it is over, and the function that counts at each line: it runs more often than any other."""
    memory, reset = tracemalloc.get_traced_memory, tracemalloc.reset_peak
    lines = allocated = 0
    reset()
    held = memory()[0]

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines, allocated, held
        lines += 1
        now, peak = memory()
        if peak > held:  # since the last line, whether it was freed since or not
            allocated += peak - held
        held = now
        if peak > now:
            reset()
        if lines < MAX_LINES:
            return line
        sys.settrace(None)
        return None

    def counted() -> tuple[int, int]:
        return lines, allocated + max(0, memory()[1] - held)

    return counted, line


# --- work ---

def work_trouble(task: str, function: Callable) -> str:
    """Whether lines or memory grow faster than the steps, clearly."""
    try:
        with quiet(), limited(3 * LONGEST_S):
            h = WIDE_H
            one, short = (_counted(function, T, h) for T in (1, 32))
            if short[0] - one[0] > FEW_LINES:
                h = NARROW_H
                one, short = (_counted(function, T, h) for T in (1, 32))
            many, long = short[0] > MOST_LINES, _counted(function, 256, h)
            grows = max(map(growth, one, short, long))
            if PLAIN < grows <= CLEAR and not many:
                short, long = (_counted(function, T, h) for T in (64, 512))
                grows = max(map(growth, one, short, long)) * CLEAR / QUADRATIC
    except (TooLongError, Exception):  # what it raises for many steps is no matter of work, nor is a slow machine
        return ""
    if grows <= CLEAR and not many:
        return ""
    text = "its work grows faster than T: each step takes more when there are more steps"
    return f"`{task}` for T = 256: {text}. {ask(ASKS, task, 'cost')}"


def _counted(function: Callable, T: int, h: int) -> tuple[int, int]:
    """The lines of Python that run, and the bytes allocated."""
    wave = np.sin(np.arange(1.0, T * 3 + 1)).reshape(T, 3)
    turn = np.linalg.qr(np.sin(np.arange(1.0, h * h + 1) ** 2).reshape(h, h))[0]  # neither grows nor fades
    outwards = np.cos(np.arange(1.0, 3 * h + 1)).reshape(3, h)
    with Counting() as counting:
        function(wave, turn, outwards)
    return counting.lines, counting.bytes


# --- main ---

class InterruptedCheckError(KeyboardInterrupt):
    """You interrupted a check. It stops "Run All" as well, and says so in one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [wrap(str(self))]


# What you call


def check(task: str, namespace: Mapping[str, Any]) -> None:
    """Try one task: a line on stdout where all is well, else what does not hold on stderr. Raises nothing but an interrupt.

    A task that is not attempted yet is no failure. It goes to stderr only for `nbgrader validate`, which knows just two states.
    """
    if task not in TASKS:
        write(sys.stderr, wrap(f"There is no task {task!r}. The tasks are {', '.join(TASKS)}."))
        return
    try:
        outcomes = results(task, namespace)
    except KeyboardInterrupt:
        raise InterruptedCheckError(f"{task}: interrupted. Does every loop in it come to an end?") from None
    untouched = all(outcome.message == NOT_ATTEMPTED for outcome in outcomes)
    calm = all(outcome.passed for outcome in outcomes) or (untouched and "NBGRADER_EXECUTION" not in os.environ)
    sentences = sentences_of(outcomes)
    lines = [f"{task}: {state_of(outcomes)}.", *([""] if sentences else []), *sentences]
    if untouched:
        lines[0] += " If you have written it: run its cell, then this one."
    elif not all(outcome.passed for outcome in outcomes):
        lines.append(f'selfcheck.where("{task}") looks for the line.')
    write(sys.stdout if calm else sys.stderr, "\n".join(lines))


def where(task: str, namespace: Mapping[str, Any] | None = None) -> None:
    """After a failed check: the line of your function that looks wrong, if one stands out, and a question. Never raises."""
    if task not in TASKS:
        write(sys.stderr, wrap(f"There is no task {task!r}. The tasks are {', '.join(TASKS)}."))
        return
    try:
        said = line_and_question(task, vars(sys.modules["__main__"]) if namespace is None else namespace)
    except KeyboardInterrupt:
        said = f"`{task}`: interrupted."
    except Exception as error:  # a function so odd that even looking at it raises
        said = f"`{task}`: it cannot be searched ({type(error).__name__})."
    write(sys.stdout, wrap(said))


def progress(namespace: Mapping[str, Any]) -> None:
    """All tasks at a glance, and what to look at next."""
    if "__cell_errors__" in namespace:  # load_notebook runs the cells, and whoever called it reports
        return
    try:
        report({task: results(task, namespace) for task in TASKS})
    except KeyboardInterrupt:
        raise InterruptedCheckError("Interrupted. Does every loop come to an end?") from None


def results(task: str, namespace: Mapping[str, Any]) -> list[Outcome]:
    """Every check of one task, tried on the function of that name in `namespace`."""
    function = namespace.get(task)
    if not callable(function):
        return _all(task, _not_there(task, namespace))
    if met := foreign(task, function):
        return _all(task, f"`{task}`: {met}")
    try:
        return _judged(task, function)
    except Exception as error:  # an answer so odd that even looking at it raises
        what = type(error).__name__
        return _all(task, f"`{task}`: what it returned cannot be looked at ({what}). Is it made of plain arrays?")


def _not_there(task: str, namespace: Mapping[str, Any]) -> str:
    """Why there is no function of this name, and what to do."""
    saved = "__cell_errors__" in namespace
    errors = namespace.get("__cell_errors__", {})
    if error := errors.get(task):
        return f"`{task}`: it is not defined. Its cell stopped with {error}. {ask(ASKS, task, 'not_run')}"
    if instead := in_place(task, namespace):
        seen = "near_name" if "nearly" in instead else "not_callable_task"
        return f"`{task}`: it is not defined; {instead}. {ask(ASKS, task, seen)}"
    if errors:
        return f"`{task}`: it is not defined. A cell stopped with {next(iter(errors.values()))}. {ask(ASKS, task, 'not_run')}"
    if saved:
        return f"`{task}`: it is not defined in the notebook. {ask(ASKS, task, 'missing')}"
    return f"`{task}`: it is not defined here. Has its cell been run since the kernel was started?"


def _judged(task: str, function: Callable) -> list[Outcome]:
    replies: list[Reply] = []
    for case in cases_of(task):
        replies.append(call(task, function, case))
        if replies[-1].seen == "dead":  # the other calls would take as long
            break
    for reply in replies:
        if isinstance(reply.error, NotImplementedError):
            return _all(task, _unfinished(task, reply.error))
    messages = dict.fromkeys(check_names(task), "")
    with np.errstate(all="ignore"):
        messages[FORMS.get(task, "shapes")] = _form(task, replies)
        for reply in replies:
            earlier = next((name for name in messages if messages[name] and name != FORMS.get(task, "shapes")), "")
            check = reply.case.check
            messages[check] = messages[check] or value_trouble(task, reply, replies, earlier)
        if replies[-1].seen == "dead":
            return _ended(task, replies[-1], messages)
        messages["pure"] = purity_trouble(task, function, replies)
        messages["work"] = work_trouble(task, function) if task in LINEAR and not any(messages.values()) else ""
    return [Outcome(name, not messages[name], messages[name]) for name in check_names(task)]


def _form(task: str, replies: list[Reply]) -> str:
    """What is wrong with the form of the answers. Axes of length one tell least."""
    telling = sorted(replies, key=lambda reply: isinstance(reply.case.want, dict) and has_axis_of_one(reply.case))
    return next(filter(None, (form_trouble(task, reply) for reply in telling)), "")


def _unfinished(task: str, error: NotImplementedError) -> str:
    """Nothing has been written yet, or the placeholder still stands above what has been, or in another task."""
    callee = next((step.name for step in reversed(steps_of(error))), task)
    if callee in TASKS and callee != task:
        return f"`{task}`: it calls `{callee}`, which is {NOT_ATTEMPTED}. {ask(ASKS, task, 'callee')}"
    if beside_of(error):
        return f"`{task}`: it raised {error_text(error)}. {ask(ASKS, task, 'placeholder')}"
    return NOT_ATTEMPTED


def _ended(task: str, last: Reply, messages: dict[str, str]) -> list[Outcome]:
    """What can be said where a call came to no end: nothing of the checks that it belongs to or that come after it."""
    message = form_trouble(task, last) or value_trouble(task, last)
    before = {case.check for case in cases_of(task)[: cases_of(task).index(last.case)]} - {last.case.check}
    found = {name: messages.get(name, "") if name in before else message for name in check_names(task)}
    return [Outcome(name, not text, text) for name, text in found.items()]


def inputs(task: str, name: str) -> list[dict[str, Any]]:
    """What a check tries your function on: `forward(**selfcheck.inputs("forward", "by-hand")[0])`."""
    return [copy.deepcopy(case.args) for case in cases_of(task) if case.check == name]


def check_names(task: str) -> list[str]:
    """The names of a task's checks, in order."""
    last = ["pure", "work"] if task in LINEAR else ["pure"]
    return list(dict.fromkeys([FORMS.get(task, "shapes"), *(case.check for case in cases_of(task)), *last]))


def __getattr__(name: str) -> Any:
    """A notebook of another release asks for something that this file has no longer, or not yet."""
    if name.startswith("_"):
        raise AttributeError(name)
    sentence = f"selfcheck.py has no {name}: it and this notebook are of different releases. Nothing is lost; go on."
    return lambda *_, **__: write(sys.stdout, sentence)


def _all(task: str, message: str) -> list[Outcome]:
    return [Outcome(name, False, message) for name in check_names(task)]


def main(path: str = "bptt.ipynb") -> int:
    """`python -m selfcheck`: all tasks of the saved notebook, and what does not hold yet."""
    try:
        namespace = load_notebook(path)
        outcomes = {task: results(task, namespace) for task in TASKS}
    except NotebookError as error:
        write(sys.stderr, wrap(str(error)))
        return 2
    except KeyboardInterrupt:
        write(sys.stderr, "Interrupted. Does every loop in the notebook come to an end?")
        return 130
    report(outcomes, path)
    stopped = {cell: error for cell, error in namespace["__cell_errors__"].items() if cell not in TASKS}
    for sentences in [
        *(sentences_of(found) for found in outcomes.values()),
        *([wrap(f"The cell `{cell}` stopped with {error}.")] for cell, error in stopped.items()),
    ]:
        if sentences:
            write(sys.stdout, "\n".join(["", *sentences]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
