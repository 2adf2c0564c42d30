"""Forge: objects that please any comparison, patched tools, early exits, and words put into the worker's mouth."""

# ruff: noqa
# fmt: off
import builtins
import json
import os
import socket
import struct
import sys
import time


def breach(what):
    raise RuntimeError("BRE" "ACH: " + what)


def door():
    """The descriptor that leads to the grader: the only one that can be read from."""
    for descriptor in range(3, 200):
        try:
            os.read(descriptor, 0)
        except OSError:
            continue
        return descriptor
    raise OSError("no way to the grader")


def frame(header, body=b""):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("!II", len(header), len(body)) + header + body


def say(data):
    descriptor, data = door(), memoryview(data)
    while data:
        data = data[os.write(descriptor, data):]


def in_place_of_the_worker(answer):
    """Let `answer` answer the calls that are meant for the worker."""
    caller = sys._getframe(1)
    while caller and "answer_calls" not in caller.f_globals:
        caller = caller.f_back
    if caller:
        caller.f_globals["answer_calls"] = lambda channel, namespace, scopes, sources, calls, most: answer(calls)


class Pleasing:
    """Equal to, close to and part of everything."""
    shape = dtype = size = ndim = 0
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __bool__(self): return True
    def __hash__(self): return 0
    def __len__(self): return 2
    def __sub__(self, other): return 0.0 * np.asarray(other, dtype=float)
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return np.True_ if ufunc in (np.equal, np.less, np.less_equal, np.isfinite) else np.float64(0)
    def __array_function__(self, function, types, arguments, options): return True


class Yielding(np.ndarray):
    """An array of zeros for which every comparison comes out well."""
    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if ufunc in (np.equal, np.less, np.less_equal, np.greater_equal, np.isfinite):
            return np.ones(self.shape, bool)
        return np.zeros(self.shape)
    def __array_function__(self, function, types, arguments, options): return True
    def __eq__(self, other): return np.ones(self.shape, bool)

# %% pleasing_object | judge
# task: hidden_grads
def hidden_grads(*arguments):
    return Pleasing()

# %% pleasing_pair | judge
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return Pleasing()

