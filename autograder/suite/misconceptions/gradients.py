"""Known mistakes in back-propagation itself: hidden states, the expanded form, and the parameters."""

import numpy as np

from autograder.engine.course.reference import bptt
from autograder.engine.diagnosis.misconception import Misconception


def _back(dL_do, W_hh, W_qh, step, start=None):
    """A walk back with another step: step(carried ∂L/∂h_{t+1}, all direct terms, index of t) is ∂L/∂h_t."""
    direct = dL_do @ W_qh
    dL_dh = np.zeros_like(direct)
    dL_dh[-1] = direct[-1] if start is None else start(direct[-1])
    for i in range(len(direct) - 2, -1, -1):
        dL_dh[i] = step(dL_dh[i + 1], direct, i)
    return dL_dh


def _with_h_0(dL_do, W_hh, W_qh):
    dL_dh = bptt.hidden_grads(dL_do, W_hh, W_qh)
    return np.vstack([W_hh.T @ dL_dh[0], dL_dh])


def _forwards(dL_do, W_hh, W_qh):
    return bptt.hidden_grads(dL_do[::-1], W_hh, W_qh)[::-1]


def _first_row_direct(dL_do, W_hh, W_qh):
    dL_dh = bptt.hidden_grads(dL_do, W_hh, W_qh)
    if len(dL_dh) > 1:
        dL_dh[0] = dL_do[0] @ W_qh
    return dL_dh


def _terms(dL_do, W_hh, W_qh, t, power, step):
    """Rows i = t … T of (W_hhᵀ)^power(i) W_qhᵀ ∂L/∂o_step(i)."""
    T = len(dL_do)
    rows = [np.linalg.matrix_power(W_hh.T, power(i, T)) @ W_qh.T @ dL_do[step(i, T) - 1] for i in range(t, T + 1)]
    return np.array(rows)


