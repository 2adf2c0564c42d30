"""The solved notebook, made from the narrative and the reference.

`solution/bptt.md` is the narrative; its fenced blocks say where a stub, a given function or a written answer stands:

    ```python task="f"              the reference's function as a solution cell, and its check cell
    ```python given="g"             given functions, locked
    ```python setup="true"          a locked cell with the block's own code
    <!-- #region written="id" -->   a model answer, graded by hand; the release holds an empty one

Everything else is prose or a cell for exploration. The headings of tasks (### Task · `id` · core, 8 minutes, easy) get their
numbers by their order and their points from the suite. The text says `Task {id}` for a number, `{functions}` and `{answers}`
for how many there are, and `{core}` and `{deeper}` for the points of a part. A picture (`![what it shows](graph.png)`, drawn
by `graph.py`) goes into the text itself, so that the notebook is one file.
The versions that the grader promises get the numbers that hold.
"""

import ast
import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import nbformat

from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.sandbox.worker.versions import PROMISED

_GUARD = """\
### BEGIN HIDDEN TESTS
import os

if os.environ.get("NBGRADER_EXECUTION") == "autograde":
    raise RuntimeError(
        "nothing is graded here: add `from autograder.nbgrader import configure` and `configure(c)` to nbgrader_config.py"
    )
### END HIDDEN TESTS"""


# The build adds number and points.
_HEADING = re.compile(r"^### Task · `(\w+)` · (core|deeper), (\d+) minutes, (easy|medium|hard)$", re.MULTILINE)
_FORMULA = re.compile(r"(?<![$\\])\$([^$]+)\$([.,;:?!)]+)")  # with what follows it without a space
_MENTION = re.compile(r"(?<=\bTask )\{(\w+)\}|(?<=\bTasks )\{(\w+)\} and \{(\w+)\}")  # of tasks, by their numbers
_RUBRIC = re.compile(r"^(\*\*Rubric\*\* \()[\d.]+ points?", re.MULTILINE)  # the build gives it the points that hold
_COUNTS = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_PICTURE = re.compile(r"(?<=\]\()(\w+\.png)(?=\))")
_PROMISE = re.compile(r"Python 3\.\d+ to 3\.\d+ and NumPy \d")  # the build gives it the versions that hold
_POINTS = {task.id: task.points for task in ASSIGNMENT.tasks} | {
    written.id: written.points for written in ASSIGNMENT.written
}


class BuildError(Exception):
    """The sources do not make a whole assignment; the message says what to mend."""


def solved_notebook() -> nbformat.NotebookNode:
    """The notebook of nbgrader's source step: the narrative, the reference's solutions, and the check cells."""
    import jupytext  # heavy, and only a build needs it

    sources = functions()
    text = with_versions((SOLUTION / "bptt.md").read_text(encoding="utf-8"), "solution/bptt.md")
    narrative = jupytext.reads(_numbered(text), "md")
    cells: list[nbformat.NotebookNode] = []
    for cell in narrative.cells:
        cells.extend(_cells(cell, sources, len(cells)))
    _expect_all(cells)
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "bptt": {"release": _version(cells)},
            "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
        }
    )
    nbformat.validate(notebook)
    return notebook


def _version(cells: list[nbformat.NotebookNode]) -> str:
    """The version of the release: a digest of all that students see of it."""
    seen = [
        cell.source.split("### BEGIN SOLUTION")[0]
        for cell in cells
        if cell.id not in {w.id for w in ASSIGNMENT.written}
    ]
    return hashlib.sha256("\0".join(seen).encode()).hexdigest()[:12]


def _cells(cell: nbformat.NotebookNode, sources: dict[str, str], position: int) -> list[nbformat.NotebookNode]:
    """The notebook's cells for one of the narrative's blocks."""
    marks = dict(cell.metadata)
    if "task" in marks:
        task = ASSIGNMENT.by_id.get(marks["task"])
        if task is None:
            raise BuildError(
                f"solution/bptt.md asks for the task {marks['task']!r}, which has no file in autograder/suite/"
            )
        check = f'selfcheck.check("{task.id}", globals())\n{_GUARD}'
        return [
            _new("code", sources[task.id], task.id, solution=True),
            _new("code", check, task.test_cell, grade=True, locked=True, points=task.points),
        ]
    if "given" in marks:
        names = marks["given"].split()
        for name in names:
            if name not in ASSIGNMENT.given:
                raise BuildError(f"solution/bptt.md gives {name!r}, and solution/bptt.py has no such function to give")
        return [_new("code", "\n\n\n".join(sources[name] for name in names), f"given_{names[0]}", locked=True)]
    if "setup" in marks:
        return [_new("code", cell.source, "setup", locked=True)]
    if "written" in marks:
        points = _POINTS.get(marks["written"])
        if points is None:
            raise BuildError(
                f"solution/bptt.md asks for the answer {marks['written']!r}, which autograder/suite/__init__.py does not name"
            )
        answer = _RUBRIC.sub(rf"\g<1>{_worth(points)}", cell.source)
        return [_new("markdown", answer, marks["written"], solution=True, grade=True, points=points)]
    if cell.cell_type == "markdown":
        cell.source = _with_full_stops(cell.source)
    source = _PICTURE.sub(_with_bytes, cell.source)
    return [_new(cell.cell_type, source, f"cell-{position}")]


