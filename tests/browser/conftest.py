"""What the tests in a browser share."""

from collections.abc import Iterator

import browsing
import pytest
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")  # an event loop runs for as long as it is there, which other tests must not meet
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with browsing.chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own for a test, that loads nothing from elsewhere."""
    page = browsing.new_page(browser)
    yield page
    page.close()
