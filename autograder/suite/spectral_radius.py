"""`spectral_radius`: the largest modulus of an eigenvalue of W_hh."""

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import CLEAR, matrix
from autograder.suite.reference import bptt


def _draw(rng: Rng) -> Cases:
    def turned(n: int) -> Args:
        """The largest eigenvalues are a complex pair; neither they nor the smallest are LAPACK's first or last."""
        while True:
            W_hh = matrix(rng, n, n)
            values = np.linalg.eigvals(W_hh)
            length = np.abs(values)
            longest = values[length > length.max() * (1 - CLEAR)]
            inside = max(length[0], length[-1]) < length.max() / 1.1 and min(length[0], length[-1]) > length.min() * 1.1
            if inside and np.abs(longest.imag).min() > 0.2 * length.max():
                return (W_hh,)

    def blocks(*diagonal: float | np.ndarray) -> Args:
        """What stands on the diagonal has the eigenvalues, in this order."""
        parts = [np.atleast_2d(part) for part in diagonal]
        ends = np.cumsum([len(part) for part in parts])
        W_hh = np.triu(matrix(rng, ends[-1], ends[-1]), 1)
        for part, end in zip(parts, ends, strict=True):
            W_hh[end - len(part) : end, end - len(part) : end] = part
        return (W_hh,)

    def real(*diagonal: float) -> Args:
        """All eigenvalues are real, and LAPACK gives them in this order."""
        return (np.triu(matrix(rng, 4, 4), 1) + np.diag(diagonal),)

    def less() -> float:
        return float(rng.uniform(0.2, 0.6))

    radius, other, angle, b = rng.uniform(1.2, 2.5), rng.uniform(1.2, 2.5), rng.uniform(0.8, 1.2), rng.uniform(0.5, 0.9)
    spiral = radius * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    basis = matrix(rng, 2, 2) + 3 * np.eye(2)
    negative = basis @ np.diag([less() * other, -other]) @ np.linalg.inv(basis)
    p, r = rng.choice([-2.0, -1.0, 1.0, 2.0], 2)
    whole, back = np.array([[1, p], [r, 1 + p * r]]), np.array([[1 + p * r, -p], [-r, 1]])  # inverses
    return {
        "small": (whole @ np.diag([rng.integers(1, 4), -rng.integers(4, 8)]) @ back,),
        "general": turned(5),
        "again": turned(5),
        "complex_pair": blocks(0.8 * radius, spiral, -less()),  # its real eigenvalue lies right of the pair
        "negative": blocks(less(), negative, 0.4 * spiral),
        "non_normal": (np.array([[b, rng.uniform(4, 6)], [0.0, b]]),),
        "nilpotent": (np.triu(matrix(rng, 3, 3), 1),),
        "one_by_one": (-rng.uniform(0.5, 1.5, (1, 1)),),
        "positive": real(less(), -less(), less(), other),
    }


CHECKS = (
    values("values", 2, "ρ(W_hh) is right", "small general again positive one_by_one"),
    values("complex_pair", 1, "complex and negative eigenvalues count by their modulus", "complex_pair negative"),
    values("non_normal", 1, "it is an eigenvalue that counts, not a norm", "non_normal nilpotent"),
)


def _eig(W_hh):
    return np.linalg.eigvals(W_hh)


def _iterated(W_hh, steps):
    """Power iteration from a vector of ones: the last vector, and what W_hh makes of it."""
    v = np.ones(len(W_hh)) / np.sqrt(len(W_hh))
    for _ in range(steps):
        v = W_hh @ v
        v = v / (np.linalg.norm(v) or 1.0)
    return v, W_hh @ v


def _by_length(W_hh, steps):
    return np.linalg.norm(_iterated(W_hh, steps - 1)[1])


def _by_quotient(W_hh, steps):
    v, after = _iterated(W_hh, steps)
    return np.abs(v @ after)


def _cut_off(W_hh, power, norm):
    return np.linalg.norm(np.linalg.matrix_power(W_hh, power), norm) ** (1 / power)


_SETTLES = "If the two largest eigenvalues are a complex pair, does a real vector settle on a direction?"
_LIMIT = "For which k is ‖W_hh^k‖^(1/k) the spectral radius?"


