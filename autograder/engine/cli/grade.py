"""`grade`: submissions are judged, printed, and written as a report, a table and pages."""

import errno
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click

from autograder.engine.cli.apart import Name, course_files, expect_apart, expect_outside, expect_own_settings
from autograder.engine.cli.output import log_file, opened, write
from autograder.engine.cli.paths import named
from autograder.engine.cli.surroundings import unprinted
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course, SettingsError
from autograder.engine.core.streams import go_quiet
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.engine.grading.cluster import ClusterError
from autograder.engine.grading.grade import tasks_of
from autograder.engine.intake.found import Found, LeftOut
from autograder.engine.people.roll import Roll, call_roll
from autograder.engine.people.roster import Roster, RosterError, read_roster
from autograder.engine.reports import terminal
from autograder.engine.reports.progress import progress
from autograder.engine.sandbox.probe import Proof

Results = Generator[Result, None, None]
_IN_FULL = 20  # submissions: a larger class is one line each


@dataclass(frozen=True)
class Wanted:
    """What `grade` writes, beside what it prints; an empty name is not wanted."""

    json_file: str = ""
    table: str = ""
    platform: str = ""  # whose form the table has; by default the kit's own
    column: str = ""
    feedback: Path | None = None
    log: str = ""

    def __post_init__(self) -> None:
        if self.platform and not self.table:
            raise click.UsageError(f"--platform {self.platform} is a form of the table: name its file by --csv, too")
        printed = [option for option, file in self.files if file == "-"]
        if len(printed) > 1:
            raise click.UsageError(f"{' and '.join(printed)} cannot both be printed: name a file for one of them")

    @property
    def files(self) -> list[tuple[str, Name]]:
        """Each file that is wanted, behind its option."""
        return [("--json", self.json_file), ("--csv", self.table), ("--log", self.log)]

    @property
    def is_filed(self) -> bool:
        """Whether anything goes into files."""
        return self.feedback is not None or any(file not in ("", "-") for _, file in self.files)

    @property
    def is_printed(self) -> bool:
        return "-" in (self.json_file, self.table)


def run(
    paths: tuple[Path, ...],
    wanted: Wanted,
    roster_file: Path | None,
    jobs: int,
    cluster: str | None,
    force: bool,
    allow_unisolated: bool,
) -> None:
    try:
        course = find_course(Path.cwd())
        course = replace(course, allow_unisolated=course.allow_unisolated or allow_unisolated, judge_again=force)
        expect_own_settings(course, paths)
        roster = read_roster(roster_file) if roster_file else None
        with named(paths) as collection:
            roll = call_roll(collection.found, roster)
            expect_outside(wanted.feedback, paths)
            expect_apart(_outputs(wanted, roll), {"the roster": roster_file, **course_files(course)}, paths)
            with log_file(wanted.log) as log:
                proof, judged = _judged(roll.found, course, jobs, cluster)
                class_ = _Class(course, roll, roster, collection.left_out, proof.label)
                with closing(judged), closing(progress(judged, len(roll.found), "judging", log)) as results:
                    failed = class_.hand_out(results, wanted)
    except (SettingsError, NotIsolatedError, ClusterError, RosterError) as error:
        raise click.UsageError(str(error)) from None
    if failed:
        sys.exit(1)


def _outputs(wanted: Wanted, roll: Roll) -> list[tuple[str, Name]]:
    """All that is written, behind its option: the zip beside the pages, too."""
    if not wanted.feedback:
        return wanted.files
    from autograder.engine.reports.feedback_files import zip_beside

    return [
        *wanted.files,
        ("--feedback", wanted.feedback),
        ("the zip of --feedback", zip_beside(wanted.feedback, roll)),
    ]


def _judged(found: Sequence[Found], course: Course, jobs: int, cluster: str | None) -> tuple[Proof, Results]:
    """What isolates, and the results of all submissions as they are made: on this machine or on a cluster's."""
    if cluster:
        from autograder.engine.grading.cluster import Cluster

        machines = Cluster(cluster, course)
        return machines.proof, machines.judge_all(found)
    proof = prove_isolation(course)
    return proof, judge_all(found, course, proof, jobs)


