"""What the notebook's training loop needs: the text in windows, weights to start from, and a log of each step.

The loop itself stands in the notebook, made of your functions.
"""

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.selfcheck.calling import quiet
from autograder.selfcheck.cases.shared import cross_entropy
from autograder.selfcheck.showing import Picture, has_matplotlib, in_jupyter, is_attempted, tell_picture
from autograder.selfcheck.words import wrap

HIDDEN, WINDOW = 64, 40
_COLUMNS = {"step": 4, "loss": 10, "ρ": 10, "max A_t": 10, "max |h|": 10, "gradient": 10, "clipped": 10}  # and how wide
_STYLES = (("-", 0.9), ("--", 2.0), (":", 2.0), ("-.", 1.5))  # told apart without colour
_SHOWN_UP_TO = 1e9  # what a picture shows of numbers that overflow


def zen() -> str:
    """The text that `import this` prints, in small letters."""
    with quiet():
        import this
    return codecs.decode(this.s, "rot13").lower()


def windows(steps: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each step of training 40 characters (x: a row with a single 1 for each) and the characters that follow them (y).

    Each window is a sequence of its own. The next one goes on where it ends; behind the last one comes the first again.
    """
    letters, codes = _alphabet()
    for step in range(steps):
        at = step % ((len(codes) - 1) // WINDOW) * WINDOW
        yield np.eye(len(letters))[codes[at : at + WINDOW]], codes[at + 1 : at + WINDOW + 1]


def start_weights() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(W_hx, W_hh, W_qh) before training, always the same. W_hh is 0.8 times an orthogonal matrix, so ρ(W_hh) = 0.8."""
    rng, q = np.random.default_rng(1), len(_alphabet()[0])
    orthogonal = np.linalg.qr(rng.normal(size=(HIDDEN, HIDDEN)))[0]
    return 0.3 * rng.normal(size=(HIDDEN, q)), 0.8 * orthogonal, 0.1 * rng.normal(size=(q, HIDDEN))


def sample_text(forward: Callable, weights: Sequence[np.ndarray], length: int = 130) -> str:
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
    return wrap(text.replace("\n", " "))


def _alphabet() -> tuple[list[str], np.ndarray]:
    letters = sorted(set(zen()))
    return letters, np.array([letters.index(letter) for letter in zen()])


# The log


@dataclass
class Measured:
    """One step of training. What a function of yours measures is None where you have not written it, or cannot be measured."""

    loss: float
    radius: float | None
    amplified: float | None
    state: float
    recurrent: float
    norm: float
    after: float | None = None  # the length of all gradients together, after clipping
    verdict: tuple[str, Any] | None = None


class Log:
    """What is measured at each step of a run: `add` before clipping, `clipped` after it."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        tasks = ("spectral_radius", "amplification", "detect_explosion")
        self._namespace = namespace
        self._yours = {task: namespace[task] for task in tasks if is_attempted(task, namespace.get(task))}
        self.steps: list[Measured] = []

    def add(self, h: Any, o: Any, y: Any, dL_do: Any, dL_dh: Any, grads: Any, W_hh: Any, W_qh: Any) -> bool:
        """Measure one step. Whether all its numbers are finite: where they are not, training is over."""
        with np.errstate(all="ignore"):
            finite = bool(np.isfinite(dL_do).all())
            step = Measured(
                loss=float(cross_entropy(np.asarray(o), y)),
                radius=self._measured("spectral_radius", W_hh) if np.isfinite(W_hh).all() else None,
                amplified=None,
                state=_largest_entry(h),
                recurrent=_norm([grads[1]]),
                norm=_norm(grads),
            )
            if finite and np.isfinite(dL_dh).all():
                amplified = self._measured("amplification", dL_dh, dL_do, W_qh)
                step.amplified = None if amplified is None else _largest_entry(amplified)
            if finite:
                step.verdict = self._measured("detect_explosion", dL_dh, dL_do, W_qh)
        self.steps.append(step)
        return bool(np.isfinite([step.loss, step.norm]).all())

    def clipped(self, grads: Any) -> None:
        """Note the length of all gradients together after clipping."""
        self.steps[-1].after = _norm(grads)

    def _measured(self, task: str, *arguments: Any) -> Any:
        return self._yours[task](*arguments) if task in self._yours else None

    def __repr__(self) -> str:
        return wrap(self.summary()) if self.steps else "no steps"

    def summary(self) -> str:
        """What came of the run, in a few sentences."""
        last, steps = self.steps[-1], self.steps
        ends = "overflows" if not np.isfinite(last.norm) else f"ends with the loss {_mean_loss(self):.3g}"
        clipped = sum(one.after is not None and one.after < 0.999 * one.norm for one in steps)
        longest = max((one.norm for one in steps if np.isfinite(one.norm)), default=0.0)
        said = [f"{len(steps)} steps, it {ends}.", f"{clipped} are clipped, the longest gradient is {longest:.3g}."]
        radii = [one.radius for one in steps if one.radius is not None]
        if radii:
            said.append(f"ρ is above 1 at {sum(radius > 1 for radius in radii)} of them.")
        loud = [n for n, one in enumerate(steps, start=1) if one.verdict is not None and one.verdict[0] == "exploding"]
        if loud:
            said.append(f"The verdict is exploding at step{'s' * (len(loud) > 1)} {', '.join(map(str, loud[:8]))}.")
        return " ".join(said)

    def draw(self, **others: "Log") -> None:
        """The picture of this run, and of others beside it, with a table of the steps at which something happens."""
        tell_picture(self._namespace, runs_picture({"this run": self} | others))

    def rows(self, first: int, last: int) -> list[str]:
        """The table's lines of these steps, the first step being 1."""
        table = [list(_COLUMNS)]
        verdicts = ["verdict"]
        for number in range(max(1, first), min(last, len(self.steps)) + 1):
            one = self.steps[number - 1]
            cells = [one.loss, one.radius, one.amplified, one.state, one.norm, one.after]
            table.append([f"{number}", *("–" if cell is None else f"{cell:.3g}" for cell in cells)])
            verdicts.append(
                "–" if one.verdict is None else " ".join(str(part) for part in one.verdict if part is not None)
            )
        lines = [
            "".join(f"{cell:>{width}}" for cell, width in zip(row, _COLUMNS.values(), strict=True)) for row in table
        ]
        return [f"{line}  {verdict}" for line, verdict in zip(lines, verdicts, strict=True)]

    def event(self) -> tuple[int, str]:
        """The first step at which something happens, and what."""
        for number, one in enumerate(self.steps, start=1):
            if one.verdict is not None and one.verdict[0] != "stable":
                return number, "the first one with another verdict than stable"
            if one.after is not None and one.after < 0.999 * one.norm:
                return number, "the first one that is clipped"
        finite = bool(self.steps) and np.isfinite(self.steps[-1].norm)
        return len(self.steps), "the last one" if finite else "the one that overflows"


def _largest_entry(values: Any) -> float:
    return float(np.abs(np.asarray(values, dtype=float)).max(initial=0.0))


def _norm(grads: Any) -> float:
    """The length of all entries together, also where their squares would overflow."""
    entries = np.concatenate([np.abs(np.asarray(grad, dtype=float)).ravel() for grad in grads])
    largest = float(entries.max(initial=0.0))
    return largest * float(np.linalg.norm(entries / largest)) if np.isfinite(largest) and largest else largest


# The picture


def runs_picture(logs: Mapping[str, Log]) -> Picture:
    logs = {name: log for name, log in logs.items() if log.steps}
    words, captions = [], []
    for name, log in logs.items():
        at, what = log.event()
        words.append(f"{name.capitalize()}: {log.summary()}")
        first = at - 2 if at < len(log.steps) else at - 4
        told = [wrap(words[-1])] if in_jupyter() and has_matplotlib() else []  # elsewhere the words are the picture
        captions += ["", *told, f"Step {at} is {what}:", *log.rows(first, at + 2)]
    count = max((len(log.steps) for log in logs.values()), default=1)

    def draw(figure: Any) -> None:
        panels = figure.subplots(4, sharex=True)
        for (name, log), (style, width) in zip(logs.items(), _STYLES, strict=False):
            look = {"linestyle": style, "linewidth": width, "label": name, "marker": "." if count < 200 else ""}
            for axes, values in zip(panels, _curves(log), strict=True):
                axes.plot(range(1, len(values) + 1), np.minimum(np.array(values, dtype=float), _SHOWN_UP_TO), **look)
        for axes, label, line in zip(
            panels, ("loss", "ρ(W$_{hh}$)", "max A$_t$", "‖∂L/∂W$_{hh}$‖"), (0, 1, 10, 0), strict=True
        ):
            axes.set_ylabel(label)
            axes.grid(alpha=0.3)
            if line:
                axes.axhline(line, color="black", linewidth=0.8, linestyle="--")
        for axes in (panels[0], panels[2], panels[3]):
            axes.set_yscale("log")
            axes.set_ylim(top=min(axes.get_ylim()[1], 1e6))
        panels[1].set_ylim(0.5, 2)
        panels[3].set(xlabel="step of training", xscale="log" if count >= 200 else "linear", xlim=(1, count))
        figure.align_ylabels()
        if count < 200:
            panels[3].locator_params(axis="x", integer=True)
        if len(logs) > 1:
            panels[0].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(" ".join(words), draw, (7.5, 6.5), "\n".join(captions[1:]))


def _curves(log: Log) -> list[list[float]]:
    """Loss, radius, amplification and ‖∂L/∂W_hh‖ of each step; NaN where nothing was measured."""
    nothing = float("nan")
    return [
        [one.loss for one in log.steps],
        [nothing if one.radius is None else float(one.radius) for one in log.steps],
        [nothing if one.amplified is None else one.amplified for one in log.steps],
        [one.recurrent for one in log.steps],
    ]


def _mean_loss(log: Log) -> float:
    return float(np.mean([one.loss for one in log.steps[-20:]]))
