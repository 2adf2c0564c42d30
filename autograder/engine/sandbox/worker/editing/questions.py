"""Which question leads to a line, by the kind of the edits that mend it. Part of the students' `selfcheck.py` as well."""

from collections.abc import Sequence

WHAT = "what should this line give for this test case?"
QUESTIONS = {
    "sum": "along which index is the sum?",
    "quantity": "is this the quantity that the equation has here?",
    "row": "which row belongs to which step?",
    "range": "over which steps does this run, and in which direction?",
    "direction": "in which order do the steps come?",
    "sign": "which sign does each term have?",
    "upside_down": "what is divided by what?",
    "operation": "which operation does the equation have here?",
    "extra": "is each part of this line in the equation?",
    "factor": "which factors does the equation have?",
    "term": "which terms does the equation have?",
    "missing_matrix": "what is this multiplied by on its way?",
    "constant": "what does this number stand for?",
    "word": "which words does the docstring use?",
    "comparison": "for which values is this true, and for which should it be?",
    "condition": "for which arguments is this true, and for which should it be?",
    "function": "does this function do what is asked for, for entries of every kind and size?",
    "axis": "along which axis does this work?",
    "option": "what does this option do?",
    "dtype": "which numbers can an array of this dtype hold?",
    "order": "what must have happened before this line, and what only after it?",
    "statement": "what does this line change, and should it?",
    "added": "is something added here, or replaced?",
    "in_place": "whose array does this line write into?",
    "returned": "what does the docstring say is returned, and in which order?",
    "exception": "which exception does the docstring name?",
    "zero": "what is it where the denominator is 0?",
    "overflow": "how large can this become?",
    "form": "of which type is what this line gives?",
    "extra_axis": "what does each axis count?",
    "refusal": "which arguments does the docstring refuse, and how?",
    "copy": "who else holds the array that is returned or changed?",
    "state": "which variable lives longer than one call?",
    "initial": "with what does it begin?",
    "nothing_returned": "which value does it return?",
}
NOT_HERE = {
    QUESTIONS[kind] for kind in ("refusal", "copy", "state", "initial", "nothing_returned")
}  # lead on without a line


_VAGUE = {"constant", "extra", "operation", "quantity", "condition", "statement"}  # they give way to what says more


def question_of(kinds: Sequence[str]) -> str:
    """The question that all these edits share, or else what the line should give."""
    telling = [kind for kind in kinds if kind not in _VAGUE] or kinds
    found = {QUESTIONS.get(kind, WHAT) for kind in telling}
    return found.pop() if len(found) == 1 else WHAT
