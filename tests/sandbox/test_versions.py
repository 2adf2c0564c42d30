"""Code for another Python or NumPy: a sentence names the grader's versions where it met one, and nowhere else."""

import sys

import numpy as np
import pytest
from support import message

from autograder.engine.diagnosis.questions import GENERAL_QUESTIONS
from autograder.engine.sandbox.answers import Raised
from autograder.engine.sandbox.worker.versions import INSTEAD, ONCE_STANDARD, sentence

PYTHON = ".".join(map(str, sys.version_info[:2]))
NUMPY = ".".join(np.__version__.split(".")[:2])
NOW = f"the grader runs Python {PYTHON} and NumPy {NUMPY}"

# Syntax by the first Python that reads it.
NEWER = {
    "the same quotes within an f-string": ((3, 12), 'd = {"a": 1}\nx = f"{d["a"]}"'),
    "an f-string in an f-string": ((3, 12), 'x = f"{f"{1}" + "a"}, {2!r:>{3}}"'),
    "a backslash in an f-string": ((3, 12), 'x = f"{"\\n".join(["a"])}"'),
    "a line break in an f-string": ((3, 12), 'x = f"{\n    1  # one\n}"'),
    "an f-string beside another string": ((3, 12), 'x = (f"{"a"}" "b {}"\n     f"c")'),
    "a raw f-string below a magic": ((3, 12), '%matplotlib inline\nx = rf"""\\{"""a"""}"""'),
    "a type alias": ((3, 12), "type X = int"),
    "a generic type alias": ((3, 12), "type X[T: int, *Ts, **P] = dict[T, T]"),
    "a generic function": ((3, 12), "def g[T: (int, str)](x: T) -> T:\n    return x"),
    "a generic class": ((3, 12), "class G[T]:\n    pass"),
    "a default of a type": ((3, 13), 'type X = int\nclass G[T = f"{"a"}"]:\n    pass'),
    "exceptions without parentheses": ((3, 14), "try:\n    pass\nexcept ValueError, np.linalg.LinAlgError:\n    pass"),
    "a template string": ((3, 14), 'x = t"{1} {"a"}"'),
    "unpacking in a comprehension": ((3, 15), "x = [*a for a in [[1]]]"),
    "a lazy import": ((3, 15), "lazy import json"),
}
# What no Python reads, though it looks much the same.
NO_PYTHON = [
    'x = f"{1"', 'x = f"{}"', 'x = f"{d["a"}"', 'x = f"{a b}"', "x = f'{1}\n'", 'x = f"{d["a"]}"\ny = (', 'x = f"{"a"}{"',
    "type X", "type X = 1, 2", "type X =", "def g[T: int str](x): pass", "def g[](x): pass", "def g[T, T](x): pass",
    "class G[3]: pass", "try: pass\nexcept ValueError, e: pass", "x = [*a, b for a in c]", "def f(:", "print 'x'", "  x = 1\n y = 2",
]  # fmt: skip


@pytest.mark.parametrize("kind", NEWER)
def test_syntax_of_a_newer_python(judge_cells, kind):
    """A cell in the syntax of a newer Python is told which one reads it; where the grader's own does, nothing is told."""
    version, source = NEWER[kind]
    notes = judge_cells({}, before=(source,)).notes
    if version <= sys.version_info[:2]:
        assert notes == ()
    else:
        assert notes[0].endswith(f"; {NOW}, and this needs Python 3.{version[1]} or newer: write it in an older way")


@pytest.mark.parametrize("source", NO_PYTHON)
def test_syntax_of_no_python(judge_cells, source):
    """A mistake that every Python refuses is not laid on a version."""
    (note,) = judge_cells({}, before=(source,)).notes
    assert "Error: " in note
    assert "the grader runs" not in note


# Names that some NumPy, SciPy or Python has: the code that uses them, and what is asked for.
NAMES = {
    "numpy.product": "np.product([1.0])", "numpy.cumproduct": "np.cumproduct([1.0])", "numpy.in1d": "np.in1d([1], [1])",
    "numpy.trapz": "np.trapz([1.0, 2])", "numpy.row_stack": "np.row_stack([[1.0]])", "numpy.Inf": "np.Inf", "numpy.NaN": "np.NaN",
    "numpy.float": "np.float(1)", "numpy.int": "np.zeros(2, np.int)", "numpy.float_": "np.float_(1)", "numpy.mat": "np.mat([[1]])",
    "numpy.alltrue": "np.alltrue([1])", "numpy.round_": "np.round_(1.5)", "numpy.msort": "np.msort([1])", "ndarray.ptp": "np.ones(2).ptp()",
    "numpy.matvec": "np.matvec(np.eye(2), np.ones(2))", "numpy.cumulative_sum": "np.cumulative_sum(np.ones(2))",
    "numpy.nothing": "np.nothing(1)", "numpy.linalg.nothing": "np.linalg.nothing(1)",
    "math.sumprod": "__import__('math').sumprod([1.0], [2.0])", "itertools.batched": "__import__('itertools').batched([1], 1)",
}  # fmt: skip


