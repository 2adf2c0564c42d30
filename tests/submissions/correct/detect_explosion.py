# %% class_constants
NON_FINITE, NO_SIGNAL, EXPLODING, STABLE = "non_finite", "no_signal", "exploding", "stable"


class Detector:
    def __init__(self, dL_dh, dL_do, W_qh):
        self.g, self.direct = dL_dh, dL_do.dot(W_qh)
        self.T = dL_dh.shape[0]

    def first_bad(self):
        ts = [t for t in range(1, self.T + 1) if not np.isfinite(self.g[t - 1]).all()]
        return max(ts) if ts else None

    def ratio(self, t):
        below = sum(safe_norm(r) for r in self.direct[t - 1:])
        return safe_norm(self.g[t - 1]) / below if below else 0.0

    def verdict(self, threshold):
        bad = self.first_bad()
        if bad:
            return NON_FINITE, bad
        if (self.direct == 0).all():
            return NO_SIGNAL, None
        over = [t for t in range(1, self.T + 1) if self.ratio(t) > threshold]
        return (EXPLODING, max(over)) if over else (STABLE, None)


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if float(threshold) <= 1.0:
        raise ValueError(f"threshold must exceed 1, got {threshold}")
    return Detector(dL_dh, dL_do, W_qh).verdict(threshold)


# %% exceptions_as_flow
class _Found(Exception):
    def __init__(self, status, t):
        self.answer = (status, t)


def _check(dL_dh, dL_do, W_qh, threshold):
    for t in np.arange(len(dL_dh), 0, -1):
        if np.isnan(dL_dh[t - 1]).any() or np.isinf(dL_dh[t - 1]).any():
            raise _Found("non_finite", t)
    signal = [safe_norm(W_qh.T @ g) for g in dL_do]
    if max(signal) == 0:
        raise _Found("no_signal", None)
    for t in np.arange(len(dL_dh), 0, -1):
        s = sum(signal[t - 1:])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            raise _Found("exploding", t)


def detect_explosion(dL_dh, dL_do, W_qh, *rest, **options):
    threshold = rest[0] if rest else options.get("threshold", 10.0)
    if threshold <= 1:
        raise ValueError("threshold <= 1")
    try:
        _check(dL_dh, dL_do, W_qh, threshold)
    except _Found as found:
        return found.answer
    return ("stable", None)


# %% fractions_exact
from fractions import Fraction
import math


def _too_big(g, norms, threshold):
    """Compares squares exactly enough: norms are floats, the rest are Fractions."""
    sq = sum(Fraction(float(e)) ** 2 for e in g)
    limit = Fraction(threshold) * sum(Fraction(n) for n in norms)
    return sq > limit ** 2


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    T = len(dL_dh)
    for t in range(T, 0, -1):
        if not all(math.isfinite(e) for e in dL_dh[t - 1].tolist()):
            return ("non_finite", t)
    norms = [math.hypot(*row) for row in (dL_do @ W_qh).tolist()]
    if not any(norms):
        return ("no_signal", None)
    for t in range(T, 0, -1):
        if any(norms[t - 1:]) and _too_big(dL_dh[t - 1], norms[t - 1:], threshold):
            return ("exploding", t)
    return ("stable", None)


# %% generator_next
import math


def _amps(dL_dh, dL_do, W_qh):
    s = 0.0
    for t in range(len(dL_dh), 0, -1):
        s += math.hypot(*(W_qh.T @ dL_do[t - 1]))
        yield t, (math.hypot(*dL_dh[t - 1]) / s if s else 0.0)


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    t = next((t for t in range(len(dL_dh), 0, -1) if not all(map(math.isfinite, dL_dh[t - 1]))), None)
    if t is not None:
        return ["non_finite", t]
    if not np.count_nonzero(dL_do @ W_qh):
        return ["no_signal", None]
    t = next((t for t, a in _amps(dL_dh, dL_do, W_qh) if a > threshold), None)
    return ["stable" if t is None else "exploding", t]


