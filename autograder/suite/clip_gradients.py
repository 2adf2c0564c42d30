"""`clip_gradients`: all gradients by one factor, where their joint norm is too large."""

import numpy as np

from autograder.engine.core.assignment import Cases, Check, Misconception, Rng, Task
from autograder.engine.judging.judges import judge_newness
from autograder.suite.checking import PURE, STEADY, refuses, values
from autograder.suite.drawing import different, matrix
from autograder.suite.reference import bptt


def _draw(rng: Rng) -> Cases:
    _, d, h, q = different(rng, 1, 2, 3, 4, 5)

    def grads(scale: float = 1.0) -> list[np.ndarray]:
        return [matrix(rng, *shape) * scale for shape in ((h, d), (h, h), (q, h))]

    def bad(array: int, value: float) -> list[np.ndarray]:
        arrays = grads()
        arrays[array].flat[rng.integers(0, arrays[array].size)] = value
        return arrays

    def some(low: float, high: float) -> float:
        return float(f"{rng.uniform(low, high):.3g}")

    def negative() -> list[np.ndarray]:
        return [-np.abs(array) for array in grads()]

    signs, m = rng.choice([-1.0, 1.0], 4), int(rng.integers(1, 4))
    entries = rng.permutation([1.0, 2.0, 2.0, 4.0]) * signs * m
    small = [entries[None, :2], entries[2:].copy()]  # norm 5m
    return {
        "small": (small, 2.0 * m),
        "general": (grads(), some(1.1, 1.9)),
        "again": (grads(), some(1.1, 1.9)),
        "below": (grads(), some(50, 200)),
        "far_below": (grads(0.01), some(5, 20)),
        "at_the_norm": (small, 5.0 * m),
        "one_array": ([matrix(rng, 3, 2)], some(0.2, 0.3)),
        "all_zero": ([np.zeros((3, 2)), np.zeros((3, 3))], some(1.1, 1.9)),
        "tiny": (grads(1e-9), some(0.5e-10, 1.5e-10)),
        "tiniest": (grads(1e-120), some(0.5e-121, 1.5e-121)),
        "huge": (grads(1e200), some(0.5e100, 1.5e100)),
        "largest": ([grads(scale)[array] for array, scale in enumerate((1e300, 1e280, 1e290))], some(0.5e295, 1.5e295)),
        "nan": (bad(1, np.nan), 1.0),
        "nan_first": (bad(0, np.nan), 1.0),
        "inf": (bad(2, -np.inf), 1.0),
        "zero_norm": (grads(), 0.0),
        "negative_norm": (grads(), -some(0.5, 2.0)),
        "negative": (negative(), some(0.2, 0.3)),
        "plus_inf": (bad(1, np.inf), 1.0),
        "just_above": (small, 4.75 * m),  # no array alone is as long
        "one_zero": ([0 * small[0], small[1]], 0.5),
    }


CHECKS = (
    values(
        "clips",
        3,
        "the joint norm is clipped, by one factor",
        "small general again negative one_array just_above one_zero",
    ),
    values("leaves", 1, "what is short enough stays as it is", "small below far_below at_the_norm all_zero"),
    values("large", 2, "entries up to 1e300 are clipped right", "huge largest"),
    values("tiny", 1, "gradients of 1e-9 and less are clipped right", "tiny tiniest"),
    refuses(
        "entries that are not finite, and max_norm ≤ 0, are refused",
        "nan nan_first inf plus_inf zero_norm negative_norm",
    ),
    Check("new", 0.5, "returns a new list of new arrays", (), judge_newness, gated=True),
)


def _clip(grads, max_norm, norm=None, factor=None, refuse=True):
    """`clip_gradients` with another norm or another factor."""
    if refuse and (max_norm <= 0 or not all(np.isfinite(g).all() for g in grads)):
        raise ValueError
    size = bptt.safe_norm([bptt.safe_norm(g) for g in grads]) if norm is None else norm(grads)
    scale = (max_norm / size if size > max_norm else 1.0) if factor is None else factor(size, max_norm)
    return [g * scale for g in grads]


def _joint(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads))


def _by_value(grads, max_norm, most):
    return [np.clip(g, -most, most) for g in _clip(grads, max_norm, factor=lambda size, m: 1.0)]


def _with_epsilon(grads, max_norm, epsilon, norm=None):
    return _clip(grads, max_norm, norm=norm, factor=lambda size, m: min(1.0, m / (size + epsilon)))


