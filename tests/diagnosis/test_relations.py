"""What a wrong array has to do with the expected one: every relation is seen, and none is made up."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.engine.diagnosis.relations import relate, relate_numbers

rng = np.random.default_rng(5)
E = rng.normal(size=(5, 3))
SQUARE = rng.normal(size=(3, 3))
DIRECT = rng.normal(size=(5, 3))
T = {"T": 5.0, "1/T": 1 / 5}


def rows(*numbers):
    """E, with all rows but these wrong."""
    got = E + 1.0
    got[list(numbers)] = E[list(numbers)]
    return got


def late(array, first):
    return np.vstack([first[None], array[:-1]])


RELATIONS = {
    "zeros": (0 * E, E, {}, "zeros", "it is zero everywhere"),
    "sign": (-E, E, T, "sign", "it has the opposite sign everywhere"),
    "T": (5 * E, E, T, "factor", "it is T times what is expected"),
    "1/T": (E / 5, E, T, "factor", "it is 1/T times what is expected"),
    "minus T": (-5 * E, E, T, "factor", "it is -T times what is expected"),
    "2": (2 * E, E, T, "factor", "it is 2 times what is expected"),
    "1/2": (E / 2, E, T, "factor", "it is 1/2 times what is expected"),
    "T where T is 2": (2 * E, E, {"T": 2.0}, "factor", "it is T or 2 times what is expected"),
    "another factor": (1.37 * E, E, T, "factor", "it is 1.37 times what is expected, everywhere"),
    "a factor of a tiny array": (1e-9 * E / 5, 1e-9 * E, T, "factor", "it is 1/T times what is expected"),
    "transpose": (SQUARE.T, SQUARE, T, "transpose", "it is the transpose of what is expected"),
    "reversed": (E[::-1], E, T, "reversed", "its rows are in the opposite order"),
    "late": (late(E, E[2]), E, T, "shift", "its rows are one step too late"),
    "late, zeros first": (late(E, 0 * E[0]), E, T, "shift", "its rows are one step too late"),
    "early": (np.vstack([E[1:], 0 * E[:1]]), E, T, "shift", "its rows are one step too early"),
    "row by row": (
        np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]) * E, E, T,
        "row_factors", "each row is a multiple of the expected one, by the factors 1, 2, 3, 4, 5",
    ),
    "only the last row": (rows(4), E, T, "only_last_row", "only its last row is right"),
    "only the first row": (rows(0), E, T, "only_first_row", "only its first row is right"),
    "right up to a step": (rows(0, 1, 4), E, T, "right_until", "it is right up to t = 2 and wrong at t = 3"),
}  # fmt: skip


@pytest.mark.parametrize("name", RELATIONS)
def test_recognised(name):
    """Each relation is seen where it holds, and told in its own words."""
    got, expected, factors, id, text = RELATIONS[name]
    found = relate(got, expected, factors)
    assert found
    assert (found.id, found.text) == (id, text)


EDGES = np.where(np.eye(5, 3, dtype=bool) | np.eye(5, 3, -3, dtype=bool), 2e-4, E)  # a tiny entry in every row but one
HIGH = np.where(EDGES == 2e-4, 9.0, np.clip(E, -3, 3))
HALVES = np.where(E > 0, 0.4, 1.6) + np.arange(5)[:, None]

DISTORTED = {
    "cut": (np.where(EDGES == 2e-4, 0, EDGES), EDGES, "where it is wrong it is zero, and elsewhere it is right"),
    "capped": (np.where(HIGH == 9, 4.0, HIGH), HIGH, "where it is wrong it is ±4, and elsewhere it is right"),
    "offset": (E - 0.125, E, "it is off by the same -0.125 everywhere"),
    "rounded": (np.round(HALVES), HALVES, "it is what is expected, rounded to whole numbers"),
    "imprecise": (
        E + 2e-4 * DIRECT / np.abs(DIRECT).max() * np.abs(E).max(),
        E,
        "it is close, but off by 2e-04 of its size, where 1e-06 is allowed",
    ),
}


@pytest.mark.parametrize("id", DISTORTED)
def test_distorted(id):
    """The right result, spoilt afterwards, is seen as that."""
    got, expected, text = DISTORTED[id]
    found = relate(got, expected, T, first_step=None)
    assert found
    assert (found.id, found.text) == (id, text)


def test_nearly_distorted():
    """A result that is far off, capped at two heights or moved by two amounts is nothing in particular."""
    two_heights = np.where(HIGH == 9, np.linspace(4, 5, 15).reshape(5, 3), HIGH)
    two_amounts = E + np.where(E > 0, 0.125, 0.25)
    for got, expected in (
        (E + 0.1 * DIRECT, E),
        (two_heights, HIGH),
        (two_amounts, E),
        (np.round(HALVES) + 0.5, HALVES),
    ):
        assert relate(got, expected, T, first_step=None) is None


def test_numbers_that_are_whole():
    """Whole numbers are told where a fraction was cut off; a count or an index has lost none."""
    expected = [2.5, 1.75, 3.25, 0.5]
    assert relate_numbers([2.0, 2.0, 4.0, 1.0], expected).id == "whole"
    assert relate_numbers([5.0, 1.0, 4.0, 3.0], expected) is None


def test_what_is_close():
    """Nothing is close that a row is far off, or that is off by no more than is allowed."""
    far = E.copy()
    far[2] *= 1e-6
    assert relate(far + 1e-5 * DIRECT, far, T, first_step=None) is None
    assert relate(np.array([1.0, 2.0, 1e-9]), np.array([1.0, 2.0, 0.0]), scale="entry", first_step=None) is None


def test_terms():
    """One of the named terms alone, or the sum without it, is seen for what it is."""
    terms = {"the direct term": DIRECT, "the carried term": E - DIRECT}
    assert relate(DIRECT, E, T, terms=terms).text == "it is the direct term alone"
    assert relate(E - DIRECT, E, T, terms=terms).text == "it is what is expected without the direct term"
    assert relate(E - 2 * DIRECT, E, T, terms=terms) is None


def test_terms_without_evidence():
    """A term of another shape, or of a single entry, is not looked for."""
    single = np.zeros_like(E)
    single[0, 0] = 1.0
    for got, term in ((DIRECT[:1] * np.ones_like(E), DIRECT[:1]), (single, single)):
        found = relate(got, E, T, terms={"a term": term})
        assert found is None or found.id == "same_rows"


def test_walking_back():
    """For a walk back in time the first wrong step is the last one, and the step before it in the walk was right."""
    found = relate(rows(0, 3, 4), E, T, backwards=True)
    assert found.text == "walking back from the end, it is right down to t = 4 and wrong at t = 3"
    assert found.id == "right_from"


def test_first_step():
    """Rows are called by their step, which starts where the array does."""
    assert relate(rows(0, 1, 4), E, first_step=0).text == "it is right up to t = 1 and wrong at t = 2"
    assert relate(rows(0, 1, 4), E, index="i").text == "it is right up to i = 2 and wrong at i = 3"


def test_an_axis_that_is_not_time():
    """Nothing is said about the order or the number of rows where the first axis is not time."""
    for got in (E[::-1], rows(0, 1, 4), late(E, E[2]), np.arange(1.0, 6.0)[:, None] * E):
        assert relate(got, E, T, first_step=None) is None


def test_right_answers():
    """A right answer, and one within the tolerance, has no relation to itself."""
    assert relate(E, E, T) is None
    assert relate(E * (1 + 1e-9), E, T) is None


def test_no_evidence():
    """A single entry is no evidence, and neither are other shapes or values that are not finite."""
    assert relate(np.array(4.0), np.array(2.0), T) is None
    assert relate(np.array([[4.0]]), np.array([[2.0]]), T) is None
    assert relate(np.array([4.0, 0.0]), np.array([2.0, 0.0]), T) is None
    assert relate(E[:-1], E, T) is None
    assert relate(np.where(E > 0, np.nan, 2 * E), E, T) is None
    assert relate(2 * E, np.where(E > 0, np.inf, E), T) is None
    assert relate(0 * E, 0 * E, T) is None
    assert relate(E, 0 * E, T) is None


def test_rows_without_evidence():
    """Rows that are zero anyway are no evidence for the rows after them, and one moved row is none for a shift."""
    expected = E.copy()
    expected[:2] = 0
    got = expected.copy()
    got[2:] += 1.0
    assert relate(got, expected, T) is None
    expected[:4] = 0
    got = late(expected[::-1], expected[0])
    found = relate(got, expected[::-1], T)
    assert found is None or found.id != "shift"


def test_two_rows():
    """Of two rows, one right one is no pattern."""
    assert relate(rows(0)[:2], E[:2], T) is None


def test_many_row_factors():
    """Of many factors of rows the first six are told, and a single wrong row is none of them."""
    long = rng.normal(size=(8, 2))
    factors = np.arange(1.0, 9.0)[:, None]
    text = "each row is a multiple of the expected one, by the factors 1, 2, 3, 4, 5, 6, ..."
    assert relate(factors * long, long, T).text == text
    one = np.ones((8, 1))
    one[3] = 7.0
    assert relate(one * long, long, T).id == "right_until"


def test_rows_that_do_not_move():
    """Rows that are the same at every step are not said to stand one step too late."""
    still = np.ones((5, 1)) * np.array([[2.0, -3.0]])
    got = still.copy()
    got[0] = 7.0
    found = relate(got, still, T)
    assert found is None or found.id != "shift"


SHAPES = st.one_of(
    st.tuples(st.integers(1, 7), st.integers(1, 5)),
    st.tuples(st.integers(1, 9)),
    st.integers(1, 5).map(lambda n: (n, n)),
)


@given(
    st.integers(0, 2**32 - 1),
    SHAPES,
    st.sampled_from(["row", "entry", "array", "1/T"]),
    st.booleans(),
    st.floats(-30, 30),
)
def test_none_by_coincidence(seed, shape, scale, backwards, size):
    """A wrong array drawn at random, of whatever size, is said to be nothing in particular."""
    draw = np.random.default_rng(seed)
    size = 0.0 if scale == "1/T" else size  # the gradients that are judged so are of that size
    got, expected, term = (10.0**size * draw.normal(size=shape) for _ in range(3))
    assume(got.size > 1)
    factors = {"T": float(shape[0]), "1/T": 1 / shape[0]}
    relation = relate(got, expected, factors, terms={"a term": term}, backwards=backwards, scale=scale)
    assert relation is None


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 4), st.floats(1.01, 50), st.booleans())
def test_any_factor(seed, n, columns, factor, minus):
    """A constant factor of whatever size is seen, with its value where it has no name."""
    expected = np.random.default_rng(seed).normal(size=(n, columns))
    factor = -factor if minus else factor
    found = relate(factor * expected, expected)
    assert found
    assert found.id == "factor"
    assert found.text in (
        f"it is {factor:.4g} times what is expected, everywhere",
        f"it is {factor:g} times what is expected",
    )


SPOILT = {
    "constant": (np.ones((5, 3)), "it is 1 everywhere"),
    "single": (E.astype(np.float16).astype(float), "it is close, and each of its entries is a float16"),
    "decimals": (np.round(E, 3), "it is what is expected, rounded to 3 decimals"),
    "whole": (np.round(3 * E), "it holds whole numbers only"),
    "same_rows": (np.tile(E[4], (5, 1)), "its rows are all the same"),
}


@pytest.mark.parametrize("id", SPOILT)
def test_spoilt(id):
    """A constant, few digits of one kind, whole numbers and one row for all are told as what they are."""
    found = relate(SPOILT[id][0], E, T)
    assert (found.id, found.text) == (id, SPOILT[id][1])


def test_what_does_not_hold_is_not_claimed():
    """Ones are not capped values, arrays of fractions are not rounded, and one wrong entry that is zero is not a cut."""
    once = E.copy()
    once[1, 1] = 0
    ids = [
        found and found.id
        for found in (relate(np.ones(3), np.array([2.0, 5, 1]), T, first_step=None), relate(once, E, T))
    ]
    assert ids[0] == "constant"
    assert ids[1] != "cut"
    assert relate(np.array([0.5, 1, 2]), np.array([0.7, 1.2, 1.9]), T, first_step=None) is None


def test_numbers_of_several_calls():
    """What holds of the numbers that a function gave for all test cases is told, and of two numbers nothing."""
    right = [3.0, 0.5, 7.25]
    assert relate_numbers([-3.0, -0.5, -7.25], right).id == "sign"
    assert relate_numbers([1.5, 0.25, 3.625], right).text == "it is 1/2 times what is expected"
    assert relate_numbers([4.0, 4.0, 4.0], right).id == "constant"
    assert relate_numbers([3.0, 1.0, 7.25], right) is None
    assert relate_numbers([6.0, 1.0], right[:2]) is None
