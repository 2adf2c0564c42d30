"""Searches the failed tasks of one submission for the line with the mistake. Points and verdicts stand before it begins."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from autograder.engine.core.assignment import Check
from autograder.engine.core.result import CheckResult, TaskResult
from autograder.engine.core.settings import Course, Limits
from autograder.engine.course.released import Released
from autograder.engine.diagnosis.location import Located, located
from autograder.engine.diagnosis.questions import NOTHING_NAMED
from autograder.engine.diagnosis.repairs import repairs
from autograder.engine.grading.asking import Asked
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.judging.judges import Finding
from autograder.engine.sandbox.answers import Raised
from autograder.engine.sandbox.searching import Searching, Wanted
from autograder.engine.sandbox.session import Session

_EDIT_S = 2.0  # processor time of one edit: an honest one takes a few milliseconds


def with_locations(
    judged: Sequence[TaskResult],
    asked: Asked,
    variant: int,
    course: Course,
    hidden: HiddenTests,
    release: Released,
) -> tuple[TaskResult, ...]:
    """The same results; where a failed task's line is found, its failed checks name it."""
    wanted = [result.id for result in judged if _is_searched(result, course)]
    if not wanted:
        return tuple(judged)
    try:
        found = _found(wanted, asked, variant, course, hidden, release)
    except Exception:  # whatever the search meets: the verdict stands, and no line is named
        return tuple(judged)
    by_id = {answered.task.id: answered for answered in asked.tasks}
    return tuple(_with(result, by_id[result.id], found.get(result.id)) for result in judged)


def _found(
    wanted: Collection[str],
    asked: Asked,
    variant: int,
    course: Course,
    hidden: HiddenTests,
    release: Released,
) -> dict[str, Located]:
    """By task what was found, in one session of the submission's."""
    limits, left, found = course.limits, course.limits.edits_of_all, {}
    asked.session.go_on(_far(limits))
    for answered in asked.tasks:
        if answered.task.id not in wanted or left <= 0:
            continue
        fresh = partial(hidden.cases, answered.task.id, 0 if variant else 1)
        search = _Search(asked.session, answered, release, replace(limits, edits=min(limits.edits, left)))
        if place := search.located(asked, fresh, course.show_values):
            found[answered.task.id] = place
        left -= search.spent
    return found


def _is_searched(result: TaskResult, course: Course) -> bool:
    """Only a function that answers, and wrongly, has a line to be found."""
    if result.status != "failed" or course.locate == "off":
        return False
    return course.locate == "all" or not any(check.misconception for check in result.checks)


def _far(limits: Limits) -> Limits:
    """The limits of the search: the edits, each on all test cases of its task, and the cells where they run once more."""
    return replace(limits, submission_s=limits.edits_s, call_s=min(limits.call_s, _EDIT_S))


def _findings(answered: AnsweredTask) -> list[tuple[Check, Finding]]:
    """The failed checks, each with why. No small edit mends work that grows too fast."""
    found = [(check, check.judge(answered, check)) for check in answered.task.checks]
    return [(check, finding) for check, finding in found if finding and finding.kind != "cost"]


class _Search:
    """The search for one task."""

    def __init__(self, session: Session, answered: AnsweredTask, release: Released, limits: Limits) -> None:
        self._session, self._answered, self._release, self._limits = session, answered, release, limits
        self.spent = 0

    def located(self, asked: Asked, fresh: Callable[[], TaskCases], show_values: bool) -> Located | None:
        task, asked_at_once = self._answered.task, self._answered.cases.calls
        findings = [found for _, found in _findings(self._answered) if found.case in asked_at_once]
        if not findings:
            return None
        raised_again = (found for found in findings if found.kind == "remembers" and self._raised(found.case))
        finding = next(raised_again, findings[0])
        raised = self._raised(finding.case)
        if raised and raised.versions:  # what to do is said already
            return None
        wanted = Wanted(task.id, task.parameters, self._release.given, task.words, self._limits.edit_lines)
        try:
            searching = Searching(self._session, wanted, self._answered.cases.call(finding.case))
            self.spent = min(sum(searching.counts), self._limits.edits)
            if not asked.locked <= searching.cell < len(asked.sources):
                return None
            mended = repairs(searching, self._answered, fresh, finding, self._limits.edits)
        except Exception:  # this task's search alone is over
            self._session.close()
            return None
        return located(mended, asked.sources[searching.cell], finding, show_values)

    def _raised(self, case: str) -> Raised | None:
        return self._answered.answers[case].raised


def _with(result: TaskResult, answered: AnsweredTask, found: Located | None) -> TaskResult:
    """A result whose failed checks name the line, and end in its question."""
    if found is None:
        return result
    failed = {check.id for check, _ in _findings(answered)}
    return replace(
        result, checks=tuple(_line(check, found) if check.id in failed else check for check in result.checks)
    )


def _line(check: CheckResult, found: Located) -> CheckResult:
    message = (check.message or "").removesuffix(f" {NOTHING_NAMED}")
    if found.location is None and message.endswith("?"):  # what leads on is there already
        return check
    question = found.sentence.rpartition("`: ")[2]
    if question and message.lower().endswith(question.lower()):  # asked once, with the line
        message = message[: -len(question)].rstrip()
    message = f"{message} {found.sentence}"
    return replace(check, message=message, location=found.location)
