"""What each task is checked for: one table, served to `pytest`, nbgrader and the command line alike.

A check names the instances it needs and how it judges the answers to them. Its `asks` is the line the student reads.
"""

from typing import Any

from autograder.engine.core.tasks import BY_ID
from autograder.engine.judging import cost
from autograder.engine.judging.judges import (
    Check,
    judge_cost,
    judge_memory,
    judge_newness,
    judge_purity,
    judge_refusals,
    judge_values,
)


def _values(id: str, weight: float, asks: str, cases: str, **how: Any) -> Check:
    return Check(id, weight, asks, tuple(cases.split()), judge_values, **how)


def _refuses(asks: str, cases: str, weight: float = 1) -> Check:
    return Check("refuses", weight, asks, tuple(cases.split()), judge_refusals, gated=True)


PURE = Check("pure", 0.5, "leaves its arguments as they were", (), judge_purity, gated=True)
STEADY = Check("steady", 0.5, "gives the same answer to the same arguments", ("repeat",), judge_memory, gated=True)

CHECKS: dict[str, tuple[Check, ...]] = {
    "forward": (
        _values("hidden_states", 3, "h_0 … h_T are right", "small general again wide thin", scale="row", part=0),
        _values("outputs", 2, "o_1 … o_T are right", "small general again wide thin", scale="row", part=1),
        _values("one_step", 1, "a sequence of one step works", "one_step", scale="row"),
        _values("long", 1, "long sequences that fade or grow are right", "fading growing", scale="row"),
    ),
    "squared_error_grad": (
        _values("values", 4, "∂L/∂o_t is right", "small general again wide thin"),
        _values("one_step", 1, "a sequence of one step works", "one_step", scale="row"),
    ),
    "cross_entropy_grad": (
        _values("values", 3, "∂L/∂o_t is right", "small general again wide", scale="1/T"),
        _values("one_step", 1, "a sequence of one step works", "one_step", scale="1/T"),
        _values("extreme", 2, "outputs of ±1e4 give finite, right gradients", "extreme extreme_again", scale="1/T"),
    ),
    "hidden_grads": (
        _values("values", 4, "∂L/∂h_t is right at every step", "small general again wide thin", scale="row"),
        _values("one_step", 1, "a sequence of one step works", "one_step", scale="row"),
        _values("early_loss", 1, "no gradient comes from steps without a loss", "early_loss", scale="row"),
        _values("vanishing", 1, "gradients that have become tiny are right", "vanishing", scale="row"),
        _values("exploding", 1, "gradients that have become large are right", "exploding", scale="row"),
    ),
    "expanded_terms": (
        _values("values", 4, "every term is right", "small from_first middle again wide thin", scale="row"),
        _values("last_step", 1, "t = T has one term", "last one_step", scale="row"),
        _values("long", 1, "terms that have become tiny or large are right", "vanishing exploding", scale="row"),
    ),
    "parameter_grads": (
        _values("dL_dW_hx", 2, "∂L/∂W_hx is right", "small general again wide thin vanishing", part=0),
        _values("dL_dW_hh", 3, "∂L/∂W_hh is right", "small general again wide thin vanishing", part=1),
        _values("dL_dW_qh", 2, "∂L/∂W_qh is right", "small general again wide thin vanishing", part=2),
        _values("one_step", 1, "a sequence of one step works", "one_step"),
    ),
    "spectral_radius": (
        _values("values", 2, "ρ(W_hh) is right", "small general again one_by_one"),
        _values("complex_pair", 1, "complex and negative eigenvalues count by their modulus", "complex_pair negative"),
        _values("non_normal", 1, "it is an eigenvalue that counts, not a norm", "non_normal nilpotent"),
    ),
    "amplification": (
        _values("values", 3, "A_t is right at every step", "small general again one_step thin", scale="entry"),
        _values(
            "no_late_loss", 1, "A_t is 0 where no signal has come yet", "no_late_loss early_loss_only", scale="entry"
        ),
        _values(
            "long",
            1,
            "gradients that fade or grow are measured right",
            "fading growing rotation nilpotent",
            scale="entry",
        ),
        _values(
            "scale",
            2,
            "a loss scaled by 1e-200 or 1e200 gives the same A_t",
            "faint_loss tiny_loss huge_loss",
            scale="entry",
        ),
    ),
    "detect_explosion": (
        _values(
            "explosion",
            3,
            "an explosion is found, and where",
            "stable one_step no_late_loss exploding many_losses low_threshold high_threshold",
        ),
        _values(
            "growth_and_decay",
            1,
            "growth that fades again counts, at its first step back",
            "growth_and_decay second_hump rotation nilpotent",
        ),
        _values(
            "boundary",
            1,
            "A_t equal to the threshold is stable",
            "at_threshold above_threshold own_threshold own_above above_at_first",
        ),
        _values(
            "non_finite", 2, "inf and nan are reported first", "nan inf_and_nan inf_first nan_and_silent inf_and_silent"
        ),
        _values(
            "no_signal",
            1,
            "no signal at all is reported as such",
            "silent unseen_output other_unseen faint one_loud_step",
        ),
        _values(
            "scale",
            1,
            "a loss scaled by 1e-200 or 1e200 gives the same verdict",
            "tiny_loss huge_loss tiny_and_stable huge_and_stable",
        ),
        _refuses(
            "a threshold of at most 1 is refused before anything else", "threshold_one threshold_low threshold_first"
        ),
    ),
    "truncated_hidden_grads": (
        _values(
            "values",
            3,
            "the terms of the tau nearest losses are kept",
            "small three_terms again all_but_one thin long steep steep_again",
            scale="row",
        ),
        _values(
            "direct_only", 1, "tau = 1 is the direct term alone", "direct_only direct_only_wide one_step", scale="row"
        ),
        _values("whole", 1, "tau ≥ T is the whole gradient", "whole longer_than_T", scale="row"),
        _refuses("tau < 1 is refused", "tau_zero tau_negative"),
    ),
    "clip_gradients": (
        _values("clips", 3, "the joint norm is clipped, by one factor", "small general again one_array"),
        _values("leaves", 1, "what is short enough stays as it is", "small below far_below at_the_norm all_zero"),
        _values("large", 2, "entries up to 1e300 are clipped right", "huge largest"),
        _values("tiny", 1, "gradients of 1e-9 and less are clipped right", "tiny tiniest"),
        _refuses(
            "entries that are not finite, and max_norm ≤ 0, are refused", "nan nan_first inf zero_norm negative_norm"
        ),
        Check("new", 0.5, "returns a new list of new arrays", (), judge_newness, gated=True),
    ),
}
for _task in CHECKS:
    CHECKS[_task] += (PURE, STEADY)
CHECKS["hidden_grads"] += (
    Check(
        "linear_work",
        1,
        "the work grows in proportion to T",
        (),
        judge_cost,
        "row",
        gated=True,
        may_ask=tuple(cost.STEPS),
        next_cases=cost.next_cases,
    ),
)


def points(task: str, off: bool = False) -> dict[str, float]:
    """The points of each check: the task's, split by weight, rounded to 0.01 so that they add up to the task's."""
    checks = CHECKS[task]
    total = sum(check.weight for check in checks)
    cents = 0 if off else round(100 * BY_ID[task].points)
    exact = [cents * check.weight / total for check in checks]
    floors = [int(share) for share in exact]
    by_remainder = sorted(range(len(checks)), key=lambda i: floors[i] - exact[i])
    for i in by_remainder[: cents - sum(floors)]:
        floors[i] += 1
    return {check.id: share / 100 for check, share in zip(checks, floors, strict=True)}
