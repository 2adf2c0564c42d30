"""The attack suite with each layer switched off in turn, as root and as a plain user, and the positive control.

    python -m tests.attacks.matrix [--quick]

Prints how many attacks hold with each set of layers, and which do not. With a layer off only those attacks run that a
layer of the operating system is there to stop. Seccomp overlaps with every other layer, so each of them is left down
beside it as well: that shows what the layer is worth. Exits with 1 where an attack gets through at the full tier, more
get through without a layer than are known to, honest work loses points, a layer is worth nothing, or the control shows
that the attacks do not bite.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
KIT = HERE.parents[1]
NOBODY = 65534
LAYERS = ("namespaces", "uid", "capabilities", "limits", "landlock", "seccomp")
FULL = 30.0
LEAST_BITES = 0.5  # of the attacks, on the naive judge
MOST_THROUGH = {"limits": 8, "seccomp": 15}  # without that one layer; without any other one none gets through
WAIT_S = 600


@dataclass(frozen=True)
class User:
    """Who runs the suite, and with which Python and copy of the kit."""

    name: str
    python: str
    kit: Path
    options: dict


@dataclass(frozen=True)
class Row:
    """One run: what is off, for whom, and what came of it."""

    user: str
    off: str
    found: dict

    @property
    def through(self) -> dict[str, list[str]]:
        return {id: harms for id, harms in self.found["harms"].items() if harms}

    @property
    def most_through(self) -> int:
        """How many attacks may get through; without several layers any number."""
        return len(self.found["harms"]) if "," in self.off else MOST_THROUGH.get(self.off, 0)

    @property
    def lost(self) -> bool:
        """Whether honest work in the same batch lost points."""
        return any(score != FULL for score in self.found["honest"].values())

    def line(self) -> str:
        total, off = len(self.found["harms"]), self.off if self.off.count(",") < 2 else "all"
        what = f"without {off}" if off else "with everything"
        lost = "  AND HONEST WORK LOST POINTS" if self.lost else ""
        held = f"{total - len(self.through)} of {total} hold"
        return f"{self.user:6} {what:26} {held:16} {self.found['total_s']:5.1f} s{lost}"


@contextlib.contextmanager
def users() -> Iterator[list[User]]:
    """Root, where this is root, and a plain user."""
    if os.geteuid() != 0:
        yield [User("plain", sys.executable, KIT, {})]
        return
    folder = Path(tempfile.mkdtemp(prefix="matrix-"))
    try:
        folder.chmod(0o755)
        kit = folder / "kit"
        for name in ("autograder", "solution", "tests/attacks"):
            shutil.copytree(KIT / name, kit / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        plain = User("plain", _readable_python(folder, options), kit, options)
        yield [User("root", sys.executable, KIT, {}), plain]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _readable_python(folder: Path, options: dict) -> str:
    """This Python, where the plain user may run it, else a copy with its packages linked or copied."""
    if _runs(sys.executable, options):
        return sys.executable
    home, environment = folder / "python", folder / "venv"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    heavy = shutil.ignore_patterns("site-packages", "test", "tests", "__pycache__", "idlelib", "ensurepip", "config-*")
    shutil.copytree(Path(sysconfig.get_path("stdlib")), home / "lib" / version, ignore=heavy)
    for library in Path(sys.base_prefix, "lib").glob("libpython*"):
        shutil.copy2(library, home / "lib" / library.name)
    (home / "bin").mkdir()
    shutil.copy2(os.path.realpath(sys.executable), home / "bin" / version)
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(home / "bin" / version)
    (environment / "pyvenv.cfg").write_text(f"home = {home / 'bin'}\nversion = {sys.version.split()[0]}\n")
    packages, link = sysconfig.get_path("purelib"), environment / "lib" / version / "site-packages"
    link.parent.mkdir(parents=True)
    link.symlink_to(packages)
    python = str(environment / "bin" / "python")
    if not _runs(python, options):
        link.unlink()
        shutil.copytree(packages, link, symlinks=True)
    return python


def _runs(python: str, options: dict) -> bool:
    command = [python, "-c", "import numpy, scipy.linalg, nbformat, rich, pyseccomp"]
    try:
        return subprocess.run(command, cwd="/", env={}, capture_output=True, **options).returncode == 0
    except OSError:
        return False


def run(user: User, off: str, script: str = "suite.py", *arguments: str) -> Row:
    """One run in a process of its own."""
    folder = tempfile.mkdtemp(prefix="run-")
    os.chmod(folder, 0o777)
    command = [user.python, "-B", str(user.kit / "tests" / "attacks" / script), *arguments]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(user.kit), "HOME": folder, "TMPDIR": folder}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            start_new_session=True,
            **user.options,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        raise SystemExit(
            f"{user.name}, {off or 'everything'} off: the suite itself failed ({done.returncode})\n{done.stderr[-3000:]}"
        )
    return Row(user.name, off, json.loads(done.stdout))


def plan(user: User, options: argparse.Namespace) -> list[tuple]:
    """The runs for one user: with everything up, with each layer off, and with all of them off."""
    layers = [layer for layer in LAYERS if layer != "uid" or user.name == "root"]
    pairs = [f"seccomp,{layer}" for layer in layers if layer != "seccomp"]
    off = [] if options.quick else [*layers, ",".join(LAYERS), *pairs]
    return [(user, ""), *((user, layer, "suite.py", "--walls", "--off", layer) for layer in off)]


def show(rows: list[Row]) -> None:
    """The table; of a pair of layers only what neither's removal does alone, and of all together nothing by name."""
    through = {(row.user, row.off): row.through for row in rows}
    for row in rows:
        print(row.line())
        alone = {id for layer in row.off.split(",")[:-1] for id in through.get((row.user, layer), ())}
        if row.off.count(",") < 2:
            for id in sorted(row.through.keys() - alone):
                print(f"           {id}: {'; '.join(row.through[id])[:150]}")


