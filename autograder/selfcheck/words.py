"""How messages are written: sentences in lines that fit a terminal, and an exception as one sentence."""

import os
import re
import textwrap
import traceback
from typing import Any, TextIO


def wrap(text: str) -> str:
    """A sentence in lines of at most 79 characters; the row of an array is not torn apart."""
    whole = re.sub(r"\[[^\[\]]*\]|\([\d, ]*\)", lambda row: row[0].replace(" ", "\0"), text)
    return textwrap.fill(whole, 79, break_long_words=False, break_on_hyphens=False).replace("\0", " ")


def write(stream: TextIO, text: str) -> None:
    """Print, also where the terminal cannot show a letter."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)


def kind(value: Any) -> str:
    """What a value is, with its article."""
    names = {"NoneType": "None", "ndarray": "an array", "int": "an int"}
    return names.get(type(value).__name__, f"a {type(value).__name__}")


def error_text(error: BaseException) -> str:
    """An exception as text, with the last line of the notebook that it passed."""
    text = " ".join(traceback.format_exception_only(error)[-1].split())[:200]
    lines = [(step.lineno, step.line) for step in steps_of(error)]
    if isinstance(error, SyntaxError) and error.text:
        lines = [(error.lineno, error.text.strip())]
    return f"{text} (line {lines[-1][0]}: `{str(lines[-1][1])[:80]}`)" if lines else text


def steps_of(error: BaseException) -> list[traceback.FrameSummary]:
    """The lines of the notebook that an exception passed; a cell is no file on the disk."""
    steps = traceback.extract_tb(error.__traceback__)
    return [step for step in steps if step.line and not os.path.exists(step.filename)]
