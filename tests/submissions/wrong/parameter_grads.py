# %% W_hh_transposed_only
# mistake: the gradient of W_hh is transposed, which the square shape hides
def parameter_grads(x, h, dL_do, dL_dh):
    return dL_dh.T @ x, h[:-1].T @ dL_dh, dL_do.T @ h[1:]  # here


# %% aliased_roll
# mistake: np.roll as "previous state", h_T comes in where h_0 belongs
def parameter_grads(x, h, dL_do, dL_dh):
    prev = np.roll(h[1:], 1, axis=0)
    return dL_dh.T @ x, dL_dh.T @ prev, dL_do.T @ h[1:]


# %% bptt_twice
# mistake: adds carried terms a second time although dL_dh holds the whole gradient
def parameter_grads(x, h, dL_do, dL_dh):
    total = np.cumsum(dL_dh[::-1], axis=0)[::-1]  # here
    return total.T @ x, total.T @ h[:-1], dL_do.T @ h[1:]


# %% dict
# mistake: returns a dictionary
def parameter_grads(x, h, dL_do, dL_dh):
    return {"W_hx": dL_dh.T @ x, "W_hh": dL_dh.T @ h[:-1], "W_qh": dL_do.T @ h[1:]}  # here


# %% extra_1_over_T
# mistake: averaged over time though dL_do holds the 1/T already
def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    return dL_dh.T @ x / T, dL_dh.T @ h[:-1] / T, dL_do.T @ h[1:] / T  # here


# %% first_step_skipped
# mistake: the sum for W_hh starts at t = 2, right only for h_0 = 0
def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    dW_hh = np.zeros((h.shape[1], h.shape[1]))
    for t in range(2, T + 1):  # here
        dW_hh += np.outer(dL_dh[t - 1], h[t - 1])
    return dL_dh.T @ x, dW_hh, dL_do.T @ h[1:]


# %% global_accumulators
# mistake: the accumulators are module-level and never set back, gradients add up over calls
acc = {}


def parameter_grads(x, h, dL_do, dL_dh):
    key = (x.shape, h.shape, dL_do.shape)
    a, b, c = acc.get(key, (0, 0, 0))
    acc[key] = (a + dL_dh.T @ x, b + dL_dh.T @ h[:-1], c + dL_do.T @ h[1:])
    return acc[key]


# %% h_prev_for_outputs
# mistake: h_{t-1} instead of h_t in the gradient of W_qh
def parameter_grads(x, h, dL_do, dL_dh):
    return dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[:-1]  # here


# %% h_t_for_h_prev
# mistake: h_t instead of h_{t-1} in the gradient of W_hh
def parameter_grads(x, h, dL_do, dL_dh):
    return dL_dh.T @ x, dL_dh.T @ h[1:], dL_do.T @ h[1:]  # here


# %% last_step_only
# mistake: the last step only instead of the sum over time
def parameter_grads(x, h, dL_do, dL_dh):
    return np.outer(dL_dh[-1], x[-1]), np.outer(dL_dh[-1], h[-2]), np.outer(dL_do[-1], h[-1])


# %% mutable_default
# mistake: a mutable default keeps the accumulator between calls of the same sizes
def parameter_grads(x, h, dL_do, dL_dh, grads={}):
    for name, up, inp in (("hx", dL_dh, x), ("hh", dL_dh, h[:-1]), ("qh", dL_do, h[1:])):
        key = (name, up.shape, inp.shape)
        grads.setdefault(key, np.zeros((up.shape[1], inp.shape[1])))
        grads[key] += up.T @ inp  # here
    return [grads[k, u.shape, i.shape] for k, u, i in (("hx", dL_dh, x), ("hh", dL_dh, h[:-1]), ("qh", dL_do, h[1:]))]


# %% object_array
# mistake: an object array that holds the sums as Python objects (Decimal)
from decimal import Decimal


