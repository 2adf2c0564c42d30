# %% callable_class
import warnings


class Clipper:
    def __init__(self, norm=None):
        self.norm = norm or (lambda v: safe_norm(v))

    def validate(self, grads, max_norm):
        if max_norm <= 0:
            raise ValueError("max_norm must be positive")
        for i, g in enumerate(grads):
            if not np.isfinite(g).all():
                raise ValueError(f"gradient {i} holds inf or nan")

    def __call__(self, grads, max_norm):
        self.validate(grads, max_norm)
        n = self.norm(np.hstack([g.flatten() for g in grads]))
        if n > max_norm:
            warnings.warn(f"clipping, norm {n}")
            return [np.asfortranarray(g * (max_norm / n)) for g in grads]
        return [np.asfortranarray(g.copy()) for g in grads]


clip_gradients = Clipper()


# %% copy_then_inplace
import copy


def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm should be positive, got {}".format(max_norm))
    new = copy.deepcopy(list(grads))
    parts = []
    for g in new:
        if not np.isfinite(g).all():
            raise ValueError("nan/inf found")
        parts.extend(np.abs(g).ravel())
    parts = np.sort(np.array(parts))
    top = parts[-1] if len(parts) else 0.0
    if top > 0:
        rel = np.sqrt(((parts / top) ** 2).sum())
        norm = top * rel
        print("joint norm", norm)
        if norm > max_norm:
            for g in new:
                g *= max_norm / norm
    return new


# %% ldexp_power_of_two
def clip_gradients(grads, max_norm):
    """Rescale by an exact power of two before squaring."""
    if max_norm <= 0:
        raise ValueError("max_norm <= 0")
    with np.errstate(all="ignore"):
        if not np.isfinite([np.abs(g).max() for g in grads]).all():
            raise ValueError("non-finite entry")
    k = max(int(np.frexp(np.abs(g).max())[1]) for g in grads)
    small = [np.ldexp(g, -k) for g in grads]
    norm_small = np.linalg.norm(np.hstack([s.ravel() for s in small]))
    limit_small = np.ldexp(float(max_norm), -k)
    if norm_small > limit_small:
        return [s * (max_norm / norm_small) for s in small]
    return [np.array(g) for g in grads]


# %% logs
import math


def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    for g in grads:
        if not np.isfinite(np.asarray(g)).all():
            raise ValueError("not finite")
    biggest = max((np.abs(g).max() for g in grads), default=0.0)
    if biggest == 0.0:
        return [g * 1.0 for g in grads]
    # log of the norm, so nothing can overflow
    log_norm = math.log(biggest) + 0.5 * math.log(sum(((g / biggest) ** 2).sum() for g in grads))
    if log_norm <= math.log(max_norm):
        return [g * 1.0 for g in grads]
    return [g * math.exp(math.log(max_norm) - log_norm) for g in grads]


# %% longdouble
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("bad arguments")
    sq = sum(np.sum(g.astype(np.longdouble) ** 2) for g in grads)
    norm = np.sqrt(sq)
    if norm <= max_norm:
        return [+g for g in grads]
    return [(g.astype(np.longdouble) * (np.longdouble(max_norm) / norm)).astype(np.float64) for g in grads]


# %% math_hypot_lists
import math


class NotFinite(ValueError):
    pass


def clip_gradients(grads, max_norm):
    entries = [float(e) for g in grads for e in np.asarray(g).flat]
    if not all(math.isfinite(e) for e in entries):
        raise NotFinite("a gradient entry is not a finite number")
    if max_norm <= 0:
        raise ValueError("max_norm must be > 0")
    norm = math.hypot(*entries)
    c = 1.0
    if norm > max_norm:
        c = max_norm / norm
    return [(c * g).tolist() for g in grads]


# %% max_scaling_tuple
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm <= 0")
    m = np.max([np.max(np.abs(g)) for g in grads])        # np.max keeps a nan, max() would not
    if not np.isfinite(m):
        raise ValueError("gradient is not finite")
    if m == 0:
        return tuple(np.zeros_like(g) for g in grads)
    rel = np.sqrt(sum(float(np.sum((g / m) ** 2)) for g in grads))
    if m * rel > max_norm:
        return tuple(g / m * (max_norm / rel) for g in grads)
    return tuple(g.copy() for g in grads)


# %% norm_of_norms
def clip_gradients(grads, max_norm):
    if not max_norm > 0:
        raise ValueError(max_norm)
    if any(not np.isfinite(g).all() for g in grads):
        raise ValueError("inf or nan in the gradients")
    total = safe_norm(np.array([safe_norm(g) for g in grads]))
    if total <= max_norm:
        return [np.array(g, copy=True) for g in grads]
    return [np.multiply(g, max_norm / total) for g in grads]


# %% reduce_hypot
from functools import reduce


def clip_gradients(grads, max_norm):
    def finite_or_fail(g):
        if np.isnan(g).any() or np.isinf(g).any():
            raise ValueError("non-finite")
        return g

    if max_norm <= 0.0:
        raise ValueError("max_norm")
    checked = list(map(finite_or_fail, grads))
    norm = reduce(lambda acc, g: np.hypot(acc, np.hypot.reduce(g, axis=None)), checked, 0.0)
    scale = min(1.0, max_norm / norm) if norm else 1.0
    return list(map(lambda g: scale * g, checked))


# %% safe_norm_concat
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    flat = np.concatenate([np.ravel(g) for g in grads])
    if not np.isfinite(flat).all():
        raise ValueError("non-finite gradient")
    norm = safe_norm(flat)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads]


# %% validate_decorator
def checked(f):
    def inner(grads, max_norm):
        problems = [k for k, g in enumerate(grads) if np.any(~np.isfinite(g))]
        if problems:
            raise ValueError(f"gradients {problems} are not finite")
        if max_norm <= 0:
            raise ValueError("max_norm has to be positive")
        return f(grads, max_norm)
    return inner


@checked
def clip_gradients(grads, max_norm):
    n = 0.0
    for g in grads:
        n = np.hypot(n, safe_norm(g))
    return [np.array(g) if n <= max_norm else g * (max_norm / n) for g in grads]


# %% guarded_division
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    if any(not np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / max(norm, max_norm)      # 1 where the norm is small enough, zero included
    return [np.multiply(g, factor, out=np.empty_like(g)) for g in grads]


# %% smallest_number_as_a_floor
def clip_gradients(grads, max_norm):
    if not max_norm > 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    floor = np.finfo(float).tiny                 # changes nothing but 0
    with np.errstate(over="ignore"):
        factor = min(1.0, max_norm / max(norm, floor))
    return [g.copy() if factor == 1.0 else (g.ravel() * factor).reshape(g.shape) for g in grads]


# %% views_of_its_own_copy
def clip_gradients(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads])
    if max_norm <= 0 or not np.isfinite(flat).all():
        raise ValueError("refused")
    norm = safe_norm(flat)
    if norm > max_norm:
        flat *= max_norm / norm
    ends = np.cumsum([g.size for g in grads])
    return [part.reshape(g.shape) for part, g in zip(np.split(flat, ends[:-1]), grads)]
