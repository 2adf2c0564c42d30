"""The class as a table: the kit's own, and the one that each platform takes. No failure becomes a zero."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.engine.core.result import CheckResult, Result, TaskResult
from autograder.engine.core.sender import NOBODY, Sender
from autograder.engine.grading.grade import NOT_OURS
from autograder.engine.intake.found import Found, LeftOut
from autograder.engine.people.roll import Roll, call_roll
from autograder.engine.people.roster import Roster, read_roster
from autograder.engine.reports.csv_file import row_writer
from autograder.engine.reports.grades import class_table, column_of, platform_table
from autograder.engine.reports.platforms import PLATFORMS, same_column

WRONG = CheckResult("values", False, "`b`: which index?")
TASKS = (
    TaskResult("a", 0.0, 3.0, "missing", (CheckResult("values", False, "`a`: it is not defined."),)),
    TaskResult("b", 1.5, 4.0, "failed", (CheckResult("shape", True), WRONG)),
)
GRADED = Result("", None, 1.5, 7.0, "graded", tasks=TASKS)
UNREAD = Result(
    "", None, 0.0, 7.0, "unreadable", "it is a PDF", tasks=tuple(replace(task, points=0.0) for task in TASKS)
)
FAILED = Result("", None, None, 7.0, "grader_error", "the grader itself failed")
MAXIMUM = 7.0


class Entry:
    """A submission that was found, and what judging it came to."""

    def __init__(self, student: str, result: Result = GRADED, sender: Sender = NOBODY, place: str = "") -> None:
        self.found = Found(Path("work") / (place or student), student, sender=sender)
        self.judged = result

    def result(self, found: Found) -> Result:
        return replace(self.judged, path=found.shown_place, student=found.shown_student).sent_by(found.sender)


def rostered(tmp_path: Path, text: str) -> Roster:
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    return read_roster(tmp_path / "roster.csv")


def called(entries: list[Entry], roster: Roster | None) -> tuple[Roll, list[Result]]:
    roll = call_roll([entry.found for entry in entries], roster)
    return roll, [entry.result(found) for entry, found in zip(entries, roll.found, strict=True)]


def kit_table(
    entries: list[Entry], roster: Roster | None = None, left_out: tuple[LeftOut, ...] = ()
) -> list[dict[str, str]]:
    """The rows of the kit's own table, by its titles."""
    out = io.StringIO()
    roll, results = called(entries, roster)
    assert list(class_table(results, roll, left_out, ["a", "b"], row_writer(out))) == results
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


def table_of(
    name: str, entries: list[Entry], roster: Roster | None = None, title: str = "bptt"
) -> tuple[list[list[str]], list[str], str]:
    """The rows of a platform's table, what is told besides, and the text."""
    out, told = io.StringIO(), []
    roll, results = called(entries, roster)
    platform = PLATFORMS[name]
    column = column_of(platform, title, MAXIMUM, roster)
    put = row_writer(out, platform.all_quoted)
    assert list(platform_table(results, roll, roster, platform, column, put, told.append)) == results
    return list(csv.reader(io.StringIO(out.getvalue(), newline=""))), told, out.getvalue()


