"""nbgrader's exchange with the real commands and several users of the system: from release to the page that each fetches."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from people import Person, people
from submissions.broken.kinds import cell

from autograder.engine.core.places import SOLUTION

pytestmark = pytest.mark.slow

SOLVED = SOLUTION / "bptt" / "bptt.ipynb"
ROB, TOM = "homework", "my work (1) [final]"  # what they call their notebooks
ANSWER = "A radius below one is a promise about the limit."
_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "dl"
c.Exchange.root = {root!r}
c.Exchange.timezone = "Europe/Berlin"
"""


@dataclass(frozen=True)
class Class:
    exchange: Path
    teacher: Person
    students: dict[str, Person]

    @property
    def course(self) -> Path:
        return self.teacher.home

    def teach(self, *words: str) -> str:
        """One nbgrader command of the teacher's, which must succeed; what it said."""
        done = self.teacher.nbgrader(*words)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def each(self, *words: str) -> None:
        """The same command by all students, as they do it: at once."""
        with ThreadPoolExecutor() as pool:
            for done in pool.map(lambda student: student.nbgrader(*words), self.students.values()):
                assert done.returncode == 0, done.stderr

    def pages(self, student: str) -> list[Path]:
        """What a student has fetched, the oldest submission first."""
        return sorted((self.students[student].home / "bptt" / "feedback").glob("*/*.html"))


def _work(student: Person, name: str, data: bytes) -> None:
    """Have a student's notebook be this one, under this name."""
    (student.home / "bptt" / "bptt.ipynb").unlink()
    (student.home / "bptt" / f"{name}.ipynb").write_bytes(data)
    student.owns(student.home / "bptt")


def _rob() -> bytes:
    """Solved, with one written answer in a cell of its own below the untouched one, and the other left out."""
    notebook = json.loads(SOLVED.read_text(encoding="utf-8"))
    for id in ("written_disagree", "written_remedies"):
        cell(notebook, id)["source"] = "YOUR ANSWER HERE"
    place = notebook["cells"].index(cell(notebook, "written_disagree"))
    notebook["cells"].insert(place + 1, {"cell_type": "markdown", "id": "own", "metadata": {}, "source": ANSWER})
    return json.dumps(notebook).encode()


@pytest.fixture(scope="module")
def taught() -> Iterator[Class]:
    """A class that fetched, worked and submitted; collected, graded, and given its feedback. Sam's work came by mail."""
    with people("teacher", "ada", "rob", "tom") as (exchange, found):
        teacher = found.pop("teacher")
        theirs = Class(exchange, teacher, found if len({p.name for p in found.values()}) > 1 else {"rob": found["rob"]})
        config = _CONFIG.format(root=str(exchange))
        kit = "from autograder.nbgrader import configure\n" + config + "configure(c)\n"
        (teacher.home / "nbgrader_config.py").write_text(kit, encoding="utf-8")
        shutil.copytree(SOLUTION / "bptt", teacher.home / "source" / "bptt", ignore=shutil.ignore_patterns(".*", "__*"))
        for student in theirs.students.values():
            (student.home / "nbgrader_config.py").write_text(config, encoding="utf-8")
        teacher.owns(teacher.home)
        theirs.teach("generate_assignment", "bptt")
        theirs.teach("release_assignment", "bptt")
        theirs.each("fetch_assignment", "bptt")
        work = {"ada": ("bptt", SOLVED.read_bytes()), "rob": (ROB, _rob()), "tom": (TOM, SOLVED.read_bytes()[:3000])}
        for name, student in theirs.students.items():
            _work(student, *work[name])
        theirs.each("submit", "bptt")
        theirs.teach("collect", "bptt")
        sam = teacher.home / "submitted" / "sam" / "bptt"
        sam.mkdir(parents=True)
        shutil.copy(SOLVED, sam)
        teacher.owns(sam.parent)
        theirs.teach("autograde", "bptt")
        theirs.teach("generate_feedback", "bptt")
        said = theirs.teach("release_feedback", "bptt")
        assert "feedback/sam/bptt/bptt.html" in said
        assert "not handed in through the exchange" in said
        theirs.each("fetch_feedback", "bptt")
        yield theirs


def test_everyone_fetches_a_page(taught: Class) -> None:
    """Whoever handed in gets one page, under the name of the own notebook, whether or not it could be read."""
    names = {student: [page.name for page in taught.pages(student)] for student in taught.students}
    expected = {"ada": ["bptt.html"], "rob": [f"{ROB}.html"], "tom": [f"{TOM}.html"]}
    assert names == {student: expected[student] for student in taught.students}
    for student in taught.students:
        page = taught.pages(student)[0].read_text(encoding="utf-8")
        assert taught.students[student].name in page
    page = taught.pages("rob")[0].read_text(encoding="utf-8")
    assert "30 <small>of 33 points, and 2 still to be graded by hand" in page
    assert ANSWER in page


def test_nobody_reads_anothers_work(taught: Class) -> None:
    """A student can neither list what others handed in and got back, nor read the course's folder."""
    rob = taught.students["rob"]
    closed = [taught.exchange / "dl" / "inbound", taught.exchange / "dl" / "feedback", taught.course]
    listed = [rob.run("ls", str(path)).returncode == 0 for path in closed]
    assert listed == [rob.name == taught.teacher.name] * len(closed)


def test_a_comment_and_a_grade_reach_who_was_given_them(taught: Class) -> None:
    """What a grader has changed since stands on the next page without --force, and the others' pages are left as they are."""
    from nbgrader.api import Gradebook  # heavy

    before = {path: path.stat().st_mtime_ns for path in (taught.course / "feedback").rglob("*.html")}
    with Gradebook(f"sqlite:///{taught.course}/gradebook.db") as book:
        rob = taught.students["rob"].name
        grade = book.find_grade("written_disagree", "bptt", "bptt", rob)
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("written_disagree", "bptt", "bptt", rob).manual_comment = r"Which limit? $\rho^n \to 0$."
        book.db.commit()
    taught.teach("generate_feedback", "bptt")
    taught.teach("release_feedback", "bptt")
    taught.students["rob"].nbgrader("fetch_feedback", "bptt")
    page = taught.pages("rob")[0].read_text(encoding="utf-8")
    assert "31.5 <small>of 35 points</small>" in page
    assert "Which limit? <math" in page
    changed = [path.parts[-3] for path, when in before.items() if path.stat().st_mtime_ns != when]
    assert set(changed) == {rob}


def test_a_later_submission_gets_its_own_page(taught: Class) -> None:
    """A page is not given out for work that came after it; when that is graded, the student has one for each."""
    rob = taught.students["rob"]
    shutil.copy(SOLVED, rob.home / "bptt" / f"{ROB}.ipynb")
    rob.owns(rob.home / "bptt")
    assert rob.nbgrader("submit", "bptt").returncode == 0
    taught.teach("collect", "bptt", "--update")
    said = taught.teach("generate_feedback", "bptt")
    assert f"{rob.name}: something else was handed in since it was graded" in said
    taught.teach("autograde", "bptt")
    taught.teach("generate_feedback", "bptt")
    taught.teach("release_feedback", "bptt")
    rob.nbgrader("fetch_feedback", "bptt")
    old, new = (page.read_text(encoding="utf-8") for page in taught.pages("rob"))
    assert ANSWER in old
    assert ANSWER not in new