MISCONCEPTIONS = (
    Misconception(
        "singular_value", "it is the largest singular value, a norm",
        "Does W_hh v = λ v hold for the number you return?", lambda W_hh: np.linalg.norm(W_hh, 2),
    ),
    Misconception(
        "real_part", "it is the largest real part", "How long is a complex number?",
        lambda W_hh: _eig(W_hh).real.max(),
    ),
    Misconception(
        "modulus_of_real_part", "the imaginary parts are dropped", "How long is a complex number?",
        lambda W_hh: np.abs(_eig(W_hh).real).max(),
    ),
    Misconception(
        "symmetric_solver", "the solver for symmetric matrices is used", "Is W_hh symmetric?",
        lambda W_hh: np.abs(np.linalg.eigvalsh(W_hh)).max(),
    ),
    Misconception(
        "frobenius", "it is the Frobenius norm", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.linalg.norm(W_hh),
    ),
    Misconception(
        "smallest", "it is the smallest modulus", "Which eigenvalue wins after many steps?",
        lambda W_hh: np.abs(_eig(W_hh)).min(),
    ),
    Misconception(
        "first", "it is the modulus of the eigenvalue that comes last", "In which order are eigenvalues returned?",
        lambda W_hh: np.abs(_eig(W_hh))[-1],
    ),
    Misconception(
        "zeroth", "it is the modulus of the eigenvalue that comes first", "In which order are eigenvalues returned?",
        lambda W_hh: np.abs(_eig(W_hh))[0],
    ),
    Misconception(
        "row_sum", "it is the largest row sum, a bound on the radius", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.abs(W_hh).sum(axis=1).max(),
    ),
    Misconception(
        "column_sum", "it is the largest column sum, a bound on the radius", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.abs(W_hh).sum(axis=0).max(),
    ),
    Misconception(
        "diagonal", "it is the largest diagonal entry", "For which matrices do the eigenvalues stand on the diagonal?",
        lambda W_hh: np.abs(np.diag(W_hh)).max(),
    ),
    Misconception(
        "determinant", "it is a mean of the moduli, from the determinant", "What is the determinant the product of?",
        lambda W_hh: np.abs(np.linalg.det(W_hh)) ** (1 / len(W_hh)),
    ),
    Misconception(
        "trace", "it is the trace", "What is the trace the sum of?", lambda W_hh: np.abs(np.trace(W_hh)),
    ),
    Misconception(
        "symmetric_part", "it belongs to the symmetric part of W_hh", "Is W_hh symmetric?",
        lambda W_hh: np.abs(np.linalg.eigvalsh((W_hh + W_hh.T) / 2)).max(),
    ),
    Misconception(
        "squared", "it is the square of the modulus", "What does W_hh v = λ v say about the length of v after one step?",
        lambda W_hh: np.abs(_eig(W_hh)).max() ** 2,
    ),
    Misconception(
        "sum", "the moduli are added", "Which eigenvalue wins after many steps?",
        lambda W_hh: np.abs(_eig(W_hh)).sum(),
    ),
    Misconception(
        "ten_iterations", "it is ten steps of power iteration", _SETTLES, lambda W_hh: _by_length(W_hh, 10),
    ),
    Misconception(
        "hundred_iterations", "it is a hundred steps of power iteration", _SETTLES, lambda W_hh: _by_length(W_hh, 100),
    ),
    Misconception(
        "thousand_iterations", "it is a thousand steps of power iteration", _SETTLES, lambda W_hh: _by_length(W_hh, 1000),
    ),
    Misconception(
        "rayleigh_10", "it is a Rayleigh quotient after ten steps of power iteration", _SETTLES,
        lambda W_hh: _by_quotient(W_hh, 10),
    ),
    Misconception(
        "rayleigh_100", "it is a Rayleigh quotient after a hundred steps of power iteration", _SETTLES,
        lambda W_hh: _by_quotient(W_hh, 100),
    ),
    Misconception(
        "rayleigh_1000", "it is a Rayleigh quotient after a thousand steps of power iteration", _SETTLES,
        lambda W_hh: _by_quotient(W_hh, 1000),
    ),
    Misconception(
        "power_10", "it is ‖W_hh^k‖^(1/k) for k = 10", _LIMIT, lambda W_hh: _cut_off(W_hh, 10, None),
    ),
    Misconception(
        "power_50", "it is ‖W_hh^k‖^(1/k) for k = 50", _LIMIT, lambda W_hh: _cut_off(W_hh, 50, None),
    ),
    Misconception(
        "power_100", "it is ‖W_hh^k‖^(1/k) for k = 100", _LIMIT, lambda W_hh: _cut_off(W_hh, 100, None),
    ),
    Misconception(
        "largest_of_power_10", "it is ‖W_hh^k‖^(1/k) for k = 10, by the largest singular value", _LIMIT,
        lambda W_hh: _cut_off(W_hh, 10, 2),
    ),
    Misconception(
        "largest_of_power_50", "it is ‖W_hh^k‖^(1/k) for k = 50, by the largest singular value", _LIMIT,
        lambda W_hh: _cut_off(W_hh, 50, 2),
    ),
    Misconception(
        "largest_of_power_100", "it is ‖W_hh^k‖^(1/k) for k = 100, by the largest singular value", _LIMIT,
        lambda W_hh: _cut_off(W_hh, 100, 2),
    ),
    Misconception(
        "largest_entry", "it is the largest entry", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.abs(W_hh).max(),
    ),
    Misconception(
        "largest_entry_times_h", "it is h times the largest entry, a bound on the radius",
        "Does W_hh v = λ v hold for the number you return?", lambda W_hh: np.abs(W_hh).max() * len(W_hh),
    ),
    Misconception(
        "mean_eigenvalue", "it is the mean of the eigenvalues, from the trace", "What is the trace the sum of?",
        lambda W_hh: np.abs(np.trace(W_hh)) / len(W_hh),
    ),
    Misconception(
        "mean_modulus", "it is the mean of the moduli", "Which eigenvalue wins after many steps?",
        lambda W_hh: np.abs(_eig(W_hh)).mean(),
    ),
    Misconception(
        "of_the_largest_real_part", "it is the modulus of the eigenvalue with the largest real part",
        "By what does max order complex and negative numbers?", lambda W_hh: np.abs(max(_eig(W_hh), key=lambda v: v.real)),
    ),
    Misconception(
        "squared_singular_value", "it is the largest eigenvalue of W_hhᵀ W_hh", "Which matrix is it that h_{t-1} is multiplied by?",
        lambda W_hh: np.linalg.norm(W_hh, 2) ** 2,
    ),
)  # fmt: skip

TASK = Task(
    "spectral_radius",
    points=1.0,
    returns=("the spectral radius",),
    form="array",
    function=bptt.spectral_radius,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
    in_any_order=True,  # it has few different answers; arrays are never guessed
)
