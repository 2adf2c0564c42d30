"""The grader's reading of what a worker says: an answer of the known form, or a WireError, whatever was said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.engine.sandbox.answers import Answer, Raised, answer_of, cell_error_of, numbers_of, plain_text
from autograder.engine.sandbox.worker.protocol import WireError

FORMS = st.sampled_from(["array", "arrays", "verdict"])
ARRAYS = st.sampled_from([np.ones(2), np.zeros((2, 0)), np.array(0.5), np.arange(3), np.array([np.nan, np.inf])])
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.integers(), st.floats(), st.text(max_size=4))
UNUSABLE = st.fixed_dictionaries({"unusable": PLAIN})
RAISED = st.dictionaries(st.sampled_from(["type", "text", "line", "code", "value_error", "memory"]), PLAIN)
ANYTHING = st.recursive(
    PLAIN | ARRAYS | UNUSABLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
NUMBERS = st.lists(st.integers(-1, 101), max_size=3)
# An answer in outline, so that the later fields are read as well, and any of them anything.
MESSAGES = st.fixed_dictionaries(
    {"answer": st.just(0), "changed": NUMBERS | ANYTHING},
    optional={"value": ANYTHING, "cpu_s": st.floats() | ANYTHING, "raised": RAISED | ANYTHING, "missing": PLAIN},
)


def _well_formed(answer: Answer, form: str) -> bool:
    """An answer holds float64 arrays, plain values and short printable text, and nothing else."""
    if answer.kind == "value":
        parts = [answer.value] if form == "array" else answer.value
        arrays = all(isinstance(part, np.ndarray) and part.dtype == np.float64 for part in parts)
        plain = all(part is None or type(part) in (str, int) for part in parts)
        return plain if form == "verdict" else arrays
    if answer.kind == "raised":
        texts = (answer.raised.type, answer.raised.text, answer.raised.code)
        return all(len(text) <= 300 and (text.isprintable() or not text) for text in texts)
    return answer.kind in ("unusable", "missing") and len(answer.text) <= 200


@given(MESSAGES, FORMS)
@example({"answer": 0, "changed": [], "value": [None] * 101}, "verdict")
@example({"answer": 0, "changed": [], "value": [np.ones(1), None]}, "arrays")
@example({"answer": 0, "changed": [], "value": {"unusable": "x" * 10_000}}, "array")
def test_answers_in_outline(message, form):
    """A message that looks like an answer is a well-formed one, or a WireError."""
    try:
        answer = answer_of(message, 0, form)
    except WireError:
        return
    assert _well_formed(answer, form)


@given(st.dictionaries(st.sampled_from(["answer", "value", "changed", "raised", "x"]), PLAIN | st.lists(PLAIN)), FORMS)
def test_any_message(message, form):
    """Any object in place of an answer is a well-formed one, or a WireError."""
    try:
        answer = answer_of(message, 0, form)
    except WireError:
        return
    assert _well_formed(answer, form)


@given(st.dictionaries(st.sampled_from(["cell", "error", "x"]), PLAIN | RAISED | st.lists(PLAIN)))
def test_any_message_about_a_cell(message):
    """Any object in place of a cell's report is a short line of text, or a WireError."""
    try:
        error = cell_error_of(message, 0)
    except WireError:
        return
    assert str(error).isprintable()
    assert len(str(error)) < 6000


@pytest.mark.parametrize(
    "message",
    [
        {"answer": 1, "changed": [], "value": np.ones(1)},
        {"changed": [], "value": np.ones(1)},
        {"answer": 0, "value": np.ones(1)},
        {"answer": 0, "changed": [-1], "value": np.ones(1)},
        {"answer": 0, "changed": [True], "value": np.ones(1)},
        {"answer": 0, "changed": [100], "value": np.ones(1)},
        {"answer": 0, "changed": []},
        {"answer": 0, "changed": [], "value": None},
        {"answer": 0, "changed": [], "value": 1.0},
        {"answer": 0, "changed": [], "value": [np.ones(1)]},
        {"answer": 0, "changed": [], "value": np.arange(3)},
        {"answer": 0, "changed": [], "value": np.ones(1), "cpu_s": "0"},
        {"answer": 0, "changed": [], "value": np.ones(1), "cpu_s": float("nan")},
        {"answer": 0, "changed": [], "raised": "ValueError"},
        {"answer": 0, "changed": [], "raised": {"type": "ValueError"}},
        {"answer": 0, "changed": [], "raised": {"type": "ValueError", "line": True}},
    ],
)
def test_refused_answers(message):
    """What the worker itself would not have sent is refused."""
    with pytest.raises(WireError):
        answer_of(message, 0, "array")


def test_accepted_answers():
    """What the worker does send is read as it was meant."""
    array = np.ones(2)
    answer = answer_of({"answer": 3, "changed": [1], "value": array, "cpu_s": 0.5}, 3, "array")
    assert answer.value is array
    assert replace(answer, value=None) == Answer("value", changed=(1,), cpu_s=0.5)
    assert answer_of({"answer": 0, "changed": [], "value": ["stable", None]}, 0, "verdict").value == ["stable", None]
    assert answer_of({"answer": 0, "missing": True}, 0, "array") == Answer("missing")
    partly = answer_of({"answer": 0, "changed": [], "value": [array, {"unusable": "bool"}]}, 0, "arrays")
    assert (partly.kind, partly.text) == ("unusable", "a sequence that holds bool")
    raised = {"type": "KeyError", "text": "'x'", "line": 3, "code": "a['x']", "value_error": 1, "not_implemented": True}
    assert answer_of({"answer": 0, "changed": [], "raised": raised}, 0, "array").raised == Raised(
        "KeyError", "'x'", 3, "a['x']", value_error=False, not_implemented=True
    )


@given(st.text(max_size=50), st.integers(1, 20))
@example("\x1b[2J\u202e\n\t\0\ud800", 20)
def test_plain_text(text, length):
    """A student's text becomes one line of printable characters, at most as long as asked for."""
    cleaned = plain_text(text, length)
    assert len(cleaned) <= length
    assert cleaned.isprintable()
    assert cleaned.encode().decode() == cleaned


@pytest.mark.parametrize("value", [None, 3, b"x", ["x"], {"x": 1}, np.array("x")])
def test_plain_text_of_anything_else(value):
    """What is no text becomes an empty line."""
    assert plain_text(value, 10) == ""


@given(ANYTHING)
def test_numbers(value):
    """A list of argument numbers is one of whole numbers in range, or a WireError."""
    try:
        numbers = numbers_of({"changed": value}, "changed", 100)
    except WireError:
        return
    assert all(type(n) is int and 0 <= n < 100 for n in numbers)


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        (Raised("KeyError", "'x'", 3, "a['x']"), "KeyError: 'x' (line 3: `a['x']`)"),
        (Raised("MemoryError", "", 2, "x = [0] * n"), "MemoryError (line 2: `x = [0] * n`)"),
        (Raised("MemoryError", ""), "MemoryError"),
        (Raised("TypeError", "f() takes 1"), "TypeError: f() takes 1"),
    ],
)
def test_an_exception_as_text(raised, text):
    """An exception is told by its type, its message and the student's own line, as far as there are any."""
    assert str(raised) == text
