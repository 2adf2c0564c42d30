"""`squared_error_grad`: ∂L/∂o_t for the squared error, (o_t − y_t)/T."""

import numpy as np

from autograder.engine.core.assignment import Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import ordinary, sizes
from autograder.suite.reference import bptt
from autograder.suite.simple_mistakes import doubled, negated, over_T, times_T


def _draw(rng: Rng) -> Cases:
    return ordinary(rng, "o y", sizes(rng))


CHECKS = (
    values("values", 4, "∂L/∂o_t is right", "small general again wide thin"),
    values("one_step", 1, "a sequence of one step works", "one_step", scale="row"),
)


MISCONCEPTIONS = (
    Misconception(
        "no_1_over_T", "the 1/T is missing", "The loss is a mean over the steps: what became of 1/T?",
        lambda o, y: o - y, simple=times_T,
    ),
    Misconception(
        "sign", "the sign is turned round", "If o_t grows beyond y_t, does the loss grow or fall?",
        lambda o, y: (y - o) / len(o), simple=negated,
    ),
    Misconception(
        "factor_2", "it is twice as large", "What does the ½ in (3) do to the 2 of the square?",
        lambda o, y: 2 * (o - y) / len(o), simple=doubled,
    ),
    Misconception(
        "mean_over_entries", "it is divided by Tq instead of T",
        "Over what is the mean in (3) taken: over steps, or over all entries?",
        lambda o, y: (o - y) / o.size,
    ),
    Misconception(
        "2_over_entries", "it is the gradient of np.mean((o - y)²)",
        "Over what is the mean in (3) taken, and what does the ½ do to the 2 of the square?",
        lambda o, y: 2 * (o - y) / o.size,
    ),
    Misconception(
        "1_over_T_twice", "it is divided by T twice", "How often does the 1/T appear in (3)?",
        lambda o, y: (o - y) / len(o) ** 2, simple=over_T,
    ),
    Misconception(
        "mean_over_outputs", "it is divided by q instead of T", "Which axis of o counts the steps?",
        lambda o, y: (o - y) / o.shape[1],
    ),
    Misconception(
        "the_loss_itself", "it is the loss of each entry, not its derivative",
        "What is the derivative of ½u² with respect to u?",
        lambda o, y: (o - y) ** 2 / 2 / len(o),
    ),
    Misconception(
        "only_the_sign", "it is the derivative of the absolute error", "Is it |u| or ½u² that is differentiated?",
        lambda o, y: np.sign(o - y) / len(o),
    ),
    Misconception(
        "of_the_norm", "it is the derivative of the norm, not of its square", "Is it ‖u‖ or ½‖u‖² that is differentiated?",
        lambda o, y: (o - y) / np.linalg.norm(o - y, axis=1, keepdims=True) / len(o),
    ),
    Misconception(
        "absolute", "the sign is lost", "Does the gradient know on which side of y_t the output lies?",
        lambda o, y: np.abs(o - y) / len(o),
    ),
    Misconception(
        "half", "it is half as large", "What does the 2 of the square do to the ½ in (3)?",
        lambda o, y: (o - y) / 2 / len(o),
    ),
    Misconception(
        "only_y_over_T", "only y is divided by T", "What does Python compute first in a − b / c?",
        lambda o, y: o - y / len(o),
    ),
    Misconception(
        "sigmoid_derivative", "it is multiplied by o (1 − o) as well", "Which activation do the outputs of (2) have?",
        lambda o, y: (o - y) * o * (1 - o) / len(o),
    ),
    Misconception(
        "tanh_derivative", "it is multiplied by 1 − o² as well", "Which activation do the outputs of (2) have?",
        lambda o, y: (o - y) * (1 - o**2) / len(o),
    ),
    Misconception(
        "mean_over_time", "each row holds the mean over the steps", "Does o_t change the loss of any other step than t?",
        lambda o, y: np.repeat((o - y).mean(axis=0, keepdims=True), len(o), axis=0),
    ),
    Misconception(
        "mean_over_the_row", "each row holds the mean of its entries", "Do all entries of o_t have the same gradient?",
        lambda o, y: np.repeat((o - y).mean(axis=1, keepdims=True), o.shape[1], axis=1) / len(o),
    ),
    Misconception(
        "target_added", "y is added, not taken away", "For which o_t is the loss smallest, and what is its gradient there?",
        lambda o, y: (o + y) / len(o),
    ),
)  # fmt: skip

TASK = Task(
    "squared_error_grad",
    points=2.0,
    returns=("dL_do",),
    form="array",
    function=bptt.squared_error_grad,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
