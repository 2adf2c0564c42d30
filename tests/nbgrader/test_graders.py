"""Two graders of one course, users of the system with a group in common: one folder, one gradebook, one seed."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from people import Person, people
from support import gradebook

from autograder.engine.core.places import SOLUTION

pytestmark = pytest.mark.slow

GUIDE = SOLUTION.parent / "docs" / "instructors.md"
SOLVED = SOLUTION / "bptt" / "bptt.ipynb"
_SHARED = "c.CourseDirectory.groupshared = True\nc.CourseDirectory.course_id = 'dl'\nc.Exchange.root = {root!r}\n"


@dataclass(frozen=True)
class Office:
    """The course that both share; without root both are the one user who runs this."""

    course: Path
    ann: Person
    bob: Person

    @property
    def group(self) -> str:
        return str(self.ann.options.get("group", os.getgid()))

    @property
    def seed(self) -> Path:
        return self.course / ".autograder" / "seed"

    def do(self, who: Person, module: str, *words: str) -> tuple[int, str]:
        """One command in the course's folder, by somebody who thinks of no permissions: its status, and what it said."""
        done = who.module(self.course, module, *words)
        return done.returncode, done.stdout + done.stderr

    def verdict(self, student: str) -> dict:
        """What is recorded of a student's work beside the notebook."""
        file = self.course / "autograded" / student / "bptt" / "bptt.ipynb"
        return json.loads(file.read_text(encoding="utf-8"))["metadata"]["autograder"]["result"]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """A course of Ann's, open to her group, in which Bob is; two have handed in, and nobody is graded."""
    with people("ann", "bob") as (exchange, found):
        shared = Office(exchange.parent / "course", found["ann"], found["bob"])
        if "user" in shared.bob.options:
            shared.bob.options["extra_groups"] = [shared.group]
        shared.course.mkdir()
        shared.ann.owns(shared.course)
        shared.course.chmod(0o2770)
        assert shared.do(shared.ann, "autograder", "init", ".")[0] == 0
        with (shared.course / "nbgrader_config.py").open("a") as config:
            config.write(_SHARED.format(root=str(exchange)))
        status, said = shared.do(shared.ann, "nbgrader", "generate_assignment", "bptt")
        assert status == 0, said
        for student in ("ada", "rob"):
            work = shared.course / "submitted" / student / "bptt"
            work.mkdir(parents=True)
            shutil.copy(SOLVED, work)
            (work / "timestamp.txt").write_text("2026-11-20 12:00:00.000000 UTC")
            (work / "submission_secret.txt").write_text("secret-of-" + student)
        shared.ann.owns(shared.course / "submitted")
        status, said = shared.do(shared.ann, "autograder", "grade", "submitted/ada")  # makes the seed
        assert status == 0, said
        yield shared


def test_who_may_not_read_the_seed_is_refused(office: Office) -> None:
    """Every command of a grader without the seed says in one sentence what to do, and nothing is recorded."""
    assert office.seed.stat().st_mode & 0o777 == 0o600
    if os.geteuid():
        office.seed.chmod(0)
    for words in (
        ("nbgrader", "autograde", "bptt"),
        ("autograder", "status"),
        ("autograder", "grade", "submitted"),
        ("autograder", "explain", "ada", "forward"),
    ):
        status, said = office.do(office.bob, *words)
        assert status != 0
        assert "the seed cannot be read" in said.replace("\n", " ")
        assert "Traceback" not in said
    assert not (office.course / "autograded").exists()
    assert gradebook(office.course) == {}


def test_both_grade_to_the_same_report(office: Office) -> None:
    """With the seed open to the group, one grader's record holds for the other, who comes to the same when judging again."""
    office.seed.chmod(0o600)
    (line,) = re.findall(r"^    (chgrp .*)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    done = office.ann.run("sh", "-c", f'cd "$0"; {line}'.replace("graders", office.group), str(office.course))
    assert done.returncode == 0, done.stderr
    status, said = office.do(office.ann, "nbgrader", "autograde", "bptt")
    assert (status, "2 recorded now" in said) == (0, True), said
    before, by_ann = gradebook(office.course), office.verdict("ada")
    status, said = office.do(office.bob, "nbgrader", "autograde", "bptt")
    assert (status, "0 recorded now, 2 graded already" in said) == (0, True), said
    status, said = office.do(office.bob, "nbgrader", "autograde", "bptt", "--force")
    assert (status, "2 recorded now" in said) == (0, True), said
    assert office.verdict("ada") == by_ann
    assert gradebook(office.course) == before
    status, said = office.do(office.ann, "autograder", "status")
    assert (status, said.count("current (30 points)")) == (0, 2), said
    for who in (office.ann, office.bob):
        status, said = office.do(who, "nbgrader", "generate_feedback", "bptt")
        assert status == 0, said


def test_a_folder_that_is_not_shared_is_named(office: Office) -> None:
    """What another grader keeps to herself is named in one sentence with what to do, and stays as it is."""
    kept = [office.course / step / "ada" / "bptt" for step in ("autograded", "feedback")]
    office.ann.owns(*kept)
    for folder in kept:
        folder.chmod(0o2755 if not os.geteuid() else 0o2555)
    before = office.verdict("ada"), (kept[1] / "bptt.html").read_bytes()
    for words in (("autograde", "bptt", "--force"), ("generate_feedback", "bptt")):
        status, said = office.do(office.bob, "nbgrader", *words)
        assert (status, "is not yours to write" in said, "Traceback" in said) == (1, True, False), said
    assert (office.verdict("ada"), (kept[1] / "bptt.html").read_bytes()) == before
