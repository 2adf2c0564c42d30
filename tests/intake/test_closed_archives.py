"""Archives that the grader may not read, and a temporary folder that takes nothing: no verdict, and no traceback."""

import errno
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from packing import as_folder, read, whose, work, zip_of

from autograder.__main__ import main
from autograder.engine.cli.paths import named
from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.settings import Course
from autograder.engine.intake import archives
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.files import load_found
from autograder.engine.intake.found import LeftOut
from autograder.engine.intake.scratch import NoRoomError

CLASS = {"jane/bptt.ipynb": work("jane"), "ryan/bptt.ipynb": work("ryan")}
OWN = zip_of({"bptt.ipynb": work("own")})
SCRATCH = "submissions-"  # in each path below the scratch folder
UNREADABLE = "it cannot be read (Permission denied): make it readable"


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], None]:
    """fails(code, words): from here on no file with these words in its path can be opened to unpack it, or for a member."""

    def set_up(code: int, words: str) -> None:
        def opened(path: Path, *rest: str) -> object:
            if words in str(path):
                raise OSError(code, os.strerror(code), str(path))
            return open(path, *rest)

        monkeypatch.setattr(archives, "open", opened, raising=False)

    return set_up


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """run(*words): the command line in a course of its own."""
    monkeypatch.chdir(course.root)
    return lambda *words: CliRunner().invoke(main, [*words, "--jobs", "1"])


def test_a_students_archive_that_may_not_be_read_is_no_verdict(
    run: Callable[..., Result], fails: Callable[[int, str], None], course: Course
) -> None:
    """The one of students' archives that the grader may not read has no score, the others have one, and the status is 1."""
    as_folder(course.root, {"jane.zip": OWN, "ryan.zip": OWN})
    fails(errno.EACCES, "ryan.zip")
    done = run("grade", "download", "--json", "-")
    assert done.exit_code == 1, done.output
    found = json.loads(done.stdout)["submissions"]
    assert [(one["student"], one["status"]) for one in found] == [("jane", "graded"), ("ryan", "grader_error")]
    assert "cannot be read by the grader (Permission denied)" in found[1]["message"]


def test_the_only_archive_of_a_folder_is_no_verdict_either(tmp_path: Path, fails: Callable[[int, str], None]) -> None:
    """A folder that holds nothing but an archive that may not be read is the grader's failure."""
    folder = as_folder(tmp_path, {"jane.zip": OWN})
    fails(errno.EIO, "jane.zip")
    with collected([folder]) as collection:
        (found,) = collection.found
        with pytest.raises(CannotReadError, match="Input/output error"):
            load_found(found)


def test_a_class_that_may_not_be_read_is_nobodys_zero(tmp_path: Path, fails: Callable[[int, str], None]) -> None:
    """A class's archive that is named and may not be read is a failure with what to do, and others are judged."""
    (tmp_path / "jane.ipynb").write_bytes(work("jane"))
    (tmp_path / "closed.zip").write_bytes(zip_of(CLASS))
    fails(errno.EACCES, "closed.zip")
    found, left_out = read(tmp_path / "closed.zip", tmp_path / "jane.ipynb")
    assert [whose(one) for one in found] == ["jane"]
    assert left_out == [LeftOut(str(tmp_path / "closed.zip"), UNREADABLE, failure=True)]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["open.zip", "closed.zip"], ["jane", "ryan"]),
        (["HW-20260301T101010Z-1-001.zip", "HW-20260301T101010Z-1-002.zip"], []),
    ],
    ids=["classes", "parts"],
)
def test_in_a_folder_it_is_nobodys_zero_either(
    tmp_path: Path, fails: Callable[[int, str], None], names: list[str], found: list[str]
) -> None:
    """Beside another class's archive, and as a part of one, an archive that may not be read is a failure and no student."""
    fails(errno.EACCES, names[1])
    judged, left_out = read(as_folder(tmp_path, dict.fromkeys(names, zip_of(CLASS))))
    assert [one.student for one in judged] == found
    assert [(file.why, file.failure) for file in left_out] == [(UNREADABLE, True)]


def test_an_archive_beside_what_was_unpacked_from_it_is_not_opened(
    tmp_path: Path, fails: Callable[[int, str], None]
) -> None:
    """A student whose archive lies beside the folder of the same name has one result, whether it can be opened or not."""
    folder = as_folder(tmp_path, CLASS | {"jane.zip": OWN, "ryan.zip": b"PK\3\4junk"})
    fails(errno.EACCES, "jane.zip")
    found, left_out = read(folder)
    assert [(one.student, whose(one)) for one in found] == [("jane", "jane"), ("ryan", "ryan")]
    assert [Path(file.path).name for file in left_out] == ["jane.zip", "ryan.zip"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("path", ["class.zip", "class"])
def test_a_full_temporary_folder_is_one_sentence(
    run: Callable[..., Result], fails: Callable[[int, str], None], course: Course, path: str, code: int
) -> None:
    """Where archives cannot be unpacked because the temporary folder is full, the command names it and says what to do."""
    (course.root / "class").mkdir()
    (course.root / "class" / "jane.zip").write_bytes(OWN)
    (course.root / "class.zip").write_bytes(zip_of(CLASS))
    fails(code, SCRATCH)
    done = run("grade", path)
    assert done.exit_code == 2, done.output
    said = f"temporary folder {tempfile.gettempdir()} ({os.strerror(code)}): make room there, or set TMPDIR to another folder"
    assert said in " ".join(done.stderr.split())


def test_without_a_temporary_folder_there_is_one_sentence(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no temporary folder at all, the command names what was tried, and says what to do."""
    (course.root / "class.zip").write_bytes(zip_of(CLASS))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    done = run("grade", "class.zip")
    assert done.exit_code == 2, done.output
    assert "['/nowhere']): make room there, or set TMPDIR to another folder" in " ".join(done.stderr.split())


def test_a_temporary_folder_that_is_full_later_costs_one_submission(
    tmp_path: Path, fails: Callable[[int, str], None]
) -> None:
    """Where the temporary folder is full once a student's archive is judged, that is the grader's failure, and says so."""
    with collected([as_folder(tmp_path, {"jane.zip": OWN})]) as collection:
        fails(errno.ENOSPC, SCRATCH)
        with pytest.raises(NoRoomError, match="make room there"):
            load_found(collection.found[0])


def test_a_part_that_is_not_there_is_named(run: Callable[..., Result], course: Course) -> None:
    """Of an archive in parts each one must be there, and the missing one is named before anything is unpacked."""
    parts = [f"HW5-20260301T101010Z-1-00{n}.zip" for n in (1, 2)]
    (course.root / parts[0]).write_bytes(b"no archive")
    done = run("grade", *parts)
    assert done.exit_code == 2
    assert f"there is no {parts[1]}: name a notebook" in done.stderr


def test_what_fails_within_a_command_is_no_path_of_its(tmp_path: Path) -> None:
    """A file that is missing while a command works is not taken for a path that was named."""
    (tmp_path / "bptt.py").write_bytes(b"x = 1\n")
    for raised in (FileNotFoundError(errno.ENOENT, "gone", "another"), NoRoomError("full")):
        with pytest.raises(type(raised)) as met, named([tmp_path / "bptt.py"]):
            raise raised
        assert met.value is raised
