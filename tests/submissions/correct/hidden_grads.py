# %% accumulate_lambda
from itertools import accumulate

hidden_grads = lambda dL_do, W_hh, W_qh: np.array(
    list(accumulate((dL_do @ W_qh)[::-1], lambda carry, direct: direct + carry @ W_hh)))[::-1]


# %% backward_loop
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    dL_dh = np.zeros((T, W_hh.shape[0]))
    dL_dh[T - 1] = W_qh.T @ dL_do[T - 1]
    for t in range(T - 2, -1, -1):
        dL_dh[t] = W_hh.T @ dL_dh[t + 1] + W_qh.T @ dL_do[t]
    return dL_dh


# %% class_with_content_cache
class _Bptt:
    memory = {}

    @classmethod
    def run(cls, d, A, C):
        key = (d.shape, d.tobytes(), A.shape, A.tobytes(), C.tobytes())
        if key not in cls.memory:
            cls.memory.clear()
            g = np.zeros((d.shape[0] + 1, A.shape[0]))
            for t in reversed(range(d.shape[0])):
                g[t] = g[t + 1].dot(A) + d[t].dot(C)
            cls.memory[key] = g[:-1]
        return cls.memory[key].copy()


def hidden_grads(dL_do, W_hh, W_qh):
    return _Bptt.run(dL_do, W_hh, W_qh)


# %% class_with_new
class hidden_grads:
    """Not a function at all, but it can be called like one."""

    def __new__(cls, dL_do, W_hh, W_qh):
        result = []
        incoming = 0
        for g in np.flipud(dL_do):
            incoming = g.dot(W_qh) + incoming
            result.append(incoming)
            incoming = incoming.dot(W_hh)
        return np.flipud(result)


# %% complex_step_vjp
def hidden_grads(dL_do, W_hh, W_qh):
    # derivatives of one step by the complex step, then the chain rule
    n = W_hh.shape[0]
    e = 1e-20

    def jacobian(f):
        cols = []
        for j in range(n):
            z = np.zeros(n, dtype=complex)
            z[j] = 1j * e
            cols.append(f(z).imag / e)
        return np.array(cols).T

    J_next = jacobian(lambda h: W_hh @ h)
    J_out = jacobian(lambda h: W_qh @ h)
    g = np.zeros(n)
    rows = []
    for d in dL_do[::-1]:
        g = J_next.T @ g + J_out.T @ d
        rows.append(g)
    rows.reverse()
    return np.array(rows)


# %% deque_appendleft
from collections import deque


def hidden_grads(dL_do, W_hh, W_qh):
    rows = deque()
    carry = np.zeros(W_hh.shape[1])
    for g in reversed(dL_do):
        carry = g @ W_qh + carry @ W_hh
        rows.appendleft(carry)
    return list(rows)


# %% divide_and_conquer
def hidden_grads(dL_do, W_hh, W_qh):
    """Right half first, its first row is what the left half gets."""
    direct = np.einsum("qh,tq->th", W_qh, dL_do)
    out = np.empty(direct.shape, order="F")

    def solve(lo, hi, carry):
        if hi - lo == 1:
            out[lo] = direct[lo] + carry
            return W_hh.T.dot(out[lo])
        mid = (lo + hi) // 2
        carry = solve(mid, hi, carry)
        return solve(lo, mid, carry)

    solve(0, len(dL_do), np.zeros(W_hh.shape[0]))
    return out


# %% dlsim_in_reverse
from scipy.signal import dlsim


def hidden_grads(dL_do, W_hh, W_qh):
    # the backward pass is the forward pass of the transposed system, time reversed
    T, q = dL_do.shape
    n = W_hh.shape[0]
    u = np.concatenate([dL_do[::-1], np.zeros((1, q))])
    system = (W_hh.T, W_qh.T, np.eye(n), np.zeros((n, q)), 1.0)
    states = dlsim(system, u)[2]
    return states[1:T + 1][::-1]


# %% finite_difference_of_one_step
def hidden_grads(dL_do, W_hh, W_qh):
    # central differences with step 1 of  h -> <g, W_hh h> + <d, W_qh h>, which is linear in h
    n = W_hh.shape[0]
    unit = np.eye(n)
    g = np.zeros(n)
    out = np.zeros((len(dL_do), n))
    for t in range(len(dL_do) - 1, -1, -1):
        d = dL_do[t]
        phi = lambda h: g @ (W_hh @ h) + d @ (W_qh @ h)
        g = np.array([(phi(e) - phi(-e)) / 2 for e in unit])
        out[t] = g
    return out


# %% generator_closure
def hidden_grads(dL_do, W_hh, W_qh):
    last = len(dL_do)

    def backwards():
        g = None
        for t in range(last, 0, -1):
            direct = np.matmul(W_qh.transpose(), dL_do[t - 1])
            if t == last:
                g = direct
            else:
                g = np.matmul(W_hh.transpose(), g) + direct
            yield t, g

    table = dict(backwards())
    return np.vstack([table[t] for t in range(1, last + 1)])


# %% longdouble_reversed_view
def hidden_grads(dL_do, W_hh, W_qh):
    A = W_hh.astype(np.longdouble)
    rev = np.dot(dL_do[::-1].astype(np.longdouble), W_qh)
    for s in range(1, rev.shape[0]):
        rev[s] += rev[s - 1] @ A
    return rev[::-1]


# %% ndarray_subclass
class Grad(np.ndarray):
    """An array that knows that it is a gradient."""

    def describe(self):
        return f"gradient with norm {np.sqrt((np.asarray(self) ** 2).sum())}"


def hidden_grads(dL_do, W_hh, W_qh):
    out = (dL_do @ W_qh).view(Grad)
    for t in range(len(out) - 1, 0, -1):
        out[t - 1] += out[t] @ W_hh
    print(out.describe())
    return out


# %% np_matrix_columns
def hidden_grads(dL_do, W_hh, W_qh):
    D = np.asmatrix(dL_do).T
    A, C = np.asmatrix(W_hh).T, np.asmatrix(W_qh).T
    H = np.asmatrix(np.zeros((A.shape[0], D.shape[1])))
    H[:, -1] = C * D[:, -1]
    for k in range(2, D.shape[1] + 1):
        H[:, -k] = A * H[:, -k + 1] + C * D[:, -k]
    return H.T


# %% pure_python_floats
def hidden_grads(dL_do, W_hh, W_qh):
    grads, nxt = [], None
    Whh, Wqh = W_hh.tolist(), W_qh.tolist()
    n = len(Whh)
    for d in dL_do.tolist()[::-1]:
        cur = [sum(Wqh[k][i] * d[k] for k in range(len(d))) for i in range(n)]
        if nxt is not None:
            cur = [cur[i] + sum(Whh[j][i] * nxt[j] for j in range(n)) for i in range(n)]
        grads.insert(0, tuple(cur))
        nxt = cur
    return tuple(grads)


# %% singledispatch
from functools import singledispatch


@singledispatch
def hidden_grads(dL_do, W_hh, W_qh):
    raise TypeError("an array, please")


@hidden_grads.register
def _(dL_do: np.ndarray, W_hh, W_qh):
    T, n = dL_do.shape[0], W_qh.shape[1]
    G = {T + 1: [0.0] * n}
    t = T
    while t:
        G[t] = W_hh.T @ G[t + 1] + W_qh.T @ dL_do[t - 1]
        t -= 1
    return np.array([G[k] for k in range(1, T + 1)])
