"""A fuzzer of intake: whatever a file holds, it is a submission or one sentence, and nothing is ever raised.

    python tests/fuzz_intake.py [--files 100000] [--seed 0]    files drawn at random; needs nothing but the kit
    python tests/fuzz_intake.py --coverage [--files 100000]    guided by what they reach: `pip install atheris` first

A file over which something is raised is written to `fuzz-failure`, and the run ends there. `intake/test_fuzz.py` runs a few.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


class Choices(Protocol):
    """Where all that is not fixed comes from: a random number's generator, or a fuzzer's bytes."""

    def number(self, most: int) -> int: ...
    def data(self, most: int) -> bytes: ...


class Drawn:
    """Choices that are drawn."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(str(seed))

    def number(self, most: int) -> int:
        return self._random.randint(0, most)

    def data(self, most: int) -> bytes:
        return self._random.randbytes(self.number(most))


class Guided:
    """Choices that are read from a fuzzer's bytes: what it changes there changes the file."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def number(self, most: int) -> int:
        return self._provider.ConsumeIntInRange(0, most)

    def data(self, most: int) -> bytes:
        return self._provider.ConsumeBytes(self.number(most))


NAMES = ("bptt.ipynb", "bptt.py", "bptt.json", "bptt.ipynb.txt", "\udcff\x1b[31m.py")
IDS = ("forward", "hidden_grads", "test_forward", "setup", "written_disagree", "x", "\ud800", "", None, 7)
WORDS = (
    "def forward(x):\n", "    return 0\n", "def hidden_grads(", "):", "    raise NotImplementedError\n", "forward = lambda a: ",
    "import os\n", "from a import *\n", "async ", "@x\n", "class A:\n", '"""', "'''", '"', "'", "#", "# %%\n", "# %% [markdown]\n",
    "# In[ 1]:\n", "```python\n", "```\n", "%%bash\n", "!ls\n", "\\\n", "\\", "(", "[", "{", ")", "\n", "\r", "\t", " ", "\f", "\0",
    "\x85", "\u2028", "\ufeff", "\u202e", "é", "😀", "\ud800", "data:image/png;base64," + "A" * 600, "raise SystemExit", "0" * 5000, ";",
)  # fmt: skip
VALUES = (
    None,
    True,
    0,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "x",
    "code",
    "markdown",
    "raw",
    [],
    [[]],
    ["a\n", 1],
    {},
    {"a": [1]},
)
BYTES = (
    b"",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xff\xfe\0\0",
    b"PK\3\4",
    b"%PDF",
    b"<html",
    b" ",
    b"\n",
    b"\0",
    b"[",
    b"{",
)
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252")
KEYS = (
    "cells",
    "metadata",
    "nbformat",
    "worksheets",
    "cell_type",
    "source",
    "id",
    "outputs",
    "execution_count",
    "input",
)


def file_of(choices: Choices) -> tuple[str, bytes]:
    """A file's name and what it holds."""
    kind = choices.number(5)
    if kind == 0:
        data = _pick(choices, BYTES) + choices.data(60)
    elif kind == 1:
        data = _pick(choices, BYTES) + _encoded(choices, _source(choices))
    else:
        data = _encoded(choices, json.dumps(_notebook(choices), ensure_ascii=bool(choices.number(1))))
    if choices.number(3) == 0:
        data = _spoilt(choices, data)
    return _pick(choices, NAMES), data


def _pick(choices: Choices, among: Sequence[Any]) -> Any:
    return among[choices.number(len(among) - 1)]


def _source(choices: Choices) -> str:
    return "".join(_pick(choices, WORDS) for _ in range(choices.number(30)))


def _encoded(choices: Choices, text: str) -> bytes:
    return text.encode(_pick(choices, ENCODINGS), "replace" if choices.number(1) else "backslashreplace")


def _notebook(choices: Choices) -> Any:
    cells = [_cell(choices) for _ in range(choices.number(6))]
    marks = {"bptt": {"release": _pick(choices, ("0123456789ab", *VALUES))}, "language_info": _pick(choices, VALUES)}
    made: Any = {
        "nbformat": _pick(choices, (4, 3, *VALUES)),
        "metadata": _any(choices, marks),
        "cells": _any(choices, cells),
    }
    if choices.number(4) == 0:
        made = {"nbformat": 3, "worksheets": _any(choices, [{"cells": cells}])}
    return _any(choices, made)


