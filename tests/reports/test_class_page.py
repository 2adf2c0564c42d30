"""The page of a class: each question of an instructor has one place that answers it, found by its heading."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner
from made_class import BY_CHANCE, COMMON, COMMON_LINE, HARD, Made, made_class
from support import run

from autograder.engine.cli.main import main
from autograder.engine.core.result import Result, TaskResult
from autograder.engine.people.roster import read_roster
from autograder.engine.reports import figures, report
from autograder.engine.reports.anonymous import anonymous
from autograder.engine.reports.class_tables import write_tables
from autograder.engine.reports.on_roster import with_roster
from autograder.engine.reports.pages import class_report, points
from autograder.engine.reports.pages.feedback import title_of
from autograder.engine.reports.whole_class import Absent, Class, Member, from_report, of_section

HEADINGS = ("h1", "h2", "h3")


@pytest.fixture(scope="module")
def made() -> Made:
    return made_class(150)


@pytest.fixture(scope="module")
def page(made: Made) -> BeautifulSoup:
    return read(made.whole)


def read(whole: Class) -> BeautifulSoup:
    return BeautifulSoup(class_report.page(whole), "html.parser")


def words(*parts: Tag) -> str:
    return " ".join(" ".join(part.get_text(" ") for part in parts).split())


def place(page: BeautifulSoup, anchor: str) -> list[Tag]:
    """What stands below a heading with this anchor, up to the next heading of its level; else the element itself."""
    found = page.find(id=anchor)
    assert isinstance(found, Tag), anchor
    if found.name not in HEADINGS:
        return [found]
    below = [found]
    for tag in found.find_next_siblings():
        if tag.name in HEADINGS and tag.name <= found.name:
            break
        below.append(tag)
    return below


def said(page: BeautifulSoup, anchor: str) -> str:
    return words(*place(page, anchor))


def names(page: BeautifulSoup, anchor: str) -> list[str]:
    return [words(tag) for part in place(page, anchor) for tag in part.select(".who li")]


def member(made: Made, name: str) -> Member:
    return next(found for found in made.whole.members if found.name == name)


def test_who_needs_help_today(page: BeautifulSoup, made: Made) -> None:
    """Those with less than half of the points, the fewest first, each with the task and the mistake to talk about."""
    low = sorted(
        (found for found in made.whole.graded if found.result.score < 15), key=lambda one: (one.result.score, one.name)
    )
    assert names(page, "help") == [found.name for found in low]
    text = said(page, "help")
    assert text.count("tried nothing yet") == 1
    stuck = next(found for found in low if (task := figures.first_open(found)) and task.status == "failed")
    task = figures.first_open(stuck)
    row = next(tag for part in place(page, "help") for tag in part.select(".row") if stuck.name in words(tag))
    assert f"{points(stuck.result.score)} points; stops at {task.id} : {figures_of(task)}" in words(row)


def test_many_who_need_help_are_told_by_what_they_need() -> None:
    """In a large class those who stop at the same thing stand together, the most first."""
    rows = read(made_class(1000).whole).find(id="help").find_next_sibling("ul").select(".row")
    sizes = [len(row.select(".who li")) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert "stops at" in words(rows[0])


def figures_of(task) -> str:
    return title_of(known) if (known := figures.known_in(task)) else "not right"


def test_whose_work_could_not_be_read_and_why(page: BeautifulSoup, made: Made) -> None:
    """Each of them is named beside the reason, and so is whom the grader failed on."""
    assert sorted(names(page, "unreadable")) == sorted(made.roles["unreadable"])
    for name in made.roles["unreadable"]:
        row = next(tag for part in place(page, "unreadable") for tag in part.select(".row") if name in words(tag))
        assert member(made, name).result.message in words(row)
    assert names(page, "grader-errors") == made.roles["failed"]
    assert "no space left" in said(page, "grader-errors")


def test_who_handed_in_nothing(page: BeautifulSoup, made: Made) -> None:
    """All of them, and apart from them who handed in and is not graded yet."""
    assert names(page, "absent") == sorted(made.roles["absent"])
    assert names(page, "not-graded") == sorted(made.roles["waiting"])


def test_who_was_late(page: BeautifulSoup, made: Made) -> None:
    """All who were, with how late it was and what was taken off."""
    assert sorted(names(page, "late")) == sorted(made.roles["late"])
    assert re.search(r"(2 h 30 min|30 min|1 d 3 h) late", said(page, "late"))


def test_which_task_was_unfair(page: BeautifulSoup) -> None:
    """The task that goes by chance and the one that hardly anybody solves are named, with the figure, and no other."""
    unfair = said(page, "unfair") + " " + words(page.find(id="unfair").find_next("ul"))
    assert f"{BY_CHANCE} says little about the other tasks: discrimination" in unfair
    assert f"{HARD} is very hard:" in unfair
    assert len(page.find(id="unfair").find_next("ul").find_all("li")) == 2


def test_the_most_common_mistake(page: BeautifulSoup, made: Made) -> None:
    """It comes first, with all who made it, at the lines as they wrote them."""
    (first, *_) = figures.mistakes(made.whole.graded)
    assert first.id == COMMON
    text = said(page, "mistakes")
    assert f"The most common one is “{title_of(COMMON)}”: {len(first.members)} students made it." in text
    heading = page.find(id="mistakes").find_next("h3")
    assert words(heading).startswith(f"{len(first.members)} · {title_of(COMMON)}")
    top = heading.find_next_sibling("ul")
    assert sorted(words(tag) for tag in top.select(".who li")) == sorted(found.name for found in first.members)
    assert f"{COMMON_LINE} line 4, 5, 7" in words(top.select(".row")[0])


def test_where_students_stop(page: BeautifulSoup, made: Made) -> None:
    """Each task with those for whom it is the first that is not right."""
    rows = [tag for part in place(page, "stops") for tag in part.select(".row")]
    for row, stop in zip(rows, figures.stops(made.whole.graded), strict=True):
        assert words(row).startswith(f"{len(stop.members)} at {stop.task}")
        assert [words(tag) for tag in row.select(".who li")] == [found.name for found in stop.members]
        for found in stop.members:
            states = {task.id: task.status for task in found.result.tasks}
            before = list(states)[: list(states).index(stop.task)]
            assert {states[task] for task in before} <= {"passed"} != {states[stop.task]}
    assert sum(len(row.select(".who li")) for row in rows) == sum(
        bool(figures.first_open(one)) for one in made.whole.graded
    )


def test_is_my_hand_grading_done(page: BeautifulSoup, made: Made) -> None:
    """Who waits, and for which answer; where nobody does, the same place says so; and where it is not known."""
    assert sorted(names(page, "by-hand")) == sorted(made.roles["by_hand"])
    assert "wait to be graded by hand" in said(page, "by-hand")
    done = replace(made.whole, members=tuple(replace(found, waits=()) for found in made.whole.members))
    assert "all that were handed in are graded." in said(read(done), "by-hand")
    assert "not known" in said(read(replace(made.whole, by_hand=None)), "by-hand")


def test_are_two_works_the_same(page: BeautifulSoup, made: Made) -> None:
    """Equal files and likely copies stand in one list, which says that it is no verdict."""
    text = said(page, "alike")
    assert "the same file: " + " ".join(made.roles["same_file"]) in text
    assert "weight 412: " + " ".join(made.roles["alike"]) in text
    assert "not who copied" in text
    none = said(read(replace(made.whole, alike=())), "alike")
    assert none.startswith("Likely the same work : nobody.")


def test_did_everyone_get_graded_by_the_same_checks(page: BeautifulSoup, made: Made) -> None:
    """Two versions are told in words, with those who were judged by the rarer one; one version is told, too."""
    few, most = len(made.roles["older"]), len(made.whole.graded) - len(made.roles["older"])
    assert f"2 versions of the checks are in this class: {most} were graded with c0ffee" in said(page, "versions")
    assert names(page, "versions") == made.roles["older"]
    assert "with 0ld0123456789abc" in said(page, "versions")
    assert len(names(page, "stale")) == few
    same = replace(made.whole, members=tuple(found for found in made.whole.members if not found.stale))
    assert f"all {most} were graded by the same checks" in said(read(same), "versions")


def test_every_name_leads_to_its_feedback_page(page: BeautifulSoup, made: Made) -> None:
    """Where it has one; every task leads to its spread, and no link leads nowhere."""
    with_page = {found.name: found.page for found in made.whole.members if found.page}
    for tag in page.select(".who li"):
        link = tag.find("a")
        assert (link["href"] if link else "") == with_page.get(words(tag), "")
    ids = {tag["id"] for tag in page.find_all(id=True)}
    inner = [tag["href"].removeprefix("#") for tag in page.find_all("a") if tag["href"].startswith("#")]
    assert set(inner) <= ids
    for task in figures.of_tasks(made.whole.graded):
        assert f"spread-{task.id}" in inner
        below = said(page, f"spread-{task.id}")
        assert all(f"{check.asks} {check.passed} of {check.tried}" in below for check in task.checks)


def test_discrimination_says_nothing_where_there_is_nothing_to_say(made: Made) -> None:
    """It is the correlation with the other tasks' sum; for few students, and where all have the same, it is not there."""
    graded = made.whole.graded
    some = figures.of_tasks(graded[: figures.LEAST_STUDENTS - 1])
    assert {task.discrimination for task in some} == {None}
    alike = [(found, replace(found.result.tasks[0], points=1.0)) for found in graded]
    assert figures.discrimination(alike) is None
    by_id = {task.id: task.discrimination for task in figures.of_tasks(graded)}
    assert by_id["forward"] > 0.4 > figures.WEAK > abs(by_id[BY_CHANCE])


