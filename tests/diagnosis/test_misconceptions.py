"""The table of known mistakes proves the checks: each one fails, is named, and is told apart, whatever the seed."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from support import SEED

from autograder.engine.core.assignment import Misconception
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.candidates import Compared
from autograder.engine.diagnosis.known_mistakes import given_by, mistaken, name_mistake, pairs
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.judging.sameness import same
from autograder.engine.sandbox.answers import Answer, Raised

SEEDS = (SEED, "another", "a third")
BY_ID = {known.id: known for known in ASSIGNMENT.misconceptions}
IDS = list(BY_ID)

exam = cache(partial(HiddenTests, ASSIGNMENT))


@dataclass(frozen=True)
class Sat:
    """A student with exactly this mistake, sitting the exam of one seed."""

    paper: TaskCases
    answers: dict[str, Answer]
    killed_by: tuple[str, ...]


@cache
def sit(seed: str, id: str) -> Sat:
    known = BY_ID[id]
    paper = exam(seed).cases(known.task)
    answers = {case: _answer(known.answer(args)) for case, args in paper.args.items()}
    sheet = AnsweredTask(paper, answers)
    return Sat(
        paper, answers, tuple(check.id for check in ASSIGNMENT.by_id[known.task].checks if check.judge(sheet, check))
    )


def _answer(value: Any) -> Answer:
    if isinstance(value, ValueError):
        return Answer("raised", raised=Raised("ValueError", "", value_error=True))
    return Answer("raised", raised=Raised("IndexError", "")) if value is None else Answer("value", value)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("id", IDS)
def test_fails(id, seed):
    """Each known mistake fails at least one check of its own task."""
    assert sit(seed, id).killed_by


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("id", IDS)
def test_is_named(id, seed):
    """Answers that equal a known mistake's, and no other's, are named after it."""
    found = name_mistake(AnsweredTask(sit(seed, id).paper, sit(seed, id).answers))
    assert found
    assert found.id in (id, *_same_as(id))


def _same_as(id: str) -> list[str]:
    known = BY_ID[id]
    return [f"{known.task}.{name}" if "." not in name else name for name in known.same_as]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("task", [task.id for task in ASSIGNMENT.tasks])
def test_kill_matrix(task, seed):
    """Any two mistakes of a task are told apart by some instance, or each declares the other in `same_as`."""
    mistakes = ASSIGNMENT.by_id[task].misconceptions
    checks = [check.id for check in ASSIGNMENT.by_id[task].checks]
    print(f"\n{task}: {', '.join(checks)}")
    for known in mistakes:
        killed = sit(seed, known.id).killed_by
        print("  " + "".join("x" if check in killed else "." for check in checks) + f"  {known.name}")
    paper = exam(seed).cases(task)
    outputs = {known.id: {case: mistaken(paper, known, case) for case in paper.names} for known in mistakes}
    ties = [
        (one, other)
        for one in outputs
        for other in outputs
        if one < other and all(same(outputs[one][case], outputs[other][case]) for case in paper.names)
    ]
    assert [tie for tie in ties if tie[1] not in _same_as(tie[0]) or tie[0] not in _same_as(tie[1])] == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("task", [task.id for task in ASSIGNMENT.tasks])
def test_reference_is_no_mistake(task, seed):
    """The reference's own answers pass every check and are named after no mistake."""
    paper = exam(seed).cases(task)
    answers = {case: _answer(value) for case, value in paper.expected.items()}
    sheet = AnsweredTask(paper, answers)
    assert [check.id for check in ASSIGNMENT.by_id[task].checks if check.judge(sheet, check)] == []
    assert name_mistake(AnsweredTask(paper, answers)) is None


def test_table_is_large_enough():
    """There are at least sixty known mistakes, at least four for each task, all under different names."""
    assert len(IDS) >= 60
    assert min(len(ASSIGNMENT.by_id[task.id].misconceptions) for task in ASSIGNMENT.tasks) >= 4
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("id", IDS)
def test_entry_reads_well(id):
    """A known mistake belongs to a task and has a title and a question."""
    known = BY_ID[id]
    assert known.task in [task.id for task in ASSIGNMENT.tasks]
    assert known.title
    assert known.question.endswith("?")


@pytest.mark.parametrize("id", IDS)
def test_mistaken_function_leaves_the_exam_alone(id):
    """Asking a mistaken function does not change the instances that it is asked about."""
    known = BY_ID[id]
    paper = exam(SEED).cases(known.task)
    before = deepcopy(dict(paper.args))
    for case in paper.names:
        known.answer(paper.args[case])
    np.testing.assert_equal(dict(paper.args), before)


