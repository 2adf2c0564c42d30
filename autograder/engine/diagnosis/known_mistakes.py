"""Which known mistake gave these answers? One, or one together with a simple one, is named only where it must be it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Misconception, Task
from autograder.engine.diagnosis.candidates import Candidates
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.sameness import same
from autograder.engine.sandbox.answers import Answer

EVIDENCE = 2  # test cases on which a mistake must show before it is named
_SHARE = 0.75  # of the wrong answers, and of all, that it must account for


def name_mistake(answered: AnsweredTask, part: int | None = None, refusals: bool = True) -> Misconception | None:
    """The one known mistake, or pair of mistakes, that gave these answers; None where none or several could have.

    Without `refusals` it is looked for only where a value is expected: code that lacks the refusals as well makes a mistake
    of value all the same. With them, which refusals are missing names a mistake whatever the values are.
    """
    if refusals and (unrefused := _unrefused(answered)):
        return unrefused
    given = {case: given_by(answered.answers[case]) for case in answered.cases.names}
    refused = {case for case in given if isinstance(answered.expected[case], ValueError)}
    given = {case: value for case, value in given.items() if value is not None and (refusals or case not in refused)}
    wrong = [not same(value, answered.expected[case], part) for case, value in given.items()]
    if sum(wrong) < EVIDENCE:
        return None
    explained, best = _best(answered.cases, answered.task.misconceptions, given, wrong, part)
    if explained < len(given):
        by_two, two = _best(answered.cases, pairs(answered.task), given, wrong, part)
        best = two if by_two >= explained + EVIDENCE else best
    return best[0] if best and _alike(answered.cases, best, part, list(given)) else None


def _unrefused(answered: AnsweredTask) -> Misconception | None:
    """The one known mistake that refuses and accepts what this code does, of what is to be refused."""
    cases = [case for case in answered.cases.names if isinstance(answered.expected[case], ValueError)]
    given = [_accepts(answered.answers[case]) for case in cases]
    if sum(accepted is True for accepted in given) < EVIDENCE:
        return None
    alike = [
        known
        for known in answered.task.misconceptions
        if given == [not isinstance(mistaken(answered.cases, known)[case], ValueError) for case in cases]
    ]
    return alike[0] if len(alike) == 1 else None


def _accepts(answer: Answer) -> bool | None:
    """Whether a usable value was returned; None where neither this nor a ValueError came."""
    if answer.kind == "value":
        return True
    return False if answer.raised and answer.raised.value_error else None


def explains(answered: AnsweredTask, known: Misconception, case: str, part: int | None) -> bool:
    """Whether a mistake gives what was answered to this test case; of a refusal that is missing, that it is missing."""
    answer = answered.answers[case]
    would, given = mistaken(answered.cases, known).get(case), given_by(answer)
    if isinstance(answered.expected[case], ValueError) and answer.kind in ("value", "unusable"):
        return would is not None and not isinstance(would, ValueError)
    return would is not None and given is not None and same(given, would, part)


def _best(
    cases: TaskCases, table: tuple[Misconception, ...], given: dict[str, Any], wrong: list[bool], part: int | None
) -> tuple[int, list[Misconception]]:
    """Those mistakes that account for most of the answers, and for enough of them; and for how many they do."""
    if not table:
        return 0, []
    found = {case: candidates(cases, table, case, part) for case in given}
    agrees = np.array([found[case].are(value) for case, value in given.items()])
    tells = np.array([found[case].tell for case in given])
    agree, telling = agrees.sum(axis=0), (agrees & tells)[wrong].sum(axis=0)
    enough = (telling >= max(EVIDENCE, _SHARE * sum(wrong))) & (agree >= _SHARE * len(given))
    score = {k: (agree[k], telling[k]) for k in np.flatnonzero(enough)}
    most = max(score.values(), default=(0, 0))
    return int(most[0]), [table[k] for k in score if score[k] == most]


def _alike(cases: TaskCases, best: list[Misconception], part: int | None, given: list[str]) -> bool:
    """Whether there is one mistake, or several that none of these test cases can tell apart."""
    one, other = (mistaken(cases, known) for known in (best[0], best[-1]))
    return len(best) == 1 or all(same(one[case], other[case], part) for case in given)


def given_by(answer: Answer) -> Any:
    """An answer in the form in which mistaken functions answer: a value, ValueError, or None where there is neither."""
    if answer.kind == "value":
        return answer.value
    return ValueError() if answer.raised and answer.raised.value_error else None


def mistaken(cases: TaskCases, known: Misconception) -> dict[str, Any]:
    """What a mistaken function answers to each test case."""
    if known.id not in cases.remembered:
        cases.remembered[known.id] = {case: known.answer(cases.args[case]) for case in cases.drawn}
    answers: dict[str, Any] = cases.remembered[known.id]
    return answers


def candidates(cases: TaskCases, table: tuple[Misconception, ...], case: str, part: int | None) -> Candidates:
    """What the mistaken functions of a table answer to one test case."""
    key = ("candidates", table[0].id, case, part)
    if key not in cases.remembered:
        answers = [mistaken(cases, known)[case] for known in table]
        cases.remembered[key] = Candidates(answers, cases.expected[case], part)
    found: Candidates = cases.remembered[key]
    return found


@cache
def pairs(task: Task) -> tuple[Misconception, ...]:
    """Two known mistakes of one task at once, where one of them is a simple one, of the result or of the arguments."""
    simple = [known for known in task.misconceptions if known.simple or known.given]
    return tuple(_both(known, factor) for known in task.misconceptions for factor in simple if factor is not known)


def _both(known: Misconception, factor: Misconception) -> Misconception:
    title, question = f"{known.title}, and {factor.title}", f"{known.question} And: {factor.question}"
    name, both = f"{known.name}+{factor.name}", _with_given(known, factor) if factor.given else _changed(known, factor)
    return replace(known, name=name, title=title, question=question, mistaken=both, same_as=(), simple=None, given=None)


def _with_given(known: Misconception, factor: Misconception) -> Callable[..., Any]:
    """The one mistake, made with the arguments of the other."""
    given = factor.given
    assert given
    return lambda *args: known.mistaken(*given(*args))


def _changed(known: Misconception, factor: Misconception) -> Callable[..., Any]:
    """The result of the one mistake, changed by the other."""
    change = factor.simple
    assert change

    def both(*args: Any) -> Any:
        result = known.mistaken(*args)
        if isinstance(result, list | tuple):
            return [change(part, len(args[0])) for part in result]
        return change(result, len(args[0]))

    return both
