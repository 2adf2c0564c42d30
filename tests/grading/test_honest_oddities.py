"""Honest work written in odd ways gets full marks: no wall, limit or repair mistakes it for something else."""

import pytest

SOLVED = "    return (o - y) / len(o)\n"
SUBTRACT = f"def squared_error_grad(o, y):\n{SOLVED}"

# How `squared_error_grad` may be written.
ANSWERS = {
    "threads in a pool": """
from concurrent.futures import ThreadPoolExecutor
def squared_error_grad(o, y):
    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(lambda pair: (pair[0] - pair[1]) / len(o), zip(o, y))))
""",
    "a pool of processes": """
from multiprocessing import Pool
def row(pair): return pair[0] - pair[1]
def squared_error_grad(o, y):
    with Pool(2) as pool:
        return np.array(pool.map(row, zip(o, y))) / len(o)
""",
    "answers of a pool that are fetched later": """
from multiprocessing.pool import ThreadPool
from concurrent.futures.thread import ThreadPoolExecutor
def row(o, y): return o - y
def squared_error_grad(o, y):
    told = []
    with ThreadPool(2) as pool:
        later = [pool.apply_async(row, pair, callback=told.append) for pair in zip(o, y)]
        mapped = pool.starmap_async(row, zip(o, y))
        assert np.array_equal(mapped.get(timeout=1), next(pool.imap(np.array, [told])))
    rows = [one.get() for one in later]
    return ThreadPoolExecutor(1).submit(np.array, rows).result() / len(o)
""",
    "a thread": """
import threading
def squared_error_grad(o, y):
    found = []
    thread = threading.Thread(target=lambda: found.append((o - y) / len(o)))
    thread.start()
    thread.join()
    return found[0]
""",
    "an event loop": f"""
import asyncio
async def work(o, y):
    await asyncio.sleep(0.001)
{SOLVED}
def squared_error_grad(o, y):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(work(o, y), 1))
    finally:
        loop.close()
""",
    "await above it": f"import asyncio\nawait asyncio.sleep(0)\nasync with asyncio.Lock():\n    pass\n{SUBTRACT}",
    "a dataclass": """
from __future__ import annotations
from dataclasses import dataclass
@dataclass
class Loss:
    o: np.ndarray
    y: Unknown
    def grad(self) -> np.ndarray: return (self.o - self.y) / len(self.o)
def squared_error_grad(o: np.ndarray, y: Unknown) -> np.ndarray: return Loss(o, y).grad()
""",
    "a decorator": f"""
import functools, time
def timed(function):
    @functools.wraps(function)
    def inner(*args, **options):
        start = time.perf_counter()
        try:
            return function(*args, **options)
        finally:
            print(time.perf_counter() - start, flush=True)
    return inner
@timed
{SUBTRACT}""",
    "a cached helper": """
import functools
@functools.lru_cache(maxsize=None)
def ones(T): return np.ones(T) / T
def squared_error_grad(o, y): return np.einsum("tq,t,t->tq", o - y, ones(len(o)), np.ones(len(o)), optimize=True)
""",
    "a generator": """
def rows(o, y):
    for a, b in zip(o, y): yield (a - b) / len(o)
def squared_error_grad(o, y): return [*rows(o, y)]
""",
    "vectorized": "@np.vectorize\ndef minus(a, b): return a - b\ndef squared_error_grad(o, y): return minus(o, y) / len(o)",
    "match and walrus": """
def squared_error_grad(o, y):
    match o.shape:
        case (T, q) if (n := T):
            return (o - y) / n
""",
    "star imports": f"from numpy import *\nfrom numpy.linalg import *\nfrom scipy import *\n{SUBTRACT}",
    "a partial": "from functools import partial\ndef grad(k, o, y): return k * (o - y) / len(o)\nsquared_error_grad = partial(grad, 1)",
    "an object": "class Grad:\n    def __call__(self, o, y): return (o - y) / len(o)\nsquared_error_grad = Grad()",
    "exec and pickle": "exec('def squared_error_grad(o, y):\\n    import pickle\\n    return pickle.loads(pickle.dumps(o - y)) / len(o)')",
    "a guarded import": f"try:\n    import torch\n    HAS = True\nexcept ImportError:\n    HAS = False\ndef squared_error_grad(o, y):\n    if HAS: return torch.tensor(o - y)\n{SOLVED}",
    "a module that is looked for": f"import importlib.util\nif importlib.util.find_spec('jax'):\n    from jax import nothing_of_it\n    nothing_of_it()\n{SUBTRACT}",
    "a test of itself": f"{SUBTRACT}\nimport doctest, unittest\ndoctest.testmod()\nassert squared_error_grad(np.ones((2, 1)), np.ones((2, 1))).sum() == 0\nunittest.main(argv=[''], exit=False)",
    "where it is and what it is": f"import os, inspect, platform\nos.getcwd(), os.path.abspath('x'), platform.platform()\nif os.path.exists('x.npy'): np.load('x.npy')\n{SUBTRACT}\nprint(inspect.getsource(squared_error_grad))",
    "a file that may be there": f"try:\n    scale = np.load('scale.npy')\nexcept FileNotFoundError:\n    scale = 1\n{SUBTRACT}",
    "a log": f"import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.getLogger(__name__).info('x')\n{SUBTRACT}",
    "a timed cell": f"%%time\n{SUBTRACT}",
    "chance that does not count": "def squared_error_grad(o, y):\n    np.random.rand(3), np.random.default_rng().normal()\n"
    + SOLVED,
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_of_another_kind(judge_cells, kind):
    """Whatever computes the right values without a file, a process or a connection is right."""
    result = judge_cells({"squared_error_grad": ANSWERS[kind]})
    assert (result.score, result.notes) == (30, ())


@pytest.mark.parametrize(
    "setting", ["np.seterr(all='raise')", "import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='warn')"]
)
def test_warnings_made_exceptions(judge_cells, setting):
    """A warning never costs points, however a cell wants to be told of it."""
    assert judge_cells({}, before=(f"import numpy as np\n{setting}",)).score == 30


def test_an_exception_of_ones_own_making_is_met(judge_cells):
    """Code that lets NumPy raise, and catches it, is called once and as it set things."""
    source = """
np.seterr(all="raise")
def spectral_radius(W_hh):
    try:
        np.exp(np.float64(1000.0))
    except FloatingPointError:
        return np.abs(np.linalg.eigvals(W_hh)).max()
"""
    assert judge_cells({"spectral_radius": source}).score == 30


EXPLORATION = {
    "a file": ("np.loadtxt('data.csv')", "FileNotFoundError"),
    "a question": ("name = input()", "EOFError"),
    "a module": ("import pandas as pd\npd.DataFrame()", "the grader has no pandas"),
    "a folder": ("import os\nos.makedirs('figures')", "PermissionError"),
    "a download": ("import urllib.request\nurllib.request.urlopen('http://localhost/x')", "URLError"),
}


@pytest.mark.parametrize("kind", EXPLORATION)
def test_exploration_that_cannot_run(judge_cells, kind):
    """What a cell of exploration misses costs that cell alone, and the note says what it missed."""
    cell, words = EXPLORATION[kind]
    result = judge_cells({}, before=(f"import numpy as np\n{cell}",))
    assert result.score == 30
    assert words in result.notes[0]
