"""An appeal as a page, to send to the student or to a colleague: what was asked and answered, the line, and the check."""

from autograder.engine.core.names import shown
from autograder.engine.reports.appeal import Appeal
from autograder.engine.reports.appeal_sections import CAME, Section, behind
from autograder.engine.reports.pages import code, render
from autograder.engine.reports.pages.feedback import failures
from autograder.engine.reports.pages.places import check_without_places, without_place


def page(appeal: Appeal) -> str:
    """The page. It shows a hidden test case, which its head says; the reference, which solves the task, is not on it."""
    path = str(appeal.path)
    task, line = appeal.answered.task, check_without_places(appeal.line, path)
    lines = failures([line], appeal.source)
    return render(
        "appeal.html",
        who=appeal.student or shown(appeal.path.name),
        task=task,
        now=appeal.now,
        check=line,
        lines=lines,
        marked=any(entry.code for entry in lines),
        source="" if any(code.is_whole(entry.code, appeal.source) for entry in lines) else code.shown(appeal.source),
        groups=_groups([part._replace(text=without_place(part.text.rstrip(), path)) for part in behind(appeal)]),
    )


def _groups(sections: list[Section]) -> list[list[Section]]:
    """The sections in order; the two answers, which are to be compared, as one group."""
    groups: list[list[Section]] = []
    for section in sections:
        if section.title == CAME:
            groups[-1].append(section)
        else:
            groups.append([section])
    return groups
