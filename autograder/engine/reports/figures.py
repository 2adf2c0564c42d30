"""A class in figures: how each task and check went, which mistakes were made at which lines, and where the class stops."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from autograder.engine.core.result import CheckResult, Location, TaskResult
from autograder.engine.reports.pages.feedback import title_of
from autograder.engine.reports.whole_class import Member

LEAST_STUDENTS = 20  # for a correlation: that of fewer says more about chance than about a task
WEAK = 0.2  # the discrimination below which a task is said to tell little
HARD = 0.3  # the share of its points below which a task is said to be very hard
Tried = tuple[Member, TaskResult]


@dataclass(frozen=True)
class CheckFigures:
    """One check: who failed it, of those who tried its task."""

    id: str
    asks: str
    tried: int
    failed: tuple[Member, ...]

    @property
    def passed(self) -> int:
        return self.tried - len(self.failed)


@dataclass(frozen=True)
class TaskFigures:
    """One task over a class. `discrimination` is None where there is nothing to say."""

    id: str
    max_points: float
    points: tuple[float, ...]  # of each student
    states: Counter[str]
    missing: tuple[Member, ...]  # who did not try it
    ended: tuple[Member, ...]  # whose process was out of time or crashed
    checks: tuple[CheckFigures, ...]
    discrimination: float | None
    is_few: bool  # too few tried any task for a discrimination

    @property
    def students(self) -> int:
        return len(self.points)

    @property
    def passed(self) -> int:
        return self.states["passed"]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.points)

    @property
    def share(self) -> float:
        """The mean of its points as a part of what it can bring."""
        return self.mean / self.max_points if self.max_points else 1.0

    @property
    def spread(self) -> list[tuple[str, int]]:
        """How many have none of its points, some, or all."""
        parts = [value / self.max_points if self.max_points else 1.0 for value in self.points]
        low, high = sum(0 < part < 0.5 for part in parts), sum(0.5 <= part < 1 for part in parts)
        none, full = sum(part <= 0 for part in parts), sum(part >= 1 for part in parts)
        return [("no points", none), ("under half", low), ("half or more", high), ("all points", full)]

    @property
    def is_untried(self) -> bool:
        return len(self.missing) == self.students

    @property
    def is_hard(self) -> bool:
        return self.share < HARD and not self.is_untried

    @property
    def is_weak(self) -> bool:
        return self.discrimination is not None and self.discrimination < WEAK

    @property
    def unsaid(self) -> str:
        """Of whom or where its discrimination cannot be said; nothing where it can be."""
        if self.discrimination is not None:
            return ""
        return "of so few students" if self.is_few else "where all have the same"


@dataclass(frozen=True)
class Place:
    """A line at which some made the same mistake: as they wrote it, its numbers, and who. Without a line it was not found."""

    source: str
    lines: tuple[int, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Mistake:
    """A mistake of a class, with its tasks, and the lines at which it was made, the most frequent first."""

    id: str
    title: str
    tasks: tuple[str, ...]
    members: tuple[Member, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Stop:
    """The students for whom a task is the first that is not right."""

    task: str
    members: tuple[Member, ...]


def of_tasks(graded: Sequence[Member]) -> list[TaskFigures]:
    """Each task, in the assignment's order."""
    by_id: dict[str, list[Tried]] = defaultdict(list)
    for member in graded:
        for task in member.result.tasks:
            by_id[task.id].append((member, task))
    return [_figures(found) for found in by_id.values()]


def _figures(found: Sequence[Tried]) -> TaskFigures:
    tried = [(member, task) for member, task in found if task.status != "missing"]
    first = found[0][1]
    return TaskFigures(
        first.id,
        first.max_points,
        tuple(task.points for _, task in found),
        Counter(task.status for _, task in found),
        tuple(member for member, task in found if task.status == "missing"),
        tuple(member for member, task in found if task.status in ("timeout", "crashed")),
        tuple(_of_check(check, tried) for check in first.checks),
        discrimination(found),
        len(_trying(found)) < LEAST_STUDENTS,
    )


def _of_check(check: CheckResult, tried: Sequence[Tried]) -> CheckFigures:
    """One check by its id: two versions of the checks may not have the same ones."""
    held = [(member, found.passed) for member, task in tried for found in task.checks if found.id == check.id]
    return CheckFigures(
        check.id, check.asks or check.id, len(held), tuple(member for member, passed in held if not passed)
    )


