"""`truncated_hidden_grads`: ∂L/∂h_t with the tau nearest losses alone, by (14)."""

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, refuses, values
from autograder.suite.drawing import matrix, net, of, ordinary, sizes
from autograder.suite.reference import bptt


def _draw(rng: Rng) -> Cases:
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


CHECKS = (
    values(
        "values",
        3,
        "the terms of the tau nearest losses are kept",
        "small three_terms again all_but_one thin long steep steep_again",
        scale="row",
    ),
    values("direct_only", 1, "tau = 1 is the direct term alone", "direct_only direct_only_wide one_step", scale="row"),
    values("whole", 1, "tau ≥ T is the whole gradient", "whole longer_than_T", scale="row"),
    refuses("tau < 1 is refused", "tau_zero tau_negative"),
)


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


def _checked(mistaken):
    """The same, but for a tau that the reference refuses."""

    def refusing(dL_do, W_hh, W_qh, tau):
        if tau < 1:
            raise ValueError
        return mistaken(dL_do, W_hh, W_qh, tau)

    return refusing


@_checked
def _chunks_from_the_end(dL_do, W_hh, W_qh, tau):
    ends = range(len(dL_do), 0, -tau)
    return np.vstack([bptt.hidden_grads(dL_do[max(0, end - tau) : end], W_hh, W_qh) for end in ends][::-1])


@_checked
def _whole_chunks(dL_do, W_hh, W_qh, tau):
    dL_dh, cut = np.zeros((len(dL_do), len(W_hh))), len(dL_do) // tau * tau
    dL_dh[:cut] = _chunks(dL_do[:cut], W_hh, W_qh, tau) if cut else 0
    return dL_dh


@_checked
def _farthest_there_is(dL_do, W_hh, W_qh, tau):
    T = len(dL_do)
    last = [min(T - 1, i + tau - 1) for i in range(T)]
    return np.array([np.linalg.matrix_power(W_hh.T, s - i) @ W_qh.T @ dL_do[s] for i, s in enumerate(last)])


@_checked
def _first_rows(dL_do, W_hh, W_qh, tau):
    dL_dh = bptt.hidden_grads(dL_do, W_hh, W_qh)
    dL_dh[tau:] = 0
    return dL_dh


@_checked
def _first_losses(dL_do, W_hh, W_qh, tau):
    dL_do[tau:] = 0
    return bptt.hidden_grads(dL_do, W_hh, W_qh)


@_checked
def _last_losses(dL_do, W_hh, W_qh, tau):
    dL_do[: max(0, len(dL_do) - tau)] = 0
    return bptt.hidden_grads(dL_do, W_hh, W_qh)


@_checked
def _tail_and_direct(dL_do, W_hh, W_qh, tau):
    dL_dh, direct = bptt.hidden_grads(dL_do, W_hh, W_qh), dL_do @ W_qh
    cut = max(0, len(dL_dh) - tau)
    dL_dh[:cut] = direct[:cut]
    return dL_dh


@_checked
def _without_own(dL_do, W_hh, W_qh, tau):
    return bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) - dL_do @ W_qh


@_checked
def _from_the_next(dL_do, W_hh, W_qh, tau):
    window = bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) @ W_hh
    return np.vstack([window[1:], 0 * window[:1]])


@_checked
def _times_distance(dL_do, W_hh, W_qh, tau):
    direct = dL_do @ W_qh
    dL_dh = direct.copy()
    for k in range(1, min(tau, len(direct))):
        dL_dh[:-k] += k * direct[k:] @ W_hh
    return dL_dh


