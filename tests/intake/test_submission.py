"""From files to submissions: what is found, what is read, and what is refused with one sentence."""

import json
import os
from pathlib import Path

import pytest
from support import find

from autograder.engine.core.places import SOLUTION
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import MAX_BYTES, MAX_SOURCE

NOTEBOOK = (SOLUTION / "bptt" / "bptt.ipynb").read_text(encoding="utf-8")


def test_a_notebook_gives_its_cells_by_grade_id() -> None:
    """Every solution cell of a notebook is known by its id, in the order of the file."""
    ids = [cell.id for cell in load(SOLUTION / "bptt" / "bptt.ipynb").cells if not cell.id.startswith("cell-")]
    assert ids[:4] == ["setup", "forward", "test_forward", "given_squared_error"]


def test_stripped_metadata_leaves_the_cell_ids(tmp_path: Path) -> None:
    """A notebook whose nbgrader metadata another editor has dropped is still read by its cell ids."""
    notebook = json.loads(NOTEBOOK)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    path = tmp_path / "bptt.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert "hidden_grads" in {cell.id for cell in load(path).cells}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_understood(tmp_path: Path, encoding: str) -> None:
    """A notebook saved as UTF-8, with a byte-order mark or as UTF-16 is read."""
    path = tmp_path / "bptt.ipynb"
    path.write_bytes(NOTEBOOK.encode(encoding))
    assert not load(path).error


def test_a_script_is_split_at_its_cell_marks(tmp_path: Path) -> None:
    """A .py file with `# %%` marks is a list of cells, of which markdown ones are no code; a plain one is one cell."""
    script = tmp_path / "bptt.py"
    script.write_text("a = 1\n# %% [markdown]\n# b = 2\n# %%\nc = 3\n", encoding="utf-8")
    assert [cell.kind for cell in load(script).cells] == ["code", "markdown", "code"]
    script.write_text("a = 1\nb = 2\n", encoding="utf-8")
    assert len(load(script).cells) == 1


def test_the_notebook_is_judged_where_both_files_are_present(tmp_path: Path) -> None:
    """Of a notebook and a .py file in one folder the notebook is read, and the other one is mentioned."""
    (tmp_path / "bptt.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    (tmp_path / "bptt.py").write_text("a = 1\n", encoding="utf-8")
    handed_in = load(tmp_path)
    assert not handed_in.is_script
    assert handed_in.notes == ("bptt.py lies beside bptt.ipynb and was not judged",)


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


UNREADABLE = {
    "empty": b"",
    "truncated": NOTEBOOK.encode()[:5000],
    "binary": bytes(range(256)) * 20,
    "no notebook": b'{"a": 1}',
    "a list": b"[1, 2, 3]",
    "deep": b"[" * 200_000,
    "large": b" " * (MAX_BYTES + 1),
    "too many cells": json.dumps({"cells": [{"cell_type": "code", "source": ""}] * 3000}).encode(),
    "too much code": json.dumps({"cells": [{"cell_type": "code", "source": "1\n" * MAX_SOURCE}]}).encode(),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_one_sentence_with_the_file_and_what_to_do(tmp_path: Path, kind: str) -> None:
    """A broken notebook is an unreadable submission whose message names the file and ends with an instruction."""
    path = _write(tmp_path / "bptt.ipynb", UNREADABLE[kind])
    error = load(path).error
    assert error.startswith("bptt.ipynb ")
    assert "\n" not in error
    assert "hand" in error


def test_links_and_special_files_are_not_followed(tmp_path: Path) -> None:
    """A link, a dangling link, a FIFO and a folder in place of the notebook are unreadable, and nothing waits for them."""
    (tmp_path / "real.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    for name, make in {
        "link": lambda path: path.symlink_to(tmp_path / "real.ipynb"),
        "dangling": lambda path: path.symlink_to(tmp_path / "nothing"),
        "fifo": os.mkfifo,
        "folder": os.mkdir,
        "device": lambda path: path.symlink_to("/dev/zero"),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        make(folder / "bptt.ipynb")
        assert load(folder).error, name


def test_a_folder_of_students_is_found_in_order(tmp_path: Path) -> None:
    """Students' folders, nbgrader's deeper ones too, are found sorted and with the student's name."""
    for name in ("zoë", "ada", "bob the builder"):
        (tmp_path / "plain" / name).mkdir(parents=True)
        (tmp_path / "deep" / name / "bptt").mkdir(parents=True)
    names = ["ada", "bob the builder", "zoë"]
    assert [entry.student for entry in find([tmp_path / "plain"])] == names
    assert [(entry.path, entry.student) for entry in find([tmp_path / "deep"])] == [
        (tmp_path / "deep" / name / "bptt", name) for name in names
    ]


def test_one_submission_has_no_student(tmp_path: Path) -> None:
    """A file, a folder that holds one, and one student's folder of an nbgrader tree are one submission without a name."""
    (tmp_path / "ada" / "bptt").mkdir(parents=True)
    file = _write(tmp_path / "ada" / "bptt" / "bptt.py", b"a = 1")
    for path in (file, file.parent, tmp_path / "ada"):
        assert [entry.student for entry in find([path])] == [None]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A path that does not exist is refused at once."""
    with pytest.raises(FileNotFoundError):
        find([tmp_path / "nothing"])
