"""Whether this Python and its NumPy will do. Stands first in the bundle, and is itself read by any Python 3."""

import sys


def _what_is_missing():  # type: ignore[no-untyped-def]
    """One sentence, or nothing."""
    if sys.version_info < (3, 11):
        return "The self-check needs Python 3.11 or newer, and this is Python %d.%d." % sys.version_info[:2]
    try:
        import numpy
    except ImportError:
        if sys.platform == "emscripten":  # JupyterLite: no terminal, and what is installed lasts for a session
            return "The self-check needs NumPy. In a cell of its own above this one: %pip install numpy"
        return "The self-check needs NumPy. In a terminal: pip install numpy"
    if int(numpy.__version__.split(".")[0]) < 2:
        return "The self-check needs NumPy 2 or newer, and this is %s: pip install --upgrade numpy" % numpy.__version__
    return ""


if _what_is_missing():
    sys.exit(_what_is_missing())  # no error of yours, so no traceback
