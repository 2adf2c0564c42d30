"""One test for each hidden check of the submission given with `--submission`. The judging is done by then."""

import pytest

from autograder.engine.core.result import CheckResult


def test_check(verdict: CheckResult) -> None:
    """The check passes, or its sentence says why not."""
    if not verdict.passed:
        pytest.fail(verdict.message or "it did not pass", pytrace=False)
