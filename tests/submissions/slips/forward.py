# %% o_from_old_state
# mistake: the output is computed before the state moves on
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T + 1, h_0.shape[0]))
    o = np.zeros((T, W_qh.shape[0]))
    h[0] = h_0
    for t in range(T):
        o[t] = W_qh @ h[t]  # here
        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]
    return h, o


# %% hh_transposed_in_loop
# mistake: h @ W_hh where h @ W_hh.T is asked for
def forward(x, h_0, W_hx, W_hh, W_qh):
    states = [h_0]
    outputs = []
    for x_t in x:
        new = np.dot(x_t, W_hx.T) + np.dot(states[-1], W_hh)  # here
        states.append(new)
        outputs.append(np.dot(W_qh, new))
    return np.array(states), np.array(outputs)


# %% first_state_forever
# mistake: h[0] in place of the state before
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = len(x)
    h = np.zeros((T + 1, len(h_0)))
    h[0] = h_0
    for t in range(1, T + 1):
        h[t] = W_hx @ x[t - 1] + W_hh @ h[0]  # here
    return h, h[1:] @ W_qh.T


# %% loop_from_two
# mistake: the loop starts one step late
def forward(x, h_0, W_hx, W_hh, W_qh):
    T, d = x.shape
    h = np.zeros((T + 1, h_0.size))
    h[0, :] = h_0
    for t in range(2, T + 1):  # here
        h[t, :] = W_hx.dot(x[t - 1, :]) + W_hh.dot(h[t - 1, :])
    o = np.zeros((T, W_qh.shape[0]))
    for t in range(T):
        o[t, :] = W_qh.dot(h[t + 1, :])
    return h, o


# %% input_subtracted
# mistake: a minus in place of a plus
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for t in range(len(x)):
        a = W_hh @ h[t]
        b = W_hx @ x[t]
        h.append(a - b)  # here
    H = np.stack(h)
    return H, H[1:] @ W_qh.T
