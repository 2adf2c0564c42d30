"""The notebook's text: each question has an answer, each task its hints and its time, and the chapter is covered."""

import ast
import json
import re

import pytest

from autograder.engine.authoring.notebook import functions, solved_notebook
from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT

TEXT = (SOLUTION / "bptt.md").read_text(encoding="utf-8")
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
RELEASE = json.loads((SOLUTION.parent / "assignment" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
MARKDOWN = ["".join(cell["source"]) for cell in RELEASE["cells"] if cell["cell_type"] == "markdown"]


def _sections() -> dict[str, str]:
    """The text below each heading of a task, up to its cell."""
    found = re.findall(
        r"^### Task · `(\w+)`.*?\n(.*?)(?=^```python task|^<!-- #region)", TEXT, re.MULTILINE | re.DOTALL
    )
    return dict(found)


def test_every_question_has_an_answer_that_unfolds() -> None:
    """Whoever is asked something can unfold an answer, a hint or what it means before the next heading."""
    parts = re.split(
        r"^#+ ", re.sub(r"```python.*?```|<!-- #region.*?#endregion -->", "", TEXT, flags=re.DOTALL), flags=re.MULTILINE
    )
    asking = [part for part in parts if "?" in FOLDED.sub("", part)]
    exempt = ("Task · `written_", "Before you hand in")
    assert len(asking) > 20
    assert [part[:60] for part in asking if "<details>" not in part and not part.startswith(exempt)] == []


def test_each_task_has_two_hints_that_give_no_line_away() -> None:
    """Two hints stand above each cell, and no line of a solution in any folded text."""
    sections = _sections()
    for task in ASSIGNMENT.by_id:
        assert re.findall(r"<summary>(Hint \d)</summary>", sections[task]) == ["Hint 1", "Hint 2"], task
    lines = {line.strip() for source in functions().values() for line in source.split("\n")}
    folded = "\n".join(FOLDED.findall(TEXT))
    assert [line for line in lines if len(line) > 12 and line in folded] == []


def test_the_core_takes_about_an_hour() -> None:
    """The minutes of the core's tasks leave time for the training, and everything fits into two hours and a half."""
    marks = re.findall(r"^### Task · `\w+` · (core|deeper), (\d+) minutes", TEXT, re.MULTILINE)
    core = sum(int(minutes) for part, minutes in marks if part == "core")
    assert len(marks) == len(ASSIGNMENT.by_id) + len(ASSIGNMENT.written)
    assert 45 <= core <= 65
    assert 45 <= sum(int(minutes) for _, minutes in marks) - core <= 85


def test_students_see_part_minutes_and_difficulty() -> None:
    """Below each task's heading stands which part it belongs to, how long it takes, and how hard it is."""
    seen = [text for text in MARKDOWN if text.startswith("### Task ")]
    told = re.compile(r"\*(Core|Deeper) · about \d+ minutes · (easy|medium|hard)\*")
    joined = "\n".join(MARKDOWN)
    headings = re.findall(r"^### Task \d+ · `\w+` \([^)]*\)\n\n(.*)$", joined, re.MULTILINE)
    assert len(headings) == len(ASSIGNMENT.by_id) + len(ASSIGNMENT.written)
    assert all(told.fullmatch(line) for line in headings)
    assert seen


def test_no_line_can_begin_with_the_full_stop_behind_a_formula() -> None:
    """What follows a formula without a space belongs to it: a browser may break the line between the two."""
    for text in MARKDOWN:
        outside = "".join(text.split("$$")[::2])
        assert not re.search(r"\$[^$]+\$[.,;:?!)]", outside), outside[:200]


def test_rules_of_grading_come_last() -> None:
    """The first function is asked for before any rule of grading is told, and within a thousand words or so."""
    notebook = solved_notebook()
    ids = [cell.id for cell in notebook.cells]
    before = " ".join(cell.source for cell in notebook.cells[: ids.index("forward")])
    assert "How close is close enough" not in before
    assert len(re.sub(r"!\[.*?\]\(.*?\)", "", before, flags=re.DOTALL).split()) < 1100
    assert TEXT.index("## What counts in grading") > TEXT.index("## Where this leads")


def test_no_experiment_takes_a_name_that_a_student_may_have() -> None:
    """Cells between the tasks define functions, and two matrices; a `norm` or a `g` of theirs would undo a student's helper."""
    defined: set[str] = set()
    for cell in RELEASE["cells"]:
        if cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]:
            for node in ast.parse("".join(cell["source"])).body:
                assert isinstance(node, ast.FunctionDef | ast.Assign | ast.Expr), ast.unparse(node)
                if isinstance(node, ast.Assign):
                    defined |= {
                        name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)
                    }
    assert defined == {"rotation", "M"}


CHAPTER = {
    "the state": r"h_t = W_{hx}\, x_t + W_{hh}\, h_{t-1}",
    "the output": r"o_t = W_{qh}\, h_t",
    "the loss is a mean over the steps": r"L = \frac{1}{T} \sum_{t=1}^{T} l(o_t, y_t)",
    "the identity as activation, no biases": "no biases, and the identity as activation",
    "the graph of three steps": "computation for three steps",
    "the gradient at an output": r"\frac{1}{T}\, \frac{\partial l(o_t, y_t)}{\partial o_t}",
    "the gradient of W_qh": r"\sum_{t=1}^{T} \frac{\partial L}{\partial o_t}\, h_t^\top",
    "the last state": r"\frac{\partial L}{\partial h_T} = W_{qh}^\top\, \frac{\partial L}{\partial o_T}",
    "the recursion": r"\underbrace{W_{hh}^\top\, \frac{\partial L}{\partial h_{t+1}}}",
    "the expanded form": r"\bigl(W_{hh}^\top\bigr)^{T-i}\, W_{qh}^\top\, \frac{\partial L}{\partial o_{T+t-i}}",
    "eigenvalues below 1 vanish, above 1 diverge": "eigenvalues below 1 in modulus make their part vanish, those above 1 make it diverge",
    "a random signal turns towards the leading eigenvector": "a random signal points almost exactly along its eigenvector",
    "truncation at a convenient length, by detaching": "*detach* the state between them",
    "truncation at a random length": "draws the length at random",
    "truncation costs the far losses": "does not learn to keep anything for that long",
    "the gradient of W_hx": r"\frac{\partial L}{\partial h_t}\, x_t^\top",
    "the gradient of W_hh": r"\frac{\partial L}{\partial h_t}\, h_{t-1}^\top",
    "∂L/∂h_t serves both and is computed once": "It is computed once and serves both",
    "states are stored for the way back": "So all states are kept, and the memory grows linearly",
    "gates": "LSTM and GRU",
    "other remedies than clipping": "Besides clipping, how can one cope with explosion?",
}


@pytest.mark.parametrize("point", CHAPTER)
def test_the_chapter_is_covered(point: str) -> None:
    """Each formula and each idea of the chapter stands in the text."""
    assert " ".join(CHAPTER[point].split()) in " ".join(TEXT.split())
