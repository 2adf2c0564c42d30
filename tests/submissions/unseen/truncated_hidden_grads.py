# %% window_one_long
# mistake: one loss too many
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        g = np.zeros(len(W_hh))
        for s in reversed(range(t, min(T, t + tau + 1))):  # here
            g = W_hh.T @ g + W_qh.T @ dL_do[s]
        out[t] = g
    return out


# %% refuses_one
# mistake: tau = 1 is refused
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau <= 1:  # here
        raise ValueError("tau is too small")
    direct = dL_do @ W_qh
    total, term = direct.copy(), direct
    for k in range(1, min(tau, len(direct))):
        term = term[1:] @ W_hh
        total[:-k] += term
    return total


# %% power_from_the_wrong_side
# mistake: W_hh.T where rows are multiplied from the right
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    direct = dL_do @ W_qh
    total, term = direct.copy(), direct
    for k in range(1, min(tau, len(direct))):
        term = term[1:] @ W_hh.T  # here
        total[: len(term)] += term
    return total


# %% direct_of_the_first
# mistake: the direct term of t in place of that of s
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for s in range(t, min(T, t + tau)):
            out[t] += np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[t]  # here
    return out
