"""Is this answer that answer: every rule of tolerance on both sides of its boundary, and how differences are told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.closeness import compare, show, tolerance
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.judging.judges import judge_case, judge_values
from autograder.engine.sandbox.answers import Answer

INSIDE, OUTSIDE = 0.99, 1.01

GRADIENT = np.array([[1e-9, -4e-9, 2e-9], [3.0, 1e3, 0.0], [0.0, 0.0, 0.0]])
RULES = {  # scale, expected, the largest input, the place that is moved, what is allowed there
    "row: of a tiny row's largest entry": ("row", GRADIENT, 7.0, (0, 0), 4e-15),
    "row: of a large row's largest entry": ("row", GRADIENT, 7.0, (1, 0), 1e-3),
    "row: a zero in a row that is not": ("row", GRADIENT, 7.0, (1, 2), 1e-3),
    "row: a zero row, of the array's largest entry": ("row", GRADIENT, 7.0, (2, 1), 1e-9),
    "row: a zero row of a tiny array": ("row", GRADIENT[[0, 2]], 7.0, (1, 0), 4e-21),
    "row: a zero array, of the inputs": ("row", np.zeros((2, 3)), 7.0, (1, 2), 7e-12),
    "array: of its largest entry": ("array", GRADIENT, 7.0, (0, 0), 1e-3),
    "array: however tiny it is": ("array", GRADIENT[:1], 7.0, (0, 2), 4e-15),
    "array: a zero array, of the inputs": ("array", np.zeros(4), 3e5, (2,), 3e-7),
    "array: a number": ("array", np.array(-20.0), 7.0, (), 2e-5),
    "array: the number zero, of the inputs": ("array", np.array(0.0), 7.0, (), 7e-12),
    "entry: of a tiny entry": ("entry", np.array([1e-9, 1e3, 0.0]), 7.0, (0,), 1e-15),
    "entry: of a large entry": ("entry", np.array([1e-9, 1e3, 0.0]), 7.0, (1,), 1e-3),
    "entry: a zero, of the array's largest entry": ("entry", np.array([1e-9, 1e3, 0.0]), 7.0, (2,), 1e-9),
    "entry: a zero array, of the inputs": ("entry", np.zeros(3), 7.0, (1,), 7e-12),
    "1/T: whatever the entry": (
        "1/T",
        np.array([[1e-9, -0.2], [0.0, 0.0], [0.3, 1e-3], [0.1, 0.1]]),
        7.0,
        (0, 0),
        2.5e-7,
    ),
    "1/T: a zero row too": ("1/T", np.array([[1e-9, -0.2], [0.0, 0.0]]), 7.0, (1, 0), 5e-7),
}


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("rule", RULES)
def test_boundary(rule, sign):
    """An entry just inside the tolerance passes, and just outside it fails and is the one that is pointed at."""
    scale, expected, inputs, place, allowed = RULES[rule]
    got = expected.copy()
    got[place] = expected[place] + sign * INSIDE * allowed
    assert compare("x", got, expected, scale, inputs) is None
    got[place] = expected[place] + sign * OUTSIDE * allowed
    mismatch = compare("x", got, expected, scale, inputs)
    assert mismatch
    assert (mismatch.kind, mismatch.index) == ("values", place)


SCALES = {"forward": "row", "hidden_grads": "row", "expanded_terms": "row", "truncated_hidden_grads": "row"}
SCALES |= {"amplification": "entry", "cross_entropy_grad": "1/T"}


def allowed_by_contract(task, expected, args):
    """The tolerance of every entry in the contract's words, entry by entry."""
    scale, largest = SCALES.get(task, "array"), np.abs(expected).max()
    parts = [part for arg in args for part in (arg if isinstance(arg, list) else [arg])]
    inputs = max(float(np.abs(part).max()) for part in parts)
    allowed = np.empty(expected.shape)
    for index in np.ndindex(expected.shape):
        if scale == "1/T":
            allowed[index] = 1e-6 / len(expected)
            continue
        reach = {
            "row": lambda i: np.abs(expected[i[0]]).max(),
            "entry": lambda i: abs(expected[i]),
            "array": lambda i: largest,
        }
        own = reach[scale](index)
        allowed[index] = 1e-6 * own if own > 0 else 1e-12 * (largest if largest > 0 else inputs)
    return allowed


