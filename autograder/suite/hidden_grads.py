"""`hidden_grads`: ∂L/∂h_t by the recursion (8), from T back to 1, with work linear in T."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Check, Misconception, Rng, Task
from autograder.engine.judging import cost
from autograder.engine.judging.growth import NARROW_H, WIDE_H
from autograder.engine.judging.judges import judge_cost
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import growing, matrix, net, of, ordinary, sizes
from autograder.suite.reference import bptt
from autograder.suite.simple_mistakes import in_reverse, negated, over_T, times_T


def _draw(rng: Rng) -> Cases:
    names, size = "dL_do W_hh W_qh", sizes(rng)
    silent_end = net(rng, size["general"])
    silent_end["dL_do"][2:] = 0  # steps after the last loss have no gradient
    cases = ordinary(rng, names, size) | {"early_loss": of(silent_end, names)}
    for case in ("again", "early_loss"):
        dL_do, W_hh, W_qh = cases[case]
        cases[case] = 100.0 * dL_do, W_hh, W_qh  # no bound on an entry lets them through
    return cases | {
        "vanishing": of(net(rng, size["long"], fades=True, last_only=True), names),
        "exploding": of(net(rng, size["long"], radius=growing(rng)), names),
    }


def _draw_measured(rng: Rng) -> Cases:
    """Long sequences, by which the work is measured."""
    turns = {h: np.linalg.qr(matrix(rng, h, h))[0] for h in (WIDE_H, NARROW_H)}  # neither grow nor fade, however long
    cases: Cases = {}
    for name, T in cost.STEPS.items():
        h = NARROW_H if cost.is_narrow(name) else WIDE_H
        cases[name] = matrix(rng, T, 3), turns[h], matrix(rng, 3, h)
    return cases


def _unsound(args: Mapping[str, Args], expected: Mapping[str, Any]) -> str:
    """Says so where it is luck whether the one step's gradient is clipped."""
    held = 1.0 < np.abs(expected["one_step"]).max() < 5.0
    return "" if held else "the gradient of hidden_grads' test case one_step is not between 1 and 5"


def _terms(args: Args, expected: np.ndarray) -> dict[str, np.ndarray]:
    """The two sources of ∂L/∂h_t."""
    dL_do, _, W_qh = args
    direct = dL_do @ W_qh
    return {"the direct term": direct, "the carried term": expected - direct}


CHECKS = (
    values("values", 4, "∂L/∂h_t is right at every step", "small general again wide thin", scale="row"),
    values("one_step", 1, "a sequence of one step works", "one_step", scale="row"),
    values("early_loss", 1, "no gradient comes from steps without a loss", "early_loss", scale="row"),
    values("vanishing", 1, "gradients that have become tiny are right", "vanishing", scale="row"),
    values("exploding", 1, "gradients that have become large are right", "exploding", scale="row"),
)

LINEAR = Check(
    "linear_work",
    1,
    "the work grows in proportion to T",
    (),
    judge_cost,
    "row",
    gated=True,
    may_ask=tuple(cost.STEPS),
    next_cases=cost.next_cases,
)


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


def _adding(dL_do, W_hh, W_qh):
    """What is carried is added up over the steps, not replaced."""
    direct, carried = dL_do @ W_qh, np.zeros(len(W_hh))
    dL_dh = np.zeros_like(direct)
    for i in range(len(direct) - 1, -1, -1):
        dL_dh[i] = direct[i] + carried
        carried = carried + W_hh.T @ dL_dh[i]
    return dL_dh


def _clipping(dL_do, W_hh, W_qh, most):
    return _back(dL_do, W_hh, W_qh, lambda g, direct, i: np.clip(W_hh.T @ g, -most, most) + direct[i])


def _clipping_all(dL_do, W_hh, W_qh, most):
    return _back(
        dL_do, W_hh, W_qh, lambda g, direct, i: np.clip(W_hh.T @ g + direct[i], -most, most),
        start=lambda last: np.clip(last, -most, most),
    )  # fmt: skip


