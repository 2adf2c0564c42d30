"""A solution cell judged in this process, for tests that ask the same of many exams: trusted code only, and no walls."""

import contextlib
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from support import Formulation

from autograder.engine.core.result import TaskResult
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import judge_task
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.sandbox.answers import answer_of
from autograder.engine.sandbox.worker import calls as worker
from autograder.engine.sandbox.worker.scopes import Scopes
from autograder.engine.sandbox.worker.unset import unset_marked
from autograder.suite.reference import bptt

COURSE = Course(Path("unused"))
_MOST_BYTES = 2**20


class _Channel:
    """Keeps what the worker sends."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


def judge(formulation: Formulation, paper: TaskCases) -> TaskResult:
    """What one solution cell gets for its task, but for the check of cost, which is not asked."""
    namespace: dict[str, Any] = {
        "__name__": "__main__",
        "np": np,
        **{name: getattr(bptt, name) for name in ASSIGNMENT.given},
    }
    with unset_marked(formulation.source):
        return _judged(formulation, paper, namespace)


def _judged(formulation: Formulation, paper: TaskCases, namespace: dict[str, Any]) -> TaskResult:
    with contextlib.suppress(Exception):  # a cell that fails halfway is a wrong answer too
        exec(compile(formulation.source, "<cell 0>", "exec"), namespace)
    calls = [
        {"function": call.function, "args": deepcopy(list(call.args)), "form": call.form, "measure": ""}
        for call in paper.calls.values()
    ]
    channel = _Channel()
    scopes = Scopes(namespace, [])
    worker.answer_calls(channel, namespace, scopes, [formulation.source], calls, _MOST_BYTES)
    *told, end = channel.sent
    answers = {
        case: answer_of(message, number, paper.task.form)
        for number, (case, message) in enumerate(zip(paper.calls, told, strict=True))
    }
    later = [list(paper.calls)[number] for number in end["end"]]
    answers |= {case: replace(answers[case], changed_later=True) for case in later}
    return judge_task(AnsweredTask(paper, answers), {}, COURSE)