@pytest.mark.parametrize(
    "task", [task for task in ASSIGNMENT.tasks if task.form != "verdict"], ids=lambda task: task.id
)
def test_every_check_has_the_contracts_tolerance(task, exam: HiddenTests):
    """On every instance, in every part, each value check takes an entry inside the contract's tolerance and none outside."""
    paper = exam.cases(task.id)
    for check in ASSIGNMENT.by_id[task.id].checks:
        for case in check.cases if check.judge is judge_values else ():
            parts = [paper.expected[case]] if task.form == "array" else paper.expected[case]
            for number in range(len(parts)) if check.part is None else [check.part]:
                allowed = allowed_by_contract(task.id, parts[number], paper.args[case])
                for index in {
                    np.unravel_index(f(np.abs(parts[number])), parts[number].shape) for f in (np.argmin, np.argmax)
                }:
                    for share, passes in ((0.9, True), (1.1, False)):
                        moved = [part.copy() for part in parts]
                        moved[number][index] += share * allowed[index]
                        answer = Answer("value", moved[0] if task.form == "array" else moved)
                        sheet = AnsweredTask(paper, {case: answer})
                        assert (judge_case(sheet, check, case) is None) == passes, (
                            check.id,
                            case,
                            number,
                            index,
                            share,
                        )


@pytest.mark.parametrize("scale", ["row", "entry", "array", "1/T"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_non_finite(scale, bad):
    """nan and inf never pass for a finite number, and are told before a wrong value that stands earlier."""
    got = np.array([[2.0, 2.0], [3.0, bad]])
    mismatch = compare("g", got, np.array([[1.0, 2.0], [3.0, 4.0]]), scale)
    assert mismatch
    assert mismatch.kind == "non_finite"
    assert mismatch.text == f"g[1, 1] is {bad}, expected a finite number"


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        ((3, 1), (3,), "A has shape (3, 1), expected shape (3,)"),
        ((3,), (3, 1), "A has shape (3,), expected shape (3, 1)"),
        ((), (3,), "A has shape (), expected shape (3,)"),
        ((1, 4), (3, 4), "A has shape (1, 4), expected shape (3, 4)"),
        ((4, 3), (3, 4), "A has shape (4, 3), expected shape (3, 4)"),
        ((0, 4), (3, 4), "A has shape (0, 4), expected shape (3, 4)"),
        ((1,), (), "A has shape (1,), expected a single number"),
    ],
)
def test_shape(got, expected, text):
    """Another shape is told before any value, and nothing is broadcast."""
    mismatch = compare("A", np.ones(got), np.ones(expected))
    assert mismatch
    assert (mismatch.kind, mismatch.text) == ("shape", text)


@given(arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.floats(-1e300, 1e300)))
def test_itself(array):
    """Every array is itself under every rule."""
    for scale in ("row", "entry", "array", "1/T"):
        assert compare("x", array.copy(), array, scale) is None


def test_zero_without_inputs():
    """Where nothing is known of the inputs, zero is expected exactly."""
    for scale in ("row", "entry", "array"):
        assert compare("x", np.zeros((2, 2)), np.zeros((2, 2)), scale) is None
        assert compare("x", np.full((2, 2), 1e-300), np.zeros((2, 2)), scale)


def test_all_zero_answer_to_vanished_gradients():
    """Zeros do not pass for gradients that have become tiny."""
    expected = np.outer(0.4 ** np.arange(40), [1.0, -2.0])
    got = expected.copy()
    got[-1] = 0
    assert compare("g", np.zeros_like(expected), expected, "row")
    assert compare("g", got, expected, "row").index == (39, 0)


