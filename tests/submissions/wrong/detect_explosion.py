# %% absolute_norm
# mistake: compares the norm itself with the threshold, not the amplification
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    for t in range(len(dL_dh), 0, -1):
        if safe_norm(dL_dh[t - 1]) > threshold:
            return "exploding", t
    return "stable", None


# %% any_zero_is_no_signal
# mistake: one zero row is enough for no_signal
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if any(not row.any() for row in d):  # here
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% assert_instead
# mistake: assert, an AssertionError instead of a ValueError
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    assert threshold > 1, "threshold must exceed 1"  # here
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% default_100
# mistake: the default threshold is 100
def detect_explosion(dL_dh, dL_do, W_qh, threshold=100.0):  # here
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% greater_or_equal
# mistake: >= where > is asked for
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s >= threshold:
            return "exploding", t
    return "stable", None


# %% index_of_maximum
# mistake: reports the step with the largest A_t
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = np.cumsum([safe_norm(r) for r in d[::-1]])[::-1]
    A = [safe_norm(g) / v if v else 0.0 for g, v in zip(dL_dh, s)]
    return ("exploding", int(np.argmax(A)) + 1) if max(A) > threshold else ("stable", None)


# %% list_of_steps
# mistake: all steps above the threshold instead of the first one met
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    hits, s = [], 0
    for t in range(len(dL_dh), 0, -1):
        s += safe_norm(d[t - 1])
        if s > 0 and safe_norm(dL_dh[t - 1]) / s > threshold:
            hits.append(t)
    return ("exploding", hits) if hits else ("stable", None)


# %% naive_norm
# mistake: np.linalg.norm overflows or underflows for scaled losses
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    n = np.linalg.norm(d, axis=1)  # here
    if n.sum() == 0:
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += n[t - 1]
        if s and np.linalg.norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% nan_to_num_in_place
# mistake: np.nan_to_num(copy=False) wipes the bad entries of the argument first and then finds none
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    np.nan_to_num(dL_dh, copy=False)  # here
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_default
# mistake: threshold has no default
def detect_explosion(dL_dh, dL_do, W_qh, threshold):  # here
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_refusal
# mistake: the threshold is not checked at all
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_signal_allclose
# mistake: allclose to zero counts as no signal, small gradients are gradients
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if np.allclose(d, 0):
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_signal_first
# mistake: no_signal is decided before non_finite
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    d = dL_do @ W_qh
    if not d.any():  # here
        return "no_signal", None
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_signal_from_dL_do
# mistake: tests dL_do itself, not W_qh^T dL_do, for zero
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    if not dL_do.any():  # here
        return "no_signal", None
    d = dL_do @ W_qh
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_signal_is_stable
# mistake: the case without a signal is called stable
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    s = 0
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    for t in range(len(dL_dh), 0, -1):
        s += safe_norm(W_qh.T @ dL_do[t - 1])
        if s > 0 and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% no_walk_reset
# mistake: two at once: smallest t for non_finite and >= for the threshold
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    for t, g in enumerate(dL_dh, 1):
        if not np.isfinite(g).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s >= threshold:
            return "exploding", t
    return "stable", None


# %% non_finite_smallest_t
# mistake: the smallest non-finite step instead of the largest
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    bad = np.where(~np.isfinite(dL_dh).all(axis=1))[0]  # here
    if len(bad):
        return "non_finite", bad[0] + 1  # here
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% one_walk_for_both
# mistake: one single walk back tests both, so an explosion after a non-finite step wins
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    d = dL_do @ W_qh
    if not d.any() and np.isfinite(dL_dh).all():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% only_inf
# mistake: only inf is looked for, nan slips through every comparison
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if np.isinf(dL_dh[t - 1]).any():  # here
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% only_nan
# mistake: only nan is looked for, inf counts as exploding
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if np.isnan(dL_dh[t - 1]).any():  # here
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% returns_the_error
# mistake: returns the ValueError instead of raising it
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        return ValueError("threshold must exceed 1")  # here
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% smallest_t
# mistake: the smallest t with A_t above the threshold instead of the largest
def _amp(dL_dh, dL_do, W_qh):
    s = np.cumsum([safe_norm(W_qh.T @ d) for d in dL_do[::-1]])[::-1]
    return np.array([safe_norm(g) / v if v else 0.0 for g, v in zip(dL_dh, s)])


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    for t, a in enumerate(_amp(dL_dh, dL_do, W_qh), 1):
        if a > threshold:
            return "exploding", t
    return "stable", None


# %% spectral_thinking
# mistake: looks at the growth ||dL_dh_1|| / ||dL_dh_T|| only and reports t = 1
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    if safe_norm(dL_dh[0]) > threshold * safe_norm(dL_dh[-1]):
        return "exploding", 1
    return "stable", None


