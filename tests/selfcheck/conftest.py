"""The self-check as the one file that students get, and a notebook's cell tried by it."""

import contextlib
import importlib.util
import linecache
import sys
from collections.abc import Callable
from functools import cache
from types import CodeType, ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.suite.reference import bptt

FILE = SOLUTION / "bptt" / "selfcheck.py"


@pytest.fixture
def bundle(monkeypatch) -> ModuleType:
    """The students' file, freshly imported."""
    spec = importlib.util.spec_from_file_location("selfcheck", FILE)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "selfcheck", module)
    exec(_code(), module.__dict__)
    return module


@cache
def _code() -> CodeType:
    """The students' file, compiled once: each test runs it anew."""
    return compile(FILE.read_text(encoding="utf-8"), str(FILE), "exec")


@pytest.fixture
def tried(bundle) -> Callable[..., dict[str, str]]:
    """tried(task, source): the checks that do not pass, with what they say, as in a notebook that is solved but for this cell."""

    def judge(task: str, source: str) -> dict[str, str]:
        others = {name: getattr(bptt, name) for name in (*ASSIGNMENT.given, *ASSIGNMENT.by_id) if name != task}
        namespace: dict[str, Any] = {"np": np, **others}
        linecache.cache["<cell>"] = (len(source), None, source.splitlines(True), "<cell>")
        with contextlib.redirect_stdout(None), np.errstate(all="ignore"):
            try:
                exec(compile(source, "<cell>", "exec"), namespace)
            except Exception as error:
                namespace["__cell_errors__"] = {task: bundle.error_text(error)}
            outcomes = bundle.results(task, namespace)
        return {outcome.name: outcome.message for outcome in outcomes if not outcome.passed}

    return judge
