# %% recursion_on_the_row_before
# mistake: the loop reads the row before, which is still zero
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    dh = np.zeros((T, W_hh.shape[0]))
    dh[T - 1] = W_qh.T @ dL_do[T - 1]
    for t in range(T - 2, -1, -1):
        dh[t] = W_qh.T @ dL_do[t] + W_hh.T @ dh[t - 1]  # here
    return dh


# %% direct_not_added
# mistake: the direct term overwrites what is carried
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    dh = np.zeros((T, W_hh.shape[0]))
    carry = np.zeros(W_hh.shape[0])
    for t in reversed(range(T)):
        dh[t] = W_qh.T @ dL_do[t]  # here
        carry = W_hh.T @ dh[t]  # here
    return dh


# %% divided_again
# mistake: 1/T once more, in the direct term
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    direct = dL_do.dot(W_qh) / T  # here
    out = direct.copy()
    for t in range(T - 2, -1, -1):
        out[t] = direct[t] + out[t + 1].dot(W_hh)
    return out


# %% inserted_at_the_end
# mistake: rows are appended although the walk goes back
def hidden_grads(dL_do, W_hh, W_qh):
    rows = []
    back = np.zeros(len(W_hh))
    for t in range(len(dL_do) - 1, -1, -1):
        back = W_qh.T @ dL_do[t] + W_hh.T @ back
        rows.append(back)  # here
    return np.stack(rows)  # here


# %% columns_of_W_hh
# mistake: einsum sums over the wrong index
def hidden_grads(dL_do, W_hh, W_qh):
    g = np.einsum("tq,qh->th", dL_do, W_qh)
    for t in range(len(g) - 2, -1, -1):
        g[t] = g[t] + np.einsum("ij,j->i", W_hh, g[t + 1])  # here
    return g
