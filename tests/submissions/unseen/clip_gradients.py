# %% square_forgotten
# mistake: the norms are added without being squared
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    total = 0.0
    for g in grads:
        total += safe_norm(g)  # here
    scale = max_norm / total if total > max_norm else 1.0
    return [g * scale for g in grads]


# %% writes_into_the_arrays
# mistake: the arrays of the caller are scaled
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    norm = safe_norm([safe_norm(g) for g in grads])
    if not np.isfinite(norm):
        raise ValueError("not finite")
    scale = min(1.0, max_norm / norm) if norm else 1.0
    out = []
    for g in grads:
        g *= scale  # here
        out.append(g)
    return out


# %% nan_only
# mistake: infinite entries are let through
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    for g in grads:
        if np.any(np.isnan(g)):  # here
            raise ValueError("not finite")
    norm = safe_norm(np.concatenate([g.ravel() for g in grads]))
    if norm <= max_norm:
        return [g.copy() for g in grads]
    return [g * (max_norm / norm) for g in grads]


# %% zero_allowed
# mistake: max_norm = 0 is let through
def clip_gradients(grads, max_norm):
    if max_norm < 0:  # here
        raise ValueError("max_norm")
    norm = safe_norm([safe_norm(g) for g in grads])
    if not np.isfinite(norm):
        raise ValueError("not finite")
    factor = 1.0 if norm <= max_norm else max_norm / norm
    return [factor * g for g in grads]
