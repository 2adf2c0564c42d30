"""The assignment that students must not see: one file for each task, with its test cases, its checks and known mistakes.

A function of the reference is a task where a file here has its name; any other is given to students. The tasks come in
the reference's order.
"""

from importlib import import_module
from pathlib import Path
from types import FunctionType

from autograder.engine.core.assignment import Assignment, SuiteError, Task, Written
from autograder.selfcheck.cases.asks import ASKS
from autograder.suite.reference import bptt

_FUNCTIONS = [name for name, value in vars(bptt).items() if isinstance(value, FunctionType)]
_IDS = [name for name in _FUNCTIONS if Path(__file__).with_name(f"{name}.py").is_file()]


def _task(id: str) -> Task:
    task = getattr(import_module(f"autograder.suite.{id}"), "TASK", None)
    if not isinstance(task, Task) or task.id != id:
        raise SuiteError(f'autograder/suite/{id}.py has no task of its name: let it end with TASK = Task("{id}", ...)')
    return task


ASSIGNMENT = Assignment(
    tasks=tuple(map(_task, _IDS)),
    written=(Written("written_disagree", 2.0), Written("written_remedies", 3.0)),
    given=tuple(name for name in _FUNCTIONS if name not in _IDS),
    axes={
        "x": ("T", "d"),
        "h_0": ("h",),
        "h": ("T+1",),
        "o": ("T", "q"),
        "y": ("T",),
        "W_hx": ("h", "d"),
        "W_hh": ("h", "h"),
        "W_qh": ("q", "h"),
        "dL_do": ("T", "q"),
        "dL_dh": ("T", "h"),
        "A": ("T",),
    },
    sizes=("T", "q", "h", "d"),
    numbers=("t", "tau", "threshold", "max_norm"),
    lists=("grads",),
    asks=ASKS,
)
