"""Believes that 1/T and the transpose do not matter."""
# starts from: solved

# %% squared_error_grad
def squared_error_grad(o, y):
    return o - y


# %% hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 2, -1, -1):
        dL_dh[t] += W_hh @ dL_dh[t + 1]
    return dL_dh


# %% parameter_grads
def parameter_grads(x, h, dL_do, dL_dh):
    dL_dW_hh = sum(np.outer(dL_dh[t - 1], h[t]) for t in range(1, len(x) + 1))
    return dL_dh.T @ x, dL_dW_hh, dL_do.T @ h[1:]
