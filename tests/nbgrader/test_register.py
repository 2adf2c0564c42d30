"""What is recorded, and of whom: nbgrader's commands on a course where files and gradebook change, and people are missing."""

import csv
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from support import gradebook, note_of, released_course, run

from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT

pytestmark = pytest.mark.slow

SOLVED = SOLUTION / "bptt" / "bptt.ipynb"
FULL = sum(task.points for task in ASSIGNMENT.tasks)


def hand_in(course: Path, place: str, data: bytes | None = None) -> None:
    """Put one file below `submitted/`."""
    file = course / "submitted" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(SOLVED.read_bytes() if data is None else data)


def another() -> bytes:
    """A notebook of another assignment."""
    cell = nbformat.v4.new_code_cell("def fit(x, y):\n    return x @ y")
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


def totals(course: Path) -> dict[str, float]:
    """What the gradebook holds by machine, by student."""
    return {student: sum(points or 0 for points in cells.values()) for student, cells in gradebook(course).items()}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with right work, work that cannot be read, another assignment's, loose files, and people without any."""
    made = released_course(tmp_path_factory.mktemp("register"))
    hand_in(made, "ada/bptt/bptt.ipynb")
    hand_in(made, "bob/bptt/bptt.ipynb")
    hand_in(made, "tom/bptt/bptt.ipynb", b'{"cells"')
    hand_in(made, "oth/bptt/bptt.ipynb", another())
    hand_in(made, "eva/bptt.ipynb")
    hand_in(made, "loose.ipynb")
    with Gradebook(f"sqlite:///{made}/gradebook.db") as book:
        book.add_student("nina")
    return made


@pytest.fixture(scope="module")
def said(course: Path) -> str:
    """What the first autograde said."""
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_nobody_disappears_from_the_console(course: Path, said: str) -> None:
    """Each who could not be judged is named with the reason at the end; nbgrader says nothing of single students."""
    lines = said.splitlines()
    assert "Converting notebook" not in said
    assert "SAWarning" not in said
    assert "4 recorded now, 0 graded already" in lines[-1]
    end = "\n".join(lines[-6:])
    assert "tom: nothing could be read: " in end
    assert "oth: it is not this assignment" in end
    assert "submitted/loose.ipynb is not graded: move it to submitted/<student>/bptt/bptt.ipynb" in end
    assert "submitted/eva/bptt.ipynb is not graded: move it to submitted/eva/bptt/bptt.ipynb" in end
    assert "handed in nothing, 2: eva, nina" in end


def test_nobody_disappears_from_status_report_and_export(course: Path, said: str) -> None:
    """`status`, the class report and the exported table name the same people with the same reasons."""
    status = run(course, "autograder", "status").stdout
    assert run(course, "autograder", "report").returncode == 0
    report = (course / "class.html").read_text(encoding="utf-8")
    assert run(course, "nbgrader", "export").returncode == 0
    with open(course / "grades.csv", encoding="utf-8") as file:
        remarks = {row["student_id"]: row["remark"] for row in csv.DictReader(file)}
    assert "its JSON does not parse" in remarks["tom"]
    assert "it is not this assignment" in remarks["oth"]
    assert (remarks["nina"], remarks["ada"]) == ("handed in nothing", "")
    for text in (status, report):
        for sentence in (
            "its JSON does not parse",
            "it is not this assignment",
            "handed in nothing",
            "loose.ipynb is not",
        ):
            assert sentence in text
    assert "nina: handed in nothing" in status


