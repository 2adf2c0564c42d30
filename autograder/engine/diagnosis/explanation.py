"""From a failed check to a sentence a student can act on: subject, got, expected, and the question that leads on.

First the known mistakes: an answer that equals a mistaken function's on several instances names the mistake. Then the
relations: a factor, a shift, a transpose. The answer itself is never told.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.engine.core.result import Curve
from autograder.engine.course import reference
from autograder.engine.course.reference import PARAMETERS
from autograder.engine.diagnosis import discretion
from autograder.engine.diagnosis.general_mistakes import HABITS, STATUSES, Habit
from autograder.engine.diagnosis.relations import Relation, relate
from autograder.engine.judging.hidden_tests import Paper
from autograder.engine.judging.judges import Check, Finding, repeated
from autograder.engine.sandbox.answers import Answer, Raised
from autograder.suite import misconceptions
from autograder.suite.misconceptions import Misconception, same

_EVIDENCE = 2  # instances on which a mistake must show before it is named
_FEW_STEPS = 6  # make no curve
_VISIBLY_APART = 1.5  # in a picture
_SHARE = 0.75  # of the wrong answers, and of all, that it must account for

# What the axes of each parameter are called; sizes are how an instance is named to a student.
_AXES = {
    "x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "y": "T", "dL_do": "Tq", "dL_dh": "Th",
}  # fmt: skip
_QUESTIONS = {
    "zeros": "where does the first value that is not zero come from?",
    "sign": "which way does the loss go when this grows?",
    "factor": "where does such a factor enter the equation, and how often?",
    "transpose": "which index of the result belongs to which factor?",
    "reversed": "which step belongs into the first row?",
    "shift": "which step belongs into the first row?",
    "term": "how many paths lead from here to the loss?",
    "row_factors": "what differs from step to step in your computation, and should it?",
    "only_last_row": "what should happen on the way from one step to the next?",
    "only_first_row": "what should happen on the way from one step to the next?",
    "cut": "which values does your code take for zero?",
    "capped": "where are values cut off?",
    "offset": "what is added that the equation does not have?",
    "rounded": "which division or which dtype cuts the fraction off?",
    "imprecise": "which step loses the digits: a difference, a small dtype, a constant added?",
    "right_from": "what is different about that step?",
    "right_until": "what is different about that step?",
}
_PLAIN = ("t", "tau", "threshold", "max_norm")


def explain(
    paper: Paper,
    answers: Mapping[str, Answer],
    check: Check,
    finding: Finding,
    broken: Mapping[str, Raised | str],
    show_values: bool,
    named: dict[int | None, Misconception | None] | None = None,
) -> tuple[str, str | None]:
    """The sentence for a failed check, and the id of the known mistake behind it, where there is one.

    `named` keeps, by part, the mistakes found for the task's other checks: the same answers are searched once.
    """
    task = paper.task.id
    named = {} if named is None else named
    if finding.kind == "missing":
        others = (reason for reason in broken.values() if f"name '{task}' is not defined" not in str(reason))
        why = told(broken.get(f"the cell of `{task}`") or next(others, ""), show_values)
        undefined = answers[finding.case].kind == "missing" and why
        return f"`{task}`: {finding.text}" + (f"; a cell did not run: {why}." if undefined else "."), None
    text = finding.text if show_values else discretion.of_finding(finding, answers[finding.case], paper.task)
    sentence = f"`{task}` for {describe(task, paper.args[finding.case])}: {text}."
    if check.instances and check.part not in named:
        named[check.part] = name_mistake(paper, answers, check.part)
    known = named.get(check.part) if check.instances else None
    if known:
        return f"{sentence} {known.question}", known.id
    relation = _relation(paper, answers, check, finding.case) if finding.kind == "values" else None
    if relation:
        said = relation.text if show_values else discretion.of_relation(relation)
        return f"{sentence} {said[0].upper()}{said[1:]}: {_QUESTIONS[relation.id]}", None
    habit = _habit(paper, answers, check, finding)
    if habit:
        return f"{sentence} {habit.question}", f"any.{habit.name}" if habit.name else None
    return sentence, None


def told(why: Raised | str, show_values: bool) -> str:
    """Why a cell did not run to its end, or how a process ended."""
    if show_values:
        return str(why)
    return discretion.of_error(why) if isinstance(why, Raised) else discretion.of_end(why)


def _habit(paper: Paper, answers: Mapping[str, Answer], check: Check, finding: Finding) -> Habit | None:
    """What a wrong form, a changed argument or an exception points to."""
    answer = answers[finding.case]
    kind: str = finding.kind
    if answer.raised and answer.raised.versions and kind in ("raised", "wrong_error"):
        return None  # the mistake is told already, and it is another one
    if kind in ("values", "verdict") and _remembers(paper, answers):
        kind = "remembers"
    if kind == "shape":
        kind = _shape_habit(paper, answer, check, finding.case)
    elif kind == "unusable" and answer.text == "None":
        kind = "nothing"
    elif kind == "raised" and answer.raised and answer.raised.type == "IndexError":
        kind = "IndexError"
    elif kind == "verdict":
        status = answer.value[0]
        same_status = status == paper.expected[finding.case][0]
        kind = "step" if same_status else "decision" if status in STATUSES else "word"
    elif kind == "dead" and answer.kind != "timeout":
        return None
    return HABITS.get(kind)


def _remembers(paper: Paper, answers: Mapping[str, Answer]) -> bool:
    """Whether the same arguments gave another answer later, or other arguments of the same shapes the same answer."""
    first = repeated(paper.args, answers)
    if not first or "repeat" not in answers:
        return False
    before, after = _given(answers[first]), _given(answers["repeat"])
    if before is None or after is None:
        return False
    other = _given(answers["again"]) if "again" in answers else None
    replayed = other is not None and same(before, other) and not same(paper.expected[first], paper.expected["again"])
    return replayed or not same(before, after)


def _shape_habit(paper: Paper, answer: Answer, check: Check, case: str) -> str:
    """How the shape of the first part that differs in shape is related to the expected one."""
    single = paper.task.form == "array"
    got, expected = ([v] if single else v for v in (answer.value, paper.expected[case]))
    parts = range(len(expected)) if check.part is None else (check.part,)
    one, other = next((got[p].shape, expected[p].shape) for p in parts if got[p].shape != expected[p].shape)
    if one == other[::-1]:
        return "transposed"
    if [n for n in one if n != 1] == [n for n in other if n != 1]:
        return "squeezed"
    if one[1:] == other[1:] and one and other and abs(one[0] - other[0]) == 1:
        return "row_more" if one[0] > other[0] else "row_less"
    return "shape"


def name_mistake(paper: Paper, answers: Mapping[str, Answer], part: int | None = None) -> Misconception | None:
    """The one known mistake, or pair of mistakes, that gave these answers; None where none or several could have."""
    given = {case: _given(answers[case]) for case in paper.cases}
    given = {case: value for case, value in given.items() if value is not None}
    wrong = [case for case, value in given.items() if not same(value, paper.expected[case], part)]
    if len(wrong) < _EVIDENCE:
        return None
    is_wrong = [case in wrong for case in given]
    for table in (misconceptions.of(paper.task.id), misconceptions.pairs(paper.task.id)):
        if not table:
            continue
        candidates = {case: paper.candidates(table, case, part) for case in given}
        agrees = np.array([candidates[case].are(value) for case, value in given.items()])
        tells = np.array([candidates[case].tell for case in given])
        agree, telling = agrees.sum(axis=0), (agrees & tells)[is_wrong].sum(axis=0)
        enough = (telling >= max(_EVIDENCE, _SHARE * len(wrong))) & (agree >= _SHARE * len(given))
        score = {k: (agree[k], telling[k]) for k in np.flatnonzero(enough)}
        best = [table[k] for k in score if score[k] == max(score.values())]
        if best:
            ends = (paper.mistaken(known).values() for known in (best[0], best[-1]))
            alike = len(best) == 1 or all(same(a, b, part) for a, b in zip(*ends, strict=True))
            return best[0] if alike else None
    return None


def _relation(paper: Paper, answers: Mapping[str, Answer], check: Check, shown: str) -> Relation | None:
    """What the shown instance's answer has to do with the expected one, where another instance says the same."""
    if paper.task.form == "verdict":
        return None
    asked = [case for case in check.instances if case in answers]
    found = {case: relation for case in asked if (relation := _relate(paper, answers[case], check, case))}
    if shown not in found:
        return None
    same_kind = [
        r for r in found.values() if r.id == found[shown].id and (r.id != "factor" or r.text == found[shown].text)
    ]
    return found[shown] if len(same_kind) >= _EVIDENCE else None


