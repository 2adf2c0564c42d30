"""Where the process for student code does not start at all: every front end says so in one sentence, and records nothing."""

import os
import shutil
from pathlib import Path

import forked
import pytest
from support import commands, gradebook, released_course

from autograder.engine.core.places import SOLUTION

pytestmark = pytest.mark.slow

SAID = "student code cannot be run here at all"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A kit whose process for student code ends at once, and a course with one submission."""
    kit, course = tmp_path_factory.mktemp("kit"), released_course(tmp_path_factory.mktemp("course"))
    for name in ("autograder", "solution"):
        shutil.copytree(SOLUTION.parent / name, kit / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (kit / "autograder" / "engine" / "sandbox" / "worker" / "__main__.py").write_text("import no_such_module\n")
    for folder in (course / "submitted" / "ada" / "bptt", course / "harness" / "submission"):
        folder.mkdir(parents=True)
        shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder)
    (course / "harness" / "results").mkdir()
    return kit, course


@pytest.mark.parametrize(
    "command",
    [
        "autograder grade submitted --json report.json",
        "autograder doctor",
        "autograder explain ada forward",
        "autograder demo sample",
        "autograder.engine.reports.gradescope harness",
        "nbgrader autograde bptt",
        "pytest {kit}/autograder -p no:cacheprovider --submission submitted",
    ],
)
def test_one_sentence_and_no_score(broken: tuple[Path, Path], command: str) -> None:
    """The command ends with status 1 and the sentence, without a traceback and without anything recorded."""
    kit, course = broken
    words = ("-m", *command.format(kit=kit).split())
    paths = os.pathsep.join(filter(None, [str(kit), os.environ.get("PYTHONPATH")]))
    done = forked.run(words, course, commands(course) | {"PYTHONPATH": paths})
    said = done.stdout + done.stderr
    assert (done.returncode, SAID in said, "Traceback" in said) == (1, True, False), said
    assert gradebook(course) == {}
    assert not [path for name in ("report.json", "autograded", "harness/results/*") for path in course.glob(name)]
