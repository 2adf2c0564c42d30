"""What the kit adds to formgrader, in a browser: unread work that is no zero, its own pages, and like answers together."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import browsing
import grading
import nbformat
import pytest
from browsing import Address
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page, expect
from support import run

from autograder.engine.core.places import SOLUTION
from autograder.engine.demo import sample_class as demo

pytestmark = pytest.mark.slow

RADIUS = "The spectral radius tells what happens in the long run, and a matrix that is not normal may grow before that."
EVIL = "<script>document.title = 'evil'</script><img src=x onerror=\"document.title = 'evil'\"> So far $\\rho < 1$."
ANSWERS = {
    "ada": RADIUS,
    "alan": "It depends.",
    "grace": RADIUS.replace("tells", "says"),
    "<img src=x onerror=alert()>": EVIL,
    "long": "\n\n".join([RADIUS] * 40),
}
UNREAD = "o'torn & son"  # who handed in half a notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which some have answered, one has done nothing, and one has handed in half a notebook; autograded."""
    course = tmp_path_factory.mktemp("class") / "course"
    demo._make_course(course)
    assert run(course, "nbgrader", "generate_assignment", "bptt").returncode == 0
    for student, answer in {**ANSWERS, "idle": ""}.items():
        notebook = nbformat.read(course / "release" / "bptt" / "bptt.ipynb", as_version=4)
        for cell in notebook.cells:
            if cell.id == "written_disagree" and answer:
                cell.source = answer
        hand_in(course, student, nbformat.writes(notebook))
    hand_in(course, UNREAD, (SOLUTION / "bptt" / "bptt.ipynb").read_text(encoding="utf-8")[:500])
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    return course


def hand_in(course: Path, student: str, text: str) -> None:
    folder = course / "submitted" / student / "bptt"
    folder.mkdir(parents=True)
    (folder / "bptt.ipynb").write_text(text, encoding="utf-8")


def opened(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course}/gradebook.db")


@pytest.fixture(scope="module")
def server(browser: Browser, course: Path) -> Iterator[Address]:
    """A Jupyter server with formgrader."""
    with browsing.jupyter(course, course.parent / "home") as address:
        yield address


def answers(page: Page, server: Address, question: str = "written_disagree") -> None:
    """Formgrader → all answers to one question."""
    page.goto(server("formgrader"))
    page.get_by_role("link", name=question, exact=True).click()
    expect(page.locator("html[data-ready]")).to_have_count(1)


def test_what_could_not_be_read_is_no_zero_in_a_list(server: Address, page: Page) -> None:
    """All lists of submissions say what could not be read and why, where an empty notebook has its zero."""
    page.goto(server("formgrader"))
    page.locator("#main-table .num-submissions a").click()
    rows = page.locator("#main-table tr")
    torn = page.locator("#main-table tr", has=page.locator(".student-id", has_text=UNREAD))
    expect(torn.locator(".score")).to_contain_text("could not be read")
    expect(torn.locator(".score")).to_contain_text("not a complete notebook")
    expect(torn.locator(".score")).not_to_contain_text("/ 35")
    idle = page.locator("#main-table tr", has=page.locator(".student-id", has_text="idle"))
    expect(idle.locator(".score")).to_have_text("0 / 35")
    page.get_by_role("link", name="Manual Grading").click()
    for _ in range(2):
        page.locator("#main-table").get_by_role("link", name="bptt", exact=True).click()
    expect(rows.filter(has_text="could not be read").locator(".code-score")).to_have_text("–")
    page.get_by_role("link", name="Manage Students").click()
    rows.filter(has_text=UNREAD).get_by_role("link").first.click()
    for _ in range(2):  # the student's submissions, and the notebooks of this one
        expect(rows.locator(".score")).to_contain_text("could not be read")
        expect(rows.locator(".code-score")).to_have_text("–")
        page.locator("#main-table").get_by_role("link", name="bptt", exact=True).click()
    expect(page.locator("#unjudged")).to_be_visible()


def test_what_could_not_be_read_is_no_zero_on_its_page(server: Address, page: Page) -> None:
    """The page of a submission that could not be read begins with that and the reason; another one's does not."""
    grading.open_submission(page, server, UNREAD)
    expect(page.locator("#unjudged")).to_contain_text("not a complete notebook")
    grading.open_submission(page, server, "alan")
    expect(page.locator("#unjudged")).to_have_count(0)


def test_the_kits_pages_are_one_click_away(server: Address, page: Page) -> None:
    """A submission's page leads to the page that its student would get now, and each list to the page of the class."""
    grading.open_submission(page, server, "alan")
    page.get_by_role("link", name="The student's page").click()
    expect(page.locator("body")).to_contain_text("Feedback for alan")
    expect(page.locator("body")).to_contain_text("It depends.")
    page.get_by_role("link", name="Formgrader").click()
    expect(page.locator("#written_disagree")).to_be_visible()
    page.goto(server("formgrader"))
    page.get_by_role("link", name="The class on one page").click()
    expect(page.locator("h1")).to_contain_text("the class")
    expect(page.locator("body")).to_contain_text(UNREAD)
    page.get_by_role("link", name="Formgrader").click()
    expect(page.locator("#main-table .student-id").filter(has_text="alan")).to_be_visible()


