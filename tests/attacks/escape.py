"""Kill and escape: signals, other processes, files to be run later, the network, namespaces, raw system calls."""

# ruff: noqa
# fmt: off
import ctypes
import os
import signal
import socket
import sys
import time

VICTIM = int("@VICTIM@")
X86_64 = os.uname().machine == "x86_64"
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p


def breach(what):
    raise RuntimeError("BRE" "ACH: " + what)


def system_call(*numbers):
    """A system call by its number; an OSError where it is refused."""
    result = libc.syscall(*numbers)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {numbers[0]}")
    return result


def machine_code(code):
    """Run these bytes as a program."""
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    page = libc.mmap(None, 4096, 7, 0x22, -1, 0)
    if page in (None, 2**64 - 1):
        raise OSError(ctypes.get_errno(), "no executable memory")
    ctypes.memmove(page, code, len(code))
    return ctypes.CFUNCTYPE(ctypes.c_long)(page)()

# %% kill_a_process | uid, landlock, seccomp
# task: forward
def forward(*arguments):
    os.kill(VICTIM, signal.SIGKILL)

# %% stop_a_process | uid, landlock, seccomp
# task: forward
def forward(*arguments):
    os.kill(VICTIM, signal.SIGSTOP)
    time.sleep(0.05)

# %% kill_by_pidfd | uid, landlock, seccomp
# task: forward
def forward(*arguments):
    signal.pidfd_send_signal(os.pidfd_open(VICTIM), signal.SIGKILL)

# %% kill_by_thread | uid, landlock, seccomp
# task: forward
def forward(*arguments):
    system_call(234 if X86_64 else 131, VICTIM, VICTIM, 9)

# %% queue_a_signal | uid, landlock, seccomp
# task: forward
def forward(*arguments):
    information = (ctypes.c_int * 32)(9, 0, -1)
    system_call(129 if X86_64 else 138, VICTIM, 9, ctypes.byref(information))

# %% kill_the_worker | uid, landlock, seccomp
# task: squared_error_grad
def squared_error_grad(*arguments):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(0.2)

# %% stop_the_worker | uid, landlock, seccomp
# task: squared_error_grad
def squared_error_grad(*arguments):
    os.kill(os.getppid(), signal.SIGSTOP)
    os.kill(os.getppid(), signal.SIGCONT)
    breach("stopped the warm worker for a moment")

# %% outlive_the_worker | seccomp
# task: squared_error_grad
def squared_error_grad(*arguments):
    libc.prctl(1, 0, 0, 0, 0)
    died_with = ctypes.c_int(9)
    libc.prctl(2, ctypes.byref(died_with), 0, 0, 0)
    if died_with.value == 0:
        breach("no longer dies with the worker")

# %% ptrace | uid, landlock, seccomp
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(16, VICTIM, None, None) == 0:
        os.waitpid(VICTIM, 0x40000000)
        libc.ptrace(17, VICTIM, None, None)
        breach("traced a process")

# %% limits_of_a_process | uid, landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    import resource
    resource.prlimit(VICTIM, resource.RLIMIT_CORE, resource.prlimit(VICTIM, resource.RLIMIT_CORE))
    breach("set a limit of another process")

# %% priority_of_a_process | uid, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    os.setpriority(os.PRIO_PROCESS, VICTIM, 7)
    os.sched_setaffinity(VICTIM, {0})

# %% write_memory_of_a_process | uid, landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    with open(f"/proc/{VICTIM}/mem", "r+b", 0) as memory:
        memory.seek(int("@ADDRESS@"))
        memory.write(b"c")
    breach("wrote into the memory of another process")

# %% out_of_memory_score | landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")
    breach("wrote into /proc")

# %% shell | landlock, seccomp
# task: expanded_terms
def expanded_terms(*arguments):
    os.system("touch @DROP@/shell")

# %% shell_in_the_background | landlock, seccomp
# task: expanded_terms
def expanded_terms(*arguments):
    import subprocess
    subprocess.Popen("setsid sh -c 'sleep 20' &", shell=True, start_new_session=True)

# %% exec | landlock, seccomp
# task: expanded_terms
def expanded_terms(*arguments):
    os.execve("/bin/sh", ["sh", "-c", "touch @DROP@/exec"], {})

