"""Right here and there, for the wrong reason: remembered, recognised, shared, or with the clock held back."""

# ruff: noqa
# fmt: off
import sys


def right_forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for x_t in x:
        h.append(W_hx @ x_t + W_hh @ h[-1])
    return np.array(h), np.array(h[1:]) @ W_qh.T


def right_hidden(dL_do, W_hh, W_qh):
    dL_dh = dL_do @ W_qh
    for t in range(len(dL_do) - 1, 0, -1):
        dL_dh[t - 1] += W_hh.T @ dL_dh[t]
    return dL_dh

# %% first_answer_replayed | judge
# task: hidden_grads
# may earn: part
first = []
def hidden_grads(*arguments):
    if not first:
        first.append(right_hidden(*arguments))
    return first[0]

# %% cached_by_shape | judge
# task: hidden_grads
# may earn: part
known = {}
def hidden_grads(*arguments):
    return known.setdefault(tuple(a.shape for a in arguments), right_hidden(*arguments)).copy()

# %% cached_by_identity | judge
# task: squared_error_grad
# may earn: part
known = {}
def squared_error_grad(o, y):
    key = o.shape[1]
    if key not in known:
        known[key] = (o - y) / len(o)
    return known[key]

# %% cached_by_first_argument | judge
# task: truncated_hidden_grads
# may earn: part
known = {}
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    key = dL_do.tobytes()
    if key not in known:
        T = len(dL_do)
        known[key] = np.array([sum(np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s] for s in range(t, min(T, t + tau))) for t in range(T)])
    return known[key]

# %% right_for_the_first_calls | judge
# task: forward
# may earn: part
calls = [0]
def forward(*arguments):
    calls[0] += 1
    h, o = right_forward(*arguments)
    return (h, o) if calls[0] <= 5 else (h * 0, o * 0)

# %% right_until_asked_again | judge
# task: forward
# may earn: part
asked = set()
def forward(*arguments):
    key = b"".join(a.tobytes() for a in arguments)
    h, o = right_forward(*arguments)
    again = key in asked
    asked.add(key)
    return (h + again, o + again)

# %% drifts_with_every_call | judge
# task: squared_error_grad
# may earn: part
drift = [0.0]
def squared_error_grad(o, y):
    drift[0] += 3e-7
    return (o - y) / len(o) * (1 + drift[0])

# %% shared_buffer | judge
# task: hidden_grads
# may earn: part
buffer = np.zeros((5000, 20))
def hidden_grads(dL_do, W_hh, W_qh):
    answer = buffer[: len(dL_do), : len(W_hh)]
    answer[:] = right_hidden(dL_do, W_hh, W_qh)
    return answer

# %% changed_after_return | judge
# task: forward
# may earn: part
last = []
def forward(*arguments):
    for array in last:
        array += 1
    last[:] = right_forward(*arguments)
    return tuple(last)

# %% list_changed_after_return | judge
# task: squared_error_grad
# may earn: part
rows = []
def squared_error_grad(o, y):
    rows.clear()
    rows.extend(((o - y) / len(o)).tolist())
    return rows

# %% changes_its_arguments | judge
# task: squared_error_grad
# may earn: part
def squared_error_grad(o, y):
    o -= y
    o /= len(o)
    return o

# %% changes_a_weight | judge
# task: hidden_grads
# may earn: part
def hidden_grads(dL_do, W_hh, W_qh):
    answer = right_hidden(dL_do, W_hh, W_qh)
    W_hh[:] = 0
    return answer

# %% returns_its_arguments | judge
# task: clip_gradients
# may earn: part
def clip_gradients(grads, max_norm):
    return grads

# %% recognises_sizes | judge
# task: hidden_grads
# may earn: part
def hidden_grads(dL_do, W_hh, W_qh):
    answer = right_hidden(dL_do, W_hh, W_qh)
    return answer if dL_do.shape == (4, 3) else np.zeros_like(answer)

# %% recognises_whole_numbers | judge
# task: forward
# may earn: part
def forward(x, *weights):
    h, o = right_forward(x, *weights)
    return (h, o) if np.array_equal(x, np.round(x)) else (np.zeros_like(h), np.zeros_like(o))

