"""Verdicts on a busy machine: every core kept busy by three spinning processes, and correct work judged again and again."""

import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import Submission
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox
from bench.timing import QUICK, ROOT, table

sys.path.append(str(ROOT / "tests"))
from support import by_cost, corpus

TIMES = 5 if QUICK else 20  # each formulation by its cost
AGAIN = 1 if QUICK else 3  # each formulation of the corpus of correct work
SPINNING = 3  # processes a core


def _spin() -> None:
    while True:
        pass


@contextmanager
def busy() -> Iterator[None]:
    """Three processes a core that compute without end."""
    spinning = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(SPINNING * (os.cpu_count() or 1))]
    for process in spinning:
        process.start()
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.join()


class Bench:
    """Judges the solved notebook with one cell changed, nothing stored."""

    def __init__(self, worker: Sandbox) -> None:
        self._worker = worker
        self._exam = HiddenTests(ASSIGNMENT, "busy")
        self._solved: Submission = load(SOLUTION / "bptt" / "bptt.ipynb")

    def judge(self, task: str, source: str) -> Result:
        """The one task alone."""
        cells = tuple(replace(c, source=source) if c.id == task else c for c in self._solved.cells)
        course = Course(Path("unused"), tasks_off=tuple(other.id for other in ASSIGNMENT.tasks if other.id != task))
        return grade(replace(self._solved, cells=cells), course, self._exam, self._worker)


def main() -> None:
    idle: dict[str, str] = {}
    flips: Counter[str] = Counter()
    linear, quadratic, correct = by_cost("linear"), by_cost("quadratic"), corpus("correct")
    with Sandbox(Course(Path("unused")).limits) as worker:
        bench = Bench(worker)
        ways = [(way, TIMES) for way in (*linear, *quadratic)] + [(way, AGAIN) for way in correct]
        for way, _ in ways:
            idle[way.source] = repr(bench.judge(way.task, way.source))
        lost = sum(bench.judge(way.task, way.source).score != 4.0 for way in linear)
        kept = sum(bench.judge(way.task, way.source).score != 3.6 for way in quadratic)
        with busy():
            for number, (way, times) in enumerate(ways, start=1):
                different = sum(repr(bench.judge(way.task, way.source)) != idle[way.source] for _ in range(times))
                flips[way.id] = different
                print(f"  {number} of {len(ways)}: {way.id} {different} of {times}", file=sys.stderr)
    print("## Verdicts on a busy machine\n")
    print(
        f"Each core is kept busy by {SPINNING} spinning processes. Each formulation is judged again and again, nothing stored, "
        "and its result compared to the one on an idle machine, to the last letter.\n"
    )
    groups = {"linear work": linear, "quadratic work": quadratic, "other correct work": correct}
    rows = []
    for name, members in groups.items():
        each = AGAIN if members is correct else TIMES
        rows.append([name, str(len(members)), str(each), str(sum(flips[way.id] for way in members))])
    print(table(["formulations of", "how many", "judged, each", "results that differ"], rows))
    verdicts = f"{lost} of {len(linear)} linear ones lost it, {kept} of {len(quadratic)} quadratic ones passed it"
    print(f"\nThe check of work: {verdicts}.")


if __name__ == "__main__":
    main()
