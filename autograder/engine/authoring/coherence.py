"""Whether the suite holds together: tasks, checks, test cases and known mistakes. For whoever has changed one of them."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from autograder.engine.authoring import guesses
from autograder.engine.core.assignment import Assignment, Check, Misconception, SuiteError, Task
from autograder.engine.core.raised import raised
from autograder.engine.core.settings import Limits
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.candidates import Compared
from autograder.engine.diagnosis.known_mistakes import mistaken, pairs
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.hidden_tests import HiddenTests, unfit
from autograder.engine.sandbox.answers import Answer, Raised

_DRAWS = 4
_SEED = "whether the tables hold together"


@cache
def faults() -> tuple[str, ...]:
    """What does not hold together, one sentence each."""
    hidden = HiddenTests(ASSIGNMENT, _SEED)
    entries = [fault for known in ASSIGNMENT.misconceptions for fault in _entry_faults(known)]
    return (*entries, *(fault for task in ASSIGNMENT.by_id for fault in task_faults(task, hidden)))


def task_faults(task: str, hidden: HiddenTests) -> list[str]:
    """What does not hold together in the tables of one task."""
    own = hidden.assignment.by_id[task]
    found = list(_undescribed(hidden.assignment, own))
    if own.points <= 0 or not sum(check.weight for check in own.checks):
        return [*found, f"autograder/suite/{task}.py: {task} needs points, and checks with weights that share them"]
    found += _check_faults(own)
    try:
        cases = [hidden.cases(task, variant) for variant in range(_DRAWS)]
        return found + (list(_broken(cases[0])) or [*_faults_of_cases(cases[0]), *_always(cases)])
    except SuiteError as error:
        return [*found, f"autograder/suite/{task}.py: {error}"]
    except Exception as error:
        return [*found, f"autograder/suite/{task}.py: its tables cannot be tried, for one raises {raised(error)}"]


def _faults_of_cases(cases: TaskCases) -> list[str]:
    return _case_faults(cases) or [
        *unfit(cases, Limits()),
        *(fault for known in cases.task.misconceptions for fault in _unseen(cases, known)),
        *guesses.faults(cases.task),
    ]


def _always(draws: list[TaskCases]) -> list[str]:
    """What is wrong with each of several draws: known mistakes that cannot be told from the right answer or another one."""
    found = [_not_apart(cases) for cases in draws]
    return [fault for fault in found[0] if all(fault in others for others in found)]


def _not_apart(cases: TaskCases) -> list[str]:
    known = cases.task.misconceptions
    right = [Compared(cases.expected[case], None) for case in cases.drawn]
    answers = {one.id: [Compared(mistaken(cases, one, case), None) for case in cases.drawn] for one in known}

    def differ(one: list[Compared], other: list[Compared]) -> Iterator[bool]:
        return (not a.is_like(b) for a, b in zip(one, other, strict=True))

    faults = [
        f"the known mistake {mistake.id} gives the reference's answers on all test cases but one at most: "
        "mend its function, or draw test cases on which it is wrong"
        for mistake in known
        if sum(differ(right, answers[mistake.id])) < 2
    ]
    return faults + [
        f"the known mistakes {one.id} and {other.id} give the same answers on every test case: "
        "take one of them out, or name each in the other's same_as"
        for one, other in combinations(known, 2)
        if other.name not in one.same_as and not any(differ(answers[one.id], answers[other.id]))
    ]


def _broken(cases: TaskCases) -> Iterator[str]:
    """Mistaken functions that fail where a student's would at least compute something."""
    for known in (*cases.task.misconceptions, *pairs(cases.task)):
        try:
            for case in cases.drawn:
                known.answer(cases.args[case])
        except SuiteError as error:
            yield f"autograder/suite/{known.task}.py: {error}"


def _entry_faults(known: Misconception) -> Iterator[str]:
    where = f"autograder/suite/{known.task}.py: {known.id}"
    if [other.id for other in ASSIGNMENT.misconceptions].count(known.id) > 1:
        yield f"{where} stands in the table more than once: give each a name of its own"
    if not known.title or not known.question.endswith("?"):
        yield f"{where} needs a title, and a question that ends with a question mark"


def _undescribed(assignment: Assignment, task: Task) -> Iterator[str]:
    """Arguments of which no sentence to a student could say anything."""
    for name in task.parameters:
        if name not in (*assignment.axes, *assignment.numbers, *assignment.lists):
            yield (
                f"autograder/suite/__init__.py says nothing of the argument {name} of {task.id}: "
                "add it to axes, numbers or lists"
            )


def _check_faults(task: Task) -> Iterator[str]:
    """A task's checks, before anything is asked."""
    checks = task.checks
    if all(check.gated for check in checks):
        yield f"autograder/suite/{task.id}.py: {task.id} has no check of its values"
        return
    ids = [check.id for check in checks]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"autograder/suite/{task.id}.py: {task.id} has two checks {id}: give each an id of its own"
    for check in checks:
        if not check.asks:
            yield (
                f"autograder/suite/{task.id}.py: the check {check.id} of {task.id} needs "
                "the line that the student reads (asks)"
            )
        if not task.worth[check.id]:
            yield f"autograder/suite/{task.id}.py: the check {check.id} of {task.id} brings no points: raise its weight"


def _case_faults(cases: TaskCases) -> list[str]:
    """Test cases that are drawn and that no check asks for."""
    return [
        f"autograder/suite/{cases.task.id}.py: no check of {cases.task.id} asks for the test case {case}: "
        "take it out, or name it in a check"
        for case in cases.args
        if not any(case in check.all_cases for check in cases.task.checks)
    ]


def _unseen(cases: TaskCases, known: Misconception) -> Iterator[str]:
    """A known mistake that passes every check."""
    answers = {case: _answer(known.answer(args)) for case, args in cases.args.items()}
    answered = AnsweredTask(cases, answers)
    if not any(_fails(answered, check) for check in cases.task.checks):
        yield f"autograder/suite/{known.task}.py: {known.id} passes every check of its task: add a check, or a test case to one"


def _fails(answered: AnsweredTask, check: Check) -> bool:
    return check.judge(answered, check) is not None


def _answer(value: object) -> Answer:
    if isinstance(value, ValueError):
        return Answer("raised", raised=Raised("ValueError", "", value_error=True))
    return Answer("raised", raised=Raised("IndexError", "")) if value is None else Answer("value", value)
