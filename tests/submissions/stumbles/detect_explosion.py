# %% another_word
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "nonfinite", int(bad[-1]) + 1
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    over = np.flatnonzero(amplification(dL_dh, dL_do, W_qh) > threshold)
    return ("exploding", int(over[-1]) + 1) if len(over) else ("stable", None)

# %% a_fifth_word
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "non_finite", int(bad[-1]) + 1
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    A = amplification(dL_dh, dL_do, W_qh)
    over = np.flatnonzero(A > threshold)
    if len(over):
        return "exploding", int(over[-1]) + 1
    return ("vanishing", None) if A[0] < 0.1 else ("stable", None)

# %% step_as_a_float
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1)) + 1.0
    if len(bad):
        return "non_finite", bad[-1]
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    over = np.flatnonzero(amplification(dL_dh, dL_do, W_qh) > threshold) + 1.0
    return ("exploding", over[-1]) if len(over) else ("stable", None)

# %% steps_instead_of_a_step
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "non_finite", bad[::-1] + 1
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    over = np.flatnonzero(amplification(dL_dh, dL_do, W_qh) > threshold)
    return ("exploding", over[::-1] + 1) if len(over) else ("stable", None)

# %% an_array_in_a_condition
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    if not np.isfinite(dL_dh).all():
        return "non_finite", 1
    if amplification(dL_dh, dL_do, W_qh) > threshold:
        return "exploding", 1
    return "stable", None

# %% pair_turned_round
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return int(bad[-1]) + 1, "non_finite"
    if not (dL_do @ W_qh).any():
        return None, "no_signal"
    over = np.flatnonzero(amplification(dL_dh, dL_do, W_qh) > threshold)
    return (int(over[-1]) + 1, "exploding") if len(over) else (None, "stable")

# %% word_alone
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    if not np.isfinite(dL_dh).all():
        return "non_finite"
    if not (dL_do @ W_qh).any():
        return "no_signal"
    return "exploding" if (amplification(dL_dh, dL_do, W_qh) > threshold).any() else "stable"

# %% raises_instead_of_telling
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    if not np.isfinite(dL_dh).all():
        raise ValueError("the gradient is not finite")
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    over = np.flatnonzero(amplification(dL_dh, dL_do, W_qh) > threshold)
    return ("exploding", int(over[-1]) + 1) if len(over) else ("stable", None)

# %% only_floats_as_threshold
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if not isinstance(threshold, float) or threshold <= 1:
        raise ValueError("threshold")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "non_finite", int(bad[-1]) + 1
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    over = np.flatnonzero(amplification(dL_dh, dL_do, W_qh) > threshold)
    return ("exploding", int(over[-1]) + 1) if len(over) else ("stable", None)

