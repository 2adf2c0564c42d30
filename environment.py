"""Make `.venv`, and install the kit into it: `make` runs this.

    python environment.py demo    what the kit itself needs
    python environment.py dev     besides, what its tests and tools need

uv does it where it can be had, by pip's own index; else pip does. What is done leaves a stamp, `.venv/.demo` or `.venv/.dev`.
"""

from __future__ import annotations  # an older Python gets as far as to be told that it is too old

import ast
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

HERE = Path(".venv")
PYTHON = HERE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = HERE / ".unfinished"  # there while something is made or installed: who finds it was interrupted before
WHAT = {
    "demo": ["--constraint", "constraints.txt", "--editable", "."],
    "dev": ["--constraint", "constraints.txt", "--group", "dev", "--editable", "."],
}
# Where packages come from, in pip's words and in uv's.
FLAGS = {
    "index-url": "--default-index",
    "extra-index-url": "--index",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
    "constraint": "--constraint",
}
VARIABLES = {"cert": "SSL_CERT_FILE", "client-cert": "SSL_CLIENT_CERT", "proxy": "ALL_PROXY"}
OWN = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX")


def main(wanted: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"Python {sys.version.split()[0]} is too old: name a newer one, as in make {wanted} PYTHON=python3.12")
    start = time.monotonic()
    if UNFINISHED.exists() or not _works(PYTHON, "-m", "pip", "--version"):
        _say(f"Making .venv with Python {sys.version.split()[0]}")
        shutil.rmtree(HERE, ignore_errors=True)
        HERE.mkdir(exist_ok=True)
        UNFINISHED.touch()
        _run(sys.executable, "-m", "venv", HERE)
    UNFINISHED.touch()
    if not _by_uv(wanted):
        _by_pip(wanted)
    for name in WHAT if wanted == "dev" else (wanted,):
        (HERE / f".{name}").touch()
    UNFINISHED.unlink()
    _say(f"Done in {time.monotonic() - start:.0f} s")


def _by_uv(wanted: str) -> bool:
    """Whether uv is there, or can be fetched, and has installed what is wanted."""
    uv = shutil.which("uv")
    if not uv or not _works(uv, "--version"):
        uv = str(PYTHON.with_name("uv"))
        if not _works(uv, "--version"):
            _say("Fetching uv, which installs faster than pip")
            fetch = [*_pip("install"), "--constraint", "constraints.txt", "--only-binary", "uv", "uv"]
            if not _works(*fetch):
                _say("uv is not to be had here")
                return False
    _say(f"Installing the kit{' and what its tests need' if wanted == 'dev' else ''}, by uv")
    said = subprocess.run(_pip("config", "list"), capture_output=True, text=True, check=False).stdout
    flags, variables = as_uv(said, os.environ)
    # Student code may write no file, so what Python compiles there is lost: everything is compiled now.
    install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--compile-bytecode"]
    if subprocess.run([*install, *flags, *WHAT[wanted]], env={**os.environ, **variables}, check=False).returncode:
        _say("uv could not do it")
        return False
    return True


def _by_pip(wanted: str) -> None:
    _say("Installing by pip: this takes a minute or two")
    if wanted == "dev":
        _run(*_pip("install"), "pip>=25.1")  # older ones know no groups
    _run(*_pip("install"), *WHAT[wanted])


def as_uv(listed: str, environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Where packages come from by `pip config list`, as uv's flags and variables. What uv itself is told goes first."""
    settings: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}  # the later, the stronger
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in settings:
            settings[section][key] = str(ast.literal_eval(value))
    found = settings["global"] | settings["install"] | settings[":env:"]
    variables = {name: found[key] for key, name in VARIABLES.items() if key in found and name not in environment}
    if any(environment.get(name) for name in OWN):
        return [], variables
    flags = [word for key, flag in FLAGS.items() for value in found.get(key, "").split() for word in (flag, value)]
    if "extra-index-url" in found:
        flags += ["--index-strategy", "unsafe-best-match"]  # pip's own: all indexes are asked for the best version
    if found.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        flags.append("--no-index")
    return flags, variables


def _pip(command: str, *words: str) -> list[str]:
    quiet = ["--quiet", "--disable-pip-version-check"] if command == "install" else []
    return [str(PYTHON), "-m", "pip", command, *quiet, *words]


def _works(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(*command: str | Path) -> None:
    """What fails ends all; it has said why itself, and has left what it found."""
    if status := subprocess.run(command, check=False).returncode:
        if PYTHON.exists():
            UNFINISHED.unlink(missing_ok=True)
        sys.exit(status)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
