"""A failed task's line: where the likeliest edits agree, and silence elsewhere. The verdict never changes by it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import LIMITS, corpus, message, task_of

from autograder.engine.core.result import MAX_SOURCE, Location, Result
from autograder.engine.core.settings import Course
from autograder.engine.diagnosis.location import located
from autograder.engine.grading import locating
from autograder.engine.grading.grade import grade
from autograder.engine.judging.judges import Finding
from autograder.engine.sandbox.searching import Tried

WALK = """def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += W_hh @ g[t + 1]
    return g
"""
CLIP = """def clip_gradients(grads, max_norm):
    {}
    norm = safe_norm([safe_norm(g) for g in grads])
    return [g * min(1, max_norm / norm) if norm else g + 0 for g in grads]
"""
REFUSE = "if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads):\n        raise ValueError"


def _locations(result, task):
    return {check.location for check in task_of(result, task).checks if check.location}


def _ending(result, task, check="values"):
    return message(result, task, check).rpartition(". ")[2]


# A wrong cell, the check that is looked at, the line (None for silence), and how the sentence ends.
TOLD = {
    "an index": ("hidden_grads", WALK, "values", 4, "Line 4, `g[t] += W_hh @ g[t + 1]`: along which index is the sum?"),
    "a comparison": (
        "clip_gradients", CLIP.format(REFUSE.replace("<= 0", "< 0")), "refuses", 2,
        "Line 2, `if max_norm < 0 or not all(np.isfinite(g).all() for g in grads):`: "
        "for which values is this true, and for which should it be?",
    ),
    "in a helper": (
        "spectral_radius",
        "def moduli(W):\n    return abs(np.linalg.eigvalsh(W))\n\n\ndef spectral_radius(W_hh):\n    return moduli(W_hh).max()\n",
        "values", 2,
        "Line 2, `return abs(np.linalg.eigvalsh(W))`: "
        "what does this function compute here, and what is asked for?",
    ),
    "two lines that feed each other": (
        "squared_error_grad", "def squared_error_grad(o, y):\n    T = len(o)\n    g = (o - y) / T\n    return g / T\n", "values", 4,
        "Lines 3 and 4, `g = (o - y) / T` and `return g / T`: is each part of this line in the equation?",
    ),
    "an axis left out": (
        "hidden_grads",
        "def hidden_grads(dL_do, W_hh, W_qh):\n    rows = []\n    g = np.zeros(len(W_hh))\n    for d in dL_do[::-1]:\n"
        "        g = W_qh.T @ d + W_hh.T @ g\n        rows.append(g)\n    return np.flip(rows)\n",
        "values", 7, "Line 7, `return np.flip(rows)`: along which axis does this work?",
    ),
    "the length of a row": (
        "forward",
        "def forward(x, h_0, W_hx, W_hh, W_qh):\n    T = len(x)\n    h = np.zeros((T + 1, len(W_qh)))\n    h[0] = h_0\n"
        "    for t in range(T):\n        h[t + 1] = W_hx @ x[t] + W_hh @ h[t]\n    return h, h[1:] @ W_qh.T\n",
        "hidden_states", 3, "Line 3, `h = np.zeros((T + 1, len(W_qh)))`: what does each axis count?",
    ),
    "rows and columns without a sum": (
        "hidden_grads",
        "def hidden_grads(dL_do, W_hh, W_qh):\n    g = (dL_do @ W_qh).T.copy()\n    for t in range(len(dL_do) - 2, -1, -1):\n"
        "        g[:, t] += W_hh.T @ g[:, t + 1]\n    return g\n",
        "values", 5, "Line 5, `return g`: what does each axis count?",
    ),
    "ones to begin with": (
        "hidden_grads",
        "def hidden_grads(dL_do, W_hh, W_qh):\n    rows = []\n    g = np.ones(len(W_hh))\n    for d in dL_do[::-1]:\n"
        "        g = W_qh.T @ d + W_hh.T @ g\n        rows.append(g)\n    return np.array(rows)[::-1]\n",
        "values", 3, "Line 3, `g = np.ones(len(W_hh))`: with what does it begin?",
    ),
    "a factor without a bound": (
        "clip_gradients",
        CLIP.format(REFUSE).replace("return [g * min(1, max_norm / norm) if norm else g + 0 for g in grads]",
                                    "factor = max_norm / norm if norm else 0.0\n    return [factor * g for g in grads]"),
        "leaves", 5, "Line 5, `factor = max_norm / norm if norm else 0.0`: how large can this become?",
    ),
    "no number for a guard": (
        "amplification",
        "def amplification(dL_dh, dL_do, W_qh):\n    A = np.zeros(len(dL_dh))\n    total = 0.0\n    for t in range(len(dL_dh), 0, -1):\n"
        "        total += safe_norm(W_qh.T @ dL_do[t - 1])\n        A[t - 1] = safe_norm(dL_dh[t - 1]) / total\n    return A\n",
        "no_late_loss", 6, "Line 6, `A[t - 1] = safe_norm(dL_dh[t - 1]) / total`: what is it where the denominator is 0?",
    ),
    "what is refused": (
        "clip_gradients", CLIP.format("pass"), "refuses", None, "What can no factor make finite, and which max_norm makes no sense?",
    ),
    "what is remembered": (
        "spectral_radius",
        "seen = {}\n\n\ndef spectral_radius(W_hh):\n    if len(W_hh) not in seen:\n"
        "        seen[len(W_hh)] = abs(np.linalg.eigvals(W_hh)).max()\n    return seen[len(W_hh)] + 0.0\n",
        "complex_pair", 5,
        "Line 5, `if len(W_hh) not in seen:`: for which arguments is this true, and for which should it be?",
    ),
    "another algorithm": (
        "spectral_radius", "def spectral_radius(W_hh):\n    return abs(np.linalg.det(W_hh)) ** (1 / len(W_hh))\n", "values", None,
        "Which matrix function gives the eigenvalues?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_told(judge_cells, name):
    """A line is named where the edits agree on it, with the question of their kind; else the sentence stays as it was."""
    task, source, check, line, ending = TOLD[name]
    result = judge_cells({task: source})
    assert {place.line for place in _locations(result, task)} == ({line} if line else set())
    if line:
        assert message(result, task, check).endswith(f" {ending}")
    else:
        assert "Line " not in message(result, task, check)


def test_source_of_the_line(judge_cells):
    """What stands in the report is the line that the grader has read, without what it is indented by."""
    assert _locations(judge_cells({"hidden_grads": WALK}), "hidden_grads") == {Location(4, "g[t] += W_hh @ g[t + 1]")}


def test_every_failed_check_names_it(judge_cells):
    """All failed checks that were judged name the line, and no other check does."""
    checks = task_of(judge_cells({"hidden_grads": WALK}), "hidden_grads").checks
    judged = [check for check in checks if not check.passed and "this counts as soon" not in check.message]
    assert judged == [check for check in checks if check.location]


def test_values_hidden(judge_cells):
    """With show_values off the sentence names the line by its number, and quotes nothing."""
    result = judge_cells({"hidden_grads": WALK}, show_values=False)
    assert _ending(result, "hidden_grads").endswith("Line 4: along which index is the sum?")


@pytest.mark.parametrize("locate", ["all", "unnamed", "off"])
def test_setting(judge_cells, locate):
    """`locate` says whether tasks with a named mistake are searched, or none; verdicts and points are the same in any case."""
    unnamed = "def squared_error_grad(o, y):\n    return (o - 3 * y) / len(o)\n"
    result = judge_cells({"hidden_grads": WALK, "squared_error_grad": unnamed}, locate=locate)
    found = {task for task in ("hidden_grads", "squared_error_grad") if _locations(result, task)}
    wanted = {"all": {"hidden_grads", "squared_error_grad"}, "unnamed": {"squared_error_grad"}, "off": set()}
    assert found == wanted[locate]
    plain = judge_cells({"hidden_grads": WALK, "squared_error_grad": unnamed}, locate="off")
    assert _verdicts(result) == _verdicts(plain)


def _verdicts(result):
    return [
        (
            task.id,
            task.points,
            task.status,
            [(check.id, check.passed, check.points, check.misconception) for check in task.checks],
        )
        for task in result.tasks
    ]


def test_right_functions_are_not_searched(judge_cells, monkeypatch):
    """Where all tasks pass, or none was answered, no search begins."""
    monkeypatch.setattr(locating, "Searching", None)
    assert judge_cells({}).score == 30
    assert judge_cells({"forward": "def forward(*args):\n    raise NotImplementedError\n"}).status == "graded"


def test_a_failing_search_costs_nothing(judge_cells, monkeypatch):
    """Whatever the search itself meets, the verdict stands as without it."""
    monkeypatch.setattr(locating, "Searching", None)
    found = judge_cells({"hidden_grads": WALK})
    assert replace(found, settings_version="") == replace(
        judge_cells({"hidden_grads": WALK}, locate="off"), settings_version=""
    )


def test_same_bytes(judge_cells):
    """The same submission gets the same report."""
    first, second = (
        json.dumps(judge_cells({"hidden_grads": WALK, "clip_gradients": CLIP.format("pass")}).to_json())
        for _ in range(2)
    )
    assert first == second


def test_bounds(exam, worker, solved):
    """With no edits to try, for a task or for all of them, no line is named."""
    cells = tuple(replace(cell, source=WALK) if cell.id == "hidden_grads" else cell for cell in solved.cells)
    for bound in ({"edits": 1}, {"edits_of_all": 1}, {"edit_lines": 1}):
        course = Course(Path("unused"), replace(LIMITS, **bound))
        assert not _locations(grade(replace(solved, cells=cells), course, exam, worker), "hidden_grads")


def test_one_process(monkeypatch, exam, worker, solved):
    """The search goes on in the process that was asked: its cells are not run again."""
    started = []
    connect = worker.connect
    monkeypatch.setattr(worker, "connect", lambda: started.append(1) or connect())
    cells = tuple(replace(cell, source=WALK) if cell.id == "hidden_grads" else cell for cell in solved.cells)
    found = grade(replace(solved, cells=cells), Course(Path("unused"), LIMITS), exam, worker)
    assert _locations(found, "hidden_grads")
    assert started == [1]


def test_after_a_process_has_ended(exam, worker, solved):
    """Where another task has ended the process, a new one is searched."""
    sources = {
        "hidden_grads": WALK,
        "clip_gradients": "def clip_gradients(grads, max_norm):\n    import os\n    os._exit(3)\n",
    }
    cells = tuple(replace(cell, source=sources.get(cell.id, cell.source)) for cell in solved.cells)
    found = grade(replace(solved, cells=cells), Course(Path("unused"), LIMITS), exam, worker)
    assert _locations(found, "hidden_grads")
    assert task_of(found, "clip_gradients").status == "crashed"


def test_lines_of_a_script(exam, worker, solved):
    """In a script lines count from the top of the file."""
    script = "import numpy as np\n\n\nprint('mine')\n\n\n" + WALK
    handed_in = replace(solved, path="bptt.py", is_script=True, script=script, cells=())
    result = grade(handed_in, Course(Path("unused"), LIMITS), exam, worker)
    assert _locations(result, "hidden_grads") == {Location(10, "g[t] += W_hh @ g[t + 1]")}


def test_an_error_in_a_script(exam, worker, solved):
    """A script has no cells: a helper's line is one of the same file."""
    script = "import numpy as np\n\n\ndef help_me(W):\n    return W.nothing\n\n\ndef spectral_radius(W_hh):\n    return help_me(W_hh)\n"
    handed_in = replace(solved, path="bptt.py", is_script=True, script=script, cells=())
    result = grade(handed_in, Course(Path("unused"), LIMITS), exam, worker)
    assert "(line 5: `return W.nothing`)" in message(result, "spectral_radius", "values")


