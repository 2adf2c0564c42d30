"""nbgrader's autograde step over staged copies, one student at a time.

Everything that nbgrader does for a student is done: hooks, files, times, permissions, further notebooks. The kit's own
notebook is the exception: it is clean and judged already, so it is read and written once, and no exporter looks at it.
"""

import json
import os
import re
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import OverwriteCells
from nbgrader.utils import rmtree
from sqlalchemy.exc import OperationalError
from traitlets import Unicode

from autograder.engine.core.atomic_file import whole_file
from autograder.engine.core.places import NAME
from autograder.nbgrader.open_book import OpenBook
from autograder.nbgrader.places import share
from autograder.nbgrader.record import KEY, Record, keep
from autograder.nbgrader.staging import begin, solved_notebook
from autograder.nbgrader.tally import Tally
from autograder.nbgrader.verdicts import LatePenalties, save_verdict, write_verdict


class Staged(CourseDirectory):
    """A course whose submissions are the staged copies, for nbgrader to record: `stage/<student>/<assignment>`."""

    stage = Unicode()

    def format_path(self, nbgrader_step: str, student_id: str, assignment_id: str, escape: bool = False) -> str:
        if nbgrader_step != self.submitted_directory:
            return str(super().format_path(nbgrader_step, student_id, assignment_id, escape))
        between, stage = (re.escape(os.sep), re.escape(self.stage)) if escape else (os.sep, self.stage)
        return between.join([stage, student_id, assignment_id])


class Recording(Autograde):
    """nbgrader's step, which records staged copies where the course is a staged one."""

    coursedir: CourseDirectory
    _book: OpenBook
    _late: LatePenalties
    _tally: Tally

    @property
    def is_staged(self) -> bool:
        return isinstance(self.coursedir, Staged)

    def as_released(self) -> nbformat.NotebookNode:
        """The solved notebook with what the gradebook says of its cells: what nbgrader asks anew for each student."""
        names = {"notebook": NAME, "assignment": NAME, "db_url": self.coursedir.db_url}
        found: nbformat.NotebookNode = OverwriteCells(parent=self.exporter)(solved_notebook(), {"nbgrader": names})[0]
        return found

    def record(self, staged: Path, before: Record | None) -> None:
        """Record one staged copy, whole or not at all: where that fails, what was recorded before is still remembered."""
        student = staged.parent.name
        folder = Path(self._format_dest(NAME, student))
        # Ours comes last: it says that all of the student's are recorded.
        self.notebooks = sorted(map(str, staged.glob("*.ipynb")), key=lambda file: (Path(file).stem == NAME, file))
        try:
            begin(folder, before)
            self.run_pre_convert_hook()
            self.init_assignment(NAME, student)
            for notebook in self.notebooks:
                self.convert_single_notebook(notebook)
            self.set_permissions(NAME, student)
            self.run_post_convert_hook()
        except BaseException:
            self._book.db.rollback()
            if folder.exists():
                rmtree(str(folder))
            if before:
                keep(folder, before)
            raise

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        if not self.is_staged:
            super().init_assignment(assignment_id, student_id)
            return
        with self._book.in_nbgraders_place():
            super().init_assignment(assignment_id, student_id)
        if len(self.notebooks) > 1:  # nbgrader's own step over the further ones opens the gradebook itself
            self._book.save()

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        super().set_permissions(assignment_id, student_id)
        if self.is_staged:
            share(self.coursedir, Path(self._format_dest(assignment_id, student_id)), self._output_directory)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        file = Path(notebook_filename)
        if not self.is_staged:
            super().convert_single_notebook(notebook_filename)
        elif file.stem == NAME:
            self._convert_ours(file)
        else:
            self._convert_another(file)

    def _convert_ours(self, file: Path) -> None:
        """One transaction, and then the file: it is there whole or not at all, in place of what was remembered."""
        student = file.parent.parent.name
        notebook: nbformat.NotebookNode = nbformat.from_dict(json.loads(file.read_text(encoding="utf-8")))
        write_verdict(notebook)
        found = self._book.find_submission_notebook(NAME, NAME, student)
        save_verdict(notebook, found, self.log)
        self._book.db.flush()
        self._late.assign(notebook, found)
        self._book.save()
        with whole_file(Path(self._format_dest(NAME, student)) / file.name, encoding="utf-8") as written:
            written.write(nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n")

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
