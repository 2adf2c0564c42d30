"""Pictures that your functions draw: right code gives the right picture.

Each call names the functions of yours that it uses. Where matplotlib is not installed, a picture comes in words, which
are also its description for somebody who cannot see it. `python -m selfcheck` and `pytest` draw nothing.
"""

import base64
import html
import importlib.util
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.selfcheck.calling import call, quiet
from autograder.selfcheck.cases.shared import NOT_ATTEMPTED
from autograder.selfcheck.cases.table import cases_of
from autograder.selfcheck.words import error_text, steps_of, wrap, write

_LINES = ("-", "--", "-.", ":")  # told apart without colour
_MARKS = ("o", "s", "^", "D")


@dataclass(frozen=True)
class Picture:
    """What is drawn on a figure of matplotlib, its size in inches, what it shows in words, and what stands below it."""

    words: str
    draw: Callable[[Any], None]
    size: tuple[float, float] = (7.0, 3.6)
    caption: str = ""


# What you call


def draw_norms(namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 30) -> None:
    """How long ∂L/∂h_t is, for each W_hh, where only the last step has a loss. By your `hidden_grads`."""
    show_picture(namespace, ["hidden_grads"], lambda hidden_grads: norms_picture(hidden_grads, matrices, T))


def draw_terms(namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 8) -> None:
    """How long the terms of ∂L/∂h_t are, for each W_hh, where all steps have a loss. By your `expanded_terms`."""
    show_picture(namespace, ["expanded_terms"], lambda expanded_terms: terms_picture(expanded_terms, matrices, T))


def explore(namespace: Mapping[str, Any], radius: float = 1.0, T: int = 30) -> None:
    """The picture of `draw_norms` for a spectral radius of your choice: with sliders where ipywidgets is installed."""

    def picture(radius: float, T: int) -> Picture | str:
        matrices = {"normal": radius * _SHAPE * np.eye(4), "non-normal": radius * _SHAPE * np.eye(4) + _COUPLING}
        return make_picture(namespace, ["hidden_grads"], lambda hidden_grads: norms_picture(hidden_grads, matrices, T))

    if not (_in_notebook() and importlib.util.find_spec("ipywidgets")):
        tell_picture(namespace, picture(radius, T))
        return
    import ipywidgets
    from IPython.display import display

    sliders = (
        ipywidgets.FloatSlider(value=radius, min=0.5, max=1.5, step=0.05, description="radius"),
        ipywidgets.IntSlider(value=T, min=2, max=100, description="T"),
    )
    shown = ipywidgets.HTML()

    def follow(change: object = None) -> None:
        shown.value = _as_html(picture(sliders[0].value, sliders[1].value))

    for slider in sliders:
        slider.observe(follow, "value")
    follow()
    display(ipywidgets.VBox([*sliders, shown]))


def try_out(experiment: Callable[[], None]) -> None:
    """Run an experiment of the notebook; a task that it needs and that is not attempted yet is named in a line."""
    try:
        experiment()
    except NotImplementedError as error:
        steps = steps_of(error)
        write(sys.stdout, f"{NOT_ATTEMPTED[0].upper()}{NOT_ATTEMPTED[1:]}: {steps[-1].name if steps else 'a task'}")


# What is drawn


_SHAPE = np.array([1.0, -0.9, 0.7, 0.5])  # eigenvalues over the radius; they stand on the diagonal
_COUPLING = 2.0 * np.triu(np.ones((4, 4)), 1)  # above the diagonal: it moves no eigenvalue


def norm_curves(hidden_grads: Callable, matrices: Mapping[str, Any], T: int) -> dict[str, np.ndarray]:
    """‖∂L/∂h_t‖ for t = 1 … T and each W_hh. The last step alone has a loss, of length 1."""
    curves = {}
    for name, W_hh in matrices.items():
        W_hh = np.asarray(W_hh, dtype=float)
        dL_do = np.zeros((T, len(W_hh)))
        dL_do[-1] = 1 / np.sqrt(len(W_hh))
        dL_dh = _shaped(hidden_grads(dL_do, W_hh, np.eye(len(W_hh))), dL_do.shape, "hidden_grads")
        curves[name] = np.linalg.norm(dL_dh, axis=1)
    return curves


