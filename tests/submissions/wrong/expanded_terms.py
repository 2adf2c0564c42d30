# %% W_qh_before_the_power
# mistake: row-vector form, but the power is still of W_hh.T (the transpose is applied once too often)
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = []
    for i in range(t, T + 1):
        rows.append(dL_do[T + t - i - 1] @ W_qh @ np.linalg.matrix_power(W_hh.T, T - i))  # here
    return np.array(rows)


# %% columns
# mistake: one column per term, shape (h, T-t+1)
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.stack([np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)], axis=1)  # here


# %% complex_dtype
# mistake: powers by eigendecomposition, returned as a complex array
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    lam, V = np.linalg.eig(W_hh.T.astype(complex))
    inv = np.linalg.inv(V)
    return np.array([V @ np.diag(lam ** (T - i)) @ inv @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])  # here


# %% cumulative_sums
# mistake: returns the partial sums of the terms
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    terms = [np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)]
    return np.cumsum(terms, axis=0)  # here


# %% divided_by_T
# mistake: 1/T once more
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] / T for i in range(t, T + 1)])  # here


# %% eigendecomposition_real_part
# mistake: powers of the real parts of the eigenvalues, complex pairs are lost
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    lam, V = np.linalg.eig(W_hh.T)
    lam, V = lam.real, V.real
    inv = np.linalg.pinv(V)
    return np.array([V @ np.diag(lam ** (T - i)) @ inv @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])


# %% elementwise_power
# mistake: ** on an array is the elementwise power
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([(W_hh.T ** (T - i)) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])  # here


# %% fails_at_t_equal_T
# mistake: multi_dot of the list of factors, which needs at least two and loses W_qh at t = T
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = []
    for i in range(t, T + 1):
        factors = [W_hh.T] * (T - i)
        left = np.linalg.multi_dot(factors) if len(factors) > 1 else factors[0]
        rows.append(left @ W_qh.T @ dL_do[T + t - i - 1])
    return np.array(rows)


# %% generator
# mistake: yields the rows, so a generator is returned
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    for i in range(t, T + 1):
        yield np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1]


# %% last_term_missing
# mistake: range(t, T) leaves out i = T, the direct term
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = [np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T)]  # here
    return np.array(rows).reshape(len(rows), W_hh.shape[0])


# %% not_transposed
# mistake: powers of W_hh instead of W_hh^T
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])  # here


# %% only_t_equal_1
# mistake: t is ignored, terms of t = 1 cut to the right length
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = [np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T - i] for i in range(1, T + 1)]  # here
    return np.array(rows)[t - 1:]


# %% power_cache
# mistake: powers of W_hh are cached by their exponent and size only, a later matrix gets the earlier one's powers
_powers = {}


def _pow(A, k):
    if (len(A), k) not in _powers:  # here
        _powers[len(A), k] = np.linalg.matrix_power(A, k)
    return _powers[len(A), k]


def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return [_pow(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)]


# %% power_grown_in_W
# mistake: the running power is kept in W_hh itself (W_hh changed; values right for the call)
def expanded_terms(dL_do, W_hh, W_qh, t):
    A = W_hh.T.copy()
    P = np.eye(len(A))
    rows = []
    for s in range(t, len(dL_do) + 1):
        rows.insert(0, P @ W_qh.T @ dL_do[s - 1])
        W_hh[:] = P @ A  # here
        P = W_hh.copy()
    return np.array(rows)


# %% power_off_by_one
# mistake: exponent T - i + 1
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, T - i + 1) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1)])  # here


# %% reversed
# mistake: rows in order of the step (nearest term first) instead of i = t ... T
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s - 1] for s in range(t, T + 1)])  # here


# %% same_output_everywhere
# mistake: every term uses the last output's gradient
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.stack([np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[-1] for i in range(t, T + 1)])


# %% summed
# mistake: returns the sum, not the terms
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return sum(np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1] for i in range(t, T + 1))  # here


# %% t_zero_based
# mistake: takes t as a zero-based index, one term too few
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    out = []
    for s in range(T - 1, t - 1, -1):
        out.append(np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s])
    return np.array(out).reshape(-1, len(W_hh))


# %% two_mistakes
# mistake: reversed rows and transpose forgotten
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return [np.linalg.matrix_power(W_hh, s - t) @ W_qh.T @ dL_do[s - 1] for s in range(t, T + 1)]


# %% wrong_output_index
# mistake: uses o_i instead of o_{T+t-i}
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    return np.array([np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[i - 1] for i in range(t, T + 1)])


# %% zero_padded_to_T
# mistake: always T rows, zeros where there is no term
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for i in range(t, T + 1):
        out[i - t] = np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1]
    return out


# %% first_term_missing
# mistake: the loop starts at t + 1
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = np.zeros((T - t, len(W_hh)))
    for i in range(t + 1, T + 1):
        rows[i - t - 1] = np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1]
    return rows


# %% zeros_before_t
# mistake: T rows, those of the steps before t are zero
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = np.zeros((T, len(W_hh)))
    for i in range(t, T + 1):
        rows[i - 1] = np.linalg.matrix_power(W_hh.T, T - i) @ W_qh.T @ dL_do[T + t - i - 1]
    return rows


# %% product_for_power
# mistake: W_hh.T times the exponent
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = []
    for i in range(t, T + 1):
        P = (T - i) * W_hh.T if i < T else np.eye(len(W_hh))
        rows.append(P @ W_qh.T @ dL_do[T + t - i - 1])
    return np.array(rows)


# %% untransposed_and_no_first_term
# mistake: two at once: W_hh without the transpose, and the term of i = t is left out
def expanded_terms(dL_do, W_hh, W_qh, t):
    T = len(dL_do)
    rows = []
    for i in range(t + 1, T + 1):
        rows.append(np.linalg.matrix_power(W_hh, T - i) @ W_qh.T @ dL_do[T + t - i - 1])
    return np.array(rows).reshape(T - t, len(W_hh))
