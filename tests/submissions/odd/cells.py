"""Odd ways to write the notebook's cell of `squared_error_grad`. Of several cells the last one is that, the others stand above."""

import sys

SOLVED = "    return (o - y) / len(o)\n"
SUBTRACT = f"def squared_error_grad(o, y):\n{SOLVED}"

CELLS: dict[str, str | tuple[str, ...]] = {
    # Python's own oddities.
    "types for the type checker alone": (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from numpy.typing import NDArray",
        f"def squared_error_grad(o: NDArray, y: NDArray) -> NDArray:\n{SOLVED}",
    ),
    "a future import far above": (
        "'''Settings.'''\n# above all\nfrom __future__ import annotations, generator_stop",
        "class Helper:\n    scale: Unknown[int]",
        f"def squared_error_grad(o: Other, y: Another = None) -> Later:\n{SOLVED}",
    ),
    "a future import in a check of its own": f"from __future__ import annotations, division\n\ndef squared_error_grad(o: A, y: B) -> C:\n{SOLVED}",
    "types as texts": f"def squared_error_grad(o: 'np.ndarray[tuple[int, int]]', y: 'NDArray') -> 'Matrix':\n{SOLVED}",
    "types of every kind": f"""
from typing import Any, Callable, Generic, Optional, Protocol, TypeAlias, TypeVar, Union, overload
import numpy.typing as npt
Array: TypeAlias = npt.NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])
class Loss(Protocol):
    def __call__(self, o: Array, y: Array) -> Array: ...
@overload
def squared_error_grad(o: Array, y: Array) -> Array: ...
@overload
def squared_error_grad(o: list, y: list) -> list: ...
def squared_error_grad(o: Union[Array, list], y: Optional[Array] = None):
{SOLVED}""",
    "a walrus and a chain": "def squared_error_grad(o, y):\n    return (d := o - y) / (T := len(d)) if 0 < len(o) == len(y) else None",
    "a match of shapes": """
def squared_error_grad(o, y):
    match {"o": o, "y": y}:
        case {"o": np.ndarray(shape=(T, q)) as o, **rest} if T:
            return (o - rest["y"]) / T
        case _:
            raise AssertionError
""",
    "continued by backslashes": "def squared_error_grad \\\n        (o, y): \\\n        return (o \\\n - y) / \\\nlen(o)",
    "arguments in column 0": "def squared_error_grad(\no,\ny\n):\n    return np.divide(\no - y,\nlen(o)\n)",
    "strings in column 0": '''
def squared_error_grad(o, y):
    """The gradient:
def squared_error_grad(o, y):
    raise NotImplementedError
    """
    note = """
return 0
pass
"""
    return (o - y) / len(o)
''',
    "quotes in comments and strings": '''
# """ and \'\'\' start a text elsewhere
def squared_error_grad(o, y):
    """Says \'\'\' and # and (."""  # ( [ {
    quotes = \'"""\', "\'\'\'", "it\'s (", r"\\\\"
    return (o - y) / len(o)  # \'\'\'
''',
    "a comment with the stub": f"# def squared_error_grad(o, y):\n#     # YOUR CODE HERE\n#     raise NotImplementedError()\n{SUBTRACT}    # raise NotImplementedError()\n",
    "the stub as a text": f"'''\ndef squared_error_grad(o, y):\n    raise NotImplementedError()\n'''\n{SUBTRACT}",
    "form feeds": "\f\nX = 1\n\f\ndef squared_error_grad(o, y):\n\f\n    return (o - y) / len(o)\n\f\n",
    "tabs": "def squared_error_grad(o, y):\n\tif True:\n\t\treturn (o - y) / len(o)\n",
    "tabs and spaces": f"def helper(a):\n\treturn a\n\n\n{SUBTRACT}",
    "no-break and wide spaces in texts": f"# a\u00a0b\u3000c\u2028d\x0be\x1cf\n{SUBTRACT}",
    "line separators in a text": f"s = 'a\u2028b\x85c\x1cd'\n{SUBTRACT}print(s)",
    "other alphabets": "def squared_error_grad(o, y):\n    δL, Τ, 误差, ṁ = 0, len(o), o - y, ...\n    return 误差 / Τ",
    "letters that Python takes for others": "def squared_error_grad(𝐨, y):\n    return (𝐨 - y) / len(o)",
    "emoji in texts": f"print('🎉 ∂L/∂o \\N{{GREEK SMALL LETTER ALPHA}}')\n{SUBTRACT}",
    "a very long line": f"def squared_error_grad(o, y): return (o - y) / len(o){' + 0' * 2000}",
    "very many lines": "\n" * 3000 + SUBTRACT + "# end\n" * 3000,
    "semicolons": "import math; K = 1;\ndef squared_error_grad(o, y): T = len(o); d = o - y; return K * d / T;\nsquared_error_grad(np.ones((1, 1)), np.ones((1, 1)));",
    "below an if": f"if True:\n    def squared_error_grad(o, y):\n    {SOLVED}else:\n    squared_error_grad = None",
    "below a try": f"try:\n    from scipy.special import softmax\nexcept ImportError:\n    softmax = None\nelse:\n    def squared_error_grad(o, y):\n    {SOLVED}",
    "below a with": f"import contextlib\nwith contextlib.nullcontext():\n    def squared_error_grad(o, y):\n    {SOLVED}",
    "in a loop": "for name, sign in {'squared_error_grad': 1}.items():\n    globals()[name] = lambda o, y, sign=sign: sign * (o - y) / len(o)",
    "a guarded torch": f"try:\n    import torch\nexcept ModuleNotFoundError:\n    torch = None\n{SUBTRACT if True else ''}if torch is not None:\n    torch.manual_seed(0)",
    "versions asked for": f"import sys\nif sys.version_info >= (3, 8):\n    from functools import cached_property\nelse:\n    from backports import cached_property\nassert np.__version__ >= '1'\n{SUBTRACT}",
    "__all__ and a main": f"__all__ = ['squared_error_grad']\n__author__ = 'me'\n{SUBTRACT}\ndef main():\n    print(squared_error_grad(np.ones((2, 1)), np.zeros((2, 1))))\nif __name__ == '__main__':\n    main()",
    "exec of a template": "code = 'def {name}(o, y):\\n    return (o - y) / len(o)'\nexec(compile(code.format(name='squared_error_grad'), '<made>', 'exec'))",
    "eval of a lambda": "squared_error_grad = eval('lambda o, y: (o - y) / len(o)')",
    "a lambda": "squared_error_grad = lambda o, y: (o - y) / len(o)",
    "a lambda with types and defaults": "squared_error_grad: 'Callable' = lambda o, y, *rest, k=1, **more: k * (o - y) / len(o)",
    "a static method": "class RNN:\n    @staticmethod\n    def squared_error_grad(o, y):\n        return (o - y) / len(o)\nsquared_error_grad = RNN.squared_error_grad",
    "a class method and a bound one": "class RNN:\n    k = 1\n    @classmethod\n    def grad(cls, o, y):\n        return cls.k * (o - y) / len(o)\n    def squared_error_grad(self, o, y):\n        return self.grad(o, y)\nsquared_error_grad = RNN().squared_error_grad",
    "a class that answers": "class squared_error_grad:\n    def __new__(cls, o, y):\n        return (o - y) / len(o)",
    "another name": "from operator import sub as minus\ndef grad(o, y): return minus(o, y) / len(o)\nsquared_error_grad = sq_grad = grad\ndel grad",
    "swapped by a tuple": "def a(o, y): return (o - y) / len(o)\nsquared_error_grad, b = a, None",
    "star-arguments": "def squared_error_grad(*args, **options):\n    o, y = args\n    return (o - y) / len(o)",
    "positional-only and keyword-only": "def squared_error_grad(o, y, /, *, mean=True):\n    return (o - y) / (len(o) if mean else 1)",
    "a wrapper by keyword": "def grad(*, o, y, **rest): return (o - y) / len(o)\ndef squared_error_grad(o, y): return grad(**locals())",
    "wraps": f"import functools\ndef checked(f):\n    @functools.wraps(f)\n    def inner(o, y):\n        assert o.shape == y.shape\n        return f(o, y)\n    return inner\n@checked\n@checked\n{SUBTRACT}",
    "a decorator with arguments in column 0": f"import functools\ndef scaled(k, by):\n    return lambda f: functools.wraps(f)(lambda o, y: k * f(o, y) / by)\n@scaled(\n1.0,\nby=1,\n)\n# between\n\n{SUBTRACT}",
    "a decorator that is a lambda": f"@(lambda f: lambda *a: f(*a))\n{SUBTRACT}",
    "a decorator class": f"class counted:\n    def __init__(self, f): self.f, self.n = f, 0\n    def __call__(self, *a):\n        self.n += 1\n        return self.f(*a)\n@counted\n{SUBTRACT}",
    "a single dispatch": f"import functools\n@functools.singledispatch\n{SUBTRACT}@squared_error_grad.register(list)\ndef _(o, y): return squared_error_grad(np.array(o), y)",
    "a partial with keywords": "from functools import partial\ndef grad(o, y, mean): return (o - y) / (len(o) if mean else 1)\nsquared_error_grad = partial(grad, mean=True)",
    "composed by reduce": "from functools import reduce\nsquared_error_grad = reduce(lambda f, g: lambda *a: g(f(*a)), [lambda o, y: (o - y, len(o)), lambda both: both[0] / both[1]])",
    "a contextmanager as decorator": f"from contextlib import contextmanager\n@contextmanager\ndef quiet():\n    with np.errstate(all='ignore'):\n        yield\n@quiet()\n{SUBTRACT}",
    "an async helper": "import asyncio\nasync def rows(o, y):\n    for a, b in zip(o, y):\n        yield (a - b) / len(o)\nasync def gathered(o, y):\n    return [row async for row in rows(o, y)]\ndef squared_error_grad(o, y):\n    return asyncio.run(gathered(o, y))",
    "doctests": f"def squared_error_grad(o, y):\n    '''\n    >>> squared_error_grad(np.ones((1, 1)), np.zeros((1, 1)))\n    array([[1.]])\n    '''\n{SOLVED}\nimport doctest\ndoctest.run_docstring_examples(squared_error_grad, globals())",
    "prompts of a console": ">>> def squared_error_grad(o, y):\n...     return (o - y) / len(o)\n...\n>>> x = 3",
    "prompts of IPython": "In [3]: def squared_error_grad(o, y):\n   ...:     return (o - y) / len(o)\n   ...: ",
    "an indented cell": "    def squared_error_grad(o, y):\n        return (o - y) / len(o)\n",
    "nested functions and nonlocal": "def squared_error_grad(o, y):\n    total = 0\n    def row(a, b):\n        nonlocal total\n        total += 1\n        return (a - b) / len(o)\n    return [row(a, b) for a, b in zip(o, y)]",
    "global state": "calls = 0\ndef squared_error_grad(o, y):\n    global calls, last\n    calls += 1\n    last = o\n    return (o - y) / len(o)",
    "constants in another cell": ("HALF = 0.5\nSCALE: float = 2.0", "def squared_error_grad(o, y, half=HALF):\n    return SCALE * half * (o - y) / len(o)"),
    "a helper that stands below": "def squared_error_grad(o, y): return helper(o, y)\ndef helper(o, y): return (o - y) / len(o)",
    "deleted and defined": f"import numpy as np\n{SUBTRACT}kept = squared_error_grad\ndel squared_error_grad, np\nimport numpy as np\nsquared_error_grad = kept",
    "a dataclass of arrays": "from dataclasses import dataclass, field\n@dataclass(slots=True, kw_only=True)\nclass Batch:\n    o: np.ndarray\n    y: np.ndarray\n    seen: list = field(default_factory=list)\ndef squared_error_grad(o, y):\n    b = Batch(o=o, y=y)\n    return (b.o - b.y) / len(b.o)",
    "a named tuple": "from typing import NamedTuple\nclass Pair(NamedTuple):\n    o: np.ndarray\n    y: np.ndarray\n    def grad(self): return (self.o - self.y) / len(self.o)\ndef squared_error_grad(*pair): return Pair(*pair).grad()",
    "an enumeration": "from enum import Enum, auto\nclass Mode(Enum):\n    MEAN = auto()\n    SUM = auto()\ndef squared_error_grad(o, y, mode=Mode.MEAN): return (o - y) / {Mode.MEAN: len(o), Mode.SUM: 1}[mode]",
    "a matrix": "def squared_error_grad(o, y): return np.matrix(o - y) / len(o)",
    "a masked array": "def squared_error_grad(o, y): return np.ma.masked_array(o - y, mask=False) / len(o)",
    "an array of its own": "class Named(np.ndarray):\n    def __array_finalize__(self, other): self.label = getattr(other, 'label', None)\ndef squared_error_grad(o, y): return ((o - y) / len(o)).view(Named)",
    "a tuple of lists of numbers": "def squared_error_grad(o, y): return tuple([float(v) for v in row] for row in (o - y) / len(o))",
    "columns first": "def squared_error_grad(o, y): return np.asfortranarray(o - y)[::-1][::-1] / len(o)",
    "fractions below": "from fractions import Fraction\ndef squared_error_grad(o, y): return (o - y) * float(Fraction(1, len(o)))",
    "an iterator's rows": "import itertools\ndef squared_error_grad(o, y): return list(itertools.starmap(lambda a, b: (a - b) / len(o), zip(o, y)))",
    "a copy that it changes": "import copy\ndef squared_error_grad(o, y):\n    o = copy.deepcopy(o)\n    o -= y\n    o /= len(o)\n    return o",
    "a future import in the middle of a cell": f"import os\nx = 1\nfrom __future__ import annotations\nimport sys\ndef squared_error_grad(o: X, y: Y) -> Z:\n{SOLVED}",
    "a future import below a magic": ("%matplotlib inline\nfrom __future__ import annotations, division", f"def squared_error_grad(o: X, y: Y) -> Z:\n{SOLVED}"),
    "a future import below the answer": f"'''Needed above, too.'''\ndef squared_error_grad(o: X, y: Y) -> Z:\n{SOLVED}from __future__ import annotations\n",
    "a future import behind a semicolon": ("import os; from __future__ import annotations; x: Unknown = 1", f"def squared_error_grad(o: X, y: Y) -> Z:\n{SOLVED}"),
    "a future import in an exported cell": ("get_ipython().run_cell_magic('time', '', 'x = 1\\nfrom __future__ import annotations')", f"def squared_error_grad(o: X, y: Y) -> Z:\n{SOLVED}"),
    "calls without brackets": f"/print 1\n,print a b\n;print a b\nn = (10\n/ 2)\n{SUBTRACT}",
    "all names of IPython's history": f"3\n_ , __ , ___\n_i, _ii, _iii, _ih, _oh, _dh, In, Out\n{SUBTRACT}",
    "types of packages that are not there, asked for": f"import torch, pandas as pd\nfrom jax import Array\ndef squared_error_grad(o, y):\n    if isinstance(o, torch.Tensor): o = o.numpy()\n    if isinstance(y, (pd.DataFrame, Array, list)): y = y.values\n{SOLVED}",
    "prints of other packages": "from rich import print\nfrom rich.progress import track\nfrom icecream import ic\nfrom loguru import logger\nfrom tabulate import tabulate\nfrom termcolor import colored, cprint\nimport pysnooper, colorama\nic.configureOutput(prefix='')\n@logger.catch\n@pysnooper.snoop()\ndef squared_error_grad(o, y):\n    logger.debug('x {}', o)\n    print(colored('a', 'red'), colorama.Fore.RED, tabulate([[1]], headers=['a']))\n    ic(o.shape, y.shape)\n    assert ic() is None and ic(3) == 3 and list(track(range(2))) == [0, 1]\n    return ic((o - y) / len(o))",
    "a decorator of a picture": f"import ipywidgets as widgets\n@widgets.interact(T=(1, 5))\n{SUBTRACT}",
    # Settings, prints, and what is tried on the way.
    "a print of one's own": f"import builtins\n_print = print\ndef print(*a, **k): _print('>>', *a, **k)\nbuiltins.print = print\n{SUBTRACT}print('done', flush=True)",
    "output sent elsewhere": f"import io, contextlib, sys\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n    print('x')\nsys.stdout.flush()\n{SUBTRACT}sys.stderr.write('x')",
    "a log in the function": "import logging\nlog = logging.getLogger('bptt')\nlog.setLevel(logging.DEBUG)\nlog.addHandler(logging.StreamHandler())\ndef squared_error_grad(o, y):\n    log.warning('T = %d', len(o))\n    return (o - y) / len(o)",
    "warnings of one's own": "import warnings\ndef squared_error_grad(o, y):\n    warnings.warn('slow', DeprecationWarning, stacklevel=2)\n    return (o - y) / len(o)",
    "settings of printing": f"np.set_printoptions(precision=3, suppress=True, threshold=5)\nnp.random.seed(42)\nrng = np.random.default_rng(0)\n{SUBTRACT}",
    "timers": f"import time, timeit\nstart = time.perf_counter()\n{SUBTRACT}print(timeit.timeit(lambda: squared_error_grad(np.ones((2, 1)), np.ones((2, 1))), number=10), time.process_time() - start)",
    "a timer of threads": f"import threading\nt = threading.Timer(0.001, lambda: None)\nt.start()\nt.join()\n{SUBTRACT}",
    "the command line's arguments": f"import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--T', type=int, default=3)\nargs = parser.parse_args()\n{SUBTRACT}",
    "a table of results": f"rows = [(n, f'{{n!r:>{{10}}}}', f'{{n=}}') for n in range(3)]\nprint('\\n'.join(map(str, rows)))\n{SUBTRACT}",
    "garbage and memory": f"import gc, sys, weakref, tracemalloc\ngc.collect()\nprint(sys.getsizeof(np.ones(3)))\n{SUBTRACT}ref = weakref.ref(squared_error_grad)",
    "source that is looked at": f"import inspect, dis\n{SUBTRACT}print(inspect.signature(squared_error_grad), inspect.getsource(squared_error_grad))\ndis.dis(squared_error_grad)",
    "recursion with a limit": "import sys\nsys.setrecursionlimit(5000)\ndef squared_error_grad(o, y, t=0):\n    return [] if t == len(o) else [(o[t] - y[t]) / len(o), *squared_error_grad(o, y, t + 1)]",
    "an import in the function": "def squared_error_grad(o, y):\n    import numpy as numpy_again\n    from numpy import subtract as s\n    return numpy_again.divide(s(o, y), len(o))",
    "imports in brackets": f"from numpy import (\nsubtract as minus,  # the first\n    divide,\n)\ndef squared_error_grad(o, y): return divide(minus(o, y), len(o))",
    "other names of NumPy": "import numpy\nimport numpy as jnp, numpy as np\nnumpy.seterr(divide='ignore')\ndef squared_error_grad(o, y): return jnp.divide(o - y, numpy.shape(o)[0])",
    "formulas in texts, and warnings made exceptions": ("import warnings\nwarnings.simplefilter('error')", f"def squared_error_grad(o, y):\n    '''\\partial L / \\sum \\d \\o'''\n{SOLVED}"),
    "where a notebook's file would be": f"from pathlib import Path\nHERE = Path(__file__).parent if '__file__' in globals() else Path.cwd()\nassert '__file__' not in globals()\n{SUBTRACT}",
    "names by the shell": f"get_ipython().user_ns['K'] = 1.0\nassert K == 1\nget_ipython().config, 'IPKernelApp' in get_ipython().config\n{SUBTRACT}",
    # Magics.
    "magics of every kind": f"%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n%load_ext autoreload\n%autoreload 2\n%precision 4\n%pip install -q numpy\n%conda install scipy\n%env SEED=3\n%who\n%%time\n{SUBTRACT}%timeit squared_error_grad(np.ones((2, 1)), np.ones((2, 1)))\n%xmode Minimal\n%reset -f\n%store SEED",
    "shell lines": f"!pip install 'numpy>=1' \"x\n!echo it's ${{HOME\n!!ls (\n!cat <<'''\nfiles = !ls *.py\nfirst, = files or [None],\n{SUBTRACT}!rm -rf /",
    "help": f"?np.dot\nnp.dot??\nnp.*sum*?\nlen?;\n{SUBTRACT}squared_error_grad?",
    "magics without a percent sign": f"pip install numpy\ncd work\nls -l *.py\ngit clone https://example.org/x.git\n{SUBTRACT}time x = 3",
    "a magic alone in a try": f"try:\n    %load_ext tensorboard\nexcept Exception:\n    pass\n{SUBTRACT}",
    "a magic alone in a function": f"def clear():\n    %reset -f\n\n{SUBTRACT}",
    "a magic after a colon": f"if 'google.colab' in str(get_ipython()):\n    !pip install x\n    from google.colab import drive\n    drive.mount('/content/drive')\nIN_COLAB = 'google.colab' in __import__('sys').modules\n{SUBTRACT}",
    "a magic over two lines": f"!pip install \\\n    numpy \\\n    scipy\n%timeit -n 1 \\\n    sum(range(3))\n{SUBTRACT}",
    "a timed cell with options": f"%%time \n\n{SUBTRACT}",
    "a captured cell": f"%%capture captured --no-stderr\n{SUBTRACT}",
    "a profiled cell": f"%%prun -l 5 -s cumulative\n{SUBTRACT}",
    "two cell magics": f"%%time\n%%capture\n{SUBTRACT}",
    "a form of Colab": f"#@title The gradient {{ run: \"auto\" }}\nT = 5 #@param {{type:\"slider\", min:1, max:10}}\n{SUBTRACT}",
    "files of Colab": f"from google.colab import files, drive\nfrom google.colab.patches import cv2_imshow\ndrive.mount('/content/drive', force_remount=True)\nuploaded = files.upload()\n{SUBTRACT}",
    "IPython's own names": f"from IPython import get_ipython\nfrom IPython.display import HTML, Image, Latex, Math, display, clear_output\nget_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(Math(r'\\frac{{1}}{{T}}'), HTML('<b>'))\nclear_output()\nIn, Out, _\n{SUBTRACT}",
    "widgets": f"import ipywidgets as widgets\nfrom ipywidgets import interact\n@interact(T=(1, 9))\ndef show(T=3): print(T)\nwidgets.IntSlider(value=3)\n{SUBTRACT}",
    "plots": f"import matplotlib.pyplot as plt\nimport seaborn as sns\nsns.set()\nplt.rcParams['figure.figsize'] = (4, 3)\nfig, (a, b) = plt.subplots(1, 2, figsize=(4, 2))\na.plot(np.arange(3), label='$h_t$'); b.semilogy([1, 2]); a.legend(); plt.tight_layout(); plt.show();\n{SUBTRACT}",
    "a nested event loop": f"import nest_asyncio\nnest_asyncio.apply()\n{SUBTRACT}",
    "settings of other packages": f"import os\nos.environ['KMP_DUPLICATE_LIB_OK'] = 'TRUE'\nos.environ.setdefault('OMP_NUM_THREADS', '1')\nprint(os.environ.get('HOME'), os.cpu_count(), os.path.join('a', 'b'))\nimport sys\nsys.path.append('/content/drive/MyDrive')\nsys.path.insert(0, '..')\n{SUBTRACT}",
    # Packages that the grader lacks, where nothing of theirs is computed.
    "types of a package that is not there": f"from jaxtyping import Float, jaxtyped\nfrom beartype import beartype as typechecker\nfrom typing_extensions import Self, TypedDict\nimport torch.nn as nn\nclass Options(TypedDict):\n    k: int\nclass Net(nn.Module):\n    size: 'int | Self'\nArray = Float[np.ndarray, 'T q']\n@jaxtyped(typechecker=typechecker)\n@typechecker\ndef squared_error_grad(o: Array | nn.Module, y: nn.Module | None) -> Float[Array, '...']:\n{SOLVED}",
    "compiled by a package that is not there": "from numba import njit, prange\nimport numba as nb\n@nb.jit(nopython=True)\ndef minus(a, b): return a - b\n@njit\ndef count(T):\n    n = 0\n    for _ in prange(T): n += 1\n    return n\n@njit('f8[:,:](f8[:,:], f8[:,:])', cache=True)\ndef squared_error_grad(o, y): return minus(o, y) / count(len(o))",
    "pictures that move": f"import matplotlib.animation as animation\nfrom matplotlib import pyplot as plt\nclass Movie(animation.FuncAnimation):\n    def step(self, n): return n\nwith plt.style.context('ggplot'), plt.ioff():\n    ax = plt.figure().add_subplot(projection='3d')\n{SUBTRACT}",
    "progress on the way": "from tqdm.notebook import tqdm\ndef squared_error_grad(o, y):\n    return [(a - b) / len(o) for a, b in tqdm(zip(o, y), total=len(o))]",
}  # fmt: skip
if sys.version_info >= (3, 12):
    CELLS |= {
        "type parameters": f"type Matrix[T] = list[list[T]]\nclass Box[T]:\n    def __init__(self, v: T): self.v = v\ndef squared_error_grad[A: np.ndarray, *Ts, **P](o: A, y: A) -> A:\n{SOLVED}",
        "quotes within quotes of an f-string": f"d = {{'a': 1}}\nprint(f'{{d['a']}} {{f'{{'#'}}'}}')\nprint(f'''{{\n'''nested''' # a comment\n}}''')\n{SUBTRACT}",
    }
