"""The files for Binder and for a container install what the handout's README asks for."""

import json
import re
import subprocess
import sys

import pytest

from autograder.engine.core.places import SOLUTION

ROOT = SOLUTION.parent
CLASSROOM = ROOT / "docs" / "classroom"
ASKED = re.findall(r"pip install ([^`]*)`", (ROOT / "assignment" / "bptt" / "README.md").read_text(encoding="utf-8"))


def test_both_install_what_students_are_asked_to() -> None:
    """Binder's list and the container's command name the packages of the handout's two commands, and no other."""
    asked = {word.strip('"') for command in ASKED[:2] for word in command.split()}
    listed = (CLASSROOM / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    container = json.loads((CLASSROOM / "devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    command = container["postCreateCommand"].removeprefix("pip install ")
    assert {line for line in listed if not line.startswith("#")} == asked
    assert {word.strip("'") for word in command.split()} == asked


@pytest.mark.slow
def test_jupytext_keeps_what_the_kit_needs(tmp_path) -> None:
    """The README's two commands of jupytext leave every mark of a cell as it was, and carry a change of the script over."""
    for name in ("bptt.ipynb", "selfcheck.py"):
        (tmp_path / name).write_bytes((ROOT / "assignment" / "bptt" / name).read_bytes())
    _jupytext(tmp_path, "--set-formats", "ipynb,py:percent", "bptt.ipynb")
    script = tmp_path / "bptt.py"
    text = script.read_text(encoding="utf-8")
    stub = "    # YOUR CODE HERE\n    raise NotImplementedError()"
    script.write_text(text.replace(stub, "    return x, x", 1), encoding="utf-8")
    _jupytext(tmp_path, "--sync", "bptt.ipynb")
    before, after = (
        json.loads((folder / "bptt.ipynb").read_text(encoding="utf-8"))["cells"]
        for folder in (ROOT / "assignment" / "bptt", tmp_path)
    )
    marks = [[cell["metadata"].get("nbgrader") for cell in cells] for cells in (before, after)]
    assert marks[0] == marks[1]
    changed = [new for old, new in zip(before, after, strict=True) if "".join(old["source"]) != "".join(new["source"])]
    assert [cell["metadata"]["nbgrader"]["grade_id"] for cell in changed] == ["forward"]


def _jupytext(folder, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "jupytext", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
