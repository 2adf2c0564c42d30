"""What stands first on a feedback page: the mistake, what came and what was expected, and the line in the student's own code."""

import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.core.result import CheckResult, Location, Result, TaskResult
from autograder.engine.judging.closeness import compare
from autograder.engine.reports.pages.code import Line, excerpt, sources
from autograder.engine.reports.pages.feedback import Mark, page, ungraded
from autograder.engine.reports.pages.places import without_place
from autograder.engine.reports.pages.sentence import said

CELL = "def forward(x):\n    h = 0\n    return h\n"
MESSAGE = "`forward` for T = 4, d = 1: h[0] is [0, 2.5], expected [-3, 12]. Which state? Line 2, `h = 0`: with what does it begin?"
CHECK = CheckResult("values", False, MESSAGE, None, "h is right", 0.0, 2.0, Location(2, "h = 0"))
TASK = TaskResult("forward", 0.0, 3.0, "failed", (CHECK,))
UNTRIED = TaskResult(
    "hidden_grads", 0.0, 4.0, "missing", (CheckResult("values", False, "`hidden_grads`: it is not attempted yet."),)
)


def shown(*tasks: TaskResult, message: str | None = None, status: str = "graded", **sources: str) -> str:
    """The page of these tasks."""
    result = Result(
        "/home/prof/class/ada/bptt", "ada", 0.0, 30.0, status, message, (), tasks, isolation="isolated: all"
    )
    return page(result, "ada", ungraded(result, sources))


def words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def test_the_line_is_marked_in_the_students_own_code() -> None:
    """The line has a mark, an arrow and words for a screen reader, and its question stands with it."""
    html = shown(TASK, forward=CELL)
    mark = re.search(r"<mark.*?</mark>", html, re.DOTALL)
    assert mark
    assert words(mark[0]) == "look at line 2 → h = 0"
    assert "Your code, line 2: with what does it begin?" in html
    assert words(html).count("with what does it begin?") == 1
    assert "The cell that you handed in" not in html, "it stands there whole already"


def test_what_came_stands_above_what_was_expected() -> None:
    """Both rows are a table with decimal points below each other; the sentence keeps the question alone."""
    html = shown(TASK)
    rows = re.findall(r"<tr>(.*?)</tr>", html.partition("All tasks")[0], re.DOTALL)
    assert [re.findall(r">([^<>]+)<", row) for row in rows] == [["yours", "0", "2.5"], ["expected", "-3", "12\xa0\xa0"]]
    assert "h[0] for T = 4, d = 1" in html
    assert ">Which state?<" in html


def test_the_first_thing_to_look_at_is_what_was_tried() -> None:
    """A task that nobody has begun is not what to look at first, and it is no section of its own."""
    html = shown(UNTRIED, TASK)
    assert re.search(r"Look at this first</h2>\s*<section[^>]*task-forward", html)
    assert 'id="task-hidden_grads"' not in html
    assert "None of the functions is there yet" in shown(UNTRIED)
    assert words(shown(UNTRIED)).count("not attempted yet") == 1


def test_functions_that_are_not_there_are_one_sentence() -> None:
    """Of functions that are nowhere defined there is one sentence, below what was handed in and is wrong."""
    absent = [
        TaskResult(
            task, 0.0, 1.0, "missing", (replace(CHECK, message=f"`{task}`: it is not defined. Where?", location=None),)
        )
        for task in ("hidden_grads", "amplification")
    ]
    html = shown(*absent, TASK)
    assert re.search(r"Look at this first</h2>\s*<section[^>]*task-forward", html)
    assert "Not defined in what you handed in: hidden_grads , amplification ." in words(html)
    assert html.count("<section") == 1


def test_a_check_has_the_name_by_which_it_is_explained() -> None:
    """The name of a task and a check stands beside each check, as `explain` takes it."""
    assert '<code class="id">forward.values</code>' in shown(TASK)


def test_a_question_is_asked_once() -> None:
    """A further check with the same question keeps its numbers, folded away."""
    other = replace(CHECK, id="long", message=MESSAGE.replace("[0, 2.5]", "[7, 8]"))
    html = shown(replace(TASK, checks=(CHECK, other)), forward=CELL)
    assert html.count("Which state?") == html.count("<mark") == 1
    assert re.search(r"<details><summary>what came here.*?>7<", html, re.DOTALL)
    raised = [
        replace(CHECK, id=str(T), message=f"`forward` for T = {T}: it raised ZeroDivisionError. Why?", location=None)
        for T in (4, 5)
    ]
    text = words(shown(replace(TASK, checks=tuple(raised))))
    assert text.count("It raised ZeroDivisionError") == 1
    assert "For T = 5: the same." in text


def test_what_could_not_be_read_is_one_sentence() -> None:
    """Of an unreadable file there is the one sentence, and what a person has said to it."""
    unread = TaskResult(
        "forward", 0.0, 3.0, "missing", (replace(CHECK, message="`forward`: the submission could not be read."),)
    )
    why = "/home/prof/class/ada/bptt/bptt.ipynb is empty: hand in bptt.ipynb itself"
    html = shown(unread, message=why, status="unreadable")
    assert "bptt.ipynb is empty: hand in bptt.ipynb itself" in words(html)
    assert "<section" not in html
    assert "<table" not in html
    assert "by hand" not in html
    result = Result("x", "ada", 0.0, 30.0, "unreadable", why, tasks=(unread,))
    book = replace(
        ungraded(result, {}), marks={"forward": Mark(2.0, 3.0, "We spoke."), "essay": Mark(0, 5, pending=True)}
    )
    html = page(result, "ada", book)
    assert "Comment: We spoke." in words(html)
    assert "not attempted" not in html
    assert "could not be read." not in html.partition("<main>")[2]
    assert "5 still" not in html


