"""`grade`: submissions are judged, printed, and written as a report."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console

from autograder.engine.cli.output import write
from autograder.engine.core.names import shown
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course, SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.engine.grading.cluster import ClusterError
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.found import Found, Handout
from autograder.engine.reports import report
from autograder.engine.reports.progress import progress
from autograder.engine.sandbox.probe import Proof

_IN_FULL = 20  # submissions: a larger class is one line each


def run(
    paths: tuple[Path, ...],
    json_file: str | None,
    jobs: int,
    cluster: str | None,
    log: TextIO | None,
    force: bool,
    allow_unisolated: bool,
) -> None:
    try:
        course = find_course(Path.cwd())
        course = replace(course, allow_unisolated=course.allow_unisolated or allow_unisolated, judge_again=force)
        with collected(list(paths)) as handout:
            proof, judged = _judged(handout.found, course, jobs, cluster)
            results = progress(judged, len(handout.found), "judging", log)
            failed = _hand_out(results, handout, json_file, proof.label)
    except FileNotFoundError as error:
        raise click.UsageError(
            f"there is no {shown(error.args[0])}: name a notebook, a .py file or a folder of them"
        ) from None
    except (SettingsError, NotIsolatedError, ClusterError) as error:
        raise click.UsageError(str(error)) from None
    if failed:
        sys.exit(1)


def _judged(found: Sequence[Found], course: Course, jobs: int, cluster: str | None) -> tuple[Proof, Iterator[Result]]:
    """What isolates, and the results of all submissions as they are made: on this machine or on a cluster's."""
    if cluster:
        from autograder.engine.grading.cluster import Cluster

        machines = Cluster(cluster, course)
        return machines.proof, machines.judge_all(found)
    proof = prove_isolation(course)
    return proof, judge_all(found, course, proof, jobs)


def _hand_out(results: Iterable[Result], handout: Handout, json_file: str | None, isolation: str) -> bool:
    """Print and write each result as it comes, and keep none. Whether the grader itself failed on one."""
    console = Console(soft_wrap=True)
    in_full = len(handout.found) <= _IN_FULL
    failed = False

    def printed() -> Iterator[Result]:
        nonlocal failed
        for result in results:
            failed |= result.status == "grader_error"
            if json_file != "-":
                (report.print_result if in_full else report.print_line)(console, result)
            yield result

    if json_file is None:
        for _ in printed():
            pass
        if not in_full:
            console.print("To see every check and its sentence, grade again with --json FILE; nothing is judged twice.")
    else:
        write(json_file, report.json_pieces(printed(), isolation, handout.left_out))
    aside = Console(soft_wrap=True, stderr=json_file == "-")
    for why, files in groupby(handout.left_out, key=attrgetter("why")):
        report.print_left_out(aside, why, [file.path for file in files])
    return failed or any(file.failure for file in handout.left_out)
