"""nbgrader's own traps: a class that walks into each of them is graded by what it handed in, and by nothing else.

The last tests are canaries: each internal of nbgrader that `autograder/nbgrader/` leans on, and the versions tried.
"""

import importlib
import importlib.metadata
import inspect
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from submissions.broken.kinds import cell, code, copied, honest, place, stub
from support import autograded, gradebook, released_course, run

from autograder.engine.course.assignment import ASSIGNMENT

TRIED = ("0.9.5", "0.9.6")
HELP = "see autograder/nbgrader/, which leans on it"
FULL = {task.test_cell: task.points for task in ASSIGNMENT.tasks}
NOTHING = dict.fromkeys(FULL, 0.0)
Change = Callable[[dict], object]


def _undone(nb: dict) -> None:
    """Nothing is answered."""
    for task in ASSIGNMENT.by_id:
        stub(nb, task)


def _checks(nb: dict) -> list[dict]:
    return [found for found in nb["cells"] if found["id"].startswith("test_")]


def _result(text: str) -> dict:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def _empty_outputs(nb: dict) -> None:
    _undone(nb)
    for found in _checks(nb):
        found["outputs"] = []


def _outputs_that_are_no_points(nb: dict) -> None:
    _undone(nb)
    odd = ("nan", "-1", "False", "np.float64(3.0)", "[1, 2]", "")
    for number, found in enumerate(_checks(nb)):
        found["outputs"] = [_result(odd[number % len(odd)])]


def _outputs_above_the_maximum(nb: dict) -> None:
    _undone(nb)
    for found in _checks(nb):
        found["outputs"] = [_result("1000.0")]
        found["metadata"]["nbgrader"]["points"] = 1000


def _functions_that_return_no_points(nb: dict) -> None:
    returned = ("float('nan')", "-1.0", "np.float64(3.0)", "None", "False")
    for number, task in enumerate(ASSIGNMENT.by_id):
        cell(nb, task)["source"] = f"def {task}(*args, **options):\n    return {returned[number % len(returned)]}"


