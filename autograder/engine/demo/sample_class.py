"""A sample class, graded by the real nbgrader from release to export in a course of its own.

Each file in `samples/` is one student: what the notebook started from, and the cells that the student changed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from rich.console import Console
from rich.text import Text

from autograder.engine.authoring.newcourse import NewCourseError, make_course
from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.core.result import Result
from autograder.engine.core.settings import FILE
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import judge_all, prove_isolation
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.files import load
from autograder.engine.reports import terminal
from autograder.engine.reports.progress import progress

# Zeno's endless loops are to end sooner than in a course; whatever else the class computes takes a tenth of it.
_SETTINGS = """\
allow_unisolated = {}

[limits]
call_s = 1.0
cell_s = 1.0
"""
SAMPLES = Path(__file__).parents[2] / "suite" / "samples"


class DemoError(Exception):
    """A step of the demonstration failed; the message says where nbgrader's output is."""


def take_through(course: Path, console: Console, allow_unisolated: bool = False) -> Path:
    """Make the course in `course`, take the sample class through all steps, and print what came out. The page of the class."""
    _expect_empty(course)
    _make_course(course, allow_unisolated)
    _step(course, console, "releasing the assignment", "generate_assignment", NAME)
    hand_in(course)
    results = _judge(course, console)
    _step(course, console, "recording the verdicts", "autograde", NAME)
    _step(course, console, "writing the feedback", "generate_feedback", NAME)
    _step(course, console, "exporting the grades", "export")
    page = course / "class.html"
    _command(course, console, "showing the class", "autograder", "report", "--output", page.name)
    terminal.print_class(console, results)
    places = {
        "Feedback pages": f"{course}/feedback/<student>/{NAME}/{NAME}.html",
        "Grades": f"{course}/grades.csv",
        "The class": str(page),
    }
    console.print()
    for what, where in places.items():
        console.print(Text(f"{what}: {where}"), soft_wrap=True)  # nothing is put into a path that is to be copied
    return page


def _expect_empty(course: Path) -> None:
    """Raise NewCourseError where the folder holds anything, or cannot be looked into."""
    try:
        if course.exists() and any(course.iterdir()):
            raise NewCourseError(f"{course} is not empty: name a new folder")
    except OSError as error:
        raise NewCourseError(f"{course} cannot be read ({error.strerror}): name another folder") from None


def hand_in(course: Path) -> None:
    """Put the sample class's notebooks into the course's `submitted/`."""
    release = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    solved = nbformat.read(SOLUTION / NAME / f"{NAME}.ipynb", as_version=4)
    for sample in sorted(SAMPLES.glob("*.py")):
        folder = course / "submitted" / sample.stem / NAME
        folder.mkdir(parents=True)
        nbformat.write(compose(sample, release, solved), folder / f"{NAME}.ipynb")


def compose(sample: Path, release: nbformat.NotebookNode, solved: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A student's notebook: the release, with the answers it started from and the sample's own cells put in."""
    start = re.search(r"^# starts from: (.*)$", sample.read_text(encoding="utf-8"), re.MULTILINE)
    tasks = [task.id for task in ASSIGNMENT.tasks]
    answered = {"solved": tasks, "release": [], "first five": tasks[:5]}[start[1] if start else "release"]
    answers = {
        cell.id: re.sub(r"\n *### (BEGIN|END) SOLUTION", "", cell.source)
        for cell in solved.cells
        if cell.id in answered
    }
    own: list[nbformat.NotebookNode] = []
    for cell in load(sample).cells[1:]:
        title, _, source = cell.source.partition("\n")
        id = title.removeprefix("# %%").strip()
        if id == "own":
            own.append(nbformat.v4.new_code_cell(source.strip(), id=f"own{len(own)}"))
        else:
            written = id in {entry.id for entry in ASSIGNMENT.written}
            answers[id] = source.strip().removeprefix("# ") if written else source.strip()
    notebook: nbformat.NotebookNode = nbformat.from_dict(release)
    notebook.cells = [
        nbformat.from_dict({**cell, "source": answers.get(cell.id, cell.source)}) for cell in release.cells
    ]
    notebook.cells[3:3] = own
    return notebook


def _make_course(course: Path, allow_unisolated: bool = False) -> None:
    make_course(course)
    (course / FILE).write_text(_SETTINGS.format(str(allow_unisolated).lower()), encoding="utf-8")


def _step(course: Path, console: Console, what: str, *command: str) -> None:
    """One nbgrader command, as an instructor would type it."""
    _command(course, console, what, "nbgrader", *command)


def _command(course: Path, console: Console, what: str, module: str, *words: str) -> None:
    typed = f"{'python -m ' if module != 'nbgrader' else ''}{module} {' '.join(words)}"
    console.print(Text.assemble((what, "bold"), f": {typed}"))
    # nbgrader finds alembic on PATH, beside this interpreter
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with open(course / "nbgrader.log", "a", encoding="utf-8") as log:
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=course,
            env={**os.environ, "PATH": path},
            stdout=log,
            stderr=log,
        )
    if done.returncode:
        raise DemoError(
            f"{module} {words[0]} ended with status {done.returncode}; its output is in {course}/nbgrader.log"
        )


def _judge(course: Path, console: Console) -> list[Result]:
    """Judge the class into the course's store, from which nbgrader's step then takes the verdicts."""
    console.print(Text.assemble(("judging the class", "bold"), ": python -m autograder grade submitted"))
    settings = find_course(course)
    with collected([course / "submitted"]) as collection:
        judged = judge_all(collection.found, settings, prove_isolation(settings))
        return list(progress(judged, len(collection.found), "judging"))
