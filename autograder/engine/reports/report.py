"""Results as others read them: the report in JSON, and text for a terminal."""

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.engine.core.names import shown
from autograder.engine.core.result import VERSION, CheckResult, Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.intake.found import LeftOut
from autograder.engine.people.roll import Roll
from autograder.engine.people.roster import Person

_MAX_NAMED = 5  # of files that were left out
_MAX_PEOPLE = 100  # of a list of names in a terminal


def to_json(results: Iterable[Result], isolation: str) -> str:
    """The report, version 1. It holds no time and no machine's name: the same class gives the same bytes."""
    return "".join(json_pieces(results, isolation))


def json_pieces(
    results: Iterable[Result], isolation: str, left_out: Sequence[LeftOut] = (), roll: Roll | None = None
) -> Iterator[str]:
    """The report piece by piece, so that no more than one result is ever held. With a roster it says who is missing."""
    yield f'{{\n "version": {VERSION},\n "isolation": {_text(isolation)},\n "submissions": ['
    between = "\n  "
    for result in results:
        yield between + _indented(result.to_json(), "\n  ")
        between = ",\n  "
    yield ("]" if between == "\n  " else "\n ]")
    lists: dict[str, list[Any]] = {"left_out": [vars(file) for file in left_out]}
    if roll and roll.has_roster:
        lists["missing"] = [{"student": shown(person.name), **_known(person)} for person in roll.missing]
        lists["not_on_roster"] = list(roll.strangers)
    yield from (f',\n "{name}": {_indented(entries, chr(10) + " ")}' for name, entries in lists.items())
    yield "\n}\n"


def _known(person: Person) -> dict[str, str]:
    """What the roster knows of a person, under the names that a submission has."""
    known = {"student_id": person.number or person.id, "login": person.login, "email": person.email}
    return {**known, "section": person.section}


_text = json.JSONEncoder(ensure_ascii=False).encode


def _indented(value: Any, line: str) -> str:
    """What `json.dumps(value, indent=1)` gives, in a third of its time; `line` starts each further line."""
    inner = line + " "
    if value and isinstance(value, dict):
        return "{" + ",".join(f"{inner}{_text(k)}: {_indented(v, inner)}" for k, v in value.items()) + line + "}"
    if value and isinstance(value, list):
        return "[" + ",".join(inner + _indented(v, inner) for v in value) + line + "]"
    return _text(value)


def print_line(console: Console, result: Result) -> None:
    """One submission of many: its points, and how many tasks passed."""
    passed = sum(task.status == "passed" for task in result.tasks)
    of_tasks = f", {passed} of {len(result.tasks)} tasks passed" if result.status == "graded" else ""
    console.print(Text(_title(result) + of_tasks))


def from_json(text: str) -> tuple[list[Result], str]:
    """The results and the isolation of a report that `to_json` wrote. Raises ValueError for anything else."""
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"it is a report of version {data['version']}, and this kit reads version {VERSION}")
        return [Result.from_json(entry) for entry in data["submissions"]], str(data["isolation"])
    except (KeyError, TypeError, json.JSONDecodeError, msgspec.ValidationError):
        raise ValueError("it is no report of this kit") from None


def print_result(console: Console, result: Result) -> None:
    """One submission in full: every task, and for each failed check its sentence."""
    console.print(Text(_title(result), style="bold"))
    for note in result.notes:
        console.print(Text(f"  note: {note}"))
    for task in result.tasks if result.status == "graded" else ():  # else the title has said it all
        console.print(Text(f"  {task.points:5.2f} / {task.max_points:g}  {task.id}  [{task.status}]"))
        printed = set()
        for check in task.checks:
            if check.message and check.message not in printed:
                console.print(Text(f"               {check.id}: {check.message}"))
                printed.add(check.message)


def print_left_out(console: Console, why: str, places: Sequence[str]) -> None:
    """Files that are no submission, for one and the same reason: the first ones by name."""
    named = ", ".join(places[:_MAX_NAMED]) + (
        f" and {len(places) - _MAX_NAMED} more" if len(places) > _MAX_NAMED else ""
    )
    console.print(Text(f"not judged: {named}: {why}"))


def print_roll(console: Console, roll: Roll) -> None:
    """Who on the roster handed in nothing, who handed in and is not on it, and what could not be joined."""
    for remark in roll.remarks:
        console.print(Text(f"roster: {remark}"))
    lists = {"handed in nothing": [shown(person.name) for person in roll.missing], "not on the roster": roll.strangers}
    for title, names in lists.items():
        if names:
            console.print(Text(f"{title} ({len(names)}):", style="bold"))
            more = (
                [f"and {len(names) - _MAX_PEOPLE} more: --csv and --json name all"] if len(names) > _MAX_PEOPLE else []
            )
            for name in (*names[:_MAX_PEOPLE], *more):
                console.print(Text(f"  {name}"))


def print_remark(console: Console, remark: str) -> None:
    console.print(Text(remark))


def print_class(console: Console, results: Sequence[Result]) -> None:
    """A class as a table: students, points per task, and the sentence each got first."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("submission", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    for number in range(1, len(ASSIGNMENT.tasks) + 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    for result in results:
        points = {task.id: f"{task.points:.4g}" for task in result.tasks}
        score = "none" if result.score is None else f"{result.score:g}"
        table.add_row(
            Text(_who(result)), Text(score, style="bold"), *(Text(points.get(task.id, "")) for task in ASSIGNMENT.tasks)
        )
    console.print(table)
    console.print(", ".join(f"{number} {task.id}" for number, task in enumerate(ASSIGNMENT.tasks, start=1)) + "\n")
    for result in results:
        console.print(Text.assemble((_who(result), "bold"), ": ", result.sentence or "all checks passed"))


def _who(result: Result) -> str:
    return result.student or result.path


def _title(result: Result) -> str:
    name = f"{result.student} ({result.path})" if result.student else result.path
    if result.status == "graded":
        return (
            f"{name}: {result.score:g} of {result.max_score:g} points, and {ASSIGNMENT.by_hand:g} to be graded by hand"
        )
    return f"{name}: {result.status}: {result.message}"


def task_html(task: TaskResult) -> str:
    """One task for a notebook's output: points, and a line for each check with its sentence.

    Every text is escaped, since a message may quote a student; the tags are those that nbconvert's sanitizer keeps.
    """
    rows = "".join(_check_html(check) for check in task.checks)
    return f"<div><b>{escape(task.id)}: {task.points:g} of {task.max_points:g} points</b><ul>{rows}</ul></div>"


def _check_html(check: CheckResult) -> str:
    line = f"{'passed' if check.passed else '<b>not yet</b>'} ({check.points:g} of {check.max_points:g}): {escape(check.asks)}"
    return f"<li>{line}" + (f"<ul><li>{escape(check.message)}</li></ul>" if check.message else "") + "</li>"
