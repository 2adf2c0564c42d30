"""Which question leads on from what was seen: one table for the hidden tests and for the self-check. It knows no solution.

A kind is what was seen, as a word: of an exception, of a shape, of a type, or the id of a relation. An assignment has
questions of its own for some kinds of a task; they go before those here.
"""

import re
from collections.abc import Mapping, Sequence

Shape = tuple[int, ...]

NOTHING_NAMED = "Work one wrong entry out by hand: which line is the first whose value is not what you get?"
GENERAL_QUESTIONS = {
    "values": NOTHING_NAMED,
    # exceptions
    "raised": "Which values meet in this line, and of which type are they?",
    "own_raise": "Is this an error that the docstring asks for, or are these arguments legal?",
    "own_assert": "Must this hold for every legal argument?",
    "name": "Which line gives this name its value, and has it run by then?",
    "near_in_module": "Is it spelt as in the documentation of this module?",
    "near_name": "Is it spelt as it was where it got its value?",
    "local": "In the first round, which line has given this name its value?",
    "import": "Is this package needed, or can NumPy do the same?",
    "arguments": "Which arguments does the docstring name, and in which order?",
    "call": "How many arguments does the function called here take?",
    "keyword": "Which arguments does this function take, and how are they named?",
    "shadowed": "Which line gave this name its new meaning?",
    "not_callable": "Is this a function or a value, and which brackets belong behind it?",
    "unhashable": "What can be the key of a dictionary, a member of a set or an argument of a cached function: can an array?",
    "none": "Which call returned None here, and what does it do instead of returning something?",
    "operands": "Of which type are the two sides, and what does this operation do with that type?",
    "one_number": "Does this function take a whole array, or one number?",
    "index_type": "Of which type must an index be, and of which type is this one?",
    "index": "Which indices does an axis of this length have, and which one is asked for here?",
    "too_many_indices": "How many axes does this array have, and how many indices stand in the brackets?",
    "key": "Which keys are there by then, and when was this one put in?",
    "division": "For which arguments is this divisor 0, and what is asked for then?",
    "recursion": "For which arguments does it stop calling itself?",
    "attribute": "Of which type is this here, and does that type have such a name?",
    "input": "Who could type an answer when a test calls the function?",
    "file": "Is this file there on another computer, too?",
    "product_shapes": "Which two axes must be equally long in a product, and what does each of these two count?",
    "broadcast": "Shapes are compared from the last axis on: what do the two axes that meet here count?",
    "assigned_shape": "How many entries has the place on the left, and how many come from the right?",
    "irregular": "Which shapes have the parts, and can they lie in one array?",
    "truth": "This is true or false for each entry: must it hold for all of them, for any, or for one?",
    "reshape": "How many entries are there, and how many would the new shape hold?",
    "empty": "For which arguments is this empty, and what is asked for then?",
    "not_iterable": "Is this one value or a sequence of them, and over what should it run?",
    "unpack": "How many values come from the right, and how many names stand on the left?",
    "einsum": "Which letter stands for which axis, and which letters may be summed?",
    "read_only": "Whose array does this line write into?",
    "no_axis": "How many axes does this array have, and which one is named here?",
    "square": "How many axes does this array have here, and how long are they?",
    "singular": "Does every matrix have an inverse, and is one needed here?",
    "memory": "How large is the largest array that it makes, for these sizes?",
    "versions": "How is the same written for these versions?",
    # what came back
    "nothing": "Is there a return statement for every case, and does what stands behind it give something back?",
    "complex": "Where do complex numbers come from, and which real number is asked for?",
    "truth_value": "Is a yes or no asked for, or a number?",
    "text": "Is a text asked for, or numbers?",
    "lazy": "Has anything been computed when this is returned, and what would make it an array?",
    "another_kind": "Which numbers are in it, and in which order does the docstring ask for them?",
    "rows_differ": "Are all its rows equally long?",
    "step_type": "What is t in the docstring: an integer, a float, a text or an array?",
    "no_pair": "Which two things does the docstring ask for, and in which order?",
    "unusable": "What does the docstring say is returned?",
    "one_array": "How many arrays does the docstring ask for, and which of them is this one?",
    "count": "What does the docstring say is returned, and in which order?",
    # shapes
    "order": "In which order does the docstring name what is returned?",
    "scalar": "Is it one number, or an array of them?",
    "number": "Is one number asked for, or an array of them?",
    "summed": "Which axis has been summed or picked away, and should it have been?",
    "axis_more": "What does the axis that is too many count, and what should become of it?",
    "transposed": "Which axis counts the steps?",
    "transposed_weights": "Which index counts the rows, and which the columns?",
    "squeezed": "What happens to an axis of length one?",
    "row_more": "Which steps have a row, and which state or step is not one of them?",
    "row_less": "Which steps have a row, and which one is left out?",
    "shape": "What does each axis of the result count?",
    # verdicts
    "word": "Which words does the docstring use?",
    "step": "From which end does the walk start, and how is the step that it meets first counted?",
    "decision": "Which of the decisions in the docstring is the first that holds for these arguments?",
    # numbers
    "non_finite": "Which intermediate result is the first that is not finite?",
    "extreme": "What is the square of {size} in float64?",
    "overflow": "Which intermediate result is larger than any float64, and must it be that large?",
    "unset": "It comes from memory that nothing was written to: what does `np.empty`, or `where=` without `out=`, not set?",
    # refusals
    "accepted": "Which arguments does the docstring refuse, and how?",
    "returned_error": "What happens to an error that is returned, and what to one that is raised?",
    "wrong_error": "Which exception does the docstring name?",
    # what it does besides
    "argument": "Which line writes into an array that the function was given?",
    "not_new": "Who else writes into the arrays that you return?",
    "shared": "Who else writes into the array that you return?",
    "remembers": "What differs from call to call: a variable that lives on, an array that nobody has filled, a random number?",
    "cost": "What is computed or copied again for every t, although the step after it already had it?",
    "dead": "For which arguments do its loops end?",
    "ended": "Which line ends the whole of Python, and what should it do instead?",
    "missing": "Which cell defines it, and under which name?",
    "not_run": "Does it run in a fresh kernel, from the top?",
    "not_callable_task": "Which line gave this name another value?",
    "callee": "Which of the two is to be written first?",
    "newer": "How is the same written for an older Python?",
    "placeholder": "Which lines does Python reach behind a `raise`?",
    # relations
    "zeros": "Where does the first value that is not zero come from?",
    "constant": "Which of its arguments does the result depend on?",
    "sign": "If one entry grows a little, does the loss grow or shrink?",
    "factor": "Where does such a factor enter the equation, and how often?",
    "factor_varies": "On which size does this factor depend, and where does it enter the equation?",
    "transpose": "Which index of the result belongs to which factor?",
    "reversed": "In which order are the rows asked for?",
    "shift": "Which row belongs to which step?",
    "term": "How many paths lead from here to the loss?",
    "row_factors": "What differs from step to step in your computation, and should it?",
    "only_last_row": "What should happen on the way from one step to the next?",
    "only_first_row": "What should happen on the way from one step to the next?",
    "cut": "Which values does your code take for zero?",
    "capped": "Where are values cut off?",
    "offset": "What is added that the equation does not have?",
    "rounded": "Which division or which dtype cuts the fraction off?",
    "whole": "Which division or which dtype cuts the fraction off?",
    "decimals": "Does the docstring ask for rounded numbers?",
    "single": "Which dtype has so few digits, and where does it come from?",
    "imprecise": "Which step loses the digits: a difference, a small dtype, a constant added?",
    "same_rows": "Is each row an array of its own, and does it change from step to step?",
    "follows": "Is it wrong by itself, or because of what it is computed from?",
    "right_from": "What is different about that step?",
    "right_until": "What is different about that step?",
}
# Relations that say little of a mistake: a question about the test case itself leads further.
VAGUE = frozenset(
    "zeros term row_factors only_last_row only_first_row cut capped offset right_from right_until".split()
)


