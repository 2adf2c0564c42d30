"""Which files are submissions, and whose: from the paths of a command to what is to be judged.

Follows no link but an instructor's own, and opens regular files only. Every notebook below a path is of a submission, or is
said to be left out.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.engine.core.looking import look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.sender import Sender
from autograder.engine.intake import trees
from autograder.engine.intake.archives import unpack
from autograder.engine.intake.downloads import by_student, platform_of
from autograder.engine.intake.files import is_untouched
from autograder.engine.intake.found import Candidate, Found, Handout, LeftOut
from autograder.engine.intake.listing import entries, inside, is_work, notebooks
from autograder.engine.intake.members import CLASS, OWN, ArchiveError, Trouble, is_archive, without_ending

_MAX_DEPTH = 3  # folders of folders of students
_MAX_NESTED = 2  # archives: a class, and in it each student's


@contextmanager
def collected(paths: list[Path]) -> Iterator[Handout]:
    """All that lies below `paths`, to be judged within the block: what came out of an archive is gone behind it.

    Raises FileNotFoundError for a path that is not there.
    """
    with tempfile.TemporaryDirectory(prefix="submissions-", ignore_cleanup_errors=True) as scratch:
        collector = _Collector(Path(scratch))
        for path in paths:
            collector.add(path)
        yield collector.handout()


@dataclass
class _Tree:
    """A folder of the instructor's, or one that an archive has become, and how a report calls what is in it."""

    root: Path
    place: str = ""  # of an archive
    nested: int = 0  # in how many archives it lies
    troubles: dict[Path, list[tuple[Path, Trouble]]] = field(default_factory=dict)  # by the folders above them

    def place_of(self, path: Path) -> str:
        if not self.place:
            return shown(path)
        return self.place if path == self.root else f"{self.place}/{shown(path.relative_to(self.root))}"

    def known(self, found: Found) -> Found:
        """With what is known of it here."""
        files = [candidate.path for candidate in found.candidates] or [found.path]
        troubles = tuple(trouble for file in files for trouble in self.troubles.get(file, ()))
        return replace(found, place=self.place_of(found.path), troubles=troubles)


