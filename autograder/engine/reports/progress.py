"""The progress of a long run: a live line in a terminal, plain lines elsewhere and in a log, and a summary at the end."""

import sys
import time
from collections import Counter
from collections.abc import Generator, Iterable
from datetime import timedelta
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.engine.core.result import Result
from autograder.engine.core.streams import go_quiet

_COLUMNS = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[failed]}"))


def progress(
    results: Iterable[Result], total: int, what: str, log: TextIO | None = None
) -> Generator[Result, None, None]:
    """The same results. The progress goes to stderr and to `log`: done, time left, failures, and the slowest."""
    console = Console(stderr=True)
    live = console.is_terminal
    logs = [log] if log else []
    plain = [] if live or total == 1 else [sys.stderr]
    far = _Far(total)
    with Progress(
        TextColumn(what),
        *_COLUMNS,
        console=console,
        disable=not live,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # else what is printed is for a file, and not for this terminal
    ) as bar:
        line = bar.add_task(what, total=total, failed="")
        for result in results:
            text = far.step(result)
            bar.update(line, advance=1, failed=far.failures)
            _say(logs, text)
            _say(plain, text)
            yield result
    _say(logs, far.summary)
    if total > 1:
        _say([sys.stderr], far.summary)


def _say(files: list[TextIO], text: str) -> None:
    """A line for each file. One that takes nothing more gets no more lines: the results go on without it."""
    for file in tuple(files):
        try:
            print(text, file=file, flush=True)
        except OSError as error:
            files.remove(file)
            if file is sys.stderr:
                go_quiet(file)
            else:
                _say([sys.stderr], f"the log cannot be written any more ({error.strerror}): it ends here")


class _Far:
    """What has come of a run so far."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._counts: Counter[str] = Counter()
        self._started = self._last = time.monotonic()
        self._slowest, self._slowest_s = "", 0.0

    def step(self, result: Result) -> str:
        """Count one more result; the line that says so."""
        now = time.monotonic()
        who = result.student or result.path
        if now - self._last > self._slowest_s:
            self._slowest, self._slowest_s = who, now - self._last
        self._last = now
        self._counts[result.status] += 1
        self._counts["repaired"] += result.status == "graded" and bool(result.notes)
        self._counts["done"] += 1
        done = self._counts["done"]
        score = "no score" if result.score is None else f"{result.score:g} of {result.max_score:g}"
        left = timedelta(seconds=round((now - self._started) / done * (self._total - done)))
        parts = [f"[{done}/{self._total}] {who}: {score}", f"{left} left", self._wait, self.failures]
        return "; ".join(part for part in parts if part)

    @property
    def failures(self) -> str:
        failed = self._counts["done"] - self._counts["graded"]
        return f"{failed} not graded" if failed else ""

    @property
    def _wait(self) -> str:
        return f"the longest wait was for {self._slowest} ({self._slowest_s:.1f} s)" if self._slowest else ""

    @property
    def summary(self) -> str:
        counts = self._counts
        took = (
            f"{counts['graded']} graded ({counts['repaired']} of them with remarks), {counts['unreadable']} unreadable, "
            f"{counts['grader_error']} grader errors, in {time.monotonic() - self._started:.1f} s"
        )
        return "; ".join(filter(None, (took, self._wait)))
