"""`report`: a class on one page."""

from pathlib import Path

import click

from autograder.engine.cli.output import write
from autograder.engine.reports import report
from autograder.engine.reports.pages import class_report


def run(source: Path, output: str, tables: Path | None, anonymous: bool) -> None:
    whole = _read_class(source)
    if anonymous:
        whole = class_report.anonymous(whole)
    write(output, [class_report.page(whole)])
    written = [Path(output)]
    try:
        written += class_report.write_tables(whole, tables) if tables else []
    except OSError as error:
        raise click.UsageError(f"{tables} cannot be written ({error.strerror}): name another folder") from None
    click.echo(f"written: {', '.join(map(str, written))}")


def _read_class(source: Path) -> class_report.Class:
    try:
        if source.is_dir():
            from autograder.nbgrader.register import recorded_class

            whole = recorded_class(source)
            if not (whole.results or whole.waiting or whole.absent):
                raise click.UsageError(
                    f"{source} holds no submitted/ and no autograded/: name a course's root or a report"
                )
            return whole
        text = source.read_text(encoding="utf-8")
        results, label = report.from_json(text)
        return class_report.Class(tuple(results), (label,), absent=tuple(report.missing_in(text)))
    except (ValueError, OSError) as error:
        raise click.UsageError(f"{source} cannot be read ({error}): name a report of `grade --json`") from None
