"""Tries your functions on small cases and says what does not hold yet. It does not know the solution.

In the notebook: `selfcheck.check("forward", globals())`. In this folder: `python -m selfcheck`, or `pytest`.
Your results are held against cases that one can do by hand, and against numerical gradients of one scalar, `_loss`
below, which move one entry a little and look at what the loss does. They are never held against another function of
yours, so a mistake in one task does not show in the next.
"""

import copy
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.selfcheck.cases.shared import FORMS, NOT_ATTEMPTED
from autograder.selfcheck.cases.table import TASKS, cases_of
from autograder.selfcheck.judge import call, form_trouble, purity_trouble, value_trouble
from autograder.selfcheck.notebook import NotebookError, load_notebook
from autograder.selfcheck.pictures import draw_norms, draw_terms, explore, try_out  # noqa: F401  # for the notebook's cells
from autograder.selfcheck.training import draw_training  # noqa: F401
from autograder.selfcheck.where import line_and_question
from autograder.selfcheck.words import steps_of, wrap, write


@dataclass(frozen=True)
class Outcome:
    """One check of one task. `message` says why it did not pass, and is empty where it did."""

    name: str
    passed: bool
    message: str


# What you call


def check(task: str, namespace: Mapping[str, Any]) -> None:
    """Try one task: a line on stdout where all is well, else what does not hold on stderr. Never raises.

    A task that is not attempted yet is no failure. It goes to stderr only for `nbgrader validate`, which knows just two states.
    """
    if task not in TASKS:
        write(sys.stderr, wrap(f"There is no task {task!r}. The tasks are {', '.join(TASKS)}."))
        return
    try:
        outcomes = results(task, namespace)
    except KeyboardInterrupt:
        write(sys.stderr, f"{task}: interrupted. Does every loop in it come to an end?")
        return
    untouched = all(outcome.message == NOT_ATTEMPTED for outcome in outcomes)
    calm = all(outcome.passed for outcome in outcomes) or (untouched and "NBGRADER_EXECUTION" not in os.environ)
    lines = [f"{task}: {_state(outcomes)}.", *_sentences(outcomes)]
    if not untouched and not all(outcome.passed for outcome in outcomes):
        lines.append(f'selfcheck.where("{task}") looks for the line.')
    write(sys.stdout if calm else sys.stderr, "\n".join(lines))


def where(task: str, namespace: Mapping[str, Any] | None = None) -> None:
    """After a failed check: the line of your function that looks wrong, if one stands out, and a question. Never raises."""
    if task not in TASKS:
        write(sys.stderr, wrap(f"There is no task {task!r}. The tasks are {', '.join(TASKS)}."))
        return
    try:
        said = line_and_question(task, vars(sys.modules["__main__"]) if namespace is None else namespace)
    except KeyboardInterrupt:
        said = f"`{task}`: interrupted."
    except Exception as error:  # a function so odd that even looking at it raises
        said = f"`{task}`: it cannot be searched ({type(error).__name__})."
    write(sys.stdout, wrap(said))


def progress(namespace: Mapping[str, Any]) -> None:
    """All tasks at a glance, and what to look at next."""
    if "__cell_errors__" in namespace:  # load_notebook runs the cells, and whoever called it reports
        return
    _report({task: results(task, namespace) for task in TASKS})


def results(task: str, namespace: Mapping[str, Any]) -> list[Outcome]:
    """Every check of one task, tried on the function of that name in `namespace`."""
    function = namespace.get(task)
    if not callable(function):
        error = namespace.get("__cell_errors__", {}).get(task)
        return _all(task, f"`{task}`: it is not defined. Its cell stopped with {error}." if error else NOT_ATTEMPTED)
    try:
        return _judged(task, function)
    except Exception as error:  # an answer so odd that even looking at it raises
        what = type(error).__name__
        return _all(task, f"`{task}`: what it returned cannot be looked at ({what}). Is it made of plain arrays?")


