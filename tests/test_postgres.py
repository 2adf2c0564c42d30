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


def test_two_recorders_at_once_and_one_of_them_killed(course: Path, server: str) -> None:
    """Two recorders on a shared server, one killed and run again, leave the gradebook of one undisturbed SQLite run."""
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    shutil.rmtree(course / "autograded")
    with (course / "nbgrader_config.py").open("a") as config:
        # PostgreSQL keeps nbgrader to its own rule that an assignment belongs to a course, which SQLite lets pass.
        config.write(f"c.CourseDirectory.db_url = {server!r}\nc.CourseDirectory.course_id = 'bptt'\n")
    done = run(course, "nbgrader", "generate_assignment", "bptt", "--force")
    assert done.returncode == 0, done.stderr

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
