# %% expit_pairs
from scipy.special import expit, logsumexp


def cross_entropy_grad(o, y):
    T, q = o.shape
    g = np.zeros((T, q))
    for t in range(T):
        for k in range(q):
            others = np.delete(o[t], k)
            # p_k = sigmoid(o_k - logsumexp(the others)); alone in its row it is 1
            p = expit(o[t, k] - logsumexp(others)) if others.size else 1.0
            g[t, k] = (p - (y[t] == k)) / T
    return g


# %% five_point_differences
def cross_entropy_grad(o, y):
    # five-point stencil on the row's own loss, which keeps the numbers small
    T, q = o.shape
    e = 2.0 ** -9
    g = np.zeros((T, q))
    for t in range(T):
        row = o[t] - o[t].max()          # a shift does not change the softmax

        def loss(k, delta):
            moved = row.copy()
            moved[k] += delta
            return cross_entropy(moved[None, :], y[t:t + 1])

        for k in range(q):
            g[t, k] = (loss(k, -2 * e) - 8 * loss(k, -e) + 8 * loss(k, e) - loss(k, 2 * e)) / (12 * e)
    return g / T


# %% float32_and_star_import
from numpy import *


def cross_entropy_grad(o, y):
    steps = o.shape[0]
    shifted = o - amax(o, axis=1).reshape(steps, 1)
    p = exp(shifted)
    p /= sum(p, axis=1).reshape(steps, 1)
    for i, label in enumerate(y):
        p[i, label] = p[i, label] - 1
    return float32(p / steps)


# %% helper_class
import warnings
np.seterr(all="ignore")


class Softmax:
    @staticmethod
    def of(z):
        w = np.exp(np.subtract(z, np.max(z)))
        return np.divide(w, w.sum())

    @classmethod
    def grad(cls, z, label, weight):
        p = cls.of(z)
        e = np.zeros(z.shape[-1])
        e[int(label)] = 1
        return weight * (p - e)


def cross_entropy_grad(o, y):
    warnings.warn("look out, a gradient is coming", UserWarning)
    return [list(Softmax.grad(o_t, y_t, 1 / len(o))) for o_t, y_t in zip(o, y)]


# %% jacobian_times_vector
def cross_entropy_grad(o, y):
    """dl/do = (dp/do)^T dl/dlogp ... with log-softmax Jacobian I - 1 p^T."""
    T, q = o.shape
    grads = []
    for t in range(T):
        shifted = o[t] - np.max(o[t])
        p = np.exp(shifted) / np.exp(shifted).sum()
        J = np.eye(q) - np.tile(p, (q, 1))          # d logp_i / d o_j
        dl_dlogp = np.zeros(q)
        dl_dlogp[y[t]] = -1.0
        grads.append(J.T @ dl_dlogp * (1.0 / T))
    return np.array(grads)


# %% log_space_where
def cross_entropy_grad(o, y):
    import scipy.special as sp
    logp = sp.log_softmax(o, axis=1)
    hot = np.where(np.indices(o.shape)[1] == np.reshape(y, (-1, 1)), 1.0, 0.0)
    return np.subtract(np.exp(logp), hot) * np.reciprocal(float(o.shape[0]))


# %% longdouble_logsumexp
def cross_entropy_grad(o, y):
    z = np.asarray(o, dtype=np.longdouble)
    m = z.max(axis=-1)[:, None]
    logp = z - (m + np.log(np.exp(z - m).sum(axis=-1))[:, None])
    onehot = (np.arange(z.shape[1])[None, :] == y[:, None]).astype(np.longdouble)
    return ((np.exp(logp) - onehot) / z.shape[0]).astype(float)


# %% math_loops
import math


def cross_entropy_grad(o, y):
    out = []
    T = len(y)
    for row, label in zip(o, y):
        biggest = max(row)
        exps = [math.exp(v - biggest) for v in row]
        total = math.fsum(exps)
        out.append([(e / total - (1 if k == label else 0)) / T for k, e in enumerate(exps)])
    return np.array(out)


# %% one_hot
def softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy_grad(o, y):
    T, q = o.shape
    return (softmax(o) - np.eye(q)[y]) / T


# %% pairwise_differences
def cross_entropy_grad(o, y):
    # p_k = 1 / sum_j exp(o_j - o_k); exp may overflow to inf, 1/inf = 0 is what we want
    with np.errstate(over="ignore"):
        p = 1.0 / np.exp(o[:, None, :] - o[:, :, None]).sum(axis=2)
    hot = np.zeros_like(p)
    np.put_along_axis(hot, np.asarray(y).reshape(-1, 1), 1.0, axis=1)
    return np.true_divide(p - hot, p.shape[0])


# %% scipy_softmax
from scipy.special import softmax as sm


def cross_entropy_grad(o, y):
    p = sm(o, axis=1)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)
