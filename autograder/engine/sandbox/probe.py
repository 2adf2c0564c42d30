"""Tries what student code must not do, from where student code runs, and says what held. Isolation is proved, never claimed.

Each trial goes for something harmless that the grader has prepared itself: a file of its own, its own listeners on the
loopback interface, its own process. A trial's report is believed only where it says that it got through.
"""

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from autograder.engine.core.settings import LAYERS
from autograder.engine.sandbox.answers import Answer
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call, SandboxError

_TRIALS = {
    "file": "reads a file of the grader's",
    "tcp": "connects over TCP",
    "udp": "sends over UDP",
    "process": "starts a process",
    "signal": "signals the grader",
    "memory_of_grader": "reads the grader's memory",
    "memory": "takes more memory than allowed",
    "spin": "computes without end",
}

_TRIED = {
    "namespaces": "a process table, network, shared memory and file system of its own, all of them empty",
    "uid": "another user, with no rights of the grader's",
    "capabilities": "none of root's rights",
    "limits": "limits of memory, time, processes and files",
    "landlock": "no file, no TCP, no signal to the outside",
    "seccomp": "only the system calls that computing needs",
}

_SOURCE = """
import ctypes, os, socket

def got_through(attempt):
    try:
        return 1.0 if attempt() else 0.0
    except BaseException:
        return 0.0

def file(path):
    return got_through(lambda: open(path).read() == "probe")

def tcp(port):
    def attempt():
        with socket.socket() as sender:
            sender.connect(("127.0.0.1", port))
            return sender.send(b"probe")
    return got_through(attempt)

def udp(port):
    def attempt():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            return sender.sendto(b"probe", ("127.0.0.1", port))
    return got_through(attempt)

def process():
    def attempt():
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        return True
    return got_through(attempt)

def signal(pid):
    return got_through(lambda: os.kill(pid, 0) is None)

def memory_of_grader(pid):
    def by_file():
        with open(f"/proc/{pid}/mem", "rb") as memory:
            return memory.fileno() > 0
    def by_call():
        class Part(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        here, there = Part(ctypes.addressof(ctypes.create_string_buffer(1)), 1), Part(ADDRESS, 1)
        vm_read = ctypes.CDLL(None).process_vm_readv
        return vm_read(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 1
    return max(got_through(by_file), got_through(by_call))

def memory(mib):
    def attempt():
        import numpy
        return numpy.empty(mib * 2**17).size > 0
    return got_through(attempt)

def spin():
    while True:
        pass
"""


@dataclass(frozen=True)
class Proof:
    """What stands between student code and the rest of this machine, as tried just now."""

    layers: tuple[str, ...]
    held: dict[str, bool]  # by trial
    refused: dict[str, str] = field(default_factory=dict)  # by layer: why it did not go up

    @property
    def isolated(self) -> bool:
        # The trials cannot try every call there is; what they leave out, only the filter of calls refuses.
        return all(self.held.values()) and "seccomp" in self.layers

    @property
    def label(self) -> str:
        """What every report carries."""
        if self.isolated:
            return f"isolated: {', '.join(self.layers)}; proved by trial"
        broken = [_TRIALS[trial] for trial, held in self.held.items() if not held] or ["is held by no filter of calls"]
        return f"NOT ISOLATED: student code {', '.join(broken)}"

    @property
    def standing(self) -> list[tuple[str, str, str]]:
        """For each layer its name, what it is, and why it is not up; nothing where it is."""
        why = {layer: "" if layer in self.layers else self.refused.get(layer, "not tried") for layer in LAYERS}
        return [(layer, _TRIED[layer], why[layer]) for layer in LAYERS]

    @property
    def attempts(self) -> list[tuple[str, str, bool]]:
        """For each trial its name, what student code tried to do, and whether it was stopped."""
        return [(trial, _TRIALS[trial], held) for trial, held in self.held.items()]


def prove(sandbox: Sandbox) -> Proof:
    """Run all trials in a session of `sandbox`, and demand from then on the layers that this session had.

    Raises SandboxError, with what to do, where there is no session to be had.
    """
    try:
        return _tried(sandbox)
    except (SandboxError, OSError) as error:
        raise SandboxError(
            f"student code cannot be run here at all ({error}), so nothing was graded: see what "
            f"`env -i {sys.executable} -s -P -c 'import numpy, scipy'` says, and install the kit and NumPy anew for all users"
        ) from None


def _tried(sandbox: Sandbox) -> Proof:
    limits = sandbox.limits
    sandbox.limits = replace(limits, call_s=0.5)
    try:
        with _bait() as (path, tcp, udp, received):
            args: dict[str, tuple[object, ...]] = {
                "file": (path,),
                "tcp": (tcp,),
                "udp": (udp,),
                "process": (),
                "signal": (os.getpid(),),
                "memory_of_grader": (os.getpid(),),
                "memory": (2 * limits.memory_mib,),
            }
            with sandbox.open("probe", [_SOURCE.replace("ADDRESS", str(_own_address()))]) as session:
                answers = session.ask([Call(name, args[name], "array") for name in args])
                session.limits = replace(limits, call_s=0.03)  # everybody waits for this one to be stopped
                if len(answers) == len(args):  # else a trial has ended the process
                    answers += session.ask([Call("spin", (), "array")])
                layer_errors = session.layers
            held = {name: _held(name, answer) for name, answer in zip((*args, "spin"), answers, strict=False)}
            if set(held) != set(_TRIALS):
                raise SandboxError("the probe did not come to the end of its trials")
            for reached in received():
                held[reached] = False
    finally:
        sandbox.limits = limits
    layers = tuple(layer for layer, why in layer_errors.items() if not why)
    sandbox.required = frozenset(layers)
    return Proof(layers, held, {layer: why for layer, why in layer_errors.items() if why})


def _held(name: str, answer: Answer) -> bool:
    if name == "spin":
        return answer.kind == "timeout"
    return answer.kind == "value" and not answer.value


def _own_address() -> int:
    """An address in this process that can be read: that of a small object."""
    return id(_TRIALS)


@contextmanager
def _bait() -> Iterator[tuple[str, int, int, Callable[[], set[str]]]]:
    """A readable file and two listeners, and a function that says which of them were reached."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "probe.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("probe")
        os.chmod(path, 0o644)
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        udp.bind(("127.0.0.1", 0))

        def received() -> set[str]:
            reached = set()
            for name, listener in (("tcp", tcp), ("udp", udp)):
                listener.settimeout(0.01)
                try:
                    if name == "tcp":
                        listener.accept()[0].close()
                    else:
                        listener.recv(16)
                    reached.add(name)
                except OSError:
                    continue
            return reached

        yield path, tcp.getsockname()[1], udp.getsockname()[1], received
