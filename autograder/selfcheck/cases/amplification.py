"""The public cases of `amplification`."""

import numpy as np

from autograder.selfcheck.cases.shared import DIGITS, Case, _case


def amplification_cases() -> list[Case]:
    dL_do, W_qh = np.array([[1, 0], [0, -2], [0, 0], [-1, 0]]), [[3, 4, 0], [0, 0, 1]]  # signals of length 5, 2, 0, 5
    dL_dh = np.array([[0, 0, 24], [0, 21, 28], [0, 6, 8], [-3, -4, 0]])
    quiet = {"dL_dh": [[0, 0, 21], [0, 0, -2], [0, 0, 0], [0, 0, 0]], "dL_do": [[-1, 0], [0, -2], [0, 0], [0, 0]]}

    def scaled(check: str, ask: str, factor: float) -> Case:
        args = {"dL_dh": dL_dh * factor, "dL_do": dL_do * factor, "W_qh": W_qh}
        return _case(check, ask, {"A": [2, 5, 2, 1]}, "entry", special=factor != 1, **args)

    return [
        _case(
            "one-step",
            "T = 1: what was sent, and what arrives?",
            {"A": [1]},
            dL_dh=[[3, 4]],
            dL_do=[[1]],
            W_qh=[[3, 4]],
        ),
        scaled("by-hand", "Take a pencil: how long is each signal, and which of them count for t?", 1.0),
        _case(
            "by-hand",
            DIGITS,
            {"A": np.array([2, 5, 2, 1]) / 7},
            "entry",
            dL_dh=dL_dh / 7.0,
            dL_do=dL_do * 1.0,
            W_qh=W_qh,
        ),
        _case(
            "by-hand",
            "Both outputs send something back at once: how long is what arrives?",
            {"A": [2, 1]},
            "entry",
            dL_dh=[[0, 0, 12], [1, 0, 0]],
            dL_do=[[1, -1], [1, 0]],
            W_qh=[[-1, 0, 0], [-4, 4, 0]],
        ),
        _case(
            "silent-end",
            "The last steps send no signal: what does 0/0 give, and what is asked for?",
            {"A": [3, 1, 0, 0]},
            "entry",
            special=True,
            dL_dh=quiet["dL_dh"],
            dL_do=quiet["dL_do"],
            W_qh=W_qh,
        ),
        _case(
            "faint-end",
            "What is left of 7e-20 that was added to 7, when the 7 is taken away again?",
            {"A": [3, 2, 3, 1]},
            "entry",
            special=True,
            dL_dh=[[0, 0, 21], [0, 0, -4], [0, 0, 21e-20], [-3e-20, -4e-20, 0]],
            dL_do=[[1, 0], [0, -2], [0, -2e-20], [-1e-20, 0]],
            W_qh=W_qh,
        ),
        scaled("tiny-loss", "The loss is scaled by 1e-200: what is the square of 1e-200 in float64?", 1e-200),
        scaled("huge-loss", "The loss is scaled by 1e200: what is the square of 1e200 in float64?", 1e200),
    ]
