"""The judge's two ends, its points, and that it says the same thing twice."""

import numpy as np
import pytest
from support import SEED, corpus, task_of

from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade, grade_error
from autograder.engine.intake.submission import Submission
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.judging.judges import Finding
from autograder.engine.reports.report import to_json
from autograder.engine.sandbox.answers import Answer

IDS = [task.id for task in ASSIGNMENT.tasks]


def stub(task: str) -> str:
    return f"def {task}({', '.join(ASSIGNMENT.by_id[task].parameters)}):\n    raise NotImplementedError"


def test_the_reference_gets_everything(judge_cells):
    """The solved notebook gets 30 of 30 points, and every check of every task passes."""
    result = judge_cells({})
    assert (result.score, result.max_score, result.status) == (30.0, 30.0, "graded")
    assert [task.status for task in result.tasks] == ["passed"] * 11
    assert [check.id for task in result.tasks for check in task.checks if not check.passed or check.message] == []
    assert result.notes == ()


def test_the_stub_gets_nothing(judge_cells):
    """Bodies that raise NotImplementedError get 0 points, and every task is missing."""
    result = judge_cells({task: stub(task) for task in IDS})
    assert result.score == 0
    assert [(task.points, task.status) for task in result.tasks] == [(0.0, "missing")] * 11
    assert all(check.message and not check.passed for task in result.tasks for check in task.checks)


def test_nothing_at_all_gets_nothing(judge_cells):
    """A notebook without any solution cell gets 0 points, and every task is missing."""
    result = judge_cells(dict.fromkeys(IDS))
    assert [(task.points, task.status) for task in result.tasks] == [(0.0, "missing")] * 11


@pytest.mark.parametrize("task", IDS)
def test_one_task_alone(judge_cells, task):
    """A notebook with one task solved gets that task's points and no others."""
    result = judge_cells({other: stub(other) for other in IDS if other != task})
    assert {found.id: found.points for found in result.tasks if found.points} == {
        task: task_of(result, task).max_points
    }


ENDS = {
    "timeout": "while True: pass",
    "crashed": "__import__('os')._exit(0)",
    "missing": "raise NotImplementedError",
    "failed": "return None",
}


@pytest.mark.parametrize("status", ENDS)
def test_status(judge_cells, status):
    """A task that loops, exits, is not attempted or returns nothing has that status and no points, and it alone."""
    result = judge_cells({"squared_error_grad": f"def squared_error_grad(o, y):\n    {ENDS[status]}"})
    task = task_of(result, "squared_error_grad")
    assert (task.status, task.points) == (status, 0.0)
    assert result.score == 28.0


def test_out_of_memory_is_a_crash(judge_cells):
    """A function that asks for more memory than there is counts as crashed."""
    result = judge_cells({"squared_error_grad": "def squared_error_grad(o, y):\n    return np.ones(2**50)"})
    assert task_of(result, "squared_error_grad").status == "crashed"


def test_a_failure_halfway_fails_the_checks_after_it(judge_cells):
    """After a call that exits, no later check of the task passes, and the earlier ones keep their points."""
    source = "def clip_gradients(grads, max_norm):\n    if 1e90 < max_norm < 1e110: __import__('os')._exit(0)\n"
    norm = "    norm = safe_norm([safe_norm(g) for g in grads])\n"
    rest = "    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]"
    task = task_of(judge_cells({"clip_gradients": source + norm + rest}), "clip_gradients")
    assert [check.id for check in task.checks if check.passed] == ["clips", "leaves"]
    assert task.status == "crashed"
    assert task.points == sum(ASSIGNMENT.by_id["clip_gradients"].worth[id] for id in ("clips", "leaves"))


def test_a_task_that_calls_another(judge_cells):
    """A mistake in one task costs the tasks that call it, and those only."""
    wrong = "def hidden_grads(dL_do, W_hh, W_qh):\n    return 2 * (dL_do @ W_qh)"
    calls = "def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):\n    return hidden_grads(dL_do, W_hh, W_qh)"
    result = judge_cells({"hidden_grads": wrong, "truncated_hidden_grads": calls})
    assert {task.id for task in result.tasks if task.status != "passed"} == {"hidden_grads", "truncated_hidden_grads"}


def test_refusals_count_only_beside_values(judge_cells):
    """A function that refuses everything gets nothing for its refusals."""
    source = "def clip_gradients(grads, max_norm):\n    raise ValueError"
    assert task_of(judge_cells({"clip_gradients": source}), "clip_gradients").points == 0


@pytest.mark.parametrize("task", ASSIGNMENT.tasks, ids=lambda task: task.id)
def test_points_of_checks(task):
    """The points of a task's checks have two decimals, are more than nothing, and add up to the task's points."""
    worth = ASSIGNMENT.by_id[task.id].worth
    assert list(worth) == [check.id for check in ASSIGNMENT.by_id[task.id].checks]
    cents = [100 * value for value in worth.values()]
    assert all(cent == pytest.approx(round(cent), abs=1e-9) and cent > 0 for cent in cents)
    assert sum(map(round, cents)) == round(100 * task.points)
    total = sum(check.weight for check in ASSIGNMENT.by_id[task.id].checks)
    for check in ASSIGNMENT.by_id[task.id].checks:
        assert abs(worth[check.id] - task.points * check.weight / total) < 0.0101


def test_points_of_the_assignment():
    """The eleven tasks bring 30 points."""
    assert (len(ASSIGNMENT.tasks), sum(task.points for task in ASSIGNMENT.tasks)) == (11, 30.0)


