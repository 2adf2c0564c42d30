"""The hidden tests of a course: every test case, drawn from the secret seed, with the reference's answer to it.

All that an answer could be guessed from comes from the seed. What the test cases must guarantee is verified when they are
drawn, and they are drawn again where it fails: a known mistake fails the same checks on every draw. They are made once
and serve all submissions.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Assignment, Cases, Rng, SuiteError, Task
from autograder.engine.core.raised import raised
from autograder.engine.core.settings import FILE, Limits, SettingsError
from autograder.engine.judging.answered import BETWEEN, REPEAT, AnsweredTask, TaskCases
from autograder.engine.judging.judges import judge_refusals, judge_values
from autograder.engine.sandbox.answers import Answer

VARIANTS = 16  # of the hidden tests
_ATTEMPTS = 50
_DEFAULTS = Limits()
_COARSE = 1e-12  # relative: an answer that this moves by more than the tolerance depends on how it is computed


class HiddenTests:
    """The test cases of all tasks for one seed, each drawn when it is first asked for, in a few variants.

    Two submissions seldom get the same one, and what a student learns of one upload's test cases is worth little in the
    next. Raises SettingsError where a test case does not fit the limits.
    """

    def __init__(self, assignment: Assignment, seed: str, limits: Limits = _DEFAULTS) -> None:
        self.assignment = assignment
        self.seed = seed
        self._limits = limits
        self._cases: dict[tuple[str, int], TaskCases] = {}
        self._measured: dict[str, _Drawn] = {}

    def variant(self, digest: str) -> int:
        """Which variant a submission gets: the same work gets the same one."""
        drawn = hashlib.sha256(f"{self.seed}/{digest}".encode()).digest()
        return int.from_bytes(drawn, "big") % VARIANTS

    def cases(self, task: str, variant: int = 0) -> TaskCases:
        if (task, variant) not in self._cases:
            drawn = _draw(self.assignment.by_id[task], f"{self.seed}/{variant}", self._that_measure(task))
            if faults := unfit(drawn, self._limits):
                raise SettingsError("; ".join(faults))
            self._cases[task, variant] = drawn
        return self._cases[task, variant]

    def _that_measure(self, task: str) -> "_Drawn":
        """The test cases that only measure work: they are long, and one draw serves all variants."""
        if task not in self._measured:
            draw = self.assignment.by_id[task].measured
            with _as_suite_error(f"the draw of the test cases that measure {task}"):
                args = draw(_generator(f"{self.seed}/{task}/cost")) if draw else {}
            self._measured[task] = _drawn(self.assignment.by_id[task], args)
        return self._measured[task]


@dataclass(frozen=True)
class _Drawn:
    """Test cases by name, and what the reference answers to them."""

    args: Mapping[str, Args]
    expected: Mapping[str, Any]


def draw(task: Task, seed: str, attempt: int = 0) -> Cases:
    """The test cases of a task by name. The same seed draws the same ones."""
    rng = _generator(f"{seed}/{task.id}/{attempt}")
    with _as_suite_error(f"the draw of {task.id}"):
        cases = dict(task.draw(rng))
    if task.repeated not in cases:
        raise SuiteError(f"{task.id} repeats the test case {task.repeated}, {_not_drawn(cases)}")
    repeated = cases[task.repeated]
    between = cases.get("again", repeated)
    if task.in_any_order:
        cases = {str(name): cases[name] for name in rng.permutation(list(cases))}
    return cases | {BETWEEN: between, REPEAT: repeated}


def _generator(seed: str) -> Rng:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big"))


def _drawn(task: Task, args: Mapping[str, Args]) -> _Drawn:
    expected = {}
    for case, own in args.items():
        with _as_suite_error(f"the reference's {task.id}, for the test case {case},"):
            expected[case] = task.answer(own)
    return _Drawn(args, expected)


def _draw(task: Task, seed: str, measured: _Drawn) -> TaskCases:
    why = ""
    for attempt in range(_ATTEMPTS):
        drawn = _drawn(task, draw(task, seed, attempt))
        cases = TaskCases(task, {**drawn.args, **measured.args}, {**drawn.expected, **measured.expected})
        if unasked := list(_unasked(cases)):
            raise SuiteError("; ".join(unasked))
        with _as_suite_error(f"verifying a draw of {task.id}"):
            why = task.unsound(cases.args, cases.expected) or _hangs_on_rounding(cases)
        if not why:
            return cases
    raise SuiteError(f"{why} (in {_ATTEMPTS} draws of {task.id})")


def _unasked(cases: TaskCases) -> Iterator[str]:
    """Checks that could judge nothing, or ask for what is not drawn."""
    task = cases.task
    for check in task.checks:
        if not check.all_cases and check.judge in (judge_values, judge_refusals):
            yield f"the check {check.id} of {task.id} asks for no test case, and everybody would pass it: name one"
        for case in check.all_cases:
            if case not in cases.args:
                yield f"the check {check.id} of {task.id} asks for the test case {case}, {_not_drawn(cases.args)}"


def _not_drawn(args: Mapping[str, Args]) -> str:
    return f"which is not drawn; it draws {', '.join(args) or 'none'}"


@contextmanager
def _as_suite_error(what: str) -> Iterator[None]:
    """What the suite's own code raises becomes one sentence."""
    try:
        yield
    except SuiteError:
        raise
    except Exception as error:
        raise SuiteError(f"{what} raises {raised(error)}") from error


def _hangs_on_rounding(cases: TaskCases) -> str:
    """The check that would fail the reference, were its arguments rounded a thousand times as coarsely as they are."""
    task = cases.task
    if task.form == "verdict":
        return ""
    noise = np.random.default_rng(0)

    def shaken(value: Any) -> Any:
        if isinstance(value, list):
            return [shaken(part) for part in value]
        real = isinstance(value, np.ndarray) and value.dtype == float
        return value * (1 + _COARSE * noise.uniform(-1, 1, value.shape)) if real else value

    answers = {case: Answer("value", task.answer(tuple(map(shaken, cases.args[case])))) for case in cases.drawn}
    answered = AnsweredTask(cases, answers)
    valued = [check for check in task.checks if not check.gated and answers.keys() >= set(check.cases)]
    failed = next((check.id for check in valued if check.judge(answered, check)), "")
    return f"the test cases of the check {failed} of {task.id} depend on rounding: draw better ones" if failed else ""


def unfit(cases: TaskCases, limits: Limits) -> list[str]:
    """The test cases whose arguments or right answers are larger than a limit lets through."""
    found = []
    for case, args in cases.args.items():
        for what, value, most in (
            ("answer_bytes", cases.expected[case], limits.answer_bytes),
            ("request_bytes", args, limits.request_bytes),
        ):
            size = _bytes(value)
            if size > most:
                found.append(
                    f"{FILE}: {what} = {most} is less than the {size} bytes of the test case {case} of {cases.task.id}: "
                    "raise it"
                )
    return found


def _bytes(value: Any) -> int:
    """Of all arrays in it."""
    if isinstance(value, list | tuple):
        return sum(map(_bytes, value))
    return value.nbytes if isinstance(value, np.ndarray) else 0
