"""The reference against methods that share no code with it, and against cases computed by hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograder
from autograder.engine.core.places import SOLUTION
from autograder.suite.reference import bptt

STEP = 1e-40  # of the complex step: no subtraction, so no cancellation however small it is
SIZES = [(6, 3, 5, 2), (3, 4, 2, 5), (1, 3, 4, 2), (3, 1, 1, 1), (2, 2, 2, 2)]  # T, d, h, q


def network(sizes, seed=0):
    """Random x, h_0, W_hx, W_hh, W_qh and both kinds of targets."""
    T, d, h, q = sizes
    rng = np.random.default_rng([seed, *sizes])
    shapes = [(T, d), (h,), (h, d), (h, h), (q, h)]
    return [rng.normal(size=shape) for shape in shapes], rng.normal(size=(T, q)), rng.integers(0, q, T)


def independent_outputs(x, h_0, W_hx, W_hh, W_qh, nudges=None):
    """o by one large linear system for all h_t at once, every h_t moved by a nudge of its own."""
    T, h = len(x), len(h_0)
    system = np.eye(T * h, dtype=complex)
    right = np.concatenate([W_hx @ x_t for x_t in x]).astype(complex)
    right[:h] += W_hh @ h_0
    if nudges is not None:
        right += nudges.ravel()
    for t in range(1, T):
        system[t * h : (t + 1) * h, (t - 1) * h : t * h] = -W_hh
    states = np.linalg.solve(system, right).reshape(T, h)
    return np.array([[W_qh[k] @ state for k in range(len(W_qh))] for state in states])


def squared(o, y):
    return sum((o[t, k] - y[t, k]) ** 2 for t in range(o.shape[0]) for k in range(o.shape[1])) / 2 / o.shape[0]


def logistic(o, y):
    return sum(np.log(sum(np.exp(o[t] - o[t, label]))) for t, label in enumerate(y)) / o.shape[0]


def derivative(loss, at):
    """The gradient of a scalar function by the complex step, one entry after the other."""
    gradient = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[index] += 1j * STEP
        gradient[index] = loss(moved).imag / STEP
    return gradient


def assert_equal_to_rounding(got, expected):
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


def losses(sizes):
    """Both losses of a network as functions of o, with the reference's gradient at its own outputs."""
    arrays, y, labels = network(sizes)
    h, o = bptt.forward(*arrays)
    return arrays, h, o, [
        (lambda out: squared(out, y), bptt.squared_error_grad(o, y)),
        (lambda out: logistic(out, labels), bptt.cross_entropy_grad(o, labels)),
    ]  # fmt: skip


@pytest.mark.parametrize("sizes", SIZES)
def test_forward_solves_the_linear_system(sizes):
    """The states and outputs are those of the linear system that all steps form together."""
    arrays, *_ = network(sizes)
    h, o = bptt.forward(*arrays)
    assert (h[0] == arrays[1]).all()
    assert h.shape == (sizes[0] + 1, sizes[2])
    assert_equal_to_rounding(o, independent_outputs(*arrays).real)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_of_outputs(sizes):
    """∂L/∂o of both losses is the complex-step derivative of the loss."""
    _, _, o, both = losses(sizes)
    for loss, dL_do in both:
        assert_equal_to_rounding(dL_do, derivative(loss, o))


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_of_hidden_states(sizes):
    """∂L/∂h_t is the complex-step derivative with respect to a nudge of h_t."""
    arrays, _, _, both = losses(sizes)
    for loss, dL_do in both:
        at_rest = np.zeros((sizes[0], sizes[2]))
        expected = derivative(lambda nudges, loss=loss: loss(independent_outputs(*arrays, nudges)), at_rest)
        assert_equal_to_rounding(bptt.hidden_grads(dL_do, *arrays[3:]), expected)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_of_parameters(sizes):
    """The three gradients are the complex-step derivatives with respect to W_hx, W_hh and W_qh."""
    arrays, h, _, both = losses(sizes)
    for loss, dL_do in both:
        got = bptt.parameter_grads(arrays[0], h, dL_do, bptt.hidden_grads(dL_do, *arrays[3:]))
        for place, gradient in zip((2, 3, 4), got, strict=True):

            def of(parameter, place=place, loss=loss):
                return loss(independent_outputs(*arrays[:place], parameter, *arrays[place + 1 :]))

            assert_equal_to_rounding(gradient, derivative(of, arrays[place]))


