"""The public cases of `cross_entropy_grad`."""

import numpy as np

from autograder.engine.diagnosis.questions import GENERAL_QUESTIONS
from autograder.selfcheck.cases.shared import NET, Case, _case, _gradient, cross_entropy


def cross_entropy_grad_cases() -> list[Case]:
    def numerical(check: str, ask: str, o: np.ndarray, *labels: int) -> Case:
        y = np.array(labels)
        slope = _gradient(lambda moved: cross_entropy(moved, y), o)
        return _case(check, ask, {"dL_do": slope}, "1/T", special=check == "large-outputs", o=o, y=y)

    large = np.array([[0, -1e4, 1e4], [-1e4, -1e4, 1 - 1e4], [1e4, 1e4 - 0.3, 3], [800, 0, 700]])
    third = np.array([[0.25, -0.25], [-0.5, 0.5], [0.75, -0.75]]) / 3
    return [
        _case(
            "one-step",
            "Equal outputs: how likely is each class, and which one is true?",
            {"dL_do": [[0.25, -0.75, 0.25, 0.25]]},
            "1/T",
            o=[[2, 2, 2, 2]],
            y=np.array([1]),
        ),
        _case(
            "by-hand",
            "What is the softmax of (0, log 3), and from which entry of each row is something taken?",
            {"dL_do": third},
            "1/T",
            o=[[0, np.log(3)], [5, 5], [np.log(3), 0]],
            y=np.array([1, 0, 1]),
        ),
        numerical("numerical-gradient", "If one entry of o grows, by how much does L grow?", NET["o"], 2, 0, 1, 1, 0),
        numerical("numerical-gradient", GENERAL_QUESTIONS["remembers"], -NET["o"], 0, 1, 2, 2, 1),
        numerical("large-outputs", "What is exp(10000), and what may one add to a row of o?", large, 1, 0, 2, 0),
    ]
