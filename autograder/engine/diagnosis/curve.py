"""The picture beside a wrong answer: the norms of its rows, and of those that are expected."""

import math

import numpy as np

from autograder.engine.core.result import Curve
from autograder.engine.judging.answered import AnsweredTask

_FEW_STEPS = 6  # make no curve
_VISIBLY_APART = 1.5  # in a picture


def curve(answered: AnsweredTask) -> Curve | None:
    """The norms of wrong rows beside the right ones, on the test case where they lie furthest apart."""
    if not answered.task.curve:
        return None
    found = []
    for case in answered.cases.names:
        got, expected = answered.answers[case].value, answered.expected[case]
        if answered.answers[case].kind != "value" or not isinstance(expected, np.ndarray):
            continue
        if got.shape == expected.shape and len(got) >= _FEW_STEPS:
            pair = Curve(_norms(got), _norms(expected))
            found.append((_apart(pair), len(got), pair))
    best = max(found, key=lambda entry: entry[:2], default=None)
    return best[2] if best and best[0] > _VISIBLY_APART else None


def _apart(curve: Curve) -> float:
    """The largest factor between two norms of one step."""
    pairs = [(a, b) for a, b in zip(curve.got, curve.expected, strict=True) if b]
    return max((max(a / b, b / a) if a else math.inf for a, b in pairs), default=0.0)


def _norms(rows: np.ndarray) -> tuple[float | None, ...]:
    norms = [math.hypot(*row) for row in rows]  # neither overflows nor underflows
    return tuple(float(f"{norm:.4g}") if math.isfinite(norm) else None for norm in norms)
