"""A student as one row of a table: the same columns in every table of the kit's own. docs/instructors.md explains each.

What is not known is an empty cell: no failure and nothing that is missing becomes a zero.
"""

from collections.abc import Sequence
from typing import Any

from autograder.engine.core.result import Result
from autograder.engine.grading.grade import NOT_OURS
from autograder.engine.reports.whole_class import Absent, Member

WHO = ("student", "student_id", "login", "email", "section")
POINTS = ("by_machine", "by_hand", "penalty", "total", "max")  # behind those of each task
STATE = ("status", "late", "handed_in", "waits", "stale", "reason", "path")
NOTHING = "handed in nothing"
WAITING = "not graded yet"
LEFT_OUT = "left out"
Row = list[Any]


def titles(tasks: Sequence[str]) -> Row:
    """The first row."""
    return [*WHO, *tasks, *POINTS, *STATE]


def who(member: Member, name: str = "") -> Row:
    """Who it is, with the name that the roster has."""
    result = member.result
    return [name or result.student, result.student_id, result.login, result.email, result.section]


def row_of(member: Member, tasks: Sequence[str], name: str = "", max_by_hand: float | None = None) -> Row:
    """One submission. `max_by_hand` is what a person can give, where a gradebook says what was given."""
    result = member.result
    held = {task.id: task.points for task in result.tasks} if member.is_judged else {}
    known = max_by_hand is not None
    points = [
        result.score,
        member.by_hand if known else None,
        member.penalty if known else None,
        member.total,
        result.max_score + (max_by_hand or 0.0),
    ]
    late = "yes" if member.is_late else "no" if result.late is False or member.handed_in else ""
    when = member.handed_in.isoformat(sep=" ", timespec="seconds") if member.handed_in else ""
    state = [
        result.status,
        late,
        when,
        len(member.waits) if known else None,
        member.stale,
        _reason(result),
        result.path,
    ]
    return [*who(member, name), *(held.get(task) for task in tasks), *points, *state]


def row_without_work(person: Absent, tasks: Sequence[str], status: str, why: str = "", path: str = "") -> Row:
    """A student, or a file, of whom there is no verdict."""
    known = [person.name, person.student_id, person.login, person.email, person.section]
    return [*known, *[None] * (len(tasks) + len(POINTS)), status, "", "", None, "", why, path]


def _reason(result: Result) -> str:
    """The first sentence worth reading: where something was tried, what is wrong with it."""
    tried = (task.sentence for task in result.tasks if task.status != "missing" and task.sentence)
    return result.message or (NOT_OURS if NOT_OURS in result.notes else next(tried, result.sentence))
