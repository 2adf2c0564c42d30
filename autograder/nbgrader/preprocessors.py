"""What the autograde step does to each staged notebook: the verdict into its cells, and the points into the gradebook."""

from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade

from autograder.nbgrader.staging import KEY
from autograder.report import task_html
from autograder.result import Result, TaskResult
from autograder.tasks import TASKS


class WriteVerdict(NbGraderPreprocessor):
    """Puts each task's points and reasons into the output of its grade cell."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: dict) -> tuple[nbformat.NotebookNode, dict]:
        verdict = nb.metadata[KEY]
        result = Result.from_json(verdict["result"])
        verdict["recorded"] = True
        cells = {task.test_cell: task.id for task in TASKS}
        reports = {report.id: report for report in result.tasks}
        for cell in nb.cells:
            if is_grade(cell) and cell.cell_type == "code":
                report = reports.get(cells.get(cell.metadata.nbgrader["grade_id"], ""))
                cell.metadata[KEY] = {"points": report.points if report else 0.0}
                cell.outputs = [_output(report)] if report else []
                cell.source = cell.source.split("\n### BEGIN HIDDEN TESTS")[
                    0
                ]  # of no interest to who reads the verdict
        return nb, resources


def _output(report: TaskResult) -> nbformat.NotebookNode:
    """The verdict on a task: points for nbgrader's eyes, and for people's one line for each check."""
    data = {"text/plain": f"{report.points:g}", "text/html": task_html(report)}
    return nbformat.v4.new_output("execute_result", data, execution_count=None)


class SaveVerdict(SaveAutoGrades):
    """Stores the points of a judged cell as they are, not as read back from its outputs."""

    def _add_score(self, cell: nbformat.NotebookNode, resources: dict[str, Any]) -> None:
        if KEY not in cell.metadata:  # a written answer: graded by hand
            super()._add_score(cell, resources)
            return
        ids = (cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(*ids)
        grade.auto_score = float(cell.metadata[KEY]["points"])
        grade.needs_manual_grade = grade.manual_score is not None
        self.gradebook.db.commit()


class KeepLatePenalties(AssignLatePenalties):
    """Assigns late penalties as nbgrader does, but leaves one that somebody has set by hand since the last run."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: dict) -> tuple[nbformat.NotebookNode, dict]:
        ids = [resources["nbgrader"][name] for name in ("notebook", "assignment", "student")]
        verdict = nb.metadata[KEY]
        assigned = verdict.get("penalty")
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            before = book.find_submission_notebook(*ids).late_submission_penalty
        nb, resources = super().preprocess(nb, resources)
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            found = book.find_submission_notebook(*ids)
            verdict["penalty"] = found.late_submission_penalty
            if before is not None and before != assigned:
                found.late_submission_penalty = before
                book.db.commit()
        return nb, resources
