"""Gradescope's zip in a folder laid out as its harness lays it out, with what students upload there."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support import SEED, run

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT

pytestmark = pytest.mark.slow

SOLVED = (SOLUTION / "bptt.py").read_text(encoding="utf-8")
HOSTILE = """
import os, pathlib
def hidden_grads(dL_do, W_hh, W_qh):
    for root in {roots}:
        try:
            pathlib.Path(root, "results", "results.json").write_text('{{"score": 1000}}')
        except BaseException:
            pass
    found = []
    for root in {roots}:
        try:
            found.append(pathlib.Path(root, "source/course/.autograder/seed").read_text())
        except BaseException as error:
            found.append(type(error).__name__)
    raise RuntimeError("seen: " + " ".join(found))
"""


@pytest.fixture
def harness(course: Course, tmp_path: Path) -> Path:
    """`/autograder` as the harness makes it: the zip unpacked, its script copied, and this environment for setup.sh's."""
    done = run(course.root, "autograder", "gradescope", "--output", "g.zip")
    assert done.returncode == 0, done.stderr
    root = tmp_path / "autograder"
    for folder in ("source/venv/bin", "submission", "results"):
        (root / folder).mkdir(parents=True)
    with zipfile.ZipFile(course.root / "g.zip") as archive:
        archive.extractall(root / "source")
    shutil.copy(root / "source" / "run_autograder", root)
    (root / "run_autograder").chmod(0o755)
    python = root / "source" / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return root


def grade(root: Path) -> tuple[subprocess.CompletedProcess[str], dict | None]:
    """What the harness does with a submission: how it ended, and the result where there is one."""
    done = subprocess.run(["./run_autograder"], cwd=root, capture_output=True, text=True, check=False)
    path = root / "results" / "results.json"
    return done, json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def test_the_zip(course: Course, harness: Path) -> None:
    """Both scripts are at its root and run by a shell, the kit and the seed are in it, and two zips are the same bytes."""
    with zipfile.ZipFile(course.root / "g.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert archive.read("course/.autograder/seed").decode().strip() == SEED
    assert modes["setup.sh"] & modes["run_autograder"] & 0o100
    assert modes["course/.autograder/seed"] & 0o077 == 0
    assert os.stat(course.root / "g.zip").st_mode & 0o077 == 0
    assert "kit/autograder/engine/grading/grade.py" in modes
    assert "kit/solution/bptt.py" in modes
    assert not [name for name in modes if "__pycache__" in name or name.endswith(".pyc")]
    for script in ("setup.sh", "run_autograder"):
        assert subprocess.run(["bash", "-n", harness / "source" / script], check=False).returncode == 0
    assert run(course.root, "autograder", "gradescope", "--output", "h.zip").returncode == 0
    assert (course.root / "g.zip").read_bytes() == (course.root / "h.zip").read_bytes()


def test_a_good_submission(harness: Path) -> None:
    """It gets all points, one test for each check in the published form, no leaderboard, and the word on isolation."""
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", harness / "submission")
    done, result = grade(harness)
    assert done.returncode == 0, done.stderr
    assert result
    assert result["score"] == 30.0
    assert "leaderboard" not in result
    assert "isolated" in result["output"].lower()
    assert sum(test["max_score"] for test in result["tests"]) == pytest.approx(
        sum(task.points for task in ASSIGNMENT.tasks)
    )
    assert {test["status"] for test in result["tests"]} == {"passed"}
    assert result["tests"][0] == {
        "name": "forward: h_0 … h_T are right", "score": 1.13, "max_score": 1.13, "status": "passed",
        "output": "", "output_format": "text", "name_format": "text", "visibility": "visible",
    }  # fmt: skip


def test_a_bad_and_an_unreadable_submission(harness: Path) -> None:
    """A wrong one is told its sentence; one that cannot be read gets no points, and the reason why."""
    wrong = SOLVED + "\ndef squared_error_grad(o, y):\n    return o - y\n"
    (harness / "submission" / "work.py").write_text(wrong, encoding="utf-8")
    done, result = grade(harness)
    assert done.returncode == 0, done.stderr
    assert result
    assert result["score"] == 28.67
    assert "work.py was judged" in result["output"]
    first = next(test for test in result["tests"] if test["status"] == "failed")
    assert first["output"].endswith("?")
    (harness / "submission" / "work.py").unlink()
    (harness / "submission" / "bptt.ipynb").write_text('{"cells": [', encoding="utf-8")
    done, result = grade(harness)
    assert (done.returncode, result and result["score"]) == (0, 0.0)
    assert result
    assert "does not parse" in result["output"]


def test_a_hostile_submission(harness: Path) -> None:
    """It can neither write the result nor read the seed, and its text is in the result as plain text."""
    roots = repr([str(harness), "/autograder"])
    (harness / "submission" / "bptt.py").write_text(SOLVED + HOSTILE.format(roots=roots), encoding="utf-8")
    done, result = grade(harness)
    assert done.returncode == 0, done.stderr
    assert result
    assert result["score"] == 26.0
    assert SEED not in json.dumps(result)
    assert any("seen: " in test["output"] and "Error" in test["output"] for test in result["tests"])


def test_a_failure_is_no_score(harness: Path) -> None:
    """Where the grader fails or nothing isolates, nothing is written, an old result is gone, and stderr has a sentence."""
    (harness / "submission" / "bptt.py").write_text(SOLVED, encoding="utf-8")
    (harness / "results" / "results.json").write_text("{}")
    settings = harness / "source" / "course" / "autograder.toml"
    settings.write_text("colour = 1\n")
    done, result = grade(harness)
    assert (done.returncode, result) == (1, None)
    assert "'colour' is no setting" in done.stderr
    settings.write_text("")
    walls = harness / "source" / "kit" / "autograder" / "engine" / "grading" / "batch.py"
    text = walls.read_text(encoding="utf-8")
    bare = text.replace("with Sandbox(course.limits) as sandbox", "with Sandbox(course.limits, ()) as sandbox")
    assert bare != text
    walls.write_text(bare, encoding="utf-8")
    done, result = grade(harness)
    assert (done.returncode, result) == (1, None)
    assert "NOT ISOLATED" in done.stderr
    assert "Traceback" not in done.stderr
    settings.write_text("allow_unisolated = true\n")
    done, result = grade(harness)
    assert done.returncode == 0, done.stderr
    assert result
    assert "NOT ISOLATED" in result["output"]
    walls.write_text(text, encoding="utf-8")
    broken = harness / "source" / "kit" / "autograder" / "engine" / "grading" / "grade.py"
    broken.write_text(broken.read_text(encoding="utf-8").replace("    tasks = [", "    1 / 0\n    tasks = [", 1))
    shutil.rmtree(settings.parent / ".autograder" / "results", ignore_errors=True)
    done, result = grade(harness)
    assert (done.returncode, result) == (1, None)
    assert "the grader itself failed (ZeroDivisionError" in done.stderr
