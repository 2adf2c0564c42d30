"""The hidden exam of a course: every instance, drawn from the secret seed, with the reference's answer to it.

What the instances must guarantee is verified when they are drawn, and drawn again where it fails. The exam is made once
and serves all submissions.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograder.engine.core.settings import FILE, Course, Limits, SettingsError
from autograder.engine.core.tasks import BY_ID, Task
from autograder.engine.course import reference
from autograder.engine.judging.closeness import Scale
from autograder.engine.judging.cost import STEPS
from autograder.engine.judging.judges import Sheet
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.session import Call
from autograder.suite import cases, checks, explosions
from autograder.suite.misconceptions import Candidates, Misconception

VARIANTS = 16  # of the exam
_ATTEMPTS = 50
_COARSE = 1e-12  # relative: an answer that this moves by more than the tolerance depends on how it is computed
_KIT = Path(__file__).resolve().parents[2]
_DECIDING = (
    "suite/*.py",
    "suite/misconceptions/*.py",
    "engine/core/*.py",
    "engine/course/*.py",
    "engine/intake/*.py",
    "engine/sandbox/**/*.py",
    "engine/judging/*.py",
    "engine/diagnosis/*.py",
    "engine/grading/grade.py",
)  # what makes a verdict


@dataclass(frozen=True)
class Paper:
    """One task's page of the exam: its instances, the expected answers and the calls that put them, in order."""

    task: Task
    args: Mapping[str, tuple[Any, ...]]
    expected: Mapping[str, Any]
    tolerances: dict[tuple[str, int, Scale], np.ndarray] = field(default_factory=dict)  # filled by the judges
    _mistaken: dict[str, dict[str, Any]] = field(default_factory=dict)
    _candidates: dict[tuple[str, str, int | None], Candidates] = field(default_factory=dict)

    @cached_property
    def cases(self) -> list[str]:
        """The instances that a mistake can be told by: all that are asked, but those that only repeat."""
        return [case for case in self.calls if case != "repeat"]

    @cached_property
    def drawn(self) -> list[str]:
        """The same, and those that no check asks for."""
        return [case for case in self.args if case != "repeat" and case not in STEPS]

    def mistaken(self, known: Misconception) -> dict[str, Any]:
        """What a mistaken function answers to each of `drawn`."""
        if known.id not in self._mistaken:
            self._mistaken[known.id] = {case: known.answer(self.args[case]) for case in self.drawn}
        return self._mistaken[known.id]

    def candidates(self, table: tuple[Misconception, ...], case: str, part: int | None) -> Candidates:
        """What the mistaken functions of a table answer to one instance."""
        key = (table[0].id, case, part)
        if key not in self._candidates:
            answers = [self.mistaken(known)[case] for known in table]
            self._candidates[key] = Candidates(answers, self.expected[case], part)
        return self._candidates[key]

    @cached_property
    def calls(self) -> dict[str, Call]:
        """One call for each instance that is asked at once: check by check, and within a check in the order of the draw."""
        place = {case: number for number, case in enumerate(self.args)}
        table = checks.CHECKS[self.task.id]
        return {case: self.call(case) for check in table for case in sorted(check.cases, key=place.__getitem__)}

    def call(self, case: str) -> Call:
        """The call that asks one instance."""
        measure: Any = {"count": "count", "time": "time"}.get(case.partition("_")[0], "") if case in STEPS else ""
        return Call(self.task.id, self.args[case], self.task.form, measure)


@dataclass(frozen=True)
class _Drawn:
    """Instances by name, and what the reference answers to them."""

    args: Mapping[str, tuple[Any, ...]]
    expected: Mapping[str, Any]


