"""The public cases of `detect_explosion`."""

from typing import Any

import numpy as np

from autograder.selfcheck.cases.shared import Case, _case


def detect_explosion_cases() -> list[Case]:
    dL_dh, dL_do = np.array([[3.0, 4], [0, 20], [15, 0], [0, 1]]), np.array([[0.0], [0], [0], [1]])
    W_qh, edge = np.array([[0.0, 1]]), np.array([[0.0, 10], [0, 1]])
    nan, both, last, silent, zero = dL_dh.copy(), dL_dh.copy(), dL_dh.copy(), 0 * dL_dh, 0 * dL_dh
    unseen = np.hstack([0 * dL_do, dL_do + 1]), np.vstack([W_qh, 0 * W_qh])
    nan[0, 1] = both[1, 0] = silent[2, 1] = np.nan
    both[2, 1], last[3, 0] = -np.inf, np.inf
    late, quiet = np.vstack([dL_dh, zero[:2]]), np.vstack([dL_do, [[0.0], [0.0]]])
    both_ways, opposite = np.array([[1.0, -1], [-1, 1]]), np.array([[1.0], [-1]])
    several = (  # each step has a signal of length 5
        np.array([[180.0, 240, 0], [90, 90, 105], [30, 60, 60], [3, 4, 0]]),
        np.array([[-5.0, 1], [1, 1], [-5, 1], [1, 1]]),
        np.array([[1.0, 0, 0], [2, 4, 0]]),
    )
    walk = "A is 5, 20, 15, 1: which step is met first on the way back, and is t the index of a row?"
    square = "Does the scale of a loss change A_t? What is the square of 1e-200, or of 1e200?"
    order = "What is looked at first, and in which direction?"
    table: tuple[tuple[Any, ...], ...] = (
        ("exploding", walk, ("exploding", 3), dL_dh, dL_do, W_qh),
        ("exploding", walk, ("exploding", 2), dL_dh, dL_do, W_qh, 16.0),
        ("exploding", "A is 5, 20, 15, 1, 0, 0: does the walk go on behind T?", ("exploding", 3), late, quiet, W_qh),
        (
            "exploding",
            "A is 15, 11, 9, 1: which signals have come in at t, and how long are they?",
            ("exploding", 2),
            *several,
        ),
        ("stable", "A is 5, 20, 15, 1: is one of them too large?", ("stable", None), dL_dh, dL_do, W_qh, 30.0),
        ("stable", "A is 10, 1: is A_1 larger than the threshold?", ("stable", None), edge, dL_do[2:], W_qh),
        (
            "exploding",
            "A is 10, 1, and the threshold 1.5: where does the walk end?",
            ("exploding", 1),
            edge,
            -dL_do[2:],
            W_qh,
            1.5,
        ),
        ("stable", "T = 1: can anything have grown?", ("stable", None), dL_dh[3:], dL_do[3:], W_qh),
        ("stable", "What does the docstring say of small A_t?", ("stable", None), dL_dh * 1e-9, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 1), nan, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 3), both, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 3), silent, 0 * dL_do, W_qh),
        ("non-finite", order, ("non_finite", 4), last, dL_do, W_qh),
        ("no-signal", "What do the outputs send back here?", ("no_signal", None), zero, 0 * dL_do, W_qh),
        ("no-signal", "Can all signals be zero although dL_do is not?", ("no_signal", None), zero, *unseen),
        (
            "no-signal",
            "Can signals add up to zero that are not zero?",
            ("stable", None),
            both_ways,
            opposite,
            both_ways[:1],
        ),
        ("loss-scale", square, ("exploding", 3), dL_dh * 1e-200, dL_do * 1e-200, W_qh),
        ("loss-scale", square, ("exploding", 3), dL_dh * 1e200, dL_do * 1e200, W_qh),
        ("refuses", "Which thresholds make no sense?", ValueError, dL_dh, dL_do, W_qh, 1.0),
        ("refuses", "Which thresholds make no sense?", ValueError, dL_dh, dL_do, W_qh, -5.0),
        ("refuses", "What is looked at first?", ValueError, nan, dL_do, W_qh, 0.5),
        ("refuses", "Is a whole number a threshold, too?", ValueError, nan, dL_do, W_qh, 1),
    )
    names = ("dL_dh", "dL_do", "W_qh", "threshold")
    return [
        _case(check, ask, want, special=check == "loss-scale", **dict(zip(names, args, strict=False)))
        for check, ask, want, *args in table
    ]
