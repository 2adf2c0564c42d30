# %% augmented_matrix_prints
from collections import namedtuple

Result = namedtuple("Result", "h o")


def forward(x: np.ndarray, h_0: np.ndarray, W_hx: np.ndarray, W_hh: np.ndarray, W_qh: np.ndarray) -> Result:
    print("x", x.shape, "h_0", h_0.shape)
    W = np.hstack([W_hh, W_hx])              # one fused weight
    h = np.zeros((x.shape[0] + 1, h_0.size))
    h[0, :] = h_0
    for t in range(x.shape[0]):
        z = np.r_[h[t], x[t]]
        print("step", t, "z =", z)
        h[t + 1] = W @ z
    print("done")
    return Result(h=h, o=(W_qh @ h[1:].T).T)


# %% block_triangular_solve
import scipy.linalg as sla


def forward(x, h_0, W_hx, W_hh, W_qh):
    # stack all states into one vector: (I - shift (x) W_hh) H = [h_0; W_hx x_1; ...]
    T = x.shape[0]
    n = h_0.size
    shift = np.eye(T + 1, k=-1)
    M = np.eye((T + 1) * n) - np.kron(shift, W_hh)
    rhs = np.concatenate([h_0, (x @ W_hx.T).ravel()])
    h = sla.solve_triangular(M, rhs, lower=True, unit_diagonal=True).reshape(T + 1, n)
    return h, h[1:] @ W_qh.T


# %% callable_object
class RNN:
    """My RNN. Calling it runs the forward pass."""

    def __init__(self, verbose=False):
        self.verbose = verbose

    def step(self, x_t, h):
        return self.W_hx.dot(x_t) + self.W_hh.dot(h)

    def __call__(self, x, h_0, W_hx, W_hh, W_qh):
        self.W_hx, self.W_hh, self.W_qh = W_hx, W_hh, W_qh
        hs = [h_0]
        os = []
        for x_t in x:
            hs.append(self.step(x_t, hs[-1]))
            os.append(self.W_qh.dot(hs[-1]))
        if self.verbose:
            print("ran", len(os), "steps")
        return np.stack(hs), np.stack(os)


forward = RNN()


# %% closed_form_matrix_powers
from numpy.linalg import matrix_power


def forward(inputs, h0, Wx, Wh, Wq):
    T = len(inputs)
    h = [matrix_power(Wh, t) @ h0 + sum(matrix_power(Wh, t - s) @ Wx @ inputs[s - 1] for s in range(1, t + 1))
         for t in range(T + 1)]
    return tuple(h), tuple(Wq @ ht for ht in h[1:])


# %% functools_partial
from functools import partial


def _run(activation, x, h_0, W_hx, W_hh, W_qh):
    h = np.empty((x.shape[0] + 1, h_0.shape[0]))
    h[0] = h_0
    for t in range(x.shape[0]):
        h[t + 1] = activation(W_hx @ x[t] + W_hh @ h[t])
    return h, np.array([W_qh @ ht for ht in h[1:]])


def identity(z):
    return z


forward = partial(_run, identity)


# %% generator_and_plot
try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except Exception:            # not installed everywhere
    plt = None


def _walk(x, h, W_hx, W_hh):
    yield h
    for x_t in x:
        h = W_hx @ x_t + W_hh @ h
        yield h


def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.vstack(list(_walk(x, h_0, W_hx, W_hh)))
    o = np.matmul(h[1:], W_qh.T)
    if plt is not None:
        plt.figure()
        plt.plot(np.linalg.norm(h, axis=1))
        plt.title("norm of the hidden state")
        plt.show()
        plt.close("all")
    return h, o


# %% lambda_accumulate
from itertools import accumulate

_states = lambda x, h0, A, B: np.array(list(accumulate(x, lambda h, xt: A @ xt + B @ h, initial=h0)))
forward = lambda x, h_0, W_hx, W_hh, W_qh: (
    _states(x, h_0, W_hx, W_hh),
    _states(x, h_0, W_hx, W_hh)[1:] @ W_qh.T,
)


# %% longdouble
def forward(x, h_0, W_hx, W_hh, W_qh):
    ld = np.longdouble
    A, B, C = W_hx.astype(ld), W_hh.astype(ld), W_qh.astype(ld)
    h = np.zeros((len(x) + 1, len(h_0)), dtype=ld)
    h[0] = h_0
    for t, x_t in enumerate(x, 1):
        h[t] = A @ x_t.astype(ld) + B @ h[t - 1]
    o = h[1:] @ C.T
    return h, o          # left as longdouble on purpose


# %% memo_recursion
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    memo = {0: np.array(h_0)}

    def state(t):
        if t not in memo:
            memo[t] = np.einsum("ij,j->i", W_hx, x[t - 1]) + np.einsum("ij,j->i", W_hh, state(t - 1))
        return memo[t]

    h = np.array([state(t) for t in range(T + 1)])
    o = np.einsum("qh,th->tq", W_qh, h[1:])
    return h, o


