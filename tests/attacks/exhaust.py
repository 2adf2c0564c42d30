"""Exhaust: time, memory, processes, disk, the parser, the stack. All of it bounded, and harmless where a wall is down."""

# ruff: noqa
# fmt: off
import ast
import ctypes
import itertools
import os
import signal
import sys
import threading
import time


def breach(what):
    raise RuntimeError("BRE" "ACH: " + what)

# %% python_loop | limits of time
# task: forward
def forward(*arguments):
    while True:
        pass

# %% python_loop_in_a_cell | limits of time
# task: forward
while True:
    pass

# %% loop_that_catches_everything | limits of time
# task: squared_error_grad
def squared_error_grad(*arguments):
    while True:
        try:
            while True:
                time.sleep(0.001)
        except BaseException:
            continue

# %% loop_that_ignores_signals | limits of time
# task: squared_error_grad
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        continue
def squared_error_grad(*arguments):
    while True:
        pass

# %% loop_in_c | limits of time
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    for _ in itertools.repeat(None):
        sum(itertools.repeat(1))

# %% large_power | limits of time
# task: hidden_grads
def hidden_grads(*arguments):
    return 7 ** 7 ** 9

# %% regular_expression | limits of time
# task: expanded_terms
import re
def expanded_terms(*arguments):
    return re.match("(a+)+$", "a" * 60 + "b")

# %% blas_loop | limits of time
# task: parameter_grads
def parameter_grads(*arguments):
    a = np.ones((1500, 1500))
    for _ in range(10**6):
        a = a @ a / 1500

# %% sleep | limits of time
# task: spectral_radius
def spectral_radius(W_hh):
    time.sleep(10**6)

# %% wait_on_a_lock | limits of time
# task: spectral_radius
def spectral_radius(W_hh):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

# %% slow_everywhere | limits of time
# task: forward
def slow(*arguments, **options):
    time.sleep(30)
forward = hidden_grads = slow

# %% loop_at_import_and_exit | limits of time
# task: forward
import atexit
class Endless:
    def __del__(self):
        while True:
            pass
endless = [Endless()]
atexit.register(endless.clear)
def forward(*arguments):
    sys.modules.clear()
    endless.clear()

# %% memory_by_numpy | limits
# task: hidden_grads
def hidden_grads(*arguments):
    kept = np.empty(50 * 2**20)
    breach(f"took {kept.nbytes >> 20} MiB")

# %% memory_by_text | limits
# task: expanded_terms
def expanded_terms(*arguments):
    kept = "x" * (400 * 2**20)
    breach(f"took {len(kept) >> 20} MiB of text")

# %% memory_by_objects | limits
# task: parameter_grads
def parameter_grads(*arguments):
    kept = []
    while len(kept) < 30:
        kept.append([None] * 2**20)
    breach("took 240 MiB of objects")

