"""Reads a roster: a table with a row for each student, as a platform exports it or as somebody has typed it.

Its columns are found by their titles, in any order. Case, blanks and punctuation of a title do not count.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.engine.core.names import shown

# What a column holds, by its title; of several columns for one thing the first title here tells it, and all identify.
_TITLES = {
    "name": "student name fullname studentname displayname",
    "first": "firstname givenname forename",
    "last": "lastname surname familyname",
    "number": "identifier",
    "id": "sisuserid studentid idnumber orgdefinedid sid studentnumber id userid integrationid githubid",
    "login": "sisloginid username login loginid userlogin displayid githubusername githublogin",
    "email": "email emailaddress mail",
    "section": "section sections group groups",
    "role": "role roles",
}
_HOLDS = {title: what for what, titles in _TITLES.items() for title in titles.split()}
_WHO = ("name", "first", "last", "number", "id", "login", "email")
_KNOWN = "name, id, login or email"
_MOST_ABOVE = 10  # rows in which the one of titles is looked for: some lists begin with the name of the course
_MOST_WITHOUT_TITLES = 3  # columns of a plain list that has no line of titles
_LIKE_A_NAME = re.compile(r"[^\x00-\x1f!\"#$%&*/:;<=>?\[\\\]^`{|}~]{0,100}")  # or like an id or an address
_OTHERS = {b"PK\x03\x04": "an Excel workbook", b"\xd0\xcf\x11\xe0": "an Excel workbook", b"%PDF": "a PDF"}


class RosterError(Exception):
    """The roster cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Person:
    """One student of a roster. What it does not say is empty."""

    name: str = ""
    first: str = ""
    last: str = ""
    number: str = ""  # the platform's own number of the student
    id: str = ""  # the institution's
    login: str = ""
    email: str = ""
    section: str = ""
    ids: tuple[str, ...] = ()  # all that identifies, by kind
    logins: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    row: Mapping[str, str] = field(default_factory=dict, hash=False)  # as the roster has it, by the columns' titles

    @property
    def last_first(self) -> str:
        """The name in the order in which registers have it."""
        return ", ".join(filter(None, (self.last, self.first))) or self.name


@dataclass(frozen=True)
class Roster:
    """All students of a class. `kind` is the platform whose own table it is, or nothing."""

    people: tuple[Person, ...]
    kind: str = ""
    titles: tuple[str, ...] = ()
    possible: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # Canvas's row of the points that each column can bring


def read_roster(path: Path) -> Roster:
    """The roster in a file: comma, semicolon or tab, UTF-8 or UTF-16. Raises RosterError for what is none."""
    text = _text(path)
    try:
        rows = _rows(text)
    except csv.Error as error:
        raise RosterError(f"{shown(path)} is no table ({error}): save it as CSV") from None
    if not rows:
        raise RosterError(f"{shown(path)} is empty: a roster has a row for each student")
    if any(_HOLDS.get(_plain(title)) for title in rows[0]):
        return _with_titles(path, rows)
    plain = all(_LIKE_A_NAME.fullmatch(cell) for row in rows for cell in row)
    if not plain or len({len(row) for row in rows}) > 1 or len(rows[0]) > _MOST_WITHOUT_TITLES:
        raise _nobody(path, rows[0])
    return Roster(tuple(map(_without_titles, rows)))


def _nobody(path: Path, titles: list[str]) -> RosterError:
    named = ", ".join(shown(title) for title in titles[:6])
    return RosterError(
        f"{shown(path)} has no column that tells who is who: its first line ({named}) needs a title such as {_KNOWN}"
    )


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(f"the roster {shown(path)} cannot be read ({error.strerror}): name another file") from None
    for start, what in _OTHERS.items():
        if data.startswith(start):
            raise RosterError(f"{shown(path)} is {what}: save it as CSV (UTF-8), and name that file")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if wide else "utf-16-le" if data[1:2] == b"\0" else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise RosterError(
            f"{shown(path)} is not UTF-8, so its names cannot be read: save it as CSV UTF-8, and name that file"
        ) from None
    if "\0" in text:
        raise RosterError(f"{shown(path)} holds null characters and is no table: save it as CSV (UTF-8)")
    return text


def _rows(text: str) -> list[list[str]]:
    """The rows that are not empty, from the one of titles on, split by the separator with which most titles are known."""
    text = re.sub(r"\Asep=.[\r\n]+", "", text)  # Excel's own line on the separator

    def fits(separator: str) -> tuple[int, int]:
        top = list(islice(_split(text, separator, strict=False), _MOST_ABOVE))
        return max(map(_known, top), default=0), max(map(len, top), default=0)

    rows = list(_split(text, max(",;\t", key=fits), strict=True))
    start = next((n for n, row in enumerate(rows[:_MOST_ABOVE]) if _known(row) > min(n, 1)), 0)
    return rows[start:]