def test_the_kits_table(tmp_path: Path) -> None:
    """A row for each student with all that is known, for who is missing, and for each file that was left out."""
    late = Sender("11", late=True, platform="canvas")
    entries = [
        Entry("lovelaceada", sender=late),
        Entry("bob", UNREAD),
        Entry("cyd", FAILED),
        Entry("=cmd", replace(GRADED, notes=(NOT_OURS,))),
    ]
    roster = rostered(
        tmp_path,
        'name,id,login,email,section\n"Lovelace, Ada",11,ada,a@x.org,S1\nBob,12,bob,,\nNina,13,nina,n@x.org,S2\n',
    )
    rows = kit_table(entries, roster, (LeftOut("zip/notes.pdf", "it is a PDF"),))
    who, points = "student student_id login email section", "by_machine by_hand penalty total max"
    assert list(rows[0]) == f"{who} a b {points} status late handed_in waits stale reason path".split()
    assert [cell for cell in rows[0].values() if cell] == [
        *("Lovelace, Ada", "11", "ada", "a@x.org", "S1", "0.0", "1.5"),
        *("1.5", "1.5", "7.0", "graded", "yes", "`b`: which index?", "work/lovelaceada"),
    ]
    assert [row["total"] for row in rows] == ["1.5", "0.0", "", "1.5", "", ""]
    assert [row["status"] for row in rows] == [
        "graded",
        "unreadable",
        "grader_error",
        "graded",
        "handed in nothing",
        "left out",
    ]
    assert {(row["a"], row["b"]) for row in rows if row["status"] != "graded"} == {("", "")}
    assert [row["reason"] for row in rows[1:4]] == ["it is a PDF", "the grader itself failed", NOT_OURS]
    assert rows[3]["student"] == "'=cmd"
    assert [rows[4][title] for title in ("student", "student_id", "email", "section")] == [
        "Nina",
        "13",
        "n@x.org",
        "S2",
    ]
    assert (rows[5]["path"], rows[5]["reason"], rows[5]["student"]) == ("zip/notes.pdf", "it is a PDF", "")


def test_a_row_is_written_before_the_next_result_is_asked_for() -> None:
    """No more than one result is held, however large the class."""
    entry, asked, rows = Entry("ada"), [], []
    roll = Roll((entry.found,) * 5, (None,) * 5, (False,) * 5)
    results = (asked.append(number) or entry.result(entry.found) for number in range(5))
    for number, _ in enumerate(class_table(results, roll, (), [], rows.append)):
        assert len(asked) == number + 1
        assert len(rows) == number + 2  # and the titles


def test_whose_row_was_not_joined_is_not_said_to_have_handed_in_nothing_for_sure(tmp_path: Path) -> None:
    """Of two people of one name, whose work could not be given to either, the row says that it may be there."""
    rows = kit_table([Entry("Li Wei")], rostered(tmp_path, "name,id\nLi Wei,1\nWei Li,2\n"))
    assert [row["reason"] for row in rows[1:]] == ["a submission may be this student's and was not joined"] * 2


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,BPTT (77),Other (78)\n    Points Possible,,,,,35,10\n"
    '"Lovelace, Ada",11,s11,ada,S1,,1\n"Builder, Bob",12,s12,bob,S1,3,2\n"Cyd, C",13,s13,cyd,S2,5,\n"Nina, N",14,s14,nina,S2,7,\n'
)


def test_canvas_with_its_own_table(tmp_path: Path) -> None:
    """Ids, the column's own title and its maximum stay, and so does the grade of who was not judged or is missing."""
    entries = [Entry("lovelaceada", sender=Sender("11", platform="canvas")), Entry("bob", UNREAD), Entry("cyd", FAILED)]
    rows, told, _ = table_of("canvas", entries, rostered(tmp_path, CANVAS))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "BPTT (77)"],
        ["    Points Possible", "", "", "", "", "35"],
        ["Lovelace, Ada", "11", "s11", "ada", "S1", "1.5"],
        ["Builder, Bob", "12", "s12", "bob", "S1", "0.0"],
        ["Cyd, C", "13", "s13", "cyd", "S2", "5"],
        ["Nina, N", "14", "s14", "nina", "S2", "7"],
    ]
    assert told == ["0 points are in the table for what could not be read: bob"]


def test_a_column_that_the_platforms_table_has_not(tmp_path: Path) -> None:
    """A title that is not on the platform's own table is told, since the platform makes a new column of it."""
    _, told, _ = table_of("canvas", [Entry("ada")], rostered(tmp_path, CANVAS), title="Typo")
    assert told == ["the roster has no column 'Typo', so canvas makes a new one: --column names another"]


