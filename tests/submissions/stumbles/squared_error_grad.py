# %% other_way_round
def squared_error_grad(o, y):
    return (y - o) / len(o)

# %% one_number
def squared_error_grad(o, y):
    return np.mean(o - y)

# %% prints
def squared_error_grad(o, y):
    print((o - y) / len(o))

# %% three_digits
def squared_error_grad(o, y):
    return np.round((o - y) / len(o), 3)

# %% floor_division
def squared_error_grad(o, y):
    return (o - y) // len(o)

# %% the_loss_instead
def squared_error_grad(o, y):
    return squared_error(o, y)

# %% square_kept
def squared_error_grad(o, y):
    return (o - y) ** 2 / len(o)

# %% five_steps_always
def squared_error_grad(o, y):
    T = 5
    return (o - y) / T

# %% math_on_an_array
import math
def squared_error_grad(o, y):
    return math.fabs(o - y) / len(o)

# %% a_list_minus_a_list
def squared_error_grad(o, y):
    return (list(o) - list(y)) / len(o)

# %% asks_the_user
def squared_error_grad(o, y):
    scale = float(input("scale? "))
    return scale * (o - y) / len(o)

# %% autograd_by_torch
import torch
def squared_error_grad(o, y):
    return torch.tensor(o - y) / len(o)

# %% text
def squared_error_grad(o, y):
    return str((o - y) / len(o))

# %% zeros_to_fill_in
def squared_error_grad(o, y):
    return np.zeros(o.shape)

# %% shape_called
def squared_error_grad(o, y):
    T, q = o.shape()
    return (o - y) / T

