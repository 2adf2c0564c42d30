"""A class as bars, in inline SVG: how many students have how many points, and when they handed in. Told apart without colour.

A bar has two parts: the lower one is filled, and the upper one, of those who are in some way open, is an outline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 560, 190
_SIDE, _TOP, _BOTTOM = 20, 30, 34
_MOST_LABELS = 9


@dataclass(frozen=True)
class Bars:
    """What is drawn: the two parts of each bar, the labels at the edges between them (or none), and lines at some places.

    `edges` has one label more than there are bars; `lines` are places from 0 to 1 with what stands there.
    """

    filled: Sequence[int]
    outlined: Sequence[int]
    edges: Sequence[str]
    lines: Sequence[tuple[float, str]] = ()


def drawn(bars: Bars, words: str) -> Markup:
    """The picture, and in words what it shows."""
    width = (_WIDTH - 2 * _SIDE) / max(len(bars.filled), 1)
    sums = [low + high for low, high in zip(bars.filled, bars.outlined, strict=True)]
    unit = (_HEIGHT - _TOP - _BOTTOM) / max(*sums, 1)
    floor = _HEIGHT - _BOTTOM
    parts = [f'<line class="floor" x1="{_SIDE}" x2="{_WIDTH - _SIDE}" y1="{floor}" y2="{floor}"/>']
    for place, label in bars.lines:
        x = _SIDE + min(max(place, 0.0), 1.0) * (_WIDTH - 2 * _SIDE)
        anchor = "end" if place > 0.7 else "start" if place < 0.3 else "middle"
        parts.append(f'<line class="at" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 12}" y2="{floor}"/>')
        parts.append(_text(x, _TOP - 17, label, anchor))
    for number, (low, high) in enumerate(zip(bars.filled, bars.outlined, strict=True)):
        left = _SIDE + number * width
        middle, top = left + width / 2, floor - unit * low
        if low:
            parts.append(_rect("filled", left, top, width, unit * low))
        if high:
            parts.append(_rect("outlined", left, top - unit * high, width, unit * high))
        if low or high:
            parts.append(_text(middle, floor - unit * (low + high) - 4, str(low + high)))
    labels = [(number, label) for number, label in enumerate(bars.edges) if label]
    every = -(-len(labels) // _MOST_LABELS) or 1
    for number, label in labels[::every]:
        at_the_end = number == len(bars.filled) and len(label) > 3  # half of a long label would be cut off
        x = _WIDTH if at_the_end else _SIDE + number * width
        parts.append(_text(x, floor + 16, label, "end" if at_the_end else "middle"))
    said = escape(words)
    return Markup(
        f'<svg role="img" aria-label="{said}" viewBox="0 0 {_WIDTH} {_HEIGHT}"><title>{said}</title>{"".join(parts)}</svg>'
    )


def _rect(kind: str, left: float, top: float, width: float, height: float) -> str:
    gap = min(2.0, width / 6)
    return (
        f'<rect class="{kind}" x="{left + gap:.1f}" y="{top:.1f}" width="{width - 2 * gap:.1f}" height="{height:.1f}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