def ask(own: Mapping[str, str], task: str, *kinds: str) -> str:
    """The question for the first of these kinds that has one: a task's own, then the general one."""
    for kind in kinds:
        if question := own.get(f"{task} {kind}") or GENERAL_QUESTIONS.get(kind):
            return question
    return NOTHING_NAMED


def of_relation(own: Mapping[str, str], task: str, relation: str, case: str) -> str:
    """The question for a relation; `case` is one about the test case, which goes before what is vague."""
    if case and relation in VAGUE:
        return own.get(f"{task} {relation}") or case
    return ask(own, task, relation)


# By the type of an exception the kinds that its text tells apart, then the kind of any other text.
_ERRORS: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "NameError": ((), "name"),
    "UnboundLocalError": ((), "local"),
    "ImportError": ((), "import"),
    "ModuleNotFoundError": ((), "import"),
    "IndexError": (
        (
            ("must be of integer|valid indices|only integers|boolean index|arrays used as indices", "index_type"),
            ("too many indices|invalid index to scalar", "too_many_indices"),
        ),
        "index",
    ),
    "KeyError": ((), "key"),
    "ZeroDivisionError": ((), "division"),
    "FloatingPointError": ((), "non_finite"),
    "OverflowError": ((("out of bounds|to C |too large to convert", "operands"),), "overflow"),
    "RecursionError": ((), "recursion"),
    "AttributeError": ((("'NoneType'", "none"),), "attribute"),
    "EOFError": ((), "input"),
    "StdinNotImplementedError": ((), "input"),
    "FileNotFoundError": ((), "file"),
    "PermissionError": ((), "file"),
    "MemoryError": ((), "memory"),
    "SystemExit": ((), "ended"),
    "AxisError": ((), "no_axis"),
    "LinAlgError": ((("ingular", "singular"),), "square"),
    "TypeError": (
        (
            ("'NoneType'", "none"),
            ("unhashable", "unhashable"),
            ("unexpected keyword", "keyword"),
            (r"positional argument|required .*argument|takes (no|exactly|at most|at least)", "call"),
            ("not callable", "not_callable"),
            ("can be converted to Python scalars|must be real number|only length-1", "one_number"),
            ("as an integer|scalar index|indices must be|can only be converted to", "index_type"),
            ("unsupported operand|can only concatenate|can't multiply|ufunc '|not supported between", "operands"),
            ("cannot unpack", "unpack"),
            ("not iterable", "not_iterable"),
        ),
        "raised",
    ),
    "ValueError": (
        (
            ("could not broadcast input array|setting an array element|copy sequence", "assigned_shape"),
            ("non-broadcastable output", "assigned_shape"),
            ("einstein|subscript|operand has (more|fewer)|einsum|remapped shapes|collapsing index", "einsum"),
            ("broadcast", "broadcast"),
            ("core dimension|not aligned|Incompatible dimensions", "product_shapes"),
            ("truth value", "truth"),
            ("reshape", "reshape"),
            ("at least one array|zero-size|empty sequence|arg is an empty|iterable argument is empty", "empty"),
            ("to unpack", "unpack"),
            ("read-only", "read_only"),
            ("must match exactly|same number of dimensions|same shape", "broadcast"),
            ("axes don't match|axis", "no_axis"),
        ),
        "raised",
    ),
}


