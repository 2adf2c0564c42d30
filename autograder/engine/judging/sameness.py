"""Whether two answers are the same, as far as a check can tell."""

from typing import Any

import numpy as np

from autograder.engine.judging.closeness import tolerance


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
