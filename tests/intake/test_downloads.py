"""What learning platforms hand out, as folders and as archives: everybody is found, by name, with the newest work."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import py7zr
import pytest

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.places import KIT, SOLUTION
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.files import load_found
from autograder.engine.intake.found import LeftOut
from autograder.engine.intake.submission import Submission

HANDOUT = (SOLUTION.parent / "assignment" / "bptt" / "bptt.ipynb").read_bytes()
Files = dict[str, bytes]


def work(name: str) -> bytes:
    """A small notebook with an answer that says whose it is."""
    cell = {"cell_type": "code", "id": "forward", "metadata": {}, "source": f"def forward(*args):\n    return {name!r}"}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


PS1 = json.dumps({"cells": [{"cell_type": "code", "source": "print('ps1')"}], "metadata": {}, "nbformat": 4}).encode()


def as_folder(where: Path, files: Files) -> Path:
    for name, data in files.items():
        path = where / "download" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return where / "download"


def as_zip(where: Path, files: Files) -> Path:
    with zipfile.ZipFile(where / "download.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return where / "download.zip"


def as_wrapped_zip(where: Path, files: Files) -> Path:
    return as_zip(where, {f"download/{name}": data for name, data in files.items()} | {"__MACOSX/._download": b"\0\5"})


def as_tar(where: Path, files: Files) -> Path:
    with tarfile.open(where / "download.tar.gz", "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return where / "download.tar.gz"


def as_7z(where: Path, files: Files) -> Path:
    with py7zr.SevenZipFile(where / "download.7z", "w") as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return where / "download.7z"


FORMS = (as_folder, as_zip, as_wrapped_zip, as_tar, as_7z)


def read(*paths: Path) -> tuple[list[Submission], list[LeftOut]]:
    with collected(list(paths)) as collection:
        return [load_found(entry) for entry in collection.found], list(collection.left_out)


def whose(submission: Submission) -> str:
    """The name that stands in the answer that would be judged."""
    return next((cell.source.split("'")[1] for cell in submission.cells if "return '" in cell.source), "")


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


def _zip_of(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_students_own_archives_are_opened_once(form: Callable[[Path, Files], Path], tmp_path: Path) -> None:
    """A zip that a student handed in is opened, in every naming; an archive within it is not, and says so."""
    own = _zip_of({"hw/bptt.ipynb": work("jane"), "__MACOSX/hw/._bptt.ipynb": b"\0"})
    deep = _zip_of({"inner.zip": own})
    found, _ = read(
        form(tmp_path, {"doejane_1_10_hw.zip": own, "roeryan_2_11_hw.zip": deep, "poedan_3_12_x.zip": b"PK\3\4"})
    )
    assert [(one.student, whose(one)) for one in found] == [("doejane", "jane"), ("poedan", ""), ("roeryan", "")]
    assert "hw.zip was opened" in found[0].notes
    assert found[1].error.startswith("x.zip is damaged")
    assert found[2].error.startswith("hw.zip holds no notebook")


def test_a_folder_of_students_archives(tmp_path: Path) -> None:
    """Archives side by side are a student's each, by their names; one that cannot be opened is that student's verdict."""
    found, left_out = read(
        as_folder(tmp_path, {"jane.zip": _zip_of({"bptt.ipynb": work("jane")}), "ryan_bptt.zip": b"PK\3\4junk"})
    )
    assert [(one.student, whose(one)) for one in found] == [("jane", "jane"), ("ryan", "")]
    assert found[1].error == "ryan_bptt.zip is damaged (BadZipFile): hand in bptt.ipynb itself"
    assert left_out == []


def test_an_archive_of_archives_of_archives_ends(tmp_path: Path) -> None:
    """However deep archives lie in archives, two levels are opened and the rest is named."""
    inner = _zip_of({"a.zip": _zip_of({"bptt.ipynb": work("deep")}), "b.zip": _zip_of({"bptt.ipynb": work("deep")})})
    for _ in range(30):
        inner = _zip_of({"one.zip": inner, "two.zip": inner[:1000]})
    found, _ = read(as_zip(tmp_path, {"jane.zip": inner, "ryan.zip": _zip_of({"bptt.ipynb": work("ryan")})}))
    assert "ryan" in {whose(one) for one in found}
    assert all(one.error for one in found if whose(one) != "ryan")


def test_hostile_members_are_a_line_each_and_the_rest_is_graded(tmp_path: Path) -> None:
    """Absolute paths, paths that lead out, links, devices, encrypted and damaged members cost nobody else anything."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../out.ipynb", "/etc/out.ipynb", "C:\\out.ipynb", "a/../../out.ipynb"):
            archive.writestr(name, work("evil"))
        link = zipfile.ZipInfo("linked_1_10_bptt.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        device = zipfile.ZipInfo("device_2_11_bptt.ipynb")
        device.external_attr = 0o020666 << 16
        archive.writestr(device, b"")
        archive.writestr("locked_3_12_bptt.ipynb", work("locked"))
        archive.writestr("damaged_4_13_bptt.ipynb", work("damaged"))
        archive.writestr("doejane_5_14_bptt.ipynb", work("jane"))
        archive.writestr("poedan_6_15_" + "x" * 300 + ".ipynb", work("dan"))
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\1\2", 0, data.rindex(b"locked_3_12")) + 8] |= 1
    at = data.index(b"return 'damaged'")
    data[at + 8] ^= 1
    path.write_bytes(data)
    outcome: dict[str | None, str] = {}
    with collected([path]) as collection:
        for entry in collection.found:
            try:
                one = load_found(entry)
                outcome[one.student] = one.error or whose(one)
            except CannotReadError as error:
                outcome[entry.student] = f"no verdict: {error}"
    assert outcome.pop("linked") == "bptt.ipynb is a link: hand in the file itself"
    assert outcome.pop("device") == "bptt.ipynb is not a regular file: hand in the notebook itself"
    assert outcome.pop("locked").startswith("no verdict: ")
    assert outcome.pop("damaged").startswith("no verdict: ")
    assert outcome == {"doejane": "jane", "poedan": "dan"}
    assert [file.why for file in collection.left_out] == ["its path leads out of the archive"] * 4
    assert list(tmp_path.iterdir()) == [path]


def test_a_bomb_is_one_sentence(tmp_path: Path) -> None:
    """A member that unpacks to more than a notebook may have, whatever it says of its size, costs its student alone."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb_1_10_bptt.ipynb", b" " * (70 << 20))
        archive.writestr("doejane_2_11_bptt.ipynb", work("jane"))
    data = path.read_bytes().replace((70 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    for content in (path.read_bytes(), data):
        path.write_bytes(content)
        with collected([path]) as collection:
            bomb, jane = collection.found
            assert whose(load_found(jane)) == "jane"
            with pytest.raises(CannotReadError) if content is data else pytest.MonkeyPatch.context():
                assert load_found(bomb).error.startswith("bptt.ipynb is larger than 64 MiB")


@pytest.mark.parametrize(
    "data", [b"", b"PK\3\4", b"Rar!\x1a\7\1\0", b"7z\xbc\xaf\x27\x1c" + bytes(40), b"\x1f\x8b" + bytes(40), b"text"]
)
def test_an_archive_that_cannot_be_opened_is_a_failure_with_one_sentence(tmp_path: Path, data: bytes) -> None:
    """A download that is damaged or of an unknown kind is nobody's zero: it is named, and the others are graded."""
    (tmp_path / "class.zip").write_bytes(data)
    (tmp_path / "jane.ipynb").write_bytes(work("jane"))
    found, left_out = read(tmp_path / "class.zip", tmp_path / "jane.ipynb")
    assert [whose(one) for one in found] == ["jane"]
    assert [file.failure for file in left_out] == [True]
    assert left_out[0].why.endswith(": download it again, or unpack it and grade the folder")


def test_a_macs_names_are_read_rightly(tmp_path: Path) -> None:
    """A zip whose names are UTF-8 without saying so, as a Mac writes them, has the students' own letters."""
    path = as_zip(tmp_path, {"Zoë Müller_1_assignsubmission_file_/bptt.ipynb": work("zoë")})
    path.write_bytes(path.read_bytes().replace(b"\0\x08", b"\0\0"))
    found, _ = read(path)
    assert [one.student for one in found] == ["Zoë Müller"]


def test_the_download_beside_its_unpacked_folder_counts_once(tmp_path: Path) -> None:
    """An archive that was left beside what was unpacked from it is named, and nobody is graded twice."""
    folder = as_folder(tmp_path, {"jane/bptt.ipynb": work("jane"), "ryan/bptt.ipynb": work("ryan")})
    as_zip(folder, {"jane/bptt.ipynb": work("jane"), "ryan/bptt.ipynb": work("ryan")})
    found, left_out = read(folder)
    assert [one.student for one in found] == ["jane", "ryan"]
    assert [file.path.rpartition("/")[2] for file in left_out] == ["download.zip"]


def test_a_submission_of_an_archive_is_judged_as_any_other(tmp_path: Path) -> None:
    """What lies in an archive has the digest of its file, and no sentence about it holds a path of this machine."""
    solved = (KIT / "suite" / "samples" / "ada.py").read_bytes()
    found, _ = read(as_zip(tmp_path, {"ada/bptt.py": solved, "bob/bptt.ipynb": b"{", "cyd/notes.txt": b""}))
    (tmp_path / "bptt.py").write_bytes(solved)
    assert found[0].digest == read(tmp_path / "bptt.py")[0][0].digest
    assert [one.path.rpartition("download.zip")[2] for one in found] == ["/ada", "/bob", "/cyd"]
    assert not any("/tmp" in text or str(tmp_path) in text for one in found for text in (one.error, *one.notes))