if sys.version_info >= (3, 11):
    CELLS |= {
        "groups of exceptions": f"try:\n    raise ExceptionGroup('x', [ValueError(1), TypeError(2)])\nexcept* ValueError:\n    pass\nexcept* TypeError as group:\n    print(group.exceptions)\ndef first(rows, *shape): return rows[(0, *shape)]\n{SUBTRACT}",
    }

# What costs nothing, but is remarked: the cells, and words of the remark.
REMARKED: dict[str, tuple[tuple[str, ...], str]] = {
    "defined twice": ((f"def squared_error_grad(o, y):\n    '''First, with a loop.'''\n    return [a - b for a, b in zip(o, y)]\n\nfirst = squared_error_grad\n\ndef squared_error_grad(o, y):\n    return np.array(first(o, y)) / len(o)",), "answered more than once"),
    "a folder of Colab's drive": ((f"import os\nos.chdir('/content/drive/MyDrive/bptt')\n{SUBTRACT}",), "os.chdir did nothing"),
    "a folder under another name": ((f"from os import chdir, getcwd\nchdir('data')\n{SUBTRACT}",), "os.chdir did nothing"),
    "a folder for a while": ((f"import os\nwith __import__('contextlib').chdir('/tmp'):\n    pass\nos.chdir(os.path.expanduser('~'))\n{SUBTRACT}",), "os.chdir did nothing"),
    "a file and everything of it": ((f"%%writefile helper.py\nimport numpy as np\n{SUBTRACT}", "from helper import *"), "helper.py: a cell writes it"),
    "a file and one name of it": (("%%writefile tools/losses.py\ndef minus(a, b):\n    return a - b", "from tools.losses import minus as m\ndef squared_error_grad(o, y): return m(o, y) / len(o)"), "tools/losses.py"),
    "a file in Colab's folder": (("%%file /content/my_tools.py\nK = 1.0", "import sys\nsys.path.append('/content')\nimport my_tools as mt\nimport importlib\nimportlib.reload(mt)\ndef squared_error_grad(o, y): return mt.K * (o - y) / len(o)"), "my_tools.py"),
    "a file written in two parts": (("%%writefile helper.py\nK = 1.0", "%%writefile -a helper.py\ndef grad(o, y): return K * (o - y) / len(o)", "from helper import grad\nsquared_error_grad = grad"), "helper.py"),
    "a file that is run": ((f"%%writefile helper.py\nimport numpy as np\n{SUBTRACT}", "%run helper.py"), "helper.py"),
    "a file that is run as a module": ((f"%%writefile helper.py\n{SUBTRACT}", "%run -i 'helper'\n%autoreload 2"), "helper.py"),
    "a file that is written below": (("from helper import grad", "%%writefile helper.py\ndef grad(o, y): return (o - y) / len(o)", "def squared_error_grad(o, y): return grad(o, y)"), "helper.py"),
    "a file over an older one": (("%%writefile helper.py\ndef grad(o, y): return 0", "import helper", "%%writefile helper.py\ndef grad(o, y): return (o - y) / len(o)", "import importlib\nimportlib.reload(helper)\nsquared_error_grad = helper.grad"), "helper.py"),
    "a file that fails above the answer": ((f"x = np.loadtxt('data.csv')\nmean = x.mean()\n{SUBTRACT}",), "FileNotFoundError"),
    "a question above the answer": ((f"name = input('Who are you? ')\nprint('Hello', name)\n{SUBTRACT}",), "EOFError"),
    "a folder made above the answer": ((f"import os\nos.makedirs('figures', exist_ok=True)\n{SUBTRACT}",), "PermissionError"),
    "a file written above the answer": ((f"with open('log.txt', 'w') as log:\n    log.write('x')\n{SUBTRACT}",), "Error"),
    "a package used above the answer": ((f"import pandas as pd\ntable = pd.DataFrame()\n{SUBTRACT}",), "the grader has no pandas"),
    "a test that fails above the answer": ((f"assert 0.1 + 0.2 == 0.3, 'as expected'\n{SUBTRACT}",), "AssertionError"),
    "a mistake shown on purpose": ((f"{SUBTRACT}squared_error_grad(1)\nK = 3",), "TypeError"),
    "a package installed by pip": ((f"!pip install torch\nimport torch\nx = torch.zeros(3)\n{SUBTRACT}",), "the grader has no torch"),
}  # fmt: skip

