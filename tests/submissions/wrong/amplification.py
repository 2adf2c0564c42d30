# %% complex_sqrt
# mistake: result is complex (np.emath / complex cast)
def amplification(dL_dh, dL_do, W_qh):
    s = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    return np.array([safe_norm(g) / v if v else 0.0 for g, v in zip(dL_dh, s)]) + 0j  # here


# %% epsilon_in_denominator
# mistake: + 1e-12 in the denominator, no longer the same for a scaled loss
def amplification(dL_dh, dL_do, W_qh):
    num = np.array([safe_norm(g) for g in dL_dh])
    den = np.array([safe_norm(g) for g in dL_do @ W_qh])[::-1].cumsum()[::-1]
    return num / (den + 1e-12)  # here


# %% float32_norms
# mistake: float32 overflows and underflows for scaled losses
def amplification(dL_dh, dL_do, W_qh):
    a = np.array([safe_norm(g) for g in dL_dh], dtype=np.float32)  # here
    b = np.array([safe_norm(g) for g in dL_do @ W_qh], dtype=np.float32)[::-1].cumsum()[::-1]  # here
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)


# %% frobenius_of_tail
# mistake: root of the summed squares of the tail, not the sum of the norms
def amplification(dL_dh, dL_do, W_qh):
    direct = dL_do @ W_qh
    out = np.zeros(len(dL_dh))
    for t in range(len(out)):
        s = safe_norm(direct[t:])
        out[t] = safe_norm(dL_dh[t]) / s if s else 0.0
    return out


# %% inverse
# mistake: the fraction upside down
def amplification(dL_dh, dL_do, W_qh):
    den = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    num = np.array([safe_norm(g) for g in dL_dh])
    return np.divide(den, num, out=np.zeros_like(num), where=num > 0)  # here


# %% max_norm
# mistake: the maximum norm instead of the L2 norm
def amplification(dL_dh, dL_do, W_qh):
    num = np.abs(dL_dh).max(axis=1)
    den = np.cumsum(np.abs(dL_do @ W_qh).max(axis=1)[::-1])[::-1]
    return np.divide(num, den, out=np.zeros_like(num), where=den > 0)


# %% naive_norms
# mistake: squares overflow and underflow for scaled losses
def amplification(dL_dh, dL_do, W_qh):
    num = np.linalg.norm(dL_dh, axis=1)  # here
    den = np.cumsum(np.linalg.norm(dL_do @ W_qh, axis=1)[::-1])[::-1]
    return np.where(den == 0, 0, num / np.where(den == 0, 1, den))


# %% nan_at_zero
# mistake: 0/0 where nothing is injected any more gives nan
def amplification(dL_dh, dL_do, W_qh):
    num = np.array([safe_norm(g) for g in dL_dh])
    den = np.array([safe_norm(g) for g in dL_do @ W_qh])[::-1].cumsum()[::-1]
    return num / den  # here


# %% no_sum
# mistake: divides by the norm of step t alone, not by the sum over s >= t
def amplification(dL_dh, dL_do, W_qh):
    out = []
    for g, d in zip(dL_dh, dL_do):
        n = safe_norm(W_qh.T @ d)
        out.append(safe_norm(g) / n if n else 0.0)
    return np.array(out)


# %% none_where_no_signal
# mistake: None where the sum is 0
def amplification(dL_dh, dL_do, W_qh):
    s = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    return [safe_norm(g) / v if v else None for g, v in zip(dL_dh, s)]  # here


# %% norm_of_the_sum
# mistake: norm of the summed vectors instead of the sum of the norms
def amplification(dL_dh, dL_do, W_qh):
    direct = dL_do @ W_qh
    out = []
    for t in range(len(dL_dh)):
        n = safe_norm(direct[t:].sum(axis=0))
        out.append(safe_norm(dL_dh[t]) / n if n else 0.0)
    return out


# %% one_where_no_signal
# mistake: 1 where the sum is 0
def amplification(dL_dh, dL_do, W_qh):
    s = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    return np.array([safe_norm(g) / v if v else 1.0 for g, v in zip(dL_dh, s)])  # here


# %% reference_last_step
# mistake: compares with the norm of the gradient at T, not with what was injected
def amplification(dL_dh, dL_do, W_qh):
    base = safe_norm(dL_dh[-1])
    return np.array([safe_norm(g) / base if base else 0.0 for g in dL_dh])


# %% rescales_arguments
# mistake: divides its arguments in place by their maximum (values right, arguments changed)
def amplification(dL_dh, dL_do, W_qh):
    m = max(np.abs(dL_do).max(), np.abs(dL_dh).max())
    if m > 0:
        dL_do /= m  # here
        dL_dh /= m  # here
    den = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    return np.array([safe_norm(g) / s if s else 0.0 for g, s in zip(dL_dh, den)])


