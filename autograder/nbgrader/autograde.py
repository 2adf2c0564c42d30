"""nbgrader's autograde step with the kit's judging.

nbgrader's own autograde runs tests and student code in one kernel, and its converter skips or aborts on a notebook that is
not as it wrote it. So each submission is judged first, outside; then a clean notebook (the kit's own, with the student's
answers put in and the verdict beside them) is written where nbgrader looks for submissions, and nbgrader records it. Further
notebooks of the assignment lie beside it, and nbgrader grades these itself.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import OverwriteCells
from sqlalchemy.exc import OperationalError
from traitlets import Bool, Unicode

from autograder.engine.core.atomic_file import whole_file
from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.core.result import Result
from autograder.engine.core.settings import SettingsError
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.engine.intake.files import load
from autograder.engine.intake.found import Found
from autograder.engine.intake.submission import Submission
from autograder.engine.reports.progress import progress
from autograder.engine.sandbox.session import SandboxError
from autograder.nbgrader.maxima import maxima
from autograder.nbgrader.naming import not_nbgraders
from autograder.nbgrader.places import CourseError, expect_writable, share
from autograder.nbgrader.preprocessors import KeepLatePenalties, SaveVerdict, WriteVerdict
from autograder.nbgrader.record import KEY, Record, keep, remembered
from autograder.nbgrader.register import Register
from autograder.nbgrader.staging import begin, staged_notebook
from autograder.nbgrader.tally import Tally, less_said
from autograder.nbgrader.timestamps import FILE, handed_in_at


class Staged(CourseDirectory):
    """A course whose submissions are the staged copies, for nbgrader to record: `stage/<student>/<assignment>`."""

    stage = Unicode()

    def format_path(self, nbgrader_step: str, student_id: str, assignment_id: str, escape: bool = False) -> str:
        if nbgrader_step != self.submitted_directory:
            return str(super().format_path(nbgrader_step, student_id, assignment_id, escape))
        between, stage = (re.escape(os.sep), re.escape(self.stage)) if escape else (os.sep, self.stage)
        return between.join([stage, student_id, assignment_id])


def _judged_work(work: Path, result: Result) -> Submission:
    """What was judged, to be written into the staged copy. Raises CannotReadError where it has been replaced since."""
    submission = load(work)
    if submission.digest != result.digest:
        raise CannotReadError(f"{submission.path} was replaced while it was graded: run nbgrader autograde again")
    return submission


class JudgedAutograde(Autograde):
    """nbgrader's autograde step, with the kit's judging in place of the kernel run."""

    allow_unisolated = Bool(False, help="Grade even where nothing isolates student code.").tag(config=True)
    coursedir: CourseDirectory
    _judged = False  # whether the notebook that is converted now is the kit's own

    def start(self) -> None:
        if self.coursedir.assignment_id != NAME:
            if why := not_nbgraders(self.coursedir):
                raise self._refusal(why)
            super().start()
            return
        try:
            course = find_course(Path(self.coursedir.root))
            allowed = course.allow_unisolated or self.allow_unisolated
            course = replace(course, allow_unisolated=allowed, judge_again=self.force)
            self._register = Register(self.coursedir, course)
            tally = self._tally = Tally(self._register, self.coursedir.student_id == "*")
        except (SettingsError, CannotReadError, CourseError) as error:
            raise self._refusal(str(error)) from None
        if NAME not in self._register.book.notebooks:
            raise self._refusal(
                f"the gradebook holds no {NAME} yet: run `nbgrader generate_assignment {NAME} --force`, and then this again"
            )
        with tempfile.TemporaryDirectory() as folder:
            for work, result in self._judge(tally):
                failure = result if result.status == "grader_error" else self._stage(Path(folder), work, result)
                tally.count(failure or result)
            with maxima(self.coursedir, course.tasks_off):
                self._record(Path(folder))
        failed = tally.tell(self.log)
        if failed:
            raise NbGraderException(failed)
        if not tally.submissions:
            wanted = self.coursedir.format_path(self.coursedir.submitted_directory, self.coursedir.student_id, NAME)
            raise self._refusal(f"nothing to grade: there is no submission in {wanted}")

    def _refusal(self, why: str) -> NbGraderException:
        self.log.error("%s", why)
        return NbGraderException(why)

    def _judge(self, tally: Tally) -> Iterator[tuple[Path, Result]]:
        """A verdict for each submission that the command asks for and that is to be recorded."""
        try:
            asked = [name for name in self._register.work if self._is_asked_for(name)]
            due = [name for name in asked if self.force or self._is_due(name)]
            tally.current = len(asked) - len(due)
            if not due:
                return
            proof = prove_isolation(self._register.course)
            self._register.course.seed()
        except (SettingsError, NotIsolatedError, SandboxError) as error:
            raise self._refusal(str(error)) from None
        found = [Found(self._register.work[name], name) for name in due]
        results = progress(judge_all(found, self._register.course, proof), len(found), "judging")
        for entry, result in zip(found, results, strict=True):
            yield entry.path, result

    def _is_asked_for(self, name: str) -> bool:
        """Whether the command names this student: by folder, or by the name that the gradebook has."""
        wanted = self.coursedir.student_id
        excluded = self.coursedir.student_id_exclude.split(",")
        return (fnmatchcase(name, wanted) or wanted in (name, shown(name))) and shown(name) not in excluded

    def _is_due(self, name: str) -> bool:
        try:
            return bool(self._register.why(name))
        except CannotReadError:
            return True  # judging it reports the error

    def _stage(self, stage: Path, work: Path, result: Result) -> Result | None:
        """Write the staged copy of one student: a clean notebook with the record in its metadata, and the time beside it.

        Where that fails there is none, and the failure is returned.
        """
        student = str(result.student)
        folder = stage / student / NAME
        try:
            expect_writable(Path(self._format_dest(NAME, student)))
            when, remark = handed_in_at(work, self._register.zone)
            if remark:
                self._tally.remark(student, remark)
                result = replace(result, notes=(*result.notes, remark))
            before = self._register.remembered(student)
            if doubt := self._register.doubt(student):
                self._tally.remark(student, doubt)
            others = self._register.others(work)
            beside = tuple(f"{name}.ipynb lies beside " for name in others)  # it is nbgrader's to grade
            result = replace(
                result, notes=tuple(note for note in result.notes if not beside or not note.startswith(beside))
            )
            record = Record(
                result,
                penalty=before.penalty if before else None,
                others=others,
                same=before is not None and before.result.digest == result.digest,
                untimed=not when and self._register.time_recorded(student) is not None,
            )
            notebook = staged_notebook(_judged_work(work, result), result)
            notebook.metadata[KEY] = record.to_json()
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / f"{NAME}.ipynb")
            for name in others:
                shutil.copyfile(work / f"{name}.ipynb", folder / f"{name}.ipynb", follow_symlinks=False)
            if when:
                (folder / FILE).write_text(f"{when} UTC", encoding="utf-8")
        except (CannotReadError, OSError) as error:
            shutil.rmtree(folder.parent, ignore_errors=True)
            return replace(result, score=None, status="grader_error", message=str(error), tasks=())
        self._account(result, before)
        return None

    def _account(self, result: Result, before: Record | None) -> None:
        """Say who moves by how much, before anything is overwritten."""
        if before and before.result.score != result.score:
            now = {task.id: task.points for task in result.tasks}
            moved = [task for task in {**before.points, **now} if before.points.get(task) != now.get(task)]
            what = f": {', '.join(moved)}" if moved else ""
            self.log.warning("%s moves from %g to %g points%s", result.student, before.result.score, result.score, what)

    def _record(self, stage: Path) -> None:
        """nbgrader's own step over the staged copies."""
        if not any(stage.iterdir()):
            return
        own = self.coursedir
        folders = [Path(self._format_dest(NAME, student.name)) for student in stage.iterdir()]
        before = {folder: remembered(folder / f"{NAME}.ipynb") for folder in folders}
        traits = {name: getattr(own, name) for name in own.traits(config=True)}
        try:
            self.coursedir = Staged(stage=str(stage), **{**traits, "notebook_id": "*", "student_id": "*"})
            with less_said(self):
                super().start()
        finally:
            self.coursedir = own
            for folder, verdict in before.items():  # nbgrader removes what it fails on
                if verdict and look(folder) == "absent":
                    keep(folder, verdict)

    def init_notebooks(self) -> None:
        """The staged copies. nbgrader looks with a glob, and a student's name may hold its special characters."""
        if not isinstance(self.coursedir, Staged):
            super().init_notebooks()
            return
        stage = Path(self.coursedir.stage)
        self.notebooks: list[str] = []
        folders = sorted(stage.glob(f"*/{NAME}"))
        self.assignments = {str(folder): sorted(map(str, folder.glob("*.ipynb"))) for folder in folders}

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """The staged copies are to be recorded, whatever an earlier run has left."""
        if not isinstance(self.coursedir, Staged):
            return bool(super().init_destination(assignment_id, student_id))
        begin(Path(self._format_dest(assignment_id, student_id)))
        return True

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """The kit's notebook comes last: it says that all of the student's are recorded."""
        super().init_assignment(assignment_id, student_id)
        if isinstance(self.coursedir, Staged):
            self.notebooks.sort(key=lambda file: Path(file).stem == NAME)

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        super().set_permissions(assignment_id, student_id)
        if isinstance(self.coursedir, Staged):
            share(self.coursedir, Path(self._format_dest(assignment_id, student_id)), self._output_directory)

    def _init_preprocessors(self) -> None:
        if not self._judged:
            super()._init_preprocessors()
            return
        self.exporter._preprocessors = []
        for preprocessor in (OverwriteCells, WriteVerdict, SaveVerdict, KeepLatePenalties):
            self.exporter.register_preprocessor(preprocessor)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """One pass for ours: a staged copy is clean, and its marks are the kit's own."""
        file = Path(notebook_filename)
        if not isinstance(self.coursedir, Staged):
            super().convert_single_notebook(notebook_filename)
        elif file.stem == NAME:
            self._judged = True
            try:
                self._init_preprocessors()
                BaseConverter.convert_single_notebook(self, notebook_filename)
            finally:
                self._judged = False
        else:
            self._convert_another(file)

    def write_single_notebook(self, output: str, resources: Any) -> None:
        """Ours is there whole or not at all, in place of what was remembered."""
        if not self._judged:
            super().write_single_notebook(output, resources)
            return
        folder = Path(self._format_dest(NAME, resources["nbgrader"]["student"]))
        with whole_file(folder / f"{NAME}.ipynb", encoding="utf-8") as file:
            file.write(output)

    def _convert_another(self, file: Path) -> None:
        """nbgrader's own step over a further notebook. Where it fails, that costs this notebook alone, and is tried again."""
        try:
            super().convert_single_notebook(str(file))
        except OperationalError:
            raise
        except Exception as error:
            student = file.parent.parent.name
            self._tally.another(student, file.name, error)
            (Path(self._format_dest(NAME, student)) / file.name).unlink(missing_ok=True)
            ours = file.with_name(f"{NAME}.ipynb")
            notebook = json.loads(ours.read_text(encoding="utf-8"))
            notebook["metadata"][KEY]["others"].pop(file.stem)
            ours.write_text(json.dumps(notebook), encoding="utf-8")
