"""Looks for the line with the mistake: which small edit of the function makes all its checks pass? It is never shown.

The cases are those of the checks: done by hand, or held against numerical gradients of the loss. No solution is needed for it.
"""

import copy
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.engine.sandbox.worker.editing.edits import LEVELS, Edit, edits_of
from autograder.engine.sandbox.worker.editing.observing import LineLimit, StoppedError
from autograder.engine.sandbox.worker.editing.program import INSERTED, Program
from autograder.engine.sandbox.worker.editing.quantities import Scope
from autograder.engine.sandbox.worker.editing.questions import SKIPPING, pointed_at, sentence
from autograder.selfcheck.calling import Reply, call, quiet
from autograder.selfcheck.cases.shared import Case
from autograder.selfcheck.cases.table import cases_of
from autograder.selfcheck.judge import purity_trouble, value_trouble
from autograder.selfcheck.words import text_around

_GIVEN = ("safe_norm",)  # what the notebook gives to you, of one argument
_MOST_EDITS = 1500
_LONGEST_S = 6.0  # of computing: on an ordinary machine it takes less than two
_MOST_LINES = 400_000  # of Python that all edited functions run together


def line_and_question(task: str, namespace: Mapping[str, Any]) -> str:
    """What can be said of where the mistake lies, as a sentence."""
    function = namespace.get(task)
    if not callable(function):
        return f"`{task}` is not defined yet."
    replies = [call(task, function, case) for case in cases_of(task)]
    failed = next((reply for reply in replies if value_trouble(task, reply)), None)
    if failed is None and not purity_trouble(task, function, replies):
        return f"`{task}`: all its checks pass."
    code = getattr(function, "__code__", None)
    text = text_around(code) if code else ""
    with quiet():
        try:
            search = _Search(task, namespace, text, failed.case if failed else replies[0].case)
        except (SyntaxError, ValueError):
            return f"`{task}`: its text cannot be read here. Run its cell once more, then ask again."
        return _said(task, search.repairs(failed is None), text)


class _Search:
    """The edits of one function, tried one by one on the cases of its checks."""

    def __init__(self, task: str, namespace: Mapping[str, Any], text: str, first: Case) -> None:
        self._task, self._first, self._namespace = task, first, dict(namespace)
        self._program = Program(text, task)
        args = copy.deepcopy(first.args)
        given = tuple(name for name in _GIVEN if name in namespace)
        words = tuple(str(case.want[0]) for case in cases_of(task) if isinstance(case.want, tuple))
        facts = self._program.observed(self._namespace, list(args.values()), _MOST_LINES // 10)
        parameters = max((tuple(case.args) for case in cases_of(task)), key=lambda names: len(names))
        scope = Scope(parameters, given, tuple(dict.fromkeys(words)))
        self._edits = edits_of(self._program, facts, scope)[:_MOST_EDITS]
        self._most = 4 * facts.lines + 2000
        self._left = _MOST_LINES
        self._until = time.process_time() + _LONGEST_S

    def repairs(self, impure: bool) -> list[Edit]:
        """The edits of the likeliest level at which one makes all checks pass."""
        for level in (*LEVELS, LEVELS[-1] + 1):
            asked = [edit for edit in self._edits if edit.level == level and not (impure and edit.kind in SKIPPING)]
            found = [edit for edit in asked if self._mends(edit, impure)]
            if found or self._left < 0:
                return found
        return []

    def _mends(self, edit: Edit, impure: bool) -> bool:
        if self._left < 0 or time.process_time() > self._until:
            self._left = -1
            return False
        try:
            with edit.applied() as edited:
                function = self._program.made(self._namespace, edited)
        except Exception:
            return False
        with np.errstate(all="ignore"):
            return self._passes(function, [self._first], impure) and self._passes(function, cases_of(self._task), True)

    def _passes(self, function: Callable, cases: list[Case], pure: bool) -> bool:
        limit = LineLimit(min(self._most * (len(cases) + 1), self._left))

        def limited(*args: Any) -> Any:
            with limit:
                return function(*args)

        try:
            replies = []
            for case in cases:
                replies.append(call(self._task, limited, case))
                if _by_accident(replies[-1]) or value_trouble(self._task, replies[-1]):
                    return False
            return not pure or not purity_trouble(self._task, limited, replies)
        except Exception:
            return False
        finally:
            self._left -= limit.lines


def _by_accident(reply: Reply) -> bool:
    """Whether a function was stopped, or refused what it should by NumPy's error alone."""
    if isinstance(reply.error, StoppedError):
        return True
    if reply.case.want is not ValueError or reply.error is None:
        return False
    step = traceback.extract_tb(reply.error.__traceback__)[-1]
    return step.lineno != INSERTED and step.filename != "<edited>"


def _said(task: str, repairs: list[Edit], text: str) -> str:
    """A line and its question, or the question alone, or that nothing is sure."""
    found = pointed_at([(edit.line, edit.kind) for edit in repairs], text)
    if found is None:
        return f"`{task}`: no single line stands out. Do the smallest failed case by hand, and compare line by line."
    lines, question = found
    return f"`{task}`: {sentence(lines, question, [text.splitlines()[line - 1].strip()[:120] for line in lines])}"
