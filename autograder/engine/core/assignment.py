"""What an assignment is, in plain frozen data: tasks, test cases, checks, known mistakes. The suite fills it in."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from autograder.engine.core.raised import raised

Form = Literal["array", "arrays", "verdict"]  # one array; a sequence of arrays; the pair (status, step)
Args = tuple[Any, ...]  # of one call
Cases = dict[str, Args]  # the test cases of a task, by name
Rng = np.random.Generator


class SuiteError(Exception):
    """The suite or the reference does not do; the message says what to mend, one sentence a line."""


@dataclass(frozen=True)
class Check:
    """One line of a task's report. It passes or fails whole, and brings its weight's share of the task's points.

    `judge` takes an AnsweredTask and this check, and returns a Finding where it fails. `asks` is the line the student reads.
    """

    id: str
    weight: float
    asks: str
    cases: tuple[str, ...]  # the test cases whose answers it judges
    judge: Callable[[Any, "Check"], Any]
    scale: Literal["row", "entry", "array", "1/T"] = "array"  # of the tolerance
    part: int | None = None  # of a task that returns several arrays: the one that is looked at
    gated: bool = False  # counts only where a check of the task's values passes
    may_ask: tuple[str, ...] = ()  # test cases that are asked later, where the answers so far call for them
    next_cases: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda answers: ()  # which of these come next

    @property
    def all_cases(self) -> tuple[str, ...]:
        """All test cases that it may ask."""
        return (*self.cases, *self.may_ask)


@dataclass(frozen=True)
class Misconception:
    """A mistake that students make in one task, and the mistaken function itself.

    `same_as` names other mistakes that no test case can tell from this one, because they compute the same thing.
    A `simple` mistake goes together with any other: it says what it does to a result of T steps. So does one of the
    arguments: `given` says which ones the function works with in place of its own.
    """

    name: str
    title: str
    question: str  # the one that leads a student to it
    mistaken: Callable[..., Any]
    same_as: tuple[str, ...] = ()
    simple: Callable[[np.ndarray, int], np.ndarray] | None = None
    given: Callable[..., Args] | None = None
    task: str = ""  # its task fills in these two
    form: Form = "array"

    @property
    def id(self) -> str:
        return f"{self.task}.{self.name}"

    def answer(self, args: Args) -> Any:
        """What the mistaken function returns, in the task's form; ValueError where it refuses, None where it fails.

        Raises SuiteError where it fails as no student's function would.
        """
        copies = tuple(_copy(arg) for arg in args)
        try:
            with np.errstate(all="ignore"):
                return in_form(self.form, self.mistaken(*copies))
        except ValueError as refusal:
            return refusal
        except (IndexError, TypeError, ZeroDivisionError, np.linalg.LinAlgError):
            return None
        except Exception as error:
            raise SuiteError(f"the function of {self.id} raises {raised(error)}") from error


def _nothing(args: Args, expected: Any) -> dict[str, np.ndarray]:
    return {}


def _sound(cases: Mapping[str, Args], expected: Mapping[str, Any]) -> str:
    return ""


@dataclass(frozen=True)
class Task:
    """One graded function. Its id is the function's name, the solution cell's `grade_id` and the report's `id`.

    `draw` makes the hidden test cases from a generator; those of one check are asked in this order. `function` is the
    reference: what it answers is expected.
    """

    id: str
    points: float
    returns: tuple[str, ...]  # the chapter's names of what it returns, in order
    form: Form
    function: Callable[..., Any]
    draw: Callable[[Rng], Cases]
    repeated: str  # the test case that is asked once more, late: code that remembers has something to confuse by then
    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    in_any_order: bool = False  # the seed decides in which order test cases are asked
    measured: Callable[[Rng], Cases] | None = None  # draws the test cases that measure the work
    unsound: Callable[[Mapping[str, Args], Mapping[str, Any]], str] = _sound  # why a draw does not do, or nothing
    terms: Callable[[Args, Any], Mapping[str, np.ndarray]] = _nothing  # of which an expected array is the sum
    from_the_end: bool = False  # its rows are computed from the last one back
    curve: str = ""  # the name of its rows, where a picture of their norms helps
    words: tuple[str, ...] = ()  # that a verdict may hold

    def __post_init__(self) -> None:
        known = tuple(replace(mistake, task=self.id, form=self.form) for mistake in self.misconceptions)
        object.__setattr__(self, "misconceptions", known)

    @property
    def test_cell(self) -> str:
        return test_cell(self.id)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the function's arguments."""
        return tuple(inspect.signature(self.function).parameters)

    @cached_property
    def worth(self) -> dict[str, float]:
        """The points of each check: the task's, split by weight, rounded to 0.01 so that they add up to the task's."""
        total, cents = sum(check.weight for check in self.checks), round(100 * self.points)
        exact = [cents * check.weight / total for check in self.checks]
        floors = [int(share) for share in exact]
        by_remainder = sorted(range(len(exact)), key=lambda i: floors[i] - exact[i])
        for i in by_remainder[: cents - sum(floors)]:
            floors[i] += 1
        return {check.id: share / 100 for check, share in zip(self.checks, floors, strict=True)}

    def answer(self, args: Args) -> Any:
        """What the reference returns, in the task's form; ValueError where it raises."""
        with np.errstate(all="ignore"):
            try:
                result = self.function(*args)
            except ValueError as refusal:
                return refusal
        return in_form(self.form, result)


@dataclass(frozen=True)
class Written:
    """One written answer, graded by hand."""

    id: str
    points: float


@dataclass(frozen=True)
class Assignment:
    """A whole assignment. `axes` says what each axis of an argument or a result counts; this describes a test case.

    An axis is a size by its name ("T"), or one more than it ("T+1"). `numbers` are arguments that are described by their
    value, and `lists` those that hold several arrays.
    """

    tasks: tuple[Task, ...]
    written: tuple[Written, ...]
    given: tuple[str, ...]  # functions in locked cells, supplied by the grader
    axes: Mapping[str, tuple[str, ...]]
    sizes: tuple[str, ...]  # by which a result may be multiplied or divided too often
    numbers: tuple[str, ...]
    lists: tuple[str, ...]
    asks: Mapping[str, str] = field(default_factory=dict)  # questions of its own, by "task kind" or "task check"

    @cached_property
    def by_id(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    @property
    def by_hand(self) -> float:
        """Points that no machine gives, and no total may count as lost."""
        return sum(answer.points for answer in self.written)

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        return tuple(known for task in self.tasks for known in task.misconceptions)


def test_cell(task: str) -> str:
    """The `grade_id` of the cell that checks a task."""
    return f"test_{task}"


test_cell.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test where it is imported


def in_form(form: Form, result: Any) -> Any:
    """A function's result in the form in which answers are judged."""
    if form == "array":
        return np.asarray(result, dtype=float)
    return [np.asarray(part, dtype=float) for part in result] if form == "arrays" else list(result)


def _copy(arg: Any) -> Any:
    if isinstance(arg, list):
        return [_copy(item) for item in arg]
    return arg.copy() if isinstance(arg, np.ndarray) else arg
