"""How fast NumPy can be: the recurrences of ``bptt.py`` as scans, with the same results in a fraction of the time.

    s_1 = u_1          s_t = u_t + W s_{t-1}

Forward, u_t is W_hx x_t and W is W_hh; backward, u_t is W_qhᵀ ∂L/∂o_t, time runs from T to 1, and W is W_hhᵀ. The loop
of ``bptt.py`` says it best and stays the reference. It pays for one call of NumPy after the other, though, each for one
small product. The notebook's last section takes all steps together by doubling, for log₂ T times the arithmetic. Here
is the form of doubling that takes only twice the loop's (Brent and Kung's): a round halves the number of rows that wait,

    s_{2i} = (u_{2i} + W u_{2i-1}) + W² s_{2i-2}          the even rows are a recurrence of their own, with W²
    s_{2i+1} = u_{2i+1} + W s_{2i}                        and once they are known, one product gives all odd rows

and each round is three large matrix products: one down, one to square W, one up again.
"""

import numpy as np

LARGE = 4.0  # of a power of W: the sum of the squares of its entries, over h; an orthogonal W has 1 for every power
GROWTH = 1.05  # of this sum, by the last squaring


def recurrence(u, W):
    """s_1 = u_1 and s_t = u_t + W s_{t-1}, by the scan where it is faster and as accurate, else by the loop.

    u: (T, h), W: (h, h). Returns s: (T, h).
    The two agree to 1e-12 of the scale of a row, which is the largest entry of this row and of those it comes from.
    """
    s = np.array(u, dtype=float, order="C")
    rounds = _rounds(*s.shape)
    if rounds:
        with np.errstate(all="ignore"):  # where something overflows, the loop says it
            powers = _powers(W, rounds)
            if _tame(powers):
                _scan(s, powers)
                if np.isfinite(s).all():
                    return s
                s[...] = u
    _loop(s, W)
    return s


def _rounds(T, h):
    """How many rounds pay, as measured; 0 means the loop alone.

    A round spares half of the rows that wait their step of the loop, and costs some ten calls of NumPy and a square of W.
    The calls cost as much as a dozen steps. The square is as much arithmetic as h steps, but large products run at the
    speed of arithmetic, where a step has that of memory. A scan as such costs some calls more. Above h = 64 the time
    goes into reading W, and the passes over all rows cost what the rounds spare.
    """
    if T < 48 or h > 64:
        return 0
    rounds = 0
    while T >> rounds >= max(24, h):
        rounds += 1
    return rounds


def _powers(W, rounds):
    """Wᵀ, (W²)ᵀ, (W⁴)ᵀ …, one more than there are rounds. They are transposed as they act on rows, from the right."""
    powers = [np.array(W.T, dtype=float, order="C")]
    for _ in range(rounds):
        powers.append(powers[-1].dot(powers[-1]))
    return powers


def _tame(powers):
    """Whether the powers neither are large nor grow, so that a scan loses no digits by them.

    A scan first sums what came in lately, and then adds what W^k makes of an older row. Its sums can be larger than the
    rows that come out by up to the norm of W^k, and the square of W^k has an error of its norm squared: no norm may be
    large. And what both ways round differently grows as the powers do, for T steps: the last square may add little to
    the norm. The norm is Frobenius's, no smaller than the largest singular value. A W that explodes, one whose powers grow
    before they vanish, and one that is not finite are for the loop. One whose state lasts or fades is for the scan.
    """
    squares = [float(np.vdot(power, power)) for power in powers]
    return all(square <= LARGE * len(powers[0]) for square in squares) and squares[-1] <= GROWTH * squares[-2]


def _scan(s, powers):
    """In place, from u to s: down to every 2^rounds-th row, over these by the loop, and up to all again.

    2 T h² multiplications, all but those of the loop in products of matrices.
    """
    levels, rows = [], s
    for power in powers[:-1]:
        later = rows[1::2]
        later += rows[:-1:2].dot(power)
        levels.append((rows[2::2], later, power))
        rows = later
    _loop(rows, powers[-1].T)
    for between, known, power in reversed(levels):
        between += known[: len(between)].dot(power)


def _loop(s, W):
    """In place, from u to s, step by step: the loop of ``bptt.py``, equal to the last bit. T h² multiplications."""
    product, carried = W.dot, np.empty(s.shape[1])
    rows = iter(s)
    before = next(rows)
    for row in rows:
        row += product(before, carried)
        before = row


def forward(x, h_0, W_hx, W_hh, W_qh):
    """h_t = W_hx x_t + W_hh h_{t-1} (1) and o_t = W_qh h_t (2), as in ``bptt.py``; h_0 is the recurrence's first row.

    x: (T, d), h_0: (h,), W_hx: (h, d), W_hh: (h, h), W_qh: (q, h).
    Returns (h, o): h of shape (T+1, h) with h[0] = h_0, and o of shape (T, q).
    """
    u = np.empty((len(x) + 1, len(h_0)))
    u[0] = h_0
    np.matmul(x, W_hx.T, out=u[1:])
    h = recurrence(u, W_hh)
    return h, h[1:] @ W_qh.T


def hidden_grads(dL_do, W_hh, W_qh):
    """∂L/∂h_T = W_qhᵀ ∂L/∂o_T and ∂L/∂h_t = W_hhᵀ ∂L/∂h_{t+1} + W_qhᵀ ∂L/∂o_t (7), (8), as in ``bptt.py``.

    dL_do: (T, q), W_hh: (h, h), W_qh: (q, h).
    Returns dL_dh of shape (T, h); dL_dh[t-1] is ∂L/∂h_t.
    """
    backwards = recurrence((dL_do @ W_qh)[::-1], W_hh.T)
    return backwards[::-1].copy()  # products with it would copy a view that runs backwards, each for itself
