"""Which known mistake gave these answers? One, or one together with a simple one, is named only where it must be it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from autograder.engine.core.assignment import Misconception, Task
from autograder.engine.diagnosis.candidates import Compared
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
    if not best or not _alike(answered.cases, best, part, list(given)):
        return None
    return max(best, key=lambda known: _whole(answered.cases, known, given)) if len(best) > 1 else best[0]


def _unrefused(answered: AnsweredTask) -> Misconception | None:
    """The one known mistake that refuses and accepts what this code does, of what is to be refused."""
    cases = [case for case in answered.cases.names if isinstance(answered.expected[case], ValueError)]
    given = [_accepts(answered.answers[case]) for case in cases]
    if sum(accepted is True for accepted in given) < EVIDENCE:
        return None
    alike = [
        known
        for known in answered.task.misconceptions
        if all(
            accepted == (not isinstance(mistaken(answered.cases, known, case), ValueError))
            for case, accepted in zip(cases, given, strict=True)
        )
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
    would, given = mistaken(answered.cases, known, case), given_by(answer)
    if isinstance(answered.expected[case], ValueError) and answer.kind in ("value", "unusable"):
        return would is not None and not isinstance(would, ValueError)
    return would is not None and given is not None and same(given, would, part)


def _best(
    cases: TaskCases, table: tuple[Misconception, ...], given: dict[str, Any], wrong: list[bool], part: int | None
) -> tuple[int, list[Misconception]]:
    """Those mistakes that account for most of the answers, and for enough of them; and for how many they do."""
    # The wrong ones settle it soonest.
    in_order = sorted(zip(wrong, given, strict=True), key=lambda entry: not entry[0])
    answers = [(case, is_wrong, Compared(given[case], part)) for is_wrong, case in in_order]
    found = [(score, known) for known in table if (score := _score(cases, known, answers, part))]
    most = max((score for score, _ in found), default=(0, 0))
    return most[0], [known for score, known in found if score == most]


def _score(
    cases: TaskCases, known: Misconception, answers: list[tuple[str, bool, Compared]], part: int | None
) -> tuple[int, int] | None:
    """How many of the answers a mistake accounts for, and how many of the wrong ones; None where they are too few.

    Most mistakes are out after a few test cases: what they would answer to the others nobody has to know.
    """
    wrong = sum(is_wrong for _, is_wrong, _ in answers)
    others, silent = 0, 0  # answers that are not the mistake's, and wrong ones that do not tell that it was made
    for case, is_wrong, answer in answers:
        would = _would_be(cases, known, case, part)
        agrees = answer.is_like(would)
        others += not agrees
        silent += is_wrong and not (agrees and _tells(cases, known, case, part))
        if len(answers) - others < _SHARE * len(answers) or wrong - silent < max(EVIDENCE, _SHARE * wrong):
            return None
    return len(answers) - others, wrong - silent


def _whole(cases: TaskCases, known: Misconception, given: dict[str, Any]) -> int:
    """Of several mistakes that are alike in one part, the one that accounts for the other parts too is meant."""
    return sum(same(value, mistaken(cases, known, case)) for case, value in given.items())


def _alike(cases: TaskCases, best: list[Misconception], part: int | None, given: list[str]) -> bool:
    """Whether there is one mistake, or several that none of these test cases can tell apart."""
    one, other = best[0], best[-1]
    return len(best) == 1 or all(same(mistaken(cases, one, case), mistaken(cases, other, case), part) for case in given)


def given_by(answer: Answer) -> Any:
    """An answer in the form in which mistaken functions answer: a value, ValueError, or None where there is neither."""
    if answer.kind == "value":
        return answer.value
    return ValueError() if answer.raised and answer.raised.value_error else None


def mistaken(cases: TaskCases, known: Misconception, case: str) -> Any:
    """What a mistaken function answers to a test case; None where it fails, or the test case only repeats or measures."""
    if case not in cases.drawn:
        return None
    return cases.once(("mistaken", known.id, case), lambda: known.answer(cases.args[case]))


def _would_be(cases: TaskCases, known: Misconception, case: str, part: int | None) -> Compared:
    """The same, to be compared."""
    return cases.once(("compared", known.id, case, part), lambda: Compared(mistaken(cases, known, case), part))


def _tells(cases: TaskCases, known: Misconception, case: str, part: int | None) -> bool:
    """Whether a test case tells a mistake from the right answer."""

    def differs() -> bool:
        return not Compared(cases.expected[case], part).is_like(_would_be(cases, known, case, part))

    return cases.once(("tells", known.id, case, part), differs)


@cache
def pairs(task: Task) -> tuple[Misconception, ...]:
    """Two known mistakes of one task at once, where one of them is a simple one, of the result or of the arguments.

    Two that ask the same question are two ways to get one thing wrong, and nobody makes both.
    """
    simple = [known for known in task.misconceptions if known.simple or known.given]
    every = ((known, factor) for known in task.misconceptions for factor in simple)
    return tuple(_both(known, factor) for known, factor in every if factor.question != known.question)


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
