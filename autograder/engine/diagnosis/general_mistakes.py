"""Mistakes of any task: they show in the form of an answer, in what it does to its arguments, or in what it remembers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Habit:
    """A mistake that is not about the mathematics. `name` is None where it is no misconception but a slip."""

    name: str | None
    question: str


HABITS: dict[str, Habit] = {
    "argument": Habit("writes_into_arguments", "Which line writes into an array that the function was given?"),
    "not_new": Habit("returns_its_argument", "Who else writes into the arrays that you return?"),
    "remembers": Habit("remembers_earlier_calls", "Which variable lives longer than one call?"),
    "shared": Habit("returns_a_shared_array", "Who else writes into the array that you return?"),
    "accepted": Habit("accepts_what_it_should_refuse", "Which arguments does the docstring refuse, and how?"),
    "wrong_error": Habit("raises_another_error", "Which exception does the docstring name?"),
    "cost": Habit("repeats_work", "What is computed or copied anew for every t that the step after it had already?"),
    "nothing": Habit("returns_nothing", "Where is the return statement?"),
    "unusable": Habit("returns_another_type", "What does the docstring say is returned?"),
    "count": Habit("returns_another_number", "What does the docstring say is returned, and in which order?"),
    "transposed": Habit("swaps_the_axes", "Which axis counts the steps?"),
    "squeezed": Habit("drops_or_adds_an_axis", "What happens to an axis of length one?"),
    "row_more": Habit("one_row_too_many", "Which steps have a row, and which state or step is none of them?"),
    "row_less": Habit("one_row_too_few", "Which steps have a row, and which one is left out?"),
    "shape": Habit("another_shape", "What does each axis of the result count?"),
    "word": Habit("another_word", "Which words does the docstring use?"),
    "step": Habit(None, "From which end does the walk start, and how is the step counted that it meets first?"),
    "decision": Habit(None, "Which of the five decisions is the first that holds for these arguments?"),
    "non_finite": Habit(None, "Which intermediate result is the first that is not finite?"),
    "IndexError": Habit(None, "Which index is that, and how long is the axis for this T?"),
    "raised": Habit(None, "Which values and shapes meet in that line?"),
    "dead": Habit(None, "For which arguments do its loops end?"),
}
STATUSES = ("stable", "exploding", "non_finite", "no_signal")
