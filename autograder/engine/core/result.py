"""What judging one submission came to: frozen data between the steps, and its form in the report (version 1)."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from autograder.engine.core.sender import Sender

VERSION = 1
MAX_TEXT = 1000  # characters of one message or note, which may quote a student
MAX_NOTES = 30
MAX_SOURCE = 120  # characters of a student's line
TaskStatus = Literal["passed", "failed", "missing", "crashed", "timeout"]
Status = Literal["graded", "unreadable", "grader_error"]


@dataclass(frozen=True)
class Location:
    """Where in the student's own code a mistake lies. Lines count from 1, in the cell (or file) that defines the function."""

    line: int
    source: str  # that line

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", _cut(self.source, MAX_SOURCE) or "")


@dataclass(frozen=True)
class CheckResult:
    """One check: passed, or the sentence that says why not."""

    id: str
    passed: bool
    message: str | None = None
    misconception: str | None = None
    asks: str = ""
    points: float = 0.0
    max_points: float = 0.0
    location: Location | None = None  # only where it is sure

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", _cut(self.message))


@dataclass(frozen=True)
class Curve:
    """Norms of the rows for t = 1 … T on one hidden test case, as answered and as expected; None where not finite."""

    got: tuple[float | None, ...]
    expected: tuple[float | None, ...]


@dataclass(frozen=True)
class TaskResult:
    """One task: the points of its passed checks."""

    id: str
    points: float
    max_points: float
    status: TaskStatus
    checks: tuple[CheckResult, ...] = ()
    curve: Curve | None = None  # where a picture tells more than words

    @property
    def sentence(self) -> str:
        """The first thing to look at, or nothing where all is right."""
        return next((check.message for check in self.checks if check.message), "")


@dataclass(frozen=True)
class Result:
    """One submission. `score` is None where the grader itself failed: that is never a score.

    Whoever reads a result, on whatever page, reads no text of a student's that is longer than this lets pass.
    """

    path: str
    student: str | None
    score: float | None
    max_score: float
    status: Status
    message: str | None = None
    notes: tuple[str, ...] = ()  # what was repaired or passed over on the way in
    tasks: tuple[TaskResult, ...] = ()
    digest: str = ""  # of what was handed in
    checks_version: str = ""  # of the code that judged it
    release: str = ""  # the version of the assignment that it was judged as
    settings_version: str = ""  # of the course's settings and of its seed
    isolation: str = ""  # what stood between the student's code and the rest of the machine
    # who sent it, as a platform's download and the roster say: the fields of Sender
    student_id: str = ""
    login: str = ""
    email: str = ""
    section: str = ""
    late: bool | None = None
    platform: str = ""
    reply_as: str = ""

    def __post_init__(self) -> None:
        notes = [_cut(note) or "" for note in self.notes[:MAX_NOTES]]
        if len(self.notes) > MAX_NOTES:
            notes[-1] = f"and {len(self.notes) - MAX_NOTES + 1} more remarks"
        object.__setattr__(self, "notes", tuple(notes))
        object.__setattr__(self, "message", _cut(self.message))

    @property
    def sentence(self) -> str:
        """The first thing to read: why it could not be judged, or what is wrong first; nothing where all is right."""
        return self.message or next((task.sentence for task in self.tasks if task.sentence), "")

    def sent_by(self, sender: Sender) -> "Result":
        """The same, with who sent it."""
        return replace(self, **vars(sender))

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON's own types, in the order of the fields. (`asdict` copies every leaf, and takes its time.)"""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_json(cls, data: Any) -> "Result":
        """The result that `to_json` wrote. Raises ValueError for anything else."""
        return msgspec.convert(data, cls)


def _cut(text: str | None, most: int = MAX_TEXT) -> str | None:
    return f"{text[: most - 1]}…" if text and len(text) > most else text


def _plain(value: Any) -> Any:
    """Dataclasses as objects and tuples as lists, all the way down."""
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    fields = getattr(value, "__dict__", None)
    return value if fields is None else {name: _plain(inner) for name, inner in fields.items()}
