"""What a command writes is none of what it reads, and no two things go into one file."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.__main__ import main
from autograder.engine.cli import similar
from autograder.engine.core.settings import Course
from autograder.engine.grading import batch

STUB = "def forward(*args):\n    raise NotImplementedError\n"


@pytest.fixture
def kept(course: Course, monkeypatch: pytest.MonkeyPatch):
    """kept(*words): a command that must end with status 2, judge nobody and change no file; all that it says."""
    monkeypatch.chdir(course.root)
    for name in ("ada", "bob"):
        (course.root / "class" / name).mkdir(parents=True)
        (course.root / "class" / name / "bptt.py").write_text(STUB + f"# {name}\n")
    (course.root / "roster.csv").write_text("login,name\nada,Ada\nbob,Bob\n")
    (course.root / "students.csv").write_text("login,name\nada,Ada\n")
    (course.root / "r.json").write_text(json.dumps({"version": 1, "isolation": "", "submissions": []}))
    (course.root / "autograder.toml").write_text("")
    os.link("class/ada/bptt.py", "hard.txt")
    os.symlink("class/ada/bptt.py", "soft.txt")
    monkeypatch.setattr(batch, "grade", lambda *rest: pytest.fail("somebody was judged"))
    monkeypatch.setattr(similar, "load_found", lambda *rest: pytest.fail("somebody was compared"))

    def invoke(*words: str) -> str:
        before = _files(course.root)
        done: Result = CliRunner().invoke(main, [*words])
        assert (done.exit_code, _files(course.root)) == (2, before), done.output
        assert "Traceback" not in done.output
        return done.stderr

    return invoke


def _files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".autograder" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


@pytest.mark.parametrize("file", ["class/ada/bptt.py", "./class/../class/ada/bptt.py", "hard.txt", "soft.txt"])
@pytest.mark.parametrize(
    "command", [("grade", "--json"), ("grade", "--csv"), ("grade", "--log"), ("similar", "--output")]
)
def test_no_submission_is_written_over(kept, command: tuple[str, str], file: str) -> None:
    """A submission, by whatever name or link, is no place for what `grade` and `similar` write."""
    name, option = command
    assert f"class/ada/bptt.py is a submission itself: name another file for {option}" in kept(
        name, "class", option, file
    ).replace(file, "class/ada/bptt.py")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("grade", "class/ada/bptt.py", "--json", "hard.txt"), "hard.txt is a submission itself"),
        (("grade", "class", "--roster", "roster.csv", "--csv", "./roster.csv"), "./roster.csv is the roster itself"),
        (("grade", "class", "--log", "autograder.toml"), "is the course's file of settings itself"),
        (("grade", "class", "--json", ".autograder/seed"), "is the course's seed itself"),
        (("gradescope", "--output", "autograder.toml"), "is the course's file of settings itself"),
        (("report", "r.json", "--output", "r.json"), "r.json is the report itself: name another file for --output"),
        (("report", "r.json", "--roster", "roster.csv", "--output", "roster.csv"), "roster.csv is the roster itself"),
        (("report", "r.json", "--roster", "students.csv", "--csv", "."), "students.csv is the roster itself"),
        (("report", ".", "--output", "class/ada/bptt.py"), "class/ada/bptt.py is a submission itself"),
        (("explain", "class/ada/bptt.py", "forward", "--html", "hard.txt"), "hard.txt is a submission itself"),
    ],
)
def test_no_input_is_written_over(kept, words: tuple[str, ...], says: str) -> None:
    """The roster, the report, the settings and the seed that a command reads are no places for what it writes."""
    assert says in kept(*words)


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "x", "--csv", "./x"),
        ("--json", "x", "--log", "./x"),
        ("--csv", "x", "--log", "class/../x"),
        ("--json", "x", "--feedback", "x"),
        ("--json", "r.json", "--csv", "link.json"),
    ],
)
def test_no_two_things_go_into_one_file(kept, course: Course, words: tuple[str, ...]) -> None:
    """Two options that name one file, though by different names, are refused: one of the two would be lost."""
    (course.root / "link.json").symlink_to("r.json")
    said = kept("grade", "class", *words)
    assert f"{words[0]} and {words[2]} name one and the same file" in said


def test_a_device_can_be_named_twice(kept) -> None:
    """What is written into a device is no loss: two options may name it."""
    assert "name another folder" in kept(
        "grade", "class", "--log", os.devnull, "--json", os.devnull, "--feedback", "r.json"
    )


@pytest.mark.parametrize("folder", ["class/pages", "class", "class/../class/new/pages"])
def test_pages_lie_outside_of_what_is_graded(kept, folder: str) -> None:
    """A feedback folder inside the class is refused: the next run would grade it as a student."""
    assert f"--feedback {folder} lies in class" in kept("grade", "class", "--feedback", folder)


def test_the_zip_of_the_pages_replaces_no_download(kept, course: Course) -> None:
    """Where the zip of the pages would have the name of the download that is graded, another folder is to be named."""
    with zipfile.ZipFile(course.root / "download.zip", "w") as archive:
        archive.writestr("Ada Byron_12_assignsubmission_file_/bptt.py", STUB)
        archive.writestr("Bob Noyce_13_assignsubmission_file_/bptt.py", STUB + "#")
    assert "download.zip is a submission itself" in kept("grade", "download.zip", "--feedback", "download")


def test_settings_among_submissions_are_not_followed(kept, course: Course) -> None:
    """Settings that lie beside students' own files, below what is graded, may be a student's: nobody is judged by them."""
    (course.root / "nbgrader_config.py").write_text("")
    (course.root / "cyd.py").write_text(STUB)
    for path in (".", str(course.root.parent)):
        assert "autograder.toml lies among submissions, and may be a student's" in kept("grade", path)
