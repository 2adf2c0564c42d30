"""Changes the arguments in place and keeps results in a global buffer."""
# starts from: solved

# %% squared_error_grad
def squared_error_grad(o, y):
    o -= y
    o /= len(o)
    return o


# %% amplification
buffer = np.zeros(100)


def amplification(dL_dh, dL_do, W_qh):
    T = len(dL_dh)
    signal = [safe_norm(row) for row in dL_do @ W_qh]
    for t in range(T):
        arrived = sum(signal[t:])
        buffer[t] = safe_norm(dL_dh[t]) / arrived if arrived else 0
    return buffer[:T]
