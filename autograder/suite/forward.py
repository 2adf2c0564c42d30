"""`forward`: the hidden states h_0 … h_T and the outputs o_1 … o_T, by (1) and (2)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import growing, net, of, ordinary, sizes
from autograder.suite.reference import bptt


def _draw(rng: Rng) -> Cases:
    names, size = "x h_0 W_hx W_hh W_qh", sizes(rng)
    unfed = net(rng, size["long"], fades=True)
    unfed["x"][:] = 0
    return ordinary(rng, names, size) | {
        "fading": of(unfed, names),
        "growing": of(net(rng, size["long"], radius=growing(rng)), names),
    }


def _unsound(args: Mapping[str, Args], expected: Mapping[str, Any]) -> str:
    """Says so where the one step has no negative state: whatever cuts those off would be right there."""
    negative = (expected["one_step"][0][1] < 0).any()
    return "" if negative else "the state of forward's test case one_step has no negative entry"


CHECKS = (
    values("hidden_states", 3, "h_0 … h_T are right", "small general again wide thin", scale="row", part=0),
    values("outputs", 2, "o_1 … o_T are right", "small general again wide thin", scale="row", part=1),
    values("one_step", 1, "a sequence of one step works", "one_step", scale="row"),
    values("long", 1, "long sequences that fade or grow are right", "fading growing", scale="row"),
)


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


def _activated(x, h_0, W_hx, W_hh, W_qh, activation):
    return _run(x, h_0, W_hx, W_hh, W_qh, lambda t, h: activation(W_hx @ x[t - 1] + W_hh @ h[-1]))


def _softmax(o):
    weights = np.exp(o - o.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _leaky(x, h_0, W_hx, W_hh, W_qh, a, activation):
    return _run(x, h_0, W_hx, W_hh, W_qh, lambda t, h: (1 - a) * h[-1] + a * activation(W_hx @ x[t - 1] + W_hh @ h[-1]))


MISCONCEPTIONS = (
    Misconception(
        "zero_h_0", "h_0 is taken to be zero", "Which state does the first step start from?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, 0 * h_0, W_hx, W_hh, W_qh),
        given=lambda x, h_0, W_hx, W_hh, W_qh: (x, 0 * h_0, W_hx, W_hh, W_qh),
    ),
    Misconception(
        "h_0_not_stored", "the first row of h is not h_0, though step 1 starts from it", "What should a reader find in h[0]?",
        lambda *a: (np.vstack([0 * a[1], bptt.forward(*a)[0][1:]]), bptt.forward(*a)[1]),
    ),
    Misconception(
        "no_h_0_row", "h is returned without h_0", "Where in h should a reader find the state before step 1?",
        lambda *a: (bptt.forward(*a)[0][1:], bptt.forward(*a)[1]),
    ),
    Misconception(
        "W_hh_transposed", "W_hh is used transposed",
        "In (1), is it a row or a column of W_hh that meets the entries of h_{t-1}?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hx, W_hh.T, W_qh),
        given=lambda x, h_0, W_hx, W_hh, W_qh: (x, h_0, W_hx, W_hh.T, W_qh),
    ),
    Misconception(
        "late_input", "the input of the step before is used", "Which row of x is x_t?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(np.roll(x, 1, axis=0), h_0, W_hx, W_hh, W_qh),
        given=lambda x, h_0, W_hx, W_hh, W_qh: (np.roll(x, 1, axis=0), h_0, W_hx, W_hh, W_qh),
    ),
    Misconception(
        "late_output", "o_t is read from h_{t-1}", "Has the state seen x_t when o_t is read from it?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(
            x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hx @ x[t - 1] + W_hh @ h[-1], read=lambda h: h[:-1]
        ),
    ),
    Misconception(
        "no_recurrence", "the state of the step before is left out", "What does h_t keep of h_{t-1}?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hx @ x[t - 1]),
    ),
    Misconception(
        "always_h_0", "every step starts from h_0", "From which state does step 2 start?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hx @ x[t - 1] + W_hh @ h_0),
    ),
    Misconception(
        "tanh", "an activation is applied", "Which activation does (1) have?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(
            x, h_0, W_hx, W_hh, W_qh, lambda t, h: np.tanh(W_hx @ x[t - 1] + W_hh @ h[-1])
        ),
    ),
    Misconception(
        "aliased_index", "h[t - 1] is read as h[-1] at the first step",
        "What does Python return for h[-1], and in which row of h does the state of step 1 belong?", _aliased,
    ),
    Misconception(
        "output_of_h_0", "an output is computed for h_0 too", "How many outputs are there, and of which states?",
        lambda *a: (bptt.forward(*a)[0], bptt.forward(*a)[0] @ a[4].T),
    ),
    Misconception(
        "no_W_hh", "h_{t-1} is carried over without W_hh", "What is h_{t-1} multiplied by on its way to h_t?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hx, np.eye(len(h_0)), W_qh),
    ),
    Misconception(
        "W_hh_on_all", "W_hh multiplies the input's part as well", "Which of the two terms of (1) does W_hh multiply?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hh @ W_hx, W_hh, W_qh),
    ),
    Misconception(
        "relu", "negative states are set to zero", "Which activation does (1) have?",
        lambda *a: _activated(*a, activation=lambda u: np.maximum(u, 0)),
    ),
    Misconception(
        "sigmoid", "a sigmoid is applied to the states", "Which activation does (1) have?",
        lambda *a: _activated(*a, activation=lambda u: 1 / (1 + np.exp(-u))),
    ),
    Misconception(
        "softmax_outputs", "the outputs are turned into probabilities", "Does (2) ask for probabilities?",
        lambda *a: (bptt.forward(*a)[0], _softmax(bptt.forward(*a)[1])),
    ),
    Misconception(
        "tanh_and_softmax", "an activation is applied to the states, and the outputs are turned into probabilities",
        "Which functions besides sums and products stand in (1) and (2)?",
        lambda *a: (_activated(*a, activation=np.tanh)[0], _softmax(_activated(*a, activation=np.tanh)[1])),
    ),
    Misconception(
        "added", "the new state is added to the old one", "Besides W_hh h_{t-1}, does h_{t-1} itself stand in (1)?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, h_0, W_hx, W_hh + np.eye(len(h_0)), W_qh),
    ),
    Misconception(
        "leaky", "h_t is a mean of the old state and the new one", "Besides W_hh h_{t-1}, does h_{t-1} itself stand in (1)?",
        lambda *a: _leaky(*a, a=0.5, activation=lambda u: u),
    ),
    Misconception(
        "leaky_tanh", "h_t is a mean of the old state and an activation of the new one",
        "Besides W_hh h_{t-1}, does h_{t-1} itself stand in (1), and which activation?",
        lambda *a: _leaky(*a, a=0.3, activation=np.tanh),
    ),
    Misconception(
        "standardised_inputs", "the inputs are standardised first", "Which x_t stands in (1): the given one, or a scaled one?",
        lambda x, *a: bptt.forward((x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8), *a),
    ),
    Misconception(
        "input_once", "the input counts at the first step alone", "Which inputs have come in by step 2?",
        lambda x, h_0, W_hx, W_hh, W_qh: _run(
            x, h_0, W_hx, W_hh, W_qh, lambda t, h: W_hh @ h[-1] + (W_hx @ x[0] if t == 1 else 0)
        ),
    ),
)  # fmt: skip

TASK = Task(
    "forward",
    points=3.0,
    returns=("h", "o"),
    form="arrays",
    function=bptt.forward,
    draw=_draw,
    unsound=_unsound,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