def test_the_kits_pages_open_in_jupyterlab(server: Address, page: Page) -> None:
    """In JupyterLab's tab for formgrader, a frame that may open no window, the link to the class leads there and back."""
    page.goto(server("lab"))
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    frame = page.frame_locator("#formgrader-iframe iframe")
    frame.get_by_role("link", name="The class on one page").click()
    expect(frame.get_by_role("heading", name="the class").first).to_be_visible()
    frame.get_by_role("link", name="Formgrader").click()
    expect(frame.locator("#main-table .student-id").filter(has_text="alan")).to_be_visible()


def test_like_answers_are_graded_alike(server: Address, course: Path, page: Page) -> None:
    """Like answers stand together; points and a comment for one are given to the next by one click, into the gradebook."""
    answers(page, server)
    group = page.locator(".group", has_text="happens in the long run").locator(".answer")
    expect(group).to_have_count(3)
    group.nth(0).locator(".score").fill("1.5")
    group.nth(0).locator(".comment").fill("Well *said*.")
    with page.expect_response(re.compile("/api/comment/")) as saved:
        group.nth(0).locator(".score").focus()
    assert saved.value.ok
    with page.expect_response(re.compile("/api/comment/")) as saved:
        group.nth(1).locator(".as-above").click()
    assert saved.value.ok
    expect(page.locator("#not-saved")).to_be_hidden()
    given = [held(course, group.nth(number).get_attribute("id") or "") for number in range(2)]
    with opened(course) as book:
        for student in given:
            grade = book.find_grade("written_disagree", "bptt", "bptt", student)
            comment = book.find_comment("written_disagree", "bptt", "bptt", student)
            assert (grade.manual_score, grade.needs_manual_grade) == (1.5, False)
            assert comment.manual_comment == "Well *said*."


def held(course: Path, card: str) -> str:
    """Whose answer a card shows."""
    with opened(course) as book:
        return str(book.find_submission_notebook_by_id(card.removeprefix("answer-")).student.id)


def test_who_has_no_answer_is_named_apart(server: Address, page: Page) -> None:
    """Who wrote nothing and whose work could not be read have no card, and are named below with the reason."""
    answers(page, server)
    expect(page.locator(".answer")).to_have_count(len(ANSWERS))
    expect(page.get_by_role("heading", name="Nothing written: 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Could not be judged: 1")).to_be_visible()
    expect(page.locator(".answers")).to_contain_text("not a complete notebook")


def test_students_text_is_text_on_the_kits_pages(server: Address, page: Page) -> None:
    """Markup in an answer or a name runs nothing on the page of all answers, and a formula is one."""
    answers(page, server)
    card = page.locator(".answer", has_text="So far")
    expect(card.locator("math")).to_have_count(1)
    expect(card.locator("script, img")).to_have_count(0)
    assert "evil" not in page.title()
    card.get_by_role("link").first.click()
    page.wait_for_function("window.formgrader?.grades?.loaded")
    expect(page.locator("img[onerror], script:text('evil')")).to_have_count(0)


@pytest.mark.parametrize("where", ["one submission", "all answers"])
def test_the_rubric_stays_beside_what_one_reads(server: Address, page: Page, where: str) -> None:
    """Far down a long answer the rubric is still in sight, beside it and below formgrader's bar."""
    if where == "all answers":
        answers(page, server)
        rubric, answer = page.locator(".rubric"), page.locator(".answer").last
    else:
        grading.open_submission(page, server, "long")
        rubric = page.locator("#rubric-written_disagree")
        answer = page.locator(".nbgrader_cell", has=page.locator("#written_disagree"))
    answer.evaluate("card => scrollTo(0, scrollY + card.getBoundingClientRect().bottom - innerHeight)")
    box, beside = rubric.bounding_box(), answer.bounding_box()
    assert box
    assert beside
    assert 0 <= box["y"] < 100
    assert beside["x"] + beside["width"] < box["x"]


def test_nobody_reads_the_kits_pages_without_signing_in(server: Address, course: Path) -> None:
    """The class, a student's page and all answers are for whom Jupyter lets in."""
    with opened(course) as book:
        submission = book.find_submission_notebook("bptt", "bptt", "ada").id
    for path in ("class", f"feedback/{submission}", "answers/written_disagree"):
        address = server(f"formgrader/kit/{path}").partition("?")[0]
        try:
            with urllib.request.urlopen(address) as reply:
                text, status = reply.read().decode(), reply.status
        except urllib.error.HTTPError as error:
            text, status = error.read().decode(), error.code
        assert status in (200, 403)  # Jupyter leads to its sign-in
        assert not any(found in text for found in ("Feedback", "points on average", "spectral radius"))
