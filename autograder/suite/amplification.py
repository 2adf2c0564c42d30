"""`amplification`: A_t, by how much ‖∂L/∂h_t‖ exceeds the signals that have come in from step t on, (13)."""

from collections.abc import Callable

import numpy as np

from autograder.engine.core.assignment import Args, Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import (
    early,
    fainter,
    growing,
    net,
    of,
    ordinary,
    rotated,
    scaled,
    shifted,
    sizes,
)
from autograder.suite.growth import all_signals, from_each, later_signals, naive, norms, own_signal, ratio
from autograder.suite.reference import bptt
from autograder.suite.simple_mistakes import in_reverse


def _draw(rng: Rng) -> Cases:
    names, size = "dL_dh dL_do W_qh", sizes(rng)

    def distinct(draw: Callable[[], Args]) -> Args:
        """The largest entry of the gradients is not that of the signals: no method that mixes them up is right."""
        while True:
            dL_dh, dL_do, W_qh = draw()
            if not 0.9 < np.abs(dL_dh).max() / np.abs(dL_do @ W_qh).max() < 1.1:
                return dL_dh, dL_do, W_qh

    def general() -> Args:
        return distinct(lambda: of(net(rng, size["general"]), names))

    nets = ordinary(rng, names, size)
    return {
        "small": nets["small"],
        "general": general(),
        "again": general(),
        "one_step": nets["one_step"],
        "thin": nets["thin"],
        "no_late_loss": distinct(lambda: early(rng, size["general"], 3)),
        "early_loss_only": early(rng, size["general"], 1),
        "growing": of(net(rng, size["long"], radius=growing(rng), last_only=True), names),
        "fading": of(net(rng, size["long"], fades=True, last_only=True), names),
        "rotation": rotated(rng, int(rng.integers(7, 12))),
        "nilpotent": shifted(rng, int(rng.integers(7, 12)), 30.0),
        "faint_loss": scaled(general(), 1e-9),
        "tiny_loss": scaled(general(), 1e-200),
        "huge_loss": scaled(general(), 1e200),
        "faint_end": distinct(lambda: fainter(rng, size["general"], 3)),
    }


CHECKS = (
    values("values", 3, "A_t is right at every step", "small general again one_step thin", scale="entry"),
    values("no_late_loss", 1, "A_t is 0 where no signal has come yet", "no_late_loss early_loss_only", scale="entry"),
    values(
        "long",
        1,
        "gradients that fade or grow are measured right",
        "fading growing rotation nilpotent faint_end",
        scale="entry",
    ),
    values(
        "scale",
        2,
        "a loss scaled by 1e-200 or 1e200 gives the same A_t",
        "faint_loss tiny_loss huge_loss",
        scale="entry",
    ),
)


def _shifted(dL_dh, dL_do, W_qh, epsilon):
    return norms(dL_dh) / (from_each(norms(dL_do @ W_qh)) + epsilon)


def _shifted_naive(dL_dh, dL_do, W_qh, epsilon):
    gradient, signal = (np.linalg.norm(rows, axis=1) for rows in (dL_dh, dL_do @ W_qh))
    return gradient / (from_each(signal) + epsilon)


def _bounded(dL_dh, dL_do, W_qh, norm):
    return ratio(norms(dL_dh), from_each(np.linalg.norm(W_qh, norm) * norms(dL_do)))


def _step_by_step(dL_dh, dL_do, W_qh):
    size = norms(dL_dh)
    return np.append(ratio(size[:-1], size[1:]), 1.0)


_BOUND = "Is ‖W_qhᵀ ∂L/∂o_s‖ the product of two norms?"