def discrimination(found: Sequence[Tried]) -> float | None:
    """How a task's points go together with the sum of all other tasks' points, from -1 to 1 (the item-total correlation).

    It counts those who tried any task. None for too few of them, and where all have the same.
    """
    trying = _trying(found)
    own = [task.points for _, task in trying]
    others = [round(sum(other.points for other in member.result.tasks) - task.points, 6) for member, task in trying]
    if len(own) < LEAST_STUDENTS or len(set(own)) == 1 or len(set(others)) == 1:
        return None
    return statistics.correlation(own, others)


def _trying(found: Sequence[Tried]) -> list[Tried]:
    """Those who tried any task."""
    return [(member, task) for member, task in found if any(one.status != "missing" for one in member.result.tasks)]


def mistakes(graded: Sequence[Member]) -> list[Mistake]:
    """Each known mistake with who made it and where, the most frequent first."""
    made: dict[str, dict[str, tuple[Member, TaskResult]]] = defaultdict(dict)
    for member in graded:
        for task in member.result.tasks:
            for known in {check.misconception for check in task.checks if check.misconception}:
                made[known].setdefault(member.key, (member, task))
    found = [_mistake(known, list(by.values())) for known, by in made.items()]
    return sorted(found, key=lambda mistake: (-len(mistake.members), mistake.id))


def unnamed(graded: Sequence[Member]) -> list[Mistake]:
    """By task those whose line was found, and whose mistake is none that the kit knows."""
    made: dict[str, list[Tried]] = defaultdict(list)
    for member in graded:
        for task in member.result.tasks:
            wrong = [check for check in task.checks if not check.passed]
            if any(check.location for check in wrong) and not any(check.misconception for check in wrong):
                made[task.id].append((member, task))
    return [_mistake(f"{task}.a_mistake_without_a_name", found) for task, found in made.items()]


def _mistake(known: str, found: Sequence[Tried]) -> Mistake:
    by_line: dict[tuple[str, int], list[tuple[int, Member]]] = defaultdict(list)
    for member, task in found:
        place = line_of(task, known)
        source, line = (place.source, place.line) if place else ("", 0)
        by_line[source, 0 if source else line].append((line, member))
    places = [
        Place(source, tuple(sorted({line for line, _ in held if line})), tuple(member for _, member in held))
        for (source, _), held in by_line.items()
    ]
    places.sort(key=lambda place: (not place.lines, -len(place.members), place.source))
    tasks = tuple(dict.fromkeys(task.id for _, task in found))
    return Mistake(known, title_of(known), tasks, tuple(member for member, _ in found), tuple(places))


def line_of(task: TaskResult, known: str = "") -> Location | None:
    """The line of a task's mistake: from a check that names it, else from any."""
    located = [check for check in task.checks if check.location]
    first = next((check for check in located if check.misconception == known), located[0] if located else None)
    return first.location if first else None


def known_in(task: TaskResult) -> str:
    """The first known mistake of a task, or nothing."""
    return next((check.misconception for check in task.checks if check.misconception), "")


def stops(graded: Sequence[Member]) -> list[Stop]:
    """By task the students for whom it is the first that is not right, in the assignment's order."""
    at: dict[str, list[Member]] = {task.id: [] for member in graded for task in member.result.tasks}
    for member in graded:
        first = first_open(member)
        if first:
            at[first.id].append(member)
    return [Stop(task, tuple(members)) for task, members in at.items() if members]


def first_open(member: Member) -> TaskResult | None:
    """The first task that is not right."""
    return next((task for task in member.result.tasks if task.status != "passed"), None)


def in_need(graded: Sequence[Member]) -> list[Member]:
    """Who has less than half of the points by machine, the fewest first."""
    low = [member for member in graded if (member.result.score or 0.0) < member.result.max_score / 2]
    return sorted(low, key=lambda member: (member.result.score or 0.0, member.name))


def versions(graded: Sequence[Member], what: Callable[[Member], str]) -> list[tuple[str, tuple[Member, ...]]]:
    """By version those who were graded with it, the most frequent first."""
    held = sorted((member for member in graded if what(member)), key=what)
    found = [(version, tuple(members)) for version, members in groupby(held, what)]
    return sorted(found, key=lambda entry: (-len(entry[1]), entry[0]))


def bins(maximum: float, most: int = 14) -> tuple[float, int]:
    """A round width, and how many bins of it hold all points up to a maximum."""
    widths = (step * 10**power for power in range(-2, 6) for step in (1.0, 2.0, 2.5, 5.0))
    width = next((width for width in widths if width >= 0.5 and maximum / width <= most), max(maximum, 1.0))
    return width, max(1, math.ceil(maximum / width - 1e-9))
