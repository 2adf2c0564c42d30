"""What people are given to read: the feedback page, and what all pages share."""

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.engine.core.result import CheckResult, Curve, Result, TaskResult
from autograder.engine.reports import report
from autograder.engine.reports.csv_file import safe_cell, write_rows
from autograder.engine.reports.pages import class_report, feedback, points
from autograder.engine.reports.pages.feedback import Gradebook, Mark
from autograder.engine.reports.whole_class import Absent, Alike, Class, Member

HOSTILE = '</title><script>alert("evil")</script><img src=x onerror=alert(1)>'
RIGHT = TaskResult("forward", 3.0, 3.0, "passed", (CheckResult("values", True, asks="h is right", max_points=3.0),))
SENTENCE = "`hidden_grads` for T = 4: dL_dh[2] is [5], expected [3]. Along which index of W_hh is the sum?"
WRONG = TaskResult(
    "hidden_grads",
    0.0,
    4.0,
    "failed",
    (
        CheckResult("values", False, SENTENCE, "hidden_grads.W_hh_transposed", "∂L/∂h_t is right", 0.0, 2.0),
        CheckResult("long", False, SENTENCE, "hidden_grads.W_hh_transposed", "long ones too", 0.0, 2.0),
    ),
    Curve((1.0, 0.0, None, 10.0), (1.0, 2.0, 4.0, 8.0)),
)
UNTRIED = TaskResult("hidden_grads", 0.0, 4.0, "missing", (CheckResult("values", False), CheckResult("long", False)))


def result(student: str, *tasks: TaskResult, **changes: object) -> Result:
    """A graded result of these tasks."""
    score = sum(task.points for task in tasks)
    made = Result(
        f"submitted/{student}", student, score, 7.0, "graded", None, (), tasks, student * 3, "c" * 16, "r" * 12
    )
    return replace(made, **changes)


BOOK = Gradebook(
    5.5, 12.0, 0.5, {"forward": Mark(3.0, 3.0), "written_disagree": Mark(2.0, 2.0, "Well put.", "My answer")}
)
RESULTS = (
    result("ada", RIGHT, replace(WRONG, points=4.0, status="passed", checks=(CheckResult("values", True), CheckResult("long", True)))),
    result("sofia", RIGHT, WRONG, notes=("the file of sofia was repaired",)),
    result("untouched", replace(RIGHT, points=0.0, status="missing"), UNTRIED),
    Result("submitted/zip", "zip", 0.0, 7.0, "unreadable", "submitted/zip is a zip archive"),
    Result("submitted/unlucky", "unlucky", None, 7.0, "grader_error", "the grader itself failed"),
)  # fmt: skip


class _Text(HTMLParser):
    """Collects the words of a page, its tags and its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self._style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._style = tag in ("style", "script")
        self.ids += [value or "" for name, value in attributes if name == "id"]
        self.links += [value or "" for name, value in attributes if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_feedback_names_the_mistake_once_and_asks_the_question() -> None:
    """A student reads points, the check's sentence and the mistake's name, each sentence once, and where to begin."""
    read = _Text(feedback.page(replace(result("sofia", RIGHT, WRONG), isolation="isolated: all of it"), "sofia", BOOK))
    assert "5.5 of 12 points" in read.text
    assert read.text.count("Along which index of W_hh is the sum?") == 1
    assert read.text.count("Looks like:") == 1
    assert "Look at this first hidden_grads · not yet" in read.text
    assert "0.5 points were taken off for handing in late" in read.text
    assert "Comment: Well put." in read.text
    assert "My answer" in read.text
    assert "isolated: all of it" in read.text
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)


def test_feedback_is_one_file_that_runs_nothing() -> None:
    """The page has no script, loads nothing, and forbids the browser both."""
    page = feedback.page(result("sofia", WRONG), "sofia", BOOK)
    assert "script-src 'none'" in page
    assert "default-src 'none'" in page
    read = _Text(page)
    assert not {"script", "img", "link", "iframe", "form"} & set(read.tags)
    assert all(link.startswith("#") for link in read.links)


def test_a_picture_says_in_words_what_it_shows() -> None:
    """The norms' picture has a text with both ends of both curves, and says what a log axis cannot show."""
    page = feedback.page(result("sofia", WRONG), "sofia", BOOK)
    said = re.findall(r'<svg role="img" aria-label="([^"]+)"', page)
    assert len(said) == 1
    assert "expected 8 at t = 4 and 1 at t = 1; yours 10 at t = 4 and 1 at t = 1" in said[0]
    assert "2 of your norms are zero or not finite" in said[0]


