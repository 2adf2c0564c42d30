# %% plain_exp
def cross_entropy_grad(o, y):
    p = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    p[np.arange(len(o)), y] -= 1
    return p / len(o)

# %% over_time
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=0))
    p = e / e.sum(axis=0)
    p[np.arange(len(o)), y] -= 1
    return p / len(o)

# %% labels_subtracted
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - y) / len(o)

# %% softmax_alone
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) / len(o)

# %% one_maximum_for_all
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max())
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(o)), y] -= 1
    return p / len(o)

# %% labels_as_floats
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(o.shape[1])[y.astype(float)]) / len(o)

# %% column_of_the_label_in_all_rows
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[:, y] -= 1
    return p / len(o)

# %% max_without_keepdims
def cross_entropy_grad(o, y):
    e = np.exp(o - o.max(axis=1))
    p = e / e.sum(axis=1)
    p[np.arange(len(o)), y] -= 1
    return p / len(o)

# %% into_the_outputs
def cross_entropy_grad(o, y):
    o -= o.max(axis=1, keepdims=True)
    p = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    p[np.arange(len(o)), y] -= 1
    return p / len(o)

