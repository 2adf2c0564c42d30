# %% two_over_T
# mistake: the derivative of the square without the half
def squared_error_grad(o, y):
    T, q = o.shape
    diff = o - y
    grad = 2.0 / T * diff  # here
    return grad


# %% length_of_a_row
# mistake: len of a row, which is q, in place of T
def squared_error_grad(o, y):
    out = []
    for o_t, y_t in zip(o, y):
        out.append((o_t - y_t) / len(o_t))  # here
    return np.array(out)


# %% plus_target
# mistake: the target is added
def squared_error_grad(o, y):
    T = o.shape[0]
    grads = np.empty_like(o)
    for t in range(T):
        grads[t] = o[t] + y[t]  # here
    return grads / T


# %% still_squared
# mistake: the square of the difference stays
def squared_error_grad(o, y):
    T = o.shape[0]
    error = (o - y) ** 2  # here
    return error / T
