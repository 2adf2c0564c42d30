"""What nbgrader's exchange needs to bring a feedback page to its student.

`nbgrader submit` writes a secret beside what a student hands in, and `fetch_feedback` finds a page by a hash of that secret
and of the name that the notebook had. So both go with the page: the secret, and a page under each such name.
"""

import glob
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.engine.core.looking import CannotReadError, look, names
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.intake.files import load
from autograder.engine.intake.listing import SECRET, STAMP
from autograder.nbgrader.places import CourseError, is_asked_for, students
from autograder.nbgrader.tally import less_said
from autograder.nbgrader.timestamps import small_file

_IS_SECRET = re.compile(r"[\w+/=-]{8,500}", re.ASCII)
_MOST = 20  # notebooks whose names are looked at, and students who are named in one line


class NotTheSameError(Exception):
    """Something else lies there than what was judged; the message says so."""


@dataclass(frozen=True)
class Handed:
    """How the exchange knows a submission: its two files and the names of its notebooks; no secret where it came otherwise."""

    secret: str = ""
    stamp: str = ""
    notebooks: tuple[str, ...] = ()

    @property
    def pages(self) -> set[str]:
        """The names of its page: ours, and where no notebook was called so, each that it may be looked for by."""
        called = () if NAME in self.notebooks or not self.secret else self.notebooks
        return {f"{name}.html" for name in (NAME, *called)}


def handed_in(work: Path, digest: str) -> Handed | None:
    """What the exchange knows of the submission in this folder, which must be the one with this digest; None for no folder.

    Raises NotTheSameError for another one: the page of an earlier submission is not given out as that of a later one.
    """
    if look(work) != "folder":
        return None
    try:
        if load(work).digest != digest:
            raise NotTheSameError(
                f"something else was handed in since it was graded: `nbgrader autograde {NAME}` first"
            )
        secret = small_file(work / SECRET) if look(work / SECRET) == "file" else ""
        stamp = small_file(work / STAMP) if look(work / STAMP) == "file" else ""
        found = [name for name in names(work) if name.endswith(".ipynb") and not name.startswith(".")]
    except CannotReadError as error:
        raise NotTheSameError(str(error)) from None
    if not _IS_SECRET.fullmatch(secret):
        return Handed()
    stems = [name.removesuffix(".ipynb") for name in found]
    return Handed(
        secret, stamp if stamp.isprintable() else "", tuple(sorted(stems, key=lambda stem: stem != NAME)[:_MOST])
    )


class JudgedReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's release of feedback, which stops at the first page whose student did not hand in through the exchange."""

    def copy_files(self) -> None:
        """Release each page that can be fetched, and name the students whose pages cannot."""
        if self.coursedir.assignment_id != NAME:
            super().copy_files()
            return
        found = self._with_pages()
        without = [
            folder for folder in sorted(found) if not ((folder / SECRET).is_file() and (folder / STAMP).is_file())
        ]
        with less_said(self):
            for folder in sorted(found.difference(without)):
                self.src_path: str = glob.escape(str(folder))
                super().copy_files()
        self.log.info("feedback released for %d submissions", len(found) - len(without))
        if without:
            self.log.warning(
                "not handed in through the exchange, or before what is graded now, so that no page can be fetched; "
                "give it another way: %s",
                _listed(shown(folder / f"{NAME}.html") for folder in without),
            )

    def _with_pages(self) -> set[Path]:
        """The folders that hold a page, of the students who were asked for."""
        try:
            folders = students(self.coursedir, self.coursedir.feedback_directory)
        except (CannotReadError, CourseError) as error:
            self.fail(str(error))
        asked = [folder for name, folder in folders.items() if is_asked_for(self.coursedir, name)]
        return {folder for folder in asked if any(folder.glob("*.html"))}


def _listed(words: Iterable[str]) -> str:
    first = list(words)
    more = f" and {len(first) - _MOST} more" if len(first) > _MOST else ""
    return ", ".join(first[:_MOST]) + more
