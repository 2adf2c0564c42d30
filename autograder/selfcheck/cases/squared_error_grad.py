"""The public cases of `squared_error_grad`."""

from autograder.selfcheck.cases.shared import DIGITS, NET, Case, _case, _gradient, _squared_error


def squared_error_grad_cases() -> list[Case]:
    o, y = NET["o"], NET["dL_do"]
    slope = _gradient(lambda moved: _squared_error(moved, y), o)
    return [
        _case("one-step", "What is the slope of a square?", {"dL_do": [[3, 0, -2]]}, o=[[4, 1, 0]], y=[[1, 1, 2]]),
        _case(
            "by-hand",
            "What is the slope of a square, and what stands before the sum?",
            {"dL_do": [[0.5, 0, -1], [-0.5, 0, 0]]},
            o=[[1, 2, 3], [0, 1, 1]],
            y=[[0, 2, 5], [1, 1, 1]],
        ),
        _case("numerical-gradient", "If one entry of o grows, by how much does L grow?", {"dL_do": slope}, o=o, y=y),
        _case("numerical-gradient", DIGITS, {"dL_do": slope / 7}, o=o / 7, y=y / 7),
        _case("on-target", "What is the slope at the bottom of a parabola?", {"dL_do": 0 * o}, o=o, y=o.copy()),
    ]
