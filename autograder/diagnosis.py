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
from autograder.sandbox import Answer

_EVIDENCE = 2  # instances on which a mistake must show before it is named

# What the axes of each parameter are called; sizes are how an instance is named to a student.
_AXES = {
    "x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "y": "T", "dL_do": "Tq", "dL_dh": "Th",
}  # fmt: skip
_PLAIN = ("t", "tau", "threshold", "max_norm")


def explain(
    paper: Paper, answers: Mapping[str, Answer], check: Check, finding: Finding, broken: dict[str, str], show_values: bool
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
    return sentence, None


def name_mistake(paper: Paper, answers: Mapping[str, Answer], part: int | None = None) -> Misconception | None:
    """The one known mistake whose function gave these answers, or None where none or several could have."""
    given = {case: _given(answers[case]) for case in paper.cases}
    given = {case: value for case, value in given.items() if value is not None}
    score: dict[str, tuple[int, int]] = {}
    for known in misconceptions.of(paper.task.id):
        mistaken = paper.mistaken(known)
        agree = [case for case, value in given.items() if same(value, mistaken[case], part)]
        telling = [case for case in agree if not same(paper.expected[case], mistaken[case], part)]
        if len(telling) >= _EVIDENCE:
            score[known.id] = (len(agree), len(telling))
    if not score:
        return None
    best = max(score.values())
    named = [id for id, value in score.items() if value == best]
    return misconceptions.BY_ID[named[0]] if len(named) == 1 else None


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
    sizes: dict[str, Any] = {}
    for name, value in zip(PARAMETERS[task], args, strict=False):
        if name in _PLAIN:
            sizes[name] = f"{value:g}"
        if name in _AXES:
            for axis, size in zip(_AXES[name], np.shape(value), strict=False):
                sizes.setdefault(axis, size)
        if name == "h":
            sizes.setdefault("T", len(value) - 1)
        if name == "grads":
            sizes["shapes"] = ", ".join(str(g.shape) for g in value)
    return ", ".join(f"{name} {size}" if name == "shapes" else f"{name} = {size}" for name, size in sizes.items())
