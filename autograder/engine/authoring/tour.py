"""The four places of a task: its function, its text, its file in the suite, and its public cases.

Whoever adds a task goes from one to the next. What is still missing is said in one sentence each.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.engine.authoring.notebook import BuildError
from autograder.engine.core.places import KIT, SOLUTION
from autograder.engine.core.raised import raised

_TEXT, _CASES = "solution/bptt.md", "autograder/selfcheck/cases"
_BLOCK = re.compile(r'^```python (task|given)="([^"]*)"', re.MULTILINE)
_TASK = re.compile(r"^TASK\b", re.MULTILINE)


def missing() -> list[str]:
    """Which place lacks which task, and whether all places have the tasks in one order."""
    blocks = _BLOCK.findall((SOLUTION / "bptt.md").read_text(encoding="utf-8"))
    texts = [name for kind, name in blocks if kind == "task"]
    given = {name for kind, names in blocks if kind == "given" for name in names.split()}
    files = [path.stem for path in sorted((KIT / "suite").glob("*.py")) if _TASK.search(path.read_text("utf-8"))]
    functions = [name for name in _functions() if name not in given - {*texts, *files}]
    rows = _rows()
    places = {
        "has no function in solution/bptt.py: write `def {}(...)` with the docstring that students read": functions,
        f'has no text in {_TEXT}: give it a heading, and below it a block ```python task="{{0}}" '
        '(given="{0}" where students get it)': texts,
        "has no file autograder/suite/{}.py: write its test cases, its checks and its known mistakes there": files,
        f"has no row in {_CASES}/table.py: write its public cases into {_CASES}/{{}}.py, and name them in the row": rows,
    }
    tasks = dict.fromkeys([*functions, *texts, *files, *rows])
    faults = [f"{task} {lacks.format(task)}" for task in tasks for lacks, have in places.items() if task not in have]
    return faults or list(_order(functions, {_TEXT: texts, f"{_CASES}/table.py": rows}))


def _functions() -> list[str]:
    return [node.name for node in _parsed(SOLUTION / "bptt.py").body if isinstance(node, ast.FunctionDef)]


def _rows() -> list[str]:
    """The keys of the table of public cases, in order."""
    table = _parsed(KIT / "selfcheck" / "cases" / "table.py")
    rows = (
        node.value for node in table.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "TASKS"
    )
    keys = (key for row in rows if isinstance(row, ast.Dict) for key in row.keys)
    return [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise BuildError(f"the sources cannot be read: {raised(error)}") from None


def _order(functions: list[str], places: dict[str, list[str]]) -> Iterator[str]:
    """Where the tasks come in another order than in the reference."""
    for place, names in places.items():
        moved = next((name for name, other in zip(names, functions, strict=False) if name != other), "")
        if moved:
            yield f"{place} has {moved} in another place than solution/bptt.py: put all tasks into the same order"