def _split(text: str, separator: str, strict: bool) -> Iterator[list[str]]:
    """The rows that are not empty."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=strict)
    return ([cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row))


def _known(row: Sequence[str]) -> int:
    """How many cells of a row are titles."""
    return sum(_plain(cell) in _HOLDS for cell in row)


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _with_titles(path: Path, rows: list[list[str]]) -> Roster:
    titles, width = tuple(rows[0]), len(rows[0])
    if not any(_HOLDS.get(_plain(title)) in _WHO for title in titles):
        raise _nobody(path, rows[0])
    kind = _kind(titles)
    possible: dict[str, str] = {}
    people = []
    for number, cells in enumerate(rows[1:], start=2):
        if any(cells[width:]):
            raise RosterError(
                f"{shown(path)}: its row {number} has more cells than titles; a name with a comma needs quotes around it"
            )
        row: dict[str, str] = {}
        for title, cell in zip(titles, [*cells, *[""] * (width - len(cells))], strict=False):
            row[title] = row.get(title) or cell
        if kind == "canvas" and _plain(cells[0]) == "pointspossible":
            possible = row
        else:
            people.append(_person(row, kind))
    people = [person for person in people if _is_student(person, kind)]
    roles = [_plain(" ".join(_cells(person.row, "role"))) for person in people]
    if any("student" in role for role in roles):  # a table of all members of a course
        people = [person for person, role in zip(people, roles, strict=True) if "student" in role or not role]
    people = list(dict.fromkeys(people))
    if not people:
        raise RosterError(f"{shown(path)} names no student: a roster has a row for each")
    return Roster(tuple(people), kind, titles, possible)


def _kind(titles: Sequence[str]) -> str:
    """Which platform's own table it is, by the titles that no other has."""
    plain = {_plain(title) for title in titles}
    if {"id", "sisloginid"} <= plain:
        return "canvas"
    if {"identifier", "lastmodifiedgrade"} <= plain:
        return "moodle"
    if "username" in plain and ("availability" in plain or any("[Total Pts:" in title for title in titles)):
        return "blackboard"
    return "brightspace" if "orgdefinedid" in plain else "gradescope" if "sid" in plain else ""


def _cells(row: Mapping[str, str], what: str) -> list[str]:
    """What a row holds of one thing, in the order of the titles above."""
    order = _TITLES[what].split()
    held = {_plain(title): cell for title, cell in row.items() if _HOLDS.get(_plain(title)) == what and cell}
    return [held[title] for title in order if title in held]


def _first(found: Sequence[str]) -> str:
    return found[0] if found else ""


def _person(row: dict[str, str], kind: str) -> Person:
    if kind == "brightspace":  # it writes # before what a spreadsheet would take for a number
        row = {title: cell.removeprefix("#") for title, cell in row.items()}
    numbers, ids, logins = (_cells(row, what) for what in ("number", "id", "login"))
    if kind == "moodle":
        numbers = [found[0] for cell in numbers if (found := re.search(r"\d+$", cell))]
    elif kind == "canvas":
        numbers = [cell for title, cell in row.items() if _plain(title) == "id" and cell]
        ids = [cell for cell in ids if cell not in numbers]
    elif not kind:  # what a plain table calls an identifier is its own id of the student, or the name
        numbers, ids = [], [*numbers, *ids]
    first, last, name = (_first(_cells(row, what)) for what in ("first", "last", "name"))
    emails = _cells(row, "email")
    both = " ".join(filter(None, (first, last)))
    return Person(
        name or both or _first([cell for cell in ids if " " in cell]) or _first([*logins, *emails, *ids, *numbers]),
        first,
        last,
        _first(numbers),
        _first(ids),
        _first(logins),
        _first(emails),
        _first(_cells(row, "section")),
        (*numbers, *ids),
        tuple(logins),
        tuple(emails),
        tuple(filter(None, (*_cells(row, "name"), both, *(cell for cell in ids if " " in cell)))),
        row,
    )


def _is_student(person: Person, kind: str) -> bool:
    """Whether a row is about anybody; Canvas adds a student that is there for tests."""
    if kind == "canvas" and person.last_first.casefold() == "student, test":
        return False
    return bool(person.ids or person.logins or person.emails or person.names)


def _without_titles(cells: list[str]) -> Person:
    """A row of a plain list: nobody says what a cell is, so each one may identify."""
    mails = tuple(cell for cell in cells if "@" in cell)
    others = tuple(cell for cell in cells if cell and "@" not in cell)
    names = [cell for cell in others if " " in cell]
    codes = [cell for cell in others if " " not in cell] if names else []
    return Person(
        _first(names) or " ".join(others) or _first(mails),
        id=_first(codes),
        email=_first(mails),
        ids=others,
        logins=others,
        emails=mails,
        names=(*others, " ".join(others)),
    )
