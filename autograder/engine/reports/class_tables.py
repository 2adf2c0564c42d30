"""A class's figures as CSV files: a row for each student, task, check, mistake of a student, and pair that is too alike."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.engine.reports import figures
from autograder.engine.reports.csv_file import write_rows
from autograder.engine.reports.pages.feedback import title_of
from autograder.engine.reports.student_rows import NOTHING, WAITING, WHO, row_of, row_without_work, titles, who
from autograder.engine.reports.whole_class import Class

Rows = Iterator[Sequence[Any]]


def write_tables(whole: Class, folder: Path) -> list[Path]:
    """All tables into `folder`; those without names beside those with them. A cell holds one name, and no list."""
    folder.mkdir(parents=True, exist_ok=True)
    written = files(folder, whole.anonymous)
    for path, rows_of in zip(written, _TABLES.values(), strict=True):
        write_rows(path, rows_of(whole))
    return written


def files(folder: Path, anonymous: bool) -> list[Path]:
    """Where the tables go."""
    return [folder / f"{name}{'-anonymous' if anonymous else ''}.csv" for name in _TABLES]


def _students(whole: Class) -> Rows:
    tasks = list(dict.fromkeys(task.id for member in whole.members for task in member.result.tasks))
    yield titles(tasks)
    for member in whole.members:
        yield row_of(member, tasks, max_by_hand=whole.by_hand)
    for status, people in ((WAITING, whole.waiting), (NOTHING, whole.absent)):
        for person in people:
            yield row_without_work(person, tasks, status)


def _tasks(whole: Class) -> Rows:
    yield ("task", "students", "all_right", "not_tried", "out_of_time_or_crashed", "mean", "max", "discrimination")
    for task in figures.of_tasks(whole.graded):
        together = None if task.discrimination is None else round(task.discrimination, 3)
        counts = (task.students, task.passed, len(task.missing), len(task.ended))
        yield (task.id, *counts, round(task.mean, 3), task.max_points, together)


def _checks(whole: Class) -> Rows:
    yield ("task", "check", "asks", "attempted", "passed")
    for task in figures.of_tasks(whole.graded):
        for check in task.checks:
            yield (task.id, check.id, check.asks, check.tried, check.passed)


def _misconceptions(whole: Class) -> Rows:
    """A row for each mistake of each student in each task."""
    yield (*WHO, "task", "misconception", "title", "line", "source")
    for member in whole.graded:
        for task in member.result.tasks:
            for known in dict.fromkeys(check.misconception for check in task.checks if check.misconception):
                place = figures.line_of(task, known)
                where = (place.line, place.source) if place else (None, "")
                yield (*who(member), task.id, known, title_of(known), *where)


def _alike(whole: Class) -> Rows:
    """A row for each pair. Where texts were not compared, equal files have no weight."""
    names = {member.key: member.name for member in whole.members}
    yield ("student", "other", "same_file", "weight")
    for two in whole.alike:
        yield (names[two.one], names[two.other], "yes" if two.same_file else "no", round(two.weight) or None)


_TABLES: dict[str, Callable[[Class], Rows]] = {
    "students": _students,
    "tasks": _tasks,
    "checks": _checks,
    "misconceptions": _misconceptions,
    "alike": _alike,
}
