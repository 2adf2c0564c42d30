"""The test cases of one task, and one submission's answers to them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from autograder.engine.core.assignment import Args, Check, Task
from autograder.engine.judging.closeness import tolerance
from autograder.engine.judging.cost import STEPS, measured_by
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.session import Call

T = TypeVar("T")
BETWEEN, REPEAT = "between", "repeat"  # the repeated call, and right before it one that has its shapes


@dataclass(frozen=True)
class TaskCases:
    """The hidden test cases of one task in one variant, with the reference's answers. They serve all submissions."""

    task: Task
    args: Mapping[str, Args]
    expected: Mapping[str, Any]
    remembered: dict[Hashable, Any] = field(default_factory=dict)  # what is worked out once for all submissions

    @cached_property
    def names(self) -> list[str]:
        """The test cases by which a mistake can be recognised: all that are asked, but not those that only repeat."""
        return [case for case in self.calls if case not in (BETWEEN, REPEAT)]

    @cached_property
    def drawn(self) -> list[str]:
        """The same, and those that no check asks for."""
        return [case for case in self.args if case not in (BETWEEN, REPEAT, *STEPS)]

    @cached_property
    def calls(self) -> dict[str, Call]:
        """One call for each test case that is asked at once: check by check, and within a check in the order of the draw.

        The one that is repeated comes first of all: nothing can be remembered then.
        """
        place = {case: number for number, case in enumerate(self.args)}
        asked = [case for check in self.task.checks for case in sorted(check.cases, key=place.__getitem__)]
        first = [self.task.repeated] if self.task.repeated in asked else []
        return {case: self.call(case) for case in [*first, *asked]}

    def call(self, case: str) -> Call:
        """The call that asks one test case."""

        def made() -> Call:
            return Call(self.task.id, self.args[case], self.task.form, measured_by(case))

        return self.once(("call", case), made)

    def tolerance(self, case: str, part: int, check: Check) -> np.ndarray:
        """What an answer to one test case may be off by; an expected zero is measured by the arguments."""

        def allowed() -> np.ndarray:
            expected = self.expected[case] if self.task.form == "arrays" else [self.expected[case]]
            inputs = 0.0 if expected[part].any() else _largest(self.args[case])
            return tolerance(expected[part], check.scale, inputs)

        return self.once(("tolerance", case, part, check.scale), allowed)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, made when it is first asked for by this key, for all submissions."""
        if key not in self.remembered:
            self.remembered[key] = make()
        found: T = self.remembered[key]
        return found


@dataclass(frozen=True)
class AnsweredTask:
    """One task of one submission: its test cases, and what the student's code answered to those that were asked."""

    cases: TaskCases
    answers: Mapping[str, Answer]

    @property
    def task(self) -> Task:
        return self.cases.task

    @property
    def args(self) -> Mapping[str, Args]:
        return self.cases.args

    @property
    def expected(self) -> Mapping[str, Any]:
        return self.cases.expected

    def parts(self, case: str) -> tuple[list[Any], list[Any]]:
        """What was answered to a test case, and what is expected, each as a list of arrays or of a verdict's parts."""
        one = self.task.form == "array"
        got, expected = self.answers[case].value, self.expected[case]
        return ([got], [expected]) if one else (got, expected)

    def in_order(self) -> list[tuple[str, Answer]]:
        """The test cases with their answers, in the order in which the checks name them: the small ones tend to come first."""
        named = [case for check in self.task.checks for case in check.all_cases if case in self.answers]
        return [(case, self.answers[case]) for case in dict.fromkeys([*named, *self.answers])]

    def repeated(self) -> str:
        """The test case that is asked once more as `REPEAT`; nothing where no check asks it."""
        again = self.args.get(REPEAT)
        return next((case for case in self.answers if case not in (BETWEEN, REPEAT) and self.args[case] is again), "")


def _largest(args: Args) -> float:
    """The largest finite entry of the arguments: the scale of an expected zero."""
    flat = [
        np.abs(np.asarray(a, dtype=float)).ravel() for arg in args for a in (arg if isinstance(arg, list) else [arg])
    ]
    entries = np.concatenate(flat)
    return float(entries[np.isfinite(entries)].max(initial=0.0))