def _relate(paper: Paper, answer: Answer, check: Check, case: str) -> Relation | None:
    """The first relation of a wrong part of this answer to what is expected."""
    if answer.kind != "value":
        return None
    single = paper.task.form == "array"
    got, expected = ([v] if single else v for v in (answer.value, paper.expected[case]))
    n = sizes(paper.task.id, paper.args[case])
    factors = {name: float(n[name]) for name in "Tqhd" if name in n}
    factors |= {f"1/{name}": 1 / value for name, value in factors.items()}
    for part in range(len(expected)) if check.part is None else (check.part,):
        if part >= len(got) or same([got[part]], [expected[part]]):
            continue
        over_time = paper.task.returns[min(part, len(paper.task.returns) - 1)] in ("h", "o", "dL_do", "dL_dh", "A")
        return relate(
            got[part],
            expected[part],
            factors,
            terms=_terms(paper, case) if part == 0 else {},
            backwards=paper.task.returns[0] == "dL_dh",
            first_step=(0 if paper.task.returns[part] == "h" else 1) if over_time else None,
            scale=check.scale,
        )
    return None


def _terms(paper: Paper, case: str) -> dict[str, np.ndarray]:
    """The two sources of ∂L/∂h_t, for the task that adds them."""
    if paper.task.id != "hidden_grads":
        return {}
    dL_do, _, W_qh = paper.args[case]
    direct = dL_do @ W_qh
    return {"the direct term": direct, "the carried term": paper.expected[case] - direct}


