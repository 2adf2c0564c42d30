"""The table of tasks: what is graded, for how many points, and the form of each answer. Points stand nowhere else."""

from dataclasses import dataclass
from typing import Literal

Form = Literal["array", "arrays", "verdict"]


@dataclass(frozen=True)
class Task:
    """One graded function. Its id is the function's name, the solution cell's `grade_id` and the report's `id`."""

    id: str
    points: float
    returns: tuple[str, ...]  # the chapter's names of what it returns, in order
    form: Form  # one array; a sequence of arrays; or the pair (status, step)

    @property
    def test_cell(self) -> str:
        return f"test_{self.id}"


@dataclass(frozen=True)
class Written:
    """One written answer, graded by hand."""

    id: str
    points: float


TASKS: tuple[Task, ...] = (
    Task("forward", 3.0, ("h", "o"), "arrays"),
    Task("squared_error_grad", 2.0, ("dL_do",), "array"),
    Task("cross_entropy_grad", 2.0, ("dL_do",), "array"),
    Task("hidden_grads", 4.0, ("dL_dh",), "array"),
    Task("expanded_terms", 3.0, ("the terms",), "array"),
    Task("parameter_grads", 4.0, ("dL_dW_hx", "dL_dW_hh", "dL_dW_qh"), "arrays"),
    Task("spectral_radius", 1.0, ("the spectral radius",), "array"),
    Task("amplification", 3.0, ("A",), "array"),
    Task("detect_explosion", 4.0, ("status", "t"), "verdict"),
    Task("truncated_hidden_grads", 2.0, ("dL_dh",), "array"),
    Task("clip_gradients", 2.0, ("the clipped gradients",), "arrays"),
)

WRITTEN: tuple[Written, ...] = (Written("written_disagree", 2.0), Written("written_remedies", 3.0))

BY_HAND = sum(answer.points for answer in WRITTEN)  # points that no machine gives, and no total may count as lost

GIVEN: tuple[str, ...] = ("squared_error", "cross_entropy", "safe_norm")  # locked cells, supplied by the grader

BY_ID: dict[str, Task] = {task.id: task for task in TASKS}
