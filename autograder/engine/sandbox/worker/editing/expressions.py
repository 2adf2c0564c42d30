"""The edits of one expression: another quantity, another operation, another constant, an operand more or less."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from .building import (
    Change,
    binary,
    calling,
    comparing,
    const,
    name,
    number_of,
    numpy,
    shifted,
    text_of,
    transposed,
    whole,
)
from .calls import call_changes, made_of
from .indices import index_changes
from .observing import Facts, Sort
from .program import Place, is_blank
from .quantities import Pool, Scope, multiplied, products, with_a_matrix

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
