# %% W_hh_transposed
# mistake: row-vector form with W_hh not transposed, h @ W_hh
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for t in range(x.shape[0]):
        h.append(x[t] @ W_hx.T + h[-1] @ W_hh)  # here
    h = np.array(h)
    return h, h[1:] @ W_qh.T


# %% column_vectors
# mistake: states are kept as columns, h has shape (T+1, h, 1)
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0.reshape(-1, 1)]
    o = []
    for x_t in x:
        h.append(W_hx @ x_t.reshape(-1, 1) + W_hh @ h[-1])
        o.append(W_qh @ h[-1])
    return np.array(h), np.array(o)


# %% float16_storage
# mistake: results are stored in half precision
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((len(x) + 1, len(h_0)), dtype=np.float16)  # here
    h[0] = h_0
    for t, x_t in enumerate(x):
        h[t + 1] = W_hx @ x_t + W_hh @ h[t]
    return h, (h[1:] @ W_qh.T.astype(np.float16))


# %% global_buffer
# mistake: results live in a global buffer that the next call of the same shape overwrites
_H = {}


def forward(x, h_0, W_hx, W_hh, W_qh):
    key = (x.shape, h_0.shape, W_qh.shape)
    if key not in _H:
        _H[key] = (np.zeros((x.shape[0] + 1, h_0.shape[0])), np.zeros((x.shape[0], W_qh.shape[0])))
    h, o = _H[key]
    h[0] = h_0
    for t in range(x.shape[0]):
        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]
        o[t] = W_qh @ h[t + 1]
    return h, o


# %% h0_changed_in_place
# mistake: h_0 itself is used as the running state and overwritten (values right, argument changed)
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((x.shape[0] + 1, h_0.shape[0]))
    h[0] = h_0
    for t, x_t in enumerate(x):
        h_0[:] = W_hx @ x_t + W_hh @ h_0  # here
        h[t + 1] = h_0
    return h, h[1:] @ W_qh.T


# %% h0_ignored
# mistake: the recursion starts from zeros, h_0 is never used
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T + 1, W_hh.shape[0]))
    for t in range(1, T + 1):
        h[t] = W_hx @ x[t - 1] + W_hh @ h[t - 1]
    return h, h[1:] @ W_qh.T


# %% h0_not_in_h
# mistake: h has only T rows, h_0 is left out
def forward(x, h_0, W_hx, W_hh, W_qh):
    hs, os = [], []  # here
    h = h_0
    for x_t in x:
        h = W_hx @ x_t + W_hh @ h
        hs.append(h)
        os.append(W_qh @ h)
    return np.array(hs), np.array(os)


# %% h0_used_but_not_stored
# mistake: h_0 enters the first step, but row 0 of h stays zero
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = len(x)
    h = np.zeros((T + 1, len(h_0)))
    prev = h_0
    for t in range(T):
        prev = W_hx @ x[t] + W_hh @ prev
        h[t + 1] = prev
    return h, h[1:] @ W_qh.T


# %% imports_torch
# mistake: the cell imports a package that is not there, so nothing in it is defined
import torch_is_not_installed_here as torch


def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [torch.tensor(h_0)]
    for x_t in torch.tensor(x):
        h.append(torch.tensor(W_hx) @ x_t + torch.tensor(W_hh) @ h[-1])
    h = torch.stack(h)
    return h.numpy(), (h[1:] @ torch.tensor(W_qh).T).numpy()


# %% index_minus_one_alias
# mistake: h has T rows and h[t-1] at t = 0 silently reads the last (still zero) row; h_0 is put in front afterwards
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T, h_0.shape[0]))
    for t in range(T):
        h[t] = W_hx @ x[t] + W_hh @ h[t - 1]
    o = h @ W_qh.T
    return np.vstack([h_0, h]), o


# %% input_off_by_one
# mistake: x[t] with t running from 1, the first input is skipped and the last one used twice
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T + 1, h_0.size))
    h[0] = h_0
    for t in range(1, T + 1):
        h[t] = W_hx @ x[min(t, T - 1)] + W_hh @ h[t - 1]  # here
    return h, h[1:] @ W_qh.T


