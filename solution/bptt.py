"""The reference for back-propagation through time in a linear recurrent network.

    h_t = W_hx x_t + W_hh h_{t-1}          o_t = W_qh h_t          L = (1/T) Σ_t l(o_t, y_t)

Time is the first axis: row t-1 of ``x``, ``o``, ``dL_do`` and ``dL_dh`` belongs to step t = 1 … T, while ``h`` also
holds the initial state, so that ``h[t]`` is h_t. ``dL_dX`` is ∂L/∂X and has the shape of X. All arrays are float64.
One function per task; each one's docstring is what the student reads above an empty body. Equation numbers are those
of the narrative in ``bptt.md``.
"""

import numpy as np


def squared_error(o, y):
    """L = (1/T) Σ_t ½‖o_t − y_t‖² (3). o and y: (T, q). Returns a float."""
    return float(np.sum((o - y) ** 2) / 2 / len(o))


def cross_entropy(o, y):
    """L = (1/T) Σ_t −log softmax(o_t)[y_t] (4). o: (T, q), y: (T,) labels. Returns a float."""
    return float(np.mean(np.logaddexp.reduce(o, axis=1) - o[np.arange(len(o)), y]))


def safe_norm(g):
    """‖g‖, the L2 norm of all entries of g, without overflow or underflow on the way. Returns a float."""
    g = np.abs(np.asarray(g, dtype=float))
    largest = g.max(initial=0.0)
    if largest == 0 or not np.isfinite(largest):
        return float(largest)
    return float(largest * np.sqrt(np.sum((g / largest) ** 2)))


def forward(x, h_0, W_hx, W_hh, W_qh):
    """Run the network: h_t = W_hx x_t + W_hh h_{t-1} (1) and o_t = W_qh h_t (2).

    x: (T, d), h_0: (h,), W_hx: (h, d), W_hh: (h, h), W_qh: (q, h).
    Returns (h, o): h of shape (T+1, h) with h[0] = h_0, and o of shape (T, q).
    """
    driven = x @ W_hx.T
    h = np.empty((len(x) + 1, len(h_0)))
    h[0] = h_0
    for t in range(1, len(x) + 1):
        h[t] = driven[t - 1] + W_hh @ h[t - 1]
    return h, h[1:] @ W_qh.T


def squared_error_grad(o, y):
    """∂L/∂o_t (5) for the squared error (3), L = (1/T) Σ_t ½‖o_t − y_t‖².

    o, y: (T, q). Returns dL_do of shape (T, q).
    """
    return (o - y) / len(o)


def cross_entropy_grad(o, y):
    """∂L/∂o_t (5) for the cross-entropy (4), L = (1/T) Σ_t −log softmax(o_t)[y_t].

    o: (T, q), entries up to ±1e4; y: (T,) integer class labels.
    Returns dL_do of shape (T, q), always finite.
    """
    weights = np.exp(o - o.max(axis=1, keepdims=True))
    dL_do = weights / weights.sum(axis=1, keepdims=True)
    dL_do[np.arange(len(o)), y] -= 1
    return dL_do / len(o)


def hidden_grads(dL_do, W_hh, W_qh):
    """∂L/∂h_t by the recursion (7), (8), walking back from t = T, in work proportional to T.

        ∂L/∂h_T = W_qhᵀ ∂L/∂o_T          ∂L/∂h_t = W_hhᵀ ∂L/∂h_{t+1} + W_qhᵀ ∂L/∂o_t

    dL_do: (T, q), W_hh: (h, h), W_qh: (q, h).
    Returns dL_dh of shape (T, h); dL_dh[t-1] is ∂L/∂h_t.
    """
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 1, 0, -1):
        dL_dh[t - 1] += W_hh.T @ dL_dh[t]
    return dL_dh


def expanded_terms(dL_do, W_hh, W_qh, t):
    """The terms of the expanded form (9) of ∂L/∂h_t, one row for each i = t … T.

        ∂L/∂h_t = Σ_{i=t}^{T} (W_hhᵀ)^{T−i} W_qhᵀ ∂L/∂o_{T+t−i}

    dL_do: (T, q), W_hh: (h, h), W_qh: (q, h), 1 ≤ t ≤ T.
    Returns an array of shape (T−t+1, h) whose row i−t is the term of i; the rows sum to ∂L/∂h_t.
    """
    terms = (dL_do[t - 1 :] @ W_qh)[::-1]
    for i in range(len(terms) - 1):
        terms[: len(terms) - 1 - i] = terms[: len(terms) - 1 - i] @ W_hh
    return terms