# %% reversed
# mistake: values in walking order (t = T first)
def amplification(dL_dh, dL_do, W_qh):
    out, s = [], 0.0
    for g, d in zip(dL_dh[::-1], dL_do[::-1]):
        s += safe_norm(W_qh.T @ d)
        out.append(safe_norm(g) / s if s else 0.0)
    return np.array(out)  # here


# %% row_scaled_apart
# mistake: numerator and denominator are each scaled to magnitude one by their own maximum
def amplification(dL_dh, dL_do, W_qh):
    d = dL_do @ W_qh
    a, b = np.abs(dL_dh).max() or 1.0, np.abs(d).max() or 1.0
    num = np.linalg.norm(dL_dh / a, axis=1)
    den = np.cumsum(np.linalg.norm(d / b, axis=1)[::-1])[::-1]
    return np.divide(num, den, out=np.zeros_like(num), where=den > 0)


# %% scalar_for_T_1
# mistake: np.squeeze makes a scalar of it for T = 1
def amplification(dL_dh, dL_do, W_qh):
    s = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    return np.squeeze(np.array([safe_norm(g) / v if v else 0.0 for g, v in zip(dL_dh, s)]))  # here


# %% shape_1_T
# mistake: np.matrix makes the result (1, T)
def amplification(dL_dh, dL_do, W_qh):
    s = np.cumsum([safe_norm(d) for d in (dL_do @ W_qh)[::-1]])[::-1]
    return np.matrix([safe_norm(g) / v if v else 0.0 for g, v in zip(dL_dh, s)])  # here


# %% shape_T_1
# mistake: keepdims leaves a column of shape (T, 1)
def amplification(dL_dh, dL_do, W_qh):
    d = dL_do @ W_qh
    m = np.abs(d).max() or 1.0
    num = np.linalg.norm(dL_dh / m, axis=1, keepdims=True)  # here
    den = np.cumsum(np.linalg.norm(d / m, axis=1, keepdims=True)[::-1], axis=0)[::-1]
    return np.divide(num, den, out=np.zeros_like(num), where=den > 0)  # here


# %% shared_output
# mistake: writes into an output array that is a default argument shared between calls
def amplification(dL_dh, dL_do, W_qh, out={}):
    A = out.setdefault(len(dL_dh), np.zeros(len(dL_dh)))
    s = 0.0
    for t in range(len(A) - 1, -1, -1):
        s += safe_norm(W_qh.T @ dL_do[t])
        A[t] = safe_norm(dL_dh[t]) / s if s else 0.0
    return A


# %% squared_norms
# mistake: ratio of squared norms (after a safe rescaling)
def amplification(dL_dh, dL_do, W_qh):
    d = dL_do @ W_qh
    m = np.abs(d).max() or 1.0
    num = ((dL_dh / m) ** 2).sum(1)
    den = np.cumsum(((d / m) ** 2).sum(1)[::-1])[::-1]
    return np.divide(num, den, out=np.zeros_like(num), where=den > 0)


# %% strictly_later
# mistake: sums over s > t, step t itself is missing
def amplification(dL_dh, dL_do, W_qh):
    n = [safe_norm(W_qh.T @ d) for d in dL_do]
    return np.array([safe_norm(g) / sum(n[t + 1:]) if sum(n[t + 1:]) else 0.0 for t, g in enumerate(dL_dh)])  # here


# %% sum_of_all
# mistake: always the sum over all steps
def amplification(dL_dh, dL_do, W_qh):
    total = sum(safe_norm(W_qh.T @ d) for d in dL_do)
    return np.array([safe_norm(g) / total if total else 0.0 for g in dL_dh])


# %% sum_of_past
# mistake: sums over s <= t
def amplification(dL_dh, dL_do, W_qh):
    out, s = [], 0.0
    for g, d in zip(dL_dh, dL_do):
        s += safe_norm(W_qh.T @ d)
        out.append(safe_norm(g) / s if s else 0.0)
    return np.array(out)


# %% without_W_qh
# mistake: norms of dL_do, W_qh^T forgotten
def amplification(dL_dh, dL_do, W_qh):
    den = np.cumsum([safe_norm(d) for d in dL_do[::-1]])[::-1]  # here
    return np.array([safe_norm(g) / s if s else 0.0 for g, s in zip(dL_dh, den)])


# %% epsilon_as_a_floor
# mistake: a denominator below 1e-12 counts as 1e-12
def amplification(dL_dh, dL_do, W_qh):
    signal = np.array([safe_norm(row) for row in dL_do @ W_qh])
    below = np.maximum(np.cumsum(signal[::-1])[::-1], 1e-12)  # here
    return np.array([safe_norm(row) for row in dL_dh]) / below


