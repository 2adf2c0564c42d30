"""`status`: who stands how in an nbgrader course, and what to do next."""

import sys
from collections import Counter
from pathlib import Path

import click

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.names import shown
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.reports.terminal import console, say
from autograder.nbgrader.next_step import next_step
from autograder.nbgrader.places import CourseError, course_directory
from autograder.nbgrader.register import Register

_STATES = ("current", "stale", "not graded", "not known")


def run() -> None:
    try:
        coursedir = course_directory(Path.cwd())
        course = find_course(Path(coursedir.root))
        register = Register(coursedir, course)
        if not register.folders and not register.absent:
            folder = coursedir.format_path(coursedir.submitted_directory, "<student>", "bptt")
            raise click.UsageError(f"there is no {folder} here: run this from the root of an nbgrader course")
        course.seed()
        counts = _say_standing(register)
        step = next_step(register, all_current=counts["current"] == len(register.work))
    except (SettingsError, CannotReadError, CourseError) as error:
        raise click.UsageError(str(error)) from None
    out = console()
    if step.why:
        say(out, step.why)
    say(out, step.command, "Next: ", style="bold")
    if counts["not known"]:
        sys.exit(1)


def _say_standing(register: Register) -> Counter[str]:
    """A line for each student and each file that is nobody's, and how many stand how."""
    out = console()
    counts: Counter[str] = Counter()
    for name in register.work:
        record = register.record(shown(name))
        try:
            why = register.why(name)
            state = "not graded" if not record else "stale" if why else "current"
        except CannotReadError as error:
            state, why = "not known", str(error)
        counts[state] += 1
        reason = f": {why}" if state in ("stale", "not known") else ""
        points = f" ({record.result.score:g} points)" if record else ""
        remark = f"; {record.remark}" if record and record.remark else ""
        say(out, f"{state}{reason}{points}{remark}", f"{shown(name)}: ")
    for student in register.absent:
        say(out, "handed in nothing", f"{student}: ")
    for sentence in register.loose:
        say(out, sentence)
    say(out, _summary(counts, len(register.absent)), style="bold")
    return counts


def _summary(counts: Counter[str], absent: int) -> str:
    parts = [f"{counts[state]} {state}" for state in _STATES if counts[state]]
    parts += [f"{absent} handed in nothing"] if absent else []
    return ", ".join(parts)