@pytest.mark.parametrize("tau", [1, 2, 3, 5, 6, 7, 100])
def test_closed_form(tau):
    """Full and truncated gradients are the sums of (W_hhᵀ)^(s−t) W_qhᵀ ∂L/∂o_s over the steps they keep."""
    (_, _, _, W_hh, W_qh), dL_do, _ = network((6, 3, 5, 2))
    T, power = 6, np.linalg.matrix_power
    closed = [
        sum(power(W_hh.T, s - t) @ W_qh.T @ dL_do[s - 1] for s in range(t, min(T, t + tau - 1) + 1))
        for t in range(1, T + 1)
    ]
    assert_equal_to_rounding(bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau), np.array(closed))
    if tau >= T:
        assert_equal_to_rounding(bptt.hidden_grads(dL_do, W_hh, W_qh), np.array(closed))


@pytest.mark.parametrize("t", range(1, 7))
def test_expanded_terms_row_by_row(t):
    """Row i−t is the term of i in the expanded form, and the rows sum to ∂L/∂h_t."""
    (_, _, _, W_hh, W_qh), dL_do, _ = network((6, 3, 5, 2))
    T, power = 6, np.linalg.matrix_power
    terms = bptt.expanded_terms(dL_do, W_hh, W_qh, t)
    assert terms.shape == (T - t + 1, 5)
    for i in range(t, T + 1):
        assert_equal_to_rounding(terms[i - t], power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1])
    assert_equal_to_rounding(terms.sum(axis=0), bptt.hidden_grads(dL_do, W_hh, W_qh)[t - 1])


# By hand, T = 2, d = 1, h = 2, q = 1: h_1 = [1, 0]·2 + W_hh [1, −1] = [2, 0] + [−1, −3] and so on.
X, H_0 = np.array([[2.0], [-1.0]]), np.array([1.0, -1.0])
W_HX, W_HH, W_QH = np.array([[1.0], [0.0]]), np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[2.0, -1.0]])
H = np.array([[1.0, -1.0], [1.0, -3.0], [-6.0, -9.0]])
DL_DO = np.array([[1.0], [2.0]])
DL_DH = np.array([[6.0, 1.0], [4.0, -2.0]])  # [2, −1] + W_hhᵀ [4, −2] = [2, −1] + [4, 2], and 2·[2, −1]


def exactly(got, expected):
    np.testing.assert_array_equal(got, np.array(expected))


def test_hand_forward():
    """forward gives the states and outputs worked out on paper."""
    h, o = bptt.forward(X, H_0, W_HX, W_HH, W_QH)
    exactly(h, H)
    exactly(o, [[5.0], [-3.0]])


def test_hand_losses():
    """The given losses and their gradients are those worked out on paper."""
    o, y = np.array([[5.0, 1.0], [-3.0, 0.0]]), np.array([[1.0, 1.0], [-3.0, 2.0]])
    assert bptt.squared_error(o, y) == 5.0  # (16 + 4) / 2 / 2
    exactly(bptt.squared_error_grad(o, y), [[2.0, 0.0], [0.0, -1.0]])
    even, labels = np.zeros((2, 4)), np.array([3, 0])
    assert bptt.cross_entropy(even, labels) == np.log(4)
    exactly(bptt.cross_entropy_grad(even, labels), [[0.125, 0.125, 0.125, -0.375], [-0.375, 0.125, 0.125, 0.125]])
    far = np.array([[1e4, -1e4], [1e4, -1e4]])
    assert bptt.cross_entropy(far, np.array([0, 1])) == 1e4  # (0 + 2e4) / 2
    exactly(bptt.cross_entropy_grad(far, np.array([0, 1])), [[0.0, 0.0], [0.5, -0.5]])