# %% memory_by_mmap | limits
# task: amplification
def amplification(*arguments):
    import mmap
    kept = mmap.mmap(-1, 400 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    kept[:: 4096] = b"x" * (len(kept) // 4096)
    breach("mapped 400 MiB")

# %% memory_in_a_cell | limits
# task: amplification
hoard = bytearray(400 * 2**20)
def amplification(*arguments):
    breach("took 400 MiB in a cell")

# %% memory_by_brk | limits
# task: amplification
def amplification(*arguments):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    if sum(1 for _ in range(4000) if libc.malloc(ctypes.c_size_t(100_000))) == 4000:
        breach("took 380 MiB from the C library")

# %% locked_memory | seccomp, limits
# task: amplification
def amplification(*arguments):
    if ctypes.CDLL(None).mlockall(3) == 0:
        breach("locked its memory")

# %% memory_without_a_file | seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    file = os.memfd_create("hoard")
    os.ftruncate(file, 50 * 2**20)
    breach("made a file of 50 MiB in memory")

# %% forks | seccomp, limits
# task: forward
def forward(*arguments):
    for _ in range(50):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    breach("started 50 processes")

# %% forks_that_leave | seccomp, limits
# task: forward
def forward(*arguments):
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            time.sleep(20)
            os._exit(0)
    breach("left processes behind")

# %% raw_clone | seccomp, limits
# task: forward
def forward(*arguments):
    child = ctypes.CDLL(None).syscall(56 if os.uname().machine == "x86_64" else 220, 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    if child > 0:
        breach("cloned itself")

# %% vfork | seccomp, limits
# task: forward
def forward(*arguments):
    import subprocess
    subprocess.Popen(["/bin/sleep", "20"], start_new_session=True)
    breach("started a program")

# %% threads | seccomp, limits
# task: squared_error_grad
def squared_error_grad(*arguments):
    made = [threading.Thread(target=time.sleep, args=(20,), daemon=True) for _ in range(50)]
    for thread in made:
        thread.start()
    breach("started 50 threads")

# %% pool_of_processes | seccomp, limits
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    import multiprocessing
    workers = [multiprocessing.get_context("fork").Process(target=abs, args=(-1,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    if all(worker.pid for worker in workers):
        breach("has a pool of processes")

# %% disk | landlock, seccomp, limits
# task: hidden_grads
def hidden_grads(*arguments):
    with open("@DROP@/hoard", "wb") as file:
        for _ in range(50):
            file.write(bytes(2**20))
    breach("filled 50 MiB of disk")

# %% temporary_files | landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    import tempfile
    kept = [tempfile.TemporaryFile(dir="@DROP@") for _ in range(10)]
    breach("made temporary files")

# %% inodes | landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    for index in range(100):
        os.mkdir(f"@DROP@/{index}")

# %% descriptors | seccomp, limits
# task: expanded_terms
def expanded_terms(*arguments):
    kept = [os.pipe() for _ in range(100)]
    breach(f"opened {2 * len(kept)} descriptors")

# %% output | descriptors to /dev/null
# task: parameter_grads
def parameter_grads(*arguments):
    for _ in range(50):
        os.write(1, b"x" * 2**20)
        os.write(2, b"y" * 2**20)
    print("z" * 2**20)

# %% recursion | fork per submission
# task: spectral_radius
def spectral_radius(W_hh):
    return spectral_radius(W_hh)

# %% recursion_without_a_limit | fork per submission
# task: spectral_radius
def spectral_radius(W_hh):
    sys.setrecursionlimit(2**31 - 1)
    def down(x):
        return sorted([x, x], key=down)
    return down(W_hh)

# %% segmentation_fault | fork per submission
# task: amplification
def amplification(*arguments):
    ctypes.string_at(8)

# %% segmentation_fault_in_a_cell | fork per submission
# task: amplification
ctypes.string_at(8)

# %% abort | fork per submission
# task: detect_explosion
def detect_explosion(*arguments, **options):
    os.abort()

# %% bad_code_object | fork per submission
# task: detect_explosion
def detect_explosion(*arguments, **options):
    pass
detect_explosion.__code__ = detect_explosion.__code__.replace(co_code=b"\x7f\x00" * 400)

# %% broken_reference_counts | fork per submission
# task: detect_explosion
def detect_explosion(*arguments, **options):
    for _ in range(10**5):
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(None))

# %% parser_bomb_of_brackets | fork per submission
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    return eval("(" * 100000 + ")" * 100000)

# %% parser_bomb_of_signs | fork per submission
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    return compile("-" * 200000 + "1", "bomb", "exec")

# %% parser_bomb_of_lines | limits
# task: truncated_hidden_grads
tree = ast.parse("1\n" * 1500000)
def truncated_hidden_grads(*arguments):
    breach("parsed a bomb")

# %% json_bomb | fork per submission
# task: clip_gradients
import json
def clip_gradients(*arguments):
    return json.loads("[" * 10**6)

# %% chain_of_exceptions | judge
# task: clip_gradients
def clip_gradients(*arguments):
    error = ValueError("first")
    for _ in range(50000):
        error, cause = ValueError("next"), error
        error.__cause__ = cause
    raise error

# %% group_of_exceptions | judge
# task: clip_gradients
def clip_gradients(*arguments):
    raise ExceptionGroup("many", [ValueError("x" * 1000)] * 10000) if sys.version_info >= (3, 11) else ValueError

# %% number_of_many_digits | limits of time
# task: spectral_radius
def spectral_radius(W_hh):
    sys.set_int_max_str_digits(0)
    raise ValueError(10 ** 10 ** 7)

# %% timers_and_alarms | seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    signal.signal(signal.SIGALRM, lambda *arguments: None)
    breach("set a timer")

# %% limits_lifted | seccomp
# task: forward
def forward(*arguments):
    import resource
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    breach("may set its limits")

# %% priority | seccomp
# task: forward
def forward(*arguments):
    os.nice(5)
    os.sched_setaffinity(0, {0})
    breach("may set how it is scheduled")

# %% queued_signals | seccomp
# task: forward
def forward(*arguments):
    for _ in range(1000):
        os.kill(os.getpid(), 0)
    breach("may send itself signals")

# %% edits_that_never_end | limits of time
# task: hidden_grads
def hidden_grads(dL_do, W_hh, W_qh):
    n = 1
    while n != 1:
        try:
            while True:
                pass
        except BaseException:
            continue
    return 2.0 * (dL_do @ W_qh)

# %% edits_that_end_the_process | limits of time
# task: squared_error_grad
def squared_error_grad(o, y):
    n = 1
    if n != 1 or len(o) == 0:
        os._exit(1)
    return 2.0 * o

# %% edits_that_answer_at_length | the size of answers
# task: cross_entropy_grad
def cross_entropy_grad(o, y):
    n = 1
    return n + 2 * np.arange(120_000.0)

# %% edits_that_take_memory | limits of memory
# task: parameter_grads
def parameter_grads(x, h, dL_do, dL_dh):
    n = 1
    kept = [0.0] * (1 if n == 1 else 10 ** 9)
    return dL_dh, dL_dh, np.zeros(n * len(kept))

# %% a_function_of_many_lines | limits of the search
# task: expanded_terms
expanded_terms = None
exec("def expanded_terms(dL_do, W_hh, W_qh, t):\n" + "    t = t + 1 - 1\n" * 20_000 + "    return dL_do @ W_qh")