# Odd ways to write other cells: what stands in which, what stands above all, and words of a remark, if there is to be one.
NOTEBOOKS: dict[str, tuple[dict[str, str], tuple[str, ...], str]] = {
    "a stub below, and a decorator below that": ({"squared_error_grad": "def timed(f): return f\n# \"\"\" the release's\n@timed\ndef squared_error_grad(o, y):\n    \"\"\"It's (\"\"\"\n    # YOUR CODE HERE\n    raise NotImplementedError(\n'todo')\n\n@timed\ndef last():\n    return 3\nassert last() == 3"}, (SUBTRACT,), "squared_error_grad: a stub was left out"),
    "a stub in column 0": ({"squared_error_grad": "def squared_error_grad(\no,\ny,\n):\n    \"\"\"\ntext\n\"\"\"\n    ...\nK = 3"}, (SUBTRACT,), "squared_error_grad: a stub was left out"),
    "a stub with types on one line": ({"squared_error_grad": "async def other(): pass\ndef squared_error_grad(o: 'a:b', y) -> 'np.ndarray': raise NotImplementedError('Übung')"}, (SUBTRACT,), "squared_error_grad: a stub was left out"),
    "a stub below an alias": ({"squared_error_grad": "def squared_error_grad(o, y):\n    raise NotImplemented"}, ("class Loss:\n    def grad(self, o, y): return (o - y) / len(o)\nsquared_error_grad = Loss().grad",), "squared_error_grad: a stub was left out"),
    "a stub below a partial": ({"squared_error_grad": "def squared_error_grad(o, y):\n    return None"}, ("from functools import partial\nsquared_error_grad = partial(lambda k, o, y: k * (o - y) / len(o), 1)",), "squared_error_grad: a stub was left out"),
    "a future import in the cell of imports": ({"setup": "from __future__ import annotations\nimport numpy as np", "squared_error_grad": f"def squared_error_grad(o: Unknown, y: NDArray[Any]) -> Matrix:\n{SOLVED}"}, (), "from __future__ import annotations"),
    "imports of every form in the cell of imports": ({"setup": "import numpy as np  # arrays\nfrom scipy.linalg import (\n    eigvals,  # of W_hh\n    norm as length,\n)\nimport math as m; import cmath;\nimport scipy.linalg \\\n    as la", "spectral_radius": "def spectral_radius(W_hh): return m.fsum([max(abs(eigvals(W_hh))), 0 * length(la.inv(np.eye(2)))]) + abs(cmath.sqrt(0))"}, (), "import math as m"),
    "named tuples": ({"forward": "from collections import namedtuple\nStates = namedtuple('States', 'h o')\ndef forward(x, h_0, W_hx, W_hh, W_qh):\n    h = [h_0]\n    for x_t in x: h.append(W_hx @ x_t + W_hh @ h[-1])\n    return States(o=np.array(h[1:]) @ W_qh.T, h=np.stack(h))"}, (), ""),
    "verdicts of an enumeration": ({"detect_explosion": "import enum\nclass Verdict(str, enum.Enum):\n    BAD = 'non_finite'; NONE = 'no_signal'; UP = 'exploding'; OK = 'stable'\ndef detect_explosion(dL_dh, dL_do, W_qh, threshold=10.0):\n    if threshold <= 1: raise ValueError\n    bad = ~np.isfinite(dL_dh).all(axis=1)\n    if bad.any(): return [Verdict.BAD, np.flatnonzero(bad)[-1] + 1]\n    if not (dL_do @ W_qh).any(): return Verdict.NONE, None\n    A = np.asarray(amplification(dL_dh, dL_do, W_qh))\n    up = np.flatnonzero(A > threshold)\n    return (Verdict.UP, up[-1] + 1) if up.size else (Verdict.OK, None)"}, (), ""),
    "a refusal of its own class": ({"truncated_hidden_grads": "class Refused(ValueError):\n    def __init__(self, *, tau): self.tau = tau\n    def __str__(self): return f'{self.tau}'\ndef truncated_hidden_grads(dL_do, W_hh, W_qh, tau):\n    if tau < 1: raise Refused(tau=tau) from None\n    T, rows = len(dL_do), []\n    for t in range(T):\n        row = np.zeros(len(W_hh))\n        for k in reversed(range(t, min(T, t + tau))): row = row @ W_hh + dL_do[k] @ W_qh\n        rows += row,\n    return np.vstack(rows)"}, (), ""),
    "a generator of gradients": ({"clip_gradients": "def scaled(grads, factor):\n    for g in grads: yield factor * g\ndef clip_gradients(grads, max_norm):\n    if max_norm <= 0 or not all(np.isfinite(g).all() for g in grads): raise ValueError('no')\n    n = safe_norm([safe_norm(g) for g in grads])\n    return (*scaled(grads, max_norm / n if n > max_norm else 1),)"}, (), ""),
    "an answer out of a namespace": ({"squared_error_grad": "squared_error_grad = helpers['squared_error_grad']"}, (f"helpers = {{'np': __import__('numpy')}}\nexec('''\n{SUBTRACT}''', helpers)",), ""),
}  # fmt: skip

