"""How `make` makes `.venv`: what each command needs, from where, and what becomes of one that was interrupted."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent

_AGE = 10**9  # of stamps and of what they follow, in seconds since the epoch


@pytest.fixture
def environment() -> Iterator[ModuleType]:
    """The script that `make` runs, as a module."""
    spec = importlib.util.spec_from_file_location("environment", ROOT / "environment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what `make` looks at, and nothing made yet."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
        os.utime(tmp_path / name, (_AGE, _AGE))
    return tmp_path


def _planned(clone: Path, target: str, *words: str) -> str:
    """What `make` would do."""
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "PYTHON")}
    command = ["make", "-n", target, *words]
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=True).stdout


def _stamp(clone: Path, name: str, age: int) -> None:
    (clone / ".venv").mkdir(exist_ok=True)
    (clone / ".venv" / name).touch()
    os.utime(clone / ".venv" / name, (age, age))


@pytest.mark.parametrize(
    ("target", "installed"),
    [("demo", "demo"), ("build", "demo"), *((name, "dev") for name in "test quick coverage judge bench lint".split())],
)
def test_a_command_installs_what_it_needs(clone: Path, target: str, installed: str) -> None:
    """`make demo` on a fresh clone installs the kit alone, and `make test` the tests' packages too."""
    lines = [line for line in _planned(clone, target).splitlines() if "environment.py" in line]
    assert lines == [f"python3 environment.py {installed}"]


def test_the_python_is_the_one_that_is_named(clone: Path) -> None:
    """`PYTHON=` says which Python makes `.venv`."""
    assert "python3.12 environment.py dev" in _planned(clone, "test", "PYTHON=python3.12")


def test_what_is_installed_is_not_installed_again(clone: Path) -> None:
    """With a stamp that is newer than what it follows, nothing is installed."""
    _stamp(clone, ".demo", _AGE + 1)
    assert "environment.py" not in _planned(clone, "demo")
    assert "environment.py dev" in _planned(clone, "test")


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_a_changed_list_of_packages_installs_again(clone: Path, changed: str) -> None:
    """A stamp that is older than a list of packages counts for nothing."""
    _stamp(clone, ".demo", _AGE + 1)
    os.utime(clone / changed, (_AGE + 2, _AGE + 2))
    assert "environment.py demo" in _planned(clone, "demo")


def test_uv_takes_what_pip_takes(environment: ModuleType) -> None:
    """pip's index, further indexes, certificate and the like are said to uv; a variable goes before a file."""
    listed = """\
:env:.index-url='https://one.example/simple'
global.cert='/ca.crt'
global.extra-index-url='https://two.example/simple\\nfile:///three'
global.index-url='https://not.example/simple'
install.find-links='/wheels'
list.format='columns'
"""
    flags, variables = environment.as_uv(listed, {})
    assert flags == [
        *("--default-index", "https://one.example/simple"),
        *("--index", "https://two.example/simple"),
        *("--index", "file:///three"),
        *("--find-links", "/wheels"),
        *("--index-strategy", "unsafe-best-match"),
    ]
    assert variables == {"SSL_CERT_FILE": "/ca.crt"}


def test_what_uv_is_told_itself_goes_first(environment: ModuleType) -> None:
    """With an index of uv's own, pip's is not taken; a certificate of its own stays."""
    listed = "global.index-url='https://not.example/simple'\nglobal.cert='/ca.crt'\n"
    own = {"UV_DEFAULT_INDEX": "https://own.example/simple", "SSL_CERT_FILE": "/own.crt"}
    assert environment.as_uv(listed, own) == ([], {})


def test_without_an_index_none_is_asked(environment: ModuleType) -> None:
    """Where pip may ask no index, uv may not either."""
    flags, _ = environment.as_uv("global.no-index='true'\nglobal.find-links='/wheels'\n", {})
    assert flags == ["--find-links", "/wheels", "--no-index"]


@pytest.fixture
def commands(environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The commands that the script runs, in an empty folder: none is run, and there is no uv."""
    ran: list[str] = []

    def run(*command: object) -> None:
        ran.append(" ".join(map(str, command[1:])))
        if "venv" in command:
            environment.PYTHON.parent.mkdir(parents=True)
            environment.PYTHON.touch()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(environment, "_run", run)
    monkeypatch.setattr(
        environment, "_works", lambda *command: Path(command[0]) == environment.PYTHON and _is_pip(command)
    )
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    return ran


def _is_pip(command: tuple[object, ...]) -> bool:
    return Path(str(command[0])).exists() and command[-1] == "--version"


def test_without_uv_pip_installs(environment: ModuleType, commands: list[str], capsys: pytest.CaptureFixture) -> None:
    """Where uv is not to be had, that is said, and pip does the same."""
    environment.main("dev")
    assert "uv is not to be had here\nInstalling by pip" in capsys.readouterr().out
    assert [line for line in commands if "--constraint constraints.txt --group dev --editable ." in line]
    assert {path.name for path in environment.HERE.iterdir() if path.is_file()} == {".demo", ".dev"}


def test_the_kit_alone_needs_no_group(environment: ModuleType, commands: list[str]) -> None:
    """For the demonstration the group of the tests' packages is left out, and its stamp is not made."""
    environment.main("demo")
    assert not [line for line in commands if "--group" in line]
    assert not (environment.HERE / ".dev").exists()


def test_what_was_interrupted_is_made_anew(environment: ModuleType, commands: list[str]) -> None:
    """A `.venv` that was left while something was installed is made anew; one that was finished stays."""
    environment.main("demo")
    environment.main("dev")
    assert [line for line in commands if "venv" in line] == ["-m venv .venv"]
    environment.UNFINISHED.touch()
    (environment.HERE / "half").touch()
    environment.main("dev")
    assert [line for line in commands if "venv" in line] == ["-m venv .venv"] * 2
    assert not (environment.HERE / "half").exists()
    assert not environment.UNFINISHED.exists()
