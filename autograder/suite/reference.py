"""The reference, `solution/bptt.py`, as a module: the truth. Nothing that runs student code imports this."""

from types import ModuleType
from typing import Any

from autograder.engine.core.places import SOLUTION


def _load() -> ModuleType:
    """Python's own import would leave a `__pycache__` beside the file, which formgrader lists as an assignment."""
    path = SOLUTION / "bptt.py"
    module = ModuleType("_reference")
    exec(compile(path.read_bytes(), path, "exec"), module.__dict__)
    return module


bptt: Any = _load()
