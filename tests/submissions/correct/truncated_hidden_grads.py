# %% banded_einsum
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau <= 0:
        raise ValueError("no window")
    T, n = dL_do.shape[0], W_hh.shape[0]
    K = np.zeros((T, T, n, n))
    P = np.eye(n)
    for lag in range(T):
        if lag < tau:
            for t in range(T - lag):
                K[t, t + lag] = P
        P = P @ W_hh.T
    return np.einsum("tsij,qj,sq->ti", K, W_qh, dL_do)


# %% banded_solve
import scipy.linalg


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    # for each t a small unit upper triangular system over its window
    if tau < 1:
        raise ValueError("tau")
    T, n = dL_do.shape[0], W_hh.shape[0]
    out = np.empty((T, n))
    for t in range(T):
        b = (dL_do[t:min(T, t + tau)] @ W_qh)
        m = len(b)
        M = np.eye(m * n) - np.kron(np.eye(m, k=1), W_hh.T)
        out[t] = scipy.linalg.solve_triangular(M, b.reshape(-1), unit_diagonal=True)[:n]
    return out


# %% calls_own_hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += g[t + 1] @ W_hh
    return g


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least one")
    return np.array([hidden_grads(dL_do[t:t + tau], W_hh, W_qh)[0] for t in range(len(dL_do))])


# %% double_loop
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = dL_do.shape[0]
    out = np.zeros((T, W_hh.shape[0]))
    for t in range(1, T + 1):
        for s in range(t, min(T, t + tau - 1) + 1):
            out[t - 1] += np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s - 1]
    return out


# %% fixed_point_iteration
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    # g <- direct + shift(g) W_hh, started at 0: after tau sweeps exactly tau terms are in
    if int(tau) < 1:
        raise ValueError("tau < 1")
    direct = np.matmul(dL_do, W_qh)
    g = np.zeros_like(direct)
    for _ in range(min(int(tau), direct.shape[0])):
        later = np.vstack([g[1:], np.zeros((1, g.shape[1]))])
        g = direct + later @ W_hh
    return g


# %% lambda_with_raise
def _refuse(message):
    raise ValueError(message)


truncated_hidden_grads = lambda dL_do, W_hh, W_qh, tau: _refuse("tau") if tau < 1 else np.array([
    sum(dL_do[s] @ W_qh @ np.linalg.matrix_power(W_hh, s - t) for s in range(t, len(dL_do)) if s - t < tau)
    for t in range(len(dL_do))
])


# %% matrix_class
class Window:
    def __init__(self, W_hh, W_qh):
        self.A = np.matrix(W_hh).T
        self.C = np.matrix(W_qh).T

    def __call__(self, rows):
        g = np.matrix(np.zeros((self.A.shape[0], 1)))
        for r in reversed(rows):
            g = self.A * g + self.C * np.matrix(r).T
        return g.T


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau < 1")
    w = Window(W_hh, W_qh)
    T = len(dL_do)
    return np.vstack([w([dL_do[s] for s in range(t, min(T, t + tau))]) for t in range(T)])


# %% pure_python
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    assert tau == int(tau)
    if tau < 1:
        raise ValueError("tau must be >= 1, was %s" % tau)
    T, n = len(dL_do), len(W_hh)
    def back(v):
        return [float(sum(W_hh[j][i] * v[j] for j in range(n))) for i in range(n)]
    answer = []
    for t in range(T):
        acc = [0.0] * n
        for s in range(t, min(T, t + tau)):
            v = [float(sum(W_qh[k][i] * dL_do[s][k] for k in range(len(W_qh)))) for i in range(n)]
            for _ in range(s - t):
                v = back(v)
            acc = [a + b for a, b in zip(acc, v)]
        answer.append(acc)
    return answer


# %% shift_and_add
class BadTau(ValueError):
    """tau must be positive"""


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if not tau >= 1:
        raise BadTau(f"got tau={tau}")
    T = len(dL_do)
    shifted = dL_do @ W_qh
    total = shifted.copy()
    for lag in range(1, min(tau, T)):
        shifted = shifted[1:] @ W_hh           # one step earlier, one row fewer
        total[:T - lag] += shifted
    return total


# %% window_recursion
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    """Run the backward recursion anew inside every window."""
    if tau < 1:
        raise ValueError(tau)
    rows = []
    for t in range(len(dL_do)):
        g = np.zeros(W_hh.shape[0])
        for d in dL_do[t:t + tau][::-1]:
            g = W_hh.T @ g + W_qh.T @ d
        rows.append(g)
    return rows


# %% zero_padding
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1: raise ValueError("tau needs to be 1 or more")
    T, q = dL_do.shape
    tau = min(tau, T)
    padded = np.r_[dL_do, np.zeros((tau, q))]
    windows = np.lib.stride_tricks.sliding_window_view(padded, tau, axis=0)[:T]     # T, q, tau
    kernels = [W_qh]
    while len(kernels) < tau:
        kernels.append(kernels[-1] @ W_hh)
    return np.einsum("tqk,kqh->th", windows, np.array(kernels))


# %% by_doubling
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    # windows of 1, 2, 4, … steps, put together by the binary digits of tau; nothing is subtracted
    if tau < 1:
        raise ValueError("tau")
    part = dL_do @ W_qh
    T, power, length = len(part), W_hh, 1
    out, covered = np.zeros_like(part), 0
    reach = np.eye(len(W_hh))
    tau = min(tau, T)
    while covered < tau:
        if tau & length:
            out[:T - covered] += part[covered:] @ reach
            covered += length
            reach = reach @ power
        longer = part.copy()
        longer[:-length] += part[length:] @ power
        part, power, length = longer, power @ power, 2 * length
    return out
