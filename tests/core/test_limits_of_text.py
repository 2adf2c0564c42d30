"""How much text a submission may hold: for what runs, for what is read and shown, and for what is said of it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import forked
import nbformat
import pytest
from submissions.broken.kinds import cell, code, honest, prose

from autograder.engine.core.result import MAX_NOTES, CheckResult, Result
from autograder.engine.core.result import MAX_TEXT as MAX_SAID
from autograder.engine.core.settings import Course
from autograder.engine.course.released import released
from autograder.engine.grading.grade import grade
from autograder.engine.intake.files import load
from autograder.engine.intake.repair import runnable
from autograder.engine.intake.submission import MAX_SOURCE, MAX_TEXT, Cell, Submission
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.reports.pages import class_report
from autograder.engine.reports.report import to_json
from autograder.engine.reports.whole_class import Class, Member
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.worker.protocol import REQUEST_HEADER, encode
from autograder.nbgrader.staging import staged_notebook

MIB = 2**20
FEW = 20_000  # values in a file


def written(folder: Path, notebook: dict) -> Path:
    """A notebook as a file."""
    (folder / "bptt.ipynb").write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return folder


def _in(id: str, kind: str, more: str) -> Callable[[dict], None]:
    """More text in a cell of this id, which becomes one of this kind."""

    def change(notebook: dict) -> None:
        found = cell(notebook, id)
        found["cell_type"], found["source"] = kind, found["source"] + more

    return change


TOO_MUCH = {
    "an answer that became text": _in("forward", "markdown", "\n# " + "x" * MAX_SOURCE),
    "an answer of emoji that became text": _in("forward", "raw", "\n# " + "😀" * MAX_SOURCE),
    "an answer of another kind": _in("forward", "python", "\n# " + "\x01" * MAX_SOURCE),
    "an answer in a check cell": lambda nb: (
        cell(nb, "test_forward").update(source=cell(nb, "forward")["source"] + "\n#" + "é" * MAX_SOURCE),
        nb["cells"].remove(cell(nb, "forward")),
    ),
    "several together": lambda nb: [
        _in(id, "markdown", "\n# " + "y" * (MAX_SOURCE // 3))(nb)
        for id in ("forward", "hidden_grads", "expanded_terms", "amplification")
    ],
    "plain code": lambda nb: nb["cells"].append(code("# " + "x" * MAX_SOURCE)),
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_too_much_code_is_a_verdict_whatever_it_was_handed_in_as(
    tmp_path: Path, exam: HiddenTests, worker: Sandbox, kind: str
) -> None:
    """What would run is measured after the repair: more of it than the sandbox is sent is one sentence, and no failure."""
    notebook = honest()
    TOO_MUCH[kind](notebook)
    result = grade(load(written(tmp_path, notebook)), Course(tmp_path), exam, worker)
    assert (result.status, result.score) == ("unreadable", 0.0)
    assert "more than 1 MiB of code: hand in" in (result.message or "")


@pytest.mark.parametrize("letter", ["x", "é", "😀", "\x01", '"', "\\"])
def test_as_much_code_as_is_read_can_be_sent(tmp_path: Path, exam: HiddenTests, worker: Sandbox, letter: str) -> None:
    """The largest submission is judged, whatever letters it is made of: on the wire it stays below the limit."""
    notebook = honest()
    room = MAX_SOURCE - sum(len(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code") - 10
    notebook["cells"].append(code("# " + letter * room))
    handed_in = load(written(tmp_path, notebook))
    own, _ = runnable(handed_in.cells, released())
    cells = [*released().code, *(one.source for one in own)]
    assert len(encode({"cells": cells, "run": list(range(len(cells)))})) < REQUEST_HEADER
    assert grade(handed_in, Course(tmp_path), exam, worker).score == 30


@pytest.mark.parametrize("text", ["\n" * 4 * MIB, " \n" * 3 * MIB, "x" * 4 * MIB, "- a\n" * MIB, "😀" * 3 * MIB])
def test_prose_is_cut_and_costs_nothing(tmp_path: Path, exam: HiddenTests, worker: Sandbox, text: str) -> None:
    """Of too much text the beginning is read, with a note; code, points and short answers stay as they are."""
    notebook = honest()
    notebook["cells"].insert(0, prose(text))
    cell(notebook, "written_disagree")["source"] = "The end of my answer."
    handed_in = load(written(tmp_path, notebook))
    assert sum(len(one.source) for one in handed_in.cells) <= MAX_TEXT
    assert "The end of my answer." in [one.source for one in handed_in.cells]
    result = grade(handed_in, Course(tmp_path), exam, worker)
    assert result.score == 30
    assert any("more than 2 MiB of text" in note for note in result.notes)


def _printed(notebook: dict, output: dict) -> None:
    cell(notebook, "forward")["outputs"] = [output]


@pytest.fixture
def few_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that a small file can pass."""
    monkeypatch.setattr("autograder.engine.intake.submission.MAX_VALUES", FEW)


