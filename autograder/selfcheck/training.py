"""Trains the network by character on the Zen of Python, without and with clipping, by your functions."""

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.selfcheck.calling import quiet
from autograder.selfcheck.cases.shared import cross_entropy
from autograder.selfcheck.pictures import Picture, show_picture
from autograder.selfcheck.words import wrap

USED = ["forward", "cross_entropy_grad", "hidden_grads", "parameter_grads", "clip_gradients"]
HIDDEN, WINDOW, RATE, MAX_NORM, STEPS = 64, 40, 0.2, 1.0, 3000


@dataclass(frozen=True)
class Run:
    """The loss and the length of the gradient before each step, and the weights after the last one."""

    losses: list[float]
    norms: list[float]
    weights: list[np.ndarray]


def draw_training(namespace: Mapping[str, Any], max_norm: float = MAX_NORM, steps: int = STEPS) -> None:
    """Loss, length of the gradient, and what the network writes, with and without clipping. By five of your functions."""
    show_picture(namespace, USED, lambda *functions: training_picture(functions, max_norm, steps))


def zen() -> str:
    """The text that `import this` prints, in small letters."""
    with quiet():
        import this
    return codecs.decode(this.s, "rot13").lower()


def train(functions: tuple[Callable, ...], max_norm: float, steps: int) -> Run:
    """Gradient descent through the text, window by window, until the numbers overflow or the steps are done.

    Each window of characters is a sequence of its own, which starts from h_0 = 0; the target is the next character.
    """
    forward, cross_entropy_grad, hidden_grads, parameter_grads, clip_gradients = functions
    letters, codes = _alphabet()
    weights, losses, norms = _start(len(letters)), [], []
    for step in range(steps):
        at = step % ((len(codes) - 1) // WINDOW) * WINDOW
        x, y = np.eye(len(letters))[codes[at : at + WINDOW]], codes[at + 1 : at + WINDOW + 1]
        h, o = forward(x, np.zeros(HIDDEN), *weights)
        dL_do = cross_entropy_grad(o, y)
        grads = list(parameter_grads(x, h, dL_do, hidden_grads(dL_do, weights[1], weights[2])))
        losses.append(float(cross_entropy(np.asarray(o), y)))
        norms.append(float(np.sqrt(sum(np.sum(np.square(g)) for g in grads))))
        if not np.isfinite(losses[-1]) or not np.isfinite(norms[-1]):
            break
        if np.isfinite(max_norm):
            grads = clip_gradients(grads, max_norm)
        weights = [w - RATE * g for w, g in zip(weights, grads, strict=True)]
    return Run(losses, norms, weights)


def _alphabet() -> tuple[list[str], np.ndarray]:
    letters = sorted(set(zen()))
    return letters, np.array([letters.index(letter) for letter in zen()])


def _start(q: int) -> list[np.ndarray]:
    """Weights before training: W_hh is 0.8 times an orthogonal matrix."""
    rng = np.random.default_rng(1)
    orthogonal = np.linalg.qr(rng.normal(size=(HIDDEN, HIDDEN)))[0]
    return [0.3 * rng.normal(size=(HIDDEN, q)), 0.8 * orthogonal, 0.1 * rng.normal(size=(q, HIDDEN))]


def written(forward: Callable, weights: list[np.ndarray], length: int = 130) -> str:
    """What a network writes: it starts with a t, draws each next character by its softmax, and reads it in turn."""
    letters = _alphabet()[0]
    rng, h, text = np.random.default_rng(0), np.zeros(HIDDEN), "t"
    while len(text) < length:
        states, o = forward(np.eye(len(letters))[[letters.index(text[-1])]], h, *weights)
        h, row = np.asarray(states)[-1], np.asarray(o)[0]
        if not np.isfinite(row).all():
            return "(nothing: its numbers have overflowed)"
        odds = np.exp(row - np.logaddexp.reduce(row))
        text += letters[rng.choice(len(letters), p=odds / odds.sum())]
    return text.replace("\n", " ")


def training_picture(functions: tuple[Callable, ...], max_norm: float, steps: int) -> Picture:
    runs = {"without clipping": train(functions, np.inf, steps), "with clipping": train(functions, max_norm, steps)}
    texts = {"before training": written(functions[0], _start(len(_alphabet()[0])))}
    texts |= {name: written(functions[0], run.weights) for name, run in runs.items()}
    parts = [
        f"{name.capitalize()}: the loss goes from {run.losses[0]:.2f} to {np.mean(run.losses[-20:]):.2f} "
        f"in {len(run.losses)} steps, the gradient is at most {max(run.norms):.2g} long."
        for name, run in runs.items()
    ]
    caption = "\n\n".join(f"What it writes {name}:\n{wrap(text)}" for name, text in texts.items())

    def draw(figure: Any) -> None:
        top, bottom = figure.subplots(2, sharex=True)
        for (name, run), style in zip(runs.items(), ("--", "-"), strict=True):
            shown = {"linestyle": style, "label": name, "linewidth": 0.7 if style == "-" else 2.5}
            top.plot(np.arange(1, len(run.losses) + 1), run.losses, **shown)
            bottom.plot(np.arange(1, len(run.norms) + 1), run.norms, **shown)
        top.set(xscale="log", ylabel="loss", ylim=(0, 8))
        bottom.set(yscale="log", ylabel="length of\nthe gradient", ylim=(0.3, 1e6), xlabel="step of training")
        bottom.axhline(max_norm, color="black", linestyle="--", linewidth=1, label="max_norm")
        for axes in (top, bottom):
            axes.grid(alpha=0.3)
            axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(" ".join(parts), draw, (7.5, 4.5), caption)
