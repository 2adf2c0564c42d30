"""The tables that learning platforms take grades from: each one's titles, the rows before the students, and a student's row.

What is here follows the platforms' published sources and help pages:

- Canvas (lib/gradebook_importer.rb): the titles in this order; the row of points possible; a student is found by ID, then by
  SIS User ID, then by SIS Login ID. A column that has no assignment's title becomes a new one.
- Moodle's worksheet of an assignment (mod/assign/feedback/offline): Identifier, Grade and Last modified (grade) must be there;
  an empty grade, and one above the assignment's maximum, is passed over.
- Blackboard: each cell in quotes; a student is found by Username, a column by the number behind its title.
- Brightspace: a student is found by OrgDefinedId or Username; each line ends in #.
- Gradescope takes no table of grades: this is the form of its own export.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.engine.people.roster import Person

Row = Sequence[Any]
Cell = float | str | None  # of points: a number, what stood there before, or nothing
CANVAS_TITLES = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_IMPORT_TITLES = ("First name", "Last name", "ID number", "Username", "Email address")
MOODLE_TITLES = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
)


@dataclass(frozen=True)
class Column:
    """A column of points: its title, and the most that it can hold."""

    title: str
    maximum: float | str  # as the platform's own table has it, where it is from there


@dataclass(frozen=True)
class Platform:
    """One platform's table. `titled` makes the column's title; `row` takes a student, the points or None, and the column."""

    name: str
    titled: Callable[[str, float], str]
    titles: Callable[[str], Row]
    row: Callable[[Person, Cell, Column], Row]
    before: Callable[[Column], Iterable[Row]] = lambda column: ()
    needs: Callable[[Person], str] = lambda person: person.number  # by which it finds a student
    imports: bool = True  # whether it takes a table at all
    marked: bool = False  # whether the file begins with the mark of UTF-8
    all_quoted: bool = False


def canvas_before(maxima: Iterable[float | str]) -> Row:
    """Canvas's row of points possible."""
    return ["    Points Possible", "", "", "", "", *maxima]


def canvas_row(person: Person, points: Iterable[Cell]) -> Row:
    """One student of Canvas's table, with the points of each column."""
    return [person.last_first, person.number, person.id, person.login, person.section, *points]


def moodle_import_row(person: Person, points: Iterable[Cell]) -> Row:
    """One student for Moodle's import of grades, which asks what each column is."""
    return [person.first, person.last, person.id, person.login, person.email, *points]


def _moodle_row(person: Person, points: Cell, column: Column) -> Row:
    """One student of Moodle's worksheet. What the kit does not know stays as it is in the worksheet that it was given."""
    made = {
        "Identifier": f"Participant {person.number}" if person.number else "",
        "Full name": person.name,
        "Email address": person.email,
        "Maximum grade": column.maximum,
    }
    kept = {title: person.row[title] for title in MOODLE_TITLES if person.row.get(title, "-") not in ("", "-")}
    return [points if title == "Grade" else kept.get(title, made.get(title, "")) for title in MOODLE_TITLES]


def _gradescope_row(person: Person, points: Cell, column: Column) -> Row:
    first, last = _first_last(person)
    state = "Missing" if points is None else "Graded"
    return [first, last, person.id or person.number, person.email, person.section, points, column.maximum, state]


def _first_last(person: Person) -> tuple[str, str]:
    """Both names: as the roster has them, or as far as a comma or a blank tells them apart."""
    if person.first or person.last:
        return person.first, person.last
    if person.name in (person.login, person.number):
        return "", ""
    last, comma, first = person.name.partition(", ")
    if comma:
        return first, last
    first, _, last = person.name.rpartition(" ")
    return first, last


PLATFORMS: Mapping[str, Platform] = {
    "canvas": Platform(
        "canvas",
        titled=lambda title, maximum: title,
        titles=lambda title: [*CANVAS_TITLES, title],
        before=lambda column: [canvas_before([column.maximum])],
        row=lambda person, points, column: canvas_row(person, [points]),
        needs=lambda person: person.number or person.id or person.login,
        marked=True,
    ),
    "moodle": Platform(
        "moodle",
        titled=lambda title, maximum: "Grade",
        titles=lambda title: MOODLE_TITLES,
        row=_moodle_row,
        marked=True,
    ),
    "blackboard": Platform(
        "blackboard",
        titled=lambda title, maximum: title if "[Total Pts:" in title else f"{title} [Total Pts: {maximum:g} Score]",
        titles=lambda title: ["Last Name", "First Name", "Username", title],
        row=lambda person, points, column: [*reversed(_first_last(person)), person.login or person.number, points],
        needs=lambda person: person.login or person.number,
        all_quoted=True,
    ),
    "brightspace": Platform(
        "brightspace",
        titled=lambda title, maximum: title if "Points Grade" in title else f"{title} Points Grade",
        titles=lambda title: ["OrgDefinedId", "Username", title, "End-of-Line Indicator"],
        row=lambda person, points, column: [person.id, person.login, points, "#"],
        needs=lambda person: person.id or person.login,
    ),
    "gradescope": Platform(
        "gradescope",
        titled=lambda title, maximum: "Total Score",
        titles=lambda title: [
            *("First Name", "Last Name", "SID", "Email", "Sections"),
            *(title, "Max Points", "Status"),
        ],
        row=_gradescope_row,
        needs=lambda person: person.id or person.number or person.email,
        imports=False,
        marked=True,
    ),
}


def same_column(wanted: str, titles: Iterable[str]) -> str:
    """The one column of a platform's own table that is meant: by its whole title, or without what the platform adds to it."""
    held = list(titles)
    if wanted in held:
        return wanted
    found = [title for title in held if _bare(title) == _bare(wanted)]
    return found[0] if len(found) == 1 else ""


def _bare(title: str) -> str:
    """A title without Canvas's number, Blackboard's points and number, and Brightspace's kind of grade."""
    return re.sub(r" \(\d+\)$| \[Total Pts:.*| Points Grade\b.*", "", title).strip().casefold()