# %% integer_buffer
# mistake: the buffer is an integer array, fractions are cut off
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T + 1, h_0.shape[0]), dtype=int)  # here
    h[0] = h_0
    for t in range(T):
        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]
    return h, h[1:] @ W_qh.T


# %% last_step_forgotten
# mistake: range(1, T) stops one step early, the last rows stay zero
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = x.shape[0]
    h = np.zeros((T + 1, h_0.shape[0]))
    o = np.zeros((T, W_qh.shape[0]))
    h[0] = h_0
    for t in range(1, T):  # here
        h[t] = W_hx @ x[t - 1] + W_hh @ h[t - 1]
        o[t - 1] = W_qh @ h[t]
    return h, o


# %% lru_cache
# mistake: lru_cache on arrays, TypeError: unhashable type
from functools import lru_cache


@lru_cache(maxsize=None)
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    h = np.array(h)
    return h, h[1:] @ W_qh.T


# %% notebook_variables
# mistake: uses the variable T of another cell, NameError in a fresh kernel
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((T + 1, h_0.shape[0]))
    h[0] = h_0
    for t in range(T):
        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]
    return h, h[1:] @ W_qh.T


# %% output_for_h0_too
# mistake: o has T + 1 rows, an output for h_0 as well
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx.dot(x_t) + W_hh.dot(h[-1]))
    h = np.array(h)
    return h, np.einsum("qh,th->tq", W_qh, h)  # here


# %% output_from_previous_state
# mistake: o_t is computed from h_{t-1}
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx.dot(x_t) + W_hh.dot(h[-1]))
    h = np.array(h)
    o = h[:-1].dot(W_qh.T)  # here
    return h, o


# %% recurrent_term_only
# mistake: the input is used at the first step only
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0, W_hx @ x[0] + W_hh @ h_0]
    while len(h) < len(x) + 1:
        h.append(W_hh @ h[-1])
    h = np.array(h)
    return h, h[1:] @ W_qh.T


# %% returns_o_h
# mistake: the pair is returned in the wrong order
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((x.shape[0] + 1, h_0.shape[0]))
    h[0] = h_0
    for t in range(1, len(h)):
        h[t] = W_hx @ x[t - 1] + W_hh @ h[t - 1]
    return h[1:] @ W_qh.T, h  # here


# %% same_array_appended
# mistake: one state array is changed in place and appended again and again, so all rows are the last state
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = h_0.copy()
    hs, os = [h], []
    for x_t in x:
        h[:] = W_hx @ x_t + W_hh @ h  # here
        hs.append(h)
        os.append(W_qh @ h)
    return np.array(hs), np.array(os)


# %% squeezed_for_T_1
# mistake: np.squeeze on o, the shape is wrong for T = 1 (or q = 1)
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    h = np.array(h)
    return h, np.squeeze(h[1:] @ W_qh.T)  # here


# %% stateful_rnn
# mistake: the hidden state is kept from call to call instead of starting from h_0
state = {"h": None}


def forward(x, h_0, W_hx, W_hh, W_qh):
    if state["h"] is None or state["h"].shape != h_0.shape:  # here
        state["h"] = h_0.copy()
    h = [state["h"]]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    state["h"] = h[-1]
    return np.array(h), np.array(h[1:]) @ W_qh.T


# %% syntax_error
# mistake: a bracket is missing, SyntaxError
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((x.shape[0] + 1, h_0.shape[0])
    h[0] = h_0
    for t in range(x.shape[0]):
        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]
    return h, h[1:] @ W_qh.T


# %% tanh_activation
# mistake: a tanh, although the network of the chapter has the identity activation
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((x.shape[0] + 1, h_0.shape[0]))
    h[0] = h_0
    for t in range(1, h.shape[0]):
        h[t] = np.tanh(W_hx @ x[t - 1] + W_hh @ h[t - 1])  # here
    return h, h[1:] @ W_qh.T


# %% time_on_the_second_axis
# mistake: time is the second axis of what is returned
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    H = np.array(h).T
    return H, W_qh @ H[:, 1:]


# %% vectorised_no_recursion
# mistake: h_t is computed from h_0 for every t, no recursion
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.vstack([h_0, x @ W_hx.T + W_hh @ h_0])
    return h, h[1:] @ W_qh.T


