"""What students may count on: the versions of Python, and the packages that the grader has. Copied into the self-check, too."""

import sys

# Every version is tested by .ci/interpreters, and stands in pyproject.toml.
PYTHONS = ("3.11", "3.12", "3.13")
LIBRARIES = frozenset(["numpy", "scipy", *sys.stdlib_module_names])
# Of packages for plots and notebooks there is a stand-in that swallows whatever is done with it.
DISPLAY = (
    "IPython altair bokeh colorama google graphviz ipywidgets loguru matplotlib mpl_toolkits notebook pandas_profiling "
    "plotly prettytable pysnooper rich seaborn selfcheck tabulate termcolor"
)
# Packages whose decorators change what a function costs or checks, and never what it returns.
DECORATORS = {
    "beartype": ["beartype"],
    "jaxtyping": ["jaxtyped"],
    "line_profiler": ["profile"],
    "memory_profiler": ["profile"],
    "numba": ["jit", "njit", "prange"],
    "typeguard": ["typechecked"],
}
OTHERS = ("icecream", "nest_asyncio", "tqdm")  # of which there are stand-ins as well
