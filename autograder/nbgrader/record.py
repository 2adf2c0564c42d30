"""What an autograded notebook's metadata keeps of a verdict: the result itself, and what decides whether it still holds."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from autograder.engine.core.atomic_file import whole_file
from autograder.engine.core.places import NAME
from autograder.engine.core.result import Result
from autograder.engine.grading.grade import NOT_OURS

KEY = "autograder"  # of the record in a staged and in an autograded notebook's metadata


@dataclass(frozen=True)
class Record:
    """One student's verdict, as it is or will be in the gradebook."""

    result: Result
    recorded: bool = False  # in the gradebook: a run came to its end for it
    penalty: float | None = None  # for lateness, as the rule gave it
    others: dict[str, str] = field(default_factory=dict)  # digests of the student's further notebooks, by name
    same: bool = False  # as was recorded before: what was graded by hand need not be looked at again
    untimed: bool = False  # there was a time of submission before, and there is none now

    @property
    def points(self) -> dict[str, float]:
        return {task.id: task.points for task in self.result.tasks}

    @property
    def remark(self) -> str:
        """Why nothing of the submission could be judged, or nothing."""
        if self.result.status == "unreadable":
            return f"unreadable: {self.result.message}"
        return NOT_OURS if NOT_OURS in self.result.notes else ""

    def to_json(self) -> dict[str, Any]:
        """As metadata of a notebook."""
        kept = {"recorded": self.recorded, "penalty": self.penalty, "others": self.others}
        return {**kept, "same": self.same, "untimed": self.untimed, "result": self.result.to_json()}

    def stale(self, now: Result, tasks: list[str]) -> str:
        """Why it is not what would be given now, with these tasks, or nothing."""
        then = self.result
        pairs = {
            "something else was handed in since": (then.digest, now.digest),
            "the checks have changed": (then.checks_version, now.checks_version),
            "the assignment has changed": (then.release, now.release),
        }
        why = [reason for reason, (before, after) in pairs.items() if before != after]
        if now.message and then.message != now.message:  # what holds no bytes, as a link, has no digest
            why.append("it cannot be read now, for another reason")
        if sorted(self.points) != sorted(tasks):
            why.append("other tasks are switched off now")
        elif then.settings_version != now.settings_version:
            why.append("the settings or the seed have changed")
        return "; ".join(why)


def of(metadata: Any) -> Record:
    """The record in a notebook's metadata. Raises ValueError where there is none that this kit reads."""
    found = metadata.get(KEY) if isinstance(metadata, dict) else None
    return msgspec.convert(found, Record)


def remembered(notebook: Path) -> Record | None:
    """The record in an autograded notebook; where a run was broken off, what was recorded before."""
    try:
        return of(json.loads(notebook.read_text(encoding="utf-8"))["metadata"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def recorded(notebook: Path) -> Record | None:
    """The same; None where no run came to its end for it."""
    record = remembered(notebook)
    return record if record and record.recorded else None


def keep(folder: Path, before: Record) -> None:
    """Have a folder hold what was recorded before, and nothing as recorded now."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {KEY: {**before.to_json(), "recorded": False}}
    with whole_file(folder / f"{NAME}.ipynb", encoding="utf-8") as file:
        json.dump({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, file)
