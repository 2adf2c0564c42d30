"""How mistaken functions measure growth: norms, sums of them from a step on, and their ratio."""

import numpy as np

from autograder.suite.reference import bptt


def norms(rows: np.ndarray) -> np.ndarray:
    """The norm of each row."""
    return np.array([bptt.safe_norm(row) for row in rows])


def from_each(signal: np.ndarray) -> np.ndarray:
    """At each step the sum from that step on."""
    return np.cumsum(signal[::-1], axis=0)[::-1]


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Zero where nothing stands below."""
    quotient = np.zeros(len(above))
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient


def own_signal(dL_dh: np.ndarray, dL_do: np.ndarray, W_qh: np.ndarray) -> np.ndarray:
    """A_t by the signal of step t alone."""
    return ratio(norms(dL_dh), norms(dL_do @ W_qh))


def later_signals(dL_dh: np.ndarray, dL_do: np.ndarray, W_qh: np.ndarray) -> np.ndarray:
    """A_t without the signal of step t itself."""
    signal = norms(dL_do @ W_qh)
    return ratio(norms(dL_dh), from_each(signal) - signal)


def all_signals(dL_dh: np.ndarray, dL_do: np.ndarray, W_qh: np.ndarray) -> np.ndarray:
    """A_t by the signals of all steps."""
    return ratio(norms(dL_dh), np.full(len(dL_dh), norms(dL_do @ W_qh).sum()))


def naive(dL_dh: np.ndarray, dL_do: np.ndarray, W_qh: np.ndarray) -> np.ndarray:
    """A_t by norms that overflow and underflow."""
    return ratio(np.linalg.norm(dL_dh, axis=1), from_each(np.linalg.norm(dL_do @ W_qh, axis=1)))
