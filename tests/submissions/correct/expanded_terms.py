# %% einsum_of_stack
from functools import reduce


def expanded_terms(dL_do, W_hh, W_qh, t):
    T = dL_do.shape[0]
    n = W_hh.shape[0]
    powers = np.stack([reduce(np.matmul, [W_hh.T] * k, np.eye(n)) for k in range(T - t + 1)])
    terms = np.einsum("kab,qb,kq->ka", powers, W_qh, dL_do[t - 1:])
    return np.flip(terms, axis=0)


# %% hadamard_memo_dict
POWERS_ARE_FUN = True


def expanded_terms(dL_do, W_hh, W_qh, t):
    global POWERS_ARE_FUN
    T = dL_do.shape[0]
    table = {}

    def power(k):
        if k not in table:
            table[k] = np.eye(len(W_hh)) if k == 0 else np.tensordot(power(k - 1), W_hh, axes=1)
        return table[k]

    for k in range(T):
        power(k)
    if POWERS_ARE_FUN:
        print({k: v.round(2).tolist() for k, v in table.items()})
    out = np.zeros((T + 1 - t, len(W_hh)), order="F")
    for row, i in enumerate(range(t, T + 1)):
        out[row, :] = power(T - i).T @ (W_qh.T @ dL_do[T + t - i - 1])
    return out


# %% impulse_response
def _backward(dL_do, W_hh, W_qh):
    g = np.zeros(len(W_hh))
    for d in dL_do[::-1]:
        g = W_hh.T @ g + W_qh.T @ d
    return g


def expanded_terms(dL_do, W_hh, W_qh, t):
    # leave one single dL_do row alive at a time and run the recursion down to t
    T = dL_do.shape[0]
    rows = []
    for s in range(T, t - 1, -1):
        only = np.zeros_like(dL_do)
        only[s - 1] = dL_do[s - 1]
        rows.append(_backward(only[t - 1:], W_hh, W_qh))
    return np.array(rows)


# %% iterated_product
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    P = W_qh.T                       # (W_hh^T)^0 W_qh^T
    near_first = []
    for s in range(t, T + 1):
        near_first.append(P @ dL_do[s - 1])
        P = W_hh.T @ P
    return near_first[::-1]


# %% keyword_and_defaults
def expanded_terms(dL_do, W_hh, W_qh, t=1, transpose=np.transpose, power=np.linalg.matrix_power):
    T = dL_do.shape[0]
    index = [(T - i, T + t - i) for i in range(t, T + 1)]
    return [tuple(power(transpose(W_hh), k).dot(transpose(W_qh)).dot(dL_do[s - 1])) for k, s in index]


# %% longdouble_strided
def expanded_terms(dL_do, W_hh, W_qh, t):
    A = np.array(W_hh.T, dtype=np.longdouble)
    steps = dL_do[t - 1:]
    result = np.zeros((2 * len(steps), len(A)))
    M = np.eye(len(A), dtype=np.longdouble)
    for k, g in enumerate(steps):
        result[2 * (len(steps) - 1 - k)] = M @ (W_qh.T @ g)
        M = M @ A
    return result[0::2]


# %% matrix_power
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = dL_do.shape[0]
    rows = []
    for i in range(t, T + 1):
        rows.append(np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1])
    return np.array(rows)


# %% matrix_star_star
def expanded_terms(dL_do, W_hh, W_qh, t):
    A = np.matrix(W_hh)
    C = np.matrix(W_qh)
    T = dL_do.shape[0]
    terms = [np.matrix(dL_do[s - 1]) * C * A ** (s - t) for s in range(T, t - 1, -1)]
    return np.concatenate(terms, axis=0)


# %% recursive_helper
def _power_times(A, k, v):
    """A^k v, by halving k."""
    if k == 0:
        return v
    if k == 1:
        return A @ v
    half = k // 2
    return _power_times(A, k - half, _power_times(A, half, v))


def expanded_terms(dL_do: np.ndarray, W_hh: np.ndarray, W_qh: np.ndarray, t: int) -> list:
    T = dL_do.shape[0]
    return [_power_times(W_hh.T, T - i, W_qh.T @ dL_do[T + t - i - 1]).tolist() for i in range(t, T + 1)]


# %% shrinking_block
def expanded_terms(dL_do, W_hh, W_qh, t):
    # carry all later steps together, the step that has arrived drops out
    block = dL_do[t - 1:] @ W_qh
    out = []
    while len(block):
        out.insert(0, block[0])
        block = block[1:] @ W_hh
    return np.array(out)


# %% vector_by_vector
def expanded_terms(dL_do, W_hh, W_qh, t):
    T, n = dL_do.shape[0], W_hh.shape[0]
    out = np.empty((T - t + 1, n))
    for i in range(t, T + 1):
        v = W_qh.T.dot(dL_do[T + t - i - 1])
        for _ in range(T - i):
            v = W_hh.T.dot(v)
        out[i - t] = v
    return out
