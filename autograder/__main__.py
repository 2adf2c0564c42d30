"""The command line: `python -m autograder`."""

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from rich.console import Console

from autograder.engine.core.atomic_file import whole_file
from autograder.engine.core.settings import Course, SettingsError
from autograder.engine.course.course_file import find_course

if TYPE_CHECKING:
    from autograder.engine.core.result import Result
    from autograder.engine.reports.pages import class_report
    from autograder.engine.sandbox.probe import Proof
    from autograder.nbgrader.register import Register

_IN_FULL = 20  # submissions: a larger class is one line each


class _Commands(click.Group):
    """All commands. Where no student code can be run at all, each of them ends with one sentence."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from autograder.engine.sandbox.session import SandboxError  # takes a while

            if isinstance(error, SandboxError):
                raise click.ClickException(str(error)) from None
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bptt-autograder", prog_name="bptt-autograder")
def main() -> None:
    """Grade back-propagation through time: build the assignment, judge submissions, try it on a sample class."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a course of your own in FOLDER, ready for nbgrader."""
    from autograder.engine.authoring.newcourse import NewCourseError, make_course

    try:
        make_course(folder)
    except NewCourseError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{folder} is a course now. Go there, and begin with: nbgrader generate_assignment bptt")


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where the committed files differ from a fresh build.")
def build(check: bool) -> None:
    """Write the notebooks of solution/ and assignment/ from narrative and reference."""
    from autograder.engine.authoring import release
    from autograder.engine.authoring.notebook import BuildError

    root = Path.cwd()
    if not (root / "solution" / "bptt.md").is_file():
        raise click.UsageError("there is no solution/bptt.md here: run this from the root of the kit's repository")
    try:
        faults = release.drift(root) if check else []
        if not check:
            release.build(root)
    except BuildError as error:
        raise click.ClickException(str(error)) from None
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("solution/bptt and assignment/bptt are " + ("up to date." if check else "written."))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option("--json", "json_file", metavar="FILE", help="Write the report there; - prints it.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Processes at once; 0, the default, is one a core.")
@click.option("--cluster", metavar="ADDRESS", help="Judge on the workers of this dask scheduler.")
@click.option("--log", metavar="FILE", type=click.File("w", "utf-8", lazy=False), help="Write how far it is there.")
@click.option("--force", is_flag=True, help="Judge again what was judged before.")
@click.option("--allow-unisolated", is_flag=True, help="Grade even where nothing walls student code in.")
def grade(
    paths: tuple[Path, ...],
    json_file: str | None,
    jobs: int,
    cluster: str | None,
    log: TextIO | None,
    force: bool,
    allow_unisolated: bool,
) -> None:
    """Judge submissions: notebooks, .py files, folders that hold one, or folders of such folders."""
    from autograder.engine.core.names import shown
    from autograder.engine.grading.batch import NotIsolatedError
    from autograder.engine.grading.cluster import ClusterError
    from autograder.engine.intake import files
    from autograder.engine.reports.progress import progress

    try:
        found = files.find(list(paths))
        course = find_course(Path.cwd())
        course = replace(course, allow_unisolated=course.allow_unisolated or allow_unisolated, judge_again=force)
        proof, judged = _judged(found, course, jobs, cluster)
        results = progress(judged, len(found), "judging", log)
        failed = _hand_out(results, len(found), json_file, proof.label)
    except FileNotFoundError as error:
        raise click.UsageError(
            f"there is no {shown(error.args[0])}: name a notebook, a .py file or a folder of them"
        ) from None
    except (SettingsError, NotIsolatedError, ClusterError) as error:
        raise click.UsageError(str(error)) from None
    if failed:
        sys.exit(1)


