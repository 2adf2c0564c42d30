"""The real nbgrader, as commands: from release to export, with whatever students hand in."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import forked
import pytest

from autograder.engine.core.places import SOLUTION
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.demo import sample_class as demo
from autograder.engine.grading.batch import Grader
from autograder.engine.intake.found import Found
from autograder.engine.sandbox.probe import Proof

pytestmark = pytest.mark.slow

SAMPLES = ("ada", "sofia", "kurt", "untouched")
SOLVED = SOLUTION / "bptt" / "bptt.ipynb"


def nbgrader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One nbgrader command in a course's folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return forked.run(("-m", "nbgrader", *words), course, {**os.environ, "PATH": path})


def gradebook(course: Path) -> Any:
    """The gradebook, as a context manager."""
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course}/gradebook.db")


def scores(course: Path) -> dict[str, float]:
    """The exported score of every student."""
    done = nbgrader(course, "export")
    assert done.returncode == 0, done.stderr
    with open(course / "grades.csv", encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(file)}


def hand_in(course: Path, student: str, name: str = "bptt.ipynb", data: bytes | None = None) -> Path:
    """Put one file into a student's folder."""
    folder = course / "submitted" / student / "bptt"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(SOLVED.read_bytes() if data is None else data)
    return folder / name


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of an instructor's own: released, and its odd class autograded and given feedback."""
    course = tmp_path_factory.mktemp("course")
    demo._make_course(course)
    assert nbgrader(course, "generate_assignment", "bptt").returncode == 0
    demo.hand_in(course)
    for folder in (course / "submitted").iterdir():
        if folder.name not in SAMPLES:
            shutil.rmtree(folder)
    hand_in(course, "pia", "bptt.py", (SOLUTION / "bptt.py").read_bytes())
    hand_in(course, "rob", "homework.ipynb")
    hand_in(course, "ida", "one.ipynb")
    hand_in(course, "ida", "two.ipynb", SOLVED.read_bytes().replace(b"h_0", b"h0"))
    hand_in(course, "tom", data=SOLVED.read_bytes()[:3000])
    hand_in(course, "eve").unlink()
    os.mkfifo(course / "submitted" / "eve" / "bptt" / "bptt.ipynb")
    hand_in(course, "o'neil zoë")
    (course / "submitted" / "o'neil zoë" / "bptt" / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    (course / "submitted" / "ada" / "bptt" / "secret").symlink_to("/etc/passwd")
    done = nbgrader(course, "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    assert nbgrader(course, "generate_feedback", "bptt").returncode == 0
    return course


def test_the_gradebook_holds_what_grade_says(graded: Path) -> None:
    """Each student's exported score is the score of the report, and nobody is missing."""
    with Grader(Course(graded), Proof((), {})) as grader:
        folders = sorted((graded / "submitted").iterdir())
        said = {folder.name: grader.judge(Found(folder / "bptt", folder.name)).score for folder in folders}
    assert scores(graded) == pytest.approx(said)
    assert said["ada"] == said["pia"] == said["rob"] == said["o'neil zoë"] == 30
    assert said["untouched"] == said["ida"] == said["tom"] == said["eve"] == 0
    assert 0 < said["sofia"] < 30
    assert said["kurt"] == 26


def test_reasons_stand_in_the_grade_cells_and_in_the_feedback(graded: Path) -> None:
    """The grade cell of a failed task holds its points and its sentence, and so does the feedback page."""
    notebook = json.loads((graded / "autograded" / "sofia" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "test_hidden_grads")
    output = "".join(cell["outputs"][0]["data"]["text/html"])
    assert "Along which index of W_hh is the sum?" in output
    page = (graded / "feedback" / "sofia" / "bptt" / "bptt.html").read_text(encoding="utf-8")
    assert "Along which index of W_hh is the sum?" in page


def test_an_unreadable_submission_says_why_where_the_instructor_looks(graded: Path) -> None:
    """The autograded notebook of an unreadable or repaired submission holds the sentence about it."""
    for student, sentence in {
        "ida": "several files",
        "rob": "homework.ipynb was judged",
        "tom": "does not parse",
        "eve": "not a regular file",
    }.items():
        notebook = json.loads((graded / "autograded" / student / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
        assert sentence in "".join(notebook["cells"][0]["source"])


def test_a_page_says_once_why_nothing_could_be_read(graded: Path) -> None:
    """The page of an unreadable submission is one sentence, without a task, a comment or a place on this machine."""
    for student, sentence in {"ida": "several files", "tom": "does not parse", "eve": "not a regular file"}.items():
        page = (graded / "feedback" / student / "bptt" / "bptt.html").read_text(encoding="utf-8")
        assert page.count(sentence) == 1
        assert "<section" not in page
        assert "not attempted" not in page
        assert str(graded) not in page


def test_both_kinds_of_feedback_say_the_same(graded: Path) -> None:
    """What `grade --feedback` writes of the tasks is what nbgrader's step writes: sentences, code and marks."""
    done = forked.run(("-m", "autograder", "grade", "submitted", "--feedback", "pages"), graded, os.environ)
    assert done.returncode == 0, done.stderr
    for student in ("sofia", "kurt", "pia"):
        theirs = (graded / "feedback" / student / "bptt" / "bptt.html").read_text(encoding="utf-8")
        ours = (graded / "pages" / f"{student}.html").read_text(encoding="utf-8")
        tasks = [re.findall(r'<section[^>]*id="task-.*?</section>', page, re.DOTALL) for page in (theirs, ours)]
        assert len(tasks[0]) == len(ASSIGNMENT.tasks)
        assert tasks[0] == tasks[1]


def test_nothing_hidden_shows(graded: Path) -> None:
    """Neither autograded notebooks nor feedback pages hold a hidden region, a solution, or a file beside the notebook."""
    for step in ("autograded", "feedback"):
        for path in (graded / step).rglob("*"):
            assert path.name != "secret"
            if path.suffix in (".ipynb", ".html") and "untouched" in path.parts:
                text = path.read_text(encoding="utf-8")
                assert "HIDDEN TESTS" not in text
                assert "dL_dh.T @ h[:-1]" not in text


def test_what_is_graded_is_not_graded_again(graded: Path) -> None:
    """A second run leaves every notebook as it is and says so in one sentence."""
    before = {path: path.stat().st_mtime_ns for path in (graded / "autograded").rglob("*.ipynb")}
    done = nbgrader(graded, "autograde", "bptt")
    assert "graded already" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in (graded / "autograded").rglob("*.ipynb")} == before


def test_what_an_interrupted_run_left_behind_is_graded(graded: Path) -> None:
    """A half-written autograded folder counts as not graded, and the next run mends it."""
    left = graded / "autograded" / "sofia" / "bptt" / "bptt.ipynb"
    whole = left.read_bytes()
    os.chmod(left, 0o644)
    left.write_bytes(whole[:2000])
    assert nbgrader(graded, "autograde", "bptt").returncode == 0
    assert json.loads(left.read_text(encoding="utf-8"))["metadata"]["autograder"]["recorded"] is True


def test_what_was_graded_by_hand_survives_a_forced_regrade(graded: Path) -> None:
    """A score, an extra credit, a comment and a penalty given by hand stay when everything is graded again with --force."""
    with gradebook(graded) as book:
        grade = book.find_grade("written_disagree", "bptt", "bptt", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.25, False
        book.find_comment("written_disagree", "bptt", "bptt", "ada").manual_comment = "well said"
        book.find_submission_notebook("bptt", "bptt", "ada").late_submission_penalty = 2.0
        book.db.commit()
    for _ in range(2):
        assert nbgrader(graded, "autograde", "bptt", "--force", "--student", "ada").returncode == 0
    with gradebook(graded) as book:
        assert book.find_comment("written_disagree", "bptt", "bptt", "ada").manual_comment == "well said"
        assert book.find_submission("bptt", "ada").late_submission_penalty == 2
        assert book.find_submission("bptt", "ada").score == 31.75
    assert scores(graded)["ada"] == 29.75


def test_a_late_penalty_is_nbgraders_own(graded: Path) -> None:
    """A regrade gives the penalty that the course's rule gives; where the due date has moved there is none."""
    (graded / "submitted" / "pia" / "bptt" / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    late = ("autograde", "bptt", "--force", "--student", "pia", "--LateSubmissionPlugin.penalty_method=zero")
    penalties = []
    for day in (19, 19, 21):
        with gradebook(graded) as book:
            book.find_assignment("bptt").duedate = datetime(2026, 11, day)
            book.db.commit()
        assert nbgrader(graded, *late).returncode == 0
        with gradebook(graded) as book:
            penalties.append(book.find_submission("bptt", "pia").late_submission_penalty)
            book.find_assignment("bptt").duedate = None
            book.db.commit()
    assert penalties == [30, 30, 0]


def test_a_link_in_place_of_a_students_folder_is_not_followed(graded: Path) -> None:
    """Whose folder is a link to another student's gets nothing of that student's work."""
    (graded / "submitted" / "max").symlink_to("ada")
    done = nbgrader(graded, "autograde", "bptt", "--student", "max")
    assert done.returncode == 0, done.stderr
    assert scores(graded)["max"] == 0
    note = json.loads((graded / "autograded" / "max" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))["cells"][0]
    assert "is a link" in "".join(note["source"])


def test_who_is_in_the_gradebook_and_handed_in_nothing_is_named(graded: Path) -> None:
    """All whom the gradebook knows and who have no folder share one line of the log, cleaned of control characters."""
    with gradebook(graded) as book:
        book.add_student("nina")
        book.add_student("\x1b[31mred")
    said = nbgrader(graded, "autograde", "bptt").stderr
    assert "handed in nothing, 2: \\x1b[31mred, nina" in said
    assert "\x1b[31mred" not in said


def test_the_exported_table_holds_no_formula(graded: Path) -> None:
    """Names that a spreadsheet would compute are text in grades.csv, and a comma moves no column."""
    with gradebook(graded) as book:
        book.add_student("=1+1", first_name="@SUM(1)", last_name='-x, "y"\n=2', email="+1@x")
    assert nbgrader(graded, "export").returncode == 0
    with open(graded / "grades.csv", newline="", encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["student_id"] == "'=1+1")
    names = (row["first_name"], row["last_name"], row["email"], row["raw_score"])
    assert names == ("'@SUM(1)", "'-x, \"y\"\n'=2", "'+1@x", "0.0")


def test_status_says_whose_grade_is_stale_and_a_regrade_says_who_moves(graded: Path) -> None:
    """A submission that has changed is listed as stale, and --force says by how much its grade moves."""
    status = ("-m", "autograder", "status")
    before = forked.run(status, graded, os.environ).stdout
    assert "sofia: current" in before
    shutil.copy(SOLVED, graded / "submitted" / "sofia" / "bptt" / "bptt.ipynb")
    after = forked.run(status, graded, os.environ).stdout
    assert "sofia: stale: something else was handed in since" in after
    assert "ada: current" in after
    done = nbgrader(graded, "autograde", "bptt", "--force", "--student", "sofia")
    assert "sofia moves from 23.69 to 30 points: " in done.stderr
    assert scores(graded)["sofia"] == 30
    settings = graded / "autograder.toml"
    before = settings.read_text(encoding="utf-8") if settings.exists() else ""
    settings.write_text('tasks_off = ["expanded_terms"]\n' + before, encoding="utf-8")
    off = forked.run(status, graded, os.environ).stdout
    settings.write_text(before, encoding="utf-8")
    assert "ada: stale: other tasks are switched off now" in off


def test_a_course_without_the_kit_gives_nobody_points(graded: Path, tmp_path: Path) -> None:
    """Where nbgrader_config.py does not call the kit, every grade cell says what to add, and full marks are impossible."""
    course = tmp_path / "course"
    shutil.copytree(graded / "source", course / "source")
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    assert nbgrader(course, "generate_assignment", "bptt").returncode == 0
    hand_in(course, "ada")
    nbgrader(course, "autograde", "bptt")
    assert scores(course)["ada"] == 0
    text = (course / "autograded" / "ada" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8")
    assert "from autograder.nbgrader import configure" in text


def test_other_assignments_of_the_course_stay_with_nbgrader(graded: Path) -> None:
    """An assignment that is not the kit's is graded by nbgrader's own step."""
    import nbformat

    cell = nbformat.v4.new_code_cell("assert 1 + 1 == 2", id="test-sum")
    marks = {
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 2,
        "grade_id": "test-sum",
        "schema_version": 3,
        "task": False,
    }
    cell.metadata["nbgrader"] = marks
    (graded / "source" / "other").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), graded / "source" / "other" / "other.ipynb")
    assert nbgrader(graded, "generate_assignment", "other").returncode == 0
    shutil.copytree(graded / "release" / "other", graded / "submitted" / "ada" / "other")
    assert nbgrader(graded, "autograde", "other").returncode == 0
    assert (graded / "autograded" / "ada" / "other" / "other.ipynb").exists()


def test_the_repository_is_a_ready_course(tmp_path: Path) -> None:
    """In a fresh copy of the repository, nbgrader's first step and an autograde need no further configuration."""
    root = SOLUTION.parent
    for name in ("solution", "assignment"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("nbgrader_config.py", "autograder.toml"):
        shutil.copy(root / name, tmp_path)
    before = (tmp_path / "assignment" / "bptt" / "bptt.ipynb").read_bytes()
    assert nbgrader(tmp_path, "generate_assignment", "bptt", "--force").returncode == 0
    assert (tmp_path / "assignment" / "bptt" / "bptt.ipynb").read_bytes() == before
    hand_in(tmp_path, "ada")
    assert nbgrader(tmp_path, "autograde", "bptt").returncode == 0
    assert scores(tmp_path)["ada"] == sum(task.points for task in ASSIGNMENT.tasks)
