"""nbgrader's feedback step with the kit's page."""

from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import GetGrades
from nbgrader.utils import is_grade, is_solution

from autograder.intake.submission import NAME
from autograder.nbgrader.markdown import harmless_markdown
from autograder.nbgrader.staging import KEY
from autograder.pages.feedback import Gradebook, Mark, page
from autograder.result import Result

_STUB = "YOUR ANSWER HERE"  # what nbgrader releases in place of a written answer


class JudgedFeedback(GenerateFeedback):
    """nbgrader's feedback step; for this assignment it writes the kit's page."""

    def start(self) -> None:
        if self.coursedir.assignment_id == NAME:
            self.exporter_class = FeedbackPage
            self.preprocessors = [GetMarks]
        super().start()

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """The page needs no file beside it: nothing else of the autograded folder is given back."""
        if assignment_id != NAME:
            super().init_assignment(assignment_id, student_id)


class GetMarks(GetGrades):
    """What the gradebook holds, and which answers still wait to be graded by hand."""

    def _get_score(self, cell: nbformat.NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        ids = (cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(*ids)
        cell.metadata.nbgrader["pending"] = bool(grade.needs_manual_grade) and grade.manual_score is None


class FeedbackPage(Exporter):
    """An autograded notebook, with the gradebook's marks in it, as the page that its student gets."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The page, and what nbgrader needs to write it."""
        marked, resources = super().from_notebook_node(nb, resources, **options)
        held = resources["nbgrader"]
        verdict = marked.metadata.get(KEY, {})
        book = Gradebook(
            held["score"], held["max_score"], held["late_penalty"] or 0.0, _marks(marked), _sources(marked)
        )
        try:
            result = Result.from_json(verdict["result"])
        except (KeyError, TypeError):  # graded by another version of the kit
            result = None
        return page(result, held["student"], verdict.get("isolation", ""), book), resources


def _marks(nb: nbformat.NotebookNode) -> dict[str, Mark]:
    """By task, or by name of a written answer, what the gradebook holds of it."""
    comments = {
        cell.metadata.nbgrader["grade_id"]: cell.metadata.nbgrader.get("comment") or ""
        for cell in nb.cells
        if is_solution(cell)
    }
    marks = {}
    for cell in filter(is_grade, nb.cells):
        held = cell.metadata.nbgrader
        name = held["grade_id"].removeprefix("test_")
        answered = cell.cell_type == "markdown" and cell.source.strip() != _STUB
        text = Markup(harmless_markdown(cell.source)) if answered else ""
        marks[name] = Mark(held["score"], held["points"], comments.get(name, ""), text, held["pending"])
    return marks


def _sources(nb: nbformat.NotebookNode) -> dict[str, str]:
    return {cell.metadata.nbgrader["grade_id"]: cell.source for cell in nb.cells if is_solution(cell)}