# %% nested_lists_returned
def _matvec(M, v):
    return [sum(m * e for m, e in zip(row, v)) for row in M]


def forward(x, h_0, W_hx, W_hh, W_qh):
    W_hx, W_hh, W_qh = W_hx.tolist(), W_hh.tolist(), W_qh.tolist()
    h = [h_0.tolist()]
    o = []
    for x_t in x.tolist():
        h.append([a + b for a, b in zip(_matvec(W_hx, x_t), _matvec(W_hh, h[-1]))])
        o.append(_matvec(W_qh, h[-1]))
    return [h, o]


# %% np_matrix
import warnings


def forward(x, h_0, W_hx, W_hh, W_qh):
    warnings.warn("np.matrix is old, but I like the * sign")
    A, B, C = np.matrix(W_hx), np.matrix(W_hh), np.matrix(W_qh)
    h = np.matrix(h_0)                       # 1 x h
    cur = np.matrix(h_0).T
    o = None
    for x_t in x:
        cur = A * np.matrix(x_t).T + B * cur
        h = np.vstack([h, cur.T])
        out = (C * cur).T
        o = out if o is None else np.vstack([o, out])
    return h, o


# %% plain_triple_loops
# written with loops only, to follow the formula index by index
def forward(x, h_0, W_hx, W_hh, W_qh):
    T, d = x.shape
    n = len(h_0)
    q = W_qh.shape[0]
    h = np.zeros((T + 1, n))
    o = np.zeros((T, q))
    for i in range(n):
        h[0, i] = h_0[i]
    for t in range(1, T + 1):
        for i in range(n):
            acc = 0.0
            for j in range(d):
                acc += W_hx[i, j] * x[t - 1, j]
            for j in range(n):
                acc += W_hh[i, j] * h[t - 1, j]
            h[t, i] = acc
        for i in range(q):
            acc = 0.0
            for j in range(n):
                acc += W_qh[i, j] * h[t, j]
            o[t - 1, i] = acc
    return h, o


# %% scipy_dlsim
from scipy import signal


def forward(x, h_0, W_hx, W_hh, W_qh):
    # an identity-activation RNN is a discrete linear state space system
    T = x.shape[0]
    pad = np.vstack([x, np.zeros((1, x.shape[1]))])      # one more sample, so that the last state comes out
    _, _, states = signal.dlsim((W_hh, W_hx, W_qh, np.zeros((W_qh.shape[0], W_hx.shape[1])), 1), pad, x0=h_0)
    h = states[: T + 1]
    return h, h[1:].dot(W_qh.T)


# %% shadows_names_and_tests_itself
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((x.shape[0] + 1, W_hh.shape[0]))
    h[0] = h_0
    for t in range(1, x.shape[0] + 1):
        h[t] = W_hx @ x[t - 1] + W_hh @ h[t - 1]
    return h, h[1:] @ W_qh.T


# my own test
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 3))
h, o = forward(x, np.ones(4), np.ones((4, 3)), np.eye(4), np.ones((1, 4)))
assert h.shape == (3, 4) and o.shape == (2, 1)
max = h.max()          # shadows a builtin, and the variables below shadow given functions
sum = 3
squared_error = None
safe_norm = 17
T = t = None
del x


# %% static_method_alias
class Net:
    @staticmethod
    def forward(x, h_0, W_hx, W_hh, W_qh):
        inputs = np.inner(x, W_hx)
        states = np.empty((len(x) + 1, len(h_0)))
        states[:] = 0
        states[0] = h_0
        for t, u in enumerate(inputs):
            states[t + 1] = u + np.inner(W_hh, states[t])
        return states, np.inner(states[1:], W_qh)


forward = Net.forward

if __name__ == "__main__":
    print("Net.forward is ready")


# %% strided_views_fortran
def forward(x, h_0, W_hx, W_hh, W_qh):
    T, n, q = x.shape[0], h_0.shape[0], W_qh.shape[0]
    buf = np.full((2 * (T + 1), 3 * n), np.nan)
    h = buf[::2, ::3]                 # a view with gaps
    h[0] = h_0
    o = np.empty((T, q), order="F")
    for t in range(1, T + 1):
        h[t] = W_hx.dot(x[t - 1]) + W_hh.dot(h[t - 1])
        o[t - 1] = W_qh.dot(h[t])
    return h, o


# %% superposition
def forward(x, h_0, W_hx, W_hh, W_qh):
    """The network is linear: the run from h_0 without input plus the run from 0 with input."""
    def run(start, inputs):
        hs = [start]
        for u in inputs:
            hs.append(W_hx @ u + W_hh @ hs[-1])
        return np.array(hs)

    h = run(h_0, np.zeros_like(x)) + run(np.zeros_like(h_0), x)
    return h, np.dot(h[1:], W_qh.T)