class _Class:
    """What is known of a class beside its results: these pass through the writers one by one, and none is kept."""

    def __init__(
        self, course: Course, roll: Roll, roster: Roster | None, left_out: Sequence[LeftOut], isolation: str
    ) -> None:
        self._tasks = tasks_of(course)
        self._roll, self._roster, self._left_out, self._isolation = roll, roster, left_out, isolation
        self._remarks: list[str] = []
        self._failed = any(file.failure for file in left_out)
        self._is_filed = False

    def hand_out(self, results: Results, wanted: Wanted) -> bool:
        """Print and write each result as it comes. Whether the grader itself failed on one."""
        self._is_filed = wanted.is_filed
        passed = self._counted(results)
        if wanted.feedback:
            passed = self._with_pages(passed, wanted.feedback)
        if wanted.table:
            passed = self._in_table(passed, wanted)
        if not wanted.is_printed:
            passed = self._printed(passed)
        with closing(passed):
            if wanted.json_file:
                from autograder.engine.reports import report  # what a plain run does not need waits

                write(
                    wanted.json_file,
                    report.json_pieces(passed, self._isolation, self._left_out, self._roll),
                    self._lost,
                )
            else:
                for _ in passed:
                    pass
        with self._printing():
            self._print_rest(wanted)
        return self._failed

    def _counted(self, results: Iterator[Result]) -> Results:
        for result in results:
            self._failed |= result.status == "grader_error"
            yield result

    def _printed(self, results: Results) -> Results:
        out = terminal.console()
        in_full = len(self._roll.found) <= _IN_FULL
        for result in results:
            with self._printing():
                (terminal.print_result if in_full else terminal.print_line)(out, result)
            yield result

    @contextmanager
    def _printing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._lost(error)

    def _lost(self, error: OSError) -> None:
        """Print nothing more, where files are wanted, and say so: these are written all the same. Else there is no use."""
        if not self._is_filed:
            raise error
        go_quiet(sys.stdout)
        if error.errno != errno.EPIPE:  # else whoever read has had enough
            self._failed = True
            with suppress(OSError):
                click.echo(f"{unprinted(error)}; the files are written all the same", err=True)

    def _with_pages(self, results: Results, folder: Path) -> Results:
        from autograder.engine.reports.feedback_files import write_feedback  # templates take a while to load

        try:
            yield from write_feedback(results, self._roll, folder)
        except OSError as error:
            raise click.UsageError(f"{folder} cannot be written ({error.strerror}): name another folder") from None

    def _in_table(self, results: Results, wanted: Wanted) -> Results:
        from autograder.engine.reports.csv_file import MARKED, row_writer
        from autograder.engine.reports.grades import class_table, column_of, platform_table
        from autograder.engine.reports.platforms import PLATFORMS

        platform = PLATFORMS.get(wanted.platform)
        encoding = MARKED if platform is None or platform.marked else "utf-8"
        with opened(wanted.table, encoding, self._lost) as out:
            if platform is None:
                tasks = [task.id for task in self._tasks]
                yield from class_table(results, self._roll, self._left_out, tasks, row_writer(out))
                return
            column = column_of(platform, wanted.column, sum(task.points for task in self._tasks), self._roster)
            put = row_writer(out, platform.all_quoted)
            yield from platform_table(results, self._roll, self._roster, platform, column, put, self._remarks.append)

    def _print_rest(self, wanted: Wanted) -> None:
        """What is to be said of the class as a whole."""
        out = terminal.console(stderr=wanted.is_printed)
        if not wanted.json_file and len(self._roll.found) > _IN_FULL:
            terminal.say(
                out, "To see every check and its sentence, grade again with --json FILE; nothing is judged twice."
            )
        for why, files in groupby(self._left_out, key=attrgetter("why")):
            terminal.print_left_out(out, why, [file.path for file in files])
        terminal.print_roll(out, self._roll)
        for remark in self._remarks:
            terminal.say(out, remark, f"{wanted.table}: ")