class Exam:
    """All papers of one seed, each drawn when it is first asked for, in a few variants.

    Two submissions seldom get the same one, and what a student learns of one upload's instances is worth little in the
    next. Raises SettingsError where an instance does not fit the limits.
    """

    def __init__(self, seed: str, limits: Limits = Limits()) -> None:  # noqa: B008  # it is frozen
        self._limits = limits
        self.seed_digest = hashlib.sha256(f"autograder seed {seed}".encode()).hexdigest()[:16]
        self._seed = seed
        self._papers: dict[tuple[str, int], Paper] = {}

    def variant(self, digest: str) -> int:
        """Which variant a submission gets: the same work gets the same one."""
        drawn = hashlib.sha256(f"{self._seed}/{digest}".encode()).digest()
        return int.from_bytes(drawn, "big") % VARIANTS

    def paper(self, task: str, variant: int = 0) -> Paper:
        if (task, variant) not in self._papers:
            paper = _draw(BY_ID[task], f"{self._seed}/{variant}", self._costly(task, variant))
            if faults := unfit(paper, self._limits):
                raise SettingsError("; ".join(faults))
            self._papers[task, variant] = paper
        return self._papers[task, variant]

    def _costly(self, task: str, variant: int) -> _Drawn:
        """The instances that only measure work: they are long, and one draw serves all variants."""
        if variant:
            first = self.paper(task)
            return _Drawn(*({case: of[case] for case in of if case in STEPS} for of in (first.args, first.expected)))
        return _drawn(BY_ID[task], cases.draw_costly(task, self._seed))


class ExamError(Exception):
    """No draw gives what the instances must; the message says what to mend in the tables."""


def _drawn(task: Task, args: Mapping[str, tuple[Any, ...]]) -> _Drawn:
    return _Drawn(args, {case: reference.answer(task, a) for case, a in args.items()})


def _draw(task: Task, seed: str, costly: _Drawn) -> Paper:
    why = ""
    for attempt in range(_ATTEMPTS):
        drawn = _drawn(task, cases.draw(task.id, seed, attempt))
        paper = Paper(task, {**drawn.args, **costly.args}, {**drawn.expected, **costly.expected})
        why = _unsound(paper)
        if not why:
            return paper
    raise ExamError(f"{why} (in {_ATTEMPTS} draws of {task.id})")


def _unsound(paper: Paper) -> str:
    """Where the drawn instances are not what their names say, or an answer to them hangs on rounding; or nothing."""
    if paper.task.id == "detect_explosion" and not explosions.hold(paper.args, paper.expected):
        return "the instances of detect_explosion do not give the verdicts that explosions.py promises"
    if shaken := _hang_on_rounding(paper):
        return f"the instances of the check {shaken} of {paper.task.id} hang on rounding: draw better ones in cases.py"
    return ""


def _hang_on_rounding(paper: Paper) -> str:
    """The check that would fail the reference, were its arguments rounded a thousand times as coarsely as they are."""
    if paper.task.form == "verdict":
        return ""
    noise = np.random.default_rng(0)

    def shaken(value: Any) -> Any:
        if isinstance(value, list):
            return [shaken(part) for part in value]
        real = isinstance(value, np.ndarray) and value.dtype == float
        return value * (1 + _COARSE * noise.uniform(-1, 1, value.shape)) if real else value

    answers = {
        case: Answer("value", reference.answer(paper.task, tuple(map(shaken, paper.args[case]))))
        for case in paper.drawn
    }
    sheet = Sheet(paper.task, paper.args, paper.expected, answers, paper.tolerances)
    valued = [check for check in checks.CHECKS[paper.task.id] if not check.gated and answers.keys() >= set(check.cases)]
    return next((check.id for check in valued if check.judge(sheet, check)), "")


def unfit(paper: Paper, limits: Limits) -> list[str]:
    """The instances whose arguments or right answers are larger than a limit lets through."""
    found = []
    for case, args in paper.args.items():
        for what, value, most in (
            ("answer_bytes", paper.expected[case], limits.answer_bytes),
            ("request_bytes", args, limits.request_bytes),
        ):
            size = _bytes(value)
            if size > most:
                found.append(
                    f"{FILE}: {what} = {most} is less than the {size} bytes of the instance {case} of {paper.task.id}: raise it"
                )
    return found


def _bytes(value: Any) -> int:
    """Of all arrays in it."""
    if isinstance(value, list | tuple):
        return sum(map(_bytes, value))
    return value.nbytes if isinstance(value, np.ndarray) else 0


@cache
def checks_version() -> str:
    """A fingerprint of everything that decides a verdict: a changed check makes earlier results stale."""
    digest = hashlib.sha256()
    ours = sorted(file for pattern in _DECIDING for file in _KIT.glob(pattern))
    for path in (*ours, reference.SOLUTION / "bptt.py"):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def settings_version(course: Course, exam: Exam) -> str:
    """A fingerprint of the course's settings that decide a verdict or its words, the seed among them."""
    deciding = [exam.seed_digest, asdict(course.limits), course.tasks_off, course.show_values]
    return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()[:16]
