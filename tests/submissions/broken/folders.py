"""Folders that hold the work under another name, beside other things, or not at all."""

import os
import zipfile
from pathlib import Path

from submissions.broken.kinds import data, folder, save, script



@folder(note="bptt-Copy1.ipynb was judged")
def renamed_by_jupyter(where: Path) -> None:
    save(where, name="bptt-Copy1.ipynb")


@folder(note="bptt (1).ipynb was judged")
def renamed_by_the_browser(where: Path) -> None:
    save(where, name="bptt (1).ipynb")


@folder(note="BPTT.IPYNB was judged")
def renamed_to_capitals(where: Path) -> None:
    save(where, name="BPTT.IPYNB")


@folder(note="bptt.ipynb.txt was judged")
def renamed_to_text(where: Path) -> None:
    save(where, name="bptt.ipynb.txt")


@folder(note="bptt.json was judged")
def renamed_to_json(where: Path) -> None:
    save(where, name="bptt.json")


@folder(note="Übung 3 “final”.ipynb was judged")
def renamed_by_hand(where: Path) -> None:
    save(where, name="Übung 3 “final”.ipynb")


@folder(note="my answers.py was judged")
def script_of_another_name(where: Path) -> None:
    save(where, script().encode(), "my answers.py")


@folder(note="bptt-Copy1.ipynb lies beside bptt.ipynb")
def two_notebooks(where: Path) -> None:
    save(where)
    save(where, b"{", "bptt-Copy1.ipynb")


@folder(error="several files", note="two.ipynb")
def two_other_notebooks(where: Path) -> None:
    save(where, name="one.ipynb")
    save(where, data() + b" ", "two.ipynb")


@folder(note="two.ipynb lies beside one.ipynb")
def another_notebook_beside(where: Path) -> None:
    save(where, name="one.ipynb")
    save(where, b"{}", "two.ipynb")


@folder(note="the same")
def two_copies_of_one_notebook(where: Path) -> None:
    save(where, name="bptt (1).ipynb")
    save(where, name="bptt (2).ipynb")


@folder(note="bptt.py lies beside bptt.ipynb")
def notebook_and_script(where: Path) -> None:
    save(where)
    save(where, b"def forward(*args):\n    return 0\n", "bptt.py")


@folder(note="homework.py lies beside homework.ipynb")
def renamed_notebook_and_script(where: Path) -> None:
    save(where, name="homework.ipynb")
    save(where, b"def forward(*args):\n    return 0\n", "homework.py")


@folder(note="was judged, because")
def empty_notebook_beside_a_script(where: Path) -> None:
    save(where, b"")
    save(where, script().encode(), "bptt.py")


@folder(note="was judged, because")
def truncated_notebook_beside_its_copy(where: Path) -> None:
    save(where, data()[:5000])
    save(where, name="bptt-Copy1.ipynb")


@folder(error="does not parse", note="one.ipynb lies beside")
def truncated_notebook_beside_two_others(where: Path) -> None:
    save(where, data()[:5000])
    save(where, name="one.ipynb")
    save(where, b"{}", "two.ipynb")


@folder(note="was judged")
def nested_folder(where: Path) -> None:
    save(where, name="my homework/bptt.ipynb")


@folder(note="was judged")
def nested_twice(where: Path) -> None:
    save(where, name="bptt/bptt/bptt.ipynb")
    save(where, b"# the handout's", "bptt/bptt/selfcheck.py")


@folder()
def checkpoints_beside(where: Path) -> None:
    save(where)
    save(where, b"{}", ".ipynb_checkpoints/bptt-checkpoint.ipynb")


@folder(error="no notebook and no Python file")
def checkpoint_alone(where: Path) -> None:
    save(where, name=".ipynb_checkpoints/bptt-checkpoint.ipynb")


@folder()
def archive_of_a_mac(where: Path) -> None:
    save(where)
    save(where, b"\0\5\x16\7\0\2\0\0Mac OS X", "._bptt.ipynb")
    save(where, b"\0\5\x16\7\0\2\0\0Mac OS X", "__MACOSX/._bptt.ipynb")
    save(where, b"\0\0\0\1Bud1", ".DS_Store")