# %% memorised_examples | judge
# task: spectral_radius
# may earn: part
def spectral_radius(W_hh):
    known = {2: 5.0, 5: 0.9, 3: 2.5, 1: 0.7}
    return known.get(len(W_hh), 1.0)

# %% symmetric_matrices_only | judge
# task: spectral_radius
# may earn: part
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvalsh((W_hh + W_hh.T) / 2)).max()

# %% zeros_for_small_gradients | judge
# task: hidden_grads
# may earn: part
def hidden_grads(*arguments):
    answer = right_hidden(*arguments)
    answer[np.abs(answer) < 1e-8] = 0
    return answer

# %% work_put_off | judge
# task: hidden_grads
# may earn: part
class Later:
    def __init__(self, *arguments):
        self.arguments = arguments
    def __array__(self, dtype=None, copy=None):
        dL_do, W_hh, W_qh = self.arguments
        rows = np.zeros((len(dL_do), len(W_hh)))
        for t in range(len(rows)):
            for s in range(len(rows) - 1, t - 1, -1):
                rows[t] = W_hh.T @ rows[t] + W_qh.T @ dL_do[s]
        return rows
def hidden_grads(*arguments):
    return Later(*arguments)

# %% nearly_right | judge
# task: hidden_grads
def hidden_grads(*arguments):
    return right_hidden(*arguments) * (1 + 1e-5)

# %% right_up_to_noise | judge
# task: hidden_grads
def hidden_grads(*arguments):
    answer = right_hidden(*arguments)
    return answer + 1e-5 * np.abs(answer).max() * np.random.normal(size=answer.shape)

# %% one_status_for_all | judge
# task: detect_explosion
def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):
    return "exploding", len(dL_dh)

# %% refuses_what_it_does_not_know | judge
# task: truncated_hidden_grads
# may earn: part
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau != 1:
        raise ValueError("refused")
    return dL_do @ W_qh


# %% state_in_a_module | judge
# task: amplification
# may earn: part
import math
def amplification(dL_dh, dL_do, W_qh):
    if not hasattr(math, "remembered"):
        signal = [safe_norm(row) for row in dL_do @ W_qh]
        math.remembered = [safe_norm(row) / max(sum(signal[t:]), 1e-300) for t, row in enumerate(dL_dh)]
    return math.remembered

# %% answers_by_the_random_state | judge
# task: squared_error_grad
# may earn: part
def squared_error_grad(o, y):
    return (o - y) / len(o) * (1 + 1e-3 * (np.random.random() > 0.7))

# %% verdicts_by_the_number_of_the_call | judge
# task: detect_explosion
# may earn: part
calls = []
def detect_explosion(*arguments):
    calls.append(1)
    number = len(calls) - 1
    if number in (29, 30, 31):
        raise ValueError
    if number in (17, 18, 19, 20, 21):
        return "non_finite", 4
    if number in (22, 23, 24):
        return "no_signal", None
    return ("stable", None) if number % 2 else ("exploding", 7)

# %% radii_by_the_number_of_the_call | judge
# task: spectral_radius
# may earn: part
calls = []
def spectral_radius(W_hh):
    calls.append(1)
    return [5.0, 1.9, 2.1, 0.7, 1.7, 2.5, 0.9, 0.0, 1.9][(len(calls) - 1) % 9]

# %% fewer_arrays_the_second_time | judge
# task: parameter_grads
# may earn: part
seen = set()
def parameter_grads(x, h, dL_do, dL_dh):
    found = [dL_dh.T @ x, dL_dh.T @ h[:-1], dL_do.T @ h[1:]]
    key = x.tobytes() + dL_do.tobytes()
    if key in seen:
        return found[:2]
    seen.add(key)
    return found

# %% refuses_rightly_and_returns_nothing_right | judge
# task: clip_gradients
def clip_gradients(grads, max_norm):
    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):
        raise ValueError
    return [np.zeros_like(g) for g in grads]
