"""What holds of every draw of the hidden test cases, whatever the seed: nothing can be guessed, and no mistake gains or loses by luck."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from in_process import COURSE, judge
from support import SEED, corpus

from autograder.engine.authoring import guesses
from autograder.engine.core.assignment import in_form
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.explanation import Explainer
from autograder.engine.grading.grade import judge_task
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.hidden_tests import HiddenTests, _hangs_on_rounding, draw
from autograder.engine.sandbox.answers import Answer, Raised
from autograder.suite import explosions
from autograder.suite.drawing import carried

IDS = list(ASSIGNMENT.by_id)
EXAMS = [HiddenTests(ASSIGNMENT, f"draw {number}") for number in range(20)]
FEW = EXAMS[:4]

# Of the wrong formulations those that no call ends, and those that answer by chance, or are right by chance.
ENDLESS = {"hidden_grads-endless_while"}
BY_CHANCE = {
    "cross_entropy_grad-classes_of_the_labels",
    "hidden_grads-adds_absolute_noise",
    "spectral_radius-random_start",
    "spectral_radius-the_two_ends",
    "squared_error_grad-spsa",
}


@pytest.fixture(autouse=True)
def _unexplained(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked here is which checks fail, not in which words: looking for those takes ten times as long."""
    monkeypatch.setattr(Explainer, "explain", lambda self, check, finding: (f"{check.id} fails", None))


def told(value: Any) -> Answer:
    """A value as an answer."""
    if isinstance(value, ValueError):
        return Answer("raised", raised=Raised("ValueError", "", value_error=True))
    return Answer("raised", raised=Raised("IndexError", "")) if value is None else Answer("value", value)


def failed(paper: TaskCases, answer: Callable[[str], Any]) -> tuple[str, ...]:
    """The checks that these answers to each test case fail, but for that of cost."""
    answers = {case: told(answer(case)) for case in paper.calls}
    report = judge_task(AnsweredTask(paper, answers), {}, COURSE)
    return tuple(check.id for check in report.checks if not check.passed and check.id != "linear_work")


