"""Commands whose stdout takes nothing, or not any more: what goes into files is written all the same."""

import csv
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click import UsageError

from autograder.engine.cli import grade as command
from autograder.engine.cli.grade import Wanted
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course

STUB = "def forward(*args):\n    raise NotImplementedError\n"
Run = Callable[..., subprocess.CompletedProcess[str]]
_FULL = "what is printed cannot be written (No space left on device)"


@pytest.fixture
def run(course: Course) -> Run:
    """run(*words, before="", **streams): a command in a course with a class of three, behind a line of the shell."""
    for name in ("ada", "bob", "cyd"):
        (course.root / "class" / name).mkdir(parents=True)
        (course.root / "class" / name / "bptt.py").write_text(STUB + f"# {name}\n")

    def ran(*words: str, before: str = "", **streams: Any) -> subprocess.CompletedProcess[str]:
        command = ["sh", "-c", f'{before}\nexec "$@"', "sh", sys.executable, "-m", "autograder", *words]
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return subprocess.run(command, cwd=course.root, text=True, check=False, **how)

    return ran


@pytest.fixture
def unread() -> Iterator[int]:
    """The end of a pipe that nobody reads any more."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.fixture
def full() -> Iterator[int]:
    """A file on a disk without any space."""
    number = os.open("/dev/full", os.O_WRONLY)
    yield number
    os.close(number)


def students(table: Path) -> list[str]:
    with open(table, encoding="utf-8-sig", newline="") as file:
        return [row["student"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_files_are_written_though_nobody_reads(
    run: Run, course: Course, unread: int, stream: str, unbuffered: str
) -> None:
    """Where the reader of what is printed is gone, the table, the report and the pages are written, and nothing has failed.

    However Python buffers.
    """
    how = {stream: unread, "env": {**os.environ, "PYTHONUNBUFFERED": unbuffered}}
    done = run("grade", "class", "--csv", "t.csv", "--json", "r.json", "--feedback", "pages", **how)
    assert done.returncode == 0, done.stderr
    assert students(course.root / "t.csv") == ["ada", "bob", "cyd"]
    assert len(json.loads((course.root / "r.json").read_text(encoding="utf-8"))["submissions"]) == 3
    assert len(list((course.root / "pages").iterdir())) == 3


@pytest.mark.parametrize("printed", [(), ("--json", "-")])
def test_files_are_written_where_nothing_can_be_printed(
    run: Run, course: Course, full: int, printed: tuple[str, ...]
) -> None:
    """Where stdout is on a full disk, the table is written all the same, one sentence says so, and the status is 1."""
    done = run("grade", "class", "--csv", "t.csv", *printed, stdout=full)
    assert done.returncode == 1
    assert done.stderr.count(_FULL) == 1
    assert "Traceback" not in done.stderr
    assert students(course.root / "t.csv") == ["ada", "bob", "cyd"]


def test_a_table_that_nobody_reads_costs_no_report(run: Run, course: Course, unread: int) -> None:
    """Where the reader of a printed table is gone, the report is written."""
    assert run("grade", "class", "--csv", "-", "--json", "r.json", stdout=unread).returncode == 0
    assert len(json.loads((course.root / "r.json").read_text(encoding="utf-8"))["submissions"]) == 3


def test_what_nobody_reads_is_not_gone_on_with(run: Run, unread: int) -> None:
    """Where the reader is gone and no file is wanted, the command ends early, with status 1 and without a word on it."""
    done = run("grade", "class", stdout=unread)
    assert done.returncode == 1
    assert "[3/3]" not in done.stderr
    assert "Error" not in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "words", ["--help", "grade --help", "grade class", "grade class --json -", "similar class", "doctor"]
)
def test_a_full_disk_is_one_sentence(run: Run, full: int, words: str, unbuffered: str) -> None:
    """Where stdout is on a full disk, a command ends with one sentence and status 1, however Python buffers."""
    done = run(*words.split(), stdout=full, env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"Error: {_FULL}")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--json", "--csv"])
def test_a_file_on_a_full_disk_is_one_sentence(run: Run, option: str) -> None:
    """Where a file finds no space, the command ends with one sentence and status 2, though other processes still judge."""
    done = run("grade", "class", "--jobs", "2", option, "/dev/full")
    assert done.returncode == 2
    assert done.stderr.endswith("Error: /dev/full cannot be written (No space left on device): name another file\n")


def test_no_judging_outlives_a_file_that_cannot_be_written(
    run: Run, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file finds no space, the judging is ended at once and here, not whenever a thread of it drops the results."""
    ended: list[threading.Thread] = []

    def judged(*asked: object) -> Iterator[Result]:
        try:
            for number in range(1000):  # more than is buffered
                yield Result(f"{number}.py", None, 0.0, 30.0, "graded", "long " * 1000)
        finally:
            ended.append(threading.current_thread())

    monkeypatch.setattr(command, "judge_all", judged)
    monkeypatch.chdir(course.root)
    with pytest.raises(UsageError) as refused:  # it holds all frames, and these the results
        command.run((Path("class"),), Wanted("/dev/full"), None, 1, None, force=False, allow_unisolated=False)
    assert "cannot be written" in str(refused.value)
    assert ended == [threading.main_thread()]


def test_a_log_on_a_full_disk_costs_nothing_else(run: Run, course: Course) -> None:
    """Where the log finds no space, that is said once, and everything else is written."""
    done = run("grade", "class", "--log", "/dev/full", "--csv", "t.csv")
    assert done.returncode == 0
    assert done.stderr.count("the log cannot be written any more (No space left on device)") == 1
    assert students(course.root / "t.csv") == ["ada", "bob", "cyd"]


@pytest.mark.parametrize("words", ["grade class --csv t.csv", "grade class --csv t.csv --json -", "doctor"])
def test_a_closed_stdout_is_no_failure(run: Run, course: Course, words: str) -> None:
    """A command that is started without stdout and stderr does its work, and writes nothing else into its files."""
    assert run(*words.split(), before="exec <&- >&- 2>&-").returncode == 0
    if "t.csv" in words:
        assert students(course.root / "t.csv") == ["ada", "bob", "cyd"]


@pytest.mark.parametrize("words", ["grade ../class", "status", "report", "doctor"])
def test_a_current_folder_that_is_gone_is_one_sentence(run: Run, words: str) -> None:
    """In a folder that was deleted every command ends with one sentence and status 2."""
    done = run(*words.split(), before="mkdir gone && cd gone && rmdir ../gone")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: the current folder cannot be found")
    assert done.stderr.endswith("go to a folder that is there\n")
