"""The page of a class, in a browser: in a narrow window, on paper, and with the names of one section."""

from pathlib import Path

import pytest
from made_class import made_class
from playwright.sync_api import Page

from autograder.engine.reports.pages import class_report

A4 = 680  # pixels between the margins
OPEN_ALL = "document.querySelectorAll('details').forEach(found => found.open = true)"
# What sticks out of the window, and is cut on paper: nothing may be scrolled there.
STICKS_OUT = """width => [...document.querySelectorAll('body *')].filter(found =>
    found.getClientRects().length && getComputedStyle(found).position !== 'absolute'
    && (found.getBoundingClientRect().right > width + 1 || found.scrollWidth > found.clientWidth + 1 && found.className === 'scroll')
).map(found => found.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("class") / "class.html"
    file.write_text(class_report.page(made_class(150).whole), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize(("width", "media"), [(380, "screen"), (1280, "screen"), (A4, "print")])
def test_nothing_is_cut(page: Page, address: str, width: int, media: str):
    """Every table and name lies within a phone, a window and a sheet of paper, with all lists open."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media)
    page.goto(address)
    page.evaluate(OPEN_ALL)
    assert page.evaluate(STICKS_OUT, width) == []


def test_one_sections_names(page: Page, address: str):
    """Who is of another section disappears from every list, and so does a row in which nobody is left."""
    page.goto(address)
    page.evaluate(OPEN_ALL)
    everybody = page.locator(".who li:visible").count()
    page.get_by_label("Tue 14").check()
    left = page.locator("[data-s]:visible")
    assert 0 < page.locator(".who li:visible").count() < everybody
    assert set(left.evaluate_all("all => all.map(one => one.dataset.s)")) == {"2"}
    assert page.locator(".row:visible").evaluate_all("all => all.every(one => one.innerText.trim())")
    page.get_by_label("all sections").check()
    assert page.locator(".who li:visible").count() == everybody