def _is_there(name: str) -> bool:
    """Whether this Python and NumPy have it."""
    module, _, attribute = name.rpartition(".")
    where = np.ones(1) if module == "ndarray" else __import__(module, fromlist=["x"])
    return hasattr(where, attribute)


def _ending(name: str) -> str:
    instead = f"`{INSTEAD[name]}`" if name in INSTEAD else "a name that these versions have"
    return f"; {NOW}, where there is no `{name}`: use {instead}"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_another_version(judge_cells, name):
    """A name that the grader's versions do not have is told with them, in the check's message and in a cell's note."""
    source = f"def spectral_radius(W_hh):\n    {NAMES[name]}\n    return np.abs(np.linalg.eigvals(W_hh)).max()"
    result = judge_cells({"spectral_radius": source}, before=(f"import numpy as np\n{NAMES[name]}",))
    if _is_there(name):
        assert (result.score, result.notes) == (30, ())
    else:
        assert message(result, "spectral_radius", "values").endswith(
            f"(line 2: `{NAMES[name]}`){_ending(name)}. {GENERAL_QUESTIONS['versions']}"
        )
        assert result.notes[0].endswith(_ending(name))


@pytest.mark.parametrize(
    "name", ["numpy.product", "numpy.Inf", "numpy.linalg.nothing", "typing.override", "numpy.nothing.more"]
)
def test_an_import_of_another_version(judge_cells, name):
    """A name that is imported is told likewise, without the place where the grader has the library."""
    module, _, attribute = name.rpartition(".")
    notes = judge_cells({}, before=(f"from {module} import {attribute}",)).notes
    if name == "typing.override" and _is_there(name):
        assert notes == ()
    else:
        assert notes[0].endswith(_ending(name if "more" not in name else "numpy.nothing"))
        assert "/" not in notes[0].replace("override/", "")


def test_a_library_of_another_version(judge_cells):
    """Where the name is SciPy's, its version is named too."""
    (note,) = judge_cells({}, before=("from scipy.integrate import nothing",)).notes
    assert f"{NOW}, with SciPy 1." in note


OTHERWISE = {
    "an argument": (
        "np.reshape(np.ones(2), nothing=3)",
        "where `numpy.reshape` takes no argument `nothing`: leave it out",
    ),
    "a copy": ("np.array([1.0], copy=False)", f"{NOW}: write it in a way that these versions take"),
    "a missing function": (
        "def g(x: Array) -> int:\n    return x",
        "where a name in an annotation must be defined: define `Array`",
    ),
}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_what_another_version_does_otherwise(judge_cells, kind):
    """An argument, a behaviour or an annotation of another version is told as well."""
    source, sentence = OTHERWISE[kind]
    if kind != "a missing function" or sys.version_info < (3, 14):
        assert sentence in judge_cells({}, before=(f"import numpy as np\n{source}",)).notes[0]


SLIPS = [
    "np.ones(2).append(3)", "unknown", "def g(x: Array = Array): pass", "{}['a']", "raise ValueError('removed in NumPy 2')",
    "def g(x): pass\ng(shape=3)", "import winreg", "import tkinter", "open('x')", "class A: pass\nA().product", "1 / 0",
    "raise AttributeError(\"module 'own' has no attribute 'x'\")", "import numpy.tests",
]  # fmt: skip


@pytest.mark.parametrize("source", SLIPS)
def test_a_slip_of_any_version(judge_cells, source):
    """What fails with every Python and NumPy alike says nothing of versions."""
    (note,) = judge_cells({}, before=(f"import numpy as np\n{source}",)).notes
    assert "the grader runs" not in note


def test_a_function_whose_cell_is_too_new(judge_cells):
    """A task that is missing since its cell needs a newer Python says so in its check's message."""
    note = message(
        judge_cells({"spectral_radius": "lazy import json\ndef spectral_radius(W_hh): return 1"}),
        "spectral_radius",
        "values",
    )
    assert note.endswith(
        f"; {NOW}, and this needs Python 3.15 or newer: write it in an older way. {GENERAL_QUESTIONS['versions']}"
    )


@pytest.mark.parametrize(
    "gap", ["", "x\x1b[2J", "numpy.product: a lie", "Python 3.12 and a lie", "annotation a b", "a(b", "a" * 99 + "!"]
)
def test_words_that_no_process_of_ours_says(gap):
    """From what a student's process may say instead no sentence is made."""
    assert sentence(gap) == ""
    assert str(Raised("E", "", versions=sentence(gap))) == "E"


@pytest.mark.parametrize("name", sorted(INSTEAD))
def test_what_is_recommended_is_there(name):
    """Whatever the sentence recommends exists in the grader's versions."""
    instead = INSTEAD[name]
    if "." in instead and instead.replace(".", "").isidentifier():
        assert _is_there(instead)
    else:
        compile(instead, "", "exec")


def test_modules_that_were_standard_once():
    """A module that the standard library of this Python has is not among those of other versions."""
    assert ONCE_STANDARD.isdisjoint(sys.stdlib_module_names)
    assert "annotationlib" in ONCE_STANDARD or sys.version_info >= (3, 14)