def test_canvas_without_a_roster() -> None:
    """Its download's numbers are enough; a folder of nbgrader's is a login; who is neither has no points, and is named."""
    entries = [
        Entry("doejane", sender=Sender("4711", platform="canvas")),
        Entry("ada"),
        Entry("Jo", sender=Sender("5", platform="moodle")),
        Entry("broken", FAILED, Sender("4712", platform="canvas")),
        Entry("anon_48213", sender=Sender("48213", platform="canvas")),
    ]
    rows, told, _ = table_of("canvas", entries, title="BPTT")
    assert rows[0][-1] == "BPTT"
    assert rows[1][-1] == "7.0"
    assert [row[:2] + row[3:4] + row[5:] for row in rows[2:]] == [
        ["doejane", "4711", "", "1.5"],
        ["ada", "", "ada", "1.5"],
        ["Jo", "", "", ""],
        ["broken", "4712", "", ""],
        ["anon_48213", "", "", ""],
    ]
    assert told == ["no points are in the table for whom canvas could not find by it (give a --roster): Jo, anon_48213"]


def test_another_platforms_number_is_not_written(tmp_path: Path) -> None:
    """Moodle's number of a student never stands in Canvas's column of ids, whichever table the number came from."""
    sheet = "Identifier,Full name,Email address,Last modified (grade)\nParticipant 7,Ada Lovelace,a@x.org,-\n"
    rows, _, _ = table_of(
        "canvas", [Entry("Ada Lovelace", sender=Sender("7", platform="moodle"))], rostered(tmp_path, sheet)
    )
    assert rows[2][1] == ""


MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed","Last modified (submission)",'
    '"Last modified (grade)","Feedback comments"\n'
    '"Participant 4711","Ada Lovelace",a@x.org,"Submitted for grading",12.00,35.00,Yes,"Monday, 1 June 2026, 9:00 AM","Tuesday, 2 June 2026, 9:00 AM",Good\n'
    '"Participant 4712","Nina N",n@x.org,"No submission",,35.00,Yes,-,-,\n'
)


def test_moodle_with_its_worksheet(tmp_path: Path) -> None:
    """The worksheet's times stay, by which Moodle sees what has changed since; comments are left alone."""
    rows, _, _ = table_of(
        "moodle", [Entry("Ada Lovelace", sender=Sender("4711", platform="moodle"))], rostered(tmp_path, MOODLE)
    )
    assert rows[0][0] == "Identifier"
    assert "Feedback comments" not in rows[0]
    ada, nina = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert (ada["Identifier"], ada["Grade"], ada["Maximum grade"]) == ("Participant 4711", "1.5", "35.00")
    assert ada["Last modified (grade)"] == "Tuesday, 2 June 2026, 9:00 AM"
    assert (nina["Identifier"], nina["Grade"]) == ("Participant 4712", "")


def test_moodle_without_a_roster() -> None:
    """The three columns that its importer asks for are there; a participant's number comes from the download."""
    rows, told, _ = table_of(
        "moodle",
        [Entry("Ada", sender=Sender("4711", platform="moodle")), Entry("x", FAILED, Sender("4712", platform="moodle"))],
    )
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(row["Identifier"], row["Grade"], row["Last modified (grade)"]) for row in found] == [
        ("Participant 4711", "1.5", ""),
        ("Participant 4712", "", ""),
    ]
    assert told == []


