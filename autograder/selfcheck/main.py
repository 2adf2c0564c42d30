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
from typing import Any

import numpy as np

from autograder.engine.diagnosis.questions import ask
from autograder.engine.sandbox.worker.beside import in_place
from autograder.selfcheck.bonus import check_bonus  # noqa: F401  # this and the next ones are for the notebook's cells
from autograder.selfcheck.calling import Reply, call
from autograder.selfcheck.cases.asks import ASKS
from autograder.selfcheck.cases.shared import FORMS, LINEAR, NOT_ATTEMPTED
from autograder.selfcheck.cases.table import TASKS, cases_of
from autograder.selfcheck.judge import form_trouble, has_axis_of_one, purity_trouble, value_trouble
from autograder.selfcheck.needs import foreign
from autograder.selfcheck.notebook import NotebookError, load_notebook
from autograder.selfcheck.outcomes import Outcome, report, sentences_of, skipped, state_of, summary  # noqa: F401
from autograder.selfcheck.pictures import draw_norms, draw_reach, draw_terms, explore  # noqa: F401
from autograder.selfcheck.showing import try_out  # noqa: F401
from autograder.selfcheck.training import Log, sample_text, start_weights, windows  # noqa: F401
from autograder.selfcheck.where import line_and_question
from autograder.selfcheck.words import beside_of, error_text, steps_of, wrap, write
from autograder.selfcheck.work import work_trouble