# %% longdouble_flip
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1.0:
        raise ValueError("bad threshold")
    finite = np.isfinite(dL_dh).min(axis=1)[::-1]
    T = finite.shape[0]
    if not finite.all():
        return "non_finite", int(T - np.argmin(finite))
    L = np.longdouble
    direct = (dL_do.astype(L) @ W_qh.astype(L))[::-1]
    if not np.any(dL_do @ W_qh != 0):
        return "no_signal", None
    den = np.cumsum(np.sqrt(np.sum(direct ** 2, axis=1)))
    num = np.sqrt(np.sum(dL_dh[::-1].astype(L) ** 2, axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        A = np.nan_to_num(num / den, nan=0.0, posinf=0.0)
    over = A > threshold
    if over.any():
        return "exploding", T - over.argmax()
    return "stable", None


# %% match_and_prints
import warnings


def _length(v):
    m = max(abs(e) for e in v)
    return 0.0 if m == 0 else m * sum((e / m) ** 2 for e in v) ** 0.5


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    warnings.warn("checking for explosions")
    if threshold <= 1:
        raise ValueError("A threshold of one or less calls everything an explosion.")
    rows = list(enumerate(zip(dL_dh, dL_do), start=1))
    rows.reverse()
    for t, (g, _) in rows:
        for entry in g:
            if entry != entry or entry in (float("inf"), float("-inf")):
                print("found", entry)
                return "non_finite", t
    tail, answers = 0.0, []
    for t, (g, d) in rows:
        tail += _length(d @ W_qh)
        A = _length(g) / tail if tail > 0 else 0.0
        print(f"A_{t} = {A}")
        if A > threshold:
            answers.append(t)
    match (bool(tail == 0), answers):
        case (True, _):
            return "no_signal", None
        case (False, [t, *_]):
            return "exploding", t
        case _:
            return "stable", None


# %% multiply_not_divide
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    T = len(dL_dh)
    status = None
    for t in range(T):
        if not np.isfinite(dL_dh[t]).all():
            status = ("non_finite", t + 1)     # keep overwriting, the last one stays
    if status:
        return status
    direct = np.array([W_qh.T @ g for g in dL_do])
    m = np.abs(direct).max()
    if m == 0:
        return ("no_signal", None)
    budget = 0.0
    t = T
    while t >= 1:
        budget += np.linalg.norm(direct[t - 1] / m)
        if budget > 0 and np.linalg.norm(dL_dh[t - 1] / m) > threshold * budget:
            return ("exploding", t)
        t -= 1
    return ("stable", None)


# %% namedtuple_and_accumulate
import typing
from itertools import accumulate


class Verdict(typing.NamedTuple):
    status: str
    t: typing.Optional[int]


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if not threshold > 1:
        raise ValueError("threshold: %r" % (threshold,))
    back = list(range(len(dL_dh), 0, -1))
    bad = [t for t in back if not np.isfinite(dL_dh[t - 1]).all()]
    if bad:
        return Verdict("non_finite", bad[0])
    sums = list(accumulate(safe_norm(W_qh.T @ dL_do[t - 1]) for t in back))
    if sums[-1] == 0:
        return Verdict("no_signal", None)
    hit = [t for t, s in zip(back, sums) if s > 0 and safe_norm(dL_dh[t - 1]) / s > threshold]
    return Verdict("exploding", hit[0]) if hit else Verdict("stable", None)


# %% numpy_int_and_subclass
class ThresholdTooSmall(ValueError):
    pass


def detect_explosion(dL_dh, dL_do, W_qh, thresh=10.0):
    if not thresh > 1:
        raise ThresholdTooSmall(thresh)
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if bad.size:
        return "non_finite", bad[-1] + 1
    direct = np.einsum("qh,tq->th", W_qh, dL_do)
    scale = np.abs(direct).max()
    if scale == 0:
        return "no_signal", None
    den = np.cumsum(np.sqrt(((direct / scale) ** 2).sum(1))[::-1])[::-1]
    num = np.sqrt(((dL_dh / scale) ** 2).sum(1))
    hits = np.nonzero((den > 0) & (num / np.where(den > 0, den, 1) > thresh))[0]
    if len(hits) > 0:
        return "exploding", hits.max() + np.int64(1)
    return "stable", None


# %% straight
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be greater than 1")
    T = dL_dh.shape[0]
    for t in range(T, 0, -1):
        if not np.all(np.isfinite(dL_dh[t - 1])):
            return ("non_finite", t)
    direct = dL_do @ W_qh
    if not direct.any():
        return ("no_signal", None)
    total = 0.0
    for t in range(T, 0, -1):
        total += safe_norm(direct[t - 1])
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return ("exploding", t)
    return ("stable", None)
