# %% power_entry_by_entry
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([(W_hh.T ** (T - i)) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])

# %% without_the_last
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T)])

# %% added_up
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return sum(np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1))

# %% index_one_too_high
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i] for i in range(t, T + 1)])

# %% negative_power
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, i - T) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])

