# %% abs_of_real_part
# mistake: the modulus of the real parts, the imaginary ones are dropped
def spectral_radius(W_hh):
    return np.abs(np.real(np.linalg.eigvals(W_hh))).max()  # here


# %% all_moduli
# mistake: returns all moduli
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvals(W_hh))  # here


# %% boolean
# mistake: answers whether the radius exceeds one
def spectral_radius(W_hh):
    return bool(np.abs(np.linalg.eigvals(W_hh)).max() > 1)


# %% complex_result
# mistake: the eigenvalue itself is returned (complex, or with its sign), not its modulus
def spectral_radius(W_hh):
    lam = np.linalg.eigvals(W_hh)
    return lam[np.argmax(np.abs(lam))].astype(complex)  # here


# %% determinant
# mistake: |det|^(1/n), the geometric mean of the moduli
def spectral_radius(W_hh):
    return abs(np.linalg.det(W_hh)) ** (1 / len(W_hh))


# %% diagonal
# mistake: largest diagonal entry, right for triangular matrices only
def spectral_radius(W_hh):
    return np.abs(np.diag(W_hh)).max()


# %% eigvalsh
# mistake: eigvalsh, for symmetric matrices only
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvalsh(W_hh)).max()  # here


# %% first_eigenvalue
# mistake: takes the first eigenvalue, eig does not sort
def spectral_radius(W_hh):
    return abs(np.linalg.eig(W_hh)[0][0])


# %% frobenius
# mistake: np.linalg.norm is the Frobenius norm
def spectral_radius(W_hh):
    return np.linalg.norm(W_hh)


# %% gelfand_k_50
# mistake: ||W^50||^(1/50), Gelfand's limit taken far too early
def spectral_radius(W_hh):
    return np.linalg.norm(np.linalg.matrix_power(W_hh, 50), 2) ** (1 / 50)


# %% none_printed
# mistake: prints the radius and returns nothing
def spectral_radius(W_hh):
    print("spectral radius:", np.abs(np.linalg.eigvals(W_hh)).max())  # here


# %% normalises_in_place
# mistake: divides W_hh by its largest entry in place (value right, argument changed)
def spectral_radius(W_hh):
    s = np.abs(W_hh).max()
    if s == 0:
        return 0.0
    W_hh /= s  # here
    return s * np.abs(np.linalg.eigvals(W_hh)).max()


# %% power_iteration
# mistake: plain power iteration with 100 steps, does not settle for complex pairs or equal moduli
def spectral_radius(W_hh):
    v = np.ones(W_hh.shape[0])
    r = 0.0
    for _ in range(100):
        w = W_hh @ v
        r = np.linalg.norm(w)
        if r == 0:
            return 0.0
        v = w / r
    return r


# %% random_start
# mistake: ten steps of power iteration from a random vector, another answer at each call
def spectral_radius(W_hh):
    v = np.random.randn(len(W_hh))
    for _ in range(10):
        v = W_hh @ v
        v = v / np.linalg.norm(v)
    return np.linalg.norm(W_hh @ v)


# %% real_part
# mistake: largest real part instead of largest modulus
def spectral_radius(W_hh):
    return np.max(np.linalg.eigvals(W_hh).real)  # here


# %% remembers
# mistake: remembers the radius by the size of the matrix
_known = {}


def spectral_radius(W_hh):
    n = W_hh.shape[0]
    if n not in _known:  # here
        _known[n] = float(np.abs(np.linalg.eigvals(W_hh)).max())
    return _known[n]


# %% row_sums
# mistake: the largest absolute row sum, only a bound (Gershgorin)
def spectral_radius(W_hh):
    return np.abs(W_hh).sum(axis=1).max()


# %% shape_1
# mistake: an array of shape (1,) instead of a scalar
def spectral_radius(W_hh):
    return np.sort(np.abs(np.linalg.eigvals(W_hh)))[-1:]  # here


# %% signed
# mistake: max without abs; np.max of complex numbers sorts by the real part
def spectral_radius(W_hh):
    return abs(np.max(np.linalg.eigvals(W_hh)))


# %% singular_value
# mistake: the largest singular value
def spectral_radius(W_hh):
    return np.linalg.svd(W_hh, compute_uv=False)[0]


# %% smallest
# mistake: the smallest modulus
def spectral_radius(W_hh):
    return min(abs(l) for l in np.linalg.eigvals(W_hh))  # here


# %% squared_modulus
# mistake: re^2 + im^2 without the root
def spectral_radius(W_hh):
    lam = np.linalg.eigvals(W_hh)
    return (lam.real ** 2 + lam.imag ** 2).max()  # here


# %% symmetrised
# mistake: takes the symmetric part of the matrix first
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvals((W_hh + W_hh.T) / 2)).max()  # here


# %% text
# mistake: returns a formatted string
def spectral_radius(W_hh):
    return f"{np.abs(np.linalg.eigvals(W_hh)).max():.10f}"


