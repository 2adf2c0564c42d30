# %% largest_amplification_at_least
# mistake: >= in the comparison with the threshold
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    T = len(dL_dh)
    for t in range(T, 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    s = [safe_norm(row) for row in dL_do @ W_qh]
    if sum(s) == 0:
        return "no_signal", None
    for t in range(T, 0, -1):
        total = sum(s[t - 1 :])
        if total and safe_norm(dL_dh[t - 1]) / total >= threshold:  # here
            return "exploding", t
    return "stable", None


# %% stops_at_the_second_step
# mistake: the walk never looks at t = 1
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if not threshold > 1:
        raise ValueError("threshold must be larger than 1")
    bad = [t + 1 for t in range(len(dL_dh)) if not np.all(np.isfinite(dL_dh[t]))]
    if bad:
        return "non_finite", max(bad)
    direct = dL_do @ W_qh
    if not direct.any():
        return "no_signal", None
    total = 0.0
    for i in range(len(dL_dh) - 1, 0, -1):  # here
        total += safe_norm(direct[i])
        if total > 0 and safe_norm(dL_dh[i]) > threshold * total:
            return "exploding", i + 1
    return "stable", None


# %% only_nan
# mistake: infinite entries are not looked for
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be larger than 1")
    for t in range(len(dL_dh), 0, -1):
        if np.isnan(dL_dh[t - 1]).any():  # here
            return "non_finite", t
    direct = dL_do @ W_qh
    if np.count_nonzero(direct) == 0:
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(direct[t - 1])
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% smallest_step
# mistake: the first exploding step from the front
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold must be larger than 1")
    finite = np.isfinite(dL_dh).all(axis=1)
    if not finite.all():
        return "non_finite", int(np.flatnonzero(~finite)[-1]) + 1
    s = np.array([safe_norm(row) for row in dL_do @ W_qh])
    if not s.any():
        return "no_signal", None
    total = np.cumsum(s[::-1])[::-1]
    for t in range(1, len(dL_dh) + 1):  # here
        if total[t - 1] > 0 and safe_norm(dL_dh[t - 1]) / total[t - 1] > threshold:
            return "exploding", t
    return "stable", None
