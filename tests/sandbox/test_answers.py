"""What the grader makes of an answer, field by field and on both sides of each bound."""

import numpy as np
import pytest

from autograder.engine.sandbox.answers import Answer, Raised, answer_of, cell_error_of, numbers_of, plain_text
from autograder.engine.sandbox.worker.protocol import WireError

ONES = np.ones(2)
ERROR = {"type": "KeyError", "text": "'x'", "line": 3, "code": "a['x']"}


def read(form: str = "array", number: int = 0, **fields) -> Answer:
    return answer_of({"answer": number, "changed": [], "value": ONES, **fields}, number, form)


def test_a_value_and_what_is_known_of_it():
    """A value comes with what it changed and shares, and with the time and the work that were asked for."""
    assert read() == Answer("value", ONES)
    told = read(number=1000, changed=[0, 99], shares=[1, 99], cpu_s=0.5, work=[10, 2**53 - 1])
    assert told == Answer(
        "value", ONES, changed=(0, 99), shares=(1, 99), cpu_s=0.5, work=(10, 2**53 - 1), changed_later=False
    )
    assert (read().text, read().raised, read().shares, read().cpu_s, read().work) == ("", None, (), 0.0, (0, 0))
    assert read(cpu_s=0.0).cpu_s == 0.0
    assert answer_of({"answer": 2, "missing": True}, 2, "array") == Answer("missing")
    assert answer_of({"answer": int("1000"), "missing": True}, 1000, "array") == Answer("missing")
    assert read(missing=False) == Answer("value", ONES)
    assert read(missing=1) == Answer("value", ONES)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("array", np.array(1.5)),
        ("arrays", []),
        ("arrays", [ONES] * 100),
        ("verdict", ["x" * 300, None, 0, -(2**53), 2**53]),
        ("verdict", [None] * 100),
        ("verdict", ["", "stable"]),
    ],
)
def test_values_of_each_form(form, value):
    """A value of its form is taken as it is."""
    answer = read(form, value=value)
    assert answer.kind == "value"
    assert answer.value is value


@pytest.mark.parametrize(
    ("form", "value", "why"),
    [
        ("array", 1.0, "a value that is no array"),
        ("array", None, "a value that is no array"),
        ("array", [ONES], "a value that is no array"),
        ("array", np.arange(3), "a value that is no array"),
        ("array", np.array(["x"]), "a value that is no array"),
        ("array", np.ones(2, np.complex128), "a value that is no array"),
        ("array", np.float32(1) * np.ones(2, np.float32), "a value that is no array"),
        ("array", {"unusable": 3}, "a value that is no array"),
        ("array", {"usable": "x"}, "a value that is no array"),
        ("arrays", ONES, "a value that is no list"),
        ("arrays", (ONES,), "a value that is no list"),
        ("arrays", [ONES] * 101, "a value that is no list"),
        ("verdict", "stable", "a value that is no list"),
        ("verdict", [None] * 101, "a value that is no list"),
        ("arrays", [ONES, None], "a value that the task does not return"),
        ("arrays", [np.arange(3)], "a value that the task does not return"),
        ("arrays", ["x"], "a value that the task does not return"),
        ("verdict", [ONES], "a value that the task does not return"),
        ("verdict", ["x" * 301], "a value that the task does not return"),
        ("verdict", [True], "a value that the task does not return"),
        ("verdict", [1.0], "a value that the task does not return"),
        ("verdict", [2**53 + 1], "a value that the task does not return"),
        ("verdict", [-(2**53) - 1], "a value that the task does not return"),
        ("verdict", [[]], "a value that the task does not return"),
    ],
)
def test_values_of_no_form(form, value, why):
    """What the worker would not have sent for this task is refused."""
    with pytest.raises(WireError, match=f"^{why}$"):
        read(form, value=value)


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("array", {"unusable": "None"}, "None"),
        ("array", {"unusable": "x" * 121}, "x" * 120),
        ("arrays", {"unusable": "None"}, "None"),
        ("verdict", {"unusable": "bool"}, "bool"),
        ("arrays", [ONES, {"unusable": "str"}, {"unusable": "bool"}], "a sequence that holds str"),
        ("verdict", ["stable", {"unusable": "bool"}], "a sequence that holds bool"),
        ("arrays", [None, {"unusable": "bool"}], "a sequence that holds bool"),
    ],
)
def test_unusable_values(form, value, text):
    """What a function returned in place of a value is told as the worker names it, in bounded words."""
    answer = read(form, value=value, changed=[1], shares=[1], cpu_s=1.0)
    assert answer == Answer("unusable", text=text, changed=(1,))


@pytest.mark.parametrize("number", [0, 4])
@pytest.mark.parametrize("said", [1, 3, 5, True, 0.0, 4.0, "0", None])
def test_answers_to_other_questions(number, said):
    """An answer names the question that was put, as a whole number."""
    with pytest.raises(WireError, match=r"^an answer to another question$"):
        answer_of({"answer": said, "changed": [], "value": ONES}, number, "array")


@pytest.mark.parametrize("time", [-0.1, float("inf"), float("-inf"), float("nan"), 1, "1", None, True])
def test_times_that_are_none(time):
    """A time is a finite number, and no less than nothing."""
    with pytest.raises(WireError, match=r"^a time that is no number$"):
        read(cpu_s=time)


