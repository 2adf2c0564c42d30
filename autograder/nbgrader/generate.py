"""nbgrader's own release step, called from the kit's build."""

import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from autograder.engine.core.places import NAME


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
