"""What `grade` writes beside its report: tables, pages, and who is missing."""

import csv
import fcntl
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.__main__ import main
from autograder.engine.cli import grade as command
from autograder.engine.core.settings import Course
from autograder.engine.grading import batch

STUB = "def forward(*args):\n    raise NotImplementedError\n"


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch):
    """run(*words): `grade` on a class of three, one of whose files cannot be read, in a course of its own."""
    monkeypatch.chdir(course.root)
    for name in ("ada", "bob", "cyd"):
        (course.root / "class" / name).mkdir(parents=True)
        (course.root / "class" / name / "bptt.py").write_text(STUB + f"# {name}\n")
    (course.root / "class" / "bob" / "bptt.py").write_text("")
    (course.root / "roster.csv").write_text(
        'login,name,email\nada,"Lovelace, Ada",a@x.org\nbob,Bob,b@x.org\nnina,Nina,n@x.org\n'
    )

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(main, ["grade", "class", "--jobs", "1", *words])

    return invoke


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_at_once(run, course: Course) -> None:
    """One run writes the report, the table and the pages, and says who is missing and who is not on the roster."""
    done = run("--json", "r.json", "--csv", "t.csv", "--feedback", "pages", "--roster", "roster.csv")
    assert done.exit_code == 0, done.output
    report = json.loads((course.root / "r.json").read_text(encoding="utf-8"))
    assert report["missing"] == [
        {"student": "Nina", "student_id": "", "login": "nina", "email": "n@x.org", "section": ""}
    ]
    assert report["not_on_roster"] == ["cyd"]
    assert [entry["email"] for entry in report["submissions"]] == ["a@x.org", "b@x.org", ""]
    table = rows(course.root / "t.csv")
    assert [row["student"] for row in table] == ["Lovelace, Ada", "Bob", "cyd", "Nina"]
    assert [row["status"] for row in table] == ["graded", "unreadable", "graded", "handed in nothing"]
    assert {path.name for path in (course.root / "pages").iterdir()} == {"ada.html", "bob.html", "cyd.html"}
    assert "Feedback for Lovelace, Ada" in (course.root / "pages" / "ada.html").read_text(encoding="utf-8")
    assert "handed in nothing (1):\n  Nina\nnot on the roster (1):\n  cyd\n" in done.stdout
    assert (course.root / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,")


def test_the_class_on_one_page_tells_who_is_missing(run, course: Course) -> None:
    """`report` shows who handed in nothing, where the report was made with a roster."""
    assert run("--json", "r.json", "--roster", "roster.csv").exit_code == 0
    assert CliRunner().invoke(main, ["report", "r.json", "--csv", "tables"]).exit_code == 0
    nina = rows(course.root / "tables" / "students.csv")[-1]
    assert (nina["student"], nina["email"], nina["status"]) == ("Nina", "n@x.org", "handed in nothing")
    assert "Nina" in (course.root / "class.html").read_text(encoding="utf-8")
    (course.root / "r.json").write_text('{"version": 1, "isolation": "", "submissions": [], "missing": [1]}')
    done = CliRunner().invoke(main, ["report", "r.json"])
    assert (done.exit_code, "it is no report of this kit" in done.stderr) == (2, True)


def test_a_platforms_table(run, course: Course) -> None:
    """`--platform` and `--column` give the table that the platform takes, with its points possible."""
    done = run("--csv", "t.csv", "--platform", "canvas", "--column", "BPTT (9)", "--roster", "roster.csv")
    assert done.exit_code == 0
    found = rows(course.root / "t.csv")
    assert [row["Student"] for row in found] == ["    Points Possible", "Lovelace, Ada", "Bob", "cyd", "Nina"]
    assert [row["BPTT (9)"] for row in found] == ["30.0", "0.0", "0.0", "0.0", ""]
    assert "t.csv: 0 points are in the table for what could not be read: bob" in done.stdout


def test_a_table_can_be_printed(run) -> None:
    """`--csv -` prints the table and nothing else on stdout; what is to be said goes to stderr."""
    done = run("--csv", "-", "--roster", "roster.csv")
    assert done.stdout.splitlines()[0].startswith("\ufeffstudent,")
    assert len(done.stdout.splitlines()) == 5
    assert "handed in nothing (1):" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--platform", "canvas"), "name its file by --csv, too"),
        (("--csv", "-", "--json", "-"), "cannot both be printed"),
        (("--roster", "nowhere.csv"), "the roster nowhere.csv cannot be read"),
        (("--roster", "class/ada/bptt.py"), "no column that tells who is who"),
        (("--roster", "class"), "the roster class cannot be read"),
        (("--csv", "nowhere/t.csv"), "cannot be written"),
        (("--feedback", "roster.csv"), "roster.csv cannot be written"),
        (("--platform", "myspace", "--csv", "t.csv"), "'myspace' is not one of"),
    ],
)
def test_nobody_is_judged_for_nothing(run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str) -> None:
    """What cannot be used or written ends with status 2 and a sentence, before anybody is judged."""
    monkeypatch.setattr(batch, "grade", lambda *rest: pytest.fail("somebody was judged"))
    done = run(*words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.output


def test_a_table_that_stops_half_way_is_no_table(run, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a run ends early, an older table stays as it was and nothing half written is left."""
    (course.root / "t.csv").write_text("old")

    def stopped(console, result):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.terminal, "print_result", stopped)
    assert run("--csv", "t.csv").exit_code != 0
    assert (course.root / "t.csv").read_text() == "old"
    assert not list(course.root.glob("*.part"))


def test_a_failure_of_the_grader_is_no_zero(run, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was not judged has empty cells in every table and no page, and the exit status says so."""
    monkeypatch.setattr(batch, "grade", lambda *rest: 1 / 0)
    done = run("--csv", "t.csv", "--platform", "canvas", "--feedback", "pages")
    assert done.exit_code == 1
    assert [row["bptt"] for row in rows(course.root / "t.csv")] == ["30.0", "", "", ""]
    assert list((course.root / "pages").iterdir()) == []


def test_what_could_not_be_read_is_one_line(run) -> None:
    """In the terminal, too, the reason is said once, and not for each task."""
    assert run().stdout.count("bob") == 2  # the name, and the path


def test_what_is_no_file_is_written_into(run, course: Course) -> None:
    """A pipe gets the report and stays a pipe; a link stays a link, and its file gets the report."""
    pipe, link, file = course.root / "pipe", course.root / "link.json", course.root / "file.json"
    os.mkfifo(pipe)
    file.write_text("{}")
    link.symlink_to(file.name)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as reader:
        fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 2**20)  # so that the whole report finds room in it
        assert run("--json", str(pipe)).exit_code == 0
        assert [entry["student"] for entry in json.load(reader)["submissions"]] == ["ada", "bob", "cyd"]
    assert pipe.is_fifo()
    assert run("--json", str(link)).exit_code == 0
    assert link.is_symlink()
    assert len(json.loads(file.read_text())["submissions"]) == 3
