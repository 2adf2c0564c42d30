"""What a process with all imports costs beside one with minimal imports, which comes first."""

from dataclasses import replace
from pathlib import Path

from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox
from bench.engine import cpu_ms
from bench.timing import QUICK, interleaved, ratios, spread, table

EACH = 5 if QUICK else 50  # in a row: the system counts in ticks of 10 ms
WAYS = {"minimal imports": True, "all imports": False}


def main() -> None:
    submission, course = load(SOLUTION / NAME / f"{NAME}.ipynb"), Course(Path("unused"))
    hidden = HiddenTests(ASSIGNMENT, "imports")
    sandboxes = {name: Sandbox(course.limits, minimal_imports=minimal) for name, minimal in WAYS.items()}

    def each(name: str) -> float:
        """Milliseconds of processor time for one submission."""
        before = cpu_ms()
        for number in range(EACH):
            result = grade(replace(submission, digest=str(number % 4)), course, hidden, sandboxes[name])
            assert result.score == result.max_score, result.message
        return (cpu_ms() - before) / EACH

    for name in WAYS:
        each(name)  # warms up
    found = interleaved(2 if QUICK else 7, **{name: lambda name=name: each(name) for name in WAYS})
    for sandbox in sandboxes.values():
        sandbox.close()
    rows = [[name, spread(ms), ratios(ms, found["minimal imports"])] for name, ms in found.items()]
    print("## Imports\n")
    print(f"Processor time of grader and sandbox for one right submission, {EACH} in a row.\n")
    print(table(["process with", "ms a submission", "times minimal imports"], rows))


if __name__ == "__main__":
    main()
