"""The page of who is too alike, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from support import corpus, run


@pytest.mark.parametrize("width", [380, 1280])
def test_both_sides_fit_the_window(page: Page, tmp_path: Path, width: int):
    """A pair stands side by side in a wide window and one above the other in a narrow one, and nothing sticks out."""
    for student in ("ada", "bob"):
        (tmp_path / "submitted" / student).mkdir(parents=True)
        answers = "\n".join(found.source for found in corpus("correct")[::12])
        (tmp_path / "submitted" / student / "bptt.py").write_text(answers, encoding="utf-8")
    assert run(tmp_path, "autograder", "similar", "submitted").returncode == 0
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "similar.html").as_uri())
    left, right = (page.locator(".sides > div").nth(place).bounding_box() for place in (0, 1))
    assert left
    assert right
    assert (left["x"] == right["x"]) == (width == 380)
    assert page.evaluate("document.documentElement.scrollWidth") == width
