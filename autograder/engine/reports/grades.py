"""The class as one table, written as the results come: the kit's own, or the one that a platform takes grades from.

A student who was not judged has empty cells, and so has one who handed in nothing: no failure becomes a zero.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograder.engine.core.names import shown
from autograder.engine.core.result import Result
from autograder.engine.intake.found import LeftOut
from autograder.engine.people.roll import Roll
from autograder.engine.people.roster import Person, Roster
from autograder.engine.reports.platforms import Cell, Column, Platform, same_column
from autograder.engine.reports.student_rows import LEFT_OUT, NOTHING, row_of, row_without_work, titles
from autograder.engine.reports.whole_class import Absent, Member

Put = Callable[[Sequence[Any]], None]
Tell = Callable[[str], None]
_UNREAD = "0 points are in the table for what could not be read"
_MAX_NAMED = 10


def class_table(
    results: Iterable[Result], roll: Roll, left_out: Sequence[LeftOut], tasks: Sequence[str], put: Put
) -> Iterator[Result]:
    """The same results; each becomes a row with the points of every task. Behind them who and what is missing."""
    put(titles(tasks))
    for result, person in zip(results, roll.people, strict=True):
        put(row_of(Member(result), tasks, shown(person.name) if person else ""))
        yield result
    for person in roll.missing:
        why = "a submission may be this student's and was not joined" if person in roll.doubtful else ""
        who = Absent(shown(person.name), person.section, person.number or person.id, person.login, person.email)
        put(row_without_work(who, tasks, NOTHING, why))
    for file in left_out:
        put(row_without_work(Absent(""), tasks, LEFT_OUT, file.why, file.path))


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
