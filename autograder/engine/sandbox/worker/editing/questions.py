"""From the edits that mend a function to its lines and a question: only where they agree. The edits are never shown."""

import re
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
    "function": "what does this function compute here, and what is asked for?",
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
# They lead on without a line, to what has to be put in.
_ALONE = {QUESTIONS[kind] for kind in ("refusal", "copy", "state", "initial", "nothing_returned")}
_SETS = re.compile(r"\s*([\w, ]{1,80}?)\s*(?:\[[^=]{0,80}\])?\s*[-+*/@]?=(?!=)")
_WALKS = re.compile(r"\s*for ([\w, ]{1,80}) in\b")
_LONGEST = 400  # characters of a line that are looked at


# A step that such an edit skips changes no argument either, and mends nothing.
SKIPPING = ("comparison", "condition", "constant", "quantity", "sign", "operation")
# The later ones say less, and all of them less than the other kinds.
VAGUE_KINDS = tuple("condition quantity extra operation statement constant".split())


def question_of(kinds: Sequence[str]) -> str:
    """The question that all these edits share, or else what the line should give."""
    kinds = [kind for kind in kinds if kind != "extra_axis" or "sum" not in kinds]  # a sum turned round moves an axis
    telling = (
        [kind for kind in kinds if kind not in VAGUE_KINDS]
        or [kind for kind in VAGUE_KINDS if kind in kinds][:1]
        or kinds
    )
    found = {QUESTIONS.get(kind, WHAT) for kind in telling}
    return found.pop() if len(found) == 1 else WHAT


def pointed_at(found: Sequence[tuple[int, str]], text: str) -> tuple[tuple[int, ...], str] | None:
    """The lines that these edits, each a line and a kind, point at, and a question; None where they do not agree.

    Two lines are pointed at where one feeds the other, and none by what has to be put in: the question stands alone.
    """
    lines = tuple(sorted({line for line, _ in found}))
    texts = text.split("\n")
    if not lines or not all(0 <= line <= len(texts) for line in lines):
        return None
    question = question_of([kind for _, kind in found])
    if lines == (0,):
        return ((), question) if question in _ALONE else None
    if len(lines) == 1 or (len(lines) == 2 and lines[0] and _feeds(*(texts[line - 1][:_LONGEST] for line in lines))):
        return lines, question
    return None if question == WHAT else ((), question)


def _feeds(one: str, other: str) -> bool:
    """Whether the first line sets a name that the second one reads, as far as the text shows."""
    found = _SETS.match(one) or _WALKS.match(one)
    names = re.findall(r"\w+", found[1]) if found else []
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", other) for name in names)


def sentence(lines: Sequence[int], question: str, texts: Sequence[str]) -> str:
    """ "Line 8, `g = A @ g`: along which index is the sum?", with two lines, or the question alone."""
    if not lines:
        return question[0].upper() + question[1:]
    quoted = " and ".join("`" + text.replace("`", "'") + "`" for text in texts)
    named = f"Line{'s' if len(lines) > 1 else ''} {' and '.join(map(str, lines))}"
    return f"{named}, {quoted}: {question}" if quoted else f"{named}: {question}"
