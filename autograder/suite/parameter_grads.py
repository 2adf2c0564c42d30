"""`parameter_grads`: ∂L/∂W_hx, ∂L/∂W_hh and ∂L/∂W_qh as sums over all steps, by (10), (11) and (7)."""

import numpy as np

from autograder.engine.core.assignment import Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import net, of, ordinary, sizes
from autograder.suite.reference import bptt
from autograder.suite.simple_mistakes import negated, over_T, times_T


def _draw(rng: Rng) -> Cases:
    names, size = "x h dL_do dL_dh", sizes(rng)
    vanishing = net(rng, size["long"], fades=True, last_only=True)
    cases = ordinary(rng, names, size)
    for case in ("again", "wide", "one_step"):
        x, h, *gradients = cases[case]
        cases[case] = (x, h, *(100.0 * g for g in gradients))  # no bound on an entry lets them through
    return cases | {"vanishing": of(vanishing, names)}


CHECKS = (
    values("dL_dW_hx", 2, "∂L/∂W_hx is right", "small general again wide thin vanishing", part=0),
    values("dL_dW_hh", 3, "∂L/∂W_hh is right", "small general again wide thin vanishing", part=1),
    values("dL_dW_qh", 2, "∂L/∂W_qh is right", "small general again wide thin vanishing", part=2),
    values("one_step", 1, "a sequence of one step works", "one_step"),
)


def _of_sums(x, h, dL_do, dL_dh):
    """The gradients by other ∂L/∂h_t."""
    return dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]


