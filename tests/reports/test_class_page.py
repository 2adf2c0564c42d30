"""The page of a class: each question of an instructor has one place that answers it, found by its heading."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from made_class import BY_CHANCE, COMMON, COMMON_LINE, HARD, Made, made_class
from reading import names, place, read, said, words

from autograder.engine.reports import figures, report
from autograder.engine.reports.pages import points
from autograder.engine.reports.pages.feedback import title_of
from autograder.engine.reports.whole_class import Class, Member, from_report


@pytest.fixture(scope="module")
def made() -> Made:
    return made_class(150)


@pytest.fixture(scope="module")
def page(made: Made) -> BeautifulSoup:
    return read(made.whole)


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


def test_one_wrong_clock_hides_nobodys_time(made: Made, page: BeautifulSoup) -> None:
    """Who handed in years away from all others is counted beside the picture of times, and does not change it."""
    first, *others = made.whole.members
    for year in (1990, 2199, 9999):
        odd = replace(first, handed_in=datetime(year, 12, 31, 23, tzinfo=UTC))
        shown = read(replace(made.whole, members=(odd, *others))).find(id="time").find_next("figure")
        assert "Not drawn: 1 submission" in words(shown)
        ours, theirs = (
            found.find("svg").find_all("rect") for found in (shown, page.find(id="time").find_next("figure"))
        )
        assert len(ours) in (len(theirs), len(theirs) - 1)


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


def test_which_tasks_tell_little_is_said_where_it_is_known(made: Made) -> None:
    """Points go together with those of others where that is known; else it is said whether few or equal points are why."""
    good = next(found for found in made.whole.graded if found.result.score > 20)
    tasks = tuple(replace(task, points=task.max_points, status="passed") for task in good.result.tasks)
    right = replace(good.result, tasks=tasks)
    none = replace(good.result, tasks=(tasks[0], *(replace(task, points=0.0, status="failed") for task in tasks[1:])))
    for results, sentence in {
        (replace(right, tasks=()),) * 19: "Of tasks there is nothing to say.",
        (right,) * 19: "No task is very hard. Which ones tell little cannot be said of so few students.",
        (right,) * 40: "No task is very hard. Which ones tell little cannot be said where all have the same.",
        (right, right, none) * 10: "No task is very hard, and each one's points go together with those of the others, "
        f"but that cannot be said where all have the same: {tasks[0].id} .",
    }.items():
        members = tuple(
            replace(good, result=replace(result, path=str(n), student=f"s{n}")) for n, result in enumerate(results)
        )
        page = read(replace(made.whole, members=members, alike=()))
        assert words(page.find(id="unfair")) == sentence


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
    assert "not known of those who are not graded yet" in said(read(done), "by-hand")
    assert "all that were handed in are graded." in said(read(replace(done, waiting=())), "by-hand")
    assert "not known" in said(read(replace(made.whole, by_hand=None)), "by-hand")


@pytest.mark.parametrize("role", ["unreadable", "failed", "nobody"])
def test_where_nobody_is_judged_there_are_no_figures(made: Made, role: str) -> None:
    """The page says so in place of each figure: no median of 0 points, and no class without a mistake."""
    only = tuple(found for found in made.whole.members if found.name in made.roles.get(role, ()))
    page = read(replace(made.whole, members=only, alike=()))
    assert "Nobody's work is judged yet." in words(page.find("header"))
    text = words(page)
    for figure in ("median is", "is the median", "Half of the class has", "No task is very hard", "Nobody stops"):
        assert figure not in text
    assert "nobody is graded yet" in said(page, "help")


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


def test_the_names_of_a_large_class_are_folded_away_and_those_of_a_small_one_are_not() -> None:
    """A page of 1,000 shows a screen or two of names before one opens a list; on that of 20 nothing is hidden."""
    large, small = read(made_class(1000).whole), read(made_class(20).whole)
    assert not small.find_all("details", class_=False)[1:]
    for folded in large.find_all("details"):
        folded.extract()
    assert len(large.select(".who li")) < 400
