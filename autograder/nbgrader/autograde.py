"""nbgrader's autograde step with the kit's judging.

nbgrader's own autograde runs tests and student code in one kernel, and its converter skips or aborts on a notebook that is
not as it wrote it. So each submission is judged first, outside; then a clean notebook (the kit's own, with the student's
answers put in and the verdict beside them) is laid where nbgrader looks for submissions, and nbgrader records it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import OverwriteCells
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Bool

from autograder.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.intake import load
from autograder.intake.submission import NAME, shown
from autograder.nbgrader.maxima import maxima
from autograder.nbgrader.preprocessors import KeepLatePenalties, SaveVerdict, WriteVerdict
from autograder.nbgrader.staging import KEY, recorded, staged_notebook, summary
from autograder.progress import progress
from autograder.result import Result
from autograder.settings import SettingsError, find_course


class JudgedAutograde(Autograde):
    """nbgrader's autograde step, with the kit's judging in place of the kernel run."""

    allow_unisolated = Bool(False, help="Grade even where nothing walls student code in.").tag(config=True)

    def start(self) -> None:
        if self.coursedir.assignment_id != NAME:
            super().start()
            return
        self.sanitize_preprocessors = [OverwriteCells, WriteVerdict, SaveVerdict, KeepLatePenalties]
        failed = []
        with self._stage() as stage:
            for path, result, isolation in self._judge():
                if result.status == "grader_error":
                    failed.append(result)
                else:
                    kept = recorded(Path(self._format_dest(NAME, str(result.student))) / f"{NAME}.ipynb") or {}
                    self._account(result, kept)
                    _lay(stage / str(result.student) / NAME, path, result, isolation, kept.get("penalty"))
            if any(stage.iterdir()):
                with maxima(self.coursedir, find_course(Path(self.coursedir.root)).tasks_off):
                    super().start()
            elif not failed:
                raise NbGraderException(self._nothing())
        for result in failed:
            self.log.error("%s was not graded: %s", result.student, result.message)
        if failed:
            raise NbGraderException(f"{len(failed)} submissions were not graded; the others were")

    @contextmanager
    def _stage(self) -> Iterator[Path]:
        """A folder that nbgrader takes for the submissions while it records."""
        submitted = self.coursedir.submitted_directory
        with tempfile.TemporaryDirectory() as folder:
            self._submitted, self.coursedir.submitted_directory = submitted, folder
            try:
                yield Path(folder)
            finally:
                self.coursedir.submitted_directory = submitted

    def _judge(self) -> Iterator[tuple[Path, Result, str]]:
        """A verdict, and what isolated it, for each submission that the command asks for and that is not recorded yet."""
        root = Path(self.coursedir.root)
        wanted = self.coursedir.format_path(self._submitted, self.coursedir.student_id, NAME)
        folders = sorted(root.glob(os.path.relpath(wanted, root)))
        found = [
            (folder, folder.parent.name) for folder in folders if self.force or not self._recorded(folder.parent.name)
        ]
        self._name_the_absent(wanted)
        found = [(folder.parent if folder.parent.is_symlink() else folder, student) for folder, student in found]
        if not found:
            return
        try:
            course = find_course(root)
            allowed = course.allow_unisolated or self.allow_unisolated
            course = replace(course, allow_unisolated=allowed, judge_again=self.force)
            proof = prove_isolation(course)
        except (SettingsError, NotIsolatedError) as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
        results = progress(judge_all(found, course, proof), len(found), "judging")
        for (path, _), result in zip(found, results, strict=True):
            yield path, result, proof.label

    def _name_the_absent(self, wanted: str) -> None:
        """Nobody is missing without a line that says so: who has a folder, or a name in the gradebook, and no work."""
        folders = sorted(Path(self.coursedir.root).glob(os.path.relpath(Path(wanted).parent, self.coursedir.root)))
        for folder in folders:
            if folder.is_dir() and not (folder / NAME).exists():
                self.log.warning("%s is not graded: there is no %s in %s", shown(folder.name), NAME, shown(folder))
        if self.coursedir.student_id != "*":
            return
        known: set[str] = set()  # a gradebook that cannot be read now is named by nbgrader's own step
        with suppress(SQLAlchemyError), Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            known |= {student.id for student in book.students} - {shown(folder.name) for folder in folders}
        for name in sorted(known):
            self.log.warning("%s is not graded: in the gradebook, and nothing was handed in", shown(name))

    def _recorded(self, student: str) -> bool:
        """Whether an earlier run came to its end for this student, and nothing newer was handed in."""
        ours = Path(self._format_dest(NAME, student)) / f"{NAME}.ipynb"
        newest = _handed_in_at(Path(self.coursedir.format_path(self._submitted, student, NAME)))
        old = _handed_in_at(ours.parent)
        return recorded(ours) is not None and not (newest and old and newest > old)

    def init_notebooks(self) -> None:
        """What lies on the stage. nbgrader looks with a glob, and a student's name may hold its special characters."""
        if self.coursedir.assignment_id != NAME:
            super().init_notebooks()
            return
        stage = Path(self.coursedir.submitted_directory)
        self.notebooks: list[str] = []
        self.assignments = {str(folder): [str(folder / f"{NAME}.ipynb")] for folder in sorted(stage.glob(f"*/{NAME}"))}

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """As nbgrader does, but what an interrupted run has left behind does not count as graded."""
        dest = Path(self._format_dest(assignment_id, student_id))
        if assignment_id == NAME and dest.is_dir() and not self._recorded(student_id):
            self.log.info("Removing what an interrupted run left in %s", dest)
            shutil.rmtree(dest)
        return super().init_destination(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """One pass for ours: what lies on the stage is clean, and its marks are the kit's own."""
        if self.coursedir.assignment_id != NAME:
            super().convert_single_notebook(notebook_filename)
            return
        self._init_preprocessors()
        BaseConverter.convert_single_notebook(self, notebook_filename)

    def _account(self, result: Result, kept: dict[str, Any]) -> None:
        """Say who moves by how much, before anything is overwritten."""
        if kept and kept["score"] != result.score:
            moved = [t.id for t in result.tasks if kept["points"].get(t.id) != t.points]
            said = (result.student, kept["score"], result.score, ", ".join(moved))
            self.log.warning("%s moves from %s to %s points: %s", *said)

    def _nothing(self) -> str:
        wanted = self.coursedir.format_path(self._submitted, "<student>", NAME)
        message = (
            f"nothing to grade: every submission in {wanted} is graded already (--force grades again), or there is none"
        )
        self.log.error(message)
        return message


def _lay(folder: Path, submitted: Path, result: Result, isolation: str, penalty: float | None) -> None:
    """Write the clean notebook of one student, with the verdict in its metadata, and the time of submission beside it."""
    folder.mkdir(parents=True)
    notebook = staged_notebook(load(submitted), result, isolation)
    kept = {"isolation": isolation, "recorded": False, "penalty": penalty, **summary(result)}
    notebook.metadata[KEY] = {**kept, "result": result.to_json()}
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    when = _handed_in_at(submitted)
    if when:
        (folder / "timestamp.txt").write_text(f"{when} UTC", encoding="utf-8")


def _handed_in_at(folder: Path) -> datetime | None:
    """The time in a folder's timestamp.txt, as nbgrader writes it; None where there is none, or nothing that is a time."""
    stamp = folder / "timestamp.txt"
    try:
        if stamp.is_symlink() or not stamp.is_file() or stamp.stat().st_size > 1000:
            return None
        return parse_utc(stamp.read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError, TypeError, AttributeError):
        return None
