"""A course of an instructor's own, made from the installed package alone: all that nbgrader and the kit need to start."""

import shutil
from pathlib import Path

from autograder.engine.core.names import unusable
from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.core.settings import FILE

_CONFIG = """\
# This folder is an nbgrader course (https://nbgrader.readthedocs.io), and the kit judges its assignment.
from autograder.nbgrader import configure

c = get_config()  # nbgrader defines it
configure(c)
# c.CourseDirectory.course_id = "ml101"  # where the class hands in through nbgrader's exchange
"""
_SETTINGS = """\
# How bptt is judged. What is left out has its default: docs/instructors.md lists all settings.
# tasks_off = []  # names of tasks that do not count
# show_values = false
"""
_IGNORED = (".autograder/", "gradebook.db", "submitted/", "autograded/", "feedback/", "*.log")
_COURSES = ("nbgrader_config.py", FILE, "gradebook.db", "source", "release", "submitted", "autograded")


class NewCourseError(Exception):
    """No course can be made there; the message says why, and what to do."""


def make_course(folder: Path) -> None:
    """Make a course in a folder, which is made where it is missing. Raises NewCourseError where one stands already."""
    if why := unusable(folder):
        raise NewCourseError(why)
    try:
        found = [name for name in _COURSES if (folder / name).exists() or (folder / name).is_symlink()]
        if found:
            raise NewCourseError(f"{folder} holds a course already ({', '.join(found)}): name another folder")
        folder.mkdir(parents=True, exist_ok=True)
        _ignore(folder / ".gitignore")
        hidden = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(SOLUTION / NAME, folder / "source" / NAME, ignore=hidden)
        (folder / FILE).write_text(_SETTINGS, encoding="utf-8")
        (folder / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
    except OSError as error:
        raise NewCourseError(f"{folder} cannot be written ({error.strerror}): name another folder") from None


def _ignore(file: Path) -> None:
    """The seed and what students hand in belong into no repository; lines that stand there stay."""
    lines = file.read_text("utf-8", "surrogateescape").splitlines() if file.exists() else []
    text = "\n".join([*lines, *(name for name in _IGNORED if name not in lines)]) + "\n"
    file.write_text(text, "utf-8", "surrogateescape")
