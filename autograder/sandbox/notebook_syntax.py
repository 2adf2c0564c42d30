"""A cell's text as Python: IPython's own syntax does nothing here and breaks nothing, and line numbers stay."""

import ast
import re
from types import CodeType

_TRANSPARENT = ("%%time", "%%timeit", "%%capture", "%%prun")  # the cell below them is Python
_LINE = re.compile(r"^(\s*)(?:[%!].*|\?\S*.*|[\w.]+\?{1,2})\s*$")
_TIMED = re.compile(r"^(\s*)%time\s+(.+)$")
_ASSIGNED = re.compile(r"^(\s*[\w.,\s]+=\s*)(?:%time\s+(?P<timed>.*)|[%!].*)$")
_MAY_GUARD = re.compile(r"\btry\s*:.*\bimport\b|\bfind_spec\b", re.DOTALL)
_MAX_MAGICS = 200


def compiled(source: str, filename: str) -> tuple[CodeType, str]:
    """The cell's code, and its text as Python. A line is read as a magic only where Python itself stumbles over it."""
    lines = _without_cell_magic(source).split("\n")
    for _ in range(_MAX_MAGICS):
        try:
            text = "\n".join(lines)  # compiled without a tree of Python's objects, which would cost as much again
            return compile(text, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True), text
        except SyntaxError as error:
            if not _take_out(lines, (error.lineno or 0) - 1):
                raise
    raise SyntaxError(f"more than {_MAX_MAGICS} magics in a cell")


def _without_cell_magic(source: str) -> str:
    """The cell without a `%%` line at its top. A cell of another language becomes empty."""
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    head = lines[first].strip().split(" ")[0]
    if not head.startswith("%%"):
        return source
    lines[first] = ""
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
