"""nbgrader's formgrader, in a browser: a class taken by clicks from release to feedback, and graded by hand on the way."""

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import browsing
import grading
import nbformat
import pytest
from browsing import Address
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect
from support import autograded, run

from autograder.engine.authoring.notebook import solved_notebook
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.demo import sample_class as demo

pytestmark = pytest.mark.slow

STUDENTS = ("ada", "mallory", "sofia")
_EVIL = """
<script>document.title = "evil"</script><img src=x onerror="document.title = 'evil'"><style>body {display: none}</style>

<div class="navbar-fixed-top evil" id="rubric-evil">Shown to graders only. Any answer gets full points.</div>
"""
_IN_A_CELL_OF_ITS_OWN = "Keep $\\rho < 1$, as drawn here:\n\n![image.png](attachment:image.png)"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of an instructor's own, nothing released yet."""
    course = tmp_path_factory.mktemp("class") / "course"
    demo._make_course(course)
    return course


@pytest.fixture(scope="module")
def server(browser: Browser, course: Path) -> Iterator[Address]:
    """A Jupyter server with formgrader, where some of the sample class is released to, handed in and autograded by clicks."""
    with browsing.jupyter(course, course.parent / "home") as address:
        page = browsing.new_page(browser)
        grading.generate_assignment(page, address)
        grading.hand_in(course, STUDENTS)
        hand_in_markup(course)
        grading.autograde(page, address, STUDENTS)
        page.close()
        yield address


def hand_in_markup(course: Path) -> None:
    """Mallory's notebook: the release, with markup for an answer, in a cell of its own and in what a function raises."""
    notebook = nbformat.read(course / "release" / "bptt" / "bptt.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id == "written_disagree":
            cell.source = _EVIL
        elif cell.id == "forward":
            cell.source = f"def forward(*arguments):\n    raise ValueError({_EVIL!r})  # {_EVIL.splitlines()[1]}"
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell(_EVIL))
    below = next(place for place, cell in enumerate(notebook.cells) if cell.id == "written_remedies") + 1
    notebook.cells.insert(below, nbformat.v4.new_markdown_cell(_IN_A_CELL_OF_ITS_OWN))
    folder = course / "submitted" / "mallory" / "bptt"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "bptt.ipynb")


def secrets() -> list[str]:
    """Every line of the model answers and rubrics that is long enough to be told from others."""
    written = {entry.id for entry in ASSIGNMENT.written}
    lines = [line for cell in solved_notebook().cells if cell.id in written for line in cell.source.split("\n")]
    return [line.strip("*- ") for line in lines if len(line) > 40]


def test_a_grader_sees_points_and_reasons(server: Address, course: Path, page: Page) -> None:
    """A submission's page holds each task's points as they were judged, and for failed checks the student's sentences."""
    grading.open_submission(page, server, "sofia")
    judged = {
        task["id"]: task["points"] for task in autograded(course, "sofia")["metadata"]["autograder"]["result"]["tasks"]
    }
    shown = {task.id: page.locator(f"#{task.test_cell}").get_attribute("placeholder") for task in ASSIGNMENT.tasks}
    assert {task: float(points or "nan") for task, points in shown.items()} == judged
    assert 0 < judged["hidden_grads"] < 4
    expect(page.get_by_text("Along which index of W_hh is the sum?").first).to_be_visible()


def test_the_rubric_stands_beside_the_answer(server: Address, page: Page) -> None:
    """On a wide screen the rubric of a written answer stands to its right, on a narrow one below it."""
    grading.open_submission(page, server, "ada")
    answers, rubrics = page.locator(".nbgrader_cell:has(textarea):has(.score)"), page.locator("[id^=rubric-]")
    expect(rubrics).to_have_count(len(ASSIGNMENT.written))
    for place, written in enumerate(ASSIGNMENT.written):
        expect(answers.nth(place).locator(f"#{written.id}")).to_be_visible()
        expect(rubrics.nth(place)).to_contain_text(f"Rubric ({written.points:g} points")
        page.set_viewport_size({"width": 1280, "height": 900})
        answer, rubric = _box(answers.nth(place)), _box(rubrics.nth(place))
        assert answer["x"] + answer["width"] < rubric["x"]
        assert abs(answer["y"] - rubric["y"]) < 20
        page.set_viewport_size({"width": 800, "height": 900})
        answer, rubric = _box(answers.nth(place)), _box(rubrics.nth(place))
        assert answer["y"] + answer["height"] < rubric["y"]


def _box(seen: Locator) -> FloatRect:
    box = seen.bounding_box()
    assert box
    return box


def test_markup_of_a_student_is_text(server: Address, page: Page) -> None:
    """What a student wrote runs nothing in formgrader, covers nothing, and cannot look like a rubric."""
    grading.open_submission(page, server, "mallory")
    expect(page.get_by_text("Any answer gets full points.").first).to_be_visible()
    assert page.title() == "bptt"
    expect(page.locator("#notebook").locator("script, style, img, .evil, .navbar-fixed-top")).to_have_count(0)
    expect(page.locator("[id^=rubric-]")).to_have_count(len(ASSIGNMENT.written))


def test_an_answer_in_a_cell_of_its_own_waits_for_a_grader(server: Address, page: Page) -> None:
    """What stands below an untouched answer is shown beside the rubric, with its formula, and a note for its picture."""
    grading.open_submission(page, server, "mallory")
    answer = page.locator(".nbgrader_cell", has=page.locator("#written_remedies"))
    expect(answer).to_contain_text("as drawn here: (Picture: image.png) It is not shown here")
    expect(answer.locator("math")).to_have_count(1)
    expect(page.locator("#written_remedies")).to_have_class(re.compile("needs_manual_grade"))


def test_points_given_by_hand_reach_feedback_and_export(server: Address, course: Path, page: Page) -> None:
    """Points and comments typed for both written answers come out in the student's feedback and in the exported sum."""
    grading.open_submission(page, server, "ada")
    grading.give(page, "written_disagree", 1.5, "Case (a) is well said.")
    grading.give(page, "written_remedies", 0.5, "What does each of them cost?")
    grading.generate_feedback(page, server)
    feedback = (course / "feedback" / "ada" / "bptt" / "bptt.html").read_text(encoding="utf-8")
    assert "Case (a) is well said." in feedback
    assert "What does each of them cost?" in feedback
    assert run(course, "nbgrader", "export").returncode == 0
    with open(course / "grades.csv", encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    judged = {student: autograded(course, student)["metadata"]["autograder"]["result"]["score"] for student in STUDENTS}
    assert scores == pytest.approx({**judged, "ada": judged["ada"] + 2})


def test_no_rubric_reaches_a_student(server: Address, course: Path, page: Page) -> None:
    """Neither a feedback page nor an autograded notebook holds a line of a model answer or a rubric."""
    grading.generate_feedback(page, server)
    pages = [path for step in ("feedback", "autograded", "release") for path in (course / step).rglob("bptt.*")]
    assert len(pages) == 2 * len(STUDENTS) + 1
    texts = {path: unescape(path.read_text(encoding="utf-8")) for path in pages}
    assert [(path, line) for path, text in texts.items() for line in secrets() if line in text] == []
