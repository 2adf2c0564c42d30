"""What was found wrong with a task, kept from one command in a copy of the kit to the next."""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from autograder.engine.judging.hidden_tests import HiddenTests

_KIT = Path(__file__).parents[1]
Faults = Callable[[str, HiddenTests], list[str]]


def remembered(task_faults: Faults) -> Faults:
    """`task_faults`, asked again only where a file has changed that the task is made of."""

    def found(task: str, hidden: HiddenTests) -> list[str]:
        known = Path(os.environ["KIT_FAULTS"]) / _made_of(task, hidden)
        if known.exists():
            return json.loads(known.read_bytes())
        faults = task_faults(task, hidden)
        new = known.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(faults), encoding="utf-8")
        new.rename(known)  # whole, or not there: others read it at the same time
        return faults

    return found


def _made_of(task: str, hidden: HiddenTests) -> str:
    """A name for the state of all files of the kit that are imported, but those of other tasks."""
    others = {_KIT / "autograder" / "suite" / f"{other}.py" for other in hidden.assignment.by_id if other != task}
    imported = {Path(str(getattr(module, "__file__", None))) for module in list(sys.modules.values())}
    used = sorted(path for path in imported - others if path.is_relative_to(_KIT))
    state = hashlib.sha256(f"{task} {hidden.seed}".encode())
    for path in used:
        state.update(f"\n{path.relative_to(_KIT)} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return state.hexdigest()