@pytest.mark.parametrize(
    "text",
    [
        "`forward`: it raised ImportError: no x in numpy ({prefix}/lib/python3/site-packages/numpy/__init__.py)",
        "`forward`: it raised OSError: /home/prof/class/ada/bptt/data.csv",
        "`forward`: it raised OSError: /home/prof/notes/grades.csv",
        "`forward`: it raised ValueError: v/lib/python3/site-packages/numpy/__init__.py",
    ],
)
def test_no_text_tells_a_place(text: str) -> None:
    """Neither the submission's folder nor Python's own stands on the page, whatever an exception says."""
    html = shown(replace(TASK, checks=(replace(CHECK, message=text.format(prefix=sys.prefix), location=None),)))
    assert "/home/prof" not in html
    assert sys.prefix not in html
    assert "site-packages" not in html
    assert "__init__.py" in html or ".csv" in html


def test_a_students_own_text_keeps_its_slashes() -> None:
    """Fractions, addresses and other paths stay as they are."""
    for text in ("∂L/∂h_t is 1/T", "see https://example.org/home/x", "read /data/x.csv", "../a/b"):
        assert without_place(text, "/home/prof/class/ada") == text


def test_hidden_values_stay_hidden() -> None:
    """Where the policy hides values, a line is marked as the sentence names it, and there is no table of values."""
    quiet = replace(
        CHECK, message="`forward` for T = 4: the result is not what is expected. Line 2: with what does it begin?"
    )
    html = shown(replace(TASK, checks=(quiet,)), forward=CELL)
    assert "<mark" in html
    assert 'class="values"' not in html
    assert "The result is not what is expected." in html


def test_where_something_was_raised_is_marked() -> None:
    """The line of an exception is marked, too, where the function's cell holds it."""
    raised = replace(CHECK, message="`forward`: it raised IndexError: out (line 3: `return h`). Why?", location=None)
    html = shown(replace(TASK, checks=(raised,)), forward=CELL)
    assert "look at line </span>3" in html
    assert "<mark" not in shown(replace(TASK, checks=(raised,)), forward=CELL.replace("return h", "return 1"))


def test_a_line_is_found_where_empty_lines_are_gone() -> None:
    """Lines are numbered as the sentence numbers them, though a script's cell has lost the lines above it."""
    lines = excerpt(CELL, (42,), "h = 0")
    assert [(line.number, line.marked) for line in lines] == [(41, False), (42, True), (43, False)]
    assert excerpt(CELL + CELL, (42,), "h = 0") == (), "it might be either"
    assert excerpt("", (1,), "h = 0") == excerpt(CELL, (2,), "") == ()


def test_of_a_long_cell_the_lines_around_are_shown() -> None:
    """A long cell is cut to the lines around the marked one."""
    lines = excerpt("\n".join(f"x{number} = 1" for number in range(1, 60)), (30,), "x30 = 1")
    assert (lines[0].number, lines[-1].number) == (26, 34)
    assert [line for line in lines if line.marked] == [Line(30, "x30 = 1", True)]


def test_the_last_definition_is_the_one_that_counts() -> None:
    """The cell that defines a function last is shown; else the task's own cell."""
    cells = [
        ("forward", "def forward(x): 1"),
        ("", "def forward(y): 2"),
        ("", "def forward_all(): 3"),
        ("other", "4 +"),
    ]
    assert sources(cells, ["forward", "other", "third"]) == {"forward": "def forward(y): 2", "other": "4 +"}


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 3)), min_size=2, max_size=8), st.booleans(), st.floats(0.5, 2)
)
def test_what_is_compared_is_read_back(entries: list[float], matrix: bool, by: float) -> None:
    """Every sentence on arrays that the comparison makes is taken apart without a loss."""
    expected = np.array([entries, entries[::-1]]) if matrix else np.array(entries)
    found = compare("dL_dh", expected * by + 1, expected)
    if found is None or ", expected " not in found.text:
        return
    parts = said(CheckResult("x", False, f"`forward` for T = 1: {found.text}. Why?"))
    got, wanted = found.text.split(" is ", 1)[1].split(", expected ")
    assert parts.text == "Why?"
    assert re.findall(r"[^\[\], ]+", got) == [entry for row in parts.got for entry in row]
    assert re.findall(r"[^\[\], ]+", wanted) == [entry for row in parts.expected for entry in row]


@pytest.mark.parametrize(
    "message",
    [
        "`forward`: it raised ValueError: h is [1], expected [2]. ",
        "`forward` for T = 1: h is [1, ..., 2], expected [1, ..., 3]. Why?",
        "`forward` for T = 1: h is [1, 2], expected [1, 2, 3]. Why?",
        "`forward` for T = 1: h has shape (1,), expected (2,). Why?",
        "no sentence of ours",
    ],
)
def test_what_does_not_read_so_stays_a_sentence(message: str) -> None:
    """A sentence of another form, or a student's text that looks like one, stays text, and nothing of it is lost."""
    parts = said(CheckResult("x", False, message))
    assert parts.got == ()
    assert parts.text.lower() == message.removeprefix("`forward`: ").removeprefix("`forward` for T = 1: ").lower()
