# %% window_one_short
# mistake: the window ends one step early
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    out = np.zeros((T, W_hh.shape[0]))
    for t in range(T):
        for s in range(t, min(T, t + tau - 1)):  # here
            out[t] += np.linalg.matrix_power(W_hh.T, s - t) @ (W_qh.T @ dL_do[s])
    return out


# %% tau_zero_allowed
# mistake: tau = 0 is let through
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 0:  # here
        raise ValueError("tau must be positive")
    direct = dL_do @ W_qh
    out = direct.copy()
    term = direct
    for k in range(1, min(tau, len(direct))):
        term = term[1:] @ W_hh
        out[: len(direct) - k] += term
    return out


# %% power_of_the_step
# mistake: the power is the step and not the distance
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = dL_do.shape[0]
    g = np.zeros((T, W_qh.shape[1]))
    for t in range(T):
        last = min(T, t + tau)
        for s in range(t, last):
            g[t] += np.linalg.matrix_power(W_hh.T, s) @ W_qh.T @ dL_do[s]  # here
    return g
