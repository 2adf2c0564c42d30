"""Is this answer that known one? What `same` says, for answers of which each is compared with many others."""

from functools import cached_property
from typing import Any

import numpy as np

from autograder.engine.judging.closeness import tolerance
from autograder.engine.judging.sameness import same


class Compared:
    """An answer, and what a comparison needs of it, worked out once; of several arrays only `part`, where given."""

    def __init__(self, value: Any, part: int | None) -> None:
        self._value, self._part = value, part

    def is_like(self, other: "Compared") -> bool:
        """Whether it is the same as another one, within the tolerance of that one."""
        if self._entries is None:
            return same(self._value, other._value, self._part)
        if other._entries is None or self._shapes != other._shapes:
            return False
        with np.errstate(all="ignore"):
            return bool((np.abs(other._entries - self._entries) <= other._allowed).all())

    @cached_property
    def _arrays(self) -> list[np.ndarray] | None:
        arrays = [self._value] if isinstance(self._value, np.ndarray) else self._value
        if not isinstance(arrays, list) or not all(isinstance(array, np.ndarray) for array in arrays):
            return None
        if self._part is None or isinstance(self._value, np.ndarray):
            return arrays
        return arrays[self._part : self._part + 1]

    @cached_property
    def _shapes(self) -> list[tuple[int, ...]]:
        return [array.shape for array in self._arrays or ()]

    @cached_property
    def _entries(self) -> np.ndarray | None:
        """All entries of finite arrays; None for anything else."""
        entries = None if self._arrays is None else _joined(self._arrays)
        return entries if entries is not None and np.isfinite(entries).all() else None

    @cached_property
    def _allowed(self) -> np.ndarray:
        return _joined([tolerance(array, "array") for array in self._arrays or ()])


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0), *(array.ravel() for array in arrays)])
