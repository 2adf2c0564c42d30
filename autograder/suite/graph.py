"""Draws the computational graph for three time steps, plain and with the gradient's paths to h_1.

`python -m autograder.suite.graph` writes the narrative's pictures `graph.png`, `paths.png` and `overflow.png` into
`solution/`. They are committed: a build copies their bytes, so it needs no matplotlib and gives the same notebook everywhere. PNG, because Colab
shows no other picture that stands in a notebook's text.
"""

import io
from typing import Any

from autograder.engine.core.places import SOLUTION
from autograder.suite import overflow

_BLUE, _RED, _GREEN, _SHADE, _FAINT = "#0072B2", "#C44000", "#007A5A", "#D4D4D4", "#B0B0B0"
# The way from each loss to h_1: its colour and dashes, and how far it keeps from the middle of the row of states.
_WAYS = {1: (_GREEN, "-", 0.0), 2: (_BLUE, (0, (5, 1.5)), -0.1), 3: (_RED, (0, (1, 1)), 0.1)}
_STATES, _OUTPUT_TIMES, _OUTPUTS, _LOSSES, _MEAN, _LOSS = 2.0, 3.0, 3.8, 4.6, 5.5, 6.2  # heights
_INPUT_TIMES, _INPUTS = 1.0, 0.2


def _places() -> tuple[dict[str, tuple[str, float, float, str]], list[tuple[str, str]]]:
    """The nodes, by name: kind, place and label; and the arrows between them, as the forward pass goes."""
    nodes = {
        "h0": ("value", 0.0, _STATES, "$h_0$"),
        "mean": ("operator", 5.4, _MEAN, "mean"),
        "L": ("value", 5.4, _LOSS, "$L$"),
    }
    arrows = [("mean", "L")]
    for t in (1, 2, 3):
        at = 2.7 * t - 1.9  # of the product; the sum and the state stand to its right
        nodes |= {
            f"carry{t}": ("operator", at, _STATES, "×"),
            f"W_hh{t}": ("parameter", at, _INPUT_TIMES, "$W_{hh}$"),
            f"plus{t}": ("operator", at + 0.95, _STATES, "+"),
            f"drive{t}": ("operator", at + 0.95, _INPUT_TIMES, "×"),
            f"W_hx{t}": ("parameter", at + 1.8, _INPUT_TIMES, "$W_{hx}$"),
            f"x{t}": ("value", at + 0.95, _INPUTS, f"$x_{t}$"),
            f"h{t}": ("value", at + 1.9, _STATES, f"$h_{t}$"),
            f"read{t}": ("operator", at + 1.9, _OUTPUT_TIMES, "×"),
            f"W_qh{t}": ("parameter", at + 0.95, _OUTPUT_TIMES, "$W_{qh}$"),
            f"o{t}": ("value", at + 1.9, _OUTPUTS, f"$o_{t}$"),
            f"l{t}": ("operator", at + 1.9, _LOSSES, "$l$"),
            f"y{t}": ("value", at + 0.95, _LOSSES, f"$y_{t}$"),
        }
        arrows += [
            (f"h{t - 1}", f"carry{t}"), (f"W_hh{t}", f"carry{t}"), (f"carry{t}", f"plus{t}"), (f"x{t}", f"drive{t}"),
            (f"W_hx{t}", f"drive{t}"), (f"drive{t}", f"plus{t}"), (f"plus{t}", f"h{t}"), (f"h{t}", f"read{t}"),
            (f"W_qh{t}", f"read{t}"), (f"read{t}", f"o{t}"), (f"o{t}", f"l{t}"), (f"y{t}", f"l{t}"), (f"l{t}", "mean"),
        ]  # fmt: skip
    return nodes, arrows


def _draw(with_ways: bool) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 5.94), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-0.4, 9.3), ylim=(-0.2, 6.5), aspect="equal")
    axes.axis("off")
    nodes, arrows = _places()
    colour = _FAINT if with_ways else "black"
    for start, end in arrows:
        place, tip = nodes[start][1:3], nodes[end][1:3]
        style: dict[str, Any] = {"arrowstyle": "-|>", "color": colour, "lw": 1}
        style |= {"shrinkA": 13, "shrinkB": 18 if end == "mean" else 13}  # points between an arrow and its nodes
        axes.annotate("", tip, place, arrowprops=style, zorder=1)
    if with_ways:
        axes.plot([nodes["L"][1]] * 2, [_MEAN, _LOSS - 0.2], color="black", lw=3, zorder=2)
        for s in _WAYS:
            _way(axes, nodes, s)
    for kind, x, y, label in nodes.values():
        shape = {"parameter": "square,pad=0.35", "operator": "circle,pad=0.25", "value": "square,pad=0.15"}[kind]
        box: dict[str, Any] = {"boxstyle": shape, "facecolor": _SHADE if kind == "parameter" else "white"}
        box |= {"edgecolor": "white" if kind == "value" else "black", "linewidth": 0 if kind == "value" else 1}
        axes.text(x, y, label, ha="center", va="center", size=9 if label == "mean" else 13, bbox=box, zorder=3)
    return figure


def _way(axes: Any, nodes: dict[str, tuple[str, float, float, str]], s: int) -> None:
    """The way of the loss of step s back to h_1: down to h_s, then left through the states."""
    colour, dashes, aside = _WAYS[s]
    column, end = nodes[f"h{s}"][1], nodes["h1"][1]
    corners = [(nodes["mean"][1], _MEAN), (column, _LOSSES)]
    corners += [(column, _STATES + aside), (end + 0.33, _STATES + aside)] if s > 1 else [(end, _STATES + 0.33)]
    axes.plot(*zip(*corners, strict=True), color=colour, linestyle=dashes, lw=3, zorder=2)
    axes.plot(*corners[-1], "<" if s > 1 else "v", color=colour, markersize=9, zorder=2)
    axes.text(column + 0.28, _OUTPUT_TIMES, "$W_{qh}^\\top$", color=colour, size=13, va="center")
    axes.text(column + 0.28, (_OUTPUTS + _LOSSES) / 2, f"step {s}", color=colour, size=11, va="center")
    if s > 1:
        axes.text(nodes[f"carry{s}"][1], _STATES + 0.42, "$W_{hh}^\\top$", color="black", size=13, ha="center")


def picture(name: str) -> bytes:
    """The PNG of `graph`, `paths` or `overflow`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure, drawn = overflow.figure() if name == "overflow" else _draw(with_ways=name == "paths"), io.BytesIO()
    FigureCanvasAgg(figure).print_png(drawn, metadata={"Software": None})
    reduced = Image.open(drawn).convert("RGB").quantize(32, dither=Image.Dither.NONE)  # line art: a third of the bytes
    packed = io.BytesIO()
    reduced.save(packed, "PNG", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    for name in ("graph", "paths", "overflow"):
        (SOLUTION / f"{name}.png").write_bytes(picture(name))
