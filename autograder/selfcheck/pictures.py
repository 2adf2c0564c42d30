"""Pictures that your functions draw: right code gives the right picture. Each call names the functions that it uses."""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.selfcheck.showing import Picture, as_html, in_jupyter, make_picture, show_picture, tell_picture

_LINES = ("-", "--", "-.", ":")  # told apart without colour
_MARKS = ("o", "s", "^", "D")
_FURTHEST = 100  # steps back that `explore` shows


# What you call


def draw_norms(
    namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 30, signal: Sequence[float] | None = None
) -> None:
    """How long ∂L/∂h_t is, for each W_hh, where only the last step has a loss. By your `hidden_grads`.

    `signal` is W_qhᵀ ∂L/∂o_T, what the last step sends back; without it, all its entries are equal and its length is 1.
    """
    show_picture(namespace, ["hidden_grads"], lambda hidden_grads: norms_picture(hidden_grads, matrices, T, signal))


def draw_terms(namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 8) -> None:
    """How long each term of ∂L/∂h_1 is, for each W_hh, where all steps have a loss. By your `expanded_terms`."""
    show_picture(namespace, ["expanded_terms"], lambda expanded_terms: terms_picture(expanded_terms, matrices, T))


def draw_reach(namespace: Mapping[str, Any], matrices: Mapping[str, Any], T: int = 60) -> None:
    """How long ∂L/∂W_hx and ∂L/∂W_hh are for sequences of 1 to T steps, for each W_hh. By three functions of yours."""
    used = ["forward", "hidden_grads", "parameter_grads"]
    show_picture(namespace, used, lambda *functions: reach_picture(functions, matrices, T))


def explore(namespace: Mapping[str, Any], radius: float = 1.0, T: int = 30) -> None:
    """A normal and a non-normal matrix of one spectral radius: with sliders where ipywidgets is installed."""

    def picture(radius: float, T: int) -> Picture | str:
        matrices = {"normal": radius * np.eye(4), "non-normal": radius * np.eye(4) + _COUPLING}
        return make_picture(
            namespace, ["hidden_grads"], lambda hidden_grads: norms_picture(hidden_grads, matrices, T, axes=_FIXED)
        )

    if not (in_jupyter() and importlib.util.find_spec("ipywidgets")):
        tell_picture(namespace, picture(radius, T))
        return
    import ipywidgets
    from IPython.display import display

    drawn_when_released = {"continuous_update": False}
    sliders = (
        ipywidgets.FloatSlider(value=radius, min=0.5, max=1.5, step=0.05, description="radius", **drawn_when_released),
        ipywidgets.IntSlider(value=T, min=2, max=_FURTHEST, description="T", **drawn_when_released),
    )
    shown = ipywidgets.HTML()

    def follow(change: object = None) -> None:
        shown.value = as_html(picture(sliders[0].value, sliders[1].value))

    for slider in sliders:
        slider.observe(follow, "value")
    follow()
    display(ipywidgets.VBox([*sliders, shown]))


# What is drawn


_COUPLING = 0.3 * np.triu(np.ones((4, 4)), 1)  # above the diagonal: it moves no eigenvalue
_FIXED = {"xlim": (0, _FURTHEST), "ylim": (1e-6, 1e6)}


def norm_curves(
    hidden_grads: Callable, matrices: Mapping[str, Any], T: int, signal: Sequence[float] | None = None
) -> dict[str, np.ndarray]:
    """‖∂L/∂h_t‖ for t = 1 … T and each W_hh. The last step alone has a loss."""
    curves = {}
    for name, W_hh in matrices.items():
        W_hh = np.asarray(W_hh, dtype=float)
        dL_do = np.zeros((T, len(W_hh)))
        dL_do[-1] = 1 / np.sqrt(len(W_hh)) if signal is None else signal
        dL_dh = _shaped(hidden_grads(dL_do, W_hh, np.eye(len(W_hh))), dL_do.shape, "hidden_grads")
        curves[name] = np.linalg.norm(dL_dh, axis=1)
    return curves