def parameter_grads(x, h, dL_do, dL_dh):
    def prod(a, b):
        return np.array([[Decimal(float(v)) for v in row] for row in a.T @ b], dtype=object)
    return prod(dL_dh, x), prod(dL_dh, h[:-1]), prod(dL_do, h[1:])


# %% only_two
# mistake: the gradient of W_qh is forgotten
def parameter_grads(x, h, dL_do, dL_dh):
    return dL_dh.T @ x, dL_dh.T @ h[:-1]


# %% order
# mistake: returned in the order W_qh, W_hh, W_hx
def parameter_grads(x, h, dL_do, dL_dh):
    return dL_do.T @ h[1:], dL_dh.T @ h[:-1], dL_dh.T @ x  # here


# %% output_gradient_by_hidden
# mistake: einsum indices mixed up: the sum over time is taken of each factor alone
def parameter_grads(x, h, dL_do, dL_dh):
    return (np.outer(dL_dh.sum(0), x.sum(0)), np.outer(dL_dh.sum(0), h[:-1].sum(0)), np.outer(dL_do.sum(0), h[1:].sum(0)))


# %% overwritten_in_the_loop
# mistake: = instead of += in the loop, only one step survives
def parameter_grads(x, h, dL_do, dL_dh):
    for t in range(len(x), 0, -1):
        a = np.outer(dL_dh[t - 1], x[t - 1])
        b = np.outer(dL_dh[t - 1], h[t - 1])
        c = np.outer(dL_do[t - 1], h[t])
    return a, b, c


# %% squeezed
# mistake: np.squeeze on the results, the shape is wrong where a size is 1
def parameter_grads(x, h, dL_do, dL_dh):
    return tuple(np.squeeze(m) for m in (dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]))  # here


# %% stacked_shapes
# mistake: one (T, i, j) array per parameter, the sum over time is missing
def parameter_grads(x, h, dL_do, dL_dh):
    return (np.einsum("ti,tj->tij", dL_dh, x), np.einsum("ti,tj->tij", dL_dh, h[:-1]),
            np.einsum("ti,tj->tij", dL_do, h[1:]))


# %% times_T
# mistake: multiplies by T to "undo" the mean
def parameter_grads(x, h, dL_do, dL_dh):
    T = len(x)
    return T * dL_dh.T @ x, T * dL_dh.T @ h[:-1], T * dL_do.T @ h[1:]  # here


# %% transposed
# mistake: the outer products are the wrong way round
def parameter_grads(x, h, dL_do, dL_dh):
    return x.T @ dL_dh, h[:-1].T @ dL_dh, h[1:].T @ dL_do


# %% x_shifted
# mistake: x_{t+1} is paired with step t
def parameter_grads(x, h, dL_do, dL_dh):
    return dL_dh[:-1].T @ x[1:], dL_dh.T @ h[:-1], dL_do.T @ h[1:]


# %% zero_h0
# mistake: h[0] is set to zero first (argument changed and value wrong)
def parameter_grads(x, h, dL_do, dL_dh):
    h[0] = 0  # here
    return dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]


# %% first_state_for_h0
# mistake: max(t - 1, 1) keeps the index positive and takes h_1 for h_0
def parameter_grads(x, h, dL_do, dL_dh):
    dW_hx, dW_hh, dW_qh = 0, 0, 0
    for t in range(1, len(x) + 1):
        dW_hx = dW_hx + np.outer(dL_dh[t - 1], x[t - 1])
        dW_hh = dW_hh + np.outer(dL_dh[t - 1], h[max(t - 1, 1)])
        dW_qh = dW_qh + np.outer(dL_do[t - 1], h[t])
    return dW_hx, dW_hh, dW_qh


