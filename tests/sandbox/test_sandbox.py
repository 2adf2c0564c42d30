"""What goes wrong in a student's process costs that cell or call alone, with fork and without it."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from autograder.engine.core.settings import Limits
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call, SandboxError
from tests.people import KIT

SHORT = Limits(call_s=0.8, cell_s=0.8)
IN_TIME = "it did not come to an end in time"
ENDED = "it ended the Python process"


def call(function, *args, form="array"):
    return Call(function, args, form)


def runner(worker):
    """run(cells, *calls): the answers to all calls, and what became of the cells; each dead process is replaced."""

    def run(cells, *calls, name="__main__"):
        answers: list[Answer] = []
        with worker.open(name, cells) as room:
            while len(answers) < len(calls):
                answers += room.ask(calls[len(answers) :])
            return answers, room.errors

    return run


@pytest.fixture(scope="module", params=[True, False], ids=["fork", "spawn"])
def run(request):
    """A runner of each kind."""
    with Sandbox(SHORT, fork=request.param) as worker:
        yield runner(worker)


@pytest.fixture(scope="module")
def run_forked():
    """A runner with fork, for what does not depend on how the process came to be."""
    with Sandbox(SHORT) as worker:
        yield runner(worker)


def values(answers):
    """The numbers that came back, in order, and the kind of answer where none did."""
    return [float(answer.value) if answer.kind == "value" else answer.kind for answer in answers]


def test_cells_that_fail(run):
    """An exception, a syntax error and an exit in a cell cost that cell only, and are told with their line."""
    cells = ["a = 1", "b = a\nb / 0", "def f(:\n  pass", "import sys\nsys.exit(3)", "raise KeyboardInterrupt", "c = 5",
             "def f(x): return a + b + c + x"]  # fmt: skip
    answers, errors = run(cells, call("f", 10.0))
    assert values(answers) == [17.0]
    assert {cell: str(error) for cell, error in errors.items()} == {
        1: "ZeroDivisionError: division by zero (line 2: `b / 0`)",
        2: "SyntaxError: invalid syntax (line 1: `def f(:`)",
        3: "SystemExit: 3 (line 2: `sys.exit(3)`)",
        4: "KeyboardInterrupt (line 1: `raise KeyboardInterrupt`)",
    }


def test_cells_that_end_the_process(run):
    """An endless loop and an exit of the process cost their cells only: the others run again in a fresh process."""
    cells = ["a = 1", "while True: pass", "b = 2", "import os\nos._exit(0)", "def f(): return float(a + b)"]
    answers, errors = run(cells, call("f"))
    assert values(answers) == [3.0]
    assert errors == {1: IN_TIME, 3: ENDED}


def test_calls_that_end_the_process(run):
    """A call that loops or exits is the last answer of its round, and the calls after it get a fresh process."""
    cells = [
        """
import os
seen = []
def f(x):
    seen.append(x)
    if x == 2: os._exit(1)
    while x == 4: pass
    return float(len(seen))
"""
    ]
    answers, errors = run(cells, *[call("f", x) for x in (1, 1, 2, 1, 4, 1)])
    assert values(answers) == [1.0, 2.0, "crashed", 1.0, "timeout", 1.0]
    assert [answers[2].text, answers[4].text] == [ENDED, IN_TIME]
    assert errors == {}


def test_changes(run):
    """Arguments that a call changed, and results that changed after they were returned, are told by their number."""
    cells = [
        """
buffer = [0.0]
def f(a, b, c):
    a += 0
    b[0] = 7
    c[0][0] = 5.0
    return buffer
def g(a, b, c):
    buffer[0] += 1
    return buffer
