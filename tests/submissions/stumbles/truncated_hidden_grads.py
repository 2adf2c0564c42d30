# %% another_exception
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    assert tau >= 1
    direct = dL_do @ W_qh
    out = direct.copy()
    for k in range(1, min(tau, len(direct))):
        direct = direct[1:] @ W_hh
        out[: len(direct)] += direct
    return out

# %% refuses_long_windows
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1 or tau > len(dL_do):
        raise ValueError("tau must lie in 1 ... T")
    direct = dL_do @ W_qh
    out = direct.copy()
    for k in range(1, tau):
        direct = direct[1:] @ W_hh
        out[: len(direct)] += direct
    return out

# %% one_too_many
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    direct = dL_do @ W_qh
    out = direct.copy()
    for k in range(1, min(tau + 1, len(direct))):
        direct = direct[1:] @ W_hh
        out[: len(direct)] += direct
    return out

# %% window_by_last_steps_only
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError("tau")
    return hidden_grads(dL_do, W_hh, W_qh)[-tau:]

