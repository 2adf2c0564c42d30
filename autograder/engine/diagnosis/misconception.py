"""What a known mistake is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.engine.core.tasks import BY_ID
from autograder.engine.course.reference import form_of
from autograder.engine.judging.closeness import tolerance


@dataclass(frozen=True)
class Misconception:
    """A mistake that students make in one task.

    `same_as` names other mistakes that no instance can tell from this one, because they compute the same thing.
    """

    task: str
    name: str
    title: str
    question: str
    mistaken: Callable[..., Any]
    same_as: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.task}.{self.name}"

    def answer(self, args: tuple[Any, ...]) -> Any:
        """What the mistaken function returns, in the task's form; ValueError where it refuses, None where it fails."""
        copies = tuple(_copy(arg) for arg in args)
        try:
            with np.errstate(all="ignore"):
                return form_of(BY_ID[self.task], self.mistaken(*copies))
        except ValueError as refusal:
            return refusal
        except (IndexError, TypeError, ZeroDivisionError, np.linalg.LinAlgError):
            return None


def _copy(arg: Any) -> Any:
    if isinstance(arg, list):
        return [_copy(item) for item in arg]
    return arg.copy() if isinstance(arg, np.ndarray) else arg


def same(one: Any, other: Any, part: int | None = None) -> bool:
    """Whether two answers are the same within the tolerance, nan for nan; of several arrays only `part`, where given."""
    if one is None or other is None or isinstance(one, ValueError) or isinstance(other, ValueError):
        return isinstance(one, ValueError) and isinstance(other, ValueError)
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and _close(one, other)
    if part is not None:
        one, other = one[part : part + 1], other[part : part + 1]
    if len(one) != len(other):
        return False
    return all(same(a, b) if isinstance(a, np.ndarray) else a == b for a, b in zip(one, other, strict=True))


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    finite = np.isfinite(other)
    with np.errstate(all="ignore"):
        near = np.abs(one[finite] - other[finite]) <= tolerance(other[finite], "array")
    return bool(near.all()) and np.array_equal(one[~finite], other[~finite], equal_nan=True)
