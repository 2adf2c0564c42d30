"""A student's own code on a page: the cell that holds a function, and in it the line to look at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.engine.core.result import MAX_SOURCE
from autograder.engine.sandbox.answers import plain_text

_AROUND = 4  # lines above and below a marked one
_SHORT = 16  # lines of a cell that is shown whole
_MAX_SHOWN = 20_000  # characters of one cell
_NOT_SHOWN = "…"


@dataclass(frozen=True)
class Line:
    """One line, with its number in the cell or file."""

    number: int
    text: str
    marked: bool = False


def sources(cells: Iterable[tuple[str, str]], tasks: Iterable[str]) -> dict[str, str]:
    """By task the cell that defines its function, the last one where there are several; else its own cell.

    The cells come as the names that they may have, and their texts.
    """
    held = [(name, source) for name, source in cells if source.strip()]
    found = {}
    for task in tasks:
        defines = re.compile(rf"^(?:async +)?def +{re.escape(task)}\b", re.MULTILINE)
        own = [source for name, source in held if name == task]
        defining = [source for _, source in held if defines.search(source)]
        if own or defining:
            found[task] = (defining or own)[-1]
    return found


def shown(source: str) -> str:
    """A cell as it is shown whole."""
    source = source.strip("\n")
    return source if len(source) <= _MAX_SHOWN else f"{source[:_MAX_SHOWN]}\n{_NOT_SHOWN}"


def excerpt(source: str, lines: tuple[int, ...], text: str) -> tuple[Line, ...]:
    """The lines around the first of these, whose text is known; nothing where it is not found in the cell.

    Empty lines above a cell may have been taken away since the lines were counted: the text tells by how many.
    """
    texts = source[:_MAX_SHOWN].split("\n")
    places = [place for place, line in enumerate(texts) if text and _is_same(line, text)]
    if not lines or not places:
        return ()
    at = lines[0] - 1 if lines[0] - 1 in places else places[0] if len(places) == 1 else None
    if at is None:
        return ()
    first = lines[0] - at  # the number of the cell's first line
    marked = {line - first for line in lines}
    filled = [place for place, line in enumerate(texts) if line.strip()]
    kept = range(filled[0], filled[-1] + 1)
    if len(kept) > _SHORT:
        kept = range(max(kept.start, at - _AROUND), min(kept.stop, at + _AROUND + 1))
    return tuple(Line(place + first, texts[place], place in marked) for place in kept)


def is_whole(lines: tuple[Line, ...], source: str) -> bool:
    """Whether these lines are all of a cell."""
    return "\n".join(line.text for line in lines).strip() == source.strip()


def _is_same(line: str, text: str) -> bool:
    """Whether a line is the one that a sentence quotes, which may have been cut."""
    plain = plain_text(line, MAX_SOURCE * 4)
    start = text.removesuffix("…")
    return plain.replace("`", "'") == text.replace("`", "'") or (
        len(text) >= MAX_SOURCE - 1 and plain.startswith(start)
    )
