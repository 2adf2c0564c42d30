"""What the checks came to, as text: the count, what to look at next, and the sentences of a task."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.selfcheck.cases.shared import NOT_ATTEMPTED
from autograder.selfcheck.notebook import unwritten
from autograder.selfcheck.words import wrap, write


@dataclass(frozen=True)
class Outcome:
    """One check of one task. `message` says why it did not pass, and is empty where it did."""

    name: str
    passed: bool
    message: str


def summary(outcomes: Mapping[str, list[Outcome]], path: str | os.PathLike[str] = "bptt.ipynb") -> str:
    """How many tasks pass, and the first that does not; where all do, the written answers that the saved notebook lacks."""
    waiting = [task for task in outcomes if not all(outcome.passed for outcome in outcomes[task])]
    count = f"{len(outcomes) - len(waiting)} of {len(outcomes)} tasks pass."
    if not waiting:
        return f"{count}\n{_after_the_tasks(path)}"
    first = next(outcome for outcome in outcomes[waiting[0]] if not outcome.passed)
    state = NOT_ATTEMPTED if first.message == NOT_ATTEMPTED else f"whose check {first.name} does not pass"
    return f"{count}\nNext: {waiting[0]}, {state}."


def _after_the_tasks(path: str | os.PathLike[str]) -> str:
    left = unwritten(path)
    if left is None:
        return "Next: the written answers, if you have not written them yet."
    if left:
        return f"Next: in words, {' and '.join(left)} (as the notebook was last saved)."
    return "Both written answers are there: read them once more, and hand in the notebook."


def skipped(outcomes: Mapping[str, list[Outcome]]) -> str:
    """Which tasks have not been tried, and why; nothing where all have."""
    waiting = [task for task, found in outcomes.items() if all(one.message == NOT_ATTEMPTED for one in found)]
    return f"Skipped, because they are {NOT_ATTEMPTED}: {', '.join(waiting)}." if waiting else ""


def state_of(outcomes: list[Outcome]) -> str:
    if all(outcome.message == NOT_ATTEMPTED for outcome in outcomes):
        return NOT_ATTEMPTED
    return f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)} checks pass"


def sentences_of(outcomes: list[Outcome]) -> list[str]:
    """The first two messages (one where the form is wrong), and the names of the checks that have more to say."""
    failed = [outcome for outcome in outcomes if outcome.message not in ("", NOT_ATTEMPTED)]
    messages = list(dict.fromkeys(outcome.message for outcome in failed))[: 1 + outcomes[0].passed]
    rest = [outcome.name for outcome in failed if outcome.message not in messages]
    last = [wrap(f"Not passed either: {', '.join(rest)}.")] if rest else []
    return [*(f"{wrap(message)}\n" for message in messages), *last]


def report(outcomes: Mapping[str, list[Outcome]], path: str = "bptt.ipynb") -> None:
    for task, found in outcomes.items():
        state = state_of(found)
        if state != NOT_ATTEMPTED:
            state = "passed" if all(outcome.passed for outcome in found) else f"not yet: {state}"
        write(sys.stdout, f"{task:<24}{state}")
    write(sys.stdout, f"\n{summary(outcomes, path)}")
