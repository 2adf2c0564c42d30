"""From the notebook's file to functions, without a kernel."""

import json
import linecache
import os
import re
from pathlib import Path
from typing import Any

from autograder.selfcheck.judge import quiet
from autograder.selfcheck.limit import TooLongError, limited
from autograder.selfcheck.words import error_text

# From the notebook's file to functions


LONGEST_CELL_S = 60.0


class NotebookError(Exception):
    """The notebook cannot be read; the text says which, why, and what to do."""


def load_notebook(path: str | os.PathLike[str] = "bptt.ipynb") -> dict[str, Any]:
    """Run a notebook's code cells, without Jupyter, and return what they define.

    Check cells are left out. A cell that raises is noted in `__cell_errors__`, and the others go on.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")  # a picture must not wait for a window to be closed
    errors: dict[str, str] = {}
    namespace = {
        "__name__": "__main__",
        "__cell_errors__": errors,
        "get_ipython": lambda: None,
        "display": lambda *_, **__: None,
    }
    for number, (name, source) in enumerate(_code_cells(Path(path))):
        filename = f"<cell {number}>"
        with quiet():
            try:
                code = _compile(source, filename)
                linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
                with limited(LONGEST_CELL_S):
                    exec(code, namespace)
            except KeyboardInterrupt:
                raise
            except TooLongError as stopped:
                errors[name] = f"a limit of time: {stopped}"
            except BaseException as error:  # one cell's trouble, SystemExit included, is not the others'
                errors[name] = error_text(error)
    return namespace


def _code_cells(path: Path) -> list[tuple[str, str]]:
    """The grade_id, or else the first line, and the source of each code cell that is not a check cell."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        found = []
        for cell in cells:
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if cell["cell_type"] == "code" and not marks.get("grade"):
                source = "".join(cell["source"])
                found.append((marks.get("grade_id") or source.strip()[:60].split("\n")[0], source))
        return found
    except OSError as error:
        raise NotebookError(f"{path} cannot be read ({error.strerror}). Is the notebook in this folder?") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotebookError(
            f"{path} is not a complete notebook. Save it again in Jupyter, then try once more."
        ) from None


def _compile(source: str, filename: str) -> Any:
    """A cell as code; where it is no plain Python, without IPython's own lines (`%`, `!`, `?`)."""
    try:
        return compile(source, filename, "exec")
    except SyntaxError:
        if source.lstrip().startswith("%%") and not source.lstrip().startswith(("%%time", "%%capture")):
            return compile("", filename, "exec")  # another language's cell
        plain = [
            re.sub(r"^(\s*)([%!?].*|[\w.]+\?+|[\w., ]+= *[%!].*)$", r"\1pass", line) for line in source.split("\n")
        ]
        return compile("\n".join(plain), filename, "exec")