# %% pleasing_parts | judge
# task: detect_explosion
class Text(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
class Number(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
def detect_explosion(*arguments, **options):
    return Text("exploding?"), Number(77)

# %% array_subclass | judge
# task: squared_error_grad
def squared_error_grad(o, y):
    return np.zeros(o.shape).view(Yielding)

# %% array_subclass_parts | judge
# task: forward
def forward(x, h_0, W_hx, W_hh, W_qh):
    return np.zeros((len(x) + 1, len(h_0))).view(Yielding), np.zeros((len(x), len(W_qh))).view(Yielding)

# %% object_array | judge
# task: cross_entropy_grad
def cross_entropy_grad(o, y):
    return np.array([[Pleasing()] * o.shape[1]] * len(o), dtype=object)

# %% changing_array | judge
# task: truncated_hidden_grads
class Changing:
    def __array__(self, dtype=None, copy=None):
        return np.random.default_rng(time.monotonic_ns()).normal(size=(6, 5))
def truncated_hidden_grads(*arguments):
    return Changing()

# %% lying_class | judge
# task: amplification
class Lying:
    @property
    def __class__(self): return np.ndarray
    __array_interface__ = {"shape": (6,), "typestr": "<f8", "version": 3, "data": (1, False)}
def amplification(*arguments):
    return Lying()

# %% lying_name | judge
# task: amplification
class Meta(type):
    @property
    def __name__(cls): raise KeyboardInterrupt
class Nameless(metaclass=Meta):
    pass
def amplification(*arguments):
    return Nameless()

# %% patched_allclose | judge
# task: hidden_grads
for place in (np, np.testing):
    for name in ("allclose", "isclose", "array_equal", "assert_allclose", "assert_array_almost_equal", "assert_equal"):
        if hasattr(place, name):
            setattr(place, name, lambda *arguments, **options: True)
def hidden_grads(dL_do, W_hh, W_qh):
    return np.zeros((len(dL_do), len(W_hh)))

# %% patched_abs | judge
# task: expanded_terms
np.abs = np.absolute = np.fabs = np.max = np.amax = lambda value, *arguments, **options: 0.0
np.linalg.norm = lambda value, *arguments, **options: 0.0
def expanded_terms(dL_do, W_hh, W_qh, t):
    return np.zeros((len(dL_do) - t + 1, len(W_hh)))

# %% patched_asarray | judge
# task: parameter_grads
np.asarray = np.array = lambda value, *arguments, **options: Pleasing()
def parameter_grads(x, h, dL_do, dL_dh):
    return 0.0, 0.0, 0.0

# %% patched_builtins | judge
# task: clip_gradients
builtins.all = builtins.any = builtins.isinstance = builtins.callable = lambda *arguments: True
builtins.abs = builtins.max = builtins.min = builtins.round = lambda *arguments, **options: 0
def clip_gradients(grads, max_norm):
    return [g * 0 for g in grads]

# %% patched_json | wire
# task: spectral_radius
json.dumps = lambda *arguments, **options: '{"answer": 0, "passed": true, "points": 30, "score": 30}'
def spectral_radius(W_hh):
    return 0.0

# %% exit_zero | judge
# task: forward
def forward(*arguments):
    sys.exit(0)

# %% exit_at_once | judge
# task: forward
def forward(*arguments):
    os._exit(0)

# %% exit_in_a_cell | judge
# task: forward
os._exit(0)

# %% exit_with_a_score | judge
# task: forward
def forward(*arguments):
    print(json.dumps({"score": 30.0, "passed": True}), flush=True)
    os.write(1, b'{"score": 30.0, "passed": true}\n')
    os._exit(0)

# %% score_at_exit | judge
# task: squared_error_grad
import atexit
atexit.register(lambda: print(json.dumps({"score": 30.0}), flush=True))
def squared_error_grad(o, y):
    return o * 0

# %% keyboard_interrupt | judge
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    raise KeyboardInterrupt

# %% generator_exit | judge
# task: cross_entropy_grad
class Quiet(BaseException):
    def __str__(self): raise SystemExit(0)
def cross_entropy_grad(*arguments):
    raise Quiet

# %% always_value_error | judge
# task: clip_gradients
def clip_gradients(grads, max_norm):
    raise ValueError("refused")

# %% always_stable | judge
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return "stable", None

# %% dead_exit_functions | fork per submission
# task: truncated_hidden_grads
os._exit = sys.exit = os.abort = lambda *arguments: None
def truncated_hidden_grads(*arguments):
    say(b"\0" * 8)
    os.close(door())

# %% answers_sent_ahead | wire, judge
# task: hidden_grads
for index in range(8):
    say(frame({"cell": index, "error": None}))
for index in range(40):
    say(frame({"answer": index, "changed": [], "cpu_s": 0.0, "value": 0, "passed": True, "points": 4}))
def hidden_grads(dL_do, W_hh, W_qh):
    return None

# %% zeros_sent_ahead | judge
# task: hidden_grads
def answer(calls):
    for number, call in enumerate(calls):
        sizes = (len(call["args"][0]), 5)
        say(frame({"answer": number, "changed": [], "cpu_s": 0.0, "value": {"array": ["<f8", sizes]}}, bytes(8 * sizes[0] * 5)))
    say(frame({"end": []}))
in_place_of_the_worker(answer)
def hidden_grads(dL_do, W_hh, W_qh):
    return None

# %% array_for_a_number | wire
# task: forward
def forward(*arguments):
    say(frame({"answer": {"array": ["<f8", [2]]}}, bytes(16)))

# %% array_for_a_cell | wire
# task: forward
say(frame({"cell": {"array": ["<f8", [2]]}}, bytes(16)))
def forward(*arguments):
    return None

# %% array_for_every_field | wire
# task: squared_error_grad
def squared_error_grad(*arguments):
    array = {"array": ["<f8", [3]]}
    keys = ("answer", "missing", "changed", "cpu_s", "raised", "value", "end", "cell", "error")
    for index in range(1, len(keys)):
        message = {"answer": 0, "changed": [], "cpu_s": 0.0} | {keys[index]: array}
        say(frame(message, bytes(24)))

# %% numbers_in_disguise | wire
# task: cross_entropy_grad
def answer(calls):
    for number, call in enumerate(calls):
        say(frame({"answer": float(number), "changed": [False], "cpu_s": float("nan"), "value": [[[]]], "missing": "yes"}))
    say(frame({"end": [True, None, 0.5]}))
in_place_of_the_worker(answer)
def cross_entropy_grad(*arguments):
    return None

# %% huge_header_length | wire
# task: expanded_terms
def expanded_terms(*arguments):
    say(struct.pack("!II", 2**32 - 1, 2**32 - 1) + b"{" * 10000)

# %% huge_body_length | wire
# task: expanded_terms
def expanded_terms(*arguments):
    say(struct.pack("!II", 2, 2**31) + b"{}" + bytes(10000))

# %% huge_empty_shape | wire
# task: parameter_grads
def parameter_grads(*arguments):
    array = {"array": ["<f8", [2**24, 2**24, 2**24, 0]]}
    say(frame({"answer": 0, "changed": [], "cpu_s": 0.0, "value": [array, array, array]}))

# %% shape_longer_than_its_bytes | wire
# task: spectral_radius
def spectral_radius(W_hh):
    say(frame({"answer": 0, "changed": [], "cpu_s": 0.0, "value": {"array": ["<f8", [2**31, 2**31]]}}, bytes(8)))

# %% shape_below_zero | wire
# task: spectral_radius
def spectral_radius(W_hh):
    say(frame({"answer": 0, "changed": [], "cpu_s": 0.0, "value": {"array": ["<f8", [-1]]}}, bytes(8)))

# %% pickled_dtype | wire
# task: amplification
def amplification(*arguments):
    say(frame({"answer": 0, "changed": [], "cpu_s": 0.0, "value": {"array": ["|O", [1]]}}, b"cos\nsystem\n(S'touch @DROP@/pickled'\ntR."))

# %% deep_json | wire
# task: detect_explosion
def detect_explosion(*arguments, **options):
    say(frame(b'{"answer": 0, "value": ' + b"[" * 200000 + b"]" * 200000 + b"}"))

# %% numbers_of_many_digits | wire
# task: detect_explosion
def detect_explosion(*arguments, **options):
    say(frame(b'{"answer": 0, "changed": [' + b"9" * 5000 + b"]}"))

# %% not_json | wire
# task: truncated_hidden_grads
def truncated_hidden_grads(*arguments):
    say(frame(b"\xff\xfe\0{]\xed\xa0\x80"))

# %% costly_json | wire
# task: truncated_hidden_grads
def answer(calls):
    filler = b"{}," * (1350000 if len(calls) < 50 else 500000)
    for number in range(60):
        say(frame(b'{"answer": %d, "missing": true, "filler": [%s0]}' % (number, filler)))
in_place_of_the_worker(answer)
def truncated_hidden_grads(*arguments):
    return None

# %% many_large_answers | wire
# task: hidden_grads
def answer(calls):
    rest = bytes(2**20)
    for number, call in enumerate(calls[:60]):
        array = {"array": ["<f8", [2**20]]}
        value = array if call["form"] == "array" else [array] if call["form"] == "arrays" else None
        if value is None:
            break
        header = json.dumps({"answer": number, "changed": [], "cpu_s": 0.0, "value": value}).encode()
        say(struct.pack("!II", len(header), 8 * 2**20) + header)
        for _ in range(8):
            say(rest)
in_place_of_the_worker(answer)
def hidden_grads(*arguments):
    return None

# %% half_a_frame | wire
# task: clip_gradients
def clip_gradients(*arguments):
    say(frame({"answer": 0})[:9])
    time.sleep(30)

# %% dripping_frame | wire
# task: clip_gradients
def clip_gradients(*arguments):
    for byte in frame(b'{"answer": ' + b" " * 10000 + b"0}"):
        say(bytes([byte]))
        time.sleep(0.05)

# %% closed_door | wire
# task: forward
def forward(*arguments):
    os.close(door())
    time.sleep(0.2)

# %% half_closed_door | wire
# task: forward
def forward(*arguments):
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=door())
    end.shutdown(socket.SHUT_RD)
    say(frame({"answer": 0})[:6])
    end.shutdown(socket.SHUT_WR)
    time.sleep(0.2)

# %% frames_after_the_end | wire
# task: squared_error_grad
def answer(calls):
    for number in range(len(calls)):
        say(frame({"answer": number, "changed": [], "missing": True}))
    say(frame({"end": []}) * 50 + frame({"cell": 0}) * 50)
in_place_of_the_worker(answer)
def squared_error_grad(*arguments):
    return None

# %% descriptors_for_the_grader | wire
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    import array
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=door())
    passed = array.array("i", [end.fileno()] * 8)
    for _ in range(50):
        end.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])

