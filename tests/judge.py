"""`make judge`: how far the verdicts can be trusted. `python tests/judge.py forward` asks for one task.

accepted   the correct formulations of the corpus that get all points of their task
rejected   the wrong ones of the corpus, and the mutants of the reference, that do not
named      the wrong ones whose first sentence names a known mistake, a relation, or what is wrong besides the values
located    the wrong ones whose line is named, and of those with a marked line how many are named rightly

Which checks reject which wrong one or mutant is written to .bench/kills.csv.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from cosmic_ray import plugins
from cosmic_ray.mutating import mutate_code
from rich.progress import track
from support import Formulation, corpus, task_of

from autograder.engine.authoring import coherence
from autograder.engine.authoring.notebook import functions
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import CheckResult, Location, TaskResult
from autograder.engine.core.settings import Course, Limits
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.questions import NOTHING_NAMED
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.reports.csv_file import write_rows
from autograder.engine.sandbox.process import Sandbox

KILLS = Path(__file__).parent.parent / ".bench" / "kills.csv"
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

    def task(self, way: Formulation, locate: Literal["all", "off"] = "all") -> TaskResult:
        """What one solution cell gets for its task."""
        cells = tuple(replace(c, source=way.source) if c.id == way.task else c for c in self._solved.cells)
        return task_of(
            grade(replace(self._solved, cells=cells), replace(self._course, locate=locate), self._exam, self._worker),
            way.task,
        )


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
    message = re.split(r" Lines? \d", check.message or "")[0]
    return bool(check.misconception) or (message.endswith("?") and not message.endswith(NOTHING_NAMED))


def location(task: TaskResult) -> Location | None:
    """The line that a result names, if one."""
    return next((check.location for check in task.checks if check.location), None)


def lines_report(kind: str, judged: list[tuple[Formulation, TaskResult]]) -> Iterator[str]:
    """How many lines were named, and how many rightly; which were named wrongly; which have no question at all."""
    found = [(way, place) for way, task in judged if (place := location(task))]
    marked = [(way, place) for way, place in found if way.lines]
    wrong = [f"{way.id}: line {place.line}" for way, place in marked if place.line not in way.lines]
    yield f"located: {len(found)} of {len(judged)} {kind}; {len(marked) - len(wrong)} of {len(marked)} marked lines rightly"
    yield from (f"  {line}" for line in wrong)
    either = [way.id for way, task in judged if not location(task) and not named(_first(task))]
    yield f"named or located: {len(judged) - len(either)} of {len(judged)}"
    yield from (f"  {id}" for id in either)
    silent = [way.id for way, task in judged if not (_first(task).message or "").endswith("?")]
    yield f"without a question: {len(silent)} of {len(judged)}"
    yield from (f"  {id}" for id in silent)


def _first(task: TaskResult) -> CheckResult:
    return next(check for check in task.checks if check.message)


def full(task: TaskResult) -> bool:
    return task.points == task.max_points


def write_kills(judged: list[tuple[Formulation, TaskResult]]) -> None:
    """The kill matrix: a row for each wrong one and each check of its task, and whether it is rejected by it."""
    rows = [(way.task, way.name, check.id, not check.passed) for way, task in judged for check in task.checks]
    KILLS.parent.mkdir(exist_ok=True)
    write_rows(KILLS, [("task", "wrong", "check", "rejected"), *rows])
    never = {(task, check) for task, _, check, _ in rows} - {(task, check) for task, _, check, killed in rows if killed}
    print("checks that reject nothing:", ", ".join(f"{task}.{check}" for task, check in sorted(never)) or "none")


def _judged(judge: Judge, kind: str, tasks: list[str]) -> list[tuple[Formulation, TaskResult]]:
    ways = [way for way in corpus(kind) if way.task in tasks]
    return [(way, judge.task(way)) for way in track(ways, kind)]


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
    judged = _judged(judge, "wrong", tasks)
    marked = {kind: _judged(judge, kind, tasks) for kind in ("slips", "unseen")}
    passed = [way.id for found in (judged, *marked.values()) for way, task in found if full(task)]
    judged, *others = [[(way, task) for way, task in found if not full(task)] for found in (judged, *marked.values())]
    unnamed = [way.id for way, task in judged if not named(_first(task))]
    killed = [(mutant, judge.task(mutant, "off")) for mutant in track(mutated, "mutants")]
    survivors = [mutant for mutant, task in killed if full(task)]
    unexplained = [mutant for mutant in survivors if not explained(mutant)]
    print(f"accepted: {len(correct) - len(refused)} of {len(correct)} correct formulations", *refused, sep="\n  ")
    print(f"rejected: {len(judged)} of {len(wrong)} wrong ones", *passed, sep="\n  ")
    print(f"rejected: {len(mutated) - len(survivors)} of {len(mutated)} mutants of the reference,", end=" ")
    print(f"{len(survivors) - len(unexplained)} more are explained in {Path(__file__).name}")
    for mutant in unexplained:
        print(f"  {mutant.id}\n{mutant.source}")
    print(f"named: {len(wrong) - len(unnamed)} of {len(wrong)} wrong ones", *unnamed, sep="\n  ")
    for kind, found in zip(("wrong ones", *marked), (judged, *others), strict=True):
        print(*lines_report(kind, found), sep="\n")
    write_kills(judged + [entry for found in others for entry in found] + killed)
    return bool(refused or passed or unexplained)


if __name__ == "__main__":
    sys.exit(main())
