"""The workflows for GitHub: their form, and what their steps do, run here one after the other as a runner does."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support import corpus

from autograder.engine.core.places import NAME, SOLUTION

ROOT = SOLUTION.parent
CLASSROOM = ROOT / "docs" / "classroom"
WORKFLOWS = [*sorted(CLASSROOM.glob("*.yml")), *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
GH = """#!/bin/sh
[ "$1" = auth ] || ls "$CLASS/$3" | grep "^$PREFIX" || true
"""


def _steps(workflow: Path) -> dict[str, dict]:
    """The named steps of a workflow's one job that run commands."""
    (job,) = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    return {step["name"]: step for step in job["steps"] if "run" in step}


def _run(step: dict, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A step's commands in the shell that a runner takes, with this environment in place of the step's own."""
    assert set(step.get("env", {})) <= set(environment)
    beside = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    known = {**os.environ, "PATH": beside, "HOME": str(folder), **environment}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)


def test_the_workflows_have_githubs_form():
    """GitHub's own schema of a workflow takes each of them."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        *map(str, WORKFLOWS),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert len(WORKFLOWS) == 3
    assert done.returncode == 0, done.stdout


def test_actions_are_pinned():
    """Each action that a workflow uses is named by a commit, with its version beside it."""
    lines = [line for path in WORKFLOWS for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(lines) > 6
    assert [line for line in lines if not line.partition("@")[2][:40].isalnum() or "# v" not in line] == []


@pytest.mark.parametrize(("notebook", "status"), [(ROOT / "assignment", 1), (SOLUTION, 0)])
def test_the_self_check_is_red_until_all_is_done(tmp_path, notebook, status):
    """The self-check's command fails on the untouched handout, and passes on the solved one."""
    handout = tmp_path / NAME
    shutil.copytree(ROOT / "assignment" / NAME, handout)
    shutil.copy(notebook / NAME / f"{NAME}.ipynb", handout)
    assert _run(_steps(CLASSROOM / "self-check.yml")["Check the notebook"], handout).returncode == status


@pytest.fixture
def classroom(tmp_path):
    """A place for a run, and beside it an organisation's repositories, as git and `gh` find them there."""
    organisation, folder = tmp_path / "github" / "uni", tmp_path / "run"
    answers = "import numpy as np\n" + next(found.source for found in corpus("correct") if found.task == "forward")
    for name, text in {"bptt-ada": answers, "bptt-bob": "x = 1\n", "other-carl": answers}.items():
        repository = organisation / name
        repository.mkdir(parents=True)
        (repository / "bptt.py").write_text(text, encoding="utf-8")
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(repository)]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "work"]):
            subprocess.run([*git, *words], check=True)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "gh").write_text(GH, encoding="utf-8")
    command = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m autograder "$@"\n'
    (folder / "bin" / "bptt-autograder").write_text(command, encoding="utf-8")
    for name in ("gh", "bptt-autograder"):
        (folder / "bin" / name).chmod(0o755)
    (folder / ".gitconfig").write_text(
        f'[url "file://{organisation.parent}/"]\n\tinsteadOf = https://github.com/\n', encoding="utf-8"
    )
    return folder


def test_a_class_is_cloned_and_graded(classroom):
    """The repositories with the prefix are cloned, their owners graded by the course's seed, and the reports are there."""
    steps = _steps(CLASSROOM / "grade.yml")
    found = {"GH_TOKEN": "x", "ORGANISATION": "uni", "PREFIX": "bptt-", "CLASS": str(classroom.parent / "github")}
    for name, environment in {
        "Put the seed where the kit looks for it": {"SEED": "a seed"},
        "Clone the class": found,
        "Grade": {},
        "Show the class, and who is too alike": {},
    }.items():
        done = _run(steps[name], classroom, **environment)
        assert done.returncode == 0, done.stderr
    report = json.loads((classroom / "report.json").read_text(encoding="utf-8"))
    assert {one["student"]: one["score"] for one in report["submissions"]} == {"ada": 3.0, "bob": 0.0}
    assert (classroom / ".autograder" / "seed").read_text(encoding="utf-8") == "a seed\n"
    assert (classroom / ".autograder" / "seed").stat().st_mode & 0o77 == 0
    assert (classroom / "class.html").is_file()
    assert (classroom / "similar.html").is_file()


def test_what_is_missing_is_said(classroom):
    """Without the seed, and without a repository of that name, the run ends with a sentence."""
    steps = _steps(CLASSROOM / "grade.yml")
    done = _run(steps["Put the seed where the kit looks for it"], classroom, SEED="")
    assert (done.returncode, "BPTT_SEED is missing" in done.stdout) == (1, True)
    found = {"GH_TOKEN": "x", "ORGANISATION": "uni", "PREFIX": "no-", "CLASS": str(classroom.parent / "github")}
    done = _run(steps["Clone the class"], classroom, **found)
    assert (done.returncode, "No repository of uni begins with no-." in done.stdout) == (1, True)


def test_one_repository_that_cannot_be_cloned_stops_no_other(classroom):
    """A warning names it, and the others are there."""
    shutil.rmtree(classroom.parent / "github" / "uni" / "bptt-ada" / ".git")
    found = {"GH_TOKEN": "x", "ORGANISATION": "uni", "PREFIX": "bptt-", "CLASS": str(classroom.parent / "github")}
    done = _run(_steps(CLASSROOM / "grade.yml")["Clone the class"], classroom, **found)
    assert (done.returncode, "bptt-ada could not be cloned" in done.stdout) == (0, True)
    assert (classroom / "submitted" / "bob" / "bptt" / "bptt.py").is_file()