def test_formgrader_is_asked_to_look_at_what_could_not_be_judged(course: Path, said: str) -> None:
    """Such a submission waits for a human on a cell that says why, until there is a score by hand; right work does not."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for student, waits in {"tom": True, "oth": True, "ada": False}.items():
            assert book.find_grade("test_forward", "bptt", "bptt", student).needs_manual_grade is waits
            reason = book.find_comment("forward", "bptt", "bptt", student).auto_comment or ""
            assert ("does not parse" in reason or "not this assignment" in reason) is waits
    assert "does not parse" in note_of(course, "tom")


def test_whatever_changes_is_noticed_and_recorded_again(course: Path, said: str) -> None:
    """A replaced file, an edited and a lost row, and a deleted autograded folder: `status` says it, and a plain autograde mends it."""
    hand_in(course, "bob/bptt/bptt.ipynb", SOLVED.read_bytes() + b"\n")
    hand_in(course, "cyd/bptt/bptt.ipynb")
    shutil.rmtree(course / "autograded" / "oth")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.find_grade("test_forward", "bptt", "bptt", "ada").auto_score = 0.5
        grade = book.find_grade("written_disagree", "bptt", "bptt", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.remove_student("tom")
        book.add_student("tom")
        book.db.commit()
    status = dict(
        line.split(": ", 1) for line in run(course, "autograder", "status").stdout.splitlines() if ": " in line
    )
    assert status["bob"].startswith("stale: something else was handed in since")
    assert status["ada"].startswith("stale: the gradebook does not hold it")
    assert status["tom"].startswith("stale: the gradebook does not hold it")
    assert status["oth"] == status["cyd"] == "not graded"
    done = run(course, "nbgrader", "autograde", "bptt")
    assert "5 recorded now, 0 graded already" in done.stderr
    assert totals(course) == {"ada": FULL, "bob": FULL, "cyd": FULL, "oth": 0, "tom": 0}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grade = book.find_grade("written_disagree", "bptt", "bptt", "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.5, False), "the same work needs no second look"
    again = run(course, "nbgrader", "autograde", "bptt")
    assert "0 recorded now, 5 graded already" in again.stderr
    assert again.returncode == 0


def test_every_setting_that_decides_is_noticed(tmp_path: Path) -> None:
    """The guide names what a plain autograde notices without --force: each is told by `status`, and graded anew."""
    guide = (SOLUTION.parent / "docs" / "instructors.md").read_text(encoding="utf-8")
    promised = guide.split("## Regrading")[1].split("`--force` is for")[0]
    course = released_course(tmp_path)
    hand_in(course, "ada/bptt/bptt.ipynb")
    limits = (course / "autograder.toml").read_text(encoding="utf-8")
    settings = {
        "`show_values`": "show_values = false\n" + limits,
        "`[limits]`": limits.replace("call_s = 2", "call_s = 3"),
        "`tasks_off`": 'tasks_off = ["forward"]\n' + limits,
        "seed": limits,
    }
    assert "1 recorded now" in run(course, "nbgrader", "autograde", "bptt").stderr
    for name, text in settings.items():
        assert name in promised
        (course / "autograder.toml").write_text(text, encoding="utf-8")
        if name == "seed":
            (course / ".autograder" / "seed").write_text("another seed\n")
        assert "ada: stale: " in run(course, "autograder", "status").stdout
        assert "1 recorded now, 0 graded already" in run(course, "nbgrader", "autograde", "bptt").stderr
        assert "ada: current" in run(course, "autograder", "status").stdout


def test_a_new_gradebook_is_noticed(course: Path, said: str) -> None:
    """Without its rows nothing counts as recorded; one sentence says what to do first, and then all is recorded again."""
    before = totals(course)
    (course / "gradebook.db").rename(course / "gradebook.old")
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 1
    assert "run `nbgrader generate_assignment bptt --force`, and then this again" in done.stderr
    assert not (course / "gradebook.db").exists()
    assert run(course, "nbgrader", "generate_assignment", "bptt", "--force").returncode == 0
    assert "graded already" in run(course, "nbgrader", "autograde", "bptt").stderr
    assert totals(course) == before


def test_no_page_is_lost_with_what_it_was_made_of(course: Path, said: str) -> None:
    """Whose row or notebook is gone keeps the page and is named; without a gradebook one sentence says what to do first."""
    run(course, "nbgrader", "autograde", "bptt")
    assert run(course, "nbgrader", "generate_feedback", "bptt").returncode == 0
    pages = {path: path.read_bytes() for path in (course / "feedback").rglob("*.html")}
    cut = course / "autograded" / "ada" / "bptt" / "bptt.ipynb"
    cut.unlink()
    cut.write_text('{"cells"')
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.remove_student("bob")
    done = run(course, "nbgrader", "generate_feedback", "bptt")
    assert [line.split("] ")[1].split(": ")[0] for line in done.stderr.splitlines()[:-1]] == ["ada", "bob"]
    assert done.stderr.count("`nbgrader autograde bptt` first") == 2
    (course / "gradebook.db").rename(course / "gradebook.away")
    done = run(course, "nbgrader", "generate_feedback", "bptt")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "the gradebook holds no grades of bptt" in done.stderr
    assert not (course / "gradebook.db").exists()
    (course / "gradebook.away").rename(course / "gradebook.db")
    assert {path: path.read_bytes() for path in (course / "feedback").rglob("*.html")} == pages
    run(course, "nbgrader", "autograde", "bptt")
    said_last = run(course, "nbgrader", "generate_feedback", "bptt").stderr
    assert said_last.splitlines() == [
        f"[GenerateFeedbackApp | INFO] feedback pages: 0 new or renewed, {len(pages)} as they were"
    ]


def test_another_name_is_refused_before_anything_is_recorded(course: Path, said: str) -> None:
    """The kit's notebook under another name is refused in one sentence, when it is released and when it is graded."""
    shutil.copytree(course / "source" / "bptt", course / "source" / "hw5")
    done = run(course, "nbgrader", "generate_assignment", "hw5")
    assert done.returncode == 1
    assert "hw5/bptt.ipynb is the kit's notebook, which is judged under the name bptt alone" in done.stderr
    assert not (course / "release" / "hw5").exists()
    hand_in(course, "kim/hw5/bptt.ipynb")
    done = run(course, "nbgrader", "autograde", "hw5")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "hw5/bptt.ipynb is the kit's notebook" in done.stderr
    shutil.rmtree(course / "source" / "hw5")
    done = run(course, "nbgrader", "autograde", "hw5")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "the gradebook holds no assignment hw5, and nothing was recorded: the kit's is called bptt" in done.stderr
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert "kim" not in [student.id for student in book.students]
    shutil.rmtree(course / "submitted" / "kim")