MISCONCEPTIONS = (
    Misconception(
        "W_hh_transposed", "W_hh is not transposed",
        "(8) carries ∂L/∂h_{t+1} back through h_{t+1} = … + W_hh h_t. Along which index of W_hh is the sum?",
        lambda dL_do, W_hh, W_qh: bptt.hidden_grads(dL_do, W_hh.T, W_qh),
        given=lambda dL_do, W_hh, W_qh: (dL_do, W_hh.T, W_qh),
    ),
    Misconception(
        "carried_only", "only the carried gradient counts; the direct one is left out before T",
        "o_t depends on h_t as well: through which two paths does h_t reach the loss?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g),
    ),
    Misconception(
        "all_zero", "nothing enters the recursion", "Where does the first gradient that is not zero come from?",
        lambda dL_do, W_hh, W_qh: 0 * (dL_do @ W_qh),
    ),
    Misconception(
        "direct_only", "nothing is carried from step to step",
        "Besides o_t, what else depends on h_t?",
        lambda dL_do, W_hh, W_qh: dL_do @ W_qh,
    ),
    Misconception(
        "carried_unmultiplied", "the carried gradient is added without W_hhᵀ",
        "What is the derivative of h_{t+1} with respect to h_t?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: g + direct[i]),
    ),
    Misconception(
        "forwards", "the recursion runs forward in time", "Which steps' losses does h_t influence: earlier or later ones?",
        _forwards,
    ),
    Misconception(
        "reversed_rows", "the rows are in the order of computation, last step first",
        "You compute ∂L/∂h_T first. In which row does it belong?",
        lambda *a: bptt.hidden_grads(*a)[::-1], simple=in_reverse,
    ),
    Misconception(
        "W_hh_on_all", "W_hhᵀ multiplies the direct term as well", "Does the direct path from o_t to h_t pass through W_hh?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ (g + direct[i])),
    ),
    Misconception(
        "next_output", "∂L/∂o_{t+1} is used in place of ∂L/∂o_t", "Which output reads h_t?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i + 1]),
    ),
    Misconception(
        "one_step_back", "only the next step's direct term is carried",
        "In (8), is it ∂L/∂h_{t+1} or its direct part that is carried back?",
        lambda dL_do, W_hh, W_qh: bptt.truncated_hidden_grads(dL_do, W_hh, W_qh, 2),
    ),
    Misconception(
        "first_step_left_out", "the walk back stops before t = 1", "For which t does your loop end?",
        _first_row_direct,
    ),
    Misconception(
        "last_step_left_out", "the row of T stays zero, and nothing is carried from it",
        "With what does the walk back start?",
        lambda dL_do, W_hh, W_qh: _back(
            dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i], start=lambda last: 0 * last
        ),
    ),
    Misconception(
        "one_row_late", "row t−1 holds ∂L/∂h_{t−1}", "Which step does the first row belong to: 0 or 1?",
        lambda *a: _with_h_0(*a)[:-1],
    ),
    Misconception(
        "last_step_twice", "the direct term of T counts twice", "With what does the carried gradient start at t = T?",
        lambda dL_do, W_hh, W_qh: _back(
            dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i], start=lambda last: 2 * last
        ),
    ),
    Misconception(
        "carried_at_T", "the last step's own direct term is carried into it", "Is there a step after T from which something is carried?",
        lambda dL_do, W_hh, W_qh: _back(
            dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ g + direct[i], start=lambda last: last + W_hh.T @ last
        ),
    ),
    Misconception(
        "with_h_0", "∂L/∂h_0 is returned as well", "For which t does the docstring ask for ∂L/∂h_t?", _with_h_0,
    ),
    Misconception(
        "1_over_T_again", "it is divided by T once more", "Where is the 1/T of the loss already?",
        lambda *a: bptt.hidden_grads(*a) / len(a[0]), simple=over_T,
    ),
    Misconception(
        "times_T", "it is multiplied by T", "∂L/∂o_t holds the 1/T: should it come out again?",
        lambda *a: bptt.hidden_grads(*a) * len(a[0]), simple=times_T,
    ),
    Misconception(
        "sign", "the sign is turned round", "Which sign does (8) have?", lambda *a: -bptt.hidden_grads(*a), simple=negated,
    ),
    Misconception(
        "carried_is_stored", "row t holds what is carried on from t, W_hhᵀ ∂L/∂h_t", "What belongs in row t: ∂L/∂h_t, or what it becomes one step earlier?",
        lambda dL_do, W_hh, W_qh: bptt.hidden_grads(dL_do, W_hh, W_qh) @ W_hh,
    ),
    Misconception(
        "carried_is_added_up", "what was carried before is carried again", "At each step of (8), is what is carried replaced, or added to?",
        _adding,
    ),
    Misconception(
        "clipped_to_1", "the carried gradient is clipped to ±1", "Where does (8) limit a gradient?",
        lambda *a: _clipping(*a, most=1.0),
    ),
    Misconception(
        "clipped_to_5", "the carried gradient is clipped to ±5", "Where does (8) limit a gradient?",
        lambda *a: _clipping(*a, most=5.0),
    ),
    Misconception(
        "all_clipped_to_1", "each gradient is clipped to ±1 before it is carried", "Where does (8) limit a gradient?",
        lambda *a: _clipping_all(*a, most=1.0),
    ),
    Misconception(
        "all_clipped_to_5", "each gradient is clipped to ±5 before it is carried", "Where does (8) limit a gradient?",
        lambda *a: _clipping_all(*a, most=5.0),
    ),
    Misconception(
        "two_products", "the carried gradient is multiplied by W_hhᵀ twice", "How many steps lie between h_t and h_{t+1}?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: W_hh.T @ (W_hh.T @ g) + direct[i]),
    ),
    Misconception(
        "entrywise", "W_hhᵀ and the carried gradient are multiplied entry by entry, and summed along the wrong axis",
        "In a matrix times a vector, which index is summed over?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: (W_hh.T * g).sum(axis=0) + direct[i]),
    ),
    Misconception(
        "entrywise_transposed", "W_hh and the carried gradient are multiplied entry by entry, and summed along the wrong axis",
        "In a matrix times a vector, which index is summed over?",
        lambda dL_do, W_hh, W_qh: _back(dL_do, W_hh, W_qh, lambda g, direct, i: (W_hh * g).sum(axis=0) + direct[i]),
    ),
    Misconception(
        "summed_again", "the gradients are summed over the later steps once more",
        "∂L/∂h_{t+1} holds what all later losses send back: does it have to be added up again?",
        lambda *a: np.cumsum(bptt.hidden_grads(*a)[::-1], axis=0)[::-1],
    ),
    Misconception(
        "summed_forwards", "the gradients are summed over the earlier steps", "Can the loss of a step before t depend on h_t?",
        lambda *a: np.cumsum(bptt.hidden_grads(*a), axis=0),
    ),
    Misconception(
        "first_row_zero", "the row of t = 1 stays zero", "For which t does your loop end?",
        lambda *a: np.vstack([0 * (a[0] @ a[2])[:-1][:1], bptt.hidden_grads(*a)[min(1, len(a[0]) - 1):]]),
    ),
    Misconception(
        "one_array_in_all_rows", "all rows hold the gradient that was computed last",
        "When you change an array in place, what becomes of the rows in which you have put it before?",
        lambda *a: np.repeat(bptt.hidden_grads(*a)[:1], len(a[0]), axis=0),
    ),
)  # fmt: skip

TASK = Task(
    "hidden_grads",
    points=4.0,
    returns=("dL_dh",),
    form="array",
    function=bptt.hidden_grads,
    draw=_draw,
    unsound=_unsound,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY, LINEAR),
    misconceptions=MISCONCEPTIONS,
    from_the_end=True,
    curve="∂L/∂h_t",
    measured=_draw_measured,
    terms=_terms,
)