def test_text_of_a_student_is_text() -> None:
    """Markup in a name, a sentence, a note, a cell or a comment reaches no page as markup."""
    sentence = f"`forward`: it raised {HOSTILE}"
    task = replace(WRONG, checks=(replace(WRONG.checks[0], message=sentence), WRONG.checks[1]))
    hostile = result(HOSTILE, task, notes=(HOSTILE,))
    book = replace(BOOK, marks={"hidden_grads": Mark(0, 4, HOSTILE)}, sources={"hidden_grads": HOSTILE})
    honest = _Text(feedback.page(result("a", WRONG, notes=("b",)), "a", replace(book, sources={"hidden_grads": "x"})))
    page = feedback.page(hostile, HOSTILE, book)
    assert sorted(set(_Text(page).tags)) == sorted(set(honest.tags))
    whole = class_report.page(
        Class((Member(hostile),), ("isolated",), (Absent(HOSTILE),), alike=(Alike(hostile.path, hostile.path, True),))
    )
    assert "onerror" not in "".join(re.findall(r"<[^>]*>", whole))
    assert _Text(whole).tags.count("script") == 1


def test_a_verdict_that_was_not_kept_leaves_the_points() -> None:
    """Where a notebook carries no verdict, the page holds the gradebook's points and says so."""
    read = _Text(feedback.page(None, "ada", BOOK))
    assert "5.5 of 12 points" in read.text
    assert "were not kept" in read.text


def test_points_changed_by_hand_are_said() -> None:
    """Points that an instructor set differ from the verdict's, and the page shows them and says by whom."""
    book = replace(BOOK, marks={"forward": Mark(1.0, 3.0, "We spoke about this.")})
    read = _Text(feedback.page(result("ada", RIGHT), "ada", book))
    assert "1 of 3 points These points were set by hand. Comment: We spoke about this." in read.text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_no_cell_starts_a_formula(text: str, tmp_path: Path) -> None:
    """Text that a spreadsheet would compute is text, and numbers are numbers."""
    write_rows(tmp_path / "t.csv", [(text, -1.5, 'Ä, "ö"')])
    with open(tmp_path / "t.csv", encoding="utf-8-sig", newline="") as file:
        ((cell, *others),) = csv.reader(file)
    assert cell.startswith("'")
    assert cell.replace("'", "") == text
    assert others == ["-1.5", 'Ä, "ö"']
    assert safe_cell(-1.5) == -1.5


def test_a_report_goes_there_and_back() -> None:
    """What `grade --json` writes is read back whole, the curve included; anything else is refused in a sentence."""
    text = report.to_json(RESULTS, "isolated")
    assert report.from_json(text) == (list(RESULTS), "isolated")
    for broken in ("", "[]", "{}", '{"version": 1}', json.dumps({"version": 1, "isolation": "", "submissions": [{}]})):
        with pytest.raises(ValueError, match="no report of this kit"):
            report.from_json(broken)
    with pytest.raises(ValueError, match="version 2"):
        report.from_json('{"version": 2}')


def test_points_are_written_as_people_do() -> None:
    """3, 2.5, 0.67, and a dash where there are none."""
    assert [points(value) for value in (3.0, 2.5, 2 / 3, 0, None)] == ["3", "2.5", "0.67", "0", "–"]


def test_a_picture_that_was_attached_stops_no_page() -> None:
    """An answer that shows a picture nobody has any more is shown as it was typed."""
    from autograder.nbgrader.markdown import harmless_markdown  # heavy

    for source in ("![a](attachment:a.png)", '![a](attachment:a.png "b")', "![a][b]\n\n[b]: attachment:a.png"):
        assert "<img" not in harmless_markdown(source)


def test_a_verdict_of_another_version_is_no_trace() -> None:
    """A kept verdict without a curve is read; one without tasks is refused in a way that callers expect."""
    data = result("ada", RIGHT).to_json()
    del data["tasks"][0]["curve"]
    assert Result.from_json(data) == result("ada", RIGHT)
    with pytest.raises(ValueError, match="required field"):
        Result.from_json({"path": "x"})
