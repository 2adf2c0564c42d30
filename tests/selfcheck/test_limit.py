"""Calls that come to no end are ended by the self-check, and an interrupt stops all that was to come."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from autograder.engine.core.places import SOLUTION

LOOPS = {
    "a loop": "    while True:\n        x = 1",
    "a loop that catches": "    while True:\n        try:\n            x = sum(range(99))\n        except BaseException:\n            x = 2",
    "a wait": "    import time\n    time.sleep(3600)",
}


def _source(body: str) -> str:
    return f"def spectral_radius(W_hh):\n{body}\n"


@pytest.fixture
def soon(bundle, monkeypatch):
    """A self-check that waits a moment only."""
    monkeypatch.setattr(bundle, "LONGEST_S", 0.2)
    return bundle


@pytest.mark.parametrize("name", LOOPS)
def test_a_call_without_an_end(soon, tried, name):
    """A call that comes to no end is stopped, and task, line and question are told."""
    said = tried("spectral_radius", _source(LOOPS[name]))["number"]
    assert said.startswith("`spectral_radius` on an input of `diagonal`:\n  input     W_hh = ")
    assert "  got       it did not come to an end in 0.2 seconds, and was in line " in said
    assert said.endswith("For which arguments do its loops end?")


def test_without_a_timer(soon, tried):
    """In another thread, as on systems without a timer, the same is told."""
    said = []
    source = _source(LOOPS["a loop"])
    thread = threading.Thread(target=lambda: said.append(tried("spectral_radius", source)))
    thread.start()
    thread.join()
    assert "and was in line " in said[0]["number"]


def test_the_other_checks_of_the_task(soon, tried):
    """Nothing is said of the checks that come after it, but that the call came to no end."""
    body = "    while W_hh.shape == (2, 2):\n        pass\n    return np.abs(np.linalg.eigvals(W_hh)).max()"
    said = tried("spectral_radius", _source(body))
    assert "diagonal" not in said
    assert len(set(said.values())) == 1


def test_the_handler_of_before_comes_back(soon, tried):
    """A limit leaves the signals as they were."""
    before = signal.getsignal(signal.SIGALRM)
    tried("spectral_radius", _source("    return 1.0"))
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_cell_without_an_end(bundle, monkeypatch, tmp_path):
    """A cell of the saved notebook that comes to no end costs itself alone."""
    monkeypatch.setattr(bundle, "LONGEST_CELL_S", 0.2)
    cells = ["while True: pass", "x = 1"]
    path = tmp_path / "bptt.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "source": s} for s in cells]}))
    namespace = bundle.load_notebook(path)
    assert namespace["x"] == 1
    assert "did not come to an end in 0.2 seconds" in namespace["__cell_errors__"]["while True: pass"]


NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
import selfcheck

def spectral_radius(W_hh):
    raise KeyboardInterrupt

shell = InteractiveShell.instance()
shell.user_ns |= {"selfcheck": selfcheck, "spectral_radius": spectral_radius}
done = shell.run_cell('selfcheck.check("spectral_radius", globals())')
print(type(done.error_in_exec).__name__)
"""


def test_an_interrupt_stops_what_comes_after(tmp_path):
    """An interrupted check fails its cell, which stops "Run All", in one sentence and without a traceback."""
    environment = {**os.environ, "PYTHONPATH": str(SOLUTION / "bptt"), "IPYTHONDIR": str(tmp_path), "NO_COLOR": "1"}
    command = [sys.executable, "-c", NOTEBOOK]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "spectral_radius: interrupted. Does every loop in it come to an end?" in done.stdout + done.stderr
    assert "InterruptedCheckError" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
