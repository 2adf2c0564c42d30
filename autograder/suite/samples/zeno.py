"""An endless loop in one function, and another one in a cell of his own; the rest is right."""
# starts from: solved

# %% own
n = 0
while True:
    n = n + 1

# %% clip_gradients
def clip_gradients(grads, max_norm):
    while True:
        norm = safe_norm([safe_norm(g) for g in grads])
        if norm < max_norm:
            return grads
