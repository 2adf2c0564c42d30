"""The test cases of `detect_explosion`. No verdict hangs on rounding, and none can be told without reading the arguments.

A step is never the same counted from the other end, a threshold never lies near an A_t unless it is exact, and each check
has verdicts of several kinds.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Rng
from autograder.suite.drawing import (
    CLEAR,
    carried,
    different,
    early,
    matrix,
    rotated,
    scaled,
    shifted,
)
from autograder.suite.growth import from_each
from autograder.suite.reference import bptt

DEFAULT = 10.0
_STATUS = {
    "stable": "stable one_step no_late_loss high_threshold rotation at_threshold own_threshold tiny_and_stable "
    "huge_and_stable one_loud_step cancelling",
    "exploding": "exploding silent_end many_losses many_losses_again low_threshold growth_and_decay second_hump nilpotent above_threshold own_above "
    "above_at_first tiny_loss huge_loss faint",
    "non_finite": "nan inf_and_nan inf_first nan_and_silent inf_and_silent",
    "no_signal": "silent unseen_output other_unseen",
}
_EXACT = ("at_threshold", "above_threshold", "own_threshold", "own_above", "above_at_first")


def draw(rng: Rng) -> Cases:
    """All test cases by name."""
    burst = _burst(rng)
    low, high = _thresholds(rng, burst)
    own = float(rng.choice([1.25, 1.5, 1.75]))  # near to what is refused
    nan, both, silent, still = _calm(rng), _calm(rng), _silent(rng), _silent(rng)
    return {
        "stable": scaled(_calm(rng), 1e3),
        "one_step": _walk(rng, 1, 0.9),
        "no_late_loss": early(rng, different(rng, int(rng.integers(6, 10)), 2, 3, 4, 5), 3),
        "exploding": burst,
        "many_losses": _many_losses(rng),
        "low_threshold": (*burst, low),
        "high_threshold": (*burst, high),
        "growth_and_decay": _hump(rng),
        "second_hump": _hump(rng),
        "rotation": rotated(rng, _far(rng)),
        "nilpotent": _nilpotent(rng),
        "at_threshold": _exact(rng, DEFAULT),
        "above_threshold": _exact(rng, DEFAULT + 0.5),
        "own_threshold": (*_exact(rng, own), own),
        "own_above": (*_exact(rng, 1.25 * own), own),
        "above_at_first": _exact(rng, DEFAULT + 2.5, t=1),
        "tiny_loss": scaled(_burst(rng), 1e-200),
        "huge_loss": scaled(_burst(rng), 1e200),
        "tiny_and_stable": scaled(_calm(rng), 1e-200),
        "huge_and_stable": scaled(_calm(rng), 1e200),
        "nan": _with(rng, nan, {_step(rng, len(nan[0])): np.nan}),
        "inf_and_nan": _with(rng, both, {1: np.nan, _step(rng, len(both[0]), 2): -np.inf}),
        "inf_first": _with(rng, burst, {1: np.inf}),
        "silent": _silent(rng),
        "unseen_output": _unseen(rng, 1),
        "other_unseen": _unseen(rng, 2),
        "faint": scaled(_burst(rng), 1e-20),
        "one_loud_step": _one_loud_step(rng),
        "nan_and_silent": _with(rng, silent, {_step(rng, len(silent[0]), 2): np.nan}),
        "inf_and_silent": _with(rng, still, {len(still[0]): np.inf}),
        "threshold_one": (*_calm(rng), 1.0),
        "threshold_low": (*burst, round(float(rng.uniform(-1.0, 0.9)), 2)),
        "threshold_first": (*_with(rng, nan, {2: np.nan}), 1),
        "threshold_negative": (*burst, -round(float(rng.uniform(1.5, 20.0)), 2)),
        "silent_end": _silent_end(rng, burst),
        "cancelling": _cancelling(rng),
        "many_losses_again": _many_losses(rng),
    }


def unsound(args: Mapping[str, Args], expected: Mapping[str, Any]) -> str:
    """Says so where a test case has not the status that it is there for, or a verdict hangs on rounding."""
    promised = {case: status for status, names in _STATUS.items() for case in names.split()}
    holds = all(expected[case][0] == status for case, status in promised.items()) and all(
        _is_clear(args[case]) for case in promised if case not in _EXACT
    )
    return "" if holds else "the test cases of detect_explosion do not give the verdicts that explosions.py promises"


def _is_clear(args: Args) -> bool:
    """No finite A_t within rounding of the threshold."""
    threshold = args[3] if len(args) > 3 else DEFAULT
    with np.errstate(all="ignore"):
        A = bptt.amplification(*args[:3])
    return bool(np.all(np.abs(A[np.isfinite(A)] - threshold) > CLEAR * threshold))


def _amplification(args: Args) -> np.ndarray:
    """A_t by plain norms, for losses of an ordinary scale from the last step on."""
    gradient, signal = (np.linalg.norm(rows, axis=1) for rows in (args[0], args[1] @ args[2]))
    amplified: np.ndarray = gradient / from_each(signal)
    return amplified


def _first(A: np.ndarray) -> int:
    """The first step met walking back whose A_t is over the default threshold, 0 where there is none."""
    over = np.flatnonzero(A > DEFAULT)
    return int(over[-1]) + 1 if len(over) else 0


def _one_sided(t: int, T: int) -> bool:
    """Whether step t is another one counted from the other end, be it from 0 or from 1."""
    return 2 * t not in (T, T + 1)


def _step(rng: Rng, T: int, least: int = 1) -> int:
    """A step that is neither the last one nor the same from the other end."""
    return int(rng.choice([t for t in range(least, T) if _one_sided(t, T)]))


def _walk(rng: Rng, T: int, radius: float, last_only: bool = False) -> Args:
    """A loss carried back through T steps by a matrix of this spectral radius."""
    _, _, h, q = different(rng, T, 2, 3, 4, 5)
    dL_do, W_hh, W_qh = matrix(rng, T, q), matrix(rng, h, h), matrix(rng, q, h)
    if last_only:
        dL_do[:-1] = 0
    W_hh *= radius / np.abs(np.linalg.eigvals(W_hh)).max()
    return bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do, W_qh


def _far(rng: Rng) -> int:
    """Steps enough to grow and fade; as many where nothing grows, for the number of steps must tell nothing."""
    return int(rng.integers(16, 24))


def _calm(rng: Rng) -> Args:
    return _walk(rng, int(rng.integers(6, 16)), 0.4)


def _burst(rng: Rng) -> Args:
    """A loss at T alone that explodes, at a step of the seed's, and goes on growing to t = 1."""
    while True:
        T, back = int(rng.integers(11, 16)), int(rng.integers(3, 9))
        dL_dh, dL_do, W_qh = _walk(rng, T, 1.0, last_only=True)
        A = _amplification((dL_dh, dL_do, W_qh))[::-1]
        radii = (DEFAULT / A[1:]) ** (1 / np.arange(1, T))  # by which A would come to the threshold k steps back
        radius = np.sqrt(radii[back - 1] * radii[: back - 1].min())
        args = dL_dh * radius ** np.arange(T - 1, -1, -1)[:, None], dL_do, W_qh  # what the matrix times it carries back
        A = _amplification(args)
        if _first(A) == T - back and _tells(A) and A[0] > DEFAULT and any(_thresholds_of(A)):
            return args


