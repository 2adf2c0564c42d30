# %% ratio_to_own_signal
# mistake: only the step's own signal is in the denominator
def amplification(dL_dh, dL_do, W_qh):
    T = len(dL_dh)
    direct = dL_do @ W_qh
    A = np.zeros(T)
    for t in range(T - 1, -1, -1):
        total = safe_norm(direct[t])  # here
        A[t] = safe_norm(dL_dh[t]) / total if total > 0 else 0.0
    return A


# %% cumsum_from_the_front
# mistake: the running sum starts at the first step
def amplification(dL_dh, dL_do, W_qh):
    signal = np.array([safe_norm(W_qh.T @ d) for d in dL_do])
    arriving = np.cumsum(signal)  # here
    size = np.array([safe_norm(g) for g in dL_dh])
    return np.divide(size, arriving, out=np.zeros_like(size), where=arriving > 0)


# %% signals_without_the_matrix
# mistake: the norms of dL_do itself
def amplification(dL_dh, dL_do, W_qh):
    A, total = [], 0.0
    for g, d in zip(dL_dh[::-1], dL_do[::-1]):
        total = total + safe_norm(d)  # here
        A.append(safe_norm(g) / total if total else 0.0)
    return np.array(A[::-1])


# %% division_by_zero
# mistake: nothing is done where the sum is zero
def amplification(dL_dh, dL_do, W_qh):
    T = len(dL_dh)
    n = [safe_norm(row) for row in dL_do @ W_qh]
    return np.array([safe_norm(dL_dh[t]) / np.float64(sum(n[t:])) for t in range(T)])  # here
