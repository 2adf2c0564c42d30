"""Where a course and its gradebook may lie, and where the programs that nbgrader calls do."""

import os
import sys
from pathlib import Path

import forked
import pytest
import sqlalchemy.engine
from nbgrader.coursedir import CourseDirectory
from support import commands, released_course, run

from autograder.engine.core.places import SOLUTION
from autograder.nbgrader import places
from autograder.nbgrader.places import course_directory, gradebook_exists, gradebook_url

COMMANDS = ("generate_assignment bptt --force", "autograde bptt", "generate_feedback bptt", "export")


def course_in(folder: Path) -> Path:
    """A course with a submission and without a gradebook."""
    course = released_course(folder)
    (course / "gradebook.db").unlink()
    work = course / "submitted" / "ada" / "bptt"
    work.mkdir(parents=True)
    (work / "bptt.ipynb").write_bytes((SOLUTION / "bptt" / "bptt.ipynb").read_bytes())
    return course


@pytest.mark.slow
@pytest.mark.parametrize("name", ["w?y", "p%20q c#x é"])
def test_a_course_may_lie_in_any_folder(tmp_path: Path, name: str) -> None:
    """Where a course's path has characters that mean something in an address, all commands find its gradebook in it.

    No table takes its place there either.
    """
    course = course_in(tmp_path / name)
    for words in COMMANDS:
        done = run(course, "nbgrader", *words.split())
        assert done.returncode == 0, done.stderr
    assert "ada: current (30 points)" in run(course, "autograder", "status").stdout
    assert "bptt,,,ada,,,,30.0" in (course / "grades.csv").read_text(encoding="utf-8-sig")
    assert (course / "gradebook.db").is_file()
    done = run(course, "nbgrader", "export", "--to", "gradebook.db")
    assert (done.returncode, "gradebook.db is the gradebook itself" in done.stderr) == (1, True)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.slow
def test_nbgrader_finds_its_programs(tmp_path: Path) -> None:
    """A command that is called by its path, without an environment made active, makes a gradebook."""
    course = course_in(tmp_path / "course")
    environment = commands(course) | {"PATH": os.defpath}
    done = forked.run(("-m", "nbgrader", *COMMANDS[0].split()), course, environment)
    assert done.returncode == 0, done.stderr
    assert (course / "gradebook.db").is_file()


@pytest.mark.slow
def test_a_folder_that_is_a_pattern_is_refused(tmp_path: Path) -> None:
    """Where nbgrader would find nothing in a folder, `init` and the release say so and what to do, and make nothing."""
    told = "y: take [ and ] out of its path"
    done = run(tmp_path, "autograder", "init", "x[1]y")
    assert (done.returncode, told in done.stderr) == (2, True)
    assert not (tmp_path / "x[1]y").exists()
    course = course_in(tmp_path / "w[1]y")
    done = run(course, "nbgrader", *COMMANDS[0].split())
    assert (done.returncode, told in done.stderr) == (1, True)
    assert not (course / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("url", "exists"),
    [
        ("sqlite:///here.db", True),
        ("sqlite:///none.db", False),
        ("sqlite+pysqlite:///none.db", False),
        ("sqlite:///here.db?timeout=9", True),
        ("sqlite://", True),
        ("sqlite:///file:none.db?uri=true", True),
        ("postgresql://me@server/book", True),
        ("no address", True),
    ],
)
def test_only_a_file_can_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, exists: bool) -> None:
    """Whether a gradebook is there is asked of the file that its address names; what is no file is opened to find out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.db").touch()
    assert gradebook_exists(CourseDirectory(root=str(tmp_path), db_url=url)) == exists


def test_an_ordinary_folder_has_nbgraders_own_address() -> None:
    """Where nbgrader's own address of a gradebook names the right file, it stays as it is."""
    assert gradebook_url(CourseDirectory(root="/a/my class")) == "sqlite:////a/my class/gradebook.db"


def test_a_folder_that_no_address_can_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a SQLAlchemy that has no address for such a folder, a command ends with what to do."""
    elsewhere = sqlalchemy.engine.make_url("sqlite:///elsewhere")
    monkeypatch.setattr(places, "make_url", lambda url: elsewhere)
    with pytest.raises(SystemExit, match=r"^/a/w\?y/gradebook.db: no gradebook can lie there; take \? and % out"):
        gradebook_url(CourseDirectory(root="/a/w?y"))


def test_a_course_adds_no_place_for_modules(tmp_path: Path) -> None:
    """Whoever asks for a course looks for modules where it did before, and not in the course's folder first."""
    before = sys.path.copy()
    assert course_directory(tmp_path).root == str(tmp_path)
    assert sys.path == before
