"""The notebook's first picture: the training run without a remedy, by the reference. It is the notebook's own loop."""

from typing import Any

import numpy as np

from autograder.selfcheck.training import HIDDEN, start_weights, windows
from autograder.suite.reference import bptt

RATE, STEPS = 0.1, 20


def run() -> tuple[list[float], list[float]]:
    """The loss and ‖∂L/∂W_hh‖ of each step, up to the one at which they are no numbers."""
    weights = list(start_weights())
    losses, lengths = [], []
    with np.errstate(all="ignore"):
        for x, y in windows(STEPS):
            h, o = bptt.forward(x, np.zeros(HIDDEN), *weights)
            dL_do = bptt.cross_entropy_grad(o, y)
            grads = bptt.parameter_grads(x, h, dL_do, bptt.hidden_grads(dL_do, weights[1], weights[2]))
            losses.append(bptt.cross_entropy(o, y))
            lengths.append(bptt.safe_norm(grads[1]))
            weights = [W - RATE * grad for W, grad in zip(weights, grads, strict=True)]
    return losses, lengths


def figure() -> Any:
    from matplotlib.figure import Figure

    made = Figure(figsize=(7.5, 3.2), facecolor="white", layout="constrained")
    for axes, values, label in zip(made.subplots(1, 2), run(), ("loss", "length of ∂L/∂W$_{hh}$"), strict=True):
        steps = np.arange(1, STEPS + 1)
        finite = np.isfinite(values)
        axes.plot(steps[finite], np.array(values)[finite], "k-o", markersize=4)
        axes.axvline(steps[~finite][0], color="black", linestyle="--", linewidth=1)
        axes.text(steps[~finite][0] + 0.3, 1e150, "not a number", rotation=90, ha="left", va="center")
        axes.set(xlabel="step of training", ylabel=label, xticks=range(2, STEPS + 1, 2), xlim=(0, STEPS + 2))
        axes.set(yscale="log", ylim=(1e-10, 1e300), yticks=[1, *(10.0**power for power in range(50, 300, 50))])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    return made
