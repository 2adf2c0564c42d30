"""What formgrader shows to graders: the answers, the verdicts, and beside each written answer its rubric.

The rubric is put in while formgrader makes a page, and for no other page. It stands in no autograded notebook, so nothing
that is made from one for students can hold it.
"""

import re
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from nbconvert.filters.markdown import markdown2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.utils import is_grade, is_solution

from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.nbgrader.formulas import with_formulas
from autograder.nbgrader.markdown import harmless_markdown

_TASK = re.compile(r"^#+ Task \d", re.MULTILINE)


class OurText(str):
    """Markdown of the kit's own. It need not be cleaned, so it can have a look that a student's text cannot give itself."""


def for_grading(nb: nbformat.NotebookNode, resources: dict[str, Any]) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
    """A preprocessor of formgrader's page of one submission: less of what was released, and the rubrics."""
    if "submission_id" not in resources or resources.get("assignment_id") != NAME:
        return nb, resources  # a page of another kind
    solved = {cell.id: cell for cell in nbformat.read(SOLUTION / NAME / f"{NAME}.ipynb", as_version=4).cells}
    written = {entry.id for entry in ASSIGNMENT.written}
    cells: list[nbformat.NotebookNode] = []
    for cell in nb.cells:
        if cell.id in solved and not is_solution(cell) and not is_grade(cell):
            cells += _task_alone(cell)
        else:
            cells.append(cell)
        if cell.id in written:
            cells.append(_rubric(solved[cell.id]))
    nb.cells = cells
    resources["config_dir"] = str(Path(__file__).parent)  # nbconvert takes custom/custom.css from there
    return nb, resources


def _task_alone(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """What a grader needs of a cell as it was released: what a task asks for, and nothing else."""
    task = _TASK.search(cell.source) if cell.cell_type == "markdown" else None
    return [nbformat.v4.new_markdown_cell(cell.source[task.start() :], id=cell.id)] if task else []


def _rubric(solved: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What the solved notebook says of a written answer, the rubric before the model answer."""
    model, mark, rubric = solved.source.partition("**Rubric**")
    text = f'<div id="rubric-{solved.id}">\n\n*Shown to graders only.*\n\n{mark}{rubric}\n\n{model}\n\n</div>'
    cell: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(OurText(text), id=f"rubric-{solved.id}")
    return cell


@pass_context
def page_markdown(context: Any, source: str) -> str:
    """A page's filter of Markdown: of this assignment, whatever a student may have written is made harmless."""
    resources = context.get("resources", {})
    assignment = resources.get("assignment_id") or resources.get("nbgrader", {}).get("assignment")
    if assignment != NAME:  # as nbconvert does it, with the pictures that are attached to a cell
        attached = context.get("cell", {}).get("attachments", {})
        path = resources.get("metadata", {}).get("path", "")
        return MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=attached, path=path)).render(source)
    return with_formulas(str(markdown2html(source))) if isinstance(source, OurText) else harmless_markdown(source)