@main.command()
def status() -> None:
    """Say of everybody in an nbgrader course whether the recorded grade is still what would be given now."""
    from autograder.engine.core.looking import CannotReadError
    from autograder.nbgrader.places import CourseError, course_directory
    from autograder.nbgrader.register import Register

    try:
        coursedir = course_directory(Path.cwd())
        course = find_course(Path(coursedir.root))
        register = Register(coursedir, course)
        if not register.folders and not register.absent:
            folder = coursedir.format_path(coursedir.submitted_directory, "<student>", "bptt")
            raise click.UsageError(f"there is no {folder} here: run this from the root of an nbgrader course")
        course.seed()
        failed = _say_standing(register)
    except (SettingsError, CannotReadError, CourseError) as error:
        raise click.UsageError(str(error)) from None
    if failed:
        sys.exit(1)


def _say_standing(register: "Register") -> bool:
    """A line for each student and each file that is nobody's. Whether the grader could not read one."""
    from autograder.engine.core.looking import CannotReadError
    from autograder.engine.core.names import shown
    from autograder.nbgrader.staging import remark_of

    failed = False
    for name in register.work:
        kept = register.kept(shown(name))
        try:
            why = register.why(name)
            state = "not graded" if not kept else f"stale: {why}" if why else "current"
        except CannotReadError as error:
            state, failed = f"not known: {error}", True
        points = f" ({kept['score']:g} points)" if kept else ""
        remark = f"; {said}" if kept and (said := remark_of(kept)) else ""
        click.echo(f"{shown(name)}: {state}{points}{remark}")
    for student in register.absent:
        click.echo(f"{student}: handed in nothing")
    for sentence in register.loose:
        click.echo(sentence)
    return failed


@main.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--output", metavar="FILE", default="class.html", show_default=True, help="The page.")
@click.option("--csv", "tables", metavar="DIR", type=click.Path(path_type=Path), help="Write the figures there, too.")
@click.option("--anonymous", is_flag=True, help="Leave names out, for projecting.")
def report(source: Path | None, output: str, tables: Path | None, anonymous: bool) -> None:
    """Show a class on one page: SOURCE is a report of `grade --json`, or a course's root (the default: this one)."""
    from autograder.engine.reports.pages import class_report

    whole = _read_class(source or Path.cwd())
    if anonymous:
        whole = class_report.anonymous(whole)
    _write(output, [class_report.page(whole)])
    written = [Path(output)]
    try:
        written += class_report.write_tables(whole, tables) if tables else []
    except OSError as error:
        raise click.UsageError(f"{tables} cannot be written ({error.strerror}): name another folder") from None
    click.echo(f"written: {', '.join(map(str, written))}")


def _read_class(source: Path) -> "class_report.Class":
    from autograder.engine.reports import report
    from autograder.engine.reports.pages import class_report

    try:
        if source.is_dir():
            from autograder.nbgrader.register import recorded_class

            whole = recorded_class(source)
            if not (whole.results or whole.waiting or whole.absent):
                raise click.UsageError(
                    f"{source} holds no submitted/ and no autograded/: name a course's root or a report"
                )
            return whole
        results, label = report.from_json(source.read_text(encoding="utf-8"))
        return class_report.Class(tuple(results), (label,))
    except (ValueError, OSError) as error:
        raise click.UsageError(f"{source} cannot be read ({error}): name a report of `grade --json`") from None


@main.command()
@click.argument("student")
@click.argument("task")
@click.option("--check", metavar="ID", help="The check to explain; the first that failed, where none is named.")
@click.option("--allow-unisolated", is_flag=True, help="Run even where nothing walls student code in.")
def explain(student: str, task: str, check: str | None, allow_unisolated: bool) -> None:
    """Show an instructor all that lies behind a verdict, and replay it. STUDENT is a name in submitted/, or a path."""
    from rich.text import Text

    from autograder.engine.grading.batch import NotIsolatedError
    from autograder.engine.reports import appeal as appeals

    try:
        course = find_course(Path.cwd())
        course = replace(course, allow_unisolated=course.allow_unisolated or allow_unisolated)
        appeal = appeals.replay(student, task, check, course)
    except (appeals.AppealError, SettingsError, NotIsolatedError) as error:
        raise click.UsageError(str(error)) from None
    console = Console(soft_wrap=True)
    for title, text in appeals.sections(appeal):
        console.print(Text.assemble((title, "bold"), "\n", *("  " + line + "\n" for line in text.rstrip().split("\n"))))


