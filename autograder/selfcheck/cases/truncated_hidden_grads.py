"""The public cases of `truncated_hidden_grads`."""

import numpy as np

from autograder.selfcheck.cases.shared import DIGITS, HAND, NET, SMALL, Case, _case, _direct, _from_outputs, _some


def truncated_hidden_grads_cases() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()

    def window(check: str, ask: str, tau: int) -> Case:
        sums = np.array([sent[t : t + tau, t].sum(axis=0) for t in range(5)])
        return _case(check, ask, {"dL_dh": sums}, "row", _direct, **args, tau=tau)

    return [
        _case("one-step", "T = 1: is there a next state?", {"dL_dh": [[1, 0]]}, "row", dL_do=[[1]], **HAND, tau=3),
        _case(
            "by-hand",
            "tau = 2: which two losses does each state keep, and what happens to them on their way?",
            {"dL_dh": [[1, 6], [2, 12], [4, 0]]},
            "row",
            dL_do=[[1], [2], [4]],
            **HAND,
            tau=2,
        ),
        window("direct-only", "tau = 1: whose loss is kept for h_t?", 1),
        _case(
            "direct-only",
            DIGITS,
            {"dL_dh": np.array([sent[t, t] for t in range(5)]) * SMALL},
            "row",
            **args | {"dL_do": NET["dL_do"] * SMALL},
            tau=1,
        ),
        window("window", "Where does the window of step t begin, and where does it end?", 2),
        window("window", "Where does the window of step t begin, and where does it end?", 3),
        _case(
            "window",
            "Is the signal that leaves the window subtracted? How many digits survive that?",
            {"dL_dh": [[0.1, 0.3]] * 79 + [[0.1, 0]]},
            "row",
            special=True,
            dL_do=[[0.1]] * 80,
            **HAND,
            tau=2,
        ),
        window("whole", "What does a window of T steps leave out?", 5),
        window("whole", "What does a window of more than T steps leave out?", 50),
        _case("refuses", "Which tau keep no loss at all?", ValueError, **args, tau=0),
        _case("refuses", "Which tau keep no loss at all?", ValueError, **args, tau=-2),
    ]
