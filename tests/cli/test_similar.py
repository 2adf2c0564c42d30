"""The command that lists submissions that are too alike, and its page."""

from click.testing import CliRunner
from support import corpus, run

from autograder.engine.cli import similar
from autograder.engine.cli.main import main
from autograder.engine.core.looking import CannotReadError

EVIL = '</pre><script>alert("evil")</script>'
ANSWERS = "\n".join(found.source for found in corpus("correct") if found.name in ("complex_step_vjp", "banded_solve"))


def _class(folder, **sources):
    for student, source in sources.items():
        (folder / "submitted" / student).mkdir(parents=True)
        (folder / "submitted" / student / "bptt.py").write_text(source, encoding="utf-8")
    return folder


def test_a_class_becomes_a_list_and_a_page(tmp_path):
    """Pairs are printed with the least probable first, the page shows both sides with their text escaped, and it ends well."""
    course = _class(tmp_path, ada=ANSWERS, bob=f"# {EVIL}\n{ANSWERS}", carl="x = 1\n", dora="PK\x03\x04")
    done = run(course, "autograder", "similar", "submitted")
    assert done.returncode == 0, done.stderr
    assert "  1. ada and bob: weight" in done.stdout
    assert "1 pair reaches" in done.stdout
    assert "dora" in done.stderr
    assert "zip archive" in done.stderr
    page = (course / "similar.html").read_text(encoding="utf-8")
    assert "<mark>" in page
    assert "<script>" not in page
    assert "dora" in page


def test_no_more_is_listed_than_asked_for(tmp_path):
    """`--most` bounds the list, and the last line says how many there are."""
    done = run(_class(tmp_path, a=ANSWERS, b=ANSWERS, c=ANSWERS), "autograder", "similar", "submitted", "--most", "1")
    assert "3 pairs reach" in done.stdout
    assert "the first is listed" in done.stdout
    assert "  2." not in done.stdout


def test_a_path_that_is_not_there(tmp_path):
    """A path that does not exist is an error of use, in one sentence."""
    done = run(tmp_path, "autograder", "similar", "nothing")
    assert (done.returncode, "there is no nothing" in done.stderr) == (2, True)


def test_what_the_grader_may_not_read_is_its_own_failure(tmp_path, monkeypatch):
    """A file that cannot be read has a line, the others are compared, and the status says so."""

    def load(found):
        if found.student == "carl":
            raise CannotReadError("carl cannot be read by the grader")
        return real(found)

    real = similar.load_found
    monkeypatch.setattr(similar, "load_found", load)
    course = _class(tmp_path, ada=ANSWERS, bob=ANSWERS, carl=ANSWERS)
    monkeypatch.chdir(course)
    done = CliRunner().invoke(main, ["similar", "submitted"])
    assert done.exit_code == 1
    assert "1. ada and bob" in done.output
    assert "carl cannot be read" in done.output
