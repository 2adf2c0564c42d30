"""When something was handed in: `timestamp.txt`, as nbgrader writes it, and nothing else that a date might be."""

import os
import re
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from dateutil.tz import gettz

from autograder.intake.looking import cannot_read, look

FILE = "timestamp.txt"
_MAX_BYTES = 1000
# "%Y-%m-%d %H:%M:%S.%f %Z" of the exchange, or with %z; and `zip_collect`'s, which names no zone and means UTC.
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?: ?(?:([A-Z]{1,6})|([+-](?:0\d|1[0-4])):?([0-5]\d)))?",
    re.ASCII,
)
_UTC = ("", "UTC", "GMT", "Z")


def handed_in_at(folder: Path, zone: str = "UTC") -> tuple[datetime | None, str]:
    """The time in a folder, in UTC and without a zone; and a remark where there is a file, but no time in it.

    `zone` is where the course's clocks stand (nbgrader's `Exchange.timezone`): a zone's short name is read by it alone.
    Raises CannotReadError where the grader may not or cannot read the file.
    """
    stamp = folder / FILE
    kind = look(stamp)
    if kind == "absent" or look(folder) == "link":
        return None, ""
    text = _text(stamp) if kind in ("file", "refused") else ""
    when = parsed(text.strip(), zone)
    return when, "" if when else f"{FILE} holds no time as nbgrader writes it: it is not known when this was handed in"


def _text(stamp: Path) -> str:
    try:
        descriptor = os.open(stamp, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(_MAX_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        raise cannot_read(stamp, error) from None


def parsed(text: str, zone: str = "UTC") -> datetime | None:
    """The time in UTC that a text tells, None where it tells none for sure."""
    found = _STAMP.fullmatch(text)
    try:
        when = datetime.fromisoformat(found[1]) if found else None
        if not found or not when:
            return None
        if found[3]:
            hours, minutes = int(found[3]), int(found[4])
            return when - timedelta(hours=hours, minutes=-minutes if found[3][0] == "-" else minutes)
        if (found[2] or "") in _UTC:
            return when
        return _local(when, found[2], gettz(zone))
    except (ValueError, OverflowError):
        return None


def _local(when: datetime, name: str, zone: tzinfo | None) -> datetime | None:
    """The time in UTC of a clock in that zone, where the zone goes by that name then: CEST in July, CET in January."""
    for fold in (0, 1):
        there = when.replace(tzinfo=zone, fold=fold)
        if zone and there.tzname() == name:
            return there.astimezone(UTC).replace(tzinfo=None)
    return None
