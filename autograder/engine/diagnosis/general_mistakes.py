"""Mistakes of any task: they show in the form of an answer, in what it does to its arguments, or in what it remembers."""

from dataclasses import dataclass

from autograder.engine.core.assignment import Check
from autograder.engine.diagnosis.known_mistakes import given_by
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.judges import Finding
from autograder.engine.judging.sameness import same


@dataclass(frozen=True)
class GeneralMistake:
    """A mistake that is not about the mathematics. `name` is None where it is no misconception but a slip."""

    name: str | None
    question: str


NOTHING_NAMED = "Work one wrong entry out by hand: which line is the first whose value is not what you get?"
GENERAL: dict[str, GeneralMistake] = {
    "argument": GeneralMistake("writes_into_arguments", "Which line writes into an array that the function was given?"),
    "not_new": GeneralMistake("returns_its_argument", "Who else writes into the arrays that you return?"),
    "remembers": GeneralMistake("remembers_earlier_calls", "Which variable lives longer than one call?"),
    "shared": GeneralMistake("returns_a_shared_array", "Who else writes into the array that you return?"),
    "accepted": GeneralMistake("accepts_what_it_should_refuse", "Which arguments does the docstring refuse, and how?"),
    "wrong_error": GeneralMistake("raises_another_error", "Which exception does the docstring name?"),
    "cost": GeneralMistake(
        "repeats_work", "What is computed or copied again for every t, although the step after it already had it?"
    ),
    "nothing": GeneralMistake("returns_nothing", "Where is the return statement?"),
    "unusable": GeneralMistake("returns_another_type", "What does the docstring say is returned?"),
    "count": GeneralMistake("returns_another_number", "What does the docstring say is returned, and in which order?"),
    "transposed": GeneralMistake("swaps_the_axes", "Which axis counts the steps?"),
    "squeezed": GeneralMistake("drops_or_adds_an_axis", "What happens to an axis of length one?"),
    "row_more": GeneralMistake(
        "one_row_too_many", "Which steps have a row, and which state or step is not one of them?"
    ),
    "row_less": GeneralMistake("one_row_too_few", "Which steps have a row, and which one is left out?"),
    "shape": GeneralMistake("another_shape", "What does each axis of the result count?"),
    "word": GeneralMistake("another_word", "Which words does the docstring use?"),
    "step": GeneralMistake(
        None, "From which end does the walk start, and how is the step that it meets first counted?"
    ),
    "decision": GeneralMistake(None, "Which of the five decisions is the first that holds for these arguments?"),
    "non_finite": GeneralMistake(None, "Which intermediate result is the first that is not finite?"),
    "IndexError": GeneralMistake(None, "Which index is that, and how long is the axis for this T?"),
    "raised": GeneralMistake(None, "Which values and shapes meet in that line?"),
    "values": GeneralMistake(None, NOTHING_NAMED),
    "dead": GeneralMistake(None, "For which arguments do its loops end?"),
}


def general_mistake(answered: AnsweredTask, check: Check, finding: Finding) -> GeneralMistake | None:
    """What a wrong form, a changed argument or an exception points to."""
    answer = answered.answers[finding.case]
    if answer.raised and answer.raised.versions and finding.kind in ("raised", "wrong_error"):
        return None  # the mistake is named already, and it is another one
    if finding.kind == "dead" and answer.kind != "timeout":
        return None
    return GENERAL.get(_kind(answered, check, finding))


def _kind(answered: AnsweredTask, check: Check, finding: Finding) -> str:
    """The kind of a finding, more closely looked at."""
    answer = answered.answers[finding.case]
    if finding.kind in ("values", "verdict") and _remembers(answered):
        return "remembers"
    if finding.kind == "shape":
        return _kind_of_shape(answered, check, finding.case)
    if finding.kind == "unusable" and answer.text == "None":
        return "nothing"
    if finding.kind == "raised" and answer.raised and answer.raised.type == "IndexError":
        return "IndexError"
    if finding.kind == "verdict":
        word = answer.value[0]
        same_word = word == answered.expected[finding.case][0]
        return "step" if same_word else "decision" if word in answered.task.words else "word"
    return finding.kind


def _remembers(answered: AnsweredTask) -> bool:
    """Whether the same arguments gave another answer later, or other arguments of the same shapes the same answer."""
    first, answers = answered.repeated(), answered.answers
    if not first or "repeat" not in answers:
        return False
    before, after = given_by(answers[first]), given_by(answers["repeat"])
    if before is None or after is None:
        return False
    other = given_by(answers["again"]) if "again" in answers else None
    right = answered.expected
    replayed = other is not None and same(before, other) and not same(right[first], right["again"])
    return replayed or not same(before, after)


def _kind_of_shape(answered: AnsweredTask, check: Check, case: str) -> str:
    """How the shape of the first part that differs in shape is related to the expected one."""
    got, expected = answered.parts(case)
    parts = range(len(expected)) if check.part is None else (check.part,)
    one, other = next((got[p].shape, expected[p].shape) for p in parts if got[p].shape != expected[p].shape)
    if one == other[::-1]:
        return "transposed"
    if [n for n in one if n != 1] == [n for n in other if n != 1]:
        return "squeezed"
    if one[1:] == other[1:] and one and other and abs(one[0] - other[0]) == 1:
        return "row_more" if one[0] > other[0] else "row_less"
    return "shape"
