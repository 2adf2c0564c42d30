"""Downloads that are rarer: other languages, hidden names, one student alone, clones, cut archives, several in one folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from packing import HANDOUT, PS1, Files, as_folder, as_wrapped_zip, as_zip, read, whose, work, zip_of

from autograder.engine.intake.collecting import collected

Expected = list[tuple[str, str]]
FORMS = (as_folder, as_zip, as_wrapped_zip)
_MOODLES = "_assignsubmission_file_/bptt.ipynb"
_GIT = "/.git/HEAD"

ODD: dict[str, tuple[Files, Expected]] = {
    "canvas, nobody has sent a notebook": (
        {"doejane_1_2_x.pdf": b"", "roeryan_2_3_y.docx": b""},
        [("doejane", ""), ("roeryan", "")],
    ),
    "canvas, uploads of a quiz": (
        {"doejane11_question_1_90_bptt.ipynb": work("j"), "roeryan12_question_1_91_bptt.ipynb": work("r")},
        [("doejane11_question", "j"), ("roeryan12_question", "r")],
    ),
    "moodle, hidden names in German": (
        {f"Teilnehmerin_12{_MOODLES}": work("j"), f"Teilnehmerin_13{_MOODLES}": work("k")},
        [("Teilnehmerin 12", "j"), ("Teilnehmerin 13", "k")],
    ),
    "moodle, teams": (
        {f"Team A-Jane_12{_MOODLES}": work("a"), f"Team A-Ryan_13{_MOODLES}": work("a")},
        [("Team A-Jane", "a"), ("Team A-Ryan", "a")],
    ),
    "moodle, one student": ({f"O'Neil, Zoë_12{_MOODLES}": work("z")}, [("O'Neil, Zoë", "z")]),
    "blackboard in Spanish": (
        {
            "HW_jdoe_intento_2026-03-01-10-30-00_bptt.ipynb": work("j"),
            "HW_rroe_intento_2026-03-01-10-30-00_bptt.ipynb": work("r"),
        },
        [("jdoe", "j"), ("rroe", "r")],
    ),
    "blackboard, logins that begin alike": (
        {
            "HW_j_doe_attempt_2026-03-01-10-30-00_bptt.ipynb": work("j"),
            "HW_j_doe_attempt_2026-03-01-10-30-00.txt": b"Name: Jane Doe (j_doe)\r\nAssignment: HW\r\n",
            "HW_j_roe_attempt_2026-03-01-10-30-00_bptt.ipynb": work("r"),
            "HW_j_roe_attempt_2026-03-01-10-30-00.txt": b"Name: Jim Roe (j_roe)\nAssignment: HW\n",
        },
        [("j_doe", "j"), ("j_roe", "r")],
    ),
    "brightspace in French": (
        {
            "101-7 - Zoé Côté - 28 févr. 2026 2130/bptt.ipynb": work("too early"),
            "101-7 - Zoé Côté - 1 mars 2026 0930/bptt.ipynb": work("z"),
            "102-7 - Luc - 9 juin 2026 0930/bptt.ipynb": work("too early"),
            "102-7 - Luc - 1 juil. 2026 0930/bptt.ipynb": work("l"),
        },
        [("Luc", "l"), ("Zoé Côté", "z")],
    ),
    "brightspace, around midnight and without numbers": (
        {
            "Jane Doe - Dec 31, 2025 1159 PM/bptt.ipynb": work("too early"),
            "Jane Doe - Jan 1, 2026 1205 AM/bptt.ipynb": work("j"),
            "Ryan - Mar 9, 2026 1205 PM/bptt.ipynb": work("r"),
        },
        [("Jane Doe", "j"), ("Ryan", "r")],
    ),
    "clones beside their starter": (
        {
            **{"hw5/bptt.ipynb": HANDOUT, f"hw5{_GIT}": b""},
            **{"hw5-jane/bptt.ipynb": HANDOUT, "hw5-jane/my.ipynb": work("j"), f"hw5-jane{_GIT}": b""},
            **{"hw5-ryan/assignment/bptt/bptt.ipynb": work("r"), f"hw5-ryan{_GIT}": b""},
        },
        [("jane", "j"), ("ryan", "r")],
    ),
    "clones of teams": (
        {
            **{"hw5-team-a/bptt.ipynb": work("a"), f"hw5-team-a{_GIT}": b""},
            **{"hw5-team-b/bptt.ipynb": work("b"), f"hw5-team-b{_GIT}": b""},
        },
        [("team-a", "a"), ("team-b", "b")],
    ),
    "one clone": ({"hw5-submissions/hw5-jane/bptt.ipynb": work("j")}, [("jane", "j")]),
    "repositories' zips": (
        {
            "hw5-jane-main.zip": zip_of({"hw5-jane-main/bptt.ipynb": work("j")}),
            "hw5-ryan-main.zip": zip_of({"hw5-ryan-main/bptt.ipynb": work("r")}),
        },
        [("hw5-jane", "j"), ("hw5-ryan", "r")],
    ),
    "repositories' unpacked zips": (
        {"bptt-jane-main/bptt.ipynb": work("j"), "bptt-ryan-main/bptt.ipynb": work("r")},
        [("jane", "j"), ("ryan", "r")],
    ),
    "nbgrader, one student": ({"submitted/jane/bptt/bptt.ipynb": work("j")}, [("jane", "j")]),
    "numbers for names": (
        {"hw/1001/bptt.ipynb": work("1"), "hw/1002/bptt.ipynb": work("2")},
        [("1001", "1"), ("1002", "2")],
    ),
    "folders in folders beside a sheet": (
        {"HW5/all/Doe_Jane/x.ipynb": work("j"), "HW5/all/Roe_Ryan/y.ipynb": work("r"), "HW5/status.xlsx": b""},
        [("Doe_Jane", "j"), ("Roe_Ryan", "r")],
    ),
    "two platforms' folders": (
        {
            **{"canvas/doejane_1_10_bptt.ipynb": work("j"), "canvas/roeryan_2_11_bptt.ipynb": work("r")},
            **{f"moodle/Zed_12{_MOODLES}": work("z"), f"moodle/Yan_13{_MOODLES}": work("y")},
        },
        [("Yan", "y"), ("Zed", "z"), ("doejane", "j"), ("roeryan", "r")],
    ),
    "two platforms' archives": (
        {
            "a.zip": zip_of({"doejane_1_10_bptt.ipynb": work("j"), "roeryan_2_11_bptt.ipynb": work("r")}),
            "b.zip": zip_of({f"Zed_12{_MOODLES}": work("z"), f"Yan_13{_MOODLES}": work("y")}),
        },
        [("Yan", "y"), ("Zed", "z"), ("doejane", "j"), ("roeryan", "r")],
    ),
    "a class's archive in an archive": (
        {"class.zip": zip_of({"jane/bptt.ipynb": work("j"), "ryan/bptt.ipynb": work("r")})},
        [("jane", "j"), ("ryan", "r")],
    ),
    "students' archives with folders of other work": (
        {
            "jane.zip": zip_of({"hw4/ps1.ipynb": PS1, "hw5/bptt.ipynb": work("j")}),
            "ryan.zip": zip_of({"v1/bptt.ipynb": work("too early"), "v2/bptt.ipynb": work("r")}),
        },
        [("jane", "j"), ("ryan", "r")],
    ),
    "attempts that are called as Gradescope calls submissions": (
        {
            "jane/submission_1/bptt.ipynb": work("too early"),
            "jane/submission_2/bptt.ipynb": work("j"),
            "ryan/bptt.ipynb": work("r"),
        },
        [("jane", "j"), ("ryan", "r")],
    ),
    "names with a template's numbers": (
        {"jane/week_5_1_bptt.ipynb": work("j"), "ryan/week_5_1_bptt.ipynb": work("r")},
        [("jane", "j"), ("ryan", "r")],
    ),
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("kind", ODD)
def test_everybody_is_found_in_odd_downloads(kind: str, form: Callable[[Path, Files], Path], tmp_path: Path) -> None:
    """From each odd download, each student has one result with the right work, and a name as the platform writes it."""
    files, expected = ODD[kind]
    found, _ = read(form(tmp_path, files))
    assert sorted((one.student, whose(one)) for one in found) == expected


def test_a_large_class_is_found_whole(tmp_path: Path) -> None:
    """Of 300 students each has a result."""
    files = {f"student{n:03d}_{n}_{1000 + n}_bptt.ipynb": work(str(n)) for n in range(300)}
    found, left_out = read(as_zip(tmp_path, files))
    assert [whose(one) for one in found] == [str(n) for n in range(300)]
    assert left_out == []


def test_parts_of_a_cut_folder_are_one(tmp_path: Path) -> None:
    """Google Drive cuts a large folder into archives; a student's files may lie in two of them, named or in a folder."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    parts = [folder / f"HW5-20260301T101010Z-{n}.zip" for n in ("1-001", "1-002")]
    parts[0].write_bytes(zip_of({"HW5/Jane/notes.py": b"x = 1\n", "HW5/Ann/bptt.ipynb": work("a")}))
    parts[1].write_bytes(zip_of({"HW5/Jane/bptt.ipynb": work("j")}))
    for paths in (parts, [folder]):
        found, _ = read(*paths)
        assert [(one.student, whose(one)) for one in found] == [("Ann", "a"), ("Jane", "j")]


