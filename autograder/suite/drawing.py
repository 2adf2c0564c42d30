"""What test cases are made of: sizes, networks, and losses carried back, all drawn from a seed.

T, d, h and q differ, W_hh is asymmetric with a complex pair of eigenvalues, and h_0 is not zero, except where a test case
is about just that. All that is said about a network is the reference's own, so an error in one task costs nothing in
another.
"""

from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Rng
from autograder.suite.reference import bptt

Sizes = tuple[int, int, int, int]  # T, d, h, q

FADED = 1e-9  # what is left where gradients vanish: far below what `isclose` takes for zero, in each draw
CLEAR = 1e-3  # of a bound: nothing hangs on a difference that is smaller, unless it is exact in floating point


def different(rng: Rng, T: int, *others: int) -> Sizes:
    """T, and for d, h and q three of the others that differ from it, in any order."""
    d, h, q = (int(size) for size in rng.permutation([size for size in others if size != T])[:3])
    return T, d, h, q


def sizes(rng: Rng) -> dict[str, Sizes]:
    """The sizes of one task's test cases.

    All are drawn, and yet the same ones are alike in each draw, and those alone: a function that remembers by size
    confuses the same test cases.
    """
    h, of_wide, of_others = (int(size) for size in rng.permutation([4, 5, 6]))
    d, q = (int(size) for size in rng.permutation([size for size in (2, 3, 4, 5) if size != h])[:2])
    found: dict[str, Sizes] = {
        "small": (int(rng.integers(4, 6)), 1, 2, 3),  # what a message can show
        "general": (7 if h == 6 else int(rng.integers(6, 8)), d, h, q),
        "wide": (3, 2, of_wide, int(rng.choice([size for size in (4, 5, 6, 7) if size != of_wide]))),
        # of two or four outputs, 2/q or 4/q would be the 1/T of one step
        "one_step": (1, 2, of_others, int(rng.choice([size for size in (3, 5, 7) if size != of_others]))),
        "thin": (int(rng.integers(3, 5)), 1, 1, 1),  # nothing may be squeezed away
    }
    d, q = (int(size) for size in rng.permutation([2, 3]))
    return found | {"long": (int(rng.integers(23, 27)), d, of_others, q), "again": found["general"]}


def ordinary(rng: Rng, names: str, drawn: dict[str, Sizes]) -> Cases:
    """What nearly every task is asked; `again` has the sizes of `general` and other values."""
    return {case: of(net(rng, size), names) for case, size in drawn.items() if case != "long"}


def growing(rng: Rng) -> float:
    """A spectral radius."""
    return float(rng.uniform(1.45, 1.55))


def net(rng: Rng, sizes: Sizes, radius: float = 0.9, last_only: bool = False, fades: bool = False) -> dict[str, Any]:
    """A network of the given sizes (T, d, h, q), one input sequence, and all that the reference says about them.

    `radius` scales W_hh to that spectral radius; `fades` scales it so that next to nothing is left after T − 1 steps;
    `last_only` lets the loss see o_T alone.
    """
    T, d, h, q = sizes
    whole = (d, h, q) == (1, 2, 3)
    W_hh = matrix(rng, h, h, whole)
    while (h > 1 and np.abs(W_hh - W_hh.T).max() < 0.5) or (h > 2 and not np.linalg.eigvals(W_hh).imag.any()):
        W_hh = matrix(rng, h, h, whole)
    if not whole:
        W_hh *= radius / np.abs(np.linalg.eigvals(W_hh)).max()
    if fades:
        W_hh *= (FADED / np.abs(np.linalg.matrix_power(W_hh, T - 1)).max()) ** (1 / (T - 1))
    n: dict[str, Any] = {
        "x": matrix(rng, T, d, whole),
        "h_0": matrix(rng, 1, h, whole)[0],
        "W_hx": matrix(rng, h, d, whole),
        "W_hh": W_hh,
        "W_qh": matrix(rng, q, h, whole),
    }
    n["h"], n["o"] = bptt.forward(n["x"], n["h_0"], n["W_hx"], n["W_hh"], n["W_qh"])
    error = matrix(rng, T, q, whole)
    error.flat[:2] = np.abs(error.flat[:2]) * rng.permutation([-1, 1])  # both signs
    n["y"] = n["o"] + error
    n["dL_do"] = bptt.squared_error_grad(n["o"], n["y"])
    if last_only:
        n["dL_do"][:-1] = 0
    return n | {"dL_dh": bptt.hidden_grads(n["dL_do"], n["W_hh"], n["W_qh"])}


def matrix(rng: Rng, rows: int, columns: int, whole: bool = False) -> np.ndarray:
    """Entries no nearer to zero than 0.3, so that no term of a sum can be left out unseen."""
    if whole:
        return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], (rows, columns))
    return rng.choice([-1.0, 1.0], (rows, columns)) * rng.uniform(0.3, 1.5, (rows, columns))


def of(n: dict[str, Any], names: str) -> Args:
    return tuple(n[name] for name in names.split())


def early(rng: Rng, size: Sizes, steps: int) -> Args:
    """Only the first steps have a loss: what comes before them, walking back, has met no signal yet."""
    n = net(rng, size, radius=0.6)
    n["dL_do"][steps:] = 0
    return bptt.hidden_grads(n["dL_do"], n["W_hh"], n["W_qh"]), n["dL_do"], n["W_qh"]


def fainter(rng: Rng, size: Sizes, steps: int) -> Args:
    """All losses but those of the first steps are so small that they are lost beside those."""
    n = net(rng, size, radius=0.6)
    n["dL_do"][steps:] *= 1e-20
    return bptt.hidden_grads(n["dL_do"], n["W_hh"], n["W_qh"]), n["dL_do"], n["W_qh"]


def scaled(args: Args, factor: float) -> Args:
    """∂L/∂h, ∂L/∂o and W_qh for another scale of the loss."""
    return args[0] * factor, args[1] * factor, *args[2:]


def carried(rng: Rng, W_hh: np.ndarray, T: int) -> Args:
    """The loss at the last of T steps, carried back by this matrix."""
    dL_do, W_qh = np.zeros((T, 2)), matrix(rng, 2, len(W_hh))
    dL_do[-1] = rng.uniform(0.5, 1.5, 2)
    return bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do, W_qh


def rotated(rng: Rng, T: int) -> Args:
    """The norm stays as it is."""
    angle = rng.uniform(0.6, 1.2)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])
    return carried(rng, turn, T)


def shifted(rng: Rng, T: int, reach: float) -> Args:
    """A nilpotent matrix: the norm grows for three steps at most, and is zero from then on."""
    W_hh = np.triu(rng.uniform(0.5, 1.5, (4, 4)), 1) * reach
    return carried(rng, W_hh, T)
