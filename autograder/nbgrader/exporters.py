"""The gradebook as files for others: nbgrader's own table, and what Canvas and Moodle import, a column for each task.

    nbgrader export --exporter=autograder.nbgrader.exporters.CanvasExporter --to canvas.csv
    nbgrader export --exporter=autograder.nbgrader.exporters.MoodleExporter --to moodle.csv

`--assignment` and `--student` choose, as for nbgrader's own. A student who handed in nothing, or was not graded, has
empty cells: no failure becomes a zero. Moodle passes over an empty cell; Canvas shows it as a change where a grade stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import CsvExportPlugin, ExportPlugin

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.people.roster import Person
from autograder.engine.reports.csv_file import MARKED, write_rows
from autograder.engine.reports.platforms import (
    CANVAS_TITLES,
    MOODLE_IMPORT_TITLES,
    canvas_before,
    canvas_row,
    moodle_import_row,
)
from autograder.nbgrader.places import gradebook_file
from autograder.nbgrader.remarks import Remarks


@dataclass(frozen=True)
class Column:
    """One column of grades: its title, the most that it can hold, and each student's points."""

    title: str
    maximum: float
    points: dict[str, float]


def _write(exporter: ExportPlugin, path: Path, rows: Iterable[Sequence[Any]], encoding: str) -> None:
    """Have the table stand at its place, whole. Where it cannot, the command ends, and what stood there stays."""
    held = list(rows)  # what cannot be read from the gradebook is no fault of the file
    fail = exporter.parent.fail
    gradebook = gradebook_file(exporter.parent.coursedir)
    try:
        if gradebook and path.exists() and gradebook.exists() and path.samefile(gradebook):
            fail("%s is the gradebook itself: name another file by --to", path)
        write_rows(path, held, encoding)
    except OSError as error:
        fail("%s cannot be written (%s): name another file by --to", path, error.strerror)


class _Exporter(ExportPlugin):
    """What both have in common: students, columns, and the file."""

    default_file = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names."""
        path = Path(self.to or self.default_file)
        students = [s for s in gradebook.students if not self.student or s.id in [str(id) for id in self.student]]
        columns = [
            column
            for assignment in gradebook.assignments
            if not self.assignment or assignment.name in [str(name) for name in self.assignment]
            for column in self._columns(gradebook, assignment)
        ]
        self.log.info("Exporting the grades of %d students to %s", len(students), path)
        _write(self, path, self.rows(students, columns), MARKED)

    def rows(self, students: list[Student], columns: list[Column]) -> Iterator[Sequence[Any]]:
        raise NotImplementedError

    def _columns(self, gradebook: Gradebook, assignment: Assignment) -> Iterator[Column]:
        """One column for each graded cell that brings points, in the assignment's order, and the total."""
        cells = {
            (notebook.name, cell.name): cell.max_score
            for notebook in assignment.notebooks
            for cell in (*notebook.grade_cells, *notebook.task_cells)
        }
        points: dict[tuple[str, str], dict[str, float]] = {cell: {} for cell in cells}
        total: dict[str, float] = {}
        by_hand = []
        for student in gradebook.students:
            try:
                handed_in = gradebook.find_submission(assignment.name, student.id)
            except MissingEntry:
                continue
            by_hand += [student.id] if handed_in.needs_manual_grade else []
            graded = [(part.name, grade) for part in handed_in.notebooks for grade in part.grades]
            for notebook, grade in graded:
                if grade.manual_score is not None or grade.auto_score is not None:
                    points[notebook, grade.name][student.id] = round(grade.score, 2)
                    total[student.id] = round(max(0.0, handed_in.score - handed_in.late_submission_penalty), 2)
        if by_hand:
            self.log.warning("%s is not graded by hand yet for %s", assignment.name, ", ".join(by_hand))
        several = len(assignment.notebooks) > 1
        for cell in sorted(cells, key=_place):
            notebook, name = cell
            if cells[cell]:
                title = f"{assignment.name} {f'{notebook} ' if several else ''}{name.removeprefix('test_')}"
                yield Column(title, cells[cell], points[cell])
        yield Column(f"{assignment.name} total", assignment.max_score, total)


