"""nbgrader's commands on a class in which some have laid what stops a class: each costs itself alone."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from submissions.broken.kinds import cell, code, data, honest, prose, save
from support import autograded, gradebook, note_of, released_course, run

from autograder.engine.core.names import shown

pytestmark = pytest.mark.slow

# What the system says to the grader, in every process that a command starts.
_SYSTEM = """
import io, os

def refusing(real):
    def opened(path, *rest, **options):
        if not isinstance(path, int) and os.environ["REFUSED"] in os.fsdecode(path):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *rest, **options)
    return opened

os.open, io.open = refusing(os.open), refusing(io.open)
"""
ODD = ("\u200fx", "\\u200fx", "l\udcf6we", "\x1b[31mred", "y" * 250, "\u202e" * 80)
READ = ("ada", "late", "local", "no time", "prose", "says much", *ODD)
UNREAD = ("bom", "blank", "link", "loop", "whole", "below", "wide")


def _lay(submitted: Path) -> None:
    for name in (*READ, "bob"):
        save(submitted / name / "bptt")
    for name in ("bom", "blank", "link", "loop", "below", "wide"):
        (submitted / name / "bptt").parent.mkdir(parents=True)
    (submitted / "whole").symlink_to("x" * 300)
    (submitted / "link" / "bptt").symlink_to("x" * 300)
    (submitted / "loop" / "bptt").symlink_to("bptt")
    (submitted / "below" / "bptt").symlink_to("/proc/1/fd")
    save(submitted / "bom" / "bptt", b"\xef\xbb\xbf")
    save(submitted / "blank" / "bptt", "\xa0 \n".encode())
    notebook = honest()
    cell(notebook, "forward").update(
        cell_type="markdown", source=cell(notebook, "forward")["source"] + "\n# " + "😀" * 2**20
    )
    save(submitted / "wide" / "bptt", json.dumps(notebook).encode())
    notebook = honest()
    notebook["cells"] += [prose("\n" * 2**22), code("\n".join(f"x{n} = {n}" for n in range(20_000)))]
    save(submitted / "prose" / "bptt", json.dumps(notebook).encode())
    notebook = honest()
    cell(notebook, "setup")["source"] += "\nimport " + ", ".join(f"a{n}" for n in range(100_000))
    save(submitted / "says much" / "bptt", json.dumps(notebook).encode())
    for name, text in {
        "late": "2026-11-20 12:00:00.5 +0100",
        "local": "2026-07-20 12:00:00.000000 CEST",
        "no time": "12:" + "9" * 29,
        "bob": "2026-11-20 12:00:00 UTC",
    }.items():
        save(submitted / name / "bptt", text.encode(), "timestamp.txt")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A course whose clocks stand in Berlin, and bob's file is refused to who grades."""
    made = released_course(tmp_path_factory.mktemp("hostile"))
    config = made / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.Exchange.timezone = 'Europe/Berlin'\n", encoding="utf-8")
    _lay(made / "submitted")
    (made / "system").mkdir()
    (made / "system" / "sitecustomize.py").write_text(_SYSTEM)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(made / "system"), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("REFUSED", "submitted/bob/bptt/bptt.ipynb")
        yield made


@pytest.fixture(scope="module")
def done(course: Path) -> CompletedProcess[str]:
    """What the first autograde said."""
    return run(course, "nbgrader", "autograde", "bptt")


def test_everybody_else_is_recorded_and_the_exit_status_says_so(course: Path, done: CompletedProcess[str]) -> None:
    """All are in the gradebook with what their work is worth, but the one whose file the grader may not read."""
    assert done.returncode == 1, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    assert "\x1b[31m" not in done.stderr
    said = [line for line in done.stderr.splitlines() if "bob was not graded" in line]
    assert "cannot be read by the grader (Permission denied): nothing was recorded" in said[0]
    assert "bom: nothing could be read: " in done.stderr
    recorded = {student: sum(points or 0 for points in cells.values()) for student, cells in gradebook(course).items()}
    assert recorded == {**dict.fromkeys(map(shown, READ), 30), **dict.fromkeys(UNREAD, 0)}


def test_times_are_read_rightly_or_not_at_all(course: Path, done: CompletedProcess[str]) -> None:
    """An offset and the course's own zone are read rightly; of what is no time, the log and the notebook's note say so."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        times = {name: book.find_submission("bptt", name).timestamp for name in ("late", "local", "no time", "ada")}
    assert times == {
        "late": datetime(2026, 11, 20, 11, 0, 0, 500_000),
        "local": datetime(2026, 7, 20, 10),
        "no time": None,
        "ada": None,
    }
    assert "no time: timestamp.txt holds no time as nbgrader writes it" in done.stderr
    assert "it is not known when this was handed in" in note_of(course, "no time")


def test_what_graders_open_is_bounded(course: Path, done: CompletedProcess[str]) -> None:
    """A notebook with megabytes of lines or of imports becomes an autograded one of ordinary size, with a note."""
    for student in ("prose", "says much"):
        assert (course / "autograded" / student / "bptt" / "bptt.ipynb").stat().st_size < 2**20
        assert len(note_of(course, student)) < 5000
    assert "more than 2 MiB of text" in note_of(course, "prose")
    assert len(autograded(course, "prose")["cells"]) < 120


def test_a_second_run_tries_again_what_failed_and_nothing_else(course: Path, done: CompletedProcess[str]) -> None:
    """Whatever their names, who is recorded is not judged again; the file that was refused is."""
    again = run(course, "nbgrader", "autograde", "bptt")
    assert again.returncode == 1
    assert "bob was not graded" in again.stderr
    assert [line for line in again.stderr.splitlines() if "was not graded" in line or " moves " in line][1:] == []
    assert "Converting notebook" not in again.stderr
    one = run(course, "nbgrader", "autograde", "bptt", "--force", "--student", shown("\x1b[31mred"))
    assert one.returncode == 0, one.stderr[-2000:]


def test_status_and_grade_go_on(course: Path, done: CompletedProcess[str]) -> None:
    """`status` and `grade` have a line for everybody, and end with status 1 for the one."""
    status = run(course, "autograder", "status")
    assert "Traceback" not in status.stderr
    said_of_each = status.stdout.splitlines()[: len(READ) + len(UNREAD) + 1]
    lines = dict(line.split(": ", 1) for line in said_of_each)
    assert set(lines) == {*map(shown, READ), *UNREAD, "bob"}
    assert all(said.startswith("current") for name, said in lines.items() if name != "bob")
    graded = run(course, "autograder", "grade", "submitted", "--json", "-")
    assert graded.returncode == 1
    found = {entry["student"]: entry["status"] for entry in json.loads(graded.stdout)["submissions"]}
    assert found == {
        **dict.fromkeys(map(shown, READ), "graded"),
        **dict.fromkeys(UNREAD, "unreadable"),
        "bob": "grader_error",
    }


def test_who_may_not_read_the_seed_gets_one_sentence(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second grader without the right to read the seed is told what to do by each command, and nothing is recorded."""
    monkeypatch.setenv("REFUSED", ".autograder/seed")
    save(course / "submitted" / "zoe" / "bptt", data())
    for module, *words in (
        ("nbgrader", "autograde", "bptt", "--student", "zoe"),
        ("autograder", "grade", "submitted/zoe/bptt"),
        ("autograder", "explain", "zoe", "forward"),
    ):
        refused = run(course, module, *words)
        assert refused.returncode != 0
        assert "Traceback" not in refused.stderr
        assert (
            "the seed cannot be read (Permission denied); let its owner give you the right to read it" in refused.stderr
        )
    assert "zoe" not in gradebook(course)