"""
    ]
    args = (np.ones(2), np.ones(2), [np.ones(2)])
    answers, _ = run(cells, *[call(name, *args) for name in "fgg"])
    assert [answer.changed for answer in answers] == [(1, 2), (), ()]
    assert [answer.changed_later for answer in answers] == [True, True, False]
    assert [answer.value.tolist() for answer in answers] == [[0.0], [1.0], [2.0]]
    assert args[0].tolist() == args[1].tolist() == args[2][0].tolist() == [1.0, 1.0]


def test_the_process_knows_nothing(run):
    """A student's process has neither the grader's modules nor its environment, and no other submission's state."""
    cells = [
        """
import os, sys
def modules(): return sorted(n for n in sys.modules if {"autograder", "bptt", "solution"} & set(n.split(".")))
def environment(): return sorted(os.environ)
"""
    ]
    answers, _ = run(cells, call("modules", form="verdict"), call("environment", form="verdict"))
    assert answers[0].value == []
    threads = {f"{library}_NUM_THREADS" for library in ("OPENBLAS", "OMP", "MKL")}
    assert set(answers[1].value) <= threads | {"PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE", "SYSTEMROOT"}


def test_segmentation_fault(run_forked):
    """A call that brings down the interpreter is a crash with the signal's name."""
    answers, _ = run_forked(["import ctypes\ndef f(): ctypes.string_at(0)\ndef g(): return 1.0"], call("f"), call("g"))
    assert values(answers) == ["crashed", 1.0]
    assert answers[0].text == f"{ENDED} (SIGSEGV)"


def test_talking_to_the_grader(run_forked):
    """A function that writes to the grader itself is a crash, in whatever words it writes."""
    cells = [
        """
import os, struct
def f(what):
    frames = [b"x" * 100, struct.pack("!II", 2, 0) + b"[]", struct.pack("!II", 2, 0) + b"{}", struct.pack("!II", 2, 8) + b"{}"]
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, frames[what])
        except OSError:
            pass
    return 2.0
def g(): return 1.0
"""
    ]
    answers, _ = run_forked(cells, *[call("f", what) for what in range(4)], call("g"))
    assert values(answers) == ["crashed"] * 4 + [1.0]
    assert {answer.text for answer in answers[:3]} == {"it spoke to the grader instead of returning"}


def test_rooms_are_apart(run_forked):
    """What one submission did to NumPy and the builtins is unknown to the next one."""
    spoilt = "import builtins, numpy\nbuiltins.abs = numpy.dot = None\ndef f(): return float(abs is None)"
    assert values(run_forked([spoilt], call("f"))[0]) == [1.0]
    answers, _ = run_forked(["import numpy as np\ndef f(x): return np.dot(x, x) + abs(-3)"], call("f", np.ones(3)))
    assert values(answers) == [6.0]


def test_exceptions_of_calls(run_forked):
    """An exception comes back as text, with its kind and the last line of the student's own that it passed."""
    cells = [
        """
import json, numpy as np
class Own(ValueError):
    def __str__(self): raise RuntimeError
def own(): raise Own()
def library(): return json.loads("{")
def missing(): raise NotImplementedError("later")
def deep(): return deep()
def memory(): return np.zeros(2**50)
def long(): raise KeyError("x" * 100_000)
def leave(): raise SystemExit(0)
"""
    ]
    names = ("own", "library", "missing", "deep", "memory", "long", "leave")
    own, library, missing, deep, memory, long, leave = (a.raised for a in run_forked(cells, *map(call, names))[0])
    assert (own.type, own.text, own.value_error, own.line) == ("Own", "", True, 5)
    assert (library.type, library.value_error, library.code) == (
        "JSONDecodeError",
        True,
        'def library(): return json.loads("{")',
    )
    assert (missing.not_implemented, missing.value_error) == (True, False)
    assert (deep.type, deep.memory) == ("RecursionError", False)
    assert memory.memory
    assert (long.type, len(long.text) <= 300) == ("KeyError", True)
    assert leave.type == "SystemExit"


def test_missing_functions(run_forked):
    """A name that is not there, or is no function, is missing, and the calls around it are answered."""
    answers, _ = run_forked(["x = 3\ndef f(): return 1.0"], call("f"), call("nothing"), call("x"), call("f"))
    assert values(answers) == [1.0, "missing", "missing", 1.0]


def test_time_of_a_submission():
    """When the time of the whole submission is used up, the remaining calls are answered so, without a process."""
    with Sandbox(Limits(call_s=0.3, cell_s=0.3, submission_s=0.7)) as worker:
        worker.connect().close()  # warm
        worker.reap()
        answers, _ = runner(worker)(["def f():\n    while True: pass"], *[call("f")] * 5)
    assert [answer.kind for answer in answers] == ["timeout"] * 5
    assert answers[-1].text == "the time of a submission was used up"
    assert answers[0].text == IN_TIME


