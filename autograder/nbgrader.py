"""The only room that knows nbgrader: its configuration, its release step, and its autograde step with the kit's judging.

nbgrader's own autograde runs tests and student code in one kernel, and its converter skips or aborts on a notebook that is
not as it wrote it. So each submission is judged first, outside; then a clean notebook (the kit's own, with the student's
answers put in and the verdict beside them) is laid where nbgrader looks for submissions, and nbgrader records it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import bleach
import nbformat
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from nbconvert.filters.markdown import markdown2html
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    NbGraderPreprocessor,
    OverwriteCells,
    SaveAutoGrades,
)
from nbgrader.utils import is_grade, parse_utc
from traitlets import Bool
from traitlets.config import Config

from autograder.batch import NotIsolatedError, judge_all, prove_isolation
from autograder.intake import load
from autograder.progress import progress
from autograder.report import task_html
from autograder.result import Result, TaskResult
from autograder.settings import SettingsError, find_course
from autograder.staging import KEY, recorded, staged_notebook, summary
from autograder.submission import NAME
from autograder.tasks import TASKS


def configure(c: Config, source: str | None = None, release: str | None = None) -> None:
    """Make `nbgrader autograde bptt` judge with the kit, from the command line and from formgrader.

    To be called in `nbgrader_config.py`; other assignments of the course stay with nbgrader's own step. `source` and
    `release` name the folders of nbgrader's source and release steps, where the course does not call them so.
    """
    if source:
        c.CourseDirectory.source_directory = source
    if release:
        c.CourseDirectory.release_directory = release
    c.HTMLExporter.sanitize_html = True  # feedback shows students' text: none of it may be markup or script
    c.HTMLExporter.filters = {"markdown2html": harmless_markdown}  # nbgrader's templates call it past the sanitizer
    # nbgrader offers no trait for the converter's class; these are the two places that name it.
    nbgrader.apps.autogradeapp.Autograde = JudgedAutograde
    nbgrader.apps.api.Autograde = JudgedAutograde


def harmless_markdown(source: str) -> str:
    """Markdown as HTML without anything that a browser runs or loads; a very long text as it is."""
    if len(source) > _MAX_MARKDOWN:
        return f"<pre>{escape(source)}</pre>"
    attributes = {"a": ["href", "title"], "*": ["class"]}
    return bleach.clean(markdown2html(source), tags=_TAGS, attributes=attributes, protocols={"http", "https", "mailto"})


def generate_release(source: Path, target: Path) -> None:
    """nbgrader's own `generate_assignment`, from `source/bptt` into `target/bptt`, without a gradebook."""
    with tempfile.TemporaryDirectory() as root:
        coursedir = CourseDirectory(root=root, assignment_id=NAME)
        coursedir.source_directory, coursedir.release_directory = str(source.resolve()), str(target.resolve())
        coursedir.db_url = f"sqlite:///{root}/gradebook.db"
        converter = GenerateAssignment(coursedir=coursedir)
        converter.log.setLevel("WARNING")
        converter.no_database = True
        converter.preprocessors = [p for p in converter.preprocessors if p.__name__ != "SaveCells"]
        converter.start()


_MAX_MARKDOWN = 20_000  # characters: what is longer takes the converter minutes
_TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup "
    "table tbody td th thead tr ul".split()
)


class JudgedAutograde(Autograde):
    """nbgrader's autograde step, with the kit's judging in place of the kernel run."""

    allow_unisolated = Bool(False, help="Grade even where nothing walls student code in.").tag(config=True)

    def start(self) -> None:
        if self.coursedir.assignment_id != NAME:
            super().start()
            return
        self.sanitize_preprocessors = [OverwriteCells, CheckCellMetadata]
        self.autograde_preprocessors = [WriteVerdict, SaveVerdict, AssignLatePenalties, CheckCellMetadata]
        failed = []
        with self._stage() as stage:
            for path, result, isolation in self._judge():
                if result.status == "grader_error":
                    failed.append(result)
                else:
                    self._account(result)
                    _lay(stage / str(result.student) / NAME, path, result, isolation)
            if any(stage.iterdir()):
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
        if not found:
            return
        try:
            course = find_course(root)
            course = replace(course, allow_unisolated=course.allow_unisolated or self.allow_unisolated)
            proof = prove_isolation(course)
        except (SettingsError, NotIsolatedError) as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
        results = progress(judge_all(found, course, proof), len(found), "judging")
        for (path, _), result in zip(found, results, strict=True):
            yield path, result, proof.label

    def _name_the_absent(self, wanted: str) -> None:
        """Nobody is missing without a line that says so: a student's folder that holds none for this assignment."""
        for folder in sorted(Path(self.coursedir.root).glob(os.path.relpath(Path(wanted).parent, self.coursedir.root))):
            if folder.is_dir() and not (folder / NAME).exists():
                self.log.warning("%s is not graded: there is no %s in %s", folder.name, NAME, folder)

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

    def _account(self, result: Result) -> None:
        """Say who moves by how much, before anything is overwritten."""
        kept = recorded(Path(self._format_dest(NAME, str(result.student))) / f"{NAME}.ipynb")
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


def _lay(folder: Path, submitted: Path, result: Result, isolation: str) -> None:
    """Write the clean notebook of one student, with the verdict in its metadata, and the time of submission beside it."""
    folder.mkdir(parents=True)
    notebook = staged_notebook(load(submitted), result, isolation)
    kept = {"isolation": isolation, "recorded": False, **summary(result)}
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


class WriteVerdict(NbGraderPreprocessor):
    """Puts each task's points and reasons into the output of its grade cell."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: dict) -> tuple[nbformat.NotebookNode, dict]:
        verdict = nb.metadata[KEY]
        result = Result.from_json(verdict.pop("result"))
        verdict["recorded"] = True
        cells = {task.test_cell: task.id for task in TASKS}
        reports = {report.id: report for report in result.tasks}
        for cell in nb.cells:
            if is_grade(cell) and cell.cell_type == "code":
                report = reports.get(cells.get(cell.metadata.nbgrader["grade_id"], ""))
                cell.metadata[KEY] = {"points": report.points if report else 0.0}
                cell.outputs = [_output(report)] if report else []
                cell.source = cell.source.split("\n### BEGIN HIDDEN TESTS")[
                    0
                ]  # of no interest to who reads the verdict
        return nb, resources


def _output(report: TaskResult) -> nbformat.NotebookNode:
    """The verdict on a task: points for nbgrader's eyes, and for people's one line for each check."""
    data = {"text/plain": f"{report.points:g}", "text/html": task_html(report)}
    return nbformat.v4.new_output("execute_result", data, execution_count=None)


class SaveVerdict(SaveAutoGrades):
    """Stores the points of a judged cell as they are, not as read back from its outputs."""

    def _add_score(self, cell: nbformat.NotebookNode, resources: dict[str, Any]) -> None:
        if KEY not in cell.metadata:  # a written answer: graded by hand
            super()._add_score(cell, resources)
            return
        ids = (cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(*ids)
        grade.auto_score = float(cell.metadata[KEY]["points"])
        grade.needs_manual_grade = grade.manual_score is not None
        self.gradebook.db.commit()
