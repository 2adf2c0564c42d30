"""People of a course as users of the system, each with a home, nbgrader's configuration and a Python that they may run."""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forked
from attacks.matrix import _readable_python

KIT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Person:
    """One user: the name that the system knows, a home, and how commands are run as that user."""

    name: str
    home: Path
    python: str
    environment: dict[str, str]
    options: dict[str, Any]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """One command of this user's, in the home."""
        return subprocess.run(
            command, cwd=self.home, env=self.environment, capture_output=True, text=True, check=False, **self.options
        )

    def module(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -m` of this user's in a folder."""
        return forked.run_as(self.options, self.python, ("-m", *words), folder, self.environment)

    def nbgrader(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.module(self.home, "nbgrader", *words)

    def owns(self, *paths: Path) -> None:
        """Have these files and folders belong to this user."""
        for path in paths:
            for found in [path, *path.rglob("*")]:
                shutil.chown(found, self.options.get("user"), self.options.get("group"))


@contextlib.contextmanager
def people(*names: str) -> Iterator[tuple[Path, dict[str, Person]]]:
    """An exchange that all may write to, and people by these names; where this is not root, all are the user who runs this."""
    folder = Path(tempfile.mkdtemp(prefix="people-"))
    folder.chmod(0o755)
    root, made = os.geteuid() == 0, []
    try:
        (folder / "exchange").mkdir()
        (folder / "exchange").chmod(0o777)
        found = {}
        python, kit = sys.executable, KIT
        for name in names:
            user = f"{name}-{secrets.token_hex(3)}" if root else _whoami()
            home = folder / "homes" / name
            home.mkdir(parents=True)
            options: dict[str, Any] = {}
            if root:
                subprocess.run(["useradd", "--no-create-home", "--home-dir", str(home), user], check=True)
                made.append(user)
                options = {"user": user, "group": user, "extra_groups": []}
                if not found:
                    kit = _copy_of_the_kit(folder)
                    python = _readable_python(folder, options)
                    _compiled(folder / "python" / "lib")
            found[name] = Person(user, home, python, _environment(folder, home, python, kit), options)
            found[name].owns(home)
            home.chmod(0o700)
        yield folder / "exchange", found
    finally:
        for user in made:
            subprocess.run(["userdel", user], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _compiled(library: Path) -> None:
    """What this Python has compiled of its library, for a copy that its users cannot write to: they would do it each time."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    copy = library / stdlib.name
    for found in stdlib.rglob("__pycache__") if copy.is_dir() else ():
        place = copy / found.relative_to(stdlib)
        if place.parent.is_dir():
            shutil.copytree(found, place, dirs_exist_ok=True)


def _whoami() -> str:
    from nbgrader.utils import get_username  # heavy

    return get_username()


def _copy_of_the_kit(folder: Path) -> Path:
    for name in ("autograder", "solution"):
        shutil.copytree(KIT / name, folder / "kit" / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return folder / "kit"


def _environment(folder: Path, home: Path, python: str, kit: Path) -> dict[str, str]:
    """Nothing of who runs the test: another home, and `alembic`, which nbgrader calls, by a Python that this user may run."""
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    alembic = commands / "alembic"
    alembic.write_text(f'#!/bin/sh\nexec "{python}" -m alembic.config "$@"\n', encoding="utf-8")
    alembic.chmod(0o755)
    paths = [str(kit), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": str(folder / "python" / "lib"),  # of a copied Python
    }
