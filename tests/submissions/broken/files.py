"""Files that are damaged, of another encoding, or something else under a notebook's name."""

import io
import json
import zipfile
from pathlib import Path

from submissions.broken.kinds import ALL, LOST, NONE, Kind, cell, data, folder, honest, notebook, save, script, unreadable


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bptt.ipynb", data())
    return packed.getvalue()


UNREADABLE = [
    unreadable("truncated", data()[: len(data()) // 2], "its JSON does not parse"),
    unreadable("cut off in a character", data()[: data().index("∂".encode()) + 1], "its JSON does not parse"),
    unreadable("empty", b"", "is empty"),
    unreadable("blank", b" \r\n\t\n", "is empty"),
    unreadable("a byte-order mark alone", b"\xef\xbb\xbf", "is empty"),
    unreadable("two byte-order marks", b"\xef\xbb\xbf\xef\xbb\xbf \n", "is empty"),
    unreadable("a byte-order mark of UTF-16", b"\xff\xfe", "is empty"),
    unreadable("blank in UTF-16", " \n\t".encode("utf-16"), "is empty"),
    unreadable("blank in other letters", "\xa0\u2003\u3000\n".encode(), "is empty"),
    unreadable("web page with a mark", b"\xef\xbb\xbf\n<html>sign in</html>", "is a web page"),
    unreadable("binary", b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 40, "is not text"),
    unreadable("zip archive", _zip(), "is a zip archive"),
    unreadable("web page", "<!DOCTYPE html>\n<html><body>def forward(x): sign in</body></html>", "is a web page"),
    unreadable("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "is a PDF"),
    unreadable("json null", "null", "not a notebook"),
    unreadable("json number", "42", "not a notebook"),
    unreadable("json text", '"def forward(x): pass"', "not a notebook"),
    unreadable("json list", json.dumps([honest()]), "not a notebook"),
    unreadable("json without cells", '{"nbformat": 4, "metadata": {}}', "not a notebook"),
    unreadable("cells that are no list", '{"nbformat": 4, "cells": {"0": {}}}', "not a notebook"),
    unreadable("worksheets that are no list", '{"nbformat": 3, "worksheets": 1}', "not a notebook"),
    unreadable("merge conflict", data().replace(b' "cells"', b'<<<<<<< HEAD\n "cells"', 1), "its JSON does not parse"),
    unreadable("two notebooks in one file", data() + data(), "its JSON does not parse"),
    unreadable("padded with nulls", data() + bytes(4096), "null characters"),
    unreadable("deeply nested", '{"cells": ' + "[" * 100_000, "its JSON does not parse"),
]


def _encoded(name: str, content: bytes, note: str = "") -> Kind:
    return Kind(name, lambda where: save(where, content), note=note)


ENCODED = [
    _encoded("byte-order mark", b"\xef\xbb\xbf" + data()),
    _encoded("UTF-16", data().decode().encode("utf-16"), "UTF-16"),
    _encoded("UTF-16 without a mark", data().decode().encode("utf-16-be"), "UTF-16"),
    _encoded("windows line ends", data().replace(b"\n", b"\r\n")),
    _encoded("old mac line ends", data().replace(b"\n", b"\r")),
    _encoded("indented by tabs", json.dumps(honest(), indent="\t").encode()),
    _encoded("one line", json.dumps(honest()).encode()),
    _encoded("raw control characters in strings", data().replace(rb"\n\n", b"\n\n"), ""),
    _encoded("latin-1 characters", data().replace("∂".encode(), b"\xfc"), "are not UTF-8"),
]


@notebook()
def carriage_returns_in_sources(nb: dict) -> None:
    for found in nb["cells"]:
        found["source"] = found["source"].replace("\n", "\r")


@notebook()
def windows_line_ends_in_sources(nb: dict) -> None:
    for found in nb["cells"]:
        found["source"] = [line + "\r\n" for line in found["source"].split("\n")]


@notebook()
def code_indented_by_tabs(nb: dict) -> None:
    for found in nb["cells"]:
        found["source"] = found["source"].replace("    ", "\t")


@notebook(passes=ALL - {"spectral_radius"}, note=LOST)
def null_characters_in_a_cell(nb: dict) -> None:
    cell(nb, "spectral_radius")["source"] += "\0\0"


@notebook()
def lone_surrogates(nb: dict) -> None:
    nb["cells"][0]["source"] += "\ud83d"
    cell(nb, "forward")["source"] += "\n# \udcff"
    nb["metadata"]["title"] = "\ud800"


@notebook()
def very_long_lines(nb: dict) -> None:
    cell(nb, "forward")["source"] += "\n# " + "x" * 400_000
    nb["cells"][0]["source"] += "y" * 400_000


@notebook(note="more than 2 MiB of text")
def megabytes_of_line_breaks(nb: dict) -> None:
    nb["cells"][0]["source"] += "\n" * 2**23


@notebook(error="more than 1 MiB of code")
def answer_as_text_and_far_too_long(nb: dict) -> None:
    cell(nb, "forward").update(cell_type="markdown", source=cell(nb, "forward")["source"] + "\n# " + "é" * 2**20)


@notebook()
def picture_in_a_text(nb: dict) -> None:
    nb["cells"][0]["source"] += "![](data:image/png;base64," + "A" * 3 * 2**20 + ")"


@notebook(note="kept from the locked cell `setup`: import a0, a1")
def imports_by_thousands(nb: dict) -> None:
    cell(nb, "setup")["source"] += "\nimport " + ", ".join(f"a{number}" for number in range(100_000))


@notebook(note="without the number of a run")
def huge_outputs(nb: dict) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 30_000_000}, "metadata": {}}
    cell(nb, "forward")["outputs"] = [picture]


@folder(error="larger than")
def sparse_gigabytes(where: Path) -> None:
    with open(save(where), "ab") as file:
        file.truncate(2**33)


@folder(note="holds Python code")
def script_under_a_notebooks_name(where: Path) -> None:
    save(where, script().encode())


@folder(note="holds a notebook")
def notebook_under_a_scripts_name(where: Path) -> None:
    save(where, name="bptt.py")


@folder()
def plain_script(where: Path) -> None:
    save(where, script().encode(), "bptt.py")


@folder()
def script_with_cells(where: Path) -> None:
    save(where, script(marks=True).encode(), "bptt.py")


@folder()
def script_with_windows_line_ends(where: Path) -> None:
    save(where, script().replace("\n", "\r\n").encode(), "bptt.py")


@folder(note="UTF-16")
def script_in_utf_16(where: Path) -> None:
    save(where, script().encode("utf-16"), "bptt.py")


@folder(note="are not UTF-8")
def script_in_latin_1(where: Path) -> None:
    save(where, b"# \xfcbung\n" + script().encode("ascii", "ignore"), "bptt.py")


@folder()
def script_exported_from_the_notebook(where: Path) -> None:
    sources = [f["source"] for f in honest()["cells"] if f["cell_type"] == "code"]
    cells = "".join(f"# In[{n}]:\n\n\n{source}\n\n\n" for n, source in enumerate(sources, start=1))
    magic = "# In[ ]:\n\n\nget_ipython().run_line_magic('matplotlib', 'inline')\n\n\n"
    save(where, f"#!/usr/bin/env python\n# coding: utf-8\n\n{magic}{cells}".encode(), "bptt.py")


@folder(passes=ALL - {"hidden_grads"}, note=LOST)
def script_with_a_syntax_error(where: Path) -> None:
    save(where, script().replace("for dL_do_t in dL_do[::-1]:", "for dL_do_t in dL_do[::-1]").encode(), "bptt.py")


@folder(note=LOST)
def script_that_stops_at_the_top(where: Path) -> None:
    save(where, ("import numpy as np\nprint(forward(1))\n\n" + script()).encode(), "bptt.py")


@folder(passes=NONE, note="it is not this assignment")
def script_of_prose(where: Path) -> None:
    save(where, b"# I could not do it.\n", "bptt.py")


@folder(error="null characters")
def script_that_is_no_text(where: Path) -> None:
    save(where, bytes(range(256)) * 20, "bptt.py")
