"""A progress line for long runs: done, time left and failures, live in a terminal and silent elsewhere."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.result import Result


def progress(results: Iterable[Result], total: int, what: str) -> Iterator[Result]:
    """The same results, with a line on stderr that says how far they are."""
    console = Console(stderr=True)
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        line = bar.add_task(what, total=total, failed="")
        failed = 0
        for result in results:
            failed += result.status != "graded"
            bar.update(line, advance=1, failed=f"{failed} not graded" if failed else "")
            yield result
