"""What `report` writes of a class: pages with and without names, of one section, with a roster, and the tables."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from made_class import COMMON, COMMON_LINE, Made, made_class
from reading import names, read, said, words
from support import run

from autograder.engine.cli.main import main
from autograder.engine.core.result import Result
from autograder.engine.people.roster import read_roster
from autograder.engine.reports import figures, report
from autograder.engine.reports.anonymous import anonymous
from autograder.engine.reports.class_tables import write_tables
from autograder.engine.reports.on_roster import with_roster
from autograder.engine.reports.pages import class_report
from autograder.engine.reports.whole_class import Absent, Class, Member, from_report, of_section


@pytest.fixture(scope="module")
def made() -> Made:
    return made_class(150)


@pytest.fixture(scope="module")
def page(made: Made) -> BeautifulSoup:
    return read(made.whole)


def test_a_page_without_names_holds_none(made: Made, tmp_path: Path) -> None:
    """Neither the page nor its tables hold a name, login, id, address, section or line of a student's, and all figures stay."""
    whole = anonymous(replace(made.whole, loose=("Ada is not on the roster",), remarks=("roster: Ada is twice there",)))
    texts = [class_report.page(whole), *(path.read_text() for path in write_tables(whole, tmp_path))]
    everybody = [*made.whole.members, *made.whole.waiting, *made.whole.absent]
    secrets = {found.name for found in everybody} | {COMMON_LINE, "Ada is", "Mon 10", "feedback/"}
    for found in everybody:
        known = found.result if isinstance(found, Member) else found
        secrets |= {known.login, known.student_id, known.email} - {""}
    secrets |= {found.result.digest for found in made.whole.members} | {
        found.result.path for found in made.whole.members
    }
    assert [(secret, text[:80]) for text in texts for secret in secrets if secret in text] == []
    assert {found.handed_in.minute for found in whole.members} == {0}
    assert {found.late_s % 3600 for found in whole.members} == {0}
    assert sum(found.is_late for found in whole.members) == len(made.roles["late"])
    page, named = BeautifulSoup(texts[0], "html.parser"), read(made.whole)
    assert words(page.find(class_="score")) == words(named.find(class_="score"))
    assert words(page.find(id="tasks").find_next("table")) == words(named.find(id="tasks").find_next("table"))


def test_a_page_without_names_takes_no_other_ones_place(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to a file of its own, tables too; and by no option over a page with names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.json").write_text(report.to_json([found.result for found in made.whole.members], "isolated"))
    invoke = lambda *more: CliRunner().invoke(main, ["report", "r.json", *more])  # noqa: E731
    assert invoke("--csv", "tables").exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "class.html", *(tmp_path / "tables").iterdir())}
    assert invoke("--anonymous", "--csv", "tables").exit_code == 0
    refused = invoke("--anonymous", "--output", "class.html")
    assert (refused.exit_code, "would be lost" in refused.output) == (2, True)
    assert {path: path.read_bytes() for path in before} == before
    assert (tmp_path / "class-anonymous.html").is_file()
    assert (tmp_path / "tables" / "students-anonymous.csv").is_file()


def test_a_section_alone_and_a_filter_for_names(made: Made, page: BeautifulSoup) -> None:
    """The page lets its reader choose a section's names, and a section can have a page of its own with its own figures."""
    assert [words(tag.parent) for tag in page.select(".filter input")] == ["all sections", "Mon 10", "Tue 14", "Wed 8"]
    number = {section: str(n) for n, section in enumerate(made.whole.sections, 1)}
    for tag in page.select("#students ~ details tr[data-s]"):
        assert tag["data-s"] == number[words(tag.find_all("td")[1])]
    alone = of_section(made.whole, "Tue 14")
    assert {found.result.section for found in alone.members} == {"Tue 14"}
    assert set(names(read(alone), "absent")) <= set(made.roles["absent"])
    assert not read(alone).select(".filter")
    keys = {found.key for found in alone.members}
    assert [two for two in made.whole.alike if {two.one, two.other} <= keys] == list(alone.alike)


