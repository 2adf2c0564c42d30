"""The gradebook's files for Canvas and Moodle, by the real command, and what a spreadsheet does not run."""

import csv
import shutil
from functools import partial
from pathlib import Path

import pytest
from support import released_course, run, tiny_disk

from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT

KIT = "autograder.nbgrader.exporters"
ALL = ("CanvasExporter", "MoodleExporter", "PlainCsvExport")
NAMES = {"ada": ("Ada, Countess", 'O"Neil'), "zoë": ("Zoë", "Łukasiewicz"), "mal": ('=HYPERLINK("x")', "@SUM(A1)")}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one task off, two graded students with odd names, and one who handed in nothing."""
    from nbgrader.api import Gradebook  # heavy, and few tests need it

    course = released_course(tmp_path_factory.mktemp("course"))
    (course / "autograder.toml").write_text('tasks_off = ["spectral_radius"]\n', encoding="utf-8")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for id, (first, last) in NAMES.items():
            book.update_or_create_student(id, first_name=first, last_name=last, email=f"{id}@example.org")
    for student in ("ada", "zoë"):
        (course / "submitted" / student / "bptt").mkdir(parents=True)
    shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", course / "submitted" / "ada" / "bptt")
    (course / "submitted" / "zoë" / "bptt" / "bptt.py").write_text("def forward(*a): pass\n", encoding="utf-8")
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    return course


def table(course: Path, exporter: str, *words: str) -> list[list[str]]:
    """The rows that an exporter writes."""
    done = run(course, "nbgrader", "export", f"--exporter={KIT}.{exporter}", "--to", "out.csv", *words)
    assert done.returncode == 0, done.stderr
    assert "not graded by hand yet" in done.stderr
    with open(course / "out.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.slow
def test_canvas(graded: Path) -> None:
    """The header and the points possible are Canvas's; names survive commas, quotes and accents; formulas are text."""
    header, possible, *rows = table(graded, "CanvasExporter")
    assert header[:6] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "bptt forward"]
    assert possible[0] == "    Points Possible"
    graded_tasks = [task for task in ASSIGNMENT.tasks if task.id != "spectral_radius"]
    assert [float(cell) for cell in possible[5:15]] == [task.points for task in graded_tasks]
    assert (header[-1], float(possible[-1])) == ("bptt total", 34.0)
    found = {row[3]: row for row in rows}
    assert found["ada"][0] == 'O"Neil, Ada, Countess'
    assert float(found["ada"][header.index("bptt hidden_grads")]) == 4.0
    assert float(found["ada"][-1]) == 29.0
    assert found["zoë"][0] == "Łukasiewicz, Zoë"
    assert float(found["zoë"][-1]) == 0.0
    assert found["mal"][0] == '\'@SUM(A1), =HYPERLINK("x")'
    assert set(found["mal"][5:]) == {""}, "who handed in nothing has no zero"


@pytest.mark.slow
def test_moodle(graded: Path) -> None:
    """There is a column to match by, and each grade's title tells its maximum; `--student` chooses."""
    header, *rows = table(graded, "MoodleExporter", "--student", "['ada', 'zoë']")
    assert header[2:6] == ["ID number", "Username", "Email address", "bptt forward (of 3)"]
    assert header[-1] == "bptt total (of 34)"
    assert "bptt written_remedies (of 3)" in header
    assert {row[4]: float(row[-1]) for row in rows} == {"ada@example.org": 29.0, "zoë@example.org": 0.0}


@pytest.mark.slow
def test_other_points_than_released(graded: Path) -> None:
    """Points that were changed since the release are told before anything is recorded, with the command that mends it."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book:
        book.find_grade_cell("test_forward", "bptt", "bptt").max_score = 5
        book.db.commit()
    done = run(graded, "nbgrader", "autograde", "bptt", "--force")
    assert done.returncode == 1
    assert "forward was released with 5 points and is judged with 3: run `nbgrader generate_assignment" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("exporter", ["CanvasExporter", "PlainCsvExport"])
def test_no_table_replaces_the_gradebook(graded: Path, exporter: str) -> None:
    """`--to` names no gradebook: the command ends with a sentence, and the gradebook is as it was."""
    before = (graded / "gradebook.db").read_bytes()
    done = run(graded, "nbgrader", "export", f"--exporter={KIT}.{exporter}", "--to", "gradebook.db")
    assert done.returncode == 1
    assert "gradebook.db is the gradebook itself: name another file by --to" in done.stderr
    assert (graded / "gradebook.db").read_bytes() == before


@pytest.mark.parametrize("exporter", ALL)
@pytest.mark.parametrize(
    ("to", "why"), [("nowhere/t.csv", "No such file or directory"), ("/dev/full", "No space left on device")]
)
def test_a_table_that_cannot_be_written_is_one_sentence(graded: Path, exporter: str, to: str, why: str) -> None:
    """Where no file can be made or the disk is full, the command ends with what to do."""
    done = run(graded, "nbgrader", "export", f"--exporter={KIT}.{exporter}", "--to", to)
    assert done.returncode == 1
    assert done.stderr.endswith(f"{to} cannot be written ({why}): name another file by --to\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("exporter", ALL)
def test_an_earlier_table_survives_a_failure(graded: Path, exporter: str) -> None:
    """Where a new table cannot be written to its end, the one that was there stays, and nothing lies beside it."""
    (graded / "kept.csv").write_text("of last week\n")
    words = ("export", f"--exporter={KIT}.{exporter}", "--to", "kept.csv")
    done = run(graded, "nbgrader", *words, preexec_fn=partial(tiny_disk, 100))
    assert done.returncode == 1
    assert done.stderr.endswith("kept.csv cannot be written (File too large): name another file by --to\n")
    assert (graded / "kept.csv").read_text() == "of last week\n"
    assert not list(graded.glob("*.part"))
