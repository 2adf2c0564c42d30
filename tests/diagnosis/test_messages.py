"""Every template of a message, word by word: subject, what was got, what was expected, and the question that leads on."""

import pytest
from support import message, task_of

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.explanation import Explainer
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.sandbox.answers import Answer, Raised

RHO = "def spectral_radius(W_hh):\n    "
EIG = "np.abs(np.linalg.eigvals(W_hh)).max()"
CLIP = "def clip_gradients(grads, max_norm):\n    "
NORM = "norm = safe_norm([safe_norm(g) for g in grads])\n    "
DETECT = "def detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):\n    "

SMALL = "`spectral_radius` for h = 2: "
FIRST = "`spectral_radius` for h = 2: "  # the first that the checks name
FIRST_ASKED = "`spectral_radius` for h = 5: "
PAIR = "`clip_gradients` for shapes (1, 2), (2,), max_norm = 4: "
THREE = "`clip_gradients` for shapes (3, 5), (3, 3), (4, 3), max_norm = 1: "
ENDED = "Which line ends the whole of Python, and what should it do instead?"
STEPS = "`detect_explosion` for T = 8, h = 2, q = 4: "
FACTOR = "Is it one factor for all arrays, and of which norm is it made?"

# The source of one solution cell, the check that is looked at, and its message.
GOLDEN = {
    "shape": (
        RHO + f"return np.array([{EIG}])", "values",
        SMALL + "the spectral radius has shape (1,), expected a single number. Is it one number, or an array of them?",
    ),
    "values without a name": (
        RHO + f"return {EIG} + 1 / len(W_hh) ** 8", "complex_pair",
        "`spectral_radius` for h = 4: the spectral radius is 2.253, and only its first 5 digits are right. "
        "What is the modulus of a complex number, and of a negative one?",
    ),
    "known mistake": (
        RHO + "return np.linalg.norm(W_hh, 2)", "values",
        SMALL + "the spectral radius is 10.66, expected 7. Does W_hh v = λ v hold for the number you return?",
    ),
    "relation": (
        CLIP + NORM + "return [g * (3 * min(1, max_norm / norm) if norm else 1) for g in grads]", "clips",
        PAIR + "the clipped gradients[0] is [[-4.8, -2.4]], expected [[-1.6, -0.8]]. "
        "It is 3 times what is expected, everywhere. " + FACTOR,
    ),
    "not finite": (
        RHO + "return np.nan", "values",
        SMALL + "the spectral radius is nan, expected a finite number. "
        "Which intermediate result is the first that is not finite?",
    ),
    "raised": (
        RHO + "return {}['rho']", "values",
        SMALL + "it raised KeyError: 'rho' (line 2: `return {}['rho']`). Which keys are there by then, and when was this one put in?",
    ),
    "raised in a helper": (
        "def _root(W):\n    return np.linalg.eigvals(W[0])\n\n\n" + RHO + "return abs(_root(W_hh))", "values",
        SMALL + "it raised LinAlgError: 1-dimensional array given. Array must be at least two-dimensional "
        "(line 2: `return np.linalg.eigvals(W[0])`). How many axes does this array have here, and how long are they?",
    ),
    "unusable": (
        RHO + "return '5'", "values",
        SMALL + "it returned a str, expected one real array. Is a text asked for, or numbers?",
    ),
    "nothing returned": (
        RHO + EIG, "values", SMALL + "it returned None, expected one real array. Is there a return statement for every case, and does what stands behind it give something back?",
    ),
    "an unusable part": (
        CLIP + "return [g > 0 for g in grads]", "clips",
        PAIR + "it returned a sequence that holds an array of dtype bool, expected a sequence of real arrays. "
        "Is a yes or no asked for, or a number?",
    ),
    "number of arrays": (
        CLIP + "return grads + grads", "clips",
        PAIR + "it returned 4 arrays, expected 2. How many arrays come in, and how many go out?",
    ),
    "no pair": (
        DETECT + "return 'stable'", "explosion",
        STEPS + "it returned a str, expected a pair (status, t). Which two things does the docstring ask for, and in which order?",
    ),
    "more than a pair": (
        DETECT + "return 'stable', None, 0", "explosion",
        STEPS + "it returned 3 values, expected the pair (status, t). "
        "What does the docstring say is returned, and in which order?",
    ),
    "a word of one's own": (
        DETECT + "return 'fine', None", "explosion",
        STEPS + "it says ('fine', None), expected ('stable', None). Which words does the docstring use?",
    ),
    "another decision": (
        DETECT + "return 'stable', None", "boundary",
        "`detect_explosion` for T = 4, h = 3, q = 2: it says ('stable', None), expected ('exploding', 3). "
        "Which of its arguments does the result depend on?",
    ),
    "not defined": (
        "x = 3", "values", "`spectral_radius`: it is not defined. Which cell defines it, and under which name?",
    ),
    "a cell that did not run": (
        "def spectral_radius(W_hh:\n    return 1", "values",
        "`spectral_radius`: it is not defined; a cell did not run: "
        "SyntaxError: '(' was never closed (line 1: `def spectral_radius(W_hh:`). "
        "Does it run in a fresh kernel, from the top?",
    ),
    "not attempted": (
        RHO + "raise NotImplementedError", "values", "`spectral_radius`: it is not attempted yet.",
    ),
    "a refusal missing": (
        CLIP + NORM + "return [g * min(1, max_norm / norm) if norm else g + 0 for g in grads]", "refuses",
        THREE + "it returned a value, expected a ValueError. "
        "What can no factor make finite, and which max_norm makes no sense?",
    ),
    "another exception": (
        CLIP + NORM + "assert np.isfinite(norm) and max_norm > 0\n    "
        "return [g * min(1, max_norm / norm) if norm else g + 0 for g in grads]", "refuses",
        THREE + "it raised AssertionError (line 3: `assert np.isfinite(norm) and max_norm > 0`), expected a ValueError. "
        "Which exception does the docstring name?",
    ),
    "a changed argument": (
        RHO + f"rho = {EIG}\n    W_hh *= 2\n    return rho", "pure",
        FIRST + "it changed its argument W_hh, expected to find it as it was. "
        "Which line writes into an array that the function was given?",
    ),
    "a result changed later": (
        "out = np.zeros(())\n\n\n" + RHO + f"out[...] = {EIG}\n    return out", "steady",
        FIRST + "its result changed after it was returned, when it was called again. "
        "Who else writes into the array that you return?",
    ),
    "another answer to the same": (
        "calls = []\n\n\n" + RHO + f"calls.append(1)\n    return {EIG} * (1 if len(calls) < 9 else 2)", "steady",
        "`spectral_radius` for h = 5: called again with the same arguments, it gave another answer. "
        "What differs from call to call: a variable that lives on, an array that nobody has filled, a random number?",
    ),
    "gated": (
        RHO + "return np.linalg.norm(W_hh, 2)", "pure",
        "`spectral_radius`: this counts as soon as one check of its values passes.",
    ),
    "out of time": (
        RHO + "while True: pass", "values",
        FIRST_ASKED + "it did not come to an end in time. For which arguments do its loops end?",
    ),
    "after it": (
        RHO + "while True: pass", "pure",
        "`spectral_radius`: not judged, because an earlier check ended: it did not come to an end in time.",
    ),
    "exited": (RHO + "__import__('os')._exit(1)", "values", FIRST_ASKED + "it ended the Python process. " + ENDED),
    "crashed": (
        RHO + "__import__('ctypes').string_at(0)", "values", FIRST_ASKED + "it ended the Python process (SIGSEGV). " + ENDED,
    ),
}  # fmt: skip


