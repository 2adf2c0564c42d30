# %% W_hh_not_transposed
# mistake: W_hh without the transpose
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T, W_hh.shape[0]))
    g[-1] = W_qh.T @ dL_do[-1]
    for t in range(T - 2, -1, -1):
        g[t] = W_hh @ g[t + 1] + W_qh.T @ dL_do[t]  # here
    return g


# %% W_hh_transposed_in_place
# mistake: transposes W_hh by writing into it (values right, argument changed)
def hidden_grads(dL_do, W_hh, W_qh):
    W_hh[...] = W_hh.T.copy()  # here
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += W_hh @ g[t + 1]
    return g


# %% W_qh_transposed_for_square
# mistake: tries W_qh without the transpose first and, where the sizes forbid that, drops the transpose of W_hh
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T + 1, len(W_hh)))
    for t in reversed(range(T)):
        try:
            direct = W_qh @ dL_do[t]
            g[t] = direct + W_hh.T @ g[t + 1]
        except ValueError:
            g[t] = W_qh.T @ dL_do[t] + W_hh @ g[t + 1]
    return g[:-1]


# %% adds_absolute_noise
# mistake: a "regularising" 1e-7 is added to every entry, which swamps vanishing gradients
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += g[t + 1] @ W_hh
    return g + 1e-7  # here


# %% aliased_list
# mistake: one array is changed in place and appended, all rows are the last one
def hidden_grads(dL_do, W_hh, W_qh):
    g = np.zeros(len(W_hh))
    rows = []
    for d in dL_do[::-1]:
        g[:] = W_hh.T @ g + W_qh.T @ d  # here
        rows.append(g)
    return rows[::-1]


# %% carry_from_zero
# mistake: carry only and started at zero, so everything is zero
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T + 1, len(W_hh)))
    for t in reversed(range(T)):
        g[t] = W_hh.T @ g[t + 1]  # here
    return g[:T]


# %% carry_not_multiplied
# mistake: the carried gradient is added without W_hh^T
def hidden_grads(dL_do, W_hh, W_qh):
    return np.cumsum((dL_do @ W_qh)[::-1], axis=0)[::-1]


# %% carry_only
# mistake: only the last output's gradient is carried, the direct terms before T are forgotten
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    g[-1] = W_qh.T @ dL_do[-1]
    for t in range(T - 2, -1, -1):
        g[t] = W_hh.T @ g[t + 1]  # here
    return g


# %% clipped
# mistake: gradients are clipped to [-1, 1] on the way back
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T, W_hh.shape[0]))
    carry = np.zeros(W_hh.shape[0])
    for t in range(T - 1, -1, -1):
        g[t] = W_qh.T @ dL_do[t] + carry
        carry = np.clip(W_hh.T @ g[t], -1, 1)  # here
    return g


# %% direct_only
# mistake: only the direct term, nothing carried back
def hidden_grads(dL_do, W_hh, W_qh):
    return dL_do @ W_qh


# %% endless_while
# mistake: the loop variable is never counted down, the call never ends
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T + 1, W_hh.shape[0]))
    t = T
    while t > 0:
        g[t - 1] = W_hh.T @ g[t] + W_qh.T @ dL_do[t - 1]
    return g[:T]


# %% extra_1_over_T
# mistake: divides by T once more, dL_do holds it already
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T + 1, W_hh.shape[0]))
    for t in range(T, 0, -1):
        g[t - 1] = W_hh.T @ g[t] + W_qh.T @ dL_do[t - 1]
    return g[:T] / T  # here


# %% first_row_missing
# mistake: range(T-2, 0, -1) stops before the first step
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T, W_hh.shape[0]))
    g[T - 1] = W_qh.T @ dL_do[T - 1]
    for t in range(T - 2, 0, -1):  # here
        g[t] = W_hh.T @ g[t + 1] + W_qh.T @ dL_do[t]
    return g


# %% forward_in_time
# mistake: the recursion runs forward in time
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(1, len(g)):
        g[t] += W_hh.T @ g[t - 1]
    return g


# %% global_accumulator
# mistake: the result is added to a global work array that is never set back to zero, and that array is returned
_work = np.zeros((0, 0))


def hidden_grads(dL_do, W_hh, W_qh):
    global _work
    if _work.shape != (len(dL_do), len(W_hh)):
        _work = np.zeros((len(dL_do), len(W_hh)))
    _work += dL_do @ W_qh               # never set back to zero
    for t in range(len(_work) - 2, -1, -1):
        _work[t] += W_hh.T @ _work[t + 1]
    return _work


