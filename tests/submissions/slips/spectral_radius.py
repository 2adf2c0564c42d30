# %% real_before_the_modulus
# mistake: the real part is taken first
def spectral_radius(W_hh):
    values, vectors = np.linalg.eig(W_hh)
    return max(abs(values.real))  # here


# %% largest_by_value
# mistake: the largest one, and not that of the largest modulus
def spectral_radius(W_hh):
    values = np.linalg.eigvals(W_hh)
    best = 0.0
    for v in values:
        if v.real > best:  # here
            best = v.real  # here
    return best
