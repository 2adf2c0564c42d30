"""Which files are submissions, and whose: from the paths of a command to what is to be judged.

Follows no link but an instructor's own, and opens regular files only. Every notebook below a path is of a submission, or is
said to be left out.
"""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.engine.core.looking import look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.intake import trees
from autograder.engine.intake.archives import together, unpack
from autograder.engine.intake.downloads import by_student, platform_of, platforms_in
from autograder.engine.intake.files import is_untouched
from autograder.engine.intake.found import Candidate, Collection, Found, LeftOut, Tree
from autograder.engine.intake.groups import MAX_DEPTH, are_several, is_class, is_group, unwrapped
from autograder.engine.intake.listing import entries, inside, is_work, notebooks
from autograder.engine.intake.members import CLASS, OWN, ArchiveError, Bounds, is_archive, without_ending
from autograder.engine.intake.scratch import scratch_folder

_MAX_NESTED = 2  # archives: a class, and in it each student's
_AGAIN = "download it again, or unpack it and grade the folder"
_BESIDE = "it lies beside unpacked work: name it, if it is to be graded"


@contextmanager
def collected(paths: list[Path]) -> Iterator[Collection]:
    """All that lies below `paths`, to be judged within the block: what came out of an archive is gone behind it.

    Raises FileNotFoundError for a path that is not there, and NoRoomError where archives cannot be unpacked here.
    """
    with scratch_folder() as scratch:
        collector = _Collector(scratch)
        for path, *parts in together(paths):
            collector.add(path, parts)
        yield collector.collection()


