"""What a kind of broken or odd submission is, and the honest notebook that most kinds break."""

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from autograder.engine.demo import sample_class as demo
from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT

ALL = frozenset(task.id for task in ASSIGNMENT.tasks)
NONE: frozenset[str] = frozenset()
LOST = "did not run to its end"  # of a remark on a cell that failed
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of submission: `write` puts it into an empty folder. The rest is what must come of it."""

    name: str
    write: Callable[[Path], None]
    passes: frozenset[str] = ALL  # the tasks with full points; all others have none, unless `partial`
    note: str = ""  # words of a remark that must be there; none at all may be there where it is empty
    error: str = ""  # words of the sentence of an unreadable submission
    partial: bool = False
    student: str = ""  # the folder's name, where it is not the kind's own


def folder(**expected: Any) -> Callable[[Callable[[Path], None]], Kind]:
    """A kind that writes its folder itself."""
    return lambda write: _kind(write.__name__, write, expected)


def notebook(**expected: Any) -> Callable[[Callable[[Notebook], Any]], Kind]:
    """A kind that changes the honest notebook, in place or by returning another one."""

    def enter(change: Callable[[Notebook], Any]) -> Kind:
        def write(where: Path) -> None:
            changed = honest()
            changed = change(changed) or changed
            (where / "bptt.ipynb").write_text(json.dumps(changed), encoding="utf-8")

        return _kind(change.__name__, write, expected)

    return enter


def named(student: str, **expected: Any) -> Kind:
    """Honest work of a student with an odd name."""
    return _kind(f"named {student!a}", save, expected | {"student": student})


def unreadable(name: str, data: bytes | str, error: str) -> Kind:
    """A `bptt.ipynb` of these bytes."""
    content = data.encode() if isinstance(data, str) else data
    return Kind(name, lambda where: save(where, content), NONE, error=error)


def _kind(name: str, write: Callable[[Path], None], expected: dict[str, Any]) -> Kind:
    if "error" in expected:
        expected = {"passes": NONE} | expected
    return Kind(name.replace("_", " "), write, **expected)


@cache
def _composed() -> str:
    release = nbformat.read(SOLUTION.parent / "assignment" / "bptt" / "bptt.ipynb", as_version=4)
    solved = nbformat.read(SOLUTION / "bptt" / "bptt.ipynb", as_version=4)
    made = demo.compose(demo.SAMPLES / "ada.py", release, solved)
    made.cells.insert(0, nbformat.from_dict(prose("Übung 3: ∂L/∂h_t", "title")))
    return json.dumps(made)


def honest() -> Notebook:
    """The released notebook with everything answered rightly, fresh for each caller."""
    return json.loads(_composed())


def data() -> bytes:
    """The honest notebook as a file."""
    return json.dumps(honest(), indent=1, ensure_ascii=False).encode()


def script(marks: bool = False) -> str:
    """The honest notebook's code as a `.py` file, plain or with `# %%` cells."""
    sources = [c["source"] for c in honest()["cells"] if c["cell_type"] == "code"]
    return "\n\n".join(("# %%\n" if marks else "") + source for source in sources) + "\n"


def save(where: Path, content: bytes | None = None, name: str = "bptt.ipynb") -> Path:
    """Write a file of these bytes, the honest notebook's by default, making the folders it needs."""
    path = where / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data() if content is None else content)
    return path


def cell(notebook: Notebook, id: str) -> dict[str, Any]:
    """The cell of this id."""
    return next(found for found in notebook["cells"] if found["id"] == id)


def place(notebook: Notebook, id: str) -> int:
    """The position of the cell of this id."""
    return notebook["cells"].index(cell(notebook, id))


def code(source: str, id: str = "own") -> dict[str, Any]:
    """A code cell of the student's own."""
    return {"cell_type": "code", "id": id, "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def prose(source: str, id: str = "own-text") -> dict[str, Any]:
    """A text cell of the student's own."""
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": source}


def stub(notebook: Notebook, id: str) -> None:
    """Put a task's cell back as it was released."""
    source = cell(notebook, id)["source"]
    cell(notebook, id)["source"] = re.sub(r":\n(.|\n)*", ":\n    # YOUR CODE HERE\n    raise NotImplementedError()", source, count=1)


def copied(found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy of a cell with some keys changed."""
    return copy.deepcopy(found) | changes