def test_an_older_release_under_another_name_is_refused(tmp_path: Path) -> None:
    """Where nbgrader alone has put the kit's notebook into the gradebook under another name, it is not graded."""
    course = released_course(tmp_path)
    own = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(own.replace("\nconfigure(c)", "\n"))
    shutil.copytree(course / "source" / "bptt", course / "source" / "hw5")
    assert run(course, "nbgrader", "generate_assignment", "hw5").returncode == 0
    (course / "nbgrader_config.py").write_text(own)
    hand_in(course, "kim/hw5/bptt.ipynb")
    done = run(course, "nbgrader", "autograde", "hw5")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "hw5/bptt.ipynb is the kit's notebook" in done.stderr


def test_another_assignment_is_nbgraders(tmp_path: Path) -> None:
    """Another assignment of the course goes through nbgrader's own steps, its answers graded by its own cells."""
    course = released_course(tmp_path)
    (course / "source" / "ps1").mkdir()
    (course / "source" / "ps1" / "ps1.ipynb").write_bytes(_warmup("def f(x):\n    return 2 * x"))
    hand_in(course, "kim/ps1/ps1.ipynb", _warmup("def f(x):\n    return 3 * x"))
    for step in ("generate_assignment", "autograde", "generate_feedback"):
        done = run(course, "nbgrader", step, "ps1")
        assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert book.find_submission("ps1", "kim").max_score == 2
        assert book.find_submission("ps1", "kim").score == 0
    assert (course / "feedback" / "kim" / "ps1" / "ps1.html").is_file()


