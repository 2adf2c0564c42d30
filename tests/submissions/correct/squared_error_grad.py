# %% central_differences
def squared_error_grad(o, y):
    # the loss is quadratic, so the central difference is exact but for rounding
    step = np.abs(o - y).max() or 1.0
    g = np.zeros(o.shape)
    for idx in np.ndindex(*o.shape):
        up, down = o.copy(), o.copy()
        up[idx] += step
        down[idx] -= step
        g[idx] = (squared_error(up, y) - squared_error(down, y)) / (up[idx] - down[idx])
    return g


# %% complex_step
def _loss(o, y):
    return 0.5 * ((o - y) ** 2).sum(axis=1).mean()


def squared_error_grad(o, y):
    """Complex step differentiation, see Squire & Trapp."""
    eps = 1e-30
    grad = np.zeros_like(o)
    it = np.nditer(o, flags=["multi_index"])
    for _ in it:
        z = o.astype(complex)
        z[it.multi_index] += 1j * eps
        grad[it.multi_index] = _loss(z, y).imag / eps
    return grad


# %% exact_fractions
from fractions import Fraction


def squared_error_grad(o, y):
    T = len(o)
    rows = []
    for o_t, y_t in zip(o.tolist(), y.tolist()):
        rows.append([float((Fraction(a) - Fraction(b)) / T) for a, b in zip(o_t, y_t)])
    return rows


# %% float32_result
def squared_error_grad(o, y):
    # computed in double, stored in single: saves memory
    return ((o - y) * (1 / o.shape[0])).astype(np.float32)


# %% loops
def squared_error_grad(o, y):
    T, q = o.shape
    g = np.empty_like(o)
    t = 0
    while t < T:
        k = 0
        while k < q:
            g[t, k] = 1.0 / T * (o[t, k] - y[t, k])
            k += 1
        t += 1
    return g


# %% matrix_chain_rule
def squared_error_grad(o, y):
    # chain rule by steps: L = mean_t l_t, l = 1/2 r.r, r = o - y
    T = o.shape[0]
    r = np.matrix(o) - np.matrix(y)
    dL_dl = np.matrix(np.diag([1.0 / T] * T))
    return dL_dl * r


# %% one_liner
squared_error_grad = lambda o, y: (o - y) / len(o)


# %% tuples_of_scalars
def squared_error_grad(o, y):
    T = np.float64(np.shape(o)[0])
    return tuple(tuple(np.divide(np.subtract(a, b), T) for a, b in zip(u, v)) for u, v in zip(o, y))


# %% ufunc_method
from operator import sub, truediv


def squared_error_grad(o, y, *, mean=True):
    """Difference over T; mean stays True here."""
    diff = list(map(sub, o, y))
    return np.array([truediv(row, float(len(diff)) if mean else 1.0) for row in diff])


# %% vectorize_decorated
import functools


def announce(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print(f"calling {f.__name__} with {len(args)} arguments")
        result = f(*args, **kwargs)
        print("result:", result)
        return result
    return wrapper


@announce
def squared_error_grad(output, target):
    n_steps = output.shape[0]
    diff = np.vectorize(lambda a, b: (a - b) / n_steps, otypes=[float])
    return diff(output, target)
