"""Archives, as students and platforms hand them out: damaged, hostile, in one another, and with names of any alphabet."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from packing import FORMS, Files, as_folder, as_zip, read, whose, work, zip_of

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.places import KIT
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.files import load_found

MOODLES = "_assignsubmission_file_/bptt.ipynb"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_students_own_archives_are_opened_once(form: Callable[[Path, Files], Path], tmp_path: Path) -> None:
    """A zip that a student handed in is opened, in every naming; an archive within it is not, and says so."""
    own = zip_of({"hw/bptt.ipynb": work("jane"), "__MACOSX/hw/._bptt.ipynb": b"\0"})
    deep = zip_of({"inner.zip": own})
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
        as_folder(tmp_path, {"jane.zip": zip_of({"bptt.ipynb": work("jane")}), "ryan_bptt.zip": b"PK\3\4junk"})
    )
    assert [(one.student, whose(one)) for one in found] == [("jane", "jane"), ("ryan", "")]
    assert found[1].error == "ryan_bptt.zip is damaged (BadZipFile): hand in bptt.ipynb itself"
    assert left_out == []


def test_an_archive_of_archives_of_archives_ends(tmp_path: Path) -> None:
    """However deep archives lie in archives, two levels are opened and the rest is named."""
    inner = zip_of({"a.zip": zip_of({"bptt.ipynb": work("deep")}), "b.zip": zip_of({"bptt.ipynb": work("deep")})})
    for _ in range(30):
        inner = zip_of({"one.zip": inner, "two.zip": inner[:1000]})
    found, _ = read(as_zip(tmp_path, {"jane.zip": inner, "ryan.zip": zip_of({"bptt.ipynb": work("ryan")})}))
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


@pytest.mark.parametrize(
    ("written", "alphabet"),
    [
        ("Müller", "cp437"),
        ("Müller", "cp1252"),
        ("Größe", "cp1252"),
        ("Zoë", "utf-8"),
        ("张三", "gbk"),
        ("李小龙", "gbk"),
    ],
)
def test_names_of_any_system_are_read(tmp_path: Path, written: str, alphabet: str) -> None:
    """A zip that does not say how its names are written comes from an old PC, a Mac or a Chinese Windows, and is read so."""
    stand_in = "@" * len(written.encode(alphabet))
    path = as_zip(tmp_path, {f"{stand_in}_1{MOODLES}": work("them")})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), written.encode(alphabet)))
    assert [one.student for one in read(path)[0]] == [written]


def test_a_zip_of_windows_and_one_with_something_before_it_are_read(tmp_path: Path) -> None:
    """Backslashes part folders, and what stands before a zip does not matter."""
    path = as_zip(tmp_path, {f"Jane_1{MOODLES}": work("j"), f"Ryan_2{MOODLES}": work("r")})
    data = path.read_bytes().replace(b"file_/bptt", b"file_\\bptt")
    path.write_bytes(b"MZ" + bytes(100) + data)
    assert [one.student for one in read(path)[0]] == ["Jane", "Ryan"]


def test_an_archive_that_is_a_link_or_a_pipe_is_not_opened(tmp_path: Path) -> None:
    """Where a student's archive is a link or waits for a writer, that is one sentence."""
    folder = as_folder(tmp_path, {"doejane_1_2_bptt.ipynb": work("j")})
    (tmp_path / "secret.zip").write_bytes(zip_of({"bptt.ipynb": work("somebody else")}))
    (folder / "poedan_3_4_a.zip").symlink_to(tmp_path / "secret.zip")
    os.mkfifo(folder / "roeryan_5_6_b.zip")
    found, _ = read(folder)
    assert [one.error for one in found] == [
        "",
        "a.zip is a link: hand in the file itself",
        "b.zip is not a regular file: hand in bptt.ipynb",
    ]


def test_a_file_in_the_way_of_a_folder_costs_nobody_their_work(tmp_path: Path) -> None:
    """Where an archive has a file and a folder of one name, the work in the folder is judged."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("jane", b"")
        archive.writestr("jane/bptt.ipynb", work("j"))
        archive.writestr("/", b"")
        archive.writestr("ryan/bptt.ipynb", work("r"))
    assert [(one.student, whose(one)) for one in read(path)[0]] == [("jane", "j"), ("ryan", "r")]


def test_an_empty_archive_is_nobodys_zero(tmp_path: Path) -> None:
    """An archive without files is a failure of the download, and no student."""
    found, left_out = read(as_zip(tmp_path, {}))
    assert found == []
    assert [file.why for file in left_out] == ["it holds no file: download it again, or unpack it and grade the folder"]


def test_a_damaged_archive_among_classes_is_nobodys_zero(tmp_path: Path) -> None:
    """Where the other archives of a folder are classes', one that cannot be opened is a failure, and no student."""
    files = {
        "a.zip": zip_of({f"Jane_1{MOODLES}": work("j"), f"Ryan_2{MOODLES}": work("r")}),
        "b.zip": b"PK\3\4junk",
    }
    found, left_out = read(as_folder(tmp_path, files))
    assert [one.student for one in found] == ["Jane", "Ryan"]
    assert [(file.path.rpartition("/")[2], file.failure) for file in left_out] == [("b.zip", True)]


def test_each_of_several_files_is_named_where_none_can_be_judged(tmp_path: Path) -> None:
    """Where nothing tells which of a student's files is the submission, each of them is named; of many the first ones."""
    files = {f"jane/{n:02d}.ipynb": work(str(n)) for n in range(14)} | {"ryan/bptt.ipynb": work("r")}
    found, _ = read(as_folder(tmp_path, files))
    assert found[0].error.startswith("there are several files")
    assert found[0].notes[9:] == ("09.ipynb was not judged", "4 more files were not judged")


def test_notebooks_below_the_submission_are_named(tmp_path: Path) -> None:
    """A notebook in a folder beside the submission is named, and so is an archive that is nobody's."""
    files = {"bptt.ipynb": work("me"), "old/bptt.ipynb": work("me, earlier")}
    found, _ = read(as_folder(tmp_path, files))
    assert found[0].notes[0] == "old/bptt.ipynb lies beside bptt.ipynb and was not judged"
    (tmp_path / "class").mkdir()
    files = {
        f"Jane_1{MOODLES}": work("j"),
        f"Ryan_2{MOODLES}": work("r"),
        "lost.zip": zip_of({"bptt.ipynb": work("?")}),
    }
    _, left_out = read(as_folder(tmp_path / "class", files))
    assert [file.path.rpartition("/")[2] for file in left_out] == ["lost.zip"]


def test_platforms_unpacked_into_one_folder(tmp_path: Path) -> None:
    """Where the downloads of two platforms were unpacked into one folder, both are read."""
    files = {"doejane_1_10_bptt.ipynb": work("j"), f"Zed_1{MOODLES}": work("z"), f"Yan_2{MOODLES}": work("y")}
    found, _ = read(as_folder(tmp_path, files))
    assert [(one.student, whose(one)) for one in found] == [("Yan", "y"), ("Zed", "z"), ("doejane", "j")]
