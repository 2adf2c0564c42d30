"""Honest code of unusual kinds runs as it would in a notebook, and odd answers stay the student's own affair."""

import numpy as np
import pytest
from support import LIMITS, message, task_of

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Limits
from autograder.engine.intake.files import load
from autograder.engine.sandbox.answers import answer_of, cell_error_of
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call
from autograder.engine.sandbox.worker.imports import wanted
from autograder.engine.sandbox.worker.protocol import WireError


@pytest.fixture(scope="module")
def warm():
    """One warm worker for this file."""
    with Sandbox(LIMITS) as worker:
        yield worker


@pytest.fixture
def run(warm):
    """run(cells): the answer of f() after these cells, and what became of them."""

    def run(*cells, name="__main__"):
        with warm.open(name, cells) as room:
            return room.ask([Call("f", (), "array")])[0], room.errors

    return run


def test_an_array_in_place_of_a_number():
    """An array where the wire expects the number of an answer or a cell is refused like anything else."""
    with pytest.raises(WireError):
        answer_of({"answer": np.ones(2), "changed": [], "value": np.ones(2)}, 0, "array")
    with pytest.raises(WireError):
        cell_error_of({"cell": np.ones(2), "error": None}, 0)


def test_text_of_a_verdict_is_bounded():
    """A verdict's text and numbers are bounded, or the answer is refused."""
    for value in (["x" * 10**6, None], ["exploding", 10**4000]):
        try:
            answer = answer_of({"answer": 0, "changed": [], "value": value}, 0, "verdict")
        except WireError:
            continue
        assert len(repr(answer.value)) < 1000


def test_much_text_beyond_ascii(run):
    """A cell of 800,000 letters beyond ASCII, which the loader lets through, runs."""
    answer, errors = run("x = '" + "é" * 800_000 + "'", "def f(): return float(len(x))")
    assert errors == {}
    assert answer.value == 800_000


@pytest.mark.parametrize("fork", [True, False])
def test_the_start_of_a_process_takes_no_time_of_the_submission(fork):
    """However long a process takes to start, the submission's time is its own."""
    with Sandbox(Limits(submission_s=0.4), fork=fork) as worker, worker.open("m", ["def f(): return 1.0"]) as room:
        assert room.ask([Call("f", (), "array")])[0].value == 1


def test_what_an_earlier_session_took_is_taken_off():
    """One submission has one time: where reading its script took all of it, nothing of it is run."""
    with Sandbox(Limits(submission_s=5)) as worker, worker.open("m", ["def f(): return 1.0"], spent_s=6.0) as room:
        assert room.ask([Call("f", (), "array")])[0].kind == "timeout"
    with Sandbox(LIMITS) as worker:
        with worker.open("m", ["sum(range(3_000_000))"]) as room:
            room.ask([])
            room.close()
        assert room.spent_s > 0.01


def test_a_session_that_goes_on_has_its_time_anew():
    """What was computed before a session goes on counts no more, and what is computed then counts by the new limits."""
    source = "import time\ndef f(s):\n    end = time.process_time() + float(s)\n    while time.process_time() < end: pass\n    return 1.0"
    long, short = Call("f", (0.4,), "array"), Call("f", (0.1,), "array")
    with Sandbox(Limits(submission_s=0.6)) as worker, worker.open("m", [source]) as room:
        assert room.ask([long])[0].kind == "value"
        room.go_on(Limits(submission_s=0.7))
        assert room.ask([long])[0].kind == "value"
        assert room.ask([long, short])[-1].kind == "timeout"


def test_an_unnamed_signal():
    """A process that ends by a signal without a name is a crash like any other."""
    with (
        Sandbox(LIMITS, layers=()) as worker,
        worker.open("m", ["import os\ndef f(): os.kill(os.getpid(), 40)"]) as room,
    ):
        assert room.ask([Call("f", (), "array")])[0].kind == "crashed"


@pytest.mark.parametrize("name", ["iter", "input", "id", "hash", "range", "type", "all", "sum"])
def test_a_constant_named_like_a_builtin(run, name):
    """A constant in another cell may have the name of a builtin."""
    assert run(f"{name} = 3", f"def f(): return float({name})")[0].value == 3


PLOTS = {
    "settings": "plt.rcParams['figure.figsize'] = (8, 4)",
    "three axes": "fig, (a, b, c) = plt.subplots(1, 3)",
    "a histogram": "n, bins, patches = plt.hist([1, 2])",
    "one line": "line, = plt.plot([1, 2])",
    "arithmetic": "lo, hi = plt.ylim()\nplt.ylim(lo, hi * 1.1)",
    "length": "fig, axes = plt.subplots(1, 2)\nfor i in range(len(axes)): axes[i].plot([1])",
    "version": "assert matplotlib.__version__ >= ''",
    "a type": "assert not isinstance(3, plt.Axes)",
    "a progress bar": "from tqdm import tqdm\nwith tqdm(total=3) as bar: bar.update(1)",
    "a described loop": "from tqdm import tqdm\nbar = tqdm(range(3))\nfor i in bar: bar.set_description('x')",
}


