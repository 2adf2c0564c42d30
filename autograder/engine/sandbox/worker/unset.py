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
from itertools import islice
from typing import Any

import numpy as np

_NAN = np.uint64(0x7FF8_0BAD_0000_0000)  # its bits stand far enough to the left to be in a float32 as well
_HUGE = np.uint64(0x7F00_0BAD_0BAD_0BAD)  # about 1e304
_SIGN = np.uint64(1 << 63)
_PATTERN = np.resize(np.array([_NAN, _HUGE]).view(np.float64), 4096)
_WHERE = re.compile(r"\bwhere\s*=(?!=)")
_OUT = re.compile(r"\bout\s*=(?!\s*None)")
_CALLS, _LETTERS = 100, 2000  # calls that are looked at, and letters of one
_BUILT = re.compile(r"(?<!case np\.)(?<!case )\bndarray\s*\(")  # not as a pattern, nor as a type alone


def is_unset(value: Any) -> bool:
    """Whether a float64 comes from an entry that was never set."""
    bits = np.float64(value).view(np.uint64) & ~_SIGN
    return bool(bits in (_NAN, _HUGE))


def _mark(array: Any, where: Any = True) -> Any:
    """Set what is reserved: whole numbers get the one furthest below zero, and what is no number stays."""
    if isinstance(array, np.ndarray) and array.dtype.kind in "bfciu":
        marks: Any = _PATTERN[0]  # of small numbers, and of very many
        if array.dtype.kind in "iu":
            marks = np.iinfo(array.dtype).min
        elif (array.dtype.itemsize >= 8 or array.dtype.kind == "b") and array.size <= _PATTERN.size:
            marks = _PATTERN[: array.size].reshape(array.shape)
            marks = np.isnan(marks) if array.dtype.kind == "b" else marks
        np.copyto(array, marks, casting="unsafe", where=where)
    return array


def _marking(reserve: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(reserve)
    def reserve_and_mark(*args: Any, **options: Any) -> Any:
        return _mark(reserve(*args, **options))

    return reserve_and_mark


class _Partial:
    """A function of NumPy's for each entry, with its methods, that marks what `where` leaves out."""

    def __init__(self, own: np.ufunc) -> None:
        self._own = own

    def __call__(self, *args: Any, **options: Any) -> Any:
        result = self._own(*args, **options)
        if "where" not in options or options.get("out") is not None or len(args) > self._own.nin:
            return result
        if not isinstance(result, np.ndarray | np.generic):  # there are several, or it is a class's own
            return result
        marked = _mark(np.asanyarray(result), ~np.asarray(options["where"], dtype=bool))
        return marked if marked.ndim else marked[()]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # while it is copied it has nothing of its own yet
            raise AttributeError(name)
        return getattr(self._own, name)


class _Arrays(type):
    """The type of a class that stands for `np.ndarray`, and marks what it makes."""

    def __call__(cls, *args: Any, **options: Any) -> Any:
        made = _NDARRAY(*args, **options)
        return made if len(args) > 2 or "buffer" in options else _mark(made)

    def __instancecheck__(cls, other: Any) -> bool:
        return isinstance(other, _NDARRAY)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, _NDARRAY)

    def __getattr__(cls, name: str) -> Any:
        return getattr(_NDARRAY, name)

    def __eq__(cls, other: object) -> bool:
        return other is _NDARRAY or other is cls

    def __hash__(cls) -> int:
        return hash(_NDARRAY)


_NDARRAY = np.ndarray
_RESERVING = {name: _marking(getattr(np, name)) for name in ("empty", "empty_like")}


@functools.lru_cache(16)  # the self-check asks for it with each call
def _standing_in(text: str) -> dict[str, Any]:
    """By name what stands in for NumPy's own, for code that has use for it."""
    found = dict(_RESERVING)
    if _BUILT.search(text):
        found["ndarray"] = _Arrays("ndarray", (), {})
    for name in _left_out(text):
        if isinstance(vars(np).get(name), np.ufunc):
            found[name] = _Partial(vars(np)[name])
    return found


def _left_out(text: str) -> Iterator[str]:
    """The names of the functions that are called with `where=` and without `out=`."""
    for found in islice(_WHERE.finditer(text), _CALLS):
        depth, start = 1, found.start()
        while depth and start > max(0, found.start() - _LETTERS):
            start -= 1
            depth += (text[start] in ")]}") - (text[start] in "([{")
        name = re.search(r"(\w+)\s*$", text[max(0, start - 80) : start])
        if name and not _OUT.search(_own_words(text, start + 1)):
            yield name[1]


def _own_words(text: str, start: int) -> str:
    """What stands in a call's brackets, but not in brackets within them."""
    depth, words = 1, []
    for letter in text[start : start + _LETTERS]:
        depth += (letter in "([{") - (letter in ")]}")
        if not depth:
            break
        words.append(letter if depth == 1 else " ")
    return "".join(words)


def mark_unset(text: str) -> None:
    """From now on NumPy's own functions mark what they leave unset, as far as the code has use for that."""
    vars(np).update(_standing_in(text))


@contextmanager
def unset_marked(text: str) -> Iterator[None]:
    """As long as this is entered, they do. Numba compiles NumPy's own functions alone: with it they stay as they are."""
    standing = {} if "numba" in sys.modules else _standing_in(text)
    own = {name: vars(np)[name] for name in standing}
    vars(np).update(standing)
    try:
        yield
    finally:
        vars(np).update(own)
