"""How fast NumPy can be: the recurrences of ``bptt.py`` as scans, with the same results in a fraction of the time.

    s_1 = u_1          s_t = u_t + s_{t-1} A          each s_t and u_t a row of h numbers

Forward, u_t is (W_hx x_t)ᵀ and A is W_hhᵀ; backward, u_t is (W_qhᵀ ∂L/∂o_t)ᵀ, time runs from T to 1, and A is W_hh. The
loop of ``bptt.py`` says it best and stays the reference. It pays for one call of NumPy after the other, though, each for
one small product. A scan takes many rows with each call. Two forms of it are here:

By doubling, as in the notebook's last section. After the round with A^k each row is the sum of the last 2k inputs. The
rounds are few, but each goes over all rows: log₂ T times the arithmetic. It is for few and narrow rows.

    s_t ← s_t + s_{t-k} A^k          for k = 1, 2, 4 … below T, and for all t > k at once

By blocks of B rows. The loop takes B steps in all blocks at once, as if each block were the first. That gives what each
block adds to the state, e_b for the block b. The states at the ends of the blocks, E_b, are then a recurrence of their
own, only T/B long. From these the loop takes its B steps once more, and now gives all states: twice the arithmetic.

    E_1 = e_1          E_b = e_b + E_{b-1} A^B
"""

from itertools import pairwise

import numpy as np

SHORT = 48  # rows: what a scan costs at the start is as much as their loop
NARROW = 32  # numbers in a row: up to here the time goes into calls, and a square of A costs as much as two steps
WIDE = 64  # above, the time goes into reading A, and a scan spares nothing
FEW = 2500  # numbers in all rows: up to here a call costs as much as what it works out
LARGE = 4.0  # of a power of A: the sum of the squares of its entries, over h; an orthogonal A has 1 for every power


def powers(W_hh, T):
    """W_hh, W_hh², W_hh⁴ … as far as a scan of T steps needs them; W_hh alone where the loop is faster or more accurate.

    A scan first sums what came in lately, and then adds what A^k makes of an older row. Its sums can be larger than the
    rows that come out by up to the norm of A^k, and what both ways round differently grows as the powers do. So none up
    to A^T may be large, in Frobenius's norm, which is no smaller than the largest singular value. A matrix that explodes,
    one whose powers grow before they vanish, and one that is not finite are for the loop. One whose state lasts or fades
    is for the scan.
    """
    found = [np.asarray(W_hh, dtype=float)]
    h = len(W_hh)
    if T < SHORT or h > WIDE:
        return found
    below_T = (T - 1).bit_length() - 1
    needed = below_T if h <= NARROW else _doublings_in_block(T, h)
    safe = _lengthens_no_row(found[0], T)
    while safe or np.vdot(found[-1], found[-1]) <= LARGE * h:
        if len(found) > (needed if safe else below_T):
            return found[: needed + 1]
        found.append(found[-1].dot(found[-1]))
    return found[:1]


def _lengthens_no_row(A, T):
    """Whether ‖A‖² ≤ 1 + 1/T, so that no power up to A^T has a norm above √e. ‖A‖² is at most the largest Σ_i |AᵀA|_ij."""
    squared = A.T.copy().dot(A)  # without the copy NumPy takes a routine for symmetric results, slower for small ones
    return np.abs(squared).sum(axis=0).max() <= 1 + 1 / T


def _doublings_in_block(T, h):
    """log₂ B, 0 for no blocks. Narrow rows: until doubling is for the ends; else B is about √T / 2, as measured."""
    if h > NARROW:
        return T.bit_length() // 2 - 1
    doublings = 0
    while (T >> doublings) * h > FEW:
        doublings += 1
    return doublings


