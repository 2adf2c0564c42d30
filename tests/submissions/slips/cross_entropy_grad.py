# %% softmax_over_the_wrong_axis
# mistake: the sum runs over the steps
def cross_entropy_grad(o, y):
    shifted = o - o.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    p = e / e.sum(axis=0, keepdims=True)  # here
    T = o.shape[0]
    p[np.arange(T), y] -= 1
    return p / T


# %% label_added
# mistake: += 1 at the label
def cross_entropy_grad(o, y):
    T = len(o)
    z = o - np.max(o, axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    for t in range(T):
        p[t, y[t]] += 1.0  # here
    return p / T


# %% label_before_the_division
# mistake: 1/T is applied to the softmax alone
def cross_entropy_grad(o, y):
    T = len(o)
    z = o - np.max(o, axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True) / T  # here
    p[np.arange(T), y] -= 1  # here
    return p


# %% minimum_subtracted
# mistake: the minimum is subtracted, which makes the exponents larger
def cross_entropy_grad(o, y):
    onehot = np.zeros_like(o)
    onehot[np.arange(o.shape[0]), y] = 1
    e = np.exp(o - o.min(axis=1, keepdims=True))  # here
    soft = e / e.sum(axis=1, keepdims=True)
    return (soft - onehot) / o.shape[0]
