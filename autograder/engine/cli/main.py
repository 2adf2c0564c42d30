"""The commands of `python -m autograder`: their arguments, and what `--help` says."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from autograder.engine.cli.output import show_all
from autograder.engine.cli.surroundings import expect_folder, printing
from autograder.engine.core.stopping import StoppedError, stoppable

_UNISOLATED = click.option(
    "--allow-unisolated",
    is_flag=True,
    help="Run student code even where nothing isolates it: only if you trust everyone.",
)


class _Commands(click.Group):
    """All commands. Where no student code can be run, or the suite does not do, each of them ends with one sentence."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        show_all()
        with printing():  # the help of all commands is printed here, and that of one by `invoke`
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> object:
        expect_folder()
        try:
            with stoppable(), printing():
                return super().invoke(ctx)
        except StoppedError as stopped:
            with suppress(OSError):  # the terminal is gone
                click.echo(f"{stopped}: what was judged is kept, and the same command does the rest", err=True)
            raise
        except Exception as error:
            from autograder.engine.core.assignment import SuiteError  # these take a while
            from autograder.engine.sandbox.session import SandboxError

            if isinstance(error, SandboxError | SuiteError):
                raise click.ClickException(str(error)) from None
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bptt-autograder", prog_name="bptt-autograder")
def main() -> None:
    """Grade back-propagation through time: build the assignment, judge submissions, try it on a sample class."""


@main.command(short_help="Make a course of your own.")
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a course of your own in FOLDER, ready for nbgrader."""
    from autograder.engine.cli.init import run

    run(folder)


@main.command(short_help="Write the notebooks from their sources.")
@click.option("--check", is_flag=True, help="Write nothing; fail where the committed files differ from a fresh build.")
def build(check: bool) -> None:
    """Write the notebooks of solution/ and assignment/ from the text and the reference."""
    from autograder.engine.cli.build import run

    run(check)


@main.command(short_help="Judge submissions.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option("--json", "json_file", metavar="FILE", help="Write the report there; - prints it.")
@click.option("--csv", "table", metavar="FILE", help="Write a table there, a row for each student; - prints it.")
@click.option(
    "--platform",
    type=click.Choice(["canvas", "moodle", "blackboard", "brightspace", "gradescope"]),
    help="The form of the table: the one in which this platform takes grades.",
)
@click.option(
    "--column", metavar="TITLE", default="bptt", show_default=True, help="The platform's column for the points."
)
@click.option(
    "--roster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who is in the class, as CSV: tells who is missing.",
)
@click.option("--feedback", metavar="DIR", type=click.Path(path_type=Path), help="Write each student's page there.")
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Processes at once; 0, the default, means one for each core it may use.",
)
@click.option("--cluster", metavar="ADDRESS", help="Judge on the workers of this dask scheduler.")
@click.option("--log", metavar="FILE", help="Write the progress there, as plain lines.")
@click.option("--force", is_flag=True, help="Judge again what was judged before.")
@_UNISOLATED
def grade(
    paths: tuple[Path, ...],
    json_file: str | None,
    table: str | None,
    platform: str | None,
    column: str,
    roster: Path | None,
    feedback: Path | None,
    jobs: int,
    cluster: str | None,
    log: str | None,
    force: bool,
    allow_unisolated: bool,
) -> None:
    """Judge submissions: notebooks, .py files, folders that hold one, or folders of such folders."""
    from autograder.engine.cli.grade import Wanted, run

    wanted = Wanted(json_file or "", table or "", platform or "", column, feedback, log or "")
    run(paths, wanted, roster, jobs, cluster, force, allow_unisolated)


@main.command(short_help="Say whose recorded grade is out of date.")
def status() -> None:
    """Say for each student of an nbgrader course whether the recorded grade is the one that would be given now."""
    from autograder.engine.cli.status import run

    run()


@main.command(short_help="Show a class on one page.")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--output", metavar="FILE", default="", help="The page; by default class.html, or class-anonymous.html.")
@click.option("--csv", "tables", metavar="DIR", type=click.Path(path_type=Path), help="Write the figures there, too.")
@click.option("--anonymous", is_flag=True, help="Leave names out, for projecting.")
@click.option("--section", metavar="NAME", help="Of this section alone.")
@click.option(
    "--roster", metavar="FILE", type=click.Path(path_type=Path), help="Who is in the class and its sections, as CSV."
)
@click.option(
    "--feedback",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the pages of `grade --feedback` lie, for the names to lead to; by default feedback.",
)
def report(
    source: Path | None,
    output: str,
    tables: Path | None,
    anonymous: bool,
    section: str | None,
    roster: Path | None,
    feedback: Path | None,
) -> None:
    """Show a class on one page: SOURCE is a report of `grade --json`, or a course's root (the default: this one)."""
    from autograder.engine.cli.report import Wanted, run

    run(source or Path.cwd(), Wanted(output, tables, anonymous, section, roster, feedback))


@main.command(short_help="List submissions that are too alike.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option("--output", metavar="FILE", default="similar.html", show_default=True, help="The page.")
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="Pairs that are listed.")
def similar(paths: tuple[Path, ...], output: str, most: int) -> None:
    """List pairs of submissions that are too alike, and show them side by side on a page. It is no verdict."""
    from autograder.engine.cli.similar import run

    run(paths, output, most)


@main.command(short_help="Show all that lies behind a verdict.")
@click.argument("student")
@click.argument("task")
@click.option("--check", metavar="ID", help="The check to explain; by default the first that failed.")
@click.option("--html", default="", metavar="FILE", help="Write it as a page to send, without the reference's source.")
@_UNISOLATED
def explain(student: str, task: str, check: str | None, html: str, allow_unisolated: bool) -> None:
    """Show an instructor all that lies behind a verdict, and replay it.

    STUDENT is a name in submitted/, or a path. TASK may be a check's whole name, as a feedback page shows it.
    """
    from autograder.engine.cli.explain import run

    run(student, task, check, html, allow_unisolated)


@main.command(short_help="Write the zip for Gradescope.")
@click.option("--output", default="gradescope.zip", metavar="FILE", help="The zip to write; by default gradescope.zip.")
def gradescope(output: str) -> None:
    """Write the zip that Gradescope takes as a programming assignment's autograder. It holds the course's secret seed."""
    from autograder.engine.cli.gradescope import run

    run(output)


@main.command(short_help="Try what isolates student code here.")
def doctor() -> None:
    """Try what isolates student code on this machine, layer by layer."""
    from autograder.engine.cli.doctor import run

    run()


@main.command(short_help="Grade a sample class from end to end.")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@_UNISOLATED
def demo(folder: Path | None, allow_unisolated: bool) -> None:
    """Take a sample class through nbgrader from end to end, in FOLDER or in a new temporary one."""
    from autograder.engine.cli.demo import run

    run(folder, allow_unisolated)
