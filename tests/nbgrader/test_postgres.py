"""A gradebook that several machines share: nbgrader's `db_url` on a PostgreSQL server that these tests start and stop."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from support import commands, gradebook, leave_out, released_course, run
from test_interruption import WAIT_S, killed

from autograder.engine.demo import sample_class as demo

pytestmark = pytest.mark.slow

STUDENTS = ("ada", "alan", "emmy", "sofia", "untouched")


def _programs() -> Path:
    """The folder of the server's programs, which Debian keeps off PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        leave_out("no PostgreSQL server is installed: apt-get install postgresql")
    return folders[-1]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a fresh server on a socket of its own; as root it runs as nobody, for it refuses root."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        other: dict = {}
        if os.geteuid() == 0:
            other = {"user": "nobody", "group": os.stat("/proc/self").st_gid, "extra_groups": []}
            shutil.chown(folder, "nobody")

        def do(program: str, *words: str) -> None:
            log = Path(folder, "said")
            with log.open("a") as said:
                command = [str(programs / program), "-D", f"{folder}/data", *words]
                done = subprocess.run(command, cwd=folder, stdout=said, stderr=said, check=False, **other)
            assert done.returncode == 0, log.read_text()

        do("initdb", "-U", "grader", "-A", "trust", "-E", "UTF8")
        do("pg_ctl", "-w", "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start")
        try:
            yield f"postgresql+psycopg://grader@/postgres?host={folder}"
        finally:
            do("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small class that has handed in, and nothing judged."""
    course = released_course(tmp_path_factory.mktemp("shared"))
    demo.hand_in(course)
    for folder in (course / "submitted").iterdir():
        if folder.name not in STUDENTS:
            shutil.rmtree(folder)
    return course


@pytest.fixture(scope="module")
def shared(course: Path, server: str) -> Path:
    """The same class graded into its SQLite gradebook, and then moved to the server, where nothing is recorded yet."""
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    shutil.rmtree(course / "autograded")
    with (course / "nbgrader_config.py").open("a") as config:
        # PostgreSQL keeps nbgrader to its own rule that an assignment belongs to a course, which SQLite lets pass.
        config.write(f"c.CourseDirectory.db_url = {server!r}\nc.CourseDirectory.course_id = 'bptt'\n")
    done = run(course, "nbgrader", "generate_assignment", "bptt", "--force")
    assert done.returncode == 0, done.stderr
    return course


def test_two_recorders_at_once_and_one_of_them_killed(shared: Path, server: str) -> None:
    """Two recorders on a shared server, one killed and run again, leave the gradebook of one undisturbed SQLite run."""
    course = shared
    first = ("nbgrader", "autograde", "bptt", "--student=[a-k]*")
    with (course / "second.log").open("w") as said:
        command = [sys.executable, "-m", "nbgrader", "autograde", "bptt", "--student=[l-z]*"]
        second = subprocess.Popen(command, cwd=course, env=commands(course), stdout=said, stderr=said)
        try:
            assert killed(course, first, lambda _: len(list(course.glob("autograded/[a-k]*/bptt/bptt.ipynb"))) >= 1)
            again = run(course, *first)
            assert again.returncode == 0, again.stderr
            with suppress(subprocess.TimeoutExpired):
                second.wait(WAIT_S)
            assert second.returncode == 0, (course / "second.log").read_text()
        finally:
            second.kill()
    assert gradebook(course, server) == gradebook(course)
    assert set(gradebook(course, server)) == set(STUDENTS)


def test_a_server_needs_the_courses_name(tmp_path: Path, server: str) -> None:
    """Without a name for the course the release is refused in one sentence, before the server refuses it in many."""
    run(tmp_path, "autograder", "init", "own")
    with (tmp_path / "own" / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = {server!r}\n")
    done = run(tmp_path / "own", "nbgrader", "generate_assignment", "bptt")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "a gradebook on a server needs the course's name" in done.stderr


def test_whatever_changes_is_noticed_on_the_server(shared: Path, server: str) -> None:
    """A replaced file, an edited and a lost row, a deleted folder: `status` tells each, and a plain autograde mends it."""
    run(shared, "nbgrader", "autograde", "bptt")
    before = gradebook(shared, server)
    work = shared / "submitted" / "emmy" / "bptt" / "bptt.ipynb"
    work.write_bytes(work.read_bytes() + b"\n")
    shutil.rmtree(shared / "autograded" / "untouched")
    with Gradebook(server, "bptt") as book:
        book.find_grade("test_forward", "bptt", "bptt", "ada").auto_score = 0.5
        grade = book.find_grade("written_disagree", "bptt", "bptt", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.remove_student("sofia")
        book.db.commit()
    status = run(shared, "autograder", "status").stdout
    said = dict(line.split(": ", 1) for line in status.splitlines() if ": " in line)
    assert {student: said[student].split(" (")[0] for student in STUDENTS} == {
        "ada": "stale: the gradebook does not hold it",
        "alan": "current",
        "emmy": "stale: something else was handed in since",
        "sofia": "stale: the gradebook does not hold it",
        "untouched": "not graded",
    }
    done = run(shared, "nbgrader", "autograde", "bptt")
    assert "4 recorded now, 1 graded already" in done.stderr
    assert gradebook(shared, server) == before
    with Gradebook(server, "bptt") as book:
        assert book.find_grade("written_disagree", "bptt", "bptt", "ada").manual_score == 1.5
    assert "stale" not in run(shared, "autograder", "status").stdout
