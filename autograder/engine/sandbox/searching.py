"""The grader's side of a search among small edits of a function. What comes back is trusted no more than any answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.engine.sandbox.answers import Answer, answer_of, numbers_of, plain_text
from autograder.engine.sandbox.session import Call, EndedError, Session
from autograder.engine.sandbox.worker.protocol import WireError

_MOST_EDITS = 100_000
_MOST_LINES = 10**6
_MOST_BYTES = 2**26  # of all answers of one search: those of honest code have 2 MiB
_AT_ONCE = 50  # edits whose answers come in one piece
_MOST_DEATHS = 4  # of processes in one search: each costs a new one and all its cells


class SpentError(EndedError):
    """The edits have run for as many lines as they may."""


@dataclass(frozen=True)
class Tried:
    """One edit, and what the edited function answered. `line` is that of its cell, and 0 where something is put in."""

    number: int
    line: int = 0
    also: tuple[int, ...] = ()  # further lines
    kind: str = ""
    answers: tuple[Answer, ...] = ()
    same: int | None = None  # an earlier edit that answered the same


@dataclass(frozen=True)
class Wanted:
    """Which function is searched, and what edits may use besides what is in it."""

    function: str
    parameters: tuple[str, ...]
    given: tuple[str, ...]
    words: tuple[str, ...]
    lines: int


class Searching:
    """The edits of one function in a submission's session. Where an edit ends the process, the search goes on behind it."""

    def __init__(self, session: Session, wanted: Wanted, traced: Call) -> None:
        """Raises EndedError where the process ends over it."""
        self._session, self._traced = session, traced
        self._message = {
            "search": {
                "function": wanted.function,
                "parameters": list(wanted.parameters),
                "given": list(wanted.given),
                "words": list(wanted.words),
                "lines": wanted.lines,
            }
        }
        self._deaths = 0
        self._bytes = 0
        try:
            self.cell, self.counts = self._begin()
        except EndedError:  # for want of a module: the next process has all
            self.cell, self.counts = self._begin()

    def _begin(self) -> tuple[int, list[int]]:
        """In which cell the edits are made, and how many there are of each level; none where there is nothing to edit."""
        self._session.put(self._message, [self._traced])
        reply = self._session.next_message()
        try:
            counts = numbers_of(reply, "edits", _MOST_EDITS)
            cell = reply.get("cell", 0)
            if type(cell) is not int or not 0 <= cell < _MOST_LINES:
                raise WireError("a cell that is no number")
        except WireError:
            raise EndedError from None
        return cell, list(counts)

    def tried(self, numbers: Sequence[int], calls: Sequence[Call]) -> Iterator[Tried]:
        """What these edits answer. It ends early where there is no more to spend, by raising EndedError."""
        rest = list(numbers)
        at_once = _AT_ONCE
        while rest:
            try:
                self._session.put({"try": rest, "at_once": at_once}, calls)
                while rest:
                    message = self._session.next_message()
                    found = _tried(message, rest, calls)
                    del rest[: rest.index(message["edit"]) + 1]  # those before it came to no answer
                    if found:
                        self._weigh(found)
                        yield found
            except EndedError as error:
                self._session.close()
                self._deaths += 1
                if isinstance(error, SpentError) or self._deaths > _MOST_DEATHS or not rest:
                    raise
                if at_once == 1:
                    rest.pop(0)
                at_once = 1  # which of them ended it shows only then
                self._begin()

    def _weigh(self, found: Tried) -> None:
        """Raises SpentError where the answers so far hold more than a search may bring."""
        values = (answer.value for answer in found.answers)
        parts = (part for value in values for part in (value if isinstance(value, list) else [value]))
        self._bytes += sum(getattr(part, "nbytes", 0) for part in parts)
        if self._bytes > _MOST_BYTES:
            raise SpentError


def _tried(message: dict[str, Any], rest: Sequence[int], calls: Sequence[Call]) -> Tried | None:
    """One edit's answers, None where there are none. Raises EndedError for what the worker itself would not have sent."""
    try:
        if message.get("spent"):
            raise SpentError
        number = message.get("edit")
        if type(number) is not int or number not in rest:
            raise EndedError
        if "kind" not in message:
            return None
        line, kind = message.get("line"), plain_text(message["kind"], 40)
        if type(line) is not int or not 0 <= line < _MOST_LINES:
            raise EndedError
        found = Tried(number, line, numbers_of(message, "also", _MOST_LINES), kind)
        if "same" in message:
            same = message["same"]
            return replace(found, same=same) if type(same) is int else None
        answers = message["answers"]
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise EndedError
        pairs = zip(answers, calls, strict=True)
        return replace(found, answers=tuple(_answer(*pair, at) for at, pair in enumerate(pairs)))
    except (WireError, KeyError, TypeError, AttributeError):
        raise EndedError from None


def _answer(message: dict[str, Any], call: Call, at: int) -> Answer:
    return replace(answer_of(message, at, call.form), changed_later=message.get("later") is True)
