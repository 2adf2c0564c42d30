"""Students' notebooks as they are: magics, missing modules, prints, shadowed names, and results of every type."""

import ast

import numpy as np
import pytest
from support import LIMITS

from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call
from autograder.engine.sandbox.worker.cells import compiled

IMPORT = "import numpy as np\n"


@pytest.fixture(scope="module")
def warm():
    """One warm worker for this file."""
    with Sandbox(LIMITS) as worker:
        yield worker


@pytest.fixture
def run(warm):
    """run(cells): the answer of f() after these cells, and what became of them."""

    def run(*cells: str, form="array", name="__main__") -> tuple[Answer, dict[int, str]]:
        with warm.open(name, cells, functions=("forward",)) as room:
            return room.ask([Call("f", (), form)])[0], room.errors

    return run


MAGIC_CELLS = {
    "inline plots": "%matplotlib inline\nx = 7",
    "automatic reload": "%load_ext autoreload\n%autoreload 2\nx = 7",
    "a shell line": "!pip install -q numpy\nx = 7",
    "a harmful shell line": "!kill -9 $PPID\n!rm -rf ~\nx = 7",
    "a timed line": "%time x = 7",
    "a timed expression": "x = %time 3 + 4",
    "a shell line's output": "files = !ls\nx = 7 if files is None else 0",
    "a magic's value": "old = %pwd\nx = 7",
    "a timed cell": "%%time\nx = 7",
    "a timed cell with options": "%%timeit -n 1 -r 1\nx = 7",
    "captured output": "\n%%capture out\nx = 7",
    "an indented magic": "if True:\n    %time x = 7\nelse:\n    !ls",
    "help": "import numpy as np\nnp.dot?\n?np\nnp.dot??\nx = 7",
    "a comment first": "# settings\n%matplotlib inline\nx = 7",
    "a modulus at the start of a line": "x = (37\n% 10)",
    "a string with a magic's look": "s = '''\n%matplotlib\n!ls'''\nx = 7 if '!ls' in s else 0",
    "a semicolon": "x = 7;",
}


@pytest.mark.parametrize("kind", MAGIC_CELLS)
def test_magics(run, kind):
    """IPython's own syntax breaks nothing: the Python around it runs."""
    answer, errors = run("x = 0", MAGIC_CELLS[kind], "def f(): return x")
    assert errors == {}
    assert answer.value == 7


@pytest.mark.parametrize(
    "language", ["bash", "html", "javascript", "writefile solution.py", "script perl", "latex", "sh", "unheard_of"]
)
def test_cells_of_another_language(run, language):
    """A cell of another language does nothing, whatever it holds."""
    answer, errors = run("x = 7", f"%%{language}\nx = 0\n<b> $PATH", "def f(): return x")
    assert errors == {}
    assert answer.value == 7


@pytest.mark.parametrize("source", ["%time b = 2\n\nlast", "%%time\na\nlast", "!ls \\\n -l\nlast", "%cd x\n\nlast"])
def test_line_numbers(source):
    """Taking out magics moves no line, so that errors name the right ones."""
    assert ast.parse(compiled(source, "a cell")[1]).body[-1].lineno == 3


DISPLAYS = {
    "plots": """
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([1, 2], label="x")
plt.show()
plt.savefig("x.png")
""",
    "many plots": """
from matplotlib import pyplot
fig, ax = pyplot.subplots(2, 2)
for a in ax.flat: a.set(title="x")
ax[0, 1].plot(3)
""",
    "a style": """
import matplotlib, seaborn as sns
sns.set_theme()
matplotlib.use("Agg")
matplotlib.rcParams.update({"x": 1})
with matplotlib.pyplot.style.context("ggplot"): matplotlib.pyplot.gca().imshow([[1]], cmap="gray")
""",
    "displays": """
from IPython.display import display, Markdown, clear_output
display(Markdown("x"))
clear_output(wait=True)
""",
    "progress": """
from tqdm.auto import tqdm, trange
assert list(tqdm(range(3), desc="x")) == list(trange(3)) == [0, 1, 2]
""",
    "the self-check": """
import selfcheck
selfcheck.check("forward", globals())
""",
}


@pytest.mark.parametrize("kind", DISPLAYS)
def test_displays(run, kind):
    """Whatever is done to show something does nothing, in a cell and in a function."""
    body = "\n".join("    " + line for line in DISPLAYS[kind].splitlines())
    answer, errors = run(DISPLAYS[kind], "def f():\n" + body + "\n    return 7")
    assert errors == {}
    assert answer.value == 7


def test_modules_that_are_not_there(run):
    """A module that the grader lacks can be imported, and says what it is where it is used."""
    answer, errors = run(
        "import pandas as pd, numpy as np\nfrom torch import nn\ny = 3", "def f():\n    return pd.DataFrame([y])"
    )
    assert errors == {}
    assert answer.raised.type == "ImportError"
    assert answer.raised.text == "the grader has no pandas: use NumPy, SciPy or the standard library"
    assert answer.raised.code == "return pd.DataFrame([y])"


