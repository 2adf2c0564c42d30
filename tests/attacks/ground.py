"""The ground on which attacks are tried: decoys, listeners and a victim, all the suite's own, and what became of them.

Attacks name these things by tokens such as `@SECRET@`; `Ground.aim` puts the real ones in. Nothing else is ever a target.
"""

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_KIT = Path(__file__).resolve().parents[2]
_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE_S = 5.0  # for a process that was killed to be gone, on a busy machine; what an attack leaves stays for longer
# Holds the canary in its memory, its environment and an open file, and says where in memory.
_VICTIM = """
import ctypes, sys, time
secret = open(sys.argv[1], "rb")
buffer = ctypes.create_string_buffer(secret.read())
print(ctypes.addressof(buffer), secret.fileno(), flush=True)
time.sleep(1000)
"""


class Ground:
    """Use it as a context manager; `harm` says what an attack has done since it was last asked."""

    def __enter__(self) -> "Ground":
        self._close = contextlib.ExitStack()
        self.canary = f"canary-{secrets.token_hex(8)}"
        self.folder = Path(tempfile.mkdtemp(prefix="ground-"))
        self._close.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        self._lay_decoys()
        self._listen()
        self._start_victim()
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)  # whatever loses its parent below here becomes a child of this process
        self._close.callback(_prctl, _PR_SET_CHILD_SUBREAPER, 0)
        os.environ["GROUND_SECRET"] = self.canary
        self._close.callback(os.environ.pop, "GROUND_SECRET", None)
        leaked = os.open(self.decoys / "private.txt", os.O_RDONLY)
        os.set_inheritable(leaked, True)
        self._close.callback(os.close, leaked)
        self._known = self._decoy_state()
        return self

    def __exit__(self, *error: object) -> None:
        self._kill_left()
        self._close.close()

    def _lay_decoys(self) -> None:
        """Files that anybody may read and write, so that only walls can keep them; one is for the owner alone."""
        self.decoys, self.drop = self.folder / "decoys", self.folder / "drop"
        (self.decoys / "submitted" / "ada").mkdir(parents=True)
        self.drop.mkdir()
        text = f"{self.canary}\n"
        (self.decoys / "reference.py").write_text(f"SECRET = {self.canary!r}\n")
        (self.decoys / "submitted" / "ada" / "bptt.ipynb").write_text('{"note": "' + self.canary + '", "cells": []}')
        (self.decoys / "numbers.txt").write_text("1 2 3\n# " + text)
        (self.decoys / f"{self.canary}.txt").write_text(text)
        (self.decoys / "private.txt").write_text(text)
        with contextlib.closing(sqlite3.connect(self.decoys / "gradebook.db")) as book:
            book.execute("create table grade (student text, score real)")
            book.execute("insert into grade values (?, 0)", (self.canary,))
            book.commit()
        (self.decoys / "link").symlink_to(self.canary)
        for folder in (self.decoys, self.decoys / "submitted", self.decoys / "submitted" / "ada", self.drop):
            folder.chmod(0o777)
        for file in self.decoys.rglob("*"):
            if file.is_file() and not file.is_symlink():
                file.chmod(0o600 if file.name == "private.txt" else 0o666)

    def _listen(self) -> None:
        def listener(family: int, kind: int, address: object) -> socket.socket:
            made = self._close.enter_context(socket.socket(family, kind))
            made.bind(address)
            if kind == socket.SOCK_STREAM:
                made.listen(16)
            made.setblocking(False)
            return made

        self._listeners = {
            "TCP": listener(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "UDP": listener(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "an abstract socket": listener(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.canary[7:]}-stream"),
            "an abstract datagram socket": listener(socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{self.canary[7:]}-datagram"),
            "a socket in the file system": listener(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "door")),
        }
        (self.folder / "door").chmod(0o777)

    def _start_victim(self) -> None:
        self._victim = subprocess.Popen(
            [sys.executable, "-I", "-c", _VICTIM, str(self.decoys / "private.txt")],
            env={"VICTIM_SECRET": self.canary},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        self._close.callback(self._victim.wait)
        self._close.callback(self._victim.kill)
        assert self._victim.stdout
        self._close.callback(self._victim.stdout.close)
        self._address, self._descriptor = self._victim.stdout.readline().decode().split()
        self._calm = self._victim_state()

    def aim(self, source: str) -> str:
        """An attack's source with its targets put in."""
        pid = str(self._victim.pid)
        targets = {
            "KIT": str(_KIT),
            "DECOYS": str(self.decoys),
            "DROP": str(self.drop),
            "SECRET": str(self.decoys / "reference.py"),
            "OTHER": str(self.decoys / "submitted" / "ada" / "bptt.ipynb"),
            "GRADEBOOK": str(self.decoys / "gradebook.db"),
            "TCP": str(self._listeners["TCP"].getsockname()[1]),
            "UDP": str(self._listeners["UDP"].getsockname()[1]),
            "ABSTRACT": self.canary[7:],
            "DOOR": str(self.folder / "door"),
            "VICTIM": pid,
            "ADDRESS": self._address,
            "DESCRIPTOR": self._descriptor,
            "KEY": str(int(self.canary[7:14], 16)),
        }
        for name, value in targets.items():
            source = source.replace(f"@{name}@", value)
        return source

    def forget_listeners(self) -> None:
        """For a forked child, which is to reach them over the network alone."""
        for listener in self._listeners.values():
            listener.close()

    def harm(self) -> list[str]:
        """What has happened to the ground since the last time; it is put right again as far as the next attack needs it."""
        return [
            *self._changed_decoys(),
            *self._connections(),
            *self._hurt_victim(),
            *self._kill_left(),
            *self._left_ipc(),
        ]

    def _decoy_state(self) -> dict[str, tuple]:
        state = {}
        for path in sorted([self.decoys, *self.decoys.rglob("*")]):
            s = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            state[str(path)] = (content, s.st_mode, s.st_uid, s.st_ino, s.st_nlink, s.st_mtime_ns, s.st_ctime_ns)
        return state

    def _changed_decoys(self) -> Iterator[str]:
        now = self._decoy_state()
        names = [path for path in {*now, *self._known} if now.get(path) != self._known.get(path)]
        if names:
            yield f"changed {', '.join(sorted(Path(name).name for name in names))}"
            shutil.rmtree(self.decoys)
            shutil.rmtree(self.drop)
            self._lay_decoys()
            self._known = self._decoy_state()
        left = sorted(self.drop.iterdir())
        if left:
            yield f"left the file {left[0].name[:40]}" + (f" and {len(left) - 1} more" if len(left) > 1 else "")
        for file in left:
            shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink()

    def _connections(self) -> Iterator[str]:
        for name, listener in self._listeners.items():
            with contextlib.suppress(BlockingIOError):
                while True:
                    if listener.type == socket.SOCK_STREAM:
                        listener.accept()[0].close()
                    else:
                        listener.recv(64)
                    yield f"reached {name}"

    def _victim_state(self) -> tuple:
        pid = self._victim.pid
        stat = _stat(pid)
        scheduling = (os.getpriority(os.PRIO_PROCESS, pid), tuple(sorted(os.sched_getaffinity(pid))))
        return ("gone" if not stat or stat[0] == "Z" else "stopped" if stat[0] in "Tt" else "well", *scheduling)

    def _hurt_victim(self) -> Iterator[str]:
        try:
            state = self._victim_state()
        except ProcessLookupError:
            state = ("gone",)
        if state != self._calm:
            yield f"hurt a process of the grader's ({state[0]})"
            self._victim.kill()
            self._victim.wait()
            self._start_victim()

    def _kill_left(self) -> list[str]:
        """Kill what still runs below this process beside the victim and the warm worker, and name it."""
        left = []
        patience = time.monotonic() + _PATIENCE_S
        while self._running() and time.monotonic() < patience:  # nobody waits until what has been killed is gone
            time.sleep(0.01)
        for pid, stat in self._others().items():
            if stat[0] != "Z":
                left.append(f"left a process ({_command(pid)[-40:]})")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if int(stat[1]) == os.getpid():  # an orphan
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
        return left

    def _others(self) -> dict[int, list[str]]:
        """What is below this process beside the victim and the warm worker, which has our session."""
        stats = {pid: _stat(pid) for pid in _descendants(os.getpid()) if pid != self._victim.pid}
        return {pid: stat for pid, stat in stats.items() if stat and int(stat[3]) != os.getsid(0)}

    def _running(self) -> bool:
        return any(stat[0] != "Z" for stat in self._others().values())

    def _left_ipc(self) -> Iterator[str]:
        """Shared memory, queues and semaphores under the suite's key outlive the process that made them."""
        key = str(int(self.canary[7:14], 16))
        libc = ctypes.CDLL(None)
        for kind, remove in (("shm", libc.shmctl), ("msg", libc.msgctl), ("sem", lambda n, c, b: libc.semctl(n, 0, c))):
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
                for fields in (line.split() for line in lines):
                    if fields[0] == key:
                        yield f"left {kind} behind"
                        remove(int(fields[1]), 0, None)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def _stat(pid: int) -> list[str]:
    """State, parent, process group and session of a process, or nothing where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (stat := _stat(int(name))):
            parents.setdefault(int(stat[1]), []).append(int(name))
    found, todo = [], [root]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found
