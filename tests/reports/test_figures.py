"""The figures of a class: how a task goes together with the others, and who counts for a check."""

from dataclasses import replace

import pytest
from made_class import BY_CHANCE, Made, made_class

from autograder.engine.core.result import Result, TaskResult
from autograder.engine.reports import figures
from autograder.engine.reports.whole_class import Member


@pytest.fixture(scope="module")
def made() -> Made:
    return made_class(150)


def test_discrimination_says_nothing_where_there_is_nothing_to_say(made: Made) -> None:
    """It is the correlation with the other tasks' sum; for few students, and where all have the same, it is not there."""
    graded = made.whole.graded
    some = figures.of_tasks(graded[: figures.LEAST_STUDENTS - 1])
    assert {task.discrimination for task in some} == {None}
    alike = [(found, replace(found.result.tasks[0], points=1.0)) for found in graded]
    assert figures.discrimination(alike) is None
    by_id = {task.id: task.discrimination for task in figures.of_tasks(graded)}
    assert by_id["forward"] > 0.4 > figures.WEAK > abs(by_id[BY_CHANCE])


def test_discrimination_leaves_the_task_itself_out() -> None:
    """A task whose points have nothing to do with those of the others has none, however much it weighs in the total."""
    members = []
    for number in range(24):
        pair = (number % 2, number // 2 % 2)
        tasks = tuple(TaskResult(name, 9.0 * points, 9.0, "failed") for name, points in zip("ab", pair, strict=True))
        members.append(Member(Result(f"{number}", None, 9.0 * sum(pair), 18.0, "graded", tasks=tasks)))
    assert [task.discrimination for task in figures.of_tasks(members)] == pytest.approx([0.0, 0.0])


def test_a_check_is_counted_by_its_id(made: Made) -> None:
    """Where another version of the checks had one less, nobody who was not asked it counts for it."""
    one, other = [found for found in made.whole.graded if found.result.tasks[0].status != "missing"][:2]
    first, *rest = other.result.tasks
    fewer = replace(other.result, tasks=(replace(first, checks=first.checks[1:]), *rest))
    (task, *_) = figures.of_tasks([one, replace(other, result=fewer)])
    assert [check.tried for check in task.checks] == [1, *[2] * (len(task.checks) - 1)]


def test_a_task_that_nobody_tried_is_not_called_hard() -> None:
    """No points of nobody's work say nothing of how hard a task is."""
    tasks = (TaskResult("a", 0.0, 2.0, "missing"), TaskResult("b", 0.0, 2.0, "failed"))
    members = [Member(Result("x", None, 0.0, 4.0, "graded", tasks=tasks))]
    assert [(task.is_untried, task.is_hard) for task in figures.of_tasks(members)] == [(True, False), (False, True)]
