"""How a check judges the answers to its test cases: values, refusals, changed arguments, statelessness, and cost."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from autograder.engine.core.assignment import Check, Task
from autograder.engine.judging import cost
from autograder.engine.judging.answered import REPEAT, AnsweredTask
from autograder.engine.judging.closeness import compare, is_close
from autograder.engine.judging.sameness import same
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.worker.unset import is_unset

FindingKind = Literal[
    "values", "verdict", "shape", "non_finite", "unset", "count", "unusable", "raised", "missing", "dead",
    "accepted", "returned_error", "wrong_error", "argument", "not_new", "remembers", "shared", "cost",
]  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Why a check failed: the test case on which it shows, and the middle of a sentence about it."""

    case: str
    text: str
    kind: FindingKind


NOT_ATTEMPTED = "it is not attempted yet"
NOT_DEFINED = "it is not defined"
WANTED = {"array": "one real array", "arrays": "a sequence of real arrays", "verdict": "a pair (status, t)"}


def judge_values(answered: AnsweredTask, check: Check) -> Finding | None:
    """Every answer is the reference's, within the tolerance."""
    for case in _asked_first(answered, check):
        finding = judge_case(answered, check, case)
        if finding:
            return finding
    return None


def _asked_first(answered: AnsweredTask, check: Check) -> list[str]:
    """A check's test cases; one that was not asked, because another call had ended the process, comes behind that one."""
    return sorted(check.cases, key=lambda case: answered.answers[case].kind == "unasked")


def judge_case(answered: AnsweredTask, check: Check, case: str) -> Finding | None:
    """The answer to one test case against the reference's."""
    answer, task = answered.answers[case], answered.task
    if answer.kind != "value":
        return _no_value(case, answer, task)
    if task.form == "verdict":
        return _judge_verdict(case, answer.value, answered.expected[case])
    got, expected = answered.parts(case)
    if len(got) != len(expected) or _is_one_array(answer, task, got, expected):
        came = f"{len(got)} arrays" if answer.one is None else f"one array of shape {answer.one}"
        wanted = f"{len(expected)}" if answer.one is None else f"{len(expected)} arrays"
        return Finding(case, f"it returned {came}, expected {wanted}", "count")
    for part in range(len(expected)) if check.part is None else (check.part,):
        name = task.returns[part] if len(task.returns) == len(expected) else f"{task.returns[0]}[{part}]"
        allowed = answered.cases.tolerance(case, part, check)
        mismatch = compare(name, got[part], expected[part], backwards=task.from_the_end, allowed=allowed)
        if mismatch:
            unset = mismatch.kind != "shape" and is_unset(got[part][mismatch.index])
            return Finding(case, mismatch.text, "unset" if unset else mismatch.kind)
    return None


def is_far(answered: AnsweredTask, check: Check) -> bool:
    """Whether `judge_values` would find an array that is not the expected one. Asked first where no sentence is wanted."""
    for case in check.cases:
        if answered.answers[case].kind == "value" and answered.task.form != "verdict":
            got, expected = answered.parts(case)
            parts = range(len(expected)) if check.part is None else (check.part,)
            allowed = ((part, answered.cases.tolerance(case, part, check)) for part in parts)
            if len(got) != len(expected) or not all(is_close(got[k], expected[k], most) for k, most in allowed):
                return True
    return False


def _is_one_array(answer: Answer, task: Task, got: list[Any], expected: list[Any]) -> bool:
    """Whether one array came whose rows only happen to be as many as the arrays that are asked for."""
    apart = any(one.shape != other.shape for one, other in zip(got, expected, strict=False))
    return answer.one is not None and len(task.returns) > 1 and apart


