"""The problem instances of the hidden checks, drawn from the course's seed and chosen to tell mistakes apart.

All that an answer could be guessed from comes from the seed: values, sizes, thresholds, radii, steps, and the order in
which the instances of a check are asked. Yet each draw keeps what its instances are there for: a known mistake fails the
same checks on all of them.
"""

import hashlib
from collections.abc import Callable

import numpy as np

from autograder.engine.judging.cost import STEPS
from autograder.suite import explosions
from autograder.suite.drawing import (
    CLEAR,
    Args,
    Cases,
    Rng,
    different,
    early,
    fading,
    growing,
    matrix,
    net,
    of,
    ordinary,
    rotated,
    scaled,
    shifted,
    sizes,
)

_SHUFFLED = ("spectral_radius", "detect_explosion")  # tasks with few different answers; arrays are never guessed
COST_H = 16  # wide enough that work on all steps at once shows beside the cost of calling NumPy


def draw(task: str, seed: str, attempt: int = 0) -> Cases:
    """The instances of a task by name; those of one check are asked in this order. The same seed draws the same ones.

    `repeat` is an earlier one once more, asked late: by then a function that remembers has something to confuse.
    """
    rng = _generator(f"{seed}/{task}/{attempt}")
    cases = DRAW[task](rng)
    repeated = next(name for name in ("general", "middle", "three_terms", "exploding") if name in cases)
    if task in _SHUFFLED:
        cases = {str(name): cases[name] for name in rng.permutation(list(cases))}
    return cases | {"repeat": cases[repeated]}


def draw_costly(task: str, seed: str) -> Cases:
    """The instances by which the work of a task is measured, where it is."""
    if task != "hidden_grads":
        return {}
    rng, h = _generator(f"{seed}/{task}/cost"), COST_H
    turn = np.linalg.qr(matrix(rng, h, h))[0]  # neither grows nor fades, however long
    return {name: (matrix(rng, T, 3), turn, matrix(rng, 3, h)) for name, T in STEPS.items()}


def _generator(seed: str) -> Rng:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big"))


def _forward(rng: Rng) -> Cases:
    names, size = "x h_0 W_hx W_hh W_qh", sizes(rng)
    unfed = net(rng, size["long"], radius=fading(rng))
    unfed["x"][:] = 0
    return ordinary(rng, names, size) | {
        "fading": of(unfed, names),
        "growing": of(net(rng, size["long"], radius=growing(rng)), names),
    }


def _squared_error_grad(rng: Rng) -> Cases:
    return ordinary(rng, "o y", sizes(rng))


def _cross_entropy_grad(rng: Rng) -> Cases:
    def instance(T: int, q: int, reach: float = 2.0) -> Args:
        """Every class is a label where T ≥ q, and that of the first step is not the most probable one."""
        o, labels = rng.uniform(-reach, reach, (T, q)), rng.permutation(np.arange(T) % q)
        while labels[0] == o[0].argmax():
            labels = (labels + 1) % q
        return o, labels

    def extreme(T: int, q: int) -> Args:
        o, labels = instance(T, q, 3.0)
        o[0, :4] = [1e4, -1e4, 0, 5]
        o[1] = -1e4
        o[1, 3] += 1
        o[2] = 1e4 - rng.permutation([0.0, 0.3317, 1.1239, 2.4711, 1.7093][:q])  # closer than float32 can tell at 1e4
        labels[:3] = [1, 0, 2]
        return o, labels

    T, q = int(rng.integers(6, 8)), int(rng.choice([3, 5]))
    return {
        "small": instance(int(rng.integers(4, 6)), 3),
        "general": instance(T, q),
        "again": instance(T, q),
        "wide": instance(2, int(rng.integers(5, 8))),
        "one_step": instance(1, int(rng.choice([3, 5]))),
        "extreme": extreme(int(rng.integers(8, 10)), 4),
        "extreme_again": extreme(int(rng.integers(8, 10)), 5),
    }


def _hidden_grads(rng: Rng) -> Cases:
    names, size = "dL_do W_hh W_qh", sizes(rng)
    silent_end = net(rng, size["general"])
    silent_end["dL_do"] *= 100.0  # no bound on an entry lets them through
    silent_end["dL_do"][2:] = 0  # steps after the last loss have no gradient
    return ordinary(rng, names, size) | {
        "early_loss": of(silent_end, names),
        "vanishing": of(net(rng, size["long"], radius=fading(rng), last_only=True), names),
        "exploding": of(net(rng, size["long"], radius=growing(rng)), names),
    }


