"""The problem instances of the hidden checks, drawn from the course's seed and chosen to tell mistakes apart.

T, d, h and q differ, W_hh is asymmetric and h_0 is not zero, except where an instance is about just that. The inputs of
a task are the reference's own outputs, so an error in one task costs nothing in another.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.judging.cost import STEPS
from autograder.reference import bptt

Args = tuple[Any, ...]
Cases = dict[str, Args]
Rng = np.random.Generator

SMALL = (4, 1, 2, 3)  # T, d, h, q: what a message can show
GENERAL = (6, 3, 5, 2)
WIDE = (3, 4, 2, 5)
ONE_STEP = (1, 3, 4, 2)
THIN = (3, 1, 1, 1)  # every size but T is one: nothing may be squeezed away
LONG = (24, 3, 4, 2)
BURST = (12, 3, 4, 2)  # long enough to explode
COST_H = 16  # wide enough that work on all steps at once shows beside the cost of calling NumPy


def draw(task: str, seed: str, attempt: int = 0) -> Cases:
    """The instances of a task by name, in the order in which they are asked. The same seed draws the same ones.

    `repeat` is an earlier one once more, asked late: by then a function that remembers has something to confuse.
    """
    digest = hashlib.sha256(f"{seed}/{task}/{attempt}".encode()).digest()
    cases = DRAW[task](np.random.default_rng(int.from_bytes(digest, "big")))
    repeated = next(name for name in ("general", "middle", "three_terms", "exploding") if name in cases)
    costly = {name: cases.pop(name) for name in list(cases) if name in STEPS}
    return cases | {"repeat": cases[repeated]} | costly


def net(
    rng: Rng, sizes: tuple[int, int, int, int], radius: float | None = None, last_only: bool = False
) -> dict[str, Any]:
    """A network of the given sizes (T, d, h, q), one input sequence, and all that the reference says about them.

    `radius` scales W_hh to that spectral radius; `last_only` lets the loss see o_T alone.
    """
    T, d, h, q = sizes
    small = sizes == SMALL
    W_hh = _matrix(rng, h, h, small)
    while h > 1 and np.abs(W_hh - W_hh.T).max() < 0.5:
        W_hh = _matrix(rng, h, h, small)
    if not small:
        W_hh *= (radius or 0.9) / np.abs(np.linalg.eigvals(W_hh)).max()
    n: dict[str, Any] = {
        "x": _matrix(rng, T, d, small),
        "h_0": _matrix(rng, 1, h, small)[0],
        "W_hx": _matrix(rng, h, d, small),
        "W_hh": W_hh,
        "W_qh": _matrix(rng, q, h, small),
    }
    n["h"], n["o"] = bptt.forward(n["x"], n["h_0"], n["W_hx"], n["W_hh"], n["W_qh"])
    n["y"] = n["o"] + _matrix(rng, T, q, small)
    n["labels"] = rng.integers(0, q, T)
    n["dL_do"] = bptt.squared_error_grad(n["o"], n["y"])
    if last_only:
        n["dL_do"][:-1] = 0
    n["dL_dh"] = bptt.hidden_grads(n["dL_do"], n["W_hh"], n["W_qh"])
    return n


def _matrix(rng: Rng, rows: int, columns: int, whole: bool) -> np.ndarray:
    """Entries no nearer to zero than 0.3, so that no term of a sum can be left out unseen; small ones are whole."""
    if whole:
        return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], (rows, columns))
    return rng.choice([-1.0, 1.0], (rows, columns)) * rng.uniform(0.3, 1.5, (rows, columns))


def _of(n: dict[str, Any], names: str) -> Args:
    return tuple(n[name] for name in names.split())


def _forward(rng: Rng) -> Cases:
    names = "x h_0 W_hx W_hh W_qh"
    fading = net(rng, LONG, radius=0.5)
    fading["x"][:] = 0
    return {
        "small": _of(net(rng, SMALL), names),
        "general": _of(net(rng, GENERAL), names),
        "again": _of(net(rng, GENERAL), names),
        "wide": _of(net(rng, WIDE), names),
        "one_step": _of(net(rng, ONE_STEP), names),
        "thin": _of(net(rng, THIN), names),
        "fading": _of(fading, names),
        "growing": _of(net(rng, LONG, radius=1.5), names),
    }


def _squared_error_grad(rng: Rng) -> Cases:
    sizes = {"small": SMALL, "general": GENERAL, "again": GENERAL, "wide": WIDE, "one_step": ONE_STEP, "thin": THIN}
    return {name: _of(net(rng, size), "o y") for name, size in sizes.items()}


def _cross_entropy_grad(rng: Rng) -> Cases:
    def instance(T: int, q: int, reach: float) -> Args:
        labels = rng.permutation(np.arange(T) % q)  # every class where T ≥ q
        return rng.uniform(-reach, reach, (T, q)), labels

    def extreme(T: int) -> Args:
        o, labels = instance(T, 4, 3.0)
        o[0] = [1e4, -1e4, 0, 5]
        o[1] = [-1e4, -1e4, -1e4, -1e4 + 1]
        o[2] = 1e4 - rng.permutation([0.0, 0.3317, 1.1239, 2.4711])  # closer than float32 can tell at 1e4
        labels[:3] = [1, 0, 2]
        return o, labels

    return {
        "small": instance(4, 3, 2.0),
        "general": instance(7, 5, 2.0),
        "again": instance(7, 5, 2.0),
        "wide": instance(2, 6, 2.0),
        "one_step": instance(1, 4, 2.0),
        "extreme": extreme(6),
        "extreme_again": extreme(5),
    }


def _hidden_grads(rng: Rng) -> Cases:
    names = "dL_do W_hh W_qh"
    early = net(rng, GENERAL)
    early["dL_do"][2:] = 0  # steps after the last loss have no gradient
    cases = {
        "small": _of(net(rng, SMALL), names),
        "general": _of(net(rng, GENERAL), names),
        "again": _of(net(rng, GENERAL), names),
        "wide": _of(net(rng, WIDE), names),
        "one_step": _of(net(rng, ONE_STEP), names),
        "thin": _of(net(rng, THIN), names),
        "early_loss": _of(early, names),
        "vanishing": _of(net(rng, LONG, radius=0.5, last_only=True), names),
        "exploding": _of(net(rng, LONG, radius=1.5), names),
    }
    h = COST_H
    turn = np.linalg.qr(_matrix(rng, h, h, False))[0]  # neither grows nor fades, however long
    return cases | {name: (_matrix(rng, T, 3, False), turn, _matrix(rng, 3, h, False)) for name, T in STEPS.items()}


def _expanded_terms(rng: Rng) -> Cases:
    names = "dL_do W_hh W_qh"
    small, general = _of(net(rng, SMALL), names), _of(net(rng, GENERAL), names)
    return {
        "small": (*small, 2),
        "from_first": (*general, 1),
        "middle": (*general, 3),
        "again": (*_of(net(rng, GENERAL), names), 3),
        "last": (*general, 6),
        "wide": (*_of(net(rng, WIDE), names), 1),
        "one_step": (*_of(net(rng, ONE_STEP), names), 1),
        "thin": (*_of(net(rng, THIN), names), 2),
        "vanishing": (*_of(net(rng, LONG, radius=0.5), names), 2),
        "exploding": (*_of(net(rng, LONG, radius=1.5), names), 1),
    }


def _parameter_grads(rng: Rng) -> Cases:
    names = "x h dL_do dL_dh"
    sizes = {"small": SMALL, "general": GENERAL, "again": GENERAL, "wide": WIDE, "one_step": ONE_STEP, "thin": THIN}
    cases = {name: _of(net(rng, size), names) for name, size in sizes.items()}
    return cases | {"vanishing": _of(net(rng, LONG, radius=0.5, last_only=True), names)}


def _spectral_radius(rng: Rng) -> Cases:
    turn = rng.uniform(0.5, 1.2)
    spiral = 1.7 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    basis = _matrix(rng, 3, 3, False) + 3 * np.eye(3)
    spread = np.diag([-2.5, 1.0, 0.5])
    return {
        "small": (np.array([[1.0, 2.0], [3.0, -4.0]]),),
        "general": (_matrix(rng, 5, 5, False),),
        "again": (_matrix(rng, 5, 5, False),),
        "complex_pair": (np.block([[spiral, np.ones((2, 1))], [np.zeros((1, 2)), np.array([[0.4]])]]),),
        "negative": (basis @ spread @ np.linalg.inv(basis),),
        "non_normal": (np.array([[0.9, 5.0], [0.0, 0.9]]),),
        "nilpotent": (np.triu(_matrix(rng, 3, 3, False), 1),),
        "one_by_one": (np.array([[-0.7]]),),
    }


def _amplification(rng: Rng) -> Cases:
    def instance(sizes: tuple[int, int, int, int], scale: float = 1.0, **how: Any) -> Args:
        n = net(rng, sizes, **how)
        return n["dL_dh"] * scale, n["dL_do"] * scale, n["W_qh"]

    return {
        "small": instance(SMALL),
        "general": instance(GENERAL),
        "again": instance(GENERAL),
        "one_step": instance(ONE_STEP),
        "thin": instance(THIN),
        "no_late_loss": _early(rng, 3),
        "early_loss_only": _early(rng, 1),
        "growing": instance(BURST, radius=1.4, last_only=True),
        "fading": instance(LONG, radius=0.5, last_only=True),
        "rotation": _with_matrix(rng, np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])),
        "nilpotent": _with_matrix(rng, np.triu(np.full((3, 3), 30.0), 1)),
        "tiny_loss": instance(GENERAL, 1e-200),
        "huge_loss": instance(GENERAL, 1e200),
    }


def _early(rng: Rng, steps: int) -> Args:
    """Only the first steps have a loss: what comes before them, walking back, has met no signal yet."""
    n = net(rng, GENERAL, radius=0.6)
    n["dL_do"][steps:] = 0
    n["dL_dh"] = bptt.hidden_grads(n["dL_do"], n["W_hh"], n["W_qh"])
    return _of(n, "dL_dh dL_do W_qh")


def _detect_explosion(rng: Rng) -> Cases:
    calm = net(rng, GENERAL, radius=0.4)
    steady = _of(calm, "dL_dh dL_do W_qh")
    exploding = net(rng, BURST, radius=1.6, last_only=True)
    burst = _of(exploding, "dL_dh dL_do W_qh")
    return {
        "stable": steady,
        "one_step": _of(net(rng, ONE_STEP), "dL_dh dL_do W_qh"),
        "no_late_loss": _early(rng, 3),
        "exploding": burst,
        "low_threshold": (*burst, 1.5),
        "high_threshold": (*burst, 1e9),
        "growth_and_decay": _hump(rng),
        "rotation": _with_matrix(rng, np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])),
        "nilpotent": _with_matrix(rng, np.triu(np.full((3, 3), 30.0), 1)),
        "at_threshold": _exact(10.0),
        "above_threshold": _exact(10.5),
        "own_threshold": (*_exact(4.0), 4.0),
        "tiny_loss": (burst[0] * 1e-200, burst[1] * 1e-200, burst[2]),
        "huge_loss": (burst[0] * 1e200, burst[1] * 1e200, burst[2]),
        "tiny_and_stable": (steady[0] * 1e-200, steady[1] * 1e-200, steady[2]),
        "nan": (_with(steady[0], {2: np.nan}), *steady[1:]),
        "inf_and_nan": (_with(steady[0], {1: np.nan, 3: -np.inf}), *steady[1:]),
        "inf_first": (_with(burst[0], {0: np.inf}), *burst[1:]),
        "silent": (np.zeros((5, 3)), np.zeros((5, 2)), _matrix(rng, 2, 3, False)),
        "unseen_output": _unseen(rng, 1),
        "other_unseen": _unseen(rng, 2),
        "nan_and_silent": (_with(np.zeros((5, 3)), {3: np.nan}), np.zeros((5, 2)), _matrix(rng, 2, 3, False)),
        "inf_and_silent": (_with(np.zeros((4, 3)), {1: np.inf}), np.zeros((4, 2)), _matrix(rng, 2, 3, False)),
        "threshold_one": (*steady, 1.0),
        "threshold_low": (*burst, 0.5),
        "threshold_first": (_with(steady[0], {2: np.nan}), *steady[1:], 1),
    }


def _with(dL_dh: np.ndarray, entries: dict[int, float]) -> np.ndarray:
    changed = dL_dh.copy()
    for row, value in entries.items():
        changed[row, 0] = value
    return changed


def _hump(rng: Rng) -> Args:
    """A_t above the threshold in the middle of the walk and below it again at t = 1: non-normal, radius below one."""
    W_hh = np.array([[0.5, rng.uniform(80, 120)], [0.0, 0.5]])
    dL_do = np.zeros((16, 3))
    dL_do[-1] = [1.0, -2.0, 1.5]
    W_qh = np.array([[1.0, 0.2], [0.4, 1.0], [1.0, 0.3]])
    return bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do, W_qh


def _with_matrix(rng: Rng, W_hh: np.ndarray) -> Args:
    """The loss at the last of eight steps, carried back by this matrix."""
    dL_do, W_qh = np.zeros((8, 2)), _matrix(rng, 2, 3, False)
    dL_do[-1] = rng.uniform(0.5, 1.5, 2)
    return bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do, W_qh


def _exact(growth: float) -> Args:
    """A_1 equal to `growth` to the last bit: one entry a row, powers of two or whole, no rounding in any method."""
    dL_do = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    dL_dh = np.array([[growth, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 1.0, 0.0]])
    return dL_dh, dL_do, np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])


def _unseen(rng: Rng, output: int) -> Args:
    """∂L/∂o is not zero, and still no signal: the outputs that the loss sees do not depend on h."""
    dL_do = np.zeros((5, 3))
    dL_do[:, output] = rng.uniform(0.5, 1.5, 5)
    W_qh = _matrix(rng, 3, 4, False)
    W_qh[output] = 0
    return np.zeros((5, 4)), dL_do, W_qh


def _truncated_hidden_grads(rng: Rng) -> Cases:
    names = "dL_do W_hh W_qh"
    small, general = _of(net(rng, SMALL), names), _of(net(rng, GENERAL), names)
    return {
        "small": (*small, 2),
        "three_terms": (*general, 3),
        "again": (*_of(net(rng, GENERAL), names), 3),
        "direct_only": (*general, 1),
        "direct_only_wide": (*_of(net(rng, WIDE), names), 1),
        "all_but_one": (*general, 5),
        "whole": (*general, 6),
        "longer_than_T": (*general, 50),
        "one_step": (*_of(net(rng, ONE_STEP), names), 2),
        "thin": (*_of(net(rng, THIN), names), 2),
        "long": (*_of(net(rng, LONG, radius=1.3), names), 7),
        "tau_zero": (*general, 0),
        "tau_negative": (*small, -2),
    }


def _clip_gradients(rng: Rng) -> Cases:
    def grads(scale: float = 1.0) -> list[np.ndarray]:
        return [_matrix(rng, *shape, False) * scale for shape in ((4, 3), (4, 4), (2, 4))]

    small = [np.array([[1.0, -2.0]]), np.array([2.0, 4.0])]  # norm 5
    mixed = [grads(1e300)[0], grads(1e280)[1], grads(1e290)[2]]
    return {
        "small": (small, 2.0),
        "general": (grads(), 1.5),
        "again": (grads(), 1.5),
        "below": (grads(), 100.0),
        "far_below": (grads(0.01), 10.0),
        "at_the_norm": (small, 5.0),
        "one_array": ([_matrix(rng, 3, 2, False)], 0.25),
        "all_zero": ([np.zeros((3, 2)), np.zeros((3, 3))], 1.0),
        "huge": (grads(1e200), 1e100),
        "largest": (mixed, 1e295),
        "nan": (_with_entry(grads(), 1, np.nan), 1.0),
        "nan_first": (_with_entry(grads(), 0, np.nan), 1.0),
        "inf": (_with_entry(grads(), 2, -np.inf), 1.0),
        "zero_norm": (grads(), 0.0),
        "negative_norm": (grads(), -1.0),
    }


def _with_entry(grads: list[np.ndarray], array: int, value: float) -> list[np.ndarray]:
    grads[array][0, 0] = value
    return grads


DRAW: dict[str, Callable[[Rng], Cases]] = {
    "forward": _forward,
    "squared_error_grad": _squared_error_grad,
    "cross_entropy_grad": _cross_entropy_grad,
    "hidden_grads": _hidden_grads,
    "expanded_terms": _expanded_terms,
    "parameter_grads": _parameter_grads,
    "spectral_radius": _spectral_radius,
    "amplification": _amplification,
    "detect_explosion": _detect_explosion,
    "truncated_hidden_grads": _truncated_hidden_grads,
    "clip_gradients": _clip_gradients,
}