def _no_value(case: str, answer: Answer, task: Task) -> Finding:
    """Why there is no value to judge."""
    if answer.raised and answer.raised.not_implemented:
        return Finding(case, f"it raised {answer.raised}" if answer.raised.beside else NOT_ATTEMPTED, "missing")
    if answer.raised:
        return Finding(case, f"it raised {answer.raised}", "raised")
    if answer.kind == "unusable":
        return Finding(case, f"it returned {_thing(answer.text)}, expected {WANTED[task.form]}", "unusable")
    if answer.kind == "missing":
        return Finding(case, f"{NOT_DEFINED}; {answer.text}" if answer.text else NOT_DEFINED, "missing")
    return Finding(case, answer.text, "dead")


def _thing(what: str) -> str:
    """What came, with its articles: "a sequence that holds an array of dtype bool"."""
    *around, last = what.replace("ndarray", "array").split(" holds ")
    if last != "None" and not last.startswith(("a ", "an ")):
        last = f"{'an' if last[:1] in 'aeio' else 'a'} {last}"
    return " holds ".join([*around, last])


def _judge_verdict(case: str, got: list[Any], expected: list[Any]) -> Finding | None:
    if len(got) != 2:
        return Finding(case, f"it returned {len(got)} values, expected the pair (status, t)", "count")
    if got == expected:
        return None
    return Finding(case, f"it says {tuple(got)}, expected {tuple(expected)}", "verdict")


def judge_refusals(answered: AnsweredTask, check: Check) -> Finding | None:
    """Every call raises ValueError."""
    for case in _asked_first(answered, check):
        answer = answered.answers[case]
        if answer.raised and answer.raised.value_error:
            continue
        if answer.kind == "unusable" and answer.text == "ValueError":
            return Finding(case, "it returned a ValueError, expected it to be raised", "returned_error")
        if answer.kind in ("value", "unusable"):
            return Finding(case, "it returned a value, expected a ValueError", "accepted")
        found = _no_value(case, answer, answered.task)
        if found.kind != "raised":
            return found
        return replace(found, text=f"{found.text}, expected a ValueError", kind="wrong_error")
    return None


def judge_purity(answered: AnsweredTask, check: Check) -> Finding | None:
    """No call has changed an argument."""
    for case, answer in answered.in_order():
        if answer.changed:
            changed = _names(answered.task, answer.changed)
            return Finding(case, f"it changed its argument {changed}, expected to find it as it was", "argument")
    return None


def _names(task: Task, arguments: tuple[int, ...]) -> str:
    return ", ".join(name for number, name in enumerate(task.parameters) if number in arguments)


def judge_newness(answered: AnsweredTask, check: Check) -> Finding | None:
    """No result is an argument, or lies in its memory."""
    for case, answer in answered.in_order():
        if answer.shares:
            theirs = _names(answered.task, answer.shares)
            return Finding(case, f"it returned its argument {theirs} itself or in part, expected new arrays", "not_new")
    return None


def judge_statelessness(answered: AnsweredTask, check: Check) -> Finding | None:
    """The same arguments give the same answer, and an answer once given stays as it is."""
    for case, answer in answered.in_order():
        if answer.changed_later:
            return Finding(case, "its result changed after it was returned, when it was called again", "shared")
    first = answered.repeated()
    if not first:
        return None
    before, after = answered.answers[first], answered.answers[REPEAT]
    if before.kind == "value" and after.raised:
        return Finding(REPEAT, f"called again with the same arguments, it raised {after.raised}", "remembers")
    for case, answer in ((first, before), (REPEAT, after)):
        if answer.kind != "value":
            return _no_value(case, answer, answered.task)
    if same(after.value, before.value):
        return None
    return Finding(REPEAT, "called again with the same arguments, it gave another answer", "remembers")


def judge_cost(answered: AnsweredTask, check: Check) -> Finding | None:
    """Eight times the steps take about eight times the work."""
    asked = [case for case in check.may_ask if case in answered.answers]
    if not asked:  # the task had ended before
        return None
    grows = cost.what_grows(answered.answers)
    if grows:
        return Finding(asked[-1], f"its work grows faster than T: {grows}", "cost")
    return judge_values(answered, replace(check, cases=tuple(asked)))
