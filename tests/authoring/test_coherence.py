"""Whether the tables hold together is said in sentences, and a table that does not quite costs nobody a score."""

from dataclasses import replace

import pytest

from autograder.engine.authoring import coherence
from autograder.engine.authoring.coherence import task_faults
from autograder.engine.core.assignment import Assignment, Task
from autograder.engine.core.settings import Limits, SettingsError
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.judging.hidden_tests import HiddenTests, unfit


def _with(task: Task) -> Assignment:
    """The assignment with this task in place of its own one of that name."""
    return replace(ASSIGNMENT, tasks=tuple(task if own.id == task.id else own for own in ASSIGNMENT.tasks))


EVERY_CHECK = [(task.id, check.id) for task in ASSIGNMENT.tasks for check in ASSIGNMENT.by_id[task.id].checks]


@pytest.mark.parametrize(("task", "check"), EVERY_CHECK, ids=lambda name: name)
def test_without_one_check(judge_cells, task, check):
    """A check taken out of the table is no longer asked, what only it asked is named, and grading goes on."""
    left = tuple(entry for entry in ASSIGNMENT.by_id[task].checks if entry.id != check)
    asked = {case for entry in left for case in entry.all_cases}
    unused = [case for entry in ASSIGNMENT.by_id[task].checks for case in entry.all_cases if case not in asked]
    exam = HiddenTests(_with(replace(ASSIGNMENT.by_id[task], checks=left)), "without one check")
    said = "\n".join(task_faults(task, exam))
    for case in unused:
        assert f"no check of {task} asks for the test case {case}" in said
    others = tuple(other.id for other in ASSIGNMENT.tasks if other.id != task)
    result = judge_cells({task: f"def {task}(*args): return np.zeros(3)"}, own_exam=exam, tasks_off=others)
    assert result.status == "graded"
    assert [line.id for found in result.tasks if found.id == task for line in found.checks] == [e.id for e in left]


def test_without_one_test_case():
    """A test case that is asked for and no longer drawn is named."""
    task = ASSIGNMENT.by_id["spectral_radius"]
    fewer = replace(task, draw=lambda rng: {k: v for k, v in task.draw(rng).items() if k != "negative"})
    assert "asks for the test case negative, which is not drawn" in "\n".join(
        task_faults("spectral_radius", HiddenTests(_with(fewer), "without one test case"))
    )


@pytest.mark.parametrize("changes", [{"points": 0.0}, {"checks": ()}], ids=str)
def test_nothing_to_earn(changes):
    """A task without points or without checks is named."""
    task = replace(ASSIGNMENT.by_id["spectral_radius"], **changes)
    told = task_faults("spectral_radius", HiddenTests(_with(task), "nothing to earn"))
    assert told == [
        "autograder/suite/spectral_radius.py: spectral_radius needs points, and checks with weights that share them"
    ]


def test_an_argument_that_no_sentence_could_describe():
    """An argument that the assignment says nothing of is named."""
    fewer = replace(ASSIGNMENT, axes={name: axes for name, axes in ASSIGNMENT.axes.items() if name != "W_hh"})
    told = task_faults("spectral_radius", HiddenTests(fewer, "an argument"))
    assert told == [
        "autograder/suite/__init__.py says nothing of the argument W_hh of spectral_radius: add it to axes, numbers or lists"
    ]


@pytest.mark.parametrize("task", [task.id for task in ASSIGNMENT.tasks])
def test_every_right_answer_fits_the_limits(exam, task):
    """Every test case, those asked only in doubt included, has arguments and a right answer far below the limits."""
    assert unfit(exam.cases(task), Limits(answer_bytes=2**19, request_bytes=2**20)) == []


def test_a_limit_that_is_too_small(monkeypatch):
    """A course whose limits let a right answer not through is told which, and nobody is judged by it."""
    with pytest.raises(
        SettingsError, match=r"answer_bytes = 1000 is less than the \d+ bytes of the test case .* raise it"
    ):
        HiddenTests(ASSIGNMENT, "small", Limits(answer_bytes=1000)).cases("hidden_grads")
    monkeypatch.setattr(coherence, "Limits", lambda: Limits(request_bytes=1000))
    assert "request_bytes = 1000 is less than" in "\n".join(
        task_faults("hidden_grads", HiddenTests(ASSIGNMENT, "small"))
    )
