"""The page that one student gets back: the score, the one thing to look at next, and then each task with its checks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.judging.judges import NOT_ATTEMPTED, NOT_DEFINED
from autograder.engine.reports.pages import code, curves, render
from autograder.engine.reports.pages.places import without_places
from autograder.engine.reports.pages.sentence import Rows, Said, aligned, said

_INDEX = re.compile(r"_(\w)")
_WORDS = {
    "passed": "all right",
    "failed": "not yet",
    "missing": "not there yet",
    "timeout": "out of time",
    "crashed": "crashed",
}


@dataclass(frozen=True)
class Mark:
    """What nbgrader's gradebook holds of one graded cell, and the student's text in it."""

    points: float
    max_points: float
    comment: str | Markup = ""  # a person's; text, or harmless HTML
    text: str | Markup = ""  # of a written answer; text, or harmless HTML
    pending: bool = False  # to be graded by hand, and not yet graded

    @property
    def says(self) -> bool:
        """Whether there is more to show than that it waits."""
        return bool(self.comment or self.text or not self.pending)


@dataclass(frozen=True)
class Gradebook:
    """What nbgrader's gradebook holds of one submission. `marks` are by task or written answer."""

    score: float
    max_score: float
    late_penalty: float = 0.0
    marks: dict[str, Mark] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)  # the cells that define the tasks' functions


@dataclass(frozen=True)
class Failed:
    """One failed check as the template shows it."""

    check: CheckResult
    title: str  # of the named mistake
    said: Said
    asked: bool  # its question stands above already
    code: tuple[code.Line, ...]

    @property
    def got(self) -> Rows:
        return aligned(self.said.got, self.said.expected)

    @property
    def expected(self) -> Rows:
        return aligned(self.said.expected, self.said.got)


@dataclass(frozen=True)
class Task:
    """One task as the template shows it."""

    id: str
    points: float
    max_points: float
    word: str  # how it stands
    right: bool
    absent: bool  # there is nothing to say of it, but that it is not defined
    untouched: bool  # there is nothing to say of it, but this, or that it is not attempted
    by_hand: bool
    comment: str | Markup
    failed: list[Failed]
    passed: list[CheckResult]
    curve: str | Markup
    rows: Markup  # the name of what the curve shows
    source: str  # the cell that defines the function, where it does not stand beside a check already

    @property
    def marked(self) -> bool:
        return any(line.code for line in self.failed)

    @property
    def checks(self) -> list[CheckResult]:
        return [*(line.check for line in self.failed), *self.passed]


def ungraded(result: Result, sources: dict[str, str], texts: Mapping[str, str] = MappingProxyType({})) -> Gradebook:
    """What a gradebook would hold of a submission that nobody has graded by hand, and that is in no gradebook.

    `texts` are those of the written answers, by name.
    """
    waiting = () if result.status == "unreadable" else ASSIGNMENT.written
    marks = {answer.id: Mark(0.0, answer.points, text=texts.get(answer.id, ""), pending=True) for answer in waiting}
    return Gradebook(
        result.score or 0.0, result.max_score + sum(mark.max_points for mark in marks.values()), 0.0, marks, sources
    )


def page(result: Result | None, student: str, book: Gradebook) -> str:
    """The feedback page. Where no verdict was recorded with the notebook, it holds the gradebook's points alone.

    Of what could not be read there is nothing to say task by task, but what a person has said or given.
    """
    result = result and without_places(result)
    unread = result is not None and result.status == "unreadable"
    tasks = [_task(replace(task, checks=()) if unread else task, book) for task in result.tasks] if result else []
    judged = {task.id for task in tasks}
    written = [(name, mark) for name, mark in book.marks.items() if name not in judged and mark.max_points]
    if unread:
        tasks = [replace(task, word="graded by hand") for task in tasks if task.points or task.comment]
        written = [(name, mark) for name, mark in written if mark.points or mark.comment]
    left = sum(mark.max_points for mark in book.marks.values() if mark.pending)
    first = next((task for task in tasks if not task.right and not task.untouched), None)
    others = [task for task in tasks if task is not first and (not task.untouched or task.comment or task.by_hand)]
    content: dict[str, Any] = {"left": left, "student": student, "result": result, "book": book, "unread": unread}
    named = [f"{task.id}.{check.id}" for task in ([first] if first else others) for check in task.checks]
    content |= {"first": first, "others": others, "written": written, "named": named[:1]}
    return render("feedback.html", tasks=tasks, **content)


def _task(task: TaskResult, book: Gradebook) -> Task:
    """One task as the template shows it."""
    mark = book.marks.get(task.id)
    rows = ASSIGNMENT.by_id[task.id].curve if task.id in ASSIGNMENT.by_id else ""
    given, source = task.points if mark is None else mark.points, book.sources.get(task.id, "")
    failed = failures(task.checks, source)
    absent = task.sentence.startswith(f"`{task.id}`: {NOT_DEFINED}. ")
    untouched = absent or (task.status == "missing" and task.sentence in ("", f"`{task.id}`: {NOT_ATTEMPTED}."))
    return Task(
        id=task.id,
        points=given,
        max_points=task.max_points,
        word="not attempted yet" if untouched and not absent else _WORDS[task.status],
        right=task.status == "passed",
        absent=absent,
        untouched=untouched,
        by_hand=abs(given - task.points) > 1e-9,
        comment=mark.comment if mark else "",
        failed=failed,
        passed=[check for check in task.checks if check.passed],
        curve=curves.norms(task.curve, rows) if task.curve else "",
        rows=Markup(_INDEX.sub(r"<sub>\1</sub>", rows)),
        source="" if any(code.is_whole(line.code, source) for line in failed) else code.shown(source),
    )


def failures(checks: Iterable[CheckResult], source: str) -> list[Failed]:
    """The failed ones of one task's checks. No title, sentence, question or line is said twice."""
    lines: list[Failed] = []
    for check in checks:
        if check.passed:
            continue
        named = check.misconception in {line.check.misconception for line in lines}
        title = title_of(check.misconception) if check.misconception and not named else ""
        repeated = check.message in {line.check.message for line in lines}
        parts = Said("") if repeated else said(check)
        asked = parts.case != "" and parts.text in {line.said.text for line in lines}
        if (parts.lines, parts.asks) in {(line.said.lines, line.said.asks) for line in lines}:
            parts = replace(parts, lines=(), asks="")
        lines.append(Failed(check, title, parts, asked, code.excerpt(source, parts.lines, parts.source)))
    return lines


def title_of(misconception: str) -> str:
    """The name of a mistake in words: of a known one its title, of a general one its name."""
    task, _, name = misconception.partition(".")
    titles = {known.id: known.title for known in ASSIGNMENT.misconceptions}
    return ", and ".join(titles.get(f"{task}.{part}", part.replace("_", " ")) for part in name.split("+"))
