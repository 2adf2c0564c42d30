"""The package as an index takes it: built, checked, and installed away from the repository. Nothing is downloaded for it."""

import email.message
import email.parser
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from trove_classifiers import classifiers

from autograder.engine.core.places import KIT, SOLUTION

ROOT = SOLUTION.parent


def _run(*words: str | Path, **options: object) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, and the wheel that was made of it."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> email.message.Message:
    """What the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that holds the wheel, and beside it what the kit needs."""
    folder = tmp_path_factory.mktemp("fresh")
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        programs / "python",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
    )
    _run(*pip, wheel)
    ours = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", ours))
    (site / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def _anywhere(folder: Path) -> dict[str, object]:
    """A folder and an environment that know nothing of the repository."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {"cwd": folder, "env": kept}


def test_an_index_takes_it(dist: Path) -> None:
    """Both files are well formed, and their description can be shown."""
    _run(sys.executable, "-m", "twine", "check", "--strict", *sorted(dist.iterdir()))
    assert len(list(dist.iterdir())) == 2


def test_what_it_says_of_itself(metadata: email.message.Message) -> None:
    """Its classifiers exist, its addresses belong to one repository, and no link or picture in it is relative."""
    assert set(metadata.get_all("Classifier")) <= classifiers
    home = next(line.split(", ")[1] for line in metadata.get_all("Project-URL") if line.startswith("Repository"))
    assert all(line.split(", ")[1].startswith(home) for line in metadata.get_all("Project-URL"))
    links = re.findall(r"\]\(([^)\s]+)\)", str(metadata.get_payload()))
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    pictures = [link for link in links if link.endswith(".png")]
    assert len(pictures) == 4
    assert all(link.startswith(f"{home}/raw/HEAD/docs/") for link in pictures)


def test_it_holds_one_package_and_all_of_it(wheel: Path, dist: Path) -> None:
    """The wheel takes one top-level name and holds each file of it with the course's sources; the archive is no larger than it needs."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"autograder"}
    files = [path for path in KIT.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    wanted = {path.relative_to(ROOT).as_posix() for path in files}
    wanted |= {
        f"autograder/solution/{name}"
        for name in ("bptt.py", "bptt.md", "bptt/bptt.ipynb", "bptt/selfcheck.py", "bptt/pytest.ini")
    }
    assert wanted - names == set()
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        assert not [name for name in archive.getnames() if "/docs/" in name and name.endswith(".png")]


def test_it_works_away_from_the_repository(installed: Path, tmp_path: Path) -> None:
    """Installed alone it says its version in both ways, makes a course, grades, lists who is too alike and writes a zip."""
    kit, place = installed / "bptt-autograder", _anywhere(tmp_path)
    version = _run(kit, "--version", **place)
    assert version == _run(installed / "python", "-m", "autograder", "--version", **place)
    shown = _run(installed / "python", "-c", "import autograder; print(autograder.__file__)", **place)
    assert shown.startswith(str(installed.parent))
    _run(kit, "init", "course", **place)
    notebook = tmp_path / "course" / "source" / "bptt" / "bptt.ipynb"
    assert notebook.read_bytes() == (SOLUTION / "bptt" / "bptt.ipynb").read_bytes()
    for student in ("ada", "bob"):
        (tmp_path / "submitted" / student).mkdir(parents=True)
        (tmp_path / "submitted" / student / "bptt.ipynb").write_bytes(notebook.read_bytes())
    assert _run(kit, "grade", "submitted", **place).count("30 of 30 points") == 2
    assert "among 2 submissions" in _run(kit, "similar", "submitted", **place)
    _run(kit, "gradescope", **place)
    assert (tmp_path / "gradescope.zip").is_file()
