# %% broken_for_large_tau
# mistake: uses tau - 1 powers precomputed up to T and drops the last term for tau >= T
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    tau = min(tau, T - 1) if T > 1 else 1  # here
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% chunks
# mistake: chunks of length tau instead of a sliding window
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for start in range(0, T, tau):  # here
        end = min(T, start + tau)
        g = np.zeros(len(W_hh))
        for t in range(end - 1, start - 1, -1):
            g = W_hh.T @ g + W_qh.T @ dL_do[t]
            out[t] = g
    return out


# %% chunks_from_the_end
# mistake: chunks counted from the end of the sequence instead of a sliding window
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    g = np.zeros(len(W_hh))
    for k, t in enumerate(range(T - 1, -1, -1)):
        if k % tau == 0:
            g = np.zeros(len(W_hh))
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out[t] = g
    return out


# %% farthest_term_only
# mistake: keeps only the term of o_{t+tau-1} instead of all up to it
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        s = min(T - 1, t + tau - 1)
        out[t] = np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s]
    return out


# %% in_place_window
# mistake: dL_do is set to zero after use (values right, argument changed)
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    direct = dL_do @ W_qh
    dL_do *= 0.0  # here
    T = len(direct)
    out = np.zeros_like(direct)
    for t in range(T):
        for d in direct[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + d
    return out


# %% index_error_at_the_end
# mistake: the window is not cut at T, IndexError near the end
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for k in range(tau - 1, -1, -1):
            out[t] = W_hh.T @ out[t] + W_qh.T @ dL_do[t + k]
    return out


# %% no_refusal
# mistake: tau < 1 is not refused (a refusal only)
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + max(tau, 0)][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% not_implemented_for_tau_above_2
# mistake: only written out for tau 1 and 2, None for all others
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    direct = dL_do @ W_qh
    if tau == 1:
        return direct
    if tau == 2:
        direct[:-1] += (dL_do[1:] @ W_qh) @ W_hh
        return direct


# %% not_transposed
# mistake: W_hh without the transpose
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh @ out[t] + W_qh.T @ d  # here
    return out


# %% one_term_too_few
# mistake: window t ... t+tau-2
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = []
    for t in range(T):
        g = np.zeros(len(W_hh))
        for d in dL_do[t:max(t + 1, t + tau - 1)][::-1]:  # here
            g = W_hh.T @ g + W_qh.T @ d
        out.append(g)
    return np.array(out)


# %% one_term_too_many
# mistake: window t ... t+tau, one term too many
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = []
    for t in range(T):
        g = np.zeros(len(W_hh))
        for s in range(min(T - 1, t + tau), t - 1, -1):  # here
            g = W_hh.T @ g + W_qh.T @ dL_do[s]
        out.append(g)
    return np.array(out)


# %% only_last_tau_steps
# mistake: computes gradients for the last tau steps only, the earlier rows are zero
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    g = np.zeros(len(W_hh))
    for t in range(T - 1, max(T - tau, 0) - 1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        out[t] = g
    return out


# %% power_times_distance
# mistake: W_hh is multiplied elementwise by the distance instead of being raised to its power
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    T = len(dL_do)
    out = dL_do @ W_qh
    base = out.copy()
    for t in range(T):
        for s in range(t + 1, min(T, t + tau)):
            out[t] += (s - t) * W_hh.T @ base[s]
    return out


# %% refuses_tau_above_T
# mistake: tau > T is refused too
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    T = len(dL_do)
    if tau < 1 or tau > T:  # here
        raise ValueError("tau must be between 1 and T")
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% returns_tau_rows
# mistake: returns tau rows only
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    g = np.zeros(len(W_hh))
    rows = []
    for t in range(T - 1, max(T - tau, 0) - 1, -1):
        g = W_hh.T @ g + W_qh.T @ dL_do[t]
        rows.insert(0, g)
    return np.array(rows)


# %% reused_buffer
# mistake: returns a module-level buffer that the next call overwrites
BUF = {}


def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    out = BUF.setdefault((len(dL_do), len(W_hh)), np.empty((len(dL_do), len(W_hh))))
    out.fill(0)
    for t in range(len(out)):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% tau_1_special_case_zero
# mistake: tau = 1 is taken as "no gradient", zeros instead of the direct term
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    if tau == 1:
        return np.zeros((T, len(W_hh)))
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% tau_ignored
# mistake: the full recursion, tau only checked
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += W_hh.T @ g[t + 1]
    return g


# %% type_error
# mistake: raises TypeError instead of ValueError
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if not isinstance(tau, (int, np.integer)) or tau < 1:
        raise TypeError("tau must be a positive integer")  # here
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% window_into_the_past
# mistake: the window covers the outputs before t
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[max(0, t - tau + 1):t + 1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% wraps_around
# mistake: np.roll wraps, early outputs leak into the last steps
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    direct = dL_do @ W_qh
    T = len(direct)
    total = np.zeros_like(direct)
    P = np.eye(len(W_hh))
    for k in range(min(tau, T)):
        total += np.roll(direct, -k, axis=0) @ P
        P = P @ W_hh
    return total


# %% zero_let_through
# mistake: tau < 0 is refused, tau = 0 not (a refusal only)
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 0:  # here
        raise ValueError("negative tau")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for d in dL_do[t:t + tau][::-1]:
            out[t] = W_hh.T @ out[t] + W_qh.T @ d
    return out


# %% adds_and_subtracts
# mistake: the new term is added and the leaving one subtracted; what has left is far larger than what is in the window
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    direct = dL_do @ W_qh
    T = len(direct)
    leaving = np.linalg.matrix_power(W_hh.T, min(tau, T))
    out, g = np.zeros_like(direct), np.zeros(len(W_hh))
    for t in range(T - 1, -1, -1):
        g = W_hh.T @ g + direct[t]
        if t + tau < T:
            g = g - leaving @ direct[t + tau]
        out[t] = g
    return out


# %% whole_minus_what_is_too_far
# mistake: the whole gradients minus those of tau steps later, carried back: the difference of two huge numbers
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += g[t + 1] @ W_hh
    out = g.copy()
    if tau < len(g):
        out[:-tau] -= g[tau:] @ np.linalg.matrix_power(W_hh, tau)
    return out


# %% prefix_sums_and_inverses
# mistake: differences of running sums of (W_hh^T)^s times the signals, divided by powers again
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    direct = dL_do @ W_qh
    T = len(direct)
    sums = np.zeros((T + 1, len(W_hh)))
    for s in range(T - 1, -1, -1):
        sums[s] = sums[s + 1] + np.linalg.matrix_power(W_hh.T, s) @ direct[s]
    back = np.linalg.pinv(W_hh.T)
    return np.array([np.linalg.matrix_power(back, t) @ (sums[t] - sums[min(T, t + tau)]) for t in range(T)])


# %% chunks_without_the_rest
# mistake: T // tau chunks; the steps that fill no chunk stay zero
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for k in range(T // tau):
        carry = np.zeros(len(W_hh))
        for t in range((k + 1) * tau - 1, k * tau - 1, -1):
            carry = W_hh.T @ carry + W_qh.T @ dL_do[t]
            out[t] = carry
    return out


# %% first_steps_only
# mistake: rows from tau on are cut off
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += W_hh.T @ g[t + 1]
    g[tau:] = 0
    return g


# %% first_losses_only
# mistake: the losses of the first tau steps for every t
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    carry = np.zeros(len(W_hh))
    for t in range(min(tau, T) - 1, -1, -1):
        carry = W_hh.T @ carry + W_qh.T @ dL_do[t]
        out[t] = carry
    return out


# %% last_losses_only
# mistake: the losses of the last tau steps, carried all the way back
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    carry = np.zeros(len(W_hh))
    for t in range(T - 1, -1, -1):
        carry = W_hh.T @ carry
        if t >= T - tau:
            carry = carry + W_qh.T @ dL_do[t]
        out[t] = carry
    return out


# %% stops_carrying
# mistake: after tau steps of the walk nothing is carried any more
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    out = dL_do @ W_qh
    T = len(out)
    for t in range(T - 2, max(T - tau, 0) - 1, -1):
        out[t] += W_hh.T @ out[t + 1]
    return out


# %% own_loss_left_out
# mistake: range(t + 1, t + tau) leaves out the loss of step t itself
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for s in range(t + 1, min(T, t + tau)):
            out[t] += np.linalg.matrix_power(W_hh.T, s - t) @ (W_qh.T @ dL_do[s])
    return out


# %% window_from_the_next
# mistake: the tau losses after step t
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for t in range(T):
        for k in range(1, tau + 1):
            if t + k < T:
                out[t] += np.linalg.matrix_power(W_hh.T, k) @ (W_qh.T @ dL_do[t + k])
    return out


# %% chunks_and_no_refusal
# mistake: two at once: chunks in place of a window, and tau is not checked
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    T, step = len(dL_do), max(1, abs(tau))
    out = np.zeros((T, len(W_hh)))
    for start in range(0, T, step):
        carry = np.zeros(len(W_hh))
        for t in range(min(T, start + step) - 1, start - 1, -1):
            carry = W_hh.T @ carry + W_qh.T @ dL_do[t]
            out[t] = carry
    return out


# %% untransposed_chunks
# mistake: two at once: chunks, and W_hh without the transpose
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau must be at least 1")
    T = len(dL_do)
    out = np.zeros((T, len(W_hh)))
    for start in range(0, T, tau):
        carry = np.zeros(len(W_hh))
        for t in range(min(T, start + tau) - 1, start - 1, -1):
            carry = W_hh @ carry + W_qh.T @ dL_do[t]
            out[t] = carry
    return out
