"""A verdict goes into the cells of a staged notebook, and its points into the gradebook."""

import nbformat
from nbgrader.api import Comment, Grade, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution

from autograder.engine.core.result import TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import NOT_OURS
from autograder.engine.reports.report import task_html
from autograder.nbgrader.record import KEY, of
from autograder.nbgrader.remarks import NO_RESPONSE
from autograder.nbgrader.timestamps import Log


def write_verdict(nb: nbformat.NotebookNode) -> None:
    """Put each task's points and reasons into the output of its grade cell."""
    result = of(nb.metadata).result
    nb.metadata[KEY]["recorded"] = True
    cells = {task.test_cell: task.id for task in ASSIGNMENT.tasks}
    reports = {report.id: report for report in result.tasks}
    for cell in nb.cells:
        if is_grade(cell) and cell.cell_type == "code":
            report = reports.get(cells.get(cell.metadata.nbgrader["grade_id"], ""))
            cell.metadata[KEY] = {"points": report.points if report else 0.0}
            cell.outputs = [_output(report)] if report else []
            cell.source = cell.source.split("\n### BEGIN HIDDEN TESTS")[0]  # of no interest to a reader of the verdict


def _output(report: TaskResult) -> nbformat.NotebookNode:
    """The verdict on a task: points for nbgrader's eyes, and for people's one line for each check."""
    data = {"text/plain": f"{report.points:g}", "text/html": task_html(report)}
    output = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
    node: nbformat.NotebookNode = nbformat.from_dict(output)
    return node


def save_verdict(nb: nbformat.NotebookNode, found: SubmittedNotebook, log: Log) -> None:
    """Give the gradebook's rows the points of each judged cell, and what nbgrader stores of the written answers."""
    record = of(nb.metadata)
    result = record.result
    asks = result.message if result.status == "unreadable" else NOT_OURS if NOT_OURS in result.notes else ""
    _ = (found.notebook.grade_cells, found.notebook.solution_cells)  # two queries, or the names below take one each
    grades = {grade.name: grade for grade in found.grades}
    comments = {comment.name: comment for comment in found.comments}
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_grade(cell):
            kept = cell.metadata.get(KEY)
            score = float(kept["points"]) if kept else determine_grade(cell, log)[0]
            grade = grades[name]
            waits = grade.needs_manual_grade  # of an earlier run, and nobody has looked since
            again = grade.manual_score is not None and (waits or not (record.same and grade.auto_score == score))
            grade.needs_manual_grade = again or (score is None and grade.manual_score is None)
            grade.auto_score = score
        if is_solution(cell):
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[name].auto_comment = NO_RESPONSE if untouched else None
    if record.untimed:
        found.assignment.timestamp = None
    if asks:
        _ask_for_a_human(grades[ASSIGNMENT.tasks[0].test_cell], comments[ASSIGNMENT.tasks[0].id], asks)


def _ask_for_a_human(grade: Grade, comment: Comment, why: str) -> None:
    """Let formgrader list a submission of which nothing could be judged, until somebody has given it points by hand."""
    grade.needs_manual_grade = grade.needs_manual_grade or grade.manual_score is None
    comment.auto_comment = why


class LatePenalties(AssignLatePenalties):
    """Assigns late penalties by nbgrader's rule, but leaves one that somebody has set by hand since the last run."""

    def assign(self, nb: nbformat.NotebookNode, found: SubmittedNotebook) -> None:
        assigned = of(nb.metadata).penalty
        before = found.late_submission_penalty
        due = self._by_rule(found)
        nb.metadata[KEY]["penalty"] = due
        if before is None or before == assigned:
            found.late_submission_penalty = due

    def _by_rule(self, found: SubmittedNotebook) -> float | None:
        submission = found.assignment
        late_s = submission.total_seconds_late if submission.assignment.duedate else 0
        if late_s <= 0:
            return None
        penalty = self.plugin_inst.late_submission_penalty(submission.student.id, found.score, late_s)
        return None if penalty is None else self._check_late_penalty(found, penalty)
