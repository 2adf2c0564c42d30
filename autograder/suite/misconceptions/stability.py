"""Known mistakes about growth: the spectral radius, the amplification, and the verdict on an explosion."""

import numpy as np

from autograder.engine.course.reference import bptt
from autograder.engine.diagnosis.misconception import Misconception


def _eig(W_hh):
    return np.linalg.eigvals(W_hh)


def _norms(g):
    return np.array([bptt.safe_norm(row) for row in g])


def _from(signal):
    return np.cumsum(signal[::-1])[::-1]


def _ratio(above, below):
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)


def _naive(dL_dh, dL_do, W_qh):
    return _ratio(np.linalg.norm(dL_dh, axis=1), _from(np.linalg.norm(dL_do @ W_qh, axis=1)))


def _verdict(
    dL_dh, dL_do, W_qh, threshold=10.0, *, A=bptt.amplification, pick=-1, offset=1, over=np.greater, bad=np.isnan,
    silent=lambda signal: not signal.any(), refuse=lambda threshold: threshold <= 1, order=("non_finite", "no_signal", "exploding"),
):  # fmt: skip
    """`detect_explosion` with one of its decisions taken another way."""
    if refuse(threshold):
        raise ValueError
    with np.errstate(all="ignore"):
        steps = {
            "non_finite": np.flatnonzero(bad(dL_dh).any(axis=1)),
            "no_signal": np.array([0] if silent(dL_do @ W_qh) else []),
            "exploding": np.flatnonzero(over(np.nan_to_num(A(dL_dh, dL_do, W_qh), nan=0.0, posinf=0.0), threshold)),
        }
    for status in order:
        if len(steps[status]):
            return status, None if status == "no_signal" else int(steps[status][pick]) + offset
    return "stable", None


def _bad(g):
    return ~np.isfinite(g)


def _detect(**how):
    return lambda *args: _verdict(*args, **{"bad": _bad, **how})


def _at_largest(dL_dh, dL_do, W_qh, threshold=10.0):
    status, t = bptt.detect_explosion(dL_dh, dL_do, W_qh, threshold)
    return status, int(np.argmax(bptt.amplification(dL_dh, dL_do, W_qh))) + 1 if status == "exploding" else t


def _steps_back(*args):
    status, t = bptt.detect_explosion(*args)
    return status, t if t is None else len(args[0]) - t


def _says_zero(*args):
    status, t = bptt.detect_explosion(*args)
    return status, 0 if t is None else t


