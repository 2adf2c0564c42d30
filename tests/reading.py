"""How a test reads a page for people: its words, and what stands below a heading."""

from bs4 import BeautifulSoup, Tag

from autograder.engine.reports.pages import class_report
from autograder.engine.reports.whole_class import Class

HEADINGS = ("h1", "h2", "h3")


def read(whole: Class) -> BeautifulSoup:
    return BeautifulSoup(class_report.page(whole), "html.parser")


def words(*parts: Tag) -> str:
    return " ".join(" ".join(part.get_text(" ") for part in parts).split())


def place(page: BeautifulSoup, anchor: str) -> list[Tag]:
    """What stands below a heading with this anchor, up to the next heading of its level; else the element itself."""
    found = page.find(id=anchor)
    assert isinstance(found, Tag), anchor
    if found.name not in HEADINGS:
        return [found]
    below = [found]
    for tag in found.find_next_siblings():
        if tag.name in HEADINGS and tag.name <= found.name:
            break
        below.append(tag)
    return below


def said(page: BeautifulSoup, anchor: str) -> str:
    return words(*place(page, anchor))


def names(page: BeautifulSoup, anchor: str) -> list[str]:
    return [words(tag) for part in place(page, anchor) for tag in part.select(".who li")]
