"""The scan against the loop: the same states and gradients, for every size and every matrix."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.core.places import SOLUTION
from autograder.suite.reference import bptt


@pytest.fixture(scope="module")
def scan():
    """`solution/scan.py`, which is no part of the package. It leaves no compiled file in the course's folder."""
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(SOLUTION))
    try:
        import scan
    finally:
        sys.path.remove(str(SOLUTION))
        sys.dont_write_bytecode = written
    return scan


def turned(W, rng):
    """The same matrix in another basis: no entry is zero any more, and products round."""
    Q = np.linalg.qr(rng.normal(size=W.shape))[0]
    return Q @ W @ Q.T


# name: the matrix, from a generator and h
MATRICES = {
    "zero": lambda rng, h: np.zeros((h, h)),
    "one": lambda rng, h: np.eye(h),
    "orthogonal": lambda rng, h: np.linalg.qr(rng.normal(size=(h, h)))[0],
    "vanishing": lambda rng, h: 0.5 * np.linalg.qr(rng.normal(size=(h, h)))[0],
    "exploding": lambda rng, h: 1.5 * np.linalg.qr(rng.normal(size=(h, h)))[0],
    "random": lambda rng, h: rng.normal(size=(h, h)) / h**0.5,
    "diagonal": lambda rng, h: np.diag(rng.uniform(-1.5, 1.5, size=h)),
    "of rank one": lambda rng, h: np.outer(rng.normal(size=h), rng.normal(size=h)) / h**0.5,
    "nilpotent": lambda rng, h: np.triu(rng.normal(size=(h, h)), 1),
    "nilpotent, turned": lambda rng, h: turned(np.diag(np.ones(h - 1), 1), rng),
    "defective": lambda rng, h: 0.5 * np.eye(h) + 8 * np.diag(np.ones(h - 1), 1),
    "defective, turned": lambda rng, h: turned(0.5 * np.eye(h) + np.diag(np.ones(h - 1), 1), rng),
    "defective, of radius one": lambda rng, h: turned(np.eye(h) + 0.1 * np.diag(np.ones(h - 1), 1), rng),
    "far from normal": lambda rng, h: turned(0.9 * np.eye(h) + np.triu(rng.normal(size=(h, h)), 1), rng),
    "large and nilpotent": lambda rng, h: 1e4 * np.diag(np.ones(h - 1), 1),
    "tiny": lambda rng, h: 1e-200 * rng.normal(size=(h, h)),
}


def network(seed, sizes, name):
    """x, h_0, W_hx, W_hh, W_qh and dL_do."""
    T, d, h, q = sizes
    rng = np.random.default_rng(seed)
    x, h_0, W_hx = rng.normal(size=(T, d)), rng.normal(size=h), rng.normal(size=(h, d))
    return x, h_0, W_hx, MATRICES[name](rng, h), rng.normal(size=(q, h)), rng.normal(size=(T, q))


def close(got, expected):
    """Each row to 1e-12 of the largest entry of the rows it comes from, in the order of the recurrence, and itself."""
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    scale = np.maximum.accumulate(np.abs(expected).max(axis=1))
    worst = np.abs(got - expected).max(axis=1) / np.where(scale == 0, 1, scale)
    assert worst.max() <= 1e-12


def scanned(scan, u, W):
    """s_1 = u_1 and s_t = u_t + W s_{t-1}, by the recurrence in `scan`."""
    s = np.array(u, dtype=float)
    scan.recurrence(s, [power.T for power in scan.powers(W, len(s))])
    return s


def looped(u, W):
    """The same by the reference, whose driven state is the input where W_hx and W_qh are the identity."""
    one = np.eye(len(W))
    return bptt.forward(u[1:], u[0], one, W, one)[0]


SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = st.integers(1, 60) | st.sampled_from([64, 95, 96, 97, 100, 127, 128, 129, 500, 1000])
SIZES = st.tuples(LENGTHS, *[st.integers(1, high) for high in (3, 9, 3)]) | st.tuples(
    st.sampled_from([47, 48, 49, 100, 127, 128, 300]), st.just(3), st.sampled_from([16, 32, 33, 64, 65]), st.just(2)
)


