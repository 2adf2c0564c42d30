"""Mistakes of any task: they show in the form of an answer, in what it does to its arguments, or in what it remembers."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Assignment, Check
from autograder.engine.diagnosis import questions
from autograder.engine.diagnosis.description import first_step
from autograder.engine.diagnosis.known_mistakes import given_by
from autograder.engine.diagnosis.questions import GENERAL_QUESTIONS, ask
from autograder.engine.judging.answered import REPEAT, AnsweredTask
from autograder.engine.judging.judges import Finding
from autograder.engine.judging.sameness import same
from autograder.engine.sandbox.answers import Raised

# By kind the name of a mistake that is a misconception; the other kinds are slips.
_NAMES = {
    "argument": "writes_into_arguments",
    "not_new": "returns_its_argument",
    "remembers": "remembers_earlier_calls",
    "shared": "returns_a_shared_array",
    "unset": "reads_what_was_never_set",
    "accepted": "accepts_what_it_should_refuse",
    "returned_error": "accepts_what_it_should_refuse",
    "wrong_error": "raises_another_error",
    "cost": "repeats_work",
    "nothing": "returns_nothing",
    **dict.fromkeys(
        "complex truth_value text lazy another_kind rows_differ step_type no_pair unusable".split(),
        "returns_another_type",
    ),
    "count": "returns_another_number",
    "one_array": "returns_another_number",
    "order": "returns_another_order",
    **dict.fromkeys(("transposed", "transposed_weights"), "swaps_the_axes"),
    "squeezed": "drops_or_adds_an_axis",
    "row_more": "one_row_too_many",
    "row_less": "one_row_too_few",
    **dict.fromkeys(("scalar", "number", "summed", "axis_more", "shape"), "another_shape"),
    "constant": "does_not_look_at_its_arguments",
    "word": "another_word",
}
GENERAL = {name: GENERAL_QUESTIONS[kind] for kind, name in reversed(_NAMES.items())}  # by name the question in general


@dataclass(frozen=True)
class GeneralMistake:
    """A mistake that is not about the mathematics. `name` is None where it is no misconception but a slip."""

    name: str | None
    question: str


def general_mistake(assignment: Assignment, answered: AnsweredTask, check: Check, finding: Finding) -> GeneralMistake:
    """What a wrong form, a changed argument or an exception points to, or else the question about the test case."""
    task, kind = answered.task.id, _kind(assignment, answered, check, finding)
    kinds = [check.id, "values"] if kind == "values" else [kind]
    if kind == "values" and _follows(assignment, answered, check, finding.case):
        kinds = ["follows"]
    if kind == "decision":  # what is said without reason, or else what the check is about
        said = (answered.answers[finding.case].value[0], check.id)
        kinds = [name for name in said if f"{task} {name}" in assignment.asks] or kinds
    size = _extreme(answered.args[finding.case])
    if kind == "accepted" and not _finite(answered.args[finding.case]):
        kinds = ["accepted_non_finite", "accepted"]
    return GeneralMistake(_NAMES.get(kind), ask(assignment.asks, task, *kinds).replace("{size}", size))


def _follows(assignment: Assignment, answered: AnsweredTask, check: Check, case: str) -> bool:
    """Whether a wrong array is computed from the one before it, which is wrong as well."""
    if not check.part or f"{answered.task.id} follows" not in assignment.asks:
        return False
    got, expected = answered.parts(case)
    return not same(got[: check.part], expected[: check.part])


def _kind(assignment: Assignment, answered: AnsweredTask, check: Check, finding: Finding) -> str:
    """The kind of a finding, more closely looked at."""
    answer = answered.answers[finding.case]
    if finding.kind in ("raised", "shape") and _remembers(answered) and _fails_like_the_repeat(answered, finding.case):
        return "remembers"
    if finding.kind in ("raised", "wrong_error") and answer.raised:
        return _kind_of_error(answered.task.id, answer.raised, finding.kind)
    if finding.kind in ("values", "non_finite") and (kind := _of_wrong_size(answered, finding.case)):
        return kind
    if finding.kind in ("values", "verdict") and _remembers(answered):
        return "remembers"
    if finding.kind == "shape":
        return _kind_of_shape(assignment, answered, check, finding.case)
    if finding.kind == "unusable":
        return questions.of_unusable(answer.text, answered.task.form == "verdict")
    if finding.kind == "count" and answer.one is not None:
        return "one_array"
    if finding.kind == "dead" and answer.kind != "timeout":
        return "ended"
    return _kind_of_verdict(answered, finding.case) if finding.kind == "verdict" else finding.kind


def _kind_of_error(task: str, raised: Raised, finding: str) -> str:
    if raised.versions:
        return "import" if raised.type in ("ImportError", "ModuleNotFoundError") else "versions"
    if finding == "wrong_error" and re.match(r"(raise|assert)\b", raised.code):
        return "wrong_error"
    if questions.of_call(task, raised.text, raised.code):
        return "arguments"
    return questions.of_error(raised.type, raised.text, raised.code, raised.beside)


def _kind_of_verdict(answered: AnsweredTask, case: str) -> str:
    """What a wrong verdict is about: its words, their order, the same one for all, the decision, or the step."""
    value, expected = answered.answers[case].value, answered.expected[case]
    if value == expected[::-1]:
        return "order"
    if value[0] not in answered.task.words:
        return "word"
    if isinstance(value[1], str):
        return "step_type"
    if _extreme(answered.args[case]):
        return "extreme"
    got = [answer.value for answer in answered.answers.values() if answer.kind == "value"]
    if len(got) > 2 and all(other == got[0] for other in got):
        return "constant"
    return "step" if value[0] == expected[0] else "decision"


def _of_wrong_size(answered: AnsweredTask, case: str) -> str:
    """What has become of numbers so large or small that their squares are none: 0 or nan for a square, inf for what grows."""
    size = _extreme(answered.args[case])
    if not size:
        return ""
    pairs = [pair for pair in zip(*answered.parts(case), strict=False) if pair[0].shape == pair[1].shape]
    if "-" not in size and any((np.isinf(one) & np.isfinite(other)).any() for one, other in pairs):
        return "overflow"
    lost = (((one == 0) & (other != 0)) | (~np.isfinite(one) & np.isfinite(other)) for one, other in pairs)
    return "extreme" if any(found.any() for found in lost) else ""


def _extreme(args: Args) -> str:
    """The size of the largest number that came in, where its square is no number."""
    return questions.extreme([np.abs(part).max(initial=0.0) for arg in args for part in _arrays(arg)])


def _finite(args: Args) -> bool:
    return all(bool(np.isfinite(part).all()) for arg in args for part in _arrays(arg))


def _arrays(arg: Any) -> list[np.ndarray]:
    """The arrays of an argument; a number is none."""
    return [part for part in (arg if isinstance(arg, list) else [arg]) if isinstance(part, np.ndarray)]


def _remembers(answered: AnsweredTask) -> bool:
    """Whether the same arguments gave another answer later, or other arguments of the same shapes the same answer."""
    first, answers = answered.repeated(), answered.answers
    if not first or REPEAT not in answers:
        return False
    before, after = given_by(answers[first]), given_by(answers[REPEAT])
    if before is None or after is None:
        return before is not None and answers[REPEAT].raised is not None
    if not same(before, after):
        return True
    if "again" not in answers or any(answers[case].kind != "value" for case in (first, "again")):
        return False
    right = answered.expected
    constant = answered.task.form == "verdict" or all(
        np.ptp(part) == 0 for part in answered.parts(first)[0] if part.size
    )
    return not constant and same(before, answers["again"].value) and not same(right[first], right["again"])


def _fails_like_the_repeat(answered: AnsweredTask, case: str) -> bool:
    """Whether an answer went wrong as the repeated call did: at the same line, or in its shape.

    Or whether no call but the first was right, and others raised the same: what is left of it does not fit them.
    """
    raised, again = answered.answers[case].raised, answered.answers[REPEAT]
    if not raised:
        return bool(again.raised) or _shapes(answered, REPEAT) != _shapes(answered, answered.repeated())
    if again.raised:
        return _at_one_line(raised, again.raised)
    others = [(name, answered.answers[name]) for name in answered.cases.names if name != answered.repeated()]
    return all(
        _at_one_line(raised, other.raised) if other.raised else not same(other.value, answered.expected[name])
        for name, other in others
    )


def _at_one_line(one: Raised, other: Raised) -> bool:
    return (one.type, one.code) == (other.type, other.code)


def _shapes(answered: AnsweredTask, case: str) -> list[tuple[int, ...]]:
    return [np.shape(part) for part in answered.parts(case)[0]]


def _kind_of_shape(assignment: Assignment, answered: AnsweredTask, check: Check, case: str) -> str:
    """How the shape of the first part that differs in shape is related to the expected one."""
    got, expected = answered.parts(case)
    shapes = [[part.shape for part in parts] for parts in (got, expected)]
    if answered.task.form == "arrays" and questions.in_another_order(*shapes):
        return "order"
    parts = range(len(expected)) if check.part is None else (check.part,)
    part = next(p for p in parts if got[p].shape != expected[p].shape)
    name = answered.task.returns[min(part, len(answered.task.returns) - 1)]
    steps = answered.task.form == "array" or first_step(assignment, name) is not None
    kind = questions.of_shape(got[part].shape, expected[part].shape, steps)
    return "shape" if kind in ("row_more", "row_less") and not _one_row_off(answered, part) else kind


def _one_row_off(answered: AnsweredTask, part: int) -> bool:
    """Whether as many rows are missing, or too many, in every answer: on one alone an axis may only happen to be so long."""
    off = set()
    for case, answer in answered.answers.items():
        if answer.kind == "value" and not isinstance(answered.expected.get(case), ValueError | None):
            pairs = list(zip(*answered.parts(case), strict=False))[part : part + 1]  # of some there may be fewer parts
            off |= {len(one) - len(other) for one, other in pairs if one.ndim and other.ndim}
    return len(off) == 1
