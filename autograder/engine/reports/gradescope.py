"""One zip for Gradescope's programming assignments, and what its harness runs for each submission.

The harness unpacks the zip to `/autograder/source`, runs `setup.sh` there once, as root, and for each submission
`/autograder/run_autograder`, which reads `/autograder/submission` and writes `/autograder/results/results.json`:
https://gradescope-autograders.readthedocs.io/en/latest/specs/

The seed travels in the zip, readable by root alone; a result is written whole or not at all.
"""

import json
import re
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from autograder.engine.core.atomic_file import output_file, private, whole_file
from autograder.engine.core.places import SOLUTION
from autograder.engine.core.result import CheckResult, Result
from autograder.engine.core.settings import FILE, Course, SettingsError
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import Grader, NotIsolatedError, prove_isolation
from autograder.engine.intake.found import Found
from autograder.engine.sandbox.session import SandboxError

_KIT = Path(__file__).resolve().parents[2]
_LEFT_OUT = ("__pycache__", ".autograder", ".ipynb_checkpoints")
_WHEN = (2026, 1, 1, 0, 0, 0)  # of every file in the zip: the same course gives the same bytes

_SETUP = """\
#!/usr/bin/env bash
# Run once, as root, when the image is built: the kit in an environment of its own, and the secrets for root alone.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv libseccomp2
python3 -c 'import sys; assert sys.version_info >= (3, 11), "choose an image with Python 3.11 or newer (Ubuntu 24.04)"'
python3 -m venv "$source/venv"
"$source/venv/bin/python" -m pip install --no-cache-dir {install}
chmod 700 "$source" "$source/course/.autograder"
chmod 600 "$source/course/.autograder/seed"
"""

_RUN = """\
#!/usr/bin/env bash
# Run for each submission. Where it fails nothing is written, and Gradescope says that the autograder failed: no score.
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH="$root/source/kit"
cd "$root/source/course"
exec "$root/source/venv/bin/python" -m autograder.engine.reports.gradescope "$root"
"""


def write_zip(course: Course, output: Path) -> None:
    """Everything that the harness needs: scripts at the root, the kit, the course's settings and its seed."""
    in_checkout = SOLUTION.parent != _KIT
    install = '--constraint "$source/kit/constraints.txt" "$source/kit"' if in_checkout else _requirements()
    files = {"setup.sh": _SETUP.replace("{install}", install).encode(), "run_autograder": _RUN.encode()}
    files |= _below(_KIT, "kit/autograder")
    if in_checkout:
        files |= _below(SOLUTION, "kit/solution")
        names = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE")
        files |= {f"kit/{name}": (_KIT.parent / name).read_bytes() for name in names}
    settings = course.root / FILE
    files[f"course/{FILE}"] = _settings(settings.read_text(encoding="utf-8") if settings.is_file() else "")
    files["course/.autograder/seed"] = (course.seed() + "\n").encode()
    with output_file(output, "w+b", opener=private) as file, zipfile.ZipFile(file, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _WHEN)
            executable = name in ("setup.sh", "run_autograder")
            secret = name.endswith("/seed")
            entry.external_attr = (0o100755 if executable else 0o100600 if secret else 0o100644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


def _requirements() -> str:
    """What an installed kit needs, as words of a shell's line: it travels as a package, without its sources' metadata."""
    return " ".join(
        f"'{line.replace(chr(39), chr(34))}'" for line in requires("bptt-autograder") or () if "extra" not in line
    )


def _below(folder: Path, name: str) -> dict[str, bytes]:
    """All files below a folder by their names in the zip."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not set(_LEFT_OUT) & set(path.parts))
    return {f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files}


def _settings(text: str) -> bytes:
    """The course's settings without the seed's place: in the zip it has its own."""
    return re.sub(r"""^[ \t]*["']?seed_file["']?[ \t]*=.*\n?""", "", text, flags=re.MULTILINE).encode()


def results(result: Result, course: Course, attempt: int = 0) -> dict[str, Any]:
    """A verdict in Gradescope's format: one test for each check, and no leaderboard. An `attempt` of 0 is not known."""
    lines = [line for line in (result.message, *result.notes) if line]
    if ASSIGNMENT.by_hand:
        lines.append(f"{ASSIGNMENT.by_hand:g} more points are given by hand; they are not in this score.")
    if attempt > 1:
        lines.append(f"This is attempt {attempt}. Earlier attempts cost nothing.")
    tasks = result.tasks if result.status == "graded" else ()  # the output says why nothing was judged
    return {
        "score": result.score,
        "output": "\n".join([*lines, f"Student code was run here: {result.isolation}."]),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [
            _test(task.id, check, course.gradescope.of(task.id, check.id)) for task in tasks for check in task.checks
        ],
    }


def _test(task: str, check: CheckResult, visibility: str) -> dict[str, Any]:
    return {
        "name": f"{task}: {check.asks}",
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.passed else "failed",
        "output": check.message or "",
        "output_format": "text",
        "name_format": "text",
        "visibility": visibility,
    }


def attempt_of(metadata: Path) -> int:
    """Which attempt this is, as Gradescope says beside the submission; 0 where it does not."""
    try:
        earlier = json.loads(metadata.read_text(encoding="utf-8"))["previous_submissions"]
        return len(earlier) + 1
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def judge(root: Path) -> str:
    """Judge the one submission that lies below `root` and write its result; nothing but a sentence where that fails."""
    target = root / "results" / "results.json"
    target.unlink(missing_ok=True)
    try:
        course = find_course(Path.cwd())
        proof = prove_isolation(course)
    except SandboxError as error:
        return str(error)
    except (SettingsError, NotIsolatedError) as error:
        return f"{error}; in Gradescope that is allow_unisolated = true in {FILE}, and then the zip made anew"
    try:
        with Grader(course, proof) as grader:
            result = grader.judge(Found(root / "submission"))
    except SettingsError as error:
        return str(error)
    if result.status == "grader_error":
        return str(result.message)
    found = results(result, course, attempt_of(root / "submission_metadata.json"))
    with whole_file(target, encoding="utf-8") as file:
        file.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return ""


if __name__ == "__main__":
    sys.exit(judge(Path(sys.argv[1])) or None)