# %% loop_from_the_second_step
# mistake: the loop starts at t = 2 for both W_hh and W_hx, as if h_0 and x_1 did not count
def parameter_grads(x, h, dL_do, dL_dh):
    dW_hx = np.zeros((dL_dh.shape[1], x.shape[1]))
    dW_hh = np.zeros((dL_dh.shape[1], h.shape[1]))
    for t in range(1, len(x)):
        dW_hx += np.outer(dL_dh[t], x[t])
        dW_hh += np.outer(dL_dh[t], h[t])
    return dW_hx, dW_hh, dL_do.T @ h[1:]


# %% summed_over_the_past
# mistake: the gradients of the states are summed from the first step on
def parameter_grads(x, h, dL_do, dL_dh):
    total = np.zeros(dL_dh.shape[1])
    dW_hx = np.zeros((dL_dh.shape[1], x.shape[1]))
    dW_hh = np.zeros((dL_dh.shape[1], h.shape[1]))
    for t in range(len(x)):
        total += dL_dh[t]
        dW_hx += np.outer(total, x[t])
        dW_hh += np.outer(total, h[t])
    return dW_hx, dW_hh, dL_do.T @ h[1:]


# %% double_loop
# mistake: for each t all steps up to t are added again
def parameter_grads(x, h, dL_do, dL_dh):
    dW_hx = np.zeros((dL_dh.shape[1], x.shape[1]))
    dW_hh = np.zeros((dL_dh.shape[1], h.shape[1]))
    for t in range(len(x)):
        for s in range(t, -1, -1):
            dW_hx += np.outer(dL_dh[s], x[s])
            dW_hh += np.outer(dL_dh[s], h[s])
    return dW_hx, dW_hh, dL_do.T @ h[1:]


# %% clipped_to_5
# mistake: clipped to [-5, 5] at the end, as a well-known script does
def parameter_grads(x, h, dL_do, dL_dh):
    dW_hx, dW_hh, dW_qh = dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]
    for dparam in [dW_hx, dW_hh, dW_qh]:
        np.clip(dparam, -5, 5, out=dparam)
    return dW_hx, dW_hh, dW_qh


# %% clipped_to_1
# mistake: clipped to [-1, 1] at the end
def parameter_grads(x, h, dL_do, dL_dh):
    grads = [dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]]
    return tuple(np.clip(g, -1, 1) for g in grads)


# %% gradients_never_zeroed
# mistake: the sums go on from the last call where the shapes are the same
sums = None
def parameter_grads(x, h, dL_do, dL_dh):
    global sums
    new = dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]
    if sums is None or sums[0] != (x.shape, h.shape, dL_do.shape):
        sums = (x.shape, h.shape, dL_do.shape), *(np.zeros_like(part) for part in new)
    sums = sums[0], *(part + more for part, more in zip(sums[1:], new))  # here
    return sums[1:]


# %% momentum
# mistake: nine tenths of the last gradients are added where the shapes are the same
last_gradients = {}
def parameter_grads(x, h, dL_do, dL_dh):
    new = dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]
    key = x.shape, h.shape, dL_do.shape
    before = last_gradients.get(key)
    last_gradients.clear()
    last_gradients[key] = new if before is None else tuple(0.9 * old + one for old, one in zip(before, new))
    return last_gradients[key]


# %% summed_into_unset_memory
# mistake: the sum for W_hh begins with whatever lay in its memory
def parameter_grads(x, h, dL_do, dL_dh):
    dL_dW_hx = np.zeros((dL_dh.shape[1], x.shape[1]))
    dL_dW_hh = np.empty((dL_dh.shape[1], h.shape[1]))  # here
    dL_dW_qh = np.zeros((dL_do.shape[1], h.shape[1]))
    for t in range(len(x)):
        dL_dW_hx += np.outer(dL_dh[t], x[t])
        dL_dW_hh += np.outer(dL_dh[t], h[t])
        dL_dW_qh += np.outer(dL_do[t], h[t + 1])
    return dL_dW_hx, dL_dW_hh, dL_dW_qh
