"""The small edits of a function, apart from any task: which there are, and that none of them leaves a trace."""

import ast
from typing import Any

import numpy as np
import pytest

from autograder.engine.sandbox.worker.editing.edits import Edit, edits_of
from autograder.engine.sandbox.worker.editing.observing import LineLimit, StoppedError
from autograder.engine.sandbox.worker.editing.program import Program
from autograder.engine.sandbox.worker.editing.quantities import Scope
from autograder.engine.sandbox.worker.editing.together import CHOSEN, compiled_together

M, B = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0, 0.5], [2.0, -3.0], [0.25, 4.0]])
ARGS = (B, M, 2)
HEAD = "def f(b, M, n):\n"

# A mistaken body, what it should compute, the line of the mistake (0 for what has to be put in) and the kind of the edit.
MENDED: dict[str, tuple[str, Any, int, str]] = {
    "transpose": ("    return b @ M\n", lambda b, M, n: b @ M.T, 2, "sum"),
    "order of operands": ("    return M.T @ M\n", lambda b, M, n: M @ M.T, 2, "sum"),
    "letters of a sum": ("    return np.einsum('ti,ij->tj', b, M)\n", lambda b, M, n: b @ M.T, 2, "sum"),
    "another quantity": ("    c = 2 * b\n    return b @ M\n", lambda b, M, n: 2 * b @ M, 3, "quantity"),
    "a factor": ("    return b @ M\n", lambda b, M, n: b @ M / 3, 2, "factor"),
    "a number": ("    return b[1] * 3\n", lambda b, M, n: b[1] * 2, 2, "constant"),
    "an index": ("    return b[n - 2]\n", lambda b, M, n: b[n - 1], 2, "row"),
    "a slice": ("    return b[:-1] @ M\n", lambda b, M, n: b[1:] @ M, 2, "row"),
    "a range": (
        "    s = 0\n    for t in range(1, len(b)):\n        s = s + b[t]\n    return s\n",
        lambda b, M, n: b.sum(axis=0), 3, "range",
    ),
    "the direction": (
        "    s = 0\n    for r in b:\n        s = M @ (s + r)\n    return s\n",
        lambda b, M, n: M @ (M @ (M @ b[2] + b[1]) + b[0]), 3, "direction",
    ),
    "order of statements": (
        "    g = b[0]\n    out = []\n    for r in b:\n        out.append(g)\n        g = M @ g + r\n    return np.array(out)\n",
        lambda b, M, n: _walk(b, M), 5, "order",
    ),
    "a missing term": ("    c = b @ M\n    d = b * 2\n    return c\n", lambda b, M, n: b @ M + 2 * b, 4, "term"),
    "a missing matrix": ("    return b\n", lambda b, M, n: b @ M, 2, "missing_matrix"),
    "an operand too many": ("    return b @ M + b\n", lambda b, M, n: b @ M, 2, "extra"),
    "a sign": ("    return b @ M - b\n", lambda b, M, n: b @ M + b, 2, "sign"),
    "a call too many": ("    return np.tanh(b @ M)\n", lambda b, M, n: b @ M, 2, "extra"),
    "another function": ("    return np.linalg.eigvalsh(M).max()\n", lambda b, M, n: np.linalg.eigvals(M).max(), 2, "function"),
    "an axis": ("    return b.sum(axis=0)\n", lambda b, M, n: b.sum(axis=1), 2, "axis"),
    "a dtype": ("    c = np.zeros(2, dtype=int)\n    c[:] = b[0]\n    return c\n", lambda b, M, n: b[0], 2, "dtype"),
    "replaced and not added": (
        "    s = np.zeros(2)\n    for r in b:\n        s = r\n    return s\n", lambda b, M, n: b.sum(axis=0), 4, "added",
    ),
    "what is returned": ("    return M, b\n", lambda b, M, n: (b, M), 2, "returned"),
    "a comparison": ("    return b if n > 2 else M\n", lambda b, M, n: b if n >= 2 else M, 2, "comparison"),
    "a filling": ("    c = np.full(2, 1.0)\n    return c + b[0]\n", lambda b, M, n: b[0], 2, "constant"),
    "a length": ("    return np.full(len(b), 2.0)\n", lambda b, M, n: np.full(len(M), 2.0), 2, "extra_axis"),
    "an initial row": ("    c = np.zeros((2, 2))\n    return c\n", lambda M, v: np.array([v, 0 * v]), 0, "initial"),
}  # fmt: skip


def _walk(b: np.ndarray, M: np.ndarray) -> np.ndarray:
    g, out = b[0], []
    for r in b:
        g = M @ g + r
        out.append(g)
    return np.array(out)


def _program(body: str, head: str = HEAD, args: tuple[Any, ...] = ARGS) -> tuple[Program, list[Edit]]:
    program = Program(head + body, "f")
    facts = program.observed({"np": np}, list(args), 10_000)
    return program, edits_of(program, facts, Scope(tuple(arg.arg for arg in program.function.args.args)))


def _answer(program: Program, edit: Edit, args: tuple[Any, ...]) -> Any:
    try:
        with edit.applied() as edited:
            function = program.made({"np": np}, edited)
        with LineLimit(10_000), np.errstate(all="ignore"):
            return function(*(np.copy(arg) if isinstance(arg, np.ndarray) else arg for arg in args))
    except (Exception, StoppedError):
        return None


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, tuple):
        return isinstance(one, tuple) and len(one) == len(other) and all(map(_same, one, other))
    return one is not None and np.shape(one) == np.shape(other) and np.allclose(one, other)


