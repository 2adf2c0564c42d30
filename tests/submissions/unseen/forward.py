# %% input_of_the_next_step
# mistake: x is read one step late, and the last one twice
def forward(x, h_0, W_hx, W_hh, W_qh):
    """Run the network."""
    T = x.shape[0]
    hs = [h_0]
    for t in range(1, T + 1):
        x_t = x[t] if t < T else x[-1]  # here
        hs.append(W_hx @ x_t + W_hh @ hs[t - 1])
    h = np.array(hs)
    return h, (W_qh @ h[1:].T).T


# %% initial_state_zero
# mistake: h_0 is replaced by zeros
def forward(x, h_0, W_hx, W_hh, W_qh):
    steps, size = len(x), len(W_hh)
    h = np.zeros((steps + 1, size))
    h[0] = np.zeros(size)  # here
    for t in range(steps):
        h[t + 1] = x[t] @ W_hx.T + h[t] @ W_hh.T
    o = h[1:] @ W_qh.T
    return h, o


# %% state_not_handed_on
# mistake: the new state is stored, and the old one goes on
def forward(x, h_0, W_hx, W_hh, W_qh):
    h_prev = h_0
    all_h, all_o = [h_0], []
    for x_t in x:
        h_t = W_hx @ x_t + W_hh @ h_prev
        all_h.append(h_t)
        all_o.append(W_qh @ h_t)
        h_prev = h_prev  # here
    return np.array(all_h), np.array(all_o)


# %% relu
# mistake: a rectifier as in other networks
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = len(x)
    h = np.empty((T + 1, h_0.shape[0]))
    h[0] = h_0
    for t in range(1, T + 1):
        a = W_hx @ x[t - 1] + W_hh @ h[t - 1]
        h[t] = np.maximum(a, 0)  # here
    return h, np.einsum("qh,th->tq", W_qh, h[1:])
