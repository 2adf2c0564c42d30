"""Confuses eigenvalues with singular values, a window with chunks, and clips with a norm that overflows."""
# starts from: solved

# %% spectral_radius
def spectral_radius(W_hh):
    return np.linalg.svd(W_hh, compute_uv=False)[0]


# %% truncated_hidden_grads
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 2, -1, -1):
        if (t + 1) % tau:
            dL_dh[t] += W_hh.T @ dL_dh[t + 1]
    return dL_dh


# %% clip_gradients
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("cannot clip")
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * max_norm / norm if norm > max_norm else g for g in grads]
