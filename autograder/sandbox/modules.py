"""What student code may import: the standard library's common modules, NumPy and SciPy, loaded before the walls go up.

Anything else is a stand-in. One for plots and notebooks swallows whatever is done with it, since a plot never costs
points; any other can be imported, and says what it is when it is used.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any

STANDARD = (
    "abc argparse array ast bisect builtins calendar cmath codecs collections collections.abc contextlib copy csv "
    "dataclasses datetime decimal doctest enum fractions functools gc getpass glob hashlib heapq html importlib "
    "inspect io itertools json keyword linecache locale logging math numbers operator os os.path pathlib pickle "
    "platform pprint queue random re reprlib shutil string struct sys tempfile textwrap threading time timeit "
    "traceback types typing unittest unittest.mock uuid warnings weakref zlib"
).split()
NUMERIC = (
    "numpy numpy.fft numpy.lib.stride_tricks numpy.linalg numpy.ma numpy.matlib numpy.polynomial numpy.random "
    "numpy.testing numpy.typing scipy scipy.fft scipy.integrate scipy.interpolate scipy.linalg scipy.linalg.blas "
    "scipy.optimize scipy.signal scipy.sparse scipy.sparse.linalg scipy.spatial scipy.special scipy.stats"
).split()
DISPLAY = "IPython bokeh google ipywidgets matplotlib mpl_toolkits notebook pandas_profiling plotly seaborn selfcheck"
_DISPLAY = frozenset(DISPLAY.split())


def preload() -> None:
    """Import what can be had of the lists; behind the walls there are no files to import from."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in STANDARD + NUMERIC:
            try:
                importlib.import_module(name)
            except ImportError:
                continue


class _Swallow:
    """Takes any call, attribute, index and loop, and does nothing."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter((self, self))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        return None


class _Unavailable:
    """Can be imported and named; using it says that the grader does not have it."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        raise ImportError(f"the grader has no {self._module}: use NumPy, SciPy or the standard library")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unavailable(self._module)


class _Absent(types.ModuleType):
    __path__ = []  # noqa: RUF012  # a package, as importlib wants it

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        root = self.__name__.partition(".")[0]
        if root == "tqdm":
            return range if name == "trange" else lambda loop=(), *arguments, **options: loop
        return _Swallow() if root in _DISPLAY else _Unavailable(root)


class AbsentFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Last on `sys.meta_path`: finds a stand-in for every module that nothing else found."""

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        root = name.partition(".")[0]
        if root in ("numpy", "scipy") or root in sys.stdlib_module_names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None