@pytest.mark.parametrize("name", MATRICES)
@given(seed=SEEDS, sizes=SIZES)
def test_forward_agrees(scan, name, seed, sizes):
    """States and outputs are those of the loop, to 1e-12 of the scale of each row."""
    *arrays, _ = network(seed, sizes, name)
    h, o = scan.forward(*arrays)
    expected = bptt.forward(*arrays)[0]
    close(h, expected)
    np.testing.assert_array_equal(o, h[1:] @ arrays[4].T)


@pytest.mark.parametrize("name", MATRICES)
@given(seed=SEEDS, sizes=SIZES)
def test_backward_agrees(scan, name, seed, sizes):
    """∂L/∂h_t are those of the loop, to 1e-12 of the scale of each row."""
    *_, W_hh, W_qh, dL_do = network(seed, sizes, name)
    close(scan.hidden_grads(dL_do, W_hh, W_qh)[::-1], bptt.hidden_grads(dL_do, W_hh, W_qh)[::-1])


@given(SEEDS, st.integers(48, 500), st.integers(1, 64))
def test_a_gradient_that_vanishes(scan, seed, T, h):
    """Of a single loss at the end, every ∂L/∂h_t is right to 1e-12 of itself where W_hh only turns and shrinks."""
    _, _, _, W_hh, W_qh, dL_do = network(seed, (T, 1, h, 2), "vanishing")
    dL_do[:-1] = 0
    got, expected = scan.hidden_grads(dL_do, W_hh, W_qh), bptt.hidden_grads(dL_do, W_hh, W_qh)
    assert (np.abs(got - expected).max(axis=1) <= 1e-12 * np.abs(expected).max(axis=1)).all()


@given(SEEDS, st.integers(1, 300), st.floats(0.0, 1.5), st.floats(0.0, 30.0) | st.floats(1e5, 1e7))
def test_growth_on_the_way(scan, seed, T, radius, corner):
    """A matrix whose powers grow first and vanish later is served as well as one that explodes, in any basis."""
    rng = np.random.default_rng(seed)
    W = turned(np.array([[radius, corner], [0, radius]]), rng)
    u = rng.normal(size=(T, 2))
    close(scanned(scan, u, W), looped(u, W))


def held_back(rng, W, T):
    """An input of T rows that cancels what W makes of the state: each state is then a row of normal numbers."""
    u, state = np.empty((T, len(W))), np.zeros(len(W))
    for t in range(T):
        u[t] = rng.normal(size=len(W)) - W @ state
        state = u[t] + W @ state
    return u


@given(SEEDS, st.integers(2, 64), st.sampled_from([1.3, 3.0]))
def test_states_held_back(scan, seed, h, radius):
    """Where the input holds an exploding state back, and the sums of a scan would be far larger than it, the loop serves."""
    rng = np.random.default_rng(seed)
    W = radius * np.linalg.qr(rng.normal(size=(h, h)))[0]
    u = held_back(rng, W, 100)
    expected = looped(u, W)
    assert np.abs(expected).max() < 100
    np.testing.assert_array_equal(scanned(scan, u, W), expected)


@given(SEEDS, st.sampled_from([48, 64, 100, 300, 1000]), st.sampled_from([16, 32, 33, 48, 64]), st.floats(1.0, 1.3))
def test_one_direction_grows_where_all_others_fade(scan, seed, T, h, radius):
    """A state that explodes in one direction alone is seen, though the norm of the first powers falls."""
    rng = np.random.default_rng(seed)
    W = turned(np.diag([radius] + [rng.uniform(0.3, 0.99)] * (h - 1)), rng)
    u = held_back(rng, W, T)
    close(scanned(scan, u, W), looped(u, W))