def test_a_roster_tells_names_sections_and_who_is_missing(tmp_path: Path) -> None:
    """A course that knows logins alone gets names and sections from a roster, two of one name told apart."""
    text = 'name,login,section\n"Lovelace, Ada",x1,S1\nBob,x2,S2\nBob,x3,S2\n'
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    graded = Result("submitted/x1/bptt", "x1", 3.0, 30.0, "graded")
    whole = Class((Member(graded, page="x1.html"),), waiting=(Absent("x2"),))
    joined = with_roster(whole, read_roster(tmp_path / "roster.csv"))
    (ada,) = joined.members
    assert (ada.name, ada.result.login, ada.result.section, ada.page) == ("Lovelace, Ada", "x1", "S1", "x1.html")
    assert [(who.name, who.section) for who in (*joined.waiting, *joined.absent)] == [
        ("Bob (x2)", "S2"),
        ("Bob (x3)", "S2"),
    ]
    assert joined.sections == ["S1", "S2"]


def test_a_report_of_grade_links_to_the_pages_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `grade --feedback` has put them, by the names that it gives them; equal files are found, and what was left out."""
    monkeypatch.chdir(tmp_path)
    whole = made_class(40).whole
    one, other = (found.result for found in whole.graded[:2])
    results = [replace(one, student="Ada: B"), replace(other, student="Ada_ B", digest=one.digest, tasks=one.tasks)]
    text = report.to_json(results, "isolated").replace(
        '"left_out": []', '"left_out": [{"path": "x.pdf", "why": "it is a PDF"}]'
    )
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    (tmp_path / "pages").mkdir()
    for name in ("Ada_ B.html", "Ada_ B-2.html"):
        (tmp_path / "pages" / name).write_text("a page", encoding="utf-8")
    assert CliRunner().invoke(main, ["report", "r.json", "--feedback", "pages"]).exit_code == 0
    page = BeautifulSoup((tmp_path / "class.html").read_text(encoding="utf-8"), "html.parser")
    links = {words(tag): tag["href"] for tag in page.find_all("a") if "pages/" in tag["href"]}
    assert links == {"Ada: B": "pages/Ada_%20B.html", "Ada_ B": "pages/Ada_%20B-2.html"}
    assert "the same file: Ada: B Ada_ B" in said(page, "alike")
    assert "x.pdf was left out: it is a PDF" in said(page, "loose")
    assert from_report(text).members[0].result.student == "Ada: B"


def test_tables_hold_one_thing_in_a_cell(made: Made, tmp_path: Path) -> None:
    """Students are rows with the same columns as those of `grade --csv`, and a mistake is a row for each who made it."""
    read = {}
    for path in write_tables(made.whole, tmp_path / "tables"):
        assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")
        with open(path, encoding="utf-8-sig", newline="") as file:
            read[path.stem] = list(csv.DictReader(file))
    assert {row["student"] for row in read["students"]} == {
        found.name for found in (*made.whole.members, *made.whole.waiting, *made.whole.absent)
    }
    done = next(row for row in read["students"] if row["status"] == "graded" and row["penalty"] == "0.0")
    assert float(done["total"]) == pytest.approx(float(done["by_machine"]) + float(done["by_hand"]))
    assert done["max"] == "35.0"
    nobody = next(row for row in read["students"] if row["status"] == "handed in nothing")
    assert (nobody["total"], nobody["by_hand"], nobody["waits"]) == ("", "", "")
    (first, *_) = figures.mistakes(made.whole.graded)
    made_it = [row for row in read["misconceptions"] if row["misconception"] == COMMON]
    assert sorted(row["student"] for row in made_it) == sorted(found.name for found in first.members)
    assert {row["line"] for row in made_it} == {"4", "5", "7"}
    assert [row["same_file"] for row in read["alike"]] == ["yes", "no"]
    assert len(read["tasks"]) == len(figures.of_tasks(made.whole.graded))
    assert sum(int(row["passed"]) for row in read["checks"]) > 0


def test_the_command_reads_a_report_and_harms_nothing(made: Made, tmp_path: Path) -> None:
    """`report` writes page and tables from a report file; what it cannot read is one sentence, and the page stays."""
    (tmp_path / "r.json").write_text(
        report.to_json([found.result for found in made.whole.members], "isolated"), encoding="utf-8"
    )
    done = run(tmp_path, "autograder", "report", "r.json", "--csv", "tables")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert page == class_report.page(from_report((tmp_path / "r.json").read_text(encoding="utf-8")))
    (tmp_path / "r.json").write_text("{}", encoding="utf-8")
    for source in ("r.json", "nowhere.json", "tables"):
        done = run(tmp_path, "autograder", "report", source)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    assert (tmp_path / "class.html").read_text(encoding="utf-8") == page