def test_a_dead_worker_is_not_a_verdict():
    """Where the warm worker itself is gone, that is the sandbox's failure, and the next room starts a new one."""
    with Sandbox(SHORT) as worker:
        with worker.open("__main__", ["def f(): return 1.0\ndef g():\n    while True: pass"]) as room:
            assert values(room.ask([call("f")])) == [1.0]
            worker._process.kill()
            worker._process.wait()
            with pytest.raises(SandboxError):
                room.ask([call("g")])
        assert values(runner(worker)(["def f(): return 1.0"], call("f"))[0]) == [1.0]


@pytest.mark.parametrize("settled", [True, False])
def test_a_worker_that_ends_between_two_submissions_is_replaced(settled):
    """A warm worker that nobody needs just now, or that has yet to reap its last child, may end: no submission pays for it."""
    with Sandbox(SHORT) as worker:
        worker.connect().close()
        worker.reap() if settled else worker.let_go()
        worker._process.kill()
        worker._process.wait()
        assert values(runner(worker)(["def f(): return 1.0"], call("f"))[0]) == [1.0]


def test_a_stopped_worker_goes_on():
    """A worker that student code has stopped answers, and so does its next child."""
    with Sandbox(SHORT, layers=()) as worker:
        stop = "import os, signal\ndef f():\n    os.kill(os.getppid(), signal.SIGSTOP)\n    return 1.0"
        assert values(runner(worker)([stop], call("f"))[0]) == [1.0]
        assert values(runner(worker)(["def f(): return 2.0"], call("f"))[0]) == [2.0]


@pytest.mark.parametrize("where", ["cell", "call"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_process_that_somebody_kills(tmp_path, where, times):
    """A process that is killed for the first time costs nothing: all is run again. The second time the student pays."""
    kill = f"if len(os.listdir({str(tmp_path)!r})) < {times}:\n    tempfile.mkstemp(dir={str(tmp_path)!r})\n    os.kill(os.getpid(), 9)"
    lines = {"cell": ["import os, tempfile\n" + kill, "def f(): return 1.0"],
             "call": ["import os, tempfile\ndef f():\n" + textwrap.indent(kill, "    ") + "\n    return 1.0"]}  # fmt: skip
    with Sandbox(SHORT, layers=()) as worker:
        answers, errors = runner(worker)(lines[where], call("f"))
    assert values(answers) == [1.0 if where == "cell" or times == 1 else "crashed"]
    assert errors == ({0: ENDED} if (where, times) == ("cell", 2) else {})


GONE = """
from autograder.engine.core.settings import Limits
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import SandboxError

for order in ("computed_s", "reap"):
    with Sandbox(Limits(), layers=()) as worker:
        worker.open("__main__", ["a = 1"]).put({}, [])
        worker._process.kill()
        worker._process.wait()
        for _ in range(2):
            try:
                print(getattr(worker, order)())
            except SandboxError as error:
                print(error)
        worker.let_go()
        print(worker._process)

with Sandbox(Limits(), layers=()) as worker:
    worker.connect().close()
    worker.reap()
    print(worker.reap(), worker.computed_s())
"""


def test_a_dead_worker_takes_nobody_along():
    """A worker that has no child kills nothing, and none is started to be asked about another one's child."""
    command = [sys.executable, "-c", GONE]
    done = subprocess.run(command, cwd=KIT, capture_output=True, text=True, start_new_session=True)
    assert done.returncode == 0
    ended = "the warm process of the sandbox has ended"
    assert done.stdout.splitlines() == [ended, ended, "None"] * 2 + ["(0, 0.0) 0.0"]


def test_a_machine_whose_null_device_is_a_file(tmp_path, monkeypatch):
    """Where what students print would fail, nobody is judged."""
    (tmp_path / "null").touch()
    monkeypatch.setattr(os, "devnull", str(tmp_path / "null"))
    with Sandbox(SHORT) as worker, pytest.raises(SandboxError, match="is a file and no device"):
        worker.connect()
