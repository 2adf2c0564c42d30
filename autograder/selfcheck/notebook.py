"""From the notebook's file to functions, without a kernel."""

import contextlib
import json
import linecache
import os
import sys
from pathlib import Path
from typing import Any

from autograder.engine.sandbox.worker.cells import compiled, execute, execute_below, future_of
from autograder.selfcheck.calling import quiet
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
    namespace: dict[str, Any] = {"__name__": "__main__", "__cell_errors__": errors, "display": lambda *_, **__: None}
    shell = _Shell(namespace)
    namespace["get_ipython"] = lambda: shell
    sys.argv, words = sys.argv[:1], sys.argv  # which are not meant for the notebook
    for number, (name, source) in enumerate(_code_cells(Path(path))):
        filename = f"<cell {number}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        with quiet():
            try:
                with limited(LONGEST_CELL_S):
                    shell.run(source, filename)
            except KeyboardInterrupt:
                raise
            except TooLongError as stopped:
                errors[name] = f"a limit of time: {stopped}"
            except BaseException as error:  # one cell's trouble, SystemExit included, is not the others'
                errors[name] = error_text(error)
    sys.argv = words
    for name, value in namespace.items():  # where other processes look for what they are to run
        if callable(value) and getattr(value, "__module__", "") == "__main__":
            vars(sys.modules["__main__"]).setdefault(name, value)
    return namespace


def unwritten(path: str | os.PathLike[str]) -> list[str] | None:
    """The written answers that the saved notebook does not hold yet; None where it cannot be read."""
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8-sig"))["cells"]
        answers = {}
        for cell in cells:
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if cell["cell_type"] == "markdown" and marks.get("grade"):
                answers[str(marks["grade_id"])] = "".join(cell["source"]).strip()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return [name for name, text in answers.items() if text in ("", "YOUR ANSWER HERE")]


class _Shell:
    """Runs cells as the grader does. Of IPython's own functions it has none: whatever is asked of it does nothing."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace
        self._future = 0

    def run(self, source: str, filename: str) -> None:
        """A statement that fails costs itself alone: those below it run as well, and then its error is raised."""
        code, text = compiled(source, filename, self._future)
        self._future |= future_of(code)
        try:
            execute(code, self.user_ns)
        except Exception as error:
            execute_below(error, text, filename, self._future, self.user_ns)
            raise

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """What an exported notebook has in place of a cell with `%%name` at its top."""
        with contextlib.suppress(Exception):
            self.run(f"%%{name} {line}\n{cell}", "<magic>")

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


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
