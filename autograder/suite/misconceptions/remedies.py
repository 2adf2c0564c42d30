"""Known mistakes in the remedies: truncation and clipping."""

import numpy as np

from autograder.engine.course.reference import bptt
from autograder.engine.diagnosis.misconception import Misconception


def _chunks(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    parts = [bptt.hidden_grads(dL_do[i : i + tau], W_hh, W_qh) for i in range(0, len(dL_do), tau)]
    return np.vstack(parts)


def _tail(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    dL_dh = bptt.hidden_grads(dL_do, W_hh, W_qh)
    dL_dh[: max(0, len(dL_dh) - tau)] = 0
    return dL_dh


def _farthest(dL_do, W_hh, W_qh, tau):
    before = bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau - 1) if tau > 1 else 0
    return bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) - before


def _subtracting(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    direct, dL_dh = dL_do @ W_qh, np.zeros((len(dL_do), len(W_hh)))
    carried, leaving = np.zeros(len(W_hh)), np.linalg.matrix_power(W_hh.T, min(tau, len(dL_do)))
    for i in range(len(dL_do) - 1, -1, -1):
        carried = W_hh.T @ carried + direct[i]
        if i + tau < len(dL_do):
            carried = carried - leaving @ direct[i + tau]
        dL_dh[i] = carried
    return dL_dh


def _clip(grads, max_norm, norm=None, factor=None, refuse=True):
    """`clip_gradients` with another norm or another factor."""
    if refuse and (max_norm <= 0 or not all(np.isfinite(g).all() for g in grads)):
        raise ValueError
    size = bptt.safe_norm([bptt.safe_norm(g) for g in grads]) if norm is None else norm(grads)
    scale = (max_norm / size if size > max_norm else 1.0) if factor is None else factor(size, max_norm)
    return [g * scale for g in grads]


def _joint(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads))


