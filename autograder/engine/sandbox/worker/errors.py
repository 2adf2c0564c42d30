"""An exception of a student's code as text."""

import re
from typing import Any

from .beside import beside
from .gaps import gap_of

MAX_TEXT = 300  # characters of a student's error message that are passed on
MAX_WORDS = 3000  # of it that are looked at
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # of an object, which is another one in each run


def describe(error: BaseException, sources: list[str], own: int | None) -> dict[str, Any]:
    """An exception as text: its type, its message, and the last line of the student's own code that it passed.

    `own` is the cell that was run, or that defines the function that was called; None in a script, which has no cells.
    """
    try:
        text = _ADDRESS.sub("", str(error)[:MAX_WORDS])
        if isinstance(error, ImportError) and error.path:
            text = text.replace(f" ({error.path})", "")  # a place of this machine's
    except BaseException:
        text = ""
    cell, line, frame = None, None, None
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
        cell, line, text = int(str(error.filename)[6:-1]), error.lineno, str(error.msg)[:MAX_WORDS]
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.startswith("<cell "):
            cell, line, frame = int(filename[6:-1]), trace.tb_lineno, trace.tb_frame
        trace = trace.tb_next
    code, gap, seen = "", "", ""
    if cell is not None and line is not None:
        lines = sources[cell].split("\n")
        code = lines[line - 1].strip()[:MAX_TEXT] if 0 < line <= len(lines) else ""
        if type(error) is not ValueError or not code.startswith("raise ValueError"):  # a refusal says all itself
            gap = gap_of(error, text, sources[cell], line, frame)
            seen = "" if gap else beside(error, sources[cell], line, frame)
    return {
        "type": type(error).__name__[:80],
        "text": text[:MAX_TEXT],
        "line": line or 0,
        "elsewhere": None not in (cell, own) and cell != own,
        "code": code,
        "value_error": isinstance(error, ValueError),
        "not_implemented": isinstance(error, NotImplementedError),
        "memory": isinstance(error, MemoryError),
        "gap": gap,
        "beside": seen,
    }