@main.command()
@click.option(
    "--output", default="gradescope.zip", metavar="FILE", help="The zip; gradescope.zip, where none is named."
)
def gradescope(output: str) -> None:
    """Write the zip that Gradescope takes as a programming assignment's autograder. It holds the course's secret seed."""
    from autograder.engine.reports.gradescope import write_zip

    try:
        write_zip(find_course(Path.cwd()), Path(output))
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written ({error.strerror}): name another file") from None
    click.echo(f"{output} is written: upload it in Gradescope, and keep it as secret as the seed that it holds.")


@main.command()
def doctor() -> None:
    """Try what isolates student code on this machine, layer by layer."""
    from autograder.engine.core.settings import Limits
    from autograder.engine.sandbox.probe import prove
    from autograder.engine.sandbox.process import Sandbox

    with Sandbox(Limits()) as worker:
        proof = prove(worker)
    for name, good, meaning in proof.lines():
        click.echo(f"{'yes' if good else 'NO ':3}  {name:18} {meaning}")
    click.echo(f"\n{proof.label}")
    if not proof.isolated:
        click.echo("Grade on Linux, in Docker or in WSL2: the README says how.")
        sys.exit(1)


@main.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--allow-unisolated", is_flag=True, help="Judge even where nothing walls student code in.")
def demo(folder: Path | None, allow_unisolated: bool) -> None:
    """Take a sample class through nbgrader end to end, in FOLDER or a new temporary one."""
    from autograder.engine.demo.sample_class import DemoError, run
    from autograder.engine.grading.batch import NotIsolatedError

    try:
        run((folder or Path(tempfile.mkdtemp(prefix="bptt-course-"))).resolve(), Console(), allow_unisolated)
    except (DemoError, NotIsolatedError) as error:
        raise click.ClickException(str(error)) from None


def _judged(
    found: Sequence[tuple[Path, str | None]], course: Course, jobs: int, cluster: str | None
) -> "tuple[Proof, Iterator[Result]]":
    """What isolates, and the results of all submissions as they are made: on this machine or on a cluster's."""
    if cluster:
        from autograder.engine.grading.cluster import Cluster

        machines = Cluster(cluster, course)
        return machines.proof, machines.judge_all(found)
    from autograder.engine.grading.batch import judge_all, prove_isolation

    proof = prove_isolation(course)
    return proof, judge_all(found, course, proof, jobs)


def _hand_out(results: Iterable["Result"], total: int, json_file: str | None, isolation: str) -> bool:
    """Print and write each result as it comes, and keep none. Whether the grader itself failed on one."""
    from autograder.engine.reports import report

    console = Console(soft_wrap=True)
    in_full = total <= _IN_FULL
    failed = False

    def told() -> Iterator["Result"]:
        nonlocal failed
        for result in results:
            failed |= result.status == "grader_error"
            if json_file != "-":
                (report.print_result if in_full else report.print_line)(console, result)
            yield result

    if json_file is None:
        for _ in told():
            pass
        if not in_full:
            console.print("Every check and its sentence: grade again with --json FILE; nothing is judged twice.")
    else:
        _write(json_file, report.json_pieces(told(), isolation))
    return failed


def _write(file: str, pieces: Iterable[str]) -> None:
    """Whole or not at all: a report that exists is not harmed by one that cannot be written. `-` is stdout."""
    if file == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))  # JSON's own escapes
            sys.stdout.buffer.flush()
        return
    path = Path(file)
    try:
        with whole_file(path, encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            out.writelines(pieces)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None


if __name__ == "__main__":
    main(prog_name="python -m autograder")
