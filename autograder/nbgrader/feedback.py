"""nbgrader's feedback step with the kit's page, made anew wherever it would be another one now."""

import glob
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import GetGrades
from nbgrader.utils import is_grade, is_locked, is_solution
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.core.atomic_file import whole_file
from autograder.engine.core.looking import CannotReadError, look
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import STUB
from autograder.engine.intake.listing import SECRET, STAMP
from autograder.engine.reports.pages.code import sources
from autograder.engine.reports.pages.feedback import Gradebook, Mark, page
from autograder.nbgrader.giving_back import NotTheSameError, handed_in
from autograder.nbgrader.markdown import in_a_page
from autograder.nbgrader.places import CourseError, expect_writable, is_asked_for, place, share, students
from autograder.nbgrader.record import KEY, of
from autograder.nbgrader.register import read_book
from autograder.nbgrader.remarks import NO_RESPONSE
from autograder.nbgrader.staging import is_whole
from autograder.nbgrader.tally import less_said

_FIRST = f"`nbgrader autograde {NAME}` first, and then this again"
_NOT_HELD = f"what was graded is not there as it was recorded: {_FIRST}"


class JudgedFeedback(GenerateFeedback):
    """nbgrader's feedback step; for this assignment it writes the kit's page."""

    def start(self) -> None:
        if self.coursedir.assignment_id != NAME:
            super().start()
            return
        self.exporter_class = FeedbackPage
        self.preprocessors = [GetMarks]
        self._renewed = self._kept = 0
        self._remarks: list[str] = []
        try:
            self._look()
        except (OSError, CannotReadError, CourseError, SQLAlchemyError) as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
        try:
            with less_said(self):
                super().start()
        finally:
            for remark in self._remarks:
                self.log.warning("%s", remark)
        self.log.info("feedback pages: %d new or renewed, %d as they were", self._renewed, self._kept)

    def init_notebooks(self) -> None:
        """The notebooks of each student who was asked for, by exact paths: nbgrader takes [ ] in a name for a pattern."""
        if self.coursedir.assignment_id != NAME:
            super().init_notebooks()
            return
        graded = students(self.coursedir, self._input_directory)
        there = [name for name, work in graded.items() if look(work) != "absent"]
        folders = [self._format_source(NAME, name) for name in there if is_asked_for(self.coursedir, name)]
        wanted = f"{self.coursedir.notebook_id}.ipynb"
        self.assignments = {folder: glob.glob(os.path.join(glob.escape(folder), wanted)) for folder in folders}
        if not any(self.assignments.values()):
            where = os.path.join(self._format_source(NAME, self.coursedir.student_id), wanted)
            why = f"no page was made, because there is no {where}: {_FIRST}"
            self.log.error("%s", why)
            raise NbGraderException(why)

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Every page is made and compared with the one that lies there, so that none is out of date."""
        if assignment_id != NAME:
            return bool(super().init_destination(assignment_id, student_id))
        if student_id in self.coursedir.student_id_exclude.split(","):
            return False
        graded = student_id in self._held and is_whole(Path(self._format_source(NAME, student_id)) / f"{NAME}.ipynb")
        if not graded:
            self._remarks.append(f"{student_id}: {_NOT_HELD}")
        return graded and bool(self.notebooks)

    def _look(self) -> None:
        """Who is in the gradebook. Raises an error, before any page is lost, where none can be made or written."""
        self._held = read_book(self.coursedir).points
        if not self._held:
            raise CourseError(f"the gradebook holds no grades of {NAME}, so no page was made: {_FIRST}")
        written, graded = (
            students(self.coursedir, step) for step in (self._output_directory, self.coursedir.autograded_directory)
        )
        anyone = place(self.coursedir, self._output_directory).work_of("anyone")
        for folder in (anyone, *written.values()):
            expect_writable(folder)
        if self.coursedir.student_id == "*":
            there = {name for name, work in graded.items() if look(work) != "absent"}
            self._remarks += [f"{name}: {_NOT_HELD}" for name in sorted(self._held.keys() - there)]

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """The page needs no file beside it: nothing else of the autograded folder is given back."""
        if assignment_id != NAME:
            super().init_assignment(assignment_id, student_id)

    def write_single_notebook(self, output: str, resources: Any) -> None:
        """The page under our name and the names that the exchange looks for, and no older page of ours beside it."""
        held = resources["nbgrader"]
        if held["assignment"] != NAME or held["notebook"] != NAME:
            super().write_single_notebook(output, resources)
            return
        folder, student = Path(self._format_dest(NAME, held["student"])), held["student"]
        folder.mkdir(parents=True, exist_ok=True)
        old = _pages(folder)
        wanted = {f"{NAME}.html", *old}
        try:
            handed = handed_in(self._work(student), resources[KEY]["digest"])
            if handed:
                wanted = handed.pages
                _put(folder / SECRET, handed.secret)
                _put(folder / STAMP, handed.stamp or (handed.secret and "unknown"))
            if handed and handed.secret and not handed.notebooks:
                said = "handed in no notebook, so `nbgrader fetch_feedback` finds no page: give it another way"
                self._remarks.append(f"{student} {said}")
        except (NotTheSameError, CannotReadError) as error:
            self._remarks.append(f"{student}: {error}")
        for name in {*old} - wanted:
            (folder / name).unlink()
        renewed = [name for name in wanted if _put(folder / name, output)]
        self._renewed, self._kept = self._renewed + bool(renewed), self._kept + (not renewed)

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """As nbgrader sets them. It may not, where a page that stays is another grader's: a copy takes its place."""
        folder = Path(self._format_dest(assignment_id, student_id))
        share(self.coursedir, folder, self._output_directory)
        try:
            super().set_permissions(assignment_id, student_id)
        except PermissionError:
            for path in folder.iterdir():
                own = path.with_name(f".{path.name}.own")
                shutil.copy2(path, own)
                os.replace(own, path)
            super().set_permissions(assignment_id, student_id)

    def _work(self, student: str) -> Path:
        """Where a student's work lies: in a folder of that name, or of one that is shown so."""
        step = self.coursedir.submitted_directory
        work = Path(self.coursedir.format_path(step, student, NAME))
        if look(work) == "absent":
            work = next(
                (other for name, other in students(self.coursedir, step).items() if shown(name) == student), work
            )
        return work