def _warmup(answer: str) -> bytes:
    solution, test = (
        nbformat.v4.new_code_cell(source, id=id) for id, source in (("f", answer), ("tf", "assert f(2) == 4"))
    )
    marks = {"schema_version": 3, "task": False}
    solution.metadata["nbgrader"] = {**marks, "grade": False, "solution": True, "locked": False, "grade_id": "f"}
    test.metadata["nbgrader"] = {
        **marks,
        "grade": True,
        "solution": False,
        "locked": True,
        "grade_id": "tf",
        "points": 2,
    }
    made = nbformat.v4.new_notebook(cells=[solution, test])
    made.metadata.kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return nbformat.writes(made).encode()


def test_a_course_shaped_otherwise(tmp_path: Path) -> None:
    """Another structure of folders in another place, with a second notebook that nbgrader grades by its own step beside ours."""
    here, there = tmp_path / "here", tmp_path / "there"
    done = run(tmp_path, "autograder", "init", str(there))
    assert done.returncode == 0, done.stderr
    here.mkdir()
    shutil.move(there / "nbgrader_config.py", here)
    with (here / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.root = {str(there)!r}\n")
        config.write("c.CourseDirectory.directory_structure = '{nbgrader_step}/{assignment_id}/of-{student_id}'\n")
    (there / "source" / "bptt").rename(there / "source" / "own")
    (there / "source" / "bptt").mkdir()
    (there / "source" / "own").rename(there / "source" / "bptt" / "of-.")
    (there / "source" / "bptt" / "of-." / "warmup.ipynb").write_bytes(_warmup("def f(x):\n    return 2 * x"))
    assert run(here, "nbgrader", "generate_assignment", "bptt").returncode == 0
    for student, answer in {"ada": "def f(x):\n    return 2 * x", "bob": "def f(x):\n    return 3 * x"}.items():
        hand_in(there, f"bptt/of-{student}/bptt.ipynb")
        hand_in(there, f"bptt/of-{student}/warmup.ipynb", _warmup(answer))
    hand_in(there, "bptt/of-cyd/bptt.ipynb")
    hand_in(there, "bptt/of-cyd/warmup.ipynb", b"{")
    done = run(here, "nbgrader", "autograde", "bptt")
    assert done.returncode == 1
    assert "cyd: nbgrader could not grade warmup.ipynb" in done.stderr
    assert totals(there) == {"ada": FULL + 2, "bob": FULL, "cyd": FULL}
    assert (there / "autograded" / "bptt" / "of-ada" / "warmup.ipynb").is_file()
    status = run(here, "autograder", "status").stdout
    assert "ada: current (30 points)\n" in status
    assert "cyd: stale: another notebook" in status


def test_init_makes_a_course_and_refuses_a_second_one(tmp_path: Path) -> None:
    """`init` makes a course whose seed git ignores; where one stands already it says so in one sentence and touches nothing."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / ".gitignore").write_text("mine\n")
    done = run(tmp_path, "autograder", "init", "c")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "c" / ".gitignore").read_text().splitlines()[:2] == ["mine", ".autograder/"]
    assert (tmp_path / "c" / "source" / "bptt" / "bptt.ipynb").read_bytes() == SOLVED.read_bytes()
    (tmp_path / "c" / "autograder.toml").write_text("# mine\n")
    again = run(tmp_path, "autograder", "init", "c")
    assert again.returncode == 2
    assert "c holds a course already" in again.stderr
    assert (tmp_path / "c" / "autograder.toml").read_text() == "# mine\n"


def test_init_leaves_half_a_course_nowhere(tmp_path: Path) -> None:
    """A `.gitignore` keeps its bytes in whatever encoding; where it cannot be written, the folder stays as it was."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / ".gitignore").write_bytes(b"caf\xe9\n")
    done = run(tmp_path, "autograder", "init", "c")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "c" / ".gitignore").read_bytes().startswith(b"caf\xe9\n.autograder/\n")
    (tmp_path / "d" / ".gitignore").mkdir(parents=True)
    done = run(tmp_path, "autograder", "init", "d")
    assert (done.returncode, "d cannot be written" in done.stderr) == (2, True)
    assert [found.name for found in (tmp_path / "d").iterdir()] == [".gitignore"]
