"""A notebook in JupyterLab, as a student sees it: opened, run, typed into and read."""

import json
import re
from pathlib import Path

from browsing import Address
from playwright.sync_api import Locator, Page, expect

RUN_MS = 120_000  # for all cells of a notebook, on a busy machine
_DONE = re.compile(r"\[\d+\]:")  # beside a cell that has run
_RENDERED = ".jp-Notebook .jp-RenderedHTMLCommon img, .jp-Notebook .widget-html-content img"  # and not an editor's own
_RAISED = re.compile(r"Traceback|Cell In\[")  # JupyterLab marks an error in no other way than it marks stderr


class OpenNotebook:
    """One notebook, opened in a page. Cells go by their ids in the file."""

    def __init__(self, page: Page, server: Address, file: Path) -> None:
        self.page = page
        self._cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        page.goto(server(f"lab/tree/{file.name}") + "&reset")
        expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=RUN_MS)
        expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(self._cells))

    def cell(self, id: str) -> Locator:
        """A cell by its id in the file."""
        ids = [cell["id"] for cell in self._cells]
        return self.page.locator(".jp-Notebook .jp-Cell").nth(ids.index(id))

    def run_all(self) -> None:
        """Run → Run All Cells, and wait for the end, or for an error, which is the end too."""
        for item in ("Run", "Run All Cells"):
            self.page.get_by_role("menuitem", name=item, exact=True).click()
        last = self.page.locator(".jp-Notebook .jp-CodeCell").last.locator(".jp-InputPrompt", has_text=_DONE)
        expect(last.or_(self._errors()).first).to_be_attached(timeout=RUN_MS)

    def type_over(self, id: str, line: str, text: str) -> None:
        """Replace a line of a cell, from its first letter on, as one does with mouse and keyboard."""
        self.cell(id).locator(".cm-line", has_text=line).click()
        for keys in ("Home", "Shift+End"):
            self.page.keyboard.press(keys)
        self.page.keyboard.type(text)

    def run_on(self, *ids: str) -> None:
        """Shift+Enter through cells that follow one another, the first of which has the cursor."""
        for id in ids:
            before = self._prompt(id).inner_text()
            self.page.keyboard.press("Shift+Enter")
            expect(self._prompt(id)).not_to_have_text(before, timeout=RUN_MS)
            expect(self._prompt(id)).to_have_text(_DONE, timeout=RUN_MS)

    def _prompt(self, id: str) -> Locator:
        return self.cell(id).locator(".jp-InputPrompt")

    def output(self, id: str) -> Locator:
        """What a cell has put out."""
        return self.cell(id).locator(".jp-OutputArea-output")

    def tracebacks(self) -> list[str]:
        """The text of every error in the page."""
        return self._errors().all_inner_texts()

    def _errors(self) -> Locator:
        return self.page.locator(".jp-OutputArea-output", has_text=_RAISED)

    def pictures(self) -> list[tuple[str, int]]:
        """The alternative text and the width of every picture in the notebook; a picture that did not load has no width."""
        script = "images => images.map(image => [image.alt, image.naturalWidth])"
        return [tuple(found) for found in self.page.locator(_RENDERED).evaluate_all(script)]
