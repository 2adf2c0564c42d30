"""A syntax error in one cell; the rest is right."""
# starts from: solved

# %% hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 1, 0, -1)
        dL_dh[t - 1] += W_hh.T @ dL_dh[t]
    return dL_dh
