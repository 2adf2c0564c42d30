"""What answers that read no argument earn: learnt from many draws, by the number of the call, or by the sizes alone.

An answer that was right in one draw alone does not count. Of the rest, the best table is measured on the draws from which
it was learnt. A table with one right value also gets all that counts only beside values: nobody earns more by guessing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Check, Task
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.description import describe
from autograder.engine.judging.answered import TaskCases
from autograder.engine.judging.hidden_tests import draw

DRAWS = 50
MOST = 0.1  # of a task's points

Answers = dict[Any, Any]  # what is answered, by number or by sizes


@dataclass(frozen=True)
class _Draw:
    """One draw: for each check of values its points, and for each call its key (number or sizes) and the right answer."""

    checks: list[tuple[float, list[tuple[Any, Any]]]]
    beside: float  # the points that count only beside values

    def earned(self, guess: Answers) -> float:
        got = sum(worth for worth, calls in self.checks if all(guess.get(clue) == right for clue, right in calls))
        return got + self.beside if got else 0.0


def faults(task: Task) -> Iterator[str]:
    """Where guesses earn too much of a task's points."""
    draws = [_cases(task, f"guess {number}") for number in range(DRAWS)]
    for by, how in (("the number of the call", "number"), ("the sizes of the arguments", "sizes")):
        share = best([_draw(cases, how) for cases in draws]) / task.points
        if share > MOST:
            yield (
                f"autograder/suite/{task.id}.py: answers by {by} earn {share:.0%} of {task.id}, at most {MOST:.0%} is allowed: "
                "draw what they depend on from the seed, or let no check ask for one kind of answer alone"
            )


def best(draws: list[_Draw]) -> float:
    """The points that the best answers earn, on average."""
    seen: defaultdict[Any, Counter[Any]] = defaultdict(Counter)
    for drawn in draws:
        for clue, right in {call for _, calls in drawn.checks for call in calls}:
            seen[clue][right] += 1
    learnt = {clue: [right for right, times in rights.most_common() if times > 1] for clue, rights in seen.items()}
    guesses: list[Answers] = [{clue: rights[0] for clue, rights in learnt.items() if rights}]
    for drawn in draws:
        known = {call for _, calls in drawn.checks for call in calls}
        guesses.append({clue: right for clue, right in known if right in learnt[clue]})
    earned, guess = max(((_mean(draws, guess), guess) for guess in guesses), key=lambda pair: pair[0])
    for clue, rights in learnt.items():
        for right in rights:
            other = guess | {clue: right}
            better = _mean(draws, other)
            if better > earned:
                earned, guess = better, other
    return earned


def _mean(draws: list[_Draw], guess: Answers) -> float:
    return sum(drawn.earned(guess) for drawn in draws) / len(draws)


def _cases(task: Task, seed: str) -> TaskCases:
    args = draw(task, seed)
    asked = {case for check in task.checks for case in check.cases}
    return TaskCases(task, args, {case: task.answer(args[case]) for case in asked})


def _draw(cases: TaskCases, how: str) -> _Draw:
    numbers = dict(zip(cases.calls, count()))
    worth = cases.task.worth

    def calls(check: Check) -> list[tuple[Any, Any]]:
        clues = (
            numbers if how == "number" else {c: describe(ASSIGNMENT, cases.task, cases.args[c]) for c in check.cases}
        )
        return [(clues[case], _fingerprint(cases.expected[case], check.part)) for case in check.cases]

    table = cases.task.checks
    valued = [(worth[check.id], calls(check)) for check in table if not check.gated]
    return _Draw(valued, sum(worth[check.id] for check in table if check.gated))


def _fingerprint(answer: Any, part: int | None) -> Any:
    """Equal for answers that are the same to four digits."""
    if isinstance(answer, list):
        return tuple(_fingerprint(value, None) for value in (answer if part is None else answer[part : part + 1]))
    if not isinstance(answer, np.ndarray):
        return answer
    largest = np.abs(answer).max(initial=0.0)
    digits = np.round(answer / largest, 4) if largest else answer
    return answer.shape, f"{largest:.4g}", (digits + 0.0).tobytes()