def with_versions(text: str, name: str) -> str:
    """A text for students with the versions that the grader promises."""
    if not _PROMISE.search(text):
        raise BuildError(f"{name} does not say what the grader runs: write `{PROMISED}` into it")
    return _PROMISE.sub(PROMISED, text)


def _numbered(text: str) -> str:
    """The narrative with each task's number and points in its heading, and the numbers where the text names tasks."""
    ids = [found[1] for found in _HEADING.finditer(text)]
    for id in dict.fromkeys([*ids, *_POINTS]):
        if id not in _POINTS:
            raise BuildError(f"solution/bptt.md has a heading of {id}, which is neither a task nor a written answer")
        if ids.count(id) != 1:
            raise BuildError(
                f"solution/bptt.md has {ids.count(id)} headings `### Task · `{id}` · core, 8 minutes, easy`, expected one"
            )

    def number(id: str) -> str:
        if id not in ids:
            raise BuildError(f"solution/bptt.md mentions Task {{{id}}}, and no task has this name")
        return str(ids.index(id) + 1)

    def heading(found: re.Match[str]) -> str:
        by_hand = "" if found[1] in ASSIGNMENT.by_id else ", by hand"
        title = f"### Task {number(found[1])} · `{found[1]}` ({_worth(_POINTS[found[1]])}{by_hand})"
        return f"{title}\n\n*{found[2].capitalize()} · about {found[3]} minutes · {found[4]}*"

    for part in ("core", "deeper"):
        points = sum(_POINTS[found[1]] for found in _HEADING.finditer(text) if found[2] == part)
        text = text.replace(f"{{{part}}}", f"{points:g}")
    text = _HEADING.sub(heading, text)
    text = _MENTION.sub(lambda found: " and ".join(number(id) for id in found.groups() if id), text)
    for what, count in (("functions", len(ASSIGNMENT.tasks)), ("answers", len(ASSIGNMENT.written))):
        text = text.replace(f"{{{what}}}", _COUNTS[count] if count < len(_COUNTS) else str(count))
    return text


def _with_full_stops(text: str) -> str:
    """Text whose full stops belong to the formulas before them: a browser would begin a line with them."""
    parts = text.split("$$")
    return "$$".join(
        _FORMULA.sub(r"$\1\\text{\2}$", part) if place % 2 == 0 else part for place, part in enumerate(parts)
    )


def _worth(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _with_bytes(name: re.Match[str]) -> str:
    try:
        data = (SOLUTION / name[0]).read_bytes()
    except OSError:
        raise BuildError(
            f"solution/bptt.md shows {name[0]}, which is not there: python -m autograder.suite.graph"
        ) from None
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def _new(kind: str, source: str, id: str, **marks: Any) -> nbformat.NotebookNode:
    make: Callable[..., nbformat.NotebookNode] = (
        nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    )
    cell = make(source, id=id)
    if marks:
        cell.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": id,
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
            **marks,
        }
        if kind == "markdown":
            cell.metadata["nbgrader"]["cell_type"] = "markdown"
    return cell


def functions() -> dict[str, str]:
    """The reference's functions as source, each task's body between nbgrader's solution marks."""
    text = (SOLUTION / "bptt.py").read_text(encoding="utf-8")
    lines = text.split("\n")
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            source = lines[node.lineno - 1 : node.end_lineno]
            if node.name in ASSIGNMENT.by_id:
                if not ast.get_docstring(node) or len(node.body) < 2:
                    raise BuildError(f"solution/bptt.py: {node.name} needs a docstring, and its solution below it")
                body = node.body[1].lineno - node.lineno
                source = [*source[:body], "    ### BEGIN SOLUTION", *source[body:], "    ### END SOLUTION"]
            found[node.name] = "\n".join(source)
    return found


def _expect_all(cells: list[nbformat.NotebookNode]) -> None:
    """Each task, given function and written answer stands in the narrative exactly once."""
    wanted = [*(task.id for task in ASSIGNMENT.tasks), *(written.id for written in ASSIGNMENT.written), "setup"]
    ids = [cell.id for cell in cells]
    for id in wanted:
        if ids.count(id) != 1:
            raise BuildError(f"solution/bptt.md holds {id} {ids.count(id)} times, expected once")
    given = "\n".join(cell.source for cell in cells if cell.id.startswith("given_"))
    for name in ASSIGNMENT.given:
        if given.count(f"def {name}(") != 1:
            raise BuildError(f"solution/bptt.md gives {name} {given.count(f'def {name}(')} times, expected once")