MISCONCEPTIONS = (
    Misconception(
        "chunks", "the sequence is cut into chunks of tau steps",
        "How many losses reach h_t for t at the end of your chunk, and how many for t at its start?", _chunks,
    ),
    Misconception(
        "one_too_many", "one term too many is kept", "For tau = 1, which losses reach h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau + (tau >= 1)),
        given=lambda dL_do, W_hh, W_qh, tau: (dL_do, W_hh, W_qh, tau + (tau >= 1)),
    ),
    Misconception(
        "one_too_few", "one term too few is kept", "For tau = 1, which losses reach h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau - 1) if tau > 1
        else bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) * 0,
    ),
    Misconception(
        "wraps_around", "steps beyond T are taken from the start", "What comes after o_T?",
        lambda dL_do, W_hh, W_qh, tau: sum(
            (np.roll(dL_do @ W_qh, -k, axis=0) @ np.linalg.matrix_power(W_hh, k) for k in range(min(tau, len(dL_do)))),
            start=np.zeros((len(dL_do), len(W_hh))),
        ) if tau >= 1 else bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau),
    ),
    Misconception(
        "tau_one_is_zero", "tau = 1 gives zero", "For tau = 1, which losses reach h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau) * (tau != 1),
    ),
    Misconception(
        "last_steps_only", "only the last tau steps get a gradient", "Which losses does (14) keep for t = 1?", _tail,
    ),
    Misconception(
        "W_hh_transposed", "W_hh is not transposed", "Which matrix is raised to powers in (14)?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh.T, W_qh, tau),
        given=lambda dL_do, W_hh, W_qh, tau: (dL_do, W_hh.T, W_qh, tau),
    ),
    Misconception(
        "not_truncated", "nothing is cut off", "Where does your code use tau?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, len(dL_do) if tau >= 1 else tau),
    ),
    Misconception(
        "farthest_term_only", "only the farthest kept term is returned", "Is it one term or a sum in (14)?", _farthest,
    ),
    Misconception(
        "earlier_losses", "the losses of the steps before t are kept", "Can the loss of a step before t depend on h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do[::-1], W_hh, W_qh, tau)[::-1],
    ),
    Misconception(
        "no_power", "the powers of W_hhᵀ are left out", "What is each later term multiplied by on its way to h_t?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, np.eye(len(W_hh)), W_qh, tau),
    ),
    Misconception(
        "tau_unchecked", "tau below 1 is not refused", "What should happen for tau = 0?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, max(tau, 1)),
    ),
    Misconception(
        "tau_too_long_refused", "tau beyond T is refused", "What is left to cut off for tau ≥ T?",
        lambda dL_do, W_hh, W_qh, tau: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, tau if tau <= len(dL_do) else 0),
    ),
    Misconception(
        "subtracts", "what leaves the window is subtracted",
        "Which digits are left in a difference between two numbers that are far larger than it?", _subtracting,
    ),
    Misconception(
        "chunks_from_the_end", "the sequence is cut into chunks of tau steps, from its end",
        "How many losses reach h_t for t at the end of your chunk, and how many for t at its start?", _chunks_from_the_end,
    ),
    Misconception(
        "whole_chunks", "the sequence is cut into chunks of tau steps, and what is left of it stays zero",
        "How many losses reach h_t for t at the end of your chunk, and how many for t = T?", _whole_chunks,
    ),
    Misconception(
        "farthest_there_is", "only the farthest term of the window is returned", "Is it one term or a sum in (14)?",
        _farthest_there_is,
    ),
    Misconception(
        "first_steps_only", "only the first tau steps get a gradient", "Which losses does (14) keep for t = T?", _first_rows,
    ),
    Misconception(
        "first_losses_only", "the losses of the first tau steps are kept, for all t", "Which losses does (14) keep for t = T?",
        _first_losses,
    ),
    Misconception(
        "last_losses_only", "the losses of the last tau steps are kept, for all t", "Which losses does (14) keep for t = 1?",
        _last_losses,
    ),
    Misconception(
        "carried_tau_steps_only", "the walk back carries for tau steps and then stops", "Which losses does (14) keep for t = 1?",
        _tail_and_direct,
    ),
    Misconception(
        "own_loss_left_out", "the loss of step t itself is left out", "For tau = 1, which losses reach h_t?", _without_own,
    ),
    Misconception(
        "from_the_next", "the window begins at t + 1", "For tau = 1, which losses reach h_t?", _from_the_next,
    ),
    Misconception(
        "times_distance", "W_hhᵀ is multiplied by the distance, not raised to it", "What is a term multiplied by on each step of its way to h_t?",
        _times_distance,
    ),
)  # fmt: skip

TASK = Task(
    "truncated_hidden_grads",
    points=2.0,
    returns=("dL_dh",),
    form="array",
    function=bptt.truncated_hidden_grads,
    draw=_draw,
    repeated="three_terms",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
    from_the_end=True,
    curve="∂L/∂h_t",
)
