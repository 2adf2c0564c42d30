"""The command line as its users meet it: documented exit statuses, one sentence for bad input, the report's form."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import autograder
from autograder.__main__ import main
from autograder.engine.cli import doctor
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import LAYERS, Course, Limits
from autograder.engine.course.course_file import load_course
from autograder.engine.grading import batch
from autograder.engine.intake.found import Found
from autograder.engine.sandbox.probe import Proof

STUB = "def forward(*args):\n    raise NotImplementedError\n"


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch):
    """run(*words): the command line in a course of its own."""
    monkeypatch.chdir(course.root)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    return invoke


def test_grade_prints_the_report_of_the_contract(run, course: Course) -> None:
    """`grade --json -` prints version 1 of the report, with every key the contract names."""
    (course.root / "me.py").write_text((SOLUTION / "bptt.py").read_text(encoding="utf-8"), encoding="utf-8")
    done = run("grade", "me.py", "--json", "-")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert report["version"] == 1
    assert report["isolation"]
    (submission,) = report["submissions"]
    assert {"path", "student", "score", "max_score", "status", "message", "tasks"} <= set(submission)
    assert (submission["score"], submission["max_score"], submission["status"]) == (30.0, 30.0, "graded")
    assert {"id", "points", "max_points", "status", "checks"} <= set(submission["tasks"][0])
    assert {"id", "passed", "message", "misconception"} <= set(submission["tasks"][0]["checks"][0])


def test_one_broken_submission_costs_nobody_else_anything(run, course: Course) -> None:
    """In a folder with a truncated notebook and an empty folder, the others are graded and the exit status is 0."""
    for name in ("ada", "bob", "cyd"):
        (course.root / "class" / name).mkdir(parents=True)
    (course.root / "class" / "ada" / "bptt.py").write_text((SOLUTION / "bptt.py").read_text(encoding="utf-8"))
    (course.root / "class" / "bob" / "bptt.ipynb").write_text('{"cells": [')
    done = run("grade", "class", "--json", "-", "--jobs", "1")
    assert done.exit_code == 0
    found = json.loads(done.stdout)["submissions"]
    assert [(s["student"], s["status"], s["score"]) for s in found] == [
        ("ada", "graded", 30.0),
        ("bob", "unreadable", 0.0),
        ("cyd", "unreadable", 0.0),
    ]
    assert {task["status"] for task in found[1]["tasks"]} == {"missing"}


def test_any_number_of_jobs_gives_the_same_bytes(run, course: Course) -> None:
    """`--jobs 2` writes byte for byte what `--jobs 1` writes, from a store that knows nothing yet."""
    for name in "abcd":
        (course.root / "class" / name).mkdir(parents=True)
        (course.root / "class" / name / "bptt.py").write_text(STUB + f"# {name}\n")
    one = run("grade", "class", "--json", "-", "--jobs", "1").stdout
    for stored in course.results.rglob("*.json"):
        stored.unlink()
    assert run("grade", "class", "--json", "-", "--jobs", "2").stdout == one


def test_a_path_that_is_not_there_is_a_usage_error(run) -> None:
    """A PATH that does not exist ends with status 2 and one sentence that names it."""
    done = run("grade", "nowhere")
    assert done.exit_code == 2
    assert "there is no nowhere" in done.stderr


def test_a_failure_of_the_grader_is_no_score(run, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the grader itself fails, the score is null, the others go on, and the exit status is 1."""
    real = batch.grade

    def failing(handed_in, *rest):
        if "bad" in handed_in.path:
            raise RuntimeError("a bug")
        return real(handed_in, *rest)

    monkeypatch.setattr(batch, "grade", failing)
    for name in ("bad", "good"):
        (course.root / "class" / name).mkdir(parents=True)
        (course.root / "class" / name / "bptt.py").write_text(STUB)
    done = run("grade", "class", "--json", "-", "--jobs", "1")
    assert done.exit_code == 1
    bad, good = json.loads(done.stdout)["submissions"]
    assert (bad["status"], bad["score"]) == ("grader_error", None)
    assert good["status"] == "graded"
    assert "Traceback" not in done.output