class _Collector:
    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._opened = 0  # archives
        self._found: dict[tuple[Path, str | None], Found] = {}
        self._left: list[LeftOut] = []

    def handout(self) -> Handout:
        """What was collected, in the order of the places."""
        found = sorted(self._found.values(), key=lambda one: (os.fsencode(one.place), os.fsencode(one.student or "")))
        return Handout(tuple(found), tuple(sorted(self._left, key=lambda file: (file.why, file.path))))

    def add(self, path: Path) -> None:
        kind = look(path)
        if kind == "absent":
            raise FileNotFoundError(path)
        if kind == "folder" or (kind == "link" and trees.is_instructors(path)):
            tree = _Tree(path)
            self._enter(tree, self._in_folder(tree, path))
        elif kind == "file" and is_archive(path.name):
            try:
                self._add_archive(path, shown(path), trees.owner_of(without_ending(path.name)))
            except ArchiveError as error:
                why = f"it {error}: download it again, or unpack it and grade the folder"
                self._left.append(LeftOut(shown(path), why, failure=True))
        else:
            self._enter(_Tree(path), [Found(path)])

    def _enter(self, tree: _Tree, found: list[Found]) -> None:
        """Take these submissions of a tree, and name each notebook in it that is of none."""
        for entry in found:
            known = tree.known(entry)
            self._found.setdefault((known.path, known.student), known)
        own = {candidate.path for entry in found for candidate in entry.candidates}
        folders = {entry.path for entry in found if not entry.candidates}
        for path, made_by in notebooks(tree.root):
            of_somebody = path in own or not folders.isdisjoint((path, *path.parents))
            if made_by or not of_somebody:
                why = made_by or f"it is in no student's folder: move it, if it is somebody's {NAME}"
                self._left.append(LeftOut(tree.place_of(path), why))

    def _add_archive(
        self, path: Path, place: str, owner: str | None, nested: int = 1, taken: Sequence[str] = ()
    ) -> None:
        """What an archive holds. `owner` is whose it is, should it be one student's; `taken` are those who need no archive."""
        self._opened += 1
        folder = self._scratch / str(self._opened)
        folder.mkdir()
        made = unpack(path, folder, CLASS if nested == 1 else OWN)
        tree = _Tree(folder, place, nested)
        for file, trouble in made.troubles.items():
            for above in (file, *file.parents):
                tree.troubles.setdefault(above, []).append((file, trouble))
        self._left += [LeftOut(f"{place}/{member}", why) for member, why in made.outside.items()]
        found = self._in_folder(tree, self._unwrapped(folder, without_ending(path.name)))
        if len(found) == 1 and found[0].student is None:
            found = [replace(found[0], student=owner)]
        if taken and (len(found) > 1 or owner in taken):
            self._left.append(LeftOut(place, "it lies beside unpacked work: name it, if it is to be graded"))
        else:
            self._enter(tree, found)

    def _add_archives(self, tree: _Tree, folder: Path, packed: list[str], students: Sequence[str]) -> list[Found]:
        """The archives of one folder. What cannot be opened is the submission of whose name it has."""
        lost = []
        for name in packed:
            path, owner = folder / name, trees.owner_of(without_ending(name))
            try:
                self._expect_opening(tree, path)
                self._add_archive(path, tree.place_of(path), owner, tree.nested + 1, students)
            except ArchiveError as error:
                refusal = f"{shown(name)} {error}: hand in {NAME}.ipynb itself"
                lost.append(Found(path, owner or name, refusal=refusal))
        return lost

    def _expect_opening(self, tree: _Tree, path: Path) -> None:
        for _, trouble in tree.troubles.get(path, ()):
            raise ArchiveError(trouble.why)
        if tree.nested >= _MAX_NESTED:
            raise ArchiveError("lies in an archive of an archive, and was not opened")

    def _unwrapped(self, folder: Path, name: str = "") -> Path:
        """The one folder that everything was packed in: it has the archive's name, or is plainly of several students."""
        within = entries(folder)
        inner = folder / within[0] if len(within) == 1 else folder
        if inner == folder or inner.name == NAME or look(inner) != "folder" or inside(inner):
            return folder
        several = len(trees.by_owner([name for name in entries(inner) if is_work(name)])) > 1 or self._is_group(inner)
        if several or inner.name.casefold() == name.casefold():
            return inner
        deeper = self._unwrapped(inner)
        return folder if deeper == inner else deeper

    def _in_folder(self, tree: _Tree, folder: Path, depth: int = 0) -> list[Found]:
        """The submissions of a folder: a platform's, those of a folder of students, or the one that it is itself."""
        folder = self._unwrapped(folder)
        read = platform_of(folder)
        if read:
            return list(by_student(folder, read))
        students = trees.students_in(folder)
        loose = [name for name in entries(folder) if is_work(name) and look(folder / name) == "file"]
        packed = [name for name in entries(folder) if is_archive(name) and look(folder / name) == "file"]
        if all(look(folder / name) == "link" for name in students) and (not students or loose or inside(folder)):
            return self._side_by_side(tree, folder, loose, packed)
        owners = [name for name in students if trees.is_somebodys(folder / name)]
        if (inside(folder) and not self._is_class(folder, owners)) or (loose and not owners):
            return [_one(folder)]
        if students == [NAME]:
            return [Found(folder / NAME)]
        groups = [] if owners or depth >= _MAX_DEPTH else [name for name in students if self._is_group(folder / name)]
        found = [entry for name in groups for entry in self._section(tree, folder / name, len(groups), depth)]
        beginning = trees.clones_beginning(folder, students)
        for name in students:
            if name not in groups:
                found.append(_student(folder, name, beginning))
        return found + self._add_archives(tree, folder, packed, students)

    def _is_class(self, folder: Path, owners: list[str]) -> bool:
        """Whether a folder with a notebook is a class's all the same: it is the handout, and students' lie beside."""
        return len(owners) > 1 and is_untouched(inside(folder)[0]) and trees.several_below(folder)

    def _is_group(self, folder: Path) -> bool:
        return trees.several_below(folder) or (look(folder) == "folder" and platform_of(folder) is not None)

    def _section(self, tree: _Tree, folder: Path, count: int, depth: int) -> list[Found]:
        """The students of one of several folders of students; what it is called is their section."""
        found = self._in_folder(tree, folder, depth + 1)
        if count == 1:
            return found
        return [
            entry if entry.sender.section else replace(entry, sender=replace(entry.sender, section=shown(folder.name)))
            for entry in found
        ]

    def _side_by_side(self, tree: _Tree, folder: Path, loose: list[str], packed: list[str]) -> list[Found]:
        """Files without folders: those of several people, by their names; or else one person's."""
        owners = trees.by_owner(loose)
        if not inside(folder) and len(owners) > 1:
            found = [
                Found(folder / files[0], owner or without_ending(files[0]), candidates=_candidates(folder, files))
                for owner, files in owners.items()
            ]
        elif loose or inside(folder) or len(packed) < 2:
            return [_one(folder)]
        else:
            found = []
        return found + self._add_archives(tree, folder, packed, list(filter(None, owners)))


def _candidates(folder: Path, files: list[str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(folder / name, name) for name in files)


def _one(folder: Path) -> Found:
    return Found(folder.resolve() if folder.is_symlink() else folder)


def _student(folder: Path, name: str, beginning: str | None) -> Found:
    """The submission of one student's folder. `beginning` is what clones' names have before the student's."""
    if beginning is None:
        return Found(trees.work_of(folder / name), name)
    login = name.removeprefix(beginning)
    return Found(
        trees.work_of(folder / name),
        login,
        sender=Sender(student_id=shown(login), login=shown(login), platform="github"),
    )
