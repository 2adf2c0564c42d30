"""When something was handed in: what nbgrader writes is read rightly, and nothing else is taken for a time."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import hypothesis.strategies as st
import pytest
from dateutil.tz import gettz
from hypothesis import given
from nbgrader.utils import parse_utc

from autograder.engine.core.looking import CannotReadError
from autograder.nbgrader.timestamps import handed_in_at, parsed

FORMAT = "%Y-%m-%d %H:%M:%S.%f"
SOME_TIME = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))


@given(SOME_TIME)
def test_utc_is_read_as_nbgrader_reads_it(when: datetime) -> None:
    """What the exchange writes with its defaults, and what `zip_collect` writes, is the time that it was."""
    for text in (when.strftime(f"{FORMAT} UTC"), when.isoformat(" ")):
        assert parsed(text) == parse_utc(text) == when
    assert parse_utc(f"{parsed(when.isoformat(' '))} UTC") == when


@given(SOME_TIME, st.integers(-14 * 60, 14 * 60))
def test_an_offset_is_read_rightly(when: datetime, minutes: int) -> None:
    """A time with the offset of its zone, which nbgrader reads wrong, is the time that it was in UTC."""
    there = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    for text in (there.strftime(f"{FORMAT} %z"), there.isoformat()):
        assert parsed(text) == when - timedelta(minutes=minutes)


@given(SOME_TIME, st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney"]))
def test_a_zones_name_is_read_by_the_courses_zone(when: datetime, zone: str) -> None:
    """The name of a zone is read where the course says which zone it means, in summer and in winter; elsewhere it tells nothing."""
    there = when.replace(tzinfo=gettz("UTC")).astimezone(gettz(zone))
    text = there.strftime(f"{FORMAT} %Z")
    assert parsed(text, zone) == when
    assert parsed(text) is None


NO_TIMES = (
    "12:" + "9" * 29,
    "9" * 900,
    "1e999999",
    "2026-13-01 00:00:00 UTC",
    "2026-02-30 00:00:00",
    "2026-11-20 25:00:00",
    "2026-11-20",
    "12:00",
    "20 Nov 2026 12:00 UTC",
    "11/12/2026 10:00:00",
    "2026-11-20 12:00:00 CEST",
    "2026-11-20 12:00:00 EST5EDT",
    "2026-11-20 12:00:00 +100",
    "2026-11-20 12:00:00 +9999",
    "2026-11-20 12:00:00 UTC UTC",
    "0001-01-01 00:00:00 +0100",
    "9999-12-31 23:59:59 -0100",
    "２０２６-11-20 12:00:00 UTC",
    "2026-11-20 12:00:00 \udcff",
    "-" * 500,
    "\x1b[31m",
    "yesterday",
    "",
)


@pytest.mark.parametrize("text", NO_TIMES)
def test_whatever_else_stands_there_is_no_time(tmp_path: Path, text: str) -> None:
    """A text that tells no time for sure is no time, and a remark says so, in which nothing of it stands."""
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8", errors="surrogateescape")
    when, remark = handed_in_at(tmp_path)
    assert when is None
    assert remark == "timestamp.txt holds no time as nbgrader writes it: it is not known when this was handed in"


@pytest.mark.parametrize("text", ["0001-01-01 00:30:00 UTC", "9999-12-31 23:59:59 UTC", "1970-01-01 00:00:00 UTC"])
def test_nobody_hands_in_at_such_a_time(tmp_path: Path, text: str) -> None:
    """A time of another age is no time of a submission; a due date may be of one."""
    (tmp_path / "timestamp.txt").write_text(text)
    when, remark = handed_in_at(tmp_path)
    assert when is None
    assert remark
    assert parsed(text)


@given(st.text(max_size=60) | st.from_regex(r"[0-9:+. UTC-]{1,40}", fullmatch=True))
def test_no_text_raises(text: str) -> None:
    """Any text is a time or none."""
    assert parsed(text, "Europe/Berlin") is None or isinstance(parsed(text, "Europe/Berlin"), datetime)


@pytest.mark.parametrize(
    "lay",
    [
        os.mkfifo,
        os.mkdir,
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.symlink_to("x" * 300),
        lambda path: path.symlink_to("timestamp.txt"),
        lambda path: path.write_bytes(b"\xff\xfe" * 10**6),
        lambda path: path.write_bytes(b"2026-11-20 12:00:00 UTC" + b" " * 5000 + b"x"),
    ],
)
def test_what_is_no_file_holds_no_time(tmp_path: Path, lay: Callable[[Path], object]) -> None:
    """A link, a folder, a pipe and a huge file in its place are not followed and not waited for."""
    lay(tmp_path / "timestamp.txt")
    when, remark = handed_in_at(tmp_path)
    assert when is None or when == datetime(2026, 11, 20, 12)
    assert bool(remark) == (when is None)


def test_where_there_is_none_there_is_nothing_to_say(tmp_path: Path) -> None:
    """A folder without the file has no time and no remark, and neither has a link in place of the folder."""
    assert handed_in_at(tmp_path) == (None, "")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    (tmp_path / "link").symlink_to("there")
    assert handed_in_at(tmp_path / "link") == (None, "")


def test_a_time_that_the_grader_cannot_read_is_its_own_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not give the file, nobody is late and nobody in time: the grader failed."""
    (tmp_path / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")

    def refused(path: object, *rest: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(CannotReadError, match="cannot be read by the grader"):
        handed_in_at(tmp_path)
