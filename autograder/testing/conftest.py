"""`pytest autograder --submission PATH`: the hidden checks as one pytest test each, for an instructor's eyes."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.engine.core.names import shown
from autograder.engine.core.result import CheckResult, Result
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.scratch import NoRoomError
from autograder.engine.sandbox.session import SandboxError


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", metavar="PATH", action="append", help="a notebook, .py file or folder to judge")
    parser.addoption("--force", action="store_true", help="judge again what was judged before")


_RESULTS = pytest.StashKey[list[Result]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Judge everything first, so that bad input is one sentence and no failed collection."""
    paths = session.config.getoption("--submission")
    if not paths:
        raise pytest.UsageError("name what to judge: pytest autograder --submission PATH")
    try:
        course = replace(find_course(Path.cwd()), judge_again=session.config.getoption("--force"))
        with collected([Path(path) for path in paths]) as collection:
            session.config.stash[_RESULTS] = list(judge_all(collection.found, course, prove_isolation(course)))
    except FileNotFoundError as error:
        raise pytest.UsageError(
            f"there is no {shown(error.filename)}: name a notebook, a .py file or a folder"
        ) from None
    except (SettingsError, NotIsolatedError, NoRoomError) as error:
        raise pytest.UsageError(str(error)) from None
    except SandboxError as error:
        pytest.exit(str(error), 1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    results = metafunc.config.stash[_RESULTS]
    named = len(results) > 1
    entries = [entry for result in results for entry in _entries(result, f"{result.path}-" if named else "")]
    metafunc.parametrize("verdict", [pytest.param(check, id=id) for id, check in entries])


def _entries(result: Result, prefix: str) -> list[tuple[str, CheckResult]]:
    """The checks of one submission by name; a submission without any is one failing check that says why."""
    if not result.tasks:
        return [(f"{prefix}{result.status}", CheckResult(result.status, False, result.message))]
    return [(f"{prefix}{task.id}-{check.id}", check) for task in result.tasks for check in task.checks]