def test_first_wrong_row():
    """The first wrong row is shown, or the last one where the walk goes backwards."""
    expected = np.arange(40.0).reshape(10, 4)
    got = expected.copy()
    got[3, 2] = got[5, 1] = got[5, 3] = -1
    assert compare("g", got, expected).text == "g[3] is [12, 13, -1, 15], expected [12, 13, 14, 15]"
    assert compare("g", got, expected, backwards=True).text == "g[5] is [20, -1, 22, -1], expected [20, 21, 22, 23]"


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (np.array(2.5), np.array(2.0), "x is 2.5, expected 2"),
        (np.array([1.0, 2.5]), np.array([1.0, 2.0]), "x is [1, 2.5], expected [1, 2]"),
        (np.full((2, 3), 2.0), np.ones((2, 3)), "x is [[2, 2, 2], [2, 2, 2]], expected [[1, 1, 1], [1, 1, 1]]"),
        (np.full((1, 8), 2.0), np.ones((1, 8)), "x[0] is [2, 2, 2, 2, 2, 2, 2, 2], expected [1, 1, 1, 1, 1, 1, 1, 1]"),
        (np.eye(1, 8, 7), np.zeros((1, 8)), "x[0] is [0, 0, 0, 0, 0, 0, 0, 1], expected [0, 0, 0, 0, 0, 0, 0, 0]"),
        (np.full((2, 9), 2.0), np.ones((2, 9)), "x[0, 0] is 2, expected 1"),
        (np.full(7, 2.0), np.ones(7), "x[0] is 2, expected 1"),
        (np.array([1.00001, 5.0]), np.array([1.0, 5.0]), "x[0] is 1, and only its first 5 digits are right"),
        (np.array(3.14159265), np.array(3.14160000), "x is 3.142, and only its first 5 digits are right"),
    ],
)
def test_difference_as_text(got, expected, text):
    """A small array is told whole, a larger one by its row or entry, and no number with as many digits as are judged."""
    assert compare("x", got, expected).text == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (np.array([1.0, -0.5]), "[1, -0.5]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([1.23456e-9, np.nan, np.inf]), "[1.235e-09, nan, inf]"),
        (np.arange(12), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"),
        (np.arange(13), "[0, 1, ..., 11, 12]"),
        (np.zeros((0, 3)), "[]"),
    ],
)
def test_show(value, text):
    """A value is shown on one line with four significant digits, a long one shortened."""
    assert show(value) == text


def test_where_no_number_is_expected():
    """A wrong answer beside or in place of an expected inf is a wrong value; only a finite expectation asks for finite."""
    expected = np.array([np.inf, 2.0])
    for got in ([1.0, 2.0], [np.nan, 2.0], [1.0, 3.0]):
        mismatch = compare("x", np.array(got), expected, allowed=np.full(2, 1e-6))
        assert mismatch
        assert mismatch.kind == "values"


def test_whatever_the_caller_does_about_warnings():
    """Comparing raises nothing where the caller has made floating-point warnings exceptions; and a mismatch stays as it is."""
    with np.errstate(all="raise"):
        mismatch = compare("x", np.array([np.inf, 1.0]), np.array([np.inf, 1e-320]))
    assert mismatch
    with pytest.raises(AttributeError):
        mismatch.text = "another"


@pytest.mark.parametrize(("shape", "allowed"), [((), 1e-6), ((1, 3), 1e-6), ((2, 3), 5e-7), ((0, 3), None)])
def test_the_tolerance_of_a_mean(shape, allowed):
    """What is relative to 1/T is so for one step, for several, for a number and for no steps at all."""
    assert set(tolerance(np.ones(shape), "1/T").ravel()) == ({allowed} if allowed else set())


def test_the_tolerance_without_inputs():
    """Unless something is said of the inputs, an expected zero allows nothing."""
    assert tolerance(np.zeros(2), "array").tolist() == [0.0, 0.0]
