"""What a wrong array has to do with the expected one: a factor, a shift, a missing term. Plain NumPy, no reference.

A relation is claimed only where at least two entries that are not zero speak for it, within closeness's tolerance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.engine.judging.closeness import RTOL, Scale, tolerance

_VISIBLE = 10 * RTOL  # of the largest entry: what is smaller is no evidence of anything
_ALL_WHOLE = 2.0**52  # a float64 that is larger has no fraction
_NEAR = 2e-2  # what is nearer is the right computation with too few digits
_OF_NUMBERS = "zeros constant sign factor offset rounded whole decimals single imprecise".split()
_ALWAYS = {"2": 2.0, "1/2": 0.5}


@dataclass(frozen=True)
class Relation:
    """What was seen: a stable id, and a sentence without its full stop. The question that leads on is the caller's."""

    id: str
    text: str


@np.errstate(all="ignore")
def relate(
    got: np.ndarray,
    expected: np.ndarray,
    factors: Mapping[str, float] = {},
    *,
    terms: Mapping[str, np.ndarray] = {},
    backwards: bool = False,
    first_step: int | None = 1,
    index: str = "t",
    scale: Scale = "row",
) -> Relation | None:
    """The most specific relation of a wrong `got` to `expected`, or None where there is none to be sure of.

    `factors` names what to try as a constant factor, besides 2, 1/2 and any of them with a minus; `terms` names parts
    of the expected sum. The first axis is time, and `index` of its first row is `first_step`, or None where it is not
    time; `backwards` looks for the first wrong row from the last one.
    """
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.shape != expected.shape or not np.isfinite(got).all() or not np.isfinite(expected).all():
        return None
    if not _has_evidence(expected) or (np.abs(got - expected) <= tolerance(expected, scale)).all():
        return None
    if not got.any():
        return Relation("zeros", "it is zero everywhere")
    if np.ptp(got) == 0 and got.size > 2 and np.ptp(expected) > 0:
        return Relation("constant", f"it is {got.flat[0]:.4g} everywhere")
    if first_step is not None and _same_rows(got, expected):
        return Relation("same_rows", "its rows are all the same")
    found = _named_factor(got, expected, factors, scale)
    if not found and got.ndim == 2 and got.shape[0] == got.shape[1] and _same(got, expected.T, scale):
        found = Relation("transpose", "it is the transpose of what is expected")
    if not found and first_step is not None:
        found = _reordered(got, expected, scale)
    found = found or _term(got, expected, terms, scale) or _any_factor(got, expected, scale)
    if not found and _near_in_each_row(got, expected):
        return _distorted(got, expected, scale)
    if not found and first_step is not None:
        found = _row_factors(got, expected, scale) or _right_rows(got, expected, scale, backwards, first_step, index)
    return found or _distorted(got, expected, scale)


def relate_numbers(got: Sequence[float], expected: Sequence[float]) -> Relation | None:
    """What the numbers that a function returned for several test cases have to do with the expected ones, all together."""
    if len(got) < 3:
        return None
    found = relate(np.array(got), np.array(expected), first_step=None, scale="entry")
    if not found or found.id not in _OF_NUMBERS:
        return None
    cut_off = np.abs(np.subtract(got, expected)).max() < 1
    return None if found.id == "whole" and not cut_off else found  # a count or an index is a whole number as well


def _near_in_each_row(got: np.ndarray, expected: np.ndarray) -> bool:
    """Whether no row is further off than a small part of its own size."""
    rows = (len(got), -1) if got.ndim else (1, -1)
    off, size = (np.abs(array).reshape(rows).max(axis=1, initial=0.0) for array in (got - expected, expected))
    return bool((off <= _NEAR * size).all())


