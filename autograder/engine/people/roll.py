"""Whose submission is whose: joins what was found to the roster, and says who is missing.

A submission is joined to one person or to nobody. Where two people could be meant, nobody is chosen, and a remark says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from autograder.engine.core.names import shown
from autograder.engine.intake.found import Found
from autograder.engine.people.roster import Person, Roster
from autograder.engine.people.spelling import folded, spellings, words

_MOST_NAMED = 3  # people whom one submission could be of
_NUMBERS = ("canvas", "moodle", "brightspace")  # name a student, and add a number of their own


@dataclass(frozen=True)
class Roll:
    """What was found, in its order, and who sent each of it; `people` holds None where the roster does not say."""

    found: tuple[Found, ...]
    people: tuple[Person | None, ...]
    repeated: tuple[bool, ...]  # whether the same student sent another one, too
    has_roster: bool = False
    missing: tuple[Person, ...] = ()
    doubtful: frozenset[Person] = frozenset()  # of the missing: one who may have sent what was not joined
    strangers: tuple[str, ...] = ()  # whose work is there, and who are not on the roster
    remarks: tuple[str, ...] = ()  # sentences on what was not joined, or joined twice


def call_roll(found: Sequence[Found], roster: Roster | None) -> Roll:
    """Join all that was found. Without a roster only the platform's own numbers tell students apart."""
    if roster is None:
        nobody: tuple[Person | None, ...] = (None,) * len(found)
        return Roll(tuple(found), nobody, _repeated([_number(entry) for entry in found]))
    index = _Index(roster)
    joined = [index.join(entry) for entry in found]
    people = tuple(entry.person for entry in joined)
    present = {person for person in people if person}
    missing = tuple(person for person in roster.people if person not in present)
    doubtful = {person for entry in joined for person in entry.perhaps} & set(missing)
    repeated = _repeated([person or _number(entry) for person, entry in zip(people, found, strict=True)])
    return Roll(
        tuple(_filled(entry, person) for entry, person in zip(found, people, strict=True)),
        people,
        repeated,
        True,
        missing,
        frozenset(doubtful),
        tuple(_who(entry) for entry, join in zip(found, joined, strict=True) if not join.person and not join.perhaps),
        (*(join.remark for join in joined if join.remark), *_handed_in_again(found, people)),
    )


def _number(entry: Found) -> tuple[str, str] | None:
    return (entry.sender.platform, entry.sender.student_id) if entry.sender.student_id else None


def _repeated(keys: Sequence[object]) -> tuple[bool, ...]:
    counts: dict[object, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return tuple(key is not None and counts[key] > 1 for key in keys)


def _filled(entry: Found, person: Person | None) -> Found:
    """The same with what the roster knows of its sender, where the download says nothing."""
    if person is None:
        return entry
    sender = entry.sender
    known = replace(
        sender,
        student_id=sender.student_id or person.number or person.id,
        login=sender.login or person.login,
        email=sender.email or person.email,
        section=sender.section or person.section,
    )
    return replace(entry, student=entry.student or person.name, sender=known)


def _who(entry: Found) -> str:
    return entry.shown_student or entry.shown_place


def _handed_in_again(found: Sequence[Found], people: Sequence[Person | None]) -> Iterable[str]:
    places: dict[Person, list[str]] = {}
    for entry, person in zip(found, people, strict=True):
        if person:
            places.setdefault(person, []).append(entry.shown_place)
    for person, sent in places.items():
        if len(sent) > 1:
            places_named = ", ".join(sent[:_MOST_NAMED])
            yield f"{shown(person.name)} handed in {len(sent)} times ({places_named}): keep the one that counts"


@dataclass(frozen=True)
class _Join:
    """What came of looking for one submission's sender: a person, or why there is none."""

    person: Person | None = None
    perhaps: tuple[Person, ...] = ()
    remark: str = ""


class _Index:
    """The people of a roster, by all that identifies them."""

    def __init__(self, roster: Roster) -> None:
        self._kind = roster.kind
        self._ids: dict[str, list[Person]] = {}
        self._logins: dict[str, list[Person]] = {}
        self._emails: dict[str, list[Person]] = {}
        self._names: dict[str, list[Person]] = {}
        for person in roster.people:
            for index, keys in (
                (self._ids, map(folded, person.ids)),
                (self._logins, map(folded, person.logins)),
                (self._emails, map(folded, person.emails)),
                (self._names, (way for name in person.names for way in spellings(name))),
            ):
                for key in dict.fromkeys(keys):
                    index.setdefault(key, []).append(person)

    def join(self, entry: Found) -> _Join:
        """By id, then login, then email, then name: the first of them that the roster has decides."""
        sender, student = entry.sender, entry.student or ""
        by_name = self._by_name(student)
        for index, keys in (
            (self._ids, (sender.student_id, sender.login, student)),
            (self._logins, (sender.login, sender.student_id, student)),
            (self._emails, (sender.email, sender.login, student)),
        ):
            held = {person: None for key in keys if key for person in index.get(folded(key), ())}
            people = [person for person in held if sender.platform == self._kind or _may_be(entry, person)]
            if people:
                return _decided(entry, people, by_name)
        found = _decided(entry, by_name, by_name)
        if sender.platform == self._kind and found.person and found.person.number not in ("", sender.student_id):
            return _of_another_table(entry, found.person)
        return found

    def _by_name(self, student: str) -> list[Person]:
        return next((found for way in spellings(student) if (found := self._names.get(way))), [])


def _may_be(entry: Found, person: Person) -> bool:
    """Whether a name and a number can be one person's. A platform's numbers mean nothing on another one's table."""
    told = "".join(words(entry.student or ""))
    known = [word for name in person.names for word in words(name)]
    return entry.sender.platform not in _NUMBERS or not told or not known or any(word in told for word in known)


def _decided(entry: Found, people: list[Person], by_name: list[Person]) -> _Join:
    """One person, and none where several fit or where the number is one person's and the name another's."""
    if len(people) == 1 and (not by_name or people[0] in by_name):
        return _Join(people[0])
    if not people:
        return _Join()
    named = [f"{shown(person.name)} ({_mark(person)})" for person in people[:_MOST_NAMED]]
    if len(people) > 1:
        why = f"may be of {' or of '.join(named)}"
    else:
        why = f"has the number or login of {named[0]} and the name of {shown(by_name[0].name)}"
    return _Join(None, (*people, *by_name), f"{_who(entry)} {why} on the roster: it was given to neither of them")


def _of_another_table(entry: Found, person: Person) -> _Join:
    """A name that is on the platform's own table with another number than in its download."""
    numbers = f"{shown(person.number)} on the roster and {shown(entry.sender.student_id)} in the download"
    return _Join(
        None, (person,), f"{_who(entry)} has the number {numbers}: take both from the same course and assignment"
    )


def _mark(person: Person) -> str:
    return shown(person.id or person.number or person.login or person.email or person.section or "no id")
