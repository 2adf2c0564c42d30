"""`make judge`: how far the verdicts can be trusted. `python tests/judge.py forward` asks for one task.

accepted   the correct formulations of the corpus that get all points of their task
rejected   the wrong ones of the corpus, and the mutants of the reference, that do not
named      the wrong ones whose first sentence names a known mistake, a relation, or what is wrong besides the values
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.mutating import mutate_code
from rich.progress import track
from support import Formulation, corpus, task_of

from autograder.engine.authoring import coherence
from autograder.engine.authoring.notebook import functions
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import CheckResult, TaskResult
from autograder.engine.core.settings import Course, Limits
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.sandbox.process import Sandbox

# Mutants that no check can reject, because they compute the same thing, or differ only where nothing is promised:
# a line that the mutant holds, and why.
EQUIVALENT: dict[str, str] = {
    "for i in range(len(terms) - 0):": "one more round multiplies no row",
    "for i in range(len(terms) // 1):": "the same round more",
    "for i in range(len(terms) * 1):": "the same round more",
    "for i in range(len(terms) ** 1):": "the same round more",
    "where=arriving != 0": "a sum of norms is never negative",
    "if arriving != 0": "a sum of norms is never negative",
    "for t in range(len(dL_dh), -1, -1):": "the row before the first is the last one, whose A is at most 1",
    "if len(carried) == 0:": "one more round adds no row",
    "if len(carried) < 1:": "one more round adds no row",
    "if len(carried) <= 1:": "a length is never below 1 here",
    "            continue": "rounds without rows add nothing",
    "if norm >= max_norm": "the factor is 1 where both are equal",
}


class Judge:
    """Grades the solved notebook with one cell changed."""

    def __init__(self, seed: str = "judge") -> None:
        self._solved = load(SOLUTION / "bptt" / "bptt.ipynb")
        self._course = Course(Path("unused"), Limits(call_s=1.0, cell_s=2.0, asleep_s=1.0))
        self._exam = HiddenTests(ASSIGNMENT, seed)
        self._worker = Sandbox(self._course.limits)

    def task(self, way: Formulation) -> TaskResult:
        """What one solution cell gets for its task."""
        cells = tuple(replace(c, source=way.source) if c.id == way.task else c for c in self._solved.cells)
        return task_of(grade(replace(self._solved, cells=cells), self._course, self._exam, self._worker), way.task)


def mutants() -> Iterator[Formulation]:
    """Every mutant of every task's reference, by all operators of the mutation tool that need no argument."""
    operators = {name: plugins.get_operator(name) for name in sorted(plugins.operator_names())}
    for task in ASSIGNMENT.by_id:
        code = functions()[task].replace("    ### BEGIN SOLUTION\n", "").replace("\n    ### END SOLUTION", "") + "\n"
        seen = {code}
        for name, operator in operators.items():
            occurrence = 0
            while not operator.arguments() and (mutant := mutate_code(code, operator(), occurrence)):
                occurrence += 1
                if mutant not in seen:
                    seen.add(mutant)
                    yield Formulation(task, f"{name}-{occurrence}", mutant)


def explained(mutant: Formulation) -> bool:
    """Whether a surviving mutant is on the short list of equivalent ones."""
    return any(line in mutant.source for line in EQUIVALENT)


def named(check: CheckResult) -> bool:
    """Whether a failed check's sentence leads on with a question of its own, from a known mistake or a relation."""
    return bool(check.misconception) or (check.message or "").endswith("?")


def full(task: TaskResult) -> bool:
    return task.points == task.max_points


def main() -> int:
    faults = coherence.faults()
    if faults:
        print(*faults, sep="\n")
        return 1
    judge = Judge()
    tasks = sys.argv[1:] or list(ASSIGNMENT.by_id)
    correct, wrong, mutated = (
        [w for w in ways if w.task in tasks] for ways in (corpus("correct"), corpus("wrong"), mutants())
    )
    refused = [way.id for way in track(correct, "correct") if not full(judge.task(way))]
    passed, unnamed = [], []
    for way in track(wrong, "wrong"):
        task = judge.task(way)
        first = next((check for check in task.checks if check.message), None)
        if first is None:
            passed.append(way.id)
        elif not named(first):
            unnamed.append(way.id)
    survivors = [mutant for mutant in track(mutated, "mutants") if full(judge.task(mutant))]
    unexplained = [mutant for mutant in survivors if not explained(mutant)]
    print(f"accepted: {len(correct) - len(refused)} of {len(correct)} correct formulations", *refused, sep="\n  ")
    print(f"rejected: {len(wrong) - len(passed)} of {len(wrong)} wrong ones", *passed, sep="\n  ")
    print(f"rejected: {len(mutated) - len(survivors)} of {len(mutated)} mutants of the reference,", end=" ")
    print(f"{len(survivors) - len(unexplained)} more are explained in {Path(__file__).name}")
    for mutant in unexplained:
        print(f"  {mutant.id}\n{mutant.source}")
    print(f"named: {len(wrong) - len(unnamed)} of {len(wrong)} wrong ones", *unnamed, sep="\n  ")
    return bool(refused or passed or unexplained)


if __name__ == "__main__":
    sys.exit(main())
