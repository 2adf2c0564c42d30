"""What several test files use: the corpus of solution cells, short ways into a result, and courses with their commands.

The corpus lies in `submissions/`, in `correct`, `wrong`, `slips` and `unseen`: one file a task, one solution cell a `# %% name`.
The slips were written before the search for lines was made and served to mend it; the unseen ones were written later, and did not. A line with a mistake ends in `# here`, which no judge sees.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import forked
import pytest

from autograder.engine.core.result import Result, TaskResult
from autograder.engine.core.settings import Limits
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.found import Found

SEED = "a seed for the kit's own tests"
LIMITS = Limits(call_s=1.0, cell_s=2.0, asleep_s=2.0)  # far above what honest code takes, and short enough to wait for

_MARK = "  # here"
_FOLDER = Path(__file__).parent / "submissions"


@dataclass(frozen=True)
class Formulation:
    """One way, right or wrong, in which a student solves one task: the source of the solution cell."""

    task: str
    name: str
    source: str
    lines: tuple[int, ...] = ()  # of the mistake, counted from 1: several where it may be mended at any of them

    @property
    def id(self) -> str:
        return f"{self.task}-{self.name}"


def corpus(kind: str) -> list[Formulation]:
    """All formulations of one kind: "correct", "wrong", "slips" or "unseen"."""
    return [found for path in sorted((_FOLDER / kind).glob("*.py")) for found in _formulations(path, path.stem)]


def by_cost(kind: str) -> list[Formulation]:
    """Right formulations of `hidden_grads` whose work is "linear" or "quadratic" in the number of steps."""
    return _formulations(_FOLDER / "cost" / f"{kind}.py", "hidden_grads")


def _formulations(path: Path, task: str) -> list[Formulation]:
    found = []
    for cell in ("\n" + path.read_text(encoding="utf-8")).split("\n# %% ")[1:]:
        name, _, source = cell.partition("\n")
        source = source.strip("\n") + "\n"
        lines = tuple(number for number, line in enumerate(source.split("\n"), 1) if line.endswith(_MARK))
        found.append(Formulation(task, name, source.replace(_MARK, ""), lines))
    return found


def task_of(result: Result, task: str) -> TaskResult:
    """One task of a result."""
    return next(found for found in result.tasks if found.id == task)


def message(result: Result, task: str, check: str) -> str:
    """The sentence of one check that failed."""
    found = next(line for line in task_of(result, task).checks if line.id == check)
    assert found.message, f"{task} passed {check}"
    return found.message


def commands(course: Path) -> dict[str, str]:
    """The environment in which a course's commands run: nbgrader finds alembic, and leaves nothing outside the course."""
    scratch = course / "tmp"
    scratch.mkdir(exist_ok=True)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "TMPDIR": str(scratch)}


def run(course: Path, module: str, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """One command of a module, "autograder" or "nbgrader", in a course's folder."""
    if not options:
        return forked.run(("-m", module, *words), course, commands(course))
    command = [sys.executable, "-m", module, *words]
    options |= {"cwd": course, "env": commands(course)}
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def tiny_disk(most: int = 3000) -> None:
    """No file of this process may grow beyond a few bytes, as on a disk that is full: for `run`, as its `preexec_fn`."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def released_course(course: Path) -> Path:
    """A course of an instructor's own with small limits, its assignment released and nothing handed in."""
    return Path(shutil.copytree(_released().name, course, ignore=shutil.ignore_patterns("tmp"), dirs_exist_ok=True))


@cache
def _released() -> tempfile.TemporaryDirectory[str]:
    """Such a course, released once in this process: all others are copies."""
    from autograder.engine.demo import sample_class as demo  # heavy, and few tests need it

    folder = tempfile.TemporaryDirectory()
    course = Path(folder.name)
    demo._make_course(course)
    (course / "autograder.toml").write_text("[limits]\ncall_s = 2\ncell_s = 1\nasleep_s = 2\n", encoding="utf-8")
    (course / ".autograder").mkdir()
    (course / ".autograder" / "seed").write_text(SEED + "\n", encoding="utf-8")
    done = run(course, "nbgrader", "generate_assignment", "bptt")
    assert done.returncode == 0, done.stderr
    return folder


def gradebook(course: Path, url: str = "") -> dict[str, dict[str, float | None]]:
    """By student and grade cell the points that the gradebook holds, the course's own or the one at `url`."""
    from nbgrader.api import Gradebook  # heavy, and few tests need it

    with Gradebook(url or f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student.id: {grade.name: grade.auto_score for nb in submission.notebooks for grade in nb.grades}
            for submission in book.assignment_submissions("bptt")
        }


def autograded(course: Path, student: str) -> dict:
    """A student's autograded notebook."""
    return json.loads((course / "autograded" / student / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))


def note_of(course: Path, student: str) -> str:
    """What an autograded notebook says at its top about how it was read."""
    return "".join(autograded(course, student)["cells"][0]["source"])


def leave_out(reason: str) -> NoReturn:
    """Say what this machine lacks for a test. Where everything must run, in CI, the test fails instead."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def find(paths: list[Path]) -> list[Found]:
    """What is to be judged below these paths."""
    with collected(paths) as collection:
        return list(collection.found)
