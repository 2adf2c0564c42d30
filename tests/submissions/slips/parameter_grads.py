# %% state_of_the_same_step
# mistake: h_t in the gradient of W_hh
def parameter_grads(x, h, dL_do, dL_dh):
    T = x.shape[0]
    gx = np.zeros((h.shape[1], x.shape[1]))
    gh = np.zeros((h.shape[1], h.shape[1]))
    gq = np.zeros((dL_do.shape[1], h.shape[1]))
    for t in range(T):
        gx += np.outer(dL_dh[t], x[t])
        gh += np.outer(dL_dh[t], h[t + 1])  # here
        gq += np.outer(dL_do[t], h[t + 1])
    return gx, gh, gq


# %% only_the_last_outer
# mistake: = in place of += for one of three
def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    dW_hx, dW_hh, dW_qh = 0, 0, 0
    for t in range(1, T + 1):
        dW_hx = dW_hx + np.outer(dL_dh[t - 1], x[t - 1])
        dW_hh = dW_hh + np.outer(dL_dh[t - 1], h[t - 1])
        dW_qh = np.outer(dL_do[t - 1], h[t])  # here
    return dW_hx, dW_hh, dW_qh


# %% einsum_letters
# mistake: two letters of the sum are the wrong way round
def parameter_grads(x, h, dL_do, dL_dh):
    a = np.einsum("th,td->hd", dL_dh, x)
    b = np.einsum("ti,tj->ji", dL_dh, h[:-1])  # here
    c = np.einsum("tq,th->qh", dL_do, h[1:])
    return a, b, c


# %% swapped_in_return
# mistake: the order of what is returned
def parameter_grads(x, h, dL_do, dL_dh):
    W_hx_grad = dL_dh.T @ x
    W_hh_grad = dL_dh.T @ h[:-1]
    W_qh_grad = dL_do.T @ h[1:]
    return W_hh_grad, W_hx_grad, W_qh_grad  # here


# %% mean_over_time
# mistake: divided by T again, in one of three
def parameter_grads(x, h, dL_do, dL_dh):
    T = x.shape[0]
    first = dL_dh.T @ x
    second = dL_dh.T @ h[:T] / T  # here
    third = dL_do.T @ h[1:]
    return first, second, third