def norms_picture(hidden_grads: Callable, matrices: Mapping[str, Any], T: int) -> Picture:
    curves = norm_curves(hidden_grads, matrices, T)
    parts = []
    for name, curve in curves.items():
        steps = dict.fromkeys([T, *(t for t in range(T - T // 3, 1, -(T // 3 or 1)) if t > T // 4), 1])
        parts.append(f"{name}: " + ", ".join(f"{curve[t - 1]:.3g} at t = {t}" for t in steps))
    words = f"Length of ∂L/∂h_t, only step {T} has a loss. " + ". ".join(parts) + "."

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        for i, (name, curve) in enumerate(curves.items()):
            usable = np.isfinite(curve) & (curve > 0)
            look = {"linestyle": _LINES[i % 4], "marker": _MARKS[i % 4], "markevery": max(1, T // 10), "label": name}
            axes.plot(np.arange(1, T + 1)[usable], curve[usable], **look)
        axes.set(yscale="log", xlabel="step t (the gradient travels from right to left)", xlim=(0.5, T + 0.5))
        axes.set_ylabel("‖∂L/∂h$_t$‖")
        axes.grid(alpha=0.3)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(words, draw)


def term_lengths(expanded_terms: Callable, W_hh: np.ndarray, T: int) -> list[np.ndarray]:
    """For t = 1 … T the lengths of the terms of ∂L/∂h_t, in the order of their powers 0 … T−t. Each loss has length 1."""
    h = len(W_hh)
    dL_do = np.full((T, h), 1 / np.sqrt(h))
    lengths = []
    for t in range(1, T + 1):
        terms = _shaped(expanded_terms(dL_do.copy(), W_hh, np.eye(h), t), (T - t + 1, h), "expanded_terms")
        lengths.append(np.linalg.norm(terms, axis=1)[::-1])
    return lengths


def terms_picture(expanded_terms: Callable, matrices: Mapping[str, Any], T: int) -> Picture:
    bars = {name: term_lengths(expanded_terms, np.asarray(W, dtype=float), T) for name, W in matrices.items()}
    parts = [f"{name}: " + ", ".join(f"{length:.3g}" for length in lengths[0]) for name, lengths in bars.items()]
    words = f"Lengths of the terms of ∂L/∂h_1 from power 0 to power {T - 1}. " + ". ".join(parts) + "."

    def draw(figure: Any) -> None:
        for axes, (name, lengths) in zip(figure.subplots(1, len(bars), squeeze=False)[0], bars.items(), strict=True):
            tallest = max(float(np.sum(lengths_t)) for lengths_t in lengths)
            for t, lengths_t in enumerate(lengths, start=1):
                bottom = 0.0
                for power, length in enumerate(lengths_t):
                    grey = 0.95 - 0.6 * power / max(1, T - 1)
                    axes.bar(t, length, bottom=bottom, color=str(grey), edgecolor="black", linewidth=0.8)
                    if length > 0.05 * tallest:
                        ink = "black" if grey > 0.5 else "white"
                        axes.text(t, bottom + length / 2, str(power), ha="center", va="center", color=ink, size=8)
                    bottom += length
            axes.set(title=name, xlabel="step t", xticks=range(1, T + 1))
            axes.set_ylabel("lengths of the terms of ∂L/∂h$_t$,\nin each its power")

    return Picture(words, draw, (7.0, 3.6))


def _shaped(result: Any, shape: tuple[int, ...], task: str) -> np.ndarray:
    array = np.asarray(result, dtype=float)
    if array.shape != shape:
        raise ValueError(f"{task} gave shape {array.shape}, expected {shape}")
    return array


# How it is shown


def make_picture(namespace: Mapping[str, Any], tasks: list[str], picture: Callable[..., Picture]) -> Picture | str:
    """The picture that your functions draw, or the sentence that says why there is none."""
    waiting = [task for task in tasks if not _attempted(task, namespace.get(task))]
    if waiting:
        return f"{NOT_ATTEMPTED.capitalize()}: {', '.join(waiting)}."
    try:
        with quiet(), np.errstate(all="ignore"):
            return picture(*(namespace[task] for task in tasks))
    except KeyboardInterrupt:
        return "Interrupted: no picture."
    except BaseException as error:  # your code may raise anything, SystemExit included
        those = "its check cell" if len(tasks) == 1 else f"the check cells of {', '.join(tasks)}"
        return f"No picture yet: {error_text(error)}. What do{'es' * (len(tasks) == 1)} {those} say?"


def show_picture(namespace: Mapping[str, Any], tasks: list[str], picture: Callable[..., Picture]) -> None:
    """Show the picture of `make_picture`, or print its sentence."""
    if _is_watched(namespace):
        tell_picture(namespace, make_picture(namespace, tasks, picture))


def tell_picture(namespace: Mapping[str, Any], made: Picture | str) -> None:
    """A picture in a notebook; elsewhere its words."""
    if not _is_watched(namespace):
        return
    if isinstance(made, str) or not _has_matplotlib() or not _in_notebook():
        write(sys.stdout, wrap(_in_words(made)))
    else:
        from IPython.display import display

        display({"text/html": _as_html(made), "text/plain": made.words}, raw=True)
    if isinstance(made, Picture) and made.caption:
        write(sys.stdout, made.caption)


def _attempted(task: str, function: Any) -> bool:
    return callable(function) and not isinstance(call(task, function, cases_of(task)[0]).error, NotImplementedError)


def _is_watched(namespace: Mapping[str, Any]) -> bool:
    return "__cell_errors__" not in namespace  # load_notebook's mark


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return bool(ipython and getattr(ipython.get_ipython(), "kernel", None))


def _has_matplotlib() -> bool:
    return importlib.util.find_spec("matplotlib") is not None


def _in_words(made: Picture | str) -> str:
    if isinstance(made, str):
        return made
    return made.words if _has_matplotlib() else f"Without matplotlib, this picture comes in words. {made.words}"


def _as_html(made: Picture | str) -> str:
    if isinstance(made, str) or not _has_matplotlib():
        return f"<p>{html.escape(_in_words(made))}</p>"
    data = base64.b64encode(_png(made)).decode()
    return f'<img alt="{html.escape(made.words)}" src="data:image/png;base64,{data}">'


def _png(picture: Picture) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure, drawn = Figure(figsize=picture.size, facecolor="white", layout="constrained"), io.BytesIO()
    picture.draw(figure)
    FigureCanvasAgg(figure).print_png(drawn)
    return drawn.getvalue()