# %% exec_without_a_file | seccomp
# task: expanded_terms
def expanded_terms(*arguments):
    file = os.memfd_create("program", 0)
    os.write(file, b"#!/bin/sh\ntouch @DROP@/memfd\n")
    os.execve(file, ["program"], {})

# %% spawn | landlock, seccomp
# task: expanded_terms
def expanded_terms(*arguments):
    os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "touch @DROP@/spawn"], {}), 0)

# %% write_the_gradebook | landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    import sqlite3
    with sqlite3.connect("@GRADEBOOK@") as book:
        book.execute("update grade set score = 35")

# %% write_the_gradebook_raw | landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    with open("@GRADEBOOK@", "r+b") as file:
        file.write(b"gone")

# %% write_the_reference | landlock, seccomp
# task: parameter_grads
open("@SECRET@", "a").write("\n# and more\n")

# %% empty_a_file | landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.truncate("@OTHER@", 0)

# %% delete_a_file | landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.unlink("@OTHER@")

# %% rename_a_file | landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.rename("@OTHER@", "@OTHER@.old")

# %% change_the_time_of_a_file | seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.utime("@OTHER@")

# %% change_the_rights_of_a_file | uid, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.chmod("@OTHER@", 0o4777)

# %% change_the_owner_of_a_file | uid, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.chown("@OTHER@", -1, os.getgid() or 65534)

# %% mark_a_file | seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    os.setxattr("@OTHER@", "user.mark", b"x")

# %% lock_a_file | landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    import fcntl
    fcntl.flock(os.open("@GRADEBOOK@", os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    breach("locked the gradebook")

# %% start_up_files | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "evil.pth"):
        open(f"@DROP@/{name}", "w").write("import os")

# %% replace_a_module_on_disk | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    os.makedirs("@DROP@/numpy")
    open("@DROP@/numpy/__init__.py", "w").write("import os")

# %% symbolic_link | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    os.symlink("@SECRET@", "@DROP@/link")

# %% hard_link | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    os.link("@SECRET@", "@DROP@/link")

# %% fifo | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    os.mkfifo("@DROP@/fifo")

# %% socket_file | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    socket.socket(socket.AF_UNIX).bind("@DROP@/socket")

# %% tcp | namespaces, landlock, seccomp
# task: amplification
def amplification(*arguments):
    socket.create_connection(("127.0.0.1", int("@TCP@")), 0.3).send(b"hello")

# %% tcp_fast_open | namespaces, seccomp
# task: amplification
def amplification(*arguments):
    socket.socket(socket.AF_INET).sendto(b"hello", 0x20000000, ("127.0.0.1", int("@TCP@")))

# %% tcp_over_version_6 | namespaces, landlock, seccomp
# task: amplification
def amplification(*arguments):
    socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", int("@TCP@")))

# %% tcp_listener | landlock, seccomp
# task: amplification
def amplification(*arguments):
    socket.create_server(("127.0.0.1", 0))
    breach("listens")

# %% udp | namespaces, seccomp
# task: amplification
def amplification(*arguments):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", int("@UDP@")))

# %% udp_by_raw_calls | namespaces, seccomp
# task: amplification
def amplification(*arguments):
    end = system_call(41 if X86_64 else 198, 2, 2, 0)
    address = b"\x02\x00" + int("@UDP@").to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    system_call(44 if X86_64 else 206, end, b"hello", ctypes.c_size_t(5), 0, address, 16)

# %% datagram_through_the_door | wire
# task: amplification
def amplification(*arguments):
    for descriptor in range(3, 64):
        for address in (("127.0.0.1", int("@UDP@")), "\x00@ABSTRACT@-datagram", "\x00@ABSTRACT@-stream"):
            family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
            try:
                socket.socket(family, socket.SOCK_DGRAM, 0, fileno=descriptor).sendto(b"", address)
            except OSError:
                continue

# %% abstract_socket | landlock, seccomp, namespaces
# task: detect_explosion
def detect_explosion(*arguments, **options):
    socket.socket(socket.AF_UNIX).connect("\x00@ABSTRACT@-stream")

# %% abstract_datagram | landlock, seccomp, namespaces
# task: detect_explosion
def detect_explosion(*arguments, **options):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hello", "\x00@ABSTRACT@-datagram")

# %% socket_in_the_file_system | seccomp
# task: detect_explosion
def detect_explosion(*arguments, **options):
    socket.socket(socket.AF_UNIX).connect("@DOOR@")

# %% netlink | seccomp
# task: detect_explosion
def detect_explosion(*arguments, **options):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0))
    breach("talks to the kernel's network")