def _judged(task: str, function: Callable) -> list[Outcome]:
    replies = [call(task, function, case) for case in cases_of(task)]
    for reply in replies:
        if isinstance(reply.error, NotImplementedError):
            callee = next((step.name for step in reversed(steps_of(reply.error))), task)
            other = callee in TASKS and callee != task
            return _all(task, f"`{task}`: it calls `{callee}`, which is {NOT_ATTEMPTED}." if other else NOT_ATTEMPTED)
    messages = dict.fromkeys(check_names(task), "")
    with np.errstate(all="ignore"):
        messages[FORMS.get(task, "shapes")] = next(filter(None, (form_trouble(task, reply) for reply in replies)), "")
        for reply in replies:
            messages[reply.case.check] = messages[reply.case.check] or value_trouble(task, reply)
        messages["pure"] = purity_trouble(task, function, replies)
    return [Outcome(name, not message, message) for name, message in messages.items()]


def inputs(task: str, name: str) -> list[dict[str, Any]]:
    """What a check tries your function on: `forward(**selfcheck.inputs("forward", "by-hand")[0])`."""
    return [copy.deepcopy(case.args) for case in cases_of(task) if case.check == name]


def check_names(task: str) -> list[str]:
    """The names of a task's checks, in order."""
    return list(dict.fromkeys([FORMS.get(task, "shapes"), *(case.check for case in cases_of(task)), "pure"]))


def summary(outcomes: Mapping[str, list[Outcome]]) -> str:
    """How many tasks pass, and the first that does not."""
    waiting = [task for task in outcomes if not all(outcome.passed for outcome in outcomes[task])]
    count = f"{len(outcomes) - len(waiting)} of {len(outcomes)} tasks pass."
    if not waiting:
        return f"{count}\nNext: the two written answers."
    first = next(outcome for outcome in outcomes[waiting[0]] if not outcome.passed)
    state = NOT_ATTEMPTED if first.message == NOT_ATTEMPTED else f"whose check {first.name} does not pass"
    return f"{count}\nNext: {waiting[0]}, {state}."


def _all(task: str, message: str) -> list[Outcome]:
    return [Outcome(name, False, message) for name in check_names(task)]


def _state(outcomes: list[Outcome]) -> str:
    if all(outcome.message == NOT_ATTEMPTED for outcome in outcomes):
        return NOT_ATTEMPTED
    return f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)} checks pass"


def _sentences(outcomes: list[Outcome]) -> list[str]:
    """The first two messages (one where the form is wrong), and the names of the checks that have more to say."""
    failed = [outcome for outcome in outcomes if outcome.message not in ("", NOT_ATTEMPTED)]
    messages = list(dict.fromkeys(outcome.message for outcome in failed))[: 1 + outcomes[0].passed]
    rest = [outcome.name for outcome in failed if outcome.message not in messages]
    return [wrap(message) for message in messages] + ([wrap(f"Not passed either: {', '.join(rest)}.")] if rest else [])


def _report(outcomes: Mapping[str, list[Outcome]]) -> None:
    for task, found in outcomes.items():
        state = _state(found)
        if state != NOT_ATTEMPTED:
            state = "passed" if all(outcome.passed for outcome in found) else f"not yet: {state}"
        write(sys.stdout, f"{task:<24}{state}")
    write(sys.stdout, f"\n{summary(outcomes)}")


def main(path: str = "bptt.ipynb") -> int:
    """`python -m selfcheck`: all tasks of the saved notebook, and what does not hold yet."""
    try:
        namespace = load_notebook(path)
        outcomes = {task: results(task, namespace) for task in TASKS}
    except NotebookError as error:
        write(sys.stderr, wrap(str(error)))
        return 2
    except KeyboardInterrupt:
        write(sys.stderr, "Interrupted. Does every loop in the notebook come to an end?")
        return 130
    _report(outcomes)
    stopped = {cell: error for cell, error in namespace["__cell_errors__"].items() if cell not in TASKS}
    for sentences in [
        *(_sentences(found) for found in outcomes.values()),
        *([wrap(f"The cell `{cell}` stopped with {error}.")] for cell, error in stopped.items()),
    ]:
        if sentences:
            write(sys.stdout, "\n".join(["", *sentences]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
