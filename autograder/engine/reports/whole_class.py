"""A class as one thing: each submission with what its course knows beside the verdict, who is missing, and who is alike."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, pairwise
from typing import Any

from autograder.engine.core.result import Result
from autograder.engine.reports.report import from_json


@dataclass(frozen=True)
class Member:
    """One submission of a class: its verdict, and what a course's gradebook and folders know of it."""

    result: Result
    handed_in: datetime | None = None  # by the course's own clock
    late_s: float = 0.0  # after the due date, an extension included
    penalty: float = 0.0
    by_hand: float | None = None  # points that a person gave or took, where there is a gradebook
    waits: tuple[str, ...] = ()  # written answers that nobody has graded yet
    stale: str = ""  # why the recorded grade is not the one that would be given now
    page: str = ""  # where the feedback page lies, seen from the class page

    @property
    def name(self) -> str:
        return self.result.student or self.result.path

    @property
    def key(self) -> str:
        """What tells it from all others of its class."""
        return self.result.path or self.name

    @property
    def is_late(self) -> bool:
        return self.late_s > 0 or self.result.late is True

    @property
    def is_judged(self) -> bool:
        return self.result.status == "graded"

    @property
    def total(self) -> float | None:
        """Points by machine and by hand, as far as they are given, without a late penalty; None where nothing was judged."""
        if self.result.score is None:
            return None
        return round(max(0.0, self.result.score + (self.by_hand or 0.0) - self.penalty), 2)


@dataclass(frozen=True)
class Absent:
    """A student of whom there is no verdict, as far as a roster or a gradebook knows."""

    name: str
    section: str = ""
    student_id: str = ""
    login: str = ""
    email: str = ""


@dataclass(frozen=True)
class Alike:
    """Two submissions, by their keys, that have too much in common: the same file, or of a weight as `similar` gives it."""

    one: str
    other: str
    same_file: bool
    weight: float = 0.0


@dataclass(frozen=True)
class Class:
    """All submissions of a class, what isolated them, and what else there is to know of it."""

    members: tuple[Member, ...]
    isolation: tuple[str, ...] = ()
    waiting: tuple[Absent, ...] = ()  # who handed in, and is not graded yet
    absent: tuple[Absent, ...] = ()  # who handed in nothing
    loose: tuple[str, ...] = ()  # a sentence for each file that is nobody's
    alike: tuple[Alike, ...] = ()
    in_course: bool = False  # what is handed in was looked at, too; else a report was all there is
    has_roll: bool = False  # somebody knows who is in the class
    by_hand: float | None = None  # the most that a person gives; None where no gradebook says what was given
    due: datetime | None = None
    remarks: tuple[str, ...] = ()  # on what could not be found out
    anonymous: bool = False

    @property
    def graded(self) -> list[Member]:
        return [member for member in self.members if member.is_judged]

    @property
    def sections(self) -> list[str]:
        """By name, where there is more than one; who is in none counts as in a section without a name."""
        named = {member.result.section for member in self.members} | {
            who.section for who in (*self.waiting, *self.absent)
        }
        return sorted(named) if len(named) > 1 else []


def equal_files(members: Sequence[Member]) -> tuple[Alike, ...]:
    """Each two that handed in the same bytes, and answered something in them. Of many equal ones, each with the next."""
    by_digest: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if member.result.digest and any(task.status != "missing" for task in member.result.tasks):
            by_digest[member.result.digest].append(member)
    pairs = [two for same in by_digest.values() for two in (combinations(same, 2) if len(same) < 5 else pairwise(same))]
    return tuple(Alike(one.key, other.key, True) for one, other in pairs if one.name != other.name)


def from_report(text: str) -> Class:
    """The class of a report that `grade --json` wrote. Raises ValueError for anything else."""
    results, label = from_json(text)
    members = tuple(Member(result) for result in results)
    data = json.loads(text)
    try:
        absent, loose = tuple(_absent(data)), tuple(_loose(data))
    except (KeyError, TypeError, AttributeError):
        raise ValueError("it is no report of this kit") from None
    return Class(members, (label,), (), absent, loose, equal_files(members), has_roll="missing" in data)


def _absent(data: dict[str, Any]) -> Iterator[Absent]:
    """Who handed in nothing, as a report says that was made with a roster."""
    for person in data.get("missing", ()):
        known = {name: str(person.get(name, "")) for name in ("section", "student_id", "login", "email")}
        yield Absent(str(person["student"]), **known)


def _loose(data: dict[str, Any]) -> Iterator[str]:
    """A sentence for each file that was left out, and for each student who is not on the roster."""
    yield from (f"{file['path']} was left out: {file['why']}" for file in data.get("left_out", ()))
    yield from (f"{name} is not on the roster" for name in data.get("not_on_roster", ()))


def of_section(whole: Class, section: str) -> Class:
    """One section of a class, as if it were all of it."""
    members = tuple(member for member in whole.members if member.result.section == section)
    keys = {member.key for member in members}
    alike = tuple(two for two in whole.alike if {two.one, two.other} <= keys)
    waiting, absent = (
        tuple(who for who in people if who.section == section) for people in (whole.waiting, whole.absent)
    )
    return replace(whole, members=members, alike=alike, waiting=waiting, absent=absent)
