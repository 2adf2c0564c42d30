"""Results as text for people at a terminal: quiet where nothing is wrong, and a sentence where something is.

Colour and wrapping are for a terminal alone. What is piped has one line for each thing that is said.
"""

import errno
import os
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from autograder.engine.core.names import shown
from autograder.engine.core.result import Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import COUNTS_LATER, NOT_REACHED
from autograder.engine.people.roll import Roll

_MAX_NAMED = 5  # of files that were left out
_MAX_PEOPLE = 100  # of a list of names


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command: the library would end the process, with files half written."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def console(stderr: bool = False) -> Console:
    """Where people read. The library heeds NO_COLOR, and draws lines in ASCII where the encoding has nothing else."""
    return _Console(stderr=stderr, highlight=False)


def say(out: Console, text: str, lead: str = "", style: str = "") -> None:
    """One thing that is said. In a terminal what is too long goes on below itself, right of `lead`."""
    if not out.is_terminal:
        out.print(Text(lead + text), soft_wrap=True)
        return
    line = Table.grid()
    line.add_column(no_wrap=True)
    line.add_column(overflow="fold")
    line.add_row(Text(lead), Text(text, style))
    out.print(line)


def print_line(out: Console, result: Result) -> None:
    """One submission of many: its points, and how many tasks passed."""
    say(out, _title(result), style="bold")


def print_result(out: Console, result: Result) -> None:
    """One submission: its points, each remark, and the sentences of each task that is not right."""
    print_line(out, result)
    tasks = [task for task in result.tasks if task.status != "passed" and result.status == "graded"]
    said = [sentence for task in tasks for sentence in sentences(task)]
    for note in result.notes:
        _, _, why = note.partition(": ")
        if not why or not any(why in sentence for sentence in said):  # else the task's sentence says it
            say(out, note, "  note: ")
    for task in tasks:
        points = f"{task.points:7.2f} / {task.max_points:g}  "
        first, *others = sentences(task) or [f"{task.id}: {task.status}"]
        say(out, first, points)
        for sentence in others:
            say(out, sentence, " " * len(points))


def sentences(task: TaskResult) -> list[str]:
    """What a task's checks say, each thing once: nothing of those that wait for others, and of a missing task the first."""
    said = list(dict.fromkeys(check.message for check in task.checks if check.message))
    waits = (f"`{task.id}`: {COUNTS_LATER}", f"`{task.id}`: {NOT_REACHED}")
    own = [sentence for sentence in said if not sentence.startswith(waits)] or said
    return own[:1] if task.status == "missing" else own


def print_left_out(out: Console, why: str, places: Sequence[str]) -> None:
    """Files that are no submission, for one and the same reason: the first ones by name."""
    named = ", ".join(places[:_MAX_NAMED]) + (
        f" and {len(places) - _MAX_NAMED} more" if len(places) > _MAX_NAMED else ""
    )
    say(out, f"{named}: {why}", "not judged: ")


def print_roll(out: Console, roll: Roll) -> None:
    """Who on the roster handed in nothing, who handed in and is not on it, and what could not be joined."""
    for remark in roll.remarks:
        say(out, remark, "roster: ")
    lists = {"handed in nothing": [shown(person.name) for person in roll.missing], "not on the roster": roll.strangers}
    for title, names in lists.items():
        if names:
            say(out, f"{title} ({len(names)}):", style="bold")
            more = (
                [f"and {len(names) - _MAX_PEOPLE} more: --csv and --json name all"] if len(names) > _MAX_PEOPLE else []
            )
            for name in (*names[:_MAX_PEOPLE], *more):
                say(out, name, "  ")


def print_class(out: Console, results: Sequence[Result]) -> None:
    """A class as a table: students, points for each task where there is room, and the sentence each got first."""
    table = _table(results, by_task=True)
    if Measurement.get(out, out.options.update(width=10_000), table).minimum > out.width:
        table = _table(results, by_task=False)
        out.print(table)
    else:
        out.print(table)
        out.print(Columns([f"{number:2} {task.id}" for number, task in enumerate(ASSIGNMENT.tasks, start=1)]), "")
    for result in results:
        say(out, result.sentence or "all checks passed", f"{_who(result)}: ")


def _table(results: Sequence[Result], by_task: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("submission", no_wrap=by_task, overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    titles = [str(number) for number in range(1, len(ASSIGNMENT.tasks) + 1)] if by_task else ["tasks passed"]
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    for result in results:
        points = {task.id: f"{task.points:.4g}" for task in result.tasks}
        score = "none" if result.score is None else f"{result.score:g}"
        parts = [points.get(task.id, "") for task in ASSIGNMENT.tasks] if by_task else [_passed(result)]
        table.add_row(Text(_who(result)), Text(score, style="bold"), *map(Text, parts))
    return table


def _who(result: Result) -> str:
    return result.student or result.path


def _passed(result: Result) -> str:
    return f"{sum(task.status == 'passed' for task in result.tasks)} of {len(result.tasks)}"


def _title(result: Result) -> str:
    name = f"{result.student} ({result.path})" if result.student else result.path
    if result.status == "graded":
        points = f"{result.score:g} of {result.max_score:g} points, and {ASSIGNMENT.by_hand:g} to be graded by hand"
        return f"{name}: {points}, {_passed(result)} tasks passed"
    return f"{name}: {result.status}: {result.message}"
