"""The student's own `pytest`, run as a student runs it: in the folder of the handout, on the saved notebook."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine.core.places import SOLUTION

WRONG = "def forward(x, h_0, W_hx, W_hh, W_qh):\n    h = np.zeros((len(x) + 1, len(h_0)))\n    return h, h[1:] @ W_qh.T"


@pytest.fixture
def handout(tmp_path) -> Path:
    """The folder that a student gets."""
    folder = tmp_path / "bptt"
    shutil.copytree(SOLUTION.parent / "assignment" / "bptt", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def student(handout):
    """student(source, *words): what pytest says of the solved notebook, with this in place of the answer to `forward`."""

    def run(source: str | None, *words: str) -> tuple[int, str]:
        notebook = json.loads((SOLUTION / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["id"] == "forward" and source is not None:
                cell["source"] = source
        (handout / "bptt.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        return _pytest(handout, *words)

    return run


def _pytest(folder: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_solved_notebook(student):
    """All tasks pass, and the next thing to do is said."""
    status, said = student(None)
    assert (status, "11 of 11 tasks pass.\nBoth written answers are there" in said) == (0, True)


def test_written_answers(student, bundle, tmp_path):
    """What is said where all tasks pass follows the saved notebook: which answers are missing, none, or nothing is known."""
    outcomes = {"forward": [bundle.Outcome("shapes", True, "")]}
    file = tmp_path / "bptt.ipynb"
    assert bundle.summary(outcomes, file).endswith("Next: the written answers, if you have not written them yet.")
    cells = [
        {"cell_type": "markdown", "source": [text], "metadata": {"nbgrader": {"grade": True, "grade_id": name}}}
        for name, text in (("one", "It is so."), ("two", "YOUR ANSWER HERE"))
    ]
    file.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert bundle.summary(outcomes, file).endswith("Next: in words, two (as the notebook was last saved).")
    file.write_text(json.dumps({"cells": cells[:1]}), encoding="utf-8")
    assert bundle.summary(outcomes, file).endswith("hand in the notebook.")


def test_a_wrong_answer(student):
    """A wrong answer fails its checks by name, with the self-check's sentence and no line of the kit's code."""
    status, said = student(WRONG)
    assert status == 1
    assert "forward-states" in said
    assert "10 of 11 tasks pass.\nNext: forward, whose check one-step does not pass." in said
    assert "What stands in row 0 of h" in said
    assert "selfcheck.py" not in said
    assert "Traceback" not in said


def test_one_task(student):
    """`pytest -k` takes one task's checks, by the names in the notebook, and `-vv` lists them."""
    status, said = student(None, "-k", "forward", "-vv")
    assert status == 0
    names = [line.split()[0] for line in said.splitlines() if " PASSED" in line]
    assert [name.rpartition("::")[2] for name in names] == [
        "forward-shapes", "forward-one-step", "forward-by-hand", "forward-states", "forward-outputs", "forward-pure",
    ]  # fmt: skip


def test_a_wrong_shape(student):
    """Where the form is wrong, the other checks only point to it."""
    status, said = student(WRONG.replace("return h,", "return h[1:],"))
    assert status == 1
    assert "Not passed either: forward-shapes comes first." in said


def test_the_handout_as_it_is(handout):
    """A notebook that nobody has touched fails nothing: each check waits to be attempted, and is named with this reason."""
    status, said = _pytest(handout)
    assert status == 0
    assert "0 of 11 tasks pass.\nNext: forward, not attempted yet." in said
    assert "Skipped, because they are not attempted yet: forward, squared_error_grad," in said


def test_a_whole_notebook_is_asked_for(student, handout):
    """With `--complete` each task that is not begun fails once, and a solved notebook passes as it does without."""
    status, said = _pytest(handout, "--complete")
    assert (status, said.count("\nnot attempted yet\n")) == (1, 11)
    stub = "def forward(x, h_0, W_hx, W_hh, W_qh):\n    raise NotImplementedError()"
    assert student(stub)[0] == 0
    status, said = student(stub, "--complete")
    assert (status, "1 failed" in said) == (1, True)
    assert student(None, "--complete")[0] == 0


def test_copies_in_other_folders_do_not_count(student, handout):
    """A copy of the notebook in a folder below is none of the tests'."""
    copy = handout / "old"
    copy.mkdir()
    (copy / "bptt.ipynb").write_text("{", encoding="utf-8")
    status, said = student(None)
    assert (status, "11 of 11 tasks pass." in said) == (0, True)


def test_a_damaged_notebook(handout):
    """A notebook that cannot be read is one sentence that says what to do."""
    (handout / "bptt.ipynb").write_text("{", encoding="utf-8")
    status, said = _pytest(handout)
    assert status == 2
    assert "is not a complete notebook. Save it again in Jupyter" in " ".join(said.split())
    assert "Traceback" not in said
