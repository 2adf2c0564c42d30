# %% argmax_as_label
# mistake: the prediction (argmax) is used as the label
from scipy.special import softmax


def cross_entropy_grad(o, y):
    p = softmax(o, axis=1)
    p[np.arange(len(o)), o.argmax(axis=1)] -= 1  # here
    return p / len(o)


# %% clip_logits
# mistake: clips o to +-500 before the exponential, which is wrong beyond
def cross_entropy_grad(o, y):
    z = np.exp(np.clip(o, -500, 500))
    p = z / z.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


# %% divided_by_Tq
# mistake: divides by T*q
from scipy.special import softmax


def cross_entropy_grad(o, y):
    p = softmax(o, axis=1)
    p[np.arange(len(y)), y] -= 1
    return p / p.size  # here


# %% float32_exponentials
# mistake: everything in float32, large logits lose their differences
def cross_entropy_grad(o, y):
    z = o.astype(np.float32)  # here
    e = np.exp(z - z.max(axis=1, keepdims=True))  # here
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / np.float32(len(y))


# %% forward_difference_large_step
# mistake: forward difference of the given loss with step 1e-2
def cross_entropy_grad(o, y):
    g = np.zeros_like(o)
    base = cross_entropy(o, y)
    for k in np.ndindex(o.shape):
        p = o.copy()
        p[k] += 1e-2
        g[k] = (cross_entropy(p, y) - base) / 1e-2
    return g


# %% global_maximum
# mistake: subtracts the maximum of the whole array, rows far below underflow to 0/0
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max())  # here
    p = e / e.sum(axis=1, keepdims=True)
    onehot = np.eye(o.shape[1])[y]
    return (p - onehot) / o.shape[0]


# %% label_column_for_all_rows
# mistake: p[:, y] -= 1 hits every row for every label
from scipy.special import softmax


def cross_entropy_grad(o, y):
    p = softmax(o, axis=1)
    p[:, y] -= 1
    return p / len(y)


# %% labels_from_one
# mistake: takes labels as 1 ... q, so that y - 1 is used
from scipy.special import softmax


def cross_entropy_grad(o, y):
    p = softmax(o, axis=1)
    p[np.arange(len(y)), y - 1] -= 1  # here
    return p / len(y)


# %% logits_overwritten
# mistake: the logits are shifted in place, o is changed (values right)
def cross_entropy_grad(o, y):
    o -= o.max(axis=1, keepdims=True)  # here
    p = np.exp(o)
    p /= p.sum(axis=1, keepdims=True)
    p[range(len(y)), y] -= 1
    return p / len(y)


# %% missing_1_over_T
# mistake: the 1/T is missing
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p  # here


# %% naive_softmax
# mistake: exp without subtracting the maximum, overflows for large o
def cross_entropy_grad(o, y):
    p = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)  # here
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


# %% only_label_entry
# mistake: gradient at the label only, the other classes stay zero
from scipy.special import softmax


def cross_entropy_grad(o, y):
    g = np.zeros_like(o)
    p = softmax(o, axis=1)
    for t in range(len(y)):
        g[t, y[t]] = (p[t, y[t]] - 1) / len(y)
    return g


# %% p_minus_label
# mistake: subtracts the label itself instead of its one-hot row
from scipy.special import softmax


def cross_entropy_grad(o, y):
    return (softmax(o, axis=1) - y[:, None]) / o.shape[0]


# %% shape_cache
# mistake: the result is cached by the shape of o
from scipy.special import softmax

_seen = {}


def cross_entropy_grad(o, y):
    if o.shape not in _seen:  # here
        p = softmax(o, axis=1)
        p[np.arange(len(y)), y] -= 1
        _seen[o.shape] = p / len(y)
    return _seen[o.shape].copy()


# %% sigmoid
# mistake: a sigmoid per class instead of the softmax
from scipy.special import expit


def cross_entropy_grad(o, y):
    return (expit(o) - np.eye(o.shape[1])[y]) / len(y)


# %% sign
# mistake: one-hot minus softmax
from scipy.special import softmax


