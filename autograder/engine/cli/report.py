"""`report`: a class on one page."""

import re
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from autograder.engine.cli.apart import Name, expect_apart
from autograder.engine.cli.output import write
from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.settings import SettingsError
from autograder.engine.people.roster import RosterError, read_roster
from autograder.engine.reports import class_tables, whole_class
from autograder.engine.reports.anonymous import anonymous
from autograder.engine.reports.feedback_files import linked
from autograder.engine.reports.on_roster import with_roster
from autograder.engine.reports.pages import class_report


@dataclass(frozen=True)
class Wanted:
    """What the page is to show, and where it goes; by default its name says what is left out."""

    output: str = ""
    tables: Path | None = None
    anonymous: bool = False
    section: str | None = None
    roster: Path | None = None
    feedback: Path | None = None

    @property
    def file(self) -> str:
        section = "" if self.section is None else "-" + (re.sub(r"[^\w-]+", "_", self.section) or "none")
        return self.output or f"class{section}{'-anonymous' if self.anonymous else ''}.html"


def run(source: Path, wanted: Wanted) -> None:
    _expect_apart(source, wanted)
    whole = _read_class(source, wanted)
    if wanted.roster:
        try:
            whole = with_roster(whole, read_roster(wanted.roster))
        except RosterError as error:
            raise click.UsageError(str(error)) from None
    if wanted.section is not None:
        _expect_section(wanted.section, whole)
        whole = whole_class.of_section(whole, wanted.section)
    if wanted.anonymous:
        _expect_no_names(wanted.file)
        whole = anonymous(whole)
    write(wanted.file, [class_report.page(whole)])
    written = [Path(wanted.file)]
    try:
        written += class_tables.write_tables(whole, wanted.tables) if wanted.tables else []
    except OSError as error:
        raise click.UsageError(f"{wanted.tables} cannot be written ({error.strerror}): name another folder") from None
    click.echo(f"written: {', '.join(map(str, written))}", err=wanted.file == "-")


def _expect_apart(source: Path, wanted: Wanted) -> None:
    """Refuse to write over the class, or over its roster."""
    tables = class_tables.files(wanted.tables, wanted.anonymous) if wanted.tables else []
    course = source if source.is_dir() else None
    inputs: dict[str, Name] = {"the roster": wanted.roster, "the report": None if course else source}
    if course:
        inputs["the gradebook"] = course / "gradebook.db"
    expect_apart([("--output", wanted.file), *(("--csv", file) for file in tables)], inputs, [course] if course else [])


def _expect_section(section: str, whole: whole_class.Class) -> None:
    known = whole.sections
    if section not in known:
        named = (
            f"the class has {', '.join(name or '(none)' for name in known)}" if known else "nobody's section is known"
        )
        raise click.UsageError(
            f"there is no section {section}: {named} (a --roster with a column `section` tells them)"
        )


def _expect_no_names(file: str) -> None:
    """Refuse to write over a page with names: whoever asks for one without them would lose it."""
    try:
        with open(file, encoding="utf-8") as page:
            named = file != "-" and f"<title>{class_report.TITLE}</title>" in page.read(2000)
    except (OSError, ValueError):
        return
    if named:
        raise click.UsageError(f"{file} is a page with names, and would be lost: name another --output")


def _read_class(source: Path, wanted: Wanted) -> whole_class.Class:
    beside = Path(wanted.file if wanted.file != "-" else ".").absolute().parent
    if source.is_dir():
        return _read_course(source, beside)
    try:
        whole = whole_class.from_report(source.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise click.UsageError(f"{source} cannot be read ({error}): name a report of `grade --json`") from None
    return linked(whole, wanted.feedback or beside / "feedback", beside)


def _read_course(root: Path, beside: Path) -> whole_class.Class:
    from autograder.nbgrader.places import CourseError, course_directory
    from autograder.nbgrader.recorded_class import pages_beside, recorded_class

    try:
        with Console(stderr=True).status("reading the course"):  # of a large one, for some seconds
            coursedir = course_directory(root)
            whole = recorded_class(coursedir, pages_beside(beside, coursedir))
    except (CannotReadError, CourseError, SettingsError) as error:
        raise click.UsageError(str(error)) from None
    if not (whole.members or whole.waiting or whole.absent):
        raise click.UsageError(f"{root} holds no submitted/ and no autograded/: name a course's root or a report")
    return whole
