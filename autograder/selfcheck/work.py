"""Does the work grow in proportion to the steps? It is counted as the grader counts it, and never timed."""

from collections.abc import Callable

import numpy as np

from autograder.engine.diagnosis.questions import ask
from autograder.engine.judging.growth import (
    CLEAR,
    FEW_LINES,
    MOST_LINES,
    NARROW_H,
    PLAIN,
    QUADRATIC,
    WIDE_H,
    growth,
)
from autograder.engine.sandbox.worker.counting import Counting
from autograder.selfcheck.calling import LONGEST_S, quiet
from autograder.selfcheck.cases.asks import ASKS
from autograder.selfcheck.limit import TooLongError, limited


def work_trouble(task: str, function: Callable) -> str:
    """Whether lines or memory grow faster than the steps, clearly."""
    try:
        with quiet(), limited(3 * LONGEST_S):
            h = WIDE_H
            one, short = (_counted(function, T, h) for T in (1, 32))
            if short[0] - one[0] > FEW_LINES:
                h = NARROW_H
                one, short = (_counted(function, T, h) for T in (1, 32))
            many, long = short[0] > MOST_LINES, _counted(function, 256, h)
            grows = max(map(growth, one, short, long))
            if PLAIN < grows <= CLEAR and not many:
                short, long = (_counted(function, T, h) for T in (64, 512))
                grows = max(map(growth, one, short, long)) * CLEAR / QUADRATIC
    except (TooLongError, Exception):  # what it raises for many steps is no matter of work, nor is a slow machine
        return ""
    if grows <= CLEAR and not many:
        return ""
    text = "its work grows faster than T: each step takes more when there are more steps"
    return f"`{task}` for T = 256: {text}. {ask(ASKS, task, 'cost')}"


def _counted(function: Callable, T: int, h: int) -> tuple[int, int]:
    """The lines of Python that run, and the bytes allocated."""
    wave = np.sin(np.arange(1.0, T * 3 + 1)).reshape(T, 3)
    turn = np.linalg.qr(np.sin(np.arange(1.0, h * h + 1) ** 2).reshape(h, h))[0]  # neither grows nor fades
    outwards = np.cos(np.arange(1.0, 3 * h + 1)).reshape(3, h)
    with Counting() as counting:
        function(wave, turn, outwards)
    return counting.lines, counting.bytes