def test_a_function_that_lies_about_its_cell(judge_cells):
    """A function that says it is the release's, or of no cell, names no line of it."""
    for lie in ("<cell 0>", "<cell 999>", "<cell -1>", "elsewhere"):
        source = f"{WALK}\n\nhidden_grads.__code__ = hidden_grads.__code__.replace(co_filename={lie!r})\n"
        found = _locations(judge_cells({"hidden_grads": source}), "hidden_grads")
        assert found <= {Location(4, "g[t] += W_hh @ g[t + 1]")}


def test_lines_that_are_none():
    """A line that the text does not have is not believed."""
    finding = Finding("values", "", "values")
    assert located([Tried(0, 7, kind="sum")], "a = 1\nb = 2\n", finding, True) is None
    assert located([], "a = 1\n", finding, True) is None


def test_long_lines():
    """A line is cut once, and holds nothing that a terminal or a page could take for its own."""
    place = located([Tried(0, 1, kind="sum")], "x = `\x1b[31m" + "a" * 1000, Finding("values", "", "values"), True)
    assert len(place.location.source) == MAX_SOURCE
    assert "\x1b" not in place.sentence
    assert place.sentence.count("`") == 2


def test_json(judge_cells):
    """A result with a line survives its way through JSON."""
    result = judge_cells({"hidden_grads": WALK})
    again = Result.from_json(json.loads(json.dumps(result.to_json())))
    assert again == result
    assert task_of(again, "hidden_grads").checks[0].location == Location(4, "g[t] += W_hh @ g[t + 1]")


def test_cells_of_ones_own(judge_cells):
    """A function that stands in a cell of the student's own has its lines counted there."""
    result = judge_cells({"hidden_grads": None}, before=("# mine\n" + WALK,))
    assert {place.line for place in _locations(result, "hidden_grads")} == {5}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["slips", "unseen"])
def test_slips(judge_cells, kind):
    """Of slips that students make 95 % are named or located, hardly a line is wrong, and none lacks a question."""
    named, right, lines, silent, slips = 0, 0, 0, [], corpus(kind)
    for slip in slips:
        task = task_of(judge_cells({slip.task: slip.source}), slip.task)
        first = next(check for check in task.checks if check.message)
        named += bool(first.misconception or first.location or first.message.endswith("?"))
        lines += bool(first.location)
        right += bool(first.location and first.location.line in slip.lines)
        silent += [slip.id] * (not first.message.endswith("?"))
    assert named >= 0.95 * len(slips)
    assert lines - right <= max(2, 0.03 * lines)
    assert silent == []


def test_no_repair_is_shown(judge_cells):
    """The sentence holds the student's line as it is, and nothing of the edit."""
    result = judge_cells({"hidden_grads": WALK})
    assert "W_hh.T" not in message(result, "hidden_grads", "values")