@pytest.mark.parametrize(
    ("factor", "T", "scale"), [(1.5, 1000, 1), (20.0, 1000, 1), (1e200, 60, 1), (1.0, 100, 1e308), (1.0, 100, np.inf), (np.nan, 100, 1)]
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_overflow(scan, factor, T, scale):
    """Where powers, sums or inputs overflow, what comes out is the loop's, to the last bit and the first inf."""
    *_, W_hh, W_qh, dL_do = network(7, (T, 1, 16, 3), "orthogonal")
    dL_do[-1, 0] = scale
    dL_do *= 1 if np.isinf(scale) else scale / 4
    got, expected = scan.hidden_grads(dL_do, factor * W_hh, W_qh), bptt.hidden_grads(dL_do, factor * W_hh, W_qh)
    np.testing.assert_array_equal(got, expected)


def test_sums_that_overflow(scan):
    """Where two inputs together overflow, and the state that they meet prevents it, the result is finite as the loop's is."""
    u = np.zeros((60, 1))
    u[5:8] = [[-1.5e308], [1e308], [1e308]]
    np.testing.assert_array_equal(scanned(scan, u, np.eye(1))[5:8], [[-1.5e308], [-5e307], [5e307]])
    np.testing.assert_array_equal(scanned(scan, np.insert(u, 0, 0, axis=0), np.eye(1))[-1], [5e307])


def test_the_benchmark_takes_the_scan(scan):
    """An orthogonal W_hh of up to 64 units is scanned for long sequences; a short one, a wide one and a wild one are not."""
    rng = np.random.default_rng(0)
    for T in (100, 1000):
        for h in (16, 64):
            assert len(scan.powers(MATRICES["orthogonal"](rng, h), T)) > 2
            assert len(scan.powers(MATRICES["exploding"](rng, h), T)) == 1
    assert len(scan.powers(MATRICES["orthogonal"](rng, 16), 10)) == 1
    assert len(scan.powers(MATRICES["orthogonal"](rng, 256), 1000)) == 1


@pytest.mark.parametrize("T", [1, 2, 47, 48, 49, 100, 255, 256, 1001])
@pytest.mark.parametrize("h", [1, 3, 16, 64, 256])
def test_every_size_by_the_powers_given(scan, T, h):
    """Powers that are worked out once serve both directions, with the results of powers that each works out for itself."""
    *arrays, W_hh, W_qh, dL_do = network(T, (T, 2, h, 3), "orthogonal")
    powers = scan.powers(W_hh, T)
    states, _ = scan.forward(*arrays, W_hh, W_qh, powers)
    close(states, bptt.forward(*arrays, W_hh, W_qh)[0])
    np.testing.assert_array_equal(states, scan.forward(*arrays, W_hh, W_qh)[0])
    grads = scan.hidden_grads(dL_do, W_hh, W_qh, powers)
    close(grads[::-1], bptt.hidden_grads(dL_do, W_hh, W_qh)[::-1])
    np.testing.assert_array_equal(grads, scan.hidden_grads(dL_do, W_hh, W_qh))


@pytest.mark.parametrize("h", [3, 16, 64])
@pytest.mark.parametrize("T", [47, 100, 1000])
def test_arrays_that_are_views(scan, T, h):
    """Columns, every second row and what runs backwards do as well as arrays whose numbers lie one after the other."""
    x, h_0, W_hx, W_hh, W_qh, dL_do = network(5, (T, 2, h, 3), "orthogonal")
    views = [np.asfortranarray(x), np.repeat(h_0, 2)[::2], W_hx.T.copy().T, W_hh[::-1, ::-1], W_qh[::-1], dL_do[::-1]]
    copies = [np.ascontiguousarray(view) for view in views]
    close(scan.forward(*views[:5])[0], bptt.forward(*copies[:5])[0])
    close(scan.hidden_grads(views[5], *views[3:5])[::-1], bptt.hidden_grads(copies[5], *copies[3:5])[::-1])


def test_arguments_stay_as_they_are(scan):
    """No argument is changed, whole numbers do as well as floats, and no steps at all give no gradients."""
    x, h_0, W_hx, W_hh, W_qh, dL_do = network(3, (100, 2, 5, 3), "orthogonal")
    before = [array.copy() for array in (x, h_0, W_hx, W_hh, W_qh, dL_do)]
    scan.forward(x, h_0, W_hx, W_hh, W_qh)
    scan.hidden_grads(dL_do, W_hh, W_qh)
    for array, copy in zip((x, h_0, W_hx, W_hh, W_qh, dL_do), before, strict=True):
        np.testing.assert_array_equal(array, copy)
    whole, ones = np.array([[0, -1], [1, 0]]), np.ones((60, 2), dtype=int)
    expected = bptt.hidden_grads(ones.astype(float), whole.astype(float), np.eye(2))
    close(scan.hidden_grads(ones, whole, np.eye(2, dtype=int)), expected)
    assert scan.hidden_grads(dL_do[:0], W_hh, W_qh).shape == (0, 5)