# %% raw_packets | uid, seccomp
# task: detect_explosion
def detect_explosion(*arguments, **options):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    breach("has a raw socket")

# %% kernel_crypto_socket | seccomp
# task: detect_explosion
def detect_explosion(*arguments, **options):
    socket.socket(38, socket.SOCK_SEQPACKET, 0)
    breach("has a socket of the kernel's cryptography")

# %% user_namespace | seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    system_call(272 if X86_64 else 97, 0x10000000)
    breach("made a user namespace")

# %% mount_namespace | uid, seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    system_call(272 if X86_64 else 97, 0x00020000)
    breach("made a mount namespace")

# %% change_root | uid, seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    os.chroot("@DROP@")
    breach("changed its root")

# %% become_root | uid, seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    os.setresuid(0, 0, 0)
    open("@DROP@/root", "w").close()

# %% groups | uid, seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    os.setgroups([0])
    breach("chose its groups")

# %% calls_of_32_bit | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    if not X86_64:
        return None
    if machine_code(b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3") > 0:  # getpid by int 0x80
        breach("made a 32-bit system call")

# %% calls_of_x32 | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    if X86_64 and system_call(0x40000000 + 39) > 0:
        breach("made an x32 system call")

# %% machine_code | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    if machine_code(b"\xb8\x2a\x00\x00\x00\xc3" if X86_64 else b"\x40\x05\x80\xd2\xc0\x03\x5f\xd6") == 42:
        breach("ran machine code")

# %% memory_made_executable | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    page = libc.mmap(None, ctypes.c_size_t(4096), 3, 0x22, -1, ctypes.c_long(0))
    if libc.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(4096), 5) == 0:
        breach("made memory executable")

# %% raw_open_and_write | landlock, seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    file = system_call(257 if X86_64 else 56, -100, b"@DROP@/raw", 0o102, 0o644)
    os.write(file, b"x")

# %% io_uring | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    system_call(425, 4, ctypes.create_string_buffer(240))
    breach("has a ring of its own")

# %% shared_memory | namespaces, seccomp
# task: forward
def forward(*arguments):
    system_call(29 if X86_64 else 194, int("@KEY@"), ctypes.c_size_t(4096), 0o1666)

# %% message_queue | namespaces, seccomp
# task: forward
def forward(*arguments):
    system_call(68 if X86_64 else 186, int("@KEY@"), 0o1666)

# %% semaphores | namespaces, seccomp
# task: forward
def forward(*arguments):
    system_call(64 if X86_64 else 190, int("@KEY@"), 1, 0o1666)

# %% key_ring | seccomp
# task: forward
def forward(*arguments):
    system_call(248 if X86_64 else 217, b"user", b"left", b"behind", ctypes.c_size_t(6), -1)
    breach("left a key with the kernel")

# %% kernel_program | uid, seccomp
# task: forward
def forward(*arguments):
    system_call(321 if X86_64 else 280, 0, (ctypes.c_uint32 * 8)(1, 4, 4, 1), 32)
    breach("has a map of the kernel's")

# %% performance_counter | uid, seccomp
# task: forward
def forward(*arguments):
    event = (ctypes.c_uint32 * 28)(1, 112, 0)
    system_call(298 if X86_64 else 241, ctypes.byref(event), 0, -1, -1, 0)
    breach("counts what the machine does")

# %% page_faults_by_hand | seccomp
# task: forward
def forward(*arguments):
    system_call(323 if X86_64 else 282, 1)
    breach("handles its page faults")

# %% handle_of_a_file | uid, seccomp
# task: forward
def forward(*arguments):
    handle = (ctypes.c_uint32 * 40)(128)
    mount = ctypes.c_int()
    system_call(303 if X86_64 else 264, -100, b"@SECRET@", ctypes.byref(handle), ctypes.byref(mount), 0)
    breach("has a handle of a file")

# %% personality | seccomp
# task: forward
def forward(*arguments):
    system_call(135 if X86_64 else 92, 0x0400000)
    breach("made all its memory executable")
