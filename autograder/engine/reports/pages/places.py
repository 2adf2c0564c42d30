"""A result that tells no place on the grader's machine: a page goes to a student, or to a colleague of another machine."""

import os
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

from autograder.engine.core.places import KIT
from autograder.engine.core.result import CheckResult, Result, TaskResult

_ROOTS = ("/", ".", "", "/usr", "/tmp")  # everybody's: they tell nothing, and what is below them may be a student's own

_PACKAGES = re.compile(r"[^\s\"'`(]*/(?:site|dist)-packages/")  # the whole of it, or what is left where a text was cut


def without_places(result: Result) -> Result:
    """The same; in each of its texts a file is called by its name alone, and not by where it lies."""
    return replace(
        result,
        path=PurePosixPath(result.path).name,
        message=result.message and without_place(result.message, result.path),
        notes=tuple(without_place(note, result.path) for note in result.notes),
        tasks=tuple(_task(task, result.path) for task in result.tasks),
    )


def _task(task: TaskResult, path: str) -> TaskResult:
    return replace(task, checks=tuple(check_without_places(check, path) for check in task.checks))


def check_without_places(check: CheckResult, path: str) -> CheckResult:
    """The same for one check of the submission at `path`."""
    return replace(check, message=check.message and without_place(check.message, path))


def without_place(text: str, path: str) -> str:
    """A text about the submission at `path`, in which files are called by their names alone."""
    if "/" not in text:
        return text
    text = _PACKAGES.sub("", text)
    place = PurePosixPath(path)
    above = place.parents if place.is_absolute() else [place.parent]
    known = {path, *map(str, above), os.getcwd(), tempfile.gettempdir(), *_machine()} - {*_ROOTS}
    for start in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<![\w/.]){re.escape(start)}/(?:[^\s:,;/]+/)*", "", text)
    return re.sub(rf"(?<![\w/.]){re.escape(path)}(?![\w/])", lambda _: place.name, text) if path else text


def _machine() -> set[str]:
    """Where Python, its packages, the kit and the grader's own files lie: an exception's text may name them."""
    return {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), str(KIT.parent), str(Path.home())}
