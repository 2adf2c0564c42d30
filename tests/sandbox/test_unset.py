"""Entries that are read before they are set: right by chance nowhere, and asked about."""

import copy
import sys
import types

import numpy as np
import pytest
from support import corpus, task_of

from autograder.engine.sandbox.session import Call
from autograder.engine.sandbox.worker.unset import is_unset, unset_marked

SOME = np.array([True, False, False])
ONES, TWOS = np.ones(3), np.full(3, 2.0)
DIVIDES = "np.divide(a, b, where=c), true_divide(a, where=f(f(f(c)))), np.multiply(a, b, where=c), np.ndarray(3)"
UNSET = [
    "parameter_grads-summed_into_unset_memory",
    "hidden_grads-row_behind_the_last_is_unset",
    "amplification-divided_where_without_out",
]
QUESTION = (
    "It comes from memory that nothing was written to: what does `np.empty`, or `where=` without `out=`, not set?"
)
ALONE = """
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "non_finite", int(bad[-1]) + 1
    signal = np.array([safe_norm(row) for row in dL_do @ W_qh])
    if not signal.any():
        return "no_signal", None
    total = np.cumsum(signal[::-1])[::-1]
    A = np.divide([safe_norm(g) for g in dL_dh], total, where=total > 0)
    over = np.flatnonzero(A > threshold)
    return ("exploding", int(over[-1]) + 1) if len(over) else ("stable", None)
"""


@pytest.mark.parametrize(
    "reserved",
    [
        lambda: np.empty(3),
        lambda: np.empty((2, 3), order="F").T,
        lambda: np.empty(shape=(), dtype=np.float64),
        lambda: np.empty(3, np.float32),
        lambda: np.empty(3, complex).real,
        lambda: np.empty(5000),
        lambda: np.empty_like(ONES),
        lambda: np.divide(ONES, TWOS, where=SOME)[~SOME],
        lambda: np.true_divide(ONES, TWOS, where=SOME, out=None)[~SOME],
        lambda: np.divide(1.0, 2.0, where=False),
        lambda: np.divide(1, TWOS[:2], where=SOME[:, None])[1:],
        lambda: np.multiply(ONES, TWOS, where=SOME)[~SOME],
        lambda: np.ndarray(3),
        lambda: np.ndarray((2, 3)),
        lambda: -np.empty(3),
    ],
)
def test_what_is_not_set_is_marked(reserved):
    """What NumPy reserves or leaves out is known again."""
    with unset_marked(DIVIDES):
        found = np.asarray(reserved(), dtype=np.float64)
    assert all(map(is_unset, found.ravel()))


def test_a_mark_outlives_arithmetic():
    """Whatever is computed with an unset row is known again, and no comparison passes over all of one."""
    with unset_marked(""):
        row = np.empty(3)
    for found in (row @ np.ones(3), (np.ones((2, 3)) @ row)[0], (2 * row + 1)[0], row.sum(), ONES[0] + row[1]):
        assert is_unset(found)
    assert (row > 10).any()


def test_what_is_set_is_not_marked():
    """What is set keeps its value, and no other number is taken for a mark."""
    with unset_marked(DIVIDES):
        half, out = np.divide(ONES, TWOS, where=SOME), np.zeros(3)
        assert half[0] == 0.5
        assert np.divide(ONES, TWOS, out, where=SOME).tolist() == [0.5, 0.0, 0.0]
        assert np.divide(ONES, TWOS, out=out, where=SOME) is out
        assert np.divide(ONES, TWOS).tolist() == [0.5, 0.5, 0.5]
        assert np.divide.reduce(TWOS) == 0.5
        assert copy.copy(np.divide)(1, 2) == 0.5
        assert np.empty(2, dtype=object).tolist() == [None, None]
        assert set(np.empty(2, dtype=int)) == {np.iinfo(int).min}
        assert np.empty(2, dtype=bool).tolist() == [True, False]
        assert np.ndarray(2, float, np.ones(2)).tolist() == [1.0, 1.0]
        assert isinstance(out, np.ndarray)
        assert type(out) == np.ndarray  # noqa: E721
        assert issubclass(np.matrix, np.ndarray)
        assert np.ndarray.sum(TWOS) == 6.0
        filled = np.empty_like(ONES)
        filled[:] = 3
    for value in (*filled, half[0], np.nan, -np.nan, np.inf, 0.0, 1e300):
        assert not is_unset(value)