def _tells(A: np.ndarray) -> bool:
    """Whether the first step over the threshold is well inside, clear, and neither the largest nor a matter of sides."""
    t, T = _first(A), len(A)
    return bool(
        1 < t < T
        and _one_sided(t, T)
        and A.argmax() != t - 1
        and A[t - 1] < 9 * DEFAULT
        and np.abs(A - DEFAULT).min() > 10 * CLEAR * DEFAULT
    )


def _thresholds_of(A: np.ndarray) -> Iterator[float]:
    """Thresholds by which A explodes at an earlier step of the walk than by the default one."""
    for t in range(_first(A) + 1, len(A)):
        before = A[t:].max()
        if A[t - 1] > 1.1 * before and _one_sided(t, len(A)):
            yield float(np.sqrt(before * A[t - 1]))


def _thresholds(rng: Rng, burst: Args) -> tuple[float, float]:
    """One that is passed earlier on the walk than the default, and one that is never passed."""
    A = _amplification(burst)
    return float(rng.choice(list(_thresholds_of(A)))), float(A.max() * rng.uniform(1.5, 4.0))


def _many_losses(rng: Rng) -> Args:
    """Each step has a loss: a sum over other signals than those of s ≥ t gives another step."""
    while True:
        T = int(rng.integers(12, 17))
        args = _walk(rng, T, float(rng.uniform(1.6, 2.0)))
        A = _amplification(args)
        if _tells(A) and A[0] > DEFAULT and _first(A) not in _by_other_sums(*args):
            return args


