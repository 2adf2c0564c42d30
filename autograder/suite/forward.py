"""`forward`: the hidden states h_0 … h_T and the outputs o_1 … o_T, by (1) and (2)."""

import numpy as np

from autograder.engine.core.assignment import Cases, Misconception, Rng, Task
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


MISCONCEPTIONS = (
    Misconception(
        "zero_h_0", "h_0 is taken to be zero", "Which state does the first step start from?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(x, 0 * h_0, W_hx, W_hh, W_qh),
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
    ),
    Misconception(
        "late_input", "the input of the step before is used", "Which row of x is x_t?",
        lambda x, h_0, W_hx, W_hh, W_qh: bptt.forward(np.roll(x, 1, axis=0), h_0, W_hx, W_hh, W_qh),
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
)  # fmt: skip

TASK = Task(
    "forward",
    points=3.0,
    returns=("h", "o"),
    form="arrays",
    function=bptt.forward,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
