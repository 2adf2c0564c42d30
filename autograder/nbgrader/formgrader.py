"""What formgrader shows to graders of one submission: the answers, the verdicts, and beside each written answer its rubric.

The rubric is put in while formgrader makes a page, and for no other page. It stands in no autograded notebook, so nothing
that is made from one for students can hold it.
"""

import re
from html import escape
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
from autograder.nbgrader.record import of

_TASK = re.compile(r"^#+ Task \d", re.MULTILINE)


class OurText(str):
    """Markdown of the kit's own. It need not be cleaned, so it can have a look that a student's text cannot give itself."""


def for_grading(nb: nbformat.NotebookNode, resources: dict[str, Any]) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
    """A preprocessor of formgrader's page of one submission: less of what was released, and the rubrics."""
    if "submission_id" not in resources or resources.get("assignment_id") != NAME:
        return nb, resources  # a page of another kind
    solved = _solved()
    written = {entry.id for entry in ASSIGNMENT.written}
    kit = f"{resources['base_url']}/formgrader/kit"
    cells = [_top(nb, kit, str(resources["submission_id"]))]
    for cell in nb.cells:
        if cell.id in solved and not is_solution(cell) and not is_grade(cell):
            cells += _task_alone(cell)
        else:
            cells.append(cell)
        if cell.id in written:
            cells.append(_rubric(solved[cell.id], f"{kit}/answers/{cell.id}"))
    nb.cells = cells
    for name in ("student", "first_name", "last_name"):  # nbgrader's template puts them into the page as they are
        resources[name] = resources.get(name) and escape(resources[name])
    resources["config_dir"] = str(Path(__file__).parent)  # nbconvert takes custom/custom.css from there
    return nb, resources


def _solved() -> dict[str, nbformat.NotebookNode]:
    return {cell.id: cell for cell in nbformat.read(SOLUTION / NAME / f"{NAME}.ipynb", as_version=4).cells}


def _top(nb: nbformat.NotebookNode, kit: str, submission: str) -> nbformat.NotebookNode:
    """The way to the kit's pages; and of what could not be judged, first of all, that it could not be."""
    links = {
        f"{kit}/feedback/{submission}": "The student's page, as it is now",
        f"{kit}/class": "The class on one page",
    }
    said = " · ".join(f'<a href="{link}">{text}</a>' for link, text in links.items())
    try:
        why = of(nb.metadata).remark
    except ValueError:  # graded by another version of the kit
        why = ""
    if why:
        said = (
            f"<p><strong>Nothing of this could be judged. {escape(why[:1].upper() + why[1:])}.</strong></p>"
            f"<p>The zeros below are nobody's judgement. Look at what was handed in, in submitted/.</p>{said}"
        )
    text = f'<div id="{"unjudged" if why else "kit"}">{said}</div>'
    cell: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(OurText(text), id="kit")
    return cell


def _task_alone(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """What a grader needs of a cell as it was released: what a task asks for, and nothing else."""
    task = _TASK.search(cell.source) if cell.cell_type == "markdown" else None
    return [nbformat.v4.new_markdown_cell(cell.source[task.start() :], id=cell.id)] if task else []


def _rubric(solved: nbformat.NotebookNode, link: str) -> nbformat.NotebookNode:
    """A cell with the rubric of a written answer, and the way to all answers to its question."""
    all_answers = f'<a href="{link}">All answers to this question, like ones together</a>'
    text = f'<div id="rubric-{solved.id}">\n\n{_rubric_text(solved)}\n\n{all_answers}\n\n</div>'
    cell: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(OurText(text), id=f"rubric-{solved.id}")
    return cell


def _rubric_text(solved: nbformat.NotebookNode) -> str:
    """What the solved notebook says of a written answer, the rubric before the model answer."""
    model, mark, rubric = solved.source.partition("**Rubric**")
    return f"*Shown to graders only.*\n\n{mark}{rubric}\n\n{model}"


def rubric_html(id: str) -> str:
    """The rubric of a written answer and below it the question, for a page that is a grader's alone."""
    solved = _solved()
    names = list(solved)
    question, rubric = solved[names[names.index(id) - 1]].source, _rubric_text(solved[id])
    both = (with_formulas(str(markdown2html(text))) for text in (rubric, question))
    return "{}<details><summary>The question</summary>{}</details>".format(*both)


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
