"""The grader's side of the search: what an edit may do to its process, and what a process may say."""

import numpy as np
import pytest

from autograder.engine.core.settings import Limits
from autograder.engine.sandbox import searching
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.searching import Searching, Wanted
from autograder.engine.sandbox.session import Call, EndedError

ARRAY = np.array([[1.0, 2.0], [3.0, 4.0]])
CALL = Call("f", (ARRAY, 3), "array")


def _search(sandbox: Sandbox, source: str, lines: int = 100_000) -> Searching:
    session = sandbox.open("m", ["import numpy as np", source], ["f"])
    return Searching(session, Wanted("f", ("a", "n"), (), (), lines), CALL)


def _all(search: Searching) -> list[searching.Tried]:
    return list(search.tried(range(sum(search.counts)), [CALL]))


def _values(search: Searching) -> list[float]:
    return [
        float(tried.answers[0].value.sum())
        for tried in _all(search)
        if tried.same is None and tried.answers[0].kind == "value"
    ]


def test_answers(worker):
    """Each edit that comes to an answer brings it, with its line and kind, in the cell of the function."""
    search = _search(worker, "\ndef f(a, n):\n    return a + n\n")
    found = _all(search)
    assert search.cell == 1
    assert {tried.line for tried in found} <= {0, 2, 3}
    assert any(tried.answers and np.array_equal(tried.answers[0].value, ARRAY - 3) for tried in found)


def test_an_edit_that_ends_the_process(monkeypatch, worker):
    """Where an edit ends the process, the search goes on behind it."""
    monkeypatch.setattr(searching, "_MOST_DEATHS", 50)
    source = "import os\ndef f(a, n):\n    if n < 3:\n        os._exit(1)\n    return a + n\n"
    search = _search(worker, source)
    assert ARRAY.sum() - 12 in _values(search)


def test_a_module_that_was_missing(worker):
    """A function that imports what a quick process lacks is searched in one that has all."""
    search = _search(worker, "def f(a, n):\n    __import__('stat' + 'istics')\n    return a + n\n")
    assert ARRAY.sum() - 12 in _values(search)


def test_too_many_ends(worker):
    """Where too many edits end the process, the search comes to nothing."""
    exits = "".join(f"    n == 3 or os._exit({k})\n" for k in range(1, 9))
    with pytest.raises(EndedError):
        _all(_search(worker, f"import os\ndef f(a, n):\n{exits}    return a + n\n"))


def test_an_endless_edit(worker):
    """An edit that never ends is stopped by a count of its lines, and costs no process."""
    search = _search(worker, "def f(a, n):\n    while n > 0:\n        n = n - 1\n    return a + n\n")
    assert ARRAY.sum() in _values(search)
    assert search._deaths == 0


def test_all_lines_are_counted(worker):
    """The edits of one function run for so many lines together, and no further."""
    with pytest.raises(searching.SpentError):
        _all(
            _search(worker, "def f(a, n):\n    for k in range(50):\n        n = n + k\n    return a + n\n", lines=2000)
        )


def test_numpys_error_is_no_refusal(worker):
    """A ValueError counts as a refusal where a statement of the function raises it, not where NumPy does by accident."""
    by_accident = _all(_search(worker, "def f(a, n):\n    return np.zeros(3) + np.zeros(n)\n"))
    raised = _all(_search(worker, "def f(a, n):\n    if n > 3:\n        raise ValueError\n    return a + n\n"))
    assert not any(answer.raised for tried in by_accident if tried.line for answer in tried.answers)
    assert any(answer.raised for tried in raised if tried.line for answer in tried.answers)


def test_changed_arguments_are_told(worker):
    """What an edited function does to its arguments comes with its answer."""
    found = _all(_search(worker, "def f(a, n):\n    a += n\n    return a\n"))
    changed = {tried.answers[0].changed for tried in found if tried.answers}
    assert {(), (0,)} <= changed


@pytest.mark.parametrize("source", ["f = 3\n", "f = abs\n", "class f:\n    pass\n", "from math import dist as f\n"])
def test_nothing_to_edit(worker, source):
    """Where no cell holds the text of the function there is nothing to try."""
    assert _search(worker, source).counts == []


GOOD = {
    "edit": 4,
    "line": 2,
    "also": [],
    "kind": "sum",
    "answers": [{"answer": 0, "value": ARRAY, "changed": [], "shares": []}],
}


def test_what_a_worker_says():
    """A message as the worker sends it is an edit with its answers; one without a kind is none."""
    assert searching._tried(GOOD, [3, 4, 5], [CALL]).answers[0].kind == "value"
    assert searching._tried({"edit": 4}, [3, 4, 5], [CALL]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"edit": 5}, {"edit": True}, {"edit": None}, {"line": -1}, {"line": 10**9}, {"line": "2"}, {"line": True}, {"also": [-1]},
        {"also": 3}, {"answers": []}, {"answers": [1]}, {"answers": None}, {"answers": [{"answer": 0}]}, {"answers": {}},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_worker_says(change):
    """A message that the worker itself would not have sent ends the search."""
    with pytest.raises(EndedError):
        searching._tried({**GOOD, **change}, [3, 4], [CALL])


def test_many_bytes(monkeypatch, worker):
    """A search that brings more bytes than honest code has is ended."""
    monkeypatch.setattr(searching, "_MOST_BYTES", 100)
    with pytest.raises(searching.SpentError):
        _all(_search(worker, "def f(a, n):\n    return a + n\n"))


def test_a_hostile_process():
    """A process that speaks for itself ends the search, whatever it says."""
    source = "import gc, socket\n\ndef f(a, n):\n    for s in gc.get_objects():\n        if isinstance(s, socket.socket):\n            s.send(b'\\0' * 8)\n    return a\n"
    limits = Limits(call_s=1.0, cell_s=1.0, asleep_s=1.0)
    with Sandbox(limits) as sandbox, pytest.raises(EndedError):
        _search(sandbox, source)
