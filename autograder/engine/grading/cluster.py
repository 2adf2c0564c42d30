"""Many machines: submissions go to the workers of an existing `dask.distributed` scheduler, and results come back in order.

The machines are the instructor's own, with this kit installed. What travels between them is frozen data: the text of a
submission one way, its result the other. Dask pickles it, and student code never reaches that channel: it runs in the
sandbox of the worker's machine, as it does here. Every worker process proves its isolation before it judges.
"""

import logging
import sys
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from autograder.engine.core.raised import raised
from autograder.engine.core.result import Result
from autograder.engine.core.sender import Sender
from autograder.engine.core.settings import Course
from autograder.engine.grading.batch import ADVICE
from autograder.engine.grading.cluster_worker import Introduction, Orders, introduce, judge, version, weakest
from autograder.engine.grading.grade import grade_error
from autograder.engine.grading.store import Store
from autograder.engine.intake.files import load_found, unread
from autograder.engine.intake.found import Found
from autograder.engine.intake.submission import Submission
from autograder.engine.sandbox.probe import Proof

_CONNECT_S = 10.0  # for a scheduler to answer
_APPEAR_S = 30.0  # for a first worker to be there
_PROVE_S = 120.0  # for a worker to load the kit and prove itself, behind whatever else it is doing
_LOOK_S = 2.0  # between two looks at who is there, while a result is waited for
_AHEAD = 8  # submissions in flight for each worker: none runs dry, and memory does not grow with the class


class ClusterError(Exception):
    """The cluster cannot judge, or no longer; the message says why and what to do."""


@dataclass
class _Place:
    """One submission in the queue: its result, or what is to become it, and the workers that may see to it."""

    submission: Submission
    sender: Sender
    result: Result | None = None
    future: Any = None
    workers: frozenset[str] = frozenset()
    suspect: bool = False  # as many workers died while they had it as dask puts up with


