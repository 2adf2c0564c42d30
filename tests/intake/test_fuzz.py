"""Whatever a file holds, reading it ends in a submission or in one sentence. `fuzz_intake.py` tries far more files."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from fuzz_intake import NAMES, Drawn, try_one
from hypothesis import example, given

from autograder.engine.core.names import shown
from autograder.engine.intake import files
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import UnreadableError, read


@pytest.mark.parametrize("part", range(10))
def test_no_file_raises(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks and scripts that are drawn at random, and spoilt, are read, repaired and shown without an exception."""
    monkeypatch.chdir(tmp_path)
    for number in range(150):
        try_one(Drawn(f"{part} {number}"))


@given(
    st.sampled_from(NAMES),
    st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")),
)
@example("bptt.ipynb", b"\xef\xbb\xbf")
@example("bptt.ipynb", b"\xef\xbb\xbf\xef\xbb\xbf")
@example("bptt.ipynb", b"\xff\xfe")
@example("bptt.ipynb", b"\xff\xfe\0\0")
@example("bptt.ipynb", "\xa0\u2003\u2028".encode())
@example("bptt.ipynb", "\ufeff \n".encode("utf-16"))
@example("bptt.ipynb", "\x1c\x1f\x85".encode())
@example("bptt.json", b" ")
@example("bptt.py", b"")
def test_no_bytes_raise(name: str, data: bytes) -> None:
    """Any bytes under any name are a submission or one sentence, those that only look empty too."""
    said = "hand it in"
    try:
        read("x", "y", shown(name), data, [])
    except UnreadableError as error:
        said = str(error)
    assert "hand" in said


def test_an_exception_while_reading_is_a_verdict_on_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should reading a file raise what nobody has thought of, that file is unreadable, and nothing more comes of it."""
    (tmp_path / "bptt.ipynb").write_text("{}")

    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(files, "read", broken)
    assert "cannot be read as a notebook (IndexError): save it again" in load(tmp_path).error