def _words_on_stderr(nb: dict) -> None:
    say = "    import sys, warnings\n    print('here', file=sys.stderr)\n    warnings.warn('careful')\n    np.float64(1e308) * 10\n"
    for task in ASSIGNMENT.by_id:
        cell(nb, task)["source"] = cell(nb, task)["source"].replace(":\n", f":\n{say}", 1)
    for found in _checks(nb):
        found["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "RuntimeWarning: overflow"}]


def _copied_cells(nb: dict) -> None:
    nb["cells"] += [copied(found) for found in nb["cells"] if "nbgrader" in found["metadata"]]


def _marks_of_an_old_schema(nb: dict) -> None:
    for found in nb["cells"]:
        if "nbgrader" in found["metadata"]:
            found["metadata"]["nbgrader"] |= {"schema_version": 0}


def _tagged(nb: dict) -> None:
    _undone(nb)
    for found in _checks(nb):
        found["metadata"]["tags"] = ["skip-execution"]


def _leaves(nb: dict) -> None:
    nb["cells"].insert(place(nb, "forward"), code("import os\nos._exit(0)"))
    cell(nb, "forward")["source"] = "def forward(*args):\n    os._exit(0)"


def _without_checks(nb: dict) -> None:
    nb["cells"] = [found for found in nb["cells"] if found not in _checks(nb)]


def _honest(nb: dict) -> None:
    return None


# By the order of their names each trap stands before honest work that must not suffer from it.
CLASS: dict[str, tuple[Change, dict[str, float]]] = {
    "a empty outputs": (_empty_outputs, NOTHING),
    "b odd outputs": (_outputs_that_are_no_points, NOTHING),
    "c above the maximum": (_outputs_above_the_maximum, NOTHING),
    "d odd values": (_functions_that_return_no_points, NOTHING),
    "e stderr": (_words_on_stderr, FULL),
    "f copied cells": (_copied_cells, FULL),
    "g old schema": (_marks_of_an_old_schema, FULL),
    "h tagged": (_tagged, NOTHING),
    "i leaves": (_leaves, FULL | {"test_forward": 0.0}),
    "j without checks": (_without_checks, FULL),
    "k honest": (_honest, FULL),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that walks into the traps, autograded in one run; the gradebook holds full marks for some from before."""
    course = released_course(tmp_path_factory.mktemp("traps"))
    for student, (change, _) in CLASS.items():
        notebook = honest()
        change(notebook)
        folder = course / "submitted" / student / "bptt"
        folder.mkdir(parents=True)
        (folder / "bptt.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    _full_marks_from_before(course, "c above the maximum")
    done = run(course, "nbgrader", "autograde", "bptt")
    assert done.returncode == 0, done.stderr
    return course


def _full_marks_from_before(course: Path, student: str) -> None:
    """What an earlier run has left in the gradebook, before the student handed in something else."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own, of its object mapper
        book.add_student(student)
        book.add_submission("bptt", student)
        for test_cell, points in FULL.items():
            book.find_grade(test_cell, "bptt", "bptt", student).auto_score = points
        book.db.commit()


@pytest.mark.slow
@pytest.mark.parametrize("student", CLASS)
def test_no_trap_changes_a_grade(graded: Path, student: str) -> None:
    """In the gradebook stands what the functions are worth: not None, not what outputs say, not what stood there before."""
    book = gradebook(graded)[student]
    assert {test_cell: book[test_cell] for test_cell in FULL} == CLASS[student][1]


@pytest.mark.slow
@pytest.mark.parametrize("student", CLASS)
def test_who_reads_the_outputs_finds_the_same_points(graded: Path, student: str) -> None:
    """nbgrader's own reading of every grade cell's outputs, with all its traps, gives the points that were recorded."""
    from nbgrader.utils import determine_grade

    cells = {
        c["id"]: nbformat.from_dict(c) for c in autograded(graded, student)["cells"] if c["id"].startswith("test_")
    }
    read = {test_cell: determine_grade(found)[0] for test_cell, found in cells.items()}
    assert read == CLASS[student][1]


# What the kit leans on: a dotted name, and for a function its parameters and the names that its code must read.
LEANT_ON: dict[str, tuple[list[str] | None, set[str]]] = {
    "nbgrader.apps.autogradeapp.Autograde": (None, set()),
    "nbgrader.apps.autogradeapp.AutogradeApp.start": (["self"], {"Autograde"}),
    "nbgrader.apps.api.Autograde": (None, set()),
    "nbgrader.apps.api.NbGraderAPI.autograde": (None, {"Autograde"}),
    "nbgrader.converters.base.NbGraderException": (None, set()),
    "nbgrader.converters.base.BaseConverter.start": (["self"], {"init_notebooks", "convert_notebooks"}),
    "nbgrader.converters.base.BaseConverter.init_notebooks": (["self"], {"assignments"}),
    # What it does for each student, `Recording.record` does for a staged copy.
    "nbgrader.converters.base.BaseConverter.convert_notebooks": (
        ["self"],
        {
            "assignments",
            "notebooks",
            "init_destination",
            "run_pre_convert_hook",
            "init_assignment",
            "convert_single_notebook",
            "set_permissions",
            "run_post_convert_hook",
        },
    ),
    "nbgrader.converters.base.BaseConverter.force": (None, set()),
    "nbgrader.converters.Autograde.convert_single_notebook": (["self", "notebook_filename"], {"_sanitizing"}),
    "nbgrader.converters.Autograde._format_dest": (["self", "assignment_id", "student_id", "escape"], set()),
    "nbgrader.converters.Autograde._format_source": (["self", "assignment_id", "student_id", "escape"], set()),
    "nbgrader.converters.GenerateAssignment.no_database": (None, set()),
    "nbgrader.coursedir.CourseDirectory.format_path": (None, set()),
    "nbgrader.coursedir.CourseDirectory.submitted_directory": (None, set()),
    "nbgrader.coursedir.CourseDirectory.directory_structure": (None, set()),
    "nbgrader.coursedir.CourseDirectory._db_url_default.func": (["self"], {"root"}),
    "nbgrader.apps.NbGrader.initialize": (["self", "argv", "root"], set()),
    "nbgrader.apps.generateassignmentapp.GenerateAssignment": (None, set()),
    "nbgrader.apps.generateassignmentapp.GenerateAssignmentApp.start": (["self"], {"GenerateAssignment"}),
    "nbgrader.apps.api.NbGraderAPI.generate_assignment": (None, {"GenerateAssignment"}),
    "nbgrader.converters.Autograde.init_assignment": (
        ["self", "assignment_id", "student_id"],
        {"notebooks", "submitted_directory", "Gradebook"},
    ),
    "nbgrader.api.Gradebook.students": (None, set()),
    "nbgrader.api.Gradebook.__init__": (["self", "db_url", "course_id", "authenticator"], {"db", "engine"}),
    "nbgrader.apps.exportapp.ExportApp.plugin_class": (None, set()),
    "nbgrader.plugins.CsvExportPlugin.export": (["self", "gradebook"], {"student", "assignment", "to"}),
    "nbgrader.preprocessors.AssignLatePenalties.preprocess": (["self", "nb", "resources"], {"late_submission_penalty"}),
    "nbgrader.preprocessors.AssignLatePenalties.init_plugin": (["self"], {"plugin_inst"}),
    "nbgrader.preprocessors.AssignLatePenalties._check_late_penalty": (["self", "notebook", "penalty"], set()),
    "nbgrader.preprocessors.CheckCellMetadata": (None, set()),
    "nbgrader.preprocessors.OverwriteCells.preprocess": (["self", "nb", "resources"], {"db_url"}),
    "nbgrader.preprocessors.SaveAutoGrades._add_score": (["self", "cell", "resources"], set()),
    "nbgrader.preprocessors.SaveAutoGrades.preprocess": (
        None,
        {"notebook_id", "assignment_id", "student_id", "gradebook"},
    ),
    "nbgrader.preprocessors.SaveAutoGrades.preprocess_cell": (None, {"_add_score"}),
    "nbgrader.converters.GenerateFeedback.init_destination": (["self", "assignment_id", "student_id"], {"force"}),
    "nbgrader.converters.GenerateFeedback.write_single_notebook": (["self", "output", "resources"], {"writer"}),
    "nbgrader.preprocessors.GetGrades._get_score": (
        ["self", "cell", "resources"],
        {"find_grade", "score", "max_score"},
    ),
    "nbgrader.exchange.exchange_factory.ExchangeFactory.release_feedback": (None, set()),
    "nbgrader.exchange.default.ExchangeReleaseFeedback.copy_files": (["self"], {"src_path", "notebook_hash"}),
    "nbgrader.exchange.default.ExchangeFetchFeedback.init_src": (["self"], {"notebook_hash"}),
    "nbgrader.utils.is_grade": (["cell"], set()),
    "nbgrader.utils.parse_utc": (["ts"], set()),
    "nbgrader.api.utils": (None, set()),
    "nbgrader.coursedir.parse_utc": (["ts"], set()),
    "nbgrader.coursedir.CourseDirectory.get_existing_timestamp": (None, {"parse_utc"}),
    "nbgrader.apps.zipcollectapp.parse_utc": (["ts"], set()),
    "nbgrader.exchange.default.collect.parse_utc": (["ts"], set()),
}


def moved(name: str) -> str:
    """A sentence that says how an internal of nbgrader is not as the kit knows it, or nothing."""
    parts = name.split(".")
    found = importlib.import_module(".".join(parts[:2]))
    for depth, part in enumerate(parts[2:], start=3):
        if not hasattr(found, part):
            try:
                importlib.import_module(".".join(parts[:depth]))
            except ImportError:
                return f"nbgrader {_version()} has no {'.'.join(parts[:depth])}: {HELP}"
        found = getattr(found, part)
    parameters, reads = LEANT_ON[name]
    if parameters is not None and list(inspect.signature(found).parameters) != parameters:
        return f"nbgrader {_version()}: {name} takes other arguments than {', '.join(parameters)}: {HELP}"
    missing = reads - set(found.__code__.co_names) if reads else set()
    if missing:
        return f"nbgrader {_version()}: {name} no longer reads {', '.join(sorted(missing))}: {HELP}"
    return ""


def _version() -> str:
    return importlib.metadata.version("nbgrader")


@pytest.mark.parametrize("name", LEANT_ON)
def test_what_the_kit_leans_on_is_where_it_was(name: str) -> None:
    """An internal of nbgrader that has moved is named in one sentence."""
    assert moved(name) == ""


def test_this_nbgrader_was_tried() -> None:
    """The installed nbgrader is one of those that the kit was tried with."""
    advice = (
        "run tests/nbgrader/test_nbgrader.py and tests/nbgrader/test_nbgrader_traps.py with it, and add it to TRIED"
    )
    assert _version() in TRIED, f"nbgrader {_version()} was never tried with the kit: {advice}"


def test_the_canary_sings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is gone, other parameters and code that no longer reads a name each give their sentence."""
    import nbgrader.apps.api
    import nbgrader.converters

    assert moved("nbgrader.utils.is_grade") == ""
    monkeypatch.delattr(nbgrader.apps.api, "Autograde")
    assert "has no nbgrader.apps.api.Autograde" in moved("nbgrader.apps.api.Autograde")
    monkeypatch.setattr(nbgrader.converters.Autograde, "_format_dest", lambda self, student: None)
    assert "takes other arguments" in moved("nbgrader.converters.Autograde._format_dest")
    monkeypatch.setattr(nbgrader.converters.Autograde, "init_assignment", lambda self, assignment_id, student_id: None)
    assert "no longer reads" in moved("nbgrader.converters.Autograde.init_assignment")


def test_the_kit_takes_nbgraders_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `configure` both the command and formgrader's API make the kit's step, and it is an nbgrader step."""
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp
    from nbgrader.converters import Autograde
    from traitlets.config import Config

    from autograder.nbgrader import configure
    from autograder.nbgrader.autograde import JudgedAutograde

    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        monkeypatch.setattr(module, "Autograde", Autograde)
    configure(Config())
    assert nbgrader.apps.api.Autograde is nbgrader.apps.autogradeapp.Autograde is JudgedAutograde
    assert issubclass(JudgedAutograde, Autograde)
