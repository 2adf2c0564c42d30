"""From the edits that mend a function to a line of it and a question. The edit itself is never shown.

A line is named only where the likeliest edits agree on it. What has to be put in has no line, and only a question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.engine.core.result import Location
from autograder.engine.judging.judges import Finding
from autograder.engine.sandbox.answers import plain_text
from autograder.engine.sandbox.searching import Tried
from autograder.engine.sandbox.worker.editing.questions import NOT_HERE, QUESTIONS, WHAT, question_of

_SETS = re.compile(r"\s*([\w, ]{1,80}?)\s*(?:\[[^=]{0,80}\])?\s*[-+*/@]?=(?!=)")
_LONGEST = 400  # characters of a line that are looked at


@dataclass(frozen=True)
class Located:
    """What is said of a failed task: a line, if one is sure, and the sentence that ends its messages."""

    location: Location | None
    sentence: str


def located(repairs: Sequence[Tried], source: str, finding: Finding) -> Located | None:
    """What the repairs of a function point at; None where they do not agree."""
    if not repairs:
        return None
    question = question_of([tried.kind for tried in repairs])
    if finding.kind in ("remembers", "shared"):
        return Located(None, _alone(QUESTIONS["state"]))
    lines = sorted({tried.line for tried in repairs})
    texts = source.split("\n")
    if not all(0 <= line <= len(texts) for line in lines):
        return None
    places = [Location(line, plain_text(texts[line - 1].strip()[:_LONGEST], _LONGEST)) for line in lines if line]
    if lines == [0] or not places:
        return Located(None, _alone(question)) if question in NOT_HERE else None
    if 0 in lines or len(places) > 2:
        return None if question == WHAT else Located(None, _alone(question))
    if len(places) == 2 and not _feeds(*places):
        return None if question == WHAT else Located(None, _alone(question))
    named = " and ".join(f"`{place.source.replace('`', chr(39))}`" for place in places)
    numbers = "Line" if len(places) == 1 else "Lines"
    return Located(places[0], f"{numbers} {' and '.join(str(place.line) for place in places)}, {named}: {question}")


def _feeds(one: Location, other: Location) -> bool:
    """Whether the first line sets a name that the second one reads, as far as the text shows."""
    found = _SETS.match(one.source)
    names = re.findall(r"\w+", found[1]) if found else []
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", other.source) for name in names)


def _alone(question: str) -> str:
    return question[0].upper() + question[1:]