def recurrence(s, powers_of_A, backward=False):
    """In place, from u to s: s_1 = u_1 and s_t = u_t + s_{t-1} A, where row 1 is the first one or, backward, the last.

    s: (T, h), powers_of_A: A, A², A⁴ … for T steps.
    Scan and loop agree to 1e-12 of the scale of a row, which is the largest entry of this row and of those it comes from.
    """
    rows = s[::-1] if backward else s
    doublings = _doublings_in_block(*s.shape)
    if len(powers_of_A) == 1 or not np.isfinite(np.vdot(s, s)):  # where the squares are finite, the sums of a scan are
        _loop(rows, powers_of_A[0])
    elif doublings:
        _by_blocks(rows, 2**doublings, powers_of_A[0], powers_of_A[doublings:])
    else:
        rows[...] = _by_doubling(rows.copy(), powers_of_A)  # a product is slower with rows that lie backward


def _loop(s, A):
    """In place, from u to s, step by step: the loop of ``bptt.py``. Each s_t is a row, or a matrix of independent rows."""
    carried = np.empty(s.shape[1:])
    for before, step in pairwise(s):
        step += before.dot(A, carried)


def _by_doubling(s, powers_of_A):
    """In place, from u to s: after each round a row holds the sum of twice as many inputs. T h² log₂ T multiplications."""
    k = 1
    for power in powers_of_A:
        if k >= len(s):
            break
        later = s[k:]
        later += s[:-k].dot(power)
        k *= 2
    return s


def _by_blocks(s, B, A, powers_of_leap):
    """In place, from u to s, by blocks of B rows; powers_of_leap: A^B, A^2B …. 2 T h² multiplications."""
    A = np.ascontiguousarray(A)  # a product is slower with a transposed matrix
    whole = len(s) - len(s) % B
    blocks = s[:whole].reshape(-1, B, s.shape[1]).swapaxes(0, 1)  # blocks[j, b] is row j of block b
    steps = blocks.copy()  # with all that one step reads side by side
    ends = steps[0]
    for step in steps[1:]:
        ends = ends.dot(A)
        ends += step
    if len(powers_of_leap) > 1:
        _by_doubling(ends, powers_of_leap)
    else:
        _loop(ends, powers_of_leap[0])
    steps[0, 1:] += ends[:-1].dot(A)
    _loop(steps, A)
    blocks[...] = steps
    _loop(s[whole - 1 :], A)  # the rows after the last whole block


def forward(x, h_0, W_hx, W_hh, W_qh, powers_of_W=None):
    """h_t = W_hx x_t + W_hh h_{t-1} (1) and o_t = W_qh h_t (2), as in ``bptt.py``.

    x: (T, d), h_0: (h,), W_hx: (h, d), W_hh: (h, h), W_qh: (q, h), powers_of_W: powers(W_hh, T), worked out if missing.
    Returns (h, o): h of shape (T+1, h) with h[0] = h_0, and o of shape (T, q).
    """
    h = np.empty((len(x) + 1, len(h_0)))
    h[0] = h_0
    np.matmul(x, W_hx.T, out=h[1:])
    h[1:2] += np.dot(W_hh, h_0)
    recurrence(h[1:], [power.T for power in powers_of_W or powers(W_hh, len(x))])
    return h, h[1:] @ W_qh.T


def hidden_grads(dL_do, W_hh, W_qh, powers_of_W=None):
    """∂L/∂h_T = W_qhᵀ ∂L/∂o_T and ∂L/∂h_t = W_hhᵀ ∂L/∂h_{t+1} + W_qhᵀ ∂L/∂o_t (7), (8), as in ``bptt.py``.

    dL_do: (T, q), W_hh: (h, h), W_qh: (q, h), powers_of_W: powers(W_hh, T), worked out if missing.
    Returns dL_dh of shape (T, h); dL_dh[t-1] is ∂L/∂h_t.
    """
    dL_dh = np.matmul(dL_do, W_qh, dtype=float)
    recurrence(dL_dh, powers_of_W or powers(W_hh, len(dL_do)), backward=True)
    return dL_dh
