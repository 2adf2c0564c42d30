"""nbgrader's table of grades, as a spreadsheet should read it: quoted, and with no cell that it would compute."""

import csv
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import CsvExportPlugin

from autograder.csvfile import safe_cell

_COLUMNS = (
    "assignment duedate timestamp student_id last_name first_name email raw_score late_submission_penalty score max_score"
).split()


class PlainCsvExport(CsvExportPlugin):
    """The columns of nbgrader's own export, which writes names as they are: a comma moves a column, and = starts a formula."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades of the assignments and students that were asked for, or of all, to `grades.csv` or `--to`."""
        wanted, names = set(map(str, self.assignment)), set(map(str, self.student))
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS)
            for assignment in gradebook.assignments:
                for student in gradebook.students:
                    if (not wanted or assignment.name in wanted) and (not names or student.id in names):
                        table.writerow(map(safe_cell, _row(gradebook, assignment, student)))


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> list[Any]:
    """One line; who handed in nothing has no points."""
    try:
        found = gradebook.find_submission(assignment.name, student.id)
        when, raw, penalty = found.timestamp, found.score, found.late_submission_penalty
    except MissingEntry:
        when, raw, penalty = None, 0.0, 0.0
    who = [student.id, student.last_name, student.first_name, student.email]
    points = [raw, penalty, max(0.0, raw - (penalty or 0.0)), assignment.max_score]
    return [assignment.name, assignment.duedate, when, *who, *points]
