"""nbgrader's autograde step with the kit's judging.

nbgrader's own autograde runs tests and student code in one kernel, and its converter skips or aborts on a notebook that is
not as it wrote it. So each submission is judged first, outside; then a clean notebook (the kit's own, with the student's
answers put in and the verdict beside them) is written where nbgrader looks for submissions, and is recorded while the next
ones are judged. Further notebooks of the assignment lie beside it, and nbgrader grades these itself.
"""

import json
import shutil
import tempfile
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import OperationalError
from traitlets import Bool

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.places import NAME
from autograder.engine.core.result import Result
from autograder.engine.core.settings import SettingsError
from autograder.engine.core.stopping import StoppedError, stoppable
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.engine.intake.files import load
from autograder.engine.intake.found import Found
from autograder.engine.intake.listing import STAMP
from autograder.engine.intake.submission import Submission
from autograder.engine.reports.progress import progress
from autograder.engine.sandbox.session import SandboxError
from autograder.nbgrader.maxima import maxima, no_access
from autograder.nbgrader.naming import not_nbgraders
from autograder.nbgrader.open_book import OpenBook
from autograder.nbgrader.places import CourseError, expect_writable, is_asked_for
from autograder.nbgrader.record import KEY, Record
from autograder.nbgrader.recording import Recording, Staged
from autograder.nbgrader.register import Register
from autograder.nbgrader.staging import staged_notebook
from autograder.nbgrader.tally import Tally, first_line, less_said
from autograder.nbgrader.timestamps import handed_in_at
from autograder.nbgrader.verdicts import LatePenalties

_KEPT = "what is recorded stays, and the same command does the rest"


def _judged_work(work: Path, result: Result) -> Submission:
    """What was judged, to be written into the staged copy. Raises CannotReadError where it has been replaced since."""
    submission = load(work)
    if submission.digest != result.digest:
        raise CannotReadError(f"{submission.path} was replaced while it was graded: run nbgrader autograde again")
    return submission


class JudgedAutograde(Recording):
    """nbgrader's autograde step, with the kit's judging in place of the kernel run."""

    allow_unisolated = Bool(False, help="Grade even where nothing isolates student code.").tag(config=True)

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
        self._start_staged()
        failed = tally.tell(self.log)
        if failed:
            raise NbGraderException(failed)
        if not tally.submissions:
            wanted = self.coursedir.format_path(self.coursedir.submitted_directory, self.coursedir.student_id, NAME)
            raise self._refusal(f"nothing to grade: there is no submission in {wanted}")

    def _start_staged(self) -> None:
        """nbgrader's own start, over the staged copies in place of what was handed in."""
        own = self.coursedir
        traits = {name: getattr(own, name) for name in own.traits(config=True)}
        with tempfile.TemporaryDirectory() as stage:
            try:
                self.coursedir = Staged(stage=stage, **{**traits, "notebook_id": "*", "student_id": "*"})
                with stoppable():
                    super().start()
            except OperationalError as error:
                raise self._refusal(no_access(error)) from None
            except KeyboardInterrupt:
                raise self._refusal(f"canceled: {_KEPT}") from None
            except StoppedError as stopped:
                self.log.error("%s: %s", stopped, _KEPT)
                raise
            finally:
                self.coursedir = own

    def init_notebooks(self) -> None:
        if not self.is_staged:  # else they come as they are judged
            super().init_notebooks()

    def convert_notebooks(self) -> None:
        """Record one student after the other, while the next ones are judged."""
        if not self.is_staged:
            super().convert_notebooks()
            return
        self._late = LatePenalties(parent=self.exporter)
        self._late.init_plugin()
        with maxima(self._register.coursedir, self._register.course.tasks_off), less_said(self):
            released = self.as_released()
        book = OpenBook(self.coursedir.db_url, self.coursedir.course_id)
        with book as self._book, closing(self._judge(self._tally)) as judged:  # whatever ends this ends the judging
            for work, result in judged:
                self._tally.count(self._recorded(work, result, released))

    def _recorded(self, work: Path, result: Result, released: nbformat.NotebookNode) -> Result:
        """The same result, or why it could not be recorded."""
        if result.status == "grader_error":
            return result
        student = str(result.student)
        staged = Path(self.coursedir.stage) / student / NAME
        try:
            expect_writable(Path(self._format_dest(NAME, student)))
            before = self._register.remembered(student)
            result = self._stage(staged, work, result, before, released)
            self._account(result, before)
            with less_said(self):
                self.record(staged, before)
            return result
        except OperationalError:
            raise  # nobody else could be recorded either
        except (CannotReadError, OSError) as error:
            why = str(error)
        except Exception as error:
            self.log.debug("%s", student, exc_info=True)
            why = f"nbgrader could not record it: {first_line(error)}"
        finally:
            shutil.rmtree(staged.parent, ignore_errors=True)
        return replace(result, score=None, status="grader_error", message=why, tasks=())

    def _refusal(self, why: str) -> NbGraderException:
        self.log.error("%s", why)
        return NbGraderException(why)

    def _judge(self, tally: Tally) -> Generator[tuple[Path, Result], None, None]:
        """A verdict for each submission that the command asks for and that is to be recorded."""
        try:
            course = self._register.coursedir  # the staged one asks for everybody
            asked = [name for name in self._register.work if is_asked_for(course, name)]
            due = [name for name in asked if self.force or self._is_due(name)]
            tally.current = len(asked) - len(due)
            if not due:
                return
            proof = prove_isolation(self._register.course)
            self._register.course.seed()
        except (SettingsError, NotIsolatedError, SandboxError) as error:
            raise self._refusal(str(error)) from None
        found = [Found(self._register.work[name], name) for name in due]
        with closing(judge_all(found, self._register.course, proof)) as judged:
            for entry, result in zip(found, progress(judged, len(found), "judging"), strict=True):
                yield entry.path, result

    def _is_due(self, name: str) -> bool:
        try:
            return bool(self._register.why(name))
        except CannotReadError:
            return True  # judging it reports the error

    def _stage(
        self, staged: Path, work: Path, result: Result, before: Record | None, released: nbformat.NotebookNode
    ) -> Result:
        """Write the staged copy of one student: a clean notebook with the record in its metadata, and the time beside it.

        The result comes back with the remarks of the course's.
        """
        student = str(result.student)
        when, remark = handed_in_at(work, self._register.zone)
        if remark:
            self._tally.remark(student, remark)
            result = replace(result, notes=(*result.notes, remark))
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
        notebook = staged_notebook(_judged_work(work, result), result, released)
        notebook.metadata[KEY] = record.to_json()
        staged.mkdir(parents=True)
        (staged / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        for name in others:
            shutil.copyfile(work / f"{name}.ipynb", staged / f"{name}.ipynb", follow_symlinks=False)
        if when:
            (staged / STAMP).write_text(f"{when} UTC", encoding="utf-8")
        return result

    def _account(self, result: Result, before: Record | None) -> None:
        """Say who moves by how much, before anything is overwritten."""
        if before and before.result.score != result.score:
            now = {task.id: task.points for task in result.tasks}
            moved = [task for task in {**before.points, **now} if before.points.get(task) != now.get(task)]
            what = f": {', '.join(moved)}" if moved else ""
            self.log.warning("%s moves from %g to %g points%s", result.student, before.result.score, result.score, what)
