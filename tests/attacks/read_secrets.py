"""Read what is the grader's: files, other processes, its own process, another student's leavings."""

# ruff: noqa
# fmt: off
import ctypes
import os
import sys

MARK = "can" "ary-"


def show(data):
    """Carry a secret out in an error message."""
    text = data.decode("latin-1") if isinstance(data, bytes) else str(data)
    raise RuntimeError(text[text.find(MARK):][:40] if MARK in text else "nothing found")


def breach(what):
    raise RuntimeError("BRE" "ACH: " + what)


# %% file_by_open | landlock, seccomp
# task: forward
def forward(*arguments):
    show(open("@SECRET@").read())

# %% file_by_descriptor | landlock, seccomp
# task: squared_error_grad
def squared_error_grad(*arguments):
    show(os.read(os.open("@SECRET@", os.O_RDONLY), 1000))

# %% file_by_numpy | landlock, seccomp
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    show(np.fromfile("@DECOYS@/numbers.txt", dtype=np.uint8).tobytes())

# %% file_by_memmap | landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    show(bytes(np.memmap("@SECRET@", dtype=np.uint8, mode="r")))

# %% file_by_linecache | landlock, seccomp
# task: hidden_grads
import linecache
def hidden_grads(*arguments):
    show("".join(linecache.getlines("@SECRET@")))

# %% file_by_import_machinery | landlock, seccomp
# task: expanded_terms
import importlib.util
spec = importlib.util.spec_from_file_location("decoy", "@SECRET@")
try:
    decoy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(decoy)
except Exception:
    decoy = None
def expanded_terms(*arguments):
    show(decoy.SECRET if decoy else "")

# %% file_in_a_cell | landlock, seccomp
# task: forward
show(open("@SECRET@").read())

# %% file_of_the_owner | uid, landlock, seccomp
# task: parameter_grads
def parameter_grads(*arguments):
    show(open("@DECOYS@/private.txt").read())

# %% file_by_raw_openat2 | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    libc = ctypes.CDLL(None, use_errno=True)
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    found = libc.syscall(437, -100, b"@SECRET@", ctypes.byref(how), ctypes.c_size_t(24))
    if found < 0:
        raise OSError(ctypes.get_errno(), "openat2")
    show(os.read(found, 1000))

# %% other_students_work | landlock, seccomp
# task: amplification
import json
def amplification(*arguments):
    show(json.load(open("@OTHER@"))["note"])

# %% gradebook | landlock, seccomp
# task: detect_explosion
def detect_explosion(*arguments, **options):
    import sqlite3
    show(sqlite3.connect("file:@GRADEBOOK@?mode=ro", uri=True).execute("select student from grade").fetchall())

# %% list_folder | landlock, seccomp
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    show(os.listdir("@DECOYS@"))

# %% glob_folder | landlock, seccomp
# task: truncated_hidden_grads
import glob
def truncated_hidden_grads(*arguments):
    show(glob.glob("@DECOYS@/*") or "")

# %% read_link | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    show(os.readlink("@DECOYS@/link"))

# %% file_exists | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    if os.stat("@SECRET@").st_size > 0 or os.access("@SECRET@", os.R_OK):
        breach("saw that a file exists")

# %% change_folder | seccomp
# task: clip_gradients
def clip_gradients(*arguments):
    os.chdir("@DECOYS@")
    breach("went into a folder of the grader's")

# %% watch_folder | seccomp
# task: forward
def forward(*arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init()
    if watch >= 0 and libc.inotify_add_watch(watch, b"@DECOYS@", 0xFFF) >= 0:
        breach("watches the grader's files")

# %% own_environment | fresh worker
# task: forward
def forward(*arguments):
    show(repr(dict(os.environ)))

# %% parents_environment | fresh worker, landlock, seccomp
# task: squared_error_grad
def squared_error_grad(*arguments):
    show(open(f"/proc/{os.getppid()}/environ", "rb").read())

# %% environment_of_a_process | uid, landlock, seccomp
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    show(open("/proc/@VICTIM@/environ", "rb").read())

# %% memory_of_a_process | uid, landlock, seccomp
# task: hidden_grads
def hidden_grads(*arguments):
    with open("/proc/@VICTIM@/mem", "rb", 0) as memory:
        memory.seek(int("@ADDRESS@"))
        show(memory.read(40))

# %% descriptor_of_a_process | uid, landlock, seccomp
# task: expanded_terms
def expanded_terms(*arguments):
    show(open("/proc/@VICTIM@/fd/@DESCRIPTOR@", "rb").read())

# %% process_vm_readv | uid, landlock, seccomp
# task: parameter_grads
class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]