# %% epsilon_1e_8
# mistake: + 1e-8 in the denominator against a division by zero
def amplification(dL_dh, dL_do, W_qh):
    A = np.zeros(len(dL_dh))
    total = 0.0
    for t in range(len(dL_dh) - 1, -1, -1):
        total += safe_norm(W_qh.T @ dL_do[t])
        A[t] = safe_norm(dL_dh[t]) / (total + 1e-8)
    return A


# %% epsilon_1e_10
# mistake: + 1e-10 in the denominator
def amplification(dL_dh, dL_do, W_qh):
    signal = np.array([safe_norm(row) for row in dL_do @ W_qh])
    total = np.cumsum(signal[::-1])[::-1]
    return np.array([safe_norm(row) for row in dL_dh]) / (total + 1e-10)


# %% floor_1e_8
# mistake: max(total, 1e-8) in the denominator
def amplification(dL_dh, dL_do, W_qh):
    A, total = [], 0.0
    for g, d in zip(dL_dh[::-1], dL_do[::-1]):
        total += safe_norm(d @ W_qh)
        A.append(safe_norm(g) / max(total, 1e-8))
    return np.array(A[::-1])


# %% epsilon_and_plain_norm
# mistake: two at once: np.linalg.norm, and 1e-12 in the denominator
def amplification(dL_dh, dL_do, W_qh):
    signal = np.linalg.norm(dL_do @ W_qh, axis=1)
    total = np.cumsum(signal[::-1])[::-1]
    return np.linalg.norm(dL_dh, axis=1) / (total + 1e-12)


# %% product_of_norms
# mistake: the norm of the product is taken for the product of the norms
def amplification(dL_dh, dL_do, W_qh):
    A, total = np.zeros(len(dL_dh)), 0.0
    size = np.linalg.norm(W_qh, 2)
    for t in reversed(range(len(dL_dh))):
        total += size * safe_norm(dL_do[t])
        A[t] = safe_norm(dL_dh[t]) / total if total > 0 else 0.0
    return A


# %% product_with_frobenius
# mistake: the Frobenius norm of W_qh times the norm of dL_do
def amplification(dL_dh, dL_do, W_qh):
    signal = np.linalg.norm(W_qh) * np.array([safe_norm(d) for d in dL_do])
    total = np.cumsum(signal[::-1])[::-1]
    top = np.array([safe_norm(g) for g in dL_dh])
    return np.where(total > 0, top / np.where(total > 0, total, 1.0), 0.0)


# %% growth_of_one_step
# mistake: each gradient is compared with the next step's alone
def amplification(dL_dh, dL_do, W_qh):
    A = np.ones(len(dL_dh))
    for t in range(len(dL_dh) - 1):
        after = safe_norm(dL_dh[t + 1])
        A[t] = safe_norm(dL_dh[t]) / after if after > 0 else 0.0
    return A


# %% norms_alone
# mistake: the norms of the gradients, not divided by anything
def amplification(dL_dh, dL_do, W_qh):
    return np.array([safe_norm(g) for g in dL_dh])


# %% sum_from_each_step_by_subtraction
# mistake: what came before is taken away from the sum of all signals, and with it every digit of faint ones
def amplification(dL_dh, dL_do, W_qh):
    signals = np.array([safe_norm(W_qh.T @ row) for row in dL_do])
    received = signals.sum() - np.cumsum(signals) + signals  # here
    own = np.array([safe_norm(row) for row in dL_dh])
    return np.array([a / b if b > 0 else 0.0 for a, b in zip(own, received)])


# %% ends_at_silence
# mistake: the walk back ends where no signal has come yet, though earlier steps may have some
def amplification(dL_dh, dL_do, W_qh):
    A, received = np.zeros(len(dL_dh)), 0.0
    for t in reversed(range(len(dL_dh))):
        received += safe_norm(W_qh.T @ dL_do[t])
        if received == 0:
            break  # here
        A[t] = safe_norm(dL_dh[t]) / received
    return A


# %% divided_where_without_out
# mistake: where no signal has come, the quotient is left unset and holds whatever lay in its memory
def amplification(dL_dh, dL_do, W_qh):
    signals = np.array([safe_norm(W_qh.T @ row) for row in dL_do])
    received = np.cumsum(signals[::-1])[::-1]
    own = np.array([safe_norm(row) for row in dL_dh])
    return np.divide(own, received, where=received > 0)  # here


# %% star_for_matmul
# mistake: entries are multiplied where vectors meet a matrix
def amplification(dL_dh, dL_do, W_qh):
    A, total = np.zeros(len(dL_dh)), 0.0
    for t in range(len(dL_dh) - 1, -1, -1):
        total += safe_norm(W_qh.T * dL_do[t])  # here
        if total > 0:
            A[t] = safe_norm(dL_dh[t]) / total
    return A
