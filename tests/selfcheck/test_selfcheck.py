"""The self-check of the handout on the corpus: what it says of right answers, and what it warns of before the grader does."""

import contextlib
from typing import Any

import numpy as np
import pytest
from support import corpus

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.suite.reference import bptt

WARNED = {
    "clip_gradients-arrays_of_the_caller": "pure",
    "clip_gradients-asarray_is_no_copy": "pure",
    "clip_gradients-list_of_the_caller": "pure",
    "clip_gradients-views_of_the_caller": "pure",
    "clip_gradients-fewer_the_second_time": "pure",
    "clip_gradients-small_epsilon": "tiny-entries",
    "clip_gradients-epsilon_below_rounding": "tiny-entries",
    "clip_gradients-epsilon_as_a_floor": "tiny-entries",
    "clip_gradients-nearly_equal_is_short_enough": "tiny-entries",
    "clip_gradients-tiny_is_zero": "tiny-entries",
    "truncated_hidden_grads-adds_and_subtracts": "window",
    "truncated_hidden_grads-whole_minus_what_is_too_far": "window",
    "truncated_hidden_grads-prefix_sums_and_inverses": "window",
    "squared_error_grad-mean_squared_error": "by-hand",
    "amplification-epsilon_as_a_floor": "tiny-loss",
    "detect_explosion-epsilon": "loss-scale",
}


@pytest.fixture
def failed(bundle):
    """failed(formulation): the names of the checks that do not pass, with what they say."""

    def judge(formulation) -> dict[str, str]:
        namespace: dict[str, Any] = {"np": np, **{name: getattr(bptt, name) for name in ASSIGNMENT.given}}
        with contextlib.redirect_stdout(None), np.errstate(all="ignore"):
            exec(compile(formulation.source, "<cell>", "exec"), namespace)
            outcomes = bundle.results(formulation.task, namespace)
        return {outcome.name: outcome.message for outcome in outcomes if not outcome.passed}

    return judge


@pytest.mark.parametrize("task", ASSIGNMENT.by_id)
def test_right_answers(failed, task):
    """Every right formulation of the corpus passes all of the self-check."""
    assert {way.id: found for way in corpus("correct") if way.task == task and (found := failed(way))} == {}


@pytest.mark.parametrize("id", WARNED)
def test_warnings(failed, id):
    """What the hidden checks take points for on tiny numbers, shared arrays and cancelled digits, the self-check tells."""
    way = next(way for way in corpus("wrong") if way.id == id)
    found = failed(way)
    assert WARNED[id] in found
    assert found[WARNED[id]].endswith("?")


@pytest.mark.parametrize(
    "id",
    [
        "parameter_grads-summed_into_unset_memory",
        "hidden_grads-row_behind_the_last_is_unset",
        "amplification-divided_where_without_out",
    ],
)
def test_what_was_never_set_is_asked_about(tried, id):
    """Entries that are read before they are set are right by chance in no run, and the question is about them."""
    way = next(way for way in corpus("wrong") if way.id == id)
    assert [said for said in tried(way.task, way.source).values() if "memory that nothing was written to" in said]
