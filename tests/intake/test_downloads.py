"""What learning platforms hand out, as folders and as archives: everybody is found, by name, with the newest work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from packing import FORMS, HANDOUT, PS1, Files, as_folder, as_zip, read, whose, work

from autograder.engine.intake.collecting import collected

CANVAS = {
    "doejane_4711_90210_bptt.ipynb": work("jane"),
    "roeryan_LATE_4712_90211_bptt-1.ipynb": work("ryan"),
    "müllerzoë_4713_90300_bptt-2.ipynb": work("zoë"),
    "müllerzoë_4713_90212_bptt.ipynb": work("an older one"),
    "kimyuna_4714_90213_helper.py": b"x = 1\n",
    "kimyuna_4714_90100_my homework.ipynb": work("yuna"),
    "anon_aB3xY_90214_bptt.ipynb": work("anon"),
    "moodyzed_4716_text.html": b"<p>see my mail</p>",
    "poedan_4717_90216_bptt.pdf": b"%PDF-1.4",
    "__MACOSX/._doejane_4711_90210_bptt.ipynb": b"\0\5\x16\7",
    ".DS_Store": b"\0\0\0\1Bud1",
}
MOODLE = {
    "Jane Doe_12345_assignsubmission_file_/bptt.ipynb": work("jane"),
    "Jane Doe_12345_assignsubmission_onlinetext_/onlinetext.html": b"<p>done</p>",
    "李 小龙_12346_assignsubmission_file/bptt.ipynb": work("li"),
    "Jane Doe_12399_assignsubmission_file_/sub/BPTT.ipynb": work("the other jane"),
    "Participant_12347_assignsubmission_file_/bptt (1).ipynb": work("blind"),
    "Ryan Roe_12348_assignsubmission_onlinetext_/onlinetext.html": b"<p>my dog</p>",
    "Zed Moody_12349_assignsubmission_file_bptt.ipynb": work("zed"),
}
BLACKBOARD = {
    "HW_5 BPTT_jdoe_attempt_2026-03-01-10-30-00_bptt.ipynb": work("jane, too early"),
    "HW_5 BPTT_jdoe_attempt_2026-03-01-10-30-00.txt": b"Name: Jane Doe (jdoe)",
    "HW_5 BPTT_jdoe_attempt_2026-03-02-09-00-00_bptt.ipynb": work("jane"),
    "HW_5 BPTT_jdoe_attempt_2026-03-02-09-00-00.txt": b"Name: Jane Doe (jdoe)",
    "HW_5 BPTT_r_roe_attempt_2026-03-02-11-00-00_homework 5.ipynb": work("ryan"),
    "HW_5 BPTT_zmoody_attempt_2026-03-02-12-00-00.txt": b"Name: Zed Moody (zmoody)",
}
BRIGHTSPACE = {
    "index.html": b"<html></html>",
    "101-7 - Jane Doe - Mar 9, 2026 1030 AM/bptt.ipynb": work("jane, too early"),
    "101-7 - Jane Doe - Mar 10, 2026 930 PM/bptt.ipynb": work("jane"),
    "102-7 - Ryan - Marie Roe - 10 March, 2026 1105/bptt.ipynb": work("ryan"),
    "103-7 - Zoë Müller - Mar 10, 2026 1130 AM - bptt.ipynb": work("zoë"),
}
GRADESCOPE = {
    "assignment_9_export/submission_metadata.yml": b"""---
submission_1001:
  :submitters:
  - :name: Jane Doe
    :sid: '314'
    :email: jane@example.edu
  - :name: Ryan Roe
    :sid: 315
    :email: ryan@example.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-03-01 10:00:00.000000000 Z
  :score: 0.0
submission_1002:
  :submitters:
  - :name: "Zo\\u00EB M\\u00FCller"
    :email: zoe@example.edu