def _distorted(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    """The right result, spoilt afterwards: rounded, cut off, moved by a constant, or computed with too few digits."""
    close = np.abs(got - expected) <= tolerance(expected, scale)
    if close.any() and (~close).sum() > 1 and not got[~close].any():
        return Relation("cut", "where it is wrong it is zero, and elsewhere it is right")
    reach = np.abs(got).max()
    if _capped(got, expected, close, reach):
        return Relation("capped", f"where it is wrong it is ±{reach:.4g}, and elsewhere it is right")
    difference = got - expected
    if got.size > 2 and np.ptp(difference) <= 1e-3 * np.abs(difference).max():
        return Relation("offset", f"it is off by the same {difference.flat[0]:.3g} everywhere")
    found = _rounded(got, expected)
    if found:
        return found
    error = np.abs(difference).max() / np.abs(expected).max()
    if RTOL < error < _NEAR and _near_in_each_row(got, expected):
        return Relation("imprecise", f"it is close, but off by {error:.0e} of its size, where 1e-06 is allowed")
    return None


def _capped(got: np.ndarray, expected: np.ndarray, close: np.ndarray, reach: float) -> bool:
    """Two entries that should be larger are as large as the largest one, and two that need not be are right."""
    return bool(
        (~close).sum() >= 2
        and (np.abs(got[close]) < reach * (1 - _VISIBLE)).sum() >= 2
        and (np.abs(expected[~close]) > reach).all()
        and np.allclose(np.abs(got[~close]), reach, rtol=RTOL)
        and (np.sign(got) == np.sign(expected)).all()
    )


def _rounded(got: np.ndarray, expected: np.ndarray) -> Relation | None:
    """Too few digits of one kind: whole numbers, some decimals, or those of a small dtype, each of three entries or more."""
    if np.count_nonzero(got) < 2:
        return None
    has_fractions = np.abs(got).max() < _ALL_WHOLE
    if got.size > 2 and has_fractions and (expected % 1 != 0).sum() >= 3 and not (got % 1).any():
        ways = (np.round, np.floor, np.ceil, np.trunc)
        if any((way(expected) == got).all() for way in ways):
            return Relation("rounded", "it is what is expected, rounded to whole numbers")
        return Relation("whole", "it holds whole numbers only")
    for digits in range(1, 6):
        if (np.round(expected, digits) == got).all():
            return Relation("decimals", f"it is what is expected, rounded to {digits} decimals")
    near = np.abs(got - expected).max() < _NEAR * np.abs(expected).max()
    for dtype, bits in ((np.float16, 16), (np.float32, 32)):
        if near and (got.astype(dtype) == got).all() and not (expected.astype(dtype) == expected).all():
            return Relation("single", f"it is close, and each of its entries is a float{bits}")
    return None


def _has_evidence(values: np.ndarray) -> bool:
    """Two entries that are not zero."""
    return int(np.count_nonzero(np.abs(values) > _VISIBLE * np.abs(values).max(initial=0.0))) >= 2


def _same(got: np.ndarray, target: np.ndarray, scale: Scale) -> bool:
    """Close, and the tolerance never larger than what would make anything small close to anything else."""
    allowed = np.minimum(tolerance(target, scale), RTOL * np.abs(target).max(initial=0.0))
    return bool(np.isfinite(target).all() and (np.abs(got - target) <= allowed).all())


def _named_factor(got: np.ndarray, expected: np.ndarray, factors: Mapping[str, float], scale: Scale) -> Relation | None:
    if _same(got, -expected, scale):
        return Relation("sign", "it has the opposite sign everywhere")
    named = {name: f for name, f in {**factors, **_ALWAYS}.items() if f not in (0, 1)}
    for sign, minus in ((1, ""), (-1, "-")):
        names = [minus + name for name, f in named.items() if _times(got, sign * f, expected, scale)]
        if names:  # several where T = 2
            return Relation("factor", f"it is {' or '.join(names)} times what is expected")
    return None


def _any_factor(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    factor = _ratio(got, expected)
    if factor and _times(got, factor, expected, scale):
        return Relation("factor", f"it is {factor:.4g} times what is expected, everywhere")
    return None


def _times(got: np.ndarray, factor: float, expected: np.ndarray, scale: Scale) -> bool:
    return _same(got, factor * expected, scale)


def _ratio(got: np.ndarray, expected: np.ndarray) -> float:
    """got / expected where expected is largest."""
    where = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    return float(got[where] / expected[where])


def _reordered(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    """The right rows in the wrong places."""
    if len(expected) < 2:
        return None
    if _same(got, expected[::-1], scale):
        return Relation("reversed", "its rows are in the opposite order")
    shifts = {
        "one step too late": (got[1:], expected[:-1], expected[1:]),
        "one step too early": (got[:-1], expected[1:], expected[:-1]),
    }
    for where, (rows, moved, in_place) in shifts.items():
        seen = np.count_nonzero(moved.reshape(len(moved), -1).any(axis=1)) >= 2 and _has_evidence(moved)
        # rows that do not change over time have not moved
        if seen and _same(rows, moved, scale) and not _same(rows, in_place, scale):
            return Relation("shift", f"its rows are {where}")
    return None


def _same_rows(got: np.ndarray, expected: np.ndarray) -> bool:
    """Three rows or more that are one row, where those that are expected differ."""
    return got.ndim == 2 and len(got) > 2 and not np.ptp(got, axis=0).any() and bool(np.ptp(expected, axis=0).any())


def _term(got: np.ndarray, expected: np.ndarray, terms: Mapping[str, np.ndarray], scale: Scale) -> Relation | None:
    for name, term in terms.items():
        if term.shape != expected.shape or not _has_evidence(term):
            continue
        if _same(got, term, scale):
            return Relation("term", f"it is {name} alone")
        rest = expected - term  # a row may cancel, so its tolerance is that of its parts
        if (np.abs(got - rest) <= tolerance(expected, scale) + tolerance(term, scale)).all():
            return Relation("term", f"it is what is expected without {name}")
    return None


def _row_factors(got: np.ndarray, expected: np.ndarray, scale: Scale) -> Relation | None:
    """Each row a multiple of its own: two entries a row are evidence, one is none."""
    if got.ndim < 2:
        return None
    pairs = [(g, e) for g, e in zip(got, expected, strict=True) if g.any() or e.any()]
    if len(pairs) < 2 or not all(_has_evidence(e) for _, e in pairs):
        return None
    ratios = [_ratio(g, e) for g, e in pairs]
    if not all(f and _times(g, f, e, scale) for f, (g, e) in zip(ratios, pairs, strict=True)):
        return None
    if sum(abs(f - 1) > _VISIBLE for f in ratios) < 2:
        return None
    shown = ", ".join(f"{f:.4g}" for f in ratios[:6]) + (", ..." if len(ratios) > 6 else "")
    return Relation("row_factors", f"each row is a multiple of the expected one, by the factors {shown}")


def _right_rows(
    got: np.ndarray, expected: np.ndarray, scale: Scale, backwards: bool, first_step: int, index: str
) -> Relation | None:
    """Which rows are right, where those that are not begin."""
    if got.ndim == 0 or len(got) < 3:
        return None
    close = np.abs(got - expected) <= tolerance(expected, scale)
    right = close.reshape(len(got), -1).all(axis=1)
    if not _has_evidence(expected[right]):
        return None
    if right.sum() == 1 and (right[-1] or right[0]):
        end = "last" if right[-1] else "first"
        return Relation(f"only_{end}_row", f"only its {end} row is right")
    wrong = np.flatnonzero(~right)
    first = int(wrong[-1] if backwards else wrong[0])
    if not _has_evidence(expected[first + 1 :] if backwards else expected[:first]):
        return None
    t = first + first_step
    if backwards:
        text = f"walking back from the end, it is right down to {index} = {t + 1} and wrong at {index} = {t}"
        return Relation("right_from", text)
    return Relation("right_until", f"it is right up to {index} = {t - 1} and wrong at {index} = {t}")
