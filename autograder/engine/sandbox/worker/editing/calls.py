"""The edits of one call: another function of the same kind, an option, or no call at all; and calls put around a value."""

import ast
from collections.abc import Iterator

from .building import (
    LOAD,
    Change,
    attribute,
    binary,
    calling,
    comparing,
    const,
    name,
    number_of,
    numpy,
    shifted,
    sliced,
    text_of,
    whole,
)
from .observing import Facts, Sort
from .program import Place

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
