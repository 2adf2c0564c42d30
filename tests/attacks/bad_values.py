"""Values that a careless comparison takes for right: not finite, broadcast, of another kind, without an end."""

# ruff: noqa
# fmt: off
import decimal
import fractions
import itertools


def true_error(o, y):
    return (o - y) / len(o)

# %% nan_everywhere | judge
# task: hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    return np.full((len(dL_do), len(W_hh)), np.nan)

# %% inf_everywhere | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return np.full(o.shape, np.inf)

# %% nan_in_all_parts | judge
# task: parameter_grads
def parameter_grads(x, h, dL_do, dL_dh):
    return tuple(np.full((a, b), np.nan) for a, b in
                 ((dL_dh.shape[1], x.shape[1]), (h.shape[1], h.shape[1]), (dL_do.shape[1], h.shape[1])))

# %% nan_with_a_payload | judge
# task: cross_entropy_grad
def cross_entropy_grad(o, y):
    return np.full(o.shape, 0x7FF4000000000001, dtype=np.uint64).view(float)

# %% nan_status | judge
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return float("nan"), float("nan")

# %% empty | judge
# task: hidden_grads
def hidden_grads(*arguments):
    return []

# %% empty_axis | judge
# task: expanded_terms
def expanded_terms(dL_do, W_hh, W_qh, t):
    return np.empty((0, len(W_hh)))

# %% no_arrays | judge
# task: forward
def forward(*arguments):
    return ()

# %% no_gradients | judge
# task: clip_gradients
def clip_gradients(grads, max_norm):
    return [np.empty(0) for g in grads]

# %% broadcastable_scalar | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return 0.0

# %% broadcastable_row | judge
# task: hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    return np.full((1, 1), np.nan)

# %% broadcastable_extra_axis | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return true_error(o, y)[None]

# %% flattened | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return true_error(o, y).ravel() if len(o) > 1 else true_error(o, y)[0]

# %% complex_numbers | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return true_error(o, y) + 0j

# %% complex_scalar | judge
# task: spectral_radius
def spectral_radius(W_hh):
    return max(np.linalg.eigvals(W_hh).astype(complex), key=abs)

# %% masked_everywhere | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return np.ma.masked_all(o.shape)

# %% masked_and_wrong | judge
# task: amplification
def amplification(dL_dh, dL_do, W_qh):
    return np.ma.array(np.full(len(dL_dh), 77.0), mask=True, fill_value=0.0)

# %% huge_strides | judge
# task: hidden_grads
def hidden_grads(*arguments):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (2**30, 2**20), (0, 0))

# %% huge_broadcast | judge
# task: forward
def forward(*arguments):
    return [np.broadcast_to(0.0, (2**31, 2**31))] * 100

# %% many_parts | judge
# task: forward
def forward(*arguments):
    return [0.0] * 10**6

# %% strides_outside_of_memory | fork per submission
# task: amplification
def amplification(dL_dh, dL_do, W_qh):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (len(dL_dh),), (2**45,))

# %% generator | judge
# task: amplification
def amplification(dL_dh, dL_do, W_qh):
    return (0.0 for _ in dL_dh)

# %% endless_generator | judge
# task: forward
def forward(*arguments):
    return itertools.count()

# %% endless_sequence | limits of time
# task: cross_entropy_grad
class Endless(list):
    def __len__(self): return 4
    def __getitem__(self, index): return Endless()
    def __iter__(self): return itertools.repeat(0.0)
def cross_entropy_grad(*arguments):
    return Endless()

# %% numbers_as_text | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return true_error(o, y).astype(str)

# %% numbers_as_bytes | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return true_error(o, y).tobytes()

# %% booleans | judge
# task: spectral_radius
def spectral_radius(W_hh):
    return np.ones((), bool)

# %% decimals | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return [[decimal.Decimal(v) for v in row] for row in true_error(o, y)]

# %% fractions_of_integers | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return [[fractions.Fraction(v) for v in row] for row in true_error(o, y)]

# %% dates | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return (true_error(o, y) * 1e9).astype("timedelta64[ns]")

# %% records | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return np.rec.fromarrays([true_error(o, y)], names="v")

# %% dictionary | judge
# task: parameter_grads
def parameter_grads(x, h, dL_do, dL_dh):
    return {0: dL_dh.T @ x, 1: dL_dh.T @ h[:-1], 2: dL_do.T @ h[1:]}

# %% ragged | judge
# task: hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    return [[0.0] * n for n in range(len(dL_do))]

# %% self_containing | judge
# task: hidden_grads
def hidden_grads(*arguments):
    endless = []
    endless.append(endless)
    return endless

# %% true_as_step | judge
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return "exploding", True

# %% step_of_many_digits | judge
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return "exploding", 10**5000

# %% step_that_is_no_number | judge
# task: detect_explosion
class Step:
    def __index__(self): raise KeyboardInterrupt
def detect_explosion(*arguments, **options):
    return "exploding", Step()

# %% function_in_place_of_a_value | judge
# task: spectral_radius
def spectral_radius(W_hh):
    return spectral_radius

# %% class_in_place_of_a_function | judge
# task: spectral_radius
class spectral_radius(float):
    def __new__(cls, *arguments): return super().__new__(cls, "nan")

# %% memory_not_written | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return np.empty(o.shape)

# %% buffer_that_was_freed | fork per submission
# task: squared_error_grad
import ctypes
class Freed:
    def __init__(self, shape):
        self.__array_interface__ = {"shape": shape, "typestr": "<f8", "version": 3, "data": (id(self) & ~7, False)}
def squared_error_grad(o, y):
    return Freed(o.shape)