def _task(source: str) -> str:
    return next((task for task in ("clip_gradients", "detect_explosion") if task in source), "spectral_radius")


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(judge_cells, name):
    """A failing answer of each kind gets exactly the recorded sentence."""
    source, check, expected = GOLDEN[name]
    assert message(judge_cells({_task(source): source}, locate="off"), _task(source), check) == expected


RESULT = "the result is not what is expected."
# What of a golden sentence is said where values are hidden; the rest of it stays.
HIDDEN = {
    "shape": ("the spectral radius has shape (1,), expected a single number", "the result does not have the expected shape"),
    "values without a name": ("the spectral radius is 2.253, and only its first 5 digits are right.", RESULT),
    "known mistake": ("the spectral radius is 10.66, expected 7.", RESULT),
    "relation": (
        "the clipped gradients[0] is [[-4.8, -2.4]], expected [[-1.6, -0.8]]. It is 3 times",
        RESULT + " It is a constant times",
    ),
    "not finite": (
        "the spectral radius is nan, expected a finite number", "the result is not finite where a finite number is expected",
    ),
    "raised": ("KeyError: 'rho' (line 2: `return {}['rho']`)", "KeyError (line 2)"),
    "raised in a helper": (
        "LinAlgError: 1-dimensional array given. Array must be at least two-dimensional "
        "(line 2: `return np.linalg.eigvals(W[0])`)", "LinAlgError (line 2)",
    ),
    "unusable": ("returned a str", "returned something else"),
    "an unusable part": ("a sequence that holds an array of dtype bool", "something else"),
    "number of arrays": ("4 arrays, expected 2", "a different number of parts than expected"),
    "no pair": ("returned a str", "returned something else"),
    "more than a pair": ("3 values, expected the pair (status, t)", "a different number of parts than expected"),
    "a word of one's own": ("it says ('fine', None), expected ('stable', None).", RESULT),
    "another decision": ("it says ('stable', None), expected ('exploding', 3).", RESULT),
    "another exception": (" (line 3: `assert np.isfinite(norm) and max_norm > 0`)", " (line 3)"),
    "a cell that did not run": (
        "SyntaxError: '(' was never closed (line 1: `def spectral_radius(W_hh:`)", "SyntaxError (line 1)",
    ),
    "crashed": (" (SIGSEGV)", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_hidden_values(judge_cells, name):
    """With show_values off a sentence keeps its subject, its question and what it can say in the kit's own words."""
    source, check, expected = GOLDEN[name]
    shown, hidden = HIDDEN.get(name, ("", ""))
    assert shown in expected
    result = judge_cells({_task(source): source}, show_values=False, locate="off")
    assert message(result, _task(source), check) == expected.replace(shown, hidden)


SECRET = "0.7071"  # what code has learnt of the hidden inputs, as text
LEAKS = {
    "an exception's text": f"raise ValueError('{SECRET}')",
    "an exception's name": f"raise type('E{SECRET}', (Exception,), {{}})",
    "the text of an exception that looks like the kit's own": f"raise type('it ended', (Exception,), {{}})(' ({SECRET}')",
    "a name of Python's own with a text": f"raise type('ValueError', (Exception,), {{}})('{SECRET}')",
    "the name of a class": f"return type('C{SECRET}', (), {{}})()",
    "a shape": "return np.zeros((7071, 1))",
    "too many entries": "return np.zeros(7071_000)",
    "a name of a dtype": f"return np.zeros(2, dtype=[('{SECRET}', 'f8')])",
    "a factor": f"return {SECRET} * right",
    "a constant added": f"return {SECRET} + right",
    "a bound": f"return np.minimum(right, {SECRET})",
    "a factor for each row": f"return right * np.linspace(1, {SECRET}, len(right))[:, None]",
    "the line of a long cell": "0\n    " * 7067 + "raise KeyError",
    "the line of a file that is none": f"exec(compile(7071 * '\\n' + 'raise KeyError({SECRET})', '<cell 20>', 'exec'))",
}  # fmt: skip


TOKEN = "7071"


def _leaks(result) -> bool:
    lines = [check.message or "" for task in result.tasks for check in task.checks]
    return any(TOKEN in line for line in [*lines, *result.notes])


@pytest.mark.parametrize("kind", LEAKS)
def test_nothing_hidden_leaks(judge_cells, kind):
    """With show_values off nothing that code may have put into its failure is in the report; with it on, it is."""
    right = "    right = dL_do @ W_qh\n    for t in range(len(right) - 2, -1, -1): right[t] += right[t + 1] @ W_hh\n"
    source = f"def hidden_grads(dL_do, W_hh, W_qh):\n{right}    {LEAKS[kind]}"
    hidden = judge_cells({"hidden_grads": source}, show_values=False)
    assert not _leaks(hidden)
    assert [task.curve for task in hidden.tasks] == [None] * len(hidden.tasks)
    assert _leaks(judge_cells({"hidden_grads": source}))


def test_a_note_hides_what_a_cell_raised(judge_cells):
    """With show_values off a cell that did not run is noted by the name of Python's exception and its line, or as one's own."""
    cells = (f"raise ValueError('{SECRET}')", f"raise type('E{SECRET}', (Exception,), {{}})('x')", "1 / 0")
    result = judge_cells({}, before=cells, show_values=False)
    assert result.notes == (
        "code cell 1 did not run to its end: ValueError (line 1)",
        "code cell 2 did not run to its end: an exception of your own (line 1)",
        "code cell 3 did not run to its end: ZeroDivisionError (line 1)",
    )


def _explained(exam, task, id, change):
    """The sentence of one check for the reference's own answers, changed by `change`."""
    paper = exam.cases(task)
    answers = {case: Answer("value", value) for case, value in paper.expected.items()}
    answers = {case: change(case, answer) for case, answer in answers.items()}
    check = next(check for check in ASSIGNMENT.by_id[task].checks if check.id == id)
    finding = check.judge(AnsweredTask(paper, answers), check)
    return Explainer(ASSIGNMENT, AnsweredTask(paper, answers), {}, True).explain(check, finding)


@pytest.mark.parametrize(
    ("error", "text"),
    [(Raised("ValueError", "bad", value_error=True), "it raised ValueError: bad"), (Raised("E", ""), "it raised E")],
)
def test_an_exception_without_a_line(exam, error, text):
    """An exception that no line of the student's own raised is told without one."""
    sentence, _ = _explained(exam, "spectral_radius", "values", lambda case, answer: Answer("raised", raised=error))
    assert sentence.startswith(f"{SMALL}{text}.")


def test_the_sentence_of_a_task(judge_cells):
    """The first failed check's message is the task's sentence, and a task without failures has none."""
    source, _, expected = GOLDEN["known mistake"]
    result = judge_cells({"spectral_radius": source})
    assert task_of(result, "spectral_radius").sentence == expected
    assert task_of(result, "forward").sentence == ""
    assert task_of(result, "spectral_radius").checks[0].misconception == "spectral_radius.singular_value"


def test_messages_are_one_line_of_text(judge_cells):
    """A student's own words come into a message as one line of printable text, cut to a bounded length."""
    source = RHO + "raise KeyError('\\x1b[2J\\n\\u202e' + 'x' * 10**6)"
    sentence = message(judge_cells({"spectral_radius": source}), "spectral_radius", "values")
    assert sentence.isprintable()
    assert len(sentence) < 1000


def test_cells_that_did_not_run_are_noted(judge_cells):
    """Each cell that did not run to its end is noted with its reason, by its task or its place."""
    result = judge_cells({"forward": "1 / 0"}, before=("while True: pass", "__import__('os')._exit(0)"))
    assert result.notes[:3] == (
        "code cell 1 did not run to its end: it did not come to an end in time",
        "code cell 2 did not run to its end: it ended the Python process",
        "the cell of `forward` did not run to its end: ZeroDivisionError: division by zero (line 1: `1 / 0`)",
    )


def test_no_message_holds_the_solution(judge_cells):
    """No message for a wrong answer quotes a line of the reference."""
    result = judge_cells({task: f"def {task}(*a): return np.zeros((2, 2))" for task in ASSIGNMENT.by_id})
    text = "\n".join(check.message for task in result.tasks for check in task.checks if check.message)
    for line in ("@ W_qh", "W_hh.T", "np.abs(np.linalg", "safe_norm(", "len(o)"):
        assert line not in text


LIVES_ON = {
    "a list": (
        "hidden_grads",
        """
def hidden_grads(dL_do, W_hh, W_qh, rows=[]):
    g = np.zeros(len(W_hh))
    for row in dL_do[::-1]:
        g = W_qh.T @ row + W_hh.T @ g
        rows.insert(0, g)
    return np.array(rows)
""",
    ),
    "a dictionary": (
        "parameter_grads",
        """
def parameter_grads(x, h, dL_do, dL_dh, sums={}):
    for t in range(len(x)):
        sums["x"] = sums.get("x", 0) + np.outer(dL_dh[t], x[t])
        sums["h"] = sums.get("h", 0) + np.outer(dL_dh[t], h[t])
        sums["q"] = sums.get("q", 0) + np.outer(dL_do[t], h[t + 1])
    return sums["x"], sums["h"], sums["q"]
""",
    ),
    "a variable of the cell": (
        "squared_error_grad",
        """
rows = []
def squared_error_grad(o, y):
    rows.extend(2 * (o - y) / len(o))
    return np.array(rows)
""",
    ),
}


@pytest.mark.parametrize("what", LIVES_ON)
def test_what_lives_on_is_asked_for_where_it_makes_later_calls_fail(judge_cells, what):
    """Where the first call is right and the same call raises later, or has another shape, that is what is asked about."""
    task, source = LIVES_ON[what]
    failed = [check for check in task_of(judge_cells({task: source}), task).checks if not check.passed]
    told = [check for check in failed if "counts as soon as" not in check.message]
    assert {check.misconception for check in told} == {"any.remembers_earlier_calls"}


def test_what_a_later_call_raised_is_hidden_with_the_values(judge_cells):
    """Where values are hidden, the text of an error that the repeated call raised is so, too."""
    source = LIVES_ON["a list"][1]
    said = message(judge_cells({"hidden_grads": source}, show_values=False), "hidden_grads", "steady")
    assert "called again with the same arguments, it raised ValueError (line 7)." in said


def test_an_error_that_is_returned(judge_cells):
    """Who returns an error where it is to be raised is told just that."""
    source = """
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    return ValueError("tau")
"""
    said = message(judge_cells({"truncated_hidden_grads": source}), "truncated_hidden_grads", "refuses")
    assert "it returned a ValueError, expected it to be raised. What happens to an error that is returned" in said


def test_an_error_of_its_own_is_no_memory(judge_cells):
    """An exception at another line than that of the repeated call keeps its own question."""
    source = """
total = 0
def hidden_grads(dL_do, W_hh, W_qh):
    global total
    total += len(dL_do) == 7
    g = dL_do @ W_qh
    g[-2] += 0 * g[-2]
    for t in range(len(g) - 1, 0, -1):
        g[t - 1] += W_hh.T @ g[t]
    return g + (total > 1)
"""
    checks = {check.id: check for check in task_of(judge_cells({"hidden_grads": source}), "hidden_grads").checks}
    assert checks["one_step"].misconception is None
    assert "IndexError" in checks["one_step"].message


def test_an_error_tells_no_address(judge_cells):
    """Where an exception's text holds an object, its address is left out: it would be another one in each run."""
    source = "def spectral_radius(W_hh):\n    raise KeyError(f'{object()} and {print}')\n"
    said = message(judge_cells({"spectral_radius": source}), "spectral_radius", "values")
    assert "<object object> and <built-in function print>" in said