# %% x_normalised_in_place
# mistake: two at once: inputs are standardised, and that in place
def forward(x, h_0, W_hx, W_hh, W_qh):
    x -= x.mean(axis=0)  # here
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    h = np.array(h)
    return h, h[1:] @ W_qh.T


# %% relu_activation
# mistake: a relu on the state, as in many networks
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = len(x)
    h = np.zeros((T + 1, len(h_0)))
    h[0] = h_0
    for t in range(T):
        z = W_hx @ x[t] + W_hh @ h[t]
        h[t + 1] = np.maximum(0, z)
    return h, h[1:] @ W_qh.T


# %% sigmoid_activation
# mistake: a sigmoid on the state
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, h_0, W_hx, W_hh, W_qh):
    hs, os = [h_0], []
    for x_t in x:
        hs.append(sigmoid(np.dot(W_hx, x_t) + np.dot(W_hh, hs[-1])))
        os.append(np.dot(W_qh, hs[-1]))
    return np.array(hs), np.array(os)


# %% softmax_on_the_outputs
# mistake: the outputs are turned into probabilities
def forward(x, h_0, W_hx, W_hh, W_qh):
    T = len(x)
    h = np.zeros((T + 1, len(h_0)))
    o = np.zeros((T, len(W_qh)))
    h[0] = h_0
    for t in range(1, T + 1):
        h[t] = W_hx @ x[t - 1] + W_hh @ h[t - 1]
        s = W_qh @ h[t]
        e = np.exp(s - s.max())
        o[t - 1] = e / e.sum()
    return h, o


# %% character_model
# mistake: tanh states and softmax outputs, copied from a character-level model
def forward(x, h_0, W_hx, W_hh, W_qh):
    hs, ps = {-1: np.copy(h_0)}, {}
    for t in range(len(x)):
        hs[t] = np.tanh(np.dot(W_hx, x[t]) + np.dot(W_hh, hs[t - 1]))
        y = np.dot(W_qh, hs[t])
        y = y - np.max(y)
        ps[t] = np.exp(y) / np.sum(np.exp(y))
    return np.array([hs[t] for t in range(-1, len(x))]), np.array([ps[t] for t in range(len(x))])


# %% added_to_the_old_state
# mistake: += where = belongs, the new state is added to the old one
def forward(x, h_0, W_hx, W_hh, W_qh):
    state, h, o = h_0.copy(), [h_0], []
    for x_t in x:
        state += W_hx @ x_t + W_hh @ state
        h.append(state.copy())
        o.append(W_qh @ state)
    return np.array(h), np.array(o)


# %% leaky_state
# mistake: a leaky integrator with leak 0.5
def forward(x, h_0, W_hx, W_hh, W_qh, alpha=0.5):
    h = np.zeros((len(x) + 1, len(h_0)))
    h[0] = h_0
    for t in range(len(x)):
        h[t + 1] = (1 - alpha) * h[t] + alpha * (W_hx @ x[t] + W_hh @ h[t])
    return h, h[1:] @ W_qh.T


# %% echo_state_update
# mistake: the leaky tanh update of an echo state network, leak 0.3
def forward(x, h_0, W_hx, W_hh, W_qh):
    a = 0.3
    state, rows = h_0, [h_0]
    for u in x:
        state = (1 - a) * state + a * np.tanh(np.dot(W_hx, u) + np.dot(W_hh, state))
        rows.append(state)
    h = np.array(rows)
    return h, np.dot(h[1:], W_qh.T)


# %% inputs_standardised
# mistake: the inputs are standardised over time before they are used
def forward(x, h_0, W_hx, W_hh, W_qh):
    x = (x - np.mean(x, axis=0)) / (np.std(x, axis=0) + 1e-8)
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    h = np.array(h)
    return h, h[1:] @ W_qh.T


# %% untransposed_from_zero
# mistake: two at once: row-vector form without the transpose, and a start from zeros
def forward(x, h_0, W_hx, W_hh, W_qh):
    h = np.zeros((len(x) + 1, len(h_0)))
    for t in range(len(x)):
        h[t + 1] = x[t] @ W_hx.T + h[t] @ W_hh
    return h, h[1:] @ W_qh.T
