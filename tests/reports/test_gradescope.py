"""Gradescope's zip in a folder laid out as its harness lays it out, with what students upload there."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
from support import SEED, run

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course, SettingsError
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.course_file import load_course
from autograder.engine.reports.gradescope import attempt_of, results

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


# https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
TEST = {
    "type": "object",
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
        "leaderboard": {"type": "array"},
    },
    "additionalProperties": False,
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
}


def grade(root: Path) -> tuple[subprocess.CompletedProcess[str], dict | None]:
    """What the harness does with a submission: how it ended, and the result where there is one."""
    done = subprocess.run(["./run_autograder"], cwd=root, capture_output=True, text=True, check=False)
    path = root / "results" / "results.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    if found is not None:
        jsonschema.validate(found, SCHEMA)
    return done, found


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


def test_when_students_see_what(harness: Path) -> None:
    """The settings say when a check is shown: all, those of a task, and one of them. The score is as it was."""
    (harness / "source" / "course" / "autograder.toml").write_text(
        '[gradescope]\nvisibility = "after_published"\n[gradescope.visibility_of]\nforward = "visible"\n"forward.pure" = "hidden"\n'
    )
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", harness / "submission")
    (harness / "submission_metadata.json").write_text('{"previous_submissions": [{"score": 1.0}, {"score": 2.0}]}')
    _, result = grade(harness)
    assert result
    assert result["score"] == 30.0
    forward = [test["visibility"] for test in result["tests"] if test["name"].startswith("forward: ")]
    assert forward == [*["visible"] * 4, "hidden", "visible"]
    assert {test["visibility"] for test in result["tests"] if not test["name"].startswith("forward: ")} == {
        "after_published"
    }
    assert "This is attempt 3. Earlier attempts cost nothing." in result["output"]
    assert "5 more points are given by hand; they are not in this score." in result["output"]


@pytest.mark.parametrize(
    "metadata", [None, "", "[]", "{}", '{"previous_submissions": null}', '{"previous_submissions": []}']
)
def test_a_first_attempt_is_not_counted(tmp_path: Path, metadata: str | None) -> None:
    """Nothing is said of attempts where there was none before, or where Gradescope does not tell."""
    path = tmp_path / "submission_metadata.json"
    if metadata is not None:
        path.write_text(metadata)
    result = Result("x", None, 0.0, 30.0, "graded")
    assert "attempt" not in results(result, Course(tmp_path), attempt_of(path))["output"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[gradescope]\nvisibility = "never"', "expected one of visible, after_due_date"),
        ('[gradescope.visibility_of]\nforward = "x"', "forward is 'x', expected one of visible"),
        ('[gradescope.visibility_of]\nforwards = "hidden"', "'forwards', which is no task and no check"),
        ('[gradescope.visibility_of]\n"forward.purity" = "hidden"', "forward.pure"),
        ('[gradescope]\ncolour = "red"', "'colour' is no setting"),
        ("gradescope = 1", "expected a table: [gradescope]"),
        ("[gradescope]\nvisibility_of = 1", "expected a table: [visibility_of]"),
    ],
)
def test_wrong_settings_of_visibility(tmp_path: Path, text: str, word: str) -> None:
    """A word that is none of Gradescope's, and a name that is no check's, are told with what is known."""
    (tmp_path / "autograder.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_course(tmp_path / "autograder.toml")
    assert word in str(error.value)


def test_the_settings_file_shows_what_can_be_set(tmp_path: Path) -> None:
    """The example for Gradescope in the repository's autograder.toml can be used as it is."""
    text = (SOLUTION.parent / "autograder.toml").read_text(encoding="utf-8")
    lines = [line.removeprefix("# ") for line in text.partition("# [gradescope]")[2].splitlines()]
    (tmp_path / "autograder.toml").write_text("\n".join(["[gradescope]", *lines[1:]]), encoding="utf-8")
    assert load_course(tmp_path / "autograder.toml").gradescope.of("hidden_grads", "vanishing") == "after_published"


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
    assert result["tests"] == []


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
    broken.write_text(broken.read_text(encoding="utf-8").replace("    release = released()\n", "    release = 1 / 0\n"))
    shutil.rmtree(settings.parent / ".autograder" / "results", ignore_errors=True)
    done, result = grade(harness)
    assert (done.returncode, result) == (1, None)
    assert "the grader itself failed (ZeroDivisionError" in done.stderr
