# %% always_rescales
# mistake: always scaled to max_norm, also where the norm is smaller
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    return [g * (max_norm / n) if n else g * 1.0 for g in grads]


# %% elementwise
# mistake: entries are clipped to [-max_norm, max_norm]
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    return [np.clip(g, -max_norm, max_norm) for g in grads]


# %% epsilon
# mistake: max_norm / (norm + 1e-3) as a guard against division by zero
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = min(1.0, max_norm / (n + 1e-3))  # here
    return [g * f for g in grads]


# %% finite_norm_test
# mistake: tests the overflowing norm for finiteness, so large but finite gradients are refused
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError
    norm = np.sqrt(sum((g ** 2).sum() for g in grads))  # here
    if not np.isfinite(norm):
        raise ValueError("non-finite gradient")
    f = max_norm / norm if norm > max_norm else 1.0
    return [g * f for g in grads]


# %% finiteness_of_first_array_only
# mistake: return inside the loop, only the first array is looked at (a refusal only)
def _all_finite(grads):
    for g in grads:
        if not np.isfinite(g).all():
            return False
        return True  # here
    return True


def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not _all_finite(grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% flattened
# mistake: returns one flat vector
def clip_gradients(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads])
    if max_norm <= 0 or not np.isfinite(flat).all():
        raise ValueError
    n = safe_norm(flat)
    return flat * (max_norm / n if n > max_norm else 1.0)


# %% generator
# mistake: a generator expression instead of a list
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return (g * f for g in grads)  # here


# %% half_precision
# mistake: the clipped gradients are cast to float16
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [(g * f).astype(np.float16) for g in grads]  # here


# %% in_place
# mistake: g *= factor changes the arrays of the caller (values right)
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    if n > max_norm:
        for g in grads:
            g *= max_norm / n
    return [g for g in grads]


# %% in_place_and_no_refusal
# mistake: two at once: changes the arrays in place and refuses nothing
def clip_gradients(grads, max_norm):
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    if n > max_norm:
        for g in grads:
            g *= max_norm / n
    return grads


# %% largest_norm
# mistake: the largest of the norms instead of the joint norm
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = max(safe_norm(g) for g in grads)
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% list_slots_replaced
# mistake: grads[i] = ... puts new arrays into the caller's list (values right, argument changed)
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    for i in range(len(grads)):
        grads[i] = grads[i] * (max_norm / n if n > max_norm else 1.0)
    return grads


# %% max_drops_nan
# mistake: Python's max() loses a nan that is not in the first array, so it is not refused (a refusal only)
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm <= 0")
    m = max(float(np.max(np.abs(g))) for g in grads)  # here
    if not np.isfinite(m):
        raise ValueError("gradient is not finite")
    if m == 0:
        return [np.zeros_like(g) for g in grads]
    rel = np.sqrt(sum(float(np.sum((g / m) ** 2)) for g in grads))
    if m * rel > max_norm:
        return [g / m * (max_norm / rel) for g in grads]
    return [g.copy() for g in grads]


# %% naive_norm
# mistake: squares overflow for entries of 1e200, the gradients become zero
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    norm = np.sqrt(sum(np.sum(g ** 2) for g in grads))  # here
    f = max_norm / norm if norm > max_norm else 1.0
    return [g * f for g in grads]


# %% nan_for_zero
# mistake: 0/0 makes the factor nan where all gradients are zero
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = np.float64(safe_norm(np.concatenate([g.ravel() for g in grads])))
    return [g / n * np.minimum(n, max_norm) for g in grads]  # here


# %% negative_norm_let_through
# mistake: only max_norm == 0 is refused (a refusal only)
def clip_gradients(grads, max_norm):
    if max_norm == 0 or not all(np.isfinite(g).all() for g in grads):  # here
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% no_check_of_finiteness
# mistake: nan and inf are not refused (a refusal only)
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% nothing_returned
# mistake: changes the arrays in place and returns nothing
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    if n > max_norm:
        for g in grads:
            g *= max_norm / n


# %% only_nan_refused
# mistake: inf is not refused (a refusal only)
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError
    if any(np.isnan(g).any() for g in grads):  # here
        raise ValueError("nan")
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% per_array
# mistake: every array is clipped on its own
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    out = []
    for g in grads:
        n = safe_norm(g)
        out.append(g * (max_norm / n if n > max_norm else 1.0))
    return out


