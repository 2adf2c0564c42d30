"""nbgrader's step where nobody looks: it is started without the streams that commands print to."""

import subprocess
import sys
from pathlib import Path

from support import commands, gradebook, released_course


def test_a_closed_stdout_is_no_failure(tmp_path: Path) -> None:
    """`nbgrader autograde` records a class though stdout was closed before it started."""
    course = released_course(tmp_path)
    for name in ("ada", "bob"):
        (course / "submitted" / name / "bptt").mkdir(parents=True)
        (course / "submitted" / name / "bptt" / "bptt.py").write_text(f"# {name}\n")
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "nbgrader", "autograde", "bptt"]
    done = subprocess.run(command, cwd=course, env=commands(course), stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert set(gradebook(course)) == {"ada", "bob"}
