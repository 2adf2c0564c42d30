# %% plain_norm_and_nothing_refused
def clip_gradients(grads, max_norm):
    norm = np.sqrt(sum((g ** 2).sum() for g in grads))
    return [g * min(1, max_norm / norm) for g in grads]

# %% one_array_of_all
def clip_gradients(grads, max_norm):
    grads = np.array(grads)
    norm = safe_norm(grads)
    return grads * min(1, max_norm / norm)

# %% a_lazy_map
def clip_gradients(grads, max_norm):
    norm = safe_norm([safe_norm(g) for g in grads])
    if not np.isfinite(norm) or max_norm <= 0:
        raise ValueError("refused")
    return map(lambda g: g * min(1, max_norm / norm) if norm else g.copy(), grads)

# %% each_alone_and_nothing_refused
def clip_gradients(grads, max_norm):
    return [g * min(1, max_norm / safe_norm(g)) if safe_norm(g) else g.copy() for g in grads]

# %% in_place_and_nothing_returned
def clip_gradients(grads, max_norm):
    norm = safe_norm([safe_norm(g) for g in grads])
    if not np.isfinite(norm) or max_norm <= 0:
        raise ValueError("refused")
    for g in grads:
        g *= min(1, max_norm / norm) if norm else 1

# %% by_value_and_nothing_refused
def clip_gradients(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads]

# %% joined_into_one
def clip_gradients(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads])
    norm = safe_norm(flat)
    if not np.isfinite(norm) or max_norm <= 0:
        raise ValueError("refused")
    return flat * (max_norm / norm if norm > max_norm else 1.0)

# %% says_none_for_refused
def clip_gradients(grads, max_norm):
    norm = safe_norm([safe_norm(g) for g in grads])
    if not np.isfinite(norm) or max_norm <= 0:
        return None
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]

