"""What student code may import: the standard library, NumPy and SciPy, loaded before the process is isolated.

Anything else is a stand-in. One for plots and notebooks swallows whatever is done with it, since a plot never costs
points; any other can be imported, and says what it is when it is used. That holds for what students import: what the
standard library, NumPy and SciPy themselves try to import is there or not, as in plain Python.

Each fork pays for what is loaded, and nearly every notebook gets by with the minimal imports (`MINIMAL`), or with these
and what is most used of SciPy (`SCIENTIFIC`). All modules are there for the code that imports more: they take a second to
load, and three times as long to fork.
"""

import importlib
import importlib.machinery
import math
import os
import pkgutil
import re
import sys
import types
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Literal

from .offered import DECORATORS, DISPLAY, LIBRARIES

# What opens windows, prints at once, compiles, tests or is not for students.
_LEFT_OUT = frozenset(
    "__main__ antigravity command conftest ensurepip idlelib lib2to3 mypy_plugin numpy.distutils setup test tests this "
    "tkinter turtle turtledemo venv".split()
)
MINIMAL = (
    "abc ast bisect builtins cmath collections contextlib copy ctypes dataclasses datetime decimal enum fractions functools "
    "heapq inspect io itertools json keyword linecache math numbers numpy operator os pprint random re reprlib socket "
    "statistics string struct sys textwrap time timeit traceback tracemalloc types typing unicodedata warnings weakref"
).split()
SCIENTIFIC = "scipy scipy.linalg scipy.special".split()
NUMERIC = "numpy.fft numpy.lib.stride_tricks numpy.linalg numpy.polynomial numpy.random numpy.typing".split()
MORE_NUMERIC = "numpy.ctypeslib numpy.lib.recfunctions numpy.ma numpy.matlib numpy.testing".split()
# Private modules that a function of a library imports when it is called. Each is there on some Python or SciPy.
LATE = (
    "_md5 _pylong _sha1 _sha2 _sha256 _sha3 _strptime _suggestions _tokenize email._header_value_parser "
    "_sysconfig importlib.metadata._adapters importlib.resources._adapters unittest._log scipy._external.cobyqa "
    "scipy._external.pyprima scipy._lib.cobyqa scipy._lib.pyprima scipy.io._fast_matrix_market._fmm_core "
    "scipy.linalg._matfuncs_inv_ssq scipy.sparse._spfuncs"
).split()
Imports = Literal["minimal", "scientific", "all"]  # which modules a process has
MISSING_MODULE = 77  # the exit status of a process without all imports that was asked for another module
_DISPLAY = frozenset([*DISPLAY.split(), "nest_asyncio"])
_MORE_OF_SCIPY = (
    "cluster constants datasets differentiate fftpack integrate interpolate misc ndimage odr optimize sparse spatial stats"
).split()
_ELSEWHERE = {*sys.stdlib_module_names, *_MORE_OF_SCIPY, *(name.rpartition(".")[2] for name in MORE_NUMERIC)} - {
    *MINIMAL,
    *_LEFT_OUT,
}
# Words anywhere in a cell, like the words of import lines above, for which only all modules will do.
_MORE = "__import__ importlib await async np.ctypeslib np.ma. np.matlib np.testing numpy.ma. numpy.testing".split()


def wanted(cells: Sequence[str]) -> Imports:
    """What the text of these cells asks for. What it hides is found when it is imported."""
    lines = "\n".join(line for cell in cells if "import" in cell for line in cell.splitlines() if "import" in line)
    words = set(re.findall(r"\w+", lines))
    if not _ELSEWHERE.isdisjoint(words) or any(word in cell for cell in cells for word in _MORE):
        return "all"
    return "scientific" if "scipy" in words else "minimal"


@cache
def existing() -> frozenset[str]:
    """The modules of the standard library, NumPy and SciPy that this interpreter has. Asked before it is isolated."""
    found = {*sys.builtin_module_names} & LIBRARIES
    for top in LIBRARIES:
        spec = importlib.machinery.PathFinder.find_spec(top)
        found |= {top, *_inside(spec.submodule_search_locations, top)} if spec else set()
    return frozenset(found)


def _inside(path: Sequence[str] | None, package: str) -> Iterator[str]:
    """The modules below a package, found without importing it."""
    for found in pkgutil.iter_modules(path, f"{package}.") if path else ():
        yield found.name
        if found.ispkg:
            last = found.name.rpartition(".")[2]
            yield from _inside([os.path.join(folder, last) for folder in path or ()], found.name)


def offered() -> frozenset[str]:
    """The modules that a student may import."""
    return frozenset(name for name in existing() if _LEFT_OUT.isdisjoint([name, *name.split(".")]))


