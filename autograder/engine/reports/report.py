"""Results as others read them: the report in JSON, and a task in a notebook's output."""

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

import msgspec

from autograder.engine.core.names import shown
from autograder.engine.core.result import VERSION, CheckResult, Result, TaskResult
from autograder.engine.intake.found import LeftOut
from autograder.engine.people.roll import Roll
from autograder.engine.people.roster import Person


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


def from_json(text: str) -> tuple[list[Result], str]:
    """The results and the isolation of a report that `to_json` wrote. Raises ValueError for anything else."""
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"it is a report of version {data['version']}, and this kit reads version {VERSION}")
        return [Result.from_json(entry) for entry in data["submissions"]], str(data["isolation"])
    except (KeyError, TypeError, json.JSONDecodeError, msgspec.ValidationError):
        raise ValueError("it is no report of this kit") from None


def task_html(task: TaskResult) -> str:
    """One task for a notebook's output: points, and a line for each check with its sentence.

    Every text is escaped, since a message may quote a student; the tags are those that nbconvert's sanitizer keeps.
    """
    rows = "".join(_check_html(check) for check in task.checks)
    return f"<div><b>{escape(task.id)}: {task.points:g} of {task.max_points:g} points</b><ul>{rows}</ul></div>"


def _check_html(check: CheckResult) -> str:
    line = f"{'passed' if check.passed else '<b>not yet</b>'} ({check.points:g} of {check.max_points:g}): {escape(check.asks)}"
    return f"<li>{line}" + (f"<ul><li>{escape(check.message)}</li></ul>" if check.message else "") + "</li>"
