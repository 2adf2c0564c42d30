"""How names are shown: no two alike, nothing that a terminal obeys, and no longer than a gradebook and a file system take."""

import json
import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import hypothesis.strategies as st
import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from support import find

from autograder.__main__ import main
from autograder.engine.core.names import MAX_NAME, shown
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.grading import batch
from autograder.engine.intake import files as intake

LETTERS = st.text(
    st.characters(codec=None, exclude_characters="\0/") | st.sampled_from("\\\u200f\udcff…u20f"), max_size=90
)
ALIKE = (
    "x",
    "\u200fx",
    "\\u200fx",
    "\\\\u200fx",
    "\x1bx",
    "\\x1bx",
    "\udcffx",
    "\xffx",
    "\\xffx",
    "\\udcffx",
    "\x85x",
    "\udc85x",
    "\ufe0fx",
    "\u3164x",
    "\u2800x",
    "\xadx",
    "\xa0x",
    " x",
    "x" * 300,
    "x" * 301,
    shown("x" * 300),
    "\\" * 200,
    "\\" * 201,
    "王" * 85,
    "王" * 84 + "玉",
    "\udcff" * 255,
)


@given(LETTERS, LETTERS)
@example("\\\udcff", "\\\\udcff")
def test_no_two_names_are_shown_alike(one: str, other: str) -> None:
    """Different names differ as they are shown, and no name holds what a terminal, a page or a file system does not."""
    assert (shown(one) == shown(other)) == (one == other)
    assert shown(one).isprintable()
    assert len(shown(one).encode()) <= MAX_NAME


def test_what_looks_alike_is_told_apart() -> None:
    """A mark that is drawn as nothing, its escape typed out, a byte that is no UTF-8 and a long name are all told apart."""
    names = [shown(name) for name in ALIKE]
    for (one, a), (other, b) in combinations(enumerate(names), 2):
        assert a != b, (ALIKE[one], ALIKE[other])
    assert all(name.isprintable() for name in names)


def test_plain_names_are_shown_as_they_are() -> None:
    """Accents, quotes, blanks and other scripts stay what they are."""
    for name in (
        "ada",
        'o\'neil "zoë" smith',
        "Łukasz 数学 🙂",
        "bob [late] {x} 100%",
        "a.b.c",
        " blank around ",
        "submitted/ada/bptt",
    ):
        assert shown(name) == name


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """run(*words): the command line in a course of its own."""
    monkeypatch.chdir(course.root)
    return lambda *words: CliRunner().invoke(main, list(words))


NAMES = (
    "\u200fx",
    "\\u200fx",
    "l\udcf6we",
    "\x1b]0;title\x07\x1b[31mred",
    "two\nlines",
    "\u202egnp.py",
    "x" * 250,
    "\u200f" * 85,
)


@pytest.mark.parametrize("fails", [False, True])
def test_the_report_holds_everybody_whatever_the_name(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """In the report and the terminal each student has a line of printable text, and so has each failure of the grader's."""
    for name in NAMES:
        folder = course.root / "class" / name
        folder.mkdir(parents=True)
        (folder / "bptt.py").write_text("def forward(*args):\n    raise NotImplementedError\n")

    def failing(handed_in: object, *rest: object) -> None:
        raise OSError(5, "Input/output error", os.fsencode("\udcff\x1b[31m"), None, "\udcff")

    if fails:
        monkeypatch.setattr(batch, "grade", failing)
    for words in (("--json", "report.json"), ("--json", "-")):
        done = run("grade", "class", "--jobs", "1", *words)
        assert done.exit_code == fails
        assert "\x1b" not in done.output
        assert "\u202e" not in done.output
        assert "\u200f" not in done.output
    report = json.loads((course.root / "report.json").read_bytes())
    assert json.loads(done.stdout) == report
    assert sorted(entry["student"] for entry in report["submissions"]) == sorted(map(shown, NAMES))
    assert all(entry["path"] == f"class/{entry['student']}" for entry in report["submissions"])


def test_a_report_is_never_lost_for_a_letter(
    run: Callable[..., Result], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should half a character reach the report all the same, it stands there as JSON's escape of it."""
    monkeypatch.setattr("autograder.engine.intake.found.shown", str)
    (course.root / "class" / "l\udcf6we").mkdir(parents=True)
    done = run("grade", "class/l\udcf6we", "--json", "-")
    assert done.exit_code == 0
    (entry,) = json.loads(done.stdout)["submissions"]
    assert ascii(entry["path"]) == ascii("class/l\udcf6we")  # what cannot be printed stays out of a failure


def test_a_students_name_is_shown_once(tmp_path: Path) -> None:
    """What `find` gives is the folder's own name, and `load` shows it: no escape is escaped again."""
    (tmp_path / "a\\b" / "bptt").mkdir(parents=True)
    (tmp_path / "zoë" / "bptt").mkdir(parents=True)
    (tmp_path / "a\\b" / "bptt" / "bptt.py").write_bytes((SOLUTION / "bptt.py").read_bytes())
    entry, _ = find([tmp_path])
    assert entry.student == "a\\b"
    assert intake.load_found(entry).student == "a\\\\b"
