"""A small picture as inline SVG: norms over the steps on a log axis. Told apart without colour."""

import math

from markupsafe import Markup, escape

from autograder.engine.core.result import Curve

_WIDTH, _HEIGHT = 520, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 14, 40
_MAX_TICKS = 5


def norms(curve: Curve, rows: str) -> Markup:
    """The norms of `rows` over t, the answer's as crosses on a dashed line, the expected ones as a plain line with dots."""
    finite = [v for v in (*curve.got, *curve.expected) if v is not None and v > 0]
    low, high = (math.log10(min(finite)), math.log10(max(finite))) if finite else (0.0, 0.0)
    low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    step = math.ceil((high - low) / _MAX_TICKS)
    steps = len(curve.expected)

    def x(t: int) -> float:
        return _LEFT + (t - 1) / max(steps - 1, 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(exponent: float) -> float:
        return _TOP + (high - exponent) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(e):.1f}" y2="{y(e):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y(e) + 4:.1f}" text-anchor="end">10<tspan class="power" dy="-5">{e}</tspan></text>'
        for e in range(low, high + 1, step)
    ]
    parts += [
        f'<text x="{x(t):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{t}</text>'
        for t in sorted({1, *range(math.ceil(steps / 4), steps, max(math.ceil(steps / 4), 1)), steps})
    ]
    parts.append(f'<text x="{(_LEFT + _WIDTH) / 2}" y="{_HEIGHT - 4}" text-anchor="middle">step t</text>')
    for name, values in (("expected", curve.expected), ("yours", curve.got)):
        shown = [(x(t), y(math.log10(v))) for t, v in enumerate(values, start=1) if v is not None and v > 0]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in shown)
        parts.append(f'<polyline class="{name}" points="{points}"/>')
        parts += [_mark(name, a, b) for a, b in shown]
    return _svg(_title(curve, rows), parts)


def _mark(name: str, a: float, b: float) -> str:
    if name == "expected":
        return f'<circle class="expected" cx="{a:.1f}" cy="{b:.1f}" r="2.5"/>'
    return f'<path class="yours" d="M{a - 3.5:.1f} {b - 3.5:.1f}l7 7m0-7l-7 7"/>'


def _title(curve: Curve, rows: str) -> str:
    """The picture in words: both ends of both curves, and what a log axis cannot show."""
    parts = []
    for name, values in (("expected", curve.expected), ("yours", curve.got)):
        first, last = (("not finite" if v is None else f"{v:.2g}") for v in (values[0], values[-1]))
        parts.append(f"{name} {last} at t = {len(values)} and {first} at t = 1")
    hidden = sum(v is None or v == 0 for v in curve.got)
    rest = f" {hidden} of your norms are zero or not finite and are not drawn." if hidden else ""
    return f"Norm of {rows} over t on a log axis: {'; '.join(parts)}.{rest}"


def _svg(title: str, parts: list[str]) -> Markup:
    text = escape(title)
    return Markup(
        f'<svg role="img" aria-label="{text}" viewBox="0 0 {_WIDTH} {_HEIGHT}"><title>{text}</title>{"".join(parts)}</svg>'
    )
