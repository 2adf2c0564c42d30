"""The pictures of a class: its totals, and when it handed in. Each says in words what it shows."""

import math
import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from autograder.engine.reports import figures
from autograder.engine.reports.pages import points
from autograder.engine.reports.pages.bars import Bars, drawn
from autograder.engine.reports.whole_class import Class, Member

_STEPS_H = (1, 3, 6, 12, 24, 48, 168, 336, 672)  # how many hours a bar may be of
_MOST_BARS = 28
_FAR = timedelta(days=366)  # from the middle one: a wrong clock of one student must not squeeze all others into one bar


def totals(graded: Sequence[Member], maximum: float) -> Markup:
    """How many students have how many points in all; outlined are those whose written answers wait."""
    width, number = figures.bins(maximum)
    parts = [[0] * number, [0] * number]
    for member in graded:
        parts[bool(member.waits)][min(int((member.total or 0.0) / width + 1e-9), number - 1)] += 1
    edges = [points(width * edge) for edge in range(number + 1)]
    middle = statistics.median([member.total or 0.0 for member in graded]) if graded else 0.0
    counts = [low + high for low, high in zip(*parts, strict=True)]
    said = "; ".join(f"{count} with {edges[n]} to {edges[n + 1]}" for n, count in enumerate(counts) if count)
    lines = [(middle / (width * number), f"median {points(middle)}")] if graded else []
    return drawn(Bars(parts[0], parts[1], edges, lines), f"Students by points: {said}.")


def times(whole: Class) -> Markup:
    """When the class handed in, outlined what was late; nothing where no time is known."""
    handed = _drawn(whole)
    if not handed:
        return Markup("")
    first, last = handed[0][0], handed[-1][0]
    begin, step, number = _clock(first, last)
    parts = [[0] * number, [0] * number]
    for when, late in handed:
        parts[late][int((when - begin) / step)] += 1
    begins = [begin + step * edge for edge in range(number + 1)]
    days = last - first >= timedelta(days=2)
    edges = ["" if days and when.hour else _said(when, not days) for when in begins]
    counts = [low + high for low, high in zip(*parts, strict=True)]
    said = "; ".join(f"{count} from {_said(begins[n])}" for n, count in enumerate(counts) if count)
    lines = [((whole.due - begin) / (step * number), "due")] if whole.due and begin <= whole.due else []
    return drawn(Bars(parts[0], parts[1], edges, lines), f"Submissions by time: {said}.")


def far_away(whole: Class) -> int:
    """How many times are not in the picture of times: more than a year lies between them and most others."""
    return sum(member.handed_in is not None for member in whole.members) - len(_drawn(whole))


def _drawn(whole: Class) -> list[tuple[datetime, bool]]:
    """When each handed in, and whether late, in order."""
    known = sorted((member.handed_in, member.is_late) for member in whole.members if member.handed_in)
    return [entry for entry in known if abs(entry[0] - known[len(known) // 2][0]) < _FAR]


def _clock(first: datetime, last: datetime) -> tuple[datetime, timedelta, int]:
    """Where the first bar begins, how long each is, and how many there are."""
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = (last - first).total_seconds() / 3600
    step_h = next((step for step in _STEPS_H if hours / step < _MOST_BARS - 1), math.ceil(hours / _MOST_BARS / 24) * 24)
    step = timedelta(hours=step_h)
    begin = midnight + step * int((first - midnight) / step)
    return begin, step, int((last - begin) / step) + 1


def _said(when: datetime, with_hour: bool = True) -> str:
    day = f"{when.day} {when:%b}"
    return f"{day} {when:%H:%M}" if with_hour and (when.hour or when.minute) else day
