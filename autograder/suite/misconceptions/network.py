"""Known mistakes in the forward pass and in the gradients of the losses."""

import numpy as np

from autograder.engine.course.reference import bptt
from autograder.engine.diagnosis.misconception import Misconception


def _run(x, h_0, W_hx, W_hh, W_qh, step, read=None):
    """A forward pass with another step: step(t, h so far) is h_t."""
    h = [h_0]
    for t in range(1, len(x) + 1):
        h.append(step(t, h))
    h = np.array(h)
    return h, (h[1:] if read is None else read(h)) @ W_qh.T


def _aliased(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((len(x) + 1, len(h_0)))
    h[0] = h_0
    for t in range(len(x)):
        h[t] = W_hx @ x[t] + W_hh @ h[t - 1]
    return h, h[1:] @ W_qh.T


def _softmax(o, axis=1):
    weights = np.exp(o - o.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def _one_hot(o, y):
    return np.eye(o.shape[1])[y]


def _unstable(o, y, shift=0.0):
    weights = np.exp(o - shift)
    return (weights / weights.sum(axis=1, keepdims=True) - _one_hot(o, y)) / len(o)


TABLE = (
    Misconception(
        "forward", "zero_h_0", "h_0 is taken to be zero", "Which state does the first step start from?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, 0 * h_0, W_hx, W_hh, W_qh),
    ),
    Misconception(
        "forward", "h_0_not_stored", "the first row of h is not h_0, though step 1 starts from it", "What should a reader find in h[0]?",
        lambda *a: (np.vstack([0 * a[1], bptt.forward(*a)[0][1:]]), bptt.forward(*a)[1]),
    ),
    Misconception(
        "forward", "no_h_0_row", "h is returned without h_0", "Where in h should a reader find the state before step 1?",
        lambda *a: (bptt.forward(*a)[0][1:], bptt.forward(*a)[1]),
    ),
    Misconception(
        "forward", "W_hh_transposed", "W_hh is used transposed",
        "In (1), is it a row or a column of W_hh that meets the entries of h_{t-1}?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hx, W_hh.T, W_qh),
    ),
    Misconception(
        "forward", "late_input", "the input of the step before is used", "Which row of x is x_t?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(np.roll(x, 1, axis=0), h_0, W_hx, W_hh, W_qh),
    ),
    Misconception(
        "forward", "late_output", "o_t is read from h_{t-1}", "Has the state seen x_t when o_t is read from it?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(
            x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hx @ x[t - 1] + W_hh @ h[-1], read=lambda h: h[:-1]
        ),
    ),
    Misconception(
        "forward", "no_recurrence", "the state of the step before is left out", "What does h_t keep of h_{t-1}?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hx @ x[t - 1]),
    ),
    Misconception(
        "forward", "always_h_0", "every step starts from h_0", "From which state does step 2 start?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hx @ x[t - 1] + W_hh @ h_0),
    ),
    Misconception(
        "forward", "tanh", "an activation is applied", "Which activation does (1) have?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(
            x, h_0, W_hx, W_hh, W_qh, lambda t, h: np.tanh(W_hx @ x[t - 1] + W_hh @ h[-1])
        ),
    ),
    Misconception(
        "forward", "aliased_index", "h[t - 1] is read as h[-1] at the first step",
        "What does Python return for h[-1], and into which row of h does the state of step 1 belong?", _aliased,
    ),
    Misconception(
        "forward", "output_of_h_0", "an output is computed for h_0 too", "How many outputs are there, and of which states?",
        lambda *a: (bptt.forward(*a)[0], bptt.forward(*a)[0] @ a[4].T),
    ),
    Misconception(
        "forward", "no_W_hh", "h_{t-1} is carried over without W_hh", "What is h_{t-1} multiplied by on its way to h_t?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hx, np.eye(len(h_0)), W_qh),
    ),
    Misconception(
        "forward", "W_hh_on_all", "W_hh multiplies the input's part as well", "Which of the two terms of (1) does W_hh multiply?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hh @ W_hx, W_hh, W_qh),
    ),
    Misconception(
        "squared_error_grad", "no_1_over_T", "the 1/T is missing", "The loss is a mean over the steps: what became of 1/T?",
        lambda o, y: o - y,
    ),
    Misconception(
        "squared_error_grad", "sign", "the sign is turned round", "If o_t grows beyond y_t, does the loss grow or fall?",
        lambda o, y: (y - o) / len(o),
    ),
    Misconception(
        "squared_error_grad", "factor_2", "it is twice as large", "What does the ½ in (3) do to the 2 of the square?",
        lambda o, y: 2 * (o - y) / len(o),
    ),
    Misconception(
        "squared_error_grad", "mean_over_entries", "it is divided by Tq instead of T",
        "Over what is the mean in (3) taken: over steps, or over all entries?",
        lambda o, y: (o - y) / o.size,
    ),
    Misconception(
        "squared_error_grad", "2_over_entries", "it is the gradient of np.mean((o - y)²)",
        "Over what is the mean in (3) taken, and what does the ½ do to the 2 of the square?",
        lambda o, y: 2 * (o - y) / o.size,
    ),
    Misconception(
        "squared_error_grad", "1_over_T_twice", "it is divided by T twice", "How often does the 1/T stand in (3)?",
        lambda o, y: (o - y) / len(o) ** 2,
    ),
    Misconception(
        "squared_error_grad", "mean_over_outputs", "it is divided by q instead of T", "Which axis of o counts the steps?",
        lambda o, y: (o - y) / o.shape[1],
    ),
    Misconception(
        "squared_error_grad", "the_loss_itself", "it is the loss of each entry, not its derivative",
        "What is the derivative of ½u² with respect to u?",
        lambda o, y: (o - y) ** 2 / 2 / len(o),
    ),
    Misconception(
        "squared_error_grad", "only_the_sign", "it is the derivative of the absolute error", "Is it |u| or ½u² that is differentiated?",
        lambda o, y: np.sign(o - y) / len(o),
    ),
    Misconception(
        "squared_error_grad", "of_the_norm", "it is the derivative of the norm, not of its square", "Is it ‖u‖ or ½‖u‖² that is differentiated?",
        lambda o, y: (o - y) / np.linalg.norm(o - y, axis=1, keepdims=True) / len(o),
    ),
    Misconception(
        "squared_error_grad", "absolute", "the sign is lost", "Does the gradient know on which side of y_t the output lies?",
        lambda o, y: np.abs(o - y) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "no_1_over_T", "the 1/T is missing", "The loss is a mean over the steps: what became of 1/T?",
        lambda o, y: _softmax(o) - _one_hot(o, y),
    ),
    Misconception(
        "cross_entropy_grad", "no_label", "the label does not enter", "Where does o_t[y_t], the first part of the loss, go?",
        lambda o, y: _softmax(o) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "sign", "the sign is turned round", "If o_t[y_t] grows, does the loss grow or fall?",
        lambda o, y: (_one_hot(o, y) - _softmax(o)) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "softmax_over_time", "the softmax runs over the steps", "Over which axis do the probabilities add up to 1?",
        lambda o, y: (_softmax(o, axis=0) - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "1_over_T_twice", "it is divided by T twice", "How often does the 1/T stand in (4)?",
        lambda o, y: (_softmax(o) - _one_hot(o, y)) / len(o) ** 2,
    ),
    Misconception(
        "cross_entropy_grad", "mean_over_entries", "it is divided by Tq instead of T", "Over what is the mean in (4) taken?",
        lambda o, y: (_softmax(o) - _one_hot(o, y)) / o.size,
    ),
    Misconception(
        "cross_entropy_grad", "labels_from_one", "the labels are taken to start at 1", "Which column belongs to class 0?",
        lambda o, y: (_softmax(o) - _one_hot(o, y - 1)) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "softmax_over_all", "the softmax runs over the whole array", "Over which axis do the probabilities add up to 1?",
        lambda o, y: (np.exp(o - o.max()) / np.exp(o - o.max()).sum() - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "label_as_number", "the label itself is subtracted", "Is y_t a value to be reached, or the name of a class?",
        lambda o, y: (_softmax(o) - y[:, None]) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "all_labels_in_all_rows", "each step's label is subtracted in every row",
        "What does p[:, y] select, and how many of its entries belong to step t?",
        lambda o, y: (_softmax(o) - np.isin(np.arange(o.shape[1]), y)) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "predicted_label", "the most probable class stands in for the label", "Whose class is y_t: the network's or the data's?",
        lambda o, y: (_softmax(o) - _one_hot(o, o.argmax(axis=1))) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "label_entry_only", "only the label's entry has a gradient", "Do the other outputs change the softmax of the label's?",
        lambda o, y: (_softmax(o) - 1) * _one_hot(o, y) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "sigmoid", "a sigmoid of each entry stands in for the softmax", "What do the probabilities of a row add up to?",
        lambda o, y: (1 / (1 + np.exp(-o)) - _one_hot(o, y)) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "with_respect_to_p", "it is the derivative with respect to the probability, not to o",
        "Which variable does the loss depend on here: the probabilities, or the outputs behind them?",
        lambda o, y: -_one_hot(o, y) / _softmax(o) / len(o),
    ),
    Misconception(
        "cross_entropy_grad", "overflow", "the exponential overflows", "What is exp(1e4), and what does a softmax keep if all of o_t is shifted?",
        _unstable,
    ),
    Misconception(
        "cross_entropy_grad", "one_shift_for_all", "one shift for all steps lets small rows underflow",
        "After the shift, which is the largest exponent in each row?",
        lambda o, y: _unstable(o, y, o.max()),
    ),
)  # fmt: skip
