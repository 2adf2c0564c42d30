"""`detect_explosion`: the verdict on a walk back, and the step where it goes wrong. Its test cases are drawn in explosions.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.engine.core.assignment import Misconception, Task
from autograder.suite import explosions
from autograder.suite.checking import PURE, STEADY, refuses, values
from autograder.suite.growth import all_signals, from_each, later_signals, naive, norms, own_signal
from autograder.suite.reference import bptt

CHECKS = (
    values(
        "explosion",
        3,
        "an explosion is found, and where",
        "stable one_step no_late_loss silent_end exploding many_losses many_losses_again low_threshold high_threshold",
    ),
    values(
        "growth_and_decay",
        1,
        "growth that fades again counts, at its first step back",
        "growth_and_decay second_hump rotation nilpotent",
    ),
    values(
        "boundary",
        1,
        "A_t equal to the threshold is stable",
        "at_threshold above_threshold own_threshold own_above above_at_first",
    ),
    values(
        "non_finite", 2, "inf and nan are reported first", "nan inf_and_nan inf_first nan_and_silent inf_and_silent"
    ),
    values(
        "no_signal",
        1,
        "no signal at all is reported as such",
        "silent unseen_output other_unseen faint one_loud_step cancelling",
    ),
    values(
        "scale",
        1,
        "a loss scaled by 1e-200 or 1e200 gives the same verdict",
        "tiny_loss huge_loss tiny_and_stable huge_and_stable",
    ),
    refuses(
        "a threshold of at most 1 is refused before anything else",
        "threshold_one threshold_low threshold_negative threshold_first",
    ),
)


@dataclass(frozen=True)
class _Detector:
    """`detect_explosion` as its decisions. A mistake takes one of them another way."""

    refuses: Callable[[float], bool] = lambda threshold: threshold <= 1
    bad: Callable[[Any], Any] = lambda gradient: ~np.isfinite(gradient)
    silent: Callable[[Any], bool] = lambda signal: not signal.any()
    A: Callable[..., Any] = bptt.amplification
    over: Callable[[Any, float], Any] = np.greater
    order: tuple[str, ...] = ("non_finite", "no_signal", "exploding")
    pick: int = -1  # of the steps for which a decision holds
    pick_non_finite: int = -1  # the same for the non-finite entries
    first: int = 1  # the number of the first step

    def __call__(self, dL_dh, dL_do, W_qh, threshold=10.0):
        if self.refuses(threshold):
            raise ValueError
        with np.errstate(all="ignore"):
            A = np.nan_to_num(self.A(dL_dh, dL_do, W_qh), nan=0.0, posinf=0.0)
            steps = {
                "non_finite": np.flatnonzero(self.bad(dL_dh).any(axis=1)),
                "no_signal": np.array([0] if self.silent(dL_do @ W_qh) else []),
                "exploding": np.flatnonzero(self.over(A, threshold)),
            }
        for status in self.order:
            if len(steps[status]):
                pick = self.pick_non_finite if status == "non_finite" else self.pick
                return status, None if status == "no_signal" else int(steps[status][pick]) + self.first
        return "stable", None


def _at_largest(dL_dh, dL_do, W_qh, threshold=10.0):
    status, t = bptt.detect_explosion(dL_dh, dL_do, W_qh, threshold)
    return status, int(np.argmax(bptt.amplification(dL_dh, dL_do, W_qh))) + 1 if status == "exploding" else t


def _steps_back(*args):
    status, t = bptt.detect_explosion(*args)
    return status, t if t is None else len(args[0]) - t


def _counted_back(*args):
    status, t = bptt.detect_explosion(*args)
    return status, t if t is None else len(args[0]) - t + 1


def _says_zero(*args):
    status, t = bptt.detect_explosion(*args)
    return status, 0 if t is None else t


def _at_first(dL_dh, dL_do, W_qh, threshold=10.0):
    """Only the way's two ends are compared."""
    status, t = bptt.detect_explosion(dL_dh, dL_do, W_qh, threshold)
    if status not in ("stable", "exploding"):
        return status, t
    grown = bptt.safe_norm(dL_dh[0]) > threshold * bptt.safe_norm(dL_dh[-1])
    return ("exploding", 1) if grown else ("stable", None)


