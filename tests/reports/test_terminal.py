"""What a graded class looks like in a terminal: quiet where nothing is wrong, and nothing is said twice."""

import io
from dataclasses import replace

from rich.console import Console

from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import COUNTS_LATER, NOT_REACHED
from autograder.engine.reports import terminal

BROKEN = "it is not defined; a cell did not run: SyntaxError: expected ':' (line 3)"
TASKS = tuple(TaskResult(task.id, task.points, task.points, "passed") for task in ASSIGNMENT.tasks)
RIGHT = Result("class/ada/bptt.ipynb", "ada", 30.0, 30.0, "graded", tasks=TASKS)


def printed(result: Result, width: int = 80, is_terminal: bool = False, **how: bool) -> list[str]:
    """The lines that one result takes."""
    file = io.StringIO()
    terminal.print_result(Console(file=file, width=width, force_terminal=is_terminal, highlight=False, **how), result)
    return file.getvalue().splitlines()


def with_task(place: int, status: str, *messages: str | None, notes: tuple[str, ...] = ()) -> Result:
    """The right result, but for one task with a check for each of these messages."""
    checks = tuple(CheckResult(f"check{n}", message is None, message) for n, message in enumerate(messages))
    task = replace(TASKS[place], points=0.0, status=status, checks=checks)
    return replace(RIGHT, notes=notes, tasks=(*TASKS[:place], task, *TASKS[place + 1 :]))


def test_where_nothing_is_wrong_one_line_says_it():
    """A right submission is one line: who, the points, and that all tasks passed."""
    assert len(printed(RIGHT)) == 1
    assert printed(RIGHT)[0].endswith("11 of 11 tasks passed")


def test_a_missing_task_is_one_line():
    """A task that is missing takes one line with its points and the reason, and no note says the reason again."""
    name = TASKS[3].id
    result = with_task(
        3,
        "missing",
        f"`{name}`: {BROKEN}",
        f"`{name}`: {BROKEN}",
        f"`{name}`: {COUNTS_LATER}",
        notes=(f"the cell of `{name}` did not run to its end: SyntaxError: expected ':' (line 3)", "answered twice"),
    )
    assert printed(result)[1:] == ["  note: answered twice", f"   0.00 / 4  `{name}`: {BROKEN}"]


def test_a_sentence_is_said_once():
    """Of a failed task each sentence comes once, and nothing of checks that were not reached or wait for others."""
    name = TASKS[0].id
    result = with_task(
        0, "crashed", None, f"`{name}`: it ended.", f"`{name}`: it ended.", f"`{name}`: {NOT_REACHED}: it ended."
    )
    assert printed(result)[1:] == [f"   0.00 / 3  `{name}`: it ended."]


def test_a_task_without_a_sentence_has_its_state():
    """A task that is not right is named with its state where its checks say nothing."""
    assert printed(with_task(0, "timeout"))[1:] == [f"   0.00 / 3  {TASKS[0].id}: timeout"]


def test_a_narrow_terminal_wraps_below_the_sentence():
    """In a terminal of 60 columns no line is longer, what goes on stands below itself, and a pipe gets one line."""
    sentence = f"`{TASKS[0].id}`: " + "h[0] is [0, 0], expected [3, -3], " * 5
    result = with_task(0, "failed", sentence)
    lines = printed(result, 60, is_terminal=True, no_color=True, color_system=None)
    assert max(map(len, lines)) <= 60
    assert all(line.startswith(" " * 13) for line in lines[3:])
    assert len(printed(result, 60)) == 2


def test_the_table_of_a_class_fits():
    """With room the table has a column for each task; without it says how many passed, and cuts no name."""
    for width, words in ((100, ["11"]), (60, ["tasks passed", "11 of 11"])):
        file = io.StringIO()
        terminal.print_class(Console(file=file, width=width), [RIGHT, replace(RIGHT, student="x" * 30)])
        table = file.getvalue()
        assert all(word in table for word in words)
        assert "x" * 30 in table
        assert "…" not in table