def _pages(folder: Path) -> list[str]:
    """The names under which the page lies in a folder."""
    page = folder / f"{NAME}.html"
    if not page.is_file():
        return []
    data = page.read_bytes()
    return [path.name for path in folder.glob("*.html") if path.is_file() and path.read_bytes() == data]


def _put(path: Path, text: str) -> bool:
    """Have a file hold a text, or have no file where there is none; whether that has changed anything."""
    data = text.encode("utf-8", "replace")
    if (path.read_bytes() if path.is_file() else b"") == data:
        return False
    path.unlink(missing_ok=True)  # it may not be writable
    if data:
        with whole_file(path, "wb") as file:
            file.write(data)
    return True


class GetMarks(GetGrades):
    """What the gradebook holds, and which answers still wait to be graded by hand."""

    def _get_comment(self, cell: nbformat.NotebookNode, resources: dict[str, Any]) -> None:
        """A person's comment, or that nothing was written; what else is said by itself stands at the top of the page."""
        super()._get_comment(cell, resources)
        held = cell.metadata.nbgrader
        found = self.gradebook.find_comment(held["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        if found.manual_comment is None:
            unwritten = cell.cell_type != "code" and found.auto_comment == NO_RESPONSE
            held["comment"] = "Nothing was written here." if unwritten else ""

    def _get_score(self, cell: nbformat.NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        ids = (cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(*ids)
        cell.metadata.nbgrader["pending"] = grade.auto_score is None and grade.manual_score is None


class FeedbackPage(Exporter):
    """An autograded notebook, with the gradebook's marks in it, as the page that its student gets."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The page, and what nbgrader needs to write it."""
        marked, resources = super().from_notebook_node(nb, resources, **options)
        held = resources["nbgrader"]
        book = Gradebook(
            held["score"], held["max_score"], held["late_penalty"] or 0.0, _marks(marked), _sources(marked)
        )
        try:
            result = of(marked.metadata).result
        except ValueError:  # graded by another version of the kit
            result = None
        resources[KEY] = {"digest": result.digest if result else None}
        return page(result, held["student"], book), resources


def _marks(nb: nbformat.NotebookNode) -> dict[str, Mark]:
    """By task, or by name of a written answer, what the gradebook holds of it."""
    comments = {
        cell.metadata.nbgrader["grade_id"]: cell.metadata.nbgrader.get("comment") or ""
        for cell in nb.cells
        if is_solution(cell)
    }
    marks = {}
    for cell in filter(is_grade, nb.cells):
        held = cell.metadata.nbgrader
        name = held["grade_id"].removeprefix("test_")
        answered = cell.cell_type == "markdown" and cell.source.strip() != STUB
        text = Markup(in_a_page(cell.source)) if answered else ""
        comment = Markup(in_a_page(comments[name])) if comments.get(name) else ""
        marks[name] = Mark(held["score"], held["points"], comment, text, held["pending"])
    return marks


def _sources(nb: nbformat.NotebookNode) -> dict[str, str]:
    """The student's own source of each function, in the cell that is made for it or in a further one."""
    code = (cell for cell in nb.cells if cell.cell_type == "code" and not is_locked(cell))
    return sources(
        ((cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source) for cell in code), ASSIGNMENT.by_id
    )
