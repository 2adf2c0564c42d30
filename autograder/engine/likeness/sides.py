"""A pair side by side: the parts of both that have passages in common, with these marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from autograder.engine.intake.submission import Submission
from autograder.engine.likeness.pairs import MAX_PASSAGES, Pair, own_parts
from autograder.engine.likeness.passages import Part, Passage, passages_of

MAX_SHOWN = 6_000  # characters of a part
MAX_ROWS = 24  # of a pair: each function of the assignment has one
_BEFORE = 300  # characters shown before the first mark, where a part is too long


@dataclass(frozen=True)
class Side:
    """A part of one submission, as pieces of text that are marked or not."""

    title: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Row:
    """A part of each submission. Where one has nothing like it in one place, the place beside it stays empty."""

    left: Side | None
    right: Side | None


@dataclass(frozen=True)
class _Found:
    part: Part
    passages: tuple[Passage, ...]

    @property
    def numbers(self) -> set[int]:
        return {passage.number for passage in self.passages}


def side_by_side(pair: Pair) -> list[Row]:
    """The parts that are alike, each beside the one that is most like it, in the order of the first submission."""
    shared = set(pair.shared.tolist())
    left, right = (_found(one.read(), shared) for one in (pair.one, pair.other))
    common = {(i, j): len(one.numbers & other.numbers) for i, one in enumerate(left) for j, other in enumerate(right)}
    beside: dict[int, int] = {}
    for i, j in sorted((two for two in common if common[two]), key=lambda two: (-common[two], two)):
        if i not in beside and j not in beside.values():
            beside[i] = j
    rows = [Row(_side(one), _side(right[beside[i]]) if i in beside else None) for i, one in enumerate(left)]
    rows += [Row(None, _side(other)) for j, other in enumerate(right) if j not in beside.values()]
    return rows[:MAX_ROWS]


def _found(submission: Submission, shared: set[int]) -> list[_Found]:
    """The parts of a submission that hold passages of these numbers."""
    found: dict[int, list[Passage]] = {}
    parts: dict[int, Part] = {}
    for number, part, passage in islice(_all(submission), MAX_PASSAGES):
        if passage.number in shared:
            parts[number] = part
            found.setdefault(number, []).append(passage)
    return [_Found(parts[number], tuple(passages)) for number, passages in islice(found.items(), MAX_ROWS)]


def _all(submission: Submission) -> Iterator[tuple[int, Part, Passage]]:
    for number, part in enumerate(own_parts(submission)):
        for passage in passages_of(part):
            yield number, part, passage


def _side(found: _Found) -> Side:
    """The part as pieces, each letter that nobody could see replaced by a sign; of a long one what begins at the first mark."""
    text = "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in found.part.text)
    text = text.rstrip()
    spans = sorted((passage.start, passage.end) for passage in found.passages)
    place = end = 0 if len(text) <= MAX_SHOWN else max(0, spans[0][0] - _BEFORE)
    last = place + MAX_SHOWN
    pieces = [("… ", False)] if place else []
    for start, stop in spans:
        start, stop = max(start, end), min(stop, last)
        if start < stop:
            pieces += [(text[end:start], False), (text[start:stop], True)]
            end = stop
    pieces += [(text[end:last], False), (" …" if len(text) > last else "", False)]
    return Side(found.part.title, tuple(piece for piece in pieces if piece[0]))
