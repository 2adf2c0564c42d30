# %% power_one_too_low
# mistake: the exponent is one too low
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = dL_do.shape[0]
    rows = np.zeros((T - t + 1, W_hh.shape[0]))
    for i in range(t, T + 1):
        P = np.linalg.matrix_power(W_hh.T, max(T - i - 1, 0))  # here
        rows[i - t] = P @ (W_qh.T @ dL_do[T + t - i - 1])
    return rows


# %% output_not_shifted
# mistake: o_{T+t-i} is read one row too late
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = []
    for i in range(t, T + 1):
        v = W_qh.T @ dL_do[min(T + t - i, T - 1)]  # here
        rows.append(np.linalg.matrix_power(W_hh.T, T - i) @ v)
    return np.array(rows)


# %% multiplied_from_the_other_side
# mistake: v @ W_hh.T is W_hh v
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = dL_do.shape[0]
    rows = []
    for k in range(T - t, -1, -1):
        v = dL_do[t - 1 + k] @ W_qh
        for _ in range(k):
            v = v @ W_hh.T  # here
        rows.append(v)
    return np.stack(rows)
