"""What a student's exception met that another version of Python, NumPy or SciPy has. Runs in the student's process.

The answer is a few words, of which `versions.py` makes a sentence: "Python 3.12", "numpy.product", "numpy.reshape(shape)",
"annotation Array", "changed", or nothing.
"""

import ast
import re
import sys
from collections import ChainMap
from collections.abc import Mapping
from functools import cache
from types import FrameType, ModuleType
from typing import Any

from .beside import misspelt
from .cells import compiled
from .imports import existing
from .newer_syntax import python_that_reads
from .offered import LIBRARIES
from .versions import INSTEAD, ONCE_STANDARD

_GAPS = (  # in the words of Python and NumPy
    (AttributeError, re.compile(r"module '(?P<where>[\w.]+)' has no attribute '(?P<name>\w+)'")),
    (AttributeError, re.compile(r"`(?P<where>np)\.(?P<name>\w+)` was removed")),
    (AttributeError, re.compile(r"'numpy\.(?P<where>ndarray)' object has no attribute '(?P<name>\w+)'")),
    (AttributeError, re.compile(r"`(?P<name>\w+)` was removed from the (?P<where>ndarray) class")),
    (ImportError, re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<where>[\w.]+)'")),
    (ImportError, re.compile(r"No module named '(?P<where>[\w.]+)\.(?P<name>\w+)'")),
)
_KEYWORD = re.compile(r"(?P<function>\w+)\(\) got an unexpected keyword argument '(?P<name>\w+)'")
_CHANGED = re.compile(r"NumPy \d|numpy_\d|\bremoved\b")


def gap_of(error: BaseException, text: str, source: str, line: int, frame: FrameType | None) -> str:
    """What an exception with this text met, in that line of a cell; `frame` is where the line was run."""
    try:
        if isinstance(error, SyntaxError):
            version = python_that_reads(source)
            return f"Python {version[0]}.{version[1]}" if version else ""
        if isinstance(error, NameError):
            name = str(error.name)
            return f"annotation {name}" if sys.version_info < (3, 14) and _only_annotates(source, line, name) else ""
        own = [*source.split("\n"), ""][line - 1]
        names = ChainMap(frame.f_locals, frame.f_globals) if frame else ChainMap()
        return _lacking(error, text) or _refused(error, text, own, names) or _changed(error, text, own)
    except BaseException:  # of hostile text or a hostile exception
        return ""


def _lacking(error: BaseException, text: str) -> str:
    """The dotted name of a thing that a library of this version does not have."""
    if isinstance(error, ImportError) and error.name in ONCE_STANDARD:
        return str(error.name)
    for kind, form in _GAPS:
        found = form.match(text) if isinstance(error, kind) else None
        if found:
            name = f"{'numpy' if found['where'] == 'np' else found['where']}.{found['name']}"
            if name not in existing() and (name in INSTEAD or "was removed" in text):
                return name
            known = found["where"].partition(".")[0] in LIBRARIES
            return name if known and name not in existing() and not misspelt(error) else ""
    return ""


def _refused(error: BaseException, text: str, own: str, names: Mapping[str, Any]) -> str:
    """The argument that a function of a library does not take."""
    found = _KEYWORD.match(text) if isinstance(error, TypeError) else None
    called = re.search(rf"([\w.]*\b{found['function']})\s*\(", own) if found else None
    if not found or not called:
        return ""
    first, *rest = called[1].split(".")
    here, module = names.get(first), ""
    for name in rest:
        module = here.__name__ if isinstance(here, ModuleType) else ""
        here = getattr(here, name) if module else None
    module = module or str(getattr(here, "__module__", ""))
    return f"{module}.{found['function']}({found['name']})" if module.partition(".")[0] in LIBRARIES else ""


def _changed(error: BaseException, text: str, own: str) -> str:
    """Whether NumPy says itself that it is another version's way; not where the student's own line raises."""
    says_so = isinstance(error, ValueError | TypeError) and _CHANGED.search(text) and "raise" not in own
    return "changed" if says_so else ""


@cache
def _only_annotates(source: str, line: int, name: str) -> bool:
    """Whether the name stands in that line, and in annotations alone, which Python 3.14 does not look up."""
    tree = ast.parse(compiled(source, "")[1])
    annotations = [getattr(node, part, None) for node in ast.walk(tree) for part in ("annotation", "returns")]
    inside = {id(node) for annotation in annotations if annotation for node in ast.walk(annotation)}
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and (node.id, node.lineno) == (name, line)]
    return bool(uses) and all(id(node) in inside for node in uses)
