"""A copy of the repository that a test edits, builds and grades with, as an instructor would."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import forked

from autograder.engine.core.places import SOLUTION

ROOT = SOLUTION.parent
# What is wrong with a task is looked for anew where anything has changed that it is made of: its own file, or what all share.
# An edit of one task need not wait for the other ten. A task's file imports no other task's, as test_house.py holds.
_REMEMBERING = """
from tests.remembered_faults import remembered
task_faults = remembered(task_faults)
"""


class Kit:
    """A copy of the repository, edited and used as an instructor would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        ignored = shutil.ignore_patterns("__pycache__", ".*", "attacks")
        for folder in ("autograder", "solution", "assignment", "tests"):
            shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
        shutil.copy(ROOT / "autograder.toml", root)
        with open(root / "autograder" / "engine" / "authoring" / "coherence.py", "a", encoding="utf-8") as file:
            file.write(_REMEMBERING)

    def edit(self, file: str, old: str, new: str) -> None:
        """The one edit: `old` stands in the file exactly once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.root)}
        return forked.run(words, self.root, environment)

    def build(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "autograder", "build", *words)

    def holds(self) -> bool:
        done = self.build("--check")
        assert "Traceback" not in done.stderr
        return done.returncode == 0

    def told(self) -> str:
        """The sentence of a check that finds something."""
        done = self.build("--check")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    def grade(self, added: str = "") -> dict:
        """The report on the reference with something added."""
        source = (self.root / "solution" / "bptt.py").read_text(encoding="utf-8")
        (self.root / "me.py").write_text(source + added, encoding="utf-8")
        done = self.run("-m", "autograder", "grade", "me.py", "--json", "-")
        assert done.returncode == 0, done.stderr
        (submission,) = json.loads(done.stdout)["submissions"]
        return submission

    def release(self) -> str:
        return (self.root / "assignment" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8")


def checks_of(submission: dict, task: str) -> dict[str, dict]:
    return {check["id"]: check for found in submission["tasks"] if found["id"] == task for check in found["checks"]}