def test_discrimination_leaves_the_task_itself_out() -> None:
    """A task whose points have nothing to do with those of the others has none, however much it weighs in the total."""
    members = []
    for number in range(24):
        pair = (number % 2, number // 2 % 2)
        tasks = tuple(TaskResult(name, 9.0 * points, 9.0, "failed") for name, points in zip("ab", pair, strict=True))
        members.append(Member(Result(f"{number}", None, 9.0 * sum(pair), 18.0, "graded", tasks=tasks)))
    assert [task.discrimination for task in figures.of_tasks(members)] == pytest.approx([0.0, 0.0])


def test_a_check_is_counted_by_its_id(made: Made) -> None:
    """Where another version of the checks had one less, nobody who was not asked it counts for it."""
    one, other = [found for found in made.whole.graded if found.result.tasks[0].status != "missing"][:2]
    first, *rest = other.result.tasks
    fewer = replace(other.result, tasks=(replace(first, checks=first.checks[1:]), *rest))
    (task, *_) = figures.of_tasks([one, replace(other, result=fewer)])
    assert [check.tried for check in task.checks] == [1, *[2] * (len(task.checks) - 1)]


def test_nothing_to_do_is_said(made: Made) -> None:
    """A class in which all is well, and an empty one, have pages that say so."""
    good = next(found for found in made.whole.graded if found.result.score > 20 and not found.is_late)
    well = replace(
        made.whole, members=(replace(good, waits=(), stale=""),), waiting=(), absent=(), alike=(), remarks=()
    )
    assert "Nothing waits for you." in said(read(well), "now")
    assert "0 handed in: 0 are graded." in words(read(Class(())))


def test_what_a_report_does_not_know_is_not_said_to_be_well(made: Made) -> None:
    """A report of `grade` without a roster knows nobody who is missing, late or out of date; the page does not say that nobody is."""
    page = read(from_report(report.to_json([found.result for found in made.whole.members], "isolated")))
    for anchor in ("absent", "late", "stale", "by-hand"):
        assert "not known" in said(page, anchor), anchor
    assert "Not known" in said(page, "time")


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


def test_the_names_of_a_large_class_are_folded_away_and_those_of_a_small_one_are_not() -> None:
    """A page of 1,000 shows a screen or two of names before one opens a list; on that of 20 nothing is hidden."""
    large, small = read(made_class(1000).whole), read(made_class(20).whole)
    assert not small.find_all("details", class_=False)[1:]
    for folded in large.find_all("details"):
        folded.extract()
    assert len(large.select(".who li")) < 400


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