def cross_entropy_grad(o, y):
    return (np.eye(o.shape[1])[y] - softmax(o, axis=1)) / len(y)  # here


# %% softmax_only
# mistake: the one-hot is not subtracted
from scipy.special import softmax


def cross_entropy_grad(o, y):
    return softmax(o, axis=1) / o.shape[0]


# %% softmax_over_time
# mistake: softmax along the time axis
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=0))
    p = e / e.sum(axis=0)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


# %% squeezed_last_row
# mistake: loop leaves the last step out (range(T - 1))
from scipy.special import softmax


def cross_entropy_grad(o, y):
    T = len(o)
    g = np.zeros(o.shape)
    for t in range(T - 1):  # here
        g[t] = softmax(o[t])
        g[t, y[t]] -= 1
    return g / T


# %% sum_over_everything
# mistake: softmax normalised over the whole array
def cross_entropy_grad(o, y):
    e = np.exp(o - np.max(o))
    p = e / np.sum(e)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


# %% through_clipped_log
# mistake: -1/(p + 1e-4) through the softmax Jacobian, the epsilon spoils the gradient
from scipy.special import softmax


def cross_entropy_grad(o, y):
    T, q = o.shape
    p = softmax(o, axis=1)
    g = np.zeros_like(o)
    for t in range(T):
        J = np.diag(p[t]) - np.outer(p[t], p[t])
        g[t] = J[:, y[t]] * (-1 / (p[t, y[t]] + 1e-4)) / T
    return g


# %% zero_over_zero
# mistake: -1/p times the Jacobian, 0/0 where the label's probability underflows
from scipy.special import softmax


def cross_entropy_grad(o, y):
    T, q = o.shape
    p = softmax(o, axis=1)
    g = np.zeros_like(o)
    for t in range(T):
        dl_dp = np.zeros(q)
        dl_dp[y[t]] = -1 / p[t, y[t]]
        g[t] = (np.diag(p[t]) - np.outer(p[t], p[t])) @ dl_dp / T
    return g


# %% outputs_as_probabilities
# mistake: o is taken for the probabilities, there is no softmax
def cross_entropy_grad(o, y):
    T = len(o)
    dy = o.copy()
    dy[np.arange(T), y] -= 1
    return dy / T


# %% softmax_of_softmax
# mistake: the softmax is taken twice
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy_grad(o, y):
    p = softmax(o)
    one_hot = np.zeros_like(o)
    one_hot[np.arange(len(y)), y] = 1
    return (softmax(p) - one_hot) / len(o)


# %% softmax_derivative_again
# mistake: the derivative of a sigmoid-like output is multiplied in besides
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    error = p - np.eye(o.shape[1])[y]
    return error * p * (1 - p) / len(o)


# %% label_over_T_only
# mistake: brackets are missing, only the one-hot label is divided by T
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p - np.eye(o.shape[1])[y] / len(o)


# %% divided_before_the_label
# mistake: the softmax is divided by T before 1 is taken off at the label
def cross_entropy_grad(o, y):
    T = len(o)
    e = np.exp(o - o.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True) / T
    grad[np.arange(T), y] -= 1
    return grad


# %% divided_by_classes
# mistake: o.shape[1] where o.shape[0] belongs
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / o.shape[1]


# %% label_added
# mistake: += 1 at the label
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] += 1
    return p / len(o)


# %% largest_of_a_column
# mistake: the largest output is taken over the steps, not over the outputs of one step
def cross_entropy_grad(o, y):
    p = np.exp(o - o.max(axis=0))  # here
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


# %% classes_of_the_labels
# mistake: the number of classes is taken from the labels
def cross_entropy_grad(o, y):
    p = np.exp(o - o.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return (p - np.eye(y.max() + 1)[y]) / len(o)


# %% shift_by_the_first_output
# mistake: the first output of a row is taken away, which need not be its largest
def cross_entropy_grad(o, y):
    p = np.exp(o - o[:, :1])
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(o)), y] -= 1
    return p / len(o)
