# %% plain_norm
def amplification(dL_dh, dL_do, W_qh):
    sent = np.linalg.norm(dL_do @ W_qh, axis=1)
    total = np.cumsum(sent[::-1])[::-1]
    return np.where(total > 0, np.linalg.norm(dL_dh, axis=1) / np.where(total > 0, total, 1), 0)

# %% zero_by_zero
def amplification(dL_dh, dL_do, W_qh):
    sent = np.array([safe_norm(g) for g in dL_do @ W_qh])
    total = np.cumsum(sent[::-1])[::-1]
    return np.array([safe_norm(g) for g in dL_dh]) / total

# %% sums_from_the_start
def amplification(dL_dh, dL_do, W_qh):
    total = np.cumsum([safe_norm(g) for g in dL_do @ W_qh])
    norms = np.array([safe_norm(g) for g in dL_dh])
    return np.array([n / s if s else 0.0 for n, s in zip(norms, total)])

# %% one_for_all_steps
def amplification(dL_dh, dL_do, W_qh):
    return safe_norm(dL_dh) / sum(safe_norm(g) for g in dL_do @ W_qh)

# %% python_zero_division
def amplification(dL_dh, dL_do, W_qh):
    signal = [float(safe_norm(g)) for g in dL_do @ W_qh]
    return [float(safe_norm(dL_dh[t])) / sum(signal[t:]) for t in range(len(dL_dh))]

# %% a_row_for_each_step
def amplification(dL_dh, dL_do, W_qh):
    sent = np.array([safe_norm(g) for g in dL_do @ W_qh])
    total = np.cumsum(sent[::-1])[::-1]
    norms = np.array([safe_norm(g) for g in dL_dh])
    return np.divide(norms, total, out=np.zeros(len(total)), where=total > 0)[:, None]

