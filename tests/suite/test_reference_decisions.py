"""The reference's decisions on an explosion, all of them, and its purity."""

from itertools import product

import numpy as np
import pytest

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.judging.cost import STEPS
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.suite.reference import bptt

# Three steps whose signal is exactly 1 and comes from T alone, so that A_t is the length of row t.
SIGNAL, W_QH = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]), np.eye(2)
SILENCES = {
    "signal": (SIGNAL, W_QH),
    "no loss": (np.zeros((3, 2)), W_QH),
    "unseen output": (np.array([[3.0, 0.0], [-1.0, 0.0], [2.0, 0.0]]), np.diag([0.0, 1.0])),
}
LENGTHS = [(0.5, 0.5, 1.0), (4.0, 2.0, 1.0), (16.0, 2.0, 1.0), (16.0, 32.0, 1.0), (2.0, 10.0, 1.0), (1.5, 64.0, 64.0)]
BAD_ROWS = [(), (1,), (3,), (1, 2), (1, 3)]
THRESHOLDS = [None, -np.inf, -3, 0.5, 1, 1.0, 1.5, 4.0, 10, np.inf]


def decide(lengths, bad_rows, silence, threshold):
    """The verdict by the five decisions as the contract words them."""
    if threshold <= 1:
        return "ValueError"
    if bad_rows:
        return "non_finite", max(bad_rows)
    if silence != "signal":
        return "no_signal", None
    over = [t for t, length in enumerate(lengths, start=1) if length > threshold]
    return ("exploding", max(over)) if over else ("stable", None)


@pytest.mark.parametrize("silence", SILENCES)
@pytest.mark.parametrize("bad_rows", BAD_ROWS)
def test_order_of_decisions(silence, bad_rows):
    """For every mix of threshold, non-finite rows, missing signal and growth, the first decision that applies is taken."""
    for lengths, threshold, bad in product(LENGTHS, THRESHOLDS, (np.nan, np.inf, -np.inf)):
        dL_dh = np.array([[0.0, length] for length in lengths])
        for t in bad_rows:
            dL_dh[t - 1, 0] = bad
        args = (dL_dh, *SILENCES[silence]) if threshold is None else (dL_dh, *SILENCES[silence], threshold)
        expected = decide(lengths, bad_rows, silence, 10.0 if threshold is None else threshold)
        if expected == "ValueError":
            with pytest.raises(ValueError, match="threshold"):
                bptt.detect_explosion(*args)
        else:
            assert bptt.detect_explosion(*args) == expected
            assert isinstance(bptt.detect_explosion(*args)[1], int | None)


@pytest.mark.parametrize("scale", [1e-200, 1e-100, 1.0, 1e100, 1e200])
@pytest.mark.parametrize("lengths", LENGTHS)
def test_verdict_of_a_scaled_loss(lengths, scale):
    """The verdict is the same for a loss scaled by anything from 1e-200 to 1e200."""
    dL_dh = np.array([[0.0, 1.001 * length] for length in lengths])
    assert bptt.detect_explosion(dL_dh * scale, SIGNAL * scale, W_QH) == bptt.detect_explosion(dL_dh, SIGNAL, W_QH)


def test_steps_without_a_signal_do_not_explode():
    """A step that no signal has reached yet has A_t = 0 and is no explosion, whatever dL_dh holds there."""
    dL_do = np.array([[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    dL_dh = np.array([[0.0, 1.0], [0.0, 1e9], [0.0, 1e9]])
    assert bptt.detect_explosion(dL_dh, dL_do, W_QH) == ("stable", None)


def test_signals_add_up():
    """A_t is measured against the signals of all steps from t to T, as `amplification` says."""
    dL_do = np.array([[0.0, 1.0], [0.0, 4.0], [0.0, 3.0]])
    dL_dh = np.array([[0.0, 80.0], [0.0, 71.0], [0.0, 3.0]])
    assert bptt.detect_explosion(dL_dh, dL_do, W_QH) == ("exploding", 2)  # 71 / 7
    dL_dh[1] = [0.0, 70.0]
    assert bptt.detect_explosion(dL_dh, dL_do, W_QH) == ("stable", None)  # 70 / 7 and 80 / 8


def test_radius_and_explosion_disagree():
    """A run can explode below a spectral radius of 1, and not explode above it."""
    non_normal, last = np.array([[0.9, 5.0], [0.0, 0.9]]), np.zeros((9, 2))
    last[-1, 0] = 1.0
    dL_dh = bptt.hidden_grads(last, non_normal, np.eye(2))
    assert bptt.detect_explosion(dL_dh, last, np.eye(2))[0] == "exploding"
    unseen, second = np.diag([1.5, 0.5]), last[:, ::-1]
    dL_dh = bptt.hidden_grads(second, unseen, np.eye(2))
    assert bptt.detect_explosion(dL_dh, second, np.eye(2)) == ("stable", None)


def _freeze(value):
    if isinstance(value, list):
        return [_freeze(item) for item in value]
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flags.writeable = False
    return value


def _arrays(value):
    parts = value if isinstance(value, list | tuple) else [value]
    return [part for part in parts if isinstance(part, np.ndarray)]


@pytest.mark.parametrize("task", [task.id for task in ASSIGNMENT.tasks])
def test_purity(task, exam: HiddenTests):
    """The reference takes read-only arguments, answers twice alike, and hands out no memory of its arguments."""
    for case, drawn in exam.cases(task).args.items():
        if case in STEPS:
            continue
        args = [_freeze(arg) for arg in drawn]
        with np.errstate(all="ignore"):
            if isinstance(ASSIGNMENT.by_id[task].answer(drawn), ValueError):
                with pytest.raises(ValueError, match=r"^(?!.*read-only)"):
                    getattr(bptt, task)(*args)
                continue
            first, second = getattr(bptt, task)(*args), getattr(bptt, task)(*args)
        np.testing.assert_equal(first, second)
        frozen = [array for arg in args for array in _arrays(arg)]
        for result, array in product(_arrays(first), frozen):
            assert not np.shares_memory(result, array)
