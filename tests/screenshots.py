"""The pictures of the README, taken anew: `python tests/screenshots.py`, with Debian's chromium installed.

docs/notebook-untouched.png    JupyterLab with the released notebook, run as it is
docs/notebook-solved.png       JupyterLab with the solved notebook, run
docs/formgrader.png            a written answer in formgrader, the rubric beside it
docs/feedback.png              the top of a student's feedback page
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("browser")))

import browsing
import grading
from lab import OpenNotebook
from playwright.sync_api import Browser, Page, expect

from autograder.engine.core.places import SOLUTION
from autograder.engine.demo import sample_class as demo

DOCS = SOLUTION.parent / "docs"
STUDENTS = ("ada", "sofia")


def notebooks(browser: Browser, scratch: Path) -> None:
    """Both notebooks at a task: what a student meets, and what comes out in the end."""
    folder = scratch / "bptt"
    shutil.copytree(SOLUTION.parent / "assignment" / "bptt", folder)
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder / "solved.ipynb")
    with browsing.jupyter(folder, scratch / "home") as server:
        for file, picture in (("bptt.ipynb", "notebook-untouched"), ("solved.ipynb", "notebook-solved")):
            page = browsing.new_page(browser, 1200, 800)
            notebook = OpenNotebook(page, server, folder / file)
            page.keyboard.press("Control+b")  # the list of files gives way
            notebook.run_all()
            check = notebook.output("test_squared_error_grad")
            drawn = page.locator(".jp-OutputArea-output:has(img)")
            shown = drawn.or_(check).last if file == "solved.ipynb" else check
            shown.evaluate("output => output.scrollIntoView({block: 'end'})")
            _take(page, picture)
            page.close()


def course_pages(browser: Browser, scratch: Path) -> None:
    """What an instructor sees in formgrader, and a student in the feedback page."""
    course = scratch / "course"
    demo._make_course(course)
    with browsing.jupyter(course, scratch / "home") as server:
        page = browsing.new_page(browser, 1280, 900)
        grading.generate_assignment(page, server)
        grading.hand_in(course, STUDENTS)
        grading.autograde(page, server, STUDENTS)
        grading.open_submission(page, server, "ada")
        grading.give(page, "written_disagree", 1, "Case (a) is right. What about case (b)?")
        expect(page.locator(".save-icon:visible")).to_have_count(0)
        page.locator(".cell", has_text="Task 10").last.evaluate("cell => scrollTo(0, cell.offsetTop - 60)")
        model = page.get_by_text("Model answer.").first.bounding_box()
        page.set_viewport_size({"width": 1280, "height": int(model["y"]) if model else 900})
        _take(page, "formgrader")
        grading.generate_feedback(page, server)
        page.close()
    page = browsing.new_page(browser, 900, 1100)
    page.goto((course / "feedback" / "sofia" / "bptt" / "bptt.html").as_uri())
    _take(page, "feedback")


def _take(page: Page, name: str) -> None:
    DOCS.mkdir(exist_ok=True)
    file = DOCS / f"{name}.png"
    page.mouse.move(0, 0)
    page.screenshot(path=file, animations="disabled", caret="hide")
    print(f"{file.relative_to(DOCS.parent)}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    with browsing.chromium() as browser, tempfile.TemporaryDirectory() as scratch:
        notebooks(browser, Path(scratch) / "student")
        course_pages(browser, Path(scratch) / "instructor")