# %% prints_instead_of_raising
# mistake: prints a message and returns the gradients where it should refuse (a refusal only)
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        print("ValueError: bad gradients or max_norm")
        return list(grads)
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% squared_norm_compared
# mistake: forgets the root in the factor
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n ** 2 if n > max_norm else 1.0  # here
    return [g * f for g in grads]


# %% sum_of_norms
# mistake: the sum of the norms instead of the joint norm
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = sum(safe_norm(g) for g in grads)
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% with_the_norm
# mistake: returns (list, norm) as some libraries do
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads], n  # here


# %% zero_division
# mistake: Python floats: ZeroDivisionError where all gradients are zero
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    n = float(safe_norm(np.concatenate([g.ravel() for g in grads])))
    f = min(1.0, float(max_norm) / n)  # here
    return [g * f for g in grads]


# %% zero_max_norm_let_through
# mistake: max_norm < 0 where <= 0 is asked for, max_norm = 0 is let through (a refusal only)
def clip_gradients(grads, max_norm):
    if max_norm < 0:  # here
        raise ValueError
    if not all(np.isfinite(np.sum(g)) for g in grads):
        raise ValueError
    n = safe_norm(np.concatenate([g.ravel() for g in grads]))
    f = max_norm / n if n > max_norm else 1.0
    return [g * f for g in grads]


# %% arrays_of_the_caller
# mistake: a new list, but of the caller's own arrays where nothing is clipped (values right)
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    if norm > max_norm:
        return [g * (max_norm / norm) for g in grads]
    return list(grads)


# %% asarray_is_no_copy
# mistake: np.asarray with the dtype that the array has already is the caller's array (values right)
def clip_gradients(grads, max_norm):
    arrays = [np.asarray(g, dtype=float) for g in grads]
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in arrays):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in arrays])
    return arrays if norm <= max_norm else [g * (max_norm / norm) for g in arrays]


# %% list_of_the_caller
# mistake: returns the list that it was given where nothing is clipped (values right)
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    if norm <= max_norm:
        return grads
    return [g * (max_norm / norm) for g in grads]


# %% views_of_the_caller
# mistake: slices and reshaped arrays look into the caller's memory (values right)
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    if norm > max_norm:
        return [g * (max_norm / norm) for g in grads]
    return tuple(g.ravel().reshape(g.shape)[:] for g in grads)


# %% small_epsilon
# mistake: 1e-6 is added to the norm, as libraries do: more than the norm itself where gradients are tiny
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    return [g * min(1.0, max_norm / (norm + 1e-6)) for g in grads]  # here


# %% epsilon_below_rounding
# mistake: 1e-12 is added to the norm
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / (norm + 1e-12) if norm > max_norm else 1.0  # here
    return [g * factor for g in grads]


# %% epsilon_as_a_floor
# mistake: a norm below 1e-8 counts as 1e-8
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = max(safe_norm([safe_norm(g) for g in grads]), 1e-8)  # here
    return [g * min(1.0, max_norm / norm) for g in grads]


# %% nearly_equal_is_short_enough
# mistake: np.isclose calls any two numbers below 1e-8 equal, so tiny gradients are left as they are
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    if norm < max_norm or np.isclose(norm, max_norm):  # here
        return [g.copy() for g in grads]
    return [g * (max_norm / norm) for g in grads]


# %% tiny_is_zero
# mistake: a norm below 1e-10 is taken for zero, and nothing is clipped
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = min(1.0, max_norm / norm) if norm > 1e-10 else 1.0  # here
    return [factor * g for g in grads]


# %% fewer_the_second_time
# mistake: the answer to arguments seen before comes from a memory that has lost its last array
_seen = {}


def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("refused")
    key = (max_norm, grads[0].tobytes())
    if key in _seen:
        return [g.copy() for g in _seen[key][:-1]]
    norm = safe_norm([safe_norm(g) for g in grads])
    _seen[key] = [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]
    return [g.copy() for g in _seen[key]]


# %% by_value_1
# mistake: entries are clipped to [-1, 1], max_norm is only checked
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    return [np.clip(g, -1, 1) for g in grads]


# %% by_value_5_and_no_refusal
# mistake: two at once, as a well-known script does: entries are clipped to [-5, 5], nothing is refused
def clip_gradients(grads, max_norm):
    clipped = []
    for dparam in grads:
        clipped.append(np.clip(dparam, -5, 5))
    return clipped


# %% by_value_and_no_refusal
# mistake: two at once: entries are clipped to [-max_norm, max_norm], nothing is refused
def clip_gradients(grads, max_norm):
    out = []
    for g in grads:
        g = g.copy()
        g[g > max_norm] = max_norm
        g[g < -max_norm] = -max_norm
        out.append(g)
    return out


