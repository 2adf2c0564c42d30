# %% complex_kept
def spectral_radius(W_hh):
    return max(np.linalg.eigvals(W_hh).astype(complex), key=abs)

# %% all_of_them
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvals(W_hh))

# %% vectors_too
def spectral_radius(W_hh):
    return np.abs(np.linalg.eig(W_hh)).max()

# %% largest_entry
def spectral_radius(W_hh):
    return np.abs(W_hh).max()

# %% sum_of_moduli
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvals(W_hh)).sum()

# %% half
def spectral_radius(W_hh):
    return 0.5 * np.abs(np.linalg.eigvals(W_hh)).max()

# %% negative_of_it
def spectral_radius(W_hh):
    return -np.abs(np.linalg.eigvals(W_hh)).max()

# %% above_one_or_not
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvals(W_hh)).max() > 1

