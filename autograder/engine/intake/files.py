"""Reads what was found as a Submission: finds the one file that it is, and says what there is to say of the others.

Opens regular files only, and follows no link. Nothing of it is executed.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.engine.core.looking import CannotReadError, cannot_read, look, names
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.intake.archives import unpack
from autograder.engine.intake.choosing import (
    MAX_ENTRIES,
    by_attempt,
    choose,
    files_in,
    has_answer,
    is_ours,
    not_judged,
    remarks,
)
from autograder.engine.intake.found import Candidate, Found
from autograder.engine.intake.listing import inside, is_work
from autograder.engine.intake.members import OWN, ArchiveError, is_archive
from autograder.engine.intake.opening import bytes_of, expect_file
from autograder.engine.intake.scratch import scratch_folder
from autograder.engine.intake.submission import Submission, UnreadableError, kind_of, read
from autograder.engine.intake.unreadable import digest_of

_ITSELF = f"hand in {NAME}.ipynb itself"


def load(path: Path, student: str | None = None) -> Submission:
    """Read the one submission that lies at a path."""
    return load_found(Found(path, student))


def load_found(found: Found) -> Submission:
    """Read one submission: whatever a student handed in, an unreadable one says so in `error`.

    Raises CannotReadError for what the grader may not or cannot read, and nothing else that a file could bring about.
    """
    reader = _Reader(found)
    try:
        return reader.submission()
    except UnreadableError as error:
        return replace(unread(found), digest=digest_of(found), error=str(error), notes=tuple(reader.notes))
    except OSError as error:
        raise cannot_read(found.path, error) from None
    except (CannotReadError, MemoryError):
        raise
    except Exception as error:
        why = f"it cannot be read as a notebook ({type(error).__name__}): save it again and hand it in"
        return replace(unread(found), digest=digest_of(found), error=why)


def unread(found: Found) -> Submission:
    """A submission of which nothing is known but its place and its student, as they are shown from here on."""
    return Submission(found.shown_place, found.shown_student)


def is_untouched(file: Path) -> bool:
    """Whether a file can be read and holds no answer, as the handout does."""
    submission = _read_if_it_can_be(Found(file))
    return submission is not None and not has_answer(submission)


def is_answered(found: Found) -> bool:
    """Whether a submission can be read and holds an answer."""
    submission = _read_if_it_can_be(found)
    return submission is not None and has_answer(submission)


def _read_if_it_can_be(found: Found) -> Submission | None:
    try:
        submission = load_found(found)
    except CannotReadError:
        return None
    return None if submission.error else submission


class _Reader:
    """Reads one submission. `notes` is what there is to say, even where it cannot be read."""

    def __init__(self, found: Found, in_archive: str = "") -> None:
        self._found = found
        self._troubles = dict(found.troubles)
        self._archive = in_archive  # of the student's own: archives in it are not opened
        self.notes: list[str] = []

    def submission(self) -> Submission:
        path = self._found.path
        if self._found.refusal:
            raise UnreadableError(self._found.refusal)
        if self._found.candidates:
            return self._one_of(self._found.candidates)
        kind = look(path)
        if kind == "refused":
            os.stat(path, follow_symlinks=False)  # raises the error that the grader met
        if kind == "folder":
            top = inside(path)
            return self._named(top[0]) if top else self._one_of(_all_in(path))
        if kind == "link":
            raise UnreadableError(f"{shown(path.name)} is a link: hand in the {_what(path)} itself")
        if not kind_of(path.name):
            what = "neither a notebook (.ipynb) nor a Python file (.py)"
            raise UnreadableError(f"{shown(path.name)} is {what}: hand in {NAME}.ipynb")
        return self._read(Candidate(path, path.name))

    def _named(self, top: Path) -> Submission:
        """The file that has the right name; or the one other that lies beside it, where it is damaged or the mere handout."""
        first = Candidate(top, top.name)
        others = _beside(first)
        self.notes = remarks(first, [], [*others, *_below(top.parent)])
        try:
            submission = self._read(first)
        except UnreadableError as error:
            if len(others) != 1 or look(first.path) != "file":
                raise
            damage = str(error)
        else:
            return submission if has_answer(submission) else self._worked_on(first) or submission
        return self._instead(others[0], damage)

    def _instead(self, other: Candidate, damage: str) -> Submission:
        try:
            submission = self._read(other)
        except UnreadableError:
            raise UnreadableError(damage) from None
        note = f"{shown(other.name)} was judged, because {damage.split(':')[0]}"
        return replace(submission, notes=(note, *submission.notes[len(self.notes) :]))

    def _worked_on(self, handout: Candidate) -> Submission | None:
        """The one file elsewhere in the folder that holds answers, where the one with the right name holds none."""
        try:
            others = [
                one for one in _all_in(handout.path.parent) if one.path != handout.path and is_work(one.path.name)
            ]
            if not others:
                return None
            others = by_attempt(others)
            submission, chosen, same = choose(others, self._read)
        except UnreadableError:
            return None
        if not has_answer(submission):
            return None
        notes = [
            f"{shown(chosen.name)} was judged: {shown(handout.name)} holds no answer",
            *remarks(chosen, same, others),
        ]
        return replace(submission, notes=(*notes, *submission.notes[len(self.notes) :]))

    def _one_of(self, candidates: Iterable[Candidate]) -> Submission:
        """The one of several files that is the submission, or what the student's archive holds."""
        given = list(candidates)
        works = by_attempt([one for one in given if is_work(_last(one))])
        packed = [one for one in given if is_archive(_last(one))]
        if works:
            try:
                submission, chosen, same = choose(works, self._read)
            except UnreadableError:
                self.notes = not_judged(works + packed)
                raise
            if is_ours(submission) or not packed or self._archive:
                return replace(submission, notes=(*_about(chosen, same, works + packed), *submission.notes))
        if packed and not self._archive:
            return self._unpacked(packed)
        where = f"{self._archive} holds" if self._archive else "there is"
        raise UnreadableError(f"{where} no notebook and no Python file: hand in {NAME}.ipynb")

    def _unpacked(self, packed: list[Candidate]) -> Submission:
        """What the newest of a student's archives holds. One that lies in it is not opened."""
        newest = [one for one in packed if one.newer == min(other.newer for other in packed)]
        name = shown(_last(newest[0]))
        if len(newest) > 1:
            raise UnreadableError(f"there are several archives ({name}, {shown(_last(newest[1]))}): {_ITSELF}")
        self._expect_readable(newest[0])
        expect_file(newest[0].path, name)
        with scratch_folder() as scratch:
            try:
                made = unpack(newest[0].path, scratch, OWN)
            except ArchiveError as error:
                raise UnreadableError(f"{name} {error}: {_ITSELF}") from None
            troubles = tuple(
                (path, replace(why, remedy=_ITSELF, is_verdict=True)) for path, why in made.troubles.items()
            )
            within = _Reader(replace(self._found, path=made.folder, candidates=(), troubles=troubles), name)
            try:
                submission = within.submission()
            finally:
                self.notes = [f"{name} was opened", *within.notes]
        return replace(submission, notes=(f"{name} was opened", *submission.notes))

    def _read(self, candidate: Candidate) -> Submission:
        self._expect_readable(candidate)
        found = self._found
        name = shown(candidate.name)
        data = bytes_of(candidate.path, name)
        return read(found.shown_place, found.shown_student, name, data, self.notes)

    def _expect_readable(self, candidate: Candidate) -> None:
        trouble = self._troubles.get(candidate.path)
        if trouble and trouble.is_verdict:
            raise UnreadableError(f"{shown(candidate.name)} {trouble.why}: {trouble.remedy}")
        if trouble:
            raise CannotReadError(f"{self._found.shown_place} {trouble.why}: {trouble.remedy}")