@pytest.mark.parametrize("kind", PLOTS)
def test_displays(run, kind):
    """Whatever is done to show something does nothing."""
    assert run("import matplotlib, matplotlib.pyplot as plt\n" + PLOTS[kind], "def f(): return 7")[1] == {}


@pytest.mark.parametrize(
    "line", ["run_line_magic('matplotlib', 'inline')", "system('ls')", "run_cell_magic('time', '', 'x')"]
)
def test_a_notebook_exported_as_a_script(run, line):
    """The calls that `jupyter nbconvert --to script` makes of magics do nothing and break nothing."""
    answer, errors = run(f"get_ipython().{line}\n\ndef f():\n    return 7", name="bptt")
    assert (answer.value, errors) == (7, {})


GUARDED = {
    "a decorator": "try:\n    from numba import njit\nexcept ImportError:\n    def njit(f): return f\n@njit\ndef g(x): return x",
    "a module": "try:\n    import jax.numpy as xp\nexcept ImportError:\n    import numpy as xp\ndef g(x): return xp.sum(x)",
    "a type": "try:\n    import torch\nexcept ImportError:\n    torch = None\n"
    "def g(x): return x.numpy() if torch and isinstance(x, torch.Tensor) else x",
}


@pytest.mark.parametrize("kind", GUARDED)
def test_guarded_imports(run, kind):
    """A module that is not there and that the code can do without is not there."""
    answer, errors = run(GUARDED[kind], "def f(): return g(7.0)")
    assert (answer.value, errors) == (7, {})


LATE = {
    "a formatted operator": "%matplotlib inline\nx = ('%d'\n     % 7)",
    "a string": "%matplotlib inline\ns = '''\n!important\n'''\nx = '7' if 'important' in s else 0",
    "a continued shell line": "!echo a \\\n  b\nx = 7",
}


@pytest.mark.parametrize("kind", LATE)
def test_magics(run, kind):
    """IPython's own syntax breaks nothing: the Python around it runs."""
    answer, errors = run(LATE[kind], "def f(): return float(x)")
    assert (answer.value, errors) == (7, {})


@pytest.mark.parametrize(
    "module", "statistics concurrent.futures graphlib multiprocessing cProfile tracemalloc gzip scipy.io scipy.cluster "
    "numpy.lib.recfunctions".split()
)  # fmt: skip
def test_modules_that_are_there(run, module):
    """The standard library, NumPy and SciPy can be imported behind the walls."""
    assert run(f"import {module}\nfrom {module} import *", "def f(): return 7")[1] == {}


def test_talking_to_the_grader_is_no_failure_of_the_grader(judge_cells):
    """A function that writes arrays to the grader's socket costs its own task alone."""
    source = """
import json, os, struct
def squared_error_grad(o, y):
    header = json.dumps({"answer": {"array": ["<f8", [2]]}}).encode()
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!II", len(header), 16) + header + bytes(16))
        except OSError:
            pass
"""
    result = judge_cells({"squared_error_grad": source})
    assert (task_of(result, "squared_error_grad").status, result.score) == ("crashed", 28.0)


def test_a_clock_of_ones_own(judge_cells):
    """A student's own clock does not hide quadratic work."""
    source = """
import time
time.thread_time = time.process_time = time.perf_counter = lambda: 0.0
def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 1, 0, -1):
        g[t - 1] += W_hh.T @ g[t]
    for _ in range(len(g) ** 2 // 4): pass
    return g
"""
    assert task_of(judge_cells({"hidden_grads": source}), "hidden_grads").status == "failed"


def test_the_instance_that_did_not_end_is_the_one_named(judge_cells):
    """Where a call does not come to an end, the message names that call's instance, and no later check's another one."""
    source = """
def hidden_grads(dL_do, W_hh, W_qh):
    while len(dL_do) == 1: pass
    g = dL_do @ W_qh
    for t in range(len(g) - 1, 0, -1):
        g[t - 1] += W_hh.T @ g[t]
    return g
"""
    result = judge_cells({"hidden_grads": source})
    assert "for T = 1," in message(result, "hidden_grads", "one_step")
    for check in task_of(result, "hidden_grads").checks:
        assert (
            check.id == "one_step"
            or "did not come to an end" not in (check.message or "")
            or "not judged" in (check.message or "")
        )


def test_a_missing_function_is_not_blamed_on_those_who_miss_it(judge_cells):
    """A cell that failed only because it calls the missing function is not told as the reason for it."""
    assert (
        message(judge_cells({"spectral_radius": "x = 3"}), "spectral_radius", "values")
        == "`spectral_radius`: it is not defined. Which cell defines it, and under which name?"
    )


