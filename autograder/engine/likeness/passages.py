"""A text as passages: some words of code, or of prose, in a row. A copy keeps most of them, whatever it was renamed to.

Hostile text passes here in the grader itself: it is never parsed, each step is linear in its length, and what is compared of
one submission is bounded where it is asked for.
"""

import builtins
import keyword
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from autograder.engine.intake.layout import DEFINES, beginnings, blanked

CODE, PROSE = 16, 6  # words in a row: fewer are idioms that many write

_WORD = re.compile(r"[^\W\d]*[\"']|\w+|[^\w\s]")  # a string is what its first quote ends
_PLAIN = re.compile(r"\w{2,}")  # of prose
_KEPT = {*keyword.kwlist, *dir(builtins)}
_LIBRARY = {name for of in (np, np.ndarray, np.linalg) for name in dir(of)}  # behind a dot
_NAME = re.compile(r"[^\W\d]")
_TITLE = re.compile(r"(?:async +)?(?:def|class) +(\w{1,60})")


@dataclass(frozen=True)
class Part:
    """A function, what stands between functions, or a cell of prose: what two submissions are laid side by side by."""

    title: str
    text: str
    is_code: bool = True


@dataclass(frozen=True)
class Passage:
    """Where a passage stands in its part, and a number that the same passage has everywhere in this run."""

    number: int
    start: int
    end: int


def parts_of(text: str, is_code: bool) -> list[Part]:
    """A cell as parts: each of its functions and classes with what follows it."""
    if not is_code:
        return [Part("text", text, False)]
    code = blanked(text)
    starts = [place for place in beginnings(code) if DEFINES.match(code, place)]
    pieces = [text[start:end] for start, end in pairwise(sorted({0, *starts, len(text)}))]
    return [Part(_title(piece), piece) for piece in pieces if piece.strip()]


def _title(piece: str) -> str:
    found = _TITLE.search(blanked(piece))
    return found[1] if found else "other code"


def passages_of(part: Part) -> Iterator[Passage]:
    """The passages of a part in their order: of its code without names, then of its prose, comments and strings included."""
    if part.is_code:
        code = blanked(part.text)
        yield from _in_rows(_words_of_code(code), CODE)
        prose = "".join(" " if seen == letter else letter for letter, seen in zip(part.text, code, strict=True))
    else:
        prose = part.text
    yield from _in_rows(((found[0].lower(), *found.span()) for found in _PLAIN.finditer(prose)), PROSE)


def _words_of_code(code: str) -> Iterator[tuple[str, int, int]]:
    """The words of blanked code without its strings; each name that a student chose is the same word."""
    before = ""
    for found in _WORD.finditer(code):
        word = found[0]
        if word[-1] in "\"'":
            continue
        known = word in (_LIBRARY if before == "." else _KEPT)
        yield (word if known or not _NAME.match(word) else "name"), *found.span()
        before = word


def words_of(part: Part) -> Iterator[str]:
    """The words of a part: of code as they are compared, with its comments and strings left out."""
    if part.is_code:
        yield from (word for word, _, _ in _words_of_code(blanked(part.text)))
    else:
        yield from (found[0].lower() for found in _PLAIN.finditer(part.text))


def _in_rows(words: Iterable[tuple[str, int, int]], length: int) -> Iterator[Passage]:
    row: deque[tuple[str, int, int]] = deque(maxlen=length)
    for word in words:
        row.append(word)
        if len(row) == length:
            yield Passage(hash((length, *(text for text, _, _ in row))), row[0][1], word[2])
