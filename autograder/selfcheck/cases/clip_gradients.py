"""The public cases of `clip_gradients`."""

from typing import Any

import numpy as np

from autograder.selfcheck.cases.shared import DIGITS, Case, _case


def clip_gradients_cases() -> list[Case]:
    grads, zeros = [[[1, -2]], [2, 4]], [[0, 0], [[0]]]  # the joint norm of the first is 5
    joint = "What is the norm of all entries together, and how many factors are there?"
    compared = "Which comparisons with a norm that is NaN or infinite are true?"
    table: tuple[tuple[str, str, Any, Any, float], ...] = (
        ("by-hand", joint, [[[0.5, -1]], [1, 2]], grads, 2.5),
        ("by-hand", joint, [[[0.6], [0.8]]], [[[3], [4]]], 1.0),
        ("by-hand", joint, [[[-0.6], [-0.8]]], [[[-3], [-4]]], 1.0),
        ("by-hand", joint, [[[0.9, -1.8]], [1.8], [[3.6]]], [[[1, -2]], [2], [[4]]], 4.5),
        ("by-hand", joint, [[[0, 0]], [[0.6], [0.8]]], [[[0, 0]], [[3], [4]]], 1.0),
        ("by-hand", DIGITS, [[[1 / 35, -2 / 35]], [2 / 35, 4 / 35]], grads, 1 / 7),
        ("short-ones", "Is the joint norm too large?", grads, grads, 5.0),
        ("short-ones", "Is the joint norm too large?", grads, grads, 100.0),
        ("short-ones", "All entries are zero: by what would you divide?", zeros, zeros, 1.0),
        (
            "tiny-entries",
            "How much is 1e-6, or 1e-12, beside a norm of 5e-9?",
            [[[0.6e-10]], [0.8e-10, 0]],
            [[[3e-9]], [4e-9, 0]],
            1e-10,
        ),
        (
            "tiny-entries",
            "Which norms does your code take for zero?",
            [[[0.6e-121]], [0.8e-121, 0]],
            [[[3e-120]], [4e-120, 0]],
            1e-121,
        ),
        ("large-entries", "What is the square of 1e300 in float64?", [[[0.6]], [0.8, 0]], [[[3e299]], [4e299, 0]], 1.0),
        (
            "large-entries",
            "Which intermediate result is larger than any float64, and must it be that large?",
            [[[0.6e20]], [0.8e20, 0]],
            [[[3e299]], [4e299, 0]],
            1e20,
        ),
        ("refuses", compared, ValueError, [[[1, np.nan]], [2, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [np.inf, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [-np.inf, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [3, np.nan]], 1.0),
        ("refuses", "Which max_norm make no sense?", ValueError, grads, 0.0),
        ("refuses", "Which max_norm make no sense?", ValueError, grads, -1.0),
    )

    def row(check: str, ask: str, want: Any, grads: Any, max_norm: float) -> Case:
        arrays = want if want is ValueError else {f"clipped[{i}]": part for i, part in enumerate(want)}
        return _case(check, ask, arrays, special=check.endswith("entries"), grads=grads, max_norm=max_norm)

    return [row(*line) for line in table]