""",
    "assignment_9_export/submission_1001/bptt.ipynb": work("jane and ryan"),
    "assignment_9_export/submission_1002/bptt.py": b"def forward(*args):\n    return 'zoe'\n",
    "assignment_9_export/submission_1003/bptt.ipynb": work("nobody knows"),
}
SAKAI = {
    "HW 5/Doe, Jane(jdoe)/Submission attachment(s)/bptt.ipynb": work("jane"),
    "HW 5/Doe, Jane(jdoe)/timestamp.txt": b"20260301103000000",
    "HW 5/Roe, Ryan(rroe)/Submission attachment(s)/notes.txt": b"",
    "HW 5/grades.csv": b"",
}
CLASSROOM = {
    "bptt-submissions/bptt-jane-doe/.git/HEAD": b"ref: refs/heads/main",
    "bptt-submissions/bptt-jane-doe/release/bptt/bptt.ipynb": HANDOUT,
    "bptt-submissions/bptt-jane-doe/work/bptt.ipynb": work("jane"),
    "bptt-submissions/bptt-ryan/.git/HEAD": b"ref: refs/heads/main",
    "bptt-submissions/bptt-ryan/bptt.ipynb": HANDOUT,
    "bptt-submissions/bptt-ryan/answers.ipynb": work("ryan"),
}
DRIVE = {
    "Jane Doe - bptt.ipynb": work("jane"),
    "bptt_ryan.ipynb": work("ryan"),
    "Copy of bptt - Zoë.ipynb": work("zoë"),
    "Icon\r": b"",
}
SECTIONS = {
    "section A/jane/bptt.ipynb": work("jane"),
    "section A/ryan/bptt.ipynb": work("ryan"),
    "section B/zoë/bptt/bptt.ipynb": work("zoë"),
    "section B/dan/bptt.ipynb": work("dan"),
}
ZIPS = {
    "jane.zip": b"jane",
    "ryan.zip": b"ryan",
}

DOWNLOADS = {
    "canvas": (
        CANVAS,
        [
            ("anon_aB3xY", "anon"),
            ("doejane", "jane"),
            ("kimyuna", "yuna"),
            ("moodyzed", ""),
            ("müllerzoë", "zoë"),
            ("poedan", ""),
            ("roeryan", "ryan"),
        ],
    ),
    "moodle": (
        MOODLE,
        [
            ("Jane Doe", "jane"),
            ("Jane Doe", "the other jane"),
            ("Participant 12347", "blind"),
            ("Ryan Roe", ""),
            ("Zed Moody", "zed"),
            ("李 小龙", "li"),
        ],
    ),
    "blackboard": (BLACKBOARD, [("jdoe", "jane"), ("r_roe", "ryan"), ("zmoody", "")]),
    "brightspace": (BRIGHTSPACE, [("Jane Doe", "jane"), ("Ryan - Marie Roe", "ryan"), ("Zoë Müller", "zoë")]),
    "gradescope": (
        GRADESCOPE,
        [
            ("Jane Doe", "jane and ryan"),
            ("Ryan Roe", "jane and ryan"),
            ("Zoë Müller", "zoe"),
            ("submission_1003", "nobody knows"),
        ],
    ),
    "sakai": (SAKAI, [("Doe, Jane", "jane"), ("Roe, Ryan", "")]),
    "classroom": (CLASSROOM, [("jane-doe", "jane"), ("ryan", "ryan")]),
    "drive": (DRIVE, [("Jane Doe", "jane"), ("Zoë", "zoë"), ("ryan", "ryan")]),
    "sections": (SECTIONS, [("dan", "dan"), ("jane", "jane"), ("ryan", "ryan"), ("zoë", "zoë")]),
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("platform", DOWNLOADS)
def test_everybody_is_found_by_name_with_the_newest_work(
    platform: str, form: Callable[[Path, Files], Path], tmp_path: Path
) -> None:
    """From each platform's download, a folder or an archive of any kind, each student has one result with the right work."""
    files, expected = DOWNLOADS[platform]
    found, left_out = read(form(tmp_path, files))
    assert sorted((one.student, whose(one)) for one in found) == sorted(expected)
    assert [file for file in left_out if file.why != "a Mac's own file" or "._" not in file.path] == []
    assert all("hand in bptt.ipynb" in one.error for one in found if not whose(one))


def test_what_came_late_and_who_sent_it_is_kept(tmp_path: Path) -> None:
    """Canvas's LATE, its number of the student, Gradescope's address and a section's name stand with the submission."""
    with collected([as_zip(tmp_path, CANVAS)]) as collection:
        by_name = {entry.student: entry.sender for entry in collection.found}
    assert {name: sender.late for name, sender in by_name.items()}["roeryan"] is True
    assert by_name["doejane"].late is False
    assert by_name["doejane"].student_id == "4711"
    assert by_name["doejane"].reply_as == "doejane_4711_90210_bptt.html"
    assert by_name["roeryan"].reply_as == "roeryan_LATE_4712_90211_bptt.html"
    with collected([as_folder(tmp_path, GRADESCOPE)]) as collection:
        emails = {entry.student: (entry.sender.email, entry.sender.student_id) for entry in collection.found}
    assert emails["Ryan Roe"] == ("ryan@example.edu", "315")
    with collected([as_zip(tmp_path, SECTIONS)]) as collection:
        assert {entry.student: entry.sender.section for entry in collection.found}["zoë"] == "section B"
    with collected([as_zip(tmp_path, MOODLE)]) as collection:
        replies = {entry.sender.student_id: entry.sender.reply_as for entry in collection.found}
    assert replies["12346"] == "李 小龙_12346_assignsubmission_file_/bptt.html"


