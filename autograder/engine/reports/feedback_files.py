"""Each student's feedback page as a file, under the name by which the platform takes it back, and all of them in one zip."""

import os
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from autograder.engine.core.atomic_file import output_file, whole_file
from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.names import shown
from autograder.engine.core.result import Result
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import STUB, released
from autograder.engine.intake.files import load_found
from autograder.engine.intake.found import Found
from autograder.engine.intake.repair import runnable
from autograder.engine.intake.submission import Cell
from autograder.engine.people.roll import Roll
from autograder.engine.reports.pages.code import sources
from autograder.engine.reports.pages.feedback import page, ungraded
from autograder.engine.reports.whole_class import Class

_ZIPPED = ("canvas", "moodle")  # take many students' files as one zip
_MAX_ANSWER = 20_000  # characters of a written answer, on its page
_MAX_BYTES = 255  # of a file's name
_WHEN = (2026, 1, 1, 0, 0, 0)  # of every file in the zip: the same pages give the same bytes
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # no file's name on Windows


def write_feedback(results: Iterable[Result], roll: Roll, folder: Path) -> Iterator[Result]:
    """The same results; the page of each lies in `folder` by then. The zip beside it is there at the end."""
    folder = Path(os.path.abspath(folder))
    folder.mkdir(parents=True, exist_ok=True)
    used: set[str] = set()
    with ExitStack() as stack:
        archive = None
        if zip_file := zip_beside(folder, roll):
            file = stack.enter_context(output_file(zip_file, "w+b"))
            archive = stack.enter_context(zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED))
        for result, entry, person in zip(results, roll.found, roll.people, strict=True):
            if result.status != "grader_error":  # nobody's work was judged: there is nothing to give back
                name = _free(_name(result), used)
                student = shown(person.name) if person else result.student or ""
                data = _page(result, entry, student).encode("utf-8", "replace")
                _put(folder / name, data)
                if archive and result.platform in _ZIPPED and result.reply_as:
                    _add(archive, str(name), data)
            yield result


def zip_beside(folder: Path, roll: Roll) -> Path | None:
    """Where the zip of all pages is written; nowhere where no platform takes one."""
    if not any(entry.sender.platform in _ZIPPED and entry.sender.reply_as for entry in roll.found):
        return None
    folder = Path(os.path.abspath(folder))
    return folder.parent / f"{folder.name or 'feedback'}.zip"


def linked(whole: Class, folder: Path, beside: Path) -> Class:
    """The same class, whose names lead to the pages in `folder`, where they are there, from a page in `beside`."""
    used: set[str] = set()
    members = []
    for member in whole.members:
        file = folder / _free(_name(member.result), used) if member.result.status != "grader_error" else None
        members.append(replace(member, page=address(file, beside)) if file and file.is_file() else member)
    return replace(whole, members=tuple(members))


def address(file: Path, beside: Path) -> str:
    """A page's address, as a link in a page of the folder `beside` has it."""
    return quote(Path(os.path.relpath(file, beside)).as_posix())


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, "wb") as file:
        file.write(data)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, _WHEN)
    member.external_attr = 0o100644 << 16  # else nobody may read what is unpacked
    archive.writestr(member, data, zipfile.ZIP_DEFLATED)


def _page(result: Result, entry: Found, student: str) -> str:
    cells = () if result.status == "unreadable" else _cells(entry)
    own = sources(((cell.id, cell.source) for cell in runnable(cells, released())[0]), ASSIGNMENT.by_id)
    return page(result, student, ungraded(result, own, {cell.id: _answer(cell) for cell in cells}))


def _cells(entry: Found) -> tuple[Cell, ...]:
    """What was handed in, once more; nothing where it cannot be read now."""
    try:
        return load_found(entry).cells
    except (CannotReadError, MemoryError):
        return ()


def _answer(cell: Cell) -> str:
    """What a cell says, where it is not as it was released."""
    return cell.source.replace(STUB, "").strip()[:_MAX_ANSWER]


def _name(result: Result) -> PurePosixPath:
    """Where the platform looks for a student's file, else a file of the student's name."""
    asked = PurePosixPath(result.reply_as)
    if asked.parts and len(asked.parts) <= 2 and all(map(_is_safe, asked.parts)) and not result.reply_as.endswith("/"):
        return asked
    name = _UNSAFE.sub("_", result.student or PurePosixPath(result.path).name)
    name = _cut(name.strip(" .") or "student", len(".html"))
    return PurePosixPath(f"{'_' if _DEVICES.match(name) else ''}{name}.html")


def _is_safe(part: str) -> bool:
    """Whether a part of a path leads nowhere else and can be a file's name."""
    return (
        part not in ("/", ".", "..") and not _UNSAFE.search(part) and len(part.encode("utf-8", "replace")) <= _MAX_BYTES
    )


def _cut(name: str, reserved: int) -> str:
    """As much of a name as a file's name can hold beside what else stands in it."""
    return name.encode("utf-8", "replace")[: _MAX_BYTES - 40 - reserved].decode("utf-8", "ignore")


def _free(name: PurePosixPath, used: set[str]) -> PurePosixPath:
    """The name, or the next one like it that no other student has; case and composition of letters do not tell two apart."""
    number, free = 1, name
    while (key := unicodedata.normalize("NFC", str(free)).casefold()) in used:
        number += 1
        free = name.with_name(f"{_cut(name.stem, len(name.suffix))}-{number}{name.suffix}")
    used.add(key)
    return free
