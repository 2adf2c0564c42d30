"""Formgrader in a browser: the clicks of an instructor from release to feedback."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from browsing import Address
from playwright.sync_api import Locator, Page, expect

from autograder.engine.demo import sample_class as demo

WAIT_MS = 120_000  # for one of nbgrader's steps, on a busy machine


def hand_in(course: Path, students: Iterable[str]) -> None:
    """Put the notebooks of some of the sample class into `submitted/`."""
    demo.hand_in(course)
    for folder in (course / "submitted").iterdir():
        if folder.name not in students:
            shutil.rmtree(folder)


def generate_assignment(page: Page, server: Address) -> None:
    """Manage Assignments → Generate."""
    page.goto(server("formgrader"))
    _step(page, _assignment(page).locator(".assign a"))


def autograde(page: Page, server: Address, students: Iterable[str]) -> None:
    """The assignment's submissions → Autograde, for each student."""
    page.goto(server("formgrader"))
    _assignment(page).locator(".num-submissions a").click()
    for student in students:
        row = page.locator("#main-table tr", has=page.locator(".student-id", has_text=re.compile(f"^{student}$")))
        _step(page, row.locator(".autograde a"))


def open_submission(page: Page, server: Address, student: str) -> None:
    """Manual Grading → the assignment → the notebook → one student's submission."""
    page.goto(server("formgrader"))
    page.get_by_role("link", name="Manual Grading").click()
    for name in ("bptt", "bptt"):
        page.locator("#main-table").get_by_role("link", name=name, exact=True).click()
    row = page.locator("#main-table tr", has_text=student)
    row.locator(".reveal .name-hidden").click()
    row.get_by_role("link", name=student, exact=True).click()
    page.wait_for_function("window.formgrader?.grades?.loaded && formgrader.comments?.loaded")


def give(page: Page, answer: str, points: float, comment: str) -> None:
    """Type points and a comment for one answer; formgrader saves each when one leaves its box."""
    for box, text, saved in ((f"#{answer}", f"{points:g}", "grade"), (f"#{answer}-comment", comment, "comment")):
        page.locator(box).click()
        page.keyboard.type(text)
        with page.expect_response(re.compile(f"/api/{saved}/")) as response:
            page.keyboard.press("Tab")
        assert response.value.ok


def generate_feedback(page: Page, server: Address) -> None:
    """Manage Assignments → Generate Feedback."""
    click(page, server, "generate-feedback")


def click(page: Page, server: Address, step: str) -> None:
    """Manage Assignments → one more step of the assignment's: "release", "collect" or "release-feedback"."""
    page.goto(server("formgrader"))
    _step(page, _assignment(page).locator(f".{step} a"))


def _assignment(page: Page) -> Locator:
    """The one line of the list of assignments."""
    expect(page.locator("#main-table tr .name a")).to_have_text(["bptt"])
    return page.locator("#main-table tr")


def _step(page: Page, button: Locator) -> None:
    """Click, wait until nbgrader is done, see that it went well, and close what it says."""
    button.click()
    said = page.locator(".modal-dialog")
    expect(said).to_be_visible(timeout=WAIT_MS)
    expect(said.locator(".modal-title"), said.inner_text()).to_have_text("Success")
    said.get_by_role("button", name="Close").last.click()
    expect(said).to_have_count(0)