@pytest.mark.parametrize(
    "text",
    [
        "np.where(a, np.divide(b, c), 0)",
        "x = 1",
        "{np.true_divide: rule}",
        "np.divide(f(b), c, where=c > 0, out=np.zeros(len(b)))",
        "np.divide(b, c); np.add(b, c, where=c > 0)",
        "np.divide(b, c, where = c > 0, out=(f(g(h(c)))))",
        "match a:\n    case np.ndarray(shape=(n,)): pass",
    ],
)
def test_a_division_that_leaves_nothing_out_is_numpys_own(text):
    """Where the code has no use for it, no division stands in for NumPy's, which is looked up by itself."""
    own = np.divide, np.true_divide, np.ndarray
    with unset_marked(text):
        assert all(one is other for one, other in zip((np.divide, np.true_divide, np.ndarray), own, strict=True))
        assert isinstance(np.divide, np.ufunc)


@pytest.mark.parametrize(
    "text",
    [
        "np.divide(np.array([f(g(x, y=0)) for x in b]), c, where=c > 0)",
        "divide(b,\n  c,\n  where = f(c))",
        "np.divide(f(b, out=c), c, where=c, out=None)",
        "f(np.divide(b, c, where=c), out=d)",
    ],
)
def test_a_division_that_leaves_something_out_is_found(text):
    """In whatever lines its call stands, and however deep the brackets are in it and around it."""
    own = np.divide
    with unset_marked(text):
        assert np.divide is not own


def test_numpy_is_as_it_was():
    """Outside of the block, and where it fails, NumPy's functions are its own."""
    own = np.empty, np.empty_like, np.divide, np.true_divide
    with pytest.raises(ZeroDivisionError), unset_marked(DIVIDES):
        raise ZeroDivisionError
    assert (np.empty, np.empty_like, np.divide, np.true_divide) == own


def test_numba_finds_numpys_own(monkeypatch):
    """Where numba is loaded, which compiles NumPy's own functions alone, all of them stay."""
    own = np.empty
    monkeypatch.setitem(sys.modules, "numba", types.ModuleType("numba"))
    with unset_marked(DIVIDES):
        assert np.empty is own


@pytest.mark.parametrize(
    "imported", ["import numpy as np", "from numpy import *\nimport numpy as np\nnp.empty = empty"]
)
def test_cells_get_the_mark(worker, imported):
    """Whatever a cell calls them, the functions of its NumPy mark what they leave unset."""
    with worker.open("__main__", (imported, "def f(): return np.empty(3)")) as room:
        (answer,) = room.ask([Call("f", (), "array")])
    assert all(map(is_unset, answer.value))


@pytest.mark.parametrize("id", UNSET)
def test_is_asked_about(judge_cells, id):
    """Who reads what was never set is asked about just that, and gets the same report each time."""
    way = next(way for way in corpus("wrong") if way.id == id)
    found = judge_cells({way.task: way.source})
    failed = [check for check in task_of(found, way.task).checks if check.misconception]
    assert {check.misconception for check in failed} == {"any.reads_what_was_never_set"}
    assert all(QUESTION in check.message for check in failed)
    assert judge_cells({way.task: way.source}).to_json() == found.to_json()


def test_what_decides_by_unset_memory_is_wrong(judge_cells):
    """A verdict that hangs on what was never set is wrong, whichever way a comparison with NaN goes."""
    task = task_of(judge_cells({"detect_explosion": ALONE}), "detect_explosion")
    assert task.points < task.max_points
