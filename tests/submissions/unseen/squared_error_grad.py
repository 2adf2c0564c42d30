# %% mean_over_both_axes
# mistake: the mean over all entries
def squared_error_grad(o, y):
    T, q = o.shape
    n = T * q  # here
    return (o - y) / n


# %% half_kept
# mistake: a half too many
def squared_error_grad(o, y):
    T = len(y)
    g = np.zeros_like(o)
    for t in range(T):
        for k in range(o.shape[1]):
            g[t, k] = 0.5 * (o[t, k] - y[t, k]) / T  # here
    return g


# %% target_minus_output
# mistake: the difference is turned round
def squared_error_grad(o, y):
    residual = np.subtract(y, o)  # here
    return residual / o.shape[0]
