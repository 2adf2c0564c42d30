"""The judge on a corpus of solution cells: every right one gets full points, no wrong one does, and none does harm."""

import re

import pytest
from support import Formulation, corpus, task_of

from autograder.result import CheckResult
from autograder.tasks import BY_ID, TASKS

CORRECT, WRONG = corpus("correct"), corpus("wrong")
LEAST_NAMED = 0.8  # of the wrong ones; what the diagnosis gains, this line keeps

# Values against values, and no word about what leads from one to the other.
_BARE = re.compile(r": (\S.* is|it says) .*, expected [\[(\d-].*\.$", re.DOTALL)
_EMPTY = ("this counts as soon as", "not judged, because")


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
    return {task.id: task.points for task in TASKS if task.id != without}


@pytest.mark.parametrize("formulation", CORRECT, ids=lambda f: f.id)
def test_correct(results, formulation: Formulation):
    """A right answer in an unusual form gets full points on its task and costs nothing elsewhere."""
    task = task_of(results(formulation), formulation.task)
    assert [check.message for check in task.checks if not check.passed] == []
    assert (task.points, task.status) == (BY_ID[task.id].points, "passed")
    assert _points(results(formulation), without=task.id) == _full_points(without=task.id)


@pytest.mark.parametrize("formulation", WRONG, ids=lambda f: f.id)
def test_wrong(results, formulation: Formulation):
    """A wrong answer does not get full points on its task, says why in a sentence, and costs nothing elsewhere."""
    task = task_of(results(formulation), formulation.task)
    assert task.points < BY_ID[task.id].points
    assert task.status in ("failed", "missing", "timeout")
    assert all(check.message for check in task.checks if not check.passed)
    assert task.sentence.startswith(f"`{task.id}`")
    assert _points(results(formulation), without=task.id) == _full_points(without=task.id)


def _how_named(check: CheckResult) -> str:
    """By what a failed check's sentence leads on: a known mistake, a relation, plain words, or values alone."""
    if check.misconception:
        return "misconception"
    if check.message.endswith("?"):
        return "relation"
    return "values" if _BARE.search(check.message) or any(empty in check.message for empty in _EMPTY) else "plain"


@pytest.mark.slow
def test_share_of_named_mistakes(results):
    """At least the recorded share of the wrong answers is named by a known mistake, a relation or a plain sentence."""
    ways = ("misconception", "relation", "plain", "values")
    named = {way: [] for way in ways}
    for formulation in WRONG:
        failed = [check for check in task_of(results(formulation), formulation.task).checks if not check.passed]
        found = {_how_named(check) for check in failed}
        named[next(way for way in ways if way in found)].append(formulation.id)
    share = 1 - len(named["values"]) / len(WRONG)
    print(
        f"{len(CORRECT)} correct, {len(WRONG)} wrong; " + ", ".join(f"{way}: {len(ids)}" for way, ids in named.items())
    )
    print("values alone: " + ", ".join(named["values"]))
    assert share >= LEAST_NAMED, f"{share:.0%} are named; values alone: {named['values']}"


def test_corpus_is_whole():
    """Every task has at least ten right and twenty wrong formulations, each wrong one with its mistake in words."""
    for task in TASKS:
        assert sum(f.task == task.id for f in CORRECT) >= 10
        assert sum(f.task == task.id for f in WRONG) >= 20
    assert all(f.source.startswith("# mistake: ") for f in WRONG)
    assert len({f.id for f in CORRECT + WRONG}) == len(CORRECT + WRONG)
