"""The house: what lies where, and who may know what."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from long_files import LONG

import autograder
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.versions import deciding

KIT = Path(autograder.__file__).parent
ENGINE = KIT / "engine"
GUIDE = KIT.parent / "CONTRIBUTING.md"
SYMBOLS = [
    *ASSIGNMENT.by_id,
    *(entry.id for entry in ASSIGNMENT.written),
    *ASSIGNMENT.given,
    *(name for name in ASSIGNMENT.axes if len(name) > 1),
    *(name for task in ASSIGNMENT.tasks for name in task.returns if "_" in name),
    "∂",
]
_SYMBOL = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" if name.isidentifier() else name for name in SYMBOLS))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".html") and path.is_file())


@pytest.mark.parametrize("folder", ["engine", "nbgrader", "testing"])
def test_the_engine_knows_no_task(folder):
    """No file but those of the suite and the self-check holds a task's name or a symbol of the assignment."""
    found = {
        f"{path.relative_to(KIT)}: {symbol}"
        for path in _files(KIT / folder)
        for symbol in _SYMBOL.findall(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_the_top_is_the_three_parts():
    """At the top lie the suite, the self-check and the engine, the two doors for nbgrader and pytest, and no loose module."""
    names = {path.name for path in KIT.iterdir() if path.name != "__pycache__"}
    assert names == {
        "__init__.py", "__main__.py", "py.typed", "engine", "nbgrader", "selfcheck", "suite", "testing",
    }  # fmt: skip


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_the_suite_is_met_in_one_place():
    """One module of the engine imports the suite, and the suite imports the engine's data and the judges alone."""
    theirs = {
        path.relative_to(ENGINE).as_posix()
        for path in ENGINE.rglob("*.py")
        for name in _imports(path)
        if ".suite" in name
    }
    assert theirs == {"course/assignment.py"}
    ours = {name for path in (KIT / "suite").glob("*.py") for name in _imports(path) if ".engine." in name}
    assert {name.split(".")[2] for name in ours} == {"core", "judging"}


def test_a_task_knows_no_other_task():
    """The file of a task imports the file of no other one: what is wrong with one has its cause there, or in what all share."""
    tasks = {f"autograder.suite.{task}": KIT / "suite" / f"{task}.py" for task in ASSIGNMENT.by_id}
    assert {name for path in tasks.values() for name in _imports(path)} & set(tasks) == set()


def test_the_worker_stands_alone():
    """What runs in the student's process imports nothing of the kit outside its own folder."""
    worker = ENGINE / "sandbox" / "worker"
    assert {name for path in worker.rglob("*.py") for name in _imports(path) if name.startswith("autograder")} == set()


def _theirs(path: Path) -> set[str]:
    """The modules of the kit that a file imports."""
    return {name for name in _imports(path) if name.startswith("autograder.")}


def test_a_folder_imports_those_above_it():
    """The folders of the engine stand in CONTRIBUTING.md, and each imports only those above it there."""
    table = re.findall(
        r"^\| `(\w+)/` \|", GUIDE.read_text(encoding="utf-8").partition("The engine's folders")[2], re.MULTILINE
    )
    assert sorted(table) == sorted(
        path.name for path in ENGINE.iterdir() if path.is_dir() and path.name != "__pycache__"
    )
    upwards = {
        f"{path.relative_to(ENGINE)}: {name}"
        for number, folder in enumerate(table)
        for path in (ENGINE / folder).rglob("*.py")
        for name in _theirs(path)
        if name.startswith("autograder.engine.") and name.split(".")[2] not in table[: number + 1]
    }
    assert upwards == set()


def test_four_files_use_nbgraders_door():
    """The engine uses the folder for nbgrader in the files that CONTRIBUTING.md names."""
    users = {
        path.relative_to(ENGINE).as_posix()
        for path in ENGINE.rglob("*.py")
        for name in _theirs(path)
        if name.startswith("autograder.nbgrader")
    }
    assert users == {"reports/appeal.py", "cli/status.py", "cli/report.py", "authoring/release.py"}


def test_the_self_check_imports_what_is_copied():
    """The self-check imports these modules of the engine, which are copied into the students' file."""
    used = {name for path in (KIT / "selfcheck").rglob("*.py") for name in _theirs(path) if ".selfcheck" not in name}
    edits = {name for name in used if name.startswith("autograder.engine.sandbox.worker.editing.")}
    assert {name.removeprefix("autograder.engine.") for name in used - edits} == {
        "diagnosis.questions", "diagnosis.relations", "judging.closeness", "judging.growth",
        "sandbox.worker.beside", "sandbox.worker.cells", "sandbox.worker.counting", "sandbox.worker.offered",
        "sandbox.worker.unset",
    }  # fmt: skip


def test_what_judges_is_in_the_fingerprint():
    """Of all that judging one submission loads, no file of the kit can change without making the recorded grades stale."""
    code = (
        "import sys, autograder.engine.grading.grade; print(*(vars(m).get('__file__') for m in sys.modules.values()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=KIT.parent, capture_output=True, text=True, check=True)
    loaded = {path for name in done.stdout.split() if (path := Path(name)).is_relative_to(KIT)}
    telling = {path for path in loaded - set(deciding()) if path.read_text(encoding="utf-8").count("\n") > 1}
    assert {path.relative_to(KIT).as_posix() for path in telling} == set()
    assert KIT / "suite" / "__init__.py" in loaded


def test_the_long_files_are_there():
    """Each file of tests that is to come first is one."""
    assert [name for name in LONG if not (KIT.parent / "tests" / f"{name}.py").is_file()] == []


def test_a_test_of_one_file_starts_at_once():
    """What every test imports loads neither nbgrader nor what reads and draws notebooks: few tests need them."""
    heavy = ("jupytext", "matplotlib", "nbformat", "nbgrader", "playwright", "scipy")
    code = f"import sys, conftest; print(*(name for name in {heavy} if name in sys.modules))"
    path = os.pathsep.join([str(KIT.parent), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
