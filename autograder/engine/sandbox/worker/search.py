"""Tries small edits of a student's function, in the student's own process. What they answer is judged elsewhere."""

import ast
import traceback
from typing import Any

import numpy as np

from .calls import _called, _convert, _shares, _snapshot
from .cells import python_of
from .editing.edits import LEVELS, Edit, edits_of
from .editing.observing import LineLimit
from .editing.program import INSERTED, Program
from .editing.quantities import Scope
from .messages import CallMessage, SearchMessage
from .protocol import Channel

_MORE = 4  # times the lines of the function as it is that an edited one may run, and
_AT_LEAST = 2_000  # lines, in each call


class Search:
    """The edits of one function, in their order, and what has been answered by them."""

    def __init__(
        self, namespace: dict[str, Any], sources: list[str], message: SearchMessage, call: CallMessage, most_bytes: int
    ) -> None:
        """Raises whatever it is where the function cannot be found or read, as `searching` does not."""
        self._namespace, self._most_bytes = namespace, most_bytes
        self.cell = _cell_of(namespace[message["function"]], message["function"], sources)
        self._program = Program(python_of(sources[self.cell]), message["function"])
        given = tuple(name for name in message["given"] if _takes_one(namespace.get(name)))
        scope = Scope(tuple(message["parameters"]), given, tuple(message["words"]))
        facts = self._program.observed(namespace, call["args"], message["lines"] // 10)
        self.edits = edits_of(self._program, facts, scope)
        self._lines = _MORE * facts.lines + _AT_LEAST
        self._left = message["lines"]
        self._raises = {node.lineno for node in ast.walk(self._program.function) if isinstance(node, ast.Raise)}
        self._known: dict[Any, int] = {}

    def outline(self) -> dict[str, Any]:
        """How many edits there are of each level, and which cell they are made in."""
        counts = [sum(edit.level == level for edit in self.edits) for level in LEVELS]
        return {"edits": counts, "cell": self.cell}

    def tried(self, channel: Channel, numbers: list[int], calls: list[CallMessage]) -> None:
        """Send for each of these edits what it answers, or which earlier one has answered the same."""
        self._known = {}
        for number in numbers:
            message: dict[str, Any] = {"edit": number}
            if self._left > 0:
                answers = self._answers(self.edits[number], calls)
                if answers is not None:
                    first = self._known.setdefault(_key(answers, calls), number)
                    edit = self.edits[number]
                    message |= {"line": edit.line, "also": list(edit.also[:9]), "kind": edit.kind}
                    message |= {"same": first} if first != number else {"answers": answers}
            else:
                message["spent"] = True
            channel.send(message)

    def _answers(self, edit: Edit, calls: list[CallMessage]) -> list[dict[str, Any]] | None:
        """The answers of one edited function; None where it cannot be made, or where a call comes to no answer."""
        limit = LineLimit(min(self._lines * len(calls), self._left))
        try:
            with edit.applied() as edited:
                function = self._program.made(self._namespace, edited)
            with limit:
                return self._asked(function, calls)
        except BaseException:
            return None
        finally:
            self._left -= limit.lines

    def _asked(self, function: Any, calls: list[CallMessage]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        results = []
        for number, call in enumerate(calls):
            args = [_copied(arg) for arg in call["args"]]
            before = [_snapshot(arg) for arg in args]
            answer: dict[str, Any] = {"answer": number}
            try:
                result = _called(function, args)
                answer["value"] = _convert(result, call["form"], self._most_bytes)
                answer["shares"] = [i for i, arg in enumerate(args) if _shares(result, arg)]
                results.append((answer, call["form"], result, _snapshot(answer["value"])))
                if sum(_size(found["value"]) for found, *_ in results) > self._most_bytes:
                    raise MemoryError
            except ValueError as error:
                if not self._is_refusal(error):
                    raise
                answer["raised"] = {"type": "ValueError", "line": 0, "value_error": True}
            answer["changed"] = [i for i, arg in enumerate(args) if _snapshot(arg) != before[i]]
            answers.append(answer)
        for answer, form, result, sent in results:
            answer["later"] = _snapshot(_convert(result, form, self._most_bytes)) != sent
        return answers

    def _is_refusal(self, error: ValueError) -> bool:
        """Whether a statement of the function raised it, and not NumPy by accident."""
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        return line == INSERTED or line in self._raises


def searching(
    namespace: dict[str, Any], sources: list[str], message: SearchMessage, call: CallMessage, most_bytes: int
) -> Search | None:
    """The search for one function; None where its text cannot be found or read."""
    try:
        return Search(namespace, sources, message, call, most_bytes)
    except Exception:
        return None


def _cell_of(function: Any, name: str, sources: list[str]) -> int:
    """The cell that defines a function, by its code or else by the text."""
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    filename = getattr(code, "co_filename", "")
    if filename.startswith("<cell "):
        return int(filename[6:-1])
    return max(index for index, source in enumerate(sources) if f"def {name}(" in source)


def _takes_one(function: Any) -> bool:
    return getattr(getattr(function, "__code__", None), "co_argcount", 0) == 1


def _copied(arg: Any) -> Any:
    if isinstance(arg, list):
        return [_copied(one) for one in arg]
    return arg.copy() if isinstance(arg, np.ndarray) else arg


def _size(value: Any) -> int:
    return sum(map(_size, value)) if isinstance(value, list) else getattr(value, "nbytes", 0)


def _key(answers: list[dict[str, Any]], calls: list[CallMessage]) -> Any:
    return len(calls), tuple(
        (
            _frozen(_snapshot(a.get("value"))),
            tuple(a["changed"]),
            tuple(a.get("shares", ())),
            a.get("later"),
            "raised" in a,
        )
        for a in answers
    )


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