@pytest.mark.usefixtures("few_values")
def test_what_is_printed_is_one_value(tmp_path: Path) -> None:
    """A printed list of more numbers than a file may hold values costs nothing, quotes and backslashes in it neither."""
    notebook = honest()
    text = '["\\\\", {' + "0.5, " * 2 * FEW + "}]\\"
    _printed(notebook, {"output_type": "stream", "name": "stdout", "text": text})
    assert load(written(tmp_path, notebook)).error == ""


@pytest.mark.usefixtures("few_values")
@pytest.mark.parametrize("value", [0, "", [], {}, '"', "\\"], ids=repr)
def test_too_many_values_are_a_verdict(tmp_path: Path, value: object) -> None:
    """JSON that would fill the grader's memory is not parsed, whatever its values are."""
    notebook = honest()
    _printed(notebook, {"output_type": "display_data", "data": {"application/json": [value] * (FEW + 1)}})
    assert "holds too many values: clear its outputs" in load(written(tmp_path, notebook)).error


def test_pictures_do_not_count(tmp_path: Path) -> None:
    """Outputs of 20 MB, and a picture of 4 MB that stands in a written answer, are no text; the words around it stay."""
    notebook = honest()
    answer = "before ![h](data:image/png;base64," + "A" * 4 * MIB + ") after"
    cell(notebook, "written_disagree")["source"] = answer
    cell(notebook, "forward")["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * 20 * MIB}}]
    handed_in = load(written(tmp_path, notebook))
    found = next(one.source for one in handed_in.cells if one.id == "written_disagree")
    assert found == "before ![h](data:image/png;base64,) after"
    assert not any("MiB of text" in note for note in handed_in.notes)


MANY = {
    "lines in one cell": [Cell("markdown", "a\n \n" * 300_000)],
    "lines in many cells": [Cell("markdown", "a\n" * 500)] * 2000,
    "cells": [Cell("code", "pass")] * 2000,
    "letters": [Cell("code", "x = 1; " * 1_000)] * 150,
    "lines in an answer": [Cell("code", "x\n" * 500_000, "forward")],
    "letters in a written answer": [Cell("markdown", "x" * MAX_TEXT, "written_disagree")],
    "copies of locked cells": [Cell("code", "import os\n" * 30, "setup")] * 1990,
}


@pytest.mark.parametrize("kind", MANY)
def test_an_autograded_notebook_stays_small(kind: str) -> None:
    """However much was handed in, the notebook that graders open is bounded in bytes, cells and lines, and says so."""
    handed_in = Submission("x", "y", cells=(*MANY[kind], Cell("markdown", "My answer, below.", "")))
    notebook = staged_notebook(handed_in, Result("x", "y", 0.0, 30.0, "graded"))
    released = staged_notebook(Submission("x", "y"), Result("x", "y", 0.0, 30.0, "graded"))
    nbformat.validate(notebook)
    assert len(notebook.cells) - len(released.cells) <= 300
    assert len(nbformat.writes(notebook)) - len(nbformat.writes(released)) < 500_000
    assert (
        sum(c.source.count("\n") for c in notebook.cells) - sum(c.source.count("\n") for c in released.cells) < 10_000
    )
    told = "are too many or too long to be shown" in notebook.cells[0].source
    assert told or any("shows no more of this cell" in c.source for c in notebook.cells)
    if kind not in ("cells", "lines in many cells", "letters", "copies of locked cells"):
        assert "My answer, below." in [c.source for c in notebook.cells]


LONG = "x" * 900_000


@pytest.mark.parametrize(
    "change",
    [
        lambda nb: cell(nb, "setup").update(
            source="import numpy as np\nimport " + ", ".join(f"a{n}" for n in range(100_000))
        ),
        lambda nb: cell(nb, "setup").update(source="import numpy as np\nfrom " + LONG + " import y"),
        lambda nb: nb["cells"].extend(copy_of_setup(nb, f"import b{n}") for n in range(1500)),
        lambda nb: nb["cells"].append(code(f"raise ValueError('{LONG}')", id=LONG)),
        lambda nb: nb["cells"].append(code(f"def {LONG[:50_000]}(): pass\n{LONG[:50_000]}(1)")),
        lambda nb: nb["metadata"].update(bptt={"release": LONG}, authors=[LONG]),
        lambda nb: cell(nb, "forward").update(source=f"def forward(*a):\n    raise ValueError('{LONG}')"),
        lambda nb: cell(nb, "forward").update(
            source=f"class {LONG[:99_000]}: pass\ndef forward(*a): return {LONG[:99_000]}()"
        ),
    ],
)
def test_nothing_that_is_said_is_long(
    tmp_path: Path, exam: HiddenTests, worker: Sandbox, change: Callable[[dict], object]
) -> None:
    """Whatever a message or a note quotes, it is cut; so are their number, the report, the class's page and the notebook."""
    notebook = honest()
    change(notebook)
    handed_in = load(written(tmp_path, notebook))
    result = grade(handed_in, Course(tmp_path), exam, worker)
    assert len(result.notes) <= MAX_NOTES
    said = [*result.notes, result.message or "", *(c.message or "" for task in result.tasks for c in task.checks)]
    assert max(map(len, said)) <= MAX_SAID
    assert len(to_json([result], "")) < 100_000
    assert len(class_report.page(Class((Member(result),)))) < 200_000
    assert len(staged_notebook(handed_in, result).cells[0].source) < (MAX_NOTES + 1) * (MAX_SAID + 10)


def copy_of_setup(notebook: dict, more: str) -> dict:
    """A second cell under the id of a locked one, with an import of its own."""
    found = cell(notebook, "setup")
    return {**found, "source": f"{found['source']}\n{more}"}


def test_a_result_is_cut_once() -> None:
    """A result that was written down and read again is the same, and nothing in it is cut twice."""
    check = CheckResult("a", False, LONG)
    result = Result("x", "y", 0.0, 30.0, "graded", LONG, tuple(LONG + str(n) for n in range(100)))
    assert Result.from_json(result.to_json()) == result
    assert len(result.message or "") == len(result.notes[0]) == len(check.message or "") == MAX_SAID
    assert result.notes[-1] == "and 71 more remarks"


FILES = {
    "line breaks": json.dumps({"cells": [prose("\n" * 16 * MIB)], "nbformat": 4}).encode(),
    "blank lines": json.dumps({"cells": [prose(" \n" * 12 * MIB)], "nbformat": 4}).encode(),
    "a list of lines": json.dumps({"cells": [prose(["\n"] * 900_000)], "nbformat": 4}).encode(),
    "lists": b'{"cells": [], "metadata": {"x": [' + b"[]," * 990_000 + b"0]}}",
    "objects": b'{"cells": [], "metadata": {"x": [' + b'{"a":1},' * 490_000 + b"0]}}",
    "keys": ('{"cells": [], "metadata": {' + ",".join(f'"k{n}": "v{n}"' for n in range(900_000)) + "}}").encode(),
    "one emoji": b'{"cells": [], "x": "\xf0\x9f\x98\x80' + b"x" * 60 * MIB + b'"}',
    "a long output": b'{"cells": [], "x": "' + b"x" * 60 * MIB + b'"}',
    "brackets": b"[" * 900_000,
    "no text": b"\xff" * 60 * MIB,
    "no UTF-16": b"\xff\xfe" + b"\x00\xdc" * 30 * MIB,
    "blanks": b" " * 60 * MIB + b"{",
    "code": json.dumps({"cells": [code("def forward(a): return 1\n" * 40_000)], "nbformat": 4}).encode(),
    "quotes": json.dumps({"cells": [code("def forward(a): return 1\n" + "\"'''" * 250_000)], "nbformat": 4}).encode(),
}
_READS = """
import resource, sys
from pathlib import Path
from autograder.engine.course.released import released
from autograder.engine.intake.files import load
from autograder.engine.intake.repair import runnable
from autograder.nbgrader.staging import staged_notebook
from autograder.engine.core.result import Result
import nbformat

def held():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

nbformat.writes(staged_notebook(load(Path(sys.argv[1])), Result("x", "y", 0.0, 30.0, "graded")))
before = held()
handed_in = load(Path(sys.argv[2]))
runnable(handed_in.cells, released())
nbformat.writes(staged_notebook(handed_in, Result("x", "y", 0.0, 30.0, "graded")))
print((held() - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_the_graders_memory_is_bounded(tmp_path: Path, kind: str) -> None:
    """Reading, repairing and laying out one file of up to 64 MiB takes the grader no more than 400 MiB beyond its own."""
    written(tmp_path, honest())
    (tmp_path / "hostile.ipynb").write_bytes(FILES[kind])
    (tmp_path / "reads.py").write_text(_READS, encoding="utf-8")
    done = forked.run(("reads.py", "bptt.ipynb", "hostile.ipynb"), tmp_path, os.environ)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 400
