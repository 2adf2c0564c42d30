"""Everything right, with plain loops and lists of rows."""
# starts from: release

# %% forward
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    return h, [W_qh @ h_t for h_t in h[1:]]


# %% squared_error_grad
def squared_error_grad(o, y):
    T = len(o)
    return [[(a - b) / T for a, b in zip(o_t, y_t)] for o_t, y_t in zip(o, y)]


# %% cross_entropy_grad
def cross_entropy_grad(o, y):
    rows = []
    for o_t, label in zip(o, y):
        e = np.exp(o_t - max(o_t))
        row = e / sum(e)
        row[label] -= 1
        rows.append(row / len(o))
    return rows


# %% hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    carried = np.zeros(len(W_hh))
    rows = []
    for dL_do_t in dL_do[::-1]:
        carried = W_hh.T @ carried + W_qh.T @ dL_do_t
        rows.append(carried)
    return rows[::-1]


# %% expanded_terms
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = []
    for i in range(t, T + 1):
        term = W_qh.T @ dL_do[T + t - i - 1]
        for _ in range(T - i):
            term = W_hh.T @ term
        rows.append(term)
    return rows


# %% parameter_grads
def parameter_grads(x, h, dL_do, dL_dh):
    dL_dW_hx, dL_dW_hh, dL_dW_qh = 0, 0, 0
    for t in range(1, len(x) + 1):
        dL_dW_hx = dL_dW_hx + np.outer(dL_dh[t - 1], x[t - 1])
        dL_dW_hh = dL_dW_hh + np.outer(dL_dh[t - 1], h[t - 1])
        dL_dW_qh = dL_dW_qh + np.outer(dL_do[t - 1], h[t])
    return dL_dW_hx, dL_dW_hh, dL_dW_qh


# %% spectral_radius
def spectral_radius(W_hh):
    return max(abs(value) for value in np.linalg.eigvals(W_hh))


# %% amplification
def amplification(dL_dh, dL_do, W_qh):
    A = []
    for t in range(len(dL_dh)):
        arrived = sum(safe_norm(W_qh.T @ row) for row in dL_do[t:])
        A.append(safe_norm(dL_dh[t]) / arrived if arrived else 0)
    return A


# %% detect_explosion
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be larger than 1")
    T = len(dL_dh)
    for t in range(T, 0, -1):
        if not np.all(np.isfinite(dL_dh[t - 1])):
            return "non_finite", t
    if all(not np.any(W_qh.T @ row) for row in dL_do):
        return "no_signal", None
    A = amplification(dL_dh, dL_do, W_qh)
    for t in range(T, 0, -1):
        if A[t - 1] > threshold:
            return "exploding", t
    return "stable", None


# %% written_disagree
# The radius describes what happens after very many steps; a non-normal matrix can grow for a while first.

# %% truncated_hidden_grads
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    rows = []
    for t in range(len(dL_do)):
        row = np.zeros(len(W_hh))
        for late in dL_do[t : t + tau][::-1]:
            row = W_hh.T @ row + W_qh.T @ late
        rows.append(row)
    return rows


# %% clip_gradients
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or any(not np.all(np.isfinite(g)) for g in grads):
        raise ValueError("cannot clip")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / norm if norm > max_norm else 1
    return [factor * g for g in grads]


# %% written_remedies
# Gates (LSTM), orthogonal initialisation, truncation.
