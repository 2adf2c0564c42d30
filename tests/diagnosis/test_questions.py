"""Which question is asked: by an exception's kind, by a shape, by a type; and what is seen beside an exception."""

import numpy as np
import pytest
from support import corpus, message, task_of

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis import questions
from autograder.engine.diagnosis.questions import GENERAL_QUESTIONS, ask
from autograder.engine.sandbox.worker.beside import beside, in_place
from autograder.selfcheck.cases.asks import ASKS

# Code that raises, and the kind of what it raises.
RAISES = {
    "nothing_of_this_name": "name",
    "import nothing_of_this_name": "import",
    "a @ b": "product_shapes",
    "a + b.T[:2]": "broadcast",
    "a[7]": "index",
    "a[1.5]": "index_type",
    "a[0, 0, 0]": "too_many_indices",
    "a[0] = a": "assigned_shape",
    "a += b": "assigned_shape",
    "{}['h']": "key",
    "{a: 1}": "unhashable",
    "a()": "not_callable",
    "a.shape()": "not_callable",
    "len(a, a)": "call",
    "f(1, 2)": "call",
    "np.sum(a, kind=1)": "keyword",
    "None[0]": "none",
    "None.shape": "none",
    "[1] - [2]": "operands",
    "range(1.5)": "index_type",
    "import math; math.sin(a)": "one_number",
    "if a > 0: pass": "truth",
    "np.array([a, b, [1]])": "irregular",
    "np.vstack([])": "empty",
    "max([])": "empty",
    "p, q, r = a": "unpack",
    "a.reshape(5)": "reshape",
    "np.einsum('ij,kk', a, b)": "einsum",
    "a.sum(axis=4)": "no_axis",
    "np.linalg.inv(a)": "square",
    "np.linalg.inv(np.zeros((2, 2)))": "singular",
    "1 / 0": "division",
    "open('nothing of this name')": "file",
    "raise ValueError('no')": "own_raise",
    "if True: raise RuntimeError": "own_raise",
    "assert False, 'no'": "own_assert",
    "a.size_of": "attribute",
    "def g(): g()\ng()": "recursion",
    "min = 3\nmin(1, 2)": "shadowed",
    "from numpy import *\nmax(1, 2)": "shadowed",
    "total = 1\ntotla": "near_name",
    "np.linalg.eigval(a)": "near_in_module",
    "np.zeroes(3)": "near_in_module",
    "import math; math.sqr(4)": "near_in_module",
    "from numpy.linalg import eigval": "near_in_module",
    "from numpy.linalg import nothing_like_it": "import",
    "np.uint8(1) + 300": "operands",
    "np.nothing_like_it": "attribute",
    "for t in 3: pass": "not_iterable",
    "2.0 ** 5000": "overflow",
}


def _raised(code: str) -> tuple[BaseException, int, object]:
    names = {"np": np, "a": np.ones((2, 3)), "b": np.ones((2, 3)), "f": lambda one: one}
    if code in ("a + b.T[:2]", "a += b"):
        names["b"] = np.ones((4, 2))
    try:
        exec(compile(code, "<here>", "exec"), names)
    except BaseException as error:
        trace = error.__traceback__.tb_next
        return error, trace.tb_lineno, trace.tb_frame
    raise AssertionError(f"{code} raises nothing")


@pytest.mark.parametrize("code", RAISES)
def test_exceptions(code):
    """An exception gets the question of its kind, and each kind has one."""
    error, line, frame = _raised(code)
    seen = beside(error, code, line, frame)
    kind = questions.of_error(type(error).__name__, str(error), code.split("\n")[line - 1], seen)
    assert kind == RAISES[code]
    assert GENERAL_QUESTIONS[kind].endswith("?")


MET = {
    "a @ b": "in `a @ b` the shapes (2, 3) and (2, 3) meet, and an axis of 3 meets one of 2",
    "a[:, 1:] * b": "in `a[:, 1:] * b` the shapes (2, 2) and (2, 3) meet, and an axis of 2 meets one of 3",
    "a - b.max(axis=1)": "in `a - b.max(axis=1)` the shapes (2, 3) and (2,) meet, and an axis of 3 meets one of 2",
    "a[0] = b": "`a[0]` has the shape (3,), and (2, 3) comes from the right",
    "a += np.outer(b[:, 0], b[0] @ b.T)": "`a` has the shape (2, 3), and (2, 2) comes from the right",
    "np.exp(a).T @ (b[0] @ b.T @ a @ a.T)[1:]": "in `np.exp(a).T @ (b[0] @ b.T @ a @ a.T)[1:]` the shapes (3, 2) and (1,)"
    " meet, and an axis of 2 meets one of 1",
}  # fmt: skip


@pytest.mark.parametrize("code", MET)
def test_shapes_that_met(code):
    """The first two shapes of a line that do not go together are named, with the lengths that meet."""
    assert beside(*_order(_raised(code), code)) == MET[code]


def _order(raised, code):
    error, line, frame = raised
    return error, code, line, frame


