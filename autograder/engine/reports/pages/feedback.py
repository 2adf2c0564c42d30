"""The page that one student gets back: points, what each check saw, the mistake's name and the question that leads to it."""

import re
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from autograder.engine.core.result import Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.reports.pages import curves, render

_INDEX = re.compile(r"_(\w)")


@dataclass(frozen=True)
class Mark:
    """What nbgrader's gradebook holds of one graded cell, and the student's text in it."""

    points: float
    max_points: float
    comment: str | Markup = ""  # text, or harmless HTML
    text: str | Markup = ""  # of a written answer: harmless HTML
    pending: bool = False  # to be graded by hand, and not yet graded


@dataclass(frozen=True)
class Gradebook:
    """What nbgrader's gradebook holds of one submission. `marks` are by task or written answer."""

    score: float
    max_score: float
    late_penalty: float = 0.0
    marks: dict[str, Mark] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)  # of the solution cells


def ungraded(result: Result, sources: dict[str, str]) -> Gradebook:
    """What a gradebook would hold of a submission that nobody has graded by hand, and that is in no gradebook."""
    waiting = () if result.status == "unreadable" else ASSIGNMENT.written
    marks = {answer.id: Mark(0.0, answer.points, pending=True) for answer in waiting}
    return Gradebook(
        result.score or 0.0, result.max_score + sum(mark.max_points for mark in marks.values()), 0.0, marks, sources
    )


def page(result: Result | None, student: str, book: Gradebook) -> str:
    """The feedback page. Where no verdict was recorded with the notebook, it holds the gradebook's points alone.

    Of what could not be read there is nothing to say task by task, but that it could not be.
    """
    tasks = [_task(task, book) for task in result.tasks] if result else []
    unread = result is not None and result.status == "unreadable"
    if unread and not any(task["points"] or task["comment"] for task in tasks):
        tasks = []
    judged = {task.id for task in result.tasks} if result else set()
    written = [(name, mark) for name, mark in book.marks.items() if name not in judged and mark.max_points]
    notes = [line for line in (result.message, *result.notes) if line] if result else []
    left = sum(mark.max_points for mark in book.marks.values() if mark.pending)
    content: dict[str, Any] = {"left": left, "student": student, "result": result, "book": book, "unread": unread}
    return render("feedback.html", tasks=tasks, notes=notes, written=written, **content)


def _task(task: TaskResult, book: Gradebook) -> dict[str, Any]:
    """One task as the template shows it."""
    mark = book.marks.get(task.id)
    rows = ASSIGNMENT.by_id[task.id].curve if task.id in ASSIGNMENT.by_id else ""
    given = task.points if mark is None else mark.points
    words = {"missing": "not attempted yet", "timeout": "out of time", "failed": "not yet", "crashed": "crashed"}
    return {
        "id": task.id,
        "points": given,
        "max_points": task.max_points,
        "by_hand": abs(given - task.points) > 1e-9,
        "comment": mark.comment if mark else "",
        "word": "all right" if task.status == "passed" else words[task.status],
        "right": task.status == "passed",
        "checks": _checks(task),
        "curve": curves.norms(task.curve, rows) if task.curve else "",
        "rows": Markup(_INDEX.sub(r"<sub>\1</sub>", rows)),
        "source": book.sources.get(task.id, ""),
    }


def _checks(task: TaskResult) -> list[dict[str, Any]]:
    """The checks of one task; a title or a sentence that is above already is not repeated."""
    lines: list[dict[str, Any]] = []
    for check in task.checks:
        named = {line["check"].misconception for line in lines}
        shown = {line["check"].message for line in lines}
        title = title_of(check.misconception) if check.misconception and check.misconception not in named else ""
        lines.append({"check": check, "title": title, "message": "" if check.message in shown else check.message})
    return lines


def title_of(misconception: str) -> str:
    """The name of a mistake in words: of a known one its title, of a general one its name."""
    task, _, name = misconception.partition(".")
    titles = {known.id: known.title for known in ASSIGNMENT.misconceptions}
    return ", and ".join(titles.get(f"{task}.{part}", part.replace("_", " ")) for part in name.split("+"))
