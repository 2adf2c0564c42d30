# %% sum_from_the_front
# mistake: the sum runs from the first step to t
def amplification(dL_dh, dL_do, W_qh):
    T = dL_dh.shape[0]
    norms = np.array([safe_norm(W_qh.T @ dL_do[t]) for t in range(T)])
    A = np.zeros(T)
    for t in range(T):
        s = norms[: t + 1].sum()  # here
        if s > 0:
            A[t] = safe_norm(dL_dh[t]) / s
    return A


# %% ordinary_norm_in_the_numerator
# mistake: np.linalg.norm, which overflows
def amplification(dL_dh, dL_do, W_qh):
    signals = dL_do @ W_qh
    A = np.zeros(len(dL_dh))
    total = 0.0
    for t in range(len(dL_dh) - 1, -1, -1):
        total += safe_norm(signals[t])
        if total > 0:
            A[t] = np.linalg.norm(dL_dh[t]) / total  # here
    return A


# %% total_of_one_step_more
# mistake: the step itself is not in its sum
def amplification(dL_dh, dL_do, W_qh):
    T = len(dL_do)
    norms = [safe_norm(dL_do[t] @ W_qh) for t in range(T)]
    result = []
    for t in range(T):
        bottom = sum(norms[t + 1 :])  # here
        result.append(safe_norm(dL_dh[t]) / bottom if bottom > 0 else 0.0)
    return np.array(result)