class _Collector:
    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._opened = 0  # archives
        self._found: dict[tuple[Path, str | None], Found] = {}
        self._left: list[LeftOut] = []
        self._packed: set[Path] = set()  # archives of which something was said

    def collection(self) -> Collection:
        """What was collected, in the order of the places."""
        found = sorted(self._found.values(), key=lambda one: (os.fsencode(one.place), os.fsencode(one.student or "")))
        return Collection(tuple(found), tuple(sorted(self._left, key=lambda file: (file.why, file.path))))

    def add(self, path: Path, parts: Sequence[Path] = ()) -> None:
        """All that lies below a path; `parts` are the others of an archive that a platform has cut."""
        for one in (path, *parts):
            if look(one) == "absent":
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(one))
        kind = look(path)
        if kind == "folder" or (kind == "link" and trees.is_instructors(path)):
            tree = Tree(path)
            self._enter(tree, self._in_folder(tree, path))
        elif kind == "file" and is_archive(path.name):
            try:
                owner = trees.owner_of(without_ending(path.name))
                tree, found = self._opened_archive(path, shown(path), owner, CLASS, parts=parts)
                self._enter(tree, found)
            except (ArchiveError, OSError) as error:
                self._left.append(LeftOut(shown(path), _unopened(error), failure=True))
        else:
            self._take(Tree(path), [Found(path)])  # a link of a student's is not looked behind

    def _take(self, tree: Tree, found: list[Found]) -> None:
        for entry in found:
            known = tree.known(entry)
            self._found.setdefault((known.path, known.student), known)

    def _enter(self, tree: Tree, found: list[Found]) -> None:
        """Take these submissions of a tree, and name each notebook in it that is of none."""
        self._take(tree, found)
        own = {candidate.path for entry in found for candidate in entry.candidates}
        folders = {entry.path for entry in found if not entry.candidates}
        for path, made_by in notebooks(tree.root):
            of_somebody = path in own or path in self._packed or not folders.isdisjoint((path, *path.parents))
            if made_by or not of_somebody:
                why = made_by or f"it is in no student's folder: move it, if it is somebody's {NAME}"
                self._left.append(LeftOut(tree.place_of(path), why))

    def _opened_archive(
        self,
        path: Path,
        place: str,
        owner: str | None,
        bounds: Bounds,
        nested: int = 1,
        parts: Sequence[Path] = (),
    ) -> tuple[Tree, list[Found]]:
        """What an archive holds. `owner` is whose it is, should it be one student's."""
        self._opened += 1
        folder = self._scratch / str(self._opened)
        tree = Tree(folder, place, nested)
        for part in (path, *parts):
            made = unpack(part, folder, bounds)
            for file, trouble in made.troubles.items():
                for above in (file, *file.parents):
                    tree.troubles.setdefault(above, []).append((file, trouble))
            self._left += [LeftOut(f"{place}/{member}", why) for member, why in made.outside.items()]
        if not entries(folder):
            raise ArchiveError("holds no file")
        found = self._in_folder(tree, unwrapped(folder, without_ending(path.name)))
        if len(found) == 1 and found[0].student is None:
            found = [replace(found[0], student=owner)]
        return tree, found

    def _add_archives(self, tree: Tree, folder: Path, packed: list[str], students: Sequence[str]) -> list[Found]:
        """The archives of one folder. What cannot be opened is the submission of whose name it has."""
        own: list[Found] = []
        closed: list[tuple[LeftOut, Found | None]] = []  # as several people's, and as one person's where it may be
        are_classes = False
        self._packed.update(folder / name for name in packed)
        naming = trees.clones_naming(folder, [without_ending(name) for name in packed])
        for path, *parts in together([folder / name for name in packed]):
            name = path.name
            owner = trees.owner_of(trees.login_of(without_ending(name), naming))
            if owner in students:
                self._left.append(LeftOut(tree.place_of(path), _BESIDE))
                continue
            try:
                self._expect_opening(tree, path)
                bounds = OWN if tree.nested else CLASS
                within, found = self._opened_archive(path, tree.place_of(path), owner, bounds, tree.nested + 1, parts)
            except (ArchiveError, OSError) as error:
                lost = LeftOut(tree.place_of(path), _unopened(error), failure=True)
                closed.append((lost, None if parts else _closed(path, owner or name, error)))
                continue
            several = are_several(within, found)
            are_classes |= several
            if students and several:
                self._left.append(LeftOut(tree.place_of(path), _BESIDE))
            elif several:
                self._enter(within, found if parts else trees.as_section(found, without_ending(name)))
            elif len(found) == 1 and found[0].sender.platform:
                self._enter(within, found)
            else:  # one person's: to be opened when it is judged
                shutil.rmtree(within.root, ignore_errors=True)
                own.append(Found(path, owner or name, candidates=(Candidate(path, name),)))
        for lost, its in closed:
            if its and not are_classes:
                own.append(its)
            else:  # and so it is nobody's zero
                self._left.append(lost)
        return own

    def _expect_opening(self, tree: Tree, path: Path) -> None:
        for _, trouble in tree.troubles.get(path, ()):
            raise ArchiveError(trouble.why)
        if tree.nested >= _MAX_NESTED:
            raise ArchiveError("lies in an archive of an archive, and was not opened")

    def _in_folder(self, tree: Tree, folder: Path, depth: int = 0) -> list[Found]:
        """The submissions of a folder: a platform's, those of a folder of students, or the one that it is itself."""
        folder = unwrapped(folder)
        read = platform_of(folder)
        if read:
            return list(by_student(folder, read))
        students = trees.students_in(folder)
        loose = [name for name in entries(folder) if is_work(name) and look(folder / name) == "file"]
        packed = [name for name in entries(folder) if is_archive(name) and look(folder / name) == "file"]
        if all(look(folder / name) == "link" for name in students) and (not students or loose or inside(folder)):
            return self._side_by_side(tree, folder, loose, packed)
        sections = platforms_in(folder, students)
        owners = [name for name in students if name not in sections and trees.is_somebodys(folder / name)]
        if (inside(folder) or (loose and not owners)) and not is_class(tree, folder, owners):
            return [trees.one(folder)]
        if students == [NAME]:
            return [Found(folder / NAME)]
        groups = sections
        if not owners and depth < MAX_DEPTH:
            groups = [name for name in students if name in sections or is_group(folder / name)]
        found = [entry for name in groups for entry in self._section(tree, folder / name, len(groups), depth)]
        own = [name for name in students if name not in groups]
        starter = trees.starter_of(folder, own)
        own = [name for name in own if name != starter or not is_untouched(folder / name)]
        naming = trees.clones_naming(folder, own)
        found += [trees.student(folder, name, naming) for name in own]
        return found + self._add_archives(tree, folder, packed, students)

    def _section(self, tree: Tree, folder: Path, count: int, depth: int) -> list[Found]:
        """The students of one of several folders of students; what it is called is their section."""
        found = self._in_folder(tree, folder, depth + 1)
        return found if count == 1 else trees.as_section(found, folder.name)

    def _side_by_side(self, tree: Tree, folder: Path, loose: list[str], packed: list[str]) -> list[Found]:
        """Files without folders: those of several people, by their names; or else one person's."""
        owners = trees.by_owner(loose)
        if not inside(folder) and len(owners) > 1:
            found = [
                Found(folder / files[0], owner or without_ending(files[0]), candidates=trees.candidates(folder, files))
                for owner, files in owners.items()
            ]
        elif loose or inside(folder) or not packed:
            return [trees.one(folder)]
        elif len(packed) == 1:
            return self._in_only_archive(tree, folder, packed[0])
        else:
            found = []
        return found + self._add_archives(tree, folder, packed, list(filter(None, owners)))

    def _in_only_archive(self, tree: Tree, folder: Path, name: str) -> list[Found]:
        """A folder that holds one archive and nothing else: a class's, or one student's work."""
        path = folder / name
        one = replace(trees.one(folder), student=trees.owner_of(without_ending(name)) if tree.nested else None)
        try:
            self._expect_opening(tree, path)
            within, found = self._opened_archive(path, tree.place_of(path), None, CLASS, tree.nested + 1)
        except (ArchiveError, OSError):  # reading it says so, too
            return [one]
        if not are_several(within, found):
            shutil.rmtree(within.root, ignore_errors=True)
            return [one]
        self._packed.add(path)
        self._enter(within, found)
        return []


def _unopened(error: ArchiveError | OSError) -> str:
    """Why several people's archive was not opened, and what to do."""
    if isinstance(error, ArchiveError):
        return f"it {error}: {_AGAIN}"
    return f"it cannot be read ({error.strerror or type(error).__name__}): make it readable"


def _closed(path: Path, owner: str, error: ArchiveError | OSError) -> Found:
    """One person's archive that was not opened: a verdict, or the grader's failure to read it, which judging it says."""
    if isinstance(error, OSError):
        return Found(path, owner, candidates=(Candidate(path, path.name),))
    return Found(path, owner, refusal=f"{shown(path.name)} {error}: hand in {NAME}.ipynb itself")
