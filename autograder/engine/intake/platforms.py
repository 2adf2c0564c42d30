"""What learning platforms' names of files and folders say: whose work it is, which attempt, and whether it came late.

Canvas: lib/content_zipper.rb of instructure/canvas-lms. Moodle: mod/assign/locallib.php and, for what it takes back,
mod/assign/feedback/file/importziplib.php. Blackboard, Brightspace, Gradescope and Sakai: their downloads as published.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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
    series: str = ""  # which of the student's files it is an attempt at; nothing where an attempt is all that was sent


_Reader = Callable[[str], Label | None]
_CANVAS = re.compile(
    r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?:(?P<file>\d+)_(?P<own>.+)|(?:text|link)\.html)", re.I
)
_CANVAS_UNNAMED = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<name>anon_(?P<id>[^_]+))_(?:(?P<later>LATE)_)?"
    r"(?:(?P<file>\d+)_(?P<own>.+)|(?:text|link)\.html)",
    re.I,
)
_AGAIN = re.compile(r"-\d+(?=(?:\.\w+)+$)")  # how Canvas numbers a file that is handed in again
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<own>.*))?")
_PARTICIPANT = re.compile(
    r"participante?|teilnehmer.{0,3}|partecipante|deelnemer|deltagare|deltager|deltaker|uczestnik|účastník|участник|"
    r"учасник|osallistuja|katılımcı|résztvevő|参与者|参加者|참여자|مشارك|משתתף",
    re.I,
)
_BLACKBOARD = re.compile(  # "attempt" in the language of the course
    r"(?P<before>.+)_[^\W\d_]+_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<own>.+)|\.txt)?", re.I
)
_BRIGHTSPACE = re.compile(
    r"(?:(?P<id>\d+)-\d+ ?- ?)?(?P<name>.+?) ?- ?"
    r"(?P<when>(?:[^\W\d]+\.? \d{1,2},? \d{4}|\d{1,2}\.? [^\W\d]+\.?,? \d{4}|\d{4}-\d\d-\d\d),? "
    r"\d{1,2}[:.]?\d\d(?: ?[AP]M)?)(?: - (?P<own>.+))?",
    re.I,
)
_MONTHS = (  # as English, French, Spanish, Portuguese, Italian, German, Dutch and the Nordic languages begin them
    *("jan|ene|gen", "feb|fev", "mar|maa|mrt", "apr|avr|abr", "may|mai|mag|mei|maj", "juin|jun|giu"),
    *("jul|juil|lug", "aug|aou|ago", "sep|set", "oct|okt|ott|out", "nov", "dec|dez|dic|des"),
)
_SAKAI = re.compile(r"(?P<name>.+?) ?\((?P<id>[^()]+)\)")
_GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
_REPLY = f"{NAME}.html"


def _canvas(name: str) -> Label | None:
    """Canvas hands out a student's current attempt alone: its files have ids of their own, and belong together.

    Where two downloads were unpacked into one folder, the larger id is the newer file of one name.
    """
    found = _CANVAS_UNNAMED.fullmatch(name) or _CANVAS.fullmatch(name)
    if not found:
        return None
    before = name[: found.start("own")] if found["own"] else f"{name.rpartition('_')[0]}_"
    late = bool(found["late"] or found.groupdict().get("later"))
    sender = Sender(student_id=found["id"], late=late, platform="canvas", reply_as=before + _REPLY)
    key = f"{found['name']} {found['id']}"
    own = found["own"] or ""
    return Label(key, found["name"], own, (int(found["file"] or 0),), sender, _AGAIN.sub("", own))


def _moodle(text: str) -> Label | None:
    found = _MOODLE.fullmatch(text)
    if not found:
        return None
    name, id = found["name"], found["id"]
    sender = Sender(student_id=id, platform="moodle", reply_as=f"{name}_{id}_assignsubmission_file_/{_REPLY}")
    student = f"{name} {id}" if _PARTICIPANT.fullmatch(name) else name  # where names are hidden, all have this one
    return Label(f"{name}_{id}", student, (found["own"] or "") if found["plugin"] == "file" else "", (), sender)


def _brightspace(name: str) -> Label | None:
    found = _BRIGHTSPACE.fullmatch(name)
    if not found:
        return None
    sender = Sender(student_id=found["id"] or "", platform="brightspace")
    attempt = (_moment(found["when"]), found["when"])
    return Label(f"{found['id']} {found['name']}", found["name"], found["own"] or "", attempt, sender)


def _moment(text: str) -> tuple[int, ...]:
    """A time as numbers that sort, or none where no month is found in it."""
    if re.match(r"\d{4}-", text):
        return tuple(map(int, re.findall(r"\d+", text)))
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    month = next((n for n, begins in enumerate(_MONTHS, 1) if re.search(rf"\b(?:{begins})", plain)), None)
    day, year, *time = map(int, re.findall(r"\d+", plain))
    if month is None or not time:
        return ()
    hour, minute = time if len(time) == 2 else divmod(time[0], 100)
    if "am" in plain[-2:] or "pm" in plain[-2:]:
        hour = hour % 12 + 12 * plain.endswith("pm")
    return year, month, day, hour, minute


def _gradescope(name: str) -> Label | None:
    found = _GRADESCOPE.fullmatch(name)
    if not found:
        return None
    return Label(name, name, "", (int(found["id"]),), Sender(platform="gradescope"))


def _sakai(name: str) -> Label | None:
    found = _SAKAI.fullmatch(name)
    return found and Label(found["id"], found["name"], "", (), Sender(found["id"], found["id"], platform="sakai"))


def _blackboard(names: Sequence[str], logins: Mapping[str, str]) -> _Reader:
    """Blackboard writes the assignment before the login, and either may hold an underscore.

    Its receipts tell the login. Without one, what all names share is the assignment.
    """
    before = [found["before"] for found in map(_BLACKBOARD.fullmatch, names) if found]
    start = len(shared_beginning(before, "_"))

    def read(name: str) -> Label | None:
        found = _BLACKBOARD.fullmatch(name)
        if not found:
            return None
        login = logins.get(found["before"]) or found["before"][start:]
        sender = Sender(student_id=login, login=login, platform="blackboard")
        return Label(login, login, found["own"] or "", (found["when"],), sender)

    return read


def is_receipt(name: str) -> bool:
    """Whether a name is that of the text file that Blackboard writes about an attempt."""
    found = _BLACKBOARD.fullmatch(name)
    return found is not None and found["own"] is None and name.lower().endswith(".txt")


def login_in(name: str, text: str) -> tuple[str, str] | None:
    """From Blackboard's receipt: what stands before the attempt in the names, and the login in it."""
    found = _BLACKBOARD.fullmatch(name)
    told = re.match(r"[^\n]*\(([^()\n]+)\)\s*(?:\n|$)", text)
    if not found or not told or not found["before"].endswith(f"_{told[1]}"):
        return None
    return found["before"], told[1]