def _expanded_terms(rng: Rng) -> Cases:
    names, size = "dL_do W_hh W_qh", sizes(rng)
    nets, T = ordinary(rng, names, size), size["general"][0]
    middle = int(rng.integers(3, T - 1))
    return {
        "small": (*nets["small"], 2),
        "from_first": (*nets["general"], 1),
        "middle": (*nets["general"], middle),
        "again": (*nets["again"], middle),
        "last": (*nets["general"], T),
        "wide": (*nets["wide"], 1),
        "one_step": (*nets["one_step"], 1),
        "thin": (*nets["thin"], 2),
        "vanishing": (*of(net(rng, size["long"], radius=fading(rng)), names), int(rng.integers(2, 4))),
        "exploding": (*of(net(rng, size["long"], radius=growing(rng)), names), 1),
    }


def _parameter_grads(rng: Rng) -> Cases:
    names, size = "x h dL_do dL_dh", sizes(rng)
    vanishing = net(rng, size["long"], radius=fading(rng), last_only=True)
    return ordinary(rng, names, size) | {"vanishing": of(vanishing, names)}


def _spectral_radius(rng: Rng) -> Cases:
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

    def blocks(first: float, middle: np.ndarray, last: float) -> Args:
        """What stands on the diagonal has the eigenvalues, in this order."""
        W_hh = np.triu(matrix(rng, 4, 4), 1)
        W_hh[0, 0], W_hh[1:3, 1:3], W_hh[3, 3] = first, middle, last
        return (W_hh,)

    def less() -> float:
        return float(rng.uniform(0.2, 0.6))

    radius, other, angle, b = rng.uniform(1.2, 2.5), rng.uniform(1.2, 2.5), rng.uniform(0.6, 1.2), rng.uniform(0.5, 0.9)
    spiral = radius * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    basis = matrix(rng, 2, 2) + 3 * np.eye(2)
    negative = basis @ np.diag([less() * other, -other]) @ np.linalg.inv(basis)
    p, r = rng.choice([-2.0, -1.0, 1.0, 2.0], 2)
    whole, back = np.array([[1, p], [r, 1 + p * r]]), np.array([[1 + p * r, -p], [-r, 1]])  # inverses
    return {
        "small": (whole @ np.diag([rng.integers(1, 4), -rng.integers(4, 8)]) @ back,),
        "general": turned(5),
        "again": turned(5),
        "complex_pair": blocks(less(), spiral, -less()),
        "negative": blocks(less(), negative, less()),
        "non_normal": (np.array([[b, rng.uniform(4, 6)], [0.0, b]]),),
        "nilpotent": (np.triu(matrix(rng, 3, 3), 1),),
        "one_by_one": (-rng.uniform(0.5, 1.5, (1, 1)),),
    }


def _amplification(rng: Rng) -> Cases:
    names, size = "dL_dh dL_do W_qh", sizes(rng)

    def instance(draw: Callable[[], Args]) -> Args:
        """The largest entry of the gradients is not that of the signals: no method that mixes them up is right."""
        while True:
            dL_dh, dL_do, W_qh = draw()
            if not 0.9 < np.abs(dL_dh).max() / np.abs(dL_do @ W_qh).max() < 1.1:
                return dL_dh, dL_do, W_qh

    def general() -> Args:
        return instance(lambda: of(net(rng, size["general"]), names))

    nets = ordinary(rng, names, size)
    return {
        "small": nets["small"],
        "general": general(),
        "again": general(),
        "one_step": nets["one_step"],
        "thin": nets["thin"],
        "no_late_loss": instance(lambda: early(rng, size["general"], 3)),
        "early_loss_only": early(rng, size["general"], 1),
        "growing": of(net(rng, size["long"], radius=growing(rng), last_only=True), names),
        "fading": of(net(rng, size["long"], radius=fading(rng), last_only=True), names),
        "rotation": rotated(rng, int(rng.integers(7, 12))),
        "nilpotent": shifted(rng, int(rng.integers(7, 12)), 30.0),
        "faint_loss": scaled(general(), 1e-9),
        "tiny_loss": scaled(general(), 1e-200),
        "huge_loss": scaled(general(), 1e200),
    }


