"""What your results are held against: cases to do by hand, and numerical gradients of one scalar, `_loss`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from autograder.engine.judging.closeness import Scale

NOT_ATTEMPTED = "not attempted yet"
# What a task returns, where it is no single array: a tuple of arrays, or a list of as many as came in.
TUPLES = {"forward": ("h", "o"), "parameter_grads": ("dL_dW_hx", "dL_dW_hh", "dL_dW_qh")}
LISTS = ("clip_gradients",)  # whose arrays are new ones
LINEAR = ("hidden_grads",)  # whose work is counted
FORMS = {"detect_explosion": "pair", "spectral_radius": "number"}  # the first check's name; elsewhere it is "shapes"
AXES = {"x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "dL_do": "Tq", "dL_dh": "Th"}
FIRST_STEP = {"h": 0, "o": 1, "dL_do": 1, "dL_dh": 1, "A": 1}  # of what has a row for each step
BACKWARDS = ("dL_dh", "A")  # the first wrong row is the one met first on the way back


@dataclass(frozen=True)
class Case:
    """One call of your function: the check it belongs to, a question, what should come out, and the arguments.

    `want` holds the arrays that are looked at, by name; a tuple is the pair (status, t), and ValueError a refusal.
    `terms` gives parts of what should come out, for an answer that is one of them, or all without one of them.
    """

    check: str
    ask: str
    want: Any
    args: dict[str, Any]
    scale: Scale = "array"
    terms: Callable[[], dict[str, np.ndarray]] = dict
    special: bool = False  # it asks about numbers of one kind: where an ordinary case fails as well, its question waits


# What your results are held against


def _loss(dL_do: Any, x: Any, h_0: Any, W_hx: Any, W_hh: Any, W_qh: Any, nudge: Any) -> Any:
    """Σ_t ∂L/∂o_t · o_t, which is L to first order, with h_t = W_hh^t h_0 + Σ_{i ≤ t} W_hh^{t−i} (W_hx x_i + nudge_i).

    A nudge is added to h_t itself: its gradient is ∂L/∂h_t.
    """
    power = [np.linalg.matrix_power(W_hh, k) for k in range(len(dL_do) + 1)]
    driven, total = x @ W_hx.T + nudge, 0.0
    for t in range(1, len(dL_do) + 1):
        h_t = power[t] @ h_0
        for i in range(1, t + 1):
            h_t = h_t + power[t - i] @ driven[i - 1]
        total = total + dL_do[t - 1] @ (W_qh @ h_t)
    return total


def _squared_error(o: Any, y: Any) -> Any:
    return np.sum((o - y) ** 2) / 2 / len(o)


def cross_entropy(o: Any, y: Any) -> Any:
    o = o - o.real.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(o)), y])


def _gradient(scalar: Callable[[Any], Any], at: np.ndarray) -> np.ndarray:
    """∂scalar/∂a for each entry a of `at`, by the complex step: f(a + iε) ≈ f(a) + iε f'(a), where nothing cancels."""
    gradient = np.zeros(at.shape)
    for entry in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[entry] += 1e-30j
        gradient[entry] = scalar(moved).imag / 1e-30
    return gradient


SIZES = {"T": 5, "d": 2, "h": 4, "q": 3}
_ROWS: dict[str, list] = {
    "x": [[1, 1.5], [-2, 1.5], [-0.5, 0.5], [1, -1], [2, -2]],
    "h_0": [-1, -0.5, 0.5, -0.5],
    "W_hx": [[-1.5, -2], [-2, -2], [-1.5, 2], [-1.5, 1]],
    "W_hh": [[1.5, -1.5, -1, -0.5], [-1, 2, -1.5, 2], [1.5, 1.5, -2, -0.5], [1, -0.5, 1, 1]],
    "W_qh": [[1, -2, 2, 0.5], [2, -1, -1, 2], [-1.5, -2, -1, 1]],
    "o": [[-2, 1.5, -1], [-1.5, 0.5, 2], [2, 1.5, -1], [-2, 1.5, 1], [1.5, -2, -2]],
    "dL_do": [[0.5, -1, -0.5], [2, -1.5, 0.5], [-1, -1, 1.5], [-1.5, -1, -2], [-1.5, -1, 1]],
}
NET = {name: np.array(rows, dtype=float) for name, rows in _ROWS.items()}


def _by(name: str, **other: np.ndarray) -> np.ndarray:
    """The gradient of the loss by one of its arguments, in the network NET with some of them replaced."""
    net = {name: NET[name] for name in ("dL_do", "x", "h_0", "W_hx", "W_hh", "W_qh")}
    net |= {"nudge": np.zeros((SIZES["T"], SIZES["h"])), **other}
    return _gradient(lambda moved: _loss(**net | {name: moved}), net[name])


def _only(array: np.ndarray, t: int) -> np.ndarray:
    """Step t of a sequence, and zeros for all others."""
    return np.where(np.arange(1, len(array) + 1)[:, None] == t, array, 0.0)


@cache
def _from_outputs() -> np.ndarray:
    """Entry [s-1, t-1] is what the output of step s alone, all others silent, sends to h_t. Shape (T, T, h)."""
    return np.array([_by("nudge", dL_do=_only(NET["dL_do"], s)) for s in range(1, SIZES["T"] + 1)])


def _direct() -> dict[str, np.ndarray]:
    return {"the direct part": np.array([_from_outputs()[t, t] for t in range(SIZES["T"])])}


@cache
def _states() -> np.ndarray:
    """h_0 … h_T of NET, seen through outputs that are the states themselves."""
    T, h = SIZES["T"], SIZES["h"]
    return np.vstack([NET["h_0"], _by("dL_do", W_qh=np.eye(h), dL_do=np.zeros((T, h)))])


def _some(names: str) -> dict[str, Any]:
    return {name: NET[name] for name in names.split()}


def _case(
    check: str, ask: str, want: Any, scale: Scale = "array", terms: Any = dict, special: bool = False, **args: Any
) -> Case:
    """A line of the tables below; lists become arrays."""
    for name, value in args.items():
        if name == "grads":
            args[name] = [np.array(part, dtype=float) for part in value]
        elif isinstance(value, list):
            args[name] = np.array(value, dtype=float)
    return Case(check, ask, want, args, scale, terms, special)


# The cases, task by task. Nothing is zero that need not be, W_hh is not symmetric, and T, d, h and q differ.
# fmt: off


# Where no entry is a short decimal number, or all are small.
DIGITS = "Which step loses the digits: a dtype, a rounding, a constant added, a bound for small numbers?"
SMALL = 1e-9 / 7
HAND: dict[str, Any] = {"W_hh": [[0, 3], [1, 0]], "W_qh": [[1, 0]]}  # what comes back as (a, b) goes on as (b, 3a)
# fmt: on
