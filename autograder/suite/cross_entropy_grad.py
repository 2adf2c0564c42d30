"""`cross_entropy_grad`: ∂L/∂o_t for cross-entropy, (softmax(o_t) − one-hot(y_t))/T, for any finite o."""

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.reference import bptt
from autograder.suite.simple_mistakes import negated, over_T, times_T


def _draw(rng: Rng) -> Cases:
    def drawn(T: int, q: int, reach: float = 2.0) -> Args:
        """Every class is a label where T ≥ q, and that of the first step is not the most probable one."""
        o, labels = rng.uniform(-reach, reach, (T, q)), rng.permutation(np.arange(T) % q)
        while labels[0] == o[0].argmax():
            labels = (labels + 1) % q
        return o, labels

    def extreme(T: int, q: int) -> Args:
        o, labels = drawn(T, q, 3.0)
        o[0, :4] = [5, -1e4, 1e4, 0]
        o[1] = -1e4
        o[1, 3] += 1
        o[2] = 1e4 - rng.permutation([0.0, 0.3317, 1.1239, 2.4711, 1.7093][:q])  # closer than float32 can tell at 1e4
        labels[:3] = [1, 0, 2]
        return o, labels

    T, q = int(rng.integers(6, 8)), int(rng.choice([3, 5]))
    return {
        "small": drawn(int(rng.integers(4, 6)), 3),
        "general": drawn(T, q),
        "again": drawn(T, q),
        "wide": drawn(2, int(rng.integers(5, 8))),
        "one_step": drawn(1, int(rng.choice([3, 5]))),
        "extreme": extreme(int(rng.integers(8, 10)), 4),
        "extreme_again": extreme(int(rng.integers(8, 10)), 5),
    }


CHECKS = (
    values("values", 3, "∂L/∂o_t is right", "small general again wide", scale="1/T"),
    values("one_step", 1, "a sequence of one step works", "one_step", scale="1/T"),
    values("extreme", 2, "outputs of ±1e4 give finite, right gradients", "extreme extreme_again", scale="1/T"),
)


