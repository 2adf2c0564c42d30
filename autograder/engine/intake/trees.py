"""Whose folders stand in a folder, where no learning platform has named them: nbgrader's trees, clones, or one person's own."""

import os
import re
from pathlib import Path

from autograder.engine.core.looking import CannotReadError, look, names
from autograder.engine.core.places import NAME
from autograder.engine.intake.listing import entries, inside, is_work
from autograder.engine.intake.members import is_archive
from autograder.engine.intake.platforms import shared_beginning

_ANOTHERS = "submitted"  # nbgrader's folder of what students hand in
_COURSES = ("source", "release", "solution", "assignment")  # and those of a course that hold its own notebooks
_ATTEMPT = re.compile(r"(?:v|version|attempt|try|submission|upload)?[ _-]*\d+|\d{4}-\d\d-\d\d.*", re.IGNORECASE)
_COPY = re.compile(r"(?: ?\(\d+\)|[ _-]*copy ?\d*)$|^copy of ", re.IGNORECASE)
_OURS = re.compile(rf"^{NAME}(?![^\W_])|(?<![^\W_]){NAME}$", re.IGNORECASE)
_CLONES = "-submissions"  # how the folder ends that GitHub Classroom clones into


def students_in(folder: Path) -> list[str]:
    """Whose folders stand in a folder of folders, by name. A link is one, unless a file is what it leads to."""
    return [name for name in entries(folder) if may_be_students(folder / name)]


def may_be_students(path: Path) -> bool:
    kind = look(path)
    return kind in ("folder", "refused") or (kind == "link" and look(path, follow=True) not in ("file", "special"))


def work_of(folder: Path) -> Path:
    """What a student's folder holds for this assignment: nbgrader's tree has one more folder in between."""
    inner = folder / NAME
    if look(folder) != "folder" or inside(folder):
        return folder
    return inner if may_be_students(inner) else folder


def is_somebodys(folder: Path) -> bool:
    """Whether a folder holds work itself, as one student's does."""
    if look(folder) != "folder":
        return True
    if inside(folder) or look(folder / NAME) != "absent" or ".git" in _all_names(folder):
        return True
    return any((is_work(name) or is_archive(name)) and look(folder / name) == "file" for name in entries(folder))


def several_below(folder: Path) -> bool:
    """Whether a folder is no student's, but holds those of several: a section's, or what an archive was packed with."""
    if look(folder) != "folder" or ".git" in _all_names(folder):
        return False
    below = [name for name in students_in(folder) if not _ATTEMPT.fullmatch(name) and name not in _COURSES]
    return sum(is_somebodys(folder / name) for name in below) > 1


def is_instructors(link: Path) -> bool:
    """Whether a link that was named is the instructor's own: the course's `submitted`, or one that lies among no submissions.

    A shell's `class/*` also names what students have made, and a link of theirs could lead to another's work.
    """
    place = Path(os.path.abspath(link)).parent
    if _ANOTHERS in place.parts or link.name == _ANOTHERS:
        return _ANOTHERS not in place.parts
    beside = [place / name for name in students_in(place) if name not in (link.name, *_COURSES)]
    return look(link, follow=True) == "folder" and link.name != NAME and not any(map(_is_submission, beside))


def _is_submission(folder: Path) -> bool:
    return look(folder) == "folder" and (bool(inside(folder)) or look(folder / NAME) != "absent")


def clones_beginning(folder: Path, students: list[str]) -> str | None:
    """What the names of GitHub Classroom's clones begin with, before the student's; None where these are no clones."""
    told = folder.name.removesuffix(_CLONES) + "-" if folder.name.endswith(_CLONES) else ""
    if told and all(name.startswith(told) for name in students):
        return told
    if not any(".git" in _all_names(folder / name) for name in students):
        return None
    return shared_beginning(students, "-") if len(students) > 1 else ""


def _all_names(folder: Path) -> list[str]:
    try:
        return names(folder)
    except CannotReadError:
        return []


def owner_of(stem: str) -> str | None:
    """Whose a file is, by its name without the ending: what is not the assignment's, and no copy's number."""
    return _OURS.sub("", _COPY.sub("", stem).strip()).strip(" _-.,") or None


def by_owner(files: list[str]) -> dict[str | None, list[str]]:
    """Files that lie side by side, by whose they are."""
    found: dict[str | None, list[str]] = {}
    for name in files:
        found.setdefault(owner_of(os.path.splitext(name)[0]), []).append(name)
    return found
