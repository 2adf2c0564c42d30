"""What a machine of a cluster does: it proves its isolation once, and then judges one submission after the other.

These functions run in a process of a `dask worker`. Student code does not: it runs in the sandbox, as everywhere.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import released
from autograder.engine.course.versions import checks_version
from autograder.engine.grading.batch import lacking
from autograder.engine.grading.grade import grade, grade_error
from autograder.engine.intake.submission import Submission
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.probe import Proof, prove
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.worker.versions import running


@dataclass(frozen=True)
class Orders:
    """What a worker needs to know of a course. The seed is a secret, and stays out of what dask logs."""

    course: Course
    version: str
    seed: str = field(repr=False)
    proof: Proof | None = field(default=None, hash=False)  # what the report says of all workers, once that is settled


@dataclass(frozen=True)
class Introduction:
    """What a worker says of itself: how it isolates, and why it may not judge, if so."""

    unfit: str
    proof: Proof | None = None
    worker: str = ""


def version() -> str:
    """What must be the same on every machine for a verdict to be the same: checks, assignment, Python, NumPy and SciPy."""
    return f"{checks_version()}-{released().version}-{running()}"


def weakest(proofs: Sequence[Proof]) -> Proof:
    """What can be said of all: the layers that every one has, and the trials that held on every one."""
    layers = tuple(layer for layer in proofs[0].layers if all(layer in proof.layers for proof in proofs))
    return Proof(layers, {trial: all(proof.held[trial] for proof in proofs) for trial in proofs[0].held})


class _Seat:
    """A worker process's own sandbox and hidden tests, made and proved once for a course."""

    def __init__(self, orders: Orders) -> None:
        self.course, self.seed = orders.course, orders.seed
        self.hidden = HiddenTests(ASSIGNMENT, orders.seed, orders.course.limits)
        with Sandbox(self.course.limits) as trial:
            self.proof = prove(trial)
        self.sandbox = Sandbox(self.course.limits, self.proof.layers)
        self.sandbox.required = frozenset(self.proof.layers)


_one_at_a_time = threading.Lock()  # a worker with several threads has one sandbox all the same
_seat: _Seat | None = None


def _take_seat(orders: Orders) -> _Seat:
    global _seat
    if _seat is None or (_seat.course, _seat.seed) != (orders.course, orders.seed):
        if _seat:
            _seat.sandbox.close()
        _seat = _Seat(orders)
    return _seat


def introduce(orders: Orders) -> Introduction:
    """Prove this process's isolation and say whether it may judge."""
    if version() != orders.version:
        return Introduction(
            "it has another version of the kit, of Python, NumPy or SciPy: install the same ones on every machine"
        )
    with _one_at_a_time:
        proof = _take_seat(orders).proof
    unfit = lacking(proof, orders.course)
    if not unfit and orders.proof and weakest([proof, orders.proof]) != orders.proof:
        unfit = f"it is {proof.label}, which is less than the others had when the run began"
    return Introduction(unfit, proof)


def judge(orders: Orders, submission: Submission) -> Result | Introduction:
    """The result of one submission, or why this process may not judge it. A failure of the grader's is this one's alone."""
    try:
        introduction = introduce(orders)  # again, since a worker that has died comes back unproved
        if introduction.unfit:
            return replace(introduction, worker=_own_address())
        with _one_at_a_time:
            seat = _take_seat(orders)
            try:
                return grade(submission, seat.course, seat.hidden, seat.sandbox)
            except Exception:
                seat.sandbox.close()
                raise
    except Exception as error:
        return grade_error(submission.path, submission.student, orders.course, error)


def _own_address() -> str:
    from distributed import get_worker  # an optional extra, and at hand wherever this runs

    return get_worker().address
