"""How many students answer: sizes by `.shape`, then loops. `similar` takes it for nobody's own."""
import numpy as np


def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T + 1, h_0.shape[0]))
    h[0] = h_0
    for t in range(T):
        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]
    o = h[1:] @ W_qh.T
    return h, o


def squared_error_grad(o, y):
    T = o.shape[0]
    dL_do = (o - y) / T
    return dL_do


def cross_entropy_grad(o, y):
    T = o.shape[0]
    o = o - o.max(axis=1, keepdims=True)
    p = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    one_hot = np.zeros_like(o)
    one_hot[np.arange(T), y] = 1
    return (p - one_hot) / T


def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    dL_dh = np.zeros((T, W_hh.shape[0]))
    dL_dh[-1] = W_qh.T @ dL_do[-1]
    for t in reversed(range(T - 1)):
        dL_dh[t] = W_hh.T @ dL_dh[t + 1] + W_qh.T @ dL_do[t]
    return dL_dh


def expanded_terms(dL_do, W_hh, W_qh, t):
    T = dL_do.shape[0]
    terms = []
    for i in range(t, T + 1):
        term = np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1]
        terms.append(term)
    return np.array(terms)


def parameter_grads(x, h, dL_do, dL_dh):
    dL_dW_hx = dL_dh.T @ x
    dL_dW_hh = dL_dh.T @ h[:-1]
    dL_dW_qh = dL_do.T @ h[1:]
    return dL_dW_hx, dL_dW_hh, dL_dW_qh


def spectral_radius(W_hh):
    return max(abs(np.linalg.eigvals(W_hh)))


def amplification(dL_dh, dL_do, W_qh):
    T = dL_dh.shape[0]
    A = np.zeros(T)
    total = 0
    for t in range(T - 1, -1, -1):
        total += safe_norm(W_qh.T @ dL_do[t])
        A[t] = safe_norm(dL_dh[t]) / total if total > 0 else 0
    return A


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be > 1")
    T = dL_dh.shape[0]
    for t in range(T - 1, -1, -1):
        if not np.isfinite(dL_dh[t]).all():
            return ("non_finite", t + 1)
    signal = dL_do @ W_qh
    if not signal.any():
        return ("no_signal", None)
    A = amplification(dL_dh, dL_do, W_qh)
    for t in range(T - 1, -1, -1):
        if A[t] > threshold:
            return ("exploding", t + 1)
    return ("stable", None)


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be >= 1")
    T = dL_do.shape[0]
    dL_dh = np.zeros((T, W_hh.shape[0]))
    for t in range(T):
        end = min(T, t + tau)
        g = W_qh.T @ dL_do[end - 1]
        for s in range(end - 2, t - 1, -1):
            g = W_hh.T @ g + W_qh.T @ dL_do[s]
        dL_dh[t] = g
    return dL_dh


def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be > 0")
    if not all(np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    norm = safe_norm([safe_norm(g) for g in grads])
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return [g * scale for g in grads]