def _without_first(dL_dh, dL_do, W_qh, threshold=10.0):
    """The walk ends before t = 1."""
    silent = not (dL_do @ W_qh).any()
    if len(dL_dh) == 1:
        _Detector()(dL_dh, dL_do, W_qh, threshold)
        return ("no_signal" if silent else "stable"), None
    status, t = _Detector(silent=lambda _: silent)(dL_dh[1:], dL_do[1:], W_qh, threshold)
    return status, t if t is None else t + 1


def _constant(value):
    """Another threshold than the one that is given."""
    return lambda dL_dh, dL_do, W_qh, threshold=10.0: _Detector(
        refuses=lambda _: threshold <= 1, over=lambda A, _: value < A
    )(dL_dh, dL_do, W_qh, threshold)


def _other_default(value):
    return lambda dL_dh, dL_do, W_qh, threshold=value: _Detector()(dL_dh, dL_do, W_qh, threshold)


def _added_to_signal(epsilon):
    return lambda dL_dh, dL_do, W_qh: norms(dL_dh) / (from_each(norms(dL_do @ W_qh)) + epsilon)


MISCONCEPTIONS = (
    Misconception(
        "smallest_t", "the smallest t over the threshold is returned", "Which step is met first when you walk back from T?",
        _Detector(pick=0),
    ),
    Misconception(
        "t_from_zero", "t is counted from 0", "Which step does row 0 of dL_dh belong to?", _Detector(first=0),
    ),
    Misconception(
        "at_least", "A_t equal to the threshold counts as exploding", "Is it “larger than” or “at least” in decision 4?",
        _Detector(over=np.greater_equal),
    ),
    Misconception(
        "only_nan", "inf is not taken as non-finite", "Which values besides nan are not finite?", _Detector(bad=np.isnan),
    ),
    Misconception(
        "only_inf", "nan is not taken as non-finite", "Is nan larger than anything?", _Detector(bad=np.isinf),
    ),
    Misconception(
        "signal_first", "the missing signal is decided before the non-finite entry", "In which order do the five decisions come?",
        _Detector(order=("no_signal", "non_finite", "exploding")),
    ),
    Misconception(
        "never_non_finite", "non-finite entries are not found",
        "Where does your code test for entries that are not finite, and is one such entry in a row enough for it?",
        _Detector(bad=lambda g: np.zeros(g.shape, bool)),
    ),
    Misconception(
        "never_no_signal", "a missing signal is not looked for", "What does your code return when no signal reaches any step?",
        _Detector(silent=lambda signal: False),
    ),
    Misconception(
        "signal_at_outputs", "the signal is looked for in ∂L/∂o, before W_qhᵀ", "Can ∂L/∂o_s be non-zero and still not reach h_s?",
        lambda dL_dh, dL_do, W_qh, threshold=10.0: _Detector(silent=lambda _: not dL_do.any())(dL_dh, dL_do, W_qh, threshold),
    ),
    Misconception(
        "small_is_zero", "a small signal is taken for none", "What does “exactly zero” ask of a signal of 1e-200?",
        _Detector(silent=lambda signal: np.allclose(signal, 0)),
    ),
    Misconception(
        "threshold_one_allowed", "a threshold of 1 is accepted", "Is 1 a legal threshold?", _Detector(refuses=lambda th: th < 1),
    ),
    Misconception(
        "threshold_unchecked", "the threshold is not checked", "Which thresholds does the docstring refuse, and how?", _Detector(refuses=lambda th: False),
    ),
    Misconception(
        "fixed_threshold", "the threshold given is not used", "Where does your code use its fourth argument?",
        lambda dL_dh, dL_do, W_qh, threshold=10.0: _Detector(refuses=lambda _: threshold <= 1)(dL_dh, dL_do, W_qh),
    ),
    Misconception(
        "never_exploding", "no explosion is ever reported", "At which steps is A_t looked at before “stable” is returned?",
        _Detector(over=lambda A, _: np.zeros(len(A), bool)),
    ),
    Misconception(
        "largest_A", "the step of the largest A_t is returned", "Is it the largest or the first that is asked for?", _at_largest,
    ),
    Misconception(
        "steps_back", "t counts the steps walked back", "From which end is t counted?", _steps_back,
    ),
    Misconception(
        "counted_back", "t counts from the end, where the walk back begins with 1", "From which end is t counted?", _counted_back,
    ),
    Misconception(
        "zero_for_none", "0 is returned where there is no step", "What stands for “no step” in the docstring?", _says_zero,
    ),
    Misconception(
        "norm_alone", "‖∂L/∂h_t‖ itself is compared with the threshold", "What happens to your verdict if the loss is scaled by 1e200?",
        _Detector(A=lambda dL_dh, dL_do, W_qh: norms(dL_dh)),
    ),
    Misconception(
        "naive_norm", "the norm overflows or underflows", "What is the square of 1e200, and of 1e-200?", _Detector(A=naive),
    ),
    Misconception(
        "smallest_t_of_all", "the smallest such t is returned, of non-finite entries as well",
        "Which step is met first when you walk back from T?", _Detector(pick=0, pick_non_finite=0),
    ),
    Misconception(
        "any_silent_step", "one step without a signal is taken for no signal at all", "How many steps have to be silent in decision 3?",
        _Detector(silent=lambda signal: not signal.any(axis=1).all()),
    ),
    Misconception(
        "first_step_left_out", "the walk back stops before t = 1", "For which t does your loop end?", _without_first,
    ),
    Misconception(
        "two_ends", "only ‖∂L/∂h_1‖ is compared with ‖∂L/∂h_T‖", "Can a gradient grow and fade again on its way back?", _at_first,
    ),
    Misconception(
        "threshold_1", "the threshold is 1, whatever is given", "Where does your code use its fourth argument?", _constant(1.0),
    ),
    Misconception(
        "threshold_100", "the threshold is 100, whatever is given", "Where does your code use its fourth argument?", _constant(100.0),
    ),
    Misconception(
        "default_100", "the default threshold is 100", "Which threshold holds where none is given?", _other_default(100.0),
    ),
    Misconception(
        "epsilon", "a constant is added to the signals", "How much is 1e-12 beside signals of 1e-200?",
        _Detector(A=_added_to_signal(1e-12)),
    ),
    Misconception(
        "own_signal_only", "∂L/∂h_t is measured against the signal of step t alone",
        "Which signals have arrived when the walk back reaches t?", _Detector(A=own_signal),
    ),
    Misconception(
        "strictly_later", "the signal of step t itself is left out of the sum", "Has the signal of step t arrived at t?",
        _Detector(A=later_signals),
    ),
    Misconception(
        "all_signals", "∂L/∂h_t is measured against the signals of all steps",
        "Which signals have arrived when the walk back reaches t?",
        _Detector(A=all_signals),
    ),
    Misconception(
        "naive_silence", "the norm overflows or underflows, and a norm of zero is taken for no signal",
        "What is the square of 1e200, and of 1e-200?",
        _Detector(A=naive, silent=lambda signal: not np.linalg.norm(signal, axis=1).any()),
    ),
)  # fmt: skip

TASK = Task(
    "detect_explosion",
    points=4.0,
    returns=("status", "t"),
    form="verdict",
    function=bptt.detect_explosion,
    draw=explosions.draw,
    repeated="exploding",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
    in_any_order=True,  # it has few different answers; arrays are never guessed
    unsound=explosions.unsound,
    words=("stable", "exploding", "non_finite", "no_signal"),
)
