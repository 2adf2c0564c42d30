# %% decimal
from decimal import Decimal, getcontext

getcontext().prec = 40


def _norm(values):
    return sum((Decimal(float(v)) ** 2 for v in values), Decimal(0)).sqrt()


def amplification(dL_dh, dL_do, W_qh):
    sums, acc = [], Decimal(0)
    for row in (dL_do @ W_qh)[::-1]:
        acc += _norm(row)
        sums.insert(0, acc)
    return np.array([float(_norm(g) / s) if s else 0.0 for g, s in zip(dL_dh, sums)])


# %% frexp_exponents
def _exponent(M):
    return int(np.frexp(np.abs(M).max())[1])


def amplification(dL_dh, dL_do, W_qh):
    """Bring everything to magnitude one by an exact power of two."""
    direct = np.dot(dL_do, W_qh)
    k = _exponent(direct)
    direct = np.ldexp(direct, -k)
    own = np.ldexp(dL_dh, -k)
    b = np.sqrt(np.einsum("th,th->t", direct, direct))
    a = np.sqrt(np.einsum("th,th->t", own, own))
    res = np.zeros_like(a)
    running = 0.0
    for t in range(len(a), 0, -1):
        running += b[t - 1]
        res[t - 1] = a[t - 1] / running if running else 0.0
    return res


# %% hypot_reduce
def amplification(dL_dh, dL_do, W_qh):
    length = lambda M: np.hypot.reduce(M, axis=1)
    num = length(dL_dh)
    den = np.array([length(dL_do[t:] @ W_qh).sum() for t in range(len(dL_do))])
    with np.errstate(all="ignore"):
        return np.where(den == 0, 0.0, num / den)


# %% logs
from scipy.special import logsumexp


def amplification(dL_dh, dL_do, W_qh):
    def lognorm(M):
        with np.errstate(divide="ignore"):
            return 0.5 * logsumexp(2 * np.log(np.abs(M)), axis=1)
    num = lognorm(dL_dh)
    direct = lognorm(np.einsum("qh,tq->th", W_qh, dL_do))
    out = np.zeros(len(num))
    for t in range(len(num)):
        tail = logsumexp(direct[t:])
        if np.isfinite(tail):
            out[t] = np.exp(num[t] - tail)
    return out


# %% longdouble
def amplification(dL_dh, dL_do, W_qh):
    big = np.longdouble          # 80 bit, squares of 1e200 fit
    norm = lambda M: np.sqrt((M * M).sum(axis=1))
    num = norm(dL_dh.astype(big))
    den = norm(dL_do.astype(big) @ W_qh.astype(big))[::-1].cumsum()[::-1]
    return np.divide(num, den, out=np.zeros_like(num), where=den != 0)


# %% math_hypot
import math


def amplification(dL_dh, dL_do, W_qh):
    injected = [math.hypot(*(W_qh.T @ g)) for g in dL_do]
    have = [math.hypot(*g) for g in dL_dh]
    out = []
    for t in range(len(have)):
        below = sum(injected[t:])
        out.append(have[t] / below if below > 0 else 0.0)
    return out


# %% outer_and_triangle
def amplification(dL_dh, dL_do, W_qh):
    nd = [safe_norm(W_qh.T @ d) for d in dL_do]
    steps = np.arange(len(nd))
    later = np.less_equal.outer(steps, steps)       # later[t, s]: s >= t
    below = np.where(later, nd, 0.0).sum(axis=1)
    return [safe_norm(g) / b if b != 0 else 0 for g, b in zip(dL_dh, below)]


# %% own_safe_norm
def safe_norm(g):
    # my own version of the given one
    g = np.asarray(g, dtype=float).ravel()
    m = np.max(np.abs(g), initial=0.0)
    if m == 0:
        return 0.0
    return m * np.sqrt(np.sum((g / m) ** 2))


def amplification(dL_dh, dL_do, W_qh):
    norms = np.apply_along_axis(safe_norm, 1, np.matmul(dL_do, W_qh))
    tails = np.add.accumulate(norms[::-1])[::-1]
    return np.array([safe_norm(g) / s if s > 0.0 else 0.0 for g, s in zip(dL_dh, tails)])


# %% safe_norm_loop
def amplification(dL_dh, dL_do, W_qh):
    T = dL_dh.shape[0]
    A = np.zeros(T)
    total = 0.0
    for t in reversed(range(T)):
        total = total + safe_norm(W_qh.T @ dL_do[t])
        if total != 0:
            A[t] = safe_norm(dL_dh[t]) / total
    return A


# %% scale_by_max
def amplification(dL_dh, dL_do, W_qh):
    direct = dL_do @ W_qh
    s = np.abs(direct).max()
    if s == 0:
        return np.zeros(len(dL_dh))
    num = np.linalg.norm(dL_dh / s, axis=1)
    den = np.cumsum(np.linalg.norm(direct / s, axis=1)[::-1])[::-1]
    A = np.zeros(len(num))
    ok = den > 0
    A[ok] = num[ok] / den[ok]
    return A


# %% scipy_nrm2
from scipy.linalg.blas import dnrm2


def amplification(dL_dh, dL_do, W_qh):
    direct = [dnrm2(np.ascontiguousarray(row)) for row in dL_do.dot(W_qh)]
    mask = np.triu(np.ones((len(direct), len(direct))))
    sums = mask @ np.array(direct)
    return tuple(dnrm2(np.ascontiguousarray(g)) / s if s else 0 for g, s in zip(dL_dh, sums))


# %% smallest_number_as_a_floor
def amplification(dL_dh, dL_do, W_qh):
    signal = np.array([safe_norm(row) for row in dL_do @ W_qh])
    below = np.maximum(np.cumsum(signal[::-1])[::-1], np.finfo(float).tiny)   # changes nothing but 0
    return np.array([safe_norm(row) for row in dL_dh]) / below
