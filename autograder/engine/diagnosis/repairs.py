"""Which small edits of a student's function make all its hidden tests pass? They are tried there, and judged here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.engine.core.assignment import Check
from autograder.engine.judging.answered import REPEAT, AnsweredTask, TaskCases
from autograder.engine.judging.judges import Finding, is_far, judge_statelessness, judge_values
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.searching import Searching, Tried
from autograder.engine.sandbox.worker.editing.questions import SKIPPING

_MOST_MATCHED = 200  # edits of one level that pass the first test case and are tried on every other one
_OF_ONE_SHAPE = 3  # test cases between the first and the repeated call, where something is remembered


@dataclass(frozen=True)
class Judge:
    """Judges what edited functions answer, by the checks of the task as they stand."""

    cases: TaskCases

    def passes(self, answers: Mapping[str, Answer]) -> bool:
        """Whether every check passes, as far as these test cases are concerned."""
        answered, checks = AnsweredTask(self.cases, answers), list(self._checks(answers))
        if any(check.judge is judge_values and is_far(answered, check) for check in checks):
            return False
        return not any(check.judge(answered, check) for check in checks)

    def _checks(self, answers: Mapping[str, Answer]) -> Iterator[Check]:
        for check in self.cases.task.checks:
            asked = tuple(case for case in check.cases if case in answers)
            if check.may_ask or (check.cases and not asked):
                continue
            if check.judge is judge_statelessness and not AnsweredTask(self.cases, answers).repeated():
                continue
            yield replace(check, cases=asked)


def repairs(
    searching: Searching, answered: AnsweredTask, fresh: Callable[[], TaskCases], finding: Finding, most: int
) -> list[Tried]:
    """The edits of the likeliest level at which one passes all hidden tests, and fresh ones that the search did not see.

    `fresh` draws them, where it comes to that. Raises EndedError where the search comes to no end.
    """
    start = 0
    for count in searching.counts:
        numbers = range(start, start + count)
        start += count
        if start > most:  # what is not tried might point elsewhere: then nothing is said
            return []
        first = _passing(searching, numbers, answered.cases, _first_asked(answered, finding))
        if len(first) > _MOST_MATCHED:
            return []
        mended = _passing(searching, first, answered.cases, list(answered.cases.calls)) if first else []
        if mended:
            mended = _passing(searching, mended, fresh(), list(answered.cases.calls))
        if finding.kind in ("argument", "not_new"):  # a step that is skipped changes nothing either
            mended = [tried for tried in mended if tried.kind not in SKIPPING]
        if mended:
            return mended
    return []


def _passing(
    searching: Searching, edits: Sequence[int] | Sequence[Tried], cases: TaskCases, asked: list[str]
) -> list[Tried]:
    """Those edits whose answers to these test cases are right."""
    judge = Judge(cases)
    numbers = [edit.number if isinstance(edit, Tried) else edit for edit in edits]
    right: dict[int, bool] = {}
    found = []
    for tried in searching.tried(numbers, [cases.call(case) for case in asked]):
        if tried.same is not None:
            right[tried.number] = right.get(tried.same, False)
        else:
            right[tried.number] = judge.passes(dict(zip(asked, tried.answers, strict=True)))
        if right[tried.number]:
            found.append(tried)
    return found


def _first_asked(answered: AnsweredTask, finding: Finding) -> list[str]:
    """The test case that failed; where something is remembered, those that can show it."""
    if finding.kind not in ("remembers", "shared"):
        return [finding.case]
    first = answered.repeated()
    if not first:
        return list(answered.cases.calls)
    shapes = _shapes(answered, first)
    alike = [case for case in answered.cases.names if case != first and _shapes(answered, case) == shapes]
    return [first, *alike[:_OF_ONE_SHAPE], REPEAT]


def _shapes(answered: AnsweredTask, case: str) -> list[object]:
    return [getattr(arg, "shape", None) for arg in answered.args[case]]
