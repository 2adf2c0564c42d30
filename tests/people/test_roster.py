"""Rosters of every platform and of none: which columns are found, who is left out, and what is refused in one sentence."""

from contextlib import suppress
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from autograder.engine.people.roster import Roster, RosterError, read_roster

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,BPTT (77),Current Score\n"
    ",,,,,Manual Posting,\n"
    "    Points Possible,,,,,35,(read only)\n"
    '"Lovelace, Ada",11,s11,ada,"Dept, A",3,8.57\n'
    '"Student, Test",14,,9f2b,S1,,\n'
)
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Last modified (grade)","Feedback comments"\n'
    '"Participant 4711","Ada Lovelace",ada@example.org,"Submitted for grading",,35.00,-,\n'
)
BLACKBOARD = (
    '"Last Name","First Name","Username","Student ID","Last Access","Availability","BPTT [Total Pts: 35 Score] |664617"\n'
    '"Lovelace","Ada","ada","s11","","Yes",""\n'
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Email,BPTT Points Grade <Numeric MaxPoints:35>,End-of-Line Indicator\n"
    "#s11,#ada,Lovelace,Ada,ada@example.org,,#\n"
)
GRADESCOPE = "First Name,Last Name,SID,Email,Role,Sections\nAda,Lovelace,s11,ada@example.org,Student,S1\nT,A,,t@x,TA,\n"


@pytest.fixture
def read(tmp_path: Path):
    """read(content): the roster in a file of this text or these bytes."""

    def made(content: str | bytes) -> Roster:
        path = tmp_path / "roster.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_roster(path)

    return made


@pytest.mark.parametrize(
    ("text", "kind", "number", "id", "login", "email", "section"),
    [
        (CANVAS, "canvas", "11", "s11", "ada", "", "Dept, A"),
        (MOODLE, "moodle", "4711", "", "", "ada@example.org", ""),
        (BLACKBOARD, "blackboard", "", "s11", "ada", "", ""),
        (BRIGHTSPACE, "brightspace", "", "s11", "ada", "ada@example.org", ""),
        (GRADESCOPE, "gradescope", "", "s11", "", "ada@example.org", "S1"),
        ("First name,Surname,ID number,Email address,Groups\nAda,Lovelace,s11,ada@example.org,G\n", "", "", "s11", "", "ada@example.org", "G"),
        ("e-mail ; STUDENT-ID;Full_Name\nada@example.org;s11;Ada Lovelace\n", "", "", "s11", "", "ada@example.org", ""),
        ("name\tlogin\nAda Lovelace\tada\n", "", "", "", "ada", "", ""),
        ("identifier,github_username,github_id,name\ns11,ada,99,Ada Lovelace\n", "", "", "s11", "ada", "", ""),
        ("identifier,github_username,github_id,name\nAda Lovelace,ada,99,\n", "", "", "Ada Lovelace", "ada", "", ""),
        ("Student,ID,Section\nAda Lovelace,s11,A\n", "", "", "s11", "", "", "A"),
        ("sep=;\nname;id\nAda Lovelace;s11\n", "", "", "s11", "", "", ""),
        ("Deep Learning 2026\n\nCourse;DL\nname;id\nAda Lovelace;s11\n", "", "", "s11", "", "", ""),
        ("name,email,email\nAda Lovelace,ada@example.org,\n", "", "", "", "", "ada@example.org", ""),
        ('name\tsection\n"Lovelace, Ada"\t"a, b; c"\n', "", "", "", "", "", "a, b; c"),
        ("Ada Lovelace,ada@example.org\n", "", "", "", "", "ada@example.org", ""),
        ("s11;Ada Lovelace\n", "", "", "s11", "", "", ""),
    ],
)  # fmt: skip
def test_each_platforms_table(
    read, text: str, kind: str, number: str, id: str, login: str, email: str, section: str
) -> None:
    """Whatever a table is called and separated by, the one student of it is found with all that it says."""
    found = read(text)
    (person,) = found.people
    assert (found.kind, person.number, person.id, person.login, person.email, person.section) == (
        kind, number, id, login, email, section,
    )  # fmt: skip
    assert person.last_first in ("Lovelace, Ada", "Ada Lovelace")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(read, encoding: str, end: str) -> None:
    """UTF-8 with and without its mark and Excel's UTF-16 hold the same names, and so do all ends of lines."""
    data = f"name\tid{end}Zoë Łukasiewicz\t7{end}".encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    assert [person.name for person in read(data).people] == ["Zoë Łukasiewicz"]


def test_the_points_that_a_column_can_bring_are_kept(read) -> None:
    """Canvas's row of points possible is no student; it is kept, and so is what stands in each column."""
    found = read(CANVAS)
    assert found.possible["BPTT (77)"] == "35"
    assert found.people[0].row["BPTT (77)"] == "3"


def test_a_student_in_two_rows_is_one(read) -> None:
    """The same row twice is one student; two students of one name are two."""
    assert len(read("name,id\nAda,1\nAda,1\nAda,2\n").people) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04xyz", "is an Excel workbook: save it as CSV"),
        ("name\nZo\xeb\n".encode("latin-1"), "is not UTF-8"),
        (b'name,id\n"Lovelace, Ada,1\nBob,2\n', "is no table (unexpected end of data)"),
        (b"name,id\n", "names no student"),
        (b"section\nA\n", "no column that tells who is who: its first line (section)"),
        (b"time,x,y,z\n1,2,3,4\n", "no column that tells who is who"),
        (b"def f(x):\n    return x\n", "no column that tells who is who"),
        (b"name,id\nDoe, Jane,7\n", "its row 2 has more cells than titles"),
        (b"name\n" + b"x" * 200_000, "is no table"),
        (b"nam\0e,id\nx,1\n", "null characters"),
    ],
)
def test_what_is_no_roster_is_one_sentence(read, content: bytes, says: str) -> None:
    """A file that is no roster is refused with its name, the reason, and what to do."""
    with pytest.raises(RosterError) as refused:
        read(content)
    assert says in str(refused.value)
    assert "roster.csv" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_roster_that_cannot_be_opened(tmp_path: Path) -> None:
    """A folder and a file that is not there are told as such."""
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(RosterError, match="cannot be read"):
            read_roster(path)


@given(st.one_of(st.binary(max_size=80), st.text('name,id;email\t"\n\rA@ 7\ufeffé', max_size=80).map(str.encode)))
def test_any_file_is_a_roster_or_is_told(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever a file holds, it is read or refused with a sentence, and nothing else comes of it."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(RosterError):
        assert read_roster(path).people
