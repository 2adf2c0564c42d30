# %% less_than_in_place_of_more
# mistake: the comparison is the wrong way round
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    for g in grads:
        if not np.all(np.isfinite(g)):
            raise ValueError("gradient is not finite")
    total = safe_norm([safe_norm(g) for g in grads])
    scale = 1.0
    if total < max_norm:  # here
        scale = max_norm / total
    return [g * scale for g in grads]


# %% ordinary_norm
# mistake: the ordinary norm of the norms, which overflows
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    if any(not np.isfinite(g).all() for g in grads):
        raise ValueError("gradient is not finite")
    norms = np.array([safe_norm(g) for g in grads])
    total = np.linalg.norm(norms)  # here
    factor = min(1.0, max_norm / total) if total > 0 else 1.0
    return [factor * g for g in grads]


# %% returns_the_old_ones
# mistake: where nothing is clipped the old arrays come back
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or any(not np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    total = safe_norm(np.concatenate([g.ravel() for g in grads]))
    result = []
    for g in grads:
        if total > max_norm:
            g = g * (max_norm / total)
        result.append(g)  # here
    return result
