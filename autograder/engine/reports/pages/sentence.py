"""A check's sentence, taken apart for a page: the test case, the two arrays, the question, and the student's lines it names.

What does not read so stays one text: nothing of a sentence is lost.
"""

import re
from dataclasses import dataclass

from autograder.engine.core.result import CheckResult

Rows = tuple[tuple[str, ...], ...]  # of an array as it is shown; of a vector the one row

_NUMBER = r"-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|inf)|nan"
_ARRAY = rf"(?:{_NUMBER}|\[[-+.\deinfa, \[\]]+\])"
_PAIR = r"\([^()]{1,200}\)"
_HEAD = re.compile(r"`\w+`(?: for (?P<case>[^:`]+))?: ")
_VALUES = re.compile(
    rf"(?P<name>[^:.`\[\]]+(?:\[[\d, ]+\])*) is (?P<got>{_ARRAY}), expected (?P<expected>{_ARRAY})\. ?"
)
_VERDICT = re.compile(rf"it says (?P<got>{_PAIR}), expected (?P<expected>{_PAIR})\. ?")
_LINES = re.compile(r"Lines? (?P<lines>\d+(?: and \d+)*)(?:, `.*`)?: (?P<asks>[^`]+)$", re.DOTALL)
_RAISED = re.compile(r"\(line (?P<line>\d+): `(?P<source>[^`]+)`\)")


@dataclass(frozen=True)
class Said:
    """One sentence in its parts."""

    text: str  # all that the other parts do not say
    case: str = ""  # the sizes of the test case
    name: str = ""  # of what was compared
    got: Rows = ()
    expected: Rows = ()
    lines: tuple[int, ...] = ()  # of the student's cell
    source: str = ""  # the first of these lines
    asks: str = ""  # of these lines


def said(check: CheckResult) -> Said:
    """The sentence of a failed check."""
    text, place = check.message or "", check.location
    lines, source, asks = _raised(text)
    if place and (found := _LINES.search(text)):
        text, asks = text[: found.start()].rstrip(), found["asks"]
        named = tuple(map(int, found["lines"].split(" and ")))
        lines, source = (place.line, *(line for line in named if line != place.line)), place.source
    head = _HEAD.match(text)
    if not head:
        return Said(text, lines=lines, source=source, asks=asks)
    case, rest = head["case"] or "", text[head.end() :]
    for pattern, rows in ((_VALUES, _rows), (_VERDICT, _words)):
        found = pattern.match(rest)
        got, expected = (rows(found["got"]), rows(found["expected"])) if found else ((), ())
        if found and got and [*map(len, got)] == [*map(len, expected)]:
            name = found["name"] if pattern is _VALUES else ""
            return Said(rest[found.end() :], case, name, got, expected, lines, source, asks)
    return Said(rest[:1].upper() + rest[1:], case, lines=lines, source=source, asks=asks)


def _raised(text: str) -> tuple[tuple[int, ...], str, str]:
    """The line on which something was raised."""
    found = _RAISED.search(text)
    return ((int(found["line"]),), found["source"], "") if found else ((), "", "")


def _rows(text: str) -> Rows:
    """A number, a vector or a matrix, as text; nothing for what is none, or is not shown whole."""
    inner = text[1:-1] if text.startswith("[") else text
    rows = re.findall(r"\[([^\[\]]+)\]", inner) if inner.startswith("[") else [inner]
    made = tuple(tuple(row.split(", ")) for row in rows)
    whole = all(re.fullmatch(_NUMBER, entry) for row in made for entry in row)
    return made if made and whole and len({*map(len, made)}) == 1 else ()


def _words(text: str) -> Rows:
    """What a verdict holds."""
    return (tuple(text[1:-1].split(", ")),)


def aligned(rows: Rows, others: Rows) -> Rows:
    """The rows with their decimal points below each other, and below those of the others, in letters of one width."""
    both = (*rows, *others)
    digits = [max(len(entry.partition(".")[2]) for entry in column) for column in zip(*both, strict=True)]
    exponents = [any("e" in entry for entry in column) for column in zip(*both, strict=True)]
    return tuple(
        tuple(
            entry if plain else _padded(entry, most) for entry, most, plain in zip(row, digits, exponents, strict=True)
        )
        for row in rows
    )


def _padded(entry: str, digits: int) -> str:
    whole, point, rest = entry.partition(".")
    if not entry.lstrip("-")[:1].isdigit() or not digits:
        return entry
    return f"{whole}{point or chr(0xA0)}{rest}{chr(0xA0) * (digits - len(rest))}"
