"""Each wall alone, without the others that would stop the same: it goes up where it is granted, and does what it is for."""

import os
import select
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import LIMITS

from autograder.engine.core.settings import Limits
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import LAYERS, Call, Session

if not sys.platform.startswith("linux"):
    pytest.skip("walls stand on Linux alone", allow_module_level=True)

IS_ROOT = os.geteuid() == 0
pytestmark = pytest.mark.slow  # each test starts a worker of its own


@contextmanager
def behind(*layers: str, limits: Limits = LIMITS) -> Iterator[tuple[Session, Callable[[str], Answer]]]:
    """A room behind these walls alone, and a way to run the body of a function in it."""
    with Sandbox(limits, layers) as worker:
        rooms: list[Session] = []

        def run(body: str) -> Answer:
            lines = "\n".join(f"    {line}" for line in body.splitlines())
            with worker.open("m", [f"import os, socket\ndef f():\n{lines}"]) as room:
                rooms.append(room)
                return room.ask([Call("f", (), "array")])[0]

        run("return 0.0")
        yield rooms[0], run


def refusal(answer: Answer) -> str:
    """The type of the exception with which something was refused."""
    return answer.raised.type if answer.raised else f"not refused: {answer.value}"


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_goes_up_alone(layer: str) -> None:
    """A layer needs no other one; the others say that they were left down."""
    with behind(layer) as (room, _):
        why = dict(room.layers)
    granted = IS_ROOT or layer != "uid"
    assert why.pop(layer) == ("" if granted else "only root can become another user")
    assert set(why.values()) == {"left down"}


def test_without_walls_all_of_this_is_possible(tmp_path: Path) -> None:
    """What the layers below refuse is refused by nothing else."""
    (tmp_path / "secret").write_text("x")
    with behind() as (_, run), socket.create_server(("127.0.0.1", 0)) as server:
        assert run(f"return float(len(open({str(tmp_path / 'secret')!r}).read()))").value == 1
        assert run(f"socket.create_connection({server.getsockname()!r}, 5)\nreturn 1.0").value == 1
        assert run(f"os.kill({os.getpid()}, 0)\nreturn 1.0").value == 1
        assert run("child = os.fork()\nif not child: os._exit(0)\nos.waitpid(child, 0)\nreturn 1.0").value == 1


def test_namespaces(tmp_path: Path) -> None:
    """No file, no process of the grader's and no network is there, and nothing can be written."""
    (tmp_path / "secret").write_text("x")
    with behind("namespaces") as (_, run), socket.create_server(("127.0.0.1", 0)) as server:
        assert run("return float(len(os.listdir('/')))").value == 0
        assert refusal(run(f"open({str(tmp_path / 'secret')!r})")) == "FileNotFoundError"
        assert refusal(run("open('/x', 'w')")) == "OSError"
        assert refusal(run(f"os.kill({os.getpid()}, 0)")) == "ProcessLookupError"
        assert refusal(run(f"socket.create_connection({server.getsockname()!r}, 5)")) == "OSError"
        assert run("return float(os.getppid())").value == 1


_LEAVE = """
import time
if not os.fork():
    os.setsid()
    if not os.fork():
        time.sleep(1000)
    os._exit(0)  # else it would answer as well
return 1.0
"""


def test_namespaces_leave_no_process() -> None:
    """What left its process group is killed with its room, and whatever is in there when the worker is."""
    with behind("namespaces") as (_, run):
        assert run(_LEAVE).value == 1
        assert refusal(run("os.kill(-1, 0)")) == "ProcessLookupError", "something else than this room lives"


def test_a_killed_worker_takes_its_rooms_along() -> None:
    """Where the process that the grader started is killed, the namespace ends and with it the room."""
    with Sandbox(LIMITS, LAYERS) as worker:
        room = worker.connect()
        assert worker._process
        worker._process.kill()
        assert select.select([room], [], [], 20)[0]
        while room.recv(1 << 16):
            pass
        room.close()


def test_uid() -> None:
    """Where the grader is root the room is nobody; where it is not, it says so."""
    with behind("uid") as (_, run):
        assert run("return [float(n) for n in os.getresuid() + os.getresgid()]").value.tolist() == [
            65534.0 if IS_ROOT else float(n) for n in (*os.getresuid(), *os.getresgid())
        ]