# Names of an answer that cells below it use for something else: the answer, and the cells below.
USED_AGAIN: dict[str, tuple[str, tuple[str, ...]]] = {
    "a helper as a number of steps": ("def step(a, b): return a - b\ndef squared_error_grad(o, y): return step(o, y) / len(o)", ("for step in range(3): pass",)),
    "a helper as a helper of another kind": ("def minus(a, b, n): return (a - b) / n\ndef squared_error_grad(o, y): return minus(o, y, len(o))", ("def minus(a): return -a",)),
    "a class as a list of losses": ("class Loss:\n    def __init__(self, o): self.o = o\ndef squared_error_grad(o, y): return (Loss(o).o - y) / len(o)", ("Loss = []", "Loss += [1]")),
    "a constant as another one": ("SCALE = 1.0\ndef squared_error_grad(o, y): return SCALE * (o - y) / len(o)", ("SCALE = 0.5\nprint(SCALE)",)),
    "a module as a text": ("import math\ndef squared_error_grad(o, y): return (o - y) / math.sqrt(len(o)) ** 2", ("math = 'hard'",)),
    "NumPy as a counter": (SUBTRACT, ("for np in range(3): pass",)),
    "NumPy as another package's": (SUBTRACT, ("import autograd.numpy as np\nimport jax.numpy as jnp",)),
    "a built-in of NumPy's as a number": ("from numpy import sum\ndef squared_error_grad(o, y): return (o - y) / sum(np.ones(len(o)))", ("sum = 0\nfor n in range(3): sum += n",)),
    "a helper that is deleted": ("def minus(a, b): return a - b\ndef squared_error_grad(o, y): return minus(o, y) / len(o)", ("del minus",)),
    "a helper that comes later, and a second time": ("def squared_error_grad(o, y): return later(o, y) / len(o)", ("def later(a, b): return 2 * (a - b)", "def later(a, b): return a - b")),
}  # fmt: skip