MISCONCEPTIONS = (
    Misconception(
        "epsilon", "a constant is added to the norm", "How much is 1e-6 beside a norm of 1e-9?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: min(1.0, m / (size + 1e-6))),
    ),
    Misconception(
        "each_alone", "each array is clipped by its own norm", "Does the direction of the whole step survive?",
        lambda grads, max_norm: [_clip([g], max_norm)[0] for g in grads],
    ),
    Misconception(
        "always_rescaled", "short gradients are stretched as well", "What should happen to a gradient that is short enough?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: m / size if size else 1.0),
    ),
    Misconception(
        "always_rescaled_with_epsilon", "short gradients are stretched as well, and 1e-6 is added to the norm",
        "What should happen to a gradient that is short enough?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: m / (size + 1e-6)),
    ),
    Misconception(
        "by_value", "the entries are cut off one by one", "Does the direction of the step survive?",
        lambda grads, max_norm: [np.clip(g, -max_norm, max_norm) for g in grads] if max_norm > 0 and all(
            np.isfinite(g).all() for g in grads) else _clip(grads, max_norm),
    ),
    Misconception(
        "overflow", "the norm overflows", "What is the square of 1e200? Which given function knows that?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=_joint),
    ),
    Misconception(
        "sum_of_norms", "the norms of the arrays are added", "Is the joint norm of two arrays the sum of their norms?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: sum(bptt.safe_norm(g) for g in gs)),
    ),
    Misconception(
        "largest_norm", "the largest of the arrays' norms is clipped", "Which norm is the joint one?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: max(bptt.safe_norm(g) for g in gs)),
    ),
    Misconception(
        "largest_entry", "the largest entry is taken for the norm", "Which norm is ‖·‖ in (15)?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: max(np.abs(g).max() for g in gs)),
    ),
    Misconception(
        "upside_down", "the factor is upside down", "Is the factor larger or smaller than 1 when a gradient is clipped?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: size / m if size > m else 1.0),
    ),
    Misconception(
        "squared_norm", "the squared norm is compared", "What is missing between the sum of squares and the norm?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: sum(np.sum(g**2) for g in gs)),
    ),
    Misconception(
        "never_clipped", "nothing is clipped", "What should the joint norm of the result be?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: 1.0),
    ),
    Misconception(
        "nothing_refused", "nothing is refused", "What can no factor make finite, and which max_norm makes no sense?",
        lambda grads, max_norm: _clip(grads, max_norm, refuse=False),
    ),
    Misconception(
        "non_finite_accepted", "entries that are not finite are accepted", "What can no factor make finite?",
        lambda grads, max_norm: _clip(grads, max_norm, refuse=max_norm <= 0),
    ),
    Misconception(
        "max_norm_unchecked", "max_norm ≤ 0 is accepted", "Which max_norm makes no sense?",
        lambda grads, max_norm: _clip(grads, max_norm, refuse=max_norm > 0),
    ),
    Misconception(
        "by_value_1", "the entries are cut off at ±1", "Where does your code use max_norm, and does the direction of the step survive?",
        lambda grads, max_norm: _by_value(grads, max_norm, 1.0),
    ),
    Misconception(
        "by_value_5", "the entries are cut off at ±5", "Where does your code use max_norm, and does the direction of the step survive?",
        lambda grads, max_norm: _by_value(grads, max_norm, 5.0),
    ),
    Misconception(
        "squared_in_factor", "the factor divides by the squared norm", "Which norm does the result have, once it is multiplied by your factor?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: m / (size * size) if size > m else 1.0),
    ),
    Misconception(
        "epsilon_8", "1e-8 is added to the norm", "How much is 1e-8 beside a norm of 1e-9?",
        lambda grads, max_norm: _with_epsilon(grads, max_norm, 1e-8),
    ),
    Misconception(
        "epsilon_12", "1e-12 is added to the norm", "How much is 1e-12 beside a norm of 1e-9?",
        lambda grads, max_norm: _with_epsilon(grads, max_norm, 1e-12),
    ),
    Misconception(
        "epsilon_and_overflow", "1e-6 is added to the norm, and the norm overflows",
        "How much is 1e-6 beside a norm of 1e-9, and what is the square of 1e200?",
        lambda grads, max_norm: _with_epsilon(grads, max_norm, 1e-6, norm=_joint),
    ),
    Misconception(
        "sum_of_entries", "absolute values are added in place of the norm", "Which norm is ‖·‖ in (15)?",
        lambda grads, max_norm: _clip(grads, max_norm, norm=lambda gs: sum(np.abs(g).sum() for g in gs)),
    ),
    Misconception(
        "tiny_left_alone", "tiny gradients are left as they are", "Is a norm of 1e-9 short if max_norm is 1e-10?",
        lambda grads, max_norm: _clip(
            grads, max_norm, factor=lambda size, m: m / size if size > m and size > 1e-8 else 1.0
        ),
    ),
    Misconception(
        "floor", "a norm below 1e-8 counts as 1e-8", "Is a norm of 1e-9 short if max_norm is 1e-10?",
        lambda grads, max_norm: _clip(grads, max_norm, factor=lambda size, m: min(1.0, m / max(size, 1e-8))),
    ),
)  # fmt: skip

TASK = Task(
    "clip_gradients",
    points=2.0,
    returns=("the clipped gradients",),
    form="arrays",
    function=bptt.clip_gradients,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
