"""From a failed check to a sentence a student can act on: subject, got, expected, and the question that leads on.

First the known mistakes: an answer that equals a mistaken function's on several instances names the mistake. Then the
relations: a factor, a shift, a transpose. The answer itself is never told.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder import misconceptions
from autograder.checks import Check, Finding
from autograder.closeness import RTOL
from autograder.exam import Paper
from autograder.misconceptions import Misconception
from autograder.reference import PARAMETERS
from autograder.relations import Relation, relate
from autograder.sandbox import Answer

_EVIDENCE = 2  # instances on which a mistake must show before it is named
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
    "right_from": "what is different about that step?",
    "right_until": "what is different about that step?",
}
_PLAIN = ("t", "tau", "threshold", "max_norm")


def explain(
    paper: Paper,
    answers: Mapping[str, Answer],
    check: Check,
    finding: Finding,
    broken: dict[str, str],
    show_values: bool,
) -> tuple[str, str | None]:
    """The sentence for a failed check, and the id of the known mistake behind it, where there is one."""
    task = paper.task.id
    answer = answers[finding.case]
    if answer.kind == "missing":
        why = broken.get(f"the cell of `{task}`") or next(iter(broken.values()), "")
        return f"`{task}`: {finding.text}" + (f"; a cell did not run: {why}." if why else "."), None
    if answer.raised and answer.raised.not_implemented:
        return f"`{task}`: {finding.text}.", None
    text = finding.text if show_values or not finding.values else "the result is not what is expected"
    sentence = f"`{task}` for {describe(task, paper.args[finding.case])}: {text}."
    known = name_mistake(paper, answers, check.part) if check.cases else None
    if known:
        return f"{sentence} {known.question}", known.id
    relation = _relation(paper, answers, check, finding.case) if finding.values else None
    if relation:
        return f"{sentence} {relation.text[0].upper()}{relation.text[1:]}: {_QUESTIONS[relation.id]}", None
    return sentence, None


def name_mistake(paper: Paper, answers: Mapping[str, Answer], part: int | None = None) -> Misconception | None:
    """The one known mistake whose function gave these answers, or None where none or several could have."""
    given = {case: _given(answers[case]) for case in paper.cases}
    given = {case: value for case, value in given.items() if value is not None}
    wrong = [case for case, value in given.items() if not same(value, paper.expected[case], part)]
    score: dict[str, tuple[int, int]] = {}
    for known in misconceptions.of(paper.task.id):
        mistaken = paper.mistaken(known)
        agree = [case for case, value in given.items() if same(value, mistaken[case], part)]
        telling = [case for case in agree if not same(paper.expected[case], mistaken[case], part)]
        if len(telling) >= max(_EVIDENCE, _SHARE * len(wrong)) and len(agree) >= _SHARE * len(given):
            score[known.id] = (len(agree), len(telling))
    if not score:
        return None
    best = max(score.values())
    named = [id for id, value in score.items() if value == best]
    return misconceptions.BY_ID[named[0]] if len(named) == 1 else None


def _relation(paper: Paper, answers: Mapping[str, Answer], check: Check, shown: str) -> Relation | None:
    """What the shown instance's answer has to do with the expected one, where another instance says the same."""
    if paper.task.form == "verdict":
        return None
    found = {case: relation for case in check.cases if (relation := _relate(paper, answers[case], check, case))}
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


def _given(answer: Answer) -> Any:
    """An answer in the form in which mistaken functions answer: a value, ValueError, or None where there is neither."""
    if answer.kind == "value":
        return answer.value
    return ValueError() if answer.raised and answer.raised.value_error else None


def same(one: Any, other: Any, part: int | None = None) -> bool:
    """Whether two answers are the same within the tolerance, nan for nan; of several arrays only `part`, where given."""
    if one is None or other is None or isinstance(one, ValueError) or isinstance(other, ValueError):
        return isinstance(one, ValueError) and isinstance(other, ValueError)
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and _close(one, other)
    if part is not None:
        one, other = one[part : part + 1], other[part : part + 1]
    if len(one) != len(other):
        return False
    return all(same(a, b) if isinstance(a, np.ndarray) else a == b for a, b in zip(one, other, strict=True))


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        finite = np.isfinite(other)
        scale = np.abs(other[finite]).max(initial=0.0)
        return bool(
            np.array_equal(one[~finite], other[~finite], equal_nan=True)
            and np.all(np.abs(one[finite] - other[finite]) <= RTOL * scale)
        )


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
