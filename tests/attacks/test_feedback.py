"""Hostile notebooks through the real nbgrader: everybody is recorded, and no page carries more of a student than text."""

import copy
import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import forked
import pytest
from autograder.engine.core.places import NAME
from autograder.engine.core.places import SOLUTION


pytestmark = pytest.mark.slow

WAIT_S = 60  # for each of nbgrader's commands
_CONFIG = "from autograder.nbgrader import configure\n\nc = get_config()\nconfigure(c)\n"
_MARKUP = r"""
<script>alert("evil")</script> <img src=x onerror=alert("evil")> <iframe srcdoc="<script>alert(1)</script>"></iframe>
[x](javascript:alert("evil")) <a href="jAvAsCrIpT&#58;alert(1)">evil</a> [y](data:text/html,evil) ![z](http://evil.invalid/z.png)
<svg onload=alert("evil")></svg> <style>body{display:none}</style> <meta http-equiv="refresh" content="0;url=http://evil.invalid">
<base href="http://evil.invalid/"> <form action="http://evil.invalid/"><input name=p><button>Go</button></form>
<div style="position:fixed;top:0;left:0;width:100%;height:100%" id="evil">30 of 30</div> <object data="http://evil.invalid">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert('evil')&gt;"></table></mtext></math>

```mermaid
graph TD; A[<img src=x onerror=alert('evil')>]; click A "javascript:alert('evil')"
```
"""


def _cell(notebook: dict, id: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def _markup(notebook: dict, folder: Path) -> None:
    _cell(notebook, "written_disagree")["source"] = _MARKUP
    for kind in ("markdown", "raw", "heading"):
        notebook["cells"].insert(
            2, {"cell_type": kind, "id": f"e-{kind}", "metadata": {}, "source": _MARKUP, "level": 1}
        )
    code = "# </pre><script>alert('evil')</script>\ndef forward(*a):\n    raise ValueError('<img src=x onerror=alert(1)>')\n"
    _cell(notebook, "forward")["source"] = code
    notebook["metadata"]["title"] = "</title><script>alert('evil')</script>"
    notebook["metadata"]["language_info"] = {"name": "x\"><script>alert('evil')</script>"}
    notebook["metadata"]["widgets"] = {"x": {"state": {"</script><script>alert('evil')</script>": {}}}}


def _surrogates(notebook: dict, folder: Path) -> None:
    marks = {"nbgrader": {"grade_id": "x\ud800"}}
    broken = {
        "cell_type": "code",
        "id": "q",
        "metadata": marks,
        "source": "1 / 0",
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(3, broken)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.py")).write_text("")


def _bad_time(notebook: dict, folder: Path) -> None:
    (folder / "timestamp.txt").write_text("=1+1; no time at all, 99999999999999")


def _no_time(notebook: dict, folder: Path) -> None:
    os.mkfifo(folder / "timestamp.txt")


def _slow_text(notebook: dict, folder: Path) -> None:
    _cell(notebook, "written_disagree")["source"] = "*a_ `" * 30_000 + "![[[" * 15_000 + "<" * 30_000


HOSTILE: dict[str, Callable[[dict, Path], None] | None] = {
    "a-honest": None,
    "e-bad-time": _bad_time,
    "e-markup": _markup,
    "e-no-time": _no_time,
    "e-slow-text": _slow_text,
    "e-surrogates": _surrogates,
    "z-honest": None,
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which everybody has handed in."""
    root = tmp_path_factory.mktemp("course")
    (root / "nbgrader_config.py").write_text(_CONFIG)
    (root / "autograder.toml").write_text("# the defaults\n")
    (root / "source" / NAME).mkdir(parents=True)
    for file in (SOLUTION / NAME).iterdir():
        if file.is_file():
            (root / "source" / NAME / file.name).write_bytes(file.read_bytes())
    solved = json.loads((SOLUTION / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    for student, change in HOSTILE.items():
        folder, notebook = root / "submitted" / student / NAME, copy.deepcopy(solved)
        folder.mkdir(parents=True)
        if change:
            change(notebook, folder)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return root


def _nbgrader(course: Path, *command: str) -> subprocess.CompletedProcess:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(SOLUTION.parent)}
    return forked.run(("-m", "nbgrader", *command), course, environment, WAIT_S)


@pytest.fixture(scope="module")
def recorded(course: Path) -> str:
    """What nbgrader said while it recorded everybody."""
    _nbgrader(course, "generate_assignment", NAME)
    return _nbgrader(course, "autograde", NAME).stderr


def test_everybody_is_recorded(course: Path, recorded: str) -> None:
    """One hostile submission does not keep the others from their grades, nor itself from its own."""
    _nbgrader(course, "export")
    with open(course / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scores = {row["student_id"]: float(row["raw_score"]) for row in rows}
    assert scores == {student: 27.0 if student == "e-markup" else 30.0 for student in HOSTILE}, recorded[-2000:]
    assert not any(value and value[0] in "=+-@\t\r" for row in rows for value in row.values())


class _Active(HTMLParser):
    """Collects whatever in a page can act: scripts, handlers, frames, forms, foreign addresses, styles that cover."""

    _TAGS = frozenset("script iframe object embed form input button base meta link style svg math".split())

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self._TAGS:
            self.found.append(f"<{tag} {attributes}>")
        for name, value in attributes:
            address = "".join((value or "").split()).lower()
            foreign = name in ("href", "src", "srcdoc", "data", "action") and not address.startswith(
                ("#", "data:image/")
            )
            if name.startswith("on") or "evil" in address or "position:" in address or (foreign and tag != "a"):
                self.found.append(f"<{tag} {name}={value}>")


def test_pages_carry_text_alone(course: Path, recorded: str) -> None:
    """The feedback page of a student with markup everywhere can do no more than that of an honest one."""
    _nbgrader(course, "generate_feedback", NAME, "--student", "a-honest")
    _nbgrader(course, "generate_feedback", NAME, "--student", "e-markup")
    pages = {}
    for student in ("a-honest", "e-markup"):
        parser = _Active()
        parser.feed((course / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8"))
        pages[student] = parser.found
    assert [found for found in pages["e-markup"] if found not in pages["a-honest"]] == []


def test_pages_come_in_time(course: Path, recorded: str) -> None:
    """A text that is slow to typeset does not hold up the feedback of the class."""
    done = _nbgrader(course, "generate_feedback", NAME, "--student", "e-slow-text")
    assert done.returncode == 0, done.stderr[-2000:]
