"""A cell as Python: IPython's own syntax does nothing and breaks nothing, line numbers stay, a failure costs itself alone."""

import __future__

import ast
import contextlib
import inspect
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from types import CodeType
from typing import Any, TypeVar

T = TypeVar("T")
# The cell below these is Python.
_TRANSPARENT = frozenset(
    f"%%{name}"
    for name in "capture debug ipytest lprun memit mprun prun pyinstrument scalene snakeviz time timeit".split()
)
_HELP = r"[\w.*\[\]'\"]+\?{1,2};?|\?\S.*"
_CALL = r"[/,;][^\W\d][\w.]*(?: .*)?"  # IPython calls it with the rest of the line
_AUTOMATIC = r"(?:pip3?|conda|mamba|uv|git|ls|cd|cat|mkdir|rm|cp|mv|wget|curl|load_ext|reload_ext|matplotlib)\s.*"
_LINE = re.compile(rf"^(\s*)(?:[%!].*|{_HELP}|{_CALL}|{_AUTOMATIC})\s*$")
_MARKED = re.compile(r"^\s*[%!]")
_RUN = re.compile(r"^(\s*)%run\s+(?:-\w\s+)*([^\s;]+)")
_TIMED = re.compile(r"^(\s*)%?time\s+(.+)$")
_ASSIGNED = re.compile(r"^(\s*[\w.,\s]+=\s*)(?:%time\s+(?P<timed>.*)|[%!].*)$")
_WRITES = re.compile(r"%%(?:write)?file\s+(?:(-a)\s+)?[\"']?([^\"'\s]+)")
_OTHER = re.compile(r"^%%(?P<head>\w*)", re.MULTILINE)
_PROMPTS = (re.compile(r"^(?:>>>|\.\.\.)(?: |$)"), re.compile(r"^(?:In \[\d+\]: ?|\s*\.{3,}: ?)"))
_MAY_GUARD = re.compile(r"\btry\s*:.*\bimport\b|\bfind_spec\b", re.DOTALL)
_MAX_MAGICS = 200
_FUTURE = reduce(or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names))


def compiled(source: str, filename: str, future: int = 0) -> tuple[CodeType, str]:
    """The cell's code, and its text as Python. `future` are the flags that `future_of` found in earlier cells."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future

    def code_of(text: str) -> CodeType:
        try:  # without a tree of Python's objects, which would cost as much again
            code: CodeType = compile(text, filename, "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            if "__future__" not in str(error.msg):
                raise
            code = compile(_future_first(ast.parse(text)), filename, "exec", flags, dont_inherit=True)
        return code

    with warnings.catch_warnings():  # a cell may have made them exceptions
        warnings.simplefilter("ignore")
        return _read(source, code_of)


def _future_first(tree: ast.Module) -> ast.Module:
    """The cell with its imports from `__future__` on top: in IPython they may stand anywhere at the top level."""
    first = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    tree.body = [*first, *(node for node in tree.body if node not in first)]
    return tree


def python_of(source: str) -> str:
    """The cell's text as Python."""
    return _read(source, ast.parse)[1]


def future_of(code: CodeType) -> int:
    """The flags of what a cell imports from `__future__`: as in IPython they hold for all cells below."""
    flags: int = code.co_flags & _FUTURE
    return flags


def parts(text: str, filename: str, below: int, future: int) -> Iterator[CodeType]:
    """The code of each top-level statement of a text that is Python, as far as it begins below that line."""
    for statement in ast.parse(text).body:
        if _first_line(statement) > below:
            alone = ast.Module([statement], [])
            yield compile(alone, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future, dont_inherit=True)


def execute(code: CodeType, namespace: dict[str, Any]) -> None:
    """Run it, and what it awaits at the top level."""
    awaited = eval(code, namespace)
    if code.co_flags & inspect.CO_COROUTINE:
        import asyncio  # not among the minimal imports

        asyncio.run(awaited)


def execute_below(error: BaseException, text: str, filename: str, future: int, namespace: dict[str, Any]) -> None:
    """Run the statements below the one that failed: it costs itself alone. `text` is the cell's as Python."""
    for part in parts(text, filename, _line_in(error, filename), future):
        with contextlib.suppress(Exception):
            execute(part, namespace)


