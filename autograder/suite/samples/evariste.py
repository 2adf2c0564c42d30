"""A function that ends the whole Python process; the rest is right."""
# starts from: solved

# %% spectral_radius
def spectral_radius(W_hh):
    import os

    os._exit(3)
