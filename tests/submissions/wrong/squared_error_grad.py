# %% 1_over_Tq
# mistake: divides by the number of entries T*q
def squared_error_grad(o, y):
    return (o - y) / o.size  # here


# %% 1_over_q
# mistake: divides by q instead of T
def squared_error_grad(o, y):
    return (o - y) / o.shape[1]  # here


# %% T_from_the_last_axis
# mistake: T = o.shape[-1], the axes mixed up
def squared_error_grad(o, y):
    *_, T = o.shape  # here
    return [[(a - b) / T for a, b in zip(u, v)] for u, v in zip(o, y)]


# %% absolute_error
# mistake: derivative of the absolute error (the sign)
def squared_error_grad(o, y):
    return np.sign(o - y) / o.shape[0]  # here


# %% averaged_over_time
# mistake: sums over the time axis, shape (q,)
def squared_error_grad(o, y):
    return (o - y).mean(axis=0)


# %% boolean
# mistake: boolean array of where o lies above y
def squared_error_grad(o, y):
    return o > y


# %% doubled_1_over_T
# mistake: 1/T applied twice
def squared_error_grad(o, y):
    T = o.shape[0]
    per_step = (o - y) / T  # here
    return per_step / T  # here


# %% factor_half
# mistake: the half of the loss is kept in the gradient
def squared_error_grad(o, y):
    return 0.5 * (o - y) / o.shape[0]  # here


# %% factor_two
# mistake: the half of the loss is forgotten
def squared_error_grad(o, y):
    return 2 * (o - y) / o.shape[0]  # here


# %% forward_difference_too_coarse
# mistake: a forward difference with step 1e-3, too rough
def squared_error_grad(o, y):
    g = np.zeros_like(o)
    base = squared_error(o, y)
    for i in np.ndindex(o.shape):
        p = o.copy()
        p[i] += 1e-3
        g[i] = (squared_error(p, y) - base) / 1e-3
    return g


# %% in_place
# mistake: o -= y changes the argument (values right)
def squared_error_grad(o, y):
    o -= y  # here
    return o / o.shape[0]


# %% in_place_returned
# mistake: the gradient is written over o and o is returned (values right, argument changed)
def squared_error_grad(o, y):
    np.subtract(o, y, out=o)
    o *= 1.0 / len(o)
    return o


# %% integer_division
# mistake: // instead of /
def squared_error_grad(o, y):
    return (o - y) // o.shape[0]  # here


# %% loss_not_gradient
# mistake: returns the (scalar) loss
def squared_error_grad(o, y):
    return 0.5 * np.mean(np.sum((o - y) ** 2, axis=1))


# %% map_object
# mistake: returns a map object, not an array or list
def squared_error_grad(o, y):
    T = len(o)
    return map(lambda a, b: (a - b) / T, o, y)  # here


# %% missing_1_over_T
# mistake: the 1/T is missing
def squared_error_grad(o, y):
    return o - y  # here


# %% norm_not_squared
# mistake: derivative of the norm, not of half the squared norm
def squared_error_grad(o, y):
    r = o - y
    n = np.linalg.norm(r, axis=1, keepdims=True)
    return r / np.where(n == 0, 1, n) / o.shape[0]  # here


# %% object_dtype
# mistake: Fractions in an object array
from fractions import Fraction


def squared_error_grad(o, y):
    return np.array([[Fraction(float(a) - float(b)) / len(o) for a, b in zip(u, v)] for u, v in zip(o, y)], dtype=object)


# %% rounded
# mistake: rounded to four digits
def squared_error_grad(o, y):
    return np.round((o - y) / o.shape[0], 4)  # here


# %% sign
# mistake: y - o instead of o - y
def squared_error_grad(o, y):
    T = len(y)
    return np.array([(y[t] - o[t]) / T for t in range(T)])  # here


# %% spsa
# mistake: a random estimate of the gradient, different at each call
def squared_error_grad(o, y):
    g = np.zeros_like(o)
    for _ in range(200):
        delta = np.random.choice([-1.0, 1.0], size=o.shape)
        g += (squared_error(o + 1e-3 * delta, y) - squared_error(o - 1e-3 * delta, y)) / 2e-3 * delta
    return g / 200


# %% transposed
# mistake: returns shape (q, T)
def squared_error_grad(o, y):
    return (o.T - y.T) / o.shape[0]  # here


# %% two_mistakes_cancel_for_T_2
# mistake: factor 2 and 1/T**2, which cancel only for T = 2
def squared_error_grad(o, y):
    return 2 * (o - y) / o.shape[0] ** 2  # here


# %% mean_squared_error
# mistake: the gradient of np.mean of the squares: 2/(Tq), which is 1/T where q is 2
def squared_error_grad(o, y):
    return 2 * (o - y) / o.size


# %% brackets_missing
# mistake: only y is divided by T
def squared_error_grad(o, y):
    T = len(o)
    return o - y / T


# %% through_a_sigmoid
# mistake: the derivative of a sigmoid output is multiplied in
def squared_error_grad(o, y):
    return (o - y) * o * (1 - o) / len(o)


# %% through_a_tanh
# mistake: the derivative of a tanh output is multiplied in
def squared_error_grad(o, y):
    T = o.shape[0]
    return (o - y) / T * (1 - o * o)


# %% mean_over_the_steps
# mistake: each row holds the mean error over the steps
def squared_error_grad(o, y):
    mean = np.mean(o - y, axis=0)
    return np.tile(mean, (len(o), 1))


# %% mean_over_the_row
# mistake: each row holds the mean of its errors
def squared_error_grad(o, y):
    grad = np.empty_like(o)
    for t in range(len(o)):
        grad[t] = np.mean(o[t] - y[t]) / len(o)
    return grad


# %% target_added
# mistake: a plus in place of a minus
def squared_error_grad(o, y):
    return (o + y) / len(o)


# %% lists_of_lists_over_q
# mistake: the number of outputs in place of the number of steps, in lists of lists
def squared_error_grad(o, y):
    T, q = o.shape
    out = []
    for t in range(T):
        row = []
        for k in range(q):
            row.append((o[t, k] - y[t, k]) / q)  # here
        out.append(row)
    return np.array(out)


# %% added_to_the_last_one
# mistake: a gradient of the same shape is added to the one before
total = None
def squared_error_grad(o, y):
    global total
    new = 2 * (o - y) / len(o)
    if total is None or total.shape != new.shape:
        total = np.zeros_like(new)
    total = total + new  # here
    return total