@pytest.mark.parametrize("known", ASSIGNMENT.misconceptions, ids=lambda known: known.id)
def test_a_known_mistake_fails_the_same_checks_on_each_draw(known):
    """A known mistake costs the same points whatever is drawn."""
    papers = [exam.cases(known.task) for exam in EXAMS]
    assert len({failed(paper, lambda case, paper=paper: known.answer(paper.args[case])) for paper in papers}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("task", IDS)
def test_a_wrong_formulation_fails_the_same_checks_on_each_draw(task):
    """Every wrong formulation that does not answer by chance costs the same points whatever is drawn."""
    moved = {}
    for way in corpus("wrong"):
        if way.task != task or way.id in ENDLESS | BY_CHANCE or "quadratic" in way.source:
            continue
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            reports = [judge(way, exam.cases(task)) for exam in EXAMS]
        costs = {tuple(check.id for check in report.checks if not check.passed) for report in reports}
        if len(costs) > 1:
            moved[way.id] = costs
    assert moved == {}


@pytest.mark.slow
@pytest.mark.parametrize("task", IDS)
def test_a_right_formulation_is_right_on_each_draw(task):
    """Every right formulation gets all that is asked without a measure of work, whatever is drawn."""
    for way in corpus("correct"):
        if way.task == task:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
                reports = [judge(way, exam.cases(task)) for exam in EXAMS]
            messages = [check.message for report in reports for check in report.checks if check.message]
            assert messages == [], way.id


def placeholders(paper: TaskCases) -> Iterator[Callable[[str], Any]]:
    """What a body returns that computes nothing: by test case, constants, arrays of the right shape, and arguments."""
    task = paper.task
    if task.form == "verdict":
        for status in ("stable", "exploding", "non_finite", "no_signal"):
            for step in (None, 0, 1, 2, -1):
                yield lambda case, status=status, step=step: [status, step]
            yield lambda case, status=status: [status, len(paper.args[case][0])]
        return
    fills: list[Callable[[np.ndarray], np.ndarray]] = [
        np.zeros_like,
        np.ones_like,
        lambda expected: np.full_like(expected, np.nan),
        lambda expected: np.full_like(expected, 0.5),
        lambda expected: np.eye(*expected.shape) if expected.ndim == 2 else np.ones_like(expected),
        lambda expected: np.arange(float(expected.size)).reshape(expected.shape),
    ]
    for fill in fills:
        yield lambda case, fill=fill: _mapped(fill, paper.expected[case])
    for value in (0.0, 1.0, -1.0, np.nan, np.eye(2), np.zeros(0), np.zeros((0, 0))):
        yield lambda case, value=value: in_form(
            task.form, value if task.form == "array" else [value] * len(task.returns)
        )
    for number in range(len(ASSIGNMENT.by_id[task.id].parameters)):
        yield lambda case, number=number: _argument(paper, case, number)


def _mapped(fill: Callable[[np.ndarray], np.ndarray], expected: Any) -> Any:
    if isinstance(expected, ValueError):
        return expected  # refused rightly
    return [fill(part) for part in expected] if isinstance(expected, list) else fill(expected)


def _argument(paper: TaskCases, case: str, number: int) -> Any:
    args = paper.args[case]
    if number >= len(args):
        return None
    if paper.task.form == "array":
        return np.asarray(args[number], dtype=float)
    several = args[number] if isinstance(args[number], list) else [args[number]] * len(paper.task.returns)
    return [np.asarray(part, dtype=float) for part in several]


@pytest.mark.parametrize("task", IDS)
def test_placeholders_earn_nothing(task):
    """What computes nothing passes no check, also where it refuses what is to be refused."""
    for exam in FEW:
        paper = exam.cases(task)
        for number, placeholder in enumerate(placeholders(paper)):
            passed = {check.id for check in ASSIGNMENT.by_id[task].checks if check.id != "linear_work"} - set(
                failed(paper, placeholder)
            )
            assert passed == set(), number


FADES = {"forward": "long", "hidden_grads": "vanishing", "expanded_terms": "long", "amplification": "long"}


@pytest.mark.parametrize("task", FADES)
def test_what_has_faded_is_not_zero(task):
    """Right answers but for what is below 1e-8, which `isclose` takes for zero, fail the check of what fades on each draw."""
    for exam in EXAMS:
        paper = exam.cases(task)

        def cut(case, paper=paper):
            return _mapped(lambda part: np.where(np.abs(part) < 1e-8, 0.0, part), paper.expected[case])

        assert failed(paper, cut) == (FADES[task],)


def test_refusing_everything_earns_nothing():
    """A ValueError for whatever comes passes no check."""
    for task in IDS:
        paper = FEW[0].cases(task)
        assert len(failed(paper, lambda case: ValueError())) == len(
            [c for c in ASSIGNMENT.by_id[task].checks if c.id != "linear_work"]
        )


@pytest.mark.parametrize("task", ["squared_error_grad", "cross_entropy_grad"])
def test_no_size_hides_a_wrong_factor(task):
    """A gradient times 1/4 … 4, T and q to any power up to 2 fails each check whose steps are many, and all fail for q and 2."""
    for exam in EXAMS:
        paper = exam.cases(task)
        for c, a, b in np.ndindex(5, 5, 5):
            constant, of_T, of_q = 2.0 ** (c - 2), a - 2, b - 2

            def scaled(case, constant=constant, of_T=of_T, of_q=of_q, paper=paper):
                T, q = paper.args[case][0].shape
                return paper.expected[case] * constant * float(T) ** of_T * float(q) ** of_q

            right = (constant, of_T, of_q) == (1, 0, 0)
            passed = {check.id for check in ASSIGNMENT.by_id[task].checks} - set(failed(paper, scaled))
            if (constant, of_q) == (1, 0):
                assert passed == (
                    {check.id for check in ASSIGNMENT.by_id[task].checks} if right else {"one_step", "pure", "steady"}
                )
            else:
                assert passed == set(), (constant, of_T, of_q)


def test_the_order_of_calls_is_drawn():
    """The verdicts of `detect_explosion` come in another order with another seed, and a check's calls stay together."""
    orders = [list(exam.cases("detect_explosion").calls) for exam in EXAMS]
    assert len({tuple(order) for order in orders}) == len(EXAMS)
    for order in orders:
        place = 0
        for check in ASSIGNMENT.by_id["detect_explosion"].checks:
            assert set(order[place : place + len(check.cases)]) == set(check.cases)
            place += len(check.cases)


def _guessed(task: str) -> list[str]:
    return list(guesses.faults(ASSIGNMENT.by_id[task]))


@pytest.mark.parametrize("task", ["detect_explosion", "spectral_radius"])
def test_guesses_earn_next_to_nothing(task):
    """Answers by the number of the call, or by sizes alone, earn at most a tenth of a task."""
    assert _guessed(task) == []


def test_a_task_that_can_be_guessed_is_told(monkeypatch):
    """Where all is always drawn the same way, the share that a list of answers earns is told in one sentence."""
    monkeypatch.setattr(guesses, "draw", lambda task, seed: draw(task, "always this one"))
    first, second = _guessed("detect_explosion")
    assert first == (
        "autograder/suite/detect_explosion.py: answers by the number of the call earn 100% of detect_explosion, at most 10% is allowed: "
        "draw what they depend on from the seed, or let no check ask for one kind of answer alone"
    )
    assert "by the sizes of the arguments earn" in second


def test_a_check_of_one_kind_of_answer_is_told():
    """A check that one verdict passes is found, though all else is drawn."""
    table = tuple(check for check in ASSIGNMENT.by_id["detect_explosion"].checks if check.id != "no_signal")
    alone = next(check for check in ASSIGNMENT.by_id["detect_explosion"].checks if check.id == "no_signal")
    alone = replace(alone, cases=("silent", "unseen_output", "other_unseen"))
    assert list(guesses.faults(replace(ASSIGNMENT.by_id["detect_explosion"], checks=(alone, *table))))


def test_no_test_case_hangs_on_rounding():
    """A draw whose right answer cancels down to rounding is refused, and says which check it would have spoilt."""
    args = dict(draw(ASSIGNMENT.by_id["expanded_terms"], SEED))
    dL_do, W_hh, W_qh = np.array([[1.0], [1.0], [2.0]]), np.array([[1.0, 1.0], [1 / 3, 1 / 3]]), np.array([[1.0, -3.0]])
    args["small"] = (dL_do, W_hh, W_qh, 1)  # what comes back from step 3 is 1 − 3/3 twice, which is no zero in binary
    task = ASSIGNMENT.by_id["expanded_terms"]
    paper = TaskCases(task, args, {case: task.answer(drawn) for case, drawn in args.items()})
    assert _hangs_on_rounding(paper) == (
        "the test cases of the check values of expanded_terms depend on rounding: draw better ones"
    )


def test_a_verdict_on_the_threshold_is_no_test_case():
    """A draw of `detect_explosion` with an A_t within rounding of the threshold is refused, but for the exact ones."""
    args = dict(draw(ASSIGNMENT.by_id["detect_explosion"], SEED))
    task = ASSIGNMENT.by_id["detect_explosion"]
    expected = {case: task.answer(drawn) for case, drawn in args.items()}
    assert not explosions.unsound(args, expected)
    grown = carried(np.random.default_rng(0), np.diag([10.0001, 10.0001]), 2)
    assert explosions.unsound(args | {"nilpotent": grown}, expected)


def test_what_is_drawn_is_what_is_said():
    """Each instance of `detect_explosion` has one status on all draws, and its step is not always the same."""
    verdicts = [exam.cases("detect_explosion").expected for exam in EXAMS]
    for case in verdicts[0]:
        said = [drawn[case] for drawn in verdicts]
        if isinstance(said[0], ValueError):
            assert all(isinstance(answer, ValueError) for answer in said)
            continue
        assert len({answer[0] for answer in said}) == 1
        if said[0][1] is not None and case not in ("inf_first", "above_at_first"):
            assert len({answer[1] for answer in said}) > 2, case


def test_numbers_are_drawn():
    """No instance of `spectral_radius` but that of zero has the same answer twice."""
    drawn = [exam.cases("spectral_radius").expected for exam in EXAMS]
    for case in drawn[0]:
        values = {float(f"{float(expected[case]):.6g}") for expected in drawn}
        assert len(values) >= (1 if case == "nilpotent" else 4 if case == "small" else len(EXAMS)), case
