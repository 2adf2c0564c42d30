# %% index_and_not_step
# mistake: the index of the row in place of the step
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be larger than 1")
    T = len(dL_dh)
    for t in range(T - 1, -1, -1):
        if not np.all(np.isfinite(dL_dh[t])):
            return "non_finite", t + 1
    signals = dL_do @ W_qh
    if np.all(signals == 0):
        return "no_signal", None
    total = 0.0
    for t in range(T - 1, -1, -1):
        total += safe_norm(signals[t])
        if total > 0 and safe_norm(dL_dh[t]) / total > threshold:
            return "exploding", t  # here
    return "stable", None


# %% walks_forward_for_nan
# mistake: the first bad step from the front
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("bad threshold")
    for t in range(1, len(dL_dh) + 1):  # here
        if not np.isfinite(dL_dh[t - 1]).all():
            return ("non_finite", t)
    s = [safe_norm(W_qh.T @ d) for d in dL_do]
    if max(s) == 0:
        return ("no_signal", None)
    for t in range(len(dL_dh), 0, -1):
        below = sum(s[t - 1 :])
        if below > 0 and safe_norm(dL_dh[t - 1]) > threshold * below:
            return ("exploding", t)
    return ("stable", None)


# %% strictly_below_one
# mistake: a threshold of one is let through
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold < 1:  # here
        raise ValueError("threshold must be above 1")
    finite = np.isfinite(dL_dh).all(axis=1)
    if not finite.all():
        return "non_finite", int(np.where(~finite)[0].max()) + 1
    direct = dL_do @ W_qh
    if not np.any(direct):
        return "no_signal", None
    running = 0.0
    for i in reversed(range(len(direct))):
        running = running + safe_norm(direct[i])
        if running > 0 and safe_norm(dL_dh[i]) / running > threshold:
            return "exploding", i + 1
    return "stable", None


# %% none_forgotten
# mistake: a zero in place of None
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("bad threshold")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return ("non_finite", t)
    s = [safe_norm(W_qh.T @ d) for d in dL_do]
    if max(s) == 0:
        return ("no_signal", None)
    for t in range(len(dL_dh), 0, -1):
        below = sum(s[t - 1 :])
        if below > 0 and safe_norm(dL_dh[t - 1]) > threshold * below:
            return ("exploding", t)
    return ("stable", 0)  # here