def _softmax(o, axis=1):
    weights = np.exp(o - o.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def _one_hot(o, y):
    return np.eye(o.shape[1])[y]


def _unstable(o, y, shift=0.0):
    weights = np.exp(o - shift)
    return (weights / weights.sum(axis=1, keepdims=True) - _one_hot(o, y)) / len(o)


MISCONCEPTIONS = (
    Misconception(
        "no_1_over_T", "the 1/T is missing", "The loss is a mean over the steps: what became of 1/T?",
        lambda o, y: _softmax(o) - _one_hot(o, y), simple=times_T,
    ),
    Misconception(
        "no_label", "the label does not enter", "Which part of your gradient knows which class is the right one?",
        lambda o, y: _softmax(o) / len(o),
    ),
    Misconception(
        "sign", "the sign is turned round", "If o_t[y_t] grows, does the loss grow or fall?",
        lambda o, y: (_one_hot(o, y) - _softmax(o)) / len(o), simple=negated,
    ),
    Misconception(
        "softmax_over_time", "the softmax runs over the steps", "Over which axis do the probabilities add up to 1?",
        lambda o, y: (_softmax(o, axis=0) - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "1_over_T_twice", "it is divided by T twice", "How often does the 1/T appear in (4)?",
        lambda o, y: (_softmax(o) - _one_hot(o, y)) / len(o) ** 2, simple=over_T,
    ),
    Misconception(
        "mean_over_entries", "it is divided by Tq instead of T", "Over what is the mean in (4) taken?",
        lambda o, y: (_softmax(o) - _one_hot(o, y)) / o.size,
    ),
    Misconception(
        "labels_from_one", "the labels are taken to start at 1", "Which column belongs to class 0?",
        lambda o, y: (_softmax(o) - _one_hot(o, y - 1)) / len(o),
        given=lambda o, y: (o, y - 1),
    ),
    Misconception(
        "softmax_over_all", "the softmax runs over the whole array", "Over which axis do the probabilities add up to 1?",
        lambda o, y: (np.exp(o - o.max()) / np.exp(o - o.max()).sum() - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "label_as_number", "the label itself is subtracted", "Is y_t a value to be reached, or the name of a class?",
        lambda o, y: (_softmax(o) - y[:, None]) / len(o),
    ),
    Misconception(
        "all_labels_in_all_rows", "each step's label is subtracted in every row",
        "What does p[:, y] select, and how many of its entries belong to step t?",
        lambda o, y: (_softmax(o) - np.isin(np.arange(o.shape[1]), y)) / len(o),
    ),
    Misconception(
        "predicted_label", "the most probable class stands in for the label", "Whose class is y_t: the network's or the data's?",
        lambda o, y: (_softmax(o) - _one_hot(o, o.argmax(axis=1))) / len(o),
    ),
    Misconception(
        "label_entry_only", "only the label's entry has a gradient", "Do the other outputs change the softmax of the label's output?",
        lambda o, y: (_softmax(o) - 1) * _one_hot(o, y) / len(o),
    ),
    Misconception(
        "sigmoid", "a sigmoid of each entry stands in for the softmax", "What do the probabilities of a row add up to?",
        lambda o, y: (1 / (1 + np.exp(-o)) - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "with_respect_to_p", "it is the derivative with respect to the probability, not to o",
        "Which variable does the loss depend on here: the probabilities, or the outputs behind them?",
        lambda o, y: -_one_hot(o, y) / _softmax(o) / len(o),
    ),
    Misconception(
        "overflow", "the exponential overflows", "What is exp(1e4), and what does a softmax keep if all of o_t is shifted?",
        _unstable,
    ),
    Misconception(
        "one_shift_for_all", "one shift for all steps lets small rows underflow",
        "After the shift, which is the largest exponent in each row?",
        lambda o, y: _unstable(o, y, o.max()),
    ),
    Misconception(
        "one_shift_for_a_column", "the largest output of a column is taken away, not that of a row",
        "Which outputs share one softmax, and is the same number taken away from all of them?",
        lambda o, y: _unstable(o, y, o.max(axis=0)),
    ),
    Misconception(
        "no_softmax", "the outputs are taken for probabilities", "What turns the outputs o_t into probabilities?",
        lambda o, y: (o - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "softmax_twice", "the softmax is taken of the softmax", "How many softmaxes lie between o_t and the loss in (4)?",
        lambda o, y: (_softmax(_softmax(o)) - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "softmax_derivative_again", "it is multiplied by p (1 − p) as well", "Which derivatives does your line multiply, and which of them holds that of the softmax already?",
        lambda o, y: (_softmax(o) - _one_hot(o, y)) * _softmax(o) * (1 - _softmax(o)) / len(o),
    ),
    Misconception(
        "only_the_label_over_T", "only the label's 1 is divided by T", "To which terms does the 1/T of (4) belong?",
        lambda o, y: _softmax(o) - _one_hot(o, y) / len(o),
    ),
    Misconception(
        "only_the_softmax_over_T", "only the softmax is divided by T", "To which terms does the 1/T of (4) belong?",
        lambda o, y: _softmax(o) / len(o) - _one_hot(o, y),
    ),
    Misconception(
        "mean_over_outputs", "it is divided by q instead of T", "Which axis of o counts the steps?",
        lambda o, y: (_softmax(o) - _one_hot(o, y)) / o.shape[1],
    ),
    Misconception(
        "label_added", "the label's 1 is added, not taken away", "If o_t[y_t] grows, does the loss grow or fall?",
        lambda o, y: (_softmax(o) + _one_hot(o, y)) / len(o),
    ),
)  # fmt: skip

TASK = Task(
    "cross_entropy_grad",
    points=2.0,
    returns=("dL_do",),
    form="array",
    function=bptt.cross_entropy_grad,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