def test_every_other_file_of_a_student_is_named(tmp_path: Path) -> None:
    """Which file was judged is said, and each older attempt and each file beside it is named."""
    found, _ = read(as_zip(tmp_path, CANVAS | {"müllerzoë_4713_90301_draft.ipynb": PS1}))
    (zoe,) = [one for one in found if one.student == "müllerzoë"]
    assert zoe.notes[:3] == (
        "bptt-2.ipynb was judged: there is no bptt.ipynb",
        "draft.ipynb lies beside bptt-2.ipynb and was not judged",
        "bptt.ipynb is an older attempt than bptt-2.ipynb and was not judged",
    )


def test_the_same_bytes_of_two_students_are_two_submissions(tmp_path: Path) -> None:
    """Two students who hand in the very same file have a result each, in every platform's naming and in none."""
    for number, names in enumerate(
        [
            ("doejane_1_10_bptt.ipynb", "roeryan_2_11_bptt.ipynb"),
            ("Jane Doe_1_assignsubmission_file_/bptt.ipynb", "Jane Doe_2_assignsubmission_file_/bptt.ipynb"),
            ("jane.ipynb", "ryan.ipynb"),
            ("jane/bptt.ipynb", "ryan/bptt.ipynb"),
        ]
    ):
        where = tmp_path / str(number)
        where.mkdir()
        assert len(read(as_zip(where, dict.fromkeys(names, HANDOUT)))[0]) == 2


def test_another_assignments_notebook_is_a_result_or_named(tmp_path: Path) -> None:
    """A notebook of another assignment that lies beside a student's work is named, and does not take its place."""
    found, left_out = read(
        as_folder(tmp_path, {"jane/ps1/ps1.ipynb": PS1, "jane/bptt/bptt.ipynb": work("jane"), "ryan/ps1.ipynb": PS1})
    )
    assert [(one.student, whose(one)) for one in found] == [("jane", "jane"), ("ryan", "")]
    assert [file.path.rpartition("/")[2] for file in left_out] == ["ps1.ipynb"]


def test_a_loose_notebook_among_students_folders_is_named(tmp_path: Path) -> None:
    """What lies beside students' folders is nobody's; it is named, and costs nobody anything."""
    found, left_out = read(
        as_folder(tmp_path, {"jane/bptt.ipynb": work("jane"), "ryan/bptt.ipynb": work("ryan"), "lost.ipynb": work("?")})
    )
    assert [whose(one) for one in found] == ["jane", "ryan"]
    assert [(file.path.rpartition("/")[2], file.failure) for file in left_out] == [("lost.ipynb", False)]


def test_the_handout_above_a_class_is_nobodys_zero(tmp_path: Path) -> None:
    """A folder that holds the handout and students' folders is theirs; the handout is named."""
    found, left_out = read(
        as_folder(tmp_path, {"bptt.ipynb": HANDOUT, "jane/bptt.ipynb": work("jane"), "ryan/bptt.ipynb": work("ryan")})
    )
    assert [whose(one) for one in found] == ["jane", "ryan"]
    assert len(left_out) == 1


def test_one_students_folder_stays_one_submission(tmp_path: Path) -> None:
    """A folder with one notebook and folders of data is one person's, whatever the notebook is called."""
    found, left_out = read(
        as_folder(tmp_path, {"my homework.ipynb": work("me"), "data/x.csv": b"", "pictures/a.png": b""})
    )
    assert [(one.student, whose(one)) for one in found] == [(None, "me")]
    assert left_out == []


def test_numbered_attempts_are_one_students(tmp_path: Path) -> None:
    """Of folders that differ in a number alone the largest number is the newest attempt."""
    files = {f"jane/BPTT/Version {n}/bptt.ipynb": work(f"version {n}") for n in (2, 9, 10)}
    found, _ = read(as_folder(tmp_path, files | {"ryan/bptt.ipynb": work("ryan")}))
    assert [(one.student, whose(one)) for one in found] == [("jane", "version 10"), ("ryan", "ryan")]
    assert "BPTT/Version 9/bptt.ipynb is an older attempt than bptt.ipynb and was not judged" in found[0].notes