def _line_in(error: BaseException, filename: str) -> int:
    """The line of the cell itself in which its error arose."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            return trace.tb_lineno
        trace = trace.tb_next
    return sys.maxsize


def first_lines(script: str) -> list[int]:
    """On which lines of a script, counted from 0, its top-level statements begin, as its syntax tree says."""
    if any(found[0] not in _TRANSPARENT for found in _OTHER.finditer(script)):
        raise SyntaxError("a cell of another language")
    found, last = [], 0
    tree, text = _read(script, ast.parse)
    lines = text.split("\n")
    for statement in tree.body:
        first = _first_line(statement)
        while first != statement.lineno and first > last + 1 and not lines[first - 1].lstrip().startswith("@"):
            first -= 1  # the decorator's own line: what it calls may begin on another one
        if first > last:  # and does not share a line with the one above
            found.append(first - 1)
        last = statement.end_lineno or first
    return found


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(above.lineno for above in decorators)])


def _read(source: str, parse: Callable[[str], T]) -> tuple[T, str]:
    """What `parse` makes of the cell, and its text as Python. A line is read as a magic only where Python itself stumbles."""
    lines = _unprompted(_without_cell_magic(source).split("\n"))
    for _ in range(_MAX_MAGICS):
        try:
            text = "\n".join(lines)
            return parse(text), text
        except SyntaxError as error:
            if not _take_out(lines, (error.lineno or 0) - 1) and not _take_out(lines, _first_marked(lines)):
                raise
    raise SyntaxError(f"more than {_MAX_MAGICS} magics in a cell")


def _unprompted(lines: list[str]) -> list[str]:
    """The lines without what the first one is indented by, and without a console's prompts, as IPython takes them."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    if indent:
        lines = [line.removeprefix(indent) for line in lines]
    prompt = next((prompt for prompt in _PROMPTS if prompt.match(first.strip())), None)
    return [prompt.sub("", line, count=1) for line in lines] if prompt else lines


def _first_marked(lines: list[str]) -> int:
    """Python may see a magic's mistake only in another line, as in `try:` with nothing else in it."""
    return next((number for number, line in enumerate(lines) if _MARKED.match(line)), -1)


def written_file(source: str) -> tuple[str, str, bool] | None:
    """What a `%%writefile` cell writes: the file's name, its text with all lines in place, and whether it is added to it."""
    top, lines = _top(source)
    found = _WRITES.match(lines[top].strip())
    return (found[2], "\n" * (top + 1) + "\n".join(lines[top + 1 :]), bool(found[1])) if found else None


def _top(source: str) -> tuple[int, list[str]]:
    """The number of the first line that is neither empty nor a comment (a script's cell has its mark there), and all lines."""
    lines = source.split("\n")
    return next((number for number, line in enumerate(lines) if line.strip() and line.lstrip()[0] != "#"), 0), lines


def _without_cell_magic(source: str) -> str:
    """The cell without a `%%` line at its top. A cell of another language becomes empty."""
    top, lines = _top(source)
    head = lines[top].strip().partition(" ")[0]
    if not head.startswith("%%"):
        return source
    lines[top] = ""
    return "\n".join(lines) if head in _TRANSPARENT else ""


def _take_out(lines: list[str], index: int) -> bool:
    """Replace the magic in that line, with the lines that a backslash adds to it. False where there is none."""
    if not 0 <= index < len(lines):
        return False
    line, plain = lines[index], _plain_line(lines[index])
    if plain == line:
        return False
    lines[index] = plain
    while line.endswith("\\") and index + 1 < len(lines):
        index += 1
        line, lines[index] = lines[index], ""
    return True


def _plain_line(line: str) -> str:
    run = _RUN.match(line)
    if run:
        return f"{run[1]}get_ipython().run_line_magic('run', {run[2]!r})"
    timed = _TIMED.match(line)
    if timed:
        return timed[1] + timed[2]
    assigned = _ASSIGNED.match(line)
    if assigned:
        return assigned[1] + (assigned["timed"] or "None")
    special = _LINE.match(line)
    return special[1] + "pass" if special else line


def guarded_imports(text: str) -> set[str]:
    """The packages whose import stands in a `try`, or that it looks for: code that is prepared for their absence."""
    if not _MAY_GUARD.search(text):  # a tree of all the others would cost more than running them
        return set()
    tree = ast.parse(text)
    tries = (node for node in ast.walk(tree) if isinstance(node, ast.Try))
    imports = (node for found in tries for node in ast.walk(found) if isinstance(node, ast.Import | ast.ImportFrom))
    names = (
        alias.name if isinstance(node, ast.Import) else node.module or "" for node in imports for alias in node.names
    )
    looked_for = re.findall(r"find_spec\(['\"](\w+)", ast.unparse(tree)) if "find_spec" in text else ()
    return {name.partition(".")[0] for name in (*names, *looked_for)}


def called_names(sources: list[str]) -> set[str]:
    """All names that the cells call as functions."""
    called = set()
    for source in sources:
        try:
            tree = ast.parse(compiled(source, "")[1])
        except (SyntaxError, ValueError, RecursionError):
            continue
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        called |= {function.id for function in calls if isinstance(function, ast.Name)}
    return called
