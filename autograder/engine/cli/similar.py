"""`similar`: pairs of submissions that are too alike, for the instructor to look at."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import click

from autograder.engine.cli.apart import expect_apart
from autograder.engine.cli.output import write
from autograder.engine.cli.paths import named
from autograder.engine.core.looking import CannotReadError
from autograder.engine.intake.files import load_found
from autograder.engine.intake.found import Collection
from autograder.engine.intake.submission import Submission
from autograder.engine.likeness.pairs import LEAST, MAX_PASSAGES, Compared, Pair, alike, compared, known_passages
from autograder.engine.reports.pages import similar

_SAYS = "This says where to look, and not who copied. The page shows each pair side by side: {}"


def run(paths: tuple[Path, ...], output: str, most: int) -> None:
    with named(paths) as collection:
        expect_apart([("--output", output)], {}, paths)
        failures = _write(collection, output, most)
    if failures:
        sys.exit(1)


def _write(collection: Collection, output: str, most: int) -> int:
    """Write the page, print the list, and say how often the grader itself failed."""
    whole, remarks, failures = _compared([partial(load_found, found) for found in collection.found])
    remarks += [f"{file.path} was left out: {file.why}" for file in collection.left_out]
    pairs, total = alike(whole, most)
    try:
        page = similar.page(pairs, total, len(whole), remarks)
    except CannotReadError as error:
        raise click.ClickException(str(error)) from None
    write(output, [page])
    for number, pair in enumerate(pairs, 1):
        click.echo(f"{number:3}. {_line(pair)}")
    for remark in remarks:
        click.echo(remark, err=True)
    click.echo(_summary(total, len(pairs), len(whole)))
    click.echo(_SAYS.format(output))
    return failures + sum(file.failure for file in collection.left_out)


def _compared(reads: Iterable[Callable[[], Submission]]) -> tuple[list[Compared], list[str], int]:
    """The submissions that can be compared, a line for each that cannot be or not as a whole, and the grader's own failures."""
    known = known_passages()
    whole, remarks, failures = [], [], 0
    for read in reads:
        try:
            submission = read()
        except CannotReadError as error:
            failures += 1
            remarks.append(str(error))
            continue
        if submission.error:
            remarks.append(f"{submission.student or submission.path}: {submission.error}")
            continue
        whole.append(compared(read, submission, known))
        if whole[-1].is_cut:
            remarks.append(
                f"{whole[-1].who}: only the first {MAX_PASSAGES} passages were compared; look at the rest yourself"
            )
    return whole, remarks, failures


def _summary(total: int, listed: int, submissions: int) -> str:
    found = "1 pair reaches" if total == 1 else f"{total} pairs reach"
    first = "" if listed == total else "; the first is listed" if listed == 1 else f"; the first {listed} are listed"
    return f"{found} the weight of {LEAST}, or the same bytes, among {submissions} submissions{first}."


def _line(pair: Pair) -> str:
    one, other = (f"{round(100 * pair.share(who))} % of {who.who}'s own text" for who in (pair.one, pair.other))
    how = "the same file, byte for byte" if pair.same_file else f"weight {pair.weight:.0f}"
    return f"{pair.one.who} and {pair.other.who}: {how}; {one} and {other} are in both"
