"""Many submissions: each one judged once, on as many processes as are wanted, and reported in the order given."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from autograder.engine.core.result import Result
from autograder.engine.core.settings import FILE, Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import released
from autograder.engine.course.versions import checks_version, settings_version
from autograder.engine.grading.cores import cores
from autograder.engine.grading.grade import grade, grade_error
from autograder.engine.grading.pool import processes
from autograder.engine.grading.store import Store
from autograder.engine.intake.files import load, load_found, unread
from autograder.engine.intake.found import Found
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.probe import Proof, prove
from autograder.engine.sandbox.process import Sandbox

ADVICE = "grade on Linux, in Docker or in WSL2 (see the README), or pass --allow-unisolated if you trust everyone"
_AHEAD = 16  # submissions under way for each process: one that takes a minute holds up no other process


class NotIsolatedError(Exception):
    """Student code would run without isolation here; the message says what to do."""


def prove_isolation(course: Course) -> Proof:
    """What isolates student code on this machine, tried just now. Raises NotIsolatedError where it is not enough."""
    with Sandbox(course.limits) as sandbox:
        proof = prove(sandbox)
    if too_low := lacking(proof, course):
        raise NotIsolatedError(f"{too_low}; {ADVICE}")
    return proof


def lacking(proof: Proof, course: Course) -> str:
    """In what this is less than the course demands, or nothing."""
    missing = [layer for layer in course.demand if layer not in proof.layers]
    if course.allow_unisolated or (proof.isolated and not missing):
        return ""
    return f"{proof.label}, and not {', '.join(missing)}, as {FILE} demands" if missing else proof.label


class Grader:
    """Everything that judging needs, made once and used for one submission after the other."""

    def __init__(self, course: Course, proof: Proof) -> None:
        self.course, self._isolation = course, proof.label
        seed = course.seed()
        self.hidden = HiddenTests(ASSIGNMENT, seed, course.limits)
        self.store = Store(course, seed, proof.label)
        self.sandbox = Sandbox(course.limits, proof.layers)
        self.sandbox.required = frozenset(proof.layers)
        self.sandbox.warm()  # while the first submission is read, and its hidden tests are drawn

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *error: object) -> None:
        self.sandbox.close()

    @staticmethod
    def stamp(path: Path, course: Course) -> Result:
        """The versions that a verdict on this submission would carry now, without judging it."""
        submission = load(path)
        return Result(
            str(path),
            student=None,
            score=None,
            max_score=0.0,
            status="graded",
            message=submission.error or None,
            digest=submission.digest,
            checks_version=checks_version(),
            release=released().version,
            settings_version=settings_version(course, course.seed()),
        )

    def judge(self, found: Found) -> Result:
        """The stored result, or a fresh one. A failure of the grader's own is this submission's alone."""
        submission = unread(found)
        try:
            submission = load_found(found)
            result = self.store.get(submission)
            if result is None:
                judged = grade(submission, self.course, self.hidden, self.sandbox)
                result = replace(judged, isolation=self._isolation)
                self.store.put(submission, result)
        except Exception as error:
            self.sandbox.close()
            result = grade_error(submission.path, submission.student, self.course, error)
        return result.sent_by(found.sender)


def judge_all(found: Sequence[Found], course: Course, proof: Proof, jobs: int = 0) -> Generator[Result, None, None]:
    """The results of all submissions, in their order. `jobs` processes at once; 0 is one for each core that may be used.

    Closed early, it ends what is under way, and begins nothing more.
    """
    jobs = min(jobs or cores(), len(found))
    course.seed()  # made by one process, before the others look for it
    if jobs <= 1:
        with Grader(course, proof) as grader:
            for entry in found:
                yield grader.judge(entry)
        return
    remaining = list(found)
    while remaining:
        done = 0
        with suppress(BrokenProcessPool), _pool(jobs, course, proof) as pool:
            for result in _in_order(pool, remaining, jobs * _AHEAD):
                done += 1
                yield result
        remaining = remaining[done:]
        if remaining:  # a process of ours died, perhaps over this one: judge it alone, and go on behind it
            yield _judge_alone(remaining.pop(0), course, proof)


def _in_order(pool: Executor, entries: Iterable[Found], ahead: int) -> Iterator[Result]:
    """The results in their order, no more than `ahead` of them under way: those of a large class never fit at once."""
    rest = iter(entries)
    waiting = deque(pool.submit(_judge, entry) for entry in islice(rest, ahead))
    while waiting:
        result = waiting.popleft().result()
        waiting.extend(pool.submit(_judge, entry) for entry in islice(rest, 1))
        yield result


def _pool(jobs: int, course: Course, proof: Proof) -> AbstractContextManager[Executor]:
    return processes(jobs, _start, course, proof)


def _judge_alone(found: Found, course: Course, proof: Proof) -> Result:
    """In a process of its own, and once more where that one ends as well: perhaps it was not over this submission."""
    with suppress(BrokenProcessPool):
        return _judged_apart(found, course, proof)
    try:
        return _judged_apart(found, course, proof)
    except BrokenProcessPool as error:
        lost = grade_error(found.shown_place, found.shown_student, course, error)
        return lost.sent_by(found.sender)


def _judged_apart(found: Found, course: Course, proof: Proof) -> Result:
    with _pool(1, course, proof) as pool:
        return pool.submit(_judge, found).result()


_grader: Grader  # of this process of the pool


def _start(course: Course, proof: Proof) -> None:
    global _grader
    _grader = Grader(course, proof)


def _judge(found: Found) -> Result:
    return _grader.judge(found)
