"""How a check judges the answers to its instances: values, refusals, changed arguments, memory, and cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from autograder.engine.core.tasks import Task
from autograder.engine.course.reference import PARAMETERS
from autograder.engine.diagnosis.misconception import same
from autograder.engine.judging import cost
from autograder.engine.judging.closeness import Scale, compare, tolerance
from autograder.engine.sandbox.answers import Answer


@dataclass(frozen=True)
class Sheet:
    """One task of one submission: the instances, what the reference says to them, and what the student's code said."""

    task: Task
    args: Mapping[str, tuple[Any, ...]]
    expected: Mapping[str, Any]
    answers: Mapping[str, Answer]
    tolerances: dict[tuple[str, int, Scale], np.ndarray] = field(default_factory=dict)  # the same for all submissions

    def tolerance(self, case: str, part: int, expected: np.ndarray, scale: Scale) -> np.ndarray:
        """What an answer to one instance may be off by; an expected zero is measured by the arguments."""
        if (case, part, scale) not in self.tolerances:
            inputs = 0.0 if expected.any() else _largest(self.args[case])
            self.tolerances[case, part, scale] = tolerance(expected, scale, inputs)
        return self.tolerances[case, part, scale]


FindingKind = Literal[
    "values", "verdict", "shape", "non_finite", "count", "unusable", "raised", "missing", "dead",
    "accepted", "wrong_error", "argument", "not_new", "remembers", "shared", "cost",
]  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Why a check failed: the instance on which it shows, and the middle of a sentence about it."""

    case: str
    text: str
    kind: FindingKind


WANTED = {"array": "one real array", "arrays": "a sequence of real arrays", "verdict": "a pair (status, t)"}
Judge = Callable[[Sheet, "Check"], Finding | None]


@dataclass(frozen=True)
class Check:
    """One line of a task's report. It passes or fails whole, and brings its weight's share of the task's points."""

    id: str
    weight: float
    asks: str
    cases: tuple[str, ...]
    judge: Judge
    scale: Scale = "array"
    part: int | None = None  # of a task that returns several arrays: the one that is looked at
    gated: bool = False  # counts only where a check of the task's values passes
    may_ask: tuple[str, ...] = ()  # instances that are asked later, where the answers so far call for them
    next_cases: Callable[[Mapping[str, Answer]], tuple[str, ...]] = lambda answers: ()  # which of these come next

    @property
    def instances(self) -> tuple[str, ...]:
        """All that it may ask."""
        return (*self.cases, *self.may_ask)


def judge_values(sheet: Sheet, check: Check) -> Finding | None:
    """Every answer is the reference's, within the tolerance."""
    for case in _asked_first(sheet, check):
        finding = judge_case(sheet, check, case)
        if finding:
            return finding
    return None


def _asked_first(sheet: Sheet, check: Check) -> list[str]:
    """A check's instances; what was not asked, because another call had ended the process, is no reason before that one."""
    return sorted(check.cases, key=lambda case: sheet.answers[case].kind == "unasked")


def judge_case(sheet: Sheet, check: Check, case: str) -> Finding | None:
    """The answer to one instance against the reference's."""
    answer, task = sheet.answers[case], sheet.task
    if answer.kind != "value":
        return _no_value(case, answer, task)
    if task.form == "verdict":
        return _judge_verdict(case, answer.value, sheet.expected[case])
    expected = sheet.expected[case] if task.form == "arrays" else [sheet.expected[case]]
    got = answer.value if task.form == "arrays" else [answer.value]
    if len(got) != len(expected):
        return Finding(case, f"it returned {len(got)} arrays, expected {len(expected)}", "count")
    for part in range(len(expected)) if check.part is None else (check.part,):
        name = task.returns[part] if len(task.returns) == len(expected) else f"{task.returns[0]}[{part}]"
        allowed = sheet.tolerance(case, part, expected[part], check.scale)
        mismatch = compare(name, got[part], expected[part], backwards=name == "dL_dh", allowed=allowed)
        if mismatch:
            return Finding(case, mismatch.text, mismatch.kind)
    return None