def parameter_grads(*arguments):
    buffer = ctypes.create_string_buffer(40)
    here, there = Part(ctypes.addressof(buffer), 40), Part(int("@ADDRESS@"), 24)
    ctypes.CDLL(None).process_vm_readv(int("@VICTIM@"), ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    show(buffer.raw)

# %% pidfd_getfd | uid, landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    libc = ctypes.CDLL(None, use_errno=True)
    stolen = libc.syscall(438, libc.syscall(434, int("@VICTIM@"), 0), int("@DESCRIPTOR@"), 0)
    if stolen < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    show(os.pread(stolen, 100, 0))

# %% open_descriptors | close_range
# task: amplification
def amplification(*arguments):
    found = b""
    for descriptor in range(3, 64):
        try:
            os.lseek(descriptor, 0, 0)
            found += os.read(descriptor, 1000)
        except OSError:
            continue
    show(found)

# %% frames_of_the_caller | judge
# task: forward
def forward(*arguments):
    frame = sys._getframe(1)
    while frame:
        for name in ("expected", "answer", "truth", "reference"):
            found = frame.f_locals.get(name, frame.f_globals.get(name))
            if callable(found):
                return found(*arguments)
            if isinstance(found, (list, tuple, np.ndarray)):
                return found
        frame = frame.f_back

# %% frames_of_a_traceback | judge
# task: detect_explosion
def detect_explosion(*arguments, **options):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame.f_back
    while frame:
        for value in [*frame.f_locals.values()]:
            if isinstance(value, (list, tuple)) and len(value) == 2 and isinstance(value[0], str) and "ing" in value[0]:
                return value
        frame = frame.f_back

# %% functions_by_gc | judge
# task: hidden_grads
import gc, types
def hidden_grads(*arguments):
    for found in gc.get_objects():
        if isinstance(found, types.FunctionType) and found.__name__ == "hidden_grads" and found is not hidden_grads:
            return found(*arguments)

# %% arrays_by_gc | judge
# task: cross_entropy_grad
import gc
def cross_entropy_grad(o, y):
    for found in gc.get_objects():
        if isinstance(found, dict):
            for value in list(found.values()):
                if isinstance(value, np.ndarray) and value.shape == o.shape and value is not o and abs(value.sum()) < 1e-9:
                    return value

# %% modules_that_know | judge
# task: parameter_grads
def parameter_grads(*arguments):
    for module in list(sys.modules.values()):
        known = getattr(module, "__dict__", {}).get("parameter_grads")
        if callable(known) and known is not parameter_grads:
            return known(*arguments)

# %% import_the_reference | landlock, seccomp
# task: squared_error_grad
def squared_error_grad(*arguments):
    sys.path.insert(0, "@KIT@")
    from autograder.suite.reference import bptt
    return bptt.squared_error_grad(*arguments)

# %% load_the_reference | landlock, seccomp
# task: truncated_hidden_grads
import importlib.util
def truncated_hidden_grads(*arguments):
    spec = importlib.util.spec_from_file_location("known", "@KIT@/solution/bptt.py")
    known = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(known)
    return known.truncated_hidden_grads(*arguments)

# %% run_the_locked_solution | landlock, seccomp
# task: spectral_radius
def spectral_radius(W_hh):
    exec(open("@KIT@/solution/bptt.py").read(), globals())
    return globals()["spectral_radius"](W_hh)

# %% memory_after_another_1 | fork per submission
# task: amplification
import builtins
np.left_for_the_next = builtins.left_for_the_next = sys.modules["left_for_the_next"] = "planted"
def amplification(*arguments):
    return None

# %% memory_after_another_2 | fork per submission
# task: amplification
import builtins
def amplification(*arguments):
    if hasattr(np, "left_for_the_next") or hasattr(builtins, "left_for_the_next") or "left_for_the_next" in sys.modules:
        breach("found what another submission had left")