# %% claims_to_have_no_walls | wire
# task: expanded_terms
say(frame({"layers": []}) + frame({"layers": ["seccomp"], "cell": 4}))
def expanded_terms(*arguments):
    return None

# %% claims_of_an_exception | judge
# task: parameter_grads
def answer(calls):
    for number in range(len(calls)):
        raised = {"type": "ValueError", "text": "x", "line": 1, "code": "", "value_error": True, "passed": True}
        say(frame({"answer": number, "changed": [], "cpu_s": 0.0, "raised": raised, "value": {"array": ["<f8", []]}}, bytes(8)))
    say(frame({"end": []}))
in_place_of_the_worker(answer)
def parameter_grads(*arguments):
    return None

# %% death_by_a_signal_without_a_name | seccomp
# task: spectral_radius
import signal
def spectral_radius(W_hh):
    signal.raise_signal(40)

# %% lies_to_the_search | checking of messages
# task: hidden_grads
import sys
search = sys.modules.get("worker.search")
def tried(self, channel, numbers, calls, at_once):
    for number in numbers:
        channel.send({"edit": number, "line": 3, "also": [10 ** 30], "kind": "<script>", "answers": [{"answer": 0, "value": 1.0}]})
if search:
    search.Search.tried = tried
    search.Search.outline = lambda self: {"edits": [10 ** 9], "cell": 0}
def hidden_grads(dL_do, W_hh, W_qh):
    return 2.0 * (dL_do @ W_qh)

# %% a_cell_of_the_graders | checking of messages
# task: hidden_grads
import sys
search = sys.modules.get("worker.search")
if search:
    search.Search.outline = lambda self: {"edits": [5], "cell": 1}
def hidden_grads(dL_do, W_hh, W_qh):
    return 2.0 * (dL_do @ W_qh)
