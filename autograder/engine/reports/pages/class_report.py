"""A class in figures: scores, pass rates, mistakes by number of students, where it stops, and what could not be judged."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.engine.core.result import Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.reports.csv_file import write_rows
from autograder.engine.reports.pages import curves, points, render
from autograder.engine.reports.pages.feedback import title_of

_BINS = 6  # of the scores


@dataclass(frozen=True)
class Class:
    """All results of a class, what isolated them, who handed in but is not graded yet, and who or what is missing."""

    results: tuple[Result, ...]
    isolation: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # who handed in nothing
    loose: tuple[str, ...] = ()  # a sentence for each file that is nobody's


def anonymous(whole: Class) -> Class:
    """The same class without names: students are numbered, in an order that says nothing about their names."""
    order = sorted(whole.results, key=lambda result: (result.digest, result.path))
    names = [f"student {number}" for number in range(1, len(order) + 1)]
    nameless = tuple(
        replace(
            result,
            student=name,
            path="",
            notes=tuple("" for _ in result.notes),
            message=result.message and "",
            tasks=tuple(map(_nameless, result.tasks)),
        )
        for name, result in zip(names, order, strict=True)
    )
    missing = {kind: tuple("a student" for _ in getattr(whole, kind)) for kind in ("waiting", "absent")}
    return replace(whole, results=nameless, loose=(), **missing)


def _nameless(task: TaskResult) -> TaskResult:
    """Without its sentences: one may quote a line of a student's that holds a name."""
    return replace(task, checks=tuple(replace(check, message=None, location=None) for check in task.checks))


def who(result: Result) -> str:
    return result.student or result.path


def page(whole: Class) -> str:
    """The report as one HTML page. Its only script sorts tables."""
    graded = [result for result in whole.results if result.status == "graded"]
    scores = [result.score for result in graded if result.score is not None]
    versions = sorted({(result.checks_version, result.release) for result in graded if result.checks_version})
    return render(
        "class_report.html",
        "sort.js",
        whole=whole,
        who=who,
        graded=graded,
        summary=_summary(scores),
        by_hand=ASSIGNMENT.by_hand,
        picture=_distribution(scores, max((result.max_score for result in graded), default=0.0)),
        tasks=_tasks(graded),
        checks=_checks(graded),
        mistakes=_mistakes(graded),
        stops=_stops(graded),
        remarked=[result for result in graded if result.notes],
        unread=[result for result in whole.results if result.status == "unreadable"],
        failed=[result for result in whole.results if result.status == "grader_error"],
        versions=versions,
    )


def _summary(scores: Sequence[float]) -> dict[str, float]:
    ordered = sorted(scores)
    middle = len(ordered) // 2
    median = (ordered[middle] + ordered[~middle]) / 2 if ordered else 0.0
    return {"mean": sum(ordered) / len(ordered) if ordered else 0.0, "median": median}


def _distribution(scores: Sequence[float], maximum: float) -> Any:
    """How many students have how many points, in bins of equal width; full marks lie in the last one."""
    width = maximum / _BINS
    counts = [0] * _BINS
    for score in scores:
        counts[min(int(score / width), _BINS - 1) if width else 0] += 1
    labels = [f"{points(i * width)}–{points((i + 1) * width)}" for i in range(_BINS)]
    words = "; ".join(f"{count} with {label}" for count, label in zip(counts, labels, strict=True))
    return curves.bars(counts, labels, f"Students by points: {words}.")


def _tasks(graded: Sequence[Result]) -> list[dict[str, Any]]:
    """By task: how many passed it, how many did not attempt it, and the mean of its points."""
    rows = []
    for found in _by_task(graded):
        states = Counter(task.status for task in found)
        mean = sum(task.points for task in found) / len(found)
        rows.append({"id": found[0].id, "n": len(found), "states": states, "mean": mean, "max": found[0].max_points})
    return rows


def _by_task(graded: Sequence[Result]) -> list[list[TaskResult]]:
    by_id: dict[str, list[TaskResult]] = {}
    for result in graded:
        for task in result.tasks:
            by_id.setdefault(task.id, []).append(task)
    return list(by_id.values())


def _checks(graded: Sequence[Result]) -> list[dict[str, Any]]:
    """By check: how many of those who attempted its task passed it."""
    rows = []
    for found in _by_task(graded):
        tried = [task for task in found if task.status != "missing"]
        for number, check in enumerate(found[0].checks):
            passed = sum(task.checks[number].passed for task in tried if number < len(task.checks))
            rows.append({"task": found[0].id, "id": check.id, "asks": check.asks, "n": len(tried), "passed": passed})
    return rows


def _mistakes(graded: Sequence[Result]) -> list[dict[str, Any]]:
    """Each known mistake with the students who made it, the most frequent first."""
    made: dict[str, list[str]] = {}
    for result in graded:
        for known in dict.fromkeys(c.misconception for task in result.tasks for c in task.checks if c.misconception):
            made.setdefault(known, []).append(who(result))
    ordered = sorted(made.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [{"id": known, "title": title_of(known), "who": students} for known, students in ordered]


def _stops(graded: Sequence[Result]) -> list[tuple[str, list[str]]]:
    """By task the students for whom it is the first that is not right, in the assignment's order."""
    at: dict[str, list[str]] = {task.id: [] for result in graded for task in result.tasks}
    for result in graded:
        first = next((task.id for task in result.tasks if task.status != "passed"), None)
        if first:
            at[first].append(who(result))
    return [(task, students) for task, students in at.items() if students]


def write_tables(whole: Class, folder: Path) -> list[Path]:
    """The page's figures as CSV files in `folder`: students, checks, misconceptions."""
    folder.mkdir(parents=True, exist_ok=True)
    graded = [result for result in whole.results if result.status == "graded"]
    tables: dict[str, Iterable[Sequence[Any]]] = {
        "students": _student_rows(whole),
        "checks": [("task", "check", "asks", "attempted", "passed")]
        + [(row["task"], row["id"], row["asks"], row["n"], row["passed"]) for row in _checks(graded)],
        "misconceptions": [("misconception", "title", "students", "who")]
        + [(row["id"], row["title"], len(row["who"]), ", ".join(row["who"])) for row in _mistakes(graded)],
    }
    for name, rows in tables.items():
        write_rows(folder / f"{name}.csv", rows)
    return [folder / f"{name}.csv" for name in tables]


def _student_rows(whole: Class) -> list[Sequence[Any]]:
    tasks = list(dict.fromkeys(task.id for result in whole.results for task in result.tasks))
    rows: list[Sequence[Any]] = [("student", "status", "score", "max_score", *tasks, "misconceptions", "message")]
    for result in whole.results:
        held = {task.id: task.points for task in result.tasks}
        known = sorted({c.misconception for task in result.tasks for c in task.checks if c.misconception})
        ends = ("; ".join(known), result.message)
        rows.append(
            (who(result), result.status, result.score, result.max_score, *(held.get(task) for task in tasks), *ends)
        )
    rows += [(student, "not graded yet", None, None) for student in whole.waiting]
    return rows + [(student, "handed in nothing", None, None) for student in whole.absent]