MISCONCEPTIONS = (
    Misconception(
        "own_signal_only", "the denominator holds the signal of step t alone", "Which signals have arrived when the walk back reaches t?",
        own_signal,
    ),
    Misconception(
        "earlier_signals", "the denominator holds the signals up to t", "Which signals have arrived when the walk back reaches t?",
        lambda dL_dh, dL_do, W_qh: ratio(norms(dL_dh), np.cumsum(norms(dL_do @ W_qh))),
    ),
    Misconception(
        "all_signals", "the denominator holds the signals of all steps", "Which signals have arrived when the walk back reaches t?",
        all_signals,
    ),
    Misconception(
        "strictly_later", "the denominator leaves out the signal of step t itself", "Has the signal of step t arrived at t?",
        later_signals,
    ),
    Misconception(
        "against_the_last", "it is measured against ‖∂L/∂h_T‖ alone", "Which signals have arrived when the walk back reaches t?",
        lambda dL_dh, dL_do, W_qh: ratio(norms(dL_dh), np.full(len(dL_dh), bptt.safe_norm(dL_dh[-1]))),
    ),
    Misconception(
        "root_of_squares", "the norms of the signals are added as squares", "Does (13) add norms, or take one norm of everything?",
        lambda dL_dh, dL_do, W_qh: ratio(norms(dL_dh), np.array([bptt.safe_norm((dL_do @ W_qh)[t:]) for t in range(len(dL_do))])),
    ),
    Misconception(
        "largest_entry", "the largest entry is taken for the norm", "Which norm is ‖·‖ in (13)?",
        lambda dL_dh, dL_do, W_qh: ratio(np.abs(dL_dh).max(axis=1), from_each(np.abs(dL_do @ W_qh).max(axis=1))),
    ),
    Misconception(
        "one_without_signal", "A_t is 1 where no signal has come yet", "What should A_t be where no signal has come yet?",
        lambda dL_dh, dL_do, W_qh: np.where(from_each(norms(dL_do @ W_qh)) > 0, bptt.amplification(dL_dh, dL_do, W_qh), 1.0),
    ),
    Misconception(
        "ends_at_silence", "the walk back ends where no signal has come yet",
        "Where no signal has come yet, can one still come at an earlier step?",
        lambda dL_dh, dL_do, W_qh: bptt.amplification(dL_dh, dL_do, W_qh) * (norms(dL_do @ W_qh)[-1] > 0),
    ),
    Misconception(
        "without_W_qh", "∂L/∂o_s is measured before W_qhᵀ", "Which vectors does (13) measure in its denominator?",
        lambda dL_dh, dL_do, W_qh: ratio(norms(dL_dh), from_each(norms(dL_do))),
    ),
    Misconception(
        "norm_of_sum", "the denominator is the norm of the sum, not the sum of the norms", "Can two signals cancel in your denominator?",
        lambda dL_dh, dL_do, W_qh: ratio(norms(dL_dh), norms(np.cumsum((dL_do @ W_qh)[::-1], axis=0)[::-1])),
    ),
    Misconception(
        "mean_signal", "the denominator is the mean signal, not the sum", "Is it a sum or a mean in (13)?",
        lambda dL_dh, dL_do, W_qh: bptt.amplification(dL_dh, dL_do, W_qh) * np.arange(len(dL_dh), 0, -1),
    ),
    Misconception(
        "squared", "squared norms are compared", "What does doubling a gradient do to A_t?",
        lambda dL_dh, dL_do, W_qh: ratio(norms(dL_dh) ** 2, from_each(norms(dL_do @ W_qh) ** 2)),
    ),
    Misconception(
        "upside_down", "the ratio is upside down", "Is A_t large or small when the gradient grows?",
        lambda dL_dh, dL_do, W_qh: ratio(from_each(norms(dL_do @ W_qh)), norms(dL_dh)),
    ),
    Misconception(
        "zero_by_zero", "0/0 is left as it is", "What should A_t be where no signal has come yet?",
        lambda dL_dh, dL_do, W_qh: norms(dL_dh) / from_each(norms(dL_do @ W_qh)),
    ),
    Misconception(
        "epsilon", "a constant is added to the denominator", "How much is 1e-12 beside signals of 1e-200?",
        lambda dL_dh, dL_do, W_qh: norms(dL_dh) / (from_each(norms(dL_do @ W_qh)) + 1e-12),
    ),
    Misconception(
        "naive_norm", "the norm overflows or underflows", "What is the square of 1e200, and of 1e-200? Which given function knows that?",
        naive,
    ),
    Misconception(
        "sum_of_entries", "absolute values are added in place of the norm", "Which norm is ‖·‖ in (13)?",
        lambda dL_dh, dL_do, W_qh: ratio(np.abs(dL_dh).sum(axis=1), from_each(np.abs(dL_do @ W_qh).sum(axis=1))),
    ),
    Misconception(
        "epsilon_8", "1e-8 is added to the denominator", "How much is 1e-8 beside signals of 1e-200?",
        lambda *a: _shifted(*a, epsilon=1e-8),
    ),
    Misconception(
        "epsilon_10", "1e-10 is added to the denominator", "How much is 1e-10 beside signals of 1e-200?",
        lambda *a: _shifted(*a, epsilon=1e-10),
    ),
    Misconception(
        "floor", "a small denominator counts as 1e-8", "How much is 1e-8 beside signals of 1e-200?",
        lambda dL_dh, dL_do, W_qh: norms(dL_dh) / np.maximum(from_each(norms(dL_do @ W_qh)), 1e-8),
    ),
    Misconception(
        "epsilon_and_naive_norm", "1e-12 is added to the denominator, and the norm overflows or underflows",
        "How much is 1e-12 beside signals of 1e-200, and what is the square of 1e200?",
        lambda *a: _shifted_naive(*a, epsilon=1e-12),
    ),
    Misconception(
        "epsilon_8_and_naive_norm", "1e-8 is added to the denominator, and the norm overflows or underflows",
        "How much is 1e-8 beside signals of 1e-200, and what is the square of 1e200?",
        lambda *a: _shifted_naive(*a, epsilon=1e-8),
    ),
    Misconception(
        "product_of_norms", "the signal is measured by ‖W_qh‖ ‖∂L/∂o_s‖, with the largest singular value", _BOUND,
        lambda *a: _bounded(*a, norm=2),
    ),
    Misconception(
        "product_with_frobenius", "the signal is measured by ‖W_qh‖ ‖∂L/∂o_s‖, with the Frobenius norm", _BOUND,
        lambda *a: _bounded(*a, norm="fro"),
    ),
    Misconception(
        "against_the_next", "it is measured against ‖∂L/∂h_{t+1}‖", "Is it the growth of one step, or of the whole way, that (13) measures?",
        _step_by_step,
    ),
    Misconception(
        "against_nothing", "it is ‖∂L/∂h_t‖ itself", "What happens to your A_t if the loss is scaled by 1e200?",
        lambda dL_dh, dL_do, W_qh: norms(dL_dh),
    ),
    Misconception(
        "reversed", "the values are in the order of the walk back, last step first",
        "You compute A_T first. In which place does it belong?",
        lambda *a: bptt.amplification(*a)[::-1], simple=in_reverse,
    ),
)  # fmt: skip

TASK = Task(
    "amplification",
    points=3.0,
    returns=("A",),
    form="array",
    function=bptt.amplification,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