@pytest.mark.parametrize("layers", [("capabilities",), ("uid", "capabilities")])
def test_capabilities(layers: tuple[str, ...]) -> None:
    """No capability is held or inherited, and none can be had again by root."""
    kinds = ("CapInh", "CapPrm", "CapEff", "CapAmb", *(["CapBnd"] if IS_ROOT else []))
    body = f"lines = [line.split() for line in open('/proc/self/status')]\nreturn [float(int(line[1], 16)) for line in lines if line[0][:-1] in {kinds}]"
    with behind(*layers) as (_, run):
        assert run(body).value.tolist() == [0.0] * len(kinds)


def test_capabilities_in_a_user_namespace() -> None:
    """A worker that became root of its own user namespace gives its rooms none of that."""
    with behind("namespaces", "capabilities") as (_, run):
        assert refusal(run("socket.sethostname('x')")) == "PermissionError"


def test_landlock(tmp_path: Path) -> None:
    """No file is read, made or listed, no TCP connection made, and no process outside is signalled."""
    (tmp_path / "secret").write_text("x")
    tmp_path.chmod(0o777)
    with behind("landlock") as (_, run), socket.create_server(("127.0.0.1", 0)) as server:
        for body in (
            f"open({str(tmp_path / 'secret')!r})",
            f"open({str(tmp_path / 'new')!r}, 'w')",
            "os.listdir('/')",
            f"socket.create_connection({server.getsockname()!r}, 5)",
            f"os.kill({os.getpid()}, 0)",
        ):
            assert refusal(run(body)) == "PermissionError", body


def test_seccomp() -> None:
    """No process, thread, socket or file is made, and no memory made executable."""
    with behind("seccomp") as (_, run):
        for body, error in {
            "os.fork()": "PermissionError",
            "import _thread\n_thread.start_new_thread(print, ())": "RuntimeError",
            "socket.socket()": "PermissionError",
            "open('/dev/null')": "FileNotFoundError",
            "os.kill(os.getpid(), 0)": "PermissionError",
            "import mmap\nmmap.mmap(-1, 4096, prot=7)": "PermissionError",
        }.items():
            assert refusal(run(body)) == error, body
        assert refusal(run("import mmap\nmmap.mmap(-1, 4096)\nraise KeyError")) == "KeyError"


LIMITED = {
    "memory": ("import numpy\nnumpy.ones(2**24)", "MemoryError"),
    "a file": (
        "import signal\nsignal.signal(25, signal.SIG_IGN)\nfile = open('limited', 'wb', 0)\nfile.write(b'xxx')\nfile.write(b'x')",
        "OSError",
    ),
    "open files": ("[os.dup(1) for _ in range(10)]", "OSError"),
}
SMALL = Limits(call_s=20, memory_mib=64, open_files=8, file_bytes=1, cpu_s=1)


@pytest.mark.parametrize("what", LIMITED)
def test_limits(what: str, tmp_path: Path) -> None:
    """A limit of memory, of a file's bytes or of open files is the one that was set."""
    body, error = LIMITED[what]
    tmp_path.chmod(0o777)
    where = f"os.chdir({str(tmp_path)!r})\n"
    with behind("limits", limits=SMALL) as (_, run):
        assert refusal(run(where + body)) == error
    with behind("limits", limits=Limits(file_bytes=4)) as (_, run):
        assert refusal(run(where + body + "\nraise KeyError")) == "KeyError"


@pytest.mark.parametrize("processes", [0, 3])
def test_limit_of_processes(processes: int) -> None:
    """RLIMIT_NPROC is what was set; the kernel holds everybody to it but root, who becomes nobody before."""
    with behind("limits", limits=Limits(processes=processes)) as (_, run):
        assert run("import resource\nreturn float(resource.getrlimit(resource.RLIMIT_NPROC)[1])").value == processes


def test_no_process_behind_uid_and_limits() -> None:
    """Without the filter of calls too, a room starts no process."""
    with behind("uid", "limits") as (_, run):
        assert refusal(run("os.fork()")) == "BlockingIOError"


def test_limit_of_processor_time() -> None:
    """A process that computes for longer than its processor time has run out of time, whatever the clock says."""
    with behind("limits", limits=SMALL) as (_, run):
        answer = run("while True: pass")
    assert (answer.kind, answer.text) == ("timeout", "it did not come to an end in time")
