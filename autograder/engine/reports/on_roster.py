"""A class joined to a roster: names and sections of those who are there, and who on it is missing."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from autograder.engine.core.names import shown
from autograder.engine.core.result import Result
from autograder.engine.core.sender import Sender
from autograder.engine.intake.found import Found
from autograder.engine.people.roll import Roll, call_roll
from autograder.engine.people.roster import Person, Roster
from autograder.engine.reports.whole_class import Absent, Class


def with_roster(whole: Class, roster: Roster) -> Class:
    """The same class with what a roster knows of each student, and with those on it of whom there is no trace."""
    others = (*whole.waiting, *whole.absent)
    roll = _roll(whole, others, roster)
    same = Counter(person.name for person in {*roll.people, *roll.missing} if person)
    names = [_name(person, same) for person in roll.people]
    senders = [found.sender for found in roll.found]
    members = tuple(
        replace(member, result=replace(member.result.sent_by(sender), student=name or member.result.student))
        for member, name, sender in zip(whole.members, names, senders, strict=False)
    )
    at = len(members)
    told = tuple(
        Absent(name or who.name, sender.section, sender.student_id, sender.login, sender.email)
        for who, name, sender in zip(others, names[at:], senders[at:], strict=True)
    )
    missing = tuple(
        Absent(_name(person, same), person.section, person.number or person.id, person.login, person.email)
        for person in roll.missing
    )
    waiting, absent = told[: len(whole.waiting)], told[len(whole.waiting) :]
    strangers = tuple(f"{name} is not on the roster" for name in roll.strangers)
    return replace(
        whole,
        members=members,
        waiting=waiting,
        absent=(*absent, *missing),
        has_roll=True,
        loose=tuple(dict.fromkeys((*whole.loose, *strangers))),
        remarks=(*whole.remarks, *(f"roster: {remark}" for remark in roll.remarks)),
    )


def _roll(whole: Class, others: tuple[Absent, ...], roster: Roster) -> Roll:
    sent = [(member.result.path, member.result.student, _sender(member.result)) for member in whole.members]
    sent += [("", who.name, Sender(who.student_id, who.login, who.email, who.section)) for who in others]
    return call_roll([Found(Path(path), student, path or " ", sender) for path, student, sender in sent], roster)


def _name(person: Person | None, same: Counter[str]) -> str:
    """The name that the roster has, and what tells two of one name apart."""
    if not person:
        return ""
    told = f" ({person.login or person.id or person.number or person.email})" if same[person.name] > 1 else ""
    return shown(person.name + told)


def _sender(result: Result) -> Sender:
    return Sender(**{name: getattr(result, name) for name in Sender.__dataclass_fields__})