@pytest.mark.parametrize("name", MENDED)
def test_mended(name):
    """Each kind of slip is mended by an edit of its kind at its line, and by none that is likelier."""
    body, right, line, kind = MENDED[name]
    initial = name == "an initial row"
    args = (M, np.array([5.0, 7.0])) if initial else ARGS
    program, edits = _program(body, "def f(M, v):\n" if initial else HEAD, args)
    mending = [edit for edit in edits if _same(_answer(program, edit, args), right(*args))]
    assert (line, kind) in {(edit.line, edit.kind) for edit in mending if edit.level == mending[0].level}


WALK = MENDED["order of statements"][0]


FILLED = {
    "by a call": ("[]", "out.append(row)"),
    "by an index": ("[None] * len(b)", "out[n - 2] = row"),
    "by addition": ("[]", "out += [row]"),
}


@pytest.mark.parametrize("way", FILLED)
def test_no_list_holds_itself(way):
    """No edit puts a list into itself, nor two into each other: NumPy would look into them without an end."""
    empty, filled = FILLED[way]
    body = f"    out = {empty}\n    for r in b:\n        row = []\n        row.append(r)\n        {filled}\n    return np.array(out)\n"
    swaps = [filled.replace(*pair) for pair in (("row", "out"), ("out", "row"))]
    for edit in _program(body)[1]:
        with edit.applied() as edited:
            text = ast.unparse(edited)
        assert not {"row.append(row)", "row.append(out)", *swaps} & set(map(str.strip, text.split("\n")))


def test_no_trace():
    """An edit that has been applied leaves the function as it was, lines included."""
    program, edits = _program(WALK)
    before = ast.dump(program.function, include_attributes=True)
    for edit in edits:
        with edit.applied():
            pass
    assert ast.dump(program.function, include_attributes=True) == before


def test_edits_are_trees():
    """No edit makes an expression a part of itself."""
    _, edits = _program("    s = 0\n    for r in b:\n        s = s + r\n        s = (s * 2) @ M\n    return s\n")
    for edit in edits:
        with edit.applied() as edited:
            assert len(ast.unparse(edited)) < 500


def test_same_edits():
    """The same text gives the same edits in the same order."""
    first, second = ([(e.level, e.kind, e.line) for e in _program(WALK)[1]] for _ in range(2))
    assert first == second


def test_one_edit_at_all_places():
    """What is wrong in the same way at three places is mended by one edit."""
    body = "    return b @ M / n, M / n, b / n\n"
    program, edits = _program(body)
    mended = [edit for edit in edits if _same(_answer(program, edit, ARGS), (B @ M, M, B))]
    assert {edit.line for edit in mended} == {2}


def test_edits_of_a_lambda():
    """A function that is written as a lambda is edited as any other."""
    program = Program("f = lambda b, M, n: b @ M\n", "f")
    edits = edits_of(program, program.observed({"np": np}, list(ARGS), 1000), Scope(("b", "M", "n")))
    assert any(_same(_answer(program, edit, ARGS), B @ M.T) for edit in edits)


@pytest.mark.parametrize("handler", ["except Exception", "except ValueError"])
def test_lines_are_limited(handler):
    """An endless loop is stopped after so many lines, whatever exceptions it handles."""
    namespace: dict[str, Any] = {}
    exec(
        f"def f():\n    while True:\n        try:\n            x = 1\n        {handler}:\n            pass\n", namespace
    )
    limit = LineLimit(100)
    with pytest.raises(StoppedError), limit:
        namespace["f"]()
    assert limit.lines == 101


def test_what_is_remembered_begins_anew():
    """Each edited function has its cell's variables as the cell sets them."""
    program = Program("kept = []\n\n\ndef f(b):\n    kept.append(b)\n    return len(kept)\n", "f")
    first, second = program.made({"np": np}), program.made({"np": np})
    assert (first(1), first(1), second(1)) == (1, 2, 1)


def test_no_function():
    """A cell that does not define the function has no edits."""
    with pytest.raises(ValueError, match="defines no such function"):
        Program("x = 3\n", "f")


def _answered(function: Any, args: tuple[Any, ...]) -> str:
    try:
        with np.errstate(all="ignore"), LineLimit(2_000):
            return repr(function(*[arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]))
    except (Exception, StoppedError) as error:
        return type(error).__name__


@pytest.mark.parametrize("name", [*MENDED, "several places", "slices and stars"])
def test_edits_compiled_together_are_those_compiled_alone(name):
    """An edit that is compiled with the others of its place answers what it answers when it is compiled by itself."""
    bodies = {
        "several places": "    s = 0 * b[0]\n    for t in range(len(b) - 1, -1, -1):\n        s += M.T @ b[t] * n + s\n    return s\n",
        "slices and stars": "    c = [*b[1:, :n], b[..., 0][:2]]\n    return np.array(sorted(c, key=lambda r: -r[0]), dtype=float)\n",
    }
    body = bodies.get(name) or MENDED[name][0]
    program, edits = _program(body)
    for number, edit, code in compiled_together(list(enumerate(edits))):
        together = alone = "no Python"
        if code is not None:
            together = _answered(program.made_of(code, {"np": np}, **{CHOSEN: number}), ARGS)
        try:
            with edit.applied() as edited:
                alone = _answered(program.made({"np": np}, edited), ARGS)
        except SyntaxError:
            pass
        assert together == alone, (edit.kind, edit.line)


def test_the_lines_of_libraries_do_not_count():
    """A call of NumPy's counts as little as it is written, however many lines of Python it runs inside."""
    limit = LineLimit(1_000)
    with limit:
        np.array2string(B)
    assert limit.lines < 200
