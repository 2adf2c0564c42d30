"""Tries small edits of a student's function, in the student's own process. What they answer is judged elsewhere."""

import ast
import time
import traceback
from types import CodeType
from typing import Any

import numpy as np

from .calls import _called, _convert, _shared, _snapshot
from .cells import python_of
from .editing.edits import LEVELS, edits_of
from .editing.observing import LineLimit
from .editing.program import INSERTED, Program
from .editing.quantities import Scope
from .editing.together import CHOSEN, compiled_together
from .messages import CallMessage, SearchMessage
from .protocol import Channel, encode

_MORE = 4  # times the lines of the function as it is that an edited one may run, and
_AT_LEAST = 2_000  # lines, in each call
_TOGETHER_S = 0.05  # answers wait no longer to be sent


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

    def outline(self) -> dict[str, Any]:
        """How many edits there are of each level, and which cell they are made in."""
        counts = [sum(edit.level == level for edit in self.edits) for level in LEVELS]
        return {"edits": counts, "cell": self.cell}

    def tried(self, channel: Channel, numbers: list[int], calls: list[CallMessage], at_once: int) -> None:
        """Send what each of these edits answers, or which earlier one has answered the same; of the last one, and where
        they are sent one by one, also that it came to no answer.

        So many are sent at once: one that ends the process takes those with it that had not been sent.
        """
        known: dict[Any, int] = {}
        frames: list[bytes] = []
        begun_s = time.monotonic()
        before = [[_snapshot(arg) for arg in call["args"]] for call in calls]
        for number, edit, code in compiled_together([(number, self.edits[number]) for number in numbers]):
            message: dict[str, Any] = {"edit": number}
            if self._left > 0:
                found = self._answers(number, code, calls, before)
                if found is not None:
                    answers, key = found
                    first = known.setdefault(key, number)
                    message |= {"line": edit.line, "also": list(edit.also[:9]), "kind": edit.kind}
                    message |= {"same": first} if first != number else {"answers": answers}
            else:
                message["spent"] = True
            if len(message) > 1 or number == numbers[-1] or at_once == 1:
                frames.append(encode(message))
            if frames and (len(frames) >= at_once or time.monotonic() - begun_s > _TOGETHER_S):
                channel.send(b"".join(frames))
                frames, begun_s = [], time.monotonic()
        if frames:
            channel.send(b"".join(frames))

    def _answers(
        self, number: int, code: CodeType | None, calls: list[CallMessage], before: list[Any]
    ) -> tuple[list[dict[str, Any]], Any] | None:
        """The answers of one edited function, and what is the same for edits that answer the same.

        None where it cannot be made, or where a call comes to no answer.
        """
        limit = LineLimit(min(self._lines * len(calls), self._left))
        try:
            if code is None:
                return None
            function = self._program.made_of(code, self._namespace, **{CHOSEN: number})
            return self._asked(function, calls, before, limit)
        except BaseException:
            return None
        finally:
            self._left -= limit.lines

    def _asked(
        self, function: Any, calls: list[CallMessage], before: list[Any], limit: LineLimit
    ) -> tuple[list[dict[str, Any]], Any]:
        answers: list[dict[str, Any]] = []
        results = []
        sent: list[Any] = []
        size = 0
        for number, call in enumerate(calls):
            args = [_copied(arg) for arg in call["args"]]
            answer: dict[str, Any] = {"answer": number}
            value = None
            try:
                with limit:
                    result = _called(function, args)
                    answer["value"] = _convert(result, call["form"], self._most_bytes)
                answer["shares"] = _shared(result, args)
                value = _snapshot(answer["value"])
                results.append((answer, call["form"], result, value))
                size += _size(answer["value"])
                if size > self._most_bytes:
                    raise MemoryError
            except ValueError as error:
                if not self._is_refusal(error):
                    raise
                answer["raised"] = {"type": "ValueError", "line": 0, "value_error": True}
            answer["changed"] = [i for i, arg in enumerate(args) if _snapshot(arg) != before[number][i]]
            answers.append(answer)
            sent.append(_frozen(value))
        for answer, form, result, value in results:
            if len(calls) > 1:
                with limit:
                    value_now = _convert(result, form, self._most_bytes)
                answer["later"] = _snapshot(value_now) != value
        return answers, (_key(answers), tuple(sent))

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


def _key(answers: list[dict[str, Any]]) -> Any:
    return tuple((tuple(a["changed"]), tuple(a.get("shares", ())), a.get("later"), "raised" in a) for a in answers)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
