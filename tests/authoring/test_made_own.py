"""An instructor makes the assignment their own: one edit in one place, and the front doors say whether it holds together."""

from pathlib import Path

import pytest
from kit_copy import Kit, checks_of

pytestmark = pytest.mark.slow

SUITE = "autograder/suite"
RADIUS_VALUES = 'CHECKS = (\n    values("values", 2, "ρ(W_hh) is right", "small general again positive one_by_one"),\n'


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


def test_points(kit: Kit) -> None:
    """Points are edited in the task's file; without a build `build --check` says so, and after it all agree."""
    kit.edit(f"{SUITE}/forward.py", "points=3.0", "points=5.0")
    assert "solution/bptt/bptt.ipynb differs from a fresh build: run `python -m autograder build`" in kit.told()
    assert kit.build().returncode == 0
    assert kit.holds()
    assert "`forward` (5 points)" in kit.release()
    submission = kit.grade()
    assert (submission["score"], submission["max_score"]) == (32.0, 32.0)


def test_a_task_off(kit: Kit) -> None:
    """A task is switched off in autograder.toml, and a task that is none is told."""
    kit.edit("autograder.toml", "# tasks_off = []", 'tasks_off = ["hidden_grads"]')
    assert kit.holds()
    assert kit.grade()["max_score"] == 26.0
    kit.edit("autograder.toml", '"hidden_grads"', '"hidden"')
    done = kit.run("-m", "autograder", "grade", "me.py")
    assert done.returncode == 2
    assert "tasks_off names 'hidden', which is no task" in done.stderr


def test_a_check(kit: Kit) -> None:
    """A check is one line with the sentence that the student reads; a test case that nobody draws is told."""
    line = '    values("alone", 1, "a matrix of one entry works", "one_by_one"),\n'
    kit.edit(f"{SUITE}/spectral_radius.py", RADIUS_VALUES, RADIUS_VALUES + line)
    assert kit.holds()
    wrong = (
        "\n_right = spectral_radius\ndef spectral_radius(W_hh):\n    return _right(W_hh) if len(W_hh) > 1 else 0.0\n"
    )
    found = checks_of(kit.grade(wrong), "spectral_radius")["alone"]
    assert (found["passed"], found["asks"]) == (False, "a matrix of one entry works")
    assert "the spectral radius is 0, expected " in found["message"]
    kit.edit(
        f"{SUITE}/spectral_radius.py",
        '"a matrix of one entry works", "one_by_one"',
        '"a matrix of one entry works", "tiny"',
    )
    assert "the check alone of spectral_radius asks for the test case tiny, which is not drawn" in kit.told()


def test_a_misconception(kit: Kit) -> None:
    """A misconception is one entry; it is named at once, and one that cannot be told from another is told by both doors."""
    table, head = f"{SUITE}/spectral_radius.py", "MISCONCEPTIONS = (\n"
    entry = '    Misconception("halved", "it is halved", "Half of what?", lambda W_hh: {}),\n'
    halved = entry.format("bptt.spectral_radius(W_hh) / 2")
    kit.edit(table, head, head + halved)
    assert kit.holds()
    judged = kit.run("tests/judge.py", "spectral_radius")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    wrong = "\n_right = spectral_radius\ndef spectral_radius(W_hh):\n    return _right(W_hh) / 2\n"
    found = checks_of(kit.grade(wrong), "spectral_radius")["values"]
    assert found["misconception"] == "spectral_radius.halved"
    assert "Half of what?" in found["message"]
    same = entry.format("np.linalg.norm(W_hh)")
    kit.edit(table, halved, same)
    assert "spectral_radius.halved and spectral_radius.frobenius give the same answers on every test case" in kit.told()
    broken = entry.format("np.linalg.nonsense(W_hh)")
    kit.edit(table, same, broken)
    judged = kit.run("tests/judge.py", "spectral_radius")
    assert (judged.returncode, judged.stderr) == (1, "")
    assert "the function of spectral_radius.halved raises AttributeError" in judged.stdout


def test_a_question(kit: Kit) -> None:
    """The question that leads to a mistake is text in one place, and one that asks nothing is told."""
    kit.edit(
        f"{SUITE}/forward.py",
        "Which state does the first step start from?",
        "Where do you start?",
    )
    assert kit.holds()
    wrong = "\n_right = forward\ndef forward(x, h_0, *W):\n    return _right(x, 0 * h_0, *W)\n"
    found = checks_of(kit.grade(wrong), "forward")["hidden_states"]
    assert "Where do you start?" in found["message"]
    kit.edit(f"{SUITE}/forward.py", "Where do you start?", "Look again.")
    assert "forward.zero_h_0 needs a title, and a question that ends with a question mark" in kit.told()


def test_the_text(kit: Kit) -> None:
    """The text of the assignment is edited in the narrative, and a task that is lost from it is told."""
    kit.edit("solution/bptt.md", "Reading takes its time besides.", "Plan an evening.")
    assert "run `python -m autograder build`" in kit.told()
    assert kit.build().returncode == 0
    assert kit.holds()
    assert "Plan an evening." in kit.release()
    kit.edit("solution/bptt.md", '```python task="forward"\n```\n', "")
    assert "forward has no text in solution/bptt.md" in kit.told()