def _by_other_sums(dL_dh: np.ndarray, dL_do: np.ndarray, W_qh: np.ndarray) -> Iterator[int]:
    """The step that is found where something else stands for the sum: of one loss alone most of these are the same."""
    arrived = dL_do @ W_qh
    gradient, signal, loss = (np.linalg.norm(rows, axis=1) for rows in (dL_dh, arrived, dL_do))
    later = np.append(from_each(signal[1:]), np.inf)
    root = np.sqrt(from_each(signal**2))
    of_sum = np.linalg.norm(from_each(arrived), axis=1)
    others = (signal, np.cumsum(signal), signal.sum(), 1.0, loss, later, root, of_sum)
    yield from (_first(gradient / other) for other in others)


def _hump(rng: Rng) -> Args:
    """A_t above the threshold in the middle of the walk and below it again at t = 1: non-normal, radius below one."""
    back = rng.integers(2, 6)
    while True:
        W_hh = rng.uniform(0.5, 0.72) * np.eye(3) + np.diag(rng.uniform(1.2, 5.0, 2), 1)
        args = scaled(carried(rng, W_hh, _far(rng)), 1e-3)  # no norm is over the threshold itself
        A = _amplification(args)
        if _first(A) == len(A) - back and _tells(A) and A[0] < DEFAULT / 2:
            return args


def _nilpotent(rng: Rng) -> Args:
    back = rng.integers(1, 4)
    while True:
        args = shifted(rng, _far(rng), 30.0 ** (1 / back))
        A = _amplification(args)
        if _first(A) == len(A) - back and _one_sided(_first(A), len(A)):
            return args


def _exact(rng: Rng, growth: float, t: int = 0) -> Args:
    """One A_t, of any step or of this one, equal to `growth` to the last bit.

    One entry a row, with few binary digits: no rounding in any method.
    """
    T = int(rng.integers(4, 12))
    dL_dh, dL_do = np.zeros((T, 3)), np.zeros((T, 2))
    dL_dh[:, 1] = rng.choice([0.5, 1.0], T)
    dL_dh[(t or _step(rng, T, 2)) - 1] = [growth, 0.0, 0.0]
    dL_dh[-1] = [0.0, 1.0, 0.0]
    dL_do[-1, 1] = 1.0
    return scaled((dL_dh, dL_do, np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])), 2.0 ** rng.integers(4, 8))


def _with(rng: Rng, args: Args, entries: dict[int, float]) -> Args:
    """The same with other values in some steps of ∂L/∂h."""
    dL_dh = args[0].copy()
    for t, value in entries.items():
        dL_dh[t - 1, rng.integers(0, dL_dh.shape[1])] = value
    return dL_dh, *args[1:]


def _silent(rng: Rng) -> Args:
    T, _, h, q = different(rng, int(rng.integers(6, 16)), 2, 3, 4, 5)
    return np.zeros((T, h)), np.zeros((T, q)), matrix(rng, q, h)


def _unseen(rng: Rng, output: int) -> Args:
    """∂L/∂o is not zero, and still no signal: the outputs that the loss sees do not depend on h."""
    T = int(rng.integers(6, 16))
    dL_do = np.zeros((T, 3))
    dL_do[:, output] = rng.uniform(0.5, 1.5, T)
    W_qh = matrix(rng, 3, 4)
    W_qh[output] = 0
    return np.zeros((T, 4)), dL_do, W_qh


def _silent_end(rng: Rng, burst: Args) -> Args:
    """The same with steps behind it that no loss sees: the walk back meets them first."""
    dL_dh, dL_do, W_qh = burst
    t = _first(_amplification(burst))
    more = int(rng.choice([k for k in range(1, 5) if _one_sided(t, len(dL_dh) + k)]))
    return (*(np.vstack([rows, np.zeros((more, rows.shape[1]))]) for rows in (dL_dh, dL_do)), W_qh)


def _cancelling(rng: Rng) -> Args:
    """In each step the entries of the signal add up to zero, to the last bit, and still there is a signal."""
    T = int(rng.integers(6, 12))
    dL_do, W_qh = (rng.choice([-2.0, -1.0, 1.0, 2.0], size) for size in ((T, 3), (3, 1)))
    W_qh = np.hstack([W_qh, -W_qh])
    dL_do[:, 2] = np.where((dL_do @ W_qh)[:, 0] == 0, 0.0, dL_do[:, 2])  # no step is silent
    return bptt.hidden_grads(dL_do, 0.2 * matrix(rng, 2, 2), W_qh), dL_do, W_qh


def _one_loud_step(rng: Rng) -> Args:
    """All steps but one are silent, which is not no signal."""
    _, dL_do, W_qh = _calm(rng)
    T = len(dL_do)
    loud = int(rng.integers(1, T - 1))
    dL_do[np.arange(T) != loud] = 0
    return bptt.hidden_grads(dL_do, 0.2 * matrix(rng, W_qh.shape[1], W_qh.shape[1]), W_qh), dL_do, W_qh