def _what(path: Path) -> str:
    return "file" if kind_of(path.name) else "folder"


def _last(candidate: Candidate) -> str:
    return candidate.name.rpartition("/")[2]


def _all_in(folder: Path) -> list[Candidate]:
    files = files_in(folder, lambda name: is_work(name) or is_archive(name))
    return [Candidate(path, str(path.relative_to(folder))) for path in files]


def _beside(first: Candidate) -> list[Candidate]:
    """The other work in the same folder."""
    folder = first.path.parent
    found = [folder / name for name in names(folder, MAX_ENTRIES) if is_work(name)]
    return [Candidate(path, path.name) for path in found if path != first.path and look(path) == "file"]


def _below(folder: Path) -> list[Candidate]:
    """The notebooks in the folders of a folder, as far as these are few."""
    try:
        deeper = [path for path in files_in(folder, lambda name: kind_of(name) == "ipynb") if path.parent != folder]
    except (UnreadableError, CannotReadError, OSError):
        return []
    return [Candidate(path, str(path.relative_to(folder))) for path in deeper]


def _about(chosen: Candidate, same: list[Candidate], given: list[Candidate]) -> list[str]:
    """What there is to say where no file has the name that it should have, or several were handed in."""
    copies = f" ({', '.join(shown(one.name) for one in same[:2])} is the same)" if same else ""
    judged = (
        [] if chosen.name == f"{NAME}.ipynb" else [f"{shown(chosen.name)} was judged: there is no {NAME}.ipynb{copies}"]
    )
    return judged + remarks(chosen, same, given)
