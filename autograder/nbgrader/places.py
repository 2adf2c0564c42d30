"""Where a course keeps whose work: nbgrader's folders as the course has them, whatever their structure is."""

import os
import sys
from collections.abc import Iterator
from contextlib import chdir, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from autograder.engine.core.looking import CannotReadError, look, names
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.intake.submission import kind_of
from autograder.engine.intake.trees import students_in

_ANYONE = "\x1fstudent\x1f"  # in no path: stands for a student's name in the course's structure


class CourseError(Exception):
    """The course cannot be used as it is set up; the message says why, and what to do."""


@dataclass(frozen=True)
class Place:
    """Where the folders of one step of nbgrader's lie: `folder/<before><student><after>/rest...`."""

    folder: Path
    before: str
    after: str
    rest: tuple[str, ...]

    def name_in(self, entry: str) -> str:
        """Whose folder an entry is, or nothing where it is nobody's."""
        name = entry.removeprefix(self.before).removesuffix(self.after)
        return name if f"{self.before}{name}{self.after}" == entry else ""

    def work_of(self, name: str) -> Path:
        """A student's work on the assignment. What is no folder on the way is what was handed in."""
        path = self.folder / f"{self.before}{name}{self.after}"
        for part in self.rest:
            if look(path) != "folder":
                break
            path /= part
        return path


def place(coursedir: CourseDirectory, step: str) -> Place:
    """Where students' work on the kit's assignment lies in one of nbgrader's steps."""
    parts = Path(coursedir.format_path(step, _ANYONE, NAME)).parts
    at = next((number for number, part in enumerate(parts) if _ANYONE in part), None)
    if at is None:
        raise CourseError(
            "CourseDirectory.directory_structure has no {student_id}: it does not say whose work a folder holds"
        )
    before, _, after = parts[at].partition(_ANYONE)
    return Place(Path(*parts[:at]), before, after, tuple(part.replace(_ANYONE, "") for part in parts[at + 1 :]))


def students(coursedir: CourseDirectory, step: str) -> dict[str, Path]:
    """By name the work of all who have a folder, even where it holds none of this assignment. Raises CannotReadError."""
    where = place(coursedir, step)
    names(where.folder)  # else nobody would be found, and nothing said
    found = {}
    for entry in students_in(where.folder):
        name = where.name_in(entry)
        below = where.folder / entry / step
        if name and (step not in where.rest or look(where.folder / entry) != "folder" or look(below) != "absent"):
            found[name] = where.work_of(name)
    return found


def is_asked_for(coursedir: CourseDirectory, name: str) -> bool:
    """Whether a command names this student: by folder, by the name that the gradebook has, or by a pattern."""
    wanted, excluded = coursedir.student_id, coursedir.student_id_exclude.split(",")
    return (fnmatchcase(name, wanted) or wanted in (name, shown(name))) and shown(name) not in excluded


def loose(coursedir: CourseDirectory) -> Iterator[str]:
    """Notebooks and scripts that lie where nobody's work is looked for, and what to do about each."""
    step = coursedir.submitted_directory
    where = place(coursedir, step)
    if step in where.rest:
        return
    try:
        for folder in dict.fromkeys([Path(coursedir.root) / step, where.folder]):
            files = [name for name in names(folder) if kind_of(name) and look(folder / name) == "file"]
            yield from (_nobodys(coursedir, folder / name) for name in files)
        for name, work in students(coursedir, step).items():
            folder = where.folder / f"{where.before}{name}{where.after}"
            if where.rest and look(folder) == "folder" and look(work) == "absent":
                beside = [file for file in names(folder) if kind_of(file) and look(folder / file) == "file"]
                yield from (_nobodys(coursedir, folder / file, shown(name)) for file in beside)
    except CannotReadError:
        return


def _nobodys(coursedir: CourseDirectory, file: Path, whose: str = "<student>") -> str:
    root = Path(coursedir.root)
    wanted = Path(coursedir.format_path(coursedir.submitted_directory, whose, NAME)) / f"{NAME}.ipynb"
    said = [shown(os.path.relpath(path, root)) for path in (file, wanted)]
    return f"{said[0]} is not graded: move it to {said[1]}, if it is somebody's {NAME}"


def gradebook_file(coursedir: CourseDirectory) -> Path | None:
    """The file that holds the gradebook, there or not; none where a server does, or memory."""
    try:
        url = make_url(coursedir.db_url)
    except ArgumentError:  # whoever opens it says so
        return None
    is_file = url.get_backend_name() == "sqlite" and url.database and not url.database.startswith("file:")
    return Path(str(url.database)) if is_file else None


def gradebook_exists(coursedir: CourseDirectory) -> bool:
    """Whether there is a gradebook to ask: nbgrader makes an empty one of SQLite's by looking. A server is asked at once."""
    file = gradebook_file(coursedir)
    return file is None or file.exists()


def gradebook_url(coursedir: CourseDirectory) -> str:
    """Where the gradebook lies in a course that does not say so: at its root, whatever characters the path to it has.

    nbgrader's own default is not encoded: with `?` or `%` in it, it names a file elsewhere.
    """
    path = os.path.abspath(os.path.join(coursedir.root, "gradebook.db"))
    for url in (f"sqlite:///{path}", URL.create("sqlite", database=path).render_as_string(hide_password=False)):
        if make_url(url).database == path:
            return url
    raise SystemExit(f"{shown(path)}: no gradebook can lie there; take ? and % out of the names of its folders")


def expect_writable(folder: Path) -> None:
    """Raise OSError with what to do, where another grader's folder cannot be replaced by a new one."""
    for path in (folder, folder.parent):
        while look(path) == "absent":
            path = path.parent
        if not os.access(path, os.W_OK):
            raise OSError(
                f"{shown(path)} is not yours to write: have its owner share it (chmod -R g+rwXs, and for what comes "
                "c.CourseDirectory.groupshared = True), or grade as its owner"
            )


def share(coursedir: CourseDirectory, folder: Path, step: str) -> None:
    """Let the group write to the folders above one of a step, where graders share; nbgrader does so for all but these."""
    root = Path(coursedir.format_path(step, ".", "."))
    for path in folder.parents if coursedir.groupshared else ():
        if path == root or root not in path.parents:
            break
        with suppress(PermissionError):  # another grader's
            path.chmod((path.stat().st_mode | 0o2770) & 0o2777)


def course_directory(start: Path) -> CourseDirectory:
    """The course that nbgrader would take in this folder: its `nbgrader_config.py` read as nbgrader's commands read it."""
    app = NbGrader()
    app.log_level = "ERROR"
    searched = sys.path.copy()
    with chdir(start):
        app.initialize([])
    sys.path[:] = searched  # nbgrader puts the current folder before all others
    coursedir = app.coursedir
    assert coursedir
    return coursedir
