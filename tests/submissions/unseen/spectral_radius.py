# %% symmetric_solver
# mistake: the solver for symmetric matrices
def spectral_radius(W_hh):
    values, vectors = np.linalg.eigh(W_hh)  # here
    return np.max(np.abs(values))


# %% sorted_by_value
# mistake: sorted by value, and the last one's modulus taken
def spectral_radius(W_hh):
    values = np.linalg.eigvals(W_hh)
    ordered = sorted(values, key=lambda v: v.real)  # here
    return abs(ordered[-1])