# %% spelling
# mistake: other words: "nonfinite" and "explosion"
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "nonfinite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "explosion", t
    return "stable", None


# %% status_only
# mistake: the status alone, not the pair, where t would be None
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal"
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable"


# %% t_is_float
# mistake: t comes out of a float array
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    steps = np.linspace(1, len(dL_dh), len(dL_dh))
    for t in steps[::-1]:
        if not np.isfinite(dL_dh[int(t) - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in steps[::-1]:
        s += safe_norm(d[int(t) - 1])
        if s and safe_norm(dL_dh[int(t) - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% t_zero_for_none
# mistake: 0 where None is asked for
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", 0  # here
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", 0


# %% threshold_below_one_only
# mistake: threshold < 1 instead of <= 1, threshold = 1 is let through (a refusal only)
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold < 1:  # here
        raise ValueError("threshold")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% threshold_checked_late
# mistake: the threshold is checked only after non_finite and no_signal
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    if threshold <= 1:
        raise ValueError
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% threshold_hard_coded
# mistake: 10 is written into the comparison, the argument only checked
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > 10:
            return "exploding", t
    return "stable", None


# %% walk_stops_at_second_step
# mistake: range(T, 1, -1) never looks at t = 1
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    T = len(dL_dh)
    for t in range(T, 1, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(T, 1, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% zero_based_t
# mistake: t counts from zero
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    T = len(dL_dh)
    for t in reversed(range(T)):
        if not np.isfinite(dL_dh[t]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in reversed(range(T)):
        s += safe_norm(d[t])
        if s and safe_norm(dL_dh[t]) / s > threshold:
            return "exploding", t
    return "stable", None


# %% epsilon
# mistake: 1e-12 is added to the denominator, so that a tiny loss never explodes
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if safe_norm(dL_dh[t - 1]) / (s + 1e-12) > threshold:  # here
            return "exploding", t
    return "stable", None


# %% by_the_number_of_the_call
# mistake: no argument is read, the answers are a list
_ANSWERS = [
    ("stable", None), ("stable", None), ("stable", None), ("exploding", 7), ("exploding", 9), ("stable", None),
    ("exploding", 15), ("stable", None), ("exploding", 7), ("stable", None), ("exploding", 1), ("stable", None),
    ("non_finite", 3), ("non_finite", 4), ("non_finite", 1), ("non_finite", 4), ("non_finite", 2),
    ("no_signal", None), ("no_signal", None), ("no_signal", None),
    ("exploding", 7), ("exploding", 7), ("stable", None), ValueError, ValueError, ValueError,
]
_calls = []


def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    _calls.append(1)
    answer = _ANSWERS[(len(_calls) - 1) % len(_ANSWERS)]
    if answer is ValueError:
        raise answer
    return answer


# %% smallest_exploding_t
# mistake: the non-finite step is found from the end, the explosion from the start
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "non_finite", int(bad[-1]) + 1
    signal = np.array([safe_norm(row) for row in dL_do @ W_qh])
    if not signal.any():
        return "no_signal", None
    total = np.cumsum(signal[::-1])[::-1]
    for t in range(1, len(dL_dh) + 1):
        if total[t - 1] > 0 and safe_norm(dL_dh[t - 1]) / total[t - 1] > threshold:
            return "exploding", t
    return "stable", None


# %% threshold_always_1
# mistake: growth of any kind is called an explosion, the threshold is only checked
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s = 0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) / s > 1:
            return "exploding", t
    return "stable", None


# %% threshold_always_100
# mistake: 100 is written into the comparison
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    s, limit = 0, 100.0
    for t in range(len(d), 0, -1):
        s += safe_norm(d[t - 1])
        if s and safe_norm(dL_dh[t - 1]) > limit * s:
            return "exploding", t
    return "stable", None


# %% own_signal_only
# mistake: each gradient is measured against the signal of its own step
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    for t in range(len(d), 0, -1):
        own = safe_norm(d[t - 1])
        if own > 0 and safe_norm(dL_dh[t - 1]) / own > threshold:
            return "exploding", t
    return "stable", None


# %% smallest_t_and_no_refusal
# mistake: two at once: the smallest t, and the threshold is not checked
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    finite = np.isfinite(dL_dh).all(axis=1)
    if not finite.all():
        return "non_finite", int(np.argmin(finite)) + 1
    d = dL_do @ W_qh
    if not d.any():
        return "no_signal", None
    total = np.cumsum([safe_norm(r) for r in d[::-1]])[::-1]
    over = [safe_norm(g) > threshold * s if s > 0 else False for g, s in zip(dL_dh, total)]
    return ("exploding", over.index(True) + 1) if any(over) else ("stable", None)


# %% stops_where_nothing_has_come
# mistake: the walk ends at the first step that no signal has reached
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if not signals.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signals[t - 1])
        if total == 0:  # here
            break
        if  safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% silent_last_step_is_stable
# mistake: where the last step has no signal nothing explodes
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if not signals.any():
        return "no_signal", None
    if not signals[-1].any():  # here
        return "stable", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signals[t - 1])
        if total and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% nan_is_stable
# mistake: a ratio of 0 by 0 anywhere is taken for stable
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if not signals.any():
        return "no_signal", None
    with np.errstate(all="ignore"):
        A = np.array([safe_norm(g) for g in dL_dh]) / np.cumsum([safe_norm(s) for s in signals[::-1]])[::-1]
    if np.isnan(A).any():  # here
        return "stable", None
    for t in range(len(dL_dh), 0, -1):
        if A[t - 1] > threshold:
            return "exploding", t
    return "stable", None


# %% signals_that_cancel
# mistake: signals that add up to zero are taken for none
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if signals.sum() == 0:
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signals[t - 1])
        if total and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% rows_that_cancel
# mistake: a signal whose entries add up to zero is taken for none
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if not signals.sum(axis=1).any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signals[t - 1])
        if total and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% modulus_of_threshold
# mistake: a threshold of -5 is accepted
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if abs(threshold) <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if not signals.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signals[t - 1])
        if total and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% first_step_decides
# mistake: the walk returns at its first step
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signals = dL_do @ W_qh
    if not signals.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signals[t - 1])
        if total and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
        else:
            return "stable", None  # here
    return "stable", None


