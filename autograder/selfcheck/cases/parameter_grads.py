"""The public cases of `parameter_grads`."""

from typing import Any

import numpy as np

from autograder.selfcheck.cases.shared import DIGITS, NET, SMALL, Case, _by, _case, _only, _states


def parameter_grads_cases() -> list[Case]:
    h = _states()
    args: dict[str, Any] = {"x": NET["x"], "h": h, "dL_do": NET["dL_do"], "dL_dh": _by("nudge")}
    steps = {"the part of the first step": 1, "the part of the last step": 5}

    def parts(x: np.ndarray) -> dict[str, np.ndarray]:
        """What single steps give to the weights of an input; h_{t-1} is one as well, that of W_hh."""
        return {name: _by("W_hx", x=_only(x, t), W_hx=np.zeros((4, x.shape[1]))) for name, t in steps.items()}

    def outputs() -> dict[str, np.ndarray]:
        return {name: _by("W_qh", dL_do=_only(NET["dL_do"], t)) for name, t in steps.items()}

    many = "At how many steps is it used, and"
    return [
        _case(
            "one-step",
            "T = 1: which state does W_hh multiply, and which one W_qh?",
            {
                "dL_dW_hx": [[2, 1], [0, 0], [-4, -2]],
                "dL_dW_hh": [[1, -1, 3], [0, 0, 0], [-2, 2, -6]],
                "dL_dW_qh": [[0, 10, 20]],
            },
            x=[[2, 1]],
            h=[[1, -1, 3], [0, 2, 4]],
            dL_do=[[5]],
            dL_dh=[[1, 0, -2]],
        ),
        _case(
            "W_hx",
            f"{many} what does W_hx multiply at step t?",
            {"dL_dW_hx": _by("W_hx")},
            terms=lambda: parts(NET["x"]),
            **args,
        ),
        _case(
            "W_hh",
            f"{many} which state does W_hh multiply at step t?",
            {"dL_dW_hh": _by("W_hh")},
            terms=lambda: parts(h[:-1]),
            **args,
        ),
        _case(
            "W_qh",
            f"{many} which state does W_qh multiply at step t?",
            {"dL_dW_qh": _by("W_qh")},
            terms=outputs,
            **args,
        ),
        _case(
            "tiny-gradients",
            DIGITS,
            {"dL_dW_hx": _by("W_hx") * SMALL, "dL_dW_hh": _by("W_hh") * SMALL, "dL_dW_qh": _by("W_qh") * SMALL},
            **args | {name: args[name] * SMALL for name in ("dL_do", "dL_dh")},
        ),
    ]
