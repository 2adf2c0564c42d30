"""All benchmarks in turn, into `docs/benchmarks.md`; where one fails, the others are printed and no page is written."""

import os
import platform
import subprocess
import sys
from importlib.metadata import version

from autograder.engine.course.assignment import ASSIGNMENT
from bench.environments import python_of
from bench.timing import QUICK, ROOT

PARTS = {  # and how many minutes each takes on two idle cores, about
    "startup": 0.5,
    "selfcheck": 0.5,
    "engine": 7,
    "nbgrader": 7,
    "peers": 5,
    "autodiff": 3,
    "busy": 7,
    "scale": 35,  # behind it the disk is still busy: it comes last
}
ALONE = ("autodiff",)  # runs without the kit, in an environment of its own
_INTRO = """\
# Benchmarks

Written by `make bench` on {here}. One part alone: `python -m bench.NAME`; a quick try of it, whose figures are worth
nothing: `python -m bench.NAME --quick`. The parts: {parts}.

What is graded, unless a section says otherwise, are notebooks of a class as it is. For each of the {tasks} tasks of the
released notebook each student has one formulation, drawn with a fixed seed from the tests' corpus of right ones: loops,
einsum, lists in pure Python, SciPy. Where mistakes are made, that many tasks have one of the corpus's wrong formulations
instead. Whatever is compared runs in turn in one sitting. A figure is a median, and behind it stands from where to where
the measurements go."""


def _intro() -> str:
    here = [f"{os.cpu_count()} cores", platform.machine(), f"Python {platform.python_version()}"]
    here += [f"{name} {version(name)}" for name in ("numpy", "scipy", "nbgrader", "pytest")]
    return _INTRO.format(
        here=", ".join(here), parts=", ".join(f"`{part}`" for part in PARTS), tasks=len(ASSIGNMENT.tasks)
    )


def _section(part: str) -> str:
    """What one part prints, or nothing where it fails; why, it says itself."""
    try:
        python = python_of(part) if part in ALONE else sys.executable
        command = [str(python), "-m", f"bench.{part}", *(["--quick"] if QUICK else [])]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"bench.{part} failed: {error}", file=sys.stderr)
        return ""
    return done.stdout.strip()


def main() -> None:
    print(f"All parts take about {sum(PARTS.values()):.0f} minutes on two idle cores.", file=sys.stderr)
    sections = {}
    for part, minutes in PARTS.items():
        print(f"bench.{part}{'' if QUICK else f', about {minutes} minutes'}", file=sys.stderr)
        sections[part] = _section(part)
        print(sections[part], file=sys.stderr)
    page = "\n\n".join([_intro(), *filter(None, sections.values())]) + "\n"
    failed = [part for part, text in sections.items() if not text]
    if failed or QUICK:
        print(page)
    else:
        (ROOT / "docs").mkdir(exist_ok=True)
        (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    if failed:
        sys.exit(f"{', '.join(failed)} failed: the others are printed above, and docs/benchmarks.md is as it was")


if __name__ == "__main__":
    main()
