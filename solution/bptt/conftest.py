"""Makes the notebook itself the test file: `pytest` runs it once, and each check of a task is one test.

For one task: `pytest -k forward`. With `pytest --complete` a task that is not begun fails, too.
"""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import selfcheck

gc.freeze()  # what pytest and NumPy have made so far is no garbage: looking through it, at the end too, takes a tenth


class Notebook(pytest.File):
    """The saved notebook. Its cells run when the first check asks for what they define."""

    outcomes: dict[str, list[selfcheck.Outcome]] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        for task in selfcheck.TASKS:
            for name in selfcheck.check_names(task):
                yield Check.from_parent(self, name=f"{task}-{name}", task=task, check=name)

    def results(self, task: str) -> list[selfcheck.Outcome]:
        if self.outcomes is None:
            try:
                namespace = selfcheck.load_notebook(self.path)
            except selfcheck.NotebookError as error:
                pytest.exit(str(error), returncode=2)
            self.outcomes = {task: selfcheck.results(task, namespace) for task in selfcheck.TASKS}
            self.config.stash[_OUTCOMES] = self.outcomes
        return self.outcomes[task]


class Check(pytest.Item):
    """One check of one task."""

    def __init__(self, task: str, check: str, **options) -> None:
        super().__init__(**options)
        self.task, self.check = task, check

    def runtest(self) -> None:
        outcomes = self.parent.results(self.task)
        first, outcome = outcomes[0], next(outcome for outcome in outcomes if outcome.name == self.check)
        if outcome.message == selfcheck.NOT_ATTEMPTED:
            if self.config.getoption("complete") and first is outcome:
                pytest.fail(selfcheck.NOT_ATTEMPTED, pytrace=False)
            pytest.skip(selfcheck.NOT_ATTEMPTED)
        if not outcome.passed:
            form_first = first.passed or first is outcome
            message = outcome.message if form_first else f"Not passed either: {self.task}-{first.name} comes first."
            pytest.fail(selfcheck.wrap(message), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


_OUTCOMES = pytest.StashKey[dict[str, list[selfcheck.Outcome]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--complete", action="store_true", help="a task that is not attempted yet fails, too")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Notebook | None:
    beside = Path(__file__).with_name("bptt.ipynb")  # and no copy of it in a folder below
    return Notebook.from_parent(parent, path=file_path) if file_path.resolve() == beside.resolve() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The count, and the next thing to look at."""
    found = terminalreporter.config.stash.get(_OUTCOMES, None)
    if found:
        terminalreporter.ensure_newline()
        said = selfcheck.summary(found, Path(__file__).with_name("bptt.ipynb"))
        for line in filter(None, (said, selfcheck.wrap(selfcheck.skipped(found)))):
            terminalreporter.write_line(line)