@pytest.mark.parametrize("task", IDS)
def test_points_of_a_result(judge_cells, task):
    """A task's points are those of its passed checks, and the score is the sum of the tasks' points."""
    wrong = next(f for f in corpus("wrong") if f.task == task)
    result = judge_cells({task: wrong.source})
    for found in result.tasks:
        worth = ASSIGNMENT.by_id[found.id].worth
        assert found.points == pytest.approx(sum(worth[check.id] for check in found.checks if check.passed))
        assert all(check.points == (worth[check.id] if check.passed else 0) for check in found.checks)
        assert found.points == round(found.points, 2)
    assert result.score == round(sum(found.points for found in result.tasks), 2)


def some_wrong():
    """One wrong formulation of each task, all in one notebook."""
    return {f.task: f.source for f in reversed(corpus("wrong")) if "while" not in f.name and "quadratic" not in f.name}


def test_the_same_seed_gives_the_same_report(judge_cells):
    """Judged again by an exam drawn anew from the same seed, a notebook gets the same report, byte for byte."""
    one = to_json([judge_cells(some_wrong())], "isolated")
    other = to_json([judge_cells(some_wrong(), own_exam=HiddenTests(ASSIGNMENT, SEED))], "isolated")
    assert one.encode() == other.encode()


def test_another_seed_gives_other_instances(judge_cells, exam):
    """Another seed draws other instances for every task, and the reference and the stub get the same points on them."""
    other = HiddenTests(ASSIGNMENT, "another seed")
    for task in IDS:
        mine, theirs = exam.cases(task).args, other.cases(task).args
        assert set(mine) == set(theirs)
        assert any(not np.array_equal(np.ravel(mine[c][0][0]), np.ravel(theirs[c][0][0])) for c in mine)
    assert judge_cells({}, own_exam=other).score == 30
    assert judge_cells({task: stub(task) for task in IDS}, own_exam=other).score == 0


def test_tasks_that_are_off(judge_cells):
    """A task that is switched off is not reported, and its points are not among the maximum."""
    result = judge_cells({}, tasks_off=("hidden_grads", "forward"))
    assert (result.score, result.max_score) == (23.0, 23.0)
    assert [task.id for task in result.tasks] == [id for id in IDS if id not in ("hidden_grads", "forward")]


def test_a_failure_of_the_grader_is_no_score(course: Course):
    """A failure of the grader's own is reported with a null score and without tasks."""
    result = grade_error("bptt.ipynb", "ada", course, RuntimeError("no disk"))
    assert (result.status, result.score, result.max_score, result.tasks) == ("grader_error", None, 30.0, ())
    assert "RuntimeError: no disk" in result.message


def test_an_unreadable_submission(course: Course, exam, worker):
    """An unreadable submission gets 0 points with its reason, and every task is missing."""
    result = grade(Submission("x.ipynb", "ada", error="x.ipynb is a link"), course, exam, worker)
    assert (result.status, result.score, result.message) == ("unreadable", 0.0, "x.ipynb is a link")
    assert [(task.points, task.status) for task in result.tasks] == [(0.0, "missing")] * 11


def judged(exam, task: str, id: str, **changes) -> Finding | None:
    """What one check finds in the reference's answers, some of them changed."""
    paper = exam.cases(task)
    answers = {case: Answer("value", value) for case, value in paper.expected.items()} | changes
    check = next(check for check in ASSIGNMENT.by_id[task].checks if check.id == id)
    return check.judge(AnsweredTask(paper, answers), check)


AGAIN = {
    "fewer arrays": ("parameter_grads", lambda value: value[:2]),
    "no arrays": ("clip_gradients", lambda value: []),
    "one array more": ("forward", lambda value: [*value, value[0]]),
    "another shape": ("hidden_grads", lambda value: value[:1]),
    "another value": ("amplification", lambda value: value * 1.001),
    "nan": ("hidden_grads", lambda value: value * np.nan),
    "another verdict": ("detect_explosion", lambda value: ["stable", None]),
    "half a verdict": ("detect_explosion", lambda value: value[:1]),
}


@pytest.mark.parametrize("kind", AGAIN)
def test_another_answer_the_second_time(exam, kind):
    """`steady` finds an answer to the same arguments that differs in anything, be it in length alone."""
    task, change = AGAIN[kind]
    assert judged(exam, task, "steady") is None
    right = exam.cases(task).expected["repeat"]
    found = judged(exam, task, "steady", repeat=Answer("value", change(right)))
    assert (found.kind, found.case) == ("remembers", "repeat")


def test_a_wrong_answer_that_is_not_finite_is_steady_too(exam):
    """An answer of nan is compared as nan: with itself it is steady, with a number it is not."""
    args = exam.cases("hidden_grads").args
    first = next(case for case in args if case != "repeat" and args[case] is args["repeat"])
    nan = Answer("value", exam.cases("hidden_grads").expected["repeat"] * np.nan)
    assert judged(exam, "hidden_grads", "steady", **{first: nan, "repeat": nan}) is None
    assert judged(exam, "hidden_grads", "steady", **{first: nan})


def test_results_in_the_memory_of_arguments(judge_cells):
    """A clipped gradient that lies in the memory of an argument costs the check of new arrays and no other."""
    source = next(way.source for way in corpus("wrong") if way.id == "clip_gradients-views_of_the_caller")
    task = task_of(judge_cells({"clip_gradients": source}), "clip_gradients")
    (failed,) = [check for check in task.checks if not check.passed]
    assert failed.id == "new"
    assert "it returned its argument grads itself or in part, expected new arrays. Who else" in failed.message