def norms_picture(
    hidden_grads: Callable,
    matrices: Mapping[str, Any],
    T: int,
    signal: Sequence[float] | None = None,
    axes: Mapping[str, Any] | None = None,
) -> Picture:
    curves = norm_curves(hidden_grads, matrices, T, signal)
    parts = []
    for name, curve in curves.items():
        steps = dict.fromkeys([T, *(t for t in range(T - T // 3, 1, -(T // 3 or 1)) if t > T // 4), 1])
        parts.append(f"{name}: " + ", ".join(f"{curve[t - 1]:.3g} at t = {t}" for t in steps))
    sent = "all entries equal" if signal is None else f"({', '.join(f'{entry:g}' for entry in signal)})"
    words = f"Length of ∂L/∂h_t; only step {T} has a loss, its signal has {sent}. {'. '.join(parts)}."
    words = words.replace("signal has (", "signal is (")
    limits = axes or {"xlim": (0, max(T - 1, 1))}

    def draw(figure: Any) -> None:
        plot = figure.subplots()
        back = np.arange(T)  # steps back from T
        for i, (name, curve) in enumerate(curves.items()):
            length = curve[::-1]
            usable = np.isfinite(length) & (length > 0)
            look = {"linestyle": _LINES[i % 4], "marker": _MARKS[i % 4], "markevery": max(1, T // 10), "label": name}
            plot.plot(back[usable], length[usable], **look)
        plot.set(
            yscale="log", xlabel=f"steps back from T = {T} (from left to right, the way of the gradient)", **limits
        )
        plot.set_ylabel("‖∂L/∂h$_t$‖")
        plot.grid(alpha=0.3)
        plot.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(words, draw)


def term_lengths(expanded_terms: Callable, W_hh: np.ndarray, T: int) -> tuple[np.ndarray, float]:
    """The lengths of the terms of ∂L/∂h_1, that of the loss of step s in place s−1, and the length of their sum."""
    h = len(W_hh)
    dL_do = np.full((T, h), 1 / np.sqrt(h))
    terms = _shaped(expanded_terms(dL_do, W_hh, np.eye(h), 1), (T, h), "expanded_terms")
    return np.linalg.norm(terms, axis=1)[::-1], float(np.linalg.norm(terms.sum(axis=0)))


def terms_picture(expanded_terms: Callable, matrices: Mapping[str, Any], T: int) -> Picture:
    lengths = {name: term_lengths(expanded_terms, np.asarray(W, dtype=float), T) for name, W in matrices.items()}
    parts = [
        f"{name}: {', '.join(f'{length:.3g}' for length in terms)}; their sum has the length {total:.3g}"
        for name, (terms, total) in lengths.items()
    ]
    words = f"Lengths of what the losses of the steps 1 to {T} send back to h_1. {'. '.join(parts)}."

    def draw(figure: Any) -> None:
        for axes, (name, (terms, total)) in zip(
            figure.subplots(1, len(lengths), squeeze=False)[0], lengths.items(), strict=True
        ):
            axes.bar(range(1, T + 1), terms, color="0.75", edgecolor="black", linewidth=0.8)
            axes.axhline(total, color="black", linestyle="--", linewidth=1)
            axes.text(0.5, total, "‖∂L/∂h$_1$‖", va="bottom", size=9)
            axes.set(title=name, xlabel="step s of the loss", xticks=range(1, T + 1), xlim=(0.4, T + 0.6))
            axes.set_ylim(0, 1.15 * max(total, *terms))
            axes.set_ylabel("length of the term in ∂L/∂h$_1$")

    return Picture(words, draw)


def reach_lengths(functions: Sequence[Callable], W_hh: np.ndarray, T: int) -> np.ndarray:
    """‖∂L/∂W_hx‖ and ‖∂L/∂W_hh‖ for sequences of 1 … T steps, as two rows. Random inputs; only the last step has a loss."""
    forward, hidden_grads, parameter_grads = functions
    h, eye, lengths = len(W_hh), np.eye(len(W_hh)), np.empty((2, T))
    inputs = np.random.default_rng(0).normal(size=(T, h))
    for steps in range(1, T + 1):
        x, dL_do = inputs[:steps], np.zeros((steps, h))
        dL_do[-1] = 1 / np.sqrt(h)
        states = forward(x, eye[0], eye, W_hh, eye)[0]
        grads = parameter_grads(x, np.asarray(states), dL_do, np.asarray(hidden_grads(dL_do, W_hh, eye)))
        lengths[:, steps - 1] = [np.linalg.norm(grad) for grad in grads[:2]]
    return lengths


def reach_picture(functions: Sequence[Callable], matrices: Mapping[str, Any], T: int) -> Picture:
    found = {name: reach_lengths(functions, np.asarray(W, dtype=float), T) for name, W in matrices.items()}
    parts = [f"{name}: {hx[-1]:.3g} and {hh[-1]:.3g}" for name, (hx, hh) in found.items()]
    words = f"Lengths of ∂L/∂W_hx and ∂L/∂W_hh for sequences of {T} steps. {'. '.join(parts)}."

    def draw(figure: Any) -> None:
        both = figure.subplots(1, 2, sharey=True)
        for axes, row, name in zip(both, (0, 1), ("hx", "hh"), strict=True):
            for i, (label, lengths) in enumerate(found.items()):
                look = {
                    "linestyle": _LINES[i % 4],
                    "marker": _MARKS[i % 4],
                    "markevery": max(1, T // 8),
                    "label": label,
                }
                axes.plot(range(1, T + 1), lengths[row], **look)
            axes.set(yscale="log", xlabel="steps T of the sequence", title=f"‖∂L/∂W$_{{{name}}}$‖")
            axes.grid(alpha=0.3)
        both[1].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)

    return Picture(words, draw)


def _shaped(result: Any, shape: tuple[int, ...], task: str) -> np.ndarray:
    array = np.asarray(result, dtype=float)
    if array.shape != shape:
        raise ValueError(f"{task} gave shape {array.shape}, expected {shape}")
    return array
