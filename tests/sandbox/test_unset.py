"""Entries that are read before they are set: right by chance nowhere, and asked about."""

import numpy as np
import pytest
from support import corpus, task_of

from autograder.engine.sandbox.session import Call
from autograder.engine.sandbox.worker.unset import is_unset, unset_marked

SOME = np.array([True, False, True])
ONES, TWOS = np.ones(3), np.full(3, 2.0)
UNSET = [
    "parameter_grads-summed_into_unset_memory",
    "hidden_grads-row_behind_the_last_is_unset",
    "amplification-divided_where_without_out",
]
QUESTION = "Nothing was ever written there: what do `np.empty`, and `where=` without `out=`, leave as it was?"


@pytest.mark.parametrize(
    "reserved",
    [
        lambda: np.empty(3),
        lambda: np.empty((2, 3), order="F").T,
        lambda: np.empty(shape=(), dtype=np.float64),
        lambda: np.empty(3, np.float32),
        lambda: np.empty(3, complex).real,
        lambda: np.empty_like(ONES),
        lambda: np.divide(ONES, TWOS, where=SOME),
        lambda: np.true_divide(ONES, TWOS, where=SOME, out=None),
        lambda: np.divide(1.0, 2.0, where=False),
        lambda: np.divide(1, TWOS[:2], where=SOME[:, None]),
        lambda: -np.empty(3) * 2 + np.ones(3) @ np.empty((3, 3)),
    ],
)
def test_what_is_not_set_is_marked(reserved):
    """What NumPy reserves or leaves out is known again, also after some arithmetic."""
    with unset_marked():
        found = np.asarray(reserved(), dtype=np.float64)
    assert is_unset(found)
    assert np.isnan(found).any()


def test_what_is_set_is_not_marked():
    """What is set keeps its value, and no other NaN is taken for the mark."""
    with unset_marked():
        half, out = np.divide(ONES, TWOS, where=SOME), np.zeros(3)
        assert half[SOME].tolist() == [0.5, 0.5]
        assert np.divide(ONES, TWOS, out, where=SOME).tolist() == [0.5, 0.0, 0.5]
        assert np.divide(ONES, TWOS, out=out, where=SOME) is out
        assert np.divide(ONES, TWOS).tolist() == [0.5, 0.5, 0.5]
        assert np.divide.reduce(TWOS) == 0.5
        assert np.empty(2, dtype=object).tolist() == [None, None]
        assert set(np.empty(2, dtype=int)) == {np.iinfo(int).min}
        filled = np.empty_like(ONES)
        filled[:] = 3
    for values in (filled, half[SOME], np.array([np.nan, -np.nan, np.inf, 0.0])):
        assert not is_unset(values)


def test_numpy_is_as_it_was():
    """Outside of the block, and where it fails, NumPy's functions are its own."""
    own = np.empty, np.empty_like, np.divide, np.true_divide
    with pytest.raises(ZeroDivisionError), unset_marked():
        raise ZeroDivisionError
    assert (np.empty, np.empty_like, np.divide, np.true_divide) == own


@pytest.mark.parametrize("imported", ["import numpy as np", "from numpy import *\nimport numpy as np\nnp.empty = empty"])
def test_cells_get_the_mark(worker, imported):
    """Whatever a cell calls them, the functions of its NumPy mark what they leave unset."""
    with worker.open("__main__", (imported, "def f(): return np.empty(3)")) as room:
        (answer,) = room.ask([Call("f", (), "array")])
    assert is_unset(answer.value)


@pytest.mark.parametrize("id", UNSET)
def test_is_asked_about(judge_cells, id):
    """Who reads what was never set is asked about just that, and gets the same report each time."""
    way = next(way for way in corpus("wrong") if way.id == id)
    found = judge_cells({way.task: way.source})
    failed = [check for check in task_of(found, way.task).checks if check.misconception]
    assert {check.misconception for check in failed} == {"any.reads_what_was_never_set"}
    assert all(QUESTION in check.message for check in failed)
    assert judge_cells({way.task: way.source}).to_json() == found.to_json()
