"""What the operating system holds against student code, layer by layer, in the order in which it goes up.

The namespaces belong to the warm worker and hold all its children. The other layers go up in each child, before it reads
any byte of a student's. Each layer is a function that raises OSError where the machine does not grant it. Whether the whole
holds is not claimed here: `probe.py` tries it.
"""

import ctypes
import errno
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from .messages import Spec

_NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 4, 24, 38, 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_SLAVE = 1, 2, 4, 8, 1 << 14, 1 << 19
_MNT_DETACH = 2
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same numbers on every architecture
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights over files each Landlock version knows
_NET_TCP, _SCOPE_ALL = 0b11, 0b11
_LEFT_DOWN = "left down"
_PROT_EXEC = 4

_libc = ctypes.CDLL(None, use_errno=True)

# What Python and NumPy need to compute, to allocate and to talk over a socket that is open already. Everything else is
# refused with EPERM, so that honest code that tries gets a PermissionError and not a kill; no file is there.
_ALLOWED = (
    "brk clock_getres clock_gettime clock_nanosleep close exit exit_group fstat futex getcpu getcwd getegid geteuid getgid "
    "getpid getppid getrandom getrusage gettid gettimeofday getuid lseek madvise mremap munmap nanosleep poll "
    "ppoll pselect6 read readv recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn "
    "sched_getaffinity sched_yield select sendmsg sendto set_robust_list shutdown sigaltstack time times uname write writev"
).split()
_NOT_THERE = "access faccessat faccessat2 lstat newfstatat open openat openat2 readlink readlinkat stat statx".split()


def prepare(spec: Spec, forks: bool) -> None:
    """Once in a worker, before its first child: measure it, make the filter, and move into namespaces of its own."""
    with suppress(OSError, ImportError, RuntimeError):  # then the layer will not go up either
        _filter()  # its rules take longer than loading them
    spec["worker_bytes"] = _address_space()
    spec["namespace_error"] = _reason(_namespaces, spec) if forks else "a worker without fork has none"


def _reason(layer: Callable[[Spec], None], spec: Spec) -> str:
    """Why this layer does not go up, or nothing where it does."""
    try:
        layer(spec)
    except (OSError, ImportError, RuntimeError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def _namespaces(spec: Spec) -> None:
    """No other process, no network, no shared memory and no file in sight.

    A namespace of processes holds those that are started from now on: a child goes on in it as its first process. This
    process only waits for that child and does not return; where it is killed, so is everything in there.
    """
    if "namespaces" not in spec["layers"]:
        raise PermissionError(_LEFT_DOWN)
    kinds = _NEWNS | _NEWIPC | _NEWPID | _NEWNET
    _check("unshare", _libc.unshare(kinds if os.geteuid() == 0 else kinds | _NEWUSER))
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    _die_with_parent()
    _empty_root()


def _empty_root() -> None:
    """A file system with nothing in it, which cannot be written to. What is open stays so."""
    _mount(None, b"/", None, _MS_REC | _MS_SLAVE)
    _mount(b"none", b"/proc", b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    os.chdir("/proc")
    _check("pivot_root", _libc.pivot_root(b".", b"."))
    _check("umount", _libc.umount2(b".", _MNT_DETACH))
    os.chdir("/")


def _mount(what: bytes | None, where: bytes, kind: bytes | None, flags: int) -> None:
    _check("mount", _libc.mount(what, where, kind, ctypes.c_ulong(flags), None))


def apply(keep: int, spec: Spec) -> dict[str, str]:
    """Isolate this process for good; only the descriptor `keep` stays open. By layer: why it did not go up, or nothing.

    Its standard streams are the null device already: any amount of printing goes nowhere.
    """
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)
    _die_with_parent()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if not spec["namespace_error"]:
        _check("unshare", _libc.unshare(_NEWIPC))  # shared memory ends with its process
    layer_errors = {"namespaces": spec["namespace_error"]}
    for name, layer in LAYERS.items():
        layer_errors[name] = _reason(layer, spec) if name in spec["layers"] else _LEFT_DOWN
    return layer_errors


def _uid(spec: Spec) -> None:
    """Nobody's rights where the grader runs as root; all capabilities go with the uid."""
    if os.geteuid() != 0:
        raise PermissionError("only root can become another user")
    _empty_bounding_set()  # while there is the right to
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _die_with_parent()  # a change of uid clears it


def _capabilities(spec: Spec) -> None:
    """None of root's rights, in the worker's own user namespace either: neither held nor to be had again."""
    _empty_bounding_set()
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _check("capset", _libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())))


def _empty_bounding_set() -> None:
    """Stops at the first capability that this kernel does not know, or that there is no right to give up."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, *map(ctypes.c_ulong, (capability, 0, 0, 0))) < 0:
            break


_STACK = 2**23  # bytes, as most machines have it: how deep a recursion goes must not hang on the machine


def _limits(spec: Spec) -> None:
    """Memory beyond what the worker has already, CPU time as a second clock, and nothing that outlives the process."""
    _prctl(_PR_SET_DUMPABLE, 0)  # a crash feeds no core handler
    for what, amount in {
        resource.RLIMIT_AS: spec["worker_bytes"] + spec["memory_mib"] * 2**20,
        resource.RLIMIT_NPROC: spec["processes"],
        resource.RLIMIT_NOFILE: spec["open_files"],
        resource.RLIMIT_FSIZE: spec["file_bytes"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }.items():
        resource.setrlimit(what, (amount, amount))
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (min(_STACK, most) if most >= 0 else _STACK, most))
    resource.setrlimit(resource.RLIMIT_CPU, (spec["cpu_s"], spec["cpu_s"] + 1))  # at the first it ends by SIGXCPU


def _address_space() -> int:
    """The bytes that this process has in its address space; so has each of its forks."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def _landlock(spec: Spec) -> None:
    """No file, no TCP, no signal and no abstract socket outside: handle all rights that this kernel knows, allow none."""
    version = _check("landlock", _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))
    rules = _Ruleset((1 << _FS_RIGHTS.get(version, 16)) - 1)
    size = 8
    if version >= 4:
        rules.net, size = _NET_TCP, 16
    if version >= 6:
        rules.scoped, size = _SCOPE_ALL, 24
    ruleset = _check(
        "landlock", _libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    )
    _check("landlock", _libc.syscall(_LANDLOCK_RESTRICT, ruleset, ctypes.c_uint32(0)))
    os.close(ruleset)


def _seccomp(spec: Spec) -> None:
    """Only the system calls of `_ALLOWED`, and memory that is never executable. Calls of another architecture kill."""
    _filter().load()


@cache
def _filter() -> Any:
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    actions = dict.fromkeys(_ALLOWED, pyseccomp.ALLOW) | dict.fromkeys(_NOT_THERE, pyseccomp.ERRNO(errno.ENOENT))
    for name, action in actions.items():
        try:
            rules.add_rule(action, name)
        except (OSError, ValueError):  # not a system call of this architecture
            continue
    for name in ("mmap", "mprotect"):
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(2, pyseccomp.MASKED_EQ, _PROT_EXEC, 0))
    return rules


LAYERS: dict[str, Callable[[Spec], None]] = {
    "uid": _uid,
    "capabilities": _capabilities,
    "limits": _limits,
    "landlock": _landlock,
    "seccomp": _seccomp,
}


def _die_with_parent() -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    _check("prctl", _libc.prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))))


def _check(call: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


if not sys.platform.startswith("linux"):
    LAYERS = {}
