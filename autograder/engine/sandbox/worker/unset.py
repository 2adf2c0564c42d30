"""Memory that nothing is written to: it holds what happened to lie there, and here always the same marks.

`np.empty` sets no entry, and `np.divide(a, b, where=c)` without `out` sets none where `c` is false. Read before it is set,
such an entry has another value on each machine and in each run, and is right by chance. Marked it is wrong everywhere: by
turns it is a NaN, which stays through arithmetic and keeps its bits, and a huge number, which no comparison passes over.

Part of the worker, where it holds for all cells, and of the self-check, where it holds for each call.
"""

import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_NAN = np.uint64(0x7FF8_0BAD_0000_0000)  # its bits stand far enough to the left to be in a float32 as well
_HUGE = np.uint64(0x7F00_0BAD_0BAD_0BAD)  # about 1e304
_SIGN = np.uint64(1 << 63)
_PATTERN = np.resize(np.array([_NAN, _HUGE]).view(np.float64), 4096)
_DIVISION = re.compile(r"divide\s*\(((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+)\)")  # with what stands in its brackets
_OUT = re.compile(r"\bout\s*=(?!\s*None)")


def is_unset(value: Any) -> bool:
    """Whether a float64 comes from an entry that was never set."""
    bits = np.float64(value).view(np.uint64) & ~_SIGN
    return bool(bits in (_NAN, _HUGE))


def _mark(array: Any, where: Any = True) -> Any:
    """Set what is reserved: whole numbers get the one furthest below zero, and what is no number stays."""
    if isinstance(array, np.ndarray) and array.dtype.kind in "fciu":
        marks: Any = _PATTERN[0]  # of small numbers, and of very many
        if array.dtype.kind in "iu":
            marks = np.iinfo(array.dtype).min
        elif array.dtype.itemsize >= 8 and array.size <= _PATTERN.size:
            marks = _PATTERN[: array.size].reshape(array.shape)
        np.copyto(array, marks, casting="unsafe", where=where)
    return array


def _marking(reserve: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(reserve)
    def reserve_and_mark(*args: Any, **options: Any) -> Any:
        return _mark(reserve(*args, **options))

    return reserve_and_mark


class _Division:
    """`np.divide` with its methods, that marks what it leaves out."""

    def __init__(self, divide: np.ufunc) -> None:
        self._divide = divide

    def __call__(self, *args: Any, **options: Any) -> Any:
        result = self._divide(*args, **options)
        if "where" not in options or options.get("out") is not None or len(args) > self._divide.nin:
            return result
        if not isinstance(result, np.ndarray | np.generic):
            return result
        marked = _mark(np.asanyarray(result), ~np.asarray(options["where"], dtype=bool))
        return marked if marked.ndim else marked[()]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # while it is copied it has nothing of its own yet
            raise AttributeError(name)
        return getattr(self._divide, name)


_RESERVING = {name: _marking(getattr(np, name)) for name in ("empty", "empty_like")}
_DIVIDING = dict.fromkeys(("divide", "true_divide"), _Division(np.divide))


def mark_unset(text: str) -> None:
    """From now on NumPy's own functions mark what they leave unset: division only in code that leaves something out."""
    vars(np).update(_RESERVING)
    if any("where" in given and not _OUT.search(given) for given in _DIVISION.findall(text)):
        vars(np).update(_DIVIDING)


@contextmanager
def unset_marked(text: str) -> Iterator[None]:
    """As long as this is entered, they do. Numba compiles NumPy's own functions alone: with it they stay as they are."""
    own = {name: vars(np)[name] for name in (*_RESERVING, *_DIVIDING)}
    if "numba" not in sys.modules:
        mark_unset(text)
    try:
        yield
    finally:
        vars(np).update(own)