# %% each_alone_and_no_refusal
# mistake: two at once: every array is clipped on its own, nothing is refused
def clip_gradients(grads, max_norm):
    clipped = []
    for g in grads:
        n = safe_norm(g)
        clipped.append(max_norm * g / n if n > max_norm else g + 0)
    return clipped


# %% as_a_library
# mistake: the norm overflows and 1e-6 is added to it, as in a well-known library, and nothing is refused
def clip_gradients(grads, max_norm):
    total = 0.0
    for g in grads:
        total += np.linalg.norm(g) ** 2
    total = np.sqrt(total)
    coefficient = max_norm / (total + 1e-6)
    if coefficient < 1:
        return [g * coefficient for g in grads]
    return [g.copy() for g in grads]


# %% epsilon_1e_8
# mistake: 1e-8 is added to the norm
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = min(1.0, max_norm / (norm + 1e-8))
    return [g * factor for g in grads]


# %% sum_of_entries
# mistake: the absolute values of all entries are added
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    norm = sum(np.abs(g).sum() for g in grads)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads]


# %% largest_without_modulus
# mistake: the largest entry, by which the squares are scaled, is not that of the moduli
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    top = max(g.max() for g in grads)  # here
    if top == 0:
        return [g.copy() for g in grads]
    norm = top * np.sqrt(sum(((g / top) ** 2).sum() for g in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in grads]


# %% product_overflows
# mistake: the product with max_norm overflows before it is divided
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    norm = safe_norm([safe_norm(g) for g in grads])
    if norm <= max_norm:
        return [g.copy() for g in grads]
    return [g * max_norm / norm for g in grads]  # here


# %% square_of_a_python_number
# mistake: a norm that is a number of Python's is squared, which raises an error
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    norm = np.sqrt(sum(float(safe_norm(g)) ** 2 for g in grads))  # here
    return [g * min(1.0, max_norm / norm) if norm else g.copy() for g in grads]


# %% the_other_way_round
# mistake: the arrays come in the opposite order
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / norm if norm > max_norm else 1.0
    clipped = []
    for g in grads:
        clipped.insert(0, factor * g)  # here
    return clipped


# %% always_rescaled_with_epsilon
# mistake: the factor is not held below one
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("max_norm must be positive, and every entry finite")
    norm = safe_norm([safe_norm(g) for g in grads])
    return [g * (max_norm / (norm + 1e-6)) for g in grads]  # here


# %% minus_inf_is_accepted
# mistake: of the two infinities only one is refused
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    if any(np.isnan(g).any() or (g == np.inf).any() for g in grads):  # here
        raise ValueError("every entry must be finite")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads]


# %% plus_inf_is_accepted
# mistake: of the two infinities only one is refused
def clip_gradients(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    if any(np.isnan(g).any() or np.isneginf(g).any() for g in grads):  # here
        raise ValueError("every entry must be finite")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads]


# %% longest_array_decides
# mistake: whether to clip is asked of the longest array alone
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("max_norm must be positive, and every entry finite")
    norms = [safe_norm(g) for g in grads]
    factor = max_norm / safe_norm(norms) if max(norms) > max_norm else 1.0  # here
    return [g * factor for g in grads]


# %% largest_entry_decides
# mistake: whether to clip is asked of the largest entry
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("max_norm must be positive, and every entry finite")
    norm = safe_norm([safe_norm(g) for g in grads])
    factor = max_norm / norm if max(np.abs(g).max() for g in grads) > max_norm else 1.0  # here
    return [g * factor for g in grads]


# %% split_by_sizes
# mistake: np.split takes the places to cut at, and not sizes
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("max_norm must be positive, and every entry finite")
    flat = np.concatenate([g.ravel() for g in grads])
    norm = safe_norm(flat)
    if norm > max_norm:
        flat = flat * (max_norm / norm)
    parts = np.split(flat, [g.size for g in grads][:-1])
    return [part.reshape(g.shape).copy() for part, g in zip(parts, grads)]


# %% an_array_of_zeros_by_zero
# mistake: where one array is all zero, 0/0 makes the joint norm no number, and nothing is clipped
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError("max_norm must be positive, and every entry finite")

    def norm(values):
        largest = np.abs(values).max()
        return largest * np.sqrt(((values / largest) ** 2).sum())

    joint = norm(np.array([norm(g) for g in grads]))
    factor = max_norm / joint if joint > max_norm else 1.0
    return [g * factor for g in grads]