def test_blackboard(tmp_path: Path) -> None:
    """Every cell stands in quotes; the column's number comes from its own table or from the title that was given."""
    roster = rostered(
        tmp_path,
        '"Last Name","First Name","Username","Availability","BPTT [Total Pts: 35 Score] |664617"\n"Lovelace","Ada","ada","Yes",""\n',
    )
    _, _, text = table_of("blackboard", [Entry("ada", sender=Sender("ada", platform="blackboard"))], roster)
    assert (
        text
        == '"Last Name","First Name","Username","BPTT [Total Pts: 35 Score] |664617"\r\n"Lovelace","Ada","ada","1.5"\r\n'
    )
    rows, _, _ = table_of(
        "blackboard", [Entry("ada", sender=Sender("ada", platform="blackboard"))], title="BPTT [Total Pts: 35] |9"
    )
    assert rows[0][3] == "BPTT [Total Pts: 35] |9"
    assert rows[1] == ["", "", "ada", "1.5"]
    assert table_of("blackboard", [Entry("ada")])[0][0][3] == "bptt [Total Pts: 7 Score]"


def test_brightspace(tmp_path: Path) -> None:
    """The number in its download's names is not the one that it imports by: that one is on its own table."""
    sent = Entry("Ada Lovelace", sender=Sender("90210", platform="brightspace"))
    roster = rostered(
        tmp_path,
        "OrgDefinedId,Username,Last Name,First Name,BPTT Points Grade <Numeric MaxPoints:35>,End-of-Line Indicator\n#s11,#ada,Lovelace,Ada,,#\n",
    )
    rows, told, _ = table_of("brightspace", [sent], roster)
    assert rows == [
        ["OrgDefinedId", "Username", "BPTT Points Grade <Numeric MaxPoints:35>", "End-of-Line Indicator"],
        ["s11", "ada", "1.5", "#"],
    ]
    assert told == []
    rows, told, _ = table_of("brightspace", [sent])
    assert rows == [["OrgDefinedId", "Username", "bptt Points Grade", "End-of-Line Indicator"], ["", "", "", "#"]]
    assert told == [
        "no points are in the table for whom brightspace could not find by it (give a --roster): Ada Lovelace"
    ]


def test_gradescope(tmp_path: Path) -> None:
    """The form of its own export: who has no points is Missing there."""
    roster = rostered(
        tmp_path, "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,s11,a@x.org,S1\nNina,N,s12,n@x.org,S1\n"
    )
    rows, told, _ = table_of("gradescope", [Entry("Ada Lovelace", sender=Sender("s11", platform="gradescope"))], roster)
    assert rows == [
        ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status"],
        ["Ada", "Lovelace", "s11", "a@x.org", "S1", "1.5", "7.0", "Graded"],
        ["Nina", "N", "s12", "n@x.org", "S1", "", "7.0", "Missing"],
    ]
    assert told == ["gradescope takes no table of grades: this one has the form of its own export"]


@pytest.mark.parametrize("name", list(PLATFORMS))
def test_who_handed_in_twice_has_no_points(name: str) -> None:
    """Neither row says which one counts, and a sentence says so; nobody who failed or is missing has a zero."""
    sender = Sender("7", platform=name)
    rows, told, _ = table_of(
        name, [Entry("ada", sender=sender), Entry("ada", sender=sender, place="again"), Entry("bob", FAILED)]
    )
    cells = [
        cell
        for row in rows[1 + len(list(PLATFORMS[name].before(column_of(PLATFORMS[name], "bptt", 7.0, None)))) :]
        for cell in row
    ]
    assert not {"1.5", "0", "0.0"} & set(cells)
    assert "no points are in the table for who handed in more than once (grade the one that counts): ada, ada" in told


def test_which_column_is_meant() -> None:
    """A title is found without what the platform adds to it, and not where two could be meant."""
    titles = ["BPTT (77)", "Quiz (1)", "Quiz (2)", "P [Total Pts: 3 Score] |9", "Q Points Grade <Numeric>"]
    assert same_column("bptt", titles) == "BPTT (77)"
    assert same_column("Quiz (2)", titles) == "Quiz (2)"
    assert same_column("quiz", titles) == ""
    assert same_column("p", titles) == "P [Total Pts: 3 Score] |9"
    assert same_column("q Points Grade", titles) == "Q Points Grade <Numeric>"