def parameter_grads(x, h, dL_do, dL_dh):
    """The gradients of the parameters (10), (11), (6), each a sum of outer products over time.

        ∂L/∂W_hx = Σ_t ∂L/∂h_t x_tᵀ          ∂L/∂W_hh = Σ_t ∂L/∂h_t h_{t−1}ᵀ
        ∂L/∂W_qh = Σ_t ∂L/∂o_t h_tᵀ

    x: (T, d), h: (T+1, h) with h[t] = h_t, dL_do: (T, q), dL_dh: (T, h).
    Returns (dL_dW_hx, dL_dW_hh, dL_dW_qh) of shapes (h, d), (h, h), (q, h).
    """
    return dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]


def spectral_radius(W_hh):
    """ρ(W_hh) = max |λ| over the eigenvalues λ of W_hh (12), complex ones included.

    W_hh: (h, h). Returns one real number.
    """
    return np.abs(np.linalg.eigvals(W_hh)).max()


def amplification(dL_dh, dL_do, W_qh):
    """How much larger ∂L/∂h_t is than the signals that made it (13).

        A_t = ‖∂L/∂h_t‖ / Σ_{s=t}^{T} ‖W_qhᵀ ∂L/∂o_s‖,  and 0 where the sum is 0

    dL_dh: (T, h), dL_do: (T, q), W_qh: (q, h).
    Returns an array of shape (T,) with A_t in place t−1; it is the same for a loss scaled by
    1e-200 or by 1e200, so take the norms with ``safe_norm``.
    """
    signal = np.array([safe_norm(row) for row in dL_do @ W_qh])
    arriving = np.cumsum(signal[::-1])[::-1]
    gradient = np.array([safe_norm(row) for row in dL_dh])
    return np.divide(gradient, arriving, out=np.zeros(len(dL_dh)), where=arriving > 0)


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    """Say whether the gradient explodes on its way back, and at which step. Decide in this order:

        1. threshold ≤ 1: raise ValueError.
        2. dL_dh holds a non-finite entry: ("non_finite", t).
        3. every W_qhᵀ ∂L/∂o_s is exactly zero: ("no_signal", None).
        4. some A_t (13) is larger than threshold: ("exploding", t).
        5. otherwise: ("stable", None).

    t is the first such step met when walking back from T, so the largest.
    dL_dh: (T, h), dL_do: (T, q), W_qh: (q, h).
    Returns (status, t): a string and an integer or None.
    """
    if threshold <= 1:
        raise ValueError(f"threshold must be larger than 1, got {threshold}")
    non_finite = ~np.isfinite(dL_dh).all(axis=1)
    if non_finite.any():
        return "non_finite", int(np.flatnonzero(non_finite)[-1]) + 1
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    arriving = 0.0
    for t in range(len(dL_dh), 0, -1):
        arriving += safe_norm(dL_do[t - 1] @ W_qh)
        if arriving > 0 and safe_norm(dL_dh[t - 1]) / arriving > threshold:
            return "exploding", t
    return "stable", None


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    """∂L/∂h_t of truncated back-propagation (14): only the tau nearest losses reach back to h_t.

        ∂L/∂h_t ≈ Σ_{s=t}^{min(T, t+tau−1)} (W_hhᵀ)^{s−t} W_qhᵀ ∂L/∂o_s

    dL_do: (T, q), W_hh: (h, h), W_qh: (q, h), tau ≥ 1, else raise ValueError.
    Returns an array of shape (T, h): for tau ≥ T it is ∂L/∂h_t, for tau = 1 the direct term alone.
    """
    if tau < 1:
        raise ValueError(f"tau must be at least 1, got {tau}")
    carried = dL_do @ W_qh
    dL_dh = carried.copy()
    for _ in range(1, tau):
        if len(carried) == 1:
            break
        carried = carried[1:] @ W_hh
        dL_dh[: len(carried)] += carried
    return dL_dh


def clip_gradients(grads, max_norm):
    """Clip by the joint norm (15): all arrays times the one factor min(1, max_norm / ‖grads‖).

    ‖grads‖ is the L2 norm of all entries of all arrays together, entries up to 1e300 included.
    grads: a list of arrays, max_norm > 0.
    Returns a new list of new arrays, also where nothing is clipped, and leaves the old ones as they are.
    Raises ValueError where an entry is not finite or max_norm ≤ 0.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm must be positive, got {max_norm}")
    norm = safe_norm([safe_norm(g) for g in grads])
    if not np.isfinite(norm):
        raise ValueError("a gradient holds an entry that is not finite")
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads]
