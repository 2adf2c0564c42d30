"""The known mistakes: each with its title, the question that leads a student to it, and the mistaken function itself.

One table serves three ends: it proves the checks (each mistake must fail its own task), it explains answers, and it
feeds the class report. A mistake is written as the reference with one thing changed, so that it says what is wrong.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograder.engine.diagnosis.candidates import Candidates
from autograder.engine.diagnosis.misconception import Misconception, same
from autograder.suite.misconceptions import gradients, network, remedies, stability

TABLE: tuple[Misconception, ...] = network.TABLE + gradients.TABLE + stability.TABLE + remedies.TABLE

# The simple ones among them, which go together with any other of the same task: what each does to a result, and T.
SIMPLE: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "no_1_over_T": lambda value, T: value * T,
    "times_T": lambda value, T: value * T,
    "1_over_T_twice": lambda value, T: value / T,
    "1_over_T_again": lambda value, T: value / T,
    "mean_over_time": lambda value, T: value / T,
    "factor_2": lambda value, T: value * 2,
    "sign": lambda value, T: -value,
    "reversed_rows": lambda value, T: value[::-1],
}


@cache
def of(task: str) -> tuple[Misconception, ...]:
    """The known mistakes of one task."""
    return tuple(known for known in TABLE if known.task == task)


@cache
def pairs(task: str) -> tuple[Misconception, ...]:
    """Two known mistakes of one task at once, where one of them is a simple one."""
    simple = [known for known in of(task) if known.name in SIMPLE]
    return tuple(_both(known, factor) for known in of(task) for factor in simple if factor is not known)


def _both(known: Misconception, factor: Misconception) -> Misconception:
    def mistaken(*args: Any) -> Any:
        result = known.mistaken(*args)
        if isinstance(result, list | tuple):
            return [SIMPLE[factor.name](part, len(args[0])) for part in result]
        return SIMPLE[factor.name](result, len(args[0]))

    name = f"{known.name}+{factor.name}"
    title, question = f"{known.title}, and {factor.title}", f"{known.question} And: {factor.question}"
    return Misconception(known.task, name, title, question, mistaken)


__all__ = ["SIMPLE", "TABLE", "Candidates", "Misconception", "of", "pairs", "same"]
