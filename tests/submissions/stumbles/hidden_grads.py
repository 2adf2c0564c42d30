# %% placeholder_still_there
def hidden_grads(dL_do, W_hh, W_qh):
    raise NotImplementedError
    direct = dL_do @ W_qh
    for t in range(len(direct) - 2, -1, -1):
        direct[t] += direct[t + 1] @ W_hh
    return direct

# %% walks_forwards
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(1, len(dL_do)):
        dL_dh[t] += dL_dh[t - 1] @ W_hh
    return dL_dh

# %% never_ends
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    t = len(dL_do) - 2
    while t >= 0:
        dL_dh[t] += dL_dh[t + 1] @ W_hh
    return dL_dh

# %% asks_for_the_step_after_the_last
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 1, -1, -1):
        dL_dh[t] += dL_dh[t + 1] @ W_hh
    return dL_dh

# %% named_nearly_so
def hidden_grad(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 2, -1, -1):
        dL_dh[t] += dL_dh[t + 1] @ W_hh
    return dL_dh

# %% a_helper_named_nearly_so
def step_back(carried, direct, W_hh):
    return direct + carried @ W_hh
def hidden_grads(dL_do, W_hh, W_qh):
    rows = [dL_do[-1] @ W_qh]
    for d in dL_do[-2::-1]:
        rows.append(step_bck(rows[-1], d @ W_qh, W_hh))
    return np.array(rows[::-1])

# %% a_dictionary_of_steps
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = {len(dL_do): dL_do[-1] @ W_qh}
    for t in range(len(dL_do) - 1, 0, -1):
        dL_dh[t] = dL_do[t - 1] @ W_qh + dL_dh[t + 1] @ W_hh
    return dL_dh

# %% a_cache_of_arrays
import functools
@functools.lru_cache
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 2, -1, -1):
        dL_dh[t] += dL_dh[t + 1] @ W_hh
    return dL_dh

# %% by_forward_of_its_own
def hidden_grads(dL_do, W_hh, W_qh):
    if len(dL_do) < 2:
        raise RuntimeError("too few steps")
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 2, -1, -1):
        dL_dh[t] += dL_dh[t + 1] @ W_hh
    return dL_dh

# %% always_the_same
def hidden_grads(dL_do, W_hh, W_qh):
    return np.ones((len(dL_do), len(W_hh)))

# %% recursion_without_end
def hidden_grads(dL_do, W_hh, W_qh):
    rest = hidden_grads(dL_do[1:], W_hh, W_qh)
    first = dL_do[0] @ W_qh + rest[0] @ W_hh
    return np.vstack([first, rest])

# %% an_attribute_of_a_list
def hidden_grads(dL_do, W_hh, W_qh):
    rows = [dL_do[-1] @ W_qh]
    for d in dL_do[-2::-1]:
        rows.append(d @ W_qh + rows[-1] @ W_hh)
    return rows.reverse()

# %% assigned_below
def hidden_grads(dL_do, W_hh, W_qh):
    dL_dh = np.zeros((len(dL_do), len(W_hh)))
    for t in range(len(dL_do) - 1, -1, -1):
        dL_dh[t] = dL_do[t] @ W_qh + carried
        carried = dL_dh[t] @ W_hh
    return dL_dh

