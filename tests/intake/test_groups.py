"""Several people's folders and one person's own, where something loose lies beside them."""

import errno
import os
from pathlib import Path

import pytest
from packing import HANDOUT, Files, as_folder, read, whose, work

DEEPER = {"jane/hw5/bptt.ipynb": work("jane"), "ryan/hw5/bptt.ipynb": work("ryan")}
_PLACES = (("a", "jane"), ("a", "ryan"), ("b", "sue"), ("b", "tim"))
SECTIONS = {f"{section}/{name}/bptt.ipynb": work(name) for section, name in _PLACES}
DIRECT = {"jane/bptt.ipynb": work("jane"), "ryan/bptt.ipynb": work("ryan")}


@pytest.mark.parametrize("loose", [{"bptt.ipynb": HANDOUT}, {"rename.py": b"import os\n"}, {"lost.ipynb": work("?")}])
@pytest.mark.parametrize("students", [DEEPER, SECTIONS, DIRECT], ids=["deeper", "sections", "direct"])
def test_what_lies_loose_above_a_class_hides_nobody(students: Files, loose: Files, tmp_path: Path) -> None:
    """However deep students' work lies, each of them is found beside a loose file, and a loose notebook is named."""
    found, left_out = read(as_folder(tmp_path, students | loose))
    assert [(one.student, whose(one)) for one in found] == [(whose(one), whose(one)) for one in found]
    assert sorted(whose(one) for one in found) == sorted({data.split(b"'")[1].decode() for data in students.values()})
    notebooks = [name for name in loose if name.endswith(".ipynb")]
    assert [Path(file.path).name for file in left_out] == notebooks


@pytest.mark.parametrize(
    ("files", "judged"),
    [
        ({"bptt.ipynb": HANDOUT, "v1/hw/bptt.ipynb": work("too early"), "v2/hw/bptt.ipynb": work("me")}, "me"),
        ({"bptt.ipynb": HANDOUT, "src/lib/helper.py": b"x = 1\n", "work/hw/bptt.ipynb": work("me")}, "me"),
        ({"helper.py": b"x = 1\n", "src/lib/util.py": b"x = 1\n", "work/hw/my.ipynb": work("me")}, "me"),
        ({"bptt.ipynb": work("me"), "old/hw/bptt.ipynb": work("too early"), "new/hw/x.ipynb": work("a try")}, "me"),
        ({"notes.py": b"x = 1\n", "backup/hw/bptt.ipynb": work("me"), "work/hw/bptt.ipynb": work("me")}, "me"),
        ({"bptt.ipynb": HANDOUT, "release/bptt/x.ipynb": HANDOUT, "data/raw/x.csv": b""}, ""),
    ],
    ids=["attempts", "handout and src", "script and src", "older ones", "a copy", "nothing done"],
)
def test_ones_own_folders_stay_ones_own(files: Files, judged: str, tmp_path: Path) -> None:
    """A folder of one student's is one submission, whatever folders lie in it beside loose files."""
    found, _ = read(as_folder(tmp_path, files))
    assert [(one.student, whose(one)) for one in found] == [(None, judged)]


def test_a_handout_that_may_not_be_read_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the grader may not read the handout above a class, the class is found nevertheless."""
    real = os.open

    def refusing(path: object, *rest: int, **options: int) -> int:
        if str(path).endswith("download/bptt.ipynb"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *rest, **options)

    monkeypatch.setattr(os, "open", refusing)
    found, left_out = read(as_folder(tmp_path, {"bptt.ipynb": HANDOUT} | DIRECT))
    assert [one.student for one in found] == ["jane", "ryan"]
    assert [Path(file.path).name for file in left_out] == ["bptt.ipynb"]
