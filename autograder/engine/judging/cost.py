"""Does the work grow in proportion to the steps? Counted first, which no busy machine disturbs, and then timed.

    counted   the lines of Python that run (of a library's code the calls) and the bytes allocated, for 1, 32 and 256 steps:
              8 times the steps take 8 times as much, or 64 times where the work is quadratic. What lies between is counted
              once more, for 64 and 512.
              Code that loops over single numbers is counted in a narrow network: what grows with T is the same there.
    timed     processor time, for what happens inside one call of NumPy and is no allocation: 125 and 1,000 steps, and
              where the time grows by much more than 8, 500 and 4,000 in three rounds. Noise only ever adds to a time,
              so the least of each counts.

What one step takes is subtracted everywhere: work that is there for every length hides nothing. Every round has its own
arrays: code that remembers an answer gains nothing. A cost that is not clearly quadratic passes.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from autograder.engine.judging.growth import CLEAR, FEW_LINES, MOST_LINES, PLAIN, QUADRATIC, growth
from autograder.engine.sandbox.answers import Answer

_ROUNDS = range(3)
_COUNTED_FIRST = ("count_1", "count_32")
_WIDE, _NARROW = ({steps: f"{kind}_{steps}" for steps in (1, 32, 256, 64, 512)} for kind in ("count", "narrow"))
_TIMED_ONE, _TIMED_SHORT, _TIMED_LONG = "time_1", ("time_125", "time_125_again", "time_125_at_last"), "time_1000"
_TIMED = (_TIMED_ONE, _TIMED_SHORT[0], _TIMED_LONG, *_TIMED_SHORT[1:])
_TIMED_LONGER = tuple((f"time_500_{k}", f"time_4000_{k}") for k in _ROUNDS)
STEPS: dict[str, int] = {
    case: int(case.split("_")[1])
    for cases in (_WIDE.values(), _NARROW.values(), _TIMED, *_TIMED_LONGER)
    for case in cases
}  # of each test case that measures work

_PLAIN_TIME = 12.0
_QUADRATIC_TIME = 24.0  # for 500 and 4,000 steps: linear work gives 8, and quadratic 40 to 64
_LONGEST_STEP_S = 0.5  # for one step: more is work that does not belong to it
_NOISE_S = 5e-5

Answers = Mapping[str, Answer]


def measured_by(case: str) -> Literal["", "count", "time"]:
    """How the work of a test case is measured; nothing where it is not."""
    if case not in STEPS:
        return ""
    return "time" if case.startswith("time_") else "count"


def is_narrow(case: str) -> bool:
    """Whether a test case that measures work has a narrow network, so that looping over all its numbers is quick."""
    return case in _NARROW.values()


def next_cases(answers: Answers) -> tuple[str, ...]:
    """The test cases to ask next, none where the answers so far settle it."""
    if not _has(answers, _COUNTED_FIRST):
        return _COUNTED_FIRST
    if any(answers[case].kind != "value" for case in STEPS if case in answers) or counted_quadratic(answers):
        return ()
    first, longer = _counted(answers)
    if not _has(answers, first):
        return tuple(case for case in first if case not in answers)
    if not _has(answers, longer) and _counted_growth(answers, first) > PLAIN:
        return longer[1:]
    if not _has(answers, _TIMED):
        return _TIMED
    if _timed_growth(answers) <= _PLAIN_TIME or _slow_at_once(answers):
        return ()
    return next((cases for cases in _TIMED_LONGER if not _has(answers, cases)), ())


def what_grows(answers: Answers) -> str:
    """What takes too much, as the end of a sentence; nothing where the work is linear, or not clearly more than that."""
    for case, steps in STEPS.items():
        if case not in answers:
            continue
        if answers[case].kind == "timeout":
            return f"for T = {steps} it does not come to an end in time"
        raised = answers[case].raised
        if raised and raised.memory:
            return f"for T = {steps} it runs out of memory"
    if counted_quadratic(answers):
        return _counted_words(answers)
    if _has(answers, _TIMED) and _slow_at_once(answers):
        return "for T = 1 it takes as long as for many steps"
    if all(_has(answers, cases) for cases in _TIMED_LONGER) and _timed_growth(answers) > _QUADRATIC_TIME:
        return "each step takes longer when there are more steps"
    return ""


def counted_quadratic(answers: Answers) -> bool:
    """Whether the counted work alone settles it."""
    first, longer = _counted(answers)
    if _has(answers, first) and (_too_many(answers, first) or _counted_growth(answers, first) > CLEAR):
        return True
    return _has(answers, longer) and _counted_growth(answers, longer) > QUADRATIC


def _has(answers: Answers, cases: Sequence[str]) -> bool:
    """Whether all of these have been asked."""
    return all(case in answers for case in cases)


def _counted(answers: Answers) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The counted test cases that decide, and those that decide where they do not: of one step, of few and of many."""
    lines = [answers[case].work[0] for case in _COUNTED_FIRST]
    cases = _NARROW if lines[1] - lines[0] > FEW_LINES else _WIDE
    return tuple(cases[steps] for steps in (1, 32, 256)), tuple(cases[steps] for steps in (1, 64, 512))


def _too_many(answers: Answers, first: Sequence[str]) -> bool:
    """Whether so many lines run for few steps that those for many are not counted to their end."""
    return answers[first[1]].work[0] > MOST_LINES


def _counted_words(answers: Answers) -> str:
    first, longer = _counted(answers)
    if not _too_many(answers, first):
        lines, allocated = _growths(answers, longer if _has(answers, longer) else first)
        if lines < allocated:
            return "each step takes more memory when there are more steps"
    return "each step runs more lines of Python when there are more steps"


def _counted_growth(answers: Answers, cases: Sequence[str]) -> float:
    """By how much the lines grow, or the bytes, whichever grows more."""
    return max(_growths(answers, cases))


def _growths(answers: Answers, cases: Sequence[str]) -> tuple[float, float]:
    """By how much the lines grow, and the bytes, from few steps to many."""
    lines, allocated = zip(*(answers[case].work for case in cases), strict=True)
    return growth(*lines), growth(*allocated)


def _timed_growth(answers: Answers) -> float:
    """By how much the time grows for 8 times the steps: in the first attempt, or in the longer rounds so far."""
    rounds = [cases for cases in _TIMED_LONGER if _has(answers, cases)]
    shorts = [short for short, _ in rounds] or _TIMED_SHORT
    longs = [long for _, long in rounds] or [_TIMED_LONG]
    one = answers[_TIMED_ONE].cpu_s
    short, long = (min(answers[case].cpu_s for case in cases) - one for cases in (shorts, longs))
    return long / max(short, _NOISE_S)


def _slow_at_once(answers: Answers) -> bool:
    return answers[_TIMED_ONE].cpu_s > _LONGEST_STEP_S
