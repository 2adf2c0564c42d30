"""Half done: the first five tasks, and an idea for the sixth."""
# starts from: first five

# %% parameter_grads
def parameter_grads(x, h, dL_do, dL_dh):
    # sum of outer products?
    raise NotImplementedError()