def shared_beginning(names: Sequence[str], end: str) -> str:
    """What all names begin with, up to the last `end` in it; of one name alone, up to its last `end`."""
    first, last = min(names, default=""), max(names, default="")
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: first.rfind(end, 0, length) + 1]


def reader(
    names: Sequence[str],
    has_attachments: Callable[[str], bool],
    has_list: bool,
    logins: Mapping[str, str] | None = None,
) -> _Reader | None:
    """What reads the names of one folder, or None where most of them are no platform's; several may be unpacked into one.

    Sakai's names alone say too little: `has_attachments` tells whether a folder is laid out as it does. Students call their
    attempts as Gradescope calls submissions: `has_list` tells whether its list lies beside. `logins` is what Blackboard's
    receipts tell.
    """

    def sakai(name: str) -> Label | None:
        return _sakai(name) if has_attachments(name) else None

    candidates: list[_Reader] = [_moodle, _blackboard(names, logins or {}), _brightspace, _canvas, sakai]
    if has_list:
        candidates.append(_gradescope)
    found = [{name: label for name in names if (label := read(name))} for read in candidates]
    if 2 * len(set().union(*found)) < max(1, len(names)):
        return None
    ranked = [candidates[n] for n in sorted(range(len(found)), key=lambda n: -len(found[n])) if found[n]]
    return lambda name: next((label for read in ranked if (label := read(name))), None)
