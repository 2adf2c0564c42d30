"""What formgrader gets beside nbgrader's own pages: in its lists what could not be judged, and three pages of the kit's.

These are a student's feedback page, the class on one page, and all answers to one question in the order of likeness. Points
and comments that are given there go through nbgrader's own scripts and handlers.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import base, handlers
from nbgrader.server_extensions.formgrader.base import BaseHandler, check_notebook_dir, check_xsrf
from sqlalchemy.exc import SQLAlchemyError
from tornado import web

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.places import NAME
from autograder.engine.core.settings import SettingsError
from autograder.engine.grading.grade import NOT_OURS
from autograder.engine.reports.pages import class_report, points
from autograder.nbgrader.answers import QUESTIONS, answers_to
from autograder.nbgrader.feedback import FeedbackPage, GetMarks
from autograder.nbgrader.formgrader import rubric_html
from autograder.nbgrader.markdown import harmless_markdown
from autograder.nbgrader.places import CourseError
from autograder.nbgrader.recorded_class import recorded_class
from autograder.nbgrader.remarks import unjudged

OURS = Path(__file__).with_name("custom")


def _environment() -> Environment:
    """The kit's templates, which build upon nbgrader's; every text in them is escaped."""
    loader = ChoiceLoader([FileSystemLoader(OURS), FileSystemLoader(handlers.template_path)])
    environment = Environment(loader=loader, autoescape=True)
    environment.filters["points"] = points
    return environment


class JudgedApi(NbGraderAPI):
    """What formgrader's lists ask for. A submission of which nothing could be judged has the reason with it."""

    def get_submissions(self, assignment_id: str) -> list[dict[str, Any]]:
        return self._told(super().get_submissions(assignment_id), assignment_id)

    def get_submission(self, assignment_id: str, *more: Any, **named: Any) -> dict[str, Any] | None:
        found = super().get_submission(assignment_id, *more, **named)
        return self._told([found], assignment_id)[0] if found else found

    def get_notebook_submissions(self, assignment_id: str, notebook_id: str) -> list[dict[str, Any]]:
        found = super().get_notebook_submissions(assignment_id, notebook_id)
        return self._told(found, assignment_id) if notebook_id == NAME else found

    def get_student_notebook_submissions(self, student_id: str, assignment_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_student_notebook_submissions(student_id, assignment_id)
        self._told([notebook for notebook in found if notebook["name"] == NAME], assignment_id)
        return found

    def _told(self, submissions: list[dict[str, Any]], assignment_id: str) -> list[dict[str, Any]]:
        if assignment_id == NAME:
            with suppress(SQLAlchemyError), self.gradebook as book:
                why = unjudged(book)
                for submission in submissions:
                    if reason := why.get(submission["student"]):
                        submission["unjudged"] = {"what": what_of(reason), "why": reason}
        return submissions


def what_of(reason: str) -> str:
    """What is to be shown in place of a score, in a few words."""
    return "not this assignment?" if reason == NOT_OURS else "could not be read"


class _List(BaseHandler):
    """One of nbgrader's lists, with links to the kit's pages above it."""

    def render(self, name: str, **content: Any) -> str:
        if "error_code" in content or content.get("assignment_id", NAME) != NAME:
            return str(super().render(name, **content))
        template = _environment().get_template("list.html")
        return template.render(theirs=name, questions=QUESTIONS, **content)


class AssignmentList(_List, handlers.ManageAssignmentsHandler):
    """The list of assignments, where formgrader begins."""


class SubmissionList(_List, handlers.ManageSubmissionsHandler):
    """The list of an assignment's submissions."""


class NotebookList(_List, handlers.GradebookNotebookSubmissionsHandler):
    """The list of submissions to be graded by hand."""


class StudentList(_List, handlers.ManageStudentsAssignmentsHandler):
    """The list of one student's submissions."""


class StudentNotebookList(_List, handlers.ManageStudentNotebookSubmissionsHandler):
    """The list of the notebooks of one student's submission."""


class _Page(BaseHandler):
    """A page of the kit's, for whom nbgrader lets in."""

    @web.authenticated
    @check_xsrf
    @check_notebook_dir
    def get(self, *names: str) -> None:
        try:
            self.write(self.page(*names))
        except (CannotReadError, CourseError, SettingsError, SQLAlchemyError) as error:
            self.set_status(409)
            self.write(f"<!doctype html><p>{escape(str(error))}</p>")

    def page(self, *names: str) -> str:
        raise NotImplementedError

    def with_way_back(self, page: str, to: str) -> str:
        """A page of the kit's with a link back: the frame in which JupyterLab shows formgrader opens no window."""
        link = f'<p class="soft"><a href="{escape(self.base_url)}/formgrader/{escape(to)}">← Formgrader</a></p>'
        return page.replace("<body>", f"<body>\n{link}", 1)

    def opened(self) -> Gradebook:
        """The gradebook as it is now; formgrader's own one remembers what it has read before."""
        return Gradebook(self.db_url, self.coursedir.course_id)


class ClassPage(_Page):
    """The class on one page, as it stands now."""

    def page(self, *names: str) -> str:
        with self.opened() as book:
            ids = {found.student.id: found.id for found in book.notebook_submissions(NAME, NAME)}
        here = f"{self.base_url}/formgrader/kit/feedback"
        pages = {student: f"{here}/{id}" for student, id in ids.items()}
        page = class_report.page(recorded_class(self.coursedir, lambda student: pages.get(student, ""), quick=True))
        return self.with_way_back(page, f"manage_submissions/{NAME}")


class FeedbackNow(_Page):
    """The page that a student would get now, whether or not it was generated before."""

    def page(self, *names: str) -> str:
        with self.opened() as book:
            try:
                submission = book.find_submission_notebook_by_id(names[0])
            except MissingEntry:
                raise web.HTTPError(404, "there is no such submission") from None
            student = submission.student.id
            if (submission.assignment.assignment.name, submission.notebook.name) != (NAME, NAME):
                raise web.HTTPError(404, f"it is no submission of {NAME}")
        folder = self.coursedir.format_path(self.coursedir.autograded_directory, student, NAME)
        held = {"student": student, "assignment": NAME, "notebook": NAME, "db_url": self.db_url}
        exporter: Any = FeedbackPage
        exporter = exporter(preprocessors=[GetMarks])
        try:
            html, _ = exporter.from_filename(str(Path(folder) / f"{NAME}.ipynb"), resources={"nbgrader": held})
        except (OSError, ValueError):  # which is what nbformat says of a text that is no notebook
            raise CourseError(f"what was graded is not there: run `nbgrader autograde {NAME}` again") from None
        return self.with_way_back(str(html), f"submissions/{names[0]}/")


class AnswersPage(_Page):
    """All answers to one question, to be graded side by side."""

    def page(self, *names: str) -> str:
        question = next((question for question in QUESTIONS if question.id == names[0]), None)
        if question is None:
            raise web.HTTPError(404, "there is no such question")
        with self.opened() as book:
            answers = answers_to(question, self.coursedir, book)
        numbers = {id: place + 1 for id, place in self.api.get_notebook_submission_indices(NAME, NAME).items()}
        return (
            _environment()
            .get_template("answers.html")
            .render(
                base_url=self.base_url,
                name=NAME,
                questions=QUESTIONS,
                question=question,
                rubric=None if question.is_code else Markup(rubric_html(question.id)),
                answers=answers,
                numbers=numbers,
                markdown=_harmless,
                json=json.dumps,
            )
        )


def _harmless(source: str) -> Markup:
    return Markup(harmless_markdown(source))


_ROUTES: list[tuple[str, type[BaseHandler]]] = [
    (r"/formgrader/kit/class/?", ClassPage),
    (r"/formgrader/kit/feedback/([^/]+)/?", FeedbackNow),
    (r"/formgrader/kit/answers/([^/]+)/?", AnswersPage),
    (r"/formgrader/manage_assignments/?", AssignmentList),
    (r"/formgrader/manage_submissions/([^/]+)/?", SubmissionList),
    (r"/formgrader/gradebook/([^/]+)/([^/]+)/?", NotebookList),
    (r"/formgrader/manage_students/([^/]+)/?", StudentList),
    (r"/formgrader/manage_students/([^/]+)/([^/]+)/?", StudentNotebookList),
]


def add_pages() -> None:
    """Have formgrader serve these pages, the first of those that fit an address. nbgrader offers no trait for it."""
    ours: list[tuple[str, Callable[..., Any]]] = [*_ROUTES]
    if handlers.default_handlers[: len(ours)] != ours:
        handlers.default_handlers = [*ours, *handlers.default_handlers]
    base.NbGraderAPI = JudgedApi
