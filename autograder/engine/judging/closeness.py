"""Is this answer that answer? The cheapest question first: shape, finiteness, values. Plain NumPy, no other module.

The tolerance is relative to what is expected, never absolute alone: a gradient of 1e-9 is still a gradient.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

RTOL = 1e-6  # of the scale of what is expected
ZERO_RTOL = 1e-12  # of the surroundings' scale, where zero is expected

Scale = Literal["row", "entry", "array", "1/T"]


@dataclass(frozen=True)
class Mismatch:
    """Why an answer is not the expected one: a sentence's middle, and where the first wrong entry stands."""

    kind: Literal["shape", "non_finite", "values"]
    text: str
    index: tuple[int, ...] = ()


@np.errstate(all="ignore")
def compare(
    name: str,
    got: np.ndarray,
    expected: np.ndarray,
    scale: Scale = "array",
    inputs: float = 0.0,
    backwards: bool = False,
    allowed: np.ndarray | None = None,
) -> Mismatch | None:
    """None where `got` is `expected` within the tolerance, else the first difference.

    `scale` says what the tolerance is relative to: the largest entry of the row (first axis), the entry itself, the
    array, or 1/T with T the number of rows. `inputs` is the largest entry of the inputs, the scale of an expected zero
    array. `backwards` looks for the first wrong row from the last one, in the order in which back-propagation computes.
    `allowed` is the tolerance, where the caller has it already.
    """
    if got.shape != expected.shape:
        wanted = f"shape {expected.shape}" if expected.ndim else "a single number"
        return Mismatch("shape", f"{name} has shape {got.shape}, expected {wanted}")
    close = np.abs(got - expected) <= (tolerance(expected, scale, inputs) if allowed is None else allowed)
    if close.all():  # a NaN is never close
        return None
    wrong = ~close
    index = _first(wrong, backwards)
    non_finite = ~np.isfinite(got) & np.isfinite(expected)
    if non_finite.any():
        index = _first(non_finite, backwards)
        return Mismatch("non_finite", f"{_entry(name, index)} is {got[index]}, expected a finite number", index)
    return Mismatch("values", _difference(name, got, expected, index), index)


@np.errstate(all="ignore")
def is_close(got: np.ndarray, expected: np.ndarray, allowed: np.ndarray) -> bool:
    """Whether `got` is `expected` within this tolerance: what `compare` finds, without its words."""
    return got.shape == expected.shape and bool((np.abs(got - expected) <= allowed).all())


def tolerance(expected: np.ndarray, scale: Scale, inputs: float = 0.0) -> np.ndarray:
    """The allowed |got − expected| for every entry, in the shape of `expected`."""
    if scale == "1/T":
        return np.full(expected.shape, RTOL / max((*expected.shape, 1)[0], 1))
    reach = size = np.abs(expected)
    largest = size.max(initial=0.0)
    if scale == "row" and expected.ndim > 1:
        reach = size.max(axis=tuple(range(1, expected.ndim)), keepdims=True, initial=0.0)
    elif scale == "array":
        reach = largest
    zero = ZERO_RTOL * (largest if largest > 0 else inputs)
    return np.full(expected.shape, np.where(reach > 0, RTOL * reach, zero))


def show(value: np.ndarray | float) -> str:
    """A small array as a reader wants it: four significant digits, at most a few rows."""
    value = np.asarray(value, dtype=float)
    text = np.array2string(
        value,
        separator=", ",
        threshold=12,
        edgeitems=2,
        max_line_width=10_000,
        formatter={"float_kind": lambda v: f"{v:.4g}"},
    )
    return " ".join(text.split())


def _first(wrong: np.ndarray, backwards: bool) -> tuple[int, ...]:
    where = np.argwhere(wrong)
    if backwards:
        where = where[where[:, 0] == where[:, 0].max()]
    return tuple(int(i) for i in where[0])


def _entry(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _difference(name: str, got: np.ndarray, expected: np.ndarray, index: tuple[int, ...]) -> str:
    """The whole of a small array, else the row of the first wrong entry, where rows are short, else the entry."""
    at: tuple[int, ...] = ()
    if got.size <= 6:
        subject = name
    elif got.ndim > 1 and got[index[0]].size <= 8:
        subject, at = f"{name}[{index[0]}]", index[:1]
    else:
        subject, at = _entry(name, index), index
    here, there = show(got[at]), show(expected[at])
    if here == there:  # four digits hide the difference, and more of them would tell the answer
        digits = int(1e-6 - np.log10(abs(got[index] / expected[index] - 1))) if expected[index] else 0
        return f"{_entry(name, index)} is {got[index]:.4g}, and only its first {digits} digits are right"
    return f"{subject} is {here}, expected {there}"