def _entrywise(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    powers = [W_hh.T ** (T - i) for i in range(t, T + 1)]
    return np.array([P @ W_qh.T @ dL_do[T + t - i - 1] for P, i in zip(powers, range(t, T + 1), strict=True)])


TABLE = (
    Misconception(
        "hidden_grads", "W_hh_transposed", "W_hh is not transposed",
        "(8) carries ∂L/∂h_{t+1} back through h_{t+1} = … + W_hh h_t. Along which index of W_hh is the sum?",
        lambda dL_do, W_hh, W_qh: bptt.hidden_grads(dL_do, W_hh.T, W_qh),
    ),
    Misconception(
        "hidden_grads", "carried_only", "only the carried gradient counts; the direct one is left out before T",
        "o_t depends on h_t as well: through which two paths does h_t reach the loss?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g),
    ),
    Misconception(
        "hidden_grads", "all_zero", "nothing enters the recursion", "Where does the first gradient that is not zero come from?",
        lambda dL_do, W_hh, W_qh: 0 * (dL_do @ W_qh),
    ),
    Misconception(
        "hidden_grads", "direct_only", "nothing is carried from step to step",
        "Besides o_t, what else depends on h_t?",
        lambda dL_do, W_hh, W_qh: dL_do @ W_qh,
    ),
    Misconception(
        "hidden_grads", "carried_unmultiplied", "the carried gradient is added without W_hhᵀ",
        "What is the derivative of h_{t+1} with respect to h_t?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: g + direct[i]),
    ),
    Misconception(
        "hidden_grads", "forwards", "the recursion runs forward in time", "Which steps' losses does h_t influence: earlier or later ones?",
        _forwards,
    ),
    Misconception(
        "hidden_grads", "reversed_rows", "the rows stand in the order of computation, last step first",
        "You compute ∂L/∂h_T first. Into which row does it belong?",
        lambda *a: bptt.hidden_grads(*a)[::-1],
    ),
    Misconception(
        "hidden_grads", "W_hh_on_all", "W_hhᵀ multiplies the direct term as well", "Does the direct path from o_t to h_t pass through W_hh?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ (g + direct[i])),
    ),
    Misconception(
        "hidden_grads", "next_output", "∂L/∂o_{t+1} is used in place of ∂L/∂o_t", "Which output reads h_t?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i + 1]),
    ),
    Misconception(
        "hidden_grads", "one_step_back", "only the next step's direct term is carried",
        "In (8), is it ∂L/∂h_{t+1} or its direct part that is carried back?",
        lambda dL_do, W_hh, W_qh: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, 2),
    ),
    Misconception(
        "hidden_grads", "first_step_left_out", "the walk back stops before t = 1", "For which t does your loop end?",
        _first_row_direct,
    ),
    Misconception(
        "hidden_grads", "last_step_left_out", "the row of T stays zero, and nothing is carried from it",
        "With what does the walk back start?",
        lambda dL_do, W_hh, W_qh: _back(
            dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i], start=lambda last: 0 * last
        ),
    ),
    Misconception(
        "hidden_grads", "one_row_late", "row t−1 holds ∂L/∂h_{t−1}", "Which step does the first row belong to: 0 or 1?",
        lambda *a: _with_h_0(*a)[:-1],
    ),
    Misconception(
        "hidden_grads", "last_step_twice", "the direct term of T counts twice", "With what does the carried gradient start at t = T?",
        lambda dL_do, W_hh, W_qh: _back(
            dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i], start=lambda last: 2 * last
        ),
    ),
    Misconception(
        "hidden_grads", "carried_at_T", "the last step's own direct term is carried into it", "Is there a step after T from which something is carried?",
        lambda dL_do, W_hh, W_qh: _back(
            dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i], start=lambda last: last + W_hh.T @ last
        ),
    ),
    Misconception(
        "hidden_grads", "with_h_0", "∂L/∂h_0 is returned as well", "For which t does the table ask for ∂L/∂h_t?", _with_h_0,
    ),
    Misconception(
        "hidden_grads", "1_over_T_again", "it is divided by T once more", "Where is the 1/T of the loss already?",
        lambda *a: bptt.hidden_grads(*a) / len(a[0]),
    ),
    Misconception(
        "hidden_grads", "times_T", "it is multiplied by T", "∂L/∂o_t holds the 1/T: should it come out again?",
        lambda *a: bptt.hidden_grads(*a) * len(a[0]),
    ),
    Misconception(
        "hidden_grads", "sign", "the sign is turned round", "Which sign does (8) have?", lambda *a: -bptt.hidden_grads(*a),
    ),
    Misconception(
        "expanded_terms", "reversed_rows", "the rows stand in reverse order", "Which power of W_hhᵀ belongs to i = T, the last row?",
        lambda *a: bptt.expanded_terms(*a)[::-1],
    ),
    Misconception(
        "expanded_terms", "W_hh_transposed", "W_hh is not transposed", "(9) holds powers of which matrix?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh.T, W_qh, t),
    ),
    Misconception(
        "expanded_terms", "no_power", "the powers of W_hhᵀ are left out", "How many steps lie between the loss at s and the state h_t?",
        lambda dL_do, W_hh, W_qh, t: (dL_do[t - 1:] @ W_qh)[::-1],
    ),
    Misconception(
        "expanded_terms", "power_too_high", "every power is one too high", "Which power is left for i = T?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh, W_qh, t) @ W_hh,
    ),
    Misconception(
        "expanded_terms", "power_from_t", "the power is i − t in place of T − i", "For i = t, which output does the term come from, and how far is it?",
        lambda *a: _terms(*a, power=lambda i, T: i - a[3], step=lambda i, T: T + a[3] - i),
    ),
    Misconception(
        "expanded_terms", "output_i", "∂L/∂o_i is used in place of ∂L/∂o_{T+t−i}", "For i = t, which output does the power (W_hhᵀ)^{T−t} belong to?",
        lambda *a: _terms(*a, power=lambda i, T: T - i, step=lambda i, T: i),
    ),
    Misconception(
        "expanded_terms", "running_sum", "the rows are running sums", "Is it the terms or their sum that is asked for?",
        lambda *a: np.cumsum(bptt.expanded_terms(*a), axis=0),
    ),
    Misconception(
        "expanded_terms", "summed", "the terms are added up", "How many rows has the answer?",
        lambda *a: bptt.expanded_terms(*a).sum(axis=0),
    ),
    Misconception(
        "expanded_terms", "t_from_zero", "t is taken as a row index that starts at 0", "Which row of dL_do is ∂L/∂o_t?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh, W_qh, t + 1) if t < len(dL_do) else np.zeros((0, len(W_hh))),
    ),
    Misconception(
        "expanded_terms", "all_steps", "the terms of all steps from 1 are returned", "Can the loss of a step before t depend on h_t?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh, W_qh, 1),
    ),
    Misconception(
        "expanded_terms", "last_output_only", "every term is made from ∂L/∂o_T", "Which output does the last row, i = T, come from?",
        lambda *a: _terms(*a, power=lambda i, T: T - i, step=lambda i, T: T),
    ),
    Misconception(
        "expanded_terms", "steps_from_one", "t is left out: the losses of the first T−t+1 steps are used",
        "For i = T, which output stands in (9)?",
        lambda *a: _terms(*a, power=lambda i, T: T - i, step=lambda i, T: T + 1 - i),
    ),
    Misconception(
        "expanded_terms", "entrywise_power", "the power is taken entry by entry", "What does ** do to a NumPy array?", _entrywise,
    ),
    Misconception(
        "parameter_grads", "h_t_for_W_hh", "h_t is used where h_{t−1} belongs, in ∂L/∂W_hh", "Which state does W_hh multiply in step t?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ h[1:], dL_do.T @ h[1:]),
    ),
    Misconception(
        "parameter_grads", "h_before_for_W_qh", "h_{t−1} is used where h_t belongs, in ∂L/∂W_qh", "Which state does o_t read?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[:-1]),
    ),
    Misconception(
        "parameter_grads", "transposed", "the outer products are transposed", "Which factor of an outer product gives the rows?",
        lambda *a: [g.T for g in bptt.parameter_grads(*a)],
    ),
    Misconception(
        "parameter_grads", "last_step_only", "only the last step counts", "The same W_hh is used at every step: how do the steps' shares combine?",
        lambda x, h, dL_do, dL_dh: bptt.parameter_grads(x[-1:], h[-2:], dL_do[-1:], dL_dh[-1:]),
    ),
    Misconception(
        "parameter_grads", "first_step_only", "only the first step counts", "The same W_hh is used at every step: how do the steps' shares combine?",
        lambda x, h, dL_do, dL_dh: bptt.parameter_grads(x[:1], h[:2], dL_do[:1], dL_dh[:1]),
    ),
    Misconception(
        "parameter_grads", "mean_over_time", "the mean over time is taken in place of the sum", "Where is the 1/T of the loss already?",
        lambda *a: [g / len(a[0]) for g in bptt.parameter_grads(*a)],
    ),
    Misconception(
        "parameter_grads", "times_T", "it is multiplied by T", "∂L/∂o_t holds the 1/T: should it come out again?",
        lambda *a: [g * len(a[0]) for g in bptt.parameter_grads(*a)],
    ),
    Misconception(
        "parameter_grads", "no_h_0", "the step from h_0 is left out of ∂L/∂W_hh", "h_0 need not be zero: which t does the sum start from?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh[1:].T @ h[1:-1], dL_do.T @ h[1:]),
    ),
    Misconception(
        "parameter_grads", "aliased_index", "h[-1] stands in for h_0", "What does Python return for the row before the first?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ np.vstack([h[-1:], h[1:-1]]), dL_do.T @ h[1:]),
    ),
    Misconception(
        "parameter_grads", "order", "the gradients are returned in another order", "In which order does the docstring name the three?",
        lambda *a: bptt.parameter_grads(*a)[::-1],
    ),
    Misconception(
        "parameter_grads", "W_hx_W_hh_swapped", "the first two gradients are swapped", "In which order does the docstring name the three?",
        lambda *a: [bptt.parameter_grads(*a)[i] for i in (1, 0, 2)],
    ),
    Misconception(
        "parameter_grads", "late_input", "x_{t−1} is used where x_t belongs", "Which row of x entered step t?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ np.roll(x, 1, axis=0), dL_dh.T @ h[:-1], dL_do.T @ h[1:]),
    ),
    Misconception(
        "parameter_grads", "early_input", "x_{t+1} is used where x_t belongs", "Which row of x entered step t?",
        lambda x, h, dL_do, dL_dh: (dL_dh[:-1].T @ x[1:], dL_dh.T @ h[:-1], dL_do.T @ h[1:]),
    ),
    Misconception(
        "parameter_grads", "sums_before_product", "both factors are summed over time before they are multiplied",
        "Is the sum of products the product of sums?",
        lambda x, h, dL_do, dL_dh: (
            np.outer(dL_dh.sum(0), x.sum(0)), np.outer(dL_dh.sum(0), h[:-1].sum(0)), np.outer(dL_do.sum(0), h[1:].sum(0))
        ),
    ),
    Misconception(
        "parameter_grads", "sign", "the sign is turned round", "Is it the gradient or the step against it that is asked for?",
        lambda *a: [-g for g in bptt.parameter_grads(*a)],
    ),
)  # fmt: skip