class DyingProof(Proof):
    """A proof that makes the judging process it is sent to die over bob's submission."""

    @property
    def label(self) -> str:
        real = batch.grade
        batch.grade = lambda handed_in, *rest: os._exit(1) if "bob" in handed_in.path else real(handed_in, *rest)
        return "a trap"


def test_a_process_of_the_grader_that_dies_costs_one_submission_at_most(course: Course) -> None:
    """Where a judging process is killed over one submission, that one has no score and all others are graded."""
    found = []
    for name in ("ada", "bob", "cyd", "dan"):
        (course.root / name).mkdir()
        (course.root / name / "bptt.py").write_text(STUB + f"# {name}\n")
        found.append(Found(course.root / name, name))
    results = list(batch.judge_all(found, course, DyingProof((), {}), jobs=2))
    assert [(r.student, r.status) for r in results] == [
        ("ada", "graded"),
        ("bob", "grader_error"),
        ("cyd", "graded"),
        ("dan", "graded"),
    ]


def test_a_report_that_cannot_be_written_harms_nothing(run, course: Course) -> None:
    """An unwritable --json file is one sentence and status 2, and what stood there before is unharmed."""
    (course.root / "me.py").write_text(STUB)
    done = run("grade", "me.py", "--json", "no/such/folder/report.json")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("limits = 3", "limits"),
        ("[limits]\ncall_s = 'long'", "call_s"),
        ("[limits]\ncall_s = -1", "call_s"),
        ("[limits]\nopen_files = 0", "open_files"),
        ("[limits]\nprocesses = -1", "processes"),
        ("colour = 'red'", "colour"),
        ("tasks_off = ['backward']", "backward"),
        ("demand = ['moat']", "moat"),
        ("locate = 'here'", "unnamed"),
        ("locate = true", "locate"),
        ("tasks_off = [['forward']]", "forward"),
        ("[limits]\ncall_s = nan", "call_s"),
        ("[limits]\nmemory_mib = 9000000000000000", "memory_mib"),
        ("x = = 1", "TOML"),
    ],
)
def test_wrong_settings_are_one_sentence(run, course: Course, text: str, word: str) -> None:
    """A setting that cannot be used ends with status 2 and a sentence that names it."""
    (course.root / "autograder.toml").write_text(text)
    (course.root / "me.py").write_text(STUB)
    done = run("grade", "me.py")
    assert done.exit_code == 2
    assert word in done.stderr


def test_the_settings_file_tells_the_defaults(tmp_path: Path) -> None:
    """What stands commented out in the repository's autograder.toml is every limit at its default."""
    table = (
        (SOLUTION.parent / "autograder.toml").read_text(encoding="utf-8").partition("[limits]")[2].partition("\n")[2]
    )
    (tmp_path / "autograder.toml").write_text("[limits]\n" + table.replace("# ", "").partition("\n\n")[0])
    assert load_course(tmp_path / "autograder.toml").limits == Limits()
    assert all(field.name in table for field in fields(Limits))


def test_a_task_that_is_switched_off_is_not_graded(run, course: Course) -> None:
    """A task named in tasks_off is neither in the report nor in the maximum."""
    (course.root / "autograder.toml").write_text("tasks_off = ['hidden_grads']")
    (course.root / "me.py").write_text(STUB)
    (submission,) = json.loads(run("grade", "me.py", "--json", "-").stdout)["submissions"]
    assert submission["max_score"] == 26.0
    assert "hidden_grads" not in {task["id"] for task in submission["tasks"]}


