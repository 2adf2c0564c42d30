"""Memory that nothing is written to: it holds what happened to lie there, and here always the same mark.

`np.empty` sets no entry, and `np.divide(a, b, where=c)` without `out` sets none where `c` is false. Read before it is set,
such an entry has another value on each machine and in each run, and is right by chance. The mark is a NaN of its own kind:
NaN stays NaN through arithmetic, and keeps these bits.

Part of the worker, where it holds for all cells, and of the self-check, where it holds for each call.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_BITS = np.uint64(0x7FF8_0BAD_0000_0000)  # NaN, and far enough to the left to stand in a float32 as well
_SIGN = np.uint64(1 << 63)
_MARK = _BITS.view(np.float64)


def is_unset(values: np.ndarray) -> bool:
    """Whether some of these float64 come from an entry that was never set."""
    bits = np.ascontiguousarray(values, dtype=np.float64).view(np.uint64)
    return bool(((bits & ~_SIGN) == _BITS).any())


def _mark(array: Any, where: Any = True) -> Any:
    """Set what is reserved, as far as its kind of number has a mark: whole numbers get the one furthest below zero."""
    if isinstance(array, np.ndarray) and array.dtype.kind in "fciu":
        mark = _MARK if array.dtype.kind in "fc" else np.iinfo(array.dtype).min
        np.copyto(array, mark, casting="unsafe", where=where)
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
        return getattr(self._divide, name)


_MARKING = {name: _marking(getattr(np, name)) for name in ("empty", "empty_like")}
_MARKING |= dict.fromkeys(("divide", "true_divide"), _Division(np.divide))


def mark_unset() -> None:
    """From now on NumPy's own functions mark what they leave unset."""
    vars(np).update(_MARKING)


@contextmanager
def unset_marked() -> Iterator[None]:
    """As long as this is entered, they do."""
    own = {name: vars(np)[name] for name in _MARKING}
    mark_unset()
    try:
        yield
    finally:
        vars(np).update(own)
