"""The class page of a course: what the gradebook, the folders and the feedback pages say of each student."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from reading import read, words
from support import corpus, released_course, run

from autograder.engine.reports.pages import class_report

pytestmark = pytest.mark.slow

ANSWER = "# an answer of my own\ndef clip_gradients(grads, max_norm):\n    return [0.5 * g for g in grads]\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with late work, equal files, answers that wait and some that are graded, and new work since."""
    from nbgrader.api import Gradebook  # heavy

    course = released_course(tmp_path_factory.mktemp("course") / "course")
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('c.Exchange.timezone = "Europe/Berlin"\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    for name, day in (("ada", 13), ("bob", 13), ("cyd", 21), ("dan", 14)):
        _hand_in(course, name, ANSWER if name in ("ada", "bob") else corpus("wrong")[0].source, day)
    (course / "submitted" / "tom" / "bptt").mkdir(parents=True)
    (course / "submitted" / "tom" / "bptt" / "bptt.ipynb").write_text("{", encoding="utf-8")
    due = ("db", "assignment", "add", "bptt", "--duedate", "2026-11-20 18:00 +0100")
    for command in (due, ("db", "student", "add", "nina"), ("autograde", "bptt"), ("generate_feedback", "bptt")):
        done = run(course, "nbgrader", *command)
        assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for answer, points in (("written_disagree", 1.5), ("written_remedies", 3.0)):
            grade = book.find_grade(answer, "bptt", "bptt", "bob")
            grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()
    _hand_in(course, "dan", corpus("correct")[0].source, 14)
    _hand_in(course, "eve", corpus("correct")[0].source, 14)
    shutil.rmtree(course / "feedback" / "dan")
    (course / "pages").mkdir()
    return course


@pytest.fixture(scope="module")
def page(course: Path) -> BeautifulSoup:
    """Its class page, in a folder of its own."""
    done = run(course, "autograder", "report", "--output", "pages/class.html")
    assert done.returncode == 0, done.stderr
    return BeautifulSoup((course / "pages" / "class.html").read_text(encoding="utf-8"), "html.parser")


def _hand_in(course: Path, name: str, source: str, day: int) -> None:
    """The released notebook with answers: both written ones, and one more cell."""
    notebook = json.loads((course / "release" / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("written_"):
            cell["source"] = "An answer of some words."
    notebook["cells"].append(
        {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    )
    folder = course / "submitted" / name / "bptt"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bptt.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "timestamp.txt").write_text(f"2026-11-{day} 08:30:00 UTC", encoding="utf-8")


def said(page: BeautifulSoup, anchor: str) -> str:
    return " ".join(page.find(id=anchor).parent.get_text(" ").split())


@pytest.mark.parametrize(
    ("anchor", "sentence"),
    [
        ("by-hand", "6 answers of 3 students wait"),
        ("stale", "dan something else was handed in since"),
        ("not-graded", "eve"),
        ("absent", "nina"),
        ("unreadable", "tom bptt.ipynb is not a complete notebook"),
        ("late", "cyd 15 h 30 min late"),
        ("alike", "the same file: ada bob"),
        ("versions", "all 4 were graded by the same checks"),
    ],
)
def test_each_question_has_its_answer(page: BeautifulSoup, anchor: str, sentence: str) -> None:
    """What waits, is out of date, missing, unreadable, late or alike in a course of nbgrader's stands in its place."""
    assert sentence in said(page, anchor)


def test_points_by_hand_are_in_the_total(page: BeautifulSoup) -> None:
    """A student's total is the machine's points and those that were given by hand."""
    rows = {
        cells[0].get_text(): cells for row in page.select("#students ~ div tbody tr") if (cells := row.find_all("td"))
    }
    assert float(rows["bob"][1]["data-n"]) == pytest.approx(float(rows["ada"][1]["data-n"]) + 4.5)


def test_a_name_leads_to_the_page_that_is_there(page: BeautifulSoup) -> None:
    """From wherever the class page lies; a student without a page is a name alone."""
    links = {tag.get_text(): tag["href"] for tag in page.find_all("a") if not tag["href"].startswith("#")}
    assert links["ada"] == "../feedback/ada/bptt/bptt.html"
    assert "dan" not in links
    assert "Friday, 20 November 2026, 18:00" in page.find(id="time").find_next("figcaption").get_text()


def test_a_quick_look_reads_nothing_that_was_handed_in(course: Path) -> None:
    """It says what it did not look at, and who shows the page says where names lead."""
    from autograder.nbgrader.places import course_directory  # heavy
    from autograder.nbgrader.recorded_class import recorded_class

    whole = recorded_class(course_directory(course), "/{}/".format, quick=True)
    assert {found.page for found in whole.members} == {f"/{name}/" for name in ("ada", "bob", "cyd", "dan", "tom")}
    page = BeautifulSoup(class_report.page(whole), "html.parser")
    assert "not known" in page.find(id="stale").get_text()
    assert "Only equal files were looked for here" in said(page, "alike")


def test_a_function_is_an_answer_in_whatever_cell_it_stands(course: Path) -> None:
    """Where a student left the stub and wrote the function below, graders see what was written, and no stub."""
    from nbgrader.api import Gradebook  # heavy

    from autograder.nbgrader.answers import QUESTIONS, answers_to
    from autograder.nbgrader.places import course_directory

    question = next(question for question in QUESTIONS if question.id == "clip_gradients")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        answers = answers_to(question, course_directory(course), book)
    (group,) = answers.groups
    assert {(answer.student, answer.text) for answer in group} == {("ada", ANSWER.strip()), ("bob", ANSWER.strip())}
    assert {answer.student for answer in answers.untouched} == {"cyd", "dan"}


def test_without_a_gradebook_nobody_knows_who_is_missing(course: Path) -> None:
    """What only the gradebook could tell is said to be not known, and no word of a report in JSON."""
    from autograder.nbgrader.places import course_directory  # heavy
    from autograder.nbgrader.recorded_class import recorded_class

    (course / "gradebook.db").rename(course / "away.db")
    try:
        whole = recorded_class(course_directory(course), quick=True)
    finally:
        (course / "away.db").rename(course / "gradebook.db")
    page = BeautifulSoup(class_report.page(whole), "html.parser")
    assert "not known" in said(page, "absent")
    assert "no gradebook says" in said(page, "by-hand")


def test_a_due_date_of_another_age_is_one(course: Path) -> None:
    """The page is there where work is due at the end of all times, whatever the course's clock."""
    from nbgrader.api import Gradebook  # heavy

    from autograder.nbgrader.places import course_directory
    from autograder.nbgrader.recorded_class import recorded_class

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        found = book.find_assignment("bptt")
        kept, found.duedate = found.duedate, datetime.max
        book.db.commit()
        try:
            whole = recorded_class(course_directory(course), quick=True)
        finally:
            found.duedate = kept
            book.db.commit()
    assert "9999" in words(read(whole).find(id="time").find_next("figcaption"))


def test_settings_that_cannot_be_used_are_one_sentence(course: Path) -> None:
    """The command names what to mend, and leaves the page that is there."""
    settings = course / "autograder.toml"
    kept = settings.read_text(encoding="utf-8")
    try:
        settings.write_text("nonsense = 1\n", encoding="utf-8")
        done = run(course, "autograder", "report")
    finally:
        settings.write_text(kept, encoding="utf-8")
    assert (done.returncode, "'nonsense' is no setting" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
