"""Shared fixtures: a course with a fixed seed, and a judge of notebooks that differ from the solved one in some cells."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from long_files import LONG
from support import LIMITS, SEED

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import Cell, Submission
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox

hypothesis.settings.register_profile("kit", derandomize=True, max_examples=60, deadline=None, database=None)
hypothesis.settings.load_profile("kit")

JudgeCells = Callable[..., Result]


_PLACE = {Path(__file__).parent / f"{name}.py": place for place, name in enumerate(LONG)}


@pytest.hookimpl(optionalhook=True)  # an environment may be without xdist
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than there are cores: some tests wait, for a limit of time or for a server."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """What copies of the kit have found wrong with a task is kept for all processes of a run (see kit_copy.py)."""
    if "KIT_FAULTS" not in os.environ:
        faults = tempfile.TemporaryDirectory(prefix="faults-")
        os.environ["KIT_FAULTS"] = faults.name
        config.add_cleanup(faults.cleanup)
        config.add_cleanup(lambda: os.environ.pop("KIT_FAULTS"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; all else in its own order."""
    items.sort(key=lambda item: _PLACE.get(item.path, len(LONG)))


@pytest.fixture(autouse=True)
def _numpy_as_it_starts() -> Iterator[None]:
    """Every test begins with NumPy's own error handling: some correct submissions, run in this process, change it."""
    with np.errstate(all="warn", under="ignore"):
        yield


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course in a folder of its own, with a fixed seed."""
    folder = tmp_path / "course"
    (folder / ".autograder").mkdir(parents=True)
    (folder / ".autograder" / "seed").write_text(SEED + "\n", encoding="utf-8")
    (folder / "autograder.toml").write_text("# the defaults\n", encoding="utf-8")
    return Course(folder, LIMITS)


@pytest.fixture(scope="session")
def exam() -> HiddenTests:
    """The exam of the fixed seed."""
    return HiddenTests(ASSIGNMENT, SEED)


@pytest.fixture(scope="session")
def worker() -> Iterator[Sandbox]:
    """A warm worker with short limits of time."""
    with Sandbox(LIMITS) as warm:
        yield warm


@pytest.fixture(scope="session")
def solved() -> Submission:
    """The solved notebook as a submission."""
    return load(SOLUTION / "bptt" / "bptt.ipynb", "solved")


@pytest.fixture(scope="session")
def judge_cells(exam: HiddenTests, worker: Sandbox, solved: Submission) -> JudgeCells:
    """judge_cells({grade_id: source}): grade the solved notebook with some of its cells changed.

    A source of None takes the cell out; `before` and `after` are further code cells, put at the top and at the end; `settings` are Course's.
    """

    def judge(
        changes: Mapping[str, str | None],
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
        own_exam: HiddenTests | None = None,
        **settings: object,
    ) -> Result:
        unknown = set(changes) - {cell.id for cell in solved.cells}
        assert not unknown, f"no such cells: {unknown}"
        changed = [(cell, changes.get(cell.id, cell.source)) for cell in solved.cells]
        cells = [replace(cell, source=source) for cell, source in changed if source is not None]
        # the digest decides which variant of the exam it is: the same one for all
        above, below = ([Cell("code", source) for source in sources] for sources in (before, after))
        handed_in = replace(solved, path="bptt.ipynb", digest="", cells=(*above, *cells, *below))
        return grade(handed_in, Course(Path("unused"), LIMITS, **settings), own_exam or exam, worker)

    return judge
