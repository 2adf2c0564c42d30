"""The public cases of `forward`."""

from autograder.selfcheck.cases.shared import DIGITS, SMALL, Case, _by, _case, _some, _states


def forward_cases() -> list[Case]:
    args = _some("x h_0 W_hx W_hh W_qh")
    return [
        _case(
            "one-step",
            "What stands in row 0 of h, what are the two parts of h_1, and which row of W_hh makes its first entry?",
            {"h": [[1, 2], [8, -1]], "o": [[7, -2, 8]]},
            "row",
            x=[[3]],
            h_0=[1, 2],
            W_hx=[[1], [-1]],
            W_hh=[[1, 2], [0, 1]],
            W_qh=[[1, 1], [0, 2], [1, 0]],
        ),
        _case(
            "by-hand",
            "Take a pencil: what is h_1, and what do h_2 and h_3 make of it?",
            {"h": [[0, 1], [3, 0], [0, 3], [8, 0]], "o": [[3], [-3], [8]]},
            "row",
            x=[[1], [0], [2]],
            h_0=[0, 1],
            W_hx=[[1], [0]],
            W_hh=[[0, 2], [1, 0]],
            W_qh=[[1, -1]],
        ),
        _case("states", "Which row of x drives which row of h?", {"h": _states()}, "row", **args),
        _case(
            "states",
            DIGITS,
            {"h": _states() * SMALL},
            "row",
            **args | {name: args[name] * SMALL for name in ("x", "h_0")},
        ),
        _case("outputs", "Which rows of h produce outputs?", {"o": _by("dL_do")}, "row", **args),
    ]
