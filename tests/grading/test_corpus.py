"""The judge on a corpus of solution cells: every right one gets full points, no wrong one does, and none does harm."""

import pytest
from support import Formulation, corpus, task_of

from autograder.engine.core.result import CheckResult
from autograder.engine.course.assignment import ASSIGNMENT

CORRECT, WRONG = corpus("correct"), corpus("wrong")
LEAST_NAMED = 0.85  # of the wrong ones


@pytest.fixture(scope="module")
def results(judge_cells):
    """results(formulation): the whole solved notebook's result with this cell in it, judged once."""
    judged = {}

    def judge(formulation):
        if formulation.id not in judged:
            judged[formulation.id] = judge_cells({formulation.task: formulation.source})
        return judged[formulation.id]

    return judge


def _points(result, without):
    return {task.id: task.points for task in result.tasks if task.id != without}


def _full_points(without):
    return {task.id: task.points for task in ASSIGNMENT.tasks if task.id != without}


@pytest.mark.parametrize("formulation", CORRECT, ids=lambda f: f.id)
def test_correct(results, formulation: Formulation):
    """A right answer in an unusual form gets full points on its task and costs nothing elsewhere."""
    task = task_of(results(formulation), formulation.task)
    assert [check.message for check in task.checks if not check.passed] == []
    assert (task.points, task.status) == (ASSIGNMENT.by_id[task.id].points, "passed")
    assert _points(results(formulation), without=task.id) == _full_points(without=task.id)


@pytest.mark.parametrize("formulation", WRONG, ids=lambda f: f.id)
def test_wrong(results, formulation: Formulation):
    """A wrong answer does not get full points on its task, says why in a sentence, and costs nothing elsewhere."""
    task = task_of(results(formulation), formulation.task)
    assert task.points < ASSIGNMENT.by_id[task.id].points
    assert task.status in ("failed", "missing", "timeout")
    assert all(check.message for check in task.checks if not check.passed)
    assert task.sentence.startswith(f"`{task.id}`")
    assert _points(results(formulation), without=task.id) == _full_points(without=task.id)


def _how_named(check: CheckResult) -> str:
    """By what a failed check's sentence leads on."""
    if check.misconception:
        return "habit" if check.misconception.startswith("any.") else "known mistake"
    return "relation or question" if check.message.endswith("?") else "nothing"


@pytest.mark.slow
def test_share_of_named_mistakes(results):
    """At least 85 % of the wrong answers are named in their first sentence: a known mistake, a habit or a relation."""
    named = {way: [] for way in ("known mistake", "habit", "relation or question", "nothing")}
    for formulation in WRONG:
        task = task_of(results(formulation), formulation.task)
        named[_how_named(next(check for check in task.checks if check.message))].append(formulation.id)
    print(
        f"{len(CORRECT)} correct, {len(WRONG)} wrong; " + ", ".join(f"{way}: {len(ids)}" for way, ids in named.items())
    )
    assert 1 - len(named["nothing"]) / len(WRONG) >= LEAST_NAMED, named["nothing"]


def test_corpus_is_whole():
    """Every task has at least ten right and twenty wrong formulations, each wrong one with its mistake in words."""
    for task in ASSIGNMENT.tasks:
        assert sum(f.task == task.id for f in CORRECT) >= 10
        assert sum(f.task == task.id for f in WRONG) >= 20
    assert all(f.source.startswith("# mistake: ") for f in WRONG)
    assert len({f.id for f in CORRECT + WRONG}) == len(CORRECT + WRONG)
