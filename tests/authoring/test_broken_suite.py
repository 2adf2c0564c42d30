"""A file of the suite that breaks: every front door says it in a sentence, and nobody gets a score from it."""

import json
from pathlib import Path

import pytest
from kit_copy import ROOT, Kit

from autograder.engine.course.assignment import ASSIGNMENT

pytestmark = pytest.mark.slow

UNREADABLE = {  # by what is wrong in forward.py: the edit, and the sentence
    "a syntax error": ("TASK = Task(", "TASK = Task((", "the suite cannot be read: SyntaxError: '(' was never closed"),
    "TASK missing": (
        "TASK = ",
        "TASKS = ",
        'forward.py has no task of its name: let it end with TASK = Task("forward", ...)',
    ),
    "another id": ('    "forward",\n', '    "froward",\n', "autograder/suite/forward.py has no task of its name"),
    "an argument missing": ('    repeated="general",\n', "", "argument: 'repeated' (line "),
    "a name of nothing": ("checks=(*CHECKS, PURE", "checks=(*CHECK, PURE", "name 'CHECK' is not defined (line "),
}
WRONG = {  # by task: the edit, and the sentence
    "forward": (
        'step works", "one_step"',
        'step works", ""',
        "the check one_step of forward asks for no test case, and everybody would pass it",
    ),
    "squared_error_grad": (
        '"o y", sizes',
        '"o k", sizes',
        "the draw of squared_error_grad raises KeyError: 'k' (line ",
    ),
    "cross_entropy_grad": (
        'repeated="general"',
        'repeated="none"',
        "cross_entropy_grad repeats the test case none, which is not drawn; it draws ",
    ),
    "hidden_grads": (
        'step works", "one_step"',
        'step works", "none"',
        "the check one_step of hidden_grads asks for the test case none, which is not drawn; it draws ",
    ),
    "expanded_terms": (
        "def _draw(rng: Rng) -> Cases:\n",
        "def _draw(rng: Rng) -> Cases:\n    return None\n",
        "the draw of expanded_terms raises TypeError: ",
    ),
    "parameter_grads": (
        '"x h dL_do dL_dh", sizes',
        '"x h dL_do", sizes',
        "the reference's parameter_grads, for the test case small, raises TypeError: ",
    ),
    "spectral_radius": (
        "lambda W_hh: np.linalg.norm(W_hh),",
        "lambda W_hh: np.linalg.nrm(W_hh),",
        "the function of spectral_radius.frobenius raises AttributeError: ",
    ),
}
PUBLIC = {  # by what is wrong in the self-check's files: the file, the edit, and the sentence
    "a wrong case": (
        "spectral_radius.py",
        ('a diagonal matrix?", 3', 'a diagonal matrix?", 4'),
        "cases/spectral_radius.py: the reference does not pass the check diagonal: ",
    ),
    "a case that raises": (
        "spectral_radius.py",
        ("np.diag([2, -5])", "np.dag([2, -5])"),
        "cases/spectral_radius.py: making the cases raises AttributeError: ",
    ),
    "a syntax error": (
        "spectral_radius.py",
        ("-> list[Case]:", "-> list[Case]"),
        "the self-check cannot be read: SyntaxError: expected ':' (line 10 of autograder/selfcheck/cases/spectral_radius.py)",
    ),
    "a file that is not there": (
        "table.py",
        ("cases.forward import", "cases.backward import"),
        "the self-check imports autograder/selfcheck/cases/backward.py, which is not there",
    ),
    "a row that is missing": (
        "table.py",
        ('    "forward": forward_cases,\n', ""),
        "forward has no row in autograder/selfcheck/cases/table.py",
    ),
    "a row in another place": (
        "table.py",
        (
            '    "forward": forward_cases,\n    "squared_error_grad": squared_error_grad_cases,\n',
            '    "squared_error_grad": squared_error_grad_cases,\n    "forward": forward_cases,\n',
        ),
        "autograder/selfcheck/cases/table.py has squared_error_grad in another place than solution/bptt.py",
    ),
    "arrays that are not named": (
        "shared.py",
        ('{"forward": ("h", "o"), ', "{"),
        "TUPLES does not say that forward returns ('h', 'o')",
    ),
}
MISTAKE = "\n\ndef spectral_radius(W_hh):\n    return 2 * W_hh.trace()\n"  # a mistaken function is asked by a wrong answer alone


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_suite_that_cannot_be_read(kit: Kit, what: str) -> None:
    """Neither `build --check` nor `grade` begins, and both say why."""
    old, new, sentence = UNREADABLE[what]
    kit.edit("autograder/suite/forward.py", old, new)
    done = kit.run("-m", "autograder", "grade", "solution/bptt.py")
    assert (done.returncode, done.stdout) == (1, "")
    for said in (kit.told(), done.stderr):
        assert sentence in said
        assert len(said.splitlines()) == 1


def test_nbgrader_with_a_suite_that_cannot_be_read(kit: Kit) -> None:
    """nbgrader's commands end with the sentence: they would go on without the kit, and nothing would isolate student code."""
    (kit.root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text("utf-8"), "utf-8")
    kit.edit("autograder/suite/forward.py", "TASK = Task(", "TASK = Task((")
    done = kit.run("-m", "nbgrader", "autograde", "bptt")
    assert done.returncode == 1
    assert "the suite cannot be read: SyntaxError: '(' was never closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_tables_that_do_not_do(kit: Kit) -> None:
    """`build --check` names each in one sentence; where such a task is graded, the grader fails with it and gives no score."""
    for task, (old, new, _) in WRONG.items():
        kit.edit(f"autograder/suite/{task}.py", old, new)
    told = kit.told()
    (kit.root / "me.py").write_text((kit.root / "solution" / "bptt.py").read_text("utf-8") + MISTAKE, "utf-8")
    for task, (_, _, sentence) in WRONG.items():
        assert told.count(f"autograder/suite/{task}.py: ") == told.count(sentence) == 1
        others = [other for other in ASSIGNMENT.by_id if other != task]
        (kit.root / "autograder.toml").write_text(f"tasks_off = {json.dumps(others)}\n", "utf-8")
        done = kit.run("-m", "autograder", "grade", "me.py", "--json", "-")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        (submission,) = json.loads(done.stdout)["submissions"]
        assert (submission["status"], submission["score"]) == ("grader_error", None)
        assert sentence in submission["message"]


@pytest.mark.parametrize("what", PUBLIC)
def test_public_cases_that_do_not_do(kit: Kit, what: str) -> None:
    """`build --check` has the reference pass the self-check, and says where it does not."""
    file, (old, new), sentence = PUBLIC[what]
    kit.edit(f"autograder/selfcheck/cases/{file}", old, new)
    assert sentence in kit.told()
