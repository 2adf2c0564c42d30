"""From the edits that mend a function to what is said of a failed task. The edits themselves are never shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.engine.core.result import Location
from autograder.engine.judging.judges import Finding
from autograder.engine.sandbox.answers import plain_text
from autograder.engine.sandbox.searching import Tried
from autograder.engine.sandbox.worker.editing.questions import QUESTIONS, VAGUE_KINDS, pointed_at, sentence

_LONGEST = 400  # characters of a line, before the result cuts it


@dataclass(frozen=True)
class Located:
    """A line, if one is sure, and the sentence that ends the messages of the failed checks."""

    location: Location | None
    sentence: str


def located(mended: Sequence[Tried], source: str, finding: Finding, show_values: bool) -> Located | None:
    """What the edits that mend a function point at; None where they do not agree.

    Where values are hidden the sentence quotes nothing of a student's. The numbers come from the student's process, and the
    lines from the text that the grader has read itself.
    """
    if not mended:
        return None
    if finding.kind in ("remembers", "shared"):
        lives_on = any(tried.kind == "state" for tried in mended)  # else it may be an array that nobody has filled
        return Located(None, sentence((), QUESTIONS["state"], ())) if lives_on else None
    found = pointed_at([(tried.line, tried.kind) for tried in mended], source)
    if found is None:
        return None
    lines, question = found
    texts = source.split("\n")
    places = [Location(line, plain_text(texts[line - 1], _LONGEST)) for line in lines]
    said = sentence(lines, question, [place.source for place in places] if show_values else [])
    counts = Counter(tried.line for tried in mended)
    telling = {tried.line for tried in mended if tried.kind not in VAGUE_KINDS}
    most = max(counts, key=lambda line: (counts[line], line in telling, line))  # of two, one of which feeds the other
    return Located(next((place for place in places if place.line == most), None), said)
