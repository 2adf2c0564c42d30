"""What the autograde step does to each staged notebook: the verdict into its cells, and the points into the gradebook."""

from typing import Any

import nbformat
from nbgrader.api import Comment, Grade, Gradebook, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution

from autograder.engine.core.result import TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import NOT_OURS
from autograder.engine.reports.report import task_html
from autograder.nbgrader.record import KEY, of
from autograder.nbgrader.remarks import NO_RESPONSE

_Resources = dict[str, Any]  # nbconvert's, with nbgrader's names in it
_Preprocessed = tuple[nbformat.NotebookNode, _Resources]


class WriteVerdict(NbGraderPreprocessor):
    """Puts each task's points and reasons into the output of its grade cell."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: _Resources) -> _Preprocessed:
        result = of(nb.metadata).result
        nb.metadata[KEY]["recorded"] = True
        cells = {task.test_cell: task.id for task in ASSIGNMENT.tasks}
        reports = {report.id: report for report in result.tasks}
        for cell in nb.cells:
            if is_grade(cell) and cell.cell_type == "code":
                report = reports.get(cells.get(cell.metadata.nbgrader["grade_id"], ""))
                cell.metadata[KEY] = {"points": report.points if report else 0.0}
                cell.outputs = [_output(report)] if report else []
                cell.source = cell.source.split("\n### BEGIN HIDDEN TESTS")[
                    0
                ]  # of no interest to a reader of the verdict
        return nb, resources


def _output(report: TaskResult) -> nbformat.NotebookNode:
    """The verdict on a task: points for nbgrader's eyes, and for people's one line for each check."""
    data = {"text/plain": f"{report.points:g}", "text/html": task_html(report)}
    output = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
    node: nbformat.NotebookNode = nbformat.from_dict(output)
    return node


class SaveVerdict(NbGraderPreprocessor):
    """Stores the points of each judged cell, and what nbgrader stores of the written answers, in one transaction."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: _Resources) -> _Preprocessed:
        record = of(nb.metadata)
        result = record.result
        asks = result.message if result.status == "unreadable" else NOT_OURS if NOT_OURS in result.notes else ""
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            found = book.find_submission_notebook(*_ids(resources))
            _ = (
                found.notebook.grade_cells,
                found.notebook.solution_cells,
            )  # two queries, or the names below take one each
            grades = {grade.name: grade for grade in found.grades}
            comments = {comment.name: comment for comment in found.comments}
            for cell in nb.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if is_grade(cell):
                    kept = cell.metadata.get(KEY)
                    score = float(kept["points"]) if kept else determine_grade(cell, self.log)[0]
                    grade = grades[name]
                    waits = grade.needs_manual_grade  # of an earlier run, and nobody has looked since
                    again = grade.manual_score is not None and (
                        waits or not (record.same and grade.auto_score == score)
                    )
                    grade.needs_manual_grade = again or (score is None and grade.manual_score is None)
                    grade.auto_score = score
                if is_solution(cell):
                    untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
                    comments[name].auto_comment = NO_RESPONSE if untouched else None
            if record.untimed:
                found.assignment.timestamp = None
            if asks:
                _ask_for_a_human(grades[ASSIGNMENT.tasks[0].test_cell], comments[ASSIGNMENT.tasks[0].id], asks)
            book.db.commit()
        return nb, resources


def _ask_for_a_human(grade: Grade, comment: Comment, why: str) -> None:
    """Let formgrader list a submission of which nothing could be judged, until somebody has given it points by hand."""
    grade.needs_manual_grade = grade.manual_score is None
    comment.auto_comment = why


class KeepLatePenalties(AssignLatePenalties):
    """Assigns late penalties by nbgrader's rule, but leaves one that somebody has set by hand since the last run.

    In one transaction, unlike nbgrader's own: a run that is broken off loses no penalty.
    """

    def preprocess(self, nb: nbformat.NotebookNode, resources: _Resources) -> _Preprocessed:
        assigned = of(nb.metadata).penalty
        self.init_plugin()
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            found = book.find_submission_notebook(*_ids(resources))
            before = found.late_submission_penalty
            due = self._by_rule(found, resources["nbgrader"]["student"])
            nb.metadata[KEY]["penalty"] = due
            if before is None or before == assigned:
                found.late_submission_penalty = due
                book.db.commit()
        return nb, resources

    def _by_rule(self, found: SubmittedNotebook, student: str) -> float | None:
        submission = found.assignment
        late_s = submission.total_seconds_late if submission.assignment.duedate else 0
        penalty = self.plugin_inst.late_submission_penalty(student, found.score, late_s) if late_s > 0 else None
        return None if penalty is None else self._check_late_penalty(found, penalty)


def _ids(resources: _Resources) -> list[str]:
    """How nbgrader names a student's notebook."""
    return [resources["nbgrader"][name] for name in ("notebook", "assignment", "student")]
