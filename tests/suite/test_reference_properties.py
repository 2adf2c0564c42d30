"""What must hold of the reference for every network, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autograder.suite.reference import bptt

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(*[st.integers(1, high) for high in (7, 3, 4, 4)])  # T, d, h, q
SCALES = st.sampled_from([1e-200, 1e-30, 0.5, 3.0, 1e30, 1e200])
# Away from the smallest numbers, where rounding is no longer relative.
ENTRIES = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


def backward(seed, sizes):
    """dL_do, W_hh, W_qh of a random network."""
    T, _, h, q = sizes
    rng = np.random.default_rng(seed)
    return rng.normal(size=(T, q)), rng.normal(size=(h, h)), rng.normal(size=(q, h))


def close(got, expected, scale=None):
    scale = np.abs(expected).max(initial=0.0) if scale is None else scale
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-11 * scale)


@given(SEEDS, SIZES, SCALES)
def test_linear_in_scale(seed, sizes, scale):
    """∂L/∂h and its terms of a loss scaled by c are c times as large."""
    dL_do, W_hh, W_qh = backward(seed, sizes)
    close(bptt.hidden_grads(scale * dL_do, W_hh, W_qh), scale * bptt.hidden_grads(dL_do, W_hh, W_qh))
    close(bptt.expanded_terms(scale * dL_do, W_hh, W_qh, 1), scale * bptt.expanded_terms(dL_do, W_hh, W_qh, 1))


@given(SEEDS, SIZES, st.integers(1, 9))
def test_additive_in_the_loss(seed, sizes, tau):
    """∂L/∂h of a sum of losses is the sum of theirs, truncated or not."""
    one, W_hh, W_qh = backward(seed, sizes)
    other = backward(seed + 1, sizes)[0]
    for of in (lambda g: bptt.hidden_grads(g, W_hh, W_qh), lambda g: bptt.truncated_hidden_grads(g, W_hh, W_qh, tau)):
        close(of(one + other), of(one) + of(other), np.abs(of(one)).max() + np.abs(of(other)).max())


@given(SEEDS, SIZES)
def test_one_step(seed, sizes):
    """For T = 1 the gradient, its one term and every truncation are W_qhᵀ ∂L/∂o_1."""
    dL_do, W_hh, W_qh = backward(seed, (1, *sizes[1:]))
    direct = (W_qh.T @ dL_do[0])[None]
    close(bptt.hidden_grads(dL_do, W_hh, W_qh), direct)
    close(bptt.expanded_terms(dL_do, W_hh, W_qh, 1), direct)
    close(bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, 3), direct)


@given(SEEDS, SIZES, st.integers(0, 100))
def test_tau_beyond_the_end(seed, sizes, more):
    """tau ≥ T truncates nothing."""
    dL_do, W_hh, W_qh = backward(seed, sizes)
    close(bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, sizes[0] + more), bptt.hidden_grads(dL_do, W_hh, W_qh))


@given(SEEDS, SIZES)
def test_tau_one(seed, sizes):
    """tau = 1 keeps the direct term alone."""
    dL_do, W_hh, W_qh = backward(seed, sizes)
    close(bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, 1), np.array([W_qh.T @ row for row in dL_do]))


@pytest.mark.parametrize("tau", [0, -1, -7])
def test_tau_below_one(tau):
    """tau below 1 is refused with a ValueError."""
    with pytest.raises(ValueError, match="tau"):
        bptt.truncated_hidden_grads(*backward(0, (3, 1, 2, 2)), tau)


@given(SEEDS, SIZES)
def test_terms_sum_to_the_gradient(seed, sizes):
    """The expanded terms of every t sum to ∂L/∂h_t."""
    arrays_ = backward(seed, sizes)
    dL_dh = bptt.hidden_grads(*arrays_)
    for t in range(1, sizes[0] + 1):
        terms = bptt.expanded_terms(*arrays_, t)
        assert terms.shape == (sizes[0] - t + 1, sizes[2])
        close(terms.sum(axis=0), dL_dh[t - 1], np.abs(terms).max() * len(terms))


@given(SEEDS, st.integers(1, 6))
def test_spectral_radius_of_similar_matrices(seed, size):
    """A permutation of the states, a change of basis, a transpose or a minus leaves the spectral radius as it is."""
    rng = np.random.default_rng(seed)
    W_hh, order = rng.normal(size=(size, size)), rng.permutation(size)
    basis = np.eye(size) + 0.3 * np.triu(rng.normal(size=(size, size)), 1)
    radius = bptt.spectral_radius(W_hh)
    for similar in (W_hh[np.ix_(order, order)], basis @ W_hh @ np.linalg.inv(basis), W_hh.T, -W_hh):
        assert bptt.spectral_radius(similar) == pytest.approx(radius, rel=1e-6)


@given(SEEDS, st.integers(1, 5), st.floats(0.1, 10))
def test_spectral_radius_of_multiples_and_powers(seed, size, factor):
    """ρ(c W) = |c| ρ(W) and ρ(W²) = ρ(W)²."""
    W_hh = np.random.default_rng(seed).normal(size=(size, size))
    radius = bptt.spectral_radius(W_hh)
    assert bptt.spectral_radius(-factor * W_hh) == pytest.approx(factor * radius, rel=1e-6)
    assert bptt.spectral_radius(W_hh @ W_hh) == pytest.approx(radius**2, rel=1e-6)


@given(SEEDS, SIZES, st.sampled_from([1e-200, 1e-100, 1e-3, 1e100, 1e200]))
def test_amplification_of_a_scaled_loss(seed, sizes, scale):
    """The amplification is the same for a loss scaled by anything from 1e-200 to 1e200."""
    dL_do, W_hh, W_qh = backward(seed, sizes)
    dL_dh = bptt.hidden_grads(dL_do, W_hh, W_qh)
    A = bptt.amplification(dL_dh, dL_do, W_qh)
    np.testing.assert_allclose(bptt.amplification(scale * dL_dh, scale * dL_do, W_qh), A, rtol=1e-12)


@given(SEEDS, SIZES)
def test_amplification_is_bounded(seed, sizes):
    """A_t is at most the largest ‖W_hh^k‖ for k ≤ T − t, and A_T is 1."""
    dL_do, W_hh, W_qh = backward(seed, sizes)
    A = bptt.amplification(bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do, W_qh)
    norms = [np.linalg.norm(np.linalg.matrix_power(W_hh, k), 2) for k in range(sizes[0])]
    assert A[-1] == pytest.approx(1, rel=1e-12)
    for t in range(1, sizes[0] + 1):
        assert A[t - 1] <= max(norms[: sizes[0] - t + 1]) * (1 + 1e-12)


@given(SEEDS, SIZES, st.integers(0, 6))
def test_amplification_after_the_last_signal(seed, sizes, silent):
    """A_t is 0 for steps after the last loss."""
    dL_do, W_hh, W_qh = backward(seed, sizes)
    last = max(0, len(dL_do) - silent)
    dL_do[last:] = 0
    A = bptt.amplification(bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do, W_qh)
    assert (A[last:] == 0).all()
    assert (A[:last] > 0).all()


GRADS = st.lists(
    arrays(float, st.tuples(st.integers(1, 3), st.integers(1, 3)), elements=ENTRIES), min_size=1, max_size=4
)


@given(GRADS, st.floats(1e-3, 1e7), st.sampled_from([1e-200, 1.0, 1e200]))
def test_clip(grads, max_norm, scale):
    """Clipping keeps the direction and gives a joint norm of min(norm, max_norm), entries of 1e±200 included."""
    flat = np.concatenate([g.ravel() for g in grads])
    norm = np.sqrt((flat**2).sum())
    clipped = bptt.clip_gradients([g * scale for g in grads], max_norm * scale)
    got = np.concatenate([g.ravel() for g in clipped])
    close(got / scale, flat * (max_norm / norm if norm > max_norm else 1.0))
    assert [g.shape for g in clipped] == [g.shape for g in grads]
    assert np.sqrt(((got / scale) ** 2).sum()) == pytest.approx(min(norm, max_norm), rel=1e-12)


@given(GRADS, st.sampled_from([np.nan, np.inf, -np.inf]), st.data())
def test_clip_refuses_what_is_not_finite(grads, bad, data):
    """One entry that is not finite, in any place, is refused with a ValueError."""
    array = grads[data.draw(st.integers(0, len(grads) - 1))]
    array[data.draw(st.integers(0, len(array) - 1)), 0] = bad
    with pytest.raises(ValueError, match="finite"):
        bptt.clip_gradients(grads, 1.0)


@pytest.mark.parametrize("max_norm", [0, 0.0, -1e-300, -1.0, -np.inf])
def test_clip_refuses_max_norm(max_norm):
    """A max_norm that is not positive is refused with a ValueError, zero gradients or not."""
    for entry in (0.0, 1.0):
        with pytest.raises(ValueError, match="max_norm"):
            bptt.clip_gradients([np.full((2, 2), entry)], max_norm)


@given(SEEDS, st.integers(1, 6), st.integers(2, 5), st.floats(-1e4, 1e4))
def test_cross_entropy_of_shifted_outputs(seed, T, q, shift):
    """Adding one number to all outputs changes no gradient, and every row of the gradient sums to zero."""
    rng = np.random.default_rng(seed)
    o, y = rng.uniform(-50, 50, (T, q)), rng.integers(0, q, T)
    dL_do = bptt.cross_entropy_grad(o, y)
    close(bptt.cross_entropy_grad(o + shift, y), dL_do, 1.0)
    close(dL_do.sum(axis=1), np.zeros(T), 1.0)


@given(arrays(float, st.integers(0, 9), elements=ENTRIES), SCALES)
def test_safe_norm(g, scale):
    """safe_norm is the L2 norm at any scale, 0 for nothing, and not finite where an entry is not."""
    assert bptt.safe_norm(g * scale) == pytest.approx(np.sqrt((g**2).sum()) * scale, rel=1e-12, abs=0)
    assume(len(g))
    for bad in (np.inf, np.nan):
        assert not np.isfinite(bptt.safe_norm(np.append(g, bad)))