def _place(cell: tuple[str, str]) -> tuple[str, int, str]:
    """By notebook; in it the tasks in the chapter's order, and behind them all other cells by name."""
    notebook, name = cell
    task = name.removeprefix("test_")
    return (notebook, list(ASSIGNMENT.by_id).index(task) if task in ASSIGNMENT.by_id else len(ASSIGNMENT.by_id), name)


class CanvasExporter(_Exporter):
    """For Canvas: Grades, Import. The header and the row of points possible are those of Canvas's own export.

    Canvas finds a student by `ID` where the gradebook holds one (nbgrader's `lms_user_id`), else by `SIS Login ID`, which
    is nbgrader's student id. `Section` may stay empty. A column that Canvas has no assignment for becomes one, if you let
    it: keep either the total or the tasks, or the points count twice.
    """

    default_file = "canvas.csv"

    def rows(self, students: list[Student], columns: list[Column]) -> Iterator[Sequence[Any]]:
        yield [*CANVAS_TITLES, *(column.title for column in columns)]
        yield canvas_before(column.maximum for column in columns)
        for student in students:
            yield canvas_row(_person(student, number=student.lms_user_id), _points(student, columns))


class MoodleExporter(_Exporter):
    """For Moodle: Grades, Import, CSV file. Its separator is the comma, its encoding UTF-8.

    Moodle asks which column tells who is who: map `Email address` to the email address, or `ID number` (nbgrader's
    `lms_user_id`) or `Username` (nbgrader's student id) to the same field. Then map each grade's column to a grade item, or
    to a new one; the title holds a new item's maximum, which Moodle does not read from the file.
    """

    default_file = "moodle.csv"

    def rows(self, students: list[Student], columns: list[Column]) -> Iterator[Sequence[Any]]:
        titles = [f"{column.title} (of {column.maximum:g})" for column in columns]
        yield [*MOODLE_IMPORT_TITLES, *titles]
        for student in students:
            yield moodle_import_row(_person(student, id=student.lms_user_id), _points(student, columns))


def _person(student: Student, number: str = "", id: str = "") -> Person:
    """A student of the gradebook, whose id there is the login of the platform."""
    first, last = student.first_name or "", student.last_name or ""
    return Person(student.id, first, last, number or "", id or "", student.id, student.email or "")


def _points(student: Student, columns: list[Column]) -> Iterator[float | None]:
    return (column.points.get(student.id) for column in columns)


_COLUMNS = (
    "assignment duedate timestamp student_id last_name first_name email raw_score late_submission_penalty score max_score "
    "remark"
).split()


class PlainCsvExport(CsvExportPlugin):
    """The columns of nbgrader's own export, and a remark on students who handed in nothing, or nothing that could be judged.

    nbgrader writes names as they are: a comma moves a column, and = starts a formula.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades of the assignments and students that were asked for, or of all, to `grades.csv` or `--to`."""
        _write(self, Path(self.to or "grades.csv"), self._rows(gradebook), "utf-8")

    def _rows(self, gradebook: Gradebook) -> Iterator[Sequence[Any]]:
        wanted, names = set(map(str, self.assignment)), set(map(str, self.student))
        remarks = Remarks(gradebook, self.parent.coursedir)
        yield _COLUMNS
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if (not wanted or assignment.name in wanted) and (not names or student.id in names):
                    yield [*_row(gradebook, assignment, student), remarks(assignment.name, student.id)]


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> list[Any]:
    """One line; a student who handed in nothing has no points."""
    try:
        found = gradebook.find_submission(assignment.name, student.id)
        when, raw, penalty = found.timestamp, round(found.score, 6), found.late_submission_penalty
    except MissingEntry:
        when, raw, penalty = None, 0.0, 0.0
    who = [student.id, student.last_name, student.first_name, student.email]
    points = [raw, penalty, round(max(0.0, raw - (penalty or 0.0)), 6), assignment.max_score]
    return [assignment.name, assignment.duedate, when, *who, *points]
