"""Which of a student's files is judged: what it holds and what it is called decide, and not where it lies."""

from pathlib import Path

from packing import as_folder, read, whose, work

OTHER = {"ryan/bptt.ipynb": work("ryan")}  # so that the folder is a class's


def test_the_one_with_the_right_name_is_read_of_any_number(tmp_path: Path) -> None:
    """However many other notebooks stand before it, the one that is called bptt.ipynb is judged."""
    others = {f"jane/work/attempt {letter}.ipynb": work(letter) for letter in "abcdefghijklmnop"}
    found, _ = read(as_folder(tmp_path, others | {"jane/work/bptt.ipynb": work("jane")} | OTHER))
    assert whose(found[0]) == "jane"


def test_a_folder_is_hidden_by_a_dot_alone(tmp_path: Path) -> None:
    """Work in a folder that begins with a line is judged; a system's, a tool's or a hidden one holds none."""
    tools = {f"jane/{folder}/bptt.ipynb": work(folder) for folder in (".cache", "__MACOSX", "__pycache__")}
    found, _ = read(as_folder(tmp_path, tools | {"jane/_final/bptt.ipynb": work("jane")} | OTHER))
    assert whose(found[0]) == "jane"


def test_what_is_said_of_several_files_is_true(tmp_path: Path) -> None:
    """Where several files are called bptt.ipynb, nobody is told that none is."""
    files = {"jane/a/bptt.ipynb": work("a"), "jane/b/bptt.ipynb": work("b")}
    found, _ = read(as_folder(tmp_path, files | OTHER))
    assert found[0].error == "there are several files (a/bptt.ipynb, b/bptt.ipynb): hand in one of them"