MISCONCEPTIONS = (
    Misconception(
        "h_t_for_W_hh", "h_t is used where h_{t−1} belongs, in ∂L/∂W_hh", "Which state does W_hh multiply in step t?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ h[1:], dL_do.T @ h[1:]),
    ),
    Misconception(
        "h_before_for_W_qh", "h_{t−1} is used where h_t belongs, in ∂L/∂W_qh", "Which state does o_t read?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[:-1]),
    ),
    Misconception(
        "transposed", "the outer products are transposed", "Which factor of an outer product gives the rows?",
        lambda *a: [g.T for g in bptt.parameter_grads(*a)],
    ),
    Misconception(
        "last_step_only", "only the last step counts", "The same W_hh is used at every step: how do the steps' shares combine?",
        lambda x, h, dL_do, dL_dh: bptt.parameter_grads(x[-1:], h[-2:], dL_do[-1:], dL_dh[-1:]),
    ),
    Misconception(
        "first_step_only", "only the first step counts", "The same W_hh is used at every step: how do the steps' shares combine?",
        lambda x, h, dL_do, dL_dh: bptt.parameter_grads(x[:1], h[:2], dL_do[:1], dL_dh[:1]),
    ),
    Misconception(
        "mean_over_time", "the mean over time is taken in place of the sum", "Where is the 1/T of the loss already?",
        lambda *a: [g / len(a[0]) for g in bptt.parameter_grads(*a)], simple=over_T,
    ),
    Misconception(
        "times_T", "it is multiplied by T", "∂L/∂o_t holds the 1/T: should it come out again?",
        lambda *a: [g * len(a[0]) for g in bptt.parameter_grads(*a)], simple=times_T,
    ),
    Misconception(
        "no_h_0", "the step from h_0 is left out of ∂L/∂W_hh", "h_0 need not be zero: which t does the sum start from?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh[1:].T @ h[1:-1], dL_do.T @ h[1:]),
    ),
    Misconception(
        "aliased_index", "h[-1] stands in for h_0", "What does Python return for the row before the first?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ np.vstack([h[-1:], h[1:-1]]), dL_do.T @ h[1:]),
    ),
    Misconception(
        "order", "the gradients are returned in another order", "In which order does the docstring name the three?",
        lambda *a: bptt.parameter_grads(*a)[::-1],
    ),
    Misconception(
        "W_hx_W_hh_swapped", "the first two gradients are swapped", "In which order does the docstring name the three?",
        lambda *a: [bptt.parameter_grads(*a)[i] for i in (1, 0, 2)],
    ),
    Misconception(
        "late_input", "x_{t−1} is used where x_t belongs", "Which row of x entered step t?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ np.roll(x, 1, axis=0), dL_dh.T @ h[:-1], dL_do.T @ h[1:]),
        given=lambda x, h, dL_do, dL_dh: (np.roll(x, 1, axis=0), h, dL_do, dL_dh),
    ),
    Misconception(
        "early_input", "x_{t+1} is used where x_t belongs", "Which row of x entered step t?",
        lambda x, h, dL_do, dL_dh: (dL_dh[:-1].T @ x[1:], dL_dh.T @ h[:-1], dL_do.T @ h[1:]),
    ),
    Misconception(
        "sums_before_product", "both factors are summed over time before they are multiplied",
        "Is the sum of products the product of sums?",
        lambda x, h, dL_do, dL_dh: (
            np.outer(dL_dh.sum(0), x.sum(0)), np.outer(dL_dh.sum(0), h[:-1].sum(0)), np.outer(dL_do.sum(0), h[1:].sum(0))
        ),
    ),
    Misconception(
        "sign", "the sign is turned round", "Is it the gradient or the step against it that is asked for?",
        lambda *a: [-g for g in bptt.parameter_grads(*a)], simple=negated,
    ),
    Misconception(
        "h_1_for_h_0", "h_1 stands in for h_0 in ∂L/∂W_hh", "Which state does W_hh multiply in step 1?",
        lambda x, h, dL_do, dL_dh: (dL_dh.T @ x, dL_dh.T @ np.vstack([h[1:2], h[1:-1]]), dL_do.T @ h[1:]),
    ),
    Misconception(
        "zero_h_0", "h_0 is taken to be zero in ∂L/∂W_hh, and the step from it is left out of ∂L/∂W_hx",
        "Which t do the sums start from, and must h_0 be zero?",
        lambda x, h, dL_do, dL_dh: (dL_dh[1:].T @ x[1:], dL_dh[1:].T @ h[1:-1], dL_do.T @ h[1:]),
    ),
    Misconception(
        "summed_again", "∂L/∂h_t is summed over the later steps once more",
        "∂L/∂h_t holds what all later losses send back: does it have to be added up again?",
        lambda x, h, dL_do, dL_dh: _of_sums(x, h, dL_do, np.cumsum(dL_dh[::-1], axis=0)[::-1]),
    ),
    Misconception(
        "summed_forwards", "∂L/∂h_t is summed over the earlier steps", "How often does ∂L/∂h_1 stand in (10) and (11)?",
        lambda x, h, dL_do, dL_dh: _of_sums(x, h, dL_do, np.cumsum(dL_dh, axis=0)),
    ),
    Misconception(
        "counted_again", "each step counts once for itself and once for each later step", "How often does step 1 stand in the sum over t?",
        lambda x, h, dL_do, dL_dh: _of_sums(x, h, dL_do, dL_dh * np.arange(len(x), 0, -1)[:, None]),
    ),
    Misconception(
        "clipped_to_5", "the entries are clipped to ±5", "Where do (10) and (11) limit a gradient?",
        lambda *a: [np.clip(g, -5, 5) for g in bptt.parameter_grads(*a)],
    ),
    Misconception(
        "clipped_to_1", "the entries are clipped to ±1", "Where do (10) and (11) limit a gradient?",
        lambda *a: [np.clip(g, -1, 1) for g in bptt.parameter_grads(*a)],
    ),
    Misconception(
        "W_hh_transposed", "∂L/∂W_hh is transposed", "Which factor of an outer product gives the rows?",
        lambda *a: [g.T if i == 1 else g for i, g in enumerate(bptt.parameter_grads(*a))],
    ),
)  # fmt: skip

TASK = Task(
    "parameter_grads",
    points=4.0,
    returns=("dL_dW_hx", "dL_dW_hh", "dL_dW_qh"),
    form="arrays",
    function=bptt.parameter_grads,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