class InterruptedCheckError(KeyboardInterrupt):
    """You interrupted a check. It stops "Run All" as well, and says so in one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [wrap(str(self))]


# What you call


def check(task: str, namespace: Mapping[str, Any]) -> None:
    """Try one task: a line on stdout where all is well, else what does not hold on stderr. Raises nothing but an interrupt.

    A task that is not attempted yet is no failure. It goes to stderr only for `nbgrader validate`, which knows just two states.
    """
    if task not in TASKS:
        write(sys.stderr, wrap(f"There is no task {task!r}. The tasks are {', '.join(TASKS)}."))
        return
    try:
        outcomes = results(task, namespace)
    except KeyboardInterrupt:
        raise InterruptedCheckError(f"{task}: interrupted. Does every loop in it come to an end?") from None
    untouched = all(outcome.message == NOT_ATTEMPTED for outcome in outcomes)
    calm = all(outcome.passed for outcome in outcomes) or (untouched and "NBGRADER_EXECUTION" not in os.environ)
    sentences = sentences_of(outcomes)
    lines = [f"{task}: {state_of(outcomes)}.", *([""] if sentences else []), *sentences]
    if untouched:
        lines[0] += " If you have written it: run its cell, then this one."
    elif not all(outcome.passed for outcome in outcomes):
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
    try:
        report({task: results(task, namespace) for task in TASKS})
    except KeyboardInterrupt:
        raise InterruptedCheckError("Interrupted. Does every loop come to an end?") from None


def results(task: str, namespace: Mapping[str, Any]) -> list[Outcome]:
    """Every check of one task, tried on the function of that name in `namespace`."""
    function = namespace.get(task)
    if not callable(function):
        return _all(task, _not_there(task, namespace))
    if met := foreign(task, function):
        return _all(task, f"`{task}`: {met}")
    try:
        return _judged(task, function)
    except Exception as error:  # an answer so odd that even looking at it raises
        what = type(error).__name__
        return _all(task, f"`{task}`: what it returned cannot be looked at ({what}). Is it made of plain arrays?")


def _not_there(task: str, namespace: Mapping[str, Any]) -> str:
    """Why there is no function of this name, and what to do."""
    saved = "__cell_errors__" in namespace
    errors = namespace.get("__cell_errors__", {})
    if error := errors.get(task):
        return f"`{task}`: it is not defined. Its cell stopped with {error}. {ask(ASKS, task, 'not_run')}"
    if instead := in_place(task, namespace):
        seen = "near_name" if "nearly" in instead else "not_callable_task"
        return f"`{task}`: it is not defined; {instead}. {ask(ASKS, task, seen)}"
    if errors:
        return f"`{task}`: it is not defined. A cell stopped with {next(iter(errors.values()))}. {ask(ASKS, task, 'not_run')}"
    if saved:
        return f"`{task}`: it is not defined in the notebook. {ask(ASKS, task, 'missing')}"
    return f"`{task}`: it is not defined here. Has its cell been run since the kernel was started?"


def _judged(task: str, function: Callable) -> list[Outcome]:
    replies: list[Reply] = []
    for case in cases_of(task):
        replies.append(call(task, function, case))
        if replies[-1].seen == "dead":  # the other calls would take as long
            break
    for reply in replies:
        if isinstance(reply.error, NotImplementedError):
            return _all(task, _unfinished(task, reply.error))
    messages = dict.fromkeys(check_names(task), "")
    with np.errstate(all="ignore"):
        messages[FORMS.get(task, "shapes")] = _form(task, replies)
        for reply in replies:
            earlier = next((name for name in messages if messages[name] and name != FORMS.get(task, "shapes")), "")
            check = reply.case.check
            messages[check] = messages[check] or value_trouble(task, reply, replies, earlier)
        if replies[-1].seen == "dead":
            return _ended(task, replies[-1], messages)
        messages["pure"] = purity_trouble(task, function, replies)
        messages["work"] = work_trouble(task, function) if task in LINEAR and not any(messages.values()) else ""
    return [Outcome(name, not messages[name], messages[name]) for name in check_names(task)]


def _form(task: str, replies: list[Reply]) -> str:
    """What is wrong with the form of the answers. Axes of length one tell least."""
    telling = sorted(replies, key=lambda reply: isinstance(reply.case.want, dict) and has_axis_of_one(reply.case))
    return next(filter(None, (form_trouble(task, reply) for reply in telling)), "")


def _unfinished(task: str, error: NotImplementedError) -> str:
    """Nothing has been written yet, or the placeholder still stands above what has been, or in another task."""
    callee = next((step.name for step in reversed(steps_of(error))), task)
    if callee in TASKS and callee != task:
        return f"`{task}`: it calls `{callee}`, which is {NOT_ATTEMPTED}. {ask(ASKS, task, 'callee')}"
    if beside_of(error):
        return f"`{task}`: it raised {error_text(error)}. {ask(ASKS, task, 'placeholder')}"
    return NOT_ATTEMPTED


def _ended(task: str, last: Reply, messages: dict[str, str]) -> list[Outcome]:
    """What can be said where a call came to no end: nothing of the checks that it belongs to or that come after it."""
    message = form_trouble(task, last) or value_trouble(task, last)
    before = {case.check for case in cases_of(task)[: cases_of(task).index(last.case)]} - {last.case.check}
    found = {name: messages.get(name, "") if name in before else message for name in check_names(task)}
    return [Outcome(name, not text, text) for name, text in found.items()]


def inputs(task: str, name: str) -> list[dict[str, Any]]:
    """What a check tries your function on: `forward(**selfcheck.inputs("forward", "by-hand")[0])`."""
    return [copy.deepcopy(case.args) for case in cases_of(task) if case.check == name]


def check_names(task: str) -> list[str]:
    """The names of a task's checks, in order."""
    last = ["pure", "work"] if task in LINEAR else ["pure"]
    return list(dict.fromkeys([FORMS.get(task, "shapes"), *(case.check for case in cases_of(task)), *last]))


def __getattr__(name: str) -> Any:
    """A notebook of another release asks for something that this file has no longer, or not yet."""
    if name.startswith("_"):
        raise AttributeError(name)
    sentence = f"selfcheck.py has no {name}: it and this notebook are of different releases. Nothing is lost; go on."
    return lambda *_, **__: write(sys.stdout, sentence)


def _all(task: str, message: str) -> list[Outcome]:
    return [Outcome(name, False, message) for name in check_names(task)]


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
    report(outcomes, path)
    stopped = {cell: error for cell, error in namespace["__cell_errors__"].items() if cell not in TASKS}
    for sentences in [
        *(sentences_of(found) for found in outcomes.values()),
        *([wrap(f"The cell `{cell}` stopped with {error}.")] for cell, error in stopped.items()),
    ]:
        if sentences:
            write(sys.stdout, "\n".join(["", *sentences]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
