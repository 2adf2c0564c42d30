"""What the operating system holds against student code, layer by layer, in the order in which it goes up.

Runs in the child, before any byte of a student's is read. Each layer is a function that raises OSError where the machine
does not grant it; whether the whole holds is not claimed here but tried, by `canary`.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

_NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_NEWNS, _NEWIPC, _NEWUSER, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same numbers on every architecture
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights over files each Landlock version knows
_NET_TCP, _SCOPE_ALL = 0b11, 0b11
_PROT_EXEC = 4

_libc = ctypes.CDLL(None, use_errno=True)

# What Python and NumPy need to compute, to allocate and to talk over a socket that is open already. Everything else is
# refused with EPERM, so that honest code that tries gets a PermissionError and not a kill.
_ALLOWED = (
    "brk clock_getres clock_gettime clock_nanosleep close exit exit_group fstat futex getcpu getegid geteuid getgid "
    "getpid getppid getrandom getrusage gettid gettimeofday getuid lseek madvise mremap munmap nanosleep poll "
    "ppoll pselect6 read readv recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn "
    "sched_getaffinity sched_yield select sendmsg sendto set_robust_list shutdown sigaltstack time times uname write writev"
).split()


def enclose(keep: int, spec: dict[str, Any]) -> list[str]:
    """Wall this process in for good, with the descriptor `keep` as its only door. Returns the layers that went up."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)
    _die_with_parent()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    went_up = []
    for name, layer in LAYERS.items():
        if name in spec["layers"]:
            try:
                layer(spec)
            except (OSError, ImportError, RuntimeError):
                continue
            went_up.append(name)
    return went_up


def _namespaces(spec: dict[str, Any]) -> None:
    """No network but an empty one, no shared memory, and mounts that nobody else sees."""
    kinds = _NEWNS | _NEWIPC | _NEWNET
    _check(_libc.unshare(kinds if os.geteuid() == 0 else kinds | _NEWUSER))


def _uid(spec: dict[str, Any]) -> None:
    """Nobody's rights where the grader runs as root; all capabilities go with the uid."""
    if os.geteuid() != 0:
        raise PermissionError("only root can become another user")
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _die_with_parent()  # a change of uid clears it


def _limits(spec: dict[str, Any]) -> None:
    """Memory beyond what the worker has already, CPU time as a second clock, and nothing that outlives the process."""
    with open("/proc/self/statm") as statm:
        own = int(statm.read().split()[0]) * resource.getpagesize()
    _prctl(_PR_SET_DUMPABLE, 0)  # a crash feeds no core handler
    for what, amount in {
        resource.RLIMIT_AS: own + spec["memory_mib"] * 2**20,
        resource.RLIMIT_CPU: spec["cpu_s"],
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 16,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }.items():
        resource.setrlimit(what, (amount, amount))


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def _landlock(spec: dict[str, Any]) -> None:
    """No file, no TCP, no signal and no abstract socket outside: handle all rights that this kernel knows, allow none."""
    version = _check(_libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))
    rules = _Ruleset((1 << _FS_RIGHTS.get(version, 16)) - 1)
    size = 8
    if version >= 4:
        rules.net, size = _NET_TCP, 16
    if version >= 6:
        rules.scoped, size = _SCOPE_ALL, 24
    ruleset = _check(_libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)))
    _check(_libc.syscall(_LANDLOCK_RESTRICT, ruleset, ctypes.c_uint32(0)))
    os.close(ruleset)


def _seccomp(spec: dict[str, Any]) -> None:
    """Only the system calls of `_ALLOWED`, and memory that is never executable. Calls of another architecture kill."""
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(1))
    for name in _ALLOWED:
        try:
            rules.add_rule(pyseccomp.ALLOW, name)
        except (OSError, ValueError):  # not a system call of this architecture
            continue
    for name in ("mmap", "mprotect"):
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(2, pyseccomp.MASKED_EQ, _PROT_EXEC, 0))
    rules.load()


LAYERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "namespaces": _namespaces,
    "uid": _uid,
    "limits": _limits,
    "landlock": _landlock,
    "seccomp": _seccomp,
}


def _die_with_parent() -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if not sys.platform.startswith("linux"):
    LAYERS = {}