def _no_value(case: str, answer: Answer, task: Task) -> Finding:
    """Why there is no value to judge."""
    if answer.raised and answer.raised.not_implemented:
        return Finding(case, "it is not attempted yet", "missing")
    if answer.raised:
        return Finding(case, f"it raised {answer.raised}", "raised")
    if answer.kind == "unusable":
        return Finding(case, f"it returned {answer.text}, expected {WANTED[task.form]}", "unusable")
    if answer.kind == "missing":
        return Finding(case, "it is not defined", "missing")
    return Finding(case, answer.text, "dead")


def _judge_verdict(case: str, got: list[Any], expected: list[Any]) -> Finding | None:
    if len(got) != 2:
        return Finding(case, f"it returned {len(got)} values, expected the pair (status, t)", "count")
    if got == expected:
        return None
    return Finding(case, f"it says {tuple(got)}, expected {tuple(expected)}", "verdict")


def _largest(args: tuple[Any, ...]) -> float:
    """The largest finite entry of the arguments: the scale of an expected zero."""
    flat = [
        np.abs(np.asarray(a, dtype=float)).ravel() for arg in args for a in (arg if isinstance(arg, list) else [arg])
    ]
    entries = np.concatenate(flat)
    return float(entries[np.isfinite(entries)].max(initial=0.0))


def judge_refusals(sheet: Sheet, check: Check) -> Finding | None:
    """Every call raises ValueError."""
    for case in _asked_first(sheet, check):
        answer = sheet.answers[case]
        if answer.raised and answer.raised.value_error:
            continue
        if answer.kind in ("value", "unusable"):
            return Finding(case, "it returned a value, expected a ValueError", "accepted")
        found = _no_value(case, answer, sheet.task)
        if found.kind != "raised":
            return found
        return replace(found, text=f"{found.text}, expected a ValueError", kind="wrong_error")
    return None


def judge_purity(sheet: Sheet, check: Check) -> Finding | None:
    """No call has changed an argument."""
    for case, answer in sheet.answers.items():
        if answer.changed:
            changed = _names(sheet.task, answer.changed)
            return Finding(case, f"it changed its argument {changed}, expected to find it as it was", "argument")
    return None


def _names(task: Task, arguments: tuple[int, ...]) -> str:
    return ", ".join(name for number, name in enumerate(PARAMETERS[task.id]) if number in arguments)


def judge_newness(sheet: Sheet, check: Check) -> Finding | None:
    """No result is an argument, or lies in its memory."""
    for case, answer in sheet.answers.items():
        if answer.shares:
            theirs = _names(sheet.task, answer.shares)
            return Finding(case, f"it returned its argument {theirs} itself or in part, expected new arrays", "not_new")
    return None


def judge_memory(sheet: Sheet, check: Check) -> Finding | None:
    """The same arguments give the same answer, and an answer once given stays as it is."""
    for case, answer in sheet.answers.items():
        if answer.changed_later:
            return Finding(case, "its result changed after it was returned, when it was called again", "shared")
    first = repeated(sheet.args, sheet.answers)
    if not first:
        return None
    before, after = sheet.answers[first], sheet.answers["repeat"]
    for case, answer in ((first, before), ("repeat", after)):
        if answer.kind != "value":
            return _no_value(case, answer, sheet.task)
    if same(after.value, before.value):
        return None
    return Finding("repeat", "called again with the same arguments, it gave another answer", "remembers")


def repeated(args: Mapping[str, tuple[Any, ...]], answers: Mapping[str, Answer]) -> str:
    """The instance that is asked once more as "repeat"; nothing where no check asks it."""
    again = args.get("repeat")
    return next((case for case in answers if case != "repeat" and args[case] is again), "")


def judge_cost(sheet: Sheet, check: Check) -> Finding | None:
    """Eight times the steps take about eight times the work."""
    asked = [case for case in check.may_ask if case in sheet.answers]
    if not asked:  # the task had ended before
        return None
    grows = cost.what_grows(sheet.answers)
    if grows:
        return Finding(asked[-1], f"its work grows faster than T: {grows}", "cost")
    return judge_values(sheet, replace(check, cases=tuple(asked)))
