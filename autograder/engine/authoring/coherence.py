"""Whether the tables hold together: tasks, checks, instances and known mistakes. For whoever has changed one of them."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np

from autograder.engine.authoring import guesses
from autograder.engine.core.assignment import Check, Misconception
from autograder.engine.core.settings import Limits
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.known_mistakes import candidates, mistaken
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.hidden_tests import HiddenTests, HiddenTestsError, draw, unfit
from autograder.engine.sandbox.answers import Answer, Raised

_DRAWS = 4
_SEED = "whether the tables hold together"


@cache
def faults() -> tuple[str, ...]:
    """What does not hold together, one sentence each."""
    exam = HiddenTests(ASSIGNMENT, _SEED)
    entries = [fault for known in ASSIGNMENT.misconceptions for fault in _entry_faults(known)]
    return (*entries, *(fault for task in ASSIGNMENT.by_id for fault in task_faults(task, exam)))


def task_faults(task: str, exam: HiddenTests) -> list[str]:
    """What does not hold together in the tables of one task."""
    found = list(_check_faults(task))
    broken = list(_broken(task))
    try:
        return found + (
            broken or _paper_faults(exam.cases(task)) + _always([exam.cases(task, k) for k in range(_DRAWS)])
        )
    except HiddenTestsError as error:
        return [*found, f"autograder/suite/{task}.py: {error}"]


def _paper_faults(paper: TaskCases) -> list[str]:
    return _case_faults(paper) or [
        *unfit(paper, Limits()),
        *(fault for known in ASSIGNMENT.by_id[paper.task.id].misconceptions for fault in _unseen(paper, known)),
        *guesses.faults(paper.task.id),
    ]


def _always(papers: list[TaskCases]) -> list[str]:
    """What is wrong with each of several draws: known mistakes that cannot be told from the right answer or another one."""
    found = [_not_apart(paper) for paper in papers]
    return [fault for fault in found[0] if all(fault in others for others in found)]


def _not_apart(paper: TaskCases) -> list[str]:
    known = ASSIGNMENT.by_id[paper.task.id].misconceptions
    told_apart = [(case, candidates(paper, known, case, None)) for case in paper.drawn]
    told = np.sum([found.tell for _, found in told_apart], axis=0)  # by mistake: on how many instances
    apart = {one.id: np.any([~c.are(mistaken(paper, one)[case]) for case, c in told_apart], axis=0) for one in known}
    faults = [
        f"the known mistake {mistake.id} gives the reference's answers on all instances but one at most: "
        "mend its function, or draw instances on which it is wrong"
        for mistake, instances in zip(known, told, strict=True)
        if instances < 2
    ]
    return faults + [
        f"the known mistakes {one.id} and {other.id} give the same answers on every instance: "
        "take one of them out, or name each in the other's same_as"
        for (_, one), (number, other) in combinations(enumerate(known), 2)
        if not apart[one.id][number] and other.name not in one.same_as
    ]


def _broken(task: str) -> Iterator[str]:
    """Mistaken functions that fail where a student's would at least compute something."""
    drawn = draw(ASSIGNMENT.by_id[task], _SEED)
    for known in ASSIGNMENT.by_id[task].misconceptions:
        try:
            for args in drawn.values():
                known.answer(args)
        except Exception as error:
            yield f"autograder/suite/{task}.py: the function of {known.id} raises {type(error).__name__}: {error}"


def _entry_faults(known: Misconception) -> Iterator[str]:
    where = f"autograder/suite/{known.task}.py: {known.id}"
    if [other.id for other in ASSIGNMENT.misconceptions].count(known.id) > 1:
        yield f"{where} stands in the table more than once: give each a name of its own"
    if not known.title or not known.question.endswith("?"):
        yield f"{where} needs a title, and a question that ends with a question mark"


def _check_faults(task: str) -> Iterator[str]:
    """A task's checks, before anything is asked."""
    checks = ASSIGNMENT.by_id[task].checks
    if all(check.gated for check in checks):
        yield f"autograder/suite/{task}.py: {task} has no check of its values"
        return
    ids = [check.id for check in checks]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"autograder/suite/{task}.py: {task} has two checks {id}: give each an id of its own"
    for check in checks:
        if not check.asks:
            yield f"autograder/suite/{task}.py: the check {check.id} of {task} needs the line that the student reads (asks)"
        if not ASSIGNMENT.by_id[task].worth[check.id]:
            yield f"autograder/suite/{task}.py: the check {check.id} of {task} brings no points: raise its weight"


def _case_faults(paper: TaskCases) -> list[str]:
    """Instances that a check asks for and that are not drawn, and the other way round."""
    return [
        f"autograder/suite/{paper.task.id}.py: the check {check.id} of {paper.task.id} asks for the instance {case}, "
        f"which is not drawn; it draws {', '.join(paper.args)}"
        for check in ASSIGNMENT.by_id[paper.task.id].checks
        for case in check.all_cases
        if case not in paper.args
    ] + [
        f"autograder/suite/{paper.task.id}.py: no check of {paper.task.id} asks for the instance {case}: "
        "take it out, or name it in a check"
        for case in paper.args
        if not any(case in check.all_cases for check in ASSIGNMENT.by_id[paper.task.id].checks)
    ]


def _unseen(paper: TaskCases, known: Misconception) -> Iterator[str]:
    """A known mistake that passes every check."""
    answers = {case: _answer(known.answer(args)) for case, args in paper.args.items()}
    sheet = AnsweredTask(paper, answers)
    if not any(_fails(sheet, check) for check in ASSIGNMENT.by_id[paper.task.id].checks):
        yield f"autograder/suite/{known.task}.py: {known.id} passes every check of its task: add a check, or an instance to one"


def _fails(sheet: AnsweredTask, check: Check) -> bool:
    return check.judge(sheet, check) is not None


def _answer(value: object) -> Answer:
    if isinstance(value, ValueError):
        return Answer("raised", raised=Raised("ValueError", "", value_error=True))
    return Answer("raised", raised=Raised("IndexError", "")) if value is None else Answer("value", value)
