"""A class on one page: first what waits for the instructor, then how it went, task by task and student by student."""

import statistics
from dataclasses import dataclass
from typing import Any

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.reports import figures
from autograder.engine.reports.pages import class_pictures, render
from autograder.engine.reports.pages.needs import Seen, needs
from autograder.engine.reports.whole_class import Class, Member

TITLE = "Class report: back-propagation through time"
NAMELESS_TITLE = "Class report without names: back-propagation through time"


@dataclass(frozen=True)
class Fold:
    """How much of a list is seen before the rest is folded away."""

    names: int = 8
    short: int = 4  # of names in a narrow place
    rows: int = 12
    lines: int = 4
    mistakes: int = 8
    table: int = 60  # students


_SMALL = 30  # students: of a small class nothing is folded away, so that a print has all of it
_ALL = Fold(*[10**6] * 6)


def page(whole: Class) -> str:
    """The page. Its only script sorts tables."""
    graded = whole.graded
    seen = Seen(whole)
    found = needs(whole)
    tasks = figures.of_tasks(graded)
    return render(
        "class_report.html",
        "sort.js",
        whole=whole,
        seen=seen,
        graded=graded,
        title=NAMELESS_TITLE if whole.anonymous else TITLE,
        busy=[need for need in found if need.count],
        quiet=[need for need in found if not need.count],
        summary=_summary(graded),
        by_machine=_summary(graded, by_machine=True),
        maximum=_maximum(whole),
        by_hand=ASSIGNMENT.by_hand,
        unfinished=[member for member in graded if member.waits],
        totals=class_pictures.totals(graded, _maximum(whole)),
        times=class_pictures.times(whole),
        far_away=class_pictures.far_away(whole),
        tasks=tasks,
        remarkable=[task for task in tasks if task.is_untried or task.is_hard or task.is_weak],
        weak=figures.WEAK,
        least=figures.LEAST_STUDENTS,
        mistakes=figures.mistakes(graded),
        unnamed=figures.unnamed(graded),
        stops=figures.stops(graded),
        sections=_sections(whole),
        remarked=[member for member in whole.members if member.result.notes],
        row_of=_row,
        fold=_ALL if len(whole.members) <= _SMALL else Fold(),
    )


def _maximum(whole: Class) -> float:
    by_machine = max((member.result.max_score for member in whole.members), default=0.0)
    return by_machine + (whole.by_hand or 0.0)


def _summary(graded: list[Member], by_machine: bool = False) -> dict[str, float]:
    """Mean, median, and the middle half."""
    found = [(member.result.score if by_machine else member.total) or 0.0 for member in graded]
    if not found:
        return dict.fromkeys(("mean", "median", "low", "high"), 0.0)
    low, _, high = statistics.quantiles(found, method="inclusive") if len(found) > 1 else found * 3
    return {"mean": statistics.fmean(found), "median": statistics.median(found), "low": low, "high": high}


def _sections(whole: Class) -> list[dict[str, Any]]:
    """Each section: how many are in it, what came, and its mean."""
    rows = []
    for number, name in enumerate(whole.sections, 1):
        members = [member for member in whole.members if member.result.section == name]
        totals = [member.total or 0.0 for member in members if member.is_judged]
        mean, median = (statistics.fmean(totals), statistics.median(totals)) if totals else (None, None)
        missing = sum(who.section == name for who in whole.absent)
        late = sum(member.is_late for member in members)
        counts = {"handed_in": len(members), "missing": missing, "late": late}
        rows.append({"number": number, "name": name or "no section", "mean": mean, "median": median, **counts})
    return rows


def _row(member: Member) -> dict[str, Any]:
    """One student as the table shows it."""
    result = member.result
    right = sum(task.status == "passed" for task in result.tasks)
    states = {"unreadable": "could not be read", "grader_error": "not judged"}
    flags = [states[result.status]] if result.status in states else []
    flags += ["late"] if member.is_late else []
    flags += ["waits for you"] if member.waits else []
    flags += ["out of date"] if member.stale else []
    first = result.message or next((task.sentence for task in result.tasks if task.sentence), "")
    done = result.tasks and right == len(result.tasks)
    return {
        "right": right,
        "of": len(result.tasks),
        "flags": flags,
        "first": first or ("all checks passed" if done else ""),
    }
