# %% double_loop
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    for t in range(T):
        c = W_qh.T @ dL_do[T - 1]
        for s in range(T - 2, t - 1, -1):
            c = W_hh.T @ c + W_qh.T @ dL_do[s]
        g[t] = c
    return g


# %% powers_anew
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    for t in range(T):
        P = np.eye(len(W_hh))
        for s in range(t, T):
            g[t] += P @ (W_qh.T @ dL_do[s])
            P = P @ W_hh.T
    return g


# %% matrix_power_in_a_sum
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    return np.array([sum(np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s] for s in range(t, T)) for t in range(T)])


# %% np_vstack
def hidden_grads(dL_do, W_hh, W_qh):
    g = W_qh.T @ dL_do[-1]
    out = g[None]
    for t in range(len(dL_do) - 2, -1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out = np.vstack([g, out])
    return out


# %% np_append
def hidden_grads(dL_do, W_hh, W_qh):
    g = W_qh.T @ dL_do[-1]
    out = g[None]
    for t in range(len(dL_do) - 2, -1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out = np.append(g[None], out, axis=0)
    return out


# %% np_insert
def hidden_grads(dL_do, W_hh, W_qh):
    g = W_qh.T @ dL_do[-1]
    out = g[None]
    for t in range(len(dL_do) - 2, -1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out = np.insert(out, 0, g, axis=0)
    return out


# %% np_concatenate
def hidden_grads(dL_do, W_hh, W_qh):
    g = W_qh.T @ dL_do[-1]
    out = g[None]
    for t in range(len(dL_do) - 2, -1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out = np.concatenate([g[None], out])
    return out


# %% np_append_flat
def hidden_grads(dL_do, W_hh, W_qh):
    g = W_qh.T @ dL_do[-1]
    out = g
    for t in range(len(dL_do) - 2, -1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out = np.append(g, out)
    return out.reshape(len(dL_do), -1)


# %% toeplitz_blocks
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    n = len(W_hh)
    P = [np.eye(n)]
    for _ in range(T - 1):
        P.append(P[-1] @ W_hh)
    B = np.zeros((T, T, n, n))
    for t in range(T):
        for s in range(t, T):
            B[t, s] = P[s - t]
    return np.einsum("tsij,si->tj", B, dL_do @ W_qh)


# %% toeplitz_by_index
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    n = len(W_hh)
    P = np.zeros((T, n, n))
    P[0] = np.eye(n)
    for k in range(1, T):
        P[k] = P[k - 1] @ W_hh
    i = np.arange(T)
    k = i[None] - i[:, None]
    return np.einsum("tsij,si->tj", np.where((k >= 0)[:, :, None, None], P[np.maximum(k, 0)], 0.0), dL_do @ W_qh)


# %% one_product_for_each_t
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    n = len(W_hh)
    P = np.zeros((T, n, n))
    P[0] = np.eye(n)
    for k in range(1, T):
        P[k] = P[k - 1] @ W_hh
    F = P.reshape(T * n, n)
    D = dL_do @ W_qh
    out = np.zeros((T, n))
    for t in range(T):
        out[t] = D[t:].ravel() @ F[: (T - t) * n]
    return out


# %% einsum_for_each_t
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    n = len(W_hh)
    P = np.zeros((T, n, n))
    P[0] = np.eye(n)
    for k in range(1, T):
        P[k] = P[k - 1] @ W_hh
    D = dL_do @ W_qh
    return np.array([np.einsum("ki,kij->j", D[t:], P[: T - t]) for t in range(T)])


# %% a_product_for_each_distance
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    n = len(W_hh)
    P = np.zeros((T, n, n))
    P[0] = np.eye(n)
    for k in range(1, T):
        P[k] = P[k - 1] @ W_hh
    D = dL_do @ W_qh
    out = np.zeros((T, n))
    for k in range(T):
        out[: T - k] += D[k:] @ P[k]
    return out


# %% recursion_for_each_t
def hidden_grads(dL_do, W_hh, W_qh):
    def f(t):
        return W_qh.T @ dL_do[t] + (W_hh.T @ f(t + 1) if t + 1 < len(dL_do) else 0)

    return np.array([f(t) for t in range(len(dL_do))])


# %% a_copy_at_each_step
def hidden_grads(dL_do, W_hh, W_qh):
    out = np.zeros((len(dL_do) + 1, len(W_hh)))
    for t in range(len(dL_do) - 1, -1, -1):
        out = out.copy()
        out[t] = W_hh.T @ out[t + 1] + W_qh.T @ dL_do[t]
    return out[:-1]


# %% all_steps_at_each_step
def hidden_grads(dL_do, W_hh, W_qh):
    g = np.zeros((len(dL_do) + 1, len(W_hh)))
    D = dL_do @ W_qh
    for _ in range(len(dL_do)):
        g[:-1] = D + g[1:] @ W_hh
    return g[:-1]


# %% one_large_system
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    n = len(W_hh)
    A = np.eye(T * n)
    for t in range(T - 1):
        A[t * n : (t + 1) * n, (t + 1) * n : (t + 2) * n] = -W_hh.T
    return np.linalg.solve(A, (dL_do @ W_qh).ravel()).reshape(T, n)


# %% matrix_class
class Matrix:
    def __init__(self, m, n):
        self.rows = [[0.0] * n for _ in range(m)]

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def __setitem__(self, ij, value):
        i, j = ij
        self.rows[i][j] = value


def filled(array):
    M = Matrix(*array.shape)
    M.rows = array.tolist()
    return M


def add_product(C, A, b, n, m):
    for i in range(n):
        for k in range(m):
            C[i, 0] = C[i, 0] + A[k, i] * b[k, 0]


def hidden_grads(dL_do, W_hh, W_qh):
    n, q = len(W_hh), len(W_qh)
    A, B, out = filled(W_hh), filled(W_qh), []
    for t in range(len(dL_do)):
        g = Matrix(n, 1)
        for d in dL_do[t:][::-1]:
            new = Matrix(n, 1)
            add_product(new, A, g, n, n)
            add_product(new, B, filled(d[:, None]), n, q)
            g = new
        out.append([row[0] for row in g.rows])
    return out
