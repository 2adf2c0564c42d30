"""The checks of the notebook's check cells, one test each. For one task: `pytest -k forward`."""

import pytest
import selfcheck

CHECKS = [(task, name) for task in selfcheck.TASKS for name in selfcheck.check_names(task)]


@pytest.mark.parametrize(("task", "name"), CHECKS, ids=[f"{task}-{name}" for task, name in CHECKS])
def test_task(task: str, name: str, outcomes: dict[str, list[selfcheck.Outcome]]) -> None:
    first = outcomes[task][0]
    outcome = next(outcome for outcome in outcomes[task] if outcome.name == name)
    if outcome.message == selfcheck.NOT_ATTEMPTED:
        pytest.skip(selfcheck.NOT_ATTEMPTED)
    if not outcome.passed:
        form_first = first.passed or first is outcome
        message = outcome.message if form_first else f"Not passed either: {task}-{first.name} comes first."
        pytest.fail(selfcheck.wrap(message), pytrace=False)