def _truncated_hidden_grads(rng: Rng) -> Cases:
    names, size = "dL_do W_hh W_qh", sizes(rng)
    nets = ordinary(rng, names, size)
    middle, T = nets["general"], size["general"][0]
    _, d, h, q = size["long"]
    far = int(rng.integers(46, 51))

    def steep(tau: int) -> Args:
        """What has left the window is as large as 2^50 times what is in it: whoever subtracts it has nothing left."""
        n = net(rng, (1, d, h, q), radius=float(rng.uniform(2.3, 2.5)))
        return matrix(rng, far, q), n["W_hh"], n["W_qh"], tau

    return {
        "small": (*nets["small"], 2),
        "three_terms": (*middle, 3),
        "again": (*nets["again"], 3),
        "direct_only": (*middle, 1),
        "direct_only_wide": (*nets["wide"], 1),
        "all_but_one": (*middle, T - 1),
        "whole": (*middle, T),
        "longer_than_T": (*middle, int(rng.integers(20, 60))),
        "one_step": (*nets["one_step"], 2),
        "thin": (*nets["thin"], 2),
        "long": (*of(net(rng, size["long"], radius=1.3), names), int(rng.integers(6, 9))),
        "steep": steep(5),
        "steep_again": steep(int(rng.integers(3, 7))),
        "tau_zero": (*middle, 0),
        "tau_negative": (*nets["small"], -int(rng.integers(1, 4))),
    }


def _clip_gradients(rng: Rng) -> Cases:
    _, d, h, q = different(rng, 1, 2, 3, 4, 5)

    def grads(scale: float = 1.0) -> list[np.ndarray]:
        return [matrix(rng, *shape) * scale for shape in ((h, d), (h, h), (q, h))]

    def bad(array: int, value: float) -> list[np.ndarray]:
        arrays = grads()
        arrays[array].flat[rng.integers(0, arrays[array].size)] = value
        return arrays

    def some(low: float, high: float) -> float:
        return float(f"{rng.uniform(low, high):.3g}")

    signs, m = rng.choice([-1.0, 1.0], 4), int(rng.integers(1, 4))
    entries = rng.permutation([1.0, 2.0, 2.0, 4.0]) * signs * m
    small = [entries[None, :2], entries[2:].copy()]  # norm 5m
    return {
        "small": (small, 2.0 * m),
        "general": (grads(), some(1.1, 1.9)),
        "again": (grads(), some(1.1, 1.9)),
        "below": (grads(), some(50, 200)),
        "far_below": (grads(0.01), some(5, 20)),
        "at_the_norm": (small, 5.0 * m),
        "one_array": ([matrix(rng, 3, 2)], some(0.2, 0.3)),
        "all_zero": ([np.zeros((3, 2)), np.zeros((3, 3))], some(1.1, 1.9)),
        "tiny": (grads(1e-9), some(0.5e-10, 1.5e-10)),
        "tiniest": (grads(1e-120), some(0.5e-121, 1.5e-121)),
        "huge": (grads(1e200), some(0.5e100, 1.5e100)),
        "largest": ([grads(scale)[array] for array, scale in enumerate((1e300, 1e280, 1e290))], some(0.5e295, 1.5e295)),
        "nan": (bad(1, np.nan), 1.0),
        "nan_first": (bad(0, np.nan), 1.0),
        "inf": (bad(2, -np.inf), 1.0),
        "zero_norm": (grads(), 0.0),
        "negative_norm": (grads(), -some(0.5, 2.0)),
    }


DRAW: dict[str, Callable[[Rng], Cases]] = {
    "forward": _forward,
    "squared_error_grad": _squared_error_grad,
    "cross_entropy_grad": _cross_entropy_grad,
    "hidden_grads": _hidden_grads,
    "expanded_terms": _expanded_terms,
    "parameter_grads": _parameter_grads,
    "spectral_radius": _spectral_radius,
    "amplification": _amplification,
    "detect_explosion": explosions.draw,
    "truncated_hidden_grads": _truncated_hidden_grads,
    "clip_gradients": _clip_gradients,
}