def preload(imports: Imports) -> None:
    """Import what can be had of the lists: an isolated process has no files to import from."""
    import warnings

    names = MINIMAL + NUMERIC + SCIENTIFIC * (imports == "scientific")
    if imports == "all":
        names = [name for name in sorted(offered()) if not any(part.startswith("_") for part in name.split("."))] + LATE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            try:
                importlib.import_module(name)
            except Exception:  # not of this system
                continue
        if imports == "all":
            import sysconfig

            sysconfig.get_config_vars()  # they lie in a module, of a name that differs from system to system


_UNPACKED = {"plot": 1, "semilogy": 1, "semilogx": 1, "loglog": 1, "hist": 3, "subplots": 2}


class Swallow:
    """Takes any call, attribute, index, sum and loop, and does nothing. `size` is how many it can be unpacked into."""

    def __init__(self, name: str = "", size: int = 2) -> None:
        self._name, self._size = name, size

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and isinstance(arguments[0], types.FunctionType):  # as a decorator it changes nothing
            return arguments[0]
        if self._name == "subplots":
            shape = [*arguments, options.get("nrows"), options.get("ncols")]
            return Swallow(), Swallow(size=math.prod(n for n in shape if isinstance(n, int)))
        return Swallow(size=_UNPACKED.get(self._name, 2))

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return "0"
        if name.startswith("__"):
            raise AttributeError(name)
        return Swallow(name)

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Any:
        return iter([self] * self._size)

    def __len__(self) -> int:
        return self._size

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __mro_entries__(self, bases: object) -> tuple[()]:
        return ()

    def _same(self, *other: object) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _same


class _Bar(Swallow):
    """A progress bar: the loop it was given, or something that takes notice of how far it is."""

    def __init__(self, loop: Any = (), *arguments: Any, **options: Any) -> None:
        super().__init__()
        self._loop = loop

    def __iter__(self) -> Any:
        return iter(self._loop)


class _Told(Swallow):
    """A print that gives back what it is given."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return arguments[0] if len(arguments) == 1 else arguments or None


class _Unavailable:
    """Can be imported, and named in a type or as a base class; using it says that the grader does not have it."""

    __iter__ = None  # what can be indexed would else be a loop without an end

    def __init__(self, module: str) -> None:
        self._module = module

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        raise ImportError(
            f"the grader has no {self._module}: use NumPy, SciPy or the standard library", name=self._module
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unavailable(self._module)

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __mro_entries__(self, bases: object) -> tuple[()]:
        return ()

    def _same(self, other: object) -> Any:
        return self

    __getitem__ = __or__ = __ror__ = _same


def _undecorated(function: Any = None, *arguments: Any, **options: Any) -> Any:
    """A decorator, with or without arguments, that leaves the function as it is."""
    return function if callable(function) else _undecorated


class _Absent(types.ModuleType):
    __path__ = []  # noqa: RUF012  # a package, as importlib wants it

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        root = self.__name__.partition(".")[0]
        if root == "tqdm" or (root, name) == ("rich", "track"):
            return (lambda *bounds, **options: _Bar(range(*bounds))) if name == "trange" else _Bar
        if root == "icecream":
            return _Told()
        if name in DECORATORS.get(root, ()):
            return range if name == "prange" else _undecorated
        return getattr(Swallow(), name) if root in _DISPLAY else _Unavailable(root)


class AbsentFinder:
    """Last on `sys.meta_path`: finds a stand-in for every module that a student imports and that nothing else found.

    Not for a `guarded` one: code that imports it in a `try` has another way. Nor for what a library imports. A process without
    all imports ends where one with all has the module: the submission then gets that other process.
    """

    def __init__(self) -> None:
        self.guarded: set[str] = set()
        self.elsewhere: frozenset[str] = frozenset()  # the modules that another process has
        self.shell: Any = None  # what `get_ipython()` returns

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        root = name.partition(".")[0]
        if name in self.elsewhere:
            os._exit(MISSING_MODULE)
        if root in LIBRARIES or root in self.guarded or (root not in _DISPLAY and _importer() in LIBRARIES):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # it has the methods of one

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = _Absent(spec.name)
        if spec.name.startswith("IPython"):
            module.__dict__["get_ipython"] = lambda: self.shell
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        return None


def _importer() -> str:
    """The package whose code the import stands in; the machinery of imports itself is none."""
    frame, name = sys._getframe(2), "importlib"
    while frame and name in ("importlib", "_frozen_importlib", "_frozen_importlib_external"):
        name = str(frame.f_globals.get("__name__")).partition(".")[0]
        frame = frame.f_back  # type: ignore[assignment]  # None is the end
    return name
