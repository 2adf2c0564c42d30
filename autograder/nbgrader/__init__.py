"""All that knows nbgrader's Python side. What a course's `nbgrader_config.py` calls is defined here.

`places` knows a course's folders, `naming` the one name of the assignment, `register` how each student stands, and
`penalties` what is taken off for being late. `generate` makes the release, and `autograde` judges in place of nbgrader's
kernel run: `staging` writes the staged copies, clean notebooks where nbgrader looks, and `recording` takes each of them
through nbgrader's step while the next ones are judged. `verdicts` go into its cells, and into the gradebook (`open_book`).
`feedback` writes what students get back, `giving_back` brings it to them, `formgrader` shows graders one submission,
`formgrader_pages` the class and all `answers` to one question, and `exporters` write the gradebook for others.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from traitlets.config import Config


def configure(c: "Config", source: str | None = None, release: str | None = None) -> None:
    """Make nbgrader judge bptt with the kit and give back the kit's page, from the command line and from formgrader.

    To be called in `nbgrader_config.py`; other assignments of the course stay with nbgrader's own step. `source` and
    `release` name the folders of nbgrader's source and release steps, where the course does not call them so.
    Where it fails, the command ends: nbgrader would go on without the kit, and nothing would isolate student code.
    """
    from autograder.engine.core.assignment import SuiteError
    from autograder.engine.core.streams import open_all

    open_all()
    try:
        _configure(c, source, release)
    except SuiteError as error:
        raise SystemExit(str(error)) from None
    except Exception as error:
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise SystemExit(f"the kit cannot be loaded ({said}): install it anew") from error


def _configure(c: "Config", source: str | None, release: str | None) -> None:
    import nbgrader.apps.api  # importing nbgrader takes seconds, and `staging` is read without it
    import nbgrader.apps.autogradeapp
    import nbgrader.apps.generateassignmentapp
    import nbgrader.apps.generatefeedbackapp
    import nbgrader.coursedir
    from sqlalchemy.exc import SAWarning

    from autograder.nbgrader.autograde import JudgedAutograde
    from autograder.nbgrader.exchange import for_the_exchange
    from autograder.nbgrader.exporters import PlainCsvExport
    from autograder.nbgrader.feedback import JudgedFeedback
    from autograder.nbgrader.formgrader import for_grading, page_markdown
    from autograder.nbgrader.formgrader_pages import add_pages
    from autograder.nbgrader.naming import NamedGenerateAssignment
    from autograder.nbgrader.places import gradebook_url

    _find_programs()
    if source:
        c.CourseDirectory.source_directory = source
    if release:
        c.CourseDirectory.release_directory = release
    for_the_exchange(c)
    c.HTMLExporter.sanitize_html = True  # feedback shows students' text: none of it may be markup or script
    c.HTMLExporter.filters = {"markdown2html": page_markdown}  # nbgrader's templates call it past the sanitizer
    c.HTMLExporter.preprocessors = [for_grading]  # for formgrader; other pages it leaves as they are
    c.ExportApp.plugin_class = PlainCsvExport
    warnings.filterwarnings(
        "ignore", category=SAWarning
    )  # nbgrader's own, of its object mapper: nobody can act on them
    # nbgrader offers no trait for a converter's class; these are the places that name it.
    nbgrader.apps.autogradeapp.Autograde = nbgrader.apps.api.Autograde = JudgedAutograde
    nbgrader.apps.generatefeedbackapp.GenerateFeedback = nbgrader.apps.api.GenerateFeedback = JudgedFeedback
    api, app = nbgrader.apps.api, nbgrader.apps.generateassignmentapp
    app.GenerateAssignment = api.GenerateAssignment = NamedGenerateAssignment
    vars(nbgrader.coursedir.CourseDirectory)["_db_url_default"].func = gradebook_url  # where a course sets no db_url
    add_pages()


def _find_programs() -> None:
    """Let nbgrader find alembic, which lies beside this Python: cron and services call a command by its path alone."""
    here, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != here:
        os.environ["PATH"] = os.pathsep.join([here, path])
