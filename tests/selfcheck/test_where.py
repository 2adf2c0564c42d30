"""`selfcheck.where`: the line of the mistake in the student's own kernel, without any solution."""

import contextlib
import linecache
import re
import sys
from typing import Any

import numpy as np
import pytest
from support import Formulation, corpus

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.suite.reference import bptt

WALK = """def hidden_grads(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 2, -1, -1):
        g[t] += W_hh @ g[t + 1]
    return g
"""
ANSWER = "`hidden_grads`: Line 4, `g[t] += W_hh @ g[t + 1]`: along which index is the sum?"
LEAST_SAME = 0.9  # of the lines that the hidden side names, as marked in the corpus


def _notebook(*sources: str) -> dict[str, Any]:
    """What is defined after these cells have run in a kernel."""
    namespace: dict[str, Any] = {"np": np, **{name: getattr(bptt, name) for name in ASSIGNMENT.given}}
    for number, source in enumerate(sources):
        name = f"<cell {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        with contextlib.redirect_stdout(None), contextlib.suppress(Exception), np.errstate(all="ignore"):
            exec(compile(source, name, "exec"), namespace)
    return namespace


def test_line_and_question(bundle, capsys):
    """It prints the line that looks wrong and a question, and never the edit."""
    bundle.where("hidden_grads", _notebook("x = 3\n", WALK))
    said = " ".join(capsys.readouterr().out.split())
    assert said == ANSWER


def test_in_the_notebook(bundle, capsys, monkeypatch):
    """Without a namespace it looks at what the notebook has defined."""
    monkeypatch.setattr(sys.modules["__main__"], "hidden_grads", _notebook(WALK)["hidden_grads"], raising=False)
    monkeypatch.setattr(sys.modules["__main__"], "np", np, raising=False)
    bundle.where("hidden_grads")
    assert "Line 4" in capsys.readouterr().out


def test_a_failed_check_says_so(bundle, capsys):
    """A failed check ends in one line that says how to look for the line; one that passes, or is not attempted, does not."""
    bundle.check("hidden_grads", _notebook(WALK))
    assert capsys.readouterr().err.splitlines()[-1] == 'selfcheck.where("hidden_grads") looks for the line.'
    bundle.check("hidden_grads", _notebook(WALK.replace("W_hh @", "W_hh.T @")))
    bundle.check("hidden_grads", _notebook("def hidden_grads(*args):\n    raise NotImplementedError\n"))
    said = capsys.readouterr()
    assert "where" not in said.out + said.err


def test_nothing_to_look_for(bundle, capsys):
    """A right function, one that is not there, one without a text and an unknown task get a sentence each."""
    namespace = _notebook(WALK.replace("W_hh @", "W_hh.T @"))
    bundle.where("hidden_grads", namespace)
    bundle.where("forward", namespace)
    exec("def forward(*args):\n    return 3\n", namespace)
    bundle.where("forward", namespace)
    bundle.where("backward", namespace)
    said = capsys.readouterr()
    assert " ".join(said.out.split()) == (
        "`hidden_grads`: all its checks pass. `forward` is not defined yet. "
        "`forward`: its text cannot be read here. Run its cell once more, then ask again."
    )
    assert said.err.startswith("There is no task 'backward'.")


@pytest.mark.parametrize(
    "body", ["raise SystemExit", "return type('', (), {'__array__': 3})()", "import sys; sys.settrace(None)"]
)
def test_never_raises(bundle, capsys, body):
    """Whatever a function does, it ends in a sentence."""
    bundle.where("hidden_grads", _notebook(f"def hidden_grads(dL_do, W_hh, W_qh):\n    {body}\n"))
    assert capsys.readouterr().out.startswith("`hidden_grads`")


def test_prints_and_warnings_are_not_shown(bundle, capsys):
    """What the function prints and warns of while it is searched is not shown."""
    bundle.where("hidden_grads", _notebook(WALK.replace("    return g", "    print('noise', ()(3))\n    return g")))
    said = capsys.readouterr()
    assert "noise" not in said.out + said.err
    assert said.err == ""


def test_an_endless_edit(bundle, capsys):
    """An edit that never ends is given up, and the search goes on."""
    source = "def hidden_grads(dL_do, W_hh, W_qh):\n    g, t = dL_do @ W_qh, len(dL_do) - 1\n    while t > 0:\n"
    source += "        g[t - 1] += W_hh @ g[t]\n        t -= 1\n    return g\n"
    bundle.where("hidden_grads", _notebook(source))
    assert "Line 4" in capsys.readouterr().out


def test_the_functions_stay_as_they_are(bundle):
    """A search changes nothing that the notebook holds."""
    namespace = _notebook("kept = [1]\n\n\n" + WALK)
    before = dict(namespace)
    bundle.where("hidden_grads", namespace)
    assert namespace == before
    assert namespace["kept"] == [1]


def _line(bundle, way: Formulation) -> int | None:
    found = re.search(r"Lines? (\d+)[, ]", bundle.line_and_question(way.task, _notebook(way.source)))
    return int(found[1]) if found else None


@pytest.mark.slow
def test_slips(bundle):
    """On slips that students make it names the line that is marked in nine of ten cases, and hardly ever another one."""
    slips = corpus("slips")
    found = [(way, _line(bundle, way)) for way in slips]
    right = sum(line in way.lines for way, line in found)
    assert right >= LEAST_SAME * len(slips)
    assert sum(line is not None and line not in way.lines for way, line in found) <= 0.03 * len(slips)
