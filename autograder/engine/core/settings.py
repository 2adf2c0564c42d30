"""The course's settings: `autograder.toml` at its root, read by every front end. Every value has a default."""

import errno
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.engine.core.atomic_file import first_file

FILE = "autograder.toml"
LAYERS = (
    "namespaces",
    "uid",
    "capabilities",
    "limits",
    "landlock",
    "seccomp",
)  # the layers of isolation, from the outermost in


LOCATE = ("all", "unnamed", "off")  # of which failed tasks the line with the mistake is searched
VISIBILITIES = (
    "visible",
    "after_due_date",
    "after_published",
    "hidden",
)  # Gradescope's own words, from soonest to never


class SettingsError(Exception):
    """The settings cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Each has its unit in its name; the reference stays far below all of them."""

    call_s: float = 5.0  # processor time of one call: the longest honest one takes 0.1 s
    cell_s: float = 10.0  # processor time of one cell of the notebook: exploration and imports included
    asleep_s: float = 10.0  # one cell or call without computing: a disk that is slow takes less
    submission_s: float = 60.0  # processor time of all cells and calls together, and as much asleep
    wall_s: float = (
        1200.0  # elapsed time, behind all the others: only code that computes a little and sleeps a lot meets it
    )
    cpu_s: int = 65  # processor time of one process of it: the system's own clock, behind the grader's
    memory_mib: int = 1024  # beyond the worker's own: a quadratic table for the longest test case fits
    processes: int = 0  # of its user, threads included: computing needs none, and the filter of calls allows none
    open_files: int = 16  # that it has open: its one socket is the last that it needs
    file_bytes: int = 0  # that it writes to a file: answers go over the socket, and what it prints goes nowhere
    request_bytes: int = 2**26  # of arguments that are sent at once: those of all calls have 2 MiB
    answer_bytes: int = 2**20  # of one answer: the longest honest one has half of that
    edits: int = 1500  # small edits of one function that are tried, in search of the line with the mistake
    edits_of_all: int = 6000  # of all functions of one submission
    edit_lines: int = 1_000_000  # lines that the edits of one function run together: a second of processor time, or two
    edits_s: float = 30.0  # processor time of all edits, and of the cells once more, far behind these counts


@dataclass(frozen=True)
class Gradescope:
    """When students see a check on Gradescope: all of them, and by name a task or one check of it ("task.check")."""

    visibility: str = "visible"
    visibility_of: Mapping[str, str] = field(default_factory=dict, hash=False)

    def of(self, task: str, check: str) -> str:
        """What is set for a check, else for its task, else for all."""
        return self.visibility_of.get(f"{task}.{check}") or self.visibility_of.get(task) or self.visibility


@dataclass(frozen=True)
class Course:
    """Where the course lies, and how it wants to be graded."""

    root: Path
    limits: Limits = Limits()
    seed_file: Path = Path(".autograder/seed")
    tasks_off: tuple[str, ...] = ()
    allow_unisolated: bool = False  # grade even where nothing isolates student code
    show_values: bool = True  # feedback shows what was expected on a hidden test case, and not only what is wrong
    locate: Literal["all", "unnamed", "off"] = "all"  # of which failed tasks the line with the mistake is searched
    demand: tuple[str, ...] = ()  # layers of isolation that must be there, beyond what the probe tries
    gradescope: Gradescope = Gradescope()
    judge_again: bool = False  # of one command and of no file: `--force`

    @property
    def results(self) -> Path:
        return self.root / ".autograder" / "results"

    def seed(self) -> str:
        """The course's secret, from which all hidden inputs are drawn. Made on first use, for the owner's eyes only."""
        path = self.root / self.seed_file
        try:
            try:
                seed = path.read_text(encoding="utf-8").strip()
            except FileNotFoundError:
                _make_seed(path)
                seed = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise SettingsError(
                f"{path}: the seed cannot be read ({why}); let its owner give you the right to read it, or grade as its owner"
            ) from None
        if not seed:
            raise SettingsError(f"{path} is empty: restore it from your backup, or delete it to draw new hidden inputs")
        return seed


def _make_seed(path: Path) -> None:
    """Draw the seed, whole or not at all. Of several processes at once, all get the same one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        first_file(path, secrets.token_hex(16) + "\n")
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free some space" if is_full else "make its folder writable"
        raise SettingsError(f"{path}: the seed cannot be written ({error.strerror}); {advice}") from None
