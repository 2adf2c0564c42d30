"""Each student's page as a file: under which name, in which zip, and what does not stand on it."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.core.sender import NOBODY, Sender
from autograder.engine.course.released import STUB
from autograder.engine.intake.found import Found
from autograder.engine.people.roll import call_roll
from autograder.engine.reports.feedback_files import write_feedback

WRONG = CheckResult("values", False, "`forward`: which index?", asks="h is right", max_points=3.0)
UNTRIED = TaskResult(
    "hidden_grads",
    0.0,
    4.0,
    "missing",
    (CheckResult("values", False, "`hidden_grads`: the submission could not be read."),),
)
GRADED = Result(
    "",
    None,
    1.5,
    30.0,
    "graded",
    tasks=(TaskResult("forward", 1.5, 3.0, "failed", (WRONG,)),),
    isolation="isolated: all",
)


def written(folder: Path, *entries: tuple[Found, Result]) -> dict[str, str]:
    """By name below the folder, the pages of these submissions."""
    found = [entry for entry, _ in entries]
    results = [
        replace(result, path=result.path or entry.shown_place, student=entry.shown_student).sent_by(entry.sender)
        for entry, result in entries
    ]
    assert list(write_feedback(iter(results), call_roll(found, None), folder)) == results
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()
    }


def sent(student: str | None, sender: Sender = NOBODY, path: str = "nowhere/work.py") -> Found:
    return Found(Path(path), student, sender=sender)


def test_names_and_zip_of_a_platform(tmp_path: Path) -> None:
    """A page has the name by which the platform takes it, and one zip beside the folder holds all of these."""
    canvas = Sender("4711", platform="canvas", reply_as="doejane_LATE_4711_90210_bptt.html")
    moodle = Sender("12", platform="moodle", reply_as="Jane Doe_12_assignsubmission_file_/bptt.html")
    pages = written(
        tmp_path / "pages", (sent("doejane", canvas), GRADED), (sent("Jane Doe", moodle), GRADED), (sent("bob"), GRADED)
    )
    assert set(pages) == {canvas.reply_as, moodle.reply_as, "bob.html"}
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["pages.zip"]
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        assert archive.namelist() == [canvas.reply_as, moodle.reply_as]
        assert archive.read(canvas.reply_as).decode() == pages[canvas.reply_as]
        assert {(entry.date_time[0], entry.external_attr >> 16) for entry in archive.infolist()} == {(2026, 0o100644)}


def test_no_zip_where_no_platform_takes_one(tmp_path: Path) -> None:
    """Pages of other platforms lie in the folder alone."""
    sender = Sender("ada", platform="blackboard", reply_as="Ada Lovelace.html")
    assert set(written(tmp_path / "pages", (sent("ada", sender), GRADED))) == {"Ada Lovelace.html"}
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


@pytest.mark.parametrize(
    "reply_as",
    [
        "../../evil.html",
        "/etc/evil.html",
        "a/b/c.html",
        "a\\b.html",
        "x\0y.html",
        "a\n.html",
        "..",
        ".",
        "a/",
        f"{'é' * 130}.html",
    ],
)
def test_a_name_that_leads_elsewhere_is_not_used(tmp_path: Path, reply_as: str) -> None:
    """A platform's name that leaves the folder or that no file can have gives way to the student's."""
    sender = Sender("1", platform="canvas", reply_as=reply_as)
    assert set(written(tmp_path / "pages", (sent("ada", sender), GRADED))) == {"ada.html"}
    assert {path.name for path in tmp_path.iterdir()} <= {"pages", "pages.zip"}


def test_hostile_names_are_files_of_their_own(tmp_path: Path) -> None:
    """No name leaves the folder, is too long, hides or is another student's: not by its case, nor by its composition."""
    names = [
        "../../evil",
        "/etc/passwd",
        "..",
        "",
        ".hidden",
        "a\0b",
        "con",
        "Ada",
        "ada",
        "ADA",
        "Zoe\u0308",
        "Zoë",
        "x" * 400,
        "é" * 400,
        "<script>",
        "\u202egpj",
    ]
    pages = written(tmp_path / "deep" / "pages", *((sent(name), GRADED) for name in names))
    assert len(pages) == len(names)
    assert len({name.casefold() for name in pages}) == len(names)
    assert all("/" not in name and not name.startswith(".") and len(name.encode()) <= 255 for name in pages)
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"pages"}
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_the_longest_name_that_a_platform_may_ask_for(tmp_path: Path) -> None:
    """A name of 255 bytes, as long as a file system takes it, is used as it is."""
    name = "x" * 250 + ".html"
    assert set(written(tmp_path / "pages", (sent("ada", Sender("1", platform="canvas", reply_as=name)), GRADED))) == {
        name
    }


