"""Whole submissions with the report that each must get: the sample class, judged from a fixed seed.

`python tests/record.py` records the reports anew, after a change that is meant to change them.
"""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from support import LIMITS, SEED

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.demo.sample_class import SAMPLES, compose
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox

RECORDED = Path(__file__).parents[1] / "submissions" / "samples.json"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.py"))


def judge(name: str, folder: Path, exam: HiddenTests, worker: Sandbox) -> Result:
    """The sample composed into the released notebook, and judged."""
    solved, release = (
        nbformat.read(SOLUTION.parent / f / "bptt" / "bptt.ipynb", 4) for f in ("solution", "assignment")
    )
    path = folder / "bptt.ipynb"
    nbformat.write(compose(SAMPLES / f"{name}.py", release, solved), path)
    return replace(grade(load(path, name), Course(folder, LIMITS), exam, worker), path="")


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_gets_its_recorded_report(name: str, tmp_path: Path, exam: HiddenTests, worker: Sandbox) -> None:
    """Every point and every sentence of a sample's report is the recorded one."""
    expected = json.loads(RECORDED.read_text(encoding="utf-8"))[name]
    assert json.loads(json.dumps(judge(name, tmp_path, exam, worker).to_json())) == expected


def test_both_ends_are_proved() -> None:
    """Of the recorded reports the three right formulations have full marks, and the untouched release has none."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert [recorded[name]["score"] for name in ("ada", "emmy", "grace")] == [30, 30, 30]
    untouched = recorded["untouched"]["tasks"]
    assert [(task["points"], task["status"]) for task in untouched] == [(0, "missing")] * len(ASSIGNMENT.tasks)


def record() -> None:
    """Write the reports of all samples as they are now."""
    with Sandbox(LIMITS) as worker, tempfile.TemporaryDirectory() as folder:
        reports = {name: judge(name, Path(folder), HiddenTests(ASSIGNMENT, SEED), worker).to_json() for name in NAMES}
    RECORDED.write_text(json.dumps(reports, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