def curve(paper: Paper, answers: Mapping[str, Answer]) -> Curve | None:
    """The norms of wrong ∂L/∂h_t beside the right ones, on the instance where they lie furthest apart."""
    if paper.task.returns != ("dL_dh",):
        return None
    found = []
    for case in paper.cases:
        got, expected = answers[case].value, paper.expected[case]
        if answers[case].kind != "value" or not isinstance(expected, np.ndarray):
            continue
        if got.shape == expected.shape and len(got) >= _FEW_STEPS:
            pair = Curve(_norms(got), _norms(expected))
            found.append((_apart(pair), len(got), pair))
    best = max(found, key=lambda entry: entry[:2], default=None)
    return best[2] if best and best[0] > _VISIBLY_APART else None


def _apart(curve: Curve) -> float:
    """The largest factor between two norms of one step."""
    pairs = [(a, b) for a, b in zip(curve.got, curve.expected, strict=True) if b]
    return max((max(a / b, b / a) if a else np.inf for a, b in pairs), default=0.0)


def _norms(rows: np.ndarray) -> tuple[float | None, ...]:
    with np.errstate(all="ignore"):
        norms = [float(reference.bptt.safe_norm(row)) for row in rows]
    return tuple(float(f"{norm:.4g}") if np.isfinite(norm) else None for norm in norms)


def _given(answer: Answer) -> Any:
    """An answer in the form in which mistaken functions answer: a value, ValueError, or None where there is neither."""
    if answer.kind == "value":
        return answer.value
    return ValueError() if answer.raised and answer.raised.value_error else None


def describe(task: str, args: tuple[Any, ...]) -> str:
    """An instance by its sizes: "T = 4, h = 2, q = 3, tau = 2"."""
    named = sizes(task, args)
    return ", ".join(f"{name} {size}" if name == "shapes" else f"{name} = {size}" for name, size in named.items())


def sizes(task: str, args: tuple[Any, ...]) -> dict[str, Any]:
    """The sizes of an instance, and its numbers, by the names that the contract gives them."""
    found: dict[str, Any] = {}
    for name, value in zip(PARAMETERS[task], args, strict=False):
        if name in _PLAIN:
            found[name] = f"{value:g}"
        if name in _AXES:
            for axis, size in zip(_AXES[name], np.shape(value), strict=False):
                found.setdefault(axis, size)
        if name == "h":
            found.setdefault("T", len(value) - 1)
        if name == "grads":
            found["shapes"] = ", ".join(str(g.shape) for g in value)
    return found
