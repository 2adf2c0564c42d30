"""What the checks of all tasks have in common."""

from typing import Any

from autograder.engine.core.assignment import Check
from autograder.engine.judging.answered import BETWEEN, REPEAT
from autograder.engine.judging.judges import judge_purity, judge_refusals, judge_statelessness, judge_values


def values(id: str, weight: float, asks: str, cases: str, **how: Any) -> Check:
    """The answers to these test cases are the reference's."""
    return Check(id, weight, asks, tuple(cases.split()), judge_values, **how)


def refuses(asks: str, cases: str, weight: float = 1) -> Check:
    """These test cases raise ValueError."""
    return Check("refuses", weight, asks, tuple(cases.split()), judge_refusals, gated=True)


PURE = Check("pure", 0.5, "leaves its arguments as they were", (), judge_purity, gated=True)
STEADY = Check(
    "steady", 0.5, "gives the same answer to the same arguments", (BETWEEN, REPEAT), judge_statelessness, gated=True
)
