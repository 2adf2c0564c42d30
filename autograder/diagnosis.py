"""From a failed check to a sentence a student can act on: subject, got, expected, and the question that leads on."""

from typing import Any

import numpy as np

from autograder.checks import Check, Finding
from autograder.exam import Paper
from autograder.reference import PARAMETERS
from autograder.sandbox import Answer

# What the axes of each parameter are called; sizes are how an instance is named to a student.
_AXES = {
    "x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "y": "T", "dL_do": "Tq", "dL_dh": "Th",
}  # fmt: skip
_PLAIN = ("t", "tau", "threshold", "max_norm")


def explain(
    paper: Paper, answers: dict[str, Answer], check: Check, finding: Finding, broken: dict[str, str], show_values: bool
) -> tuple[str, str | None]:
    """The sentence for a failed check, and the id of the known mistake behind it, where there is one."""
    where = describe(paper.task.id, paper.args[finding.case])
    text = finding.text if show_values or not finding.values else "the result is not what is expected"
    if answers[finding.case].kind == "missing":
        why = broken.get(f"the cell of `{paper.task.id}`") or next(iter(broken.values()), "")
        return f"`{paper.task.id}`: {finding.text}" + (f"; a cell did not run: {why}." if why else "."), None
    if answers[finding.case].raised and answers[finding.case].raised.not_implemented:
        return f"`{paper.task.id}`: {finding.text}.", None
    return f"`{paper.task.id}` for {where}: {text}.", None


def describe(task: str, args: tuple[Any, ...]) -> str:
    """An instance by its sizes: "T = 4, h = 2, q = 3, tau = 2"."""
    sizes: dict[str, Any] = {}
    for name, value in zip(PARAMETERS[task], args, strict=False):
        if name in _PLAIN:
            sizes[name] = f"{value:g}"
        for axis, size in zip(_AXES.get(name, ""), np.shape(value), strict=False):
            sizes.setdefault(axis, size)
        if name == "h":
            sizes.setdefault("T", len(value) - 1)
        if name == "grads":
            sizes["shapes"] = ", ".join(str(g.shape) for g in value)
    return ", ".join(f"{name} {size}" if name == "shapes" else f"{name} = {size}" for name, size in sizes.items())
