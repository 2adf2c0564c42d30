"""The known mistakes: each with its title, the question that leads a student to it, and the mistaken function itself.

One table serves three ends: it proves the checks (each mistake must fail its own task), it explains answers, and it
feeds the class report. A mistake is written as the reference with one thing changed, so that it says what is wrong.
"""

from autograder.misconceptions import gradients, network, remedies, stability
from autograder.misconceptions.kind import Misconception

TABLE: tuple[Misconception, ...] = network.TABLE + gradients.TABLE + stability.TABLE + remedies.TABLE
BY_ID: dict[str, Misconception] = {known.id: known for known in TABLE}


def of(task: str) -> tuple[Misconception, ...]:
    """The known mistakes of one task."""
    return tuple(known for known in TABLE if known.task == task)


__all__ = ["BY_ID", "TABLE", "Misconception", "of"]
