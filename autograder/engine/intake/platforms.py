"""What learning platforms' names of files and folders say: whose work it is, which attempt, and whether it came late.

Canvas: lib/content_zipper.rb of instructure/canvas-lms. Moodle: mod/assign/locallib.php and, for what it takes back,
mod/assign/feedback/file/importziplib.php. Blackboard, Brightspace, Gradescope and Sakai: their downloads as published.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.engine.core.places import NAME
from autograder.engine.core.sender import Sender


@dataclass(frozen=True)
class Label:
    """What one name says."""

    key: str  # the same for all that one student sent
    student: str  # the name, as the platform writes it
    own: str  # what the student called the file; nothing for a folder, or where the work is no file
    attempt: tuple[object, ...]  # the newest is the largest
    sender: Sender


_Reader = Callable[[str], Label | None]
_CANVAS = re.compile(
    r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?:(?P<file>\d+)_(?P<own>.+)|(?:text|link)\.html)", re.I
)
_CANVAS_UNNAMED = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<name>anon_(?P<id>[^_]+))_(?:(?P<file>\d+)_(?P<own>.+)|(?:text|link)\.html)", re.I
)
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<own>.*))?")
_BLACKBOARD = re.compile(r"(?P<before>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<own>.+)|\.txt)?", re.I)
_BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ ?- ?(?P<name>.+?) ?- ?"
    r"(?P<when>(?:[^\W\d]+\.? \d{1,2},? \d{4}|\d{1,2}\.? [^\W\d]+\.?,? \d{4}|\d{4}-\d\d-\d\d),? "
    r"\d{1,2}[:.]?\d\d(?: ?[AP]M)?)(?: - (?P<own>.+))?",
    re.I,
)
_SAKAI = re.compile(r"(?P<name>.+?) ?\((?P<id>[^()]+)\)")
_GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
_REPLY = f"{NAME}.html"


def _canvas(name: str) -> Label | None:
    found = _CANVAS_UNNAMED.fullmatch(name) or _CANVAS.fullmatch(name)
    if not found:
        return None
    before = name[: found.start("own")] if found["own"] else f"{name.rpartition('_')[0]}_"
    late = found["late"] is not None
    sender = Sender(student_id=found["id"], late=late, platform="canvas", reply_as=before + _REPLY)
    return Label(found["id"], found["name"], found["own"] or "", (int(found["file"] or 0),), sender)


def _moodle(text: str) -> Label | None:
    found = _MOODLE.fullmatch(text)
    if not found:
        return None
    name, id = found["name"], found["id"]
    sender = Sender(student_id=id, platform="moodle", reply_as=f"{name}_{id}_assignsubmission_file_/{_REPLY}")
    student = f"{name} {id}" if name == "Participant" else name  # where names are hidden, all have this one
    return Label(f"{name}_{id}", student, (found["own"] or "") if found["plugin"] == "file" else "", (), sender)


def _brightspace(name: str) -> Label | None:
    found = _BRIGHTSPACE.fullmatch(name)
    if not found:
        return None
    sender = Sender(student_id=found["id"], platform="brightspace")
    attempt = (_moment(found["when"]), found["when"])
    return Label(f"{found['id']} {found['name']}", found["name"], found["own"] or "", attempt, sender)


def _moment(text: str) -> str:
    """A time as text that sorts, or nothing where it is written in another language than English."""
    plain = re.sub(r"[,.:]", "", text)
    for form in ("%b %d %Y %I%M %p", "%B %d %Y %I%M %p", "%d %b %Y %I%M %p", "%d %B %Y %I%M %p"):
        for shape in (form, form.replace(" %I%M %p", " %H%M")):
            try:
                return datetime.strptime(plain, shape).isoformat()
            except ValueError:
                continue
    return text if re.match(r"\d{4}-", text) else ""


def _gradescope(name: str) -> Label | None:
    found = _GRADESCOPE.fullmatch(name)
    if not found:
        return None
    return Label(name, name, "", (int(found["id"]),), Sender(platform="gradescope"))


def _sakai(name: str) -> Label | None:
    found = _SAKAI.fullmatch(name)
    return found and Label(found["id"], found["name"], "", (), Sender(found["id"], found["id"], platform="sakai"))


def _blackboard(names: Sequence[str]) -> _Reader:
    """Blackboard writes the assignment before the login. Either may hold an underscore: what all names share is the first."""
    before = [found["before"] for found in map(_BLACKBOARD.fullmatch, names) if found]
    start = len(shared_beginning(before, "_"))

    def read(name: str) -> Label | None:
        found = _BLACKBOARD.fullmatch(name)
        if not found:
            return None
        login = found["before"][start:]
        sender = Sender(student_id=login, login=login, platform="blackboard")
        return Label(login, login, found["own"] or "", (found["when"],), sender)

    return read


def shared_beginning(names: Sequence[str], end: str) -> str:
    """What all names begin with, up to the last `end` in it; of one name alone, up to its last `end`."""
    first, last = min(names, default=""), max(names, default="")
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: first.rfind(end, 0, length) + 1]


def reader(names: Sequence[str], has_attachments: Callable[[str], bool]) -> _Reader | None:
    """What reads the names of one folder, or None where most of them are no platform's.

    Sakai's names alone say too little: `has_attachments` tells whether a folder is laid out as it does.
    """

    def sakai(name: str) -> Label | None:
        return _sakai(name) if has_attachments(name) else None

    candidates = (_moodle, _blackboard(names), _brightspace, _gradescope, _canvas, sakai)
    counts = [sum(read(name) is not None for name in names) for read in candidates]
    best = max(counts)
    return candidates[counts.index(best)] if best and 2 * best >= len(names) else None
