"""The guide for instructors, walked: every command in it runs as it stands there, in its order, in a course made as it says."""

import os
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import forked
import nbformat
import pytest
from support import commands

from autograder.engine.core.places import SOLUTION
from autograder.engine.demo import sample_class as demo

pytestmark = pytest.mark.slow

GUIDE = SOLUTION.parent / "docs" / "instructors.md"
RELEASE = SOLUTION.parent / "assignment" / "bptt" / "bptt.ipynb"
SOLVED = SOLUTION / "bptt" / "bptt.ipynb"
# JupyterLite's own command is left out: its packages are no part of the kit.
_COMMAND = re.compile(r"^    ((?:nbgrader|python|make|jupyter(?! lite)) .*?)(?:   +(\[students\])?.*)?$", re.MULTILINE)
# What another test runs, with the words by which it does.
ELSEWHERE = {
    "python -m autograder init mycourse": ("nbgrader/test_guide.py", "_make_course"),
    "jupyter lab": ("browser/browsing.py", "jupyterlab"),
    "python -m autograder build": ("authoring/test_made_own.py", "kit.build()"),
    "python -m autograder build --check": ("authoring/test_made_own.py", "kit.holds()"),
    "make judge": ("judging/test_judge.py", "judge"),
    "python tests/judge.py forward": ("authoring/test_made_own.py", '"tests/judge.py"'),
}


@dataclass(frozen=True)
class Step:
    """One command of the guide, and whether students run it."""

    words: tuple[str, ...]
    students: bool

    @property
    def line(self) -> str:
        return " ".join(self.words)


def steps() -> list[Step]:
    """The commands of the guide in its order."""
    found = _COMMAND.findall(GUIDE.read_text(encoding="utf-8"))
    lines = {line.replace('"', "'"): bool(students) for line, students in found}
    split = re.compile(r"'([^']*)'|(\S+)")
    return [Step(tuple(a or b for a, b in split.findall(line)), students) for line, students in lines.items()]


def in_walk(step: Step) -> bool:
    return step.line not in ELSEWHERE


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[int, str]]]:
    """A term as the guide tells it, with one student at the exchange; what each command ended with and said."""
    course, student = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("ada")
    exchange = tmp_path_factory.mktemp("exchange")
    exchange.chmod(0o777)
    demo._make_course(course)
    ours = f'c.CourseDirectory.course_id = "dl"\nc.Exchange.root = {str(exchange)!r}\nc.Exchange.timezone = "Europe/Berlin"\n'
    guide = GUIDE.read_text(encoding="utf-8")
    rule = re.search(r"    from nbgrader.plugins.*?ThreePointsADay\n\n", guide, re.DOTALL)
    moodle = re.search(r"    c.FileNameCollectorPlugin.*assignsubmission.*\n", guide)
    assert rule
    assert moodle
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write(ours + re.sub("^    ", "", rule[0] + moodle[0], flags=re.MULTILINE))
    (student / "nbgrader_config.py").write_text("c = get_config()\n" + ours, encoding="utf-8")
    archive = course / "downloaded" / "bptt" / "archive"
    archive.mkdir(parents=True)
    release, solved = (nbformat.read(path, as_version=4) for path in (RELEASE, SOLVED))
    wrong = nbformat.writes(demo.compose(demo.SAMPLES / "sofia.py", release, solved))
    with zipfile.ZipFile(archive / "Moodle.zip", "w") as file:
        file.writestr("ada_123_assignsubmission_file_/bptt.ipynb", wrong)  # with something to explain
        file.write(SOLVED, "Zoë O'Neil_124_assignsubmission_file_/bptt.ipynb")
    shutil.copy(archive / "Moodle.zip", course / "download.zip")
    (course / "roster.csv").write_text("name,email\nada,ada@example.org\nNina,nina@example.org\n", encoding="utf-8")
    (course / "report.json").write_text('{"version": 1, "isolation": "", "submissions": []}', encoding="utf-8")
    paths = os.pathsep.join([str(SOLUTION.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**commands(course), "PYTHONPATH": paths}
    said = {}
    for step in filter(in_walk, steps()):
        folder = student if step.students else course
        words = step.words[1:] if step.words[0] == "python" else ("-m", *step.words)
        done = forked.run(words, folder, {**environment, "HOME": str(folder)})
        said[step.line] = (done.returncode, done.stdout + done.stderr)
    return course, said


@pytest.mark.parametrize("line", [step.line for step in steps() if in_walk(step)])
def test_a_command_of_the_guide_runs(walked: tuple[Path, dict[str, tuple[int, str]]], line: str) -> None:
    """The command ends well, and without a traceback."""
    code, said = walked[1][line]
    assert code == 0, said
    assert "Traceback" not in said


def test_the_walk_comes_to_its_ends(walked: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    """Students of the platform are collected by their names, and each has a grade and a page."""
    course = walked[0]
    for student in ("ada", "Zoë O'Neil"):
        assert (course / "submitted" / student / "bptt" / "bptt.ipynb").is_file()
        assert (course / "feedback" / student / "bptt" / "bptt.html").is_file()
        assert student in (course / "grades.csv").read_text(encoding="utf-8")
    assert "Nina,,,nina@example.org," in (course / "class.csv").read_text(encoding="utf-8")


def test_what_the_walk_leaves_out_is_run_elsewhere() -> None:
    """Each command that is not walked stands in the guide, and the test that runs it still does."""
    lines = {step.line for step in steps()}
    for line, (file, words) in ELSEWHERE.items():
        assert line in lines
        assert words in (Path(__file__).parents[1] / file).read_text(encoding="utf-8")


def test_a_platforms_names_are_told_apart() -> None:
    """Canvas's and Moodle's names of files, as the guide's patterns read them."""
    canvas, moodle = re.findall(r'named_regexp = r"(.*)"', GUIDE.read_text(encoding="utf-8"))
    cases = {
        "/x/oneiladaline_LATE_1234_5678_bptt-2.ipynb": (canvas, "oneiladaline", "bptt"),
        "/x/hopper_1_2_bptt.ipynb": (canvas, "hopper", "bptt"),
        "/x/hopper_1_2_my_work.ipynb": (canvas, "hopper", "my_work"),
        "/x/Zoë O'Neil_123_assignsubmission_file_/bptt.ipynb": (moodle, "Zoë O'Neil", "bptt"),
        "/x/Ada Lovelace_7_assignsubmission_file/my work.ipynb": (moodle, "Ada Lovelace", "my work"),
    }
    for path, (pattern, student, name) in cases.items():
        found = re.match(pattern, path)
        assert found
        assert (found["student_id"], found["file_id"]) == (student, name)
    assert re.match(moodle, "/x/Ada Lovelace_7_assignsubmission_onlinetext_/onlinetext.html") is None
