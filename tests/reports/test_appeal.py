"""An appeal: `explain` shows an instructor all that lies behind a verdict, and replays it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from autograder.__main__ import main
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests

pytestmark = pytest.mark.slow

WRONG = """
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 2, -1, -1):
        dL_dh[t] += W_hh @ dL_dh[t + 1]
    return dL_dh
def detect_explosion(*args):
    return "\\x1b[31m" + "x" * 200, 3
"""


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch):
    """run(*words): the command line in a course in which ada is right and sofia is wrong."""
    right = (SOLUTION / "bptt.py").read_text(encoding="utf-8")
    for student, source in (("ada", right), ("sofia", right + WRONG)):
        folder = course.root / "submitted" / student / "bptt"
        folder.mkdir(parents=True)
        (folder / "bptt.py").write_text(source, encoding="utf-8")
    monkeypatch.chdir(course.root)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    return invoke


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_all_that_lies_behind_a_verdict(run, course: Course) -> None:
    """The instance, the answer, what was expected, the check with its judge, the reference and the mistake are shown."""
    run("grade", "submitted", "--jobs", "1")
    before = files(course.root)
    said = run("explain", "sofia", "hidden_grads").output
    for part in (
        "0.8 of 4 points, failed",
        "check values: ∂L/∂h_t is right at every step",
        "hidden_grads.W_hh_transposed",
        "W_hh is not transposed. (8) carries",
        "dL_do of shape (",
        "def judge_values(",
        "weight = 4",
        "dL_dh[t - 1] += W_hh.T @ dL_dh[t]",
        "the stored verdict on the task is the same",
    ):
        assert part in said
    assert files(course.root) == before, "nothing is written where a student might get it"


def test_the_instance_is_the_one_that_was_judged(run, course: Course) -> None:
    """What is printed of an instance is the course's own, to the last digit."""
    said = run("explain", "sofia", "hidden_grads").output
    exam = HiddenTests(ASSIGNMENT, course.seed())
    variant = exam.variant(load(course.root / "submitted" / "sofia" / "bptt").digest)
    W_hh = exam.cases("hidden_grads", variant).args["small"][1]
    shown = re.search(r"W_hh of shape \(2, 2\)\n(.*?\]\])", said, re.DOTALL)
    assert shown
    np.testing.assert_array_equal(json.loads(re.sub(r"\.(?=[,\] ])", ".0", shown[1])), W_hh)


def test_a_check_by_name(run) -> None:
    """`--check` explains that check, a passed one too, and a path may stand in place of the student."""
    said = run("explain", "submitted/ada/bptt", "hidden_grads", "--check", "linear_work").output
    assert "check linear_work: the work grows in proportion to T" in said
    assert "0.4 of 0.4 points" in said
    assert "of shape (1, 3)" in said
    assert len(said) < 10_000


def test_a_page_to_send(run, course: Course) -> None:
    """`--html` writes a page: it warns of the hidden test case, marks the line, and holds no reference and no place."""
    done = run("explain", "sofia", "hidden_grads.values", "--html", "appeal.html")
    assert done.exit_code == 0, done.stderr
    page = (course.root / "appeal.html").read_text(encoding="utf-8")
    assert page.index("hidden test case") < page.index("<main>")
    assert re.search(r"<mark[^>]*>.*W_hh @ dL_dh\[t \+ 1\]", page)
    for part in ("dL_do of shape (", "def judge_values(", "<h2>Expected</h2>", "<h2>Came</h2>"):
        assert part in page
    assert "dL_dh[t - 1] += W_hh.T" not in page, "the reference solves the task"
    assert str(course.root) not in page


def test_a_page_of_a_check_that_passed(run, course: Course) -> None:
    """A page of a passed check, and of a submission that a path names, says so and names no place."""
    path = str(course.root / "submitted" / "ada" / "bptt")
    assert run("explain", path, "hidden_grads", "--check", "linear_work", "--html", "appeal.html").exit_code == 0
    page = (course.root / "appeal.html").read_text(encoding="utf-8")
    assert "all is right" in page
    assert str(course.root) not in page


def test_a_verdict_that_is_another_now(run, course: Course) -> None:
    """Where the stored verdict is not the replayed one, or there is none, that is said."""
    assert "no verdict is stored" in run("explain", "sofia", "hidden_grads").output
    run("grade", "submitted", "--jobs", "1")
    for path in course.results.rglob("*.json"):
        text = path.read_text(encoding="utf-8").replace("hidden_grads.W_hh_transposed", "hidden_grads.sign")
        path.write_text(text, encoding="utf-8")
    assert (
        "NOT the stored verdict: 0.8 points, failed; it differs in values"
        in run("explain", "sofia", "hidden_grads").output
    )


def test_what_a_student_wrote_cannot_reach_the_terminal(run) -> None:
    """An answer is printed bounded and without control characters."""
    said = run("explain", "sofia", "detect_explosion").output
    assert "\x1b" not in said
    assert "xxx" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody", "forward"), "there is no submitted/nobody/bptt here"),
        (("..", "forward", "--check", "x"), "its checks are hidden_states, outputs"),
        (("ada", "backward"), "backward is no task; the tasks are forward"),
        (("ada", "forward.x"), "its checks are hidden_states, outputs"),
    ],
)
def test_what_cannot_be_explained(run, words, sentence) -> None:
    """An unknown student, task or check ends with status 2 and a sentence that says what to name."""
    done = run("explain", *words)
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_what_could_not_be_read(run, course: Course) -> None:
    """For an unreadable submission the reason is said, and nothing is run."""
    (course.root / "submitted" / "ada" / "bptt" / "bptt.ipynb").write_text("{")
    (course.root / "submitted" / "ada" / "bptt" / "bptt.py").unlink()
    done = run("explain", "ada", "forward")
    assert done.exit_code == 2
    assert "does not parse" in done.stderr