def test_hand_hidden_grads():
    """hidden_grads, expanded_terms and truncated_hidden_grads give what was worked out on paper."""
    exactly(bptt.hidden_grads(DL_DO, W_HH, W_QH), DL_DH)
    exactly(bptt.expanded_terms(DL_DO, W_HH, W_QH, 1), [[4.0, 2.0], [2.0, -1.0]])
    exactly(bptt.expanded_terms(DL_DO, W_HH, W_QH, 2), [[4.0, -2.0]])
    exactly(bptt.truncated_hidden_grads(DL_DO, W_HH, W_QH, 1), [[2.0, -1.0], [4.0, -2.0]])
    exactly(bptt.truncated_hidden_grads(DL_DO, W_HH, W_QH, 2), DL_DH)


def test_hand_parameter_grads():
    """The sums of outer products are those worked out on paper."""
    dL_dW_hx, dL_dW_hh, dL_dW_qh = bptt.parameter_grads(X, H, DL_DO, DL_DH)
    exactly(dL_dW_hx, [[8.0], [4.0]])  # 2·[6, 1] − [4, −2]
    exactly(dL_dW_hh, [[10.0, -18.0], [-1.0, 5.0]])  # [6, 1]ᵀ[1, −1] + [4, −2]ᵀ[1, −3]
    exactly(dL_dW_qh, [[-11.0, -21.0]])  # 1·[1, −3] + 2·[−6, −9]


@pytest.mark.parametrize(
    ("W_hh", "radius"),
    [
        ([[-3.0]], 3.0),
        ([[0.0, -2.0], [2.0, 0.0]], 2.0),  # ±2i
        ([[0.9, 5.0], [0.0, 0.9]], 0.9),
        ([[0.0, 7.0], [0.0, 0.0]], 0.0),
        ([[1.0, 2.0], [3.0, -4.0]], 5.0),  # λ² + 3λ − 10
    ],
)
def test_hand_spectral_radius(W_hh, radius):
    """The spectral radius is the largest modulus of the roots worked out on paper."""
    assert float(bptt.spectral_radius(np.array(W_hh))) == pytest.approx(radius, rel=1e-14, abs=0)


def test_hand_amplification():
    """A_t is the ratio worked out on paper, and 0 after the last signal."""
    dL_do = np.array([[0.0], [2.0], [0.0]])
    dL_dh = np.array([[30.0, 40.0], [3.0, 4.0], [0.0, 0.0]])
    exactly(bptt.amplification(dL_dh, dL_do, np.array([[3.0, 4.0]])), [5.0, 0.5, 0.0])


def test_hand_clip_gradients():
    """Clipping gives the arrays worked out on paper, and leaves a joint norm that equals max_norm."""
    grads = [np.array([[4.0]]), np.array([0.0, -3.0])]  # norm 5
    for max_norm, expected in ((2.5, ([[2.0]], [0.0, -1.5])), (5.0, grads), (1e9, grads)):
        clipped = bptt.clip_gradients(grads, max_norm)
        exactly(clipped[0], expected[0])
        exactly(clipped[1], expected[1])


def test_the_reference_leaves_nothing_beside_its_source(tmp_path):
    """Loading the kit makes no folder in solution/, where nbgrader takes every folder for an assignment."""
    shutil.copytree(
        Path(autograder.__file__).parent, tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(SOLUTION, tmp_path / "solution", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run(
        [sys.executable, "-c", "import autograder.engine.judging.hidden_tests"],
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    assert (tmp_path / "autograder" / "__pycache__").is_dir()
    assert [entry.name for entry in (tmp_path / "solution").iterdir() if entry.is_dir()] == ["bptt"]