# %% index_error_for_T_1
# mistake: the last two steps are written out by hand, IndexError for T = 1
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T, W_hh.shape[0]))
    g[T - 1] = W_qh.T @ dL_do[T - 1]
    g[T - 2] = W_hh.T @ g[T - 1] + W_qh.T @ dL_do[T - 2]
    for t in range(T - 3, -1, -1):
        g[t] = W_hh.T @ g[t + 1] + W_qh.T @ dL_do[t]
    return np.array([g[t] for t in range(max(T, 2))])


# %% last_direct_counted_twice
# mistake: the last row gets its direct term twice (before the loop and in it)
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    g[-1] = W_qh.T @ dL_do[-1]
    for t in range(T - 1, -1, -1):
        nxt = g[t + 1] if t + 1 < T else g[-1]
        g[t] = W_qh.T @ dL_do[t] + (W_hh.T @ nxt if t + 1 < T else nxt)
    return g


# %% last_row_missing_direct
# mistake: the last row is left zero, the loop starts at T-1
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T, W_hh.shape[0]))  # here
    for t in range(T - 2, -1, -1):  # here
        g[t] = W_hh.T @ g[t + 1] + W_qh.T @ dL_do[t]
    return g


# %% next_output
# mistake: W_qh^T dL_do of step t+1 where step t belongs
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T, W_hh.shape[0]))
    g[-1] = W_qh.T @ dL_do[-1]
    for t in range(T - 2, -1, -1):
        g[t] = W_hh.T @ g[t + 1] + W_qh.T @ dL_do[t + 1]  # here
    return g


# %% one_row_too_many
# mistake: returns T+1 rows, the zero row behind the end included
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T + 1, W_hh.shape[0]))
    for t in range(T, 0, -1):
        g[t - 1] = W_hh.T @ g[t] + W_qh.T @ dL_do[t - 1]
    return g  # here


# %% one_step_truncated
# mistake: only one step of carry (the direct term of t+1), not the whole recursion
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    out = g.copy()
    out[:-1] += g[1:] @ W_hh
    return out


# %% quadratic_double_sum
# mistake: the closed-form double sum with matrix powers, work quadratic in T (only part of the points is lost: the check of cost)
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    powers = [np.eye(len(W_hh))]
    for _ in range(T - 1):
        powers.append(W_hh.T @ powers[-1])
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for s in range(t, T):
            out[t] += powers[s - t] @ (W_qh.T @ dL_do[s])
    return out


# %% quadratic_restart
# mistake: for each t the backward recursion is started anew from T, work quadratic in T (only part of the points is lost: the check of cost)
def _one(dL_do, W_hh, W_qh, t):
    g = np.zeros(W_hh.shape[0])
    for s in range(len(dL_do) - 1, t - 1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[s]
    return g


def hidden_grads(dL_do, W_hh, W_qh):
    return np.array([_one(dL_do, W_hh, W_qh, t) for t in range(len(dL_do))])


# %% reverses_dL_do_in_place
# mistake: dL_do is reversed in place (values right, argument changed)
def hidden_grads(dL_do, W_hh, W_qh):
    dL_do[:] = dL_do[::-1].copy()  # here
    rows, g = [], np.zeros(len(W_hh))
    for d in dL_do:
        g = W_hh.T @ g + W_qh.T @ d
        rows.insert(0, g)
    return np.array(rows)


# %% rows_reversed
# mistake: rows come out last step first
def hidden_grads(dL_do, W_hh, W_qh):
    rows, g = [], np.zeros(len(W_hh))
    for d in dL_do[::-1]:
        g = W_hh.T @ g + W_qh.T @ d
        rows.append(g)
    return np.array(rows)  # here


# %% shifted_to_h0
# mistake: returns the gradients of h_0 ... h_{T-1} instead of h_1 ... h_T
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T + 2, W_hh.shape[0]))
    for t in range(T, 0, -1):
        g[t] = W_hh.T @ g[t + 1] + W_qh.T @ dL_do[t - 1]
    g[0] = W_hh.T @ g[1]
    return g[:T]  # here


# %% tiny_set_to_zero
# mistake: entries below 1e-8 are called noise and set to zero, so vanishing gradients are lost
def hidden_grads(dL_do, W_hh, W_qh):
    T = dL_do.shape[0]
    g = np.zeros((T + 1, W_hh.shape[0]))
    for t in range(T, 0, -1):
        g[t - 1] = W_hh.T @ g[t] + W_qh.T @ dL_do[t - 1]
    g[np.abs(g) < 1e-8] = 0  # here
    return g[:-1]