def _cell(choices: Choices) -> Any:
    source: Any = _source(choices)
    if choices.number(3) == 0:
        source = source.splitlines(keepends=True)
    marks = {"grade_id": _any(choices, _pick(choices, IDS)), "grade": True, "solution": True, "locked": False}
    made = {
        "cell_type": _any(choices, _pick(choices, ("code", "markdown"))),
        "id": _any(choices, _pick(choices, IDS)),
        "metadata": _any(choices, {"nbgrader": _any(choices, marks)}),
        "source": _any(choices, source),
        "outputs": _pick(choices, VALUES),
        "execution_count": _pick(choices, VALUES),
    }
    if choices.number(4) == 0:
        made.pop(_pick(choices, tuple(made)))
    if choices.number(9) == 0:
        made[_pick(choices, KEYS)] = _pick(choices, VALUES)
    return _any(choices, made)


def _any(choices: Choices, usual: Any) -> Any:
    """Mostly the usual value, and now and then anything."""
    return _pick(choices, VALUES) if choices.number(19) == 0 else usual


def _spoilt(choices: Choices, data: bytes) -> bytes:
    """The file with some bytes taken out, and others put in."""
    for _ in range(choices.number(3)):
        place = choices.number(len(data))
        data = (
            data[:place] + _pick(choices, BYTES) + choices.data(4) + data[place + choices.number(len(data) - place) :]
        )
    return data


def try_one(choices: Choices) -> bytes:
    """Read one file as a submission, repair it, and look at its name and its text as at a time. Raises what that raises."""
    from autograder.engine.core.names import shown
    from autograder.engine.core.result import Result
    from autograder.engine.course.released import released
    from autograder.engine.intake.repair import runnable
    from autograder.engine.intake.submission import UnreadableError, check_code, read
    from autograder.nbgrader.staging import staged_notebook
    from autograder.nbgrader.timestamps import parsed

    name, data = file_of(choices)
    try:
        shown(data.decode("utf-8", "surrogateescape")).encode()
        parsed(data[:40].decode("latin-1"), "Europe/Berlin")
        try:
            handed_in = read("x", "y", shown(name), data, [])
            own, notes = runnable(handed_in.cells, released())
            check_code("x", (cell.source for cell in own))
        except UnreadableError as error:
            if not str(error).isprintable():
                raise ValueError("a sentence that a terminal cannot hold") from error
            return data
        "".join([*handed_in.notes, *notes, *(cell.id + cell.source for cell in (*handed_in.cells, *own))]).encode()
        if len(data) % 50 == 0:  # it takes a hundred times as long as all the rest
            staged_notebook(handed_in, Result("x", "y", 0.0, 30.0, "graded", None, (*handed_in.notes, *notes)))
    except BaseException:
        Path("fuzz-failure").write_bytes(data)
        print(f"fuzz-failure holds what was read as {name!r}", file=sys.stderr)
        raise
    return data


def _guided(files: int, attempt: Callable[[Choices], object]) -> None:
    import atheris

    with atheris.instrument_imports(include=["autograder.engine.intake", "autograder.nbgrader"]):
        import autograder.engine.intake.repair
        import autograder.nbgrader.staging
        import autograder.nbgrader.timestamps  # noqa: F401

    corpus = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number in range(200):  # to begin with: from nothing at all it would take long to make a notebook
        (corpus / str(number)).write_bytes(random.Random(number).randbytes(2000))
    atheris.Setup(
        [sys.argv[0], f"-atheris_runs={files}", "-max_len=4000", "-len_control=0", "-print_final_stats=1", str(corpus)],
        lambda data: attempt(Guided(atheris.FuzzedDataProvider(data))),
    )
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--coverage", action="store_true", help="guided by coverage, with atheris")
    options = parser.parse_args()
    if options.coverage:
        _guided(options.files, try_one)
        return
    sizes = [len(try_one(Drawn((options.seed, number)))) for number in range(options.files)]
    print(f"{options.files} files of up to {max(sizes)} bytes: nothing was raised")


if __name__ == "__main__":
    main()
