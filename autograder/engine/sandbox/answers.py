"""What comes back from a sandboxed process, as the grader knows it: plain data, made from messages that nobody trusts."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograder.engine.core.assignment import Form
from autograder.engine.sandbox.worker.beside import SHAPES_MET
from autograder.engine.sandbox.worker.protocol import WireError
from autograder.engine.sandbox.worker.versions import sentence

_MOST_WORK = 2**53


@dataclass(frozen=True)
class Raised:
    """An exception of the student's code, as text."""

    type: str
    text: str
    line: int = 0
    code: str = ""
    value_error: bool = False
    not_implemented: bool = False
    memory: bool = False
    versions: str = ""  # where it met what another version has: which ones the grader runs, and what to do
    beside: str = ""  # what was seen beside it: the shapes that met, a name that is nearly the same
    elsewhere: bool = False  # in another cell than the one that was called or run

    @property
    def place(self) -> str:
        return f"line {self.line}{' of another cell' if self.elsewhere else ''}"

    def __str__(self) -> str:
        where = f" ({self.place}: `{self.code}`)" if self.code else ""
        if SHAPES_MET in self.beside:  # which says what NumPy's own text means
            return f"{self.type}{where}: {self.beside}"
        shown = f"{self.type}: {self.text}{where}" if self.text else f"{self.type}{where}"
        return "; ".join(filter(None, (shown, self.beside, self.versions)))


@dataclass(frozen=True)
class Answer:
    """What one call came to. `value` is an array, a list of arrays or a list of plain values, by the call's form."""

    kind: Literal["value", "unusable", "raised", "missing", "timeout", "crashed", "unasked"]
    value: Any = None
    text: str = ""  # what an unusable value is, what stands in place of a missing function, or how the process ended
    raised: Raised | None = None
    changed: tuple[int, ...] = ()  # the arguments that the call changed
    shares: tuple[int, ...] = ()  # the arguments in whose memory the result lies
    cpu_s: float = 0.0  # where the call asked for it, as `work`: lines that ran, and bytes allocated
    work: tuple[int, int] = (0, 0)
    changed_later: bool = False  # the result changed after it was returned
    one: tuple[int, ...] | None = None  # where several arrays are asked for, the shape of the one array that came


def answer_of(message: dict[str, Any], number: int, form: Form) -> Answer:
    """An answer as the grader knows it. Raises WireError for anything that the worker itself would not have sent."""
    if not _is_number(message.get("answer"), number):
        raise WireError("an answer to another question")
    if message.get("missing") is True:
        return Answer("missing", text=plain_text(message.get("beside"), 200))
    changed = numbers_of(message, "changed", 100)
    cpu_s = message.get("cpu_s", 0.0)
    if not isinstance(cpu_s, float) or not 0 <= cpu_s < math.inf:  # nor is nan
        raise WireError("a time that is no number")
    if "raised" in message:
        return Answer("raised", raised=_raised(message["raised"]), changed=changed)
    value = message.get("value")
    refused = _unusable(value)
    if form == "array":
        if not refused and not _is_real(value):
            raise WireError("a value that is no array")
    elif not refused:
        if not isinstance(value, list) or len(value) > 100:
            raise WireError("a value that is no list")
        refused = next((f"a sequence that holds {_unusable(part)}" for part in value if _unusable(part)), "")
        allowed = _is_real if form == "arrays" else _is_plain
        if not refused and not all(map(allowed, value)):
            raise WireError("a value that the task does not return")
    if refused:
        return Answer("unusable", text=refused, changed=changed)
    shares = numbers_of(message, "shares", 100) if "shares" in message else ()
    one = numbers_of(message, "one", 2**53) if "one" in message else None
    return Answer("value", value, changed=changed, shares=shares, cpu_s=cpu_s, work=_work(message), one=one)


def _unusable(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("unusable"), str):
        return plain_text(value["unusable"], 120)
    return ""


def _is_real(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def _is_plain(value: Any) -> bool:
    short = isinstance(value, str) and len(value) <= 300
    return value is None or short or (type(value) is int and abs(value) <= 2**53)


def _is_number(value: Any, number: int) -> bool:
    return type(value) is int and value == number


def numbers_of(message: dict[str, Any], key: str, below: int) -> tuple[int, ...]:
    numbers = message.get(key)
    if not isinstance(numbers, list) or not all(type(n) is int and 0 <= n < below for n in numbers):
        raise WireError(f"{key} is no list of numbers")
    return tuple(numbers)


def _work(message: dict[str, Any]) -> tuple[int, int]:
    numbers = numbers_of(message, "work", _MOST_WORK) if "work" in message else (0, 0)
    if len(numbers) != 2:
        raise WireError("a measure of work that is no pair")
    return numbers[0], numbers[1]


def _raised(message: Any) -> Raised:
    if not isinstance(message, dict) or type(message.get("line")) is not int or message["line"] > 10**7:
        raise WireError("an exception without its description")
    return Raised(
        plain_text(message.get("type"), 80),
        plain_text(message.get("text"), 300),
        message["line"],
        plain_text(message.get("code"), 300),
        message.get("value_error") is True,
        message.get("not_implemented") is True,
        message.get("memory") is True,
        sentence(plain_text(message.get("gap"), 120)),
        plain_text(message.get("beside"), 200),
        message.get("elsewhere") is True,
    )


def cell_error_of(message: dict[str, Any], index: int) -> Raised | None:
    if not _is_number(message.get("cell"), index):
        raise WireError("an answer about another cell")
    return _raised(message["error"]) if message.get("error") is not None else None


def plain_text(value: Any, length: int) -> str:
    """Text of a student's as one short line that a terminal, a page and a file can hold: printable characters only."""
    if not isinstance(value, str):
        return ""
    cleaned = "".join(c if c.isprintable() else " " for c in value[: 4 * length])
    return " ".join(cleaned.encode("utf-8", "replace").decode().split())[:length]