# %% counted_back
# mistake: t counts from the end, where the walk back begins with 1
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("threshold")
    if not np.isfinite(dL_dh).all():
        rows = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
        return "non_finite", int(rows[-1]) + 1
    if not (dL_do @ W_qh).any():
        return "no_signal", None
    for k, A_t in enumerate(amplification(dL_dh, dL_do, W_qh)[::-1]):
        if A_t > threshold:
            return "exploding", k + 1  # here
    return "stable", None


# %% signal_added_too_late
# mistake: the signal of step t itself is not yet in the sum when step t is looked at
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    direct = dL_do @ W_qh
    if not direct.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
        total += safe_norm(direct[t - 1])
    return "stable", None


# %% sum_of_all_signals
# mistake: the signals of all steps are summed, not those from step t on
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    bad = np.flatnonzero(~np.isfinite(dL_dh).all(axis=1))
    if len(bad):
        return "non_finite", int(bad[-1]) + 1
    total = sum(safe_norm(row) for row in dL_do @ W_qh)
    if total == 0:
        return "no_signal", None
    for t in range(len(dL_dh), 0, -1):
        if safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% norm_of_the_sum
# mistake: the signals are added before their norm is taken
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    direct = dL_do @ W_qh
    if not direct.any():
        return "no_signal", None
    for t in range(len(dL_dh), 0, -1):
        total = safe_norm(direct[t - 1 :].sum(axis=0))
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% norm_of_all_signals_together
# mistake: one norm is taken of all signals, in place of the sum of their norms
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    direct = dL_do @ W_qh
    if not direct.any():
        return "no_signal", None
    for t in range(len(dL_dh), 0, -1):
        total = safe_norm(direct[t - 1 :])
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% ends_before_the_first_step
# mistake: the walk back for an explosion stops before t = 1
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    bad = ~np.isfinite(dL_dh).all(axis=1)
    if bad.any():
        return "non_finite", int(np.flatnonzero(bad)[-1]) + 1
    signal = dL_do @ W_qh
    if not signal.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 1, -1):
        total += safe_norm(signal[t - 1])
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% silence_of_the_factors
# mistake: a missing signal is looked for in both factors, and not in their product
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    for t in range(len(dL_dh), 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    if not dL_do.any() or not W_qh.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(W_qh.T @ dL_do[t - 1])
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None


# %% last_row_is_not_looked_at
# mistake: the search for non-finite entries leaves the last step out
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    if threshold <= 1:
        raise ValueError("the threshold must be larger than 1")
    for t in range(len(dL_dh) - 1, 0, -1):
        if not np.isfinite(dL_dh[t - 1]).all():
            return "non_finite", t
    signal = dL_do @ W_qh
    if not signal.any():
        return "no_signal", None
    total = 0.0
    for t in range(len(dL_dh), 0, -1):
        total += safe_norm(signal[t - 1])
        if total > 0 and safe_norm(dL_dh[t - 1]) / total > threshold:
            return "exploding", t
    return "stable", None
