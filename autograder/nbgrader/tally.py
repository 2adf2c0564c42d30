"""What an autograde run reports at its end: a few lines, those that somebody can act on."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.engine.core.result import Result
from autograder.engine.grading.grade import NOT_OURS
from autograder.nbgrader.register import Register

_MAX_NAMED = 20  # in one line
_MAX_LINES = 20  # of one kind; `python -m autograder status` has them all


@contextmanager
def less_said(step: Any) -> Iterator[None]:
    """No line of nbgrader's for each student, where nobody asked to see them (by --debug)."""
    log = getattr(step.log, "logger", step.log)
    all_of_it = getattr(step.parent, "log_level", logging.INFO) in (logging.DEBUG, "DEBUG")

    def is_wanted(record: logging.LogRecord) -> bool:
        return all_of_it or record.levelno >= logging.ERROR

    log.addFilter(is_wanted)
    try:
        yield
    finally:
        log.removeFilter(is_wanted)


def first_line(error: Exception) -> str:
    """What an error says, as far as it fits into a sentence."""
    return str(error).strip().split("\n")[0][:300] or type(error).__name__


class Tally:
    """What came of each submission, as it becomes known."""

    def __init__(self, register: Register, whole: bool) -> None:
        self.current = 0  # submissions whose record holds
        self._register, self._whole = register, whole
        self._recorded = 0
        self._failed: list[str] = []
        self._unread: list[str] = []
        self._remarked: list[str] = []

    @property
    def submissions(self) -> int:
        return self.current + self._recorded + len(self._failed)

    def count(self, result: Result) -> None:
        """One more submission, judged or not."""
        if result.status == "grader_error":
            self._failed.append(f"{result.student} was not graded: {result.message}")
            return
        self._recorded += 1
        if result.status == "unreadable":
            self._unread.append(f"{result.student}: nothing could be read: {result.message}")
        if NOT_OURS in result.notes:
            self.remark(str(result.student), NOT_OURS)

    def remark(self, student: str, what: str) -> None:
        """Something of a submission that somebody should look at."""
        self._remarked.append(f"{student}: {what}")

    def another(self, student: str, name: str, error: Exception) -> None:
        """A further notebook of the assignment on which nbgrader's own step failed."""
        self._failed.append(f"{student}: nbgrader could not grade {name} ({first_line(error)}); the rest was recorded")

    def tell(self, log: logging.Logger) -> str:
        """Report it, the worst last. A sentence where something failed, or nothing."""
        self._tell(log.warning, self._remarked)
        self._tell(log.warning, self._unread)
        if self._whole:
            self._tell(log.warning, self._register.loose)
            if absent := self._register.absent:
                more = f" and {len(absent) - _MAX_NAMED} more" if len(absent) > _MAX_NAMED else ""
                log.warning("handed in nothing, %d: %s%s", len(absent), ", ".join(absent[:_MAX_NAMED]), more)
        log.info("%d recorded now, %d graded already (--force grades again)", self._recorded, self.current)
        self._tell(log.error, self._failed)
        return f"{len(self._failed)} submissions were not graded; the others were" if self._failed else ""

    def _tell(self, say: Callable[..., None], lines: Sequence[str]) -> None:
        for line in lines[:_MAX_LINES]:
            say("%s", line)
        if len(lines) > _MAX_LINES:
            say("and %d more of this kind: `python -m autograder status` names all", len(lines) - _MAX_LINES)
