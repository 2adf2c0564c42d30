"""Formgrader's lists, as the kit serves them: a student's name leads where it should, whatever is in it."""

import json
from urllib.parse import unquote

import pytest

from autograder.nbgrader.answers import QUESTIONS
from autograder.nbgrader.formgrader_pages import _environment


@pytest.mark.parametrize("name", ["o'brien", "müller & söhne", 'a"b', "50% #1?", "</script><script>alert(1)", "back\\"])
@pytest.mark.parametrize("theirs", ["manage_students_assignments.tpl", "manage_students_notebook_submissions.tpl"])
def test_a_students_list_asks_for_that_student(theirs: str, name: str) -> None:
    """The script asks by the student's own id: no escape of HTML's stands in it, and none of the id's letters ends it."""
    known = {"student_id": name, "assignment_id": "bptt", "base_url": "", "questions": QUESTIONS}
    page = _environment().get_template("list.html").render(theirs=theirs, **known)
    (line,) = [line for line in page.splitlines() if line.startswith("var student_id")]
    assert unquote(json.loads(line.removeprefix("var student_id = ").removesuffix(";"))) == name
    assert "<script>alert" not in page
    assert 'var assignment_id = "bptt";' in page or "notebook" not in theirs
