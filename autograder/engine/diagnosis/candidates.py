"""Which of many known answers is this one? What `same` says of each, for all of them at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.engine.judging.closeness import tolerance
from autograder.engine.judging.sameness import same

Shapes = tuple[tuple[int, ...], ...]


class Candidates:
    """The answers of several mistaken functions to one test case. Those that are finite arrays are compared as one."""

    def __init__(self, answers: Sequence[Any], right: Any, part: int | None) -> None:
        self._answers, self._part = answers, part
        groups: dict[Shapes, list[tuple[int, np.ndarray, np.ndarray]]] = {}
        for number, answer in enumerate(answers):
            flat = self._flat(answer)
            if flat:
                shapes, entries, allowed = flat
                groups.setdefault(shapes, []).append((number, entries, allowed))
        self._groups = {
            shapes: (
                np.array([number for number, _, _ in group]),
                np.array([e for _, e, _ in group]),
                np.array([a for _, _, a in group]),
            )
            for shapes, group in groups.items()
        }
        self.tell = ~self.are(right)  # for each candidate whether this test case tells it from the right answer

    def are(self, answer: Any) -> np.ndarray:
        """For each candidate whether it is the same as this answer."""
        flat = self._flat(answer)
        if flat is None:
            return np.array([same(answer, candidate, self._part) for candidate in self._answers], dtype=bool)
        found = np.zeros(len(self._answers), dtype=bool)
        if flat[0] in self._groups:
            numbers, entries, allowed = self._groups[flat[0]]
            with np.errstate(all="ignore"):
                found[numbers] = (np.abs(entries - flat[1]) <= allowed).all(axis=1)
        return found

    def _flat(self, answer: Any) -> tuple[Shapes, np.ndarray, np.ndarray] | None:
        """The shapes of an answer's arrays, all their entries, and the tolerance of each; None for anything else."""
        arrays = [answer] if isinstance(answer, np.ndarray) else answer
        if not isinstance(arrays, list) or not all(isinstance(array, np.ndarray) for array in arrays):
            return None
        if self._part is not None and not isinstance(answer, np.ndarray):
            arrays = arrays[self._part : self._part + 1]
        entries = _joined(arrays)
        if not np.isfinite(entries).all():
            return None
        return tuple(array.shape for array in arrays), entries, _joined([tolerance(a, "array") for a in arrays])


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0), *(array.ravel() for array in arrays)])
