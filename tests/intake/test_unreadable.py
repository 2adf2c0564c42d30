"""Submissions that cannot be read: another one is another one, and the same one stays the same."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.engine.intake import files, unreadable
from autograder.engine.intake.files import load

Files = Mapping[str, bytes]
PAIRS: dict[str, tuple[Files, Files]] = {
    "under the right name": ({"bptt.ipynb": b"%PDF-1.7 one"}, {"bptt.ipynb": b"%PDF-1.7 two"}),
    "under its own name": ({"answers.pdf": b"%PDF-1.7 one"}, {"answers.pdf": b"%PDF-1.7 two"}),
    "cut": ({"bptt.ipynb": b'{"cells"'}, {"bptt.ipynb": b'{"cells":'}),
    "a damaged archive": ({"work.zip": b"PK\3\4 one"}, {"work.zip": b"PK\3\4 two"}),
    "several": ({"a.py": b"a = 1", "b.py": b"b = 1"}, {"a.py": b"a = 1", "b.py": b"b = 2"}),
}


def digest(folder: Path, handed_in: Files) -> str:
    """The digest of a folder that has these files now, and cannot be read."""
    folder.mkdir(exist_ok=True)
    for name, data in handed_in.items():
        (folder / name).write_bytes(data)
    submission = load(folder)
    assert submission.error
    return submission.digest


@pytest.mark.parametrize("pair", PAIRS)
def test_another_one_has_another_digest(tmp_path: Path, pair: str) -> None:
    """What cannot be read is told from another one by its bytes, and from no copy of itself, whenever it was handed in."""
    one, other = PAIRS[pair]
    first = digest(tmp_path / "bptt", one)
    assert first
    beside = {"timestamp.txt": b"2026-11-20 12:00:00 UTC", "submission_secret.txt": b"of another time", ".junk": b""}
    assert digest(tmp_path / "bptt", beside) == first
    assert digest(tmp_path / "bptt", other) != first
    assert digest(tmp_path / "bptt", one) == first


def test_what_holds_no_bytes_has_no_digest(tmp_path: Path) -> None:
    """An empty folder and a link have no digest, and nothing is read through a link."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "bptt.ipynb").symlink_to(tmp_path / "other.pdf")
    (tmp_path / "link").symlink_to(tmp_path / "linked")
    assert [load(tmp_path / name).digest for name in ("empty", "linked", "link", "absent")] == [""] * 4


def test_of_a_large_file_the_beginning_and_the_size_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is read than one submission may have, and a longer file is still another one."""
    monkeypatch.setattr(unreadable, "MAX_BYTES", 4)
    found = [digest(tmp_path / "bptt", {"a.pdf": data}) for data in (b"%PDF-1", b"%PDF-2", b"%PDF-12")]
    assert found[0] == found[1] != found[2]


def test_what_nobody_has_thought_of_has_a_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file on which reading itself fails is told from another one, too."""

    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(files, "read", broken)
    assert digest(tmp_path, {"bptt.ipynb": b"{}"}) != digest(tmp_path, {"bptt.ipynb": b"{ }"})
