"""nbgrader's autograde step with the kit's judging.

nbgrader's own autograde runs tests and student code in one kernel, and its converter skips or aborts on a notebook that is
not as it wrote it. So each submission is judged first, outside; then a clean notebook (the kit's own, with the student's
answers put in and the verdict beside them) is laid where nbgrader looks for submissions, and nbgrader records it.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import OverwriteCells
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Bool

from autograder.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.intake import load
from autograder.intake.files import students_in
from autograder.intake.looking import CannotReadError, look, names
from autograder.intake.names import shown
from autograder.intake.submission import NAME
from autograder.nbgrader.maxima import maxima
from autograder.nbgrader.preprocessors import KeepLatePenalties, SaveVerdict, WriteVerdict
from autograder.nbgrader.staging import KEY, recorded, staged_notebook, summary
from autograder.nbgrader.timestamps import FILE, handed_in_at
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
                failure = result if result.status == "grader_error" else self._lay(stage, path, result, isolation)
                failed += [failure] if failure else []
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
        found = [(path, name) for path, name in self._handed_in() if self.force or not self._recorded(path, name)]
        if not found:
            return
        try:
            course = find_course(Path(self.coursedir.root))
            allowed = course.allow_unisolated or self.allow_unisolated
            course = replace(course, allow_unisolated=allowed, judge_again=self.force)
            proof = prove_isolation(course)
            course.seed()
        except (SettingsError, NotIsolatedError) as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
        results = progress(judge_all(found, course, proof), len(found), "judging")
        for (path, _), result in zip(found, results, strict=True):
            yield path, result, proof.label

    def _handed_in(self) -> list[tuple[Path, str]]:
        """The work of each student that the command names: by folder, or by the name that the gradebook has.

        Nobody is missing without a line that says so: who has a folder, or a name in the gradebook, and no work.
        """
        wanted = self.coursedir.student_id
        students = Path(self.coursedir.format_path(self._submitted, "_", NAME)).parents[1]
        try:
            names(students)
        except CannotReadError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
        found = []
        known = set()
        for name in students_in(students):
            known.add(shown(name))
            if not fnmatchcase(name, wanted) and wanted not in (name, shown(name)):
                continue
            folder = students / name
            work = folder / NAME if look(folder) == "folder" else folder
            if look(work) == "absent":
                self.log.warning("%s is not graded: there is no %s in %s", shown(name), NAME, shown(folder))
            else:
                found.append((work, name))
        if wanted == "*":
            self._name_the_absent(known)
        return found

    def _name_the_absent(self, known: set[str]) -> None:
        absent: set[str] = set()  # a gradebook that cannot be read now is named by nbgrader's own step
        with suppress(SQLAlchemyError), Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            absent |= {student.id for student in book.students} - known
        for name in sorted(absent):
            said = name if name.isprintable() else shown(name)
            self.log.warning("%s is not graded: in the gradebook, and nothing was handed in", said)

    def _recorded(self, work: Path, student: str) -> bool:
        """Whether an earlier run came to its end for this student, and nothing newer was handed in."""
        ours = Path(self._format_dest(NAME, shown(student)))
        if recorded(ours / f"{NAME}.ipynb") is None:
            return False
        try:
            newest, old = self._handed_in_at(work)[0], self._handed_in_at(ours)[0]
        except CannotReadError:
            return False  # to be told, when it is laid on the stage
        return not (newest and old and newest > old)

    def _handed_in_at(self, folder: Path) -> tuple[datetime | None, str]:
        zone = self.config.get("Exchange", {}).get("timezone", "UTC")
        return handed_in_at(folder, zone)

    def _lay(self, stage: Path, work: Path, result: Result, isolation: str) -> Result | None:
        """Write the clean notebook of one student, with the verdict in its metadata, and the time of submission beside it.

        Where that fails nothing lies on the stage, and the failure is returned.
        """
        student = str(result.student)
        folder = stage / student / NAME
        try:
            when, remark = self._handed_in_at(work)
            if remark:
                self.log.warning("%s: %s", student, remark)
                result = replace(result, notes=(*result.notes, remark))
            kept = recorded(Path(self._format_dest(NAME, student)) / f"{NAME}.ipynb") or {}
            notebook = staged_notebook(load(work), result, isolation)
            keep = {"isolation": isolation, "recorded": False, "penalty": kept.get("penalty"), **summary(result)}
            notebook.metadata[KEY] = {**keep, "result": result.to_json()}
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / f"{NAME}.ipynb")
            if when:
                (folder / FILE).write_text(f"{when} UTC", encoding="utf-8")
        except (CannotReadError, OSError) as error:
            shutil.rmtree(folder.parent, ignore_errors=True)
            return replace(result, score=None, status="grader_error", message=str(error), tasks=())
        if result.status == "unreadable":
            self.log.warning("%s: nothing could be read: %s", student, result.message)
        self._account(result, kept)
        return None

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
        if assignment_id == NAME and dest.is_dir() and recorded(dest / f"{NAME}.ipynb") is None:
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