@pytest.mark.parametrize(
    "module",
    "math cmath fractions decimal itertools functools operator collections dataclasses typing enum random heapq bisect copy "
    "json re string time datetime contextlib abc warnings numbers io os sys numpy.linalg numpy.fft numpy.polynomial "
    "numpy.lib.stride_tricks numpy.testing scipy.linalg scipy.special scipy.signal scipy.sparse scipy.sparse.linalg "
    "scipy.optimize scipy.stats scipy.integrate scipy.interpolate scipy.linalg.blas".split(),
)
def test_modules_that_are_there(run, module):
    """The modules that students reach for can be imported behind the walls."""
    answer, errors = run(
        f"import {module} as m\nfrom {module} import *", "def f(): return float(m.__name__ == '" + module + "')"
    )
    assert errors == {}
    assert answer.value == 1 or module == "os"


def test_prints_of_megabytes(run):
    """Any amount of printing, to either stream, is taken."""
    answer, errors = run(
        "import sys\nprint('x' * 10**7)\nprint('é', file=sys.stderr)",
        """
def f():
    for _ in range(300):
        print("x" * 10**5)
        sys.stderr.write("y" * 10**5)
    return 7
""",
    )
    assert (answer.value, errors) == (7, {})


def test_input(run):
    """Asking for input is an exception, and no waiting."""
    answer, errors = run("name = input('?')", "def f(): return float(input())")
    assert str(errors[0]).startswith("EOFError")
    assert answer.raised.type == "EOFError"


LATER = [
    "forward = forward()", "forward = None", "del forward", "forward = 3; sum = 0", "sum = max = min = len = 0\nabs = None",
    "list = [1]; range = (1, 2)", "print = 1",
]  # fmt: skip


@pytest.mark.parametrize("later", LATER)
def test_unshadowing(run, later):
    """What a later cell's variables did to a graded function or to a builtin is undone."""
    answer, errors = run(
        "def forward(): return sum(list(range(max(3, min(len('abc'), 4))))) + abs(-4)",
        "def f(): return forward()",
        later,
    )
    assert errors == {}
    assert answer.value == 7


def test_the_last_definition_counts(run):
    """Of several definitions of a function the last one that ran counts."""
    assert run("def f(): return 1", "def f(): return 2", "def f(): return 3 +")[0].value == 2


def test_main_guard(run):
    """A notebook runs as `__main__`, a script as a module."""
    guarded = "x = 1\nif __name__ == '__main__':\n    x = 7\ndef f(): return x"
    assert run(guarded)[0].value == 7
    assert run(guarded, name="bptt")[0].value == 1


ARRAYS = {
    "[1, 2]": [1, 2], "(1.5, 2)": [1.5, 2], "[[1], [2]]": [[1], [2]], "np.matrix([[1, 2]])": [[1, 2]],
    "np.float32([1.5, 2])": [1.5, 2], "np.longdouble([1, 2])": [1, 2], "np.array(3)": 3, "3": 3, "np.float16(0.5)": 0.5,
    "np.uint8([255])": [255], "np.arange(6).reshape(2, 3).T": [[0, 3], [1, 4], [2, 5]], "np.arange(6)[::-2]": [5, 3, 1],
    "[np.ones(2), (3, 4)]": [[1, 1], [3, 4]], "np.ones((0, 2))": np.ones((0, 2)), "[]": [], "range(3)": [0, 1, 2],
    "np.array([np.nan, -np.inf])": [np.nan, -np.inf], "np.ma.array([1, 2])": [1, 2], "2**62": 2.0**62,
    "np.broadcast_to(1.0, (2, 2))": [[1, 1], [1, 1]], "np.asfortranarray([[1, 2], [3, 4]])": [[1, 2], [3, 4]],
}  # fmt: skip


@pytest.mark.parametrize("result", ARRAYS)
def test_real_arrays(run, result):
    """Whatever converts to a real numeric array arrives as a float64 array of that shape."""
    for form, value in (("array", result), ("arrays", f"[{result}, ({result})]"), ("arrays", f"({result},)")):
        answer = run(IMPORT + f"def f(): return {value}", form=form)[0]
        assert answer.kind == "value"
        for part in [answer.value] if form == "array" else answer.value:
            assert part.dtype == np.float64
            np.testing.assert_array_equal(part, np.array(ARRAYS[result], dtype=float))


REFUSED = {
    "None": "None", "True": "bool", "'x'": "str", "1j": "complex",
    "[1, 'x']": "list of dtype <U21", "np.array([True])": "ndarray of dtype bool", "np.bool_(1)": "bool",
    "np.ones(2) + 0j": "ndarray of dtype complex128", "np.array([1, None])": "ndarray of dtype object",
    "[None]": "list of dtype object", "{'x': 1}": "dict", "(i for i in [1])": "generator",
    "[[1], [2, 3]]": "list that is no regular array", "f": "function", "b'x'": "bytes",
    "np.datetime64('2020')": "datetime64", "10**400": "int",
    "np.broadcast_to(1.0, (10**5, 10**5))": "an array of 10000000000 entries",
}  # fmt: skip


@pytest.mark.parametrize("result", REFUSED)
def test_refused_results(run, result):
    """bool, text, object and complex are refused, and what is no regular array, by what it is."""
    answer = run(IMPORT + f"def f(): return {result}")[0]
    assert (answer.kind, answer.text) == ("unusable", REFUSED[result])
    inside = run(IMPORT + f"def f(): return [np.ones(2), {result}]", form="arrays")[0]
    assert (inside.kind, inside.text) == ("unusable", f"a sequence that holds {REFUSED[result]}")
