"""The sentence for code that needs another Python or NumPy than the grader's: which versions the grader runs, and what to do.

What such code met is found in the student's process (`gaps.py`) and comes as a few words, of which the sentence is made
here. It is about the grader's own versions, and holds as well where a name is only misspelt.
"""

import platform
import re
import sys
from functools import cache
from importlib import metadata

from .offered import PYTHONS

PROMISED = f"Python {PYTHONS[0]} to {PYTHONS[-1]} and NumPy 2"

# Modules that the standard library of an older or a newer Python has.
ONCE_STANDARD = frozenset(
    "aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt distutils formatter imghdr imp "
    "lib2to3 mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib".split()
) - frozenset(sys.stdlib_module_names)
# What every version that the kit supports has in place of what some other version has.
INSTEAD = {
    "math.sumprod": "numpy.dot",
    "ndarray.itemset": "a[i] = value",
    "ndarray.newbyteorder": "a.view(a.dtype.newbyteorder())",
    "ndarray.ptp": "numpy.ptp",
    "ndarray.tostring": "ndarray.tobytes",
    "numpy.Inf": "numpy.inf",
    "numpy.Infinity": "numpy.inf",
    "numpy.NAN": "numpy.nan",
    "numpy.NaN": "numpy.nan",
    "numpy.PINF": "numpy.inf",
    "numpy.alltrue": "numpy.all",
    "numpy.asfarray": "numpy.asarray",
    "numpy.asscalar": "ndarray.item",
    "numpy.bool8": "numpy.bool_",
    "numpy.complex": "complex",
    "numpy.complex_": "numpy.complex128",
    "numpy.cumproduct": "numpy.cumprod",
    "numpy.cumulative_prod": "numpy.cumprod",
    "numpy.cumulative_sum": "numpy.cumsum",
    "numpy.float": "float",
    "numpy.float_": "numpy.float64",
    "numpy.in1d": "numpy.isin",
    "numpy.infty": "numpy.inf",
    "numpy.int": "int",
    "numpy.mat": "numpy.asmatrix",
    "numpy.matvec": "numpy.matmul",
    "numpy.msort": "numpy.sort",
    "numpy.object": "object",
    "numpy.product": "numpy.prod",
    "numpy.rank": "numpy.ndim",
    "numpy.round_": "numpy.round",
    "numpy.row_stack": "numpy.vstack",
    "numpy.sometrue": "numpy.any",
    "numpy.str": "str",
    "numpy.trapz": "numpy.trapezoid",
    "numpy.unstack": "list",
    "numpy.vecmat": "numpy.matmul",
    "scipy.integrate.cumtrapz": "scipy.integrate.cumulative_trapezoid",
    "scipy.integrate.simps": "scipy.integrate.simpson",
    "scipy.integrate.trapz": "scipy.integrate.trapezoid",
    "scipy.linalg.kron": "numpy.kron",
}
_PYTHON = re.compile(r"Python 3\.\d\d")
_NAME, _ARGUMENT, _ANNOTATION = (re.compile(form) for form in (r"[\w.]+", r"([\w.]+)\((\w+)\)", r"annotation (\w+)"))


def sentence(gap: str) -> str:
    """What to tell a student of a gap that the process named; nothing where there is none."""
    now = running() if gap.startswith("scipy") else running().partition(", with")[0]
    if _PYTHON.fullmatch(gap):
        return f"the grader runs {now}, and this needs {gap} or newer: write it in an older way"
    if found := _ANNOTATION.fullmatch(gap):
        return f"the grader runs {now}, where a name in an annotation must be defined: define `{found[1]}`, or leave it out"
    if found := _ARGUMENT.fullmatch(gap):
        return f"the grader runs {now}, where `{found[1]}` takes no argument `{found[2]}`: leave it out"
    if gap == "changed":
        return f"the grader runs {now}: write it in a way that these versions take"
    if _NAME.fullmatch(gap):
        instead = f"`{INSTEAD[gap]}`" if gap in INSTEAD else "a name that these versions have"
        return f"the grader runs {now}, where there is no `{gap}`: use {instead}"
    return ""


@cache
def running() -> str:
    """What student code runs on here, as far as a verdict may depend on it."""
    versions = [platform.python_version(), metadata.version("numpy"), metadata.version("scipy")]
    return "Python {} and NumPy {}, with SciPy {}".format(*(".".join(version.split(".")[:2]) for version in versions))
