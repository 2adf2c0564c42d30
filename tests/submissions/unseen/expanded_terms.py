# %% power_of_i
# mistake: the exponent is i − t
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    out = []
    for i in range(t, T + 1):
        d = W_qh.T @ dL_do[T + t - i - 1]
        out.append(np.linalg.matrix_power(W_hh.T, i - t) @ d)  # here
    return np.array(out)


# %% rows_from_the_near_end
# mistake: the rows come in the order of the steps
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    out = np.zeros((T - t + 1, len(W_hh)))
    P = np.eye(len(W_hh))
    for k in range(T - t + 1):
        out[k] = P @ W_qh.T @ dL_do[t - 1 + k]  # here
        P = P @ W_hh.T
    return out


# %% power_grows_before_use
# mistake: the power is raised before its first use
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    P = np.eye(len(W_hh))
    terms = []
    for s in range(t, T + 1):
        P = W_hh.T @ P  # here
        terms.insert(0, P @ (W_qh.T @ dL_do[s - 1]))
    return np.array(terms)
