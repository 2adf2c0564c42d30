"""Hostile notebooks and files, made by code: most are no valid Python, no valid notebook or no file at all."""

import copy
import gzip
import json
import os
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from autograder.engine.core.places import SOLUTION
from autograder.engine.course.assignment import ASSIGNMENT


Aim = Callable[[str], str]  # puts an attack's targets in
_SAY = "open('@DROP@/ran', 'w').close()\n"  # what would be seen if it ran


@dataclass(frozen=True)
class Made:
    """One hostile submission: `write` puts it into a folder. `may_earn` is as in the packs."""

    name: str
    layer: str
    write: Callable[[Path, Aim], None]
    may_earn: str = "nothing"


MADE: list[Made] = []


def made(layer: str, may_earn: str = "nothing") -> Callable[[Callable], Callable]:
    """Enter a function that writes one submission."""

    def enter(write: Callable[[Path, Aim], None]) -> Callable:
        MADE.append(Made(write.__name__, layer, write, may_earn))
        return write

    return enter


def edits(layer: str, may_earn: str = "nothing", solved: bool = False) -> Callable[[Callable], Callable]:
    """Enter a function that changes a notebook: the release's, or the solved one."""

    def enter(change: Callable[[dict], Any]) -> Callable:
        def write(folder: Path, aim: Aim) -> None:
            notebook = copy.deepcopy(_notebook(solved))
            notebook = change(notebook) or notebook
            (folder / "bptt.ipynb").write_text(aim(json.dumps(notebook)), encoding="utf-8")

        MADE.append(Made(change.__name__, layer, write, may_earn))
        return change

    return enter


@cache
def _notebook(solved: bool) -> dict:
    notebook = json.loads((SOLUTION / "bptt" / "bptt.ipynb").read_text(encoding="utf-8"))
    if not solved:
        for cell in notebook["cells"]:
            if cell["id"] in {task.id for task in ASSIGNMENT.tasks}:
                cell["source"] = f"def {cell['id']}(*arguments, **options):\n    raise NotImplementedError\n"
    return notebook


def _tests(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["id"].startswith("test_")]


def _cell(notebook: dict, id: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def _code(source: str, id: str = "own", **marks: Any) -> dict:
    metadata = {"nbgrader": marks} if marks else {}
    return {"cell_type": "code", "id": id, "metadata": metadata, "source": source, "outputs": [], "execution_count": 1}


def _solve_nothing(folder: Path, text: str | bytes) -> None:
    (folder / "bptt.ipynb").write_bytes(text.encode() if isinstance(text, str) else text)


def _solved(folder: Path, name: str = "bptt.ipynb") -> None:
    (folder / name).write_text(json.dumps(_notebook(solved=True)), encoding="utf-8")


@edits("intake")
def edited_test_cells(notebook: dict) -> None:
    for cell in _tests(notebook):
        cell["source"] = "4.0"


@edits("intake")
def deleted_test_cells(notebook: dict) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in _tests(notebook)]


@edits("intake", may_earn="all", solved=True)
def deleted_test_cells_of_honest_work(notebook: dict) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in _tests(notebook)]


@edits("intake")
def doubled_test_cells(notebook: dict) -> None:
    notebook["cells"] += [dict(cell, source="3.0") for cell in _tests(notebook)]


@edits("intake")
def doubled_solution_cells(notebook: dict) -> None:
    notebook["cells"] += [_cell(notebook, task.id) for task in ASSIGNMENT.tasks]


@edits("intake")
def tagged_test_cells(notebook: dict) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


@edits("intake")
def more_points(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": 1000, "grade": True, "locked": False, "solution": True}


@edits("intake")
def points_below_zero(notebook: dict) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["points"] = -1e308


@edits("intake")
def marks_of_another_version(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] = {"schema_version": 10**9, "grade_id": ["list"], "grade": "yes", "cell_type": {}}


@edits("intake")
def another_kernel(notebook: dict) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "bash", "display_name": "x", "argv": ["sh", "-c", "touch @DROP@/k"]}
    notebook["metadata"]["language_info"] = {"name": "bash", "pygments_lexer": "bash"}