@pytest.mark.parametrize("task", [task.id for task in ASSIGNMENT.tasks])
def test_pairs_are_named(task):
    """Two mistakes of a task at once are named as that pair, or as what gives the same answers."""
    paper = exam(SEED).cases(task)
    valued = [case for case in paper.names if not isinstance(paper.expected[case], ValueError)]
    for pair in pairs(ASSIGNMENT.by_id[task]):
        answers = {case: mistaken(paper, pair, case) for case in valued}
        wrong = [case for case in valued if not same(answers[case], paper.expected[case])]
        if len(wrong) < 2:  # the two undo each other
            continue
        found = name_mistake(
            AnsweredTask(paper, {case: _answer(pair.answer(args)) for case, args in paper.args.items()}), refusals=False
        )
        assert found, pair.id
        assert all(same(mistaken(paper, found, case), answers[case]) for case in valued), (pair.id, found.id)


def test_no_pair_asks_the_same_twice():
    """Two mistakes that ask one question are two ways to get one thing wrong: they are no pair."""
    for task in ASSIGNMENT.tasks:
        for pair in pairs(task):
            one, other = pair.question.split(" And: ", 1)
            assert one != other


REFUSES = {
    "clip_gradients": "nothing_refused",
    "detect_explosion": "threshold_unchecked",
    "truncated_hidden_grads": "tau_unchecked",
}


@pytest.mark.parametrize("id", [id for id in IDS if BY_ID[id].task in REFUSES])
def test_is_named_where_the_refusals_are_missing_too(id):
    """Code that refuses nothing is named for that, and by its values for the mistake that it makes in them."""
    sat, task = sit(SEED, id), BY_ID[id].task
    refused = {case for case in sat.paper.names if isinstance(sat.paper.expected[case], ValueError)}
    some = next(answer for answer in sat.answers.values() if answer.kind == "value")
    sheet = AnsweredTask(sat.paper, {case: some if case in refused else a for case, a in sat.answers.items()})
    found = name_mistake(sheet, refusals=False)
    wrong = [
        case
        for case in sat.paper.names
        if case not in refused and not same(given_by(sat.answers[case]), sat.paper.expected[case])
    ]
    assert (found.id if found else "") in ((id, *_same_as(id)) if wrong else ("",))
    assert name_mistake(sheet) == BY_ID[f"{task}.{REFUSES[task]}"]


@pytest.mark.parametrize("id", [id for id in IDS if len(ASSIGNMENT.by_id[BY_ID[id].task].returns) > 1])
def test_a_part_is_named_by_the_whole(id):
    """Where several mistakes give the same part of an answer, the part is named after the one that gives all parts."""
    sat = sit(SEED, id)
    for part in range(len(sat.paper.task.returns)):
        found = name_mistake(AnsweredTask(sat.paper, sat.answers), part)
        assert found is None or found.id == id


def test_mistakes_that_fit_equally_name_neither():
    """Where the answers fit two known mistakes equally well, none is named."""
    paper = exam(SEED).cases("spectral_radius")
    mixed = {case: _answer(value) for case, value in paper.expected.items()}
    one, other = (BY_ID[f"spectral_radius.{name}"] for name in ("frobenius", "squared"))
    for case, known in (("small", one), ("general", other), ("again", one), ("one_by_one", other)):
        mixed[case] = _answer(mistaken(paper, known, case))
    assert name_mistake(AnsweredTask(paper, mixed)) is None


@pytest.mark.parametrize("task", [task.id for task in ASSIGNMENT.tasks])
@pytest.mark.parametrize("part", [None, 1])
def test_a_quick_comparison_is_a_comparison(task, part):
    """Comparing answers that were looked at before says what comparing them anew says."""
    paper = exam(SEED).cases(task)
    for table in (ASSIGNMENT.by_id[task].misconceptions, pairs(ASSIGNMENT.by_id[task])):
        for case in paper.names if table else ():
            answers = [mistaken(paper, known, case) for known in table]
            known = [Compared(answer, part) for answer in answers]
            for answer in (paper.expected[case], ValueError(), *answers[:12]):
                one_by_one = [same(answer, candidate, part) for candidate in answers]
                assert [Compared(answer, part).is_like(one) for one in known] == one_by_one, (case, answer)


def test_a_mistake_that_is_out_is_asked_no_further(monkeypatch):
    """A known mistake answers no more test cases than it takes to see that it was not made."""
    paper = HiddenTests(ASSIGNMENT, "a seed of its own").cases("hidden_grads")
    asked: Counter[str] = Counter()
    answer = Misconception.answer
    monkeypatch.setattr(Misconception, "answer", lambda self, args: asked.update([self.id]) or answer(self, args))
    given = {case: _answer(-3.7 * value) for case, value in paper.expected.items()}
    assert name_mistake(AnsweredTask(paper, given)) is None
    assert asked
    assert max(asked.values()) < len(paper.names) / 2
