"""How messages are written: sentences in lines that fit a terminal, and an exception as one sentence."""

import linecache
import os
import re
import textwrap
import traceback
from types import CodeType, FrameType
from typing import Any, TextIO

from autograder.engine.diagnosis.questions import of_call, of_error
from autograder.engine.sandbox.worker.beside import SHAPES_MET, beside

_WIDTH = 79
_ROW = re.compile(r"\[[^\[\]]*\]|\([\d, ]*\)")
_EQUALS = re.compile(r"([\w\])]) = ")  # stands on one line with its value
_ARRAY = re.compile(r"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]")  # of at most three axes


def wrap(text: str) -> str:
    """Text in lines that fit a terminal. An array is not torn apart, and what follows an indented label hangs below it."""
    return "\n".join(_filled(line) for line in text.split("\n"))


def _filled(line: str) -> str:
    indent = " " * 12 if line.startswith("  ") else ""
    line = _EQUALS.sub(r"\1\0=\0", line) if indent else line
    whole = _ROW.sub(
        _joined, _ARRAY.sub(lambda found: _joined(found) if len(found[0]) < _WIDTH - 13 else found[0], line)
    )
    filled = textwrap.fill(whole, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return filled.replace("\0", " ")


def _joined(found: re.Match[str]) -> str:
    """What stands together, with another character for its spaces."""
    return found[0].replace(" ", "\0")


def write(stream: TextIO, text: str) -> None:
    """Print, also where the terminal cannot show a letter."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)


def kind(value: Any) -> str:
    """What a value is, with its article."""
    names = {"NoneType": "None", "ndarray": "an array", "int": "an int"}
    return names.get(type(value).__name__, f"a {type(value).__name__}")


def error_text(error: BaseException) -> str:
    """An exception as text, with the last line of the notebook that it passed, and what was seen beside it."""
    text = " ".join(traceback.format_exception_only(error)[-1].split())[:200]
    lines = [(step.lineno, step.line) for step in steps_of(error)]
    if isinstance(error, SyntaxError) and error.text:
        lines = [(error.lineno, error.text.strip())]
    where = f" (line {lines[-1][0]}: `{str(lines[-1][1])[:80]}`)" if lines else ""
    seen = beside_of(error)
    if SHAPES_MET in seen:  # which says what NumPy's own text means
        return f"{type(error).__name__}{where}: {seen}"
    return f"{text}{where}; {seen}" if seen else text + where


def text_around(code: CodeType) -> str:
    """The text around a function's code: its cell, or its file."""
    return "".join(linecache.getlines(code.co_filename))


def steps_of(error: BaseException) -> list[traceback.FrameSummary]:
    """The lines of the notebook that an exception passed; a cell is no file on the disk."""
    steps = traceback.extract_tb(error.__traceback__)
    return [step for step in steps if step.line and not os.path.exists(step.filename)]


def beside_of(error: BaseException) -> str:
    """What was seen beside an exception, where it passed a line of the notebook."""
    passed = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if in_notebook(frame)]
    if not passed:
        return ""
    frame, line = passed[-1]
    return beside(error, text_around(frame.f_code), line, frame)


def in_notebook(frame: FrameType) -> bool:
    """Whether a line of the notebook runs in this frame."""
    filename = frame.f_code.co_filename
    return not os.path.exists(filename) and bool(linecache.getlines(filename))


def kind_of_error(task: str, error: BaseException) -> str:
    """The kind of an exception, for its question."""
    code = str(next((step.line for step in reversed(steps_of(error))), ""))
    text = str(error)
    return "arguments" if of_call(task, text, code) else of_error(type(error).__name__, text, code, beside_of(error))
