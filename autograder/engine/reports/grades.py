"""The class as one table, written as the results come: the kit's own, or the one that a platform takes grades from.

A student who was not judged has empty cells, and so has one who handed in nothing: no failure becomes a zero.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograder.engine.core.names import shown
from autograder.engine.core.result import Result
from autograder.engine.grading.grade import NOT_OURS
from autograder.engine.intake.found import LeftOut
from autograder.engine.people.roll import Roll
from autograder.engine.people.roster import Person, Roster
from autograder.engine.reports.platforms import Cell, Column, Platform, same_column

Put = Callable[[Sequence[Any]], None]
Tell = Callable[[str], None]
_WHO = ("student", "student_id", "login", "email", "section")
_REST = ("total", "max", "status", "late", "reason", "path")
NOTHING = "handed in nothing"
_UNREAD = "0 points are in the table for what could not be read"
_MAX_NAMED = 10


def class_table(
    results: Iterable[Result], roll: Roll, left_out: Sequence[LeftOut], tasks: Sequence[str], put: Put
) -> Iterator[Result]:
    """The same results; each becomes a row with the points of every task. Behind them who and what is missing."""
    put([*_WHO, *tasks, *_REST])
    none = [None] * len(tasks)
    for result, person in zip(results, roll.people, strict=True):
        held = {task.id: task.points for task in result.tasks} if result.status == "graded" else {}
        name = shown(person.name) if person else result.student
        who = (name, result.student_id, result.login, result.email, result.section)
        late = {True: "yes", False: "no", None: ""}[result.late]
        state = (result.score, result.max_score, result.status, late, _reason(result), result.path)
        put([*who, *(held.get(task) for task in tasks), *state])
        yield result
    for person in roll.missing:
        why = "a submission may be this student's and was not joined" if person in roll.doubtful else ""
        who = (shown(person.name), person.number or person.id, person.login, person.email, person.section)
        put([*who, *none, None, None, NOTHING, "", why, ""])
    for file in left_out:
        put(["", "", "", "", "", *none, None, None, "left out", "", file.why, file.path])


def _reason(result: Result) -> str:
    """The first sentence worth reading: where something was tried, what is wrong with it."""
    tried = (task.sentence for task in result.tasks if task.status != "missing" and task.sentence)
    return result.message or (NOT_OURS if NOT_OURS in result.notes else next(tried, result.sentence))


def column_of(platform: Platform, title: str, maximum: float, roster: Roster | None) -> Column:
    """The column that the points go to. Where the platform's own table has it, its title and maximum are kept."""
    wanted = platform.titled(title, maximum)
    held = same_column(wanted, roster.titles) if roster and roster.kind == platform.name else ""
    return Column(held or wanted, (roster.possible.get(held) if roster else None) or maximum)


def platform_table(
    results: Iterable[Result],
    roll: Roll,
    roster: Roster | None,
    platform: Platform,
    column: Column,
    put: Put,
    tell: Tell,
) -> Iterator[Result]:
    """The same results; each becomes a row as the platform takes it. `tell` gets a sentence on what it cannot take."""
    kind = roster.kind if roster else ""
    own = kind == platform.name
    put(platform.titles(column.title))
    for row in platform.before(column):
        put(row)
    told: dict[str, list[str]] = {}
    for result, known, repeated in zip(results, roll.people, roll.repeated, strict=True):
        person = _person(result, known, platform, kind)
        why = _withheld(person, platform, repeated)
        points = None if why else result.score
        put(platform.row(person, _cell(points, person, column, own), column))
        if why or result.status == "unreadable":
            told.setdefault(why or _UNREAD, []).append(result.student or result.path)
        yield result
    for known in roll.missing:
        person = _of_roster(known, platform, kind)
        put(platform.row(person, _cell(None, person, column, own), column))
    if not platform.imports:
        tell(f"{platform.name} takes no table of grades: this one has the form of its own export")
    elif roster and own and column.title not in roster.titles:
        tell(f"the roster has no column {column.title!r}, so {platform.name} makes a new one: --column names another")
    for sentence, names in told.items():
        tell(f"{sentence}: {_named(names)}")


def _withheld(person: Person, platform: Platform, repeated: bool) -> str:
    """Why a row has no points, whatever came of judging; nothing where it has."""
    if repeated:
        return "no points are in the table for who handed in more than once (grade the one that counts)"
    if platform.imports and not platform.needs(person):  # a name alone may be another student's, too
        return f"no points are in the table for whom {platform.name} could not find by it (give a --roster)"
    return ""


def _cell(points: float | None, person: Person, column: Column, own: bool) -> Cell:
    """Where there are no points, what stands in the platform's own table stays: an empty cell could take a grade away."""
    return (person.row.get(column.title) or None) if points is None and own else points


def _person(result: Result, known: Person | None, platform: Platform, kind: str) -> Person:
    """Who a row is about: from the roster, and from the platform's download."""
    nameless = result.student == f"anon_{result.student_id}"  # on Canvas, where graders see no names: nobody's number
    number = result.student_id if result.platform == platform.name and not nameless else ""
    if known:
        person = _of_roster(known, platform, kind)
        return replace(person, number=person.number or number)
    login = result.login or ("" if result.platform else result.student or "")  # the folder of an nbgrader course
    name = result.student or result.path
    return Person(name, number=number, login=login, email=result.email, section=result.section)


def _of_roster(person: Person, platform: Platform, kind: str) -> Person:
    """A person of a roster. Another platform's number means nothing to this one."""
    return person if kind == platform.name else replace(person, number="")


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more
