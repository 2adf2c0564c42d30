"""What stands at a path is looked at once, without following and without raising; what the grader cannot read is no verdict."""

import errno
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support import find

from autograder.__main__ import main
from autograder.engine.core import result
from autograder.engine.core.looking import CannotReadError, look, names
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course, SettingsError
from autograder.engine.intake import files as intake
from autograder.engine.intake.collecting import collected
from autograder.engine.reports.appeal import AppealError, locate
from autograder.nbgrader.record import Record

NOBODY = 65534
SOLVED = (SOLUTION / "bptt.py").read_bytes()
STUB = b"def forward(*args):\n    raise NotImplementedError\n"

# What a student may lay in place of a folder or a file, each below a folder of the student's own.
LAID: dict[str, Callable[[Path], object]] = {
    "a link to a name of 300 letters": lambda path: path.symlink_to("x" * 300),
    "a link through a name of 300 letters": lambda path: path.symlink_to("/" + "x" * 300 + "/bptt"),
    "a link to a path of 4,000 letters": lambda path: path.symlink_to("x/" * 2000 + "y"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "links in a circle": lambda path: (path.symlink_to(".round"), (path.parent / ".round").symlink_to(path.name)),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link below a file": lambda path: path.symlink_to("/etc/passwd/bptt"),
    "a link to a folder of the grader's": lambda path: path.symlink_to("/proc/1/fd"),
    "a link to the solution": lambda path: path.symlink_to(SOLUTION),
    "a link to another's work": lambda path: path.symlink_to(path.parent.parent / "ada"),
    "a link to the folder above": lambda path: path.symlink_to(".."),
    "a link to the root": lambda path: path.symlink_to("/"),
}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    with tempfile.TemporaryDirectory(prefix="looking-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def plain_user() -> Iterator[Callable[[], None]]:
    """plain_user(): from here on this process has no more rights than anybody, root's included."""
    before = os.geteuid()
    yield lambda: os.seteuid(NOBODY) if before == 0 else None
    os.seteuid(before)


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """run(*words): the command line in a course of its own."""
    monkeypatch.chdir(course.root)
    return lambda *words: CliRunner().invoke(main, list(words))


def hand_in(folder: Path, data: bytes = STUB, name: str = "bptt.py") -> Path:
    """A student's file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("kind", LAID)
@pytest.mark.parametrize("place", ["max", "max/bptt", "max/bptt/bptt.ipynb", "max/bptt.py"])
def test_what_a_student_lays_in_place_of_the_work_is_unreadable(tmp_path: Path, kind: str, place: str) -> None:
    """A link in place of a student's folder, of the assignment's or of the file is that student's verdict alone."""
    hand_in(tmp_path / "class" / "ada" / "bptt", SOLVED)
    laid = tmp_path / "class" / place
    laid.parent.mkdir(parents=True, exist_ok=True)
    LAID[kind](laid)
    found = [intake.load_found(entry) for entry in find([tmp_path / "class"])]
    assert [(entry.student, bool(entry.error)) for entry in found] == [("ada", False), ("max", True)]
    assert "is a link: hand in the" in found[1].error


@pytest.mark.parametrize("kind", LAID)
def test_a_shells_pattern_follows_no_link_of_a_students(tmp_path: Path, kind: str) -> None:
    """Where each folder of a class is named on the command line, a link among them is followed no more than in the class."""
    hand_in(tmp_path / "class" / "ada", SOLVED)
    LAID[kind](tmp_path / "class" / "max")
    found = find([tmp_path / "class" / "ada", tmp_path / "class" / "max"])
    assert [bool(intake.load_found(entry).error) for entry in found] == [False, True]


def test_nothing_behind_a_students_link_is_told(tmp_path: Path) -> None:
    """Where a student's folder is a link, no file behind it is named among what was left out."""
    hand_in(tmp_path / "grader" / ".ipynb_checkpoints", name="private.ipynb")
    hand_in(tmp_path / "class" / "ada", SOLVED)
    (tmp_path / "class" / "max").symlink_to(tmp_path / "grader")
    with collected([tmp_path / "class" / "ada", tmp_path / "class" / "max"]) as collection:
        assert (len(collection.found), collection.left_out) == (2, ())


def test_looking_never_raises(tmp_path: Path) -> None:
    """A name of 300 letters, a null character, half a character and a loop are nothing that could be there."""
    (tmp_path / "loop").symlink_to("loop")
    for name in ("x" * 300, "x/" * 3000, "a\0b", "\ud800", "loop/x", "nothing"):
        assert look(tmp_path / name) == look(tmp_path / name, follow=True) == "absent"
        assert names(tmp_path / name) == []
    assert (look(tmp_path / "loop"), look(tmp_path), look(Path("/dev/null"))) == ("link", "folder", "special")


def test_an_instructors_own_link_is_followed(tmp_path: Path, course: Course) -> None:
    """`submitted` may be a link to another disk, and so may a folder of folders, or one submission, that is named."""
    disk = tmp_path / "disk"
    hand_in(disk / "class" / "ada" / "bptt", SOLVED)
    hand_in(disk / "one" / "work", SOLVED)
    (disk / "class" / "max").symlink_to("ada")
    for name, target in {"submitted": disk / "class", "mine": disk / "class", "single": disk / "one" / "work"}.items():
        (course.root / name).symlink_to(target)
    for name in ("submitted", "mine"):
        found = [(entry.student, bool(intake.load_found(entry).error)) for entry in find([course.root / name])]
        assert found == [("ada", False), ("max", True)]
    (entry,) = find([course.root / "single"])
    assert (entry.student, intake.load_found(entry).error) == (None, "")


def test_status_follows_the_link_of_the_course(tmp_path: Path, run: Callable[..., Result], course: Course) -> None:
    """Where `submitted` is a link, `status` names the students behind it."""
    hand_in(tmp_path / "disk" / "ada" / "bptt")
    (course.root / "submitted").symlink_to(tmp_path / "disk")
    assert run("status").stdout.startswith("ada: not graded\n1 not graded\n")


def test_a_file_of_another_owner_is_no_verdict(open_folder: Path, plain_user: Callable[[], None]) -> None:
    """A file, a folder and a student's folder that the grader may not read are the grader's failure; a link there is not."""
    hand_in(open_folder / "bob" / "bptt", SOLVED).chmod(0)
    hand_in(open_folder / "cyd" / "bptt", SOLVED).parent.chmod(0o300 if os.geteuid() else 0)
    hand_in(open_folder / "dan" / "bptt", SOLVED).parent.parent.chmod(0)
    (hand_in(open_folder / "eve" / "work", SOLVED, "homework.py").parent).chmod(0)
    (open_folder / "max" / "bptt").mkdir(parents=True)
    (open_folder / "max" / "bptt" / "bptt.ipynb").symlink_to(open_folder / "bob" / "bptt" / "bptt.py")
    (open_folder / "ned").symlink_to(open_folder / "dan" / "bptt")
    hand_in(open_folder / "pia", SOLVED)
    plain_user()
    outcomes = {}
    for entry in find([open_folder]):
        try:
            outcomes[entry.student] = intake.load_found(entry).error
        except CannotReadError as error:
            outcomes[entry.student] = f"failure: {error}"
    for folder in ("cyd/bptt", "dan", "eve/work"):
        os.chmod(open_folder / folder, 0o700) if os.geteuid() != NOBODY else None
    assert list(outcomes) == ["bob", "cyd", "dan", "eve", "max", "ned", "pia"]
    for student in ("bob", "cyd", "dan", "eve"):
        assert outcomes[student].startswith("failure: "), student
        assert "cannot be read by the grader (Permission denied)" in outcomes[student]
    assert "is a link" in outcomes["max"]
    assert "is a link" in outcomes["ned"]
    assert outcomes["pia"] == ""


FAILURES = ("EACCES", "EPERM", "EIO", "ESTALE", "ENOSPC", "EMFILE", "ENFILE", "ENOMEM", "ETIMEDOUT")


def failing(monkeypatch: pytest.MonkeyPatch, call: str, code: str, words: str) -> None:
    """From here on this call of the system fails for every path with these words in it."""
    real = getattr(os, call)

    def fails(path: object, *rest: object, **options: object) -> object:
        if not isinstance(path, int) and words in os.fsdecode(path):
            raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)), path)
        return real(path, *rest, **options)

    monkeypatch.setattr(os, call, fails)


