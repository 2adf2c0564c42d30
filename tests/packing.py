"""Downloads for tests: files by name, packed in each form that a platform or a person hands on."""

import io
import json
import tarfile
import zipfile
from pathlib import Path

import py7zr

from autograder.engine.core.places import SOLUTION
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
    with collected(list(paths)) as handout:
        return [load_found(entry) for entry in handout.found], list(handout.left_out)


def whose(submission: Submission) -> str:
    """The name that stands in the answer that would be judged."""
    return next((cell.source.split("'")[1] for cell in submission.cells if "return '" in cell.source), "")


def zip_of(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
