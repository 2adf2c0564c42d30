"""Every page that the kit writes, in a browser: axe-core finds nothing to mend, nothing sticks out, and how it looks is kept.

The pictures lie in `seen/`, which git ignores: each page in a wide and a narrow window, in the dark, and on A4.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import browsing
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from made_class import made_class
from markupsafe import Markup
from playwright.sync_api import Browser, Page
from support import corpus, run

from autograder.engine.core.places import SAMPLES, SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.demo.sample_class import compose
from autograder.engine.reports.pages import class_report
from autograder.engine.reports.pages.feedback import Mark, page, ungraded
from autograder.nbgrader.markdown import in_a_page

pytestmark = pytest.mark.slow

SEEN = Path(__file__).with_name("seen")
STUDENTS = ("ada", "kurt", "mary", "sofia", "untouched")
ALIKE = ("bob", "eve")
PAGES = (*STUDENTS, "broken", "by_hand", "class", "large_class", "similar", "appeal", "appeal_passed")
LOOKS = {"wide": (1280, "light"), "narrow": (380, "light"), "dark": (1280, "dark")}
A4 = 680  # its width between the margins, in pixels of CSS
CUT = """[...document.querySelectorAll('*')].filter(part => part.scrollWidth > part.clientWidth + 1
    && getComputedStyle(part).overflowX !== 'visible' && !part.closest('.unseen')).map(part => part.outerHTML.slice(0, 120))"""
ANSWER = r"""# Why

Because $\rho(W_{hh}) < 1$, and \(h_0\) does not count: $$\frac{\partial L}{\partial h_t} = W_{hh}^\top \frac{\partial L}{\partial h_{t+1}} + W_{qh}^\top \frac{\partial L}{\partial o_t} = \sum_{k=t}^{T} (W_{hh}^\top)^{k-t} W_{qh}^\top \frac{\partial L}{\partial o_k}$$

### Then

- [x] a product of **many** factors, `h[t]`
- a table

| case | ρ |
| --- | --- |
| (a) | 0.9 |

```python
for t in range(T): h[t] = W_hh @ h[t - 1]
```
![drawn](drawn.png) [more](https://example.org/more)
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By name the pages of a small class, as the commands write them."""
    course = tmp_path_factory.mktemp("course")
    (course / "autograder.toml").write_text("[limits]\ncall_s = 2\n", encoding="utf-8")
    solved, release = (
        nbformat.read(SOLUTION.parent / f / "bptt" / "bptt.ipynb", 4) for f in ("solution", "assignment")
    )
    for student in (*STUDENTS, *ALIKE, "broken"):
        (course / "submitted" / student).mkdir(parents=True)
    for student in STUDENTS:
        handed_in = compose(SAMPLES / f"{student}.py", release, solved)
        nbformat.write(handed_in, course / "submitted" / student / "bptt.ipynb")
    for student in ALIKE:
        answers = "\n".join(found.source for found in corpus("correct")[::12])
        (course / "submitted" / student / "bptt.py").write_text(f"# {student}\n{answers}", encoding="utf-8")
    (course / "submitted" / "broken" / "bptt.ipynb").write_text("{", encoding="utf-8")
    for words in (
        ("grade", "submitted", "--jobs", "1", "--feedback", "pages", "--json", "report.json"),
        ("report", "report.json"),
        ("similar", "submitted"),
        ("explain", "submitted/sofia", "hidden_grads.values", "--html", "appeal.html"),
        ("explain", "submitted/ada", "clip_gradients", "--html", "appeal_passed.html"),
    ):
        done = run(course, "autograder", *words)
        assert done.returncode == 0, done.stderr
    report = json.loads((course / "report.json").read_text(encoding="utf-8"))
    sofia = next(entry for entry in report["submissions"] if entry["student"] == "sofia")
    (course / "by_hand.html").write_text(_by_hand(Result.from_json(sofia)), encoding="utf-8")
    (course / "large_class.html").write_text(class_report.page(made_class(40).whole), encoding="utf-8")
    own = {name: course / "pages" / f"{name}.html" for name in (*STUDENTS, "broken")}
    return own | {name: course / f"{name}.html" for name in PAGES if name not in own}


def _by_hand(result: Result) -> str:
    """A page with a grader's comments, points set by hand, late work and remarks."""
    book = ungraded(result, {})
    html = Markup(in_a_page(ANSWER))
    marks = {name: Mark(1.0, mark.max_points, html, html) for name, mark in book.marks.items()}
    marks["hidden_grads"] = Mark(3.0, 4.0, html)
    noted = replace(result, notes=("the cell of `forward` was found elsewhere",), isolation="NOT ISOLATED: anybody may")
    return page(noted, "Łukasiewicz, Zoë", replace(book, marks=marks, late_penalty=1.5))


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One window for all tests: each says how it looks, and goes to a page."""
    page = browsing.new_page(browser)
    yield page
    page.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_it_can_be_read(window: Page, pages: dict[str, Path], name: str, look: str) -> None:
    """A page is no wider than its window, and with everything unfolded no rule of axe-core is broken."""
    width, scheme = LOOKS[look]
    window.emulate_media(media="screen", color_scheme=scheme)
    window.set_viewport_size({"width": width, "height": 900})
    window.goto(pages[name].as_uri())
    window.screenshot(path=_seen(f"{name}-{look}.png"), full_page=True)
    assert window.evaluate("document.documentElement.scrollWidth") == width
    window.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(window)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_on_paper(window: Page, pages: dict[str, Path], name: str) -> None:
    """In print nothing is wider than a sheet of A4, and nothing is cut off at the right."""
    window.emulate_media(media="print", color_scheme="light")
    window.set_viewport_size({"width": A4, "height": 1000})
    window.goto(pages[name].as_uri())
    window.screenshot(path=_seen(f"{name}-A4.png"), full_page=True)
    assert window.evaluate(CUT) == []
    assert window.evaluate("document.documentElement.scrollWidth") <= A4


def _seen(name: str) -> Path:
    SEEN.mkdir(exist_ok=True)
    return SEEN / name
