"""Students whose names are patterns of file names: nbgrader's steps find their folders, and nobody else's in their place."""

import shutil
from pathlib import Path

import pytest
from support import gradebook, released_course, run

from autograder.engine.core.places import SOLUTION

pytestmark = pytest.mark.slow

NAMES = ("ada[1]", "b*", "eva")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which all of these were graded and got their pages; each handed in as through the exchange."""
    course = released_course(tmp_path_factory.mktemp("patterns"))
    for name in NAMES:
        folder = course / "submitted" / name / "bptt"
        folder.mkdir(parents=True)
        shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", folder)
        (folder / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
        (folder / "submission_secret.txt").write_text(f"secret-of-{len(name)}")
    for step in ("autograde", "generate_feedback"):
        done = run(course, "nbgrader", step, "bptt")
        assert done.returncode == 0, done.stderr
    return course


def _page(course: Path, name: str) -> Path:
    return course / "feedback" / name / "bptt" / "bptt.html"


def test_everybody_has_a_page(graded: Path) -> None:
    """Whoever is graded has a page, whatever the name."""
    assert set(gradebook(graded)) == set(NAMES)
    assert [name for name in NAMES if _page(graded, name).is_file()] == list(NAMES)


def test_a_page_is_made_for_one(graded: Path) -> None:
    """`--student`, as formgrader gives it, finds the one who is called so."""
    for name in NAMES:
        _page(graded, name).unlink()
    done = run(graded, "nbgrader", "generate_feedback", "bptt", "--student=ada[1]")
    assert done.returncode == 0, done.stderr
    assert [name for name in NAMES if _page(graded, name).is_file()] == ["ada[1]"]
    assert run(graded, "nbgrader", "generate_feedback", "bptt").returncode == 0


def test_nobody_of_that_name_is_one_sentence(graded: Path) -> None:
    """Where nobody is called so, the command says what is missing and what to do, and ends with status 1."""
    done = run(graded, "nbgrader", "generate_feedback", "bptt", "--student=kim")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "autograded/kim/bptt/*.ipynb: `nbgrader autograde bptt` first" in done.stderr


def test_an_emptied_folder_is_told(graded: Path) -> None:
    """Whose autograded notebook is gone is named, and keeps the page."""
    notebook = graded / "autograded" / "eva" / "bptt" / "bptt.ipynb"
    notebook.rename(graded / "away")
    done = run(graded, "nbgrader", "generate_feedback", "bptt")
    (graded / "away").rename(notebook)
    assert done.returncode == 0, done.stderr
    assert "eva: what was graded is not there as it was recorded" in done.stderr
    assert _page(graded, "eva").is_file()


def test_a_page_is_released_for_one(graded: Path, tmp_path: Path) -> None:
    """The exchange gets the page of the one who is called so, and then everybody's."""
    words = ("release_feedback", "bptt", "--course=dl", f"--Exchange.root={tmp_path}")
    for chosen, pages in ((["--student=ada[1]"], 1), ([], len(NAMES))):
        done = run(graded, "nbgrader", *words, *chosen)
        assert done.returncode == 0, done.stderr
        assert len(list((tmp_path / "dl" / "feedback").glob("*.html"))) == pages
