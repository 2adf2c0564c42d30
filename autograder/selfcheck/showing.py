"""How a picture is shown: in a notebook with its description, elsewhere in words.

Where matplotlib is not installed, a picture comes in words, which are also its description for somebody who cannot see
it. `python -m selfcheck` and `pytest` draw nothing.
"""

import base64
import html
import importlib.util
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.selfcheck.calling import call, quiet
from autograder.selfcheck.cases.shared import NOT_ATTEMPTED
from autograder.selfcheck.cases.table import TASKS, cases_of
from autograder.selfcheck.words import error_text, steps_of, wrap, write


@dataclass(frozen=True)
class Picture:
    """What is drawn on a figure of matplotlib, its size in inches, what it shows in words, and what stands below it."""

    words: str
    draw: Callable[[Any], None]
    size: tuple[float, float] = (7.0, 3.6)
    caption: str = ""


def try_out(experiment: Callable[[], None]) -> None:
    """Run an experiment of the notebook. A task that it needs and that is not attempted yet is named in a line."""
    if not is_watched(getattr(experiment, "__globals__", {})):
        return
    try:
        with np.errstate(all="ignore"):
            experiment()
    except NotImplementedError as error:
        steps = steps_of(error)
        write(sys.stdout, f"{NOT_ATTEMPTED[0].upper()}{NOT_ATTEMPTED[1:]}: {steps[-1].name if steps else 'a task'}")
    except (Exception, SystemExit) as error:
        write(sys.stdout, wrap(f"No result yet: {error_text(error)}. What do the check cells say?"))


def make_picture(namespace: Mapping[str, Any], tasks: list[str], picture: Callable[..., Picture]) -> Picture | str:
    """The picture that your functions draw, or the sentence that says why there is none."""
    waiting = [task for task in tasks if not is_attempted(task, namespace.get(task))]
    if waiting:
        return f"{NOT_ATTEMPTED.capitalize()}: {', '.join(waiting)}."
    try:
        with quiet(), np.errstate(all="ignore"):
            return picture(*(namespace[task] for task in tasks))
    except KeyboardInterrupt:
        return "Interrupted: no picture."
    except BaseException as error:  # your code may raise anything, SystemExit included
        those = "its check cell" if len(tasks) == 1 else f"the check cells of {', '.join(tasks)}"
        return f"No picture yet: {error_text(error)}. What do{'es' * (len(tasks) == 1)} {those} say?"


def show_picture(namespace: Mapping[str, Any], tasks: list[str], picture: Callable[..., Picture]) -> None:
    """Show the picture of `make_picture`, or print its sentence."""
    if is_watched(namespace):
        tell_picture(namespace, make_picture(namespace, tasks, picture))


def tell_picture(namespace: Mapping[str, Any], made: Picture | str) -> None:
    """A picture in a notebook; elsewhere its words."""
    if not is_watched(namespace):
        return
    if isinstance(made, str) or not has_matplotlib() or not in_jupyter():
        write(sys.stdout, wrap(in_words(made)))
    else:
        from IPython.display import display

        display({"text/html": as_html(made), "text/plain": made.words}, raw=True)
    if isinstance(made, Picture) and made.caption:
        write(sys.stdout, made.caption)


def is_attempted(task: str, function: Any) -> bool:
    """Whether a function of this name is there and raises no NotImplementedError."""
    if task not in TASKS or not callable(function):
        return False
    return not isinstance(call(task, function, cases_of(task)[0]).error, NotImplementedError)


def is_watched(namespace: Mapping[str, Any]) -> bool:
    """Whether somebody looks at the notebook: not where `load_notebook` runs it, which leaves this mark."""
    return "__cell_errors__" not in namespace


def in_jupyter() -> bool:
    ipython = sys.modules.get("IPython")
    return bool(ipython and getattr(ipython.get_ipython(), "kernel", None))


def has_matplotlib() -> bool:
    return importlib.util.find_spec("matplotlib") is not None


def in_words(made: Picture | str) -> str:
    if isinstance(made, str):
        return made
    return made.words if has_matplotlib() else f"Without matplotlib, this picture comes in words. {made.words}"


def as_html(made: Picture | str) -> str:
    if isinstance(made, str) or not has_matplotlib():
        return f"<p>{html.escape(in_words(made))}</p>"
    data = base64.b64encode(_png(made)).decode()
    return f'<img alt="{html.escape(made.words)}" src="data:image/png;base64,{data}">'


def _png(picture: Picture) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure, drawn = Figure(figsize=picture.size, facecolor="white", layout="constrained"), io.BytesIO()
    picture.draw(figure)
    FigureCanvasAgg(figure).print_png(drawn)
    return drawn.getvalue()