@pytest.mark.parametrize("code", ["a.reshape(5)", "np.linalg.inv(a)", "f(1, 2)", "a[7]", "raise ValueError(a.shape)"])
def test_nothing_is_made_up(code):
    """Where shapes go together, nothing is said of them."""
    assert beside(*_order(_raised(code), code)) == ""


def test_what_stands_in_place_of_a_function():
    """A name that is nearly the same, or another value of that name, is told; another function is not."""
    names = {"hidden_grad": len, "squared_error": len, "forward": np.ones(2)}
    assert in_place("hidden_grads", names) == "`hidden_grad`, a name that is nearly the same, has a value"
    assert in_place("forward", names) == "`forward` is an array, and no function"
    assert in_place("squared_error_grad", names) == ""


SHAPES = {
    ((3,), ()): "scalar",
    ((3, 5), (5, 3)): "transposed",
    ((5,), (5, 1)): "squeezed",
    ((6, 3), (5, 3)): "row_more",
    ((4, 3), (5, 3)): "row_less",
    ((3,), (5, 3)): "summed",
    ((), (5, 3)): "number",
    ((5, 4, 3), (4, 3)): "axis_more",
    ((7, 2), (5, 3)): "shape",
}


@pytest.mark.parametrize("pair", SHAPES)
def test_shapes(pair):
    """A wrong shape gets the question of how it is related to the right one; of weights, no axis counts steps."""
    got, expected = pair
    assert questions.of_shape(got, expected, steps=True) == SHAPES[pair]
    of_weights = {"transposed": "transposed_weights", "row_more": "shape", "row_less": "shape"}
    assert questions.of_shape(got, expected, steps=False) == of_weights.get(SHAPES[pair], SHAPES[pair])


def test_extreme_sizes():
    """Only numbers whose square is no number are extreme."""
    sizes = {(1e200, 1.0): "1e200", (3e-200, 0.0): "1e-200", (1e100,): "", (1.0, 1e-200): "1e-200", (0.0, np.inf): ""}
    assert {given: questions.extreme(given) for given in sizes} == sizes


def test_every_question_is_one():
    """Each question of both tables ends as one, and is of a task and a kind or a check that there is."""
    assert all(text.endswith("?") for text in (*GENERAL_QUESTIONS.values(), *ASKS.values()))
    checks = {f"{task.id} {check.id}" for task in ASSIGNMENT.tasks for check in task.checks}
    kinds = {f"{task.id} {kind}" for task in ASSIGNMENT.tasks for kind in (*GENERAL_QUESTIONS, "accepted_non_finite")}
    assert set(ASKS) <= checks | kinds
    assert ask(ASKS, "forward", "no such kind") == GENERAL_QUESTIONS["values"]


def _said(judge_cells, task, source, check, **more):
    return message(judge_cells({task: source}, **more), task, check)


def test_a_mistake_of_value_is_named_where_refusals_are_missing(judge_cells):
    """The value check names the mistake of value, and the refusal check asks about the refusal."""
    source = next(way.source for way in corpus("stumbles") if way.name == "each_alone_and_nothing_refused")
    result = judge_cells({"clip_gradients": source})
    lines = {check.id: check for check in task_of(result, "clip_gradients").checks}
    assert lines["clips"].misconception == "clip_gradients.each_alone"
    assert not lines["refuses"].message or lines["refuses"].misconception != "clip_gradients.each_alone"


def test_a_cache_is_not_a_constant(judge_cells):
    """What is the same whatever the arguments are is told as that, and not as a memory."""
    said = _said(
        judge_cells,
        "hidden_grads",
        "def hidden_grads(dL_do, W_hh, W_qh): return np.ones((len(dL_do), len(W_hh)))",
        "values",
    )
    assert said.endswith("It is 1 everywhere. Which of its arguments does the result depend on?")


