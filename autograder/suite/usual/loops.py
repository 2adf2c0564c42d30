"""How many students answer: loops over the steps, into arrays of zeros. `similar` takes it for nobody's own."""
import numpy as np


def forward(x, h_0, W_hx, W_hh, W_qh):
    T = len(x)
    h = np.zeros((T + 1, len(h_0)))
    o = np.zeros((T, W_qh.shape[0]))
    h[0] = h_0
    for t in range(1, T + 1):
        h[t] = W_hx @ x[t - 1] + W_hh @ h[t - 1]
        o[t - 1] = W_qh @ h[t]
    return h, o


def squared_error_grad(o, y):
    T = len(o)
    return (o - y) / T


def cross_entropy_grad(o, y):
    T = len(o)
    shifted = o - np.max(o, axis=1, keepdims=True)
    e = np.exp(shifted)
    p = e / np.sum(e, axis=1, keepdims=True)
    p[np.arange(T), y] -= 1
    return p / T


def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    dL_dh = np.zeros((T, W_hh.shape[0]))
    dL_dh[T - 1] = W_qh.T @ dL_do[T - 1]
    for t in range(T - 2, -1, -1):
        dL_dh[t] = W_hh.T @ dL_dh[t + 1] + W_qh.T @ dL_do[t]
    return dL_dh


def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    terms = np.zeros((T - t + 1, W_hh.shape[0]))
    for i in range(t, T + 1):
        terms[i - t] = np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1]
    return terms


def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    dL_dW_hx = np.zeros((dL_dh.shape[1], x.shape[1]))
    dL_dW_hh = np.zeros((dL_dh.shape[1], dL_dh.shape[1]))
    dL_dW_qh = np.zeros((dL_do.shape[1], dL_dh.shape[1]))
    for t in range(T):
        dL_dW_hx += np.outer(dL_dh[t], x[t])
        dL_dW_hh += np.outer(dL_dh[t], h[t])
        dL_dW_qh += np.outer(dL_do[t], h[t + 1])
    return dL_dW_hx, dL_dW_hh, dL_dW_qh


def spectral_radius(W_hh):
    eigenvalues = np.linalg.eigvals(W_hh)
    return np.max(np.abs(eigenvalues))


def amplification(dL_dh, dL_do, W_qh):
    T = len(dL_dh)
    A = np.zeros(T)
    for t in range(T):
        total = 0.0
        for s in range(t, T):
            total += safe_norm(W_qh.T @ dL_do[s])
        if total > 0:
            A[t] = safe_norm(dL_dh[t]) / total
    return A


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be larger than 1")
    T = len(dL_dh)
    for t in range(T, 0, -1):
        if not np.all(np.isfinite(dL_dh[t - 1])):
            return "non_finite", t
    if np.all(dL_do @ W_qh == 0):
        return "no_signal", None
    A = amplification(dL_dh, dL_do, W_qh)
    for t in range(T, 0, -1):
        if A[t - 1] > threshold:
            return "exploding", t
    return "stable", None


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    dL_dh = np.zeros((T, W_hh.shape[0]))
    for t in range(T):
        for s in range(t, min(T, t + tau)):
            dL_dh[t] += np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s]
    return dL_dh


def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    for g in grads:
        if not np.all(np.isfinite(g)):
            raise ValueError("gradients must be finite")
    norm = safe_norm(np.array([safe_norm(g) for g in grads]))
    if norm > max_norm:
        return [g * (max_norm / norm) for g in grads]
    return [g.copy() for g in grads]