TABLE = (
    Misconception(
        "spectral_radius", "singular_value", "it is the largest singular value, a norm",
        "Does W_hh v = λ v hold for the number you return?", lambda W_hh: np.linalg.norm(W_hh, 2),
    ),
    Misconception(
        "spectral_radius", "real_part", "it is the largest real part", "How long is a complex number?",
        lambda W_hh: _eig(W_hh).real.max(),
    ),
    Misconception(
        "spectral_radius", "modulus_of_real_part", "the imaginary parts are dropped", "How long is a complex number?",
        lambda W_hh: np.abs(_eig(W_hh).real).max(),
    ),
    Misconception(
        "spectral_radius", "symmetric_solver", "the solver for symmetric matrices is used", "Is W_hh symmetric?",
        lambda W_hh: np.abs(np.linalg.eigvalsh(W_hh)).max(),
    ),
    Misconception(
        "spectral_radius", "frobenius", "it is the Frobenius norm", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.linalg.norm(W_hh),
    ),
    Misconception(
        "spectral_radius", "smallest", "it is the smallest modulus", "Which eigenvalue wins after many steps?",
        lambda W_hh: np.abs(_eig(W_hh)).min(),
    ),
    Misconception(
        "spectral_radius", "first", "it is the modulus of the first eigenvalue", "In which order are eigenvalues returned?",
        lambda W_hh: np.abs(_eig(W_hh))[-1],
    ),
    Misconception(
        "spectral_radius", "zeroth", "it is the modulus of the eigenvalue that comes first", "In which order are eigenvalues returned?",
        lambda W_hh: np.abs(_eig(W_hh))[0],
    ),
    Misconception(
        "spectral_radius", "row_sum", "it is the largest row sum, a bound on the radius", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.abs(W_hh).sum(axis=1).max(),
    ),
    Misconception(
        "spectral_radius", "column_sum", "it is the largest column sum, a bound on the radius", "Does W_hh v = λ v hold for the number you return?",
        lambda W_hh: np.abs(W_hh).sum(axis=0).max(),
    ),
    Misconception(
        "spectral_radius", "diagonal", "it is the largest diagonal entry", "For which matrices do the eigenvalues stand on the diagonal?",
        lambda W_hh: np.abs(np.diag(W_hh)).max(),
    ),
    Misconception(
        "spectral_radius", "determinant", "it is a mean of the moduli, from the determinant", "What is the determinant the product of?",
        lambda W_hh: np.abs(np.linalg.det(W_hh)) ** (1 / len(W_hh)),
    ),
    Misconception(
        "spectral_radius", "trace", "it is the trace", "What is the trace the sum of?", lambda W_hh: np.abs(np.trace(W_hh)),
    ),
    Misconception(
        "spectral_radius", "symmetric_part", "it belongs to the symmetric part of W_hh", "Is W_hh symmetric?",
        lambda W_hh: np.abs(np.linalg.eigvalsh((W_hh + W_hh.T) / 2)).max(),
    ),
    Misconception(
        "spectral_radius", "squared", "it is the square of the modulus", "What does W_hh v = λ v say about the length of v after one step?",
        lambda W_hh: np.abs(_eig(W_hh)).max() ** 2,
    ),
    Misconception(
        "spectral_radius", "sum", "the moduli are added", "Which eigenvalue wins after many steps?",
        lambda W_hh: np.abs(_eig(W_hh)).sum(),
    ),
    Misconception(
        "amplification", "own_signal_only", "the signal of step t alone stands below", "Which signals have arrived when the walk back reaches t?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), _norms(dL_do @ W_qh)),
    ),
    Misconception(
        "amplification", "earlier_signals", "the signals up to t stand below", "Which signals have arrived when the walk back reaches t?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), np.cumsum(_norms(dL_do @ W_qh))),
    ),
    Misconception(
        "amplification", "all_signals", "the signals of all steps stand below", "Which signals have arrived when the walk back reaches t?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), np.full(len(dL_dh), _norms(dL_do @ W_qh).sum())),
    ),
    Misconception(
        "amplification", "strictly_later", "the signal of step t itself is left out below", "Has the signal of step t arrived at t?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), _from(_norms(dL_do @ W_qh)) - _norms(dL_do @ W_qh)),
    ),
    Misconception(
        "amplification", "against_the_last", "it is measured against ‖∂L/∂h_T‖ alone", "Which signals have arrived when the walk back reaches t?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), np.full(len(dL_dh), bptt.safe_norm(dL_dh[-1]))),
    ),
    Misconception(
        "amplification", "root_of_squares", "the norms of the signals are added as squares", "Is it a sum of norms or a norm of all in (13)?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), np.array([bptt.safe_norm((dL_do @ W_qh)[t:]) for t in range(len(dL_do))])),
    ),
    Misconception(
        "amplification", "largest_entry", "the largest entry is taken for the norm", "Which norm is ‖·‖ in (13)?",
        lambda dL_dh, dL_do, W_qh: _ratio(np.abs(dL_dh).max(axis=1), _from(np.abs(dL_do @ W_qh).max(axis=1))),
    ),
    Misconception(
        "amplification", "one_without_signal", "A_t is 1 where no signal has come yet", "What should A_t be where no signal has come yet?",
        lambda dL_dh, dL_do, W_qh: np.where(_from(_norms(dL_do @ W_qh)) > 0, bptt.amplification(dL_dh, dL_do, W_qh), 1.0),
    ),
    Misconception(
        "amplification", "without_W_qh", "∂L/∂o_s is measured before W_qhᵀ", "In which space does the signal have to be measured?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), _from(_norms(dL_do))),
    ),
    Misconception(
        "amplification", "norm_of_sum", "the norm of the sum stands below, not the sum of the norms", "Can two signals cancel in your denominator?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh), _norms(np.cumsum((dL_do @ W_qh)[::-1], axis=0)[::-1])),
    ),
    Misconception(
        "amplification", "mean_signal", "the mean signal stands below, not the sum", "Is it a sum or a mean in (13)?",
        lambda dL_dh, dL_do, W_qh: bptt.amplification(dL_dh, dL_do, W_qh) * np.arange(len(dL_dh), 0, -1),
    ),
    Misconception(
        "amplification", "squared", "squared norms are compared", "What does doubling a gradient do to A_t?",
        lambda dL_dh, dL_do, W_qh: _ratio(_norms(dL_dh) ** 2, _from(_norms(dL_do @ W_qh) ** 2)),
    ),
    Misconception(
        "amplification", "upside_down", "the ratio is upside down", "Is A_t large or small when the gradient grows?",
        lambda dL_dh, dL_do, W_qh: _ratio(_from(_norms(dL_do @ W_qh)), _norms(dL_dh)),
    ),
    Misconception(
        "amplification", "zero_by_zero", "0/0 is left as it is", "What should A_t be where no signal has come yet?",
        lambda dL_dh, dL_do, W_qh: _norms(dL_dh) / _from(_norms(dL_do @ W_qh)),
    ),
    Misconception(
        "amplification", "epsilon", "a constant is added below", "How much is 1e-12 beside signals of 1e-200?",
        lambda dL_dh, dL_do, W_qh: _norms(dL_dh) / (_from(_norms(dL_do @ W_qh)) + 1e-12),
    ),
    Misconception(
        "amplification", "naive_norm", "the norm overflows or underflows", "What is the square of 1e200, and of 1e-200? Which given function knows that?",
        _naive,
    ),
    Misconception(
        "amplification", "sum_of_entries", "absolute values are added in place of the norm", "Which norm is ‖·‖ in (13)?",
        lambda dL_dh, dL_do, W_qh: _ratio(np.abs(dL_dh).sum(axis=1), _from(np.abs(dL_do @ W_qh).sum(axis=1))),
    ),
    Misconception(
        "detect_explosion", "smallest_t", "the smallest such t is returned", "Which step is met first when you walk back from T?", _detect(pick=0),
    ),
    Misconception(
        "detect_explosion", "t_from_zero", "t is counted from 0", "Which step has row 0 of dL_dh?", _detect(offset=0),
    ),
    Misconception(
        "detect_explosion", "at_least", "A_t equal to the threshold counts as exploding", "Is it “larger than” or “at least” in decision 4?",
        _detect(over=np.greater_equal),
    ),
    Misconception(
        "detect_explosion", "only_nan", "inf is not taken as non-finite", "Which values besides nan are not finite?", _detect(bad=np.isnan),
    ),
    Misconception(
        "detect_explosion", "only_inf", "nan is not taken as non-finite", "Is nan larger than anything?", _detect(bad=np.isinf),
    ),
    Misconception(
        "detect_explosion", "signal_first", "the missing signal is decided before the non-finite entry", "In which order do the five decisions stand?",
        _detect(order=("no_signal", "non_finite", "exploding")),
    ),
    Misconception(
        "detect_explosion", "never_non_finite", "non-finite entries are not looked for", "What does a comparison with nan give?",
        _detect(bad=lambda g: np.zeros(g.shape, bool)),
    ),
    Misconception(
        "detect_explosion", "never_no_signal", "a missing signal is not looked for", "What if nothing at all comes back from the loss?",
        _detect(silent=lambda signal: False),
    ),
    Misconception(
        "detect_explosion", "signal_at_outputs", "the signal is looked for in ∂L/∂o, before W_qhᵀ", "Can ∂L/∂o_s be non-zero and still not reach h_s?",
        lambda dL_dh, dL_do, W_qh, threshold=10.0: _verdict(dL_dh, dL_do, W_qh, threshold, bad=_bad, silent=lambda _: not dL_do.any()),
    ),
    Misconception(
        "detect_explosion", "small_is_zero", "a small signal is taken for none", "What does “exactly zero” ask of a signal of 1e-200?",
        _detect(silent=lambda signal: np.allclose(signal, 0)),
    ),
    Misconception(
        "detect_explosion", "threshold_one_allowed", "a threshold of 1 is accepted", "Is 1 a legal threshold?", _detect(refuse=lambda th: th < 1),
    ),
    Misconception(
        "detect_explosion", "threshold_unchecked", "the threshold is not checked", "Which thresholds make no sense?", _detect(refuse=lambda th: False),
    ),
    Misconception(
        "detect_explosion", "fixed_threshold", "the threshold given is not used", "Where does your code use its fourth argument?",
        lambda dL_dh, dL_do, W_qh, threshold=10.0: _verdict(
            dL_dh, dL_do, W_qh, 10.0, bad=_bad, refuse=lambda _: threshold <= 1),
    ),
    Misconception(
        "detect_explosion", "largest_A", "the step of the largest A_t is returned", "Is it the largest or the first that is asked for?", _at_largest,
    ),
    Misconception(
        "detect_explosion", "steps_back", "t counts the steps walked back", "From which end is t counted?", _steps_back,
    ),
    Misconception(
        "detect_explosion", "zero_for_none", "0 is returned where there is no step", "What stands for “no step” in the docstring?", _says_zero,
    ),
    Misconception(
        "detect_explosion", "norm_alone", "‖∂L/∂h_t‖ itself is compared with the threshold", "What happens to your verdict if the loss is scaled by 1e200?",
        _detect(A=lambda dL_dh, dL_do, W_qh: _norms(dL_dh)),
    ),
    Misconception(
        "detect_explosion", "naive_norm", "the norm overflows or underflows", "What is the square of 1e200, and of 1e-200?", _detect(A=_naive),
    ),
)  # fmt: skip
