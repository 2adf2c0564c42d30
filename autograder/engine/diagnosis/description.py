"""How a test case is described to a student: by its sizes and numbers, never by its values."""

from typing import Any

import numpy as np

from autograder.engine.core.assignment import Args, Assignment, Task


def describe(assignment: Assignment, task: Task, args: Args) -> str:
    """A test case by its sizes: "T = 4, h = 2, q = 3, tau = 2"."""
    named = sizes(assignment, task, args)
    return ", ".join(f"{name} {size}" if name == "shapes" else f"{name} = {size}" for name, size in named.items())


def sizes(assignment: Assignment, task: Task, args: Args) -> dict[str, Any]:
    """The sizes of a test case, and its numbers, by the names that the assignment gives them."""
    found: dict[str, Any] = {}
    for name, value in zip(task.parameters, args, strict=False):
        if name in assignment.numbers:
            found[name] = f"{value:g}"
        elif name in assignment.lists:
            found["shapes"] = ", ".join(str(g.shape) for g in value)
        elif name in assignment.axes:
            for axis, size in zip(assignment.axes[name], np.shape(value), strict=False):
                found.setdefault(axis.removesuffix("+1"), size - axis.endswith("+1"))
    return found


def first_step(assignment: Assignment, name: str) -> int | None:
    """The step that the first row of an array belongs to; None where its first axis does not count steps."""
    axes = assignment.axes.get(name, ("",))
    return {"T": 1, "T+1": 0}.get(axes[0])
