"""How far a long run is: a live line in a terminal, plain lines elsewhere, and a summary at the end."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.result import Result


def progress(results: Iterable[Result], total: int, what: str) -> Iterator[Result]:
    """The same results; how far they are is said on stderr: done, time left, failures, and the slowest in the end."""
    console = Console(stderr=True)
    live = console.is_terminal
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    counts: Counter[str] = Counter()
    started = last = time.monotonic()
    slowest, slowest_s = "", 0.0
    with Progress(*columns, console=console, disable=not live, transient=True) as bar:
        line = bar.add_task(what, total=total, failed="")
        for done, result in enumerate(results, start=1):
            now = time.monotonic()
            if now - last > slowest_s:
                slowest, slowest_s = result.student or result.path, now - last
            last = now
            counts[result.status] += 1
            counts["repaired"] += result.status == "graded" and bool(result.notes)
            failed = done - counts["graded"]
            bar.update(line, advance=1, failed=f"{failed} not graded" if failed else "")
            if not live and total > 1:
                score = "no score" if result.score is None else f"{result.score:g} of {result.max_score:g}"
                print(f"[{done}/{total}] {result.student or result.path}: {score}", file=sys.stderr)
            yield result
    if total > 1:
        print(
            f"{counts['graded']} graded ({counts['repaired']} of them with remarks), {counts['unreadable']} unreadable, "
            f"{counts['grader_error']} grader errors, in {time.monotonic() - started:.1f} s; "
            f"the longest wait was for {slowest} ({slowest_s:.1f} s)",
            file=sys.stderr,
        )
