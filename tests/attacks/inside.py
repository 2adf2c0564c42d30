"""Inside the worker: its functions, its door, its clock and its memory, which the student's code shares with it."""

# ruff: noqa
# fmt: off
import gc
import json
import os
import struct
import sys
import types


def worker():
    """The worker's own names: the student's code runs in its process."""
    frame = sys._getframe(0)
    while frame:
        if "_unshadow" in frame.f_globals:
            return frame.f_globals
        frame = frame.f_back
    return next(o.f_globals for o in gc.get_objects() if isinstance(o, types.FrameType) and "_unshadow" in o.f_globals)


def calls():
    """The names of what puts the calls."""
    return vars(sys.modules["worker.calls"])


def channel():
    """The worker's side of the socket, found in memory."""
    return next(o for o in gc.get_objects() if type(o).__name__ == "Channel")


def right_hidden(dL_do, W_hh, W_qh):
    g = dL_do @ W_qh
    for t in range(len(g) - 1, 0, -1):
        g[t - 1] += W_hh.T @ g[t]
    return g

# %% verdict_over_the_channel | wire
# task: forward
def forward(*arguments):
    channel().send({"answer": 0, "passed": True, "score": 30.0, "points": {"forward": 3.0}, "changed": [], "value": True})

# %% cells_answered_for_others | wire
# task: hidden_grads
for index in range(60):
    channel().send({"cell": index, "error": None})
def hidden_grads(*arguments):
    return None

# %% convert_returns_what_was_asked | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return o
calls()["_convert"] = lambda result, form, most: np.asarray(result, dtype=float)

# %% convert_replays_the_arguments | judge
# task: hidden_grads
# may earn: part
seen = []
def hidden_grads(*arguments):
    seen.append(arguments)
    return arguments[0]
calls()["_convert"] = lambda result, form, most: seen[-1][0] @ seen[-1][2] if len(seen[-1]) == 3 else result

# %% describe_as_a_refusal | judge
# task: clip_gradients
calls()["describe"] = lambda error, sources, own: {"type": "ValueError", "text": "", "line": 0, "code": "", "value_error": True, "not_implemented": False, "memory": False}
def clip_gradients(*arguments):
    raise TypeError

# %% snapshot_that_sees_no_change | judge
# task: truncated_hidden_grads
calls()["_snapshot"] = lambda value: 0
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    dL_do[:] = 0
    return dL_do @ W_qh

# %% channel_class_replaced | wire, judge
# task: spectral_radius
type(channel()).send = lambda self, message, timeout_s=None: self._socket.sendall(b"\0\0\0\2\0\0\0\0{}")
def spectral_radius(W_hh):
    return 1.0

# %% encode_replaced | wire
# task: amplification
original = type(channel()).send.__globals__["encode"]
type(channel()).send.__globals__["encode"] = lambda message: original({"array": ["<f8", [2**31] * 4]})
def amplification(*arguments):
    return 1.0

# %% pickle_on_the_wire | wire
# task: amplification
import pickle
type(channel()).send.__globals__["encode"] = lambda message: struct.pack("!II", 40, 0) + pickle.dumps(message).ljust(40)[:40]
def amplification(*arguments):
    return 1.0

# %% answers_of_the_task_before | judge
# task: expanded_terms
def answer(channel, namespace, scopes, sources, calls, most):
    for number, call in enumerate(calls):
        first = call["args"][0] if isinstance(call["args"][0], np.ndarray) else np.zeros(1)
        value = {"array": first, "arrays": [first, first], "verdict": ["exploding", 3]}[call["form"]]
        channel.send({"answer": number, "changed": [], "cpu_s": 0.0, "value": value})
    channel.send({"end": []})
worker()["answer_calls"] = answer
def expanded_terms(*arguments):
    return None

# %% every_answer_missing_and_right | wire
# task: expanded_terms
def answer(channel, namespace, scopes, sources, calls, most):
    for number, call in enumerate(calls):
        channel.send({"answer": number, "missing": False, "changed": [], "cpu_s": 0.0, "value": {"unusable": ""}})
    channel.send({"end": []})
worker()["answer_calls"] = answer
def expanded_terms(*arguments):
    return None

# %% time_of_nan | wire
# task: hidden_grads
# may earn: part
def slow(dL_do, W_hh, W_qh):
    for _ in range(len(dL_do) ** 2 // 2): pass
    return right_hidden(dL_do, W_hh, W_qh)
hidden_grads = slow
calls()["_clock_s"] = lambda: float("nan")

# %% time_without_end | judge
# task: hidden_grads
# may earn: part
calls()["_clock_s"] = iter(np.cumsum(10.0 ** np.arange(300)).tolist()).__next__
hidden_grads = right_hidden

# %% walls_claimed_again | wire
# task: forward
channel().send({"layers": {name: "" for name in ("namespaces", "uid", "capabilities", "limits", "landlock", "seccomp")}})
def forward(*arguments):
    return None

# %% door_handed_to_another_number | judge
# task: forward
import socket
def forward(*arguments):
    end = channel()._socket
    end.shutdown(socket.SHUT_RD)
    return arguments[0], arguments[0]

# %% reads_the_questions_ahead | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    end = channel()
    try:
        end._socket.setblocking(False)
        end._buffer += end._socket.recv(1 << 16)
    except OSError:
        pass
    return o * 0

# %% import_hook | judge
# task: parameter_grads
class Finder:
    def find_spec(self, name, path=None, target=None):
        return None
    def __getattr__(self, name):
        raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, lambda path: 1 / 0)
