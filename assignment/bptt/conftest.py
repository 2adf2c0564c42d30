"""Runs the saved notebook once, and ends with how many tasks pass."""

from pathlib import Path

import pytest
import selfcheck

_OUTCOMES = pytest.StashKey[dict[str, list[selfcheck.Outcome]]]()


@pytest.fixture(scope="session")
def outcomes(pytestconfig: pytest.Config) -> dict[str, list[selfcheck.Outcome]]:
    """What every check of every task says about the notebook in this folder."""
    try:
        namespace = selfcheck.load_notebook(Path(__file__).with_name("bptt.ipynb"))
    except selfcheck.NotebookError as error:
        pytest.exit(str(error), returncode=2)
    found = {task: selfcheck.results(task, namespace) for task in selfcheck.TASKS}
    pytestconfig.stash[_OUTCOMES] = found
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The count, and the next thing to look at."""
    found = terminalreporter.config.stash.get(_OUTCOMES, None)
    if found:
        terminalreporter.ensure_newline()
        terminalreporter.write_line(selfcheck.summary(found))
