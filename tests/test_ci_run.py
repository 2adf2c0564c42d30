"""What CI runs says how long each part took."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.engine.core.places import SOLUTION

RUN = SOLUTION.parent / ".ci" / "run"


def _ci(folder: Path, failing: str) -> tuple[int, list[str]]:
    """The script with commands that do nothing, one of which may fail: its status, and the parts of its table."""
    for name in ("make", "python", "docker-steps"):
        file = folder / {"make": "bin", "python": ".venv/bin", "docker-steps": ".ci"}[name] / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\ncase "{name} $*" in *"{failing}"*) exit 3;; esac\n', encoding="utf-8")
        file.chmod(0o755)
    shutil.copy(RUN, folder / ".ci")
    (folder / "bin" / "dirname").symlink_to(shutil.which("dirname"))
    done = subprocess.run(  # no apt-get lies on this PATH: nothing is installed
        [shutil.which("bash"), ".ci/run"], cwd=folder, env={"PATH": str(folder / "bin")}, capture_output=True, text=True
    )
    head, *rows = done.stdout.split("seconds  part\n")[1].splitlines()
    return done.returncode, [re.sub(r"^ *\d+  ", "", row) for row in [head, *rows]]


def test_each_part_has_its_seconds(tmp_path: Path) -> None:
    """At the end of a run stands every part with its time, and the time of all."""
    status, parts = _ci(tmp_path, "nothing fails")
    assert status == 0
    assert parts[:3] == ["make clean", "make .venv/.dev", "make lint"]
    assert parts[-2:] == [".ci/docker-steps", "in all"]
    assert len(parts) == len([line for line in RUN.read_text(encoding="utf-8").splitlines() if line[:5] == "part "]) + 1


@pytest.mark.parametrize(
    ("failing", "part"), [("make test", "make test OPTIONS=--cov"), ("docker", ".ci/docker-steps")]
)
def test_a_failed_part_is_the_last(tmp_path: Path, failing: str, part: str) -> None:
    """Where a part fails, the run ends with its status, and the table says so."""
    status, parts = _ci(tmp_path, failing)
    assert status == 3
    assert parts[-2:] == [f"{part} (failed)", "in all"]
