"""Everything right, with prints, warnings and plots everywhere."""
# starts from: solved

# %% own
%matplotlib inline
import warnings
import matplotlib.pyplot as plt

!pip install numpy
plt.plot([1, 2, 3])
plt.show()

# %% hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    print("shapes", dL_do.shape, W_hh.shape)
    warnings.warn("I am not sure about this")
    np.array([1.0]) / 0
    dL_dh = dL_do @ W_qh
    for t in reversed(range(len(dL_do) - 1)):
        dL_dh[t] = dL_dh[t] + W_hh.T @ dL_dh[t + 1]
        print(t, dL_dh[t])
    plt.semilogy([np.linalg.norm(g) for g in dL_dh])
    return dL_dh

# %% squared_error_grad
def squared_error_grad(o, y):
    import sys
    print("called", file=sys.stderr)
    return (o - y) / o.shape[0]
