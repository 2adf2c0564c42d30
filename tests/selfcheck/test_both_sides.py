"""No surprise after handing in: the self-check and the hidden tests say the same of one corpus, pass or not."""

import builtins
import inspect
import json
from collections.abc import Iterator

import pytest
from submissions.odd.cells import CELLS
from support import corpus, task_of

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.suite.reference import bptt

# What the self-check lets pass although the hidden tests do not, or the other way round, and why.
KNOWN: dict[str, str] = {}
# Errors of packages that are not installed here, or draw; the grader has stand-ins for them.
ABSENT = ("No module named", "widget")


@pytest.fixture(autouse=True)
def _python_as_it_was() -> Iterator[None]:
    """Some cells change Python's own names, which here is this process."""
    before = dict(vars(builtins))
    yield
    vars(builtins).update(before)


@pytest.mark.parametrize("task", ASSIGNMENT.by_id)
def test_the_corpus(tried, task, bundle, monkeypatch):
    """Right formulations pass all of the self-check, wrong ones do not, and what is told ends in a question."""
    monkeypatch.setattr(bundle, "LONGEST_S", 2.0)
    found = {way.id: tried(task, way.source) for way in corpus("wrong") if way.task == task}
    assert [id for id, said in found.items() if not said] == [id for id in KNOWN if id in found]
    assert [text for said in found.values() for text in said.values() if not text.endswith("?")] == []
    right = {way.id: tried(task, way.source) for way in corpus("correct") if way.task == task}
    assert {id: said for id, said in right.items() if said} == {}


@pytest.mark.parametrize("task", ASSIGNMENT.by_id)
def test_stumbles(judge_cells, tried, task, bundle, monkeypatch):
    """What costs points is told by the self-check, what costs none is not, and both sides ask something."""
    monkeypatch.setattr(bundle, "LONGEST_S", 1.0)
    for way in corpus("stumbles"):
        if way.task == task:
            said = tried(task, way.source)
            hidden = task_of(judge_cells({task: way.source}), task)
            assert bool(said) == (hidden.points < hidden.max_points), way.id
            told = [check.message for check in hidden.checks if check.message and "counts as soon" not in check.message]
            assert all(text.endswith("?") for text in said.values()), way.id
            assert all(text.endswith("?") for text in told if "not judged" not in text), way.id


def _notebook(cells: tuple[str, ...]) -> str:
    given = "import numpy as np\n" + "\n\n".join(inspect.getsource(getattr(bptt, name)) for name in ASSIGNMENT.given)
    return json.dumps(
        {"cells": [{"cell_type": "code", "metadata": {}, "source": source} for source in (given, *cells)]}
    )


@pytest.mark.parametrize("name", [name for name in CELLS if CELLS[name] is not None])
def test_odd_cells(bundle, tmp_path, name):
    """However oddly a cell is written, the self-check reads it as the grader does."""
    cells = CELLS[name]
    cells = (cells,) if isinstance(cells, str) else cells
    path = tmp_path / "bptt.ipynb"
    path.write_text(_notebook(cells), encoding="utf-8")
    namespace = bundle.load_notebook(path)
    if any(words in error for error in namespace["__cell_errors__"].values() for words in ABSENT):
        return
    outcomes = bundle.results("squared_error_grad", namespace)
    assert [outcome.message for outcome in outcomes if not outcome.passed] == []


FORGIVEN = {
    "warnings made exceptions": "np.seterr(all='raise')\ndef f(x):\n    np.exp(np.float64(1e4))\n",
    "a warning filter": "import warnings\nwarnings.simplefilter('error')\ndef f(x):\n    warnings.warn('x')\n",
    "builtins shadowed": "max = min = sum = print = None\ndef f(x): pass\n",
}


@pytest.mark.parametrize("name", FORGIVEN)
def test_what_is_forgiven(tried, judge_cells, name):
    """What costs no points costs nothing in the self-check either."""
    source = f"{FORGIVEN[name]}\ndef squared_error_grad(o, y):\n    f(o)\n    return (o - y) / len(o)\n"
    assert tried("squared_error_grad", source) == {}
    assert judge_cells({"squared_error_grad": source}).score == 30


def test_an_enumeration_of_texts(tried):
    """A member of an enumeration of texts is the text that it stands for."""
    lines = inspect.getsource(bptt.detect_explosion).replace("def detect_explosion", "def _told")
    enum = "import enum\nclass Status(str, enum.Enum):\n    a = 'stable'\n    b = 'exploding'\n    c = 'non_finite'\n    d = 'no_signal'\n"
    wrapped = "def detect_explosion(*args):\n    status, t = _told(*args)\n    return Status(status), t\n"
    assert tried("detect_explosion", f"{enum}\n{lines}\n{wrapped}") == {}


QUADRATIC = """
def hidden_grads(dL_do, W_hh, W_qh):
    T = len(dL_do)
    return np.array([sum(np.linalg.matrix_power(W_hh.T, s - t) @ W_qh.T @ dL_do[s] for s in range(t, T)) for t in range(T)])
"""


def test_quadratic_work(tried):
    """Work that grows with the square of the steps is told, with the grader's question."""
    assert list(tried("hidden_grads", QUADRATIC)) == ["work"]
    assert "grows faster than T" in tried("hidden_grads", QUADRATIC)["work"]


def test_quadratic_work_in_a_live_notebook(bundle):
    """A kernel gives each cell the name of a file: its lines count all the same."""
    names: dict = {}
    exec("import numpy as np", names)
    exec(compile(QUADRATIC, "/tmp/ipykernel_7/1.py", "exec"), names)
    assert "grows faster than T" in bundle.work_trouble("hidden_grads", names["hidden_grads"])


def test_another_package(bundle, monkeypatch, tmp_path):
    """A function that uses a package of this computer is told that the grader does not have it."""
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "frames.py").write_text("def same(x): return x\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    path = tmp_path / "bptt.ipynb"
    cell = "import frames\ndef squared_error_grad(o, y):\n    return frames.same(o - y) / len(o)\n"
    path.write_text(_notebook((cell,)), encoding="utf-8")
    (said, *_) = bundle.results("squared_error_grad", bundle.load_notebook(path))
    assert said.message.startswith("`squared_error_grad`: it uses frames, which the grader does not have.")


def test_newer_syntax(bundle):
    """Syntax that the oldest promised Python does not read is named, as far as this Python reads it itself."""
    assert bundle.newer_than("x = 1", "3.11") == ""
    if bundle.sys.version_info >= (3, 12):
        assert bundle.newer_than("def f[T](x: T): return x", "3.11") == "Python 3.12"
        assert bundle.newer_than("f'{x['a']}'", "3.11") == "Python 3.12"


STATES = {
    "not run": ({}, "it is not defined here. Has its cell been run since the kernel was started?"),
    "misspelt": ({"forwards": len}, "`forwards`, a name that is nearly the same, has a value. Is it spelt"),
    "replaced": (
        {"forward": 3.0},
        "`forward` is of type float, and no function. Which line gave this name another value?",
    ),
    "deleted": (
        {"__cell_errors__": {}},
        "it is not defined in the notebook. Which cell defines it, and under which name?",
    ),
    "stopped": ({"__cell_errors__": {"forward": "NameError: x"}}, "Its cell stopped with NameError: x. Does it run"),
}


@pytest.mark.parametrize("state", STATES)
def test_no_function(bundle, state):
    """Where there is no function of the name, it is said why, and what to look at."""
    namespace, words = STATES[state]
    outcomes = bundle.results("forward", namespace)
    assert not any(outcome.passed for outcome in outcomes)
    assert words in outcomes[0].message
