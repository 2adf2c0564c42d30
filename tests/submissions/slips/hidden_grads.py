# %% direct_of_the_next_step
# mistake: the direct term is that of the next step
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    dL_dh = np.zeros((T, W_hh.shape[0]))
    dL_dh[T - 1] = W_qh.T @ dL_do[T - 1]
    for t in range(T - 2, -1, -1):
        dL_dh[t] = W_hh.T @ dL_dh[t + 1] + W_qh.T @ dL_do[t + 1]  # here
    return dL_dh


# %% carry_not_updated
# mistake: the carried vector is the last step's, always
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    out = np.zeros((T, W_hh.shape[0]))
    last = dL_do[-1] @ W_qh
    out[-1] = last
    for t in reversed(range(T - 1)):
        out[t] = W_hh.T @ last + dL_do[t] @ W_qh  # here
    return out


# %% stops_before_the_first
# mistake: the loop ends before t = 0
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    grads = np.zeros((T, W_qh.shape[1]))
    for t in range(T - 1, 0, -1):  # here
        grads[t] = np.dot(W_qh.T, dL_do[t])
        if t < T - 1:
            grads[t] += np.dot(W_hh.T, grads[t + 1])
    return grads


# %% not_reversed_at_the_end
# mistake: the list is left in the order of the walk
def hidden_grads(dL_do, W_hh, W_qh):
    grads = []
    g = np.zeros(W_hh.shape[0])
    for d in reversed(dL_do):
        g = W_hh.T @ g + W_qh.T @ d
        grads.append(g)
    return np.array(grads)  # here


# %% carried_twice
# mistake: W_hh twice
def hidden_grads(dL_do, W_hh, W_qh):
    T, _ = dL_do.shape
    A = W_hh.T @ W_hh.T  # here
    g = dL_do @ W_qh
    for t in range(T - 2, -1, -1):
        g[t] = g[t] + A @ g[t + 1]
    return g


# %% assigned_and_not_added
# mistake: = where += is asked for
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 1, 0, -1):
        g[t - 1] = W_hh.T @ g[t]  # here
    return g