SAID = {
    "an array of None": (
        "hidden_grads", "rows = []\n    return np.array(rows.reverse())", "values",
        "it returned an array that holds None, expected one real array. "
        "Is there a return statement for every case, and does what stands behind it give something back?",
    ),
    "an index for a modulus": ("spectral_radius", "return np.argmax(np.abs(np.linalg.eigvals(W_hh)))", "values", "by which number?"),
    "a length of another axis": (
        "amplification", "return np.linalg.norm(dL_dh, axis=0)", "no_late_loss", "How many numbers are asked for at each step?",
    ),
    "a product that overflows": (
        "clip_gradients",
        "norm = safe_norm([safe_norm(g) for g in grads])\n    return [g * max_norm / norm if norm > max_norm else g + 0 for g in grads]",
        "large", "Which intermediate result is larger than any float64, and must it be that large?",
    ),
    "another order": (
        "clip_gradients", "return clipped(grads, max_norm)[::-1]", "clips",
        "In which order do the arrays come in, and in which do they go out?",
    ),
    "a step as text": (
        "detect_explosion", "status, t = detected(dL_dh, dL_do, W_qh, threshold)\n    return status, str(t)", "explosion",
        "What is t in the docstring: an integer, a float, a text or an array?",
    ),
    "an error below the call": (
        "spectral_radius", "return safe_norm('')", "values",
        " of another cell: `g = np.abs(np.asarray(g, dtype=float))`). Which values meet in this line, and of which type are they?",
    ),
    "less than nothing": (
        "spectral_radius", "return max(np.abs(np.linalg.eigvals(W_hh)).max(), 1e-9)", "non_normal",
        "Eigenvalue or singular value: which one is asked for?",
    ),
}  # fmt: skip
PARAMETERS = {
    "hidden_grads": "dL_do, W_hh, W_qh", "spectral_radius": "W_hh", "amplification": "dL_dh, dL_do, W_qh",
    "clip_gradients": "grads, max_norm", "detect_explosion": "dL_dh, dL_do, W_qh, threshold=10.0",
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(judge_cells, solved, name):
    """A question is about what was done, and about nothing that is right: not a size that two axes share by chance."""
    task, body, check, ending = SAID[name]
    right = [cell.source for cell in solved.cells if cell.id in ("clip_gradients", "detect_explosion")]
    given = (
        "\n\n".join(right).replace("def clip_gradients", "def clipped").replace("def detect_explosion", "def detected")
    )
    source = f"{given}\n\n\ndef {task}({PARAMETERS[task]}):\n    {body}\n"
    assert _said(judge_cells, task, source, check, locate="off").endswith(ending)


def test_an_error_in_a_helper(judge_cells):
    """A helper's line is one of the cell that was called where it stands in that cell."""
    source = "def help_me(W):\n    return W.nothing\n\n\ndef spectral_radius(W_hh):\n    return help_me(W_hh)\n"
    assert "(line 2: `return W.nothing`)" in _said(judge_cells, "spectral_radius", source, "values")


def test_an_error_below_a_decorator(judge_cells):
    """The function's own line stays its own where a decorator of another cell calls it."""
    above = "def told(function):\n    def wrapped(W):\n        return function(W)\n    return wrapped"
    source = "@told\ndef spectral_radius(W_hh):\n    return W_hh.nothing\n"
    said = message(judge_cells({"spectral_radius": source}, before=(above,)), "spectral_radius", "values")
    assert "(line 3: `return W_hh.nothing`)" in said


def test_fewer_arrays_for_some_arguments(judge_cells):
    """What has no more than one array for some arguments has a sentence all the same."""
    source = """def forward(x, h_0, W_hx, W_hh, W_qh):
    h = [h_0]
    for row in x:
        h.append(W_hx @ row + W_hh @ h[-1])
    h = np.array(h)
    return (h, (h[1:] @ W_qh.T)[1:]) if len(x) > 1 else [h]
"""
    result = task_of(judge_cells({"forward": source}, locate="off"), "forward")
    assert result.status == "failed"
    assert all(check.message.endswith(("?", "passes.")) for check in result.checks if not check.passed)


def test_one_row_less_is_one_everywhere(judge_cells):
    """A row that is missing in every answer is told as that."""
    source = "def hidden_grads(dL_do, W_hh, W_qh):\n    return (dL_do @ W_qh)[1:]\n"
    said = _said(judge_cells, "hidden_grads", source, "values", locate="off")
    assert said.endswith(GENERAL_QUESTIONS["row_less"])


def test_a_name_that_another_import_took(judge_cells):
    """Python's own function behind another import's is told by name."""
    source = (
        "from numpy import *\ndef clip_gradients(grads, max_norm):\n"
        "    norm = safe_norm([safe_norm(g) for g in grads])\n    return [g * min(1, max_norm / norm) for g in grads]"
    )
    said = _said(judge_cells, "clip_gradients", source, "clips")
    assert "`min` is NumPy's here, not Python's own. Which line gave this name its new meaning?" in said


def test_a_placeholder_above_the_code(judge_cells):
    """A placeholder that still stands above the code is told as that."""
    source = (
        "def spectral_radius(W_hh):\n    raise NotImplementedError\n    return np.abs(np.linalg.eigvals(W_hh)).max()"
    )
    said = _said(judge_cells, "spectral_radius", source, "values")
    assert said.endswith("code stands below that line. Which lines does Python reach behind a `raise`?")
    hidden = _said(judge_cells, "spectral_radius", source, "values", show_values=False)
    assert hidden.endswith("above code of yours. Which lines does Python reach behind a `raise`?")


def test_a_question_is_asked_once(judge_cells):
    """Where the line's question is the message's, it is asked with the line alone."""
    source = next(way.source for way in corpus("stumbles") if way.name == "another_word")
    said = _said(judge_cells, "detect_explosion", source, "non_finite")
    assert said.lower().count("which words does the docstring use?") == 1
    assert "Line 6, " in said


def test_a_function_that_a_variable_replaced(judge_cells):
    """A variable of the function's name is told, and with hidden values nothing of it is shown."""
    source = "def spectral_radius(W_hh):\n    return 1.0\nspectral_radius = spectral_radius(3)"
    said = _said(judge_cells, "spectral_radius", source, "values")
    assert said.endswith(
        "`spectral_radius` is of type float, and no function. Which line gave this name another value?"
    )