def test_nothing_is_judged_where_nothing_isolates(run, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without walls grading stops with a sentence that says what to do, unless --allow-unisolated labels every report."""
    monkeypatch.setattr("autograder.engine.sandbox.session.LAYERS", ())
    monkeypatch.setattr(batch.Sandbox.__init__, "__defaults__", ((), None, "minimal"))
    (course.root / "me.py").write_text(STUB)
    done = run("grade", "me.py")
    assert done.exit_code == 2
    assert "Docker" in done.stderr
    allowed = run("grade", "me.py", "--json", "-", "--allow-unisolated")
    assert allowed.exit_code == 0
    assert json.loads(allowed.stdout)["isolation"].startswith("NOT ISOLATED")


def test_a_layer_that_is_demanded_and_missing_stops_grading(
    run, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a layer that `demand` names does not go up, grading stops with a sentence that names it."""
    monkeypatch.setattr(
        batch.Sandbox.__init__, "__defaults__", (("limits", "namespaces", "uid", "seccomp"), None, "minimal")
    )
    (course.root / "me.py").write_text(STUB)
    assert run("grade", "me.py").exit_code == 0
    (course.root / "autograder.toml").write_text("demand = ['seccomp', 'landlock']")
    done = run("grade", "me.py")
    assert done.exit_code == 2
    assert "and not landlock, as autograder.toml demands" in done.stderr


def test_the_secret_seed_is_made_once_and_for_its_owner(run, course: Course) -> None:
    """The seed's file is made on first use, is readable by its owner alone, and stays as it is."""
    path = course.root / ".autograder" / "seed"
    path.unlink()
    (course.root / "me.py").write_text(STUB)
    run("grade", "me.py")
    seed = path.read_text()
    assert os.stat(path).st_mode & 0o777 == 0o600
    run("grade", "me.py")
    assert path.read_text() == seed


def test_doctor_says_what_holds(run) -> None:
    """`doctor` has a table of all layers and one of all attempts, and its status says whether all held."""
    done = run("doctor")
    assert done.exit_code == 0
    layers, _, attempts = done.output.partition("Attempts to get out")
    for layer in LAYERS:
        assert re.search(rf"^ {layer} +yes ", layers, re.MULTILINE)
    for attempt in ("file", "tcp", "memory_of_grader", "spin"):
        assert re.search(rf"^ {attempt} +PASS ", attempts, re.MULTILINE)
    assert done.output.endswith("proved by trial\n")


def test_doctor_says_what_does_not_hold(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer that is down has the machine's reason, and an attempt that got through FAIL; the last line says what to do."""
    refused = {"landlock": "landlock: Function not implemented"}
    proof = Proof(("limits",), {"tcp": False, "udp": True}, refused)
    monkeypatch.setattr(doctor, "prove", lambda worker: proof)
    monkeypatch.setenv("COLUMNS", "200")
    done = run("doctor")
    assert done.exit_code == 1
    assert re.search(r"^ landlock +NO .*Not up: landlock: Function not implemented", done.output, re.MULTILINE)
    assert re.search(r"^ limits +yes ", done.output, re.MULTILINE)
    assert re.search(r"^ tcp +FAIL .*GOT THROUGH", done.output, re.MULTILINE)
    assert re.search(r"^ udp +PASS ", done.output, re.MULTILINE)
    assert "NOT ISOLATED" in done.output
    assert "README" in done.output.splitlines()[-1]


@pytest.mark.parametrize("columns", ["80", "60"])
def test_a_narrow_terminal_cuts_nothing(run, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """On 80 and on 60 columns no row of the doctor's tables is longer, and no word of them is cut."""
    monkeypatch.setenv("COLUMNS", columns)
    lines = run("doctor").output.splitlines()
    assert max(map(len, lines[:-1])) <= int(columns)  # the last one is the label that every report has
    assert "…" not in "".join(lines)
    assert "memory_of_grader" in "".join(lines)


def test_an_ascii_terminal_gets_ascii(course: Course) -> None:
    """Where the encoding has ASCII alone, tables are drawn in it and a sentence's letters are replaced, not refused."""
    (course.root / "me.py").write_text("def forward(*args):\n    raise ValueError('é ∂ …')\n")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for words in (["doctor"], ["grade", "me.py"]):
        command = [sys.executable, "-m", "autograder", *words]
        done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()
    assert b"e \\u2202 ..." in done.stdout


def test_pytest_serves_the_same_checks(course: Course) -> None:
    """`pytest autograder --submission PATH` has one test for each check, and a failing one shows its sentence alone."""
    (course.root / "me.py").write_text(STUB)
    kit = Path(autograder.__file__).parent
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(kit),
        "--submission",
        "me.py",
        "-q",
        "-k",
        "forward",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "`forward`: it is not attempted yet." in done.stdout
    assert "Traceback" not in done.stdout
    missing = subprocess.run(
        [*command[:4], "--submission", "nowhere"], cwd=course.root, capture_output=True, text=True, check=False
    )
    assert "there is no nowhere" in missing.stderr + missing.stdout
