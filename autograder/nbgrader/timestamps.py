"""When something was handed in or is due: times as nbgrader writes them, and nothing else that a date might be."""

import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from dateutil.tz import gettz

from autograder.engine.core.looking import cannot_read, look
from autograder.engine.intake.listing import STAMP

_MAX_BYTES = 1000
_YEARS = range(1990, 2200)  # in which something can be handed in: a student may write anything into the file
# "%Y-%m-%d %H:%M:%S.%f %Z" of the exchange, or with %z; and `zip_collect`'s, which names no zone and means UTC.
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?: ?(?:([A-Z]{1,6})|([+-](?:0\d|1[0-4])):?([0-5]\d)?))?",
    re.ASCII,
)
Log = logging.Logger | logging.LoggerAdapter[Any]
_UTC = ("", "UTC", "GMT", "Z")
_ZONE = re.compile(r"(?:\s[+-]?\d{1,4}(?::\d\d)?|[\s\d](?!UTC|GMT|Z|AM|PM)[A-Z]{1,5})$", re.ASCII)  # at a time's end


def handed_in_at(folder: Path, zone: str = "UTC") -> tuple[datetime | None, str]:
    """The time in a folder, in UTC and without a zone; and a remark where there is a file, but no time in it.

    `zone` is where the course's clocks stand (nbgrader's `Exchange.timezone`): a zone's short name is read by it alone.
    Raises CannotReadError where the grader may not or cannot read the file.
    """
    stamp = folder / STAMP
    kind = look(stamp)
    if kind == "absent" or look(folder) == "link":
        return None, ""
    text = small_file(stamp) if kind in ("file", "refused") else ""
    when = parsed(text.strip(), zone)
    when = when if when and when.year in _YEARS else None
    return when, "" if when else f"{STAMP} holds no time as nbgrader writes it: it is not known when this was handed in"


def small_file(stamp: Path) -> str:
    """The beginning of one of the exchange's small files; no link is followed. Raises CannotReadError."""
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
            hours, minutes = int(found[3]), int(found[4] or "0")
            return when - timedelta(hours=hours, minutes=-minutes if found[3][0] == "-" else minutes)
        if (found[2] or "") in _UTC:
            return when
        return _local(when, found[2], gettz(zone))
    except (ValueError, OverflowError):
        return None


def utc_of(text: str, zone: str, nbgraders: Callable[[str], datetime], log: Log) -> datetime:
    """The time in UTC that a text tells, in place of `nbgrader.utils.parse_utc`, which takes "+0100" for minus 100 seconds.

    What only nbgrader reads is read by it; where that may be wrong, a warning says what it was taken for.
    """
    when = parsed(text.strip(), zone)
    if when is None:
        when = nbgraders(text)
        if _ZONE.search(text.strip()):
            said = "the time %r was read as %s UTC, and its zone is not known for sure: write it in UTC, or as +0100"
            log.warning(said, text, when)
    return when


def _local(when: datetime, name: str, zone: tzinfo | None) -> datetime | None:
    """The time in UTC of a clock in that zone, where the zone goes by that name then: CEST in July, CET in January."""
    for fold in (0, 1):
        there = when.replace(tzinfo=zone, fold=fold)
        if zone and there.tzname() == name:
            return there.astimezone(UTC).replace(tzinfo=None)
    return None
