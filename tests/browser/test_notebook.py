"""The student's notebook, seen in a browser: untouched, filled in by typing, and solved."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import browsing
import pytest
from browsing import Address
from lab import OpenNotebook
from playwright.sync_api import Browser, Page, expect

from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT

pytestmark = pytest.mark.slow

_ALL_PASS = re.compile(r"(\d+) of \1 checks pass")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a student gets, and beside it the solved notebook."""
    folder = tmp_path_factory.mktemp("student") / "bptt"
    shutil.copytree(SOLUTION.parent / "assignment" / "bptt", folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder / "solved.ipynb")
    return folder


@pytest.fixture(scope="module")
def server(browser: Browser, folder: Path) -> Iterator[Address]:
    """A JupyterLab in the student's folder."""
    with browsing.jupyter(folder, folder.parent / "home") as address:
        yield address


@pytest.fixture(scope="module")
def untouched(browser: Browser, server: Address, folder: Path) -> Iterator[OpenNotebook]:
    """The released notebook, run from top to bottom as it is."""
    page = browsing.new_page(browser)
    notebook = OpenNotebook(page, server, folder / "bptt.ipynb")
    notebook.run_all()
    yield notebook
    page.close()


def test_the_untouched_notebook_punishes_nobody(untouched: OpenNotebook) -> None:
    """Run from top to bottom, the released notebook raises nothing, and every check says "not attempted yet"."""
    assert untouched.tracebacks() == []
    for task in ASSIGNMENT.tasks:
        expect(untouched.output(task.test_cell)).to_contain_text(f"{task.id}: not attempted yet")


def test_what_one_types_is_checked(untouched: OpenNotebook) -> None:
    """A mistake, typed and run, is answered with a question; the mended line passes; neither shows a traceback."""
    cells = ("squared_error_grad", "test_squared_error_grad")
    untouched.type_over(cells[0], "raise NotImplementedError", "return o - y")
    untouched.run_on(*cells)
    expect(untouched.output(cells[1])).to_contain_text(re.compile(r"expected .*\?", re.DOTALL))
    untouched.type_over(cells[0], "return o - y", "return (o - y) / len(o)")
    untouched.run_on(*cells)
    expect(untouched.output(cells[1])).to_contain_text(_ALL_PASS)
    assert untouched.tracebacks() == []


def test_the_solved_notebook_passes_every_check(server: Address, folder: Path, page: Page) -> None:
    """Top to bottom nothing raises, every check passes, and every picture is there and says in words what it shows."""
    notebook = OpenNotebook(page, server, folder / "solved.ipynb")
    notebook.run_all()
    assert notebook.tracebacks() == []
    for task in ASSIGNMENT.tasks:
        expect(notebook.output(task.test_cell)).to_contain_text(_ALL_PASS)
    for text, width in notebook.pictures():
        assert text
        assert width
