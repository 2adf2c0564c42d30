# %% complex_schur
from scipy.linalg import schur


def spectral_radius(W_hh):
    Tmat, _ = schur(W_hh, output="complex")
    return float(abs(Tmat.diagonal()).max())


# %% eigvals
def spectral_radius(W_hh):
    return np.max(np.abs(np.linalg.eigvals(W_hh)))


# %% gelfand_squaring
import math


def spectral_radius(W_hh):
    # Gelfand: rho = lim ||A^k||^(1/k), with k = 2^60 by repeated squaring, rescaled all the way
    A = np.array(W_hh, dtype=float)
    log_norm = 0.0
    k = 1.0
    for _ in range(60):
        s = np.abs(A).max()
        if s == 0.0:
            return 0.0
        log_norm += math.log(s) / k
        A = (A / s) @ (A / s)
        k *= 2.0
    return math.exp(log_norm)


# %% inverse_of_smallest
def _companion_scale(M):
    return max(1.0, np.abs(M).sum())


def spectral_radius(W_hh):
    # generalised problem  B v = mu A v  with B = I: mu = 1/lambda, kept as pairs (alpha, beta)
    from scipy.linalg import eigvals
    alpha, beta = eigvals(W_hh, np.eye(len(W_hh)), homogeneous_eigvals=True)
    return max(abs(a) / abs(b) for a, b in zip(alpha, beta))


# %% longdouble_scalar
def spectral_radius(W_hh):
    """Largest modulus, by norm with ord=inf of the eigenvalue vector."""
    lam = np.linalg.eigvals(np.asfortranarray(W_hh)).astype(np.complex128)
    return np.longdouble(np.linalg.norm(lam, ord=np.inf))


# %% np_vectorize_signature
spectral_radius = np.vectorize(lambda M: np.abs(np.linalg.eigvals(M)).max(), signature="(n,n)->()")


# %% real_schur_blocks
from scipy import linalg


def spectral_radius(W_hh):
    S = linalg.schur(W_hh, output="real")[0]
    n = S.shape[0]
    i, best = 0, 0.0
    while i < n:
        if i + 1 < n and S[i + 1, i] != 0:
            block = S[i:i + 2, i:i + 2]
            half_tr = 0.5 * (block[0, 0] + block[1, 1])
            det = block[0, 0] * block[1, 1] - block[0, 1] * block[1, 0]
            disc = complex(half_tr ** 2 - det) ** 0.5
            best = max(best, abs(half_tr + disc), abs(half_tr - disc))
            i += 2
        else:
            best = max(best, abs(S[i, i]))
            i += 1
    return best


# %% scipy_eig_loop
import math
import scipy.linalg


def spectral_radius(W_hh):
    values, _ = scipy.linalg.eig(W_hh)
    best = 0.0
    for lam in values:
        best = max(best, math.hypot(lam.real, lam.imag))
    return best


# %% sorted_list
def spectral_radius(W_hh) -> np.float64:
    moduli = sorted([np.sqrt(e.real ** 2 + e.imag ** 2) for e in np.linalg.eig(W_hh)[0]], reverse=True)
    print("moduli:", moduli)
    return moduli[0]


# %% squared_matrix
def spectral_radius(W_hh):
    # eigenvalues of W^2 are the squares
    return np.sqrt(np.abs(np.linalg.eigvals(W_hh @ W_hh)).max())


# %% zero_d_array
spectral_radius = lambda M: np.array(max(map(abs, np.linalg.eigvals(M.T))))
