"""A class without names, for projecting: no name, login, id or address of a student, and no text that may hold one."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace

from autograder.engine.core.result import TaskResult
from autograder.engine.core.sender import Sender
from autograder.engine.reports.whole_class import Absent, Class, Member

_NAMELESS = "the reason is on the page with names"  # it may quote a name


def anonymous(whole: Class) -> Class:
    """The same class. Students and sections are numbered, in an order that says nothing about their names."""
    order = sorted(whole.members, key=lambda member: _hash(f"{member.result.digest} {member.key}"))
    names = {member.key: f"student {number}" for number, member in enumerate(order, 1)}
    sections = {section: f"section {number}" for number, section in enumerate(sorted(whole.sections, key=_hash), 1)}
    waiting, absent = (
        tuple(Absent("", sections.get(who.section, "")) for who in people) for people in (whole.waiting, whole.absent)
    )
    return replace(
        whole,
        members=tuple(_nameless(member, names[member.key], sections) for member in order),
        waiting=waiting,
        absent=absent,
        alike=tuple(replace(two, one=names[two.one], other=names[two.other]) for two in whole.alike),
        loose=(),
        remarks=(),
        anonymous=True,
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _nameless(member: Member, name: str, sections: Mapping[str, str]) -> Member:
    result = replace(
        member.result.sent_by(Sender(section=sections.get(member.result.section, ""), late=member.result.late)),
        student=name,
        path=name,
        digest="",
        notes=(),
        message=member.result.message and _NAMELESS,
        tasks=tuple(map(_without_words, member.result.tasks)),
    )
    # The minute may tell who it was, and so may how many of them after the due date.
    hour = member.handed_in and member.handed_in.replace(minute=0, second=0, microsecond=0)
    late_s = math.ceil(member.late_s / 3600) * 3600.0
    return replace(member, result=result, page="", handed_in=hour, late_s=late_s)


def _without_words(task: TaskResult) -> TaskResult:
    """Without its sentences, and without the student's own line: one may hold a name."""
    checks = tuple(
        replace(check, message=None, location=check.location and replace(check.location, source=""))
        for check in task.checks
    )
    return replace(task, checks=checks)
