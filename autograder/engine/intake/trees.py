"""Whose folders stand in a folder, where no learning platform has named them: nbgrader's trees, clones, or one person's own."""

import os
import re
from dataclasses import replace
from pathlib import Path

from autograder.engine.core.looking import CannotReadError, look, names
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.sender import Sender
from autograder.engine.intake.found import Candidate, Found
from autograder.engine.intake.listing import entries, inside, is_work
from autograder.engine.intake.members import is_archive
from autograder.engine.intake.platforms import shared_beginning

_ANOTHERS = "submitted"  # nbgrader's folder of what students hand in
_COURSES = ("source", "release", "solution", "assignment")  # and those of a course that hold its own notebooks
_ATTEMPT = re.compile(  # a longer number is a student's
    r"(?:v|version|attempt|try|submission|upload)[ _-]*\d+|\d{1,3}|\d{4}-\d\d-\d\d.*", re.IGNORECASE
)
_COPY = re.compile(r"(?: ?\(\d+\)|[ _-]*copy ?\d*)$|^copy of ", re.IGNORECASE)
_OURS = re.compile(rf"^{NAME}(?![^\W_])|(?<![^\W_]){NAME}$", re.IGNORECASE)
_CLONES = "-submissions"  # how the folder ends that GitHub Classroom clones into
_REPOSITORYS = {".git", ".github", ".gitignore", ".gitattributes"}
_BRANCHES = ("-main", "-master")  # how GitHub calls what it hands out as a zip
_TEAM = re.compile(r"(?<![^-])(?:team|group)-$", re.IGNORECASE)


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
    return sum(is_somebodys(folder / name) for name in people_below(folder)) > 1


def people_below(folder: Path) -> list[str]:
    """The folders in a folder that may each be a student's: a clone is one student's, and has none."""
    if look(folder) != "folder" or ".git" in _all_names(folder):
        return []
    return [name for name in students_in(folder) if not is_attempt(name) and name not in _COURSES]


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


def is_attempt(name: str) -> bool:
    """Whether a folder's name tells one of several attempts, and no student."""
    return bool(_ATTEMPT.fullmatch(name))


def is_classes(name: str) -> bool:
    """Whether a folder of this name is a class's, should it hold but one student's folder."""
    return name == _ANOTHERS or name.lower().endswith("submissions")


def starter_of(folder: Path, students: list[str]) -> str | None:
    """Among clones the one that all others were made from: their names begin with its name."""
    first = min(students, default="")
    others = [name for name in students if name != first]
    is_starter = len(others) > 1 and all(name.startswith(f"{first}-") for name in others)
    return first if is_starter and _is_repository(folder / first) else None


def clones_naming(folder: Path, students: list[str]) -> tuple[str, str] | None:
    """What GitHub Classroom's repositories have before and behind the student's name; None where these are none."""
    branch = next((end for end in _BRANCHES if students and all(name.endswith(end) for name in students)), "")
    told = folder.name.removesuffix(_CLONES) + "-" if folder.name.endswith(_CLONES) else f"{NAME}-"
    if students and all(name.startswith(told) and name.removesuffix(branch) != told for name in students):
        return told, branch
    if not branch and not any(_is_repository(folder / name) for name in students):
        return None
    beginning = shared_beginning([name.removesuffix(branch) for name in students], "-") if len(students) > 1 else ""
    return _TEAM.sub("", beginning), branch


def login_of(name: str, naming: tuple[str, str] | None) -> str:
    """The student in a repository's name."""
    return name.removeprefix(naming[0]).removesuffix(naming[1]) if naming else name


def _is_repository(folder: Path) -> bool:
    return not _REPOSITORYS.isdisjoint(_all_names(folder))


def _all_names(folder: Path) -> list[str]:
    try:
        return names(folder)
    except CannotReadError:
        return []


def owner_of(stem: str) -> str | None:
    """Whose a file is, by its name without the ending: what is not the assignment's, and no copy's number."""
    stem = next((stem.removesuffix(end) for end in _BRANCHES if stem.endswith(end)), stem)
    return _OURS.sub("", _COPY.sub("", stem).strip()).strip(" _-.,") or None


def by_owner(files: list[str]) -> dict[str | None, list[str]]:
    """Files that lie side by side, by whose they are."""
    found: dict[str | None, list[str]] = {}
    for name in files:
        found.setdefault(owner_of(os.path.splitext(name)[0]), []).append(name)
    return found


def candidates(folder: Path, files: list[str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(folder / name, name) for name in files)


def one(folder: Path) -> Found:
    return Found(folder.resolve() if folder.is_symlink() else folder)


def as_section(found: list[Found], name: str) -> list[Found]:
    """Submissions of one section, but those that are of one already."""
    return [
        entry if entry.sender.section else replace(entry, sender=replace(entry.sender, section=shown(name)))
        for entry in found
    ]


def student(folder: Path, name: str, naming: tuple[str, str] | None) -> Found:
    """The submission of one student's folder. `naming` is what clones' names have before and behind the student's."""
    if naming is None:
        return Found(work_of(folder / name), name)
    login = login_of(name, naming)
    sender = Sender(student_id=shown(login), login=shown(login), platform="github")
    return Found(work_of(folder / name), login, sender=sender)
