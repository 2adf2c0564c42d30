"""What several test files use: the corpus of solution cells, and short ways into a result.

The corpus lies in `submissions/correct` and `submissions/wrong`: one file a task, one solution cell a `# %% name`.
"""

from dataclasses import dataclass
from pathlib import Path

from autograder.result import Result, TaskResult
from autograder.settings import Limits

SEED = "a seed for the kit's own tests"
LIMITS = Limits(call_s=2.0, cell_s=2.0)  # far above what honest code takes, and short enough to wait for

_FOLDER = Path(__file__).parent / "submissions"


@dataclass(frozen=True)
class Formulation:
    """One way, right or wrong, in which a student solves one task: the source of the solution cell."""

    task: str
    name: str
    source: str

    @property
    def id(self) -> str:
        return f"{self.task}-{self.name}"


def corpus(kind: str) -> list[Formulation]:
    """All formulations of one kind, "correct" or "wrong"."""
    found = []
    for path in sorted((_FOLDER / kind).glob("*.py")):
        for cell in ("\n" + path.read_text(encoding="utf-8")).split("\n# %% ")[1:]:
            name, _, source = cell.partition("\n")
            found.append(Formulation(path.stem, name, source.strip("\n") + "\n"))
    return found


def task_of(result: Result, task: str) -> TaskResult:
    """One task of a result."""
    return next(found for found in result.tasks if found.id == task)


def message(result: Result, task: str, check: str) -> str:
    """The sentence of one check that failed."""
    found = next(line for line in task_of(result, task).checks if line.id == check)
    assert found.message, f"{task} passed {check}"
    return found.message