@pytest.mark.parametrize("code", FAILURES)
@pytest.mark.parametrize("call", ["open", "stat", "scandir"])
def test_a_system_that_fails_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: str
) -> None:
    """Whatever the system says when a regular file or folder is read, it is no verdict on the student."""
    hand_in(tmp_path / "bob" / "bptt")
    hand_in(tmp_path / "eve" / "work", name="homework.py")
    hand_in(tmp_path / "fay" / "bptt", b"", "bptt.ipynb")
    hand_in(tmp_path / "fay" / "bptt")
    hand_in(tmp_path / "pia" / "bptt")
    failing(monkeypatch, call, code, "bob/bptt")
    failing(monkeypatch, call, code, "eve/work")
    failing(monkeypatch, call, code, "fay/bptt/bptt.py" if call == "open" else "fay/bptt")
    found = find([tmp_path])
    assert [entry.student for entry in found] == ["bob", "eve", "fay", "pia"]
    for entry in found[:3]:
        with pytest.raises(CannotReadError, match=r"cannot be read by the grader \(.*\): nothing was recorded; "):
            intake.load_found(entry)
    assert intake.load_found(found[3]).error == ""


@pytest.mark.parametrize("code", ["EACCES", "EIO", "ESTALE", "EMFILE"])
def test_others_are_graded_and_the_exit_status_says_so(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """Beside a file that cannot be read everybody is graded; that one has no score, and `grade` ends with status 1."""
    for name in ("ada", "bob", "max"):
        hand_in(course.root / "submitted" / name / "bptt")
    (course.root / "submitted" / "max" / "bptt" / "bptt.ipynb").symlink_to("x" * 300)
    failing(monkeypatch, "open", code, "bob/bptt/bptt.py")
    done = run("grade", "submitted", "--json", "-", "--jobs", "1")
    assert done.exit_code == 1
    found = {entry["student"]: entry for entry in json.loads(done.stdout)["submissions"]}
    assert {name: (entry["status"], entry["score"]) for name, entry in found.items()} == {
        "ada": ("graded", 0.0),
        "bob": ("grader_error", None),
        "max": ("unreadable", 0.0),
    }
    assert "make it readable and grade it again" in found["bob"]["message"]
    assert not list(course.results.glob("*bob*"))


def test_a_named_file_that_cannot_be_read_stops_nobody(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each file is named on the command line, the one that the grader may not read is no usage error."""
    files = [str(hand_in(course.root / name / "bptt")) for name in ("ada", "bob")]
    monkeypatch.setattr(os, "access", lambda path, *_: "bob" not in os.fsdecode(path))
    failing(monkeypatch, "open", "EACCES", "bob/bptt/bptt.py")
    done = run("grade", *files, "--json", "-", "--jobs", "1")
    assert done.exit_code == 1
    assert [entry["status"] for entry in json.loads(done.stdout)["submissions"]] == ["graded", "grader_error"]


def test_status_goes_on_behind_what_it_cannot_read(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`status` names each student whatever was laid, says of whom it knows nothing, and its exit status says so."""
    for name in ("ada", "bob", "max"):
        hand_in(course.root / "submitted" / name / "bptt")
    (course.root / "submitted" / "zoe").symlink_to("x" * 300)
    hand_in(course.root / "submitted" / "max" / "bptt", b"\xef\xbb\xbf", "bptt.ipynb")
    record = Record(result.Result("", "x", 1.0, 30.0, "graded"), recorded=True)
    verdict = {"metadata": {"autograder": record.to_json()}}
    for name in ("ada", "bob", "max", "zoe"):
        hand_in(course.root / "autograded" / name / "bptt", json.dumps(verdict).encode(), "bptt.ipynb")
    failing(monkeypatch, "open", "EIO", "bob/bptt/bptt.py")
    done = run("status")
    assert done.exit_code == 1
    assert [line.split(": ")[:2] for line in done.stdout.splitlines()[:4]] == [
        ["ada", "stale"],
        ["bob", "not known"],
        ["max", "stale"],
        ["zoe", "stale"],
    ]


@pytest.mark.parametrize("who", ["x" * 300, "a\0b", "x/" * 3000, "\udcff\x1b[31m"])
def test_a_name_that_no_file_can_have_is_one_sentence(course: Course, who: str) -> None:
    """`explain` says of a student or path that cannot be there that it is not there, in text that a terminal can hold."""
    with pytest.raises(AppealError, match="name a student or a path") as refused:
        locate(who, course.root)
    assert str(refused.value).isprintable()


def test_who_may_not_read_the_seed_gets_a_sentence(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second grader without the right to read the seed is told so, once, by `grade` and by `explain`."""
    hand_in(course.root / "submitted" / "ada" / "bptt")
    real = Path.read_text

    def refused(path: Path, *rest: object, **options: object) -> str:
        if path.name == "seed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *rest, **options)

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(SettingsError):
        course.seed()
    for words in (("grade", "submitted"), ("explain", "ada", "forward")):
        done = run(*words)
        assert done.exit_code == 2, done.output
        assert "the seed cannot be read (Permission denied); let its owner give you the right" in done.stderr
