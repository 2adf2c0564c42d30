"""No command writes over what it reads, nor two things into one file: asked before anything is opened for writing."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from autograder.engine.core.settings import FILE, Course
from autograder.engine.intake.listing import is_work
from autograder.engine.intake.members import is_wanted

Name = str | Path | None  # as it was typed; nothing where it was not
_Key = tuple[int, int] | str  # the same for all names of one file


def expect_apart(outputs: Sequence[tuple[str, Name]], inputs: Mapping[str, Name], work: Sequence[Path] = ()) -> None:
    """Raise UsageError where two outputs are one file, and where one is an input or a submission at or below `work`.

    `outputs` are options and what was typed behind them. Links, hard ones too, count as what they lead to. Stdout, a pipe
    and a device are no files: what is written there harms nothing.
    """
    written: dict[_Key, tuple[str, Name]] = {}
    for option, file in outputs:
        key = _key(file)
        if key in written:
            raise click.UsageError(
                f"{written[key][0]} and {option} name one and the same file, {file}: name another one for one of them"
            )
        if key:
            written[key] = option, file
    for what, name in inputs.items():
        _expect_not_written(name, what, written)
    deep = any(_may_be_work(str(file)) for _, file in written.values())
    for path in _works(work, deep):
        _expect_not_written(path, "a submission", written)


def expect_outside(folder: Path | None, work: Sequence[Path]) -> None:
    """Raise UsageError where the folder for the feedback pages lies in what is graded: it would be a student next time."""
    for path in work if folder else ():
        if path.is_dir() and Path(os.path.realpath(str(folder))).is_relative_to(os.path.realpath(path)):
            raise click.UsageError(
                f"--feedback {folder} lies in {path}, and the next run would take the pages for a submission: "
                f"name a folder outside of {path}"
            )


def expect_own_settings(course: Course, work: Sequence[Path]) -> None:
    """Raise UsageError where the settings lie among the submissions: a student may have handed them in."""
    among = any(path.is_dir() and course.root.is_relative_to(os.path.realpath(path)) for path in work)
    if among and (course.root / FILE).exists() and any(map(_is_students, os.listdir(course.root))):
        raise click.UsageError(
            f"{course.root / FILE} lies among submissions, and may be a student's: keep it in a folder above theirs"
        )


def _is_students(name: str) -> bool:
    return is_work(name) and name != "nbgrader_config.py"


def course_files(course: Course) -> dict[str, Name]:
    """The course's own files, which every command reads."""
    return {"the course's file of settings": course.root / FILE, "the course's seed": course.root / course.seed_file}


def _expect_not_written(name: Name, what: str, written: Mapping[_Key, tuple[str, Name]]) -> None:
    key = _key(name)
    if key and key in written:
        raise click.UsageError(f"{written[key][1]} is {what} itself: name another file for {written[key][0]}")


def _key(name: Name) -> _Key | None:
    if not name or str(name) == "-":
        return None
    try:
        found = os.stat(name)
    except OSError:
        return os.path.realpath(name)
    is_place = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return (found.st_dev, found.st_ino) if is_place else None


def _may_be_work(file: str) -> bool:
    """Whether a file may be one of those below a folder of submissions: most are not, and a large class is not walked."""
    try:
        return is_wanted(os.path.realpath(file)) or os.stat(file).st_nlink > 1
    except OSError:
        return False


def _works(paths: Sequence[Path], deep: bool) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
        elif deep:
            for folder, _, names in os.walk(path):
                yield from (Path(folder, name) for name in names if is_wanted(name))