def worthless(rows: list[Row], user: User) -> list[str]:
    """Say what each layer is worth to a user, and name those of the user's whose removal changes nothing."""
    through = {row.off: len(row.through) for row in rows if row.user == user.name}
    found = []
    for layer in LAYERS:
        alone, beside = through.get(layer), through.get(f"seccomp,{layer}", 0) - through.get("seccomp", 0)
        if alone is not None:
            print(
                f"{user.name:6} {layer:13} stops {alone:3} alone"
                + (f", {beside:3} more where seccomp is off" if layer != "seccomp" else "")
            )
            found += [layer] if alone + max(beside, 0) == 0 else []
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only the full tier and the control")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 2))
    options = parser.parse_args()
    start = time.monotonic()
    with users() as everybody, ThreadPoolExecutor(options.jobs) as pool:
        runs = [one for user in everybody for one in plan(user, options)]
        runs.sort(key=lambda one: bool(one[1]))  # the longest first
        control = pool.submit(run, everybody[0], "", "control.py")
        rows = list(pool.map(lambda one: run(*one), runs))
        judged = control.result()
    rows.sort(key=lambda row: [user.name for user in everybody].index(row.user))
    show(rows)
    bitten, total = len(judged.through), len(judged.found["harms"])
    print(f"\na naive judge in the same process: {bitten} of {total} attacks bite")
    questioned = set(() if options.quick else LAYERS)
    for user in everybody:
        tried = {row.off for row in rows if row.user == user.name}
        questioned &= set(worthless(rows, user)) | (set(LAYERS) - tried)  # as root the uid takes the capabilities along
        granted = next(row.found["granted"] for row in rows if row.user == user.name)
        print(f"{user.name} has {', '.join(granted)}")
    print(f"in all {time.monotonic() - start:.0f} s")
    for layer in sorted(questioned):
        print(f"QUESTIONED: without {layer} nothing changes")
    holds = not any(len(row.through) > row.most_through or (row.lost and not row.off) for row in rows)
    return 0 if holds and not questioned and bitten >= LEAST_BITES * total else 1


if __name__ == "__main__":
    sys.exit(main())