_BESIDE = (
    ("of this module", "near_in_module"),
    ("nearly", "near_name"),
    ("not Python's own", "shadowed"),
    ("no function", "not_callable"),
    ("comes from the right", "assigned_shape"),
)


def of_error(type: str, text: str, code: str, beside: str = "") -> str:
    """The kind of an exception: of its type and text, the line that raised it, and what was seen beside it."""
    if re.match(r"(?:.*:\s*)?raise\b", code):
        return "own_raise"
    if type == "AssertionError" or re.match(r"assert\b", code):
        return "own_assert"
    if beside:
        for word, kind in _BESIDE:
            if word in beside:
                return kind
    if "inhomogeneous" in text:
        return "irregular"
    kinds, other = _ERRORS.get(type, ((), "raised"))
    return next((kind for form, kind in kinds if re.search(form, text)), other)


def of_call(task: str, text: str, code: str) -> bool:
    """Whether the task's own function does not take the arguments that it is given."""
    return not code and bool(re.match(rf"(\w+\.)*(<lambda>|{re.escape(task)})\(\) (takes|missing|got)", text))


_UNUSABLE = (
    ("holds None$", "nothing"),
    ("complex", "complex"),
    ("irregular|no regular array", "rows_differ"),
    (r"\bbool", "truth_value"),
    (r"\bstr\b", "text"),
    ("map|generator|zip|filter|range_iterator|reversed|function|method", "lazy"),
    ("dict|set|DataFrame|Series|object", "another_kind"),
)


def of_unusable(what: str, verdict: bool = False) -> str:
    """The kind of a thing that is no answer, by its description."""
    if what == "None":
        return "nothing"
    if verdict:
        return "step_type" if " holds " in what else "no_pair"
    return next((kind for form, kind in _UNUSABLE if re.search(form, what)), "unusable")


def of_shape(got: Shape, expected: Shape, steps: bool) -> str:
    """How a wrong shape is related to the expected one; `steps` says that the first axis counts steps."""
    if not expected:
        return "scalar"
    if not got and any(n != 1 for n in expected):
        return "number"
    if [n for n in got if n != 1] == [n for n in expected if n != 1]:
        return "squeezed"
    if got == expected[::-1]:
        return "transposed" if steps else "transposed_weights"
    if _is_part(got, expected):
        return "summed"
    if _is_part(expected, got):
        return "axis_more"
    if steps and got[1:] == expected[1:] and got and abs(got[0] - expected[0]) == 1:
        return "row_more" if got[0] > expected[0] else "row_less"
    return "shape"


def in_another_order(got: Sequence[Shape], expected: Sequence[Shape]) -> bool:
    """Whether the shapes of several arrays are the expected ones in another order."""
    return list(got) != list(expected) and sorted(got) == sorted(expected)


def _is_part(shorter: Shape, longer: Shape) -> bool:
    """Whether a shape is another one that has lost some axes."""
    rest = iter(longer)
    return len(shorter) < len(longer) and all(n in rest for n in shorter)


def extreme(sizes: Sequence[float]) -> str:
    """The size of numbers whose square is no float64, as "1e200"; nothing where there is none. `sizes` are absolute values."""
    found = [size for size in sizes if 0 < size <= 1e-154 or 1e154 <= size < float("inf")]
    if not found:
        return ""
    exponent = int(f"{max(found):e}".partition("e")[2])
    return f"1e{exponent}"