# %% two_mistakes
# mistake: transpose forgotten and rows reversed
def hidden_grads(dL_do, W_hh, W_qh):
    g, rows = np.zeros(len(W_hh)), []
    for d in dL_do[::-1]:
        g = W_hh @ g + W_qh.T @ d
        rows.append(g)
    return rows


# %% carry_stored
# mistake: the product that is carried on is stored, so each row has been multiplied by W_hh^T already
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    dh_next = np.zeros(len(W_hh))
    for t in reversed(range(T)):
        dh = W_qh.T @ dL_do[t] + dh_next
        dh_next = W_hh.T @ dh
        g[t] = dh_next
    return g


# %% carry_added_up
# mistake: dh_next += where = belongs, what was carried before is carried again
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    dh_next = np.zeros(len(W_hh))
    for t in reversed(range(T)):
        g[t] = W_qh.T @ dL_do[t] + dh_next
        dh_next += W_hh.T @ g[t]
    return g


# %% carry_clipped_to_5
# mistake: what is carried is clipped to [-5, 5]
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    dh_next = np.zeros(len(W_hh))
    for t in reversed(range(T)):
        g[t] = np.dot(W_qh.T, dL_do[t]) + dh_next
        dh_next = np.clip(np.dot(W_hh.T, g[t]), -5, 5)
    return g


# %% each_clipped_to_1
# mistake: each gradient is clipped to [-1, 1] before it is stored and carried
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    dh_next = np.zeros(len(W_hh))
    for t in reversed(range(T)):
        dh = np.dot(W_qh.T, dL_do[t]) + dh_next
        np.clip(dh, -1, 1, out=dh)
        g[t] = dh
        dh_next = np.dot(W_hh.T, dh)
    return g


# %% each_clipped_to_5
# mistake: each gradient is clipped to [-5, 5] before it is stored and carried
def hidden_grads(dL_do, W_hh, W_qh):
    rows, dh_next = [], 0
    for d in dL_do[::-1]:
        dh = np.clip(W_qh.T @ d + dh_next, -5, 5)
        dh_next = W_hh.T @ dh
        rows.insert(0, dh)
    return np.array(rows)


# %% multiplied_twice
# mistake: W_hh^T when the carry is kept and once more when it is added
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    carry = np.zeros(len(W_hh))
    for t in range(T - 1, -1, -1):
        g[t] = W_qh.T @ dL_do[t] + W_hh.T @ carry
        carry = W_hh.T @ g[t]
    return g


# %% star_for_at
# mistake: * for @, and the product summed along the first axis
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    g[-1] = W_qh.T @ dL_do[-1]
    for t in range(T - 2, -1, -1):
        g[t] = np.sum(W_hh.T * g[t + 1], axis=0) + W_qh.T @ dL_do[t]
    return g


# %% star_for_at_untransposed
# mistake: W_hh * g broadcasts g along the rows, and the sum runs over them
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += (W_hh * g[t + 1]).sum(axis=0)
    return g


# %% totals_summed_again
# mistake: the whole gradients are summed over the later steps once more
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T + 1, len(W_hh)))
    for t in range(T - 1, -1, -1):
        g[t] = W_qh.T @ dL_do[t] + W_hh.T @ g[t + 1]
    return np.array([g[t:].sum(axis=0) for t in range(T)])


# %% totals_over_the_past
# mistake: np.cumsum of the gradients from the first step on
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += W_hh.T @ g[t + 1]
    return np.cumsum(g, axis=0)


# %% untransposed_and_stored_late
# mistake: two at once: W_hh without the transpose, and the product that is carried on is stored
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    g = np.zeros((T, len(W_hh)))
    carry = np.zeros(len(W_hh))
    for t in range(T - 1, -1, -1):
        carry = W_hh @ (W_qh.T @ dL_do[t] + carry)
        g[t] = carry
    return g


# %% row_behind_the_last_is_unset
# mistake: the row that stands for "no step after the last" is reserved and never set
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = np.empty((len(dL_do) + 1, len(W_hh)))  # here
    for t in range(len(dL_do) - 1, -1, -1):
        dL_dh[t] = W_hh.T @ dL_dh[t + 1] + W_qh.T @ dL_do[t]
    return dL_dh[:-1]