@folder()
def the_handouts_files_beside(where: Path) -> None:
    save(where)
    for name in ("selfcheck.py", "test_bptt.py", "conftest.py", "__pycache__/selfcheck.cpython-311.pyc"):
        save(where, b"raise SystemExit(1)\n", name)


@folder()
def a_whole_environment_beside(where: Path) -> None:
    save(where)
    for number in range(600):
        save(where, b"", f"venv/lib/module{number}.py")


@folder(error="more than")
def a_whole_environment_and_no_notebook(where: Path) -> None:
    for number in range(600):
        save(where, b"", f"venv/lib/module{number}.py")


@folder(error="no notebook and no Python file")
def empty_folder(where: Path) -> None:
    return None


@folder(error="bptt.zip is damaged", note="")
def damaged_archive_alone(where: Path) -> None:
    save(where, b"PK\3\4", "bptt.zip")
    save(where, b"%PDF-1.7", "bptt.pdf")


@folder(note="bptt.zip was opened")
def archive_alone(where: Path) -> None:
    with zipfile.ZipFile(where / "bptt.zip", "w") as archive:
        archive.writestr("homework/bptt.ipynb", data())


@folder(error="no notebook and no Python file")
def document_alone(where: Path) -> None:
    save(where, b"%PDF-1.7", "bptt.pdf")


@folder(error="not a regular file")
def folder_in_place_of_the_notebook(where: Path) -> None:
    (where / "bptt.ipynb").mkdir()


@folder(error="is a link")
def dangling_link(where: Path) -> None:
    (where / "bptt.ipynb").symlink_to("nowhere.ipynb")


@folder(error="is a link")
def link_to_a_name_of_300_letters(where: Path) -> None:
    (where / "bptt.ipynb").symlink_to("x" * 300)


@folder(error="is a link")
def links_in_a_circle(where: Path) -> None:
    (where / "bptt.ipynb").symlink_to("bptt.py")
    (where / "bptt.py").symlink_to("bptt.ipynb")


@folder(error="is a link")
def link_into_a_folder_that_nobody_may_read(where: Path) -> None:
    (where / "bptt.py").symlink_to("/proc/1/fd/0/bptt.py")


@folder()
def links_of_every_kind_beside(where: Path) -> None:
    save(where)
    for name, target in {"a.py": "x" * 300, "b.ipynb": "b.ipynb", "c": "/proc/1/fd", "d.py": "nowhere", "e": ".."}.items():
        (where / name).symlink_to(target)


@folder(error="not a regular file")
def pipe_in_place_of_the_notebook(where: Path) -> None:
    os.mkfifo(where / "bptt.ipynb")


@folder()
def read_only(where: Path) -> None:
    save(where).chmod(0o444)
    where.chmod(0o555)


@folder(note="lies beside bptt.ipynb")
def files_of_odd_names_beside(where: Path) -> None:
    save(where)
    for name in (b"\xff\xfe.ipynb", b"two\nlines \x1b[31m.py", "‮gnp.ipynb".encode()):
        with open(os.path.join(os.fsencode(where), name), "wb"):
            pass


@folder(note="was judged")
def a_name_that_is_no_utf_8(where: Path) -> None:
    save(where).rename(os.fsdecode(os.path.join(os.fsencode(where), b"l\xf6sung.ipynb")))


@folder()
def timestamp_of_another_form(where: Path) -> None:
    save(where)
    save(where, "gestern Abend, glaube ich".encode(), "timestamp.txt")


@folder()
def timestamp_that_is_no_text(where: Path) -> None:
    save(where)
    save(where, b"\xff\xfe\0\x81", "timestamp.txt")


@folder()
def empty_timestamp(where: Path) -> None:
    save(where)
    save(where, b"", "timestamp.txt")


@folder()
def timestamp_that_is_a_folder(where: Path) -> None:
    save(where)
    (where / "timestamp.txt").mkdir()


@folder()
def timestamp_that_is_a_pipe(where: Path) -> None:
    save(where)
    os.mkfifo(where / "timestamp.txt")


@folder()
def timestamp_of_many_digits(where: Path) -> None:
    save(where)
    save(where, b"12:" + b"9" * 29, "timestamp.txt")
