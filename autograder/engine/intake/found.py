"""What was found to judge, before it is read: whose it is, and which files may be it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.engine.core.names import shown
from autograder.engine.core.sender import NOBODY, Sender
from autograder.engine.intake.members import Trouble


@dataclass(frozen=True)
class Candidate:
    """A file that may be a student's work: where it lies, what the student called it, and how many newer attempts there are."""

    path: Path
    name: str
    newer: int = 0


@dataclass(frozen=True)
class Found:
    """One submission to read: the file or folder at `path`, or where `candidates` are given one of these."""

    path: Path
    student: str | None = None  # as the system or the platform has it
    place: str = ""  # as a report shows it; by default the path
    sender: Sender = NOBODY
    candidates: tuple[Candidate, ...] = ()  # the newest first
    troubles: tuple[tuple[Path, Trouble], ...] = ()  # files of it that could not be unpacked
    refusal: str = ""  # why it cannot be work, whatever it holds

    @property
    def shown_place(self) -> str:
        return self.place or shown(self.path)

    @property
    def shown_student(self) -> str | None:
        return None if self.student is None else shown(self.student)


@dataclass(frozen=True)
class LeftOut:
    """A file below a named path that is no submission, and why. A failure is the grader's: somebody's work may be lost."""

    path: str
    why: str
    failure: bool = False


@dataclass(frozen=True)
class Collection:
    """All that lies below the paths of a command: what is to be judged, and what is not."""

    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass
class Tree:
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
