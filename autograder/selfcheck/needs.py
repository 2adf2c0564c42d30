"""What your functions need that the grader may not have: another package, or a newer Python."""

import ast
import dis
import io
import os
import re
import sys
import tokenize
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from autograder.engine.diagnosis.questions import ask
from autograder.engine.sandbox.worker.offered import DECORATORS, DISPLAY, LIBRARIES, OTHERS, PYTHONS
from autograder.selfcheck.cases.asks import ASKS
from autograder.selfcheck.words import text_around

_KNOWN = LIBRARIES | {*DISPLAY.split(), *DECORATORS, *OTHERS, "__main__", "builtins"}
_GUARDED = re.compile(r"\btry\s*:.*\bimport\b|\bfind_spec\b", re.DOTALL)


def foreign(task: str, function: Any) -> str:
    """The sentence about a package that this function uses and the grader does not have, or about too new a Python."""
    for code, names in _codes_reached(function):
        source = text_around(code)
        if newer := newer_than(source, PYTHONS[0]):
            return f"it needs {newer}, and the grader may run Python {PYTHONS[0]}. {ask(ASKS, task, 'newer')}"
        if _GUARDED.search(source):  # it has another way where the package is not there
            continue
        for package in _packages(code, names):
            if package.partition(".")[0] not in _KNOWN:
                return f"it uses {package}, which the grader does not have. {ask(ASKS, task, 'import')}"
    return ""


def _codes_reached(function: Any) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    """The code of a function of the notebook and of those that it names, each with the names around it."""
    waiting: list[Any] = [function]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        one = getattr(one, "__wrapped__", one)
        if not isinstance(one, FunctionType) or id(one) in seen:
            continue
        seen.add(id(one))
        for code in _codes(one.__code__):
            yield code, one.__globals__
            waiting += [one.__globals__[name] for name in code.co_names if name in one.__globals__]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


def _packages(code: CodeType, names: dict[str, Any]) -> Iterator[str]:
    """The packages that a piece of code imports, or takes a module, a function or a class of."""
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            yield str(step.argval).partition(".")[0]
    for name in code.co_names:
        value = names.get(name)
        package = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(package, str) and _is_installed_or_beside(package.partition(".")[0]):
            yield package.partition(".")[0]


def _is_installed_or_beside(package: str) -> bool:
    """Whether this is a package that was installed, or a file in this folder: the grader gets neither."""
    file = str(getattr(sys.modules.get(package), "__file__", None) or "")
    folder = os.path.dirname(os.path.abspath(file))
    return "site-packages" in file or "dist-packages" in file or (bool(file) and folder == os.getcwd())


def newer_than(source: str, version: str) -> str:
    """Which Python a text needs, where this one reads it and that version does not; nothing where it may."""
    oldest = tuple(map(int, version.split(".")))
    if sys.version_info[:2] <= oldest or not source:
        return ""
    for minor in range(sys.version_info[1], oldest[1], -1):
        if not _reads(source, (3, minor - 1)):
            return f"Python 3.{minor}"
    return "Python 3.12" if oldest < (3, 12) and _has_nested_quotes(source) else ""


def _reads(source: str, version: tuple[int, int]) -> bool:
    try:
        ast.parse(source, feature_version=version)
    except SyntaxError:
        try:
            ast.parse(source)
        except SyntaxError:  # with lines of IPython's own: nothing is known
            return True
        return False
    return True


def _has_nested_quotes(source: str) -> bool:
    """Whether an f-string holds its own quotes inside, as Python 3.12 reads first."""
    open_quotes: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            name = tokenize.tok_name[token.type]
            quote = token.string.lstrip("fFrRbBuU")
            if name in ("STRING", "FSTRING_START") and any(quote.startswith(outer) for outer in open_quotes):
                return True
            if name == "FSTRING_START":
                open_quotes.append(quote)
            elif name == "FSTRING_END":
                open_quotes.pop()
    except (tokenize.TokenError, SyntaxError, IndexError):
        return False
    return False