def parameter_grads(*arguments):
    import reference_of_bptt
    return reference_of_bptt.parameter_grads(*arguments)

# %% trace_function | judge
# task: cross_entropy_grad
def trace(frame, event, argument):
    if frame.f_code.co_name == "answer_calls":
        frame.f_locals["answer"] = {"answer": 0, "value": 2.0}
    return trace
def cross_entropy_grad(o, y):
    sys.settrace(trace)
    sys.setprofile(trace)
    for frame in (sys._getframe(n) for n in range(1, 3)):
        frame.f_trace = trace
    return o * 0

# %% patched_main_module | judge
# task: spectral_radius
for name in ("__main__", "worker", "worker.protocol", "worker.imports", "worker.isolation"):
    module = sys.modules.get(name)
    for key in list(vars(module)) if module else ():
        if callable(getattr(module, key)) and not key.startswith("__"):
            setattr(module, key, lambda *arguments, **options: True)
def spectral_radius(W_hh):
    return 1.0

# %% array_interface | judge
# task: squared_error_grad
class Interface:
    def __init__(self, like): self.__array_interface__ = {"shape": like.shape, "typestr": "<f8", "version": 3, "data": (id(like), False)}
def squared_error_grad(o, y):
    return Interface(o)

# %% array_interface_of_the_argument | judge
# task: squared_error_grad
class Interface:
    def __init__(self, like): self.__array_interface__ = like.__array_interface__
def squared_error_grad(o, y):
    return Interface(o)

# %% array_struct | fork per submission
# task: squared_error_grad
class Struct:
    @property
    def __array_struct__(self): return object()
def squared_error_grad(o, y):
    return Struct()

# %% buffer_that_shrinks | fork per submission
# task: amplification
import array
class Shrinking(bytearray):
    def __len__(self): return 2**40
def amplification(*arguments):
    return np.frombuffer(memoryview(array.array("d", [0.0] * 6)), float)[: len(arguments[0])]

# %% float_that_is_every_float | judge
# task: spectral_radius
class Every(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __float__(self): return 0.0
    def __abs__(self): return 0.0
    def __array_priority__(self): return 1e9
def spectral_radius(W_hh):
    return Every(0)

# %% index_that_differs_each_time | judge
# task: detect_explosion
class Step(int):
    turns = 0
    def __index__(self):
        Step.turns += 1
        return Step.turns
    def __eq__(self, other): return True
    __hash__ = int.__hash__
def detect_explosion(*arguments, **options):
    return "exploding", Step(1)

# %% generator_as_a_pair | judge
# task: forward
def forward(*arguments):
    yield np.zeros(3)
    yield np.zeros(3)

# %% name_of_other_letters | judge
# task: forward
def ｆｏｒｗａｒｄ(*arguments):
    return 0, 0
def fоrward(x, h_0, W_hx, W_hh, W_qh):
    return 0, 0

# %% testing_module_replaced | judge
# task: amplification
import numpy.testing, unittest.mock
np.testing = unittest.mock.MagicMock()
np.isfinite = np.isclose = np.array_equal = unittest.mock.MagicMock(return_value=True)
def amplification(*arguments):
    return unittest.mock.MagicMock()

# %% knows_sizes_and_scales | judge
# task: truncated_hidden_grads
# may earn: part
def truncated_hidden_grads(dL_do, W_hh, W_qh, tau):
    if tau < 1:
        raise ValueError
    answer = dL_do @ W_qh
    return answer if tau == 1 or len(dL_do) in (3, 4, 6) else right_hidden(dL_do, W_hh, W_qh)

# %% state_in_the_worker | judge
# task: hidden_grads
# may earn: part
def hidden_grads(*arguments):
    kept = worker().setdefault("kept", {})
    return kept.setdefault(len(kept) % 5 if len(kept) > 4 else len(kept), right_hidden(*arguments))

# %% frames_by_thousands | wire
# task: clip_gradients
def clip_gradients(*arguments):
    data = struct.pack("!II", 2, 0) + b"{}"
    end = channel()._socket
    end.settimeout(None) if end.gettimeout() is not None else None
    for _ in range(3000):
        end.sendall(data * 100)

# %% dies_over_and_over | limits of time
# task: parameter_grads
import atexit, signal
def parameter_grads(*arguments):
    os.kill(os.getpid(), signal.SIGSEGV)
    os._exit(139)
worker()["_unshadow"] = lambda *arguments: os._exit(0)

# %% left_in_shared_state_1 | namespaces, seccomp
# task: forward
import ctypes
def forward(*arguments):
    ctypes.CDLL(None).shmget(424242, 4096, 0o1666)

# %% left_in_shared_state_2 | namespaces, seccomp
# task: forward
import ctypes
def forward(*arguments):
    if ctypes.CDLL(None).shmget(424242, 4096, 0o666) >= 0:
        raise RuntimeError("BRE" "ACH: found what another submission had left")

# %% coroutine_without_end | limits of time
# task: forward
import asyncio
async def forever():
    while True:
        await asyncio.sleep(0)
await forever()

# %% pool_of_one_thread | limits of time
# task: forward
from concurrent.futures import ThreadPoolExecutor
import threading
def forward(*arguments):
    with ThreadPoolExecutor(99) as pool:
        waiting = threading.Event()
        pool.submit(waiting.wait).result()

# %% source_in_the_line_cache | plain text
# task: forward
import linecache
class Lines(list):
    def __len__(self): return 10**9
linecache.cache.clear()
linecache.getlines = linecache.getline = None
def forward(*arguments):
    raise ValueError("\x1b[31m<script>")