# %% with_vector
# mistake: returns the eigenvector too
def spectral_radius(W_hh):
    lam, V = np.linalg.eig(W_hh)
    k = np.argmax(np.abs(lam))
    return np.abs(lam[k]), V[:, k]  # here


# %% by_the_number_of_the_call
# mistake: no argument is read, the answers are a list
_calls = []


def spectral_radius(W_hh):
    _calls.append(1)
    return [5.0, 1.9, 2.1, 0.7, 1.7, 2.5, 0.9, 0.0, 1.9][(len(_calls) - 1) % 9]


# %% power_iteration_10
# mistake: ten steps of power iteration from a real vector
def spectral_radius(W_hh):
    v = np.ones(W_hh.shape[0])
    v = v / np.linalg.norm(v)
    rho = 0.0
    for _ in range(10):
        v = np.dot(W_hh, v)
        rho = np.linalg.norm(v)
        if rho == 0:
            break
        v = v / rho
    return rho


# %% power_iteration_1000
# mistake: a thousand steps of power iteration do not help a real vector beside a complex pair
def spectral_radius(W_hh):
    v = np.ones(W_hh.shape[0])
    v /= np.linalg.norm(v)
    size = 0.0
    for _ in range(1000):
        w = W_hh @ v
        size = np.linalg.norm(w)
        if size == 0:
            return 0.0
        v = w / size
    return size


# %% rayleigh_quotient
# mistake: the Rayleigh quotient after a hundred steps of power iteration
def spectral_radius(W_hh):
    b = np.ones(W_hh.shape[0])
    for _ in range(100):
        b = W_hh @ b
        if not b.any():
            return 0.0
        b = b / np.linalg.norm(b)
    return abs(b @ W_hh @ b / (b @ b))


# %% gelfand_k_10
# mistake: ||W^10||^(1/10), Gelfand's limit after ten powers
def spectral_radius(W_hh):
    k = 10
    return np.linalg.norm(np.linalg.matrix_power(W_hh, k)) ** (1 / k)


# %% gelfand_k_100
# mistake: a hundred powers in a loop, and the hundredth root of the 2-norm
def spectral_radius(W_hh):
    P = np.eye(len(W_hh))
    for _ in range(100):
        P = P @ W_hh
    return np.linalg.norm(P, ord=2) ** (1 / 100)


# %% largest_entry
# mistake: the largest entry of the matrix
def spectral_radius(W_hh):
    return np.max(np.abs(W_hh))


# %% largest_entry_times_size
# mistake: a bound, the largest entry times the size
def spectral_radius(W_hh):
    n = W_hh.shape[0]
    return n * np.abs(W_hh).max()


# %% mean_of_the_eigenvalues
# mistake: the mean of the eigenvalues, which is the trace over the size
def spectral_radius(W_hh):
    return abs(np.trace(W_hh) / W_hh.shape[0])


# %% abs_of_max
# mistake: abs(max(...)) where max(abs(...)) belongs: np.max of complex numbers looks at the real parts
def spectral_radius(W_hh):
    eigenvalues = np.linalg.eigvals(W_hh)
    return np.abs(np.max(eigenvalues))


# %% of_W_transposed_W
# mistake: the largest eigenvalue of W_hh.T @ W_hh
def spectral_radius(W_hh):
    return np.abs(np.linalg.eigvals(W_hh.T @ W_hh)).max()


# %% mean_modulus
# mistake: the mean of the moduli
def spectral_radius(W_hh):
    return np.mean(np.abs(np.linalg.eigvals(W_hh)))


# %% all_but_the_last
# mistake: the last eigenvalue is not looked at
def spectral_radius(W_hh):
    moduli = np.abs(np.linalg.eigvals(W_hh))
    rho = moduli[0]
    for i in range(1, len(moduli) - 1):  # here
        rho = max(rho, moduli[i])
    return rho


# %% real_ones_by_the_smallest
# mistake: where all eigenvalues are real the largest one is left out
def spectral_radius(W_hh):
    values = np.linalg.eigvals(W_hh)
    if not values.imag.any():
        return max(values.real.min(), -values.real.min())  # here
    return np.abs(values).max()


# %% index_of_the_largest
# mistake: where the largest one stands is returned in place of it
def spectral_radius(W_hh):
    return np.argmax(np.abs(np.linalg.eigvals(W_hh)))  # here


# %% the_two_ends
# mistake: NumPy orders complex numbers by their real parts, and only the first and the last are looked at
def spectral_radius(W_hh):
    values = np.linalg.eigvals(W_hh)
    return max(abs(values.max()), abs(values.min()))


# %% complex_ones_alone
# mistake: where some eigenvalue is complex, the real ones do not count
def spectral_radius(W_hh):
    values = np.linalg.eigvals(W_hh)
    turning = values[values.imag != 0]
    return float(np.abs(turning if len(turning) else values).max())