@pytest.mark.parametrize("key", ["changed", "shares", "work"])
@pytest.mark.parametrize("numbers", [[-1, 0], [0, True], [0, 1.0], [0, "0"], (0, 1), 3, {"0": 1}, [0, 2**53]])
def test_numbers_that_are_none(key, numbers):
    """Numbers of arguments and of work are a list of whole ones, and bounded."""
    with pytest.raises(WireError, match=f"^{key} is no list of numbers$"):
        read(**{key: numbers})


def test_bounds_of_numbers():
    """A number is at least 0 and below the bound; where the key is missing, there is no list."""
    assert numbers_of({"n": [0, 9]}, "n", 10) == (0, 9)
    assert numbers_of({"n": []}, "n", 10) == ()
    for message in ({"n": [10]}, {"n": [-1]}, {}, {"n": None}):
        with pytest.raises(WireError):
            numbers_of(message, "n", 10)
    for key in ("changed", "shares"):
        with pytest.raises(WireError):
            read(**{key: [100]})


@pytest.mark.parametrize("work", [[], [1], [1, 2, 3]])
def test_work_is_a_pair(work):
    """Work is counted in lines and in bytes, both of them."""
    with pytest.raises(WireError, match=r"^a measure of work that is no pair$"):
        read(work=work)


def raised(**fields) -> Raised:
    return read(raised=ERROR | fields, changed=[1]).raised


def test_exceptions():
    """An exception is told by its type, its text, its line and the code there, and by what kind it is."""
    answer = read(raised=ERROR, changed=[1], shares=[0], cpu_s=1.0)
    assert answer == Answer("raised", raised=Raised("KeyError", "'x'", 3, "a['x']"), changed=(1,))
    for kind in ("value_error", "not_implemented", "memory"):
        assert [getattr(raised(**{kind: said}), kind) for said in (True, False, 1, "yes")] == [
            True,
            False,
            False,
            False,
        ]
        others = {"value_error", "not_implemented", "memory"} - {kind}
        assert not any(getattr(raised(**{kind: True}), other) for other in others)
    assert raised(line=10**7).line == 10**7
    assert raised(line=0) == Raised("KeyError", "'x'", 0, "a['x']")
    long = raised(type="t" * 400, text="x" * 400, code="c" * 400)
    assert (long.type, long.text, long.code) == ("t" * 80, "x" * 300, "c" * 300)
    assert raised(gap="Python 3.14").versions.endswith("needs Python 3.14 or newer: write it in an older way")
    assert f"no `{'x' * 120}`" in raised(gap="x" * 121).versions
    assert raised(type=3, text=None) == Raised("", "", 3, "a['x']")


@pytest.mark.parametrize(
    "said", [None, "KeyError", [], ERROR | {"line": 10**7 + 1}, ERROR | {"line": True}, {"type": "x"}]
)
def test_exceptions_that_are_none(said):
    """An exception without a line, or with one that no submission has, is refused."""
    with pytest.raises(WireError, match=r"^an exception without its description$"):
        read(raised=said)


def test_errors_of_cells():
    """A cell's report names the cell that ran; its error is read as that of a call is."""
    assert cell_error_of({"cell": 2, "error": None}, 2) is None
    assert cell_error_of({"cell": 2}, 2) is None
    assert cell_error_of({"cell": 2, "error": ERROR}, 2) == Raised("KeyError", "'x'", 3, "a['x']")
    for message in ({"cell": 1, "error": None}, {"cell": 3}, {"cell": 2.0}, {}):
        with pytest.raises(WireError, match=r"^an answer about another cell$"):
            cell_error_of(message, 2)
    with pytest.raises(WireError):
        cell_error_of({"cell": 2, "error": {}}, 2)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Raised("E", "why", 3, "x"), "E: why (line 3: `x`)"),
        (Raised("E", "", 3, "x"), "E (line 3: `x`)"),
        (Raised("E", "why"), "E: why"),
        (Raised("E", "why", 3), "E: why"),
        (Raised("E", ""), "E"),
        (Raised("E", "why", versions="write it so"), "E: why; write it so"),
    ],
)
def test_an_exception_as_text(made, text):
    """An exception is told as far as there is something to tell."""
    assert str(made) == text


def test_what_is_taken_for_granted():
    """An exception is of no special kind and on no line, unless that is said; and what was made stays as it is."""
    made = Raised("E", "")
    assert (made.line, made.code, made.value_error, made.not_implemented, made.memory) == (0, "", False, False, False)
    for frozen in (made, Answer("missing")):
        with pytest.raises(AttributeError):
            frozen.kind = "value"


@pytest.mark.parametrize(
    ("value", "length", "text"),
    [
        ("plain", 5, "plain"),
        ("plain", 4, "plai"),
        ("a\x1b[2J b\n\tc", 20, "a [2J b c"),
        (" " * 15 + "x", 4, "x"),
        (" " * 16 + "x", 4, ""),
        ("\ud800", 5, ""),
        (b"x", 5, ""),
        (None, 5, ""),
    ],
)
def test_plain_text(value, length, text):
    """Of a text the printable characters are kept, with single blanks between; no more of it is read than four times that."""
    assert plain_text(value, length) == text
