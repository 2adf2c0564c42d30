"""Reads the layout of a script from its syntax tree. A hostile text can make a parser do much, so a sandboxed one reads it."""

import numpy as np

from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call

_READER = "from worker.cells import first_lines"  # the one cell in that process; the script is a mere argument


def first_lines(sandbox: Sandbox, script: str) -> tuple[list[int], float]:
    """On which lines of a script, counted from 0, its top-level statements begin; and the processor time that this took.

    There are no such lines where it is no Python.
    """
    with sandbox.open("reading", [_READER]) as session:
        found = session.ask([Call("first_lines", (script,), "array")])[0].value
        session.close()
    if not isinstance(found, np.ndarray) or found.ndim != 1:
        return [], session.spent_s
    ascending = found.size == 0 or (found[0] >= 0 and found[-1] <= script.count("\n") and np.all(np.diff(found) > 0))
    whole = ascending and np.array_equal(found, np.floor(found))
    return (found.astype(int).tolist() if whole else []), session.spent_s