HIDDEN = {
    "of threads": "exec('imp' 'ort threading')\ndef f():\n    told = []\n    thread = threading.Thread(target=told.append, args=[7.0])\n"
    "    thread.start()\n    thread.join()\n    return told[0]",
    "by the standard library itself": "import datetime\ndef f():\n    return float(datetime.datetime.strptime('7', '%d').day)",
    "of SciPy in a function": "def f():\n    exec('imp' 'ort scipy.special as s', globals())\n    return float(s.expit(0.0) * 14)",
    "in a cell": "exec('imp' 'ort unittest.mock, numpy.ma')\ndef f(): return 7.0",
    "that may fail": "try:\n    exec('imp' 'ort scipy')\nexcept ImportError:\n    scipy = None\ndef f(): return 7.0 * bool(scipy)",
    "by NumPy itself": "import numpy\ndef f(): return float(getattr(numpy, 'test' 'ing').assert_allclose(1, 1) is None) * 7",
    "that fails": "try:\n    exec('imp' 'ort numpy.nothing')\nexcept ImportError:\n    def f(): return 7.0",
}


@pytest.mark.parametrize("first", ["minimal", "scientific"])
@pytest.mark.parametrize("kind", HIDDEN)
def test_an_import_that_the_text_does_not_show(warm, kind, first):
    """Code that imports what few modules do not have gets a process that has it, however it imports."""
    cells = ["import scipy.linalg"] * (first == "scientific") + [HIDDEN[kind]]
    assert wanted(cells) == first
    with warm.open("__main__", cells) as room:
        assert (room.ask([Call("f", (), "array")])[0].value, room.errors) == (7, {})


@pytest.mark.parametrize(
    ("line", "imports"),
    [
        ("import numpy as np", "minimal"),
        ("import scipy", "scientific"),
        ("from scipy.linalg import eigvals", "scientific"),
        ("from scipy import special as sp, linalg", "scientific"),
        ("import scipy.signal", "all"),
        ("from scipy import sparse", "all"),
        ("import threading", "all"),
        ("import numpy.ma, scipy.linalg", "all"),
    ],
)
def test_what_a_text_asks_for(line, imports):
    """A cell gets a process with few modules, with what is most used of SciPy, or with all, by what it imports."""
    assert wanted(["x = 1", f"if x:\n    {line}"]) == imports


def test_the_most_used_of_scipy_needs_no_other_process(warm):
    """Code that imports nothing but linear algebra and special functions is run in one process that has these."""
    cells = ["from scipy.linalg import expm, schur, solve\nfrom scipy.special import expit, logsumexp, softmax"]
    cells += ["import numpy as np\ndef f():\n    A = np.eye(3)\n    schur(A), solve(A, A), softmax(A), expit(A)"]
    cells[-1] += "\n    return 7.0 * expm(np.zeros((1, 1)))[0, 0] + logsumexp([0.0])"
    with warm.open("__main__", cells) as room:
        assert (room.ask([Call("f", (), "array")])[0].value, room.errors) == (7, {})
        assert room._sandbox is warm.having("scientific")


def test_greek_names_need_no_other_process(warm):
    """A name beyond ASCII is read in the process with few modules."""
    with warm.open("__main__", ["δ = 7.0", "def f(): return δ"]) as room:
        assert (room.ask([Call("f", (), "array")])[0].value, room.errors) == (7, {})
        assert room._sandbox is warm


def test_why_a_cell_was_left_out_is_not_lost():
    """The reason of a cell that ended its process stays, where a later one has another module than few."""
    cells = ["import os\nos.abort()", "exec('imp' 'ort logging')", "def f(): return 7.0"]
    with Sandbox(LIMITS) as worker, worker.open("__main__", cells) as room:
        assert room.ask([Call("f", (), "array")])[0].value == 7
        assert list(room.errors) == [0]
        assert room.errors[0].startswith("it ended the Python process")


def test_an_exit_that_looks_like_such_an_import(warm):
    """A cell that ends the process with that very status costs itself alone."""
    with warm.open("__main__", ["import os\nos._exit(77)", "def f(): return 7.0"]) as room:
        assert room.ask([Call("f", (), "array")])[0].value == 7
        assert list(room.errors) == [0]


def test_minimal_imports_are_enough_for_the_assignment():
    """Neither the released notebook nor its solution asks for more than few modules: their forks stay cheap."""
    for folder in (SOLUTION, SOLUTION.parent / "assignment"):
        cells = load(folder / "bptt" / "bptt.ipynb").cells
        assert cells
        assert wanted([cell.source for cell in cells if cell.kind == "code"]) == "minimal"
