"""`expanded_terms`: the terms whose sum is ∂L/∂h_t, by (9)."""

import numpy as np

from autograder.engine.core.assignment import Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import growing, net, of, ordinary, sizes
from autograder.suite.reference import bptt
from autograder.suite.simple_mistakes import in_reverse, over_T


def _draw(rng: Rng) -> Cases:
    names, size = "dL_do W_hh W_qh", sizes(rng)
    nets, T = ordinary(rng, names, size), size["general"][0]
    middle = int(rng.integers(3, T - 1))
    return {
        "small": (*nets["small"], 2),
        "from_first": (*nets["general"], 1),
        "middle": (*nets["general"], middle),
        "again": (*nets["again"], middle),
        "last": (*nets["general"], T),
        "wide": (*nets["wide"], 1),
        "one_step": (*nets["one_step"], 1),
        "thin": (*nets["thin"], 2),
        "vanishing": (*of(net(rng, size["long"], fades=True), names), int(rng.integers(2, 4))),
        "exploding": (*of(net(rng, size["long"], radius=growing(rng)), names), 1),
    }


CHECKS = (
    values("values", 4, "every term is right", "small from_first middle again wide thin", scale="row"),
    values("last_step", 1, "t = T has one term", "last one_step", scale="row"),
    values("long", 1, "terms that have become tiny or large are right", "vanishing exploding", scale="row"),
)


def _terms(dL_do, W_hh, W_qh, t, power, step):
    """Rows i = t … T of (W_hhᵀ)^power(i) W_qhᵀ ∂L/∂o_step(i)."""
    T = len(dL_do)
    rows = [np.linalg.matrix_power(W_hh.T, power(i, T)) @ W_qh.T @ dL_do[step(i, T) - 1] for i in range(t, T + 1)]
    return np.array(rows)


def _entrywise(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    powers = [W_hh.T ** (T - i) for i in range(t, T + 1)]
    return np.array([P @ W_qh.T @ dL_do[T + t - i - 1] for P, i in zip(powers, range(t, T + 1), strict=True)])


MISCONCEPTIONS = (
    Misconception(
        "reversed_rows", "the rows are in reverse order", "Which power of W_hhᵀ belongs to i = T, the last row?",
        lambda *a: bptt.expanded_terms(*a)[::-1], simple=in_reverse,
    ),
    Misconception(
        "W_hh_transposed", "W_hh is not transposed", "Which matrix is raised to powers in (9)?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh.T, W_qh, t),
        given=lambda dL_do, W_hh, W_qh, t: (dL_do, W_hh.T, W_qh, t),
    ),
    Misconception(
        "no_power", "the powers of W_hhᵀ are left out", "How many steps lie between the loss at s and the state h_t?",
        lambda dL_do, W_hh, W_qh, t: (dL_do[t - 1:] @ W_qh)[::-1],
    ),
    Misconception(
        "power_too_high", "every power is one too high", "Which power is left for i = T?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh, W_qh, t) @ W_hh,
    ),
    Misconception(
        "power_from_t", "the power is i − t in place of T − i", "For i = t, which output does the term come from, and how far is it?",
        lambda *a: _terms(*a, power=lambda i, T: i - a[3], step=lambda i, T: T + a[3] - i),
    ),
    Misconception(
        "output_i", "∂L/∂o_i is used in place of ∂L/∂o_{T+t−i}", "For i = t, which output does the power (W_hhᵀ)^{T−t} belong to?",
        lambda *a: _terms(*a, power=lambda i, T: T - i, step=lambda i, T: i),
    ),
    Misconception(
        "running_sum", "the rows are running sums", "Is it the terms or their sum that is asked for?",
        lambda *a: np.cumsum(bptt.expanded_terms(*a), axis=0),
    ),
    Misconception(
        "summed", "the terms are added up", "How many rows does the answer have?",
        lambda *a: bptt.expanded_terms(*a).sum(axis=0),
    ),
    Misconception(
        "t_from_zero", "t is taken as a row index that starts at 0", "Which row of dL_do is ∂L/∂o_t?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh, W_qh, t + 1) if t < len(dL_do) else np.zeros((0, len(W_hh))),
    ),
    Misconception(
        "all_steps", "the terms of all steps from 1 are returned", "Can the loss of a step before t depend on h_t?",
        lambda dL_do, W_hh, W_qh, t: bptt.expanded_terms(dL_do, W_hh, W_qh, 1),
    ),
    Misconception(
        "last_output_only", "every term is made from ∂L/∂o_T", "Which output does the last row, i = T, come from?",
        lambda *a: _terms(*a, power=lambda i, T: T - i, step=lambda i, T: T),
    ),
    Misconception(
        "steps_from_one", "t is left out: the losses of the first T−t+1 steps are used",
        "For i = T, which output appears in (9)?",
        lambda *a: _terms(*a, power=lambda i, T: T - i, step=lambda i, T: T + 1 - i),
    ),
    Misconception(
        "entrywise_power", "the power is taken entry by entry", "What does ** do to a NumPy array?", _entrywise,
    ),
    Misconception(
        "last_term_left_out", "the term of i = T is left out", "Which i does your loop end with, and how many rows does the answer have?",
        lambda *a: bptt.expanded_terms(*a)[:-1],
    ),
    Misconception(
        "first_term_left_out", "the term of i = t is left out", "Which i does your loop begin with, and how many rows does the answer have?",
        lambda *a: bptt.expanded_terms(*a)[1:],
    ),
    Misconception(
        "all_rows", "rows of zeros stand for the steps before t", "For which i does (9) have a term?",
        lambda *a: np.vstack([np.zeros((a[3] - 1, len(a[1]))), bptt.expanded_terms(*a)]),
    ),
    Misconception(
        "rows_below", "rows of zeros fill the answer up to T rows", "For which i does (9) have a term?",
        lambda *a: np.vstack([bptt.expanded_terms(*a), np.zeros((a[3] - 1, len(a[1])))]),
    ),
    Misconception(
        "power_is_product", "W_hhᵀ is multiplied by the power, not raised to it", "What does a power of a matrix mean?",
        lambda dL_do, W_hh, W_qh, t: np.array(
            [(len(dL_do) - i) * W_hh.T @ W_qh.T @ dL_do[len(dL_do) + t - i - 1] if i < len(dL_do) else W_qh.T @ dL_do[t - 1]
             for i in range(t, len(dL_do) + 1)]
        ),
    ),
    Misconception(
        "1_over_T_again", "it is divided by T once more", "Where is the 1/T of the loss already?",
        lambda *a: bptt.expanded_terms(*a) / len(a[0]), simple=over_T,
    ),
)  # fmt: skip

TASK = Task(
    "expanded_terms",
    points=3.0,
    returns=("the terms",),
    form="array",
    function=bptt.expanded_terms,
    draw=_draw,
    repeated="middle",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