TABLE = (
    Misconception(
        "truncated_hidden_grads", "chunks", "the sequence is cut into chunks of tau steps",
        "How many losses reach h_t for t at the end of your chunk, and how many for t at its start?", _chunks,
    ),
    Misconception(
        "truncated_hidden_grads", "one_too_many", "one term too many is kept", "For tau = 1, which losses reach h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau + (tau >= 1)),
    ),
    Misconception(
        "truncated_hidden_grads", "one_too_few", "one term too few is kept", "For tau = 1, which losses reach h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau - 1) if tau > 1
        else bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) * 0,
    ),
    Misconception(
        "truncated_hidden_grads", "wraps_around", "steps beyond T are taken from the start", "What comes after o_T?",
        lambda dL_do, W_hh, W_qh, tau: sum(
            (np.roll(dL_do @ W_qh, -k, axis=0) @ np.linalg.matrix_power(W_hh, k) for k in range(min(tau, len(dL_do)))),
            start=np.zeros((len(dL_do), len(W_hh))),
        ) if tau >= 1 else bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau),
    ),
    Misconception(
        "truncated_hidden_grads", "tau_one_is_zero", "tau = 1 gives zero", "For tau = 1, which losses reach h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) * (tau != 1),
    ),
    Misconception(
        "truncated_hidden_grads", "last_steps_only", "only the last tau steps get a gradient", "Which losses does (14) keep for t = 1?", _tail,
    ),
    Misconception(
        "truncated_hidden_grads", "W_hh_transposed", "W_hh is not transposed", "(14) holds powers of which matrix?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh.T, W_qh, tau),
    ),
    Misconception(
        "truncated_hidden_grads", "not_truncated", "nothing is cut off", "Where does your code use tau?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, len(dL_do) if tau >= 1 else tau),
    ),
    Misconception(
        "truncated_hidden_grads", "farthest_term_only", "only the farthest kept term is returned", "Is it one term or a sum in (14)?", _farthest,
    ),
    Misconception(
        "truncated_hidden_grads", "earlier_losses", "the losses of the steps before t are kept", "Can the loss of a step before t depend on h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do[::-1], W_hh, W_qh, tau)[::-1],
    ),
    Misconception(
        "truncated_hidden_grads", "no_power", "the powers of W_hhᵀ are left out", "What is each later term multiplied by on its way to h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, np.eye(len(W_hh)), W_qh, tau),
    ),
    Misconception(
        "truncated_hidden_grads", "tau_unchecked", "tau below 1 is not refused", "What should happen for tau = 0?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, max(tau, 1)),
    ),
    Misconception(
        "truncated_hidden_grads", "tau_too_long_refused", "tau beyond T is refused", "What is left to cut off for tau ≥ T?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau if tau <= len(dL_do) else 0),
    ),
    Misconception(
        "truncated_hidden_grads", "subtracts", "what leaves the window is subtracted",
        "Which digits are left of a difference of two numbers that are far larger than it?", _subtracting,
    ),
    Misconception(
        "clip_gradients", "epsilon", "a constant is added to the norm", "How much is 1e-6 beside a norm of 1e-9?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: min(1.0, m / (size + 1e-6))),
    ),
    Misconception(
        "clip_gradients", "each_alone", "each array is clipped by its own norm", "Does the direction of the whole step survive?",
        lambda grads, max_norm: [_clip([g], max_norm)[0] for g in grads],
    ),
    Misconception(
        "clip_gradients", "always_rescaled", "short gradients are stretched as well", "What should happen to a gradient that is short enough?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: m / size if size else 1.0),
    ),
    Misconception(
        "clip_gradients", "by_value", "the entries are cut off one by one", "Does the direction of the step survive?",
        lambda grads, max_norm: [np.clip(g, -max_norm, max_norm) for g in grads] if max_norm > 0 and all(
            np.isfinite(g).all() for g in grads) else _clip(grads, max_norm),
    ),
    Misconception(
        "clip_gradients", "overflow", "the norm overflows", "What is the square of 1e200? Which given function knows that?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=_joint),
    ),
    Misconception(
        "clip_gradients", "sum_of_norms", "the norms of the arrays are added", "Is the joint norm of two arrays the sum of their norms?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: sum(bptt.safe_norm(g) for g in gs)),
    ),
    Misconception(
        "clip_gradients", "largest_norm", "the largest of the arrays' norms is clipped", "Which norm is joint?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: max(bptt.safe_norm(g) for g in gs)),
    ),
    Misconception(
        "clip_gradients", "largest_entry", "the largest entry is taken for the norm", "Which norm is ‖·‖ in (15)?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: max(np.abs(g).max() for g in gs)),
    ),
    Misconception(
        "clip_gradients", "upside_down", "the factor is upside down", "Is the factor larger or smaller than 1 when a gradient is clipped?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: size / m if size > m else 1.0),
    ),
    Misconception(
        "clip_gradients", "squared_norm", "the squared norm is compared", "What is missing between the sum of squares and the norm?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: sum(np.sum(g**2) for g in gs)),
    ),
    Misconception(
        "clip_gradients", "never_clipped", "nothing is clipped", "What should the joint norm of the result be?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: 1.0),
    ),
    Misconception(
        "clip_gradients", "nothing_refused", "nothing is refused", "What can no factor make finite, and which max_norm makes no sense?",
        lambda grads, max_norm: _clip(grads, max_norm, refuse=False),
    ),
    Misconception(
        "clip_gradients", "non_finite_accepted", "entries that are not finite are accepted", "What can no factor make finite?",
        lambda grads, max_norm: _clip(grads, max_norm, refuse=max_norm <= 0),
    ),
    Misconception(
        "clip_gradients", "max_norm_unchecked", "max_norm ≤ 0 is accepted", "Which max_norm makes no sense?",
        lambda grads, max_norm: _clip(grads, max_norm, refuse=max_norm > 0),
    ),
)  # fmt: skip