@edits("intake")
def baked_outputs(notebook: dict) -> None:
    for cell in _tests(notebook):
        data = {"text/plain": "4.0", "text/html": "<script>alert(1)</script>"}
        cell["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]
        cell["metadata"]["autograder"] = {"points": 4.0, "recorded": True}


@edits("intake")
def baked_verdict(notebook: dict) -> None:
    notebook["metadata"]["autograder"] = {"recorded": True, "result": {"score": 30.0, "status": "graded"}}


@edits("judge")
def locked_cells_replaced(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["id"] not in {task.id for task in ASSIGNMENT.tasks}:
            cell["source"] = "import sys; sys.exit(0)"


@edits("judge")
def answers_under_swapped_ids(notebook: dict) -> None:
    first, second = _cell(notebook, "forward"), _cell(notebook, "hidden_grads")
    for cell, id in ((first, "test_hidden_grads"), (second, "setup")):
        cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = id


@edits("intake", may_earn="all", solved=True)
def prose_as_code(notebook: dict) -> None:
    notebook["cells"].insert(0, _code("This is no Python <script>alert(1)</script> \u202e"))


@edits("notebook syntax")
def shell_lines(notebook: dict) -> None:
    notebook["cells"][1:1] = [
        _code("!touch @DROP@/bang\nx = !touch @DROP@/assigned\n!!touch @DROP@/double"),
        _code("%%bash\ntouch @DROP@/bash"),
        _code("%%writefile @DROP@/written\nx"),
        _code("%run @DROP@/x.py\n%sx touch @DROP@/sx\n%%script sh\ntouch @DROP@/script"),
        _code("get_ipython().system('touch @DROP@/system')"),
    ]


@edits("plain text")
def grade_id_of_control_characters(notebook: dict) -> None:
    notebook["cells"].append(
        _code("1 / 0", grade_id="x\u001b[2J\u001b]0;t\u0007\r\n```\n# Big <script>alert(1)</script>\u202e")
    )


@edits("plain text")
def grade_id_of_surrogates(notebook: dict) -> None:
    notebook["cells"].append(_code("1 / 0", grade_id="x\ud800"))


@edits("plain text")
def cell_id_of_surrogates(notebook: dict) -> None:
    notebook["cells"].append(_code("1 / 0", id="x\udfff"))


@edits("limits of text")
def grade_id_of_megabytes(notebook: dict) -> None:
    notebook["cells"].append(_code("1 / 0", grade_id="x" * 10**6))


@edits("plain text")
def source_of_odd_characters(notebook: dict) -> None:
    notebook["cells"].append(_code("\u0000\ud800\u001b[31m\ufeff\u2028"))
    notebook["cells"].append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": "\u0000\udc80\u001b[31m"})


@edits("intake")
def cells_that_are_none(notebook: dict) -> None:
    notebook["cells"] += [None, 1, "x", [], {}, {"cell_type": []}, {"cell_type": "code", "source": {"a": 1}}]
    notebook["cells"] += [{"cell_type": "code", "source": [1, None, ["x"]], "metadata": 7, "id": {}}]


@edits("intake")
def cells_of_an_older_format(notebook: dict) -> dict:
    old = [
        {"cell_type": "code", "input": [_SAY], "language": "bash", "outputs": []},
        {"cell_type": "heading", "source": 1},
    ]
    return {"nbformat": 3, "worksheets": [{"cells": old}, {"cells": []}], "metadata": {"name": "../../x"}}


@edits("intake")
def many_cells(notebook: dict) -> None:
    notebook["cells"] += [_code("pass", id=f"c{n}") for n in range(3000)]


@edits("limits of time")
def many_cells_that_end_the_process(notebook: dict) -> None:
    notebook["cells"][:0] = [_code("import os\nos._exit(0)", id=f"c{n}") for n in range(200)]


@edits("intake")
def much_code(notebook: dict) -> None:
    notebook["cells"].append(_code("x = 1\n" * 2**18))


@edits("limits")
def parser_bomb_of_lines(notebook: dict) -> None:
    notebook["cells"].append(_code("1\n" * 500_000))


@edits("fork per submission")
def parser_bomb_of_brackets(notebook: dict) -> None:
    notebook["cells"].append(_code("x = " + "[" * 100_000 + "]" * 100_000))


@edits("fork per submission")
def parser_bomb_of_operators(notebook: dict) -> None:
    notebook["cells"].append(_code("x = " + "1+" * 200_000 + "1"))


@edits("fork per submission")
def attachments_and_more(notebook: dict) -> None:
    notebook["cells"].append({"cell_type": "markdown", "id": "a", "metadata": {}, "source": "![x](attachment:x)"})
    notebook["cells"][-1]["attachments"] = {"../../x": {"text/html": "<script>alert(1)</script>"}}
    notebook["metadata"]["widgets"] = {"x": {"state": "</script><script>alert(1)</script>"}}


@made("intake")
def deep_json(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, '{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}")


@made("intake")
def deep_metadata(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, '{"cells": [], "metadata": ' + '{"a":' * 200_000 + "1" + "}" * 200_000 + "}")


@made("intake")
def numbers_of_many_digits(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, '{"nbformat": ' + "9" * 10**6 + ', "cells": []}')


@made("intake")
def json_that_is_no_notebook(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, '[{"cells": [{"cell_type": "code", "source": "1"}]}, NaN, Infinity]')


@made("intake")
def half_a_notebook(folder: Path, aim: Aim) -> None:
    text = json.dumps(_notebook(solved=True))
    _solve_nothing(folder, text[: len(text) // 2])


@made("intake")
def no_text(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, bytes(range(256)) * 100)


@made("intake")
def nothing(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b"")


@made("intake")
def sparse_gigabytes(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b"{")
    os.truncate(folder / "bptt.ipynb", 2**33)


@made("intake")
def link_to_the_solution(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to(SOLUTION / "bptt" / "bptt.ipynb")


@made("intake")
def link_to_another_student(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to(folder.parent / "honest-first" / "bptt.ipynb")


@made("intake")
def link_to_a_secret(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").symlink_to(aim("@SECRET@"))


@made("intake")
def link_in_place_of_the_folder(folder: Path, aim: Aim) -> None:
    folder.rmdir()
    folder.symlink_to(folder.parent / "honest-first")


@made("intake")
def link_to_itself(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to("bptt.ipynb")


@made("intake")
def link_to_an_endless_device(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to("/dev/zero")


@made("intake")
def endless_device(folder: Path, aim: Aim) -> None:
    try:
        os.mknod(folder / "bptt.ipynb", 0o20666, os.makedev(1, 5))
    except PermissionError:  # only root makes devices
        (folder / "bptt.ipynb").symlink_to("/dev/urandom")


@made("intake")
def pipe_without_a_writer(folder: Path, aim: Aim) -> None:
    os.mkfifo(folder / "bptt.ipynb")


@made("intake")
def pipe_in_place_of_a_script(folder: Path, aim: Aim) -> None:
    os.mkfifo(folder / "bptt.py")


@made("intake")
def socket_in_place_of_a_notebook(folder: Path, aim: Aim) -> None:
    here = os.getcwd()
    os.chdir(folder)  # a socket's name must be short
    socket.socket(socket.AF_UNIX).bind("bptt.ipynb")
    os.chdir(here)


@made("intake")
def folder_in_place_of_a_notebook(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").mkdir()


@made("plain text", may_earn="all")
def names_of_control_characters(folder: Path, aim: Aim) -> None:
    _solved(folder)
    for name in ("\x1b[2J\x1b]0;t\x07.py", "a\n  30.00 of 30\n.ipynb", "\u202e<script>alert(1)<!-- ```.py"):
        (folder / name).write_text("")


@made("plain text", may_earn="all")
def name_that_is_no_text(folder: Path, aim: Aim) -> None:
    _solved(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe\x80.py")).write_text("")


@made("plain text", may_earn="all")
def only_name_that_is_no_text(folder: Path, aim: Aim) -> None:
    _solved(folder, os.fsdecode(b"\xff\x1b[2J.ipynb"))


@made("intake", may_earn="all")
def many_files(folder: Path, aim: Aim) -> None:
    _solved(folder)
    for number in range(400):
        (folder / f"{number:03}-{'x' * 240}.py").write_text("")


@made("intake")
def many_values(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, '{"cells": [], "metadata": {"x": [' + "[]," * (4 * 2**20) + "0]}}")


@edits("limits of text")
def many_cells_that_fail(notebook: dict) -> None:
    notebook["cells"] += [_code(f"raise ValueError({'x' * 290!r})", id=f"c{n}") for n in range(1500)]


@made("intake", may_earn="all")
def modules_beside_the_notebook(folder: Path, aim: Aim) -> None:
    _solved(folder)
    names = (
        "numpy scipy json conftest sitecustomize usercustomize autograder nbgrader_config worker protocol isolation bptt_helper"
    )
    for name in (*names.split(), "numpy/__init__", "autograder/__init__"):
        file = folder / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(aim(_SAY))


@made("intake", may_earn="all")
def settings_beside_the_notebook(folder: Path, aim: Aim) -> None:
    _solved(folder)
    (folder / "autograder.toml").write_text("allow_unisolated = true\ntasks_off = ['forward']\n")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --co\n")
    (folder / ".env").write_text(aim("PYTHONSTARTUP=@SECRET@\n"))
    (folder / "evil.pth").write_text(aim("import os; os.mkdir('@DROP@/pth')\n"))
    (folder / "timestamp.txt").write_text("2999-01-01 00:00:00 UTC\n")


@made("intake", may_earn="all")
def links_beside_the_notebook(folder: Path, aim: Aim) -> None:
    _solved(folder)
    (folder / "bptt.py").symlink_to(aim("@SECRET@"))
    (folder / "data.csv").symlink_to(aim("@OTHER@"))
    (folder / "up").symlink_to("/")
    os.mkfifo(folder / "timestamp.txt")


@made("intake", may_earn="all")
def byte_order_mark(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b"\xef\xbb\xbf" + json.dumps(_notebook(solved=True)).encode())


@made("intake")
def script_that_is_no_text(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").write_bytes(b"# coding: utf-7\n+AGk-mport os\n\xff\xfe\0")


@made("fork per submission")
def script_of_another_encoding(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").write_text(aim("# coding: rot13\nvzcbeg bf\n" + _SAY.replace("open", "bcra")))


@made("limits of time")
def script_of_many_cells(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").write_text("#%%\n1\n" * 60_000)


@made("intake")
def script_of_many_functions(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").write_text("def f(): 0\n" * 20_000)


@made("intake")
def script_of_nothing(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").write_text("\ufeff \n")


@made("intake")
def notebook_of_blanks(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b" \n\t")


@edits("intake")
def numbers_in_metadata(notebook: dict) -> None:
    notebook["metadata"] |= {"points": 1e308, "digits": 10**4000, "nan": float("nan"), "below": -float("inf")}
    notebook["nbformat"] = 10**3000
    for cell in notebook["cells"]:
        cell["execution_count"] = 10**2000


@made("intake")
def keys_given_twice(folder: Path, aim: Aim) -> None:
    text = json.dumps(_notebook(solved=False))
    more = json.dumps([_code(_SAY)])
    _solve_nothing(folder, aim(f'{text[:-1]}, "cells": {more}, "cells": {more}, "nbformat": -4, "nbformat": 1e999}}'))


@edits("intake")
def ids_of_the_check_cells(notebook: dict) -> None:
    for task in ASSIGNMENT.tasks:
        body = f"def {task.id}(*arguments, **options):\n    return 0.0"
        notebook["cells"].append(_code(body, id=task.test_cell, grade_id=task.test_cell, grade=True, points=100))


@edits("intake")
def grade_ids_that_are_paths(notebook: dict) -> None:
    for number, id in enumerate(("../../../gradebook", "..", ".", "/etc/passwd", "a/b", "%2e%2e", "own-setup-0")):
        notebook["cells"].append(_code("1 / 0", id=f"p{number}", grade_id=id))


@edits("intake")
def ids_that_collide_with_the_graders(notebook: dict) -> None:
    ids = ("autograder-note", "own-start-0", "own-setup-0", "setup", "setup")
    notebook["cells"] += [_code("1 / 0", id=id) for id in ids]


@edits("intake", may_earn="all", solved=True)
def thousands_of_authors(notebook: dict) -> None:
    notebook["metadata"]["authors"] = [{"name": "<script>alert(1)</script>=1+1\u001b[31m"}] * 20_000
    notebook["metadata"]["bptt"] = {"release": "<b>0123456789ab</b>"}


@edits("plain text")
def release_of_another_kind(notebook: dict) -> None:
    notebook["metadata"]["bptt"] = {"release": ["\u001b[2J"] * 12}


@edits("intake")
def cell_types_of_nonsense(notebook: dict) -> None:
    for number, cell in enumerate(notebook["cells"]):
        cell["cell_type"] = [["code"], {"code": 1}, "CODE", "code ", None, True, 10**30][number % 7]


@edits("intake")
def source_as_nested_lists(notebook: dict) -> None:
    nested: Any = _SAY
    for _ in range(500):
        nested = [nested]
    for task in ASSIGNMENT.tasks:
        _cell(notebook, task.id)["source"] = nested


@edits("notebook syntax")
def magics_of_every_kind(notebook: dict) -> None:
    lines = [
        "%system touch @DROP@/a\n%%!\ntouch @DROP@/b",
        "%alias x touch @DROP@/c\nx",
        "%%python3\n" + _SAY,
        "%load @SECRET@",
        "%%file @DROP@/d\nx",
        "%env X=1\n%cd @DROP@\n%mkdir e",
        "?@SECRET@",
        "%bookmark -r",
    ]
    notebook["cells"][1:1] = [_code(line, id=f"g{number}") for number, line in enumerate(lines)]


@edits("limits of time")
def magics_without_end(notebook: dict) -> None:
    notebook["cells"][1:1] = [_code("!x\n" * 190 + "%y " * 10_000)]


@edits("limits of time")
def lines_that_are_slow_to_read(notebook: dict) -> None:
    for number, text in enumerate(("def " + " " * 10_000, "import " + "a." * 5_000, "= " * 5_000)):
        notebook["cells"].append(_code(f"{text}!\n" * 2, id=f"s{number}"))
        notebook["cells"].append(_code(f"%time {text}", id=f"t{number}"))


@edits("limits of time")
def definitions_by_thousands(notebook: dict) -> None:
    notebook["cells"].append(_code("def forward(*a): raise NotImplementedError\n" * 5_000))
    notebook["cells"].append(_code("\"\"\"'''" * 10_000))


@made("intake")
def spaces_by_megabytes(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b" " * 2**25 + b"{")


@made("intake")
def lines_by_megabytes(folder: Path, aim: Aim) -> None:
    (folder / "bptt.py").write_bytes(b"# In[  \n" * 2**21)


@made("intake", may_earn="all")
def another_encoding_with_a_mark(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, json.dumps(_notebook(solved=True)).encode("utf-16"))


@made("intake")
def half_a_mark(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b"\xff\xfe" + json.dumps(_notebook(solved=True)).encode("utf-16-be")[1:])


@made("intake")
def archive_under_a_notebooks_name(folder: Path, aim: Aim) -> None:
    with zipfile.ZipFile(folder / "bptt.ipynb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../" * 20 + "bptt.ipynb", b"0" * 2**25)


@made("intake")
def compressed_notebook(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, gzip.compress(b"[" * 2**25, 1))


@made("intake")
def folder_of_another_student(folder: Path, aim: Aim) -> None:
    (folder / "bptt").symlink_to(folder.parent / "honest-first")


@made("intake")
def notebook_below_a_link(folder: Path, aim: Aim) -> None:
    (folder / "work").symlink_to(folder.parent / "honest-first")
    (folder / "again").symlink_to(".")


@made("intake")
def folders_without_end(folder: Path, aim: Aim) -> None:
    deep = folder
    for _ in range(15):
        deep /= "x" * 200
    deep.mkdir(parents=True)
    (deep / "data.txt").write_text("")


@made("intake", may_earn="all")
def second_name_of_a_secret(folder: Path, aim: Aim) -> None:
    _solved(folder)
    (folder / "bptt-Copy1.ipynb").symlink_to(aim("@OTHER@"))
    (folder / "notes.py").symlink_to("/proc/self/environ")


@made("plain text", may_earn="all")
def names_that_are_patterns(folder: Path, aim: Aim) -> None:
    _solved(folder)
    for name in ("*.ipynb", "[a-z].py", "..ipynb", "~.py", "-rf.py", "$(touch x).py", "%s%n.py", "=cmd.ipynb"):
        (folder / name).write_text("")


@made("intake")
def link_to_a_long_name(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to("x" * 300)


@made("intake")
def long_name_in_place_of_the_folder(folder: Path, aim: Aim) -> None:
    folder.rmdir()
    folder.symlink_to("x/" * 2000 + "y")


@made("intake")
def links_in_a_circle(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to("bptt.py")
    (folder / "bptt.py").symlink_to("bptt.ipynb")


@made("intake")
def link_below_a_closed_folder(folder: Path, aim: Aim) -> None:
    (folder / "bptt.ipynb").symlink_to("/proc/1/fd/0/bptt.ipynb")


@made("intake")
def mark_alone(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b"\xef\xbb\xbf")


@made("intake")
def blanks_of_other_kinds(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, "\ufeff\xa0\u2028\u3000\n".encode())


@made("intake", may_earn="all")
def date_of_many_digits(folder: Path, aim: Aim) -> None:
    _solved(folder)
    (folder / "timestamp.txt").write_text("12:" + "9" * 29)


@edits("limits of text", may_earn="all", solved=True)
def line_breaks_by_megabytes(notebook: dict) -> None:
    notebook["cells"].append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": "\n" * 2**24})


@edits("limits of text", may_earn="all", solved=True)
def lines_of_text_by_millions(notebook: dict) -> None:
    for number in range(100):
        notebook["cells"].append({"cell_type": "markdown", "id": f"m{number}", "metadata": {}, "source": "> * \n" * 20_000})


@edits("limits of text", may_earn="all", solved=True)
def imports_by_thousands(notebook: dict) -> None:
    _cell(notebook, "setup")["source"] += "\nimport " + ", ".join(f"a{number}" for number in range(100_000))


@edits("limits of text", may_earn="all", solved=True)
def copies_of_a_locked_cell(notebook: dict) -> None:
    setup = _cell(notebook, "setup")
    notebook["cells"] += [dict(setup, source=f"{setup['source']}\nimport a{number}") for number in range(1_500)]


@edits("limits of text")
def code_as_text_by_megabytes(notebook: dict) -> None:
    source = "def forward(*arguments):\n    return 0\n# " + "\u00e9" * 2**21
    _cell(notebook, "forward").update(cell_type="markdown", source=source)


@edits("limits of text", solved=False)
def code_of_wide_letters(notebook: dict) -> None:
    notebook["cells"].append(_code("# " + "\U0001f600" * (2**20 - 2**16)))


@made("intake")
def keys_by_thousands(folder: Path, aim: Aim) -> None:
    keys = ",".join(f'"k{number}":{number}' for number in range(400_000))
    _solve_nothing(folder, f'{{"cells": [], "metadata": {{{keys}}}}}')


@made("intake")
def letters_of_no_utf_16(folder: Path, aim: Aim) -> None:
    _solve_nothing(folder, b"\xff\xfe" + b"\0\xdc" * 2**24)
