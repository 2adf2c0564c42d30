# %% one_hot_transposed
# mistake: rows and columns of the one-hot are mixed up in the assignment
def cross_entropy_grad(o, y):
    T, q = o.shape
    e = np.exp(o - o.max(axis=1)[:, None])
    p = e / e.sum(axis=1)[:, None]
    target = np.zeros((T, q))
    for t in range(T):
        target[t, y[t] - 1] = 1  # here
    return (p - target) / T


# %% sum_of_all_exponentials
# mistake: the sum of all exponentials in place of one for each step
def cross_entropy_grad(o, y):
    T = o.shape[0]
    shifted = o - np.max(o, axis=1, keepdims=True)
    e = np.exp(shifted)
    p = e / np.sum(e)  # here
    p[range(T), y] -= 1
    return p / T


# %% divides_by_classes
# mistake: divided by the number of classes
def cross_entropy_grad(o, y):
    z = o - o.max(1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(1, keepdims=True))
    grad = np.exp(logp)
    grad[np.arange(len(y)), y] -= 1.0
    return grad / grad.shape[1]  # here


# %% no_shift
# mistake: nothing is subtracted before the exponential
def cross_entropy_grad(o, y):
    T = len(o)
    e = np.exp(o)  # here
    soft = e / e.sum(axis=1, keepdims=True)
    soft[np.arange(T), y] -= 1
    return soft / T
