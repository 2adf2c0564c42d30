"""nbgrader's exchange from the teacher's browser: released, collected, graded and given back by clicks alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import browsing
import grading
import pytest
from nbgrader.utils import get_username
from playwright.sync_api import Browser
from support import commands

from autograder.engine.core.places import SOLUTION
from autograder.engine.demo import sample_class as demo

pytestmark = pytest.mark.slow

_CONFIG = "c.CourseDirectory.course_id = 'dl'\nc.Exchange.root = {root!r}\n"


def _as_student(home: Path, *words: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *words]
    environment = {**commands(home), "HOME": str(home)}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_comment_comes_back_through_the_exchange(browser: Browser, tmp_path: Path) -> None:
    """What a grader writes in formgrader stands on the page that the student fetches, and a second release renews it."""
    course, student, exchange = (tmp_path / name for name in ("course", "student", "exchange"))
    demo._make_course(course)
    for folder in (student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    ours = _CONFIG.format(root=str(exchange))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(ours)
    (student / "nbgrader_config.py").write_text("c = get_config()\n" + ours)
    me = get_username()
    with browsing.jupyter(course, tmp_path / "home") as server:
        page = browsing.new_page(browser)
        grading.generate_assignment(page, server)
        grading.click(page, server, "release")
        _as_student(student, "fetch_assignment", "bptt")
        shutil.copy(SOLUTION / "bptt" / "bptt.ipynb", student / "bptt")
        _as_student(student, "submit", "bptt")
        grading.click(page, server, "collect")
        grading.autograde(page, server, [me])
        for comment in ("Say which limit.", " And why."):
            grading.open_submission(page, server, me)
            grading.give(page, "written_disagree", 1.5, comment)
            grading.generate_feedback(page, server)
            grading.click(page, server, "release-feedback")
            _as_student(student, "fetch_feedback", "bptt")
            (fetched,) = (student / "bptt" / "feedback").glob("*/bptt.html")
            assert comment.strip() in fetched.read_text(encoding="utf-8")