def test_an_archive_among_several_is_a_section(tmp_path: Path) -> None:
    """Several people's archive among others is their section, so that no one can pass as another's student unseen."""
    files = {
        "morning.zip": zip_of({"jane/bptt.ipynb": work("j"), "ryan/bptt.ipynb": work("r")}),
        "evening.zip": zip_of({"ann/bptt.ipynb": work("a"), "bob/bptt.ipynb": work("b")}),
    }
    with collected([as_zip(tmp_path, files)]) as collection:
        sections = {entry.student: entry.sender.section for entry in collection.found}
    assert sections == {"ann": "evening", "bob": "evening", "jane": "morning", "ryan": "morning"}


@pytest.mark.parametrize("output", ["", "x" * 2**17], ids=["short", "long"])
def test_gradescopes_list_names_students_alone(tmp_path: Path, output: str) -> None:
    """However long Gradescope's list is, neither an earlier attempt in it nor an entry that names nobody is a student."""
    said = """submission_{n}:
  :submitters:
  - :name: Student {n}
    :email: s{n}@example.edu
  - :name:
    :sid: ''
  :history:
  - :created_at: 2026-03-01 10:00:00
    :score: 1.0
  - :created_at: 2026-03-02 10:00:00
  :results:
    output: {output}
"""
    files = {f"export/submission_{n}/bptt.ipynb": work(str(n)) for n in (1, 2)}
    listed = "---\n" + "".join(said.format(n=n, output=output) for n in (1, 2))
    found, _ = read(as_folder(tmp_path, files | {"export/submission_metadata.yml": listed.encode()}))
    assert [(one.student, whose(one)) for one in found] == [("Student 1", "1"), ("Student 2", "2")]


def test_files_of_one_canvas_attempt_belong_together(tmp_path: Path) -> None:
    """Of what a student has handed in at once the file with the right name is judged, and none is called an older attempt."""
    files = {
        "doejane_1_10_bptt.ipynb": work("jane"),
        "doejane_1_11_scratch.ipynb": work("a try"),
        "roeryan_2_12_bptt-1.ipynb": work("ryan"),
        "roeryan_2_13_scratch-1.ipynb": work("a try"),
    }
    found, _ = read(as_folder(tmp_path, files))
    assert [(one.student, whose(one)) for one in found] == [("doejane", "jane"), ("roeryan", "ryan")]
    assert [Path(one.path).name for one in found] == ["doejane_1_10_bptt.ipynb", "roeryan_2_12_bptt-1.ipynb"]
    assert found[0].notes[0] == "scratch.ipynb lies beside bptt.ipynb and was not judged"
