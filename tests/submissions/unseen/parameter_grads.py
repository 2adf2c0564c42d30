# %% outer_turned_round
# mistake: the two factors of an outer product are exchanged
def parameter_grads(x, h, dL_do, dL_dh):
    dWx = sum(np.outer(dL_dh[t], x[t]) for t in range(len(x)))
    dWh = sum(np.outer(h[t], dL_dh[t]) for t in range(len(x)))  # here
    dWq = sum(np.outer(dL_do[t], h[t + 1]) for t in range(len(x)))
    return dWx, dWh, dWq


# %% first_step_missing
# mistake: the sum starts with the second step
def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    gx, gh, gq = np.zeros((h.shape[1], x.shape[1])), np.zeros((h.shape[1],) * 2), np.zeros((dL_do.shape[1], h.shape[1]))
    for t in range(1, T):  # here
        gx += np.outer(dL_dh[t], x[t])
        gh += np.outer(dL_dh[t], h[t])
        gq += np.outer(dL_do[t], h[t + 1])
    return gx, gh, gq


# %% initial_state_for_outputs
# mistake: the outputs are paired with the states before them
def parameter_grads(x, h, dL_do, dL_dh):
    before, after = h[:-1], h[1:]
    return dL_dh.T @ x, dL_dh.T @ before, dL_do.T @ before  # here


# %% averaged
# mistake: a mean in place of a sum
def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    gx = np.zeros((dL_dh.shape[1], x.shape[1]))
    for t in range(T):
        gx += np.outer(dL_dh[t], x[t])
    gx /= T  # here
    gh = dL_dh.T @ h[:-1]
    gq = dL_do.T @ h[1:]
    return gx, gh, gq