class Cluster:
    """A scheduler's workers, as far as they may judge, for one run."""

    def __init__(self, address: str, course: Course) -> None:
        """Raises ClusterError where nobody answers, or nobody may judge."""
        try:
            import dask
            import distributed
        except ImportError:
            raise ClusterError('--cluster needs dask: pip install "bptt-autograder[cluster]"') from None
        for talker in ("distributed", "distributed.client", "asyncio"):  # what matters of theirs is reported here
            logging.getLogger(talker).setLevel(logging.CRITICAL)
        self._address = address
        self._dask = distributed
        self._fit: set[str] = set()
        self._unfit: dict[str, str] = {}
        self._numbers = count()
        # The root is a path of this machine's, and means nothing on another.
        self._orders = Orders(replace(course, root=Path()), version(), course.seed())
        with dask.config.set({"distributed.admin.low-level-log-length": 0}):  # else a thousand messages stay in memory
            self._client = self._connect()
        try:
            self._look()
            if not self._fit:
                told = "; ".join(f"{worker}: {why}" for worker, why in sorted(self._unfit.items()))
                raise ClusterError(f"no worker of {address} may judge: {told or 'none is there any more'}; {ADVICE}")
        except BaseException:
            self._client.close()
            raise
        self._store = Store(course, self._orders.seed, self.proof.label)

    @property
    def proof(self) -> Proof:
        """What isolates student code on every worker: on the weakest, where they differ."""
        assert self._orders.proof
        return self._orders.proof

    def judge_all(self, found: Sequence[Found]) -> Generator[Result, None, None]:
        """The results of all submissions, in their order; stored ones are not judged again."""
        queue: deque[_Place] = deque()
        try:
            for entry in found:
                queue.append(self._place(entry))
                if len(queue) >= _AHEAD * len(self._fit):
                    yield self._next(queue)
            while queue:
                yield self._next(queue)
        finally:
            self._client.close()

    def _connect(self) -> Any:
        try:
            client = self._dask.Client(self._address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            why = f"{self._address} does not answer as a dask scheduler ({type(error).__name__})"
            raise ClusterError(f"{why}: start one with `dask scheduler` and name the address that it prints") from None
        try:
            client.wait_for_workers(1, timeout=_APPEAR_S)
        except TimeoutError:
            client.close()
            raise ClusterError(
                f"{self._address} has no workers: start some with `dask worker {self._address}`"
            ) from None
        return client

    def _look(self) -> None:
        """The workers that are there now. A new one proves itself first. One that may not judge is left out, with a message."""
        try:
            present = set(self._client.nthreads())
        except OSError:
            raise self._lost() from None
        self._fit &= present
        proofs = []
        for worker, said in self._introductions(sorted(present - self._fit - self._unfit.keys())).items():
            if said.proof and not said.unfit:
                self._fit.add(worker)
                proofs.append(said.proof)
            else:
                self._leave_out(worker, said.unfit)
        if proofs and not self._orders.proof:
            self._orders = replace(self._orders, proof=weakest(proofs))

    def _introductions(self, workers: list[str]) -> dict[str, Introduction]:
        asked = {w: self._submit(introduce, frozenset([w]), priority=1) for w in workers}
        return {worker: self._introduction(future) for worker, future in asked.items()}

    def _introduction(self, future: Any) -> Introduction:
        try:
            said: Introduction = future.result(timeout=_PROVE_S)
            return said
        except TimeoutError:
            return Introduction(f"it did not prove its isolation in {_PROVE_S:g} s")
        except Exception as error:  # whatever a machine without this kit raises
            return Introduction(f"it cannot load this kit ({raised(error)})")

    def _leave_out(self, worker: str, why: str) -> None:
        print(f"worker {worker} is left out: {why}", file=sys.stderr)
        self._unfit[worker] = why
        self._fit.discard(worker)

    def _submit(self, function: Any, workers: frozenset[str], *args: Any, priority: int = 0) -> Any:
        key = f"autograder-{self._client.id}-{next(self._numbers)}"
        return self._client.submit(
            function, self._orders, *args, key=key, workers=sorted(workers), priority=priority, pure=False
        )

    def _place(self, found: Found) -> _Place:
        submission = unread(found)
        try:
            submission = load_found(found)
            place = _Place(submission, found.sender, self._store.get(submission))
        except Exception as error:
            failed = grade_error(submission.path, submission.student, self._orders.course, error)
            return _Place(submission, found.sender, failed)
        return place if place.result else self._hand_out(place)

    def _hand_out(self, place: _Place) -> _Place:
        place.workers = frozenset(self._fit)
        place.future = self._submit(judge, place.workers, place.submission)
        return place

    def _next(self, queue: deque[_Place]) -> Result:
        place = queue.popleft()
        return self._result(place).sent_by(place.sender)

    def _result(self, place: _Place) -> Result:
        """Wait for it. Dask itself asks another worker where one died over it; where all that were asked are gone, we do."""
        while place.result is None:
            said = self._answer(place)
            if isinstance(said, Result):
                result = replace(said, isolation=self.proof.label)
                self._store.put(place.submission, result)
                return result
            if said:
                self._leave_out(said.worker, said.unfit)
            self._look()
            if not self._fit:
                raise ClusterError(
                    f"{self._address} has no worker left that may judge: start some and run the same command again; "
                    "what was judged is kept"
                )
            if said or not place.workers & self._fit:
                self._hand_out(place)
        return place.result

    def _answer(self, place: _Place) -> Result | Introduction | None:
        """The answer to a submission that was handed out; None where there is none yet."""
        try:
            came: Result | Introduction = place.future.result(timeout=_LOOK_S)
            return came
        except TimeoutError:
            return None
        except self._dask.KilledWorker:
            if not place.suspect:  # it may only have been near: once more
                place.suspect = True
                self._hand_out(place)
                return None
            error = RuntimeError("every worker that it was handed to died over it")
            return grade_error(place.submission.path, place.submission.student, self._orders.course, error)
        except (self._dask.CancelledError, OSError):
            raise self._lost() from None

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"{self._address} no longer answers: start it again and run the same command again; what was judged is kept"
        )