def test_two_pages_of_one_name(tmp_path: Path) -> None:
    """Where a platform's name comes twice, the second one still begins as the platform wants it."""
    sender = Sender("4711", platform="canvas", reply_as="doejane_4711_90210_bptt.html")
    pages = written(tmp_path / "pages", (sent("a", sender), GRADED), (sent("b", sender), GRADED))
    assert set(pages) == {"doejane_4711_90210_bptt.html", "doejane_4711_90210_bptt-2.html"}


def test_the_page_without_a_gradebook(tmp_path: Path) -> None:
    """It says that points wait to be given by hand, and shows the function that the student handed in."""
    (tmp_path / "bptt.py").write_text("def forward(*args):\n    return 'my own <b>'\n", encoding="utf-8")
    (page,) = written(tmp_path / "pages", (sent("ada", path=str(tmp_path / "bptt.py")), GRADED)).values()
    assert "1.5" in page
    assert "of 30 points, and 5 still to be graded by hand" in page
    assert "my own &lt;b&gt;" in page
    assert "Feedback for ada" in page
    assert str(tmp_path) not in page


def test_a_written_answer_is_text(tmp_path: Path) -> None:
    """What was written stands on the page as it was typed, and an answer that nobody has touched does not."""
    cells = [
        {"cell_type": "markdown", "id": id, "metadata": {"nbgrader": {"grade_id": id}}, "source": text}
        for id, text in (("written_disagree", "**My** <b>answer</b>"), ("written_remedies", STUB))
    ]
    (tmp_path / "bptt.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    (page,) = written(tmp_path / "pages", (sent("ada", path=str(tmp_path / "bptt.ipynb")), GRADED)).values()
    assert '<pre class="written">**My** &lt;b&gt;answer&lt;/b&gt;</pre>' in page
    assert STUB not in page
    assert 'id="written-written_remedies"' not in page


def test_the_page_of_what_could_not_be_read(tmp_path: Path) -> None:
    """It says why, by the file's name alone, and lists no task as not attempted."""
    path = "/home/prof/class/ada/bptt"
    why = f"{path}/bptt.ipynb is empty, not a notebook: hand in bptt.ipynb itself"
    result = Result(
        path, None, 0.0, 30.0, "unreadable", why, ("/home/prof/class/ada/other.py lies beside it",), (UNTRIED,)
    )
    (page,) = written(tmp_path / "pages", (sent("ada", path=path), result)).values()
    assert ">bptt.ipynb is empty, not a notebook: hand in bptt.ipynb itself<" in page
    assert ">other.py lies beside it<" in page
    assert "/home" not in page
    assert "not attempted" not in page
    assert "hidden_grads" not in page


def test_a_page_names_no_place_where_the_path_itself_is_meant(tmp_path: Path) -> None:
    """A sentence about the folder that was handed in calls it by its last name; a student's own text stays."""
    path = "/home/prof/class/ada"
    result = Result(
        path, None, 0.0, 30.0, "unreadable", f"{path} holds no notebook and no Python file: see ../x/y.py or 1/2"
    )
    (page,) = written(tmp_path / "pages", (sent(None, path=path), result)).values()
    assert ">ada holds no notebook and no Python file: see ../x/y.py or 1/2<" in page
    assert "Feedback for" not in page


def test_a_failure_of_the_grader_is_given_to_nobody(tmp_path: Path) -> None:
    """Who was not judged gets no page."""
    failed = Result("", None, None, 30.0, "grader_error", "the grader itself failed")
    assert set(written(tmp_path / "pages", (sent("ada"), failed), (sent("bob"), GRADED))) == {"bob.html"}
